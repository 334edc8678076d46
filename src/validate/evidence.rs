//! What the zone question and the clocks of the sleep tables rest on: each needs the other's answer.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::tallies::Tallies;
use super::{Request, choose, clocks, zone};
use crate::model::records::{MinuteBlock, Rank};
use crate::model::{DayMinutes, LocalDate, Offset, Offsets, Records};

/// Resolves the clocks of the sleep tables and returns the offsets of the account: the user's word, else
/// the evidence; `None` where there is none.
pub fn resolve(records: &mut Records, request: &Request, tallies: &mut Tallies) -> Option<Offsets> {
    let home = match request.timezone {
        Some(_) => None,
        None => home(records, tallies),
    };
    let draft = offsets(records, request, home);
    if clocks::resolve(records, draft.as_ref(), tallies) {
        offsets(records, request, home)
    } else {
        draft
    }
}

/// The zone of the profile.
fn home(records: &Records, tallies: &mut Tallies) -> Option<Tz> {
    let profiles = records.profiles.iter();
    let names: BTreeSet<&str> = profiles.filter_map(|p| p.timezone.as_deref()).collect();
    let home = names.iter().find_map(|n| n.parse::<Tz>().ok());
    if let (None, Some(name)) = (home, names.first()) {
        tallies.remark(format!(
            "the profile names the time zone {name:?}, which is not an IANA zone; it was not used"
        ));
    }
    home
}

/// The zone question: the user's word, else the evidence; `None` where there is none.
fn offsets(records: &Records, request: &Request, home: Option<Tz>) -> Option<Offsets> {
    let dates = choose::date_range(records);
    if let Some(zone) = request.timezone {
        return Some(zone::stated(zone, dates));
    }
    let stated = clocks::stated_by_sleep(&records.sleep);
    zone::find(&zone::ZoneEvidence {
        heart_rate: &records.heart_rate_bounds,
        stated: &[records.offsets.clone(), stated].concat(),
        home,
        dates,
        agreement: Some(&agreement(records)),
    })
}

type Days<'r> = BTreeMap<i32, &'r DayMinutes>;

/// How well two classic JSON streams of one date fit together at an offset: steps in UTC minutes,
/// calories in local minutes.
///
/// The minutes in which a person walks are the minutes that burn more, so the right offset is the
/// one under which the two overlap. Too coarse to find an offset with, good enough to choose between
/// two; the zone asks for it where the heart rate leaves a date open.
fn agreement(records: &Records) -> impl Fn(LocalDate, Offset) -> u64 + '_ {
    let steps = json_days(&records.steps);
    let calories = json_days(&records.calories);
    move |date, offset| overlap(date, offset, &steps, &calories)
}

fn json_days(blocks: &[MinuteBlock]) -> Days<'_> {
    let json = blocks.iter().filter(|b| b.provider.rank == Rank::Json);
    json.map(|b| (b.day, &b.values)).collect()
}

/// Sum over the date of steps times calories of the same minute; 0 where either is missing.
fn overlap(date: LocalDate, offset: Offset, steps: &Days<'_>, calories: &Days<'_>) -> u64 {
    let Some(burnt) = calories.get(&date.0) else {
        return 0;
    };
    let midnight = date.midnight().minus(offset);
    let walked = |minute: usize| {
        let at = midnight.plus(60 * i64::try_from(minute).ok()?);
        let minute = usize::try_from(at.second_of_day() / 60).ok()?;
        steps.get(&at.utc_day())?.get(minute)
    };
    burnt
        .rows()
        .map(|(minute, kcal)| u64::from(walked(minute).unwrap_or(0)) * u64::from(kcal))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::records::Provider;
    use crate::model::{EntryId, MINUTES};

    #[test]
    fn the_right_offset_fits_best() {
        let block = |values: DayMinutes| MinuteBlock {
            entry: EntryId(0),
            day: 19_000,
            provider: Provider::json(),
            values,
        };
        // The wall clock runs two hours ahead.
        let burnt = |m| {
            if (720..760).contains(&m) {
                60_000
            } else {
                11_500
            }
        };
        let records = Records {
            steps: vec![block((600..640).map(|m| (m, 100)).collect())],
            calories: vec![block((0..MINUTES).map(|m| (m, burnt(m))).collect())],
            ..Records::default()
        };
        let fit = agreement(&records);
        let date = LocalDate(19_000);
        assert!(fit(date, Offset(7200)) > 4 * fit(date, Offset(3600)));
        assert_eq!(fit(date.plus(5), Offset(7200)), 0);
    }
}
