//! Dates in the order of the account's locale, as only the monthly CSV of fitbit.com writes them.
//!
//! Where the year stands last, nothing in a date such as 01/08/2021 says which number is the month.
//! The dates of a file together say it nearly always, and where they do not, nothing is guessed.

use crate::model::{LocalDate, LocalTime};

/// What is expected of a date, for findings.
pub const EXPECTED: &str = "a date such as 2021-08-01 or 31/12/2016";
/// Most days between the first and the last date of a file: a month, and the morning after.
const LONGEST_SPAN: i32 = 32;
/// Most days between start and end of a sleep.
const LONGEST_PAIR: i32 = 2;

/// Which number of a date stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    DayFirst,
    MonthFirst,
}

/// A date as it may be read; the same both ways where the year stands first. `None` is no date that can
/// be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    day_first: Option<LocalDate>,
    month_first: Option<LocalDate>,
}

impl Written {
    /// Returns the date under an order; `None` if there is no such date.
    pub fn under(self, order: Order) -> Option<LocalDate> {
        match order {
            Order::DayFirst => self.day_first,
            Order::MonthFirst => self.month_first,
        }
    }

    /// Tells whether both orders name one date.
    pub fn is_settled(self) -> bool {
        self.day_first == self.month_first
    }
}

/// Parses a date with `-`, `/` or `.` between its numbers.
pub fn date(text: &str) -> Option<Written> {
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    let parts: Vec<&str> = text.splitn(4, separator).collect();
    let [a, b, c] = *parts.as_slice() else {
        return None;
    };
    if !['-', '/', '.'].contains(&separator) {
        return None;
    }
    let year = |t: &str| i32::try_from(digits(t, 4, 4)?).ok();
    let plausible =
        |year, month, day| LocalDate::from_ymd(year, month, day).filter(|d| d.is_plausible());
    if let Some(year) = year(a) {
        let date = Some(plausible(year, digits(b, 1, 2)?, digits(c, 1, 2)?)?);
        return Some(Written {
            day_first: date,
            month_first: date,
        });
    }
    let (first, second, year) = (digits(a, 1, 2)?, digits(b, 1, 2)?, year(c)?);
    Some(Written {
        day_first: plausible(year, second, first),
        month_first: plausible(year, first, second),
    })
}

/// Parses a date and a time of day: `2010-11-12 1:23AM`, `12-11-2010 2:34 pm`, `… 14:34`. Returns
/// the date and the second of the day.
pub fn moment(text: &str) -> Option<(Written, i64)> {
    let (day, time) = text.trim().split_once(' ')?;
    Some((date(day)?, second_of_day(time)?))
}

fn second_of_day(text: &str) -> Option<i64> {
    let lower = text.trim().to_ascii_lowercase();
    let (clock, shift) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (lower.as_str(), None),
    };
    let (hour, minute) = clock.split_once(':')?;
    let (hour, minute) = (digits(hour, 1, 2)?, digits(minute, 2, 2)?);
    let hour = match shift {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        None if hour < 24 => hour,
        _ => return None,
    };
    (minute < 60).then(|| i64::from(hour * 3600 + minute * 60))
}

fn digits(text: &str, least: usize, most: usize) -> Option<u32> {
    let sound = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| sound)
}

/// All that the dates of a file say about their order.
#[derive(Debug, Default)]
pub struct Evidence {
    pub dates: Vec<Written>,
    /// Starts and ends of sleeps.
    pub pairs: Vec<(Written, Written)>,
    /// The date of the export, which no date can be after.
    pub exported: Option<LocalDate>,
}

impl Evidence {
    /// Returns the order under which the dates make sense, or `None` where both or neither do.
    ///
    /// An order under which a date does not exist is out; then one under which the file spans more
    /// than a month, a sleep more than two days, or a date lies after the export.
    pub fn order(&self) -> Option<Order> {
        let both = [Order::DayFirst, Order::MonthFirst];
        if self.dates.iter().all(|d| d.is_settled()) {
            return Some(Order::DayFirst);
        }
        let exist = both.into_iter().filter(|o| self.exist(*o));
        only(exist.clone()).or_else(|| only(exist.filter(|o| self.fit(*o))))
    }

