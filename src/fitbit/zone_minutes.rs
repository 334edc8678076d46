//! Active Zone Minutes.
//!
//! **Shape.** Two tables, a row per minute in a zone: `Active Zone Minutes - DATE.csv` (`date_time,
//! heart_zone_id,total_minutes`) and `active_zone_minutes_DATE.csv` of GoogleData (`timestamp,heart rate
//! zone,total minutes`). **Time.** Takeout is local, seconds dropped; GoogleData is UTC. **Units.** Minutes,
//! weighted: 1 for fat burn, 2 for cardio and peak. **Errors.** An implausible stamp, a number that is not
//! whole or beyond 0 to 1440. **Source.** Headers as seen in Takeout archives of 2022 to 2026. Knows
//! nothing of the zones' bounds.

use super::Entry;
use super::json::count;
use super::reading::each_sourced;
use super::record_error::OrError as _;
use crate::model::records::{HeartZone, ZoneMinute};
use crate::model::{Records, Skip, Tally};

/// Reads a table, given its columns of stamp, zone and minutes.
pub fn read(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    [time, zone, column]: [&str; 3],
) {
    each_sourced(entry, tally, &[time, column], |row, provider| {
        let (at, number) = (row.stamp(time)?, row.number(column)?);
        let expected = "a whole number from 0 to 1440";
        let minutes = number
            .map(|n| count(n, 1440).or_value(column, n, expected))
            .transpose()?;
        let (at, minutes) = at.zip(minutes).ok_or(Skip::Sentinel)?;
        records.zone_minutes.push(ZoneMinute {
            origin: row.origin,
            at,
            zone: row.get(zone).and_then(heart_zone),
            minutes,
            provider,
        });
        Ok(())
    });
}

/// The zone that a cell names, as `FAT_BURN` or `Fat Burn`.
fn heart_zone(name: &str) -> Option<HeartZone> {
    let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    match plain.to_ascii_lowercase().as_str() {
        "fatburn" => Some(HeartZone::FatBurn),
        "cardio" => Some(HeartZone::Cardio),
        "peak" => Some(HeartZone::Peak),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::read_as;
    use crate::model::LocalTime;
    use crate::model::records::Stamp;

    #[test]
    fn a_minute_of_cardio_counts_twice_as_it_is_written() {
        let text = "date_time,heart_zone_id,total_minutes\n2024-05-01T09:07,FAT_BURN,1\n2024-05-01T09:08,CARDIO,2\n";
        let (records, _) = read_as("Active Zone Minutes - 2024-05-01.csv", text);
        let all: Vec<_> = records.zone_minutes.iter().map(|z| z.minutes).collect();
        assert_eq!(all, [1, 2]);
        let zones: Vec<_> = records.zone_minutes.iter().map(|z| z.zone).collect();
        assert_eq!(zones, [Some(HeartZone::FatBurn), Some(HeartZone::Cardio)]);
        let at = records.zone_minutes.first().map(|z| z.at);
        assert_eq!(at, Some(Stamp::Local(LocalTime(1_714_554_420))));
    }

    #[test]
    fn google_is_utc_and_half_minutes_are_refused() {
        let text = "timestamp,heart rate zone,total minutes,data source\n2026-05-01T09:07:00Z,PEAK,2,Charge 5\n2026-05-01T09:08:00Z,PEAK,1.5,Charge 5\n";
        let (records, tally) = read_as("active_zone_minutes_2026-05-01.csv", text);
        assert!(matches!(records.zone_minutes.as_slice(), [z] if matches!(z.at, Stamp::Utc(_))));
        assert_eq!(tally.rejected_total(), 1);
    }
}
