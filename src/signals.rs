//! The signals that ask the program to stop, and which of them to leave alone.
//!
//! Part of the program, not of the library: what a signal interrupts is not known here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};

#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Sets `stop` and stores the number in `signal` when one arrives. A signal that was ignored when the
/// program was started stays ignored, or `nohup` would not work.
#[cfg(unix)]
pub(crate) fn listen(stop: &Arc<AtomicBool>, signal: &Arc<AtomicUsize>) {
    let ignored = ignored();
    for number in [SIGHUP, SIGINT, SIGTERM] {
        if ignored >> (number - 1) & 1 == 1 {
            continue;
        }
        let n = usize::try_from(number).unwrap_or(0);
        let _stays_deadly = signal_hook::flag::register_usize(number, Arc::clone(signal), n)
            .and_then(|_| signal_hook::flag::register(number, Arc::clone(stop)));
    }
}

/// The same on Windows for Ctrl-C and Ctrl-Break, which both count as signal 2.
#[cfg(not(unix))]
pub(crate) fn listen(stop: &Arc<AtomicBool>, signal: &Arc<AtomicUsize>) {
    use std::sync::atomic::Ordering;
    let (stop, signal) = (Arc::clone(stop), Arc::clone(signal));
    let _stays_deadly = ctrlc::set_handler(move || {
        signal.store(2, Ordering::SeqCst);
        stop.store(true, Ordering::SeqCst);
    });
}

/// Returns the set of ignored signals, the lowest bit for signal 1; none where nobody can tell.
#[cfg(target_os = "linux")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|l| l.strip_prefix("SigIgn:"));
    mask.map_or(0, set)
}

/// Returns the set of ignored signals. `ps` is asked, because these systems show it in no file.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignored() -> u64 {
    let id = std::process::id().to_string();
    let ps = std::process::Command::new("/bin/ps")
        .args(["-o", "ignored=", "-p", &id])
        .output();
    ps.map_or(0, |ps| set(&String::from_utf8_lossy(&ps.stdout)))
}

/// Reads a set of signals in hexadecimal digits, as `/proc` and `ps` write it.
#[cfg(unix)]
fn set(hexadecimal: &str) -> u64 {
    u64::from_str_radix(hexadecimal.trim(), 16).unwrap_or(0)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_signals_is_read_in_both_spellings() {
        assert_eq!(set("\t0000000000001001\n"), 0x1001, "as in /proc");
        assert_eq!(set("    1001\n"), 0x1001, "as ps of BSD pads it");
        assert_eq!(set(""), 0, "nobody can tell");
    }
}
