//! The recipes of docs/many-machines.md, their text taken from the page: a batch under a budget that is
//! too small, with an input that is no archive and a first call that fails; and again with more budget.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::stage::{TINY, is_there, recipe, said, zip_of};
use super::{Farm, PROGRAM};

/// Good exports in the batch, and how many of them the budget admits at first.
const GOOD: usize = 12;
const LIMIT: usize = 7;

/// Stands before the program, which cannot be used at the first call: 69, again later.
const FLAKY: &str =
    "#!/bin/sh\n[ -e \"$HOME/came\" ] || { : >\"$HOME/came\"; exit 69; }\nexec PROGRAM \"$@\"\n";

/// A farm with exports and the scripts of the page in it.
pub(super) struct Batch(pub(super) Farm);

impl Batch {
    pub(super) fn new(name: &str) -> Option<Self> {
        let batch = Self(Farm::new(name, LIMIT)?);
        batch.file("in/0.zip", b"no archive");
        for n in 1..=GOOD {
            batch.file(&format!("in/{n}.zip"), &zip_of(TINY));
        }
        batch.script("bin/trackersync", &FLAKY.replace("PROGRAM", PROGRAM));
        batch.script("one.sh", &page("one"));
        Some(batch)
    }

    /// One for a scheduler that has to be installed.
    fn with(name: &str, program: &str) -> Option<Self> {
        is_there(program).then(|| Self::new(name)).flatten()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.out(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn script(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.file(name, text.as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs a line of shell in the folder.
    pub(super) fn shell(&self, line: &str, variables: &[(&str, &str)]) -> Output {
        let farm = &self.0;
        let mut command = farm.command("bash", &farm.url(&farm.server), 20_000);
        let path = std::env::var("PATH").unwrap();
        let own = farm.out("bin").display().to_string();
        command.env("PATH", format!("{own}:{path}"));
        command.envs(variables.iter().copied());
        command
            .current_dir(&farm.folder)
            .args(["-c", line])
            .output()
            .unwrap()
    }

    pub(super) fn published(&self) -> usize {
        let outs = 0..=GOOD;
        outs.filter(|n| self.0.is_published(&format!("out/{n}")))
            .count()
    }

    /// A batch that meets the end of the budget, and the same once more with enough.
    pub(super) fn twice(&self, run: impl Fn() -> Output) {
        let full = run();
        assert_eq!(self.published(), LIMIT, "{:?}", said(&full));
        assert_eq!(self.0.used(), (LIMIT, LIMIT));
        assert!(!full.status.success(), "{:?}", said(&full));
        assert!(self.0.out("never/0").is_file(), "{:?}", said(&full));
        self.0.limit(100);
        let rest = run();
        assert_eq!(self.published(), GOOD, "{:?}", said(&rest));
        assert_eq!(self.0.used(), (GOOD, GOOD), "what is done is free");
        assert_eq!(self.0.left(), 0);
        assert!(rest.status.success(), "{:?}", said(&rest));
    }
}

pub(super) fn page(name: &str) -> String {
    recipe("many-machines.md", name)
}

#[test]
fn gnu_parallel_tries_again_stops_and_goes_on() {
    let Some(batch) = Batch::with("parallel", "parallel") else {
        return;
    };
    batch.twice(|| batch.shell(&page("parallel"), &[]));
    let log = fs::read_to_string(batch.0.out("jobs.log")).unwrap();
    let refused = log
        .lines()
        .filter(|line| line.split('\t').nth(6) == Some("75"));
    assert!(
        refused.count() < GOOD - LIMIT,
        "a full budget stops the batch: {log}"
    );
}

#[test]
fn snakemake_tries_again_stops_and_goes_on() {
    let Some(batch) = Batch::with("snakemake", "snakemake") else {
        return;
    };
    batch.file("Snakefile", page("snakemake").as_bytes());
    batch.twice(|| batch.shell("snakemake --cores 2", &[]));
}

/// The script of an array without Slurm: its commands only note how they were called.
#[test]
fn a_slurm_array_requeues_cancels_and_goes_on() {
    let Some(batch) = Batch::new("array") else {
        return;
    };
    batch.script("job.sh", &page("slurm"));
    for tool in ["sbatch", "scontrol", "scancel"] {
        let note = format!("#!/bin/sh\necho {tool} \"$@\" >>\"$HOME/calls\"\n");
        batch.script(&format!("bin/{tool}"), &note);
    }
    let calls = || fs::read_to_string(batch.0.out("calls")).unwrap_or_default();
    let task = |index: usize, restarts: &str| {
        let index = index.to_string();
        let mut variables = vec![("SLURM_ARRAY_TASK_ID", index.as_str())];
        variables.extend([
            ("SLURM_ARRAY_JOB_ID", "7"),
            ("SLURM_RESTART_COUNT", restarts),
        ]);
        batch.shell("./job.sh", &variables)
    };
    batch.shell(&page("slurm-start"), &[]);
    assert_eq!(calls(), "sbatch --array=0-12 job.sh\n");
    fs::remove_file(batch.0.out("calls")).unwrap();
    assert_eq!(task(0, "0").status.code(), Some(69));
    assert_eq!(calls(), "scontrol requeue 7_0\n");
    fs::remove_file(batch.0.out("came")).unwrap();
    assert_eq!(task(0, "3").status.code(), Some(69));
    assert_eq!(
        calls(),
        "scontrol requeue 7_0\n",
        "it was tried often enough"
    );
    batch.twice(|| {
        let _before = fs::remove_file(batch.0.out("calls"));
        let mut tasks = (0..=GOOD).map(|index| task(index, "1"));
        let last = tasks.find(|task| !task.status.success());
        assert!(last.is_none() || calls() == "scancel --state=PENDING 7\n");
        last.unwrap_or_else(|| batch.shell("true", &[]))
    });
}

/// Kubernetes knows the manifest, and a controller of a few lines does by it what Kubernetes would.
#[test]
fn a_kubernetes_job_is_valid_and_its_policy_goes_by_the_codes() {
    let Some(batch) = Batch::with("job", "kubernetes-validate") else {
        return;
    };
    let manifest = page("kubernetes").replace("completions: 200", "completions: 13");
    batch.file("job.yaml", manifest.as_bytes());
    let check = batch.shell("kubernetes-validate -k 1.33 --strict job.yaml", &[]);
    assert!(check.status.success(), "{:?}", said(&check));
    let controller = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/machines/job.py");
    // Its Python has what reads YAML.
    let python = "\"$(dirname \"$(command -v kubernetes-validate)\")/python3\"";
    let line = format!(
        "mkdir -p never && {python} {} job.yaml . never",
        controller.display()
    );
    batch.twice(|| batch.shell(&line, &[]));
}
