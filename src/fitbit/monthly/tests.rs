//! Tests of the reader of the monthly CSV, one per quirk.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::fitbit::testing::{run, run_with};
use crate::model::metrics::Metric;
use crate::model::records::{SleepKind, Stamp, WeightUnit, WeightValue};
use crate::model::{LocalTime, Reject};

const NAME: &str = "fitbit_export_20210815.csv";
const SLEEP: &str = "Sleep\nStart Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed,Minutes REM Sleep,Minutes Light Sleep,Minutes Deep Sleep\n";

const WHOLE: &str = r#"Body
Date,Weight,BMI,Fat
"2021-08-01","80.5","24.3","18"
"2021-08-02","0","0","0"

Foods
Date,Calories In
"2021-08-01","0"

Activities,,,,,,,,,
Date,Calories Burned,Steps,Distance,Floors,Minutes Sedentary,Minutes Lightly Active,Minutes Fairly Active,Minutes Very Active,Activity Calories
"2021-08-01","2,310","11,204","8.1","N/A","650","220","18","40","1,050"

Sleep
Start Time,End Time,Minutes Asleep,Minutes Awake,Number of Awakenings,Time in Bed,Minutes REM Sleep,Minutes Light Sleep,Minutes Deep Sleep
"2021-08-01 11:05PM","2021-08-02 6:50AM","410","55","18","465","95","240","75"

Food Log 20210801
Daily Totals
"","Calories","0"
"#;

#[test]
fn every_section_is_read_and_foods_have_no_place() {
    let (records, tally) = run(read, NAME, WHOLE);
    assert_eq!((tally.records, tally.converted()), (6, 3));
    assert_eq!(tally.skipped.get(&Skip::NoOutput), Some(&2));
    assert_eq!(tally.skipped.get(&Skip::NoData), Some(&1));
    let weight = records.weights.first().unwrap();
    assert_eq!(weight.weight, WeightValue::Open(80.5));
    assert!(weight.date_only && weight.provider.rank == Rank::Monthly);
    let steps = records.daily.iter().find(|d| d.metric == Metric::Steps);
    assert_eq!(steps.map(|d| d.value), Some(11_204.0));
    assert!(!records.daily.iter().any(|d| d.metric == Metric::Floors));
    let log = records.sleep.first().unwrap();
    assert_eq!(
        (log.night.seconds, log.night.kind),
        (27_900, SleepKind::Stages)
    );
    assert_eq!(
        (log.night.summary.rem, log.night.summary.wake),
        (Some(95), Some(55))
    );
    assert_eq!(log.start, Stamp::Local(LocalTime(1_627_859_100)));
}

#[test]
fn units_are_the_users_word_and_kilometres_are_remarked_on() {
    let settings = Settings {
        weight_unit: Some(WeightUnit::Pounds),
        imperial: Some(true),
        ..Settings::default()
    };
    let distance = |records: &Records| {
        let found = records.daily.iter().find(|d| d.metric == Metric::Distance);
        found.map(|d| d.value.round())
    };
    let (records, tally) = run_with(read, NAME, WHOLE, &settings);
    let weight = records.weights.first().unwrap().weight;
    assert!(matches!(weight, WeightValue::Known(kg) if (kg.get() - 36.514).abs() < 0.001));
    assert_eq!(
        (distance(&records), tally.findings.len()),
        (Some(13_036.0), 0)
    );
    let (records, tally) = run(read, NAME, WHOLE);
    assert_eq!(
        (distance(&records), tally.findings.len()),
        (Some(8100.0), 1)
    );
}

