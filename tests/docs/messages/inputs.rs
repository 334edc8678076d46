//! INPUTs that cannot be used as they are, each in its own way.

use std::os::unix::fs::symlink;

use tar::EntryType;

use super::super::stage::{Stage, TINY};
use super::zips::{Zip, deflated, gzip, tar};

/// The path of the n-th file of weights.
fn path(n: usize) -> String {
    format!("Takeout/Fitbit/Global Export Data/weight-2024-06-{n:02}.json")
}

const WEIGHT: &str = r#"[{"logId":1,"weight":176.4,"date":"06/01/24","time":"06:00:00"}]"#;

/// What is done to the n-th entry of a zip.
type Lie = fn(&mut Zip, usize);

/// Ways in which one entry can be bad.
const LIES: &[Lie] = &[
    // Encrypted; a method of another program; a link; a pipe.
    |zip, n| _ = zip.central(n, 8, &[1, 8]),
    |zip, n| _ = zip.central(n, 10, &[12, 0]),
    |zip, n| _ = zip.mode(n, 0o120_777),
    |zip, n| _ = zip.mode(n, 0o010_644),
    // 256 MB; 32 MB of few bytes; 1 MB of which nearly nothing is left.
    |zip, n| _ = zip.both(n, 22, &[0, 0, 0, 16]),
    |zip, n| _ = zip.both(n, 22, &[0, 0, 0, 2]),
    |zip, n| _ = zip.both(n, 18, &[0, 0, 16, 0]),
    // A header beyond the end of the file.
    |zip, n| _ = zip.central(n, 42, &[0, 0, 0, 64]),
    // Another name in the directory, and in the header.
    |zip, n| _ = zip.central(n, 46 + path(n).len() - 1, b"X"),
    |zip, n| _ = zip.local(n, 30 + path(n).len() - 1, b"X"),
    // Extra bytes that would lie in the next entry; no header; another method.
    |zip, n| _ = zip.local(n, 28, &[255, 0]),
    |zip, n| _ = zip.local(n, 0, b"XX"),
    |zip, n| _ = zip.local(n, 8, &[8, 0]),
    // Text that is no deflate stream; fewer bytes than claimed; another checksum.
    |zip, n| _ = zip.both(n, 8, &[8, 0]),
    |zip, n| _ = zip.both(n, 22, &[9, 0, 0, 0]),
    |zip, n| _ = zip.both(n, 14, &[1, 2, 3, 4]),
];

/// Ways in which the two headers of a sound entry can differ.
const DOUBTS: &[Lie] = &[
    |zip, n| _ = zip.central(n, 36, &[64, 0]),
    |zip, n| _ = zip.local(n, 6, &[8, 8]),
    |zip, n| _ = zip.local(n, 14, &[1, 2, 3, 4]),
    |zip, n| _ = zip.local(n, 18, &[1]),
    |zip, n| _ = zip.local(n, 10, &[1]).central(n, 12, &[2]),
];

/// Makes all of them.
pub(super) fn make(stage: &Stage) {
    files(stage);
    entries(stage);
    directories(stage);
    tars(stage);
    folders(stage);
}

/// Files that are no archive.
fn files(stage: &Stage) {
    for (name, head) in [
        ("looks/a.7z", b"7z\xbc\xaf\x27\x1c".as_slice()),
        ("looks/b.rar", b"Rar!"),
        ("looks/c.xz", b"\xfd7zXZ\0"),
        ("looks/d.bz2", b"BZh"),
        ("looks/e.zst", b"\x28\xb5\x2f\xfd"),
        ("looks/f.pdf", b"%PDF"),
        ("looks/g.png", b"\x89PNG"),
        ("looks/h.db", b"SQLite format 3\0"),
        ("looks/i.exe", b"MZ"),
        ("looks/j", b"\x7fELF"),
        ("looks/k.html", b"<!DOCTYPE html>"),
        ("looks/l.txt", b"[]"),
        ("looks/m", b"\x01\x02"),
    ] {
        stage.file(name, head);
    }
}

