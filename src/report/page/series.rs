//! Series: values by date, and what they are by month or by week.
//!
//! Sums run in the order of the dates, so that rounding is the same every time. No markup here.

use std::collections::BTreeMap;

use crate::model::LocalDate;

/// Values by date, one per date.
pub(super) type Series = BTreeMap<LocalDate, f64>;

/// Most points of a curve that are drawn one by one.
const POINTS: usize = 2000;

/// A month that has values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Month {
    pub(super) first: LocalDate,
    /// The first date of the next month.
    pub(super) end: LocalDate,
    pub(super) count: u32,
    pub(super) sum: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Month {
    fn new(date: LocalDate) -> Self {
        let (year, month, _) = date.ymd();
        let (next_year, next) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
        let first = |year, month| LocalDate::from_ymd(year, month, 1).unwrap_or_default();
        Self {
            first: first(year, month),
            end: first(next_year, next),
            count: 0,
            sum: 0.0,
            low: f64::MAX,
            high: f64::MIN,
        }
    }

    pub(super) fn mean(&self) -> f64 {
        self.sum / f64::from(self.count)
    }
}

/// Returns the mean, or `None` of nothing.
pub(super) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(s, n), v| (s + v, n + 1));
    (count > 0).then(|| sum / f64::from(count))
}

pub(super) fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(low, high), v| {
        (low.min(v), high.max(v))
    })
}

/// Returns the mean per date of values that may stand several to a date.
pub(super) fn daily_means(values: impl Iterator<Item = (LocalDate, f64)>) -> Series {
    let mut sums: BTreeMap<LocalDate, (f64, f64)> = BTreeMap::new();
    for (date, value) in values {
        let sum = sums.entry(date).or_default();
        *sum = (sum.0 + value, sum.1 + 1.0);
    }
    sums.into_iter().map(|(d, (sum, n))| (d, sum / n)).collect()
}

pub(super) fn months(series: &Series) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for (&date, &value) in series {
        if months.last().is_none_or(|m| m.end <= date) {
            months.push(Month::new(date));
        }
        if let Some(month) = months.last_mut() {
            month.count += 1;
            month.sum += value;
            month.low = month.low.min(value);
            month.high = month.high.max(value);
        }
    }
    months
}

/// Returns the points of a curve: the values, or their means over weeks where they are too many.
pub(super) fn points(series: &Series) -> Series {
    if series.len() <= POINTS {
        return series.clone();
    }
    let week = |date: LocalDate| LocalDate(date.0.div_euclid(7) * 7 + 3);
    daily_means(series.iter().map(|(&date, &value)| (week(date), value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_know_their_mean_and_their_ends() {
        let day = |m, d| LocalDate::from_ymd(2023, m, d).unwrap_or_default();
        let series = Series::from([(day(11, 1), 60.0), (day(11, 9), 64.0), (day(12, 31), 70.0)]);
        let months = months(&series);
        let shown: Vec<_> = months.iter().map(|m| (m.first.ymd().1, m.mean())).collect();
        assert_eq!(shown, [(11, 62.0), (12, 70.0)]);
        let [a, b] = months.as_slice() else {
            unreachable!()
        };
        assert_eq!(a.end, b.first);
        assert_eq!(b.end.to_string(), "2024-01-01");
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_level() {
        let long: Series = (0..10_000).map(|d| (LocalDate(d), 5.0)).collect();
        let thin = points(&long);
        assert!(thin.len() <= POINTS && thin.values().all(|v| (v - 5.0).abs() < 1e-9));
        let twice = [(LocalDate(1), 1.0), (LocalDate(1), 3.0)].into_iter();
        assert_eq!(daily_means(twice), Series::from([(LocalDate(1), 2.0)]));
    }
}