#[test]
fn a_mixture_of_date_orders_and_clocks_is_one_file() {
    let text = format!(
        "{SLEEP}\"2010-11-12 1:23AM\",\"12-11-2010 2:34PM\",\"700\",\"91\",\"300\",\"N/A\",\"1,000\",\"300\",\"100\"\n\
        \"2010-11-12 1:23 am\",\"12-11-2010 2:35 pm\",\"700\",\"91\",\"300\",\"5,000\",\"N/A\",\"300\",\"100\"\n"
    );
    let (records, tally) = run(read, NAME, &text);
    assert_eq!(tally.rejected_total(), 0, "{:?}", tally.findings);
    let seconds: Vec<_> = records.sleep.iter().map(|s| s.night.seconds).collect();
    assert_eq!(seconds, [47_460, 47_520]);
    let [first, second] = records.sleep.as_slice() else {
        return assert_eq!(records.sleep.len(), 2);
    };
    assert_eq!(
        (first.night.summary.rem, second.night.summary.rem),
        (None, None)
    );
    let left_out = tally.findings.first().map(|f| f.what.as_str());
    let expected = "minutes rem sleep is 1000 in a sleep of 47460 s: left out";
    assert_eq!((tally.findings.len(), left_out), (1, Some(expected)));
}

#[test]
fn the_end_of_a_sleep_is_trusted_and_its_start_only_if_it_can_be_meant() {
    let text = format!(
        "{SLEEP}\"2021-08-03 11:12PM\",\"2021-08-02 7:00AM\",\"400\",\"50\",\"3\",\"450\",\"N/A\",\"N/A\",\"N/A\"\n\
        \"2021-08-03 11:12PM\",\"2021-08-02 7:00AM\",\"0\",\"0\",\"3\",\"450\",\"N/A\",\"N/A\",\"N/A\"\n\
        \"2021-08-03 11:12PM\",\"2021-08-04 7:00AM\",\"5,000\",\"-3\",\"3\",\"450\",\"N/A\",\"N/A\",\"N/A\"\n"
    );
    let (records, tally) = run(read, NAME, &text);
    let log = records.sleep.first().unwrap();
    assert_eq!(
        (log.night.seconds, log.night.kind),
        (27_000, SleepKind::Classic)
    );
    assert_eq!(tally.rejected.get(&Reject::BadInterval), Some(&1));
    assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&1));
}

#[test]
fn a_date_whose_month_nothing_tells_is_rejected_and_says_so() {
    let text = "Body\nDate,Weight\n\"01/02/2021\",\"80\"\n";
    let (records, tally) = run(read, "fitbit_export.csv", text);
    assert!(records.is_empty());
    let what = tally.findings.first().map(|f| f.what.clone()).unwrap();
    assert!(what.contains("which number is the month"), "{what}");
    let (records, _) = run(read, "fitbit_export_20210120.csv", text);
    assert_eq!(
        records.weights.len(),
        1,
        "the date of the export settles it"
    );
}

#[test]
fn a_file_without_sections_and_one_that_is_no_table_are_marked() {
    for bad in ["Date,Weight\n1,2\n", "<html>", ""] {
        assert!(run(read, NAME, bad).1.error.is_some(), "{bad}");
    }
}

#[test]
fn points_that_set_thousands_apart_are_read_where_the_file_proves_it_and_never_cut() {
    let head = "Activities\nDate,Calories Burned,Steps,Distance,Floors\n";
    let read_rows = |rows: &str| {
        let (records, tally) = run(read, NAME, &format!("{head}{rows}"));
        let steps = records.daily.iter().filter(|d| d.metric == Metric::Steps);
        let steps: Vec<f64> = steps.map(|d| d.value).collect();
        (steps, tally.rejected_total())
    };
    let sure = "\"13-08-2021\",\"2.704\",\"11.204\",\"8,9\",\"11\"\n";
    assert_eq!(read_rows(sure), (vec![11_204.0], 0));
    let unclear = "\"13-08-2021\",\"2.704\",\"11.204\",\"8.9\",\"11\"\n\"14-08-2021\",\"900\",\"7\",\"8.9\",\"1\"\n";
    assert_eq!(read_rows(unclear), (vec![7.0], 1));
}

#[test]
fn a_file_in_another_language_says_what_to_do() {
    let text =
        "Aktivitäten\nDatum,Verbrannte Kalorien,Schritte\n\"13-08-2021\",\"2.704\",\"11.204\"\n";
    let (records, tally) = run(read, NAME, text);
    assert!(records.is_empty() && tally.error.is_some());
    let told = tally.findings.first().map(|f| f.expected.clone());
    assert!(told.is_some_and(|t| t.contains("set the language to English")));
}
