//! Weigh-ins as FIT type 9: one file per month of the local date, at most 200 entries each.
//!
//! Connect takes these files whoever made them, keeps the time of day and fails on big ones. It
//! tells files apart by serial number and creation time: the serial is a hash of the contents, so
//! that the same weigh-ins are recognised and more weigh-ins are a new file. Nothing outside a month
//! changes its file: a later export hands a finished month over with the same bytes. Body fat and BMI are
//! left out where they were not measured, because 0 would show as a measurement.

use std::collections::BTreeMap;

use super::common::{Device, begin, fields, numbered, serial};
use super::{PlannedFile, Rendered, Rendering};
use crate::fit::Value::{Real, Unix};
use crate::fit::profile::{WEIGHT_SCALE, file};
use crate::model::checked::Weight;
use crate::model::{Checked, LocalDate};

/// Entries in a file: Connect is reported to fail on bigger ones (SmartScaleConnect).
const ENTRIES: usize = 200;

/// Lays out the files: `weight-2024-03.fit`, and where a month needs more, `weight-2024-03-2.fit`.
pub(super) fn plan(checked: &Checked) -> Vec<PlannedFile> {
    let mut files = Vec::new();
    for (month, indices) in by(month, &checked.weights) {
        for (n, part) in (1..).zip(indices.chunks(ENTRIES)) {
            let suffix = numbered(n);
            files.extend(cover(
                format!("import/weight/weight-{month}{suffix}.fit"),
                part,
            ));
        }
    }
    files
}

/// The month of a date, as in `2024-03`.
fn month(date: LocalDate) -> String {
    let (year, month, _) = date.ymd();
    format!("{year:04}-{month:02}")
}

/// Returns the indices of the weigh-ins by the span of time that their local date lies in.
pub(super) fn by<K: Ord>(span: fn(LocalDate) -> K, weights: &[Weight]) -> BTreeMap<K, Vec<i64>> {
    let mut spans: BTreeMap<K, Vec<i64>> = BTreeMap::new();
    for (at, weight) in (0..).zip(weights) {
        spans.entry(span(weight.date)).or_default().push(at);
    }
    spans
}

/// Returns a file that covers the first to the last of some indices.
pub(super) fn cover(path: String, indices: &[i64]) -> Option<PlannedFile> {
    let range = (*indices.first()?, indices.last()? + 1);
    Some(PlannedFile { path, range })
}

/// Returns the weigh-ins of a file. Someone who flies over the date line at the end of a span has
/// days of two spans in turn: those of the other one in between belong to another file.
pub(super) fn of_file<'a, K: PartialEq + 'a>(
    span: fn(LocalDate) -> K,
    checked: &'a Checked,
    file: &PlannedFile,
) -> impl Iterator<Item = &'a Weight> {
    let weights = file.part_of(&checked.weights);
    let first = weights.first().map(|w| span(w.date));
    let is_same = move |w: &&Weight| Some(span(w.date)) == first;
    weights.iter().filter(is_same)
}

pub(super) fn render(checked: &Checked, _: bool, file: &PlannedFile, buffer: Vec<u8>) -> Rendering {
    let weights: Vec<&Weight> = of_file(month, checked, file).collect();
    let (Some(first), Some(last)) = (weights.first(), weights.last()) else {
        return Ok(None);
    };
    let contents = Device {
        serial: content_hash(&weights),
        name: None,
    };
    let mut fit = begin(buffer, file::WEIGHT, &contents, first.at)?;
    for weight in &weights {
        let fields = fields![weight_scale:
            TIMESTAMP = Unix(weight.at.0),
            WEIGHT = Real(weight.weight.get()),
            BMI ? weight.bmi.map(|b| b.get()),
            PERCENT_FAT ? weight.fat.map(|f| f.get()),
        ];
        fit.message(WEIGHT_SCALE, &fields)?;
    }
    let (bytes, records) = (fit.finish(), weights.len());
    Ok(Some(Rendered::new(bytes, records, first.at, last.at)))
}

