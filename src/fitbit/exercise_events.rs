//! The blob of the column `events` of `UserExercises`: starts, pauses and stops of a workout.
//!
//! **Shape.** Blocks of `Key: value`, one after the other in a list. The keys are known, what stands
//! around them is not: any brackets, `:` or `=`, quotes, and the keys in any order are read.
//! **Time.** `Timestamp`, UTC. **Units.** Milliseconds of active time since the start. **Errors.**
//! None: a block without a time or a known word tells nothing. **Source.** fitbit-format §8.

use super::stamp::plausible_iso;
use crate::model::{Instant, Offset};

/// The keys, those that count first.
const KEYS: [&str; 13] = [
    "timestamp",
    "type",
    "elapsedtimemillis",
    "exerciseeventid",
    "autocuetype",
    "traveleddistancemm",
    "caloriesburned",
    "steps",
    "averageheartrate",
    "elevationgainmm",
    "swimlengths",
    "averagespeedmmpersec",
    "intervaltype",
];

/// One block.
#[derive(Clone, Debug, Default, PartialEq)]
struct Event<'a> {
    values: [Option<&'a str>; 3],
}

impl Event<'_> {
    fn at(&self) -> Option<Instant> {
        let iso = plausible_iso(self.values.first().copied()??)?;
        Some(iso.clock.minus(iso.offset.unwrap_or(Offset(0))))
    }

    fn is(&self, endings: &[&str]) -> bool {
        let word = self.values.get(1).copied().flatten().unwrap_or_default();
        let word = word.to_ascii_uppercase();
        endings.iter().any(|ending| word.ends_with(ending))
    }

    fn active_ms(&self) -> Option<u64> {
        self.values.get(2).copied()??.parse().ok()
    }
}

/// What the events of a workout tell of its time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Pauses as (from, to), by time; none touches the next.
    pub pauses: Vec<(Instant, Instant)>,
    /// Active time in milliseconds as the stop states it.
    pub active_ms: Option<u64>,
}

/// Reads the events of a workout from `start` to `end`.
pub fn course(blob: &str, start: Instant, end: Instant) -> Course {
    let events = events(blob);
    let stop = events.iter().rev().find(|e| e.is(&["STOP"]));
    let mut timed: Vec<(Instant, &Event<'_>)> =
        events.iter().filter_map(|e| Some((e.at()?, e))).collect();
    timed.sort_by_key(|(at, _)| *at);
    let mut pauses = Vec::new();
    let mut since: Option<Instant> = None;
    for (at, event) in timed {
        let at = at.clamp(start, end);
        if event.is(&["PAUSE"]) {
            since = since.or(Some(at));
        } else if event.is(&["RESUME", "START", "STOP"]) {
            pauses.extend(since.take().map(|from| (from, at)));
        }
    }
    pauses.extend(since.map(|from| (from, end)));
    pauses.retain(|(from, to)| from < to);
    Course {
        pauses,
        active_ms: stop.and_then(Event::active_ms).filter(|ms| *ms > 0),
    }
}

/// Takes the blob apart: a block ends where a bracket closes or one of its keys comes again.
fn events(blob: &str) -> Vec<Event<'_>> {
    const CLOSING: [char; 3] = [']', '}', ')'];
    let keys = keys(blob);
    let mut all = Vec::new();
    let mut event = Event::default();
    for (i, (key, _, from)) in keys.iter().enumerate() {
        let to = keys.get(i + 1).map_or(blob.len(), |(_, next, _)| *next);
        let after = blob.get(*from..to).unwrap_or_default();
        if let Some(held) = event.values.get(*key).copied() {
            if held.is_some() {
                all.push(std::mem::take(&mut event));
            }
            if let Some(place) = event.values.get_mut(*key) {
                *place = value(after);
            }
        }
        if after.contains(CLOSING) {
            all.push(std::mem::take(&mut event));
        }
    }
    all.push(event);
    all
}

