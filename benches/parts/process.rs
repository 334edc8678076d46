//! The program as a whole: against `unzip`, its memory, and what a short call costs.
//!
//! CPU seconds of a child come from the system's count of finished children, its peak memory from
//! looking while it runs; both are left out where the system does not tell.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use std::{fs, io};

use super::{export, row};

/// Rounds against `unzip`; the median counts.
const ROUNDS: usize = 5;
/// Calls of `usage`.
const CALLS: usize = 40;
/// Small exports one after another.
const SMALL: usize = 1000;
/// How the name of an archive begins that tells the same as JSON and as GoogleData tables.
const TWICE: &str = "twice";
/// Ticks a second in `/proc`, the same on every Linux that there is.
const TICKS: f64 = 100.0;

/// What a run took.
#[derive(Clone, Copy)]
pub(super) struct Cost {
    pub(super) wall: f64,
    cpu: Option<f64>,
    megabytes: Option<f64>,
}

/// Measures everything in a folder of its own; the archives in it are made once.
pub(super) fn all(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let year = archive(folder, "year.zip", 366);
    let five = archive(folder, "five.zip", 5 * 366);
    let week = archive(folder, "week.zip", 2);
    let one = against_unzip(folder, &year);
    let long = rounds(|| convert(folder, &five, "out"));
    row(
        "growth of wall, five years to one",
        &format!("{:.2}", long.wall / one.wall),
        "<= 4.7",
    );
    let peak = |c: Cost| c.megabytes.map_or("?".into(), |m| format!("{m:.0} MB"));
    row("peak memory, one year", &peak(one), "<= 60 MB");
    row("peak memory, five years", &peak(long), "<= 200 MB");
    let both = archive(folder, &format!("{TWICE}.zip"), 366);
    let both = rounds(|| convert(folder, &both, "out"));
    row(
        "wall of a year told twice (JSON and CSV) / once",
        &format!("{:.2}", both.wall / one.wall),
        "<= 1.7",
    );
    let zip = rounds(|| convert(folder, &year, "out.zip"));
    row(
        "wall into out.zip / wall into a folder, one year",
        &format!("{:.2}", zip.wall / one.wall),
        "",
    );
    row("peak memory, one year into out.zip", &peak(zip), "");
    short(folder, &week);
}

fn archive(folder: &Path, name: &str, days: i32) -> std::path::PathBuf {
    let path = folder.join(name);
    if !path.exists() {
        let draft = folder.join("draft.zip");
        export::write(&draft, days, name.starts_with(TWICE)).unwrap();
        fs::rename(&draft, &path).unwrap();
    }
    path
}

pub(super) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trackersync"));
    command.env("TRACKERSYNC_STATE", folder.join("state.db"));
    command
}

/// The cost of the median round, a first one left out.
fn rounds(part: impl Fn() -> Cost) -> Cost {
    let costs = (0..=ROUNDS).map(|_| part()).skip(1);
    middle(costs.collect())
}

/// The cost with the median wall.
fn middle(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.wall.total_cmp(&b.wall));
    *costs.get(costs.len() / 2).unwrap()
}

/// One conversion with a fresh state.
fn convert(folder: &Path, archive: &Path, out: &str) -> Cost {
    let out = folder.join(out);
    let _ = fs::remove_dir_all(&out).or_else(|_| fs::remove_file(&out));
    for name in ["state.db", "state.db-wal", "state.db-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let mut command = program(folder);
    command.arg("convert").arg(archive).arg("-o").arg(&out);
    run(command.args(["--timezone", "UTC"])).unwrap()
}

fn against_unzip(folder: &Path, year: &Path) -> Cost {
    let (mut walls, mut cpus, mut costs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let unzip = run(Command::new("unzip").arg("-p").arg(year));
        let own = convert(folder, year, "out");
        if round == 0 {
            continue;
        }
        costs.push(own);
        if let Ok(unzip) = unzip {
            walls.push(own.wall / unzip.wall);
            cpus.extend(own.cpu.zip(unzip.cpu).map(|(own, unzip)| own / unzip));
        }
    }
    let ratio = |list: Vec<f64>| median(list).map_or("no unzip".into(), |m| format!("{m:.3}"));
    row(
        "CPU of convert / CPU of unzip -p, one year",
        &ratio(cpus),
        "<= 0.26",
    );
    row(
        "wall of convert / wall of unzip -p, one year",
        &ratio(walls),
        "<= 0.15",
    );
    middle(costs)
}

/// Start-up, state work, and small exports one after another.
fn short(folder: &Path, small: &Path) {
    let mut usage = Vec::new();
    for _ in 0..CALLS {
        usage.push(run(program(folder).arg("usage")).unwrap().wall);
    }
    let milliseconds = |list: Vec<f64>| format!("{:.1} ms", median(list).unwrap() * 1e3);
    row("start-up and `usage`", &milliseconds(usage), "<= 10 ms");
    // More conversions than anybody has without asking.
    run(program(folder).args(["budget", "set", "--limit", "1000000"])).unwrap();
    let (mut all, mut dry) = (Vec::new(), Vec::new());
    for number in 0..SMALL {
        let out = folder.join(format!("small-{number}"));
        let _ = fs::remove_dir_all(&out);
        let call = |more: &[&str]| {
            let mut command = program(folder);
            command.arg("convert").arg(small).arg("-o").arg(&out);
            run(command.args(["--timezone", "UTC"]).args(more))
                .unwrap()
                .wall
        };
        dry.push(call(&["--dry-run"]));
        all.push(call(&[]));
        let _ = fs::remove_dir_all(&out);
    }
    row(
        "a small export, of 1,000 one after another",
        &milliseconds(all.clone()),
        "<= 10 ms",
    );
    let state = median(all).unwrap() - median(dry).unwrap();
    row(
        "of it for state and output",
        &format!("{:.1} ms", state * 1e3),
        "< 15 ms",
    );
}

/// Runs a command to its end.
pub(super) fn run(command: &mut Command) -> io::Result<Cost> {
    let (start, before) = (Instant::now(), children());
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = quiet.stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut megabytes = None;
    loop {
        if let Some(end) = child.try_wait()? {
            assert!(matches!(end.code(), Some(0 | 3)), "{command:?}: {end}");
            break;
        }
        megabytes = peak(&status).or(megabytes);
        thread::sleep(Duration::from_micros(500));
    }
    let wall = start.elapsed().as_secs_f64();
    let cpu = children().zip(before).map(|(after, before)| after - before);
    Ok(Cost {
        wall,
        cpu,
        megabytes,
    })
}

/// CPU seconds of all children that have ended: user and system.
fn children() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(13).take(2);
    Some(ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS)
}

/// Peak resident memory in megabytes.
fn peak(status: &str) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kilobytes = line.trim().strip_suffix(" kB")?.parse::<f64>().ok()?;
    Some(kilobytes / 1024.0)
}

pub(super) fn median(mut list: Vec<f64>) -> Option<f64> {
    list.sort_by(f64::total_cmp);
    list.get(list.len() / 2).copied()
}
