//! Exports whose records are rejected or set aside, each for its own reason.

use super::super::stage::{Stage, TINY};
use super::zips::Zip;

/// A file of an export.
type File = (&'static str, &'static [u8]);

/// JSON and TCX: files as a whole, then record after record.
const BAD_RECORDS: &[File] = &[
    ("heart_rate-2024-06-01.json", b" "),
    ("heart_rate-2024-06-02.json", b"\xFF\xFE[\0"),
    ("heart_rate-2024-06-03.json", b"[{\"dateTime\":\"\xFF\"}]"),
    ("heart_rate-2024-06-04.json", br#"{"error":"none"}"#),
    ("heart_rate-2024-06-05.json", br#"[{"dateTime":"06/"#),
    (
        "heart_rate-2024-06-06.json",
        br#"[1,
{"dateTime":"a","dateTime":"b"},
{"dateTime":"06/06/24 06:00:00"},
{"dateTime":"06/06/24 06:00:00","value":{"bpm":"fast"}},
{"dateTime":"06/06/24 06:00:00","value":{"bpm":true}},
{"dateTime":"06/06/24 06:00:00","value":{"bpm":300}},
{"dateTime":"06/06/24 06:00:00","value":{"bpm":60,"confidence":1.5}},
{"dateTime":"13/06/24 06:00:00","value":{"bpm":60}},
{"dateTime":20240606,"value":{"bpm":60}}]"#,
    ),
    (
        "steps-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":"9"},
{"dateTime":"06/01/24 06:00:00","value":"8"},
{"dateTime":"06/01/24 06:01:00","value":"9000"}]"#,
    ),
    ("steps-2024-06-02.json", br#"[{"dateTime":"06/01/24 06:00:00","value":"7"}]"#),
    ("distance-2024-06-01.json", br#"[{"dateTime":"06/01/24 06:00:00","value":"-1"}]"#),
    ("calories-2024-06-01.json", br#"[{"dateTime":"06/01/24 06:00:00","value":"900"}]"#),
    ("altitude-2024-06-01.json", br#"[{"dateTime":"06/01/24 06:00:00","value":"90000"}]"#),
    (
        "exercise-0.json",
        br#"[{"logId":-1},
{"startTime":"06/01/24 06:00:00"},
{"logId":1,"startTime":"06/01/24 06:00:00","duration":0},
{"logId":2,"startTime":"06/01/24 06:00:00","duration":60000,"calories":1e9,"steps":-1,"averageHeartRate":500,"distance":1,"distanceUnit":"Furlong"}]"#,
    ),
    (
        "sleep-2024-06-01.json",
        br#"[{"logId":1.5,"type":"stages","startTime":"2024-06-01T23:00:00.000","endTime":"2024-06-02T06:00:00.000"},
{"logId":1,"type":"nap","startTime":"2024-06-01T23:00:00.000"},
{"logId":1,"type":"stages","startTime":"2024-06-01T23:00:00.000","dateOfSleep":"soon"},
{"logId":1,"type":"stages","startTime":"June","endTime":"2024-06-02T06:00:00.000"},
{"logId":1,"type":"stages","startTime":"2024-06-01T23:00:00.000","endTime":"2024-06-01T22:00:00.000"},
{"logId":1,"type":"stages","startTime":"2024-06-01T23:00:00.000","endTime":"2024-06-02T06:00:00.000","minutesAsleep":5000},
{"logId":2,"type":"stages","startTime":"2024-06-01T23:00:00.000","endTime":"2024-06-02T06:00:00.000","levels":{"data":[{"level":"coma","dateTime":"2024-06-01T23:00:00.000","seconds":60}]}},
{"logId":3,"type":"stages","startTime":"2024-06-02T23:00:00.000","endTime":"2024-06-03T06:00:00.000","levels":{"data":[{"level":"deep","dateTime":"2024-06-02T23:00:00.000","seconds":-60}]}},
{"logId":4,"type":"stages","startTime":"2024-06-03T23:00:00.000","endTime":"2024-06-04T06:00:00.000","levels":{"data":[7]}},
{"logId":5,"type":"stages","startTime":"2024-06-04T23:00:00.000","endTime":"2024-06-05T06:00:00.000","levels":{"data":7}},
{"logId":6,"type":"stages","startTime":"2024-06-05T23:00:00.000","endTime":"2024-06-06T06:00:00.000","levels":{"data":[{"level":"deep","dateTime":"2024-06-05T23:00:00.000","seconds":60}]}}]"#,
    ),
    (
        "weight-2024-06-01.json",
        br#"[{"logId":1,"weight":-3.5,"date":"06/01/24"},
{"logId":2,"weight":176.4,"date":"06/01/2024"},
{"logId":3,"weight":176.4,"date":"06/01/24","time":"6 h"},
{"logId":4,"date":"06/01/24"},
{"logId":5,"weight":176.4,"date":"06/01/24"}]"#,
    ),
    (
        "sedentary_minutes-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 00:00:00","value":"1.5"},
{"dateTime":"06/01/24 00:00:00","value":"3000"}]"#,
    ),
    (
        "resting_heart_rate-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 00:00:00","value":{"date":"06/02/24","value":52}},
{"dateTime":"06/01/24 00:00:00","value":{"date":"06/01/24","value":520}}]"#,
    ),
    (
        "demographic_vo2_max-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 00:00:00","value":{"filteredDemographicVO2Max":200}}]"#,
    ),
    (
        "swim_lengths_data-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":{"lapDurationSec":5000}},
{"dateTime":"06/01/24 06:00:00","value":{"lapDurationSec":50,"strokeCount":1.5}}]"#,
    ),
    ("height-2024-06-01.json", br#"[{"dateTime":"06/01/24 00:00:00","value":"100"}]"#),
    ("1.tcx", b"<!DOCTYPE a><a/>"),
    ("2.tcx", b"<a><b></a></b>"),
    ("3.tcx", b"<a><b>"),
    (
        "4.tcx",
        b"<Track><Trackpoint><Time>soon</Time></Trackpoint>
<Trackpoint><Time>2024-06-01T06:00:00</Time></Trackpoint>
<Trackpoint><Time>2024-06-01T06:00:00Z</Time><Position><LatitudeDegrees>north</LatitudeDegrees><LongitudeDegrees>1</LongitudeDegrees></Position></Trackpoint></Track>",
    ),
];

