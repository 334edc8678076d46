//! The four stages as commands of their own: `upload`, `validate`, `convert UPLOAD_ID`, `download`.
//!
//! What is taken in and what waits for its download lies beside the state file, named by id; the
//! state itself keeps only the ids and when they expire. Neither leaves the machine.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum as _;
use serde_json::json;

use super::failure::{NO_INPUT, failure};
use super::recovery::StoreLedger;
use super::{Conversion, World, account, billing, kept, one, typed};
use crate::budget::{
    CONVERSION_TTL, OperationId, SqliteStore, Store, Ticket, TicketKind, UPLOAD_TTL,
};
use crate::cli::{ConvertArgs, DownloadArgs, ReportFormat, UploadArgs, ValidateArgs};
use crate::convert::selected;
use crate::download::{OutKind, Request as OutRequest, Work, cause, manifest, tell_apart};
use crate::garmin::is_output;
use crate::model::file::{Only, WrittenFile, sha256};
use crate::platform;
use crate::report::words::counted;
use crate::report::{findings_for_github, findings_for_people, summary_json};

/// Returns the upload id that was given instead of INPUTs: one word of 32 hex digits that is no file.
pub(super) fn upload_id(inputs: &[OsString]) -> Option<&str> {
    let [only] = inputs else { return None };
    let id = only.to_str().filter(|t| OperationId::parse(t).is_some())?;
    (!Path::new(id).exists()).then_some(id)
}

/// The ticket of what is made now.
pub(super) fn ticket(kind: TicketKind, world: &World<'_>) -> Ticket {
    let ttl = match kind {
        TicketKind::Upload => UPLOAD_TTL,
        TicketKind::Conversion => CONVERSION_TTL,
    };
    let now = world.now();
    Ticket {
        kind,
        id: OperationId::fresh().to_string(),
        created_at: now,
        expires_at: now.plus(ttl),
    }
}

/// Finds the folder of a ticket that has not expired.
fn fetch(store: &SqliteStore, kind: TicketKind, id: &str, world: &World<'_>) -> Result<PathBuf> {
    let path = kept::folder(store, kind).join(id);
    let is_id = OperationId::parse(id).is_some();
    if is_id && store.get(kind, id, world.now())?.is_some() && path.is_dir() {
        return Ok(path);
    }
    let (what, how) = match kind {
        TicketKind::Upload => (
            "upload",
            "take the export in again: trackersync upload INPUT",
        ),
        TicketKind::Conversion => ("conversion", "convert again: trackersync convert UPLOAD_ID"),
    };
    let text = format!("{id}: no such {what}, or it has expired\n{how}");
    Err(failure(NO_INPUT, text))
}

/// The INPUTs of an upload that has not expired.
fn inputs_of(store: &SqliteStore, upload: &str, world: &World<'_>) -> Result<Vec<PathBuf>> {
    kept::inputs_of(&fetch(store, TicketKind::Upload, upload, world)?)
}

/// `upload`
pub(super) fn upload(args: &UploadArgs, world: &World<'_>) -> Result<u8> {
    let all = Only::value_variants();
    let catalogue = super::take_in(&args.inputs, &args.limits, all, world)?;
    super::warn_of_missing_parts(&catalogue, world.reporter);
    let store = billing::file(world)?;
    let ticket = ticket(TicketKind::Upload, world);
    store.put(&ticket, ticket.created_at)?;
    // The ticket comes first, or a `maintain` of this moment would take the folder for litter.
    let target = kept::private_folder(&store, TicketKind::Upload)?.join(&ticket.id);
    kept::keep(&args.inputs, &target)?;
    let (entries, bytes) = (catalogue.wanted().len(), catalogue.wanted_bytes());
    let (id, expires) = (ticket.id, ticket.expires_at.to_string());
    if world.general.json {
        world.document(&json!({"schema": 1, "upload_id": id, "entries": entries, "bytes": bytes, "expires_at": expires}))?;
        return Ok(0);
    }
    world.reporter.result(&format!("{id}\n"))?;
    let entries = counted(entries as u64, "entry", "entries");
    let bytes = counted(bytes, "byte", "bytes");
    let text = format!("{entries}, {bytes}, valid until {expires}; next: trackersync convert {id}");
    world.reporter.note("upload", &text);
    Ok(0)
}

