//! Heart-rate variability as FIT type 68: one file per night, by the date of waking.
//!
//! Fitbit's and Garmin's readings are both RMSSD over five minutes, so they go in unchanged. The
//! summary carries Fitbit's own nightly value where the export has one and leaves it out where it
//! has none: it is no plain mean of the readings. Weekly averages, baselines and status are Garmin's
//! business and are not made up. Connect refuses these files today.

use super::common::{Device, begin, correlation, fields};
use super::{PlannedFile, Rendered, Rendering, runs};
use crate::fit::Value::{Real, Unix};
use crate::fit::profile::{HRV_STATUS_SUMMARY, HRV_VALUE, file, hrv_value};
use crate::model::checked::Night;
use crate::model::{Checked, Instant, LocalDate};

/// Seconds that a reading may lie before the start of its sleep log: the length of its window.
const WINDOW: i64 = 300;
/// Second of the local day from which a reading outside any sleep log counts for the next morning.
const EVENING: u32 = 18 * 3600;
/// How many sleep logs that began before a reading are asked whether they hold it.
const LOGS_ASKED: usize = 3;

/// Lays out one file per night that has readings.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let mut latest = LocalDate(i32::MIN);
    let dates = (0i64..).zip(&checked.hrv).map(|(at, sample)| {
        // Dates never go back, so that the readings of a file are neighbours.
        latest = latest.max(date_of_waking(checked, sample.at));
        (latest, at)
    });
    let wanted = dates.filter(|(date, _)| checked.is_wanted(*date));
    runs(wanted, |date| {
        format!("archive/hrv/{:04}/{date}.fit", date.year())
    })
}

/// The date that a reading belongs to: that of the sleep log it lies in, else its local date, which
/// from the evening on is that of the next morning.
fn date_of_waking(checked: &Checked, at: Instant) -> LocalDate {
    if let Some(night) = night_with(checked, at) {
        return night.date_of_sleep;
    }
    let local = at.at(checked.offsets.at_instant(at));
    let next = i32::from(local.second_of_day() >= EVENING);
    local.date().plus(next)
}

