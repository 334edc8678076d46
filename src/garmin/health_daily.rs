//! `health-daily.csv`: one row per local date with everything that is known of it.
//!
//! An archive table of our own, for spreadsheets and other tools; Garmin Connect has no import for
//! it. An empty cell means unknown, never 0. Dates of which none of the columns is known have no
//! row.

use super::{PlannedFile, Rendering, cells, runs};
use crate::model::metrics::{self, COLUMNS, Day};
use crate::model::{Checked, LocalDate};

pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let days = checked.days.keys().map(|date| ((), i64::from(date.0)));
    runs(days, |()| "archive/health-daily.csv".to_owned())
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let value = |c: &'static metrics::Column| {
        move |(_, day): &(LocalDate, &Day)| cells::decimal((c.value)(day), c.places)
    };
    let values: Vec<_> = COLUMNS.iter().map(|c| (c.name, value(c))).collect();
    let mut columns: Vec<cells::Column<'_, (LocalDate, &Day)>> =
        vec![("date", &|row| row.0.to_string())];
    for (name, value) in &values {
        columns.push((name, value));
    }
    let rows = file
        .dates()
        .filter_map(|date| Some((date, (date, checked.days.get(&date)?))));
    Ok(cells::table(buffer, "", &columns, rows))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::checked::Parts;

    #[test]
    fn unknown_is_empty_and_a_date_of_which_nothing_is_known_has_no_row() {
        let mut parts = Parts::default();
        let full = Day {
            steps: Some(0),
            distance_m: Some(1234.567),
            calories: Some(1800.004),
            floors: Some(3),
            resting_heart_rate: Some(61.532),
            hrv_rmssd: Some(47.5),
            spo2_average: Some(95.9),
            respiratory_rate: Some(14.2),
            vo2_max: Some(43.25),
            skin_temperature_deviation: Some(-0.123_4),
            active_zone_minutes: Some(22),
            sleep_score: Some(81),
            minutes_asleep: Some(423),
            stress_score: Some(70),
            readiness_score: Some(66),
            cardio_minutes: Some(61.5),
            peak_minutes: Some(0.0),
            water_ml: Some(1250.0),
            ..Day::default()
        };
        let unlisted = Day {
            sedentary_minutes: Some(1440),
            ..Day::default()
        };
        let stress = Day {
            stress_score: Some(71),
            ..Day::default()
        };
        parts.days.insert(LocalDate(19_000), full);
        parts.days.insert(LocalDate(19_001), unlisted);
        parts.days.insert(LocalDate(19_003), stress);
        let checked = Checked::new(parts);
        let plan = plan(&checked);
        let rendered = render(&checked, false, plan.first().unwrap(), Vec::new());
        let rendered = rendered.unwrap().unwrap();
        assert_eq!(
            String::from_utf8(rendered.bytes).unwrap(),
            "date,steps,distance_km,calories,floors,resting_heart_rate,hrv_rmssd_ms,spo2_avg_pct,respiratory_rate,vo2max,skin_temp_deviation_c,azm_minutes,sleep_score,minutes_asleep,stress_score,readiness_score,fat_burn_minutes,cardio_minutes,peak_minutes,water_ml\n\
             2022-01-08,0,1.23457,1800,3,61.53,47.5,95.9,14.2,43.25,-0.123,22,81,423,70,66,,61.5,0,1250\n\
             2022-01-11,,,,,,,,,,,,,,71,,,,,\n"
        );
        assert_eq!(
            (
                rendered.records,
                rendered.first.as_str(),
                rendered.last.as_str()
            ),
            (2, "2022-01-08", "2022-01-11")
        );
    }

    #[test]
    fn without_days_there_is_no_file() {
        assert!(plan(&Checked::default()).is_empty());
    }
}
