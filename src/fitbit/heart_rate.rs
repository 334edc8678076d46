//! Heart rate: `heart_rate-DATE.json` and the GoogleData `heart_rate_DATE.csv`.
//!
//! **Shape.** JSON: `{"dateTime", "value": {"bpm", "confidence"}}`. CSV: `timestamp`, `beats per
//! minute`, since 2026 `data source`. **Time.** Both are UTC; a JSON file spans one *local* day,
//! which makes its first and last sample evidence of that date's offset; a CSV file spans a UTC
//! day. **Units.** Beats per minute; confidence 0 (none) to 3. **Errors.** A bad sample is rejected
//! and the rest read; 0, -1, empty and null are "no measurement". **Source.** fitbit-format §2.1,
//! §4.1, §7.

use super::by_day::{ByDay, ByDevice, of_device};
use super::json::{Dated, Object, each_record, object, whole};
use super::layout::{self, HeartRow};
use super::reading::{each_exact, each_sourced};
use super::record_error::{OrError as _, RecordError};
use super::stamp::ISO_EXPECTED;
use super::table::NONE;
use super::{Entry, Settings};
use crate::model::records::{HeartRateBlock, HeartRateBounds, PackedSample, Provider};
use crate::model::units::Bpm;
use crate::model::{EntryId, Instant, LocalDate, Records, Skip, Tally};

/// Reads `heart_rate-DATE.json`.
pub fn read_json(entry: &Entry<'_>, settings: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut fast = Samples::new(settings);
    fast.likely = entry.bytes.len() / layout::HEART_RECORD;
    let scanned = layout::heart_rate(entry.bytes, |row| fast.add_row(row));
    let samples = if scanned.is_some() {
        tally.records += fast.seen;
        fast
    } else {
        by_record(entry, settings, tally)
    };
    let source = Provider::json();
    samples.close(entry.id, entry.name.date(), &source, records, tally);
}

/// The path for everything that departs from the exact layout: the same result, and the findings.
fn by_record(entry: &Entry<'_>, settings: &Settings, tally: &mut Tally) -> Samples {
    let mut samples = Samples::new(settings);
    each_record(entry, tally, |_, text, _| {
        let record: Dated<'_, Object<Value<'_>>> = serde_json::from_str(text)?;
        let at = record.date_time.us_instant("dateTime")?;
        let value = record.value.required("value")?;
        let bpm = value.bpm.optional("bpm")?.filter(|n| !NONE.contains(n));
        let bpm = Bpm::rounded(bpm.ok_or(Skip::Sentinel)?)?;
        let confidence = match value.confidence.optional("confidence")? {
            Some(n) => Some(whole(n).or_value("confidence", n, "0 to 3")?),
            None => None,
        };
        samples.add((at.utc_day(), at.second_of_day()), bpm, confidence);
        Ok(())
    });
    samples
}

object!(Value { bpm, confidence });

/// Column of the heart rate.
const BPM: &str = "beats per minute";

/// Reads `heart_rate_DATE.csv`.
pub fn read_csv(entry: &Entry<'_>, settings: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut fast = ByDevice::new();
    let exact = each_exact(entry, tally, BPM, |row, provider| {
        if row.number == 0.0 {
            return Some(Err(Skip::Sentinel));
        }
        let bpm = Bpm::rounded(row.number).ok()?;
        let samples = of_device(&mut fast, provider, || Samples::new(settings))?;
        samples.add((row.date.0, row.second), bpm, None);
        Some(Ok(()))
    });
    let devices = match exact {
        Some(()) => fast,
        None => by_row(entry, settings, tally),
    };
    for (source, samples) in devices {
        samples.close(entry.id, None, &source, records, tally);
    }
}

/// The path for every table that departs from the exact layout.
fn by_row(entry: &Entry<'_>, settings: &Settings, tally: &mut Tally) -> ByDevice<Samples> {
    let mut devices = ByDevice::new();
    each_sourced(entry, tally, &["timestamp", BPM], |row, provider| {
        let at = row.iso("timestamp")?.utc();
        if !at.is_plausible() {
            let text = row.need("timestamp")?;
            return Err(RecordError::date("timestamp", text, ISO_EXPECTED));
        }
        let bpm = row.measured(BPM, NONE)?.ok_or(Skip::Sentinel)?;
        let bpm = Bpm::rounded(bpm)?;
        let samples = of_device(&mut devices, &provider, || Samples::new(settings));
        if let Some(samples) = samples {
            samples.add((at.utc_day(), at.second_of_day()), bpm, None);
        }
        Ok(())
    });
    devices
}

/// The samples of one source in one entry, by UTC day.
struct Samples {
    min_confidence: i64,
    seen: u64,
    dropped: u64,
    /// Earliest and latest sample of any confidence; the wrong way round while there is none.
    first: Instant,
    last: Instant,
    /// Samples that a day is likely to hold.
    likely: usize,
    days: ByDay<Vec<PackedSample>>,
}

impl Samples {
    fn new(settings: &Settings) -> Self {
        Self {
            min_confidence: i64::from(settings.min_confidence),
            seen: 0,
            dropped: 0,
            first: Instant(i64::MAX),
            last: Instant(i64::MIN),
            likely: 0,
            days: ByDay::new(),
        }
    }

    /// Adds a sample of the exact layout that can be meant.
    #[inline]
    fn add_row(&mut self, row: HeartRow) -> Option<()> {
        let bpm = Bpm::new(i64::from(row.bpm)).ok()?;
        if !Instant::of_day(row.date.0, row.second).is_plausible() || row.confidence > 3 {
            return None;
        }
        self.add(
            (row.date.0, row.second),
            bpm,
            Some(i64::from(row.confidence)),
        );
        Some(())
    }

