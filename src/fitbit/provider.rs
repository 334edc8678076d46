//! Who tells a GoogleData row: the `data source` column, ranked.
//!
//! Rows of several devices stand interleaved in these files and repeat each other; they are never
//! summed. Rows that came from Garmin in the first place must not go back.

use super::Interner;
use crate::model::records::{Provider, Rank};

/// Returns the provider of a row; a file without the column (2024/25) is told by the device.
#[must_use]
pub fn provider(source: Option<&str>, names: &mut Interner) -> Provider {
    names.provider(source.unwrap_or(""), rank)
}

/// Tells whether a row was brought in from Garmin Connect.
#[must_use]
pub fn is_garmin(source: Option<&str>) -> bool {
    let brand = |w: &[u8]| w.eq_ignore_ascii_case(b"garmin");
    source.is_some_and(|s| s.as_bytes().windows(6).any(brand))
}

/// Fitbit devices before apps before the phone before everybody else.
fn rank(name: &str) -> Rank {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("health connect")
        || lower.ends_with("health kit")
        || lower.contains("3p web api")
    {
        Rank::Foreign
    } else if lower == "mobiletrack" {
        Rank::Phone
    } else if lower.ends_with(" app") {
        Rank::App
    } else {
        Rank::Device
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_come_before_apps_and_mirrors_come_last() {
        let rank_of = |n: &str| provider(Some(n), &mut Interner::default()).rank;
        assert!(rank_of("Charge 5") < rank_of("Fitbit App"));
        assert!(rank_of("Google Health App") < rank_of("MobileTrack"));
        assert!(rank_of("MobileTrack") < rank_of("Strava Health Connect"));
        assert_eq!(rank_of("Renpho Fitbit 3P Web API"), Rank::Foreign);
        assert_eq!(provider(None, &mut Interner::default()).rank, Rank::Device);
        assert!(is_garmin(Some("Garmin Connect Health Connect")) && !is_garmin(None));
    }
}
