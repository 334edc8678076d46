//! Energy and ascent by local minute where only UTC tables of GoogleData tell them: archives without
//! the classic JSON.
//!
//! A table of calories comes in two kinds: with the basal rate it has a row for every minute, without
//! it a row for active minutes alone, whose sum is no total. Which kind it is is decided for each local
//! date and source by whether all minutes are there.

use std::collections::BTreeMap;

use super::streams::{dates_of_utc_day, merge};
use super::tallies::Tallies;
use crate::model::records::{MinuteBlock, Provider};
use crate::model::time::DAY;
use crate::model::{DayMinutes, EntryId, Instant, LocalDate, MinuteDays, Offsets, Skip};

/// Which minutes a date must have to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// One for every minute of the date: a total without them would be none.
    All,
    /// Any: a minute without a row is 0.
    Some,
}

/// Minutes of one source on one date.
#[derive(Default)]
struct SourceMinutes {
    entry: EntryId,
    values: DayMinutes,
    rows: u64,
    sum: u64,
}

/// Adds the dates that `local` lacks and that are no padding, each as the best source tells it.
pub fn fill(
    local: &mut MinuteDays,
    blocks: Vec<MinuteBlock>,
    needed: Rows,
    is_padding: impl Fn(LocalDate) -> bool,
    offsets: &Offsets,
    tallies: &mut Tallies,
) {
    let mut dates: BTreeMap<LocalDate, BTreeMap<Provider, SourceMinutes>> = BTreeMap::new();
    for ((provider, day), told) in merge(blocks, tallies) {
        for (date, minutes) in dates_of_utc_day(day, offsets) {
            let rows = told.values.rows_in(minutes);
            let count = rows.clone().count() as u64;
            let why = if local.contains_key(&date.0) {
                Some(Skip::OtherSource)
            } else {
                is_padding(date).then_some(Skip::Padding)
            };
            match why {
                Some(why) => tallies.skip(told.entry, why, count),
                None if count > 0 => {
                    let known = dates.entry(date).or_default();
                    let minutes = known.entry(provider.clone()).or_default();
                    minutes.entry = told.entry;
                    add(minutes, date, (day, rows), offsets);
                }
                None => {}
            }
        }
    }
    for (date, sources) in dates {
        let minutes = (offsets.day_end(date).0 - offsets.day_start(date).0) / 60;
        let is_told =
            |t: &SourceMinutes| needed == Rows::Some || i64::try_from(t.rows) == Ok(minutes);
        let told = sources.iter().filter(|(_, t)| is_told(t));
        let best = told.min_by_key(|(p, t)| (p.rank, std::cmp::Reverse(t.sum)));
        let best = best.map(|(provider, _)| provider.clone());
        for (provider, minutes) in sources {
            match &best {
                Some(best) if *best == provider => {
                    local.insert(date.0, minutes.values);
                }
                Some(_) => tallies.skip(minutes.entry, Skip::OtherSource, minutes.rows),
                None => tallies.skip(minutes.entry, Skip::NoOutput, minutes.rows),
            }
        }
    }
}

/// Adds rows of a UTC day to a date, at the minutes that the wall clock showed; from noon on that is
/// the clock of the next date.
fn add(
    minutes: &mut SourceMinutes,
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
        let shown = usize::try_from(shown.clamp(0, 1439)).unwrap_or(0);
        minutes.values.add(shown, value);
        minutes.rows += 1;
        minutes.sum += u64::from(value);
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

    fn filled(blocks: Vec<MinuteBlock>, needed: Rows) -> (MinuteDays, Tallies) {
        let offsets = Offsets::constant(Offset(-18_000), Evidence::Option);
        let (mut local, mut tallies) = (MinuteDays::new(), Tallies::new(1));
        local.insert(DATE.0 + 1, DayMinutes::default());
        fill(
            &mut local,
            blocks,
            needed,
            |_| false,
            &offsets,
            &mut tallies,
        );
        (local, tallies)
    }

    fn sum(local: &MinuteDays, date: LocalDate) -> Option<u64> {
        let day = local.get(&date.0)?;
        Some(day.rows().map(|(_, v)| u64::from(v)).sum())
    }

    #[test]
    fn a_date_with_all_its_minutes_has_a_total_and_no_other() {
        let (local, tallies) = filled(blocks("a", 2, |_| true), Rows::All);
        assert_eq!(sum(&local, DATE), Some(2 * 1440));
        assert_eq!(sum(&local, DATE.plus(-1)), None, "five hours of it");
        let skipped = tallies.entries.first().map(|t| t.skipped.clone());
        let expected = [(Skip::OtherSource, 1140), (Skip::NoOutput, 300)].into();
        assert_eq!(skipped, Some(expected));
        let (local, _) = filled(blocks("a", 2, |m| m != 700), Rows::All);
        assert_eq!(sum(&local, DATE), None);
        let (local, _) = filled(blocks("a", 2, |m| m == 700), Rows::Some);
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
                &filled(halves.into_iter().flatten().collect(), Rows::All).0,
                DATE
            ),
            None
        );
        let both = [blocks("a", 2, |_| true), blocks("b", 3, |m| m < 1439)];
        assert_eq!(
            sum(
                &filled(both.into_iter().flatten().collect(), Rows::All).0,
                DATE
            ),
            Some(2880)
        );
    }
}
