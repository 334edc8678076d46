//! Entries of zips: what they claim, what they are, and whose bytes are whose.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::atomic::AtomicBool;

use crate::archive::testing::{Entry, Scratch, deflate, needed, open_bytes, read, read_one, zip};
use crate::archive::{Export, InputError, Limits};

const DAY: &[u8] = b"[{\"dateTime\":\"03/01/24 08:00:00\",\"value\":{\"bpm\":60}}]";

fn day() -> Entry {
    Entry::new("T/day.json", DAY)
}

/// Reads the one needed entry and returns why it cannot be used.
fn damage(entry: Entry) -> String {
    let scratch = Scratch::new("entries");
    let other = Entry {
        stored: true,
        ..Entry::new("T/other.csv", &[b','; 500])
    };
    let export = open_bytes(&scratch, &zip(&[other.clone(), entry, other])).unwrap();
    let damage = read_one(&export).unwrap_err();
    assert!(!damage.expected().is_empty());
    damage.to_string()
}

#[test]
fn an_entry_is_read_however_it_was_written() {
    let long_extra = vec![0; 300];
    for (what, entry) in [
        ("deflated", day()),
        (
            "stored",
            Entry {
                stored: true,
                ..day()
            },
        ),
        (
            "descriptor",
            Entry {
                descriptor: true,
                ..day()
            },
        ),
        (
            "stored with descriptor",
            Entry {
                descriptor: true,
                stored: true,
                ..day()
            },
        ),
        (
            "long extra field",
            Entry {
                local_extra: long_extra,
                ..day()
            },
        ),
        (
            "broken extra fields",
            Entry {
                central_extra: vec![1],
                local_extra: vec![9],
                ..day()
            },
        ),
        ("no mode", Entry { mode: 0, ..day() }),
        (
            "setuid",
            Entry {
                mode: 0o104_777,
                ..day()
            },
        ),
        ("bytes after the stream", {
            Entry {
                packed: Some([deflate(DAY), b"JUNK".to_vec()].concat()),
                ..day()
            }
        }),
    ] {
        let scratch = Scratch::new("written");
        let export = open_bytes(&scratch, &zip(&[entry])).unwrap();
        assert_eq!(read_one(&export).unwrap(), DAY, "{what}");
    }
}

#[test]
fn an_entry_that_lies_is_refused_by_itself() {
    let half = deflate(DAY).len() / 2;
    for (word, entry) in [
        (
            "CRC-32",
            Entry {
                crc: Some(0xDEAD_BEEF),
                ..day()
            },
        ),
        (
            "CRC-32",
            Entry {
                crc: Some(1),
                stored: true,
                ..day()
            },
        ),
        (
            "more than the 10 bytes",
            Entry {
                bytes: Some(10),
                ..day()
            },
        ),
        (
            "size is 53 bytes",
            Entry {
                bytes: Some(1000),
                ..day()
            },
        ),
        (
            "size is 53 bytes",
            Entry {
                bytes: Some(7),
                stored: true,
                ..day()
            },
        ),
        (
            "damaged or ends too early",
            Entry {
                packed_len: Some(20),
                ..day()
            },
        ),
        (
            "damaged or ends too early",
            Entry {
                packed: Some(deflate(DAY)[..half].to_vec()),
                ..day()
            },
        ),
        (
            "data is damaged",
            Entry {
                packed: Some(vec![0xFF; 40]),
                ..day()
            },
        ),
        (
            "outside",
            Entry {
                packed_len: Some(60_000),
                ..day()
            },
        ),
        (
            "outside",
            Entry {
                header: Some(0xFFFF_FFF0),
                ..day()
            },
        ),
        (
            "header is damaged",
            Entry {
                header: Some(3),
                ..day()
            },
        ),
        (
            "another name",
            Entry {
                local_name: Some(b"T/x.json".to_vec()),
                ..day()
            },
        ),
        (
            "compression method",
            Entry {
                local_method: Some(0),
                ..day()
            },
        ),
        (
            "method 12 (bzip2)",
            Entry {
                method: Some(12),
                ..day()
            },
        ),
        (
            "method 65535",
            Entry {
                method: Some(0xFFFF),
                ..day()
            },
        ),
        ("encrypted", Entry { flags: 1, ..day() }),
        (
            "encrypted",
            Entry {
                flags: 0x40,
                ..day()
            },
        ),
        (
            "encrypted",
            Entry {
                method: Some(99),
                ..day()
            },
        ),
        (
            "link",
            Entry {
                mode: 0o120_777,
                ..day()
            },
        ),
        (
            "a device",
            Entry {
                mode: 0o020_666,
                ..day()
            },
        ),
    ] {
        let what = damage(entry);
        assert!(what.contains(word), "{word}: {what}");
    }
}

