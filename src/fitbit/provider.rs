//! Who tells a GoogleData row: the `data source` column, ranked.
//!
//! Rows of several devices stand interleaved in these files and repeat each other; they are never
//! summed. Rows that came from Garmin in the first place must not go back.

use std::sync::Arc;

use super::json::{Bad, shorten};
use crate::model::records::{Provider, Rank};

/// Most sources that one table names; real ones name up to six.
pub const MOST_SOURCES: usize = 64;

/// The sources that a table has named so far: each name is kept and ranked once.
#[derive(Debug, Default)]
pub struct Tellers(Vec<Provider>);

impl Tellers {
    /// Returns the provider of a row; a file without the column (2024/25) is told by the device.
    ///
    /// # Errors
    /// [`Bad`] for one name more than [`MOST_SOURCES`].
    pub fn provider(&mut self, source: Option<&str>) -> Result<Provider, Bad> {
        let name = source.unwrap_or_default();
        if let Some(known) = self.0.iter().find(|p| *p.name == *name) {
            return Ok(known.clone());
        }
        if self.0.len() == MOST_SOURCES {
            let expected = "one of at most 64 sources in a file";
            return Err(Bad::value("data source", &shorten(name), expected));
        }
        let fresh = Provider {
            rank: rank(name),
            name: Arc::from(name),
        };
        self.0.push(fresh.clone());
        Ok(fresh)
    }
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
        assert!(rank("Charge 5") < rank("Fitbit App"));
        assert!(rank("Google Health App") < rank("MobileTrack"));
        assert!(rank("MobileTrack") < rank("Strava Health Connect"));
        assert_eq!(rank("Renpho Fitbit 3P Web API"), Rank::Foreign);
        let unnamed = Tellers::default().provider(None);
        assert_eq!(unnamed.ok().map(|p| p.rank), Some(Rank::Device));
        assert!(is_garmin(Some("Garmin Connect Health Connect")) && !is_garmin(None));
    }
}
