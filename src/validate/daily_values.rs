//! Values of whole dates: of several sources of one value the best counts, and what only pads its file is
//! dropped.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::tallies::Tallies;
use crate::model::metrics::{Fold, Metric};
use crate::model::records::{DailyValue, DateLabel, Origin, Provider};
use crate::model::{LocalDate, Offsets, Skip};

/// A sedentary day that nobody wore the tracker on, in minutes.
const ALL_DAY: f64 = 1440.0;

/// Daily values by date, each from one source.
#[derive(Debug, Default)]
pub struct DailyValues(pub(super) BTreeMap<LocalDate, BTreeMap<Metric, (f64, Origin)>>);

impl DailyValues {
    /// Picks, for every date and metric, the best source; rows none of whose values is picked are
    /// skipped.
    pub fn new(mut values: Vec<DailyValue>, offsets: &Offsets, tallies: &mut Tallies) -> Self {
        values.sort_by(|a, b| (&a.provider, a.origin).cmp(&(&b.provider, b.origin)));
        let mut picked = Self::default();
        let (mut used, mut same, mut rows) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut tellers: BTreeMap<(LocalDate, Metric), Provider> = BTreeMap::new();
        for v in values {
            let date = match v.date {
                DateLabel::Date(d) => d,
                DateLabel::At(t) => offsets.date_of(t),
            };
            rows.insert(v.origin);
            match picked.0.entry(date).or_default().entry(v.metric) {
                Entry::Vacant(place) => {
                    place.insert((v.value, v.origin));
                    used.insert(v.origin);
                    tellers.insert((date, v.metric), v.provider);
                }
                Entry::Occupied(mut known) => {
                    let is_own = tellers.get(&(date, v.metric)) == Some(&v.provider);
                    if is_own && v.metric.fold() == Fold::Sum {
                        known.get_mut().0 += v.value;
                        used.insert(v.origin);
                    } else if is_own || (known.get().0 - v.value).abs() < 1e-9 {
                        same.insert(v.origin);
                    }
                }
            }
        }
        for row in rows.difference(&used) {
            let why = if same.contains(row) {
                Skip::Duplicate
            } else {
                Skip::OtherSource
            };
            tallies.skip(row.entry, why, 1);
        }
        picked
    }

    /// Drops what only fills dates on which nothing was worn.
    pub fn drop_padding(&mut self, is_padding: impl Fn(LocalDate) -> bool, tallies: &mut Tallies) {
        let mut dropped = BTreeSet::new();
        for (_, metrics) in self.0.iter_mut().filter(|(date, _)| is_padding(**date)) {
            let fillers = metrics.extract_if(.., |metric, _| metric.is_filler());
            dropped.extend(fillers.map(|(_, (_, origin))| origin));
        }
        self.0.retain(|_, metrics| !metrics.is_empty());
        let kept = self.0.values().flat_map(BTreeMap::values);
        let kept: BTreeSet<Origin> = kept.map(|(_, origin)| *origin).collect();
        let gone = dropped.difference(&kept);
        gone.for_each(|row| tallies.skip(row.entry, Skip::Padding, 1));
    }

    /// The dates on which something says that the tracker was worn: steps, or not all of the day
    /// sedentary.
    pub fn dates_worn(&self) -> impl Iterator<Item = LocalDate> {
        self.0.keys().copied().filter(|date| {
            let minutes = self.get(*date, Metric::SedentaryMinutes);
            let steps = self.get(*date, Metric::Steps);
            steps.is_some_and(|s| s > 0.0) || minutes.is_some_and(|m| m < ALL_DAY)
        })
    }

    pub(super) fn get(&self, date: LocalDate, metric: Metric) -> Option<f64> {
        self.0.get(&date)?.get(&metric).map(|(value, _)| *value)
    }
}
