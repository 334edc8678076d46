//! The time zone condensed for people: the home zone, why, and the times away from it.
//!
//! The table of [`Offsets`] has a span for every change of offset or evidence, hundreds in five
//! years. Here neighbours with one offset become one run, and runs that the home zone explains
//! become one line. Nothing is decided here: the offsets are those that the run used.

use std::collections::BTreeMap;

use chrono::{DateTime, Offset as _, TimeZone as _};
use serde::{Serialize, Serializer};

use super::words::dates;
use crate::model::offsets::Span;
use crate::model::{Evidence, LocalDate, Offset, Offsets};

/// Times away that a line names.
const NAMED: usize = 3;
/// Days that an offset an hour from the main one must cover to be its summer or winter time.
const SEASON: i64 = 60;

/// The time zone of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Zones {
    /// IANA name of the home zone, if one is known.
    #[serde(rename = "zone")]
    pub(crate) name: Option<String>,
    /// Offsets of the home zone in use, west to east.
    #[serde(rename = "offsets")]
    pub(crate) home: Vec<Offset>,
    /// What the home zone rests on, most days first.
    #[serde(skip)]
    pub(crate) evidence: Vec<Evidence>,
    /// Runs that the home zone does not explain.
    #[serde(skip)]
    pub(crate) away: Vec<Span>,
    /// All runs of one offset, in time order, within the dates of the data.
    #[serde(rename = "spans", serialize_with = "first_five_hundred")]
    pub(crate) runs: Vec<Span>,
    /// All spans, one per change of offset or of evidence, within the dates of the data.
    #[serde(skip)]
    pub(crate) spans: Vec<Span>,
}

fn first_five_hundred<S: Serializer>(runs: &[Span], to: S) -> Result<S::Ok, S::Error> {
    runs.get(..500).unwrap_or(runs).serialize(to)
}

impl Zones {
    /// Condenses the offsets over the dates that the data covers.
    pub(crate) fn new(offsets: &Offsets, covered: Option<(LocalDate, LocalDate)>) -> Self {
        let spans = clip(&offsets.spans, covered);
        let runs = merge(&spans);
        let name = offsets.zone.clone();
        let is_home = home_rule(name.as_deref(), &runs);
        let (at_home, away): (Vec<Span>, Vec<Span>) = runs.iter().partition(|s| is_home(s));
        let mut home: Vec<Offset> = at_home.iter().map(|s| s.offset).collect();
        home.sort_unstable();
        home.dedup();
        let evidence = by_days(spans.iter().filter(|s| is_home(s)));
        Self {
            name,
            home,
            evidence,
            away,
            runs,
            spans,
        }
    }

    /// Returns the line of the summary, without its label.
    pub(crate) fn line(&self) -> String {
        let mut line = self.home_text();
        for run in self.away.iter().take(NAMED) {
            line += &format!("; {} {}", run.offset, dates(run.first, run.last));
        }
        if self.away.len() > NAMED {
            line += &format!("; {} more in the report", self.away.len() - NAMED);
        }
        line
    }

    /// Returns name, evidence and offsets of the home zone.
    fn home_text(&self) -> String {
        let offsets: Vec<_> = self.home.iter().map(Offset::to_string).collect();
        let offsets = offsets.join("/");
        let evidence: Vec<_> = self.evidence.iter().take(2).map(|e| e.text()).collect();
        let evidence = evidence.join(", ");
        match &self.name {
            Some(name) if offsets.is_empty() => name.clone(),
            Some(name) => format!("{name} ({evidence}), {offsets}"),
            None if offsets.is_empty() => "unknown".to_owned(),
            None => format!("{offsets} ({evidence})"),
        }
    }
}

/// Number of dates in a span.
pub(crate) fn days(span: &Span) -> i64 {
    i64::from(span.last.0) - i64::from(span.first.0) + 1
}

/// Cuts the spans to the covered dates; the first and the last go on beyond their ends.
fn clip(spans: &[Span], covered: Option<(LocalDate, LocalDate)>) -> Vec<Span> {
    let Some((first, last)) = covered else {
        return spans.to_vec();
    };
    let end = spans.len().saturating_sub(1);
    let clipped = spans.iter().enumerate().map(|(i, s)| Span {
        first: if i == 0 { first } else { s.first.max(first) },
        last: if i == end { last } else { s.last.min(last) },
        ..*s
    });
    clipped.filter(|s| s.first <= s.last).collect()
}