fn night_with(checked: &Checked, at: Instant) -> Option<&Night> {
    let nights = &checked.nights;
    let begun = nights.partition_point(|n| n.start.plus(-WINDOW) <= at);
    let latest_first = nights.get(..begun)?.iter().rev();
    latest_first.take(LOGS_ASKED).find(|n| at <= n.end())
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let readings = file.part_of(&checked.hrv);
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
        return Ok(None);
    };
    // A file begins with the reading whose date opened it.
    let date = date_of_waking(checked, first.at);
    let mut fit = begin(buffer, file::HRV_STATUS, &Device::named(None), first.at)?;
    let offset = match night_with(checked, first.at) {
        Some(night) => night.offset,
        None => checked.offsets.at_instant(first.at),
    };
    correlation(&mut fit, first.at, offset)?;
    for reading in readings {
        let fields = [
            (hrv_value::TIMESTAMP, Unix(reading.at.0)),
            (hrv_value::VALUE, Real(reading.value.get())),
        ];
        fit.message(HRV_VALUE, &fields)?;
    }
    let nightly = checked.days.get(&date).and_then(|day| day.hrv_rmssd);
    let highest = readings.iter().map(|r| r.value.get()).fold(0.0, f64::max);
    let summary = fields![hrv_status_summary:
        TIMESTAMP = Unix(last.at.0),
        LAST_NIGHT_5_MIN_HIGH = Real(highest),
        LAST_NIGHT_AVERAGE ? nightly.filter(|&v| v > 0.0),
    ];
    fit.message(HRV_STATUS_SUMMARY, &summary)?;
    let (bytes, records) = (fit.finish(), readings.len());
    Ok(Some(Rendered::new(bytes, records, first.at, last.at)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::specimen::{Dice, night};
    use super::*;
    use crate::garmin::tests::decoded::{Message, decode};
    use crate::model::checked::Parts;
    use crate::model::checked::Sample;
    use crate::model::metrics::Day;
    use crate::model::units::Milliseconds;

    fn reading(at: Instant, ms: f64) -> Sample<Milliseconds> {
        Sample {
            at,
            value: Milliseconds::new(ms).unwrap(),
        }
    }

    fn files(checked: &Checked) -> Vec<(String, Rendered)> {
        let render = |p: PlannedFile| {
            let file = render(checked, false, &p, Vec::new()).unwrap();
            (p.path, file.unwrap())
        };
        plan(checked).into_iter().map(render).collect()
    }

    fn values(messages: &[Message]) -> Vec<(i64, f64)> {
        let values = messages.iter().filter(|m| m.kind == "hrv_value");
        values
            .map(|m| (m.at("timestamp"), m.real("value")))
            .collect()
    }

    #[test]
    fn a_night_decodes_to_its_readings_and_fitbits_nightly_value() {
        let night = night();
        let start = night.start;
        let mut parts = Parts {
            hrv: (0..6)
                .map(|i| reading(start.plus(i * 300), 40.0 + i as f64))
                .collect(),
            nights: vec![night],
            ..Parts::default()
        };
        let day = Day {
            hrv_rmssd: Some(41.25),
            ..Day::default()
        };
        parts
            .days
            .insert(LocalDate::from_ymd(2024, 3, 2).unwrap(), day);
        let files = files(&Checked::new(parts));
        assert_eq!(files.len(), 1);
        let (path, file) = files.first().unwrap();
        assert_eq!(path, "archive/hrv/2024/2024-03-02.fit");
        assert_eq!(file.records, 6);
        let messages = decode(&file.bytes);
        assert_eq!(messages.len(), 3 + 6 + 1);
        let want: Vec<(i64, f64)> = (0..6)
            .map(|i| (start.0 + i * 300, 40.0 + i as f64))
            .collect();
        assert_eq!(values(&messages), want);
        let summary = messages.last().unwrap();
        assert_eq!(summary.kind, "hrv_status_summary");
        assert_eq!(summary.real("last_night_average"), 41.25);
        assert_eq!(summary.real("last_night_5_min_high"), 45.0);
    }

    #[test]
    fn without_a_nightly_value_of_fitbits_none_is_made_up() {
        let at = Instant(1_709_330_000);
        let parts = Parts {
            hrv: vec![reading(at, 50.0)],
            ..Parts::default()
        };
        let files = files(&Checked::new(parts));
        let messages = decode(&files.first().unwrap().1.bytes);
        let summary = messages.last().unwrap();
        assert_eq!(summary.kind, "hrv_status_summary");
        assert!(!summary.has("last_night_average"));
    }

    #[test]
    fn readings_outside_any_log_count_for_the_morning_after_their_evening() {
        let noon = LocalDate::from_ymd(2024, 3, 1).unwrap().midnight().0 + 43_200;
        let hours = |h: i64| reading(Instant(noon + h * 3600), 50.0);
        // 17:00, 18:00, 02:00 of the next day, 19:00 of the next day.
        let parts = Parts {
            hrv: vec![hours(5), hours(6), hours(14), hours(31)],
            ..Parts::default()
        };
        let told: Vec<(String, u64)> = files(&Checked::new(parts))
            .into_iter()
            .map(|(path, file)| (path, file.records))
            .collect();
        assert_eq!(
            told,
            [
                ("archive/hrv/2024/2024-03-01.fit".to_owned(), 1),
                ("archive/hrv/2024/2024-03-02.fit".to_owned(), 2),
                ("archive/hrv/2024/2024-03-03.fit".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn a_nap_after_an_evening_reading_never_opens_a_file_twice() {
        let mut nap = night();
        nap.date_of_sleep = LocalDate::from_ymd(2024, 3, 1).unwrap();
        let before = nap.start.plus(-3600);
        let inside = nap.start.plus(600);
        let parts = Parts {
            hrv: vec![reading(before, 50.0), reading(inside, 51.0)],
            nights: vec![nap],
            ..Parts::default()
        };
        let files = files(&Checked::new(parts));
        assert_eq!(files.len(), 1);
        assert_eq!(files.first().unwrap().1.records, 2);
    }

    #[test]
    fn the_window_before_a_log_belongs_to_it() {
        let mut late = night();
        late.date_of_sleep = LocalDate::from_ymd(2024, 3, 5).unwrap();
        let parts = Parts {
            hrv: vec![
                reading(late.start.plus(-300), 50.0),
                reading(late.end(), 51.0),
            ],
            nights: vec![late],
            ..Parts::default()
        };
        let files = files(&Checked::new(parts));
        assert_eq!(files.len(), 1);
        assert_eq!(files.first().unwrap().0, "archive/hrv/2024/2024-03-05.fit");
    }

    #[test]
    fn random_readings_come_back_within_half_a_step_of_the_field() {
        let mut dice = Dice(11);
        let start = night().start;
        let hrv: Vec<Sample<Milliseconds>> = (0..96)
            .map(|i| {
                reading(
                    start.plus(i * 300),
                    f64::from(dice.up_to(499_000)) / 1000.0 + 1.0,
                )
            })
            .collect();
        let parts = Parts {
            hrv: hrv.clone(),
            ..Parts::default()
        };
        let files = files(&Checked::new(parts));
        let told: Vec<(i64, f64)> = files
            .iter()
            .flat_map(|(_, file)| values(&decode(&file.bytes)))
            .collect();
        assert_eq!(told.len(), hrv.len());
        for ((at, ms), sample) in told.iter().zip(&hrv) {
            assert_eq!(*at, sample.at.0);
            assert!((ms - sample.value.get()).abs() <= 0.5 / 128.0 + 1e-9);
        }
    }
}
