//! Weigh-ins as Garmin's import of Fitbit data takes them: the `Body` CSV, one per year.
//!
//! A fallback for those whose weight FIT is refused, written only with `--only body`: it has one
//! value per day and no time. Header, quotes and the rule against blank cells are those of the form
//! that Garmin documents (FAQ HfJ4xPchdD3cmZ2qtDpOR8): BMI and fat that were not measured are 0.

use std::collections::BTreeMap;

use super::{PlannedFile, Rendering, cells, weight};
use crate::model::checked::Weight;
use crate::model::units::KG_PER_LB;
use crate::model::{Checked, LocalDate};

/// Lays out one file per year that has a weigh-in.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let years = weight::by(LocalDate::year, &checked.weights).into_iter();
    let file = |(year, indices): (i32, Vec<i64>)| {
        let path = format!("import/body/body-{year:04}.csv");
        weight::cover(path, &indices)
    };
    years.filter_map(file).collect()
}

/// Renders one year: the last weigh-in of each date.
pub(super) fn render(
    checked: &Checked,
    imperial: bool,
    file: &PlannedFile,
    buffer: Vec<u8>,
) -> Rendering {
    let weights: Vec<&Weight> = weight::of_file(LocalDate::year, checked, file).collect();
    let dates: BTreeMap<LocalDate, &Weight> = weights.iter().map(|w| (w.date, *w)).collect();
    let further = weights.len() - dates.len();
    let kg_per_unit = if imperial { KG_PER_LB } else { 1.0 };
    let number = |value: f64| cells::decimal(Some(value), 2);
    let columns: [cells::Column<'_, Weight>; 4] = [
        ("Date", &|w| w.date.to_string()),
        ("Weight", &|w| number(w.weight.get() / kg_per_unit)),
        ("BMI", &|w| number(w.bmi.map_or(0.0, |b| b.get()))),
        ("Fat", &|w| number(w.fat.map_or(0.0, |f| f.get()))),
    ];
    let mut finished = cells::table(buffer, "Body", &columns, dates.into_iter());
    if let Some(rendered) = finished.as_mut().filter(|_| further > 0) {
        rendered.remarks.push(format!(
            "{}: {further} earlier weigh-ins of a date that has a later one were left out, because Garmin's form holds one a day",
            file.path
        ));
    }
    Ok(finished)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::specimen::weigh_in;
    use super::*;
    use crate::model::Instant;
    use crate::model::checked::Parts;
    use crate::model::units::{Bmi, Percent};

    fn texts(imperial: bool) -> Vec<(String, String)> {
        let morning = Instant(1_709_278_200);
        let evening = Weight {
            bmi: Some(Bmi::new(20.68).unwrap()),
            fat: Some(Percent::new(18.5).unwrap()),
            ..weigh_in(morning.plus(12 * 3600), 63.5)
        };
        let parts = Parts {
            weights: vec![
                weigh_in(morning.plus(-100 * 86_400), 64.0),
                weigh_in(morning, 64.2),
                evening,
                weigh_in(morning.plus(2 * 86_400), 63.456),
            ],
            ..Parts::default()
        };
        let checked = Checked::new(parts);
        let text = |file: PlannedFile| {
            let rendered = render(&checked, imperial, &file, Vec::new()).unwrap();
            (
                file.path,
                String::from_utf8(rendered.unwrap().bytes).unwrap(),
            )
        };
        plan(&checked).into_iter().map(text).collect()
    }

    #[test]
    fn the_last_weigh_in_of_a_date_has_the_exact_text_of_garmins_form() {
        let texts = texts(false);
        let want = [
            (
                "import/body/body-2023.csv",
                "Body\nDate,Weight,BMI,Fat\n\"2023-11-22\",\"64\",\"0\",\"0\"\n",
            ),
            (
                "import/body/body-2024.csv",
                "Body\nDate,Weight,BMI,Fat\n\"2024-03-01\",\"63.5\",\"20.68\",\"18.5\"\n\
                 \"2024-03-03\",\"63.46\",\"0\",\"0\"\n",
            ),
        ];
        assert_eq!(texts, want.map(|(p, t)| (p.to_owned(), t.to_owned())));
    }

    #[test]
    fn pounds_come_only_when_asked_for() {
        let texts = texts(true);
        assert!(
            texts.last().unwrap().1.contains("\"139.99\",\"20.68\""),
            "{texts:?}"
        );
    }
}
