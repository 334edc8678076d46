//! Tracks: `<logId>.tcx`, XML of Garmin's Training Center in Fitbit's flavour.
//!
//! **Shape.** Laps with trackpoints; some files are stubs without any. The file is named after the
//! exercise's `logId`, which is also how other products' TCX files are told apart. **Time.** ISO
//! with the offset written, which is evidence of that date's offset; a time without one is refused.
//! **Units.** Degrees, metres from the start, beats per minute. **Errors.** A point without a time
//! or with an impossible position is rejected; a DOCTYPE, broken XML or nesting beyond 64 marks the
//! entry, and nothing outside the file is ever resolved. **Source.** fitbit-format §6.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::json::{decimal, text};
use super::record_error::{OrError as _, RecordError, shorten};
use super::stamp::{ISO_EXPECTED, Iso, plausible_iso};
use super::{Entry, Settings};
use crate::model::records::{StatedBy, StatedOffset, Track, TrackLap, TrackPoint};
use crate::model::units::{Altitude, Bpm, Kilocalories, Latitude, Longitude, Metres};
use crate::model::{Position, Records, Reject, Tally};

/// Deepest nesting of elements that is read; real files have eight levels.
const DEEPEST: usize = 64;

pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let Some(text) = text(entry, tally) else {
        return;
    };
    let mut reader = TrackReader {
        entry,
        records,
        tally,
        track: None,
        lap: Lap::default(),
        point: None,
        position: 0,
        sport: None,
    };
    if let Err(bad) = reader.walk(&text) {
        bad.fail(entry.id, reader.tally);
    }
    if let Some(mut track) = reader.track {
        track.points.sort_by_key(|p| p.at);
        track.laps.sort_by_key(|l| l.start);
        records.tracks.push(track);
    }
}

#[derive(Default)]
struct Lap {
    start: Option<Iso>,
    seconds: Option<f64>,
    distance: Option<Metres>,
    calories: Option<Kilocalories>,
}

/// The elements of a trackpoint, with their parents.
const FIELDS: [(&str, &str); 6] = [
    ("Trackpoint", "Time"),
    ("Position", "LatitudeDegrees"),
    ("Position", "LongitudeDegrees"),
    ("Trackpoint", "AltitudeMeters"),
    ("Trackpoint", "DistanceMeters"),
    ("HeartRateBpm", "Value"),
];
/// A trackpoint while its children are read: the texts of [`FIELDS`], judged when it closes.
type Point = [Option<String>; FIELDS.len()];

struct TrackReader<'r, 'a> {
    entry: &'r Entry<'a>,
    records: &'r mut Records,
    tally: &'r mut Tally,
    track: Option<Track>,
    lap: Lap,
    point: Option<Point>,
    position: u64,
    sport: Option<String>,
}

