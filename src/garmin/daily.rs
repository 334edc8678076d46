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

/// The two lines that every file begins with.
const HEAD: &str = "Activities\nDate,Calories Burned,Steps,Distance,Floors,Minutes Sedentary,\
Minutes Lightly Active,Minutes Fairly Active,Minutes Very Active,Activity Calories\n";
/// Metres in a kilometre.
const METRES_PER_KM: f64 = 1000.0;

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

/// Renders one month.
pub(super) fn render(
    checked: &Checked,
    imperial: bool,
    file: &PlannedFile,
    buffer: Vec<u8>,
) -> Rendering {
    let mut text = cells::start(buffer, HEAD);
    let mut dates: Vec<LocalDate> = Vec::new();
    let is_whole = wanted(checked);
    for date in file.dates() {
        if let Some(day) = checked.days.get(&date).filter(|day| is_whole(day)) {
            cells::quoted_row(&mut text, &row(checked, imperial, date, day));
            dates.push(date);
        }
    }
    let unknown = dates
        .iter()
        .filter(|d| checked.days.get(d).is_some_and(has_unknown));
    let count = unknown.count();
    let mut finished = cells::finish(text, dates.iter().copied());
    if let (Some(rendered), true) = (&mut finished, count > 0) {
        rendered.remarks.push(format!(
            "{}: {} blank where the export does not know the value; Connect may refuse the file for it",
            file.path,
            counted(count as u64, "day is", "days are")
        ));
    }
    Ok(finished)
}

/// Tells whether a day lacks a value that Garmin's form asks for.
fn has_unknown(day: &Day) -> bool {
    day.calories.is_none()
        || day.distance_m.is_none()
        || day.sedentary_minutes.is_none()
        || day.lightly_active_minutes.is_none()
        || day.moderately_active_minutes.is_none()
        || day.very_active_minutes.is_none()
        || day.floors.is_none()
}

/// The days that are written: those with steps, and of an export that knows energy those with it.
fn wanted(checked: &Checked) -> impl Fn(&Day) -> bool {
    let knows_energy = checked.days.values().any(|day| day.calories.is_some());
    move |day| day.steps.is_some_and(|n| n > 0) && (day.calories.is_some() || !knows_energy)
}

fn row(checked: &Checked, imperial: bool, date: LocalDate, day: &Day) -> [String; 10] {
    let metres_per_unit = if imperial {
        METRES_PER_MILE
    } else {
        METRES_PER_KM
    };
    let distance = day.distance_m.filter(|m| m.is_finite());
    let distance = distance.map(|m| format!("{:.2}", m / metres_per_unit));
    let count = cells::count;
    [
        date.to_string(),
        cells::whole(day.calories),
        count(day.steps),
        distance.unwrap_or_default(),
        count(day.floors),
        count(day.sedentary_minutes),
        count(day.lightly_active_minutes),
        count(day.moderately_active_minutes),
        count(day.very_active_minutes),
        cells::whole(activity_calories(checked, date, day)),
    ]
}

/// Energy of the time above sedentary level: as Fitbit states it, else from the minutes of the date.
fn activity_calories(checked: &Checked, date: LocalDate, day: &Day) -> Option<f64> {
    day.activity_calories.or_else(|| {
        let minutes = checked.calories.get(&date.0)?;
        energy::activity_calories(minutes)
    })
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