/// Joins neighbours with one offset; the evidence of most days stands for the run.
fn merge(spans: &[Span]) -> Vec<Span> {
    spans
        .chunk_by(|a, b| a.offset == b.offset)
        .filter_map(|run| {
            Some(Span {
                last: run.last()?.last,
                evidence: *by_days(run.iter()).first()?,
                ..*run.first()?
            })
        })
        .collect()
}

/// The dates that spans cover, by something that they have in common.
fn covered_days<'s, K: Ord>(
    spans: impl Iterator<Item = &'s Span>,
    key: impl Fn(&Span) -> K,
) -> BTreeMap<K, i64> {
    let mut covered = BTreeMap::new();
    for span in spans {
        *covered.entry(key(span)).or_default() += days(span);
    }
    covered
}

/// Kinds of evidence by the days they cover; mere neighbourhood only where there is nothing else.
fn by_days<'s>(spans: impl Iterator<Item = &'s Span>) -> Vec<Evidence> {
    let mut covered = covered_days(spans, |s| s.evidence);
    if covered.len() > 1 {
        covered.remove(&Evidence::Neighbours);
    }
    let mut kinds: Vec<(Evidence, i64)> = covered.into_iter().collect();
    kinds.sort_by_key(|&(_, days)| std::cmp::Reverse(days));
    kinds.into_iter().map(|(e, _)| e).collect()
}

/// Returns the test for "at home": what the named zone says at the middle of the span (a late sync
/// shifts its ends), or else the offset of most days and its summer or winter time.
fn home_rule(name: Option<&str>, runs: &[Span]) -> impl Fn(&Span) -> bool + use<> {
    let zone: Option<chrono_tz::Tz> = name.and_then(|n| n.parse().ok());
    let usual = usual_offsets(runs);
    move |s: &Span| match zone {
        Some(zone) => offset_in(zone, s) == Some(s.offset),
        None => usual.contains(&s.offset),
    }
}

fn offset_in(zone: chrono_tz::Tz, span: &Span) -> Option<Offset> {
    let middle = LocalDate(span.first.0 + (span.last.0 - span.first.0) / 2);
    let noon = middle.midnight().plus(43_200).minus(span.offset);
    let utc = DateTime::from_timestamp(noon.0, 0)?.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    Some(Offset(offset.local_minus_utc()))
}

fn usual_offsets(runs: &[Span]) -> Vec<Offset> {
    let covered = covered_days(runs.iter(), |s| s.offset);
    let Some((&main, _)) = covered.iter().max_by_key(|&(_, days)| *days) else {
        return Vec::new();
    };
    let near = |o: &Offset| (o.0 - main.0).abs() == 3600;
    let usual = |(o, days): (Offset, i64)| (o == main || near(&o) && days >= SEASON).then_some(o);
    covered.into_iter().filter_map(usual).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::paris;
    use super::*;

    #[test]
    fn summer_time_is_home_and_a_trip_is_named() {
        let zones = Zones::new(&paris(), None);
        assert_eq!(
            zones.line(),
            "Europe/Paris (bounds of the heart-rate day files), +01:00/+02:00; \
             -05:00 2024-02-03 to 2024-02-12"
        );
        assert_eq!(zones.runs.len(), 4);
        assert!(zones.spans.len() > 20, "{}", zones.spans.len());
    }

    #[test]
    fn without_a_name_most_days_are_home() {
        let named = paris();
        let days: Vec<_> = (named.spans.first().map_or(0, |s| s.first.0)..)
            .take(210)
            .map(|d| (named.on(LocalDate(d)), Evidence::Tcx))
            .collect();
        let zones = Zones::new(&Offsets::new(LocalDate(19_662), &days, None), None);
        assert_eq!(
            zones.line(),
            "+01:00 (offsets in TCX files); -05:00 2024-02-03 to 2024-02-12; \
             +02:00 2024-04-01 to 2024-05-28"
        );
    }

    #[test]
    fn a_constant_offset_covers_the_dates_of_the_data() {
        let o = Offsets::constant(Offset(0), Evidence::Option);
        let zones = Zones::new(&o, Some((LocalDate(18_000), LocalDate(18_010))));
        assert_eq!(zones.runs.iter().map(days).collect::<Vec<_>>(), [11]);
        assert_eq!(zones.line(), "+00:00 (--timezone)");
        assert_eq!(Zones::new(&Offsets::default(), None).line(), "unknown");
    }
}
