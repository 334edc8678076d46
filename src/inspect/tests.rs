//! Tests: values as they were encoded, foreign files, damaged files, the three renderings.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;
use crate::fit::crc::crc16;
use crate::fit::encode::{Encoder, Value as Fit};
use crate::fit::profile::{file_id, weight_scale};

const START: i64 = 1_709_278_200;

fn weights() -> Vec<u8> {
    let mut fit = Encoder::new(Vec::new());
    let id = [
        (file_id::TYPE, Fit::Int(9)),
        (file_id::TIME_CREATED, Fit::Unix(START)),
        (file_id::PRODUCT_NAME, Fit::Text("=cmd,\"x\"")),
    ];
    fit.message(crate::fit::profile::FILE_ID, &id).unwrap();
    for i in 0..3_i32 {
        let kg = 72.35 + f64::from(i);
        let fields = [
            (weight_scale::TIMESTAMP, Fit::Unix(START + i64::from(i))),
            (weight_scale::WEIGHT, Fit::Real(kg)),
        ];
        fit.message(crate::fit::profile::WEIGHT_SCALE, &fields)
            .unwrap();
    }
    fit.finish()
}

/// Wraps data in a header and checksums that are right.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut out = vec![14, 0x20, 0, 0];
    out.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    out.extend(b".FIT");
    out.extend(crc16(&out).to_le_bytes());
    out.extend(data);
    out.extend(crc16(&out).to_le_bytes());
    out
}

#[test]
fn weight_is_shown_in_kilograms_and_time_in_utc() {
    let messages = decode(&weights()).unwrap();
    assert_eq!(messages.len(), 4);
    let field = |name: &str| messages[1].fields.iter().find(|f| f.name == name).unwrap();
    assert_eq!(
        (&field("weight").value, field("weight").units.as_str()),
        (&Cell::Real(72.35), "kg")
    );
    assert_eq!(
        field("timestamp").value,
        Cell::Time("2024-03-01T07:30:00Z".into())
    );
    assert_eq!(count(&weights()), Ok(4));
}

#[test]
fn a_local_stamp_is_what_the_file_says_in_every_zone() {
    let epoch = DateTime::from_timestamp(FIT_EPOCH, 0).unwrap().naive_utc();
    for zone in [
        chrono_tz::UTC,
        chrono_tz::Europe::Paris,
        chrono_tz::America::New_York,
        chrono_tz::Asia::Kathmandu,
    ] {
        let at =
            zone.from_local_datetime(&epoch).unwrap() + chrono::Duration::seconds(1_078_000_000);
        assert_eq!(local(&at), "2024-02-27T20:26:40", "{zone}");
    }
}

#[test]
fn steps_are_steps_in_every_run_however_the_type_is_told() {
    let head = [0x40, 0, 0, 55, 0, 3, 3, 4, 0x86];
    // 4,200 steps of walking: by the packed byte (intensity 2), then by a type of its own.
    let packed = [
        &head[..],
        &[24, 1, 0x0D, 27, 1, 0x02, 0],
        &4200_u32.to_le_bytes(),
        &[6 | 2 << 5, 140],
    ]
    .concat();
    let plain = [
        &head[..],
        &[5, 1, 0x00, 27, 1, 0x02, 0],
        &4200_u32.to_le_bytes(),
        &[6, 140],
    ]
    .concat();
    for (data, expected) in [
        (
            packed,
            "steps 4200 activity_type walking heart_rate 140 intensity 2 ",
        ),
        (plain, "steps 4200 activity_type walking heart_rate 140 "),
    ] {
        for _ in 0..40 {
            let message = &decode(&sealed(&data)).unwrap()[0];
            let text: String = message
                .fields
                .iter()
                .map(|f| format!("{} {} ", f.name, render::text(&f.value)))
                .collect();
            assert_eq!(text, expected);
        }
    }
}