/// The keys in the blob: which, where it begins and where its value may begin.
fn keys(blob: &str) -> Vec<(usize, usize, usize)> {
    let mut keys = Vec::new();
    let mut begun = None;
    for (at, c) in blob.char_indices() {
        if c.is_ascii_alphanumeric() {
            begun = begun.or(Some(at));
            continue;
        }
        let Some(from) = begun.take() else { continue };
        let word = blob.get(from..at).unwrap_or_default();
        let known = KEYS.iter().position(|k| word.eq_ignore_ascii_case(k));
        let rest = blob.get(at..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'', ' ']);
        if let Some(key) = known.filter(|_| rest.starts_with([':', '='])) {
            keys.push((key, from, blob.len() - rest.len() + 1));
        }
    }
    keys
}

/// The value at the beginning of a text.
fn value(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let end = [',', ';', ']', '}', ')', '"', '\'', '\n'];
    let value = text.split(end).next()?.trim();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_778_587_200); // 2026-05-12T12:00:00Z

    fn told(blob: &str) -> (Vec<(i64, i64)>, Option<u64>) {
        let course = course(blob, START, START.plus(3600));
        let second = |at: Instant| at.0 - START.0;
        let pauses = course.pauses.iter();
        let pauses = pauses.map(|&(a, b)| (second(a), second(b))).collect();
        (pauses, course.active_ms)
    }

    #[test]
    fn pauses_are_read_by_keys_whatever_stands_around_them() {
        let known = "[[ExerciseEventId: 1, Timestamp: 2026-05-12T12:00:00Z, Type: START, AutoCueType: MANUAL, ElapsedTimeMillis: 0], \
            [ExerciseEventId: 2, Timestamp: 2026-05-12T12:10:00Z, Type: PAUSE, AutoCueType: MANUAL, ElapsedTimeMillis: 600000], \
            [ExerciseEventId: 3, Timestamp: 2026-05-12T12:40:00Z, Type: RESUME, AutoCueType: MANUAL, ElapsedTimeMillis: 600000], \
            [ExerciseEventId: 4, Timestamp: 2026-05-12T13:00:00Z, Type: STOP, AutoCueType: MANUAL, ElapsedTimeMillis: 1800000]]";
        let expected = (vec![(600, 2400)], Some(1_800_000));
        assert_eq!(told(known), expected);
        let braces = known.replace('[', "{").replace(']', "}");
        assert_eq!(told(&braces.replace(": ", "=")), expected);
        assert_eq!(told(&known.replace(['[', ']'], "")), expected);
        assert_eq!(told(&known.replace(", ", " ")), expected);
        let quoted = known.replace(" Type: ", " \"Type\": \"");
        assert_eq!(told(&quoted.replace(", Auto", "\", Auto")), expected);
        let spaced = known.replace("12T1", "12 1").replace("Z,", "+0000,");
        assert_eq!(told(&spaced), expected);
    }

    #[test]
    fn automatic_pauses_count_and_one_without_an_end_lasts_to_the_stop() {
        let blob = "[Type: AUTO_PAUSE, Timestamp: 2026-05-12 12:10:00+0000][Type: RESUME, Timestamp: 2026-05-12 12:11:00+0000]\
            [Type: PAUSE, Timestamp: 2026-05-12 12:50:00+0000][Type: STOP, Timestamp: 2026-05-12 13:00:00+0000]";
        assert_eq!(told(blob), (vec![(600, 660), (3000, 3600)], None));
    }

    #[test]
    fn laps_words_unknown_and_times_unsaid_are_no_pauses() {
        assert_eq!(
            told("[{type=START, id=1},{type=STOP, id=2}]"),
            (vec![], None)
        );
        assert_eq!(
            told("[Timestamp: 2026-05-12 12:10:00+0000, Type: SPLIT, ElapsedTimeMillis: 5]"),
            (vec![], None)
        );
        assert_eq!(told("[Type: PAUSE][Type: RESUME]"), (vec![], None));
        assert_eq!(told(""), (vec![], None));
    }
}
