//! Hypnograms: stretches of sleep as files tell them, laid out without gap or overlap.
//!
//! Fitbit tells a night twice over: long stretches that follow each other without a gap, and short
//! wakes that lie over them. Only both together agree with Fitbit's own sums. Knows no file format.

use crate::model::records::{LooseStage, SleepKind, SleepLevel, SleepLog, SleepStage};

/// A stretch of one level, in seconds from the start of its log; may begin before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub level: SleepLevel,
    /// First second.
    pub from: i64,
    /// One after the last second.
    pub to: i64,
}

/// Returns the level that a word names in logs of a kind. Tables write `AWAKE` in both kinds, and
/// some stretches are `unknown` or `…_UNSPECIFIED`.
pub fn level(word: &str, kind: SleepKind) -> Option<SleepLevel> {
    let level = match word.to_ascii_lowercase().as_str() {
        "wake" | "awake" => SleepLevel::Wake,
        "light" => SleepLevel::Light,
        "deep" => SleepLevel::Deep,
        "rem" => SleepLevel::Rem,
        "asleep" => SleepLevel::Asleep,
        "restless" => SleepLevel::Restless,
        word if word == "unknown" || word.ends_with("unspecified") => SleepLevel::Unmeasured,
        _ => return None,
    };
    in_kind(level, kind)
}

/// A level as a log of a kind calls it; `None` where it has no such level.
fn in_kind(of: SleepLevel, kind: SleepKind) -> Option<SleepLevel> {
    let of_classic = matches!(of, SleepLevel::Asleep | SleepLevel::Restless);
    match (of, kind) {
        (SleepLevel::Unmeasured, _) => Some(of),
        (SleepLevel::Wake | SleepLevel::Awake, SleepKind::Stages) => Some(SleepLevel::Wake),
        (SleepLevel::Wake | SleepLevel::Awake, SleepKind::Classic) => Some(SleepLevel::Awake),
        _ => (of_classic == (kind == SleepKind::Classic)).then_some(of),
    }
}

/// Lays `over` on `data`, clipped to the first `seconds` of the log: stages from second 0 on,
/// neighbours of one level joined. What no stretch covers before the last one is not measured.
pub fn lay_out(seconds: u32, data: &[Stretch], over: &[Stretch]) -> Vec<SleepStage> {
    let is_measured = |s: &&Stretch| s.level != SleepLevel::Unmeasured;
    let over = disjoint(seconds, over.iter().filter(is_measured));
    let data = disjoint(seconds, data);
    if !data.iter().any(|s| is_measured(&s)) {
        return Vec::new();
    }
    let end = data.last().map_or(0, |s| s.to);
    let stretches = data.iter().chain(&over);
    let mut cuts: Vec<i64> = stretches.flat_map(|s| [s.from, s.to]).collect();
    cuts.push(0);
    cuts.retain(|c| *c <= end);
    cuts.sort_unstable();
    cuts.dedup();
    let mut stages = Vec::new();
    for (&from, &to) in cuts.iter().zip(cuts.iter().skip(1)) {
        let level = level_at(&over, from).or_else(|| level_at(&data, from));
        let level = level.unwrap_or(SleepLevel::Unmeasured);
        append(&mut stages, Stretch { level, from, to });
    }
    stages
}

/// Seconds of the stages that were measured.
pub fn measured(stages: &[SleepStage]) -> u32 {
    let known = stages.iter().filter(|s| s.level != SleepLevel::Unmeasured);
    known.fold(0, |sum, s| sum.saturating_add(s.seconds))
}

/// Sorts stretches and clips them to the log. Of two that overlap the earlier one keeps its length.
fn disjoint<'s>(seconds: u32, stretches: impl IntoIterator<Item = &'s Stretch>) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = stretches.into_iter().copied().collect();
    stretches.sort_by_key(|s| (s.from, s.to));
    let mut end = 0;
    stretches.retain_mut(|s| {
        (s.from, s.to) = (s.from.max(end), s.to.min(i64::from(seconds)));
        end = end.max(s.to);
        s.from < s.to
    });
    stretches
}

/// The level at a second, of stretches that are sorted and do not overlap.
fn level_at(stretches: &[Stretch], second: i64) -> Option<SleepLevel> {
    let after = stretches.partition_point(|s| s.from <= second);
    let last = stretches.get(after.checked_sub(1)?)?;
    (second < last.to).then_some(last.level)
}

/// Appends a stretch, joined to the last stage where both have one level.
fn append(stages: &mut Vec<SleepStage>, s: Stretch) {
    let (Ok(from), Ok(seconds)) = (u32::try_from(s.from), u32::try_from(s.to - s.from)) else {
        return;
    };
    let level = s.level;
    match stages.last_mut() {
        Some(last) if last.level == level => last.seconds += seconds,
        _ => stages.push(SleepStage {
            level,
            from,
            seconds,
        }),
    }
}

