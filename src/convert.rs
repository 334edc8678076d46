//! Door 3, CONVERT: sound data to files. Asks every row of OUTPUTS what it will write, and renders
//! file after file on all cores.
//!
//! A pure function: the same data and choice give the same bytes whatever the number of threads.
//! Bytes are handed on as soon as they are made; where they go is the caller's business.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, anyhow};

use crate::garmin::{Choice, OUTPUTS, Output, Piece, Rendered};
use crate::model::Checked;
use crate::parallel;

/// One file to come.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its row.
    pub output: &'static Output,
    /// Its path and range.
    pub piece: Piece,
}

/// A file that was made, without its bytes.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its row.
    pub output: &'static Output,
    /// Its path.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
    /// First instant or date.
    pub first: String,
    /// Last instant or date.
    pub last: String,
    /// What had to be left out of single fields.
    pub remarks: Vec<String>,
}

/// The names of `--only`.
pub fn names() -> impl Iterator<Item = &'static str> {
    OUTPUTS.iter().map(|o| o.name)
}

/// Returns the names of the outputs that are wanted: those asked for, or all that come by default.
#[must_use]
pub fn selected(only: &[String]) -> Vec<&str> {
    if only.is_empty() {
        OUTPUTS
            .iter()
            .filter(|o| o.by_default)
            .map(|o| o.name)
            .collect()
    } else {
        only.iter().map(String::as_str).collect()
    }
}

/// Lays out all files, in the order of their paths.
#[must_use]
pub fn plan(checked: &Checked, choice: &Choice, selected: &[&str]) -> Vec<Job> {
    let wanted = OUTPUTS.iter().filter(|o| selected.contains(&o.name));
    let mut jobs: Vec<Job> = wanted
        .flat_map(|output| {
            (output.plan)(checked, choice)
                .into_iter()
                .map(move |piece| Job { output, piece })
        })
        .collect();
    jobs.sort_by(|a, b| a.piece.path.cmp(&b.piece.path));
    jobs
}

/// Renders all files and hands each to `put`, in no certain order; returns what was made, in the
/// order of the plan.
///
/// # Errors
/// The first error of `put`, a value that its FIT field cannot hold (a bug), or that `stop` was set.
pub fn render(
    jobs: &[Job],
    checked: &Checked,
    choice: &Choice,
    threads: usize,
    stop: &AtomicBool,
    put: &(dyn Fn(&str, &[u8]) -> Result<()> + Sync),
) -> Result<Vec<Made>> {
    let numbered: Vec<(usize, &Job)> = jobs.iter().enumerate().collect();
    let made = parallel::for_each(
        threads,
        &numbered,
        stop,
        || (Vec::new(), Vec::new()),
        |(made, buffer), (index, job)| {
            let file = one(job, checked, choice, buffer, put)?;
            made.extend(file.map(|file| (*index, file)));
            anyhow::Ok(())
        },
    )?;
    if stop.load(Ordering::Relaxed) {
        return Err(anyhow!("stopped"));
    }
    let mut made: Vec<(usize, Made)> = made.into_iter().flat_map(|(made, _)| made).collect();
    made.sort_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, m)| m).collect())
}

/// Renders one file and hands it on; the buffer comes back for the next.
fn one(
    job: &Job,
    checked: &Checked,
    choice: &Choice,
    buffer: &mut Vec<u8>,
    put: &(dyn Fn(&str, &[u8]) -> Result<()> + Sync),
) -> Result<Option<Made>> {
    let rendered = (job.output.render)(checked, choice, &job.piece, std::mem::take(buffer));
    let Some(Rendered {
        bytes,
        records,
        first,
        last,
        remarks,
    }) = rendered.with_context(|| job.piece.path.clone())?
    else {
        return Ok(None);
    };
    put(&job.piece.path, &bytes)?;
    let made = Made {
        output: job.output,
        path: job.piece.path.clone(),
        bytes: bytes.len() as u64,
        records,
        first,
        last,
        remarks,
    };
    *buffer = bytes;
    Ok(Some(made))
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
        let (checked, choice) = (twenty_years(), Choice::default());
        let files = Mutex::new(BTreeMap::new());
        let put = |path: &str, bytes: &[u8]| {
            files
                .lock()
                .unwrap()
                .insert(path.to_owned(), bytes.to_vec());
            Ok(())
        };
        let jobs = plan(&checked, &choice, &["weight"]);
        let made = render(
            &jobs,
            &checked,
            &choice,
            threads,
            &AtomicBool::new(false),
            &put,
        )
        .unwrap();
        assert!(made.is_sorted_by(|a, b| a.path < b.path) && made.len() == 20);
        files.into_inner().unwrap()
    }

    #[test]
    fn the_number_of_threads_does_not_change_a_byte() {
        assert_eq!(files(1), files(4));
    }

    #[test]
    fn the_first_error_ends_it() {
        let (checked, choice) = (twenty_years(), Choice::default());
        let jobs = plan(&checked, &choice, &["weight"]);
        let put = |_: &str, _: &[u8]| Err(anyhow!("disk full"));
        let result = render(&jobs, &checked, &choice, 2, &AtomicBool::new(false), &put);
        assert_eq!(
            result.err().map(|e| e.to_string()).as_deref(),
            Some("disk full")
        );
        assert!(checked.weights.first().is_some_and(|w| w.at > Instant(0)));
    }
}
