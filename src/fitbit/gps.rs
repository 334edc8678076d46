//! GPS points of `gps_location_DATE.csv`.
//!
//! **Shape.** `timestamp`, `latitude`, `longitude`, `altitude`, since 2026 `data source`; about one
//! row a second, two devices interleaved. **Time.** UTC, a file a UTC day. **Units.** Degrees,
//! metres. **Errors.** A row with a bad stamp or position is rejected; a bad altitude is left out
//! of its row. **Source.** fitbit-format §7. Devices stay apart: two tracks must never be mixed.

use super::reading::{each_sourced, instant, keep_by_device};
use super::record_error::RecordError;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::{DeviceBlock, TrackPoint};
use crate::model::units::{Altitude, Latitude, Longitude};
use crate::model::{Records, Tally};

/// Reads `gps_location_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut blocks: Vec<DeviceBlock<TrackPoint>> = Vec::new();
    let needed = &["timestamp", "latitude", "longitude"];
    each_sourced(entry, tally, needed, |row| {
        let point = point(&row)?;
        keep_by_device(&mut blocks, entry.id, &row.provider, point);
        Ok(())
    });
    records.gps.append(&mut blocks);
}

fn point(row: &Row<'_>) -> Result<TrackPoint, RecordError> {
    let at = instant(row, "timestamp")?;
    let position = (
        Latitude::new(row.need_number("latitude")?)?,
        Longitude::new(row.need_number("longitude")?)?,
    );
    let altitude = row
        .number("altitude")
        .ok()
        .flatten()
        .and_then(|m| Altitude::new(m).ok());
    Ok(TrackPoint {
        at,
        position: Some(position),
        altitude,
        distance: None,
        heart_rate: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    #[test]
    fn two_devices_stay_two_tracks() {
        let text = "timestamp,latitude,longitude,altitude,data source\n2026-07-11T11:30:01.250Z,48.1,2.5,150.1,Google Fitbit Air\n2026-07-11T11:30:01.600Z,48.2,2.6,,MobileTrack\n2026-07-11T11:30:02.250Z,95,2.5,150,Google Fitbit Air\n";
        let entry = Entry::new(
            EntryId(0),
            Name::new("gps_location_2026-07-11.csv"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        assert_eq!(
            records.gps.iter().map(|b| b.rows.len()).collect::<Vec<_>>(),
            [1, 1]
        );
        assert_eq!((tally.records, tally.rejected_total()), (3, 1));
    }
}