/// CSV: files as a whole, then line after line.
const BAD_LINES: &[File] = &[
    ("heart_rate_2024-06-01.csv", b"timestamp,pulse\n"),
    (
        "heart_rate_2024-06-02.csv",
        b"timestamp,beats per minute
2024-06-02T06:00:00Z,fast
2024-06-02T06:00:00Z
2024-06-02T06:00:00Z,6\x000
June,60
,60
",
    ),
    (
        "steps_2024-06-01.csv",
        b"timestamp,steps\n2024-06-01T06:00:00Z,9000\n",
    ),
    (
        "distance_2024-06-01.csv",
        b"timestamp,distance\n2024-06-01T06:00:00Z,9000\n",
    ),
    (
        "floors_2024-06-01.csv",
        b"timestamp,floors\n2024-06-01T06:00:00Z,9000\n",
    ),
    (
        "gps_location_2024-06-01.csv",
        b"timestamp,latitude,longitude
2024-06-01T06:00:00Z,95,0
2024-06-01T06:00:00Z,0,200
",
    ),
    (
        "UserExercises_2024-06-01.csv",
        b"exercise_id,exercise_start,exercise_end
run,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z
1,2024-06-01T06:00:00Z,2024-06-01T05:00:00Z
",
    ),
    (
        "UserSleeps_2024-06-01.csv",
        b"sleep_id,sleep_type,sleep_start,sleep_end,start_utc_offset
1,STAGES,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z,summer
1,NAP,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z,+02:00
1,STAGES,2024-06-01T06:00:00Z,2024-06-01T05:00:00Z,+02:00
one,STAGES,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z,+02:00
",
    ),
    (
        "UserSleepStages_2024-06-01.csv",
        b"sleep_id,sleep_stage_type,sleep_stage_start,sleep_stage_end
1,DEEP,2024-06-01T06:00:00Z,2024-06-01T05:00:00Z
1,COMA,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z
",
    ),
    (
        "sleep_score.csv",
        b"sleep_log_entry_id,overall_score\n1,101\n",
    ),
    (
        "body_fat_2024-06-01.csv",
        b"timestamp,body fat percentage\n2024-06-01T06:00:00Z,500\n",
    ),
    (
        "weight.csv",
        b"timestamp,weight grams\n2024-06-01T06:00:00Z,9000000\n2024-06-01T06:00:00Z,\n",
    ),
    ("height.csv", b"timestamp,height millimeters\nJune,1800\n"),
    (
        "active_zone_minutes_2024-06-01.csv",
        b"timestamp,total minutes\n2024-06-01T06:00:00Z,1.5\n",
    ),
    (
        "Heart Rate Variability Details - 2024-06-01.csv",
        b"timestamp,rmssd\n2024-06-01T06:00:00,900\n",
    ),
    (
        "Daily Heart Rate Variability Summary - 2024-06-01.csv",
        b"timestamp,rmssd\n2024-06-01T00:00:00,900\n",
    ),
    (
        "Minute SpO2 - 2024-06-01.csv",
        b"timestamp,value\n2024-06-01T06:00:00Z,200\n",
    ),
    (
        "Daily SpO2 - 2024-06-01.csv",
        b"timestamp,average_value\n2024-06-01T00:00:00Z,200\n",
    ),
    (
        "Respiratory Rate Summary - 2024-06-01.csv",
        b"timestamp,rate\n2024-06-01T06:00:00,12\n",
    ),
    (
        "respiratory_rate_sleep_summary_2024-06-01.csv",
        b"timestamp,full_breathing_rate\n2024-06-01T06:00:00,100\n",
    ),
    (
        "Daily Respiratory Rate Summary - 2024-06-01.csv",
        b"timestamp,daily_respiratory_rate\n2024-06-01,100\n",
    ),
    (
        "Device Temperature - 2024-06-01.csv",
        b"recorded_time,temperature\n2024-06-01T06:00,36\n",
    ),
    (
        "Computed Temperature - 2024-06-01.csv",
        b"sleep_end,temperature_samples,baseline_relative_sample_sum\n2024-06-01T06:00,10,999\n",
    ),
    (
        "Stress Score.csv",
        b"DATE,STRESS_SCORE\n2024-06-01T00:00:00,500\n",
    ),
    (
        "fitbit_export_20240601.csv",
        b"Date,Weight\n2024-06-01,80\n",
    ),
    (
        "fitbit_export_20240602.csv",
        b"Body
Date,Weight,BMI,Fat
2024-06-01,5000,,
2024-06-01,\"8,1\",,
June,80,,
01/02/2024,80,,

Activities
Date,Calories Burned,Steps,Distance,Floors
2024-06-01,99999,1,1,1
2024-06-01,1,999999,1,1
2024-06-01,1,1,9999,1
2024-06-01,1,1,1,99999

Sleep
Start Time,End Time,Minutes Asleep,Minutes Awake
2024-06-01 11:00PM,2024-06-02 6:00AM,9999,1
2024-06-03 11:00PM,2024-06-02 6:00AM,0,0
2024-06-01 11:00PM,noon,400,1
",
    ),
];