/// `convert UPLOAD_ID`: the result waits beside the state file, unless OUT is named.
pub(super) fn convert(upload: &str, args: &ConvertArgs, world: &World<'_>) -> Result<u8> {
    let store = billing::file(world)?;
    let inputs = inputs_of(&store, upload, world)?;
    let ticket = ticket(TicketKind::Conversion, world);
    let waiting = args.output.is_none();
    let out = match &args.output {
        Some(out) => out.clone(),
        None if args.dry_run => PathBuf::from(&ticket.id),
        None => {
            StoreLedger::of(&store, world).settle_waiting(&store)?;
            kept::private_folder(&store, TicketKind::Conversion)?.join(&ticket.id)
        }
    };
    let conversion = Conversion {
        inputs: &inputs,
        apart_from: &inputs,
        out: &out,
        args,
        ticket: waiting.then_some(&ticket),
    };
    let mut summary = one(&conversion, world)?;
    let code = summary.exit_code();
    if args.dry_run {
        world.reporter.summary(&summary)?;
        return Ok(code);
    }
    if !waiting {
        super::handed_over(&mut summary, &out);
        world.reporter.summary(&summary)?;
        return Ok(code);
    }
    let (id, expires) = (&ticket.id, ticket.expires_at);
    summary.out = Some(id.clone());
    summary.waits = true;
    world.reporter.summary(&summary)?;
    if !world.general.json {
        world.reporter.result(&format!("{id}\n"))?;
        let text = format!("waits until {expires}; next: trackersync download {id} -o OUT");
        world.reporter.note("conversion", &text);
    }
    Ok(code)
}

/// `download`: hands the files over; free, and possible again until the conversion expires.
pub(super) fn download(args: &DownloadArgs, world: &World<'_>) -> Result<u8> {
    let store = billing::file(world)?;
    let id = args.conversion.to_string_lossy().into_owned();
    let waiting = fetch(&store, TicketKind::Conversion, &id, world)?;
    let ledger = StoreLedger::of(&store, world);
    let inputs = std::slice::from_ref(&waiting);
    tell_apart(&args.output, inputs)?;
    ledger.settle(&args.output)?;
    let listed = read(&waiting.join(manifest::NAME)).map_err(|e| damaged(&id, &e))?;
    let outputs = outputs(&listed).map_err(|e| damaged(&id, &e))?;
    let mut work = Work::begin(&OutRequest {
        out: &args.output,
        kind: OutKind::of(&args.output),
        force: args.force,
        operation: &OperationId::fresh().to_string(),
        inputs,
        secret: &ledger.secret()?,
        is_output,
    })?;
    for output in &outputs {
        let bytes = whole(&waiting, output).map_err(|e| damaged(&id, &e))?;
        work.put(&output.path, &bytes)?;
    }
    work.seal(&listed)?;
    work.publish()?;
    let (out, page) = (args.output.display(), super::page_in(&args.output));
    let unpack = match OutKind::of(&args.output) {
        OutKind::Folder => "",
        OutKind::Zip => "unpack it first, and ",
    };
    let files = counted(outputs.len() as u64, "file", "files");
    let text =
        format!("{files} in {out}; next: {unpack}open {page}, which says what to import where");
    world.reporter.note("download", &text);
    if world.general.json {
        world.document(&json!({"schema": 1, "conversion_id": id, "out": out.to_string(), "files": outputs.len()}))?;
    }
    Ok(0)
}

/// What waits is no longer what the conversion wrote; none of it is handed over.
fn damaged(id: &str, why: &io::Error) -> anyhow::Error {
    let why = cause(why);
    let text = format!(
        "{id}: what waits for its download is damaged: {why}\nconvert again: trackersync convert UPLOAD_ID"
    );
    failure(NO_INPUT, text)
}

/// The files that a manifest lists, if it is byte for byte one of ours.
fn outputs(listed: &[u8]) -> io::Result<Vec<WrittenFile>> {
    let wrong = |what: &str| io::Error::other(format!("{} {what}", manifest::NAME));
    let parsed = manifest::Manifest::from_slice(listed).map_err(|e| wrong(&e))?;
    if parsed.to_bytes()? != listed {
        return Err(wrong("is not as it was written"));
    }
    Ok(parsed.outputs)
}

/// A file that waits, if it is still what its manifest says.
fn whole(waiting: &Path, output: &WrittenFile) -> io::Result<Vec<u8>> {
    let named = |what: &str| io::Error::other(format!("{}: {what}", output.path));
    let bytes = read(&waiting.join(&output.path)).map_err(|e| named(&cause(&e)))?;
    if sha256(&bytes) != output.sha256 {
        return Err(named("is not as it was written"));
    }
    Ok(bytes)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    platform::open_plain(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `validate`: reads and checks everything, writes nothing, costs nothing.
pub(super) fn validate(args: &ValidateArgs, world: &World<'_>) -> Result<u8> {
    let inputs = match upload_id(&args.inputs) {
        Some(id) => inputs_of(&billing::file(world)?, id, world)?,
        None => typed::all(&args.inputs)?,
    };
    let selected = selected(&args.read.only);
    let catalogue = super::take_in(&inputs, &args.read.limits, &selected, world)?;
    let validated = super::read(&catalogue, &args.read, None, world)?;
    let summary = account::checked_only(&catalogue, &validated, args);
    match args.format {
        _ if world.general.json => world.reporter.result(&summary_json(&summary))?,
        ReportFormat::Json => world.reporter.result(&summary_json(&summary))?,
        ReportFormat::Github => (world.reporter).result(&findings_for_github(&summary.account))?,
        ReportFormat::Human => {
            (world.reporter).result_for_people(&findings_for_people(
                &summary.account,
                world.general.verbose,
            ))?;
            world.reporter.summary(&summary)?;
        }
    }
    Ok(summary.exit_code())
}
