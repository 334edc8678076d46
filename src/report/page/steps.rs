//! Steps: a day's steps as bars on a short export, else a bar for each month's mean of a day, so
//! that a month of which the export has only a part does not look like a lazy one.

use maud::Markup;
use maud::html;

use super::super::words::{date_words, grouped, month_year};
use super::chart::{Bar, Caption, bars, over_time};
use super::scale::{Time, Values};
use super::series::{Month, Series, months};
use super::table::{Cell, cell, details, table};
use super::{PageInput, card};
use crate::model::LocalDate;

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let days = input.checked.days.iter();
    let series: Series = days
        .filter_map(|(&d, day)| Some((d, f64::from(day.steps?))))
        .collect();
    let (Some((&first, _)), Some((&last, _))) = (series.first_key_value(), series.last_key_value())
    else {
        return html! {};
    };
    let months = months(&series);
    let time = Time::new((first, last));
    let shown = if time.is_short() {
        of_days(&series)
    } else {
        months.iter().map(of_month).collect()
    };
    let values = Values::new(shown.iter().map(|b| b.value), true);
    let (lead, title) = (lead(&months), "Steps a day");
    let caption = Caption {
        id: "steps-chart",
        title,
        description: &lead,
    };
    let inner = html! {
        (over_time(caption, &time, &values, short, &bars(&shown, &time, &values)))
        (details("By month, as a table", &month_table(&months)))
    };
    card("steps", title, &lead, &inner)
}

fn of_days(series: &Series) -> Vec<Bar> {
    let bar = |(&date, &steps): (&LocalDate, &f64)| Bar {
        dates: (date, date.plus(1)),
        value: steps,
        words: format!("{}: {} steps", date_words(date), whole(steps)),
    };
    series.iter().map(bar).collect()
}

fn of_month(month: &Month) -> Bar {
    let name = month_year(month.first());
    Bar {
        dates: (month.first(), month.end()),
        value: month.mean(),
        words: format!("{name}: {} steps a day", whole(month.mean())),
    }
}

fn lead(months: &[Month]) -> String {
    let total: f64 = months.iter().map(|m| m.sum).sum();
    let days: u32 = months.iter().map(|m| m.count).sum();
    let mean = whole(total / f64::from(days.max(1)));
    format!(
        "{mean} a day on average: {} steps on {} days.",
        whole(total),
        grouped(u64::from(days))
    )
}

/// A whole number with a comma between thousands.
fn whole(value: f64) -> String {
    format!("{value:.0}")
        .parse()
        .map_or_else(|_| "0".to_owned(), grouped)
}

/// A count short enough for an axis.
fn short(value: f64, _: usize) -> String {
    if value >= 10_000.0 {
        format!("{:.0} k", value / 1000.0)
    } else {
        whole(value)
    }
}

fn month_table(months: &[Month]) -> Markup {
    let row = |m: &Month| {
        vec![
            cell(&month_year(m.first())),
            Cell::Number(m.count.to_string()),
            Cell::Number(whole(m.mean())),
            Cell::Number(whole(m.sum)),
        ]
    };
    let rows: Vec<_> = months.iter().map(row).collect();
    let columns = ["Month", "Days", "Steps a day", "Steps in all"];
    table("Steps by month", &columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_labels_are_short_and_numbers_whole() {
        let shown: Vec<_> = [0.0, 500.0, 7500.0, 15_000.0].map(|v| short(v, 0)).to_vec();
        assert_eq!(shown, ["0", "500", "7,500", "15 k"]);
        assert_eq!(whole(12_345.6), "12,346");
        assert_eq!(whole(f64::NAN), "0");
    }

    #[test]
    fn a_month_of_which_little_is_known_stands_as_high_as_a_whole_one() {
        let date = |d| LocalDate::from_ymd(2024, 1, 1).unwrap_or_default().plus(d);
        let series: Series = (0..34).map(|d| (date(d), 8000.0)).collect();
        let heights: Vec<_> = months(&series).iter().map(|m| of_month(m).value).collect();
        assert_eq!(heights, [8000.0, 8000.0]);
    }
}
