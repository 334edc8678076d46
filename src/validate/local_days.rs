//! Energy and ascent by local minute where only UTC tables of GoogleData tell them: archives without
//! the classic JSON.
//!
//! A table of calories comes in two kinds: with the basal rate it has a row for every minute, without
//! it a row for active minutes alone, whose sum is no total. Which kind it is is decided for each local
//! date and source by whether all minutes are there.

use std::collections::BTreeMap;

use super::streams::{best, dates_of_utc_day, merge};
use super::tallies::Tallies;
use crate::model::records::{MinuteBlock, Provider};
use crate::model::time::DAY;
use crate::model::{DayMinutes, EntryId, Instant, LocalDate, MinuteDays, Offsets, Skip};

/// Minutes of one source on one date.
#[derive(Default)]
struct SourceMinutes {
    entry: EntryId,
    values: DayMinutes,
    rows: u64,
}

/// Adds the dates that `local` lacks and that are no padding, each as the best source tells it. Where
/// they are to be `whole`, a date counts with a row for every minute only, as a total without them
/// would be none; else a minute without a row is 0.
pub fn fill(
    local: &mut MinuteDays,
    blocks: Vec<MinuteBlock>,
    whole: bool,
    is_padding: impl Fn(LocalDate) -> bool,
    offsets: &Offsets,
    tallies: &mut Tallies,
) {
    let mut dates: BTreeMap<LocalDate, BTreeMap<Provider, SourceMinutes>> = BTreeMap::new();
    for ((provider, day), told) in merge(blocks, tallies) {
        for (date, minutes) in dates_of_utc_day(day, offsets) {
            let rows = told.values.rows_in(minutes);
            let count = rows.clone().count() as u64;
            if local.contains_key(&date.0) {
                tallies.skip(told.entry, Skip::OtherSource, count);
            } else if is_padding(date) {
                tallies.skip(told.entry, Skip::Padding, count);
            } else if count > 0 {
                let known = dates.entry(date).or_default();
                let minutes = known.entry(provider.clone()).or_default();
                (minutes.entry, minutes.rows) = (told.entry, minutes.rows + count);
                add(&mut minutes.values, date, (day, rows), offsets);
            }
        }
    }
    for (date, sources) in dates {
        let minutes = (offsets.day_end(date).0 - offsets.day_start(date).0) / 60;
        let told = sources.iter();
        let told = told.filter(|(_, t)| !whole || i64::try_from(t.rows) == Ok(minutes));
        let best = best(told.map(|(p, t)| (p, t.values.sum()))).cloned();
        for (provider, minutes) in sources {
            if best.as_ref() == Some(&provider) {
                local.insert(date.0, minutes.values);
            } else {
                let told = best.is_some();
                let why = if told {
                    Skip::OtherSource
                } else {
                    Skip::NoOutput
                };
                tallies.skip(minutes.entry, why, minutes.rows);
            }
        }
    }
}

/// Adds rows of a UTC day to a date, at the minutes that the wall clock showed; from noon on that is
/// the clock of the next date.
fn add(
    minutes: &mut DayMinutes,
    date: LocalDate,
    (day, rows): (i32, impl Iterator<Item = (usize, u32)>),
    offsets: &Offsets,
) {
    const NOON: i64 = 720;
    let (before, after) = (offsets.on(date), offsets.on(date.plus(1)));
    for (minute, value) in rows {
        let second = i64::try_from(minute).map_or(0, |m| 60 * m);
        let at = Instant(i64::from(day) * DAY + second);
        let label = |offset| (at.at(offset).0 - date.midnight().0) / 60;
        let shown = match label(before) {
            early if early < NOON => early,
            _ => label(after),
        };
        minutes.add(usize::try_from(shown.clamp(0, 1439)).unwrap_or(0), value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::records::Rank;
    use crate::model::{Evidence, MINUTES, Offset};

    const DATE: LocalDate = LocalDate(19_000);

    /// Calories of a source on two UTC days, at UTC-5 all of one date and parts of its neighbours.
    fn blocks(name: &str, value: u32, rows: impl Fn(usize) -> bool) -> Vec<MinuteBlock> {
        let provider = Provider {
            rank: Rank::Device,
            name: Arc::from(name),
        };
        let block = |day| MinuteBlock {
            entry: EntryId(0),
            day,
            provider: provider.clone(),
            values: (0..MINUTES)
                .filter(|m| rows(*m))
                .map(|m| (m, value))
                .collect(),
        };
        vec![block(DATE.0), block(DATE.0 + 1)]
    }

    fn filled(blocks: Vec<MinuteBlock>, whole: bool) -> (MinuteDays, Tallies) {
        let offsets = Offsets::constant(Offset(-18_000), Evidence::Option);
        let (mut local, mut tallies) = (MinuteDays::new(), Tallies::new(1));
        local.insert(DATE.0 + 1, DayMinutes::default());
        fill(&mut local, blocks, whole, |_| false, &offsets, &mut tallies);
        (local, tallies)
    }

    fn sum(local: &MinuteDays, date: LocalDate) -> Option<u64> {
        let day = local.get(&date.0)?;
        Some(day.rows().map(|(_, v)| u64::from(v)).sum())
    }

    #[test]
    fn a_date_with_all_its_minutes_has_a_total_and_no_other() {
        let (local, tallies) = filled(blocks("a", 2, |_| true), true);
        assert_eq!(sum(&local, DATE), Some(2 * 1440));
        assert_eq!(sum(&local, DATE.plus(-1)), None, "five hours of it");
        let skipped = tallies.entries.first().map(|t| t.skipped.clone());
        let expected = [(Skip::OtherSource, 1140), (Skip::NoOutput, 300)].into();
        assert_eq!(skipped, Some(expected));
        let (local, _) = filled(blocks("a", 2, |m| m != 700), true);
        assert_eq!(sum(&local, DATE), None);
        let (local, _) = filled(blocks("a", 2, |m| m == 700), false);
        assert_eq!(sum(&local, DATE), Some(2));
    }

    #[test]
    fn sources_do_not_complete_each_other() {
        let halves = [
            blocks("a", 2, |m| m % 2 == 0),
            blocks("b", 3, |m| m % 2 == 1),
        ];
        assert_eq!(
            sum(
                &filled(halves.into_iter().flatten().collect(), true).0,
                DATE
            ),
            None
        );
        let both = [blocks("a", 2, |_| true), blocks("b", 3, |m| m < 1439)];
        assert_eq!(
            sum(&filled(both.into_iter().flatten().collect(), true).0, DATE),
            Some(2880)
        );
    }
}
