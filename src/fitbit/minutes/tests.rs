//! Tests of `fitbit::minutes`.

use super::*;
use crate::fitbit::Name;
use crate::fitbit::testing::read_as;
use crate::model::Reject;

fn blocks(text: &str, stream: &Stream) -> (Vec<(i32, usize, u32)>, Tally) {
    let entry = Entry::new(
        EntryId(0),
        Name::new("steps-2024-05-01.json"),
        text.as_bytes(),
    );
    let mut tally = Tally::default();
    let blocks = read_json(&entry, stream, &mut tally);
    let rows = blocks
        .iter()
        .flat_map(|b| b.values.rows().map(move |(m, v)| (b.day, m, v)))
        .collect();
    (rows, tally)
}

fn exact(rows: &[(&str, &str)]) -> String {
    let row =
        |(t, v): &(&str, &str)| format!("{{\n  \"dateTime\" : \"{t}\",\n  \"value\" : \"{v}\"\n}}");
    format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(","))
}

#[test]
fn both_paths_give_the_same_minutes() {
    let text = exact(&[
        ("01/11/24 23:59:00", "13"),
        ("01/12/24 00:00:00", "0"),
        ("01/12/24 00:02:00", "19"),
    ]);
    let (fast, _) = blocks(&text, &STEPS);
    let (slow, tally) = blocks(&text.replace('\n', " "), &STEPS);
    assert_eq!(fast, slow);
    assert_eq!(fast, [(19_733, 1439, 13), (19_734, 0, 0), (19_734, 2, 19)]);
    assert_eq!((tally.records, tally.converted()), (3, 3));
}

#[test]
fn units_become_integers_without_loss() {
    let one = |v: &str, s: &Stream| {
        blocks(&exact(&[("01/11/24 10:00:00", v)]), s)
            .0
            .first()
            .map(|r| r.2)
    };
    assert_eq!(one("10", &FEET), Some(3048));
    assert_eq!(one("1.15", &CALORIES), Some(11_500));
    assert_eq!(one("7500", &CENTIMETRES), Some(75_000));
}

#[test]
fn a_repeated_row_is_a_duplicate_and_a_different_one_a_conflict() {
    let same = exact(&[("01/11/24 10:00:00", "5"), ("01/11/24 10:00:00", "5")]);
    let (rows, tally) = blocks(&same, &STEPS);
    assert_eq!(
        (rows.len(), tally.skipped_total(), tally.rejected_total()),
        (1, 1, 0)
    );
    let (rows, tally) = blocks(
        &exact(&[("01/11/24 10:00:00", "5"), ("01/11/24 10:00:00", "6")]),
        &STEPS,
    );
    assert_eq!(
        (
            rows.first().map(|r| r.2),
            tally.rejected.get(&Reject::Conflict)
        ),
        (Some(5), Some(&1))
    );
}

#[test]
fn values_that_are_no_numbers_are_rejected() {
    for bad in ["", "abc", "-5", "NaN", " 12 ", "4294967296"] {
        let (rows, tally) = blocks(
            &exact(&[("01/11/24 10:00:00", bad), ("01/11/24 10:01:00", "1")]),
            &STEPS,
        );
        assert_eq!((rows.len(), tally.rejected_total()), (1, 1), "{bad:?}");
    }
}

#[test]
fn devices_of_a_csv_are_never_summed() {
    let text = "timestamp,steps,data source\n2026-05-01T10:00:00Z,20,Charge 5\n2026-05-01T10:00:07.008Z,23,MobileTrack\n2026-05-01T10:00:30Z,4,Charge 5\n";
    let entry = Entry::new(
        EntryId(0),
        Name::new("steps_2026-05-01.csv"),
        text.as_bytes(),
    );
    let blocks = read_csv(&entry, &STEPS, "steps", &mut Tally::default());
    let mut sums: Vec<_> = blocks
        .iter()
        .map(|b| {
            (
                b.provider.name.to_string(),
                b.values.rows().map(|r| r.1).sum::<u32>(),
            )
        })
        .collect();
    sums.sort();
    assert_eq!(
        sums,
        [("Charge 5".to_owned(), 24), ("MobileTrack".to_owned(), 23)]
    );
}

fn rows(blocks: &[MinuteBlock]) -> Vec<(usize, u32)> {
    blocks.iter().flat_map(|b| b.values.rows()).collect()
}

#[test]
fn a_row_of_a_long_walk_keeps_its_steps_and_a_fraction_is_no_count() {
    let text = "timestamp,steps\n2026-05-01T10:00:00Z,2410\n2026-05-01T11:00:00Z,51.0\n2026-05-01T12:00:00Z,11.204\n2026-05-01T13:00:00Z,9e9\n";
    let (records, tally) = read_as("steps_2026-05-01.csv", text);
    assert_eq!(rows(&records.steps), [(600, 2410), (660, 51)]);
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&2));
}

#[test]
fn levels_come_as_flags_and_as_words() {
    let flags = "timestamp,light,moderate,very\n2024-09-24T14:00:00Z,1,0,0\n2024-09-24T14:01:00Z,0,0,1\n2024-09-24T14:02:00Z,0,0,0\n2024-09-24T14:03:00Z,0,2,0\n";
    let words = "timestamp,level\n2024-09-24T14:00:00Z,LIGHTLY_ACTIVE\n2024-09-24T14:01:00Z,VERY_ACTIVE\n2024-09-24T14:02:00Z,SEDENTARY\n2024-09-24T14:03:00Z,FLYING\n";
    for (name, text) in [("active_minutes.csv", flags), ("activity_level.csv", words)] {
        let (records, tally) = read_as(name, text);
        assert_eq!(rows(&records.levels), [(840, 1), (841, 3), (842, 0)]);
        assert_eq!(tally.rejected_total(), 1);
    }
}

#[test]
fn the_calories_of_zones_are_a_table_of_their_own() {
    let text = "timestamp,heart rate zone type,kcal,data source\n2026-05-01T10:00:00Z,LIGHT,1.25,Fitbit App\n";
    let name = "calories_in_heart_rate_zone_2026-05-01.csv";
    let (records, _) = read_as(name, text);
    let told: Vec<_> = records
        .calories_utc
        .iter()
        .map(|b| &*b.provider.name)
        .collect();
    assert_eq!(told, ["Fitbit App (calories_in_heart_rate_zone)"]);
    assert_eq!(rows(&records.calories_utc), [(600, 12_500)]);
}