/// Records that are sound and set aside: no measurement, no data, padding.
const SET_ASIDE: &[File] = &[
    (
        "heart_rate-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":{"bpm":-1,"confidence":0}}]"#,
    ),
    (
        "Stress Score.csv",
        b"DATE,STRESS_SCORE,STATUS\n2024-06-01T00:00:00,5,NO_DATA\n",
    ),
    (
        "resting_heart_rate-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 00:00:00","value":{"date":null,"value":0}}]"#,
    ),
];

/// A track that tells its offset, and nothing else that does.
const TRACK: &[File] = &[(
    "1.tcx",
    b"<Activity Sport=\"Running\"><Id>2024-06-01T06:00:00+02:00</Id><Lap StartTime=\"2024-06-01T06:00:00+02:00\"><TotalTimeSeconds>60</TotalTimeSeconds>
<Trackpoint><Time>2024-06-01T06:00:00+02:00</Time></Trackpoint></Lap></Activity>",
)];

/// Records that are sound and set aside: told twice, not trusted, deleted.
const TOLD_TWICE: &[File] = &[
    (
        "heart_rate-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":{"bpm":60,"confidence":0}},
{"dateTime":"06/01/24 06:00:05","value":{"bpm":60,"confidence":1}},
{"dateTime":"06/01/24 06:00:05","value":{"bpm":60,"confidence":1}}]"#,
    ),
    (
        "UserExercises_2024-06-01.csv",
        b"exercise_id,exercise_start,exercise_end,deletion_reason\n1,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z,USER\n",
    ),
];

