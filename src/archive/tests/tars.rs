//! Tars, compressed and not.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::archive::InputError;
use crate::archive::testing::{Scratch, open, open_bytes, read, read_one};

const LONG: &str =
    "Takeout/Fitbit/Physical Activity_GoogleData/a folder with a long name/another one/";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A tar as GNU tar writes it.
fn tar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *text).unwrap();
    }
    builder.into_inner().unwrap()
}

fn sample() -> Vec<u8> {
    let long = format!("{LONG}{}.json", "x".repeat(80));
    tar(&[
        ("T/b.json", b"[2]"),
        ("T/big.bin", &[7; 200_000]),
        (&long, b"[3]"),
        ("T/a.json", b"[1]"),
    ])
}

#[test]
fn a_tar_is_read_in_its_order_and_told_in_ours() {
    let scratch = Scratch::new("tar");
    for (name, bytes) in [
        ("a.tgz", gzip(&sample())),
        ("two members.tgz", {
            let (front, back) = (sample()[..700].to_vec(), sample()[700..].to_vec());
            [gzip(&front), gzip(&back)].concat()
        }),
        ("plain.tar", sample()),
    ] {
        for jobs in [1, 2, 8] {
            let export = open(&[scratch.file(name, &bytes)]).unwrap();
            let all = read(&export, jobs);
            let texts: Vec<_> = all
                .iter()
                .map(|(_, text)| text.as_deref().unwrap())
                .collect();
            assert_eq!(texts, [b"[1]", b"[2]", b"[3]"], "{name}, {jobs} jobs");
            assert!(all[2].0.len() > 150 && all[2].0.starts_with(LONG));
        }
    }
}

#[test]
fn a_tgz_cut_anywhere_is_refused() {
    let scratch = Scratch::new("cut");
    let whole = gzip(&tar(&[("T/a.json", b"[1]"), ("T/b.json", b"[2]")]));
    assert!(whole.len() > 100);
    for cut in 2..whole.len() {
        let error = open_bytes(&scratch, &whole[..cut]).unwrap_err();
        assert!(
            matches!(error, InputError::Unusable { .. }),
            "{cut}: {error}"
        );
    }
}

#[test]
fn no_flipped_bit_of_a_tgz_goes_unseen() {
    let scratch = Scratch::new("flip");
    let whole = gzip(&tar(&[("T/a.json", b"[1]"), ("T/b.json", b"[2]")]));
    let mut refused = 0;
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        match open_bytes(&scratch, &flipped) {
            Err(_) => refused += 1,
            // The gzip header holds a time and a system that change nothing.
            Ok(export) => {
                let texts: Vec<_> = read(&export, 1)
                    .into_iter()
                    .map(|(_, t)| t.unwrap())
                    .collect();
                assert_eq!(texts, [b"[1]", b"[2]"], "bit {bit}");
            }
        }
    }
    assert!(
        refused > whole.len() * 6,
        "{refused} of {}",
        whole.len() * 8
    );
}

#[test]
fn links_and_devices_of_a_tar_are_named_and_not_followed() {
    let scratch = Scratch::new("links");
    let mut builder = tar::Builder::new(Vec::new());
    for kind in [
        tar::EntryType::Symlink,
        tar::EntryType::Link,
        tar::EntryType::Char,
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        let name = format!("T/{:?}.json", kind.as_byte());
        builder
            .append_link(&mut header, name, "/etc/passwd")
            .unwrap();
    }
    let bytes = gzip(&builder.into_inner().unwrap());
    let export = open_bytes(&scratch, &bytes).unwrap();
    let all = read(&export, 1);
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|(_, text)| text.is_err()), "{all:?}");
}

#[test]
fn pax_headers_name_their_entry_even_beside_binary_values() {
    let scratch = Scratch::new("pax");
    let mut builder = tar::Builder::new(Vec::new());
    let records = [
        ("SCHILY.xattr.x", b"a\nb\xff".as_slice()),
        ("path", b"T/named.json"),
    ];
    builder.append_pax_extensions(records).unwrap();
    let mut header = tar::Header::new_ustar();
    header.set_size(2);
    builder
        .append_data(&mut header, "T/other.bin", b"[]".as_slice())
        .unwrap();
    let export = open_bytes(&scratch, &builder.into_inner().unwrap()).unwrap();
    assert_eq!(export.entries()[0].path, "T/named.json");
    assert_eq!(read_one(&export).unwrap(), b"[]");
}

#[test]
fn a_tar_that_inflates_without_end_is_refused() {
    let scratch = Scratch::new("bomb");
    let bomb = gzip(&tar(&[
        ("T/a.json", b"[1]"),
        ("T/ignored.bin", &vec![0; 40 << 20]),
    ]));
    let error = open_bytes(&scratch, &bomb).unwrap_err();
    assert!(error.to_string().contains("bomb"), "{error}");
}

#[test]
fn a_gzip_that_is_no_tar_is_refused() {
    let scratch = Scratch::new("gz");
    let error = open_bytes(&scratch, &gzip(&[b'x'; 4000])).unwrap_err();
    assert!(matches!(error, InputError::Unusable { .. }));
    assert!(error.to_string().contains(".tgz"), "{error}");
}
