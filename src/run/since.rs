//! `--since`: what earlier outputs handed over, and what of this run is new.
//!
//! Files are told apart by their SHA-256, weigh-ins one by one, because a month of them grows. What
//! an earlier manifest says is checked and then only compared with: none of its paths is ever opened.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::{Conversion, World, options};
use crate::convert::{self, Job, Put};
use crate::download::manifest::{Manifest, WeighIns};
use crate::download::{DownloadError, ELSEWHERE};
use crate::garmin::activity::batch_folder;
use crate::model::Checked;
use crate::model::checked::Weight;
use crate::model::file::{Only, WrittenFile, sha256};
use crate::terminal::Phase;

mod read;

/// Kinds that are handed over whole whenever anything is.
const TABLES: [&str; 2] = ["health-daily", "sleep-table"];
/// Hex digits by which a weigh-in is known again.
const DIGITS: usize = 16;

/// Renders files and hands them to a [`Put`].
type Render<'r> = &'r dyn Fn(&[Job], Put<'_>) -> Result<Vec<WrittenFile>>;

/// What was handed over before.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    /// Files by SHA-256.
    files: BTreeMap<String, WrittenFile>,
    weigh_ins: WeighIns,
    /// SHA-256 of each file of this run that was left out.
    left_out: BTreeSet<String>,
    /// Months of which every weigh-in or none but new ones are handed over.
    kept_months: BTreeSet<String>,
    changed_months: BTreeSet<String>,
}

/// What the manifest of this run says of earlier ones.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) unchanged: Vec<WrittenFile>,
    pub(super) weigh_ins: WeighIns,
    /// Those of `unchanged` that this run would have made.
    pub(super) left_out: Vec<WrittenFile>,
}

/// Lays out and renders the files of a run, and hands over those that were not handed over before.
pub(super) fn render(
    c: &Conversion<'_>,
    checked: &mut Checked,
    earlier: Option<Earlier>,
    selected: &[Only],
    put: Put<'_>,
    world: &World<'_>,
) -> Result<(Vec<WrittenFile>, Chain)> {
    let imperial = c.args.is_imperial() == Some(true);
    let threads = options::jobs(&c.args.read, world);
    let planned = |checked: &Checked| {
        let jobs = convert::plan(checked, selected);
        (world.reporter).begin(Phase::Writing, jobs.len() as u64);
        jobs
    };
    let render = |jobs: &[Job], checked: &Checked, put: Put<'_>| {
        convert::render(jobs, checked, imperial, threads, &world.stop, put)
    };
    let is_weighed = selected.contains(&Only::Weight);
    let is_first = earlier.is_none();
    let mut earlier = earlier.unwrap_or_default();
    let made = if is_first {
        render(&planned(checked), checked, put)?
    } else {
        // The yearly CSV of weights is written whole or not at all.
        let by_item = is_weighed && !selected.contains(&Only::Body);
        let all = by_item.then(|| earlier.without_known(checked));
        let jobs = planned(checked);
        let made = earlier.render_new(jobs, &|jobs, put| render(jobs, checked, put), put)?;
        if let Some(all) = all {
            checked.replace_weights(all);
        }
        made
    };
    if is_weighed {
        for (month, items) in weigh_ins(&checked.weights) {
            earlier.weigh_ins.entry(month).or_default().extend(items);
        }
    }
    let chain = earlier.chain(&made);
    Ok((made, chain))
}

impl Earlier {
    /// Reads what the paths of `--since` hold; `None` when there is none. `replaced` is an OUT that is
    /// to be replaced: what it handed over is not written again, so it may hold nothing of that.
    pub(super) fn read(paths: &[PathBuf], replaced: Option<&Path>) -> Result<Option<Self>> {
        let mut earlier = Self::default();
        for path in paths {
            earlier.add(read::manifest_of(path)?);
        }
        let old = replaced.filter(|_| !paths.is_empty());
        if let Some((out, old)) = old.and_then(|out| Some((out, read::manifest_of(out).ok()?))) {
            let is_known = |o: &WrittenFile| earlier.files.contains_key(&o.sha256);
            let is_lost = |o: &WrittenFile| is_known(o) && !TABLES.contains(&o.kind.as_str());
            if old.outputs.iter().any(is_lost) {
                bail!(DownloadError::exists(
                    out,
                    "holds what was handed over before and is not written again: it would be lost",
                    ELSEWHERE,
                ));
            }
        }
        Ok((!paths.is_empty()).then_some(earlier))
    }

    fn add(&mut self, manifest: Manifest) {
        let files = manifest.outputs.into_iter().chain(manifest.unchanged);
        let files = files.filter(|o| o.kind != "report");
        self.files.extend(files.map(|o| (o.sha256.clone(), o)));
        for (month, items) in manifest.weigh_ins {
            self.weigh_ins.entry(month).or_default().extend(items);
        }
    }

    /// Takes out the weigh-ins that were handed over and returns all of them. A month in which one
    /// was changed or is gone stays whole, unless only some dates of it are wanted.
    fn without_known(&mut self, checked: &mut Checked) -> Vec<Weight> {
        let is_part = checked.from.is_some() || checked.to.is_some();
        for (month, items) in weigh_ins(&checked.weights) {
            let Some(known) = self.weigh_ins.get_mut(&month) else {
                continue;
            };
            let is_new = items.difference(known).next().is_some();
            if is_new && !is_part && !known.is_subset(&items) {
                known.clone_from(&items);
                self.changed_months.insert(month);
            } else {
                self.kept_months.insert(month);
            }
        }
        let is_known = |w: &Weight| {
            let month = month_of(w);
            self.kept_months.contains(&month)
                && (self.weigh_ins.get(&month)).is_some_and(|known| known.contains(&digest_of(w)))
        };
        let new = checked.weights.iter().filter(|w| !is_known(w));
        checked.replace_weights(new.cloned().collect())
    }