fn content_hash(weights: &[&Weight]) -> u32 {
    let bits = |value: Option<f64>| value.map_or(0, f64::to_bits);
    let parts = weights.iter().flat_map(|w| {
        [
            w.at.0.unsigned_abs(),
            w.weight.get().to_bits(),
            bits(w.bmi.map(|b| b.get())),
            bits(w.fat.map(|f| f.get())),
        ]
    });
    serial(&parts.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::specimen::{Dice, weigh_in};
    use super::*;
    use crate::garmin::tests::decoded::{decode, kilograms};
    use crate::model::Instant;
    use crate::model::checked::Parts;
    use crate::model::units::{Bmi, Kilograms, Percent};

    /// 2024-03-01T07:30:00Z.
    const MORNING: Instant = Instant(1_709_278_200);

    fn files(weights: Vec<Weight>) -> Vec<(String, Rendered)> {
        let parts = Parts {
            weights,
            ..Parts::default()
        };
        let checked = Checked::new(parts);
        let render = |p: PlannedFile| {
            let file = render(&checked, false, &p, Vec::new()).unwrap();
            (p.path, file.unwrap())
        };
        plan(&checked).into_iter().map(render).collect()
    }

    #[test]
    fn a_weigh_in_decodes_to_its_weight_with_only_what_was_measured() {
        let bare = weigh_in(MORNING, 72.57);
        let full = Weight {
            bmi: Some(Bmi::new(23.4).unwrap()),
            fat: Some(Percent::new(18.35).unwrap()),
            ..weigh_in(MORNING.plus(86_400), 72.345)
        };
        let files = files(vec![full, bare]);
        assert_eq!(files.len(), 1);
        let (path, file) = files.first().unwrap();
        assert_eq!(path, "import/weight/weight-2024-03.fit");
        assert_eq!(
            (file.records, file.first.as_str(), file.last.as_str()),
            (2, "2024-03-01T07:30:00Z", "2024-03-02T07:30:00Z")
        );
        let messages = decode(&file.bytes);
        assert_eq!(messages.len(), 4);
        assert_eq!(messages.first().unwrap().at("time_created"), MORNING.0);
        let (bare, full) = (messages.get(2).unwrap(), messages.get(3).unwrap());
        assert_eq!(kilograms(bare), 72.57);
        assert!(!bare.has("bmi") && !bare.has("percent_fat"));
        // 72.345 lies between two steps of the field and goes away from zero.
        assert_eq!(kilograms(full), 72.35);
        assert_eq!((full.real("bmi"), full.real("percent_fat")), (23.4, 18.35));
    }

    #[test]
    fn the_bytes_of_one_weigh_in_are_those_computed_by_hand() {
        let files = files(vec![weigh_in(MORNING, 72.57)]);
        let bytes = &files.first().unwrap().1.bytes;
        let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        assert_eq!(hex, HAND_COMPUTED);
    }

    #[test]
    fn a_month_with_many_weigh_ins_is_cut_into_parts() {
        let weights = (0..450).map(|i| weigh_in(MORNING.plus(i * 3600), 70.0));
        let more = (0..3).map(|i| weigh_in(MORNING.plus(30 * 86_400 + 3600 * 17 + i), 71.0));
        let told: Vec<(String, u64)> = files(weights.chain(more).collect())
            .into_iter()
            .map(|(path, file)| (path, file.records))
            .collect();
        let want = [
            ("import/weight/weight-2024-03.fit", 200),
            ("import/weight/weight-2024-03-2.fit", 200),
            ("import/weight/weight-2024-03-3.fit", 50),
            ("import/weight/weight-2024-04.fit", 3),
        ];
        assert_eq!(told, want.map(|(p, n)| (p.to_owned(), n)));
    }

    #[test]
    fn two_months_in_turn_give_two_files_with_every_weigh_in_once() {
        let mut weights: Vec<Weight> = (0..4u32)
            .map(|i| weigh_in(MORNING.plus(i64::from(i) * 3600), 70.0 + f64::from(i)))
            .collect();
        for (weight, month) in weights.iter_mut().zip([1, 2, 1, 2]) {
            weight.date = crate::model::LocalDate::from_ymd(2024, month, 1).unwrap();
        }
        let kg: Vec<Vec<f64>> = files(weights)
            .iter()
            .map(|(_, f)| decode(&f.bytes).iter().skip(2).map(kilograms).collect())
            .collect();
        assert_eq!(kg, [[70.0, 72.0], [71.0, 73.0]]);
    }

    #[test]
    fn the_same_weigh_ins_are_recognised_and_one_more_is_a_new_file() {
        let two = || vec![weigh_in(MORNING, 70.0), weigh_in(MORNING.plus(60), 71.0)];
        let mut three = two();
        three.push(weigh_in(MORNING.plus(120), 72.0));
        let serial = |weights| {
            let files = files(weights);
            decode(&files.first().unwrap().1.bytes)
                .first()
                .unwrap()
                .int("serial_number")
        };
        assert_eq!(serial(two()), serial(two()));
        assert_ne!(serial(two()), serial(three));
    }

    #[test]
    fn random_weigh_ins_come_back_to_the_hundredth() {
        let mut dice = Dice(3);
        let mut at = MORNING;
        let weights: Vec<Weight> = (0..200)
            .map(|_| {
                at = at.plus(i64::from(dice.up_to(100_000)) + 1);
                let fat = dice.up_to(2) == 1;
                let kg = f64::from(dice.up_to(6_490_000)) / 10_000.0 + 1.0;
                let mut weight = weigh_in(at, 1.0);
                weight.date = crate::model::LocalDate::from_ymd(2024, 1, 1).unwrap();
                weight.weight = Kilograms::new(kg).unwrap();
                weight.fat = fat.then(|| Percent::new(kg / 7.0 + 1.0).unwrap());
                weight
            })
            .collect();
        let files = files(weights.clone());
        let messages = decode(&files.first().unwrap().1.bytes);
        assert_eq!(messages.len(), 2 + weights.len());
        for (message, weight) in messages.iter().skip(2).zip(&weights) {
            assert_eq!(message.at("timestamp"), weight.at.0);
            assert!((kilograms(message) - weight.weight.get()).abs() <= 0.005 + 1e-9);
            assert_eq!(message.has("percent_fat"), weight.fat.is_some());
            if let Some(fat) = weight.fat {
                assert!((message.real("percent_fat") - fat.get()).abs() <= 0.005 + 1e-9);
            }
        }
    }

    /// Put together byte by byte from the protocol, not by this program.
    const HAND_COMPUTED: &str = concat!(
        // header: 14 bytes, protocol 2.0, profile 21218, 94 bytes of data, .FIT, CRC
        "0E20E2525E0000002E46495458CA",
        // definition of file_id
        "40000000000500010001028402028403048C040486",
        // file_id: weight, development, product 1, serial, time
        "0009FF00010088E5E379F8374440",
        // definition of device_info
        "410000170006FD048600010202028403048C040284050284",
        // device_info: time, creator, development, serial, product 1, version 1.00
        "01F837444000FF0088E5E37901006400",
        // definition of weight_scale
        "4200001E0002FD0486000284",
        // weight_scale: time, 7257
        "02F8374440591C",
        // CRC
        "7A69",
    );
}
