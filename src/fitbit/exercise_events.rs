//! The blob of the column `events` of `UserExercises`: starts, pauses and stops of a workout.
//!
//! **Shape.** Blocks of `Key: value`, one after the other in a list. The keys are known, what stands
//! around them is not: any brackets, `:` or `=`, quotes, and the keys in any order are read.
//! **Time.** `Timestamp`, UTC. **Units.** Milliseconds of active time since the start. **Errors.**
//! None: a block without a time or a known word tells nothing. **Source.** fitbit-format §8.

use super::stamp::{Iso, plausible_iso};
use crate::model::Instant;

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

/// One block: the values of the first three keys.
type Event<'a> = [Option<&'a str>; 3];

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
    let told = events(blob).into_iter().map(|[at, word, active]| {
        let at = at.and_then(plausible_iso).map(Iso::utc);
        let word = word.unwrap_or_default().to_ascii_uppercase();
        (at, word, active.and_then(|ms| ms.parse().ok()))
    });
    let told: Vec<(Option<Instant>, String, Option<u64>)> = told.collect();
    let stop = told
        .iter()
        .rev()
        .find(|(_, word, _)| word.ends_with("STOP"));
    let timed = told.iter().filter_map(|(at, word, _)| Some(((*at)?, word)));
    let mut timed: Vec<(Instant, &String)> = timed.collect();
    timed.sort_by_key(|(at, _)| *at);
    let mut pauses = Vec::new();
    let mut since: Option<Instant> = None;
    for (at, word) in timed {
        let at = at.clamp(start, end);
        if word.ends_with("PAUSE") {
            since = since.or(Some(at));
        } else if ["RESUME", "START", "STOP"]
            .iter()
            .any(|end| word.ends_with(end))
        {
            pauses.extend(since.take().map(|from| (from, at)));
        }
    }
    pauses.extend(since.map(|from| (from, end)));
    pauses.retain(|(from, to)| from < to);
    let active_ms = stop.and_then(|(.., active)| *active);
    Course {
        pauses,
        active_ms: active_ms.filter(|ms| *ms > 0),
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
        if event.get(*key).is_some_and(Option::is_some) {
            all.push(std::mem::take(&mut event));
        }
        if let Some(place) = event.get_mut(*key) {
            *place = value(after);
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