    /// Tells whether every date that exists under some order exists under this one.
    fn exist(&self, order: Order) -> bool {
        let exists = |d: &Written| d.under(order).is_some() || d.is_settled();
        self.dates.iter().all(exists)
    }

    fn fit(&self, order: Order) -> bool {
        let dates = || self.dates.iter().filter_map(|d| d.under(order));
        let (Some(first), Some(last)) = (dates().min(), dates().max()) else {
            return true;
        };
        let pairs = self.pairs.iter();
        let mut apart = pairs.filter_map(|(a, b)| Some(b.under(order)?.0 - a.under(order)?.0));
        last.0 - first.0 <= LONGEST_SPAN
            && self.exported.is_none_or(|e| last <= e)
            && apart.all(|days| days.abs() <= LONGEST_PAIR)
    }
}

/// The only item, or `None` where there are none or several.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let item = items.next()?;
    items.next().is_none().then_some(item)
}

/// Returns the stamp of a moment under an order.
pub fn at((date, second): (Written, i64), order: Order) -> Option<LocalTime> {
    Some(date.under(order)?.midnight().plus(second))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order_of(dates: &[&str], exported: Option<LocalDate>) -> Option<Order> {
        let dates = dates.iter().filter_map(|d| date(d)).collect();
        Evidence {
            dates,
            exported,
            pairs: Vec::new(),
        }
        .order()
    }

    #[test]
    fn moments_come_in_many_styles() {
        let show = |t: &str| {
            moment(t)
                .and_then(|m| at(m, Order::DayFirst))
                .map(|t| t.to_string())
        };
        for (text, expected) in [
            ("2010-11-12 1:23AM", "2010-11-12T01:23:00"),
            ("12-11-2010 2:34 pm", "2010-11-12T14:34:00"),
            ("12/11/2010 12:05am", "2010-11-12T00:05:00"),
            ("12.11.2010 12:05 PM", "2010-11-12T12:05:00"),
            ("2010-11-12 23:59", "2010-11-12T23:59:00"),
        ] {
            assert_eq!(show(text).as_deref(), Some(expected), "{text}");
        }
        for bad in [
            "2010-11-12",
            "2010-11-12 13:00PM",
            "2010-11-12 0:10AM",
            "2010-11-12 24:00",
            "2010-11-12 1:60AM",
            "2010-11/12 1:00AM",
            "2010-11-12-1 1:00AM",
            "10-11-12 1:00AM",
            "32-13-2010 1:00AM",
            "1960-11-12 1:00AM",
        ] {
            assert_eq!(show(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_number_above_twelve_settles_the_order() {
        assert_eq!(order_of(&["31-12-2016"], None), Some(Order::DayFirst));
        assert_eq!(
            order_of(&["01/02/2021", "12/31/2020"], None),
            Some(Order::MonthFirst)
        );
        assert_eq!(
            order_of(&["13/01/2021", "01/13/2021"], None),
            None,
            "contradiction"
        );
    }

    #[test]
    fn dates_that_span_a_year_one_way_and_days_the_other_settle_it() {
        let days = ["01/08/2021", "02/08/2021", "03/08/2021"];
        assert_eq!(order_of(&days, None), Some(Order::DayFirst));
        let days = ["08/01/2021", "08/02/2021", "2021-08-03"];
        assert_eq!(order_of(&days, None), Some(Order::MonthFirst));
    }

    #[test]
    fn what_both_orders_allow_is_not_guessed() {
        assert_eq!(order_of(&["01/02/2021"], None), None);
        let exported = LocalDate::from_ymd(2021, 1, 20);
        assert_eq!(order_of(&["01/02/2021"], exported), Some(Order::MonthFirst));
        assert_eq!(order_of(&["08/08/2021"], None), Some(Order::DayFirst));
        assert_eq!(order_of(&["2021-08-01"], None), Some(Order::DayFirst));
    }

    #[test]
    fn a_sleep_of_a_month_settles_the_order() {
        let pair = (date("2010-11-12"), date("12-11-2010"));
        let (Some(start), Some(end)) = pair else {
            return assert_eq!(pair, (None, None), "both must parse");
        };
        let evidence = Evidence {
            dates: vec![start, end],
            pairs: vec![(start, end)],
            exported: None,
        };
        assert_eq!(evidence.order(), Some(Order::DayFirst));
    }
}
