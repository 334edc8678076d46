//! The four stages as commands of their own: `upload`, `validate`, `convert UPLOAD_ID`, `download`.
//!
//! What is taken in and what waits for its download lies in folders beside the state file, named by
//! id; the state itself keeps only the ids and when they expire. Neither leaves the machine.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::json;

use super::failure::NoInput;
use super::{Conversion, World, account, one, options, purse};
use crate::budget::{Key, OperationId, SqliteStore, Store, Ticket, TicketKind};
use crate::cli::{ConvertArgs, DownloadArgs, GeneralArgs, ReportFormat, UploadArgs, ValidateArgs};
use crate::download::{DownloadError, OutKind, Request as OutRequest, Work, manifest};
use crate::model::Instant;
use crate::platform;
use crate::report::words::counted;
use crate::report::{Format, Report, render_findings};
use crate::upload::Catalogue;
use crate::validate;

/// How long an upload can be converted, in seconds.
const UPLOAD_TTL: i64 = 3600;
/// How long a conversion can be downloaded, in seconds.
const CONVERSION_TTL: i64 = 7200;

/// Returns the upload id that was given instead of INPUTs: one word of 32 hex digits that is no file.
pub(super) fn upload_id(inputs: &[OsString]) -> Option<&str> {
    let [only] = inputs else { return None };
    let id = only.to_str().filter(|t| t.parse::<OperationId>().is_ok())?;
    (!Path::new(id).exists()).then_some(id)
}

/// The folder in which uploads or conversions lie, beside the state file.
pub(super) fn folder(store: &SqliteStore, kind: TicketKind) -> PathBuf {
    let name = match kind {
        TicketKind::Upload => ".uploads",
        TicketKind::Conversion => ".conversions",
    };
    let mut path = store.path().as_os_str().to_owned();
    path.push(name);
    PathBuf::from(path)
}

fn ticket(kind: TicketKind, id: &str, now: Instant, ttl: i64) -> Ticket {
    Ticket {
        kind,
        id: id.to_owned(),
        payload: String::new(),
        created_at: now,
        expires_at: now.plus(ttl),
    }
}

/// Finds a ticket that has not expired.
fn fetch(store: &SqliteStore, kind: TicketKind, id: &str, now: Instant) -> Result<PathBuf> {
    let (what, how) = match kind {
        TicketKind::Upload => (
            "upload",
            "take the export in again: trackersync upload INPUT",
        ),
        TicketKind::Conversion => ("conversion", "convert again: trackersync convert UPLOAD_ID"),
    };
    let path = folder(store, kind).join(id);
    if id.parse::<OperationId>().is_err() || store.get(kind, id, now)?.is_none() || !path.exists() {
        return Err(NoInput(format!("{id}: no such {what}, or it has expired\n{how}")).into());
    }
    Ok(path)
}

/// `upload`
pub(super) fn upload(args: &UploadArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let all: Vec<&str> = crate::convert::names().collect();
    let catalogue = Catalogue::take_in(
        &args.inputs,
        options::limits(&args.limits),
        &all,
        &world.stop,
    )?;
    super::warn_of_missing_parts(&catalogue, world.reporter);
    let store = purse::store(general, world)?;
    let now = (world.clock)();
    let id = OperationId::fresh().to_string();
    store.put(&ticket(TicketKind::Upload, &id, now, UPLOAD_TTL), now)?;
    let target = folder(&store, TicketKind::Upload).join(&id);
    // The ticket comes first, or a `maintain` of this moment would take the folder for litter.
    keep(&args.inputs, &target).map_err(|e| {
        let _goes_with_maintain_else = fs::remove_dir_all(&target);
        failed(&target, &e)
    })?;
    let (wanted, bytes) = (catalogue.wanted().len(), catalogue.wanted_bytes());
    let expires = now.plus(UPLOAD_TTL);
    if general.json {
        let document = json!({"schema": 1, "upload_id": id, "entries": wanted, "bytes": bytes, "expires_at": expires.to_string()});
        world.reporter.result(&format!("{document}\n"))?;
    } else {
        world.reporter.result(&format!("{id}\n"))?;
        let size = format!(
            "{}, {}",
            counted(
                u64::try_from(wanted).unwrap_or(u64::MAX),
                "entry",
                "entries"
            ),
            counted(bytes, "byte", "bytes")
        );
        world.reporter.note(
            "upload",
            &format!("{size}, valid until {expires}; next: trackersync convert {id}"),
        );
    }
    Ok(0)
}

/// An upload that could not be kept: it lies beside the state, not in an OUT.
fn failed(path: &Path, error: &io::Error) -> DownloadError {
    DownloadError {
        hint: "make room beside the state file, or name another one with --state".to_owned(),
        ..DownloadError::io(path, "cannot be written", error)
    }
}

