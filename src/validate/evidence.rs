//! What the zone question and the clocks of the sleep tables rest on: each needs the other's answer.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::tallies::Tallies;
use super::{Request, agreement, choose, clocks, zone};
use crate::model::{Offsets, Records};

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
    let names: BTreeSet<&str> = records
        .profiles
        .iter()
        .filter_map(|p| p.timezone.as_deref())
        .collect();
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
    let agreement = agreement::of(records);
    let mut stated = records.offsets.clone();
    stated.extend(clocks::stated_by_sleep(&records.sleep));
    let given = zone::ZoneEvidence {
        heart_rate: &records.heart_rate_bounds,
        stated: &stated,
        home,
        dates,
        agreement: Some(&agreement),
    };
    zone::find(&given)
}
