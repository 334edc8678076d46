//! Tests of the texts.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

const NO_ZONE: LocalClock = &|_| None;
fn gym() -> Key {
    Key::named(std::ffi::OsStr::new("gym"))
}

const DECEMBER: Instant = Instant(1_796_083_200);

fn month(limit: u64, used: u64) -> Balance {
    Balance {
        period: Period::Month,
        limit: Limit::Units(limit),
        used,
        mode: Mode::Enforce,
        resets_at: Some(DECEMBER),
    }
}

fn receipt(balances: &[Balance]) -> Receipt {
    let usage = Usage {
        label: "gym".to_owned(),
        blocked: None,
        mode: Mode::Enforce,
        budgets: balances.to_vec(),
        global: Vec::new(),
    };
    Receipt {
        usage,
        repeated: false,
        beyond: None,
        clock_back: None,
        clock_off: None,
        swept: Vec::new(),
        folded: 0,
    }
}

#[test]
fn a_refusal_says_used_limit_tier_and_reset_in_utc_and_local_time() {
    let refusal = Refusal {
        scope: Scope::Key,
        period: Period::Month,
        used: 100,
        limit: 100,
        mode: Mode::Enforce,
        resets_at: Some(DECEMBER),
    };
    let text = exhausted(&refusal, &gym(), &|_| Some(Offset(3600)));
    assert_eq!(
        text.lines().next().unwrap(),
        "budget: used up, 100 of 100 this month (UTC) (the limit per month of the key gym), resets 2026-12-01T00:00:00Z (local time 2026-12-01T01:00:00+01:00)"
    );
    let next = text.lines().nth(1).unwrap();
    assert!(
        next.ends_with("budget set --key gym --limit N --period month"),
        "{next}"
    );
    let own = exhausted(&refusal, &Key::local(), NO_ZONE);
    assert!(own.contains("(your limit per month)"), "{own}");
    assert!(
        own.ends_with("budget set --limit N --period month"),
        "{own}"
    );
    let never = Refusal {
        scope: Scope::Global,
        period: Period::Total,
        used: 5,
        limit: 5,
        mode: Mode::Enforce,
        resets_at: None,
    };
    assert!(
        exhausted(&never, &gym(), NO_ZONE)
            .contains("never resets\nraise the limit: trackersync budget set --global")
    );
}

#[test]
fn one_line_follows_a_conversion() {
    let lines = after_charge(&receipt(&[month(100, 3)]), NO_ZONE);
    assert_eq!(
        lines,
        ["budget: 3 of 100 used this month (UTC), 97 left, resets 2026-12-01T00:00:00Z"]
    );
}

#[test]
fn a_warning_comes_at_80_percent_once_and_at_the_last_units() {
    let warned: Vec<_> = (0..=100)
        .filter(|&used| after_charge(&receipt(&[month(100, used)]), NO_ZONE).len() > 1)
        .collect();
    assert_eq!(warned, [80, 99, 100]);
    let warned: Vec<_> = (0..=3)
        .filter(|&used| after_charge(&receipt(&[month(3, used)]), NO_ZONE).len() > 1)
        .collect();
    assert_eq!(warned, [2, 3]);
    let unlimited = Balance {
        limit: Limit::Unlimited,
        ..month(0, u64::MAX)
    };
    assert_eq!(after_charge(&receipt(&[unlimited]), NO_ZONE).len(), 1);
}

#[test]
fn everything_unusual_about_a_charge_is_said() {
    let mut all = receipt(&[month(100, 3)]);
    all.beyond = Some(Refusal {
        scope: Scope::Key,
        period: Period::Day,
        used: 2,
        limit: 2,
        mode: Mode::Shadow,
        resets_at: None,
    });
    all.clock_back = Some(4000);
    all.folded = 2;
    let lines = after_charge(&all, NO_ZONE).join("\n");
    for word in [
        "shadow mode",
        "4000 s behind",
        "2 conversions from the lifeboat",
    ] {
        assert!(lines.contains(word), "{lines}");
    }
    all.repeated = true;
    assert!(after_charge(&all, NO_ZONE).join("\n").contains("is free"));
}