/// Puts the inputs into a private folder: as links to the same bytes where the disk allows it. Each
/// has a folder of its own, by number: two may have one name.
fn keep(inputs: &[PathBuf], target: &Path) -> io::Result<()> {
    for (number, input) in inputs.iter().enumerate() {
        let name = input
            .file_name()
            .map_or_else(|| OsString::from("export"), OsString::from);
        let folder = target.join(format!("{number:04}"));
        fs::create_dir_all(&folder)?;
        copy(&platform::canonical(input)?, &folder.join(name))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(from)?.file_type();
    if kind.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if kind.is_file() && fs::hard_link(from, to).is_err() {
        // Never into a file that is there: it may be a link to the user's own.
        io::copy(&mut fs::File::open(from)?, &mut fs::File::create_new(to)?)?;
    }
    Ok(())
}

/// The inputs of an upload, in the order in which they were given.
fn inputs_of(upload: &Path) -> Result<Vec<PathBuf>> {
    let list = |folder: &Path| {
        let names = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let names = names.with_context(|| folder.display().to_string())?;
        let mut paths: Vec<PathBuf> = names.into_iter().map(|e| e.path()).collect();
        paths.sort();
        anyhow::Ok(paths)
    };
    let mut inputs = Vec::new();
    for numbered in list(upload)? {
        inputs.extend(list(&numbered)?);
    }
    Ok(inputs)
}

/// `convert UPLOAD_ID`: the result waits beside the state file.
pub(super) fn convert(
    upload: &str,
    args: &ConvertArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let store = purse::store(general, world)?;
    let now = (world.clock)();
    let inputs = inputs_of(&fetch(&store, TicketKind::Upload, upload, now)?)?;
    let id = OperationId::fresh().to_string();
    let ticket = ticket(TicketKind::Conversion, &id, now, CONVERSION_TTL);
    let waiting = args.output.is_none();
    let out = args
        .output
        .clone()
        .unwrap_or_else(|| folder(&store, TicketKind::Conversion).join(&id));
    let key = Key::from_option(args.key.as_deref());
    let conversion = Conversion {
        inputs: &inputs,
        out: &out,
        args,
        general,
        key,
        ticket: waiting.then_some(&ticket),
    };
    let mut summary = one(&conversion, world)?;
    let code = summary.exit_code;
    if !waiting || args.dry_run {
        summary.out = (!args.dry_run).then(|| out.display().to_string());
        world.reporter.summary(&summary)?;
        return Ok(code);
    }
    summary.out = Some(id.clone());
    world.reporter.summary(&summary)?;
    if !general.json {
        world.reporter.result(&format!("{id}\n"))?;
        world.reporter.note(
            "conversion",
            &format!(
                "waits until {}; next: trackersync download {id} -o OUT",
                ticket.expires_at
            ),
        );
    }
    Ok(code)
}

/// `download`: hands the files over; free, and possible again until the conversion expires.
pub(super) fn download(
    args: &DownloadArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let store = purse::store(general, world)?;
    let id = args.conversion.to_string_lossy().into_owned();
    let waiting = fetch(&store, TicketKind::Conversion, &id, (world.clock)())?;
    let ledger = purse::StoreLedger {
        store: &store,
        now: world.clock,
    };
    purse::tell_recovered(
        &crate::download::recover(&args.output, &ledger)?,
        world.reporter,
    );
    let operation = OperationId::fresh().to_string();
    let kind = OutKind::of(&args.output);
    let mut work = Work::begin(&OutRequest {
        out: &args.output,
        kind,
        force: args.force,
        operation: &operation,
        inputs: &[],
    })?;
    let listed = read(&waiting.join(manifest::NAME))?;
    let outputs = manifest::Manifest::from_slice(&listed)
        .map_err(|e| NoInput(format!("{id}: its manifest is damaged: {e}\nconvert again")))?
        .outputs;
    for output in &outputs {
        work.put(&output.path, &read(&waiting.join(&output.path))?)?;
    }
    work.seal(&listed)?;
    work.publish()?;
    let out = args.output.display();
    world
        .reporter
        .note("download", &format!("{} files in {out}", outputs.len()));
    if general.json {
        world.reporter.result(&format!("{}\n", json!({"schema": 1, "conversion_id": id, "out": out.to_string(), "files": outputs.len()})))?;
    }
    Ok(0)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}

/// `validate`: reads and checks everything, writes nothing, costs nothing.
pub(super) fn validate(
    args: &ValidateArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let inputs: Vec<PathBuf> = match upload_id(&args.inputs) {
        Some(id) => {
            let store = purse::store(general, world)?;
            inputs_of(&fetch(&store, TicketKind::Upload, id, (world.clock)())?)?
        }
        None => args.inputs.iter().map(PathBuf::from).collect(),
    };
    let selected = options::selected(&args.read);
    let catalogue = Catalogue::take_in(
        &inputs,
        options::limits(&args.read.limits),
        &selected,
        &world.stop,
    )?;
    super::warn_of_missing_parts(&catalogue, world.reporter);
    let request = options::request(&args.read, None, world);
    let bytes = catalogue.wanted_bytes();
    world.reporter.event(crate::report::Event::Begin {
        phase: crate::report::Phase::Reading,
        bytes,
    });
    let progress = |bytes| {
        world
            .reporter
            .event(crate::report::Event::Advance { bytes })
    };
    let validated = validate::validate(&catalogue, &request, &world.stop, &progress)?;
    world.reporter.event(crate::report::Event::End);
    let summary = account::checked_only(&catalogue, &validated.checked, &validated.books);
    let format = match args.format {
        _ if general.json => Format::Json,
        ReportFormat::Json => Format::Json,
        ReportFormat::Github => Format::Github,
        ReportFormat::Human => Format::Human,
    };
    world.reporter.result(&render_findings(format, &summary))?;
    if format == Format::Human {
        world.reporter.summary(&summary)?;
    }
    Ok(summary.exit_code)
}
