//! The laws on seeded bytes: what fuzzing does in hours, in seconds and the same every time, and on
//! every input that fuzzing once stumbled over (`fixtures/fuzz/<law>/`).

use std::fs;
use std::path::Path;

use super::laws::{self, LAWS, names};

/// Mutations of each seed.
const ROUNDS: usize = 400;

/// Xorshift: the same numbers on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    /// Changes a few bytes: flips, replacements, cuts, repetitions, tokens that mean something.
    fn mutate(&mut self, seed: &[u8]) -> Vec<u8> {
        const TOKENS: [&[u8]; 14] = [
            b"\0",
            b"\xFF",
            b"PK\x01\x02",
            b"PK\x03\x04",
            b"PK\x05\x06",
            b"\xFF\xFF\xFF\xFF",
            b"1e999",
            b"null",
            b"-1",
            b"\"",
            b"[",
            b"}",
            b",",
            b"99999999999999999999",
        ];
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let end = (at + 1 + self.below(16)).min(bytes.len());
            match self.below(6) {
                _ if bytes.is_empty() => bytes.push(self.below(256) as u8),
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = self.below(256) as u8,
                2 => drop(bytes.drain(at..end)),
                3 => bytes.extend_from_within(at..end),
                4 => bytes.truncate(at),
                _ => {
                    let token = TOKENS[self.below(TOKENS.len())];
                    drop(bytes.splice(
                        at..(at + token.len()).min(bytes.len()),
                        token.iter().copied(),
                    ));
                }
            }
        }
        bytes
    }
}

/// Inputs that a law takes the long way with.
fn seeds(law: &str) -> Vec<Vec<u8>> {
    let heart = "[{\n  \"dateTime\" : \"05/01/24 07:00:00\",\n  \"value\" : {\n    \"bpm\" : 72,\n    \"confidence\" : 2\n  }\n},{\n  \"dateTime\" : \"05/01/24 07:00:05\",\n  \"value\" : {\n    \"bpm\" : 121,\n    \"confidence\" : 3\n  }\n}]";
    let steps = "[{\n  \"dateTime\" : \"05/01/24 07:00:00\",\n  \"value\" : \"12\"\n},{\n  \"dateTime\" : \"05/01/24 07:01:00\",\n  \"value\" : \"1.25\"\n}]";
    match law {
        "zip" => vec![zip(&[
            ("a/weight-2024-05-01.json", b"[]"),
            ("b.html", b"<p>"),
        ])],
        "reader" => {
            let texts = [
                heart,
                steps,
                "timestamp,beats per minute,data source\n2024-05-01T00:00:03Z,72.0,Charge 5\n",
                "[{\"logId\":1,\"weight\":150.2,\"date\":\"05/01/24\",\"time\":\"07:00:00\"}]",
            ];
            let with = |n: usize| texts.map(|t| [&[n as u8], t.as_bytes()].concat());
            (0..names().len()).flat_map(with).collect()
        }
        "pipeline" => whole_exports(),
        "scanner" => vec![heart.into(), steps.into()],
        "encoder" => vec![(0..=255).collect(), (0..=255).rev().collect()],
        _ => vec![
            vec![0x40, 0, 0, 0, 0, 2, 0, 1, 0, 4, 4, 0x86, 0, 4, 1, 2, 3, 4],
            vec![
                0x40, 0, 0, 20, 0, 3, 253, 4, 0x86, 3, 1, 2, 5, 4, 0x86, 0, 0, 0, 0, 64, 90, 1, 0,
                0, 0,
            ],
        ],
    }
}