impl TrackReader<'_, '_> {
    fn walk(&mut self, text: &str) -> Result<(), RecordError> {
        let mut xml = Reader::from_str(text);
        xml.config_mut().check_end_names = true;
        let mut path: Vec<String> = Vec::new();
        let mut content = String::new();
        while !self.entry.is_stopped() {
            match xml.read_event().map_err(|e| broken(&e))? {
                Event::Start(e) => {
                    path.push(e.local_name().as_ref().to_owned());
                    if path.len() > DEEPEST {
                        let what = "elements are nested too deep";
                        return Err(RecordError::new(Reject::Syntax, what, "at most 64 levels"));
                    }
                    content.clear();
                    self.open(path.last().map_or("", String::as_str), &e);
                }
                Event::Text(t) => content.push_str(&t),
                Event::End(_) => {
                    self.end(&path, content.trim());
                    path.pop();
                }
                Event::DocType(_) => {
                    let what = "the file has a DOCTYPE";
                    return Err(RecordError::new(Reject::Syntax, what, "plain TCX"));
                }
                Event::Eof if path.is_empty() => return Ok(()),
                Event::Eof => {
                    let (what, expected) = ("the XML ends in the middle", "a whole TCX file");
                    return Err(RecordError::new(Reject::Truncated, what, expected));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "Activity" => self.sport = attribute(element, "Sport").filter(|s| s != "Other"),
            "Lap" => {
                let start = attribute(element, "StartTime");
                self.lap = Lap {
                    start: start.as_deref().and_then(plausible_iso),
                    ..Lap::default()
                };
            }
            "Trackpoint" => self.point = Some(Point::default()),
            _ => {}
        }
    }

    fn end(&mut self, path: &[String], content: &str) {
        let [.., parent, name] = path else { return };
        match (parent.as_str(), name.as_str()) {
            (_, "Trackpoint") => self.close_point(),
            ("Activity", "Id") => self.begin(plausible_iso(content)),
            ("Activity", "Lap") => self.close_lap(),
            ("Lap", "TotalTimeSeconds") => {
                self.lap.seconds = decimal(content).filter(|s| (0.0..1e6).contains(s))
            }
            ("Lap", "DistanceMeters") => self.lap.distance = quantity(content, Metres::new),
            ("Lap", "Calories") => self.lap.calories = quantity(content, Kilocalories::new),
            element => {
                let field = FIELDS.iter().position(|f| *f == element);
                let text = field.and_then(|i| self.point.as_mut()?.get_mut(i));
                if let Some(text) = text {
                    *text = Some(content.to_owned());
                }
            }
        }
    }

    /// Starts the track at a time with an offset, which is evidence.
    fn begin(&mut self, at: Option<Iso>) {
        let Some((at, offset)) = at.and_then(|i| Some((i.instant()?, i.offset?))) else {
            return;
        };
        if self.track.is_none() {
            self.records.offsets.push(StatedOffset {
                entry: self.entry.id,
                by: StatedBy::Tcx,
                at,
                offset,
            });
            let stem = self.entry.name.base.strip_suffix(".tcx");
            self.track = Some(Track {
                entry: self.entry.id,
                log_id: stem.and_then(|s| s.parse().ok()),
                sport: self.sport.take(),
                start: at,
                laps: Vec::new(),
                points: Vec::new(),
            });
        }
    }

    fn close_lap(&mut self) {
        let lap = std::mem::take(&mut self.lap);
        self.begin(lap.start);
        if let (Some(track), Some(start)) = (&mut self.track, lap.start.and_then(Iso::instant)) {
            track.laps.push(TrackLap {
                start,
                seconds: lap.seconds.unwrap_or(0.0),
                distance: lap.distance,
                calories: lap.calories,
            });
        }
    }

    fn close_point(&mut self) {
        let Some(point) = self.point.take() else {
            return;
        };
        self.position += 1;
        self.tally.record();
        match judge(&point) {
            Ok((stamp, point)) => {
                self.begin(Some(stamp));
                self.track
                    .iter_mut()
                    .for_each(|track| track.points.push(point));
            }
            Err(bad) => {
                let place = Position::Record(self.position);
                bad.reject(self.entry.id, place, self.tally);
            }
        }
    }
}

/// Settles a trackpoint: time and position must be sound, the rest is optional.
fn judge(point: &Point) -> Result<(Iso, TrackPoint), RecordError> {
    let [time, latitude, longitude, altitude, distance, heart_rate] =
        point.each_ref().map(Option::as_deref);
    let time = time.unwrap_or_default();
    let stamp = plausible_iso(time).or_date("Time", time, ISO_EXPECTED)?;
    let at = stamp
        .instant()
        .or_date("Time", time, "a time with its offset")?;
    let at = Some(at)
        .filter(|at| at.is_plausible())
        .or_date("Time", time, ISO_EXPECTED)?;
    let position = match latitude.zip(longitude) {
        Some((latitude, longitude)) => Some((
            Latitude::new(number("LatitudeDegrees", latitude)?)?,
            Longitude::new(number("LongitudeDegrees", longitude)?)?,
        )),
        None => None,
    };
    let heart_rate = match heart_rate {
        None | Some("" | "0") => None,
        Some(bpm) => Some(Bpm::rounded(number("HeartRateBpm", bpm)?)?),
    };
    let point = TrackPoint {
        at,
        position,
        altitude: altitude.and_then(|a| quantity(a, Altitude::new)),
        distance: distance.and_then(|d| quantity(d, Metres::new)),
        heart_rate,
    };
    Ok((stamp, point))
}

fn number(field: &str, text: &str) -> Result<f64, RecordError> {
    decimal(text).or_text(field, text, "a number")
}

fn quantity<T, E>(text: &str, build: impl Fn(f64) -> Result<T, E>) -> Option<T> {
    decimal(text).and_then(|n| build(n).ok())
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    Some(attribute.value.into_owned())
}

fn broken(error: &quick_xml::Error) -> RecordError {
    let what = shorten(&format!("not a TCX file: {error}"));
    RecordError::new(Reject::Syntax, what, "whole XML; download the export again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::{EntryId, Offset};

    fn read_tcx(lap: &str) -> (Records, Tally) {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<TrainingCenterDatabase xmlns=\"x\"><Activities><Activity Sport=\"Running\"><Id>2019-09-03T16:52:50.000-04:00</Id>{lap}</Activity></Activities></TrainingCenterDatabase>"
        );
        read_text(&text)
    }

    fn read_text(text: &str) -> (Records, Tally) {
        let entry = Entry::new(
            EntryId(0),
            Name::new("takeout/fitbit/activities/384529004.tcx"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        (records, tally)
    }

    const POINT: &str = "<Trackpoint><Time>2019-09-03T16:52:51.000-04:00</Time><Position><LatitudeDegrees>43.0</LatitudeDegrees><LongitudeDegrees>-77.6</LongitudeDegrees></Position><AltitudeMeters>123.4</AltitudeMeters><DistanceMeters>2.5</DistanceMeters><HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint>";

    fn lap(points: &str) -> String {
        format!(
            "<Lap StartTime=\"2019-09-03T16:52:50.000-04:00\"><TotalTimeSeconds>1313.0</TotalTimeSeconds><DistanceMeters>4618.29</DistanceMeters><Calories>265</Calories><Track>{points}</Track></Lap>"
        )
    }

    #[test]
    fn points_laps_and_the_offset_are_read() {
        let (records, tally) = read_tcx(&lap(POINT));
        let track = records.tracks.first();
        assert_eq!(
            track.map(|t| (t.log_id, t.laps.len(), t.points.len())),
            Some((Some(384_529_004), 1, 1))
        );
        assert_eq!(
            track
                .and_then(|t| t.points.first())
                .map(|p| p.at.to_string())
                .as_deref(),
            Some("2019-09-03T20:52:51Z")
        );
        assert_eq!(
            records.offsets.first().map(|o| o.offset),
            Some(Offset(-14_400))
        );
        assert_eq!((tally.records, tally.is_partial()), (1, false));
    }

    #[test]
    fn bad_points_cost_only_themselves() {
        let bad = [
            POINT.replace("43.0", "152.5"),
            POINT.replace("-04:00", ""),
            POINT.replace("120", "300"),
            POINT.replace("2019", "1970"),
        ];
        let (records, tally) = read_tcx(&lap(&(bad.concat() + POINT)));
        assert_eq!(
            (
                records.tracks.first().map(|t| t.points.len()),
                tally.rejected_total()
            ),
            (Some(1), 4)
        );
    }

    #[test]
    fn a_stub_without_points_is_no_fault() {
        let (records, tally) = read_tcx(&lap(""));
        assert!(!tally.is_partial() && records.tracks.first().is_some_and(|t| t.points.is_empty()));
    }

    #[test]
    fn broken_deep_and_cunning_xml_marks_the_entry() {
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        let whole = format!("<x>{}</x>", lap(POINT));
        let cut = whole.get(..whole.len() / 2).unwrap_or_default().to_owned();
        let entity =
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r>&x;</r>".to_owned();
        for text in [
            deep,
            cut,
            entity,
            "<html><br></html>".to_owned(),
            String::new(),
        ] {
            assert!(read_text(&text).1.error.is_some());
        }
    }
}
