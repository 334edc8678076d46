//! The flow: the only file that knows the order of the stages, and where the budget stands.
//!
//! UPLOAD, VALIDATE, CONVERT, DOWNLOAD; the budget asks before the first and decides between the
//! last two. Commands other than `convert` are in the rooms below. Reads no clock and no
//! environment: [`World`] hands them in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;

use serde::Serialize;

use crate::budget::{StateError, Ticket};
use crate::cli::{Cli, Command, ConvertArgs, GeneralArgs, LimitArgs, ReadArgs};
use crate::convert::selected;
use crate::download::{
    DownloadError, Kind, OutKind, Request as OutRequest, Work, manifest, tell_apart,
};
use crate::garmin::is_output;
use crate::model::file::{Only, WrittenFile};
use crate::model::{Instant, Offset};
use crate::platform;
use crate::report::{BudgetNotice, Summary, Task, whole_of};
use crate::terminal::{Phase, Reporter};
use crate::upload::Catalogue;
use crate::validate::{self, Validated};

mod account;
mod batch;
mod billing;
mod failure;
mod inputs;
mod kept;
mod look;
mod options;
mod recovery;
mod since;
mod stages;
mod state;
mod typed;

pub use failure::{INTERNAL, bug, end, exit_code};

use account::ConversionReport;
use billing::Billing;
use failure::{NO_DATA, failure, is_refused};
use since::Earlier;

/// Name of the page in OUT.
const PAGE: &str = "report.html";

/// What only the machine knows, handed in by `main`.
pub struct World<'w> {
    /// The clock.
    pub clock: &'w dyn Fn() -> Instant,
    /// The offset of the machine's own clock at an instant; for reset times only.
    pub local: &'w dyn Fn(Instant) -> Option<Offset>,
    /// Set when a signal asks to stop.
    pub stop: Arc<AtomicBool>,
    /// The number of that signal.
    pub signal: Arc<AtomicUsize>,
    /// The state file out of the box; `None` where the platform names no folder.
    pub state: Option<PathBuf>,
    /// Reads a variable of the environment, for passwords.
    pub environment: &'w dyn Fn(&str) -> Option<String>,
    /// Threads out of the box.
    pub jobs: usize,
    /// Shows a file in the program that the user has for it.
    pub open: &'w dyn Fn(&Path) -> std::io::Result<()>,
    /// Where everything that is said goes.
    pub reporter: &'w Reporter,
    /// Options of every command.
    pub general: &'w GeneralArgs,
}

impl World<'_> {
    fn now(&self) -> Instant {
        (self.clock)()
    }

    /// Prints a document of `--json`, on one line.
    fn document(&self, document: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(document)?;
        Ok(self.reporter.result(&(text + "\n"))?)
    }
}

/// Runs a command and returns its exit code.
///
/// # Errors
/// What ended it; [`exit_code`] names its code.
pub fn run(cli: &Cli, world: &World<'_>) -> Result<u8> {
    match &cli.command {
        Command::Convert(args) => convert(args, world),
        Command::Upload(args) => stages::upload(args, world),
        Command::Validate(args) => stages::validate(args, world),
        Command::Download(args) => stages::download(args, world),
        Command::Usage(args) => state::usage(args, world),
        Command::Budget(args) => state::budget(args, world),
        Command::Status(args) => state::status(args, world),
        Command::Maintain(args) => state::maintain(args, world),
        Command::Inspect(args) => look::inspect(args, world),
        Command::Verify(args) => look::verify(args, world),
        Command::Completions { shell } => look::completions(*shell, world),
        Command::Man { command } => look::man(command, world),
    }
}

/// `convert`: one export, several with `--each`, or an upload id.
fn convert(args: &ConvertArgs, world: &World<'_>) -> Result<u8> {
    if let Some(upload) = stages::upload_id(&args.inputs) {
        return stages::convert(upload, args, world);
    }
    let inputs = match args.each {
        true => typed::each(&args.inputs),
        false => typed::all(&args.inputs)?,
    };
    let beside = || inputs.first().map(|first| typed::beside(first));
    let out = (args.output.clone().or_else(beside)).unwrap_or_default();
    if args.each {
        return batch::each(args, &inputs, &out, world);
    }
    let conversion = Conversion {
        inputs: &inputs,
        apart_from: &inputs,
        out: &out,
        args,
        ticket: None,
    };
    let mut summary = one(&conversion, world)?;
    if !args.dry_run {
        handed_over(&mut summary, &out);
    }
    world.reporter.summary(&summary)?;
    if args.open {
        show(&summary, world);
    }
    Ok(summary.exit_code())
}