#[test]
fn a_name_that_only_the_directory_spells_wrong_is_not_lost() {
    let entry = Entry {
        name: b"T/day.jsoN"
            .to_vec()
            .into_iter()
            .map(|b| b ^ u8::from(b == b'N'))
            .collect(),
        local_name: Some(b"T/day.json".to_vec()),
        ..day()
    };
    assert_eq!(entry.name, b"T/day.jsoO");
    let what = damage(entry);
    assert!(
        what.contains("central directory") && what.contains("jsoO"),
        "{what}"
    );
}

#[test]
fn claims_beyond_the_limits_are_refused_without_reading() {
    let scratch = Scratch::new("limits");
    let bomb = vec![b' '; 3 << 20];
    let path = scratch.file("in.zip", &zip(&[Entry::new("T/day.json", &bomb)]));
    let stop = AtomicBool::new(false);
    for (word, limits) in [
        ("ratio", Limits::default()),
        (
            "limit of 1000",
            Limits {
                entry_bytes: 1000,
                ..Limits::default()
            },
        ),
    ] {
        let export = Export::open(std::slice::from_ref(&path), limits, &needed, &stop).unwrap();
        let problem = export.entries()[0].error.clone().unwrap();
        assert!(problem.to_string().contains(word), "{problem}");
    }
    let limits = Limits {
        ratio: 2000,
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    let error = Export::open(&[path], limits, &needed, &stop).unwrap_err();
    assert!(matches!(error, InputError::Unusable { .. }));
    assert!(error.to_string().contains("together"), "{error}");
}

#[test]
fn a_small_claim_does_not_let_a_large_stream_in() {
    let bomb = Entry {
        packed: Some(deflate(&vec![b' '; 50 << 20])),
        ..day()
    };
    let what = damage(bomb);
    assert!(what.contains("more than the 53 bytes"), "{what}");
}

#[test]
fn needed_entries_that_share_bytes_refuse_the_archive() {
    let scratch = Scratch::new("overlap");
    let again = Entry {
        name: b"T/again.json".to_vec(),
        header: Some(0),
        ..day()
    };
    let other = Entry {
        stored: true,
        ..Entry::new("T/other.csv", &[b','; 500])
    };
    let error = open_bytes(&scratch, &zip(&[day(), again, other])).unwrap_err();
    assert!(matches!(error, InputError::Unusable { .. }));
    assert!(error.to_string().contains("overlap"), "{error}");
}

#[test]
fn entries_that_nobody_reads_may_share_bytes() {
    let scratch = Scratch::new("ignored");
    let b = Entry {
        name: b"T/b.bin".to_vec(),
        header: Some(0),
        ..day()
    };
    let c = Entry {
        name: b"T/c.bin".to_vec(),
        ..b.clone()
    };
    let first = Entry {
        name: b"T/a.bin".to_vec(),
        ..day()
    };
    let export = open_bytes(&scratch, &zip(&[first, b, c, day()])).unwrap();
    assert_eq!(read_one(&export).unwrap(), DAY);
}

#[test]
fn an_entry_hidden_in_an_extra_field_of_another_is_found_on_reading() {
    // The extra field pushes the data of the first into the second, so the shortest reading of
    // both has no overlap.
    let scratch = Scratch::new("quoted");
    let second = zip(&[Entry {
        stored: true,
        ..Entry::new("T/b.json", b"[2]")
    }]);
    let local = second[..30 + 8 + 3].to_vec();
    let len = 30 + 10 + 64;
    let first = Entry {
        stored: true,
        local_extra: vec![0; 64],
        text: local.clone(),
        ..Entry::new("T/aaa.json", b"")
    };
    let inner = Entry {
        header: Some(len),
        stored: true,
        ..Entry::new("T/b.json", b"[2]")
    };
    let export = open_bytes(&scratch, &zip(&[first, inner])).unwrap();
    let all = read(&export, 1);
    assert!(
        all[0]
            .1
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("overlap"),
        "{all:?}"
    );
    assert_eq!(all[1].1.as_deref(), Ok(b"[2]".as_slice()));
}

#[test]
fn names_become_paths_with_slashes() {
    let scratch = Scratch::new("names");
    let entries = [
        Entry {
            name: b"T\\sub\\a.json".to_vec(),
            ..day()
        },
        Entry {
            name: b"T/Donn\x82es/b.json".to_vec(),
            ..Entry::new("", b"[]")
        },
        Entry {
            name: b"T\\folder\\".to_vec(),
            ..day()
        },
    ];
    let export = open_bytes(&scratch, &zip(&entries)).unwrap();
    let paths: Vec<&str> = export
        .entries()
        .iter()
        .map(|entry| entry.path.as_str())
        .collect();
    assert_eq!(paths, ["T/Données/b.json", "T/sub/a.json"]);
}