/// Small exports of most kinds, as the law of the whole way takes them: a day with a run, a swim, a
/// weigh-in and a night, told by files of both generations.
fn whole_exports() -> Vec<Vec<u8>> {
    let texts: [(&str, &str); 20] = [
        (
            "profile.csv",
            "id,full_name,timezone,height\nAB12,A B,Europe/Paris,173\n",
        ),
        (
            "heart_rate-",
            r#"[{"dateTime":"05/01/24 05:00:00","value":{"bpm":61,"confidence":2}},{"dateTime":"05/01/24 05:00:05","value":{"bpm":140,"confidence":3}}]"#,
        ),
        (
            "steps-",
            r#"[{"dateTime":"05/01/24 05:00:00","value":"90"},{"dateTime":"05/01/24 05:01:00","value":"110"}]"#,
        ),
        (
            "distance-",
            r#"[{"dateTime":"05/01/24 05:00:00","value":"7500"}]"#,
        ),
        (
            "calories-",
            r#"[{"dateTime":"05/01/24 07:00:00","value":"9.5"},{"dateTime":"05/01/24 07:01:00","value":"1.1"}]"#,
        ),
        (
            "altitude-",
            r#"[{"dateTime":"05/01/24 07:00:00","value":"30"}]"#,
        ),
        (
            "exercise-",
            r#"[{"logId":5,"activityName":"Run","activityTypeId":90009,"calories":90,"steps":900,"duration":600000,"activeDuration":590000,"startTime":"05/01/24 05:00:00","distance":1.2,"distanceUnit":"Kilometer","logType":"tracker"},{"logId":6,"activityName":"Swim","activityTypeId":90024,"duration":600000,"activeDuration":600000,"startTime":"05/01/24 09:00:00","poolLength":25,"poolLengthUnit":"Meter","swimLengths":2}]"#,
        ),
        (
            "5.tcx",
            "<T><Activities><Activity Sport=\"Running\"><Id>2024-05-01T07:00:00.000+02:00</Id><Lap StartTime=\"2024-05-01T07:00:00.000+02:00\"><TotalTimeSeconds>600</TotalTimeSeconds><Track><Trackpoint><Time>2024-05-01T07:00:01.000+02:00</Time><Position><LatitudeDegrees>48.1</LatitudeDegrees><LongitudeDegrees>2.1</LongitudeDegrees></Position><AltitudeMeters>35</AltitudeMeters><DistanceMeters>2.5</DistanceMeters></Trackpoint></Track></Lap></Activity></Activities></T>",
        ),
        (
            "weight-",
            r#"[{"logId":1,"weight":150.2,"bmi":22.77,"fat":20.5,"date":"05/01/24","time":"07:00:00"}]"#,
        ),
        (
            "/sleep-",
            r#"[{"logId":9,"dateOfSleep":"2024-05-01","startTime":"2024-04-30T23:00:00.000","endTime":"2024-05-01T06:00:00.000","duration":25200000,"minutesAsleep":400,"mainSleep":true,"type":"stages","levels":{"data":[{"dateTime":"2024-04-30T23:00:00.000","level":"light","seconds":12600},{"dateTime":"2024-05-01T02:30:00.000","level":"deep","seconds":12600}],"shortData":[]}}]"#,
        ),
        (
            "steps_",
            "timestamp,steps,data source\n2024-05-01T05:00:00Z,90,Charge 5\n2024-05-01T05:00:30Z,80,MobileTrack\n",
        ),
        (
            "heart_rate_2",
            "timestamp,beats per minute,data source\n2024-05-01T05:00:03Z,72.0,Charge 5\n",
        ),
        (
            "gps_location_",
            "timestamp,latitude,longitude,altitude\n2024-05-01T05:00:03Z,48.1,2.1,35\n2024-05-01T05:00:04Z,48.2,2.1,35\n",
        ),
        (
            "userexercises_",
            "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,tracker_pool_length,tracker_swim_lengths,events\n77,2024-05-01T15:00:00Z,2024-05-01T15:10:00Z,+02:00,Run,,,\"[Type: PAUSE, Timestamp: 2024-05-01 15:02:00+0000], [Type: RESUME, Timestamp: 2024-05-01 15:03:00+0000]\"\n78,2024-05-01T16:00:00Z,2024-05-01T16:01:00Z,+02:00,Swim,25,2,\n",
        ),
        (
            "usersleeps_",
            "sleep_id,sleep_type,minutes_in_sleep_period,minutes_asleep,sleep_start,sleep_end,start_utc_offset,end_utc_offset\n9,STAGES,420,400,2024-05-01T21:00:00Z,2024-05-02T04:00:00Z,+02:00,+02:00\n",
        ),
        (
            "swim_lengths_data-",
            r#"[{"dateTime":"05/01/24 09:00:30","value":{"lapDurationSec":30.5,"strokeCount":20,"swimStrokeType":"FREESTYLE"}}]"#,
        ),
        (
            "swim_lengths_data_",
            "timestamp,lap time,stroke count,stroke type\n2024-05-01T16:00:00Z,00:00:30.000,14,FREESTYLE\n2024-05-01T16:00:30Z,00:00:29.500,14,FREESTYLE\n",
        ),
        (
            "cadence_",
            "timestamp,steps per minute\n2024-05-01T15:00:00Z,168\n2024-05-01T15:00:05Z,172\n",
        ),
        (
            "workoutsummariesandrounds",
            "interval_start,interval_end,avg_cadence_spm,rate_perceived_exertion\n2024-05-01T15:00:00Z,2024-05-01T15:10:00Z,170,6\n",
        ),
        (
            "fitbit_export_",
            "Body\nDate,Weight,BMI,Fat\n\"2024-05-03\",\"68.1\",\"22.7\",\"20\"\n\nActivities\nDate,Calories Burned,Steps,Distance\n\"2024-05-03\",\"2,310\",\"11,204\",\"8.1\"\n",
        ),
    ];
    let entry = |(name, text): &(&str, &str)| {
        let place = names().iter().position(|n| n.contains(name));
        [&[place.unwrap() as u8], text.as_bytes()].concat()
    };
    let entries: Vec<Vec<u8>> = texts.iter().map(entry).collect();
    let export = |options: u8, part: &[Vec<u8>]| [&[options], part.join(&0).as_slice()].concat();
    let parts = entries.windows(6).step_by(2);
    parts
        .zip((0..8).cycle())
        .map(|(part, options)| export(options, part))
        .collect()
}