/// The same again in four types of files.
const FOUR_TYPES: &[File] = &[
    ("sleep_score.csv", b"sleep_log_entry_id,overall_score\n5,80\n"),
    (
        "steps-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":"2"},{"dateTime":"06/01/24 06:00:00","value":"2"}]"#,
    ),
    (
        "calories-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":"2"},{"dateTime":"06/01/24 06:00:00","value":"2"}]"#,
    ),
    (
        "altitude-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":"2"},{"dateTime":"06/01/24 06:00:00","value":"2"}]"#,
    ),
    (
        "distance-2024-06-01.json",
        br#"[{"dateTime":"06/01/24 06:00:00","value":"2"},{"dateTime":"06/01/24 06:00:00","value":"2"}]"#,
    ),
];

/// Records that are sound and set aside: from Garmin, of a lesser source, of a copy.
const OTHER_SOURCES: &[File] = &[
    ("steps_2024-05-01.csv", b"timestamp,steps\n2024-05-01T06:00:00Z,90\n"),
    (
        "weight.csv",
        b"timestamp,weight grams,data source\n2024-05-01T04:00:00Z,80000,Garmin Connect\n",
    ),
    (
        "exercise-100.json",
        br#"[{"logId":21000000002,"activityName":"Run","duration":600000,"activeDuration":600000,"logType":"manual","startTime":"05/01/24 06:00:30"}]"#,
    ),
];

/// A profile whose zone nobody knows, in an export that tells its offset elsewhere.
const STRANGE_ZONE: &[File] = &[
    ("Profile.csv", b"id,timezone\nA1,Mars/Olympus\n"),
    (
        "UserExercises_2024-06-01.csv",
        b"exercise_id,exercise_start,exercise_end,utc_offset\n1,2024-06-01T06:00:00Z,2024-06-01T07:00:00Z,+02:00\n",
    ),
    ("fitbit_export_20240602.csv", b"Activities\nDate,Distance\n2024-06-01,5\n"),
];

/// Makes the exports.
pub(super) fn make(stage: &Stage) {
    let tiny: Vec<(&str, &[u8])> = TINY.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    let zip = |name: &str, first: &[(&str, &[u8])], files: &[File]| {
        stage.file(name, &Zip::new(&[first, files].concat()).0);
    };
    zip("bad-records.zip", &tiny[..1], BAD_RECORDS);
    zip("bad-lines.zip", &tiny[..1], BAD_LINES);
    zip("aside.zip", &tiny, SET_ASIDE);
    zip("twice-told.zip", &tiny, TOLD_TWICE);
    zip("four-types.zip", &tiny, FOUR_TYPES);
    zip("sources.zip", &tiny, OTHER_SOURCES);
    zip("track.zip", &[], TRACK);
    zip("strange-zone.zip", &[], STRANGE_ZONE);
    let deep = "<a>".repeat(65);
    let long = format!(
        "timestamp,steps\n2024-06-01T06:00:00Z,{}\n",
        "9".repeat((1 << 20) + 1)
    );
    let large: [(&str, &[u8]); 2] = [
        ("1.tcx", deep.as_bytes()),
        ("steps_2024-06-01.csv", long.as_bytes()),
    ];
    zip("large.zip", &[&tiny[..1], &large].concat(), &[]);
    let person = |id| format!("id,timezone\n{id},Europe/Berlin\n");
    let (ana, ben) = (person("A1"), person("B2"));
    let people: [(&str, &[u8]); 2] = [
        ("a/Profile.csv", ana.as_bytes()),
        ("b/Profile.csv", ben.as_bytes()),
    ];
    zip("people.zip", &[&people, &tiny[1..]].concat(), &[]);
}
