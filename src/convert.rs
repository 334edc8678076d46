//! Door 3, CONVERT: sound data to files. Asks every row of OUTPUTS what it will write, and renders
//! file after file on all cores.
//!
//! A pure function: the same data and choice give the same bytes whatever the number of threads.
//! Bytes are handed on as soon as they are made; where they go is the caller's business.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow};

use crate::garmin::{OUTPUTS, Output, PlannedFile};
use crate::model::Checked;
use crate::model::file::{Only, WrittenFile, sha256};
use crate::parallel;

/// One file to come.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub output: &'static Output,
    /// Its path and range.
    pub file: PlannedFile,
}

/// Takes the bytes of a file; where they go is the caller's business.
pub type Put<'p> = &'p (dyn Fn(&WrittenFile, &[u8]) -> Result<()> + Sync);

/// Returns the outputs that are wanted: those asked for, or all that come by default.
#[must_use]
pub fn selected(only: &[Only]) -> Vec<Only> {
    let by_default = OUTPUTS.iter().filter(|o| o.by_default);
    match only {
        [] => by_default.map(|o| o.name).collect(),
        asked => asked.to_vec(),
    }
}

/// Lays out all files, in the order of their paths.
#[must_use]
pub fn plan(checked: &Checked, selected: &[Only]) -> Vec<Job> {
    let wanted = OUTPUTS.iter().filter(|o| selected.contains(&o.name));
    let jobs = wanted.flat_map(|output| {
        let files = (output.plan)(checked).into_iter();
        files.map(move |file| Job { output, file })
    });
    let mut jobs: Vec<Job> = jobs.collect();
    jobs.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    jobs
}

/// Renders all files and hands each to `put`, in no certain order; returns what was made, in the
/// order of the plan. `imperial` asks for miles and pounds in Garmin's CSV files.
///
/// # Errors
/// The first error of `put`, a value that its FIT field cannot hold (a bug), or that `stop` was set.
pub fn render(
    jobs: &[Job],
    checked: &Checked,
    imperial: bool,
    threads: usize,
    stop: &AtomicBool,
    put: Put<'_>,
) -> Result<Vec<WrittenFile>> {
    let start = || (Vec::new(), Vec::new());
    let work = |(made, buffer): &mut (Vec<WrittenFile>, Vec<u8>), job: &Job| {
        made.extend(one(job, checked, imperial, buffer, put)?);
        anyhow::Ok(())
    };
    let made = parallel::for_each(threads, jobs, stop, start, work)?;
    if stop.load(Ordering::Relaxed) {
        return Err(anyhow!("stopped"));
    }
    let mut made: Vec<_> = made.into_iter().flat_map(|(made, _)| made).collect();
    made.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(made)
}

/// Renders one file and hands it on; the buffer comes back for the next.
fn one(
    job: &Job,
    checked: &Checked,
    imperial: bool,
    buffer: &mut Vec<u8>,
    put: Put<'_>,
) -> Result<Option<WrittenFile>> {
    let path = &job.file.path;
    let rendered = (job.output.render)(checked, imperial, &job.file, std::mem::take(buffer));
    let Some(rendered) = rendered.with_context(|| path.clone())? else {
        return Ok(None);
    };
    let file = WrittenFile {
        path: path.clone(),
        kind: job.output.kind.to_owned(),
        bytes: rendered.bytes.len() as u64,
        sha256: sha256(&rendered.bytes),
        records: rendered.records,
        first: Some(rendered.first),
        last: Some(rendered.last),
        garmin_connect: job.output.connect,
        remarks: rendered.remarks,
    };
    put(&file, &rendered.bytes)?;
    *buffer = rendered.bytes;
    Ok(Some(file))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;
    use crate::model::checked::{Parts, Weight};
    use crate::model::units::Kilograms;
    use crate::model::{Instant, LocalDate};

    fn twenty_years() -> Checked {
        let weight = |y: i32| Weight {
            at: LocalDate::from_ymd(y, 5, 1)
                .unwrap()
                .midnight()
                .minus(crate::model::Offset(0)),
            date: LocalDate::from_ymd(y, 5, 1).unwrap(),
            weight: Kilograms::new(80.0).unwrap(),
            bmi: None,
            fat: None,
        };
        Checked::new(Parts {
            weights: (2007..2027).map(weight).collect(),
            ..Parts::default()
        })
    }

    fn files(threads: usize) -> BTreeMap<String, Vec<u8>> {
        let checked = twenty_years();
        let files = Mutex::new(BTreeMap::new());
        let put = |file: &WrittenFile, bytes: &[u8]| {
            let path = file.path.clone();
            files.lock().unwrap().insert(path, bytes.to_vec());
            Ok(())
        };
        let jobs = plan(&checked, &[Only::Weight]);
        let stop = AtomicBool::new(false);
        let made = render(&jobs, &checked, false, threads, &stop, &put).unwrap();
        assert!(made.is_sorted_by(|a, b| a.path < b.path) && made.len() == 20);
        files.into_inner().unwrap()
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_byte() {
        assert_eq!(files(1), files(4));
    }

    #[test]
    fn the_first_error_ends_it() {
        let checked = twenty_years();
        let jobs = plan(&checked, &[Only::Weight]);
        let put = |_: &WrittenFile, _: &[u8]| Err(anyhow!("disk full"));
        let result = render(&jobs, &checked, false, 2, &AtomicBool::new(false), &put);
        assert_eq!(
            result.err().map(|e| e.to_string()).as_deref(),
            Some("disk full")
        );
        assert!(checked.weights.first().is_some_and(|w| w.at > Instant(0)));
    }
}