/// A zip of stored entries.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let at = out.len() as u32;
        let (size, crc) = (
            (text.len() as u32).to_le_bytes(),
            crc32fast::hash(text).to_le_bytes(),
        );
        let name_len = (name.len() as u16).to_le_bytes();
        let told = [&[0; 8], crc.as_slice(), &size, &size, &name_len, &[0; 2]].concat();
        out.extend([b"PK\x03\x04\x14\0".as_slice(), &told, name.as_bytes(), text].concat());
        directory.extend(
            [
                b"PK\x01\x02\x14\0\x14\0".as_slice(),
                &told,
                &[0; 10],
                &at.to_le_bytes(),
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let (start, size) = (
        (out.len() as u32).to_le_bytes(),
        (directory.len() as u32).to_le_bytes(),
    );
    let count = (entries.len() as u16).to_le_bytes();
    out.extend(directory);
    out.extend(
        [
            b"PK\x05\x06\0\0\0\0".as_slice(),
            &count,
            &count,
            &size,
            &start,
            &[0; 2],
        ]
        .concat(),
    );
    out
}

#[test]
fn the_laws_hold_for_seeded_bytes() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for (name, law) in LAWS {
        let seeds = seeds(name);
        assert!(!seeds.is_empty());
        for seed in &seeds {
            law(seed);
            let rounds = (ROUNDS * 4 / seeds.len()).max(20);
            (0..rounds).for_each(|_| law(&dice.mutate(seed)));
        }
    }
}

#[test]
fn what_fuzzing_found_stays_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    let mut met = 0;
    for (name, law) in LAWS {
        for file in fs::read_dir(root.join(name)).unwrap() {
            law(&fs::read(file.unwrap().path()).unwrap());
            met += 1;
        }
    }
    assert!(met >= LAWS.len(), "only {met} inputs were met");
}

#[test]
fn every_kind_that_is_read_is_among_the_names() {
    use trackersync::fitbit::{self, Action, Name, SOURCES};
    let owner = |n: &String| fitbit::owner(&Name::new(n)).map(|s| s.kind);
    let owners: Vec<Option<&str>> = names().iter().map(owner).collect();
    let read = SOURCES
        .iter()
        .filter(|s| matches!(s.action, Action::Read(_)));
    let missing: Vec<&str> = read
        .map(|s| s.kind)
        .filter(|k| !owners.contains(&Some(k)))
        .collect();
    assert!(missing.is_empty() && !owners.contains(&None), "{missing:?}");
}

#[test]
fn the_scanner_takes_the_seeds_of_its_law() {
    use trackersync::fitbit::layout;
    for seed in seeds("scanner") {
        let taken = layout::heart_rate(&seed, |_| Some(())).is_some()
            || layout::minutes(&seed, |_| Some(())).is_some();
        assert!(taken, "{}", String::from_utf8_lossy(&seed));
    }
    assert!(trackersync::inspect::decode(&laws::sealed(&seeds("inspect")[0])).is_ok());
    let made = |seed: &Vec<u8>| laws::files_of(seed);
    assert!(
        seeds("pipeline").iter().map(made).all(|n| n > 0),
        "every seed becomes files"
    );
}

/// What an export tells of a zip: nothing when it was refused, else whether anything was found wrong,
/// and the entries that could be read.
/// Whether anything was found wrong, and what was read: path and bytes of each entry.
type Told = (bool, Vec<(String, Vec<u8>)>);

fn told(bytes: &[u8]) -> Option<Told> {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;
    use trackersync::archive::{Export, Limits};
    let file = laws::Scratch::new("zip", bytes);
    let stop = AtomicBool::new(false);
    let needed = |path: &str| path.contains("weight");
    let export = Export::open(
        std::slice::from_ref(&file.0),
        Limits::default(),
        &needed,
        &stop,
    )
    .ok()?;
    let entries = export.entries();
    let ids: Vec<_> = entries.iter().filter(|e| e.needed).map(|e| e.id).collect();
    let doubt = entries.iter().any(|e| e.doubt.is_some());
    let (damaged, read) = (Mutex::new(doubt), Mutex::new(Vec::new()));
    export
        .for_each(
            &ids,
            1,
            &stop,
            || (),
            |(), id, entry| match entry {
                Ok(bytes) => {
                    let path = entries[id.0 as usize].path.clone();
                    read.lock().unwrap().push((path, bytes.to_vec()));
                }
                Err(_) => *damaged.lock().unwrap() = true,
            },
        )
        .unwrap();
    Some((damaged.into_inner().unwrap(), read.into_inner().unwrap()))
}

#[test]
fn one_flipped_bit_of_a_zip_changes_no_data_without_a_word() {
    let sound = zip(&[("a/weight-2024-05-01.json", b"[]"), ("b.html", b"<p>")]);
    let expected = told(&sound).unwrap();
    assert!(!expected.0 && expected.1.len() == 1);
    let (mut flips, mut silent) = (0, 0);
    for at in 0..sound.len() * 8 {
        let mut bytes = sound.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        flips += 1;
        if let Some((false, read)) = told(&bytes) {
            silent += 1;
            assert_eq!(read, expected.1, "bit {at}");
        }
    }
    // Hints, versions, attributes of other systems, and the bytes of what nobody reads.
    assert!(
        flips > 1000 && silent * 3 < flips,
        "{silent} of {flips} unseen"
    );
}