/// Notes where the files of a conversion are.
fn handed_over(summary: &mut Summary, out: &Path) {
    summary.out = Some(out.display().to_string());
    summary.is_zip = OutKind::of(out) == OutKind::Zip;
    if let Some(sample) = summary.out.as_deref().filter(|_| summary.sample) {
        let whole = Path::new(whole_of(sample));
        summary.whole_exists = whole.join(manifest::NAME).is_file();
    }
    summary.report = Some(page_in(out));
}

/// Where the page of an OUT is.
fn page_in(out: &Path) -> String {
    match OutKind::of(out) {
        OutKind::Folder => platform::full(&out.join(PAGE)),
        OutKind::Zip => format!("{PAGE} in it"),
    }
}

/// `--open`: shows the page. A conversion is not less done because there is no browser.
fn show(summary: &Summary, world: &World<'_>) {
    let warn = |text: &str| world.reporter.warning(text);
    match (&summary.report, summary.is_zip) {
        (_, true) => warn("--open shows the page of a folder; unpack the zip and open report.html"),
        (None, _) => warn("--open has no page to show: nothing was written"),
        (Some(page), _) => {
            if let Err(error) = (world.open)(Path::new(page)) {
                warn(&format!(
                    "{page} could not be shown: {error}; open it in a browser"
                ));
            }
        }
    }
}

/// One conversion, as asked for.
struct Conversion<'c> {
    inputs: &'c [PathBuf],
    /// Everything that OUT must be apart from: the inputs, and in a batch those of the others.
    apart_from: &'c [PathBuf],
    out: &'c Path,
    args: &'c ConvertArgs,
    /// Kept with the charge when the result waits for its download.
    ticket: Option<&'c Ticket>,
}

/// The whole of a conversion: what is left of killed runs, the question to the budget, four stages,
/// and between sealing and publishing the decision.
fn one(c: &Conversion<'_>, world: &World<'_>) -> Result<Summary> {
    let earlier = Earlier::read(&c.args.since, c.args.force.then_some(c.out))?;
    if c.args.dry_run {
        let catalogue = take_in_for(c, world)?;
        let validated = read(&catalogue, &c.args.read, c.args.is_imperial(), world)?;
        let report = write(c, catalogue, validated, earlier, None, world)?;
        return Ok(report.summary(Task::DryRun, c.args, BudgetNotice::default()));
    }
    tell_apart(c.out, c.apart_from)?;
    let mut billing = Billing::of(c, world)?;
    billing.settle(c.out)?;
    match paid(c, &mut billing, earlier, world) {
        Err(error) if is_done_before(c, &billing, &error) => Ok(Summary {
            task: Task::DoneBefore,
            ..Summary::default()
        }),
        other => other,
    }
}

/// What is left of a conversion when OUT is known to be a place for it.
fn paid(
    c: &Conversion<'_>,
    billing: &mut Billing<'_>,
    earlier: Option<Earlier>,
    world: &World<'_>,
) -> Result<Summary> {
    billing.ask()?;
    let catalogue = take_in_for(c, world)?;
    let mut work = begin(c, billing)?;
    catalogue.export.hash_while_reading();
    let validated = read(&catalogue, &c.args.read, c.args.is_imperial(), world)?;
    let report = write(c, catalogue, validated, earlier, Some(&work), world)?;
    let page = report.page(c.args);
    work.put(PAGE, page.as_bytes())?;
    let page = WrittenFile::new(PAGE, "report", page.as_bytes());
    let digest = report.digest(world)?;
    let request = billing.request_mark()?;
    let seal = |work: &mut Work, degraded| {
        let manifest = report.manifest(c.args, page.clone(), degraded, request.clone(), world)?;
        anyhow::Ok(work.seal(&manifest)?)
    };
    seal(&mut work, billing.is_degraded())?;
    if let Err(error) = billing.charge(digest, || seal(&mut work, true)) {
        // What may have been charged is finished by who comes next.
        if error.downcast_ref().is_some_and(StateError::may_be_charged) {
            work.leave();
        }
        return Err(error);
    }
    billing.publish(work)?;
    let notice = std::mem::take(&mut billing.notice);
    if let Some(file) = billing.store.file() {
        kept::forget(file, &billing.swept);
    }
    Ok(report.summary(Task::Convert, c.args, notice))
}

