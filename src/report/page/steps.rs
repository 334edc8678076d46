//! Steps per month, as bars.

use super::super::words::{grouped, month_name};
use super::chart::{Caption, bars, over_time};
use super::html::{Cell, Markup, cell, details, join, table};
use super::scale::{Time, Values};
use super::series::{Month, Series, months};
use super::{PageInput, card};

/// Returns the card.
pub(super) fn section(input: &PageInput<'_>) -> Markup {
    let days = input.checked.days.iter();
    let series: Series = days
        .filter_map(|(&d, day)| Some((d, f64::from(day.steps?))))
        .collect();
    let months = months(&series);
    let (Some(first), Some(last)) = (months.first(), months.last()) else {
        return Markup::default();
    };
    let time = Time::new((first.first(), last.end().plus(-1)));
    let values = Values::new(months.iter().map(|m| m.sum), true);
    let lead = lead(&months);
    let caption = Caption {
        id: "steps-chart",
        title: "Steps per month",
        description: &lead,
    };
    let shapes = bars(&months, &time, &values, |m| {
        format!("{} {}: {} steps", month_name(m.month), m.year, whole(m.sum))
    });
    let chart = over_time(caption, &time, &values, short, shapes);
    let folded = details("By month, as a table", month_table(&months));
    card("steps", "Steps per month", &lead, join([chart, folded]))
}

fn lead(months: &[Month]) -> String {
    let total: f64 = months.iter().map(|m| m.sum).sum();
    let days: u32 = months.iter().map(|m| m.count).sum();
    let mean = whole(total / f64::from(days.max(1)));
    format!(
        "{} steps on {} days, {mean} a day on average.",
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
    match value {
        v if v >= 1_000_000.0 => format!("{:.1} M", v / 1_000_000.0),
        v if v >= 1000.0 => format!("{:.0} k", v / 1000.0),
        v => format!("{v:.0}"),
    }
}

fn month_table(months: &[Month]) -> Markup {
    let rows = months.iter().map(|m| {
        vec![
            cell(&m.name()),
            Cell::Number(m.count.to_string()),
            Cell::Number(whole(m.sum)),
            Cell::Number(whole(m.mean())),
        ]
    });
    let columns = ["Month", "Days", "Steps", "Steps a day"];
    table("Steps by month", &columns, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_labels_are_short_and_numbers_whole() {
        let shown: Vec<_> = [0.0, 500.0, 50_000.0, 1_500_000.0]
            .map(|v| short(v, 0))
            .to_vec();
        assert_eq!(shown, ["0", "500", "50 k", "1.5 M"]);
        assert_eq!(whole(12_345.6), "12,346");
        assert_eq!(whole(f64::NAN), "0");
    }
}
