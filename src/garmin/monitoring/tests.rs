//! Monitoring files, read back by an independent reader.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::super::specimen::{Dice, night};
use super::*;
use crate::garmin::tests::decoded::{Message, decode};
use crate::model::checked::{Parts, Sample};
use crate::model::metrics::Day;
use crate::model::offsets::{Evidence, Offsets};
use crate::model::records::PackedSample;
use crate::model::units::{Bpm, BreathsPerMinute, Percent};
use crate::model::{LocalTime, MINUTES, MinuteDays, Offset};

const PARIS_WINTER: Offset = Offset(3600);

fn date(month: u32, day: u32) -> LocalDate {
    LocalDate::from_ymd(2024, month, day).unwrap()
}

/// An export of someone in Paris around the 23-hour day 2024-03-31 and the 25-hour day 2024-10-27.
fn paris() -> Parts {
    let summer = date(3, 31)..date(10, 27);
    let offsets: Vec<(Offset, Evidence)> = (date(1, 1).0..=date(12, 31).0)
        .map(|d| {
            Offset(
                3600 * (1 + i32::from(LocalDate(d) > summer.start && LocalDate(d) <= summer.end)),
            )
        })
        .map(|offset| (offset, Evidence::Profile))
        .collect();
    Parts {
        offsets: Offsets::new(date(1, 1), &offsets, None),
        ..Parts::default()
    }
}

fn beat(parts: &mut Parts, at: Instant, bpm: u8) {
    let sample = PackedSample::new(at.second_of_day(), Bpm::new(bpm.into()).unwrap());
    parts
        .heart_rate
        .entry(at.utc_day())
        .or_default()
        .push(sample);
}

fn put(stream: &mut MinuteDays, at: Instant, value: u32) {
    let day = stream.entry(at.utc_day()).or_default();
    let known = day.insert(at.second_of_day() as usize / 60, value);
    assert_eq!(known, None, "{at} twice");
}

fn files(parts: Parts) -> Vec<(String, Rendered)> {
    let checked = Checked::new(parts);
    let file = |p: PlannedFile| {
        Some((
            p.path.clone(),
            render(&checked, false, &p, vec![1; 99]).unwrap()?,
        ))
    };
    plan(&checked).into_iter().filter_map(file).collect()
}

fn only_file(parts: Parts) -> (String, Rendered) {
    let mut files = files(parts);
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

fn heart_rates(messages: &[Message]) -> Vec<(i64, i64)> {
    let beats = messages.iter().filter(|m| m.has("heart_rate"));
    beats
        .map(|m| (m.at("timestamp"), m.int("heart_rate")))
        .collect()
}

/// 2024-03-01 in Paris with a neighbour on both sides: four heartbeats, steps in the minutes 00:59
/// (100), 01:00 (none) and 23:59 (50), distance also without steps, energy and ascent.
fn first_of_march() -> Parts {
    let mut parts = paris();
    let start = date(3, 1).midnight().minus(PARIS_WINTER);
    let beats = [(0, 60), (3599, 61), (3600, 62), (86_399, 63)];
    for (second, bpm) in beats.into_iter().chain([(-1, 70), (86_400, 71)]) {
        beat(&mut parts, start.plus(second), bpm);
    }
    for (minute, steps, millimetres) in [(59, 100, 75_004), (60, 0, 1_000), (1439, 50, 37_500)] {
        put(&mut parts.steps, start.plus(minute * 60), steps);
        put(&mut parts.distance, start.plus(minute * 60), millimetres);
    }
    let burnt = |minute| match minute {
        59 => 45_000,
        1439 => 30_000,
        _ => 10_000,
    };
    let calories = (0..MINUTES).map(|minute| (minute, burnt(minute)));
    parts.calories.insert(date(3, 1).0, calories.collect());
    let ascent = [(700, 12_500)].into_iter().collect();
    parts.altitude.insert(date(3, 1).0, ascent);
    parts
}

#[test]
fn every_local_day_with_data_has_a_file_of_its_own() {
    let files = files(first_of_march());
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "archive/monitoring/2024/2024-02-29.fit",
            "archive/monitoring/2024/2024-03-01.fit",
            "archive/monitoring/2024/2024-03-02.fit"
        ]
    );
    let (_, file) = &files[1];
    assert_eq!(
        (file.records, file.first.as_str(), file.last.as_str()),
        (7, "2024-03-01", "2024-03-01")
    );
}