    /// Renders the files and hands over those that are new; batches of activities hold these alone.
    fn render_new(
        &mut self,
        jobs: Vec<Job>,
        render: Render<'_>,
        put: Put<'_>,
    ) -> Result<Vec<WrittenFile>> {
        let (tables, jobs): (_, Vec<Job>) =
            (jobs.into_iter()).partition(|j| TABLES.contains(&j.output.kind));
        let (activities, others): (_, Vec<Job>) =
            jobs.into_iter().partition(|j| j.output.kind == "activity");
        let mut jobs = self.new_activities(activities, render)?;
        jobs.extend(others);
        jobs.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        let mut made = self.only_new(&jobs, render, put)?;
        if made.is_empty() {
            let unwritten: Put<'_> = &|_, _| Ok(());
            if self.only_new(&tables, render, unwritten)?.is_empty() {
                return Ok(made);
            }
            let is_table = |file: &WrittenFile| TABLES.contains(&file.kind.as_str());
            (self.left_out).retain(|sha| !self.files.get(sha).is_some_and(is_table));
        }
        made.extend(render(&tables, put)?);
        made.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(made)
    }

    /// Returns the activities that are new or changed, in batches of their own.
    fn new_activities(&mut self, jobs: Vec<Job>, render: Render<'_>) -> Result<Vec<Job>> {
        let names: BTreeSet<&str> = self.files.values().map(|o| name_of(&o.path)).collect();
        let is_known = |job: &Job| names.contains(name_of(&job.file.path));
        let (known, mut new): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(is_known);
        let changed = self.only_new(&known, render, &|_, _| Ok(()))?;
        let changed: BTreeSet<&str> = changed.iter().map(|m| m.path.as_str()).collect();
        new.extend((known.into_iter()).filter(|j| changed.contains(j.file.path.as_str())));
        new.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        for (n, job) in new.iter_mut().enumerate() {
            job.file.path = format!("{}/{}", batch_folder(n), name_of(&job.file.path));
        }
        Ok(new)
    }

    /// Renders files and hands over those whose bytes were not handed over before.
    fn only_new(
        &mut self,
        jobs: &[Job],
        render: Render<'_>,
        put: Put<'_>,
    ) -> Result<Vec<WrittenFile>> {
        let is_new = |file: &WrittenFile| !self.files.contains_key(&file.sha256);
        let made = render(jobs, &|file, bytes| match is_new(file) {
            true => put(file, bytes),
            false => Ok(()),
        })?;
        let (new, same): (_, Vec<WrittenFile>) = made.into_iter().partition(is_new);
        self.left_out
            .extend(same.into_iter().map(|file| file.sha256));
        Ok(new)
    }

    /// Returns what the manifest says: files that still hold, and every weigh-in handed over so far.
    fn chain(self, made: &[WrittenFile]) -> Chain {
        let new: BTreeSet<_> = made.iter().map(named).collect();
        let still_holds = |o: &&WrittenFile| match month_of_file(o) {
            Some(month) => !self.changed_months.contains(month),
            None => !new.contains(&named(o)),
        };
        let mut unchanged: Vec<WrittenFile> =
            self.files.values().filter(still_holds).cloned().collect();
        unchanged.sort_by(|a, b| (&a.path, &a.sha256).cmp(&(&b.path, &b.sha256)));
        let is_left_out = |o: &&WrittenFile| {
            self.left_out.contains(&o.sha256)
                || month_of_file(o).is_some_and(|m| self.kept_months.contains(m))
        };
        Chain {
            left_out: unchanged.iter().filter(is_left_out).cloned().collect(),
            weigh_ins: self.weigh_ins,
            unchanged,
        }
    }
}

/// The kind and the name of a file, which it keeps in whatever batch it lies.
fn named(file: &WrittenFile) -> (&str, &str) {
    (&file.kind, name_of(&file.path))
}

fn weigh_ins(weights: &[Weight]) -> WeighIns {
    let mut months = WeighIns::new();
    for weight in weights {
        let month = months.entry(month_of(weight)).or_default();
        month.insert(digest_of(weight));
    }
    months
}

fn month_of(weight: &Weight) -> String {
    let (year, month, _) = weight.date.ymd();
    format!("{year:04}-{month:02}")
}

/// The month of a file of weigh-ins, `import/weight/weight-2024-06.fit`.
fn month_of_file(output: &WrittenFile) -> Option<&str> {
    let of_weight = (output.kind == "weight").then(|| name_of(&output.path))?;
    of_weight.strip_prefix("weight-")?.get(..7)
}

/// A weigh-in as its file holds it, by the first digits of its SHA-256.
fn digest_of(w: &Weight) -> String {
    let (bmi, fat) = (w.bmi.map(|b| b.get()), w.fat.map(|f| f.get()));
    let text = format!("{} {:.2} {bmi:.1?} {fat:.2?}", w.at.0, w.weight.get());
    let mut digits = sha256(text.as_bytes());
    digits.truncate(DIGITS);
    digits
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
