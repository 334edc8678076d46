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

use super::failure::InputNotFound;
use super::recovery::StoreLedger;
use super::{Conversion, World, billing, kept, one, options, told, typed};
use crate::budget::{
    CONVERSION_TTL, Key, OperationId, SqliteStore, Store, Ticket, TicketKind, UPLOAD_TTL,
};
use crate::cli::{ConvertArgs, DownloadArgs, GeneralArgs, ReportFormat, UploadArgs, ValidateArgs};
use crate::download::{OutKind, Request as OutRequest, Work, cause, manifest, tell_apart};
use crate::garmin::is_output;
use crate::model::Instant;
use crate::model::file::{Only, WrittenFile, sha256};
use crate::platform;
use crate::report::words::counted;
use crate::report::{Format, render_findings};
use crate::upload::Catalogue;

/// Returns the upload id that was given instead of INPUTs: one word of 32 hex digits that is no file.
pub(super) fn upload_id(inputs: &[OsString]) -> Option<&str> {
    let [only] = inputs else { return None };
    let id = only.to_str().filter(|t| t.parse::<OperationId>().is_ok())?;
    (!Path::new(id).exists()).then_some(id)
}

fn ticket(kind: TicketKind, id: &str, now: Instant, ttl: i64) -> Ticket {
    Ticket {
        kind,
        id: id.to_owned(),
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
    let path = kept::folder(store, kind).join(id);
    if id.parse::<OperationId>().is_err() || store.get(kind, id, now)?.is_none() || !path.is_dir() {
        return Err(
            InputNotFound(format!("{id}: no such {what}, or it has expired\n{how}")).into(),
        );
    }
    Ok(path)
}

/// `upload`
pub(super) fn upload(args: &UploadArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let all = Only::value_variants();
    let catalogue = Catalogue::take_in(
        &args.inputs,
        options::limits(&args.limits),
        all,
        &world.stop,
    )?;
    super::tell_of_folders(&catalogue, world.reporter);
    super::warn_of_missing_parts(&catalogue, world.reporter);
    let store = billing::file(general, world)?;
    let now = (world.clock)();
    let id = OperationId::fresh().to_string();
    store.put(&ticket(TicketKind::Upload, &id, now, UPLOAD_TTL), now)?;
    // The ticket comes first, or a `maintain` of this moment would take the folder for litter.
    let target = kept::private_folder(&store, TicketKind::Upload)?.join(&id);
    kept::keep(&args.inputs, &target)?;
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

/// `convert UPLOAD_ID`: the result waits beside the state file.
pub(super) fn convert(
    upload: &str,
    args: &ConvertArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let store = billing::file(general, world)?;
    let now = (world.clock)();
    let inputs = kept::inputs_of(&fetch(&store, TicketKind::Upload, upload, now)?)?;
    let id = OperationId::fresh().to_string();
    let ticket = ticket(TicketKind::Conversion, &id, now, CONVERSION_TTL);
    let waiting = args.output.is_none();
    let out = match &args.output {
        Some(out) => out.clone(),
        None if args.dry_run => PathBuf::from(&id),
        None => {
            let ledger = StoreLedger {
                store: &store,
                now: world.clock,
            };
            ledger.settle_waiting(&store, world)?;
            kept::private_folder(&store, TicketKind::Conversion)?.join(&id)
        }
    };
    let key = Key::from_option(args.key.as_deref());
    let conversion = Conversion {
        inputs: &inputs,
        apart_from: &inputs,
        out: &out,
        args,
        general,
        key,
        ticket: waiting.then_some(&ticket),
    };
    let mut summary = one(&conversion, world)?;
    let code = summary.exit_code;
    if !waiting || args.dry_run {
        if !args.dry_run {
            super::handed_over(&mut summary, &out);
        }
        world.reporter.summary(&summary)?;
        return Ok(code);
    }
    summary.out = Some(id.clone());
    summary.waits = true;
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
    let store = billing::file(general, world)?;
    let id = args.conversion.to_string_lossy().into_owned();
    let waiting = fetch(&store, TicketKind::Conversion, &id, (world.clock)())?;
    let ledger = StoreLedger {
        store: &store,
        now: world.clock,
    };
    let inputs = std::slice::from_ref(&waiting);
    tell_apart(&args.output, inputs)?;
    ledger.settle(&args.output, world.reporter)?;
    let listed = read(&waiting.join(manifest::NAME)).map_err(|e| damaged(&id, &e))?;
    let outputs = outputs(&listed).map_err(|e| damaged(&id, &e))?;
    let operation = OperationId::fresh().to_string();
    let mut work = Work::begin(&OutRequest {
        out: &args.output,
        kind: OutKind::of(&args.output),
        force: args.force,
        operation: &operation,
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
    let out = args.output.display();
    let (page, unpack) = match OutKind::of(&args.output) {
        OutKind::Folder => (platform::full(&args.output.join("report.html")), ""),
        OutKind::Zip => ("report.html in it".to_owned(), "unpack it first, and "),
    };
    let files = counted(outputs.len() as u64, "file", "files");
    world.reporter.note(
        "download",
        &format!("{files} in {out}; next: {unpack}open {page}, which says what to import where"),
    );
    if general.json {
        world.reporter.result(&format!("{}\n", json!({"schema": 1, "conversion_id": id, "out": out.to_string(), "files": outputs.len()})))?;
    }
    Ok(0)
}

/// What waits is no longer what the conversion wrote; none of it is handed over.
fn damaged(id: &str, why: &io::Error) -> InputNotFound {
    InputNotFound(format!(
        "{id}: what waits for its download is damaged: {}\nconvert again: trackersync convert UPLOAD_ID",
        cause(why)
    ))
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
    crate::platform::open_plain(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `validate`: reads and checks everything, writes nothing, costs nothing.
pub(super) fn validate(
    args: &ValidateArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let inputs: Vec<PathBuf> = match upload_id(&args.inputs) {
        Some(id) => {
            let store = billing::file(general, world)?;
            kept::inputs_of(&fetch(&store, TicketKind::Upload, id, (world.clock)())?)?
        }
        None => typed::all(&args.inputs)?,
    };
    let selected = options::selected(&args.read);
    let catalogue = Catalogue::take_in(
        &inputs,
        options::limits(&args.read.limits),
        &selected,
        &world.stop,
    )?;
    super::tell_of_folders(&catalogue, world.reporter);
    let request = options::request(&args.read, None, world);
    let validated = super::read(&catalogue, &request, world)?;
    let summary = told::checked_only(&catalogue, &validated.checked, &validated.tallies, args);
    let format = match args.format {
        _ if general.json => Format::Json,
        ReportFormat::Json => Format::Json,
        ReportFormat::Github => Format::Github,
        ReportFormat::Human => Format::Human,
    };
    let findings = render_findings(format, &summary);
    if format == Format::Human {
        world.reporter.result_for_people(&findings)?;
        world.reporter.summary(&summary)?;
    } else {
        world.reporter.result(&findings)?;
    }
    Ok(summary.exit_code)
}