/// Zips with bad entries.
fn entries(stage: &Stage) {
    let names: Vec<String> = (0..LIES.len() + 4).map(path).collect();
    let long = deflated(WEIGHT.as_bytes());
    let cut = &long[..long.len() / 2];
    let mut texts = vec![WEIGHT.as_bytes(); LIES.len()];
    texts.extend([long.as_slice(), cut, WEIGHT.as_bytes(), WEIGHT.as_bytes()]);
    let named: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(texts).collect();
    let mut zip = Zip::new(&named);
    for (n, lie) in LIES.iter().enumerate() {
        lie(&mut zip, n);
    }
    let n = LIES.len();
    zip.both(n, 8, &[8, 0]).both(n, 22, &[9, 0, 0, 0]);
    zip.both(n + 1, 8, &[8, 0]).both(n + 1, 22, &[200, 0, 0, 0]);
    stage.file("lies.zip", &zip.0);

    let (profile, weight) = (TINY[0], path(1));
    let twice = |second: &str| {
        let first = (weight.as_str(), WEIGHT);
        let entries = [profile, first, (weight.as_str(), second)];
        super::super::stage::zip_of(&entries)
    };
    stage.file("twice.zip", &twice("[]"));
    stage.file("same.zip", &twice(WEIGHT));
    stage.zip("other-day.zip", &[profile, (TINY[1].0, "[]")]);
    stage.zip("profile.zip", &[profile]);
    for (n, doubt) in DOUBTS.iter().enumerate() {
        let name = path(n);
        let mut zip = Zip::new(&[(name.as_str(), WEIGHT.as_bytes())]);
        doubt(&mut zip, 0);
        stage.file(&format!("doubt-{n}.zip"), &zip.0);
    }
    let notes: [(&str, &[u8]); 3] = [("a/1.txt", b"1"), ("a/2.txt", b"2"), ("a/3.txt", b"3")];
    let mut junk = Zip::new(&notes);
    junk.local(0, 30, b"b")
        .local(1, 30, b"b")
        .local(2, 30, b"b");
    stage.file("doubt-names.zip", &junk.0);
    let mut junk = Zip::new(&[("a/notes.txt", b"1")]);
    junk.local(0, 8, &[8, 0]);
    stage.file("doubt-method.zip", &junk.0);
    let mut junk = Zip::new(&notes[..2]);
    junk.local(0, 0, b"XX").local(1, 0, b"XX");
    stage.file("doubt-header.zip", &junk.0);
}

/// Zips that cannot be listed.
fn directories(stage: &Stage) {
    let zip = || {
        let entries: Vec<(&str, &[u8])> = TINY.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
        Zip::new(&entries)
    };
    let file = |name: &str, zip: Zip| _ = stage.file(name, &zip.0);
    file("outside.zip", zip().end(16, &[0, 0, 0, 64]));
    file("fewer.zip", zip().end(8, &[1, 0, 1, 0]));
    file("more.zip", zip().end(8, &[7, 0, 7, 0]));
    file("volume.zip", zip().end(4, &[1, 0, 1, 0]));
    file("sized.zip", zip().end(12, &[255, 255, 0, 0]));
    let inner = zip().0;
    let mut outer = zip().end(20, &u16::try_from(inner.len()).unwrap().to_le_bytes());
    outer.0.extend(inner);
    file("ambiguous.zip", outer);
    file("hollow-end.zip", Zip::new(&[]));
    let mut overlap = zip();
    let header = overlap.0[overlap.0.len() - 6..][..4].to_vec();
    let start = usize::try_from(u32::from_le_bytes(header.try_into().unwrap())).unwrap();
    let first = overlap.0[start + 42..start + 46].to_vec();
    overlap.central(1, 42, &first);
    file("overlap.zip", overlap);
    let parts = [1, 30].map(|n| format!("several/takeout-20240501T000000Z-{n:03}.zip"));
    stage.zip(&parts[0], &TINY[..2]);
    stage.zip(&parts[1], &TINY[2..]);
}

/// Tars, compressed and not.
fn tars(stage: &Stage) {
    let weight = (
        EntryType::Regular,
        "weight-2024-06-01.json",
        WEIGHT.as_bytes(),
    );
    let profile = (EntryType::Regular, "Profile.csv", TINY[0].1.as_bytes());
    let odd = [
        profile,
        (EntryType::Symlink, "weight-2024-06-02.json", b"".as_slice()),
        (EntryType::Fifo, "weight-2024-06-03.json", b""),
        (EntryType::GNUSparse, "weight-2024-06-04.json", b""),
        weight,
    ];
    let good = tar(&[profile, weight]);
    stage.file("odd.tar", &tar(&odd));
    stage.file("cut.tar", &good[..1100]);
    let packed = gzip(&good);
    stage.file("cut.tgz", &packed[..packed.len() / 2]);
    stage.file(
        "bomb.tgz",
        &gzip(&tar(&[(EntryType::Regular, "a", &[0; 16 << 20])])),
    );
    let mut header = good.clone();
    header[1024] ^= 1;
    stage.file("header.tar", &header);
    let long = vec![b'a'; (1 << 20) + 1];
    stage.file("name.tar", &tar(&[(EntryType::GNULongName, "n", &long)]));
    stage.file(
        "pax.tar",
        &tar(&[(EntryType::XHeader, "x", b"no length=1\n")]),
    );
}

/// Folders.
fn folders(stage: &Stage) {
    std::fs::create_dir(stage.path().join("nothing")).unwrap();
    stage.file("linked/Profile.csv", TINY[0].1.as_bytes());
    stage.file("linked/weight-2024-06-02.json", WEIGHT.as_bytes());
    let link = stage.path().join("linked/weight-2024-06-01.json");
    symlink("weight-2024-06-02.json", link).unwrap();
    symlink("circle", stage.path().join("circle")).unwrap();
}