#[test]
fn the_three_renderings_tell_the_same() {
    let messages = decode(&weights()).unwrap();
    let table = table(&messages);
    assert!(
        table.lines().nth(1).unwrap().starts_with("1  file_id"),
        "{table}"
    );
    assert!(
        table.contains("weight        72.35                 kg\n"),
        "{table}"
    );
    let json = json(&messages);
    assert_eq!(json[3]["message"], "weight_scale");
    assert!(json[3].to_string().contains(r#""value":74.35"#), "{json}");
    let csv = csv(&messages);
    assert!(
        csv.contains("\n1,file_id,product_name,\"'=cmd,\"\"x\"\"\",\n"),
        "{csv}"
    );
    assert!(
        csv.ends_with("4,weight_scale,timestamp,2024-03-01T07:30:02Z,s\n"),
        "{csv}"
    );
    assert_eq!(
        csv.lines().count(),
        1 + messages.iter().map(|m| m.fields.len()).sum::<usize>()
    );
}

#[test]
fn every_cut_and_every_flip_is_an_error() {
    let good = weights();
    for cut in 0..good.len() {
        assert!(decode(&good[..cut]).is_err(), "cut at {cut}");
    }
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            let header_without_crc = bad[12..14] == [0, 0];
            assert!(
                decode(&bad).is_err() || header_without_crc || at == 0,
                "bit {bit} of byte {at}"
            );
        }
    }
}

#[test]
fn a_short_header_and_a_header_without_checksum_are_read() {
    let good = weights();
    let mut bare = good.clone();
    bare[12..14].fill(0);
    let end = bare.len() - 2;
    let crc = crc16(&bare[..end]).to_le_bytes();
    bare[end..].copy_from_slice(&crc);
    assert_eq!(count(&bare), Ok(4));
    let mut short = good[..12].to_vec();
    short[0] = 12;
    short.extend(&good[14..good.len() - 2]);
    short.extend(crc16(&short).to_le_bytes());
    assert_eq!(count(&short), Ok(4));
    assert_eq!(decode(&short).unwrap(), decode(&good).unwrap());
}

#[test]
fn nonsense_under_right_checksums_is_refused_before_the_decoder_sees_it() {
    let definition = |fields: &[[u8; 3]]| {
        let mut data = vec![0x40, 0, 0, 18, 0, u8::try_from(fields.len()).unwrap()];
        data.extend(fields.concat());
        data.push(0);
        data.extend(vec![1; fields.iter().map(|f| usize::from(f[1])).sum()]);
        sealed(&data)
    };
    for (fields, what) in [
        ([[253, 8, 0x8F]], "64 bits"),
        ([[253, 3, 0x86]], "multiple of 4"),
        ([[2, 255, 0x84]], "multiple of 2"),
    ] {
        let e = decode(&definition(&fields)).unwrap_err();
        assert!(
            matches!(&e, InspectError::Unsound(text) if text.contains(what)),
            "{e:?}"
        );
    }
    assert_eq!(count(&definition(&[[253, 4, 0x86]])), Ok(1));
    for data in [&[0x40][..], &[0x00], &[0x60, 0, 0, 18, 0, 0, 1, 9, 255, 0]] {
        assert!(matches!(
            decode(&sealed(data)),
            Err(InspectError::Unsound(_))
        ));
    }
}

#[test]
fn no_arrangement_of_definitions_stops_the_program() {
    // Random definitions and data with right checksums, from a small generator of its own.
    let mut seed = 0x2545_F491_u32;
    let mut next = move |n: u32| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        u8::try_from(seed % n).unwrap()
    };
    let bases = [
        0x00, 0x01, 0x02, 0x83, 0x84, 0x85, 0x86, 0x07, 0x88, 0x89, 0x0A, 0x8B, 0x8C, 0x0D, 0x8E,
        0x8F, 0x33,
    ];
    let (mut decoded, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut data = Vec::new();
        for _ in 0..=next(3) {
            let message = [
                0,
                18,
                19,
                20,
                21,
                23,
                30,
                34,
                49,
                55,
                101,
                103,
                128,
                132,
                206,
                207,
                next(255),
            ][usize::from(next(17))];
            let count = 1 + next(5);
            data.extend([0x40, 0, next(2), message, 0, count]);
            if data[data.len() - 4] == 1 {
                let n = data.len();
                data.swap(n - 3, n - 2);
            }
            let mut size = 0;
            for _ in 0..count {
                let base = bases[usize::from(next(17))];
                let unit = [1, 2, 4, 8][usize::from(next(4))];
                let length = unit * (1 + next(3));
                data.extend([if next(4) == 0 { 253 } else { next(90) }, length, base]);
                size += usize::from(length);
            }
            for _ in 0..=next(4) {
                data.push(if next(6) == 0 { 0x80 | next(32) } else { 0 });
                data.extend((0..size).map(|_| next(255)));
            }
        }
        match decode(&sealed(&data)) {
            Ok(_) => decoded += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(
        decoded > 500 && refused > 500,
        "{decoded} decoded, {refused} refused"
    );
}
