//! Sleep as FIT type 49: nights with stages, one file each, by the date that Fitbit files them under.
//!
//! The layout is that of files from devices, for Garmin documents none: event 74 starts and stops
//! the night, and a `sleep_level` carries the time at which its stage *ends*. Classic logs have no
//! stages, and any mapping would invent some: they are in `sleep.csv` only. Connect refuses these
//! files today; other readers decode them.

use super::common::{Device, begin, correlation, fields, numbered};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::profile::{
    EVENT, SLEEP_ASSESSMENT, SLEEP_LEVEL, event_kind, event_type, file, sleep_stage,
};
use crate::fit::{
    EncodeError, Encoder,
    Value::{Int, Unix},
};
use crate::model::checked::Night;
use crate::model::records::{SleepKind, SleepLevel};
use crate::model::{Checked, Instant};

/// Highest sleep score.
const BEST_SCORE: u32 = 100;

/// Lays out one file per night with stages; the main sleep of a date comes before its naps.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let is_staged = |n: &Night| n.kind == SleepKind::Stages && !n.stages.is_empty();
    let all = (0i64..).zip(&checked.nights);
    let mut nights: Vec<(i64, &Night)> = all.filter(|(_, n)| is_staged(n)).collect();
    nights.sort_by_key(|&(at, n)| (n.date_of_sleep, !n.main_sleep, at));
    let mut files = Vec::with_capacity(nights.len());
    for same_date in nights.chunk_by(|(_, a), (_, b)| a.date_of_sleep == b.date_of_sleep) {
        for (n, &(at, night)) in (1..).zip(same_date) {
            let (date, suffix) = (night.date_of_sleep, numbered(n));
            files.push(PlannedFile {
                path: format!("archive/sleep/{:04}/{date}{suffix}.fit", date.year()),
                range: (at, at + 1),
            });
        }
    }
    files
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let night = file.part_of(&checked.nights).first();
    let night = night.map(|night| (night, levels(night)));
    let Some((night, levels)) = night.filter(|(_, levels)| !levels.is_empty()) else {
        return Ok(None);
    };
    let (start, end) = (night.start, night.end());
    let mut fit = begin(buffer, file::SLEEP, &Device::named(None), start)?;
    correlation(&mut fit, start, night.offset)?;
    mark(&mut fit, start, event_type::START)?;
    for &(to, level) in &levels {
        let fields = fields![sleep_level: TIMESTAMP = Unix(to.0), SLEEP_LEVEL = Int(level)];
        fit.message(SLEEP_LEVEL, &fields)?;
    }
    mark(&mut fit, end, event_type::STOP)?;
    if let Some(score) = night.score.filter(|&s| s <= BEST_SCORE) {
        let score = fields![sleep_assessment: OVERALL_SLEEP_SCORE = Int(score.into())];
        fit.message(SLEEP_ASSESSMENT, &score)?;
    }
    Ok(Some(Rendered::new(fit.finish(), levels.len(), start, end)))
}

fn mark(fit: &mut Encoder, at: Instant, kind: i64) -> Result<(), EncodeError> {
    let fields = fields![event:
        TIMESTAMP = Unix(at.0),
        EVENT = Int(event_kind::SLEEP),
        EVENT_TYPE = Int(kind),
    ];
    fit.message(EVENT, &fields)
}

/// The stages as (end, level): ends strictly ascending within the night, neighbours differ. A
/// stretch that no stage covers is unmeasurable.
fn levels(night: &Night) -> Vec<(Instant, i64)> {
    let mut levels: Vec<(u32, i64)> = Vec::with_capacity(night.stages.len());
    for stage in &night.stages {
        let to = stage.from.saturating_add(stage.seconds);
        let (from, to) = (stage.from.min(night.seconds), to.min(night.seconds));
        append(&mut levels, from, sleep_stage::UNMEASURABLE);
        append(&mut levels, to, number(stage.level));
    }
    let instant = |(to, level): (u32, i64)| (night.start.plus(i64::from(to)), level);
    levels.into_iter().map(instant).collect()
}

/// Appends a level up to `to`, which may be where the one before ends already.
fn append(levels: &mut Vec<(u32, i64)>, to: u32, level: i64) {
    let from = levels.last().map_or(0, |&(end, _)| end);
    if to <= from {
        return;
    }
    match levels.last_mut() {
        Some((end, last)) if *last == level => *end = to,
        _ => levels.push((to, level)),
    }
}

