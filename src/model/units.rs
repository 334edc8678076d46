//! Quantities that carry their unit in the type and cannot be built outside a plausible range.
//!
//! A value that fails its range never becomes a quantity: the reader that met it reports the text
//! of [`OutOfRange`] as a finding. Conversions between units live here and nowhere else.

use std::ops::RangeInclusive;

use thiserror::Error;

/// Kilograms in one avoirdupois pound (exact, by definition of 1959).
pub const KG_PER_LB: f64 = 0.453_592_37;
/// Metres in one international mile (exact).
pub const METRES_PER_MILE: f64 = 1609.344;
/// Metres in one international yard (exact).
pub const METRES_PER_YARD: f64 = 0.9144;

/// A number outside the range that its quantity allows.
#[derive(Clone, Debug, Error, PartialEq)]
#[error("{what} is {value}{}{unit}", if unit.is_empty() { "" } else { " " })]
pub struct OutOfRange {
    /// Name of the quantity, as in "weight".
    pub what: &'static str,
    pub value: f64,
    /// Unit of `value`; may be empty.
    pub unit: &'static str,
    /// The allowed range in the same unit, for the "expected" part of a finding.
    pub expected: &'static str,
}

/// Returns a number that lies in a range.
pub fn within(
    range: RangeInclusive<f64>,
    value: f64,
    what: &'static str,
    unit: &'static str,
    expected: &'static str,
) -> Result<f64, OutOfRange> {
    let error = OutOfRange {
        what,
        value,
        unit,
        expected,
    };
    range.contains(&value).then_some(value).ok_or(error)
}

/// Defines a quantity: a newtype over `f64` with an inclusive range, checked when built. The bounds
/// are whole numbers and are told as they stand here.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $what:literal, $unit:literal, $low:literal ..= $high:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            pub fn new(value: f64) -> Result<Self, OutOfRange> {
                let expected = concat!(stringify!($low), " to ", stringify!($high), " ", $unit);
                within(f64::from($low)..=f64::from($high), value, $what, $unit, expected).map(Self)
            }

            pub fn get(self) -> f64 {
                self.0
            }
        }
    };
}

quantity!(
    /// Body weight in kilograms, 1 to 650 (FIT's `weight` ends at 655.34 kg).
    Kilograms, "weight", "kg", 1 ..= 650
);
quantity!(Bmi, "bmi", "kg/m2", 5..=200);
quantity!(
    /// A share in percent, above nothing and below everything (body fat, SpO2).
    Percent, "percentage", "%", 1 ..= 100
);
quantity!(
    /// A length or distance in metres, up to a quarter of the Earth's circumference.
    Metres, "distance", "m", 0 ..= 10000000
);
quantity!(
    /// Altitude above sea level in metres (FIT's `altitude` covers -500 to 12,606).
    Altitude, "altitude", "m", -500 ..= 12000
);
quantity!(Kilocalories, "energy", "kcal", 0..=65534);
quantity!(
    /// Latitude in degrees, north positive.
    Latitude, "latitude", "degrees", -90 ..= 90
);
quantity!(
    /// Longitude in degrees, east positive.
    Longitude, "longitude", "degrees", -180 ..= 180
);
quantity!(
    /// A time span in milliseconds of heart-rate variability (RMSSD).
    Milliseconds, "rmssd", "ms", 1 ..= 500
);
quantity!(BreathsPerMinute, "respiratory rate", "breaths/min", 3..=80);

/// Heart rate in beats per minute, 20 to 250: 0 and 255 mean "none" and "invalid" in FIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bpm(u8);

impl Bpm {
    /// Lowest heart rate that is a measurement.
    pub const MIN: u8 = 20;
    /// Highest heart rate that is a measurement.
    pub const MAX: u8 = 250;

    pub fn new(value: i64) -> Result<Self, OutOfRange> {
        match u8::try_from(value) {
            Ok(v) if (Self::MIN..=Self::MAX).contains(&v) => Ok(Self(v)),
            #[expect(clippy::cast_precision_loss, reason = "the number is only shown")]
            _ => Self::rounded(value as f64),
        }
    }

    /// Builds a heart rate from a decimal number, rounded half away from zero.
    pub fn rounded(value: f64) -> Result<Self, OutOfRange> {
        let range = f64::from(Self::MIN)..=f64::from(Self::MAX);
        let value = within(range, value, "heart rate", "bpm", "20 to 250 bpm")?;
        #[expect(clippy::cast_possible_truncation, reason = "range checked above")]
        Self::new(value.round() as i64)
    }

    pub fn get(self) -> u8 {
        self.0
    }
}

impl Kilograms {
    /// The error is in pounds, so that the text shows the number that was read.
    pub fn from_pounds(pounds: f64) -> Result<Self, OutOfRange> {
        Self::new(pounds * KG_PER_LB).map_err(|_| OutOfRange {
            what: "weight",
            value: pounds,
            unit: "lb",
            expected: "2.2 to 1433 lb",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pounds_become_kilograms_with_all_their_digits() {
        let kg = Kilograms::from_pounds(198.1).map(Kilograms::get);
        assert!(kg.is_ok_and(|kg| (kg - 89.856_648_497).abs() < 1e-9));
    }

    #[test]
    fn what_is_out_of_range_names_the_number_that_was_read() {
        let text =
            Kilograms::from_pounds(-3.2).map_err(|e| format!("{e}, expected {}", e.expected));
        assert_eq!(
            text.err().as_deref(),
            Some("weight is -3.2 lb, expected 2.2 to 1433 lb")
        );
        for bad in [f64::NAN, f64::INFINITY, 0.0, 1e308] {
            assert!(Kilograms::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn heart_rates_that_fit_reserves_are_refused() {
        for bad in [-5, 0, 1, 19, 251, 255, 256, i64::MAX] {
            assert!(Bpm::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Bpm::rounded(62.5).map(Bpm::get), Ok(63));
        assert!(Bpm::rounded(f64::NAN).is_err());
    }
}
