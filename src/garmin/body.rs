//! Weigh-ins as Garmin's import of Fitbit data takes them: the `Body` CSV, one per year.
//!
//! A fallback for those whose weight FIT is refused, written only with `--only body`: it has one
//! value per day and no time. Header, quotes and the rule against blank cells are those of the form
//! that Garmin documents (FAQ HfJ4xPchdD3cmZ2qtDpOR8): BMI and fat that were not measured are 0.

use std::collections::BTreeMap;

use super::{Choice, Piece, Rendered, cells, weight};
use crate::fit::EncodeError;
use crate::model::checked::Weight;
use crate::model::units::KG_PER_LB;
use crate::model::{Checked, LocalDate};

/// The two lines that every file begins with.
const HEAD: &str = "Body\nDate,Weight,BMI,Fat\n";

/// Lays out one file per year that has a weigh-in.
#[must_use]
pub fn plan(checked: &Checked, _choice: &Choice) -> Vec<Piece> {
    let years = weight::by(LocalDate::year, &checked.weights);
    let piece = |(year, indices): (i32, Vec<i64>)| {
        Some(Piece {
            path: format!("import/body/body-{year:04}.csv"),
            range: weight::cover(&indices)?,
        })
    };
    years.into_iter().filter_map(piece).collect()
}

/// Renders one year: the last weigh-in of each date.
///
/// # Errors
/// None; the type is that of all writers.
pub fn render(
    checked: &Checked,
    choice: &Choice,
    piece: &Piece,
    buffer: Vec<u8>,
) -> Result<Option<Rendered>, EncodeError> {
    let weights: Vec<&Weight> = weight::of_piece(LocalDate::year, checked, piece).collect();
    let dates: BTreeMap<LocalDate, &Weight> = weights.iter().map(|w| (w.date, *w)).collect();
    let mut text = cells::start(buffer, HEAD);
    for (date, weight) in &dates {
        cells::quoted_row(&mut text, &row(choice, *date, weight));
    }
    let further = weights.len() - dates.len();
    let mut finished = cells::finish(text, dates.keys().copied());
    if let (Some(file), true) = (&mut finished, further > 0) {
        file.remarks.push(format!(
            "{}: {further} earlier weigh-ins of a date that has a later one were left out, because Garmin's form holds one a day",
            piece.path
        ));
    }
    Ok(finished)
}

fn row(choice: &Choice, date: LocalDate, weight: &Weight) -> [String; 4] {
    let kg_per_unit = if choice.imperial { KG_PER_LB } else { 1.0 };
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

    fn texts(choice: &Choice) -> Vec<(String, String)> {
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
        let text = |piece: Piece| {
            let rendered = render(&checked, choice, &piece, Vec::new()).unwrap();
            (
                piece.path,
                String::from_utf8(rendered.unwrap().bytes).unwrap(),
            )
        };
        plan(&checked, choice).into_iter().map(text).collect()
    }

    #[test]
    fn the_last_weigh_in_of_a_date_has_the_exact_text_of_garmins_form() {
        let texts = texts(&Choice::default());
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
        let texts = texts(&Choice { imperial: true });
        assert!(
            texts.last().unwrap().1.contains("\"139.99\",\"20.68\""),
            "{texts:?}"
        );
    }
}
