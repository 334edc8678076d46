//! Daily totals as Garmin's import of Fitbit data takes them: the `Activities` CSV, one per month.
//!
//! Header and quotes are those of the form that Garmin documents (FAQ HfJ4xPchdD3cmZ2qtDpOR8). Dates
//! are ISO, numbers have no thousands separator, distances are kilometres (or miles), and days
//! without steps are left out because Connect refuses or ignores them. A value that the export does
//! not know is left blank, never 0; a day without its energy in an export that knows that of other
//! days is left out, because such days are mostly incomplete and a blank may cost the whole file.
//! Knows no minutes but those of energy.

use super::{PlannedFile, Rendering, cells, energy, runs};
use crate::model::metrics::Day;
use crate::model::units::METRES_PER_MILE;
use crate::model::{Checked, LocalDate, counted};

/// Lays out one file per month that has a day with steps.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let is_whole = wanted(checked);
    let walked = checked.days.iter().filter(|(_, day)| is_whole(day));
    let items = walked.map(|(date, _)| {
        let (year, month, _) = date.ymd();
        ((year, month), i64::from(date.0))
    });
    runs(items, |(year, month)| {
        format!("import/daily/daily-{year:04}-{month:02}.csv")
    })
}

pub(super) fn render(
    checked: &Checked,
    imperial: bool,
    file: &PlannedFile,
    buffer: Vec<u8>,
) -> Rendering {
    type Row<'a> = (LocalDate, &'a Day);
    let metres_per_unit = if imperial { METRES_PER_MILE } else { 1000.0 };
    let distance = |metres: f64| format!("{:.2}", metres / metres_per_unit);
    let count = cells::count;
    let columns: [cells::Column<'_, Row<'_>>; 10] = [
        ("Date", &|row| row.0.to_string()),
        ("Calories Burned", &|row| cells::whole(row.1.calories)),
        ("Steps", &|row| count(row.1.steps)),
        ("Distance", &|row| {
            let metres = row.1.distance_m.filter(|m| m.is_finite());
            metres.map(distance).unwrap_or_default()
        }),
        ("Floors", &|row| count(row.1.floors)),
        ("Minutes Sedentary", &|row| count(row.1.sedentary_minutes)),
        ("Minutes Lightly Active", &|row| {
            count(row.1.lightly_active_minutes)
        }),
        ("Minutes Fairly Active", &|row| {
            count(row.1.moderately_active_minutes)
        }),
        ("Minutes Very Active", &|row| {
            count(row.1.very_active_minutes)
        }),
        ("Activity Calories", &|(date, day)| {
            // As Fitbit states the energy above sedentary level, else from the minutes of the date.
            let of_minutes = || energy::activity_calories(checked.calories.get(&date.0)?);
            cells::whole(day.activity_calories.or_else(of_minutes))
        }),
    ];
    let is_whole = wanted(checked);
    let days = file
        .dates()
        .filter_map(|date| Some((date, checked.days.get(&date)?)));
    let rows: Vec<Row<'_>> = days.filter(|(_, day)| is_whole(day)).collect();
    // Energy above sedentary level may be blank.
    let asked = columns.get(..9).unwrap_or(&[]);
    let blank = rows.iter();
    let blank = blank.filter(|row| asked.iter().any(|(_, cell)| cell(row).is_empty()));
    let blank = blank.count() as u64;
    let rows = rows.into_iter().map(|row| (row.0, row));
    let mut finished = cells::table(buffer, "Activities", &columns, rows);
    if let Some(rendered) = finished.as_mut().filter(|_| blank > 0) {
        rendered.remarks.push(format!(
            "{}: {} blank where the export does not know the value; Connect may refuse the file for it",
            file.path,
            counted(blank, "day is", "days are")
        ));
    }
    Ok(finished)
}

