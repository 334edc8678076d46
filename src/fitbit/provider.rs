//! The source of a GoogleData row: the `data source` column, ranked.
//!
//! Rows of several devices stand interleaved in these files and repeat each other; they are never
//! summed. Rows that came from Garmin in the first place must not go back.

use std::sync::Arc;

use super::name::Name;
use super::record_error::RecordError;
use crate::model::records::{Provider, Rank};

/// Most sources that one table names; real ones name up to six.
pub const MOST_SOURCES: usize = 64;

/// The sources that a table has named so far: each name is kept and ranked once.
#[derive(Debug, Default)]
pub struct Sources(Vec<Provider>);

impl Sources {
    /// Returns the provider of a row. Where it names none (all exports before 2026) the table
    /// itself is the source, so that two tables that tell the same values are never added up.
    pub fn provider(
        &mut self,
        source: Option<&str>,
        table: &Name<'_>,
    ) -> Result<Provider, RecordError> {
        let name = source.unwrap_or_else(|| table.stem());
        if let Some(known) = self.0.iter().find(|p| *p.name == *name) {
            return Ok(known.clone());
        }
        if self.0.len() == MOST_SOURCES {
            let expected = "one of at most 64 sources in a file";
            return Err(RecordError::value("data source", name, expected));
        }
        let fresh = Provider {
            rank: match source {
                None if table.is_title() => Rank::Takeout,
                None => Rank::Device,
                Some(name) => rank(name),
            },
            name: Arc::from(name),
        };
        self.0.push(fresh.clone());
        Ok(fresh)
    }
}

/// Tells whether a row was brought in from Garmin Connect.
pub fn is_garmin(source: Option<&str>) -> bool {
    let brand = |w: &[u8]| w.eq_ignore_ascii_case(b"garmin");
    source.is_some_and(|s| s.as_bytes().windows(6).any(brand))
}

/// Fitbit devices before apps before the phone before everybody else.
fn rank(name: &str) -> Rank {
    let lower = name.to_ascii_lowercase();
    let is_other = |word| lower.ends_with(word);
    match lower.as_str() {
        _ if ["health connect", "health kit"].into_iter().any(is_other) => Rank::Foreign,
        name if name.contains("3p web api") => Rank::Foreign,
        "mobiletrack" => Rank::Phone,
        name if name.ends_with(" app") => Rank::App,
        _ => Rank::Device,
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
        assert!(is_garmin(Some("Garmin Connect Health Connect")) && !is_garmin(None));
    }

    #[test]
    fn a_table_that_names_no_source_is_one() {
        let source = |file| {
            let provider = Sources::default().provider(None, &Name::new(file));
            provider.ok().map(|p| (p.rank, p.name.to_string()))
        };
        let google = source("x/active_zone_minutes_2025-02-01.csv");
        assert_eq!(google, source("x/active_zone_minutes_2025-03-01 (1).csv"));
        assert_eq!(
            google,
            Some((Rank::Device, "active_zone_minutes".to_owned()))
        );
        let takeout = source("x/active zone minutes - 2025-02-01.csv");
        assert!(takeout < google && takeout.is_some_and(|(rank, _)| rank == Rank::Takeout));
    }
}
