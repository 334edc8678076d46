//! The next steps: what to try first, where to import, and what Garmin Connect takes; with what was
//! typed, as a command that can be copied into a shell.

use super::super::account::Account;
use super::super::clean::{clean, quoted};
use super::super::outputs::files_list;
use super::super::words::IMPORT_PAGE;
use super::{Summary, Task, labelled};
use crate::garmin::Connect;

/// What was typed, to be shown again in a command to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The INPUTs.
    pub(crate) inputs: Vec<String>,
    /// OUT, where it was named.
    pub(crate) output: Option<String>,
    /// N of `--sample N`.
    pub(crate) sample: Option<usize>,
    /// Options that shape the output, as `--timezone=Europe/Paris`, but for `--sample`.
    pub(crate) options: Vec<String>,
}

/// INPUTs that a command to copy repeats; more are not worth the lines.
const REPEATED: usize = 6;

impl Typed {
    /// Returns the command that converts the same INPUTs, with more options.
    pub(crate) fn command(&self, more: &[&str]) -> String {
        let inputs: Vec<String> = match self.inputs.len() {
            0 | REPEATED.. => vec!["INPUT...".to_owned()],
            _ => self.inputs.iter().map(|i| quoted(i)).collect(),
        };
        let options = self.options.iter().map(|o| quoted(o));
        let more = more.iter().map(|o| quoted(o));
        let words: Vec<String> = inputs.into_iter().chain(options).chain(more).collect();
        format!("trackersync convert {}", words.join(" "))
    }
}

/// One line per label: what Garmin Connect takes, and what it does not.
pub(super) fn label_lines(summary: &Summary) -> Vec<String> {
    let files = match summary.account.outputs.as_slice() {
        [] => summary.planned.as_slice(),
        outputs => outputs,
    };
    let would = match summary.task {
        Task::Convert => "takes",
        _ => "would take",
    };
    let line = |connect: Connect| {
        let kinds = files_list(files.iter().filter(|o| o.connect == connect));
        let text = match connect {
            Connect::Imports => format!("Garmin Connect {would} {kinds}"),
            Connect::Often => format!("for many people, not for all, it {would} {kinds}"),
            Connect::Archive => format!("to keep, Garmin Connect refuses these today: {kinds}"),
        };
        (!kinds.is_empty()).then(|| labelled(connect.label(), &text))
    };
    // Which of the files to keep would be empty shows only when they are made.
    let archive = (summary.task != Task::Validate).then_some(Connect::Archive);
    let told = [Connect::Imports, Connect::Often]
        .into_iter()
        .chain(archive);
    told.filter_map(line).collect()
}

/// The next steps: to try a few first, because Garmin Connect cannot undo an import in bulk, and then
/// to import.
pub(super) fn next_lines(summary: &Summary) -> Vec<String> {
    let typed = &summary.typed;
    match (summary.task, &summary.out, first_folder(&summary.account)) {
        (Task::Validate | Task::DryRun, _, _) => {
            let sample = typed.sample.map(|n| n.to_string());
            let out = typed.output.iter().flat_map(|out| ["-o", out]);
            let sample = sample.iter().flat_map(|n| ["--sample", n]);
            let more: Vec<&str> = out.chain(sample).collect();
            vec![labelled("next", &typed.command(&more))]
        }
        (Task::Convert, Some(out), Some(folder)) if !summary.waits => {
            import_lines(summary, &clean(out), folder)
        }
        (Task::Convert, Some(_), None) if summary.since => {
            let nothing = "nothing: all of it was handed over before";
            vec![labelled("import", nothing)]
        }
        _ => Vec::new(),
    }
}

fn import_lines(summary: &Summary, out: &str, folder: &str) -> Vec<String> {
    let name = stem(out);
    let unpack = match summary.is_zip {
        true => format!("unpack {out} first; then "),
        false => String::new(),
    };
    let rest = match summary.account.folders("import/").count() {
        2.. if !summary.sample => ", then the other folders of import/",
        _ => "",
    };
    let drop = format!("{unpack}drop {folder} on {IMPORT_PAGE}{rest}");
    let import = labelled("import", &drop);
    let command = |options: &[&str]| labelled("", &summary.typed.command(options));
    if summary.sample {
        let whole = whole_of(out);
        if summary.whole_exists {
            let text = format!(
                "look whether each shows on the right day, and import what {whole} holds: Garmin Connect knows again what was tried"
            );
            return vec![import, labelled("then", &text)];
        }
        let look = "look whether each shows on the right day, and convert everything:";
        return vec![import, labelled("then", look), command(&["-o", whole])];
    }
    // Who comes again has imported before.
    if summary.since {
        return vec![import];
    }
    let few = "there is no bulk undo in Garmin Connect; convert a few to try:";
    let sample = command(&["-o", &format!("{name}-try"), "--sample", "3"]);
    vec![labelled("try first", few), sample, import]
}

/// OUT of the whole export to that of its sample.
pub(crate) fn whole_of(sample: &str) -> &str {
    stem(sample).strip_suffix("-try").unwrap_or("garmin")
}

/// An OUT without what a folder or a zip may end in.
fn stem(out: &str) -> &str {
    let name = out.strip_suffix(".zip").unwrap_or(out);
    name.trim_end_matches(['/', '\\'])
}

/// The folder to start with: activities, else weight, else whatever imports.
fn first_folder(account: &Account) -> Option<&str> {
    ["import/activities", "import/weight", "import/"]
        .iter()
        .find_map(|prefix| account.folders(prefix).next())
        .map(|(folder, _)| folder.as_str())
}