#[test]
fn a_file_begins_at_local_midnight() {
    let messages = decode(&files(first_of_march())[1].1.bytes);
    let start = date(3, 1).midnight().minus(PARIS_WINTER).0;
    assert_eq!(
        (messages[0].at("time_created"), messages[0].int("type")),
        (start, 32)
    );
    let info = &messages[2];
    assert_eq!(
        (info.kind.as_str(), info.at("timestamp")),
        ("monitoring_info", start)
    );
    assert_eq!(info.local("local_timestamp"), date(3, 1).midnight().0);
    assert_eq!(info.int("resting_metabolic_rate"), 1440);
}

#[test]
fn a_day_merges_heart_rate_and_steps_by_time_and_closes_with_its_totals() {
    let messages = decode(&files(first_of_march())[1].1.bytes);
    let t = date(3, 1).midnight().minus(PARIS_WINTER).0;
    assert_eq!(
        heart_rates(&messages),
        [(t, 60), (t + 3599, 61), (t + 3600, 62), (t + 86_399, 63)]
    );
    let walked: Vec<(usize, [i64; 3], [f64; 2])> = messages
        .iter()
        .enumerate()
        .filter(|(_, m)| m.has("activity_type") && m.kind == "monitoring")
        .map(|(at, m)| {
            assert!(!m.has("heart_rate") && m.int("activity_type") == 6);
            let counts = [
                m.at("timestamp") - t,
                m.int("steps"),
                m.int("active_calories"),
            ];
            (at, counts, [m.real("distance"), m.real("active_time")])
        })
        .collect();
    assert_eq!(
        walked,
        [
            (5, [3600, 100, 4], [75.0, 60.0]),
            (8, [86_400, 150, 6], [113.5, 120.0]),
            (9, [86_400, 150, 6], [113.5, 120.0])
        ]
    );
    assert_eq!(messages[9].int("duration_min"), 1440);
    assert_eq!(messages[9].real("ascent"), 12.5);
    assert_eq!(messages.len(), 10);
}

#[test]
fn days_of_23_and_25_hours_hold_every_heartbeat_once() {
    for (day, minutes) in [(date(3, 31), 1380), (date(10, 27), 1500)] {
        let mut parts = paris();
        let (start, end) = (parts.offsets.day_start(day), parts.offsets.day_end(day));
        for t in (start.0 - 1800..end.0 + 1800).step_by(600) {
            beat(&mut parts, Instant(t), 60);
        }
        put(&mut parts.steps, end.plus(-60), 9);
        let files = files(parts);
        assert_eq!(files.len(), 3);
        let count = |at: usize| heart_rates(&decode(&files[at].1.bytes)).len();
        assert_eq!((count(0), count(1), count(2)), (3, minutes / 10, 3));
        let messages = decode(&files[1].1.bytes);
        let closing = messages.last().unwrap();
        assert_eq!(closing.int("duration_min"), i64::try_from(minutes).unwrap());
        assert_eq!(closing.at("timestamp"), end.0);
        assert_eq!(closing.int("steps"), 9);
    }
}

#[test]
fn a_day_of_which_only_zeros_are_known_has_no_file() {
    let mut parts = paris();
    put(&mut parts.steps, Instant(1_709_330_000), 0);
    let zero = Day {
        steps: Some(0),
        sedentary_minutes: Some(1440),
        very_active_minutes: Some(0),
        ..Day::default()
    };
    parts.days.insert(date(3, 1), zero);
    assert!(files(parts).is_empty());
}

#[test]
fn a_day_without_minutes_is_closed_with_the_totals_it_states() {
    let mut parts = paris();
    let day = Day {
        steps: Some(4321),
        distance_m: Some(3000.25),
        ..Day::default()
    };
    parts.days.insert(date(3, 1), day);
    let (path, file) = only_file(parts);
    assert_eq!(path, "archive/monitoring/2024/2024-03-01.fit");
    let messages = decode(&file.bytes);
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[3].int("steps"), 4321);
    assert_eq!(messages[3].real("distance"), 3000.25);
    assert!(!messages[3].has("active_calories") && !messages[3].has("ascent"));
}

