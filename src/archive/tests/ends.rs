//! Zips as a whole: which directory is meant, and whether all of it is there.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::archive::InputError;
use crate::archive::testing::{Around, Entry, Scratch, open_bytes, read, zip, zip_with};

fn two() -> [Entry; 3] {
    [
        Entry::new("T/a.json", b"[1, 1, 1, 1, 1]"),
        Entry::new("T/index.html", b"<p>"),
        Entry {
            stored: true,
            ..Entry::new("T/b.json", b"[2]")
        },
    ]
}

/// Reads a zip that is sound and returns the texts of its needed entries.
fn texts(bytes: &[u8]) -> Result<Vec<String>, InputError> {
    let scratch = Scratch::new("ends");
    let export = open_bytes(&scratch, bytes)?;
    let all = read(&export, 1);
    Ok(all
        .into_iter()
        .map(|(_, text)| String::from_utf8(text.unwrap()).unwrap())
        .collect())
}

fn refusal(bytes: &[u8]) -> String {
    let error = texts(bytes).unwrap_err();
    assert!(matches!(error, InputError::Unusable { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("/in.zip: ") && text.lines().count() == 2,
        "{text}"
    );
    text
}

#[test]
fn a_zip_is_read_whatever_stands_around_it() {
    let plain = Around::default();
    let comment = vec![b'c'; 0xFFFF];
    for (what, around) in [
        ("nothing", plain.clone()),
        (
            "prefix",
            Around {
                prefix: vec![b'#'; 5000],
                ..plain.clone()
            },
        ),
        (
            "longest comment",
            Around {
                comment,
                ..plain.clone()
            },
        ),
        (
            "gap before the end record",
            Around {
                gap: vec![0; 37],
                ..plain.clone()
            },
        ),
        (
            "bytes after the end",
            Around {
                suffix: vec![0xAA; 70_000],
                ..plain.clone()
            },
        ),
        (
            "zip64",
            Around {
                zip64: true,
                ..plain.clone()
            },
        ),
        (
            "zip64 and comment",
            Around {
                zip64: true,
                comment: b"hello".to_vec(),
                ..plain
            },
        ),
    ] {
        let texts = texts(&zip_with(&two(), &around)).unwrap();
        assert_eq!(texts, ["[1, 1, 1, 1, 1]", "[2]"], "{what}");
    }
}

#[test]
fn a_zip_cut_anywhere_is_refused() {
    let whole = zip(&two());
    for cut in 0..whole.len() {
        let text = refusal(&whole[..cut]);
        assert!(
            text.contains("truncated") || text.contains("zip") || cut == 0,
            "{cut}: {text}"
        );
    }
    assert!(refusal(&whole[..whole.len() / 2]).contains("truncated"));
    assert!(refusal(b"").contains("empty"));
}

#[test]
fn no_flipped_bit_loses_or_changes_an_entry_in_silence() {
    let whole = zip(&two());
    let (mut refused, mut damaged, mut same) = (0, 0, 0);
    let scratch = Scratch::new("flips");
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let Ok(export) = open_bytes(&scratch, &flipped) else {
            refused += 1;
            continue;
        };
        let all = read(&export, 1);
        if all.iter().any(|(_, text)| text.is_err()) {
            damaged += 1;
            continue;
        }
        let texts: Vec<_> = all.into_iter().map(|(_, text)| text.unwrap()).collect();
        assert_eq!(texts, [b"[1, 1, 1, 1, 1]".as_slice(), b"[2]"], "bit {bit}");
        same += 1;
    }
    assert!(
        refused > 100 && damaged > 100 && same > 100,
        "{refused} {damaged} {same}"
    );
}

#[test]
fn a_forged_end_record_in_the_comment_loses() {
    // Both forgeries are nearer to the end than the true record, and both are well formed.
    let empty = zip(&[]);
    let other = zip(&[Entry::new("T/evil.json", b"[666]")]);
    for forged in [empty, other] {
        let comment = [b"xxxxxxxxxx".as_slice(), &forged, b"yyyyyyyyyy"].concat();
        let around = Around {
            comment,
            ..Around::default()
        };
        assert_eq!(
            texts(&zip_with(&two(), &around)).unwrap(),
            ["[1, 1, 1, 1, 1]", "[2]"]
        );
    }
}

#[test]
fn two_end_records_that_both_fit_are_refused() {
    let comment = zip(&[Entry::new("T/evil.json", b"[666]")]);
    let text = refusal(&zip_with(
        &two(),
        &Around {
            comment,
            ..Around::default()
        },
    ));
    assert!(text.contains("two end records"), "{text}");
}

#[test]
fn of_two_zips_in_a_row_the_last_is_read_and_nothing_of_the_first() {
    let evil = zip(&[Entry::new("T/evil.json", b"[666]")]);
    let both = [evil, zip(&two())].concat();
    assert_eq!(texts(&both).unwrap(), ["[1, 1, 1, 1, 1]", "[2]"]);
}

#[test]
fn a_zip_that_lies_about_its_directory_is_refused() {
    let plain = Around::default();
    for (word, around) in [
        (
            "claims",
            Around {
                count: Some(1),
                ..plain.clone()
            },
        ),
        (
            "more entries than its size allows",
            Around {
                count: Some(60_000),
                ..plain.clone()
            },
        ),
        (
            "split",
            Around {
                disk: 1,
                ..plain.clone()
            },
        ),
        (
            "damaged",
            Around {
                directory: Some(0x7FFF_FFF0),
                ..plain.clone()
            },
        ),
        (
            "claims",
            Around {
                directory_len: Some(0x7FFF_FFF0),
                ..plain.clone()
            },
        ),
        (
            "damaged",
            Around {
                comment_len: Some(500),
                comment: b"abc".to_vec(),
                ..plain
            },
        ),
    ] {
        let text = refusal(&zip_with(&two(), &around));
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn more_entries_than_the_limit_are_refused_before_they_are_read() {
    use crate::archive::testing::needed;
    use crate::archive::{Export, Limits};
    let scratch = Scratch::new("limit");
    let path = scratch.file("in.zip", &zip(&two()));
    let limits = Limits {
        entries: 2,
        ..Limits::default()
    };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let error = Export::open(&[path], limits, &needed, &stop).unwrap_err();
    assert!(error.to_string().contains("at most 2"), "{error}");
}

#[test]
fn a_zip_without_files_says_that_it_is_empty() {
    assert!(refusal(&zip(&[])).contains("empty"));
    assert!(
        refusal(&zip(&[Entry {
            stored: true,
            ..Entry::new("T/", b"")
        }]))
        .contains("empty")
    );
}
