//! The manifest: what came in, what went out, what was left out and why, as `manifest.json`.
//!
//! Written last and synced, its presence means that an output is complete. It holds no time of the
//! run, no host name and no absolute path: same input, same options, same bytes. Fields may be
//! added, never removed; an unknown field is passed over when reading. One input, output, entry or
//! finding is one line, so that two manifests can be compared line by line. The room fills in
//! nothing by itself: the caller knows what the words and numbers mean.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::model::file::WrittenFile;

/// Name of the manifest in OUT.
pub const NAME: &str = "manifest.json";
/// The output that a path names: the folder of a manifest, else the path itself.
pub(crate) fn output_of(path: &Path) -> &Path {
    let is_manifest = path.file_name().is_some_and(|name| name == NAME);
    path.parent().filter(|_| is_manifest).unwrap_or(path)
}

/// Number of this layout.
pub const SCHEMA: u32 = 1;
/// What the manifest says wrote it; an OUT with another word here is not ours.
pub const PROGRAM: &str = "trackersync";
/// Findings that are kept; the rest are only counted in `findings_total`.
pub const MAX_FINDINGS: usize = 1000;
/// Longest manifest that is read, in bytes; 200,000 entries make some 60 MB.
pub(crate) const MAX_BYTES: u64 = 256 << 20;

/// Weigh-ins by month of the local date, `YYYY-MM`: the first 16 hex digits of the SHA-256 of each.
pub type WeighIns = BTreeMap<String, BTreeSet<String>>;

/// The whole document.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: u32,
    /// [`PROGRAM`].
    pub program: String,
    /// Version of the program.
    pub version: String,
    /// The INPUTs, in the order of their names.
    #[serde(default)]
    pub inputs: Vec<Box<RawValue>>,
    /// The options that shape the output, by long name.
    #[serde(default)]
    pub options: BTreeMap<String, serde_json::Value>,
    /// Which UTC offset was used on which days, and why.
    #[serde(default)]
    pub timezone: Box<RawValue>,
    /// The files, in path order; `manifest.json` itself is not among them.
    #[serde(default)]
    pub outputs: Vec<WrittenFile>,
    /// The files that earlier outputs handed over and that still hold, in path order.
    #[serde(default)]
    pub unchanged: Vec<WrittenFile>,
    /// The weigh-ins handed over so far, this output's among them.
    #[serde(default)]
    pub weigh_ins: WeighIns,
    /// The entries of the archives, in catalogue order.
    #[serde(default)]
    pub entries: Vec<Box<RawValue>>,
    /// The first [`MAX_FINDINGS`] findings.
    #[serde(default)]
    pub findings: Vec<Box<RawValue>>,
    /// Number of all findings.
    #[serde(default)]
    pub findings_total: u64,
    /// Sums over the run.
    #[serde(default)]
    pub totals: BTreeMap<String, serde_json::Value>,
    /// True when the conversion was let through by the degraded mode of the budget.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub degraded: bool,
    /// Digest of key, request id and input under the secret of the state, as 32 hex digits; absent
    /// when the request was not named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// Returns items as rows of the manifest that no program of ours reads back.
///
/// # Errors
/// None in practice; those of the serializer are passed on.
pub fn rows<T: Serialize>(
    items: impl IntoIterator<Item = T>,
) -> Result<Vec<Box<RawValue>>, serde_json::Error> {
    items.into_iter().map(|item| to_raw_value(&item)).collect()
}

impl Manifest {
    /// Starts a document of this program.
    #[must_use]
    pub fn new(version: &str) -> Self {
        Self {
            schema: SCHEMA,
            program: PROGRAM.to_owned(),
            version: version.to_owned(),
            ..Self::default()
        }
    }

    /// Returns the document as JSON: one line per input, span, output, entry and finding.
    ///
    /// # Errors
    /// None in practice; those of the serializer are passed on.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut out = b"{\n".to_vec();
        field(&mut out, "schema", &self.schema)?;
        field(&mut out, "program", &self.program)?;
        field(&mut out, "version", &self.version)?;
        lines(&mut out, "inputs", &self.inputs)?;
        field(&mut out, "options", &self.options)?;
        field(&mut out, "timezone", &self.timezone)?;
        lines(&mut out, "outputs", &self.outputs)?;
        if !self.unchanged.is_empty() {
            lines(&mut out, "unchanged", &self.unchanged)?;
        }
        if !self.weigh_ins.is_empty() {
            field(&mut out, "weigh_ins", &self.weigh_ins)?;
        }
        lines(&mut out, "entries", &self.entries)?;
        lines(
            &mut out,
            "findings",
            self.findings.get(..MAX_FINDINGS).unwrap_or(&self.findings),
        )?;
        field(&mut out, "findings_total", &self.findings_total)?;
        if self.degraded {
            field(&mut out, "degraded", &true)?;
        }
        if let Some(request) = &self.request {
            field(&mut out, "request", request)?;
        }
        out.extend(b"\"totals\": ");
        serde_json::to_writer(&mut out, &self.totals)?;
        out.extend(b"\n}\n");
        Ok(out)
    }

    /// Reads a document of ours.
    ///
    /// # Errors
    /// Why it is not one, in words.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, String> {
        // Without this, the reader would take a JSON array for the structure.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err("is not a JSON object".to_owned());
        }
        let manifest: Self =
            serde_json::from_slice(bytes).map_err(|e| format!("cannot be read: {e}"))?;
        if manifest.program != PROGRAM {
            return Err(format!(
                "was written by \"{}\", not by \"{PROGRAM}\"",
                manifest.program
            ));
        }
        Ok(manifest)
    }
}

/// Writes one field on a line of its own.
fn field(out: &mut Vec<u8>, name: &str, value: &impl Serialize) -> Result<(), serde_json::Error> {
    out.extend(format!("\"{name}\": ").as_bytes());
    serde_json::to_writer(&mut *out, value)?;
    out.extend(b",\n");
    Ok(())
}

/// Writes a list, one item per line.
fn lines<T: Serialize>(
    out: &mut Vec<u8>,
    name: &str,
    items: &[T],
) -> Result<(), serde_json::Error> {
    out.extend(format!("\"{name}\": [").as_bytes());
    for (i, item) in items.iter().enumerate() {
        out.extend(if i == 0 { b"\n".as_slice() } else { b",\n" });
        serde_json::to_writer(&mut *out, item)?;
    }
    out.extend(b"\n],\n");
    Ok(())
}
