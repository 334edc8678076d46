//! Who and how tall: `Profile.csv`, `height-DATE.json`, `height.csv`.
//!
//! **Shape.** One row of some thirty columns, CRLF, `about_me` with line breaks; heights one a
//! record. **Time.** `timezone` is an IANA name as of the export's day; heights are labelled by
//! local date. **Units.** Profile: centimetres whatever the unit columns say; height files:
//! millimetres. **Errors.** A height out of range is rejected. **Source.** fitbit-format §4.7,
//! §5.1. Names, birthday and mail address are not read at all.

use super::json::{Dated, Scalar, each_record};
use super::record_error::shorten;
use super::table::each_row;
use super::{Entry, Settings};
use crate::model::records::{HeightAt, Profile};
use crate::model::units::{Metres, OutOfRange, within};
use crate::model::{EntryId, LocalDate, Records, Tally};

/// Reads `Profile.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_row(entry, tally, &[], |row| {
        let cm = row.number("height").ok().flatten();
        let id = row.get("id").or(row.get("encoded_id"));
        records.profiles.push(Profile {
            entry: entry.id,
            user_id: id.map(shorten).unwrap_or_default(),
            timezone: row.get("timezone").map(shorten),
            height: cm.and_then(|cm| height(cm * 10.0).ok()),
        });
        Ok(())
    });
}

/// Reads `height-DATE.json`: millimetres.
pub fn read_height_json(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |_, text, _| {
        let record: Dated<'_, Scalar<'_>> = serde_json::from_str(text)?;
        let date = record.date_time.us_stamp("dateTime")?.date();
        let height = height_at(entry.id, date, record.value.required("value")?)?;
        records.heights.push(height);
        Ok(())
    });
}

/// Reads `height.csv`: millimetres.
pub fn read_height_csv(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let (time, value) = ("timestamp", "height millimeters");
    each_row(entry, tally, &[time, value], |row| {
        let date = row.iso(time)?.clock.date();
        let height = height_at(entry.id, date, row.need_number(value)?)?;
        records.heights.push(height);
        Ok(())
    });
}

fn height_at(entry: EntryId, date: LocalDate, millimetres: f64) -> Result<HeightAt, OutOfRange> {
    let height = height(millimetres)?;
    Ok(HeightAt {
        entry,
        date,
        height,
    })
}

/// A body height between half a metre and two and a half.
fn height(millimetres: f64) -> Result<Metres, OutOfRange> {
    within(
        500.0..=2500.0,
        millimetres,
        "height",
        "mm",
        "500 to 2500 mm",
    )?;
    Metres::new(millimetres / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;

    #[test]
    fn the_zone_and_the_height_are_read_past_a_line_break() {
        let text = "id,about_me,timezone,height\r\nAB12,\"Runner, reader\nand more\",Europe/Paris,177.0\r\n";
        let entry = Entry::new(EntryId(0), Name::new("profile.csv"), text.as_bytes());
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        let p = records.profiles.first();
        assert_eq!(p.and_then(|p| p.timezone.as_deref()), Some("Europe/Paris"));
        assert_eq!(p.and_then(|p| p.height).map(Metres::get), Some(1.77));
    }

    #[test]
    fn heights_are_millimetres() {
        let text = r#"[{"dateTime":"05/18/15 00:00:00","value":"1770"},{"dateTime":"05/18/15 00:00:00","value":"177"}]"#;
        let entry = Entry::new(
            EntryId(0),
            Name::new("height-2015-05-18.json"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read_height_json(&entry, &Settings::default(), &mut records, &mut tally);
        assert_eq!((records.heights.len(), tally.rejected_total()), (1, 1));
    }
}