#[test]
fn vital_signs_stand_at_their_times_and_totals_at_the_end_of_the_day() {
    let mut parts = paris();
    let night = night();
    let (woke, noon) = (
        night.end(),
        LocalTime(date(3, 2).midnight().0 + 43_200).minus(PARIS_WINTER),
    );
    parts.nights.push(night);
    parts.spo2.push(Sample {
        at: noon,
        value: Percent::new(95.5).unwrap(),
    });
    let day = Day {
        spo2_average: Some(97.0),
        respiratory_rate: Some(14.25),
        resting_heart_rate: Some(61.5),
        moderately_active_minutes: Some(12),
        very_active_minutes: None,
        ..Day::default()
    };
    parts.days.insert(date(3, 2), day);
    let messages = decode(&only_file(parts).1.bytes);
    let end = date(3, 3).midnight().minus(PARIS_WINTER).0;
    let told: Vec<(&str, i64)> = messages[3..]
        .iter()
        .map(|m| (m.kind.as_str(), m.at("timestamp")))
        .collect();
    assert_eq!(
        told,
        [
            ("respiration_rate", woke.0),
            ("spo2_data", noon.0),
            ("monitoring_hr_data", end),
            ("monitoring", end),
            ("monitoring", end)
        ]
    );
    assert_eq!(messages[3].real("respiration_rate"), 14.25);
    assert_eq!(messages[4].int("reading_spo2"), 96);
    assert_eq!(messages[5].int("current_day_resting_heart_rate"), 62);
    assert!(!messages[5].has("resting_heart_rate"));
    assert_eq!(messages[6].int("moderate_activity_minutes"), 12);
    assert!(!messages[6].has("vigorous_activity_minutes") && !messages[6].has("activity_type"));
}

#[test]
fn readings_of_a_respiration_stream_take_the_place_of_the_nightly_mean() {
    let mut parts = paris();
    let at = LocalTime(date(3, 2).midnight().0 + 7200).minus(PARIS_WINTER);
    parts.respiration.push(Sample {
        at,
        value: BreathsPerMinute::new(13.5).unwrap(),
    });
    let day = Day {
        respiratory_rate: Some(14.25),
        ..Day::default()
    };
    parts.days.insert(date(3, 2), day);
    let messages = decode(&only_file(parts).1.bytes);
    let rates: Vec<f64> = messages
        .iter()
        .filter(|m| m.kind == "respiration_rate")
        .map(|m| m.real("respiration_rate"))
        .collect();
    assert_eq!(rates, [13.5]);
}

#[test]
fn a_total_that_fit_cannot_hold_is_left_out_and_told() {
    let mut parts = paris();
    let day = Day {
        steps: Some(10),
        distance_m: Some(50_000_000.0),
        ..Day::default()
    };
    parts.days.insert(date(3, 1), day);
    let (_, file) = only_file(parts);
    assert!(!decode(&file.bytes)[3].has("distance"));
    assert_eq!(
        file.remarks,
        ["2024-03-01: distance 50000000 left out, too big for FIT"]
    );
}

#[test]
fn random_days_come_back_as_they_went_in() {
    let mut dice = Dice(5);
    for month in 1..=12 {
        let mut parts = paris();
        let (first, last) = (date(month, 27), date(month, 29));
        let mut t = parts.offsets.day_start(first).0;
        let end = parts.offsets.day_end(last).0;
        let (mut beats, mut steps) = (Vec::new(), Vec::new());
        while t < end {
            let bpm = u8::try_from(dice.up_to(231) + 20).unwrap();
            beat(&mut parts, Instant(t), bpm);
            beats.push((t, i64::from(bpm)));
            t += i64::from(dice.up_to(200)) + 1;
            if dice.up_to(9) == 0 {
                let minute = t.min(end - 60) / 60 * 60;
                let count = dice.up_to(150);
                // The dice may fall on a minute twice: its first row stays.
                if steps.last().is_none_or(|&(at, _)| at < minute) {
                    put(&mut parts.steps, Instant(minute), count);
                    steps.push((minute, i64::from(count)));
                }
            }
        }
        let offsets = parts.offsets.clone();
        let files = files(parts);
        assert_eq!(files.len(), 3);
        let mut told = Vec::new();
        for (day, (_, file)) in (first.0..).map(LocalDate).zip(&files) {
            let messages = decode(&file.bytes);
            told.extend(heart_rates(&messages));
            let day_steps = steps
                .iter()
                .filter(|(at, _)| offsets.date_of(Instant(*at)) == day);
            check_steps(&messages, day_steps.copied().collect());
        }
        assert_eq!(told, beats);
    }
}

/// Every running total equals the steps that ended by then, and times never go back.
fn check_steps(messages: &[Message], steps: Vec<(i64, i64)>) {
    let walked: Vec<&Message> = messages.iter().filter(|m| m.has("steps")).collect();
    let minutes = steps.iter().filter(|(_, n)| *n > 0).count();
    assert_eq!(walked.len(), minutes + 1);
    for message in walked {
        let at = message.at("timestamp");
        let before = steps.iter().filter(|(t, _)| t + 60 <= at).map(|(_, n)| n);
        assert_eq!(message.int("steps"), before.sum::<i64>());
    }
    let times: Vec<i64> = messages[3..].iter().map(|m| m.at("timestamp")).collect();
    assert!(times.is_sorted());
}