/// Schedulers start things twice: tells whether OUT holds, whole, what this very request has made of
/// this very input, so that the error that ended a run is none. `--force` asks for it to be made anew.
fn is_done_before(c: &Conversion<'_>, billing: &Billing<'_>, error: &anyhow::Error) -> bool {
    let taken = error
        .downcast_ref::<DownloadError>()
        .is_some_and(|e| e.kind == Kind::Exists);
    let asked = c.args.request_id.is_some() && !c.args.force;
    asked && (taken || is_refused(error)) && billing.has_finished(c.out).unwrap_or(false)
}

/// UPLOAD.
fn take_in(
    inputs: &[PathBuf],
    limits: &LimitArgs,
    selected: &[Only],
    world: &World<'_>,
) -> Result<Catalogue> {
    let limits = options::limits(limits);
    let catalogue = Catalogue::take_in(inputs, limits, selected, &world.stop)?;
    for archive in catalogue.archives_in_folders() {
        world.reporter.note("folder", &archive);
    }
    Ok(catalogue)
}

fn take_in_for(c: &Conversion<'_>, world: &World<'_>) -> Result<Catalogue> {
    let read = &c.args.read;
    take_in(c.inputs, &read.limits, &selected(&read.only), world)
}

fn begin(c: &Conversion<'_>, billing: &Billing) -> Result<Work> {
    Ok(Work::begin(&OutRequest {
        out: c.out,
        kind: OutKind::of(c.out),
        force: c.args.force,
        operation: &billing.operation.to_string(),
        inputs: c.apart_from,
        secret: &billing.secret()?,
        is_output,
    })?)
}

/// VALIDATE, with its progress.
fn read(
    catalogue: &Catalogue,
    args: &ReadArgs,
    imperial: Option<bool>,
    world: &World<'_>,
) -> Result<Validated> {
    let request = options::request(args, imperial, world);
    (world.reporter).begin(Phase::Reading, catalogue.wanted_bytes());
    let progress = |bytes| world.reporter.advance(bytes);
    let validated = validate::validate(catalogue, &request, &world.stop, &progress);
    world.reporter.end();
    // Without closing lines this is the place to say that a part is missing.
    Ok(validated.inspect_err(|_| warn_of_missing_parts(catalogue, world.reporter))?)
}

/// CONVERT, each file into the work folder as soon as it is made.
fn write(
    c: &Conversion<'_>,
    catalogue: Catalogue,
    validated: Validated,
    earlier: Option<Earlier>,
    work: Option<&Work>,
    world: &World<'_>,
) -> Result<ConversionReport> {
    let Validated {
        mut checked,
        tallies,
    } = validated;
    for choice in &tallies.chosen {
        world.reporter.note("note", choice);
    }
    let selected = options::written(&c.args.read);
    let put = |file: &WrittenFile, bytes: &[u8]| {
        world.reporter.advance(1);
        work.map_or(Ok(()), |w| Ok(w.put(&file.path, bytes)?))
    };
    let (made, chain) = since::render(c, &mut checked, earlier, &selected, &put, world)?;
    world.reporter.end();
    let report = ConversionReport::new(catalogue, checked, tallies, made, chain, &selected);
    if report.is_empty() {
        return Err(failure(NO_DATA, report.nothing()));
    }
    Ok(report)
}

fn warn_of_missing_parts(catalogue: &Catalogue, reporter: &Reporter) {
    for (_, what) in catalogue.incomplete() {
        reporter.warning(&format!("{what}: give all parts of one export together"));
    }
}

/// Tells whether a signal has asked to stop, and which.
fn stopped(world: &World<'_>) -> Option<u8> {
    let signal = world.signal.load(Ordering::Relaxed);
    (world.stop.load(Ordering::Relaxed) && signal > 0)
        .then(|| u8::try_from(128 + signal).unwrap_or(u8::MAX))
}
