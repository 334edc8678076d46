//! The recipes of docs/automation.md: batches that share a budget, and a job that compares bytes.

use std::fs;
use std::process::{Command, Output};

use super::stage::{self, PROGRAM, Stage, TINY, code, is_there, root, said};

/// Exports in the batch, and the limit that only some of them fit under.
const EXPORTS: usize = 200;
const LIMIT: usize = 150;

fn batch(name: &str) -> Stage {
    let stage = Stage::new(name);
    for n in 0..EXPORTS {
        stage.zip(&format!("exports/{n:03}.zip"), TINY);
    }
    let limit = LIMIT.to_string();
    let set = stage.run(&["budget", "set", "--key", "batch", "--limit", &limit]);
    assert_eq!(code(&set), 0, "{}", said(&set).1);
    stage
}

fn recipe(name: &str) -> String {
    stage::recipe("automation.md", name)
}

fn script(stage: &Stage, text: &str) -> Output {
    let mut bash = Command::new("bash");
    bash.args(["-c", text]);
    let folder = std::path::Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    stage.isolate(&mut bash).env("PATH", path).output().unwrap()
}

fn outputs(stage: &Stage) -> usize {
    let folders = fs::read_dir(stage.path().join("out")).unwrap();
    folders
        .filter(|f| f.as_ref().unwrap().path().join("manifest.json").is_file())
        .count()
}

#[test]
fn a_shell_loop_converts_what_the_budget_admits() {
    let stage = batch("loop");
    let output = script(&stage, &recipe("loop"));
    assert_eq!(outputs(&stage), LIMIT, "{}", said(&output).1);
    assert_eq!(
        said(&output).0.lines().count(),
        EXPORTS - LIMIT,
        "the refused are named"
    );
}

#[test]
fn many_at_once_share_the_budget_exactly() {
    if !is_there("xargs") {
        return;
    }
    let stage = batch("xargs");
    let output = script(&stage, &recipe("xargs"));
    assert_eq!(outputs(&stage), LIMIT, "{}", said(&output).1);
}

#[test]
fn gnu_parallel_shares_the_budget_exactly() {
    if !is_there("parallel") {
        return;
    }
    let stage = batch("parallel");
    let output = script(&stage, &recipe("parallel"));
    assert_eq!(outputs(&stage), LIMIT, "{}", said(&output).1);
    let log = fs::read_to_string(stage.path().join("jobs.log")).unwrap();
    let exits = |code: &str| {
        log.lines()
            .filter(|l| l.split('\t').nth(6) == Some(code))
            .count()
    };
    assert_eq!((exits("0"), exits("75")), (LIMIT, EXPORTS - LIMIT), "{log}");
}

#[test]
fn each_converts_what_fits_and_names_the_rest() {
    let stage = batch("each");
    let output = script(&stage, &recipe("each"));
    assert_eq!(
        (outputs(&stage), code(&output)),
        (LIMIT, 3),
        "{}",
        said(&output).1
    );
    let refused = said(&output).1.matches("not converted (exit 75)").count();
    assert_eq!(refused, EXPORTS - LIMIT);
}

#[test]
fn the_ci_job_notices_a_changed_byte() {
    let stage = Stage::new("ci");
    for (name, text) in TINY {
        stage.file(&format!("fixture/{name}"), text.as_bytes());
    }
    let run = stage.run(&["convert", "fixture", "-o", "expected"]);
    assert_eq!(code(&run), 0, "{}", said(&run).1);
    let job = recipe("ci");
    let good = script(&stage, &job);
    assert_eq!(code(&good), 0, "{:?}", said(&good));
    stage.file("expected/import/daily/daily-2024-05.csv", b"changed");
    fs::remove_dir_all(stage.path().join("actual")).unwrap();
    assert_ne!(code(&script(&stage, &job)), 0);
}

#[test]
fn the_cron_line_is_a_crontab_line_and_its_command_runs() {
    let line = recipe("cron");
    let fields: Vec<&str> = line.trim().splitn(6, ' ').collect();
    let numbers = |f: &&str| f.chars().all(|c| c.is_ascii_digit() || "*/,-".contains(c));
    assert!(
        fields.len() == 6 && fields.iter().take(5).all(numbers),
        "{line}"
    );
    let command = fields.last().unwrap();
    assert!(
        !command.contains('%'),
        "cron reads % as the end of the line"
    );
    let stage = Stage::new("cron");
    stage.zip("takeout/a.zip", TINY);
    let output = script(&stage, &format!("HOME=$PWD; {command}"));
    assert_eq!(code(&output), 0, "{:?}", said(&output));
    assert!(stage.path().join("garmin/manifest.json").is_file());
}

#[test]
fn the_container_is_built_as_ci_builds() {
    let file = fs::read_to_string(root().join("Containerfile")).unwrap();
    let known = [
        "FROM",
        "WORKDIR",
        "COPY",
        "RUN",
        "ARG",
        "ENTRYPOINT",
        "USER",
        "ENV",
    ];
    let joined = file.replace("\\\n", " ");
    let mut stages = 0;
    for line in joined
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let word = line.split(' ').next().unwrap();
        assert!(known.contains(&word), "{line}");
        stages += usize::from(word == "FROM");
        assert!(!line.contains(":latest"), "{line}");
    }
    assert_eq!(stages, 2, "one stage builds, one runs");
    // The container, the packages and CI build the released binary by one script.
    let script = ".ci/package";
    assert!(file.contains(script), "{file}");
    let Ok(ci) = fs::read_to_string(root().join(".ci/run")) else {
        return;
    };
    assert!(ci.contains(script), ".ci/run does not call {script}");
    let package = fs::read_to_string(root().join(script)).unwrap();
    assert!(package.contains("--locked"), "{script}");
}
