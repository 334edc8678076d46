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
        let mut sums: BTreeMap<(LocalDate, Metric), Provider> = BTreeMap::new();
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
                    if v.metric.fold() == Fold::Sum {
                        sums.insert((date, v.metric), v.provider);
                    }
                }
                Entry::Occupied(mut known) if sums.get(&(date, v.metric)) == Some(&v.provider) => {
                    known.get_mut().0 += v.value;
                    used.insert(v.origin);
                }
                Entry::Occupied(known) if (known.get().0 - v.value).abs() < 1e-9 => {
                    same.insert(v.origin);
                }
                Entry::Occupied(_) => {}
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

    pub(super) fn get(&self, date: LocalDate, metric: Metric) -> Option<f64> {
        self.0.get(&date)?.get(&metric).map(|(v, _)| *v)
    }

    /// Drops what only fills dates on which nothing was worn.
    pub fn drop_padding(&mut self, is_padding: impl Fn(LocalDate) -> bool, tallies: &mut Tallies) {
        const FILLERS: [Metric; 11] = [
            Metric::FatBurnMinutes,
            Metric::CardioMinutes,
            Metric::PeakMinutes,
            Metric::SedentaryMinutes,
            Metric::LightlyActiveMinutes,
            Metric::ModeratelyActiveMinutes,
            Metric::VeryActiveMinutes,
            Metric::Steps,
            Metric::Distance,
            Metric::Calories,
            Metric::Floors,
        ];
        let mut dropped = BTreeSet::new();
        for (date, metrics) in &mut self.0 {
            if is_padding(*date) {
                let fillers = metrics.extract_if(.., |metric, _| FILLERS.contains(metric));
                dropped.extend(fillers.map(|(_, (_, origin))| origin));
            }
        }
        let kept: BTreeSet<Origin> = self
            .0
            .values()
            .flat_map(|m| m.values().map(|(_, o)| *o))
            .collect();
        dropped
            .difference(&kept)
            .for_each(|row| tallies.skip(row.entry, Skip::Padding, 1));
    }

    /// Tells whether nothing says that the tracker was worn on a date: no steps, no heart rate, and
    /// all of the day sedentary, if that is told at all.
    pub fn is_padding(&self, date: LocalDate, has_steps: bool, has_heart_rate: bool) -> bool {
        let steps = has_steps || self.get(date, Metric::Steps).is_some_and(|s| s > 0.0);
        let moved = self
            .get(date, Metric::SedentaryMinutes)
            .is_some_and(|m| m < ALL_DAY);
        !steps && !has_heart_rate && !moved
    }
}