/// Lays out the stages of a log that stand in a file of their own. The log and its stages are
/// written on the same axis, so that their plain differences count.
pub fn of_loose<'a>(
    log: &SleepLog,
    stages: impl IntoIterator<Item = &'a LooseStage>,
) -> Vec<SleepStage> {
    let start = log.start.seconds();
    let stretch = |s: &LooseStage| {
        let (from, to) = (s.start.0 - start, s.end.0 - start);
        let level = in_kind(s.level, log.night.kind)?;
        Some(Stretch { level, from, to })
    };
    let data: Vec<Stretch> = stages.into_iter().filter_map(stretch).collect();
    lay_out(log.night.seconds, &data, &[])
}

#[cfg(test)]
mod tests {
    use super::SleepLevel::{Asleep, Awake, Deep, Light, Rem, Unmeasured, Wake};
    use super::*;

    fn stretches(of: &[(SleepLevel, i64, i64)]) -> Vec<Stretch> {
        let stretch = |&(level, from, to)| Stretch { level, from, to };
        of.iter().map(stretch).collect()
    }

    fn laid(
        seconds: u32,
        data: &[(SleepLevel, i64, i64)],
        over: &[(SleepLevel, i64, i64)],
    ) -> Vec<(SleepLevel, u32, u32)> {
        let stages = lay_out(seconds, &stretches(data), &stretches(over));
        stages
            .iter()
            .map(|s| (s.level, s.from, s.seconds))
            .collect()
    }

    #[test]
    fn short_wakes_lie_over_the_long_stretches() {
        let data = [(Light, 0, 600), (Deep, 600, 1200), (Wake, 1200, 1500)];
        let over = [(Wake, 90, 120), (Wake, 570, 660), (Wake, 1170, 1200)];
        let expected = [
            (Light, 0, 90),
            (Wake, 90, 30),
            (Light, 120, 450),
            (Wake, 570, 90),
            (Deep, 660, 510),
            (Wake, 1170, 330),
        ];
        assert_eq!(laid(1500, &data, &over), expected);
    }

    #[test]
    fn a_night_is_clipped_to_its_log_and_its_gaps_are_not_measured() {
        let data = [(Rem, 300, 900), (Light, -60, 300), (Deep, 930, 1200)];
        let expected = [(Light, 0, 300), (Rem, 300, 500)];
        assert_eq!(laid(800, &data, &[(Wake, 1000, 1030)]), expected);
        let expected = [
            (Light, 0, 300),
            (Rem, 300, 600),
            (Unmeasured, 900, 30),
            (Deep, 930, 70),
            (Wake, 1000, 30),
            (Deep, 1030, 170),
        ];
        assert_eq!(laid(2000, &data, &[(Wake, 1000, 1030)]), expected);
        let expected = [(Unmeasured, 0, 30), (Deep, 30, 60)];
        let over = [(Unmeasured, 40, 50)];
        assert_eq!(laid(2000, &[(Deep, 30, 90)], &over), expected);
        assert_eq!(laid(2000, &[(Unmeasured, 0, 90)], &[]), []);
    }

    #[test]
    fn overlaps_and_repeats_never_lengthen_a_night() {
        let data = [
            (Light, 0, 300),
            (Light, 0, 300),
            (Deep, 200, 400),
            (Rem, 250, 260),
        ];
        let over = [(Wake, 10, 100), (Wake, 20, 30), (Wake, 90, 110)];
        let stages = laid(400, &data, &over);
        let expected = [
            (Light, 0, 10),
            (Wake, 10, 100),
            (Light, 110, 190),
            (Deep, 300, 100),
        ];
        assert_eq!(stages, expected);
    }

    #[test]
    fn many_stretches_take_no_square_of_time() {
        let data: Vec<_> = (0..100_000).map(|i| (Light, i * 2, i * 2 + 2)).collect();
        let over: Vec<_> = (0..100_000).map(|i| (Wake, i * 2, i * 2 + 1)).collect();
        assert_eq!(laid(200_000, &data, &over).len(), 200_000);
    }

    #[test]
    fn awake_means_what_the_kind_of_the_log_says() {
        assert_eq!(level("AWAKE", SleepKind::Stages), Some(Wake));
        assert_eq!(level("awake", SleepKind::Classic), Some(Awake));
        assert_eq!(level("deep", SleepKind::Classic), None);
        assert_eq!(level("astral", SleepKind::Stages), None);
        assert_eq!(in_kind(Wake, SleepKind::Classic), Some(Awake));
        assert_eq!(in_kind(Asleep, SleepKind::Stages), None);
        assert_eq!(in_kind(Deep, SleepKind::Stages), Some(Deep));
    }
}
