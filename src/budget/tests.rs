//! Tests of the rules.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::model::time::{DAY, LocalDate, Offset};

fn at(text: &str) -> Instant {
    let n = |range: std::ops::Range<usize>| text.get(range).unwrap().parse::<u32>().unwrap();
    let date = LocalDate::from_ymd(i32::try_from(n(0..4)).unwrap(), n(5..7), n(8..10)).unwrap();
    date.midnight()
        .minus(Offset(0))
        .plus(i64::from(n(11..13) * 3600 + n(14..16) * 60 + n(17..19)))
}

fn standing(day: Option<u64>, month: Option<u64>, used: u64) -> Standing {
    let limits = Limits {
        day: day.map(Limit::Units),
        month: month.map(Limit::Units),
        total: None,
    };
    Standing {
        rule: Rule {
            limits,
            mode: Mode::Enforce,
        },
        used: ByPeriod {
            day: used,
            month: used,
            total: used,
        },
    }
}

#[test]
fn a_month_turns_at_midnight_utc() {
    let cases = [
        (
            "2026-01-31 23:59:59",
            "2026-01-01T00:00:00Z",
            "2026-02-01T00:00:00Z",
        ),
        (
            "2026-02-01 00:00:00",
            "2026-02-01T00:00:00Z",
            "2026-03-01T00:00:00Z",
        ),
        (
            "2024-02-29 23:59:59",
            "2024-02-01T00:00:00Z",
            "2024-03-01T00:00:00Z",
        ),
        (
            "2026-12-31 12:00:00",
            "2026-12-01T00:00:00Z",
            "2027-01-01T00:00:00Z",
        ),
        (
            "1970-01-01 00:00:01",
            "1970-01-01T00:00:00Z",
            "1970-02-01T00:00:00Z",
        ),
    ];
    for (now, start, reset) in cases {
        assert_eq!(Period::Month.start(at(now)).to_string(), start);
        assert_eq!(Period::Month.resets_at(at(now)).unwrap().to_string(), reset);
    }
}

#[test]
fn every_period_ends_where_the_next_begins() {
    for day in -40_000..80_000 {
        let now = Instant(day * DAY + 12_345);
        for period in [Period::Day, Period::Month] {
            let reset = period.resets_at(now).unwrap();
            assert!(
                period.start(now) <= now && now < reset,
                "{period:?} of {now}"
            );
            assert_eq!(period.start(reset), reset);
            assert_eq!(period.start(reset.plus(-1)), period.start(now));
        }
    }
}

#[test]
fn the_hundredth_is_admitted_and_the_next_is_not() {
    let now = at("2026-11-21 10:00:00");
    let none = Standing::default();
    let at_99 = Standing {
        rule: Rule::out_of_the_box(),
        used: ByPeriod {
            day: 0,
            month: 99,
            total: 99,
        },
    };
    assert_eq!(admit(&at_99, &none, 1, now), Ok(None));
    let at_100 = Standing {
        used: ByPeriod {
            day: 0,
            month: 100,
            total: 100,
        },
        ..at_99
    };
    let Err(refusal) = admit(&at_100, &none, 1, now) else {
        unreachable!()
    };
    assert_eq!(
        (refusal.period, refusal.used, refusal.limit),
        (Period::Month, 100, 100)
    );
    assert_eq!(refusal.resets_at, Some(at("2026-12-01 00:00:00")));
}

#[test]
fn of_several_full_tiers_the_one_that_resets_last_is_named() {
    let now = at("2026-11-21 10:00:00");
    let named = |key: &Standing, global: &Standing| match admit(key, global, 1, now) {
        Err(r) => (r.scope, r.period),
        Ok(_) => unreachable!(),
    };
    let open = Standing::default();
    assert_eq!(
        named(&standing(Some(5), Some(5), 5), &open),
        (Scope::Key, Period::Month)
    );
    assert_eq!(
        named(&standing(Some(5), Some(9), 5), &open),
        (Scope::Key, Period::Day)
    );
    assert_eq!(
        named(&standing(Some(5), None, 5), &standing(None, Some(5), 5)),
        (Scope::Global, Period::Month)
    );
}

#[test]
fn shadow_mode_admits_and_says_what_it_would_have_refused() {
    let now = at("2026-11-21 10:00:00");
    let mut shadow = standing(None, Some(3), 3);
    shadow.rule.mode = Mode::Shadow;
    let Ok(Some(refusal)) = admit(&shadow, &Standing::default(), 1, now) else {
        unreachable!()
    };
    assert_eq!((refusal.used, refusal.limit), (3, 3));
    let enforced = admit(&shadow, &standing(Some(1), None, 1), 1, now);
    assert!(matches!(enforced, Err(r) if r.scope == Scope::Global));
}

#[test]
fn a_key_without_limits_of_its_own_has_the_default() {
    let default = Rule::out_of_the_box();
    assert_eq!(Rule::of_key(Limits::default(), None, default), default);
    let own = Limits {
        day: Some(Limit::Unlimited),
        ..Limits::default()
    };
    assert_eq!(
        Rule::of_key(own, Some(Mode::Shadow), default),
        Rule {
            limits: own,
            mode: Mode::Shadow
        }
    );
}

#[test]
fn costs_near_the_end_of_the_number_range_do_not_wrap() {
    let now = Instant(0);
    let full = standing(None, Some(u64::MAX - 1), u64::MAX);
    assert!(admit(&full, &Standing::default(), u64::MAX, now).is_err());
}
