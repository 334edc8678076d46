//! Manifests of earlier outputs, read and held to what this program writes.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::DIGITS;
use crate::archive::{EntryBuffers, InputError, ZipFile};
use crate::download::cause;
use crate::download::manifest::{self, MAX_BYTES, Manifest};
use crate::platform;
use crate::run::failure::{NO_DATA, NO_INPUT, failure};

const NAME_IT: &str =
    "name the folder or zip that an earlier conversion wrote, or its manifest.json";

/// Reads the manifest of an earlier output: a folder, a zip, or the manifest itself.
pub(super) fn manifest_of(path: &Path) -> Result<Manifest> {
    let shown = platform::full(path);
    let no_output = |what: String| failure(NO_DATA, format!("{shown}: {what}"));
    let bytes = bytes_of(path).map_err(|e| match (e.raw_os_error(), cause(&e)) {
        (Some(_), why) => failure(
            NO_INPUT,
            format!("--since {shown}: {why}\ncheck the spelling and the folder"),
        ),
        (None, why) => no_output(format!("{why}\n{NAME_IT}")),
    })?;
    let manifest = Manifest::from_slice(&bytes);
    let manifest = manifest.map_err(|what| no_output(format!("its manifest {what}\n{NAME_IT}")))?;
    if manifest.schema > manifest::SCHEMA {
        return Err(no_output(format!(
            "its manifest has schema {}, from a newer version\nupgrade trackersync",
            manifest.schema
        )));
    }
    if let Some(what) = tampered(&manifest) {
        return Err(no_output(format!(
            "its manifest was changed after it was written: {what}\nname an output as the conversion wrote it, or convert without --since"
        )));
    }
    Ok(manifest)
}

/// The bytes of a manifest. An error without a number of the system says why there are none.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let none = || io::Error::other("holds no manifest.json: it is no output of trackersync");
    let meta = fs::metadata(path)?;
    if meta.is_dir() {
        let inside = path.join(manifest::NAME);
        return match fs::symlink_metadata(&inside) {
            Ok(meta) if meta.is_file() => all_of(File::open(inside)?),
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Err(none()),
        };
    }
    if !meta.is_file() {
        return Err(io::Error::other("is neither a file nor a folder"));
    }
    let ending = path.extension().unwrap_or_default();
    if ending.eq_ignore_ascii_case("json") {
        return all_of(File::open(path)?);
    }
    let zip = ZipFile::open(path, MAX_BYTES).map_err(|e| match e {
        InputError::Io { source, .. } => source,
        InputError::Unusable { what, .. } => io::Error::other(format!("is no whole zip: {what}")),
        error => io::Error::other(format!("is no whole zip: {error}")),
    })?;
    // A folder that was zipped by hand stands in its zip as one folder.
    let is_manifest = |name: &&str| {
        let folder = name.strip_suffix(manifest::NAME);
        folder.is_some_and(|f| f.is_empty() || f.find('/') == Some(f.len() - 1))
    };
    let mut names: Vec<&str> = zip.names().filter(is_manifest).collect();
    names.sort_by_key(|name| name.len());
    let name = names.first().ok_or_else(none)?;
    let mut buffers = EntryBuffers::default();
    let bytes = zip.read(name, &mut buffers)?;
    let unread = |what| io::Error::other(format!("its manifest cannot be read: {what}"));
    Ok(bytes.map_err(unread)?.to_vec())
}

fn all_of(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("its manifest is too long"));
    }
    Ok(bytes)
}

/// What no manifest of this program says.
fn tampered(manifest: &Manifest) -> Option<String> {
    let mut paths = BTreeSet::new();
    for output in manifest.outputs.iter().chain(&manifest.unchanged) {
        if !is_ours(&output.path) {
            return Some(format!("the path \"{}\" is none of ours", output.path));
        }
        if !is_hex(&output.sha256, 64) {
            return Some(format!("{} has no SHA-256", output.path));
        }
    }
    if let Some(twice) = manifest.outputs.iter().find(|o| !paths.insert(&o.path)) {
        return Some(format!("{} stands in it twice", twice.path));
    }
    let files = manifest.outputs.iter().filter(|o| o.kind != "report");
    let bytes = files
        .clone()
        .fold(0, |sum: u64, o| sum.saturating_add(o.bytes));
    for (name, sum) in [("files", files.count() as u64), ("bytes", bytes)] {
        if manifest.totals.get(name).and_then(Value::as_u64) != Some(sum) {
            let what = format!("its files do not add up to the {name} of its totals");
            return Some(what);
        }
    }
    let odd = |(month, items): &(&String, &BTreeSet<String>)| {
        let shape = month.len() == 7 && month.get(4..5) == Some("-");
        !shape || items.iter().any(|i| !is_hex(i, DIGITS))
    };
    let (month, _) = manifest.weigh_ins.iter().find(odd)?;
    Some(format!("the weigh-ins of {month:?} are none"))
}

fn is_hex(text: &str, digits: usize) -> bool {
    let is_digit = |b| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    text.len() == digits && text.bytes().all(is_digit)
}

/// Tells whether a path is one that this program writes.
fn is_ours(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    let top = ["import/", "archive/"]
        .iter()
        .any(|top| path.starts_with(top));
    path == "report.html" || top && path.split('/').all(plain)
}