/// The days that are written: those with steps, and of an export that knows energy those with it.
fn wanted(checked: &Checked) -> impl Fn(&Day) -> bool {
    let knows_energy = checked.days.values().any(|day| day.calories.is_some());
    move |day| day.steps.is_some_and(|n| n > 0) && (day.calories.is_some() || !knows_energy)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::MINUTES;
    use crate::model::checked::Parts;

    fn date(year: i32, month: u32, day: u32) -> LocalDate {
        LocalDate::from_ymd(year, month, day).unwrap()
    }

    fn full_day() -> Day {
        Day {
            steps: Some(13_845),
            distance_m: Some(7_924.6),
            calories: Some(2_947.5),
            activity_calories: Some(1_619.2),
            floors: Some(61),
            sedentary_minutes: Some(616),
            lightly_active_minutes: Some(246),
            moderately_active_minutes: Some(28),
            very_active_minutes: Some(57),
            ..Day::default()
        }
    }

    fn two_months() -> Checked {
        let mut parts = Parts::default();
        let steps_only = Day {
            steps: Some(1),
            calories: Some(1800.0),
            ..Day::default()
        };
        let unworn = Day {
            steps: Some(0),
            sedentary_minutes: Some(1440),
            ..Day::default()
        };
        parts.days.insert(date(2021, 10, 29), full_day());
        parts.days.insert(date(2021, 10, 30), unworn);
        parts.days.insert(date(2021, 10, 31), steps_only.clone());
        parts.days.insert(date(2021, 11, 1), steps_only);
        Checked::new(parts)
    }

    fn text(checked: &Checked, imperial: bool, at: usize) -> (String, crate::garmin::Rendered) {
        let file = plan(checked).remove(at);
        let rendered = render(checked, imperial, &file, b"old".to_vec())
            .unwrap()
            .unwrap();
        (String::from_utf8(rendered.bytes.clone()).unwrap(), rendered)
    }

    #[test]
    fn a_month_has_the_exact_text_of_garmins_form() {
        let checked = two_months();
        let (text, rendered) = text(&checked, false, 0);
        assert_eq!(
            text,
            "Activities\n\
             Date,Calories Burned,Steps,Distance,Floors,Minutes Sedentary,Minutes Lightly Active,Minutes Fairly Active,Minutes Very Active,Activity Calories\n\
             \"2021-10-29\",\"2948\",\"13845\",\"7.92\",\"61\",\"616\",\"246\",\"28\",\"57\",\"1619\"\n\
             \"2021-10-31\",\"1800\",\"1\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n"
        );
        assert_eq!(
            (
                rendered.records,
                rendered.first.as_str(),
                rendered.last.as_str()
            ),
            (2, "2021-10-29", "2021-10-31")
        );
    }

    #[test]
    fn months_are_files_of_their_own() {
        let paths: Vec<String> = plan(&two_months()).into_iter().map(|p| p.path).collect();
        assert_eq!(
            paths,
            [
                "import/daily/daily-2021-10.csv",
                "import/daily/daily-2021-11.csv"
            ]
        );
        assert!(plan(&Checked::default()).is_empty());
    }

    #[test]
    fn miles_come_only_when_asked_for() {
        let (text, _) = text(&two_months(), true, 0);
        assert!(text.contains("\"13845\",\"4.92\",\"61\""), "{text}");
    }

    #[test]
    fn activity_calories_come_from_the_minutes_where_fitbit_states_none() {
        let mut parts = Parts::default();
        let day = Day {
            activity_calories: None,
            ..full_day()
        };
        parts.days.insert(date(2021, 10, 29), day);
        let burnt = |minute| {
            if (500..560).contains(&minute) {
                40_000
            } else {
                10_000
            }
        };
        let minutes = (0..MINUTES).map(|minute| (minute, burnt(minute)));
        parts
            .calories
            .insert(date(2021, 10, 29).0, minutes.collect());
        let (text, _) = text(&Checked::new(parts), false, 0);
        assert!(text.ends_with("\"57\",\"240\"\n"), "{text}");
    }
}