    /// Adds a sample at a UTC day and second of it.
    #[inline]
    fn add(&mut self, (day, second): (i32, u32), bpm: Bpm, confidence: Option<i64>) {
        let at = Instant::of_day(day, second);
        self.seen += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        if confidence.is_some_and(|c| c < self.min_confidence) {
            self.dropped += 1;
            return;
        }
        // A file holds one local date, on two UTC days; a third is none of the layout's.
        let room = |days| if days < 2 { self.likely } else { 0 };
        let samples = self.days.of(day, |days| Vec::with_capacity(room(days)));
        if let Some(samples) = samples {
            samples.push(PackedSample::new(second, bpm));
        }
    }

    fn close(
        self,
        entry: EntryId,
        date: Option<LocalDate>,
        source: &Provider,
        records: &mut Records,
        tally: &mut Tally,
    ) {
        let (first, last) = (self.first, self.last);
        tally.skip(Skip::LowConfidence, self.dropped);
        let bounds = date.filter(|_| first <= last).map(|date| HeartRateBounds {
            entry,
            date,
            first,
            last,
        });
        records.heart_rate_bounds.extend(bounds);
        for (day, mut samples) in self.days.days {
            if !samples.is_sorted() {
                samples.sort_unstable();
            }
            let before = samples.len();
            samples.dedup_by_key(|s| s.second());
            tally.skip(Skip::Duplicate, (before - samples.len()) as u64);
            records.heart_rate.push(HeartRateBlock {
                entry,
                day,
                provider: source.clone(),
                // A copy of its size: shrinking would leave holes that no other day fits into.
                samples: samples.as_slice().into(),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;

    fn read(text: &str) -> (Records, Tally) {
        let entry = Entry::new(
            EntryId(0),
            Name::new("x/heart_rate-2024-05-01.json"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read_json(&entry, &Settings::default(), &mut records, &mut tally);
        (records, tally)
    }

    fn seen(records: &Records) -> Vec<(i32, u32, u8)> {
        let block = |b: &HeartRateBlock| {
            b.samples
                .iter()
                .map(|s| (b.day, s.second(), s.bpm()))
                .collect::<Vec<_>>()
        };
        records.heart_rate.iter().flat_map(block).collect()
    }

    fn exact(rows: &[(&str, &str, u8)]) -> String {
        let row = |(t, b, c): &(&str, &str, u8)| {
            format!(
                "{{\n  \"dateTime\" : \"{t}\",\n  \"value\" : {{\n    \"bpm\" : {b},\n    \"confidence\" : {c}\n  }}\n}}"
            )
        };
        format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn both_paths_give_the_same_records() {
        let text = exact(&[
            ("05/01/24 23:59:58", "60", 1),
            ("05/02/24 00:00:03", "121", 3),
            ("05/01/24 07:00:00", "70", 0),
            ("05/02/24 00:00:03", "121", 3),
        ]);
        let (fast, fast_tally) = read(&text);
        let (slow, slow_tally) = read(&text.replace('\n', " "));
        assert_eq!(seen(&fast), seen(&slow));
        assert_eq!(seen(&fast).len(), 2);
        assert_eq!(fast_tally.skipped, slow_tally.skipped);
        assert_eq!((fast_tally.records, fast_tally.converted()), (4, 2));
        let span = fast
            .heart_rate_bounds
            .first()
            .map(|b| (b.first.to_string(), b.last.to_string()));
        assert_eq!(
            span,
            Some(("2024-05-01T07:00:00Z".into(), "2024-05-02T00:00:03Z".into())),
            "any confidence counts as evidence"
        );
    }

    #[test]
    fn one_bad_sample_costs_only_itself() {
        let (records, tally) = read(&exact(&[
            ("05/01/24 07:00:00", "70", 2),
            ("05/01/24 07:00:05", "\"abc\"", 2),
            ("13/01/24 07:00:05", "71", 2),
            ("05/01/24 07:00:10", "300", 2),
        ]));
        assert_eq!((seen(&records).len(), tally.rejected_total()), (1, 3));
    }

    #[test]
    fn what_says_no_measurement_is_skipped_and_not_rejected() {
        let (records, tally) = read(
            r#"[{"dateTime":"05/01/24 07:00:00","value":{"bpm":null}},{"dateTime":"05/01/24 07:00:01","value":{"bpm":0}},{"dateTime":"05/01/24 07:00:02","value":{"bpm":-1}}]"#,
        );
        assert_eq!(
            (
                seen(&records).len(),
                tally.skipped_total(),
                tally.rejected_total()
            ),
            (0, 3, 0)
        );
    }

    #[test]
    fn devices_in_a_csv_stay_apart_and_garmin_stays_out() {
        let text = "timestamp,beats per minute,data source\n2024-05-01T00:00:03Z,72.0,Charge 5\n2024-05-01T00:00:04Z,74,Pixel Watch\n2024-05-01T00:00:08Z,,Charge 5\n2024-05-01T00:00:09.008Z,75.0,Garmin Connect Health Connect\n";
        let entry = Entry::new(
            EntryId(0),
            Name::new("heart_rate_2024-05-01.csv"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read_csv(&entry, &Settings::default(), &mut records, &mut tally);
        assert_eq!(records.heart_rate.len(), 2);
        assert_eq!((tally.skipped_total(), tally.converted()), (2, 2));
    }
}
