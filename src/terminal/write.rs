//! Writing a result, and which failures of that are failures.
//!
//! It knows neither what is written nor to where.

use std::io::{self, ErrorKind, Write};

/// Writes and flushes everything. A reader that has gone away has had enough: that is fine.
///
/// # Errors
/// Every other failure, as in a full device behind a redirection.
pub(super) fn all(out: &mut impl Write, text: &str) -> io::Result<()> {
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fails(ErrorKind);

    impl Write for Fails {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_broken_pipe_is_no_error_and_everything_else_is() {
        assert!(all(&mut Fails(ErrorKind::BrokenPipe), "x").is_ok());
        assert!(all(&mut Fails(ErrorKind::StorageFull), "x").is_err());
        let mut kept = Vec::new();
        assert!(all(&mut kept, "a\nb\n").is_ok());
        assert_eq!(kept, b"a\nb\n");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_reported() {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let result = full.and_then(|mut f| all(&mut f, "{}\n"));
        assert_eq!(result.map_err(|e| e.kind()), Err(ErrorKind::StorageFull));
    }
}