/// FIT's number of a level. The classic ones say nothing of stages.
fn number(level: SleepLevel) -> i64 {
    match level {
        SleepLevel::Wake | SleepLevel::Awake => sleep_stage::AWAKE,
        SleepLevel::Light => sleep_stage::LIGHT,
        SleepLevel::Deep => sleep_stage::DEEP,
        SleepLevel::Rem => sleep_stage::REM,
        SleepLevel::Asleep | SleepLevel::Restless | SleepLevel::Unmeasured => {
            sleep_stage::UNMEASURABLE
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::super::specimen::{Dice, night};
    use super::*;
    use crate::garmin::tests::decoded::{Message, decode};
    use crate::model::checked::Parts;
    use crate::model::records::SleepStage;

    fn files(nights: Vec<Night>) -> Vec<(String, Option<Rendered>)> {
        let parts = Parts {
            nights,
            ..Parts::default()
        };
        let checked = Checked::new(parts);
        let render = |p: PlannedFile| {
            let file = render(&checked, false, &p, Vec::new()).unwrap();
            (p.path, file)
        };
        plan(&checked).into_iter().map(render).collect()
    }

    fn ends(messages: &[Message]) -> Vec<(i64, i64)> {
        let levels = messages.iter().filter(|m| m.kind == "sleep_level");
        levels
            .map(|m| (m.at("timestamp"), m.int("sleep_level")))
            .collect()
    }

    #[test]
    fn a_night_decodes_to_its_stages() {
        let night = night();
        let mut files = files(vec![night.clone()]);
        let (path, file) = files.remove(0);
        assert_eq!(path, "archive/sleep/2024/2024-03-02.fit");
        let file = file.unwrap();
        assert_eq!(
            (file.records, file.first.as_str(), file.last.as_str()),
            (4, "2024-03-01T22:30:00Z", "2024-03-01T23:30:00Z")
        );
        let messages = decode(&file.bytes);
        let kinds: Vec<&str> = messages.iter().map(|m| m.kind.as_str()).collect();
        assert_eq!(
            kinds,
            [
                "file_id",
                "device_info",
                "timestamp_correlation",
                "event",
                "sleep_level",
                "sleep_level",
                "sleep_level",
                "sleep_level",
                "event",
                "sleep_assessment"
            ]
        );
        let t = night.start.0;
        assert_eq!(messages[3].at("timestamp"), t);
        assert_eq!(
            ends(&messages),
            [(t + 300, 1), (t + 1800, 2), (t + 3000, 3), (t + 3600, 4)]
        );
        assert_eq!(messages[8].at("timestamp"), t + 3600);
        assert_eq!(messages[9].int("overall_sleep_score"), 81);
        assert_eq!(messages[0].at("time_created"), t);
    }

    #[test]
    fn classic_logs_and_logs_without_a_hypnogram_have_no_file() {
        let (mut classic, mut bare) = (night(), night());
        classic.kind = SleepKind::Classic;
        bare.stages.clear();
        assert!(files(vec![classic, bare]).is_empty());
    }

    #[test]
    fn the_main_sleep_of_a_date_comes_before_its_naps() {
        let (mut nap, mut later) = (night(), night());
        nap.main_sleep = false;
        nap.start = nap.start.plus(-20_000);
        nap.score = None;
        later.main_sleep = false;
        later.start = later.start.plus(30_000);
        let main = night().start;
        let files = files(vec![nap, night(), later]);
        let told: Vec<(&str, &str)> = files
            .iter()
            .map(|(p, f)| (p.as_str(), f.as_ref().unwrap().first.as_str()))
            .collect();
        let (first, second, third) = (main, main.plus(-20_000), main.plus(30_000));
        let want = [
            ("archive/sleep/2024/2024-03-02.fit", first.to_string()),
            ("archive/sleep/2024/2024-03-02-2.fit", second.to_string()),
            ("archive/sleep/2024/2024-03-02-3.fit", third.to_string()),
        ];
        assert_eq!(told, want.each_ref().map(|(p, t)| (*p, t.as_str())));
    }

    #[test]
    fn random_nights_come_back_as_they_went_in() {
        let mut dice = Dice(7);
        for _ in 0..200 {
            let mut night = night();
            night.stages = random_stages(&mut dice);
            night.seconds = night.stages.iter().map(|s| s.seconds).sum();
            let mut want: Vec<(i64, i64)> = Vec::new();
            for stage in &night.stages {
                let end = night.start.0 + i64::from(stage.from + stage.seconds);
                let level = number(stage.level);
                match want.last_mut() {
                    Some(last) if last.1 == level => last.0 = end,
                    _ => want.push((end, level)),
                }
            }
            let file = files(vec![night]).remove(0).1.unwrap();
            assert_eq!(ends(&decode(&file.bytes)), want);
        }
    }

    fn random_stages(dice: &mut Dice) -> Vec<SleepStage> {
        let levels = [
            SleepLevel::Wake,
            SleepLevel::Light,
            SleepLevel::Deep,
            SleepLevel::Rem,
        ];
        let mut from = 0;
        let n = dice.up_to(60) + 1;
        let stages = (0..n).map(|_| {
            let seconds = dice.up_to(100) * 30 + 30;
            let level = levels[dice.up_to(4) as usize];
            from += seconds;
            SleepStage {
                level,
                from: from - seconds,
                seconds,
            }
        });
        stages.collect()
    }

    #[test]
    fn stages_that_leave_the_night_or_a_hole_give_a_sound_file_all_the_same() {
        let mut night = night();
        night.seconds = 3000;
        night.stages.remove(1);
        let t = night.start.0;
        let file = files(vec![night]).remove(0).1.unwrap();
        let want = [(t + 300, 1), (t + 1800, 0), (t + 3000, 3)];
        assert_eq!(ends(&decode(&file.bytes)), want);
    }
}
