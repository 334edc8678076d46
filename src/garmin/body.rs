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

/// The two lines that every file begins with.
const HEAD: &str = "Body\nDate,Weight,BMI,Fat\n";

/// Lays out one file per year that has a weigh-in.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let years = weight::by(LocalDate::year, &checked.weights);
    let file = |(year, indices): (i32, Vec<i64>)| {
        Some(PlannedFile {
            path: format!("import/body/body-{year:04}.csv"),
            range: weight::cover(&indices)?,
        })
    };
    years.into_iter().filter_map(file).collect()
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
    let mut text = cells::start(buffer, HEAD);
    for (date, weight) in &dates {
        cells::quoted_row(&mut text, &row(imperial, *date, weight));
    }
    let further = weights.len() - dates.len();
    let mut finished = cells::finish(text, dates.keys().copied());
    if let (Some(rendered), true) = (&mut finished, further > 0) {
        rendered.remarks.push(format!(
            "{}: {further} earlier weigh-ins of a date that has a later one were left out, because Garmin's form holds one a day",
            file.path
        ));
    }
    Ok(finished)
}

fn row(imperial: bool, date: LocalDate, weight: &Weight) -> [String; 4] {
    let kg_per_unit = if imperial { KG_PER_LB } else { 1.0 };
    let measured = |value: Option<f64>| cells::decimal(Some(value.unwrap_or(0.0)), 2);
    [
        date.to_string(),
        cells::decimal(Some(weight.weight.get() / kg_per_unit), 2),
        measured(weight.bmi.map(|b| b.get())),
        measured(weight.fat.map(|f| f.get())),
    ]
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
