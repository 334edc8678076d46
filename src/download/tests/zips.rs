//! The zip: same bytes always, and hostile ones are errors.

use std::fs;

use super::super::output::Output;
use super::super::*;
use super::*;

#[test]
fn the_zip_is_the_same_bytes_whatever_the_order_of_the_threads() {
    let s = Scratch::new("zipsame");
    let files: Vec<(String, Vec<u8>)> = (0..200usize)
        .map(|i| {
            (
                format!("archive/m/{i:04}.fit"),
                (0..i * 37)
                    .map(|b| u8::try_from(b % 251).unwrap())
                    .collect(),
            )
        })
        .collect();
    for (out, threads, backwards) in [("a.zip", 1, false), ("b.zip", 4, false), ("c.zip", 3, true)]
    {
        let mut work = begin(&s.at(out), OutKind::Zip, false, "op").unwrap();
        std::thread::scope(|scope| {
            for t in 0..threads {
                let (work, files) = (&work, &files);
                scope.spawn(move || {
                    for i in (t..files.len()).step_by(threads) {
                        let (path, bytes) = &files[if backwards { files.len() - 1 - i } else { i }];
                        work.put(path, bytes).unwrap();
                    }
                });
            }
        });
        let manifest = manifest_of(
            files
                .iter()
                .map(|(path, bytes)| (path.as_str(), &bytes[..])),
        );
        work.seal(&manifest).unwrap();
        work.publish().unwrap();
    }
    let [a, b, c] = ["a.zip", "b.zip", "c.zip"].map(|f| fs::read(s.at(f)).unwrap());
    assert!(a == b && b == c, "{} {} {}", a.len(), b.len(), c.len());
    let zip = ZipFile::open(&s.at("a.zip"), 1 << 20).unwrap();
    assert_eq!(zip.names().count(), 201);
    let mut buffers = EntryBuffers::default();
    for (path, bytes) in &files {
        let read = zip.read(path, &mut buffers).unwrap().unwrap();
        assert_eq!(read, bytes, "{path}");
    }
}

#[test]
fn a_damaged_zip_is_an_error_and_never_ours() {
    let s = Scratch::new("zipbad");
    write(&s.at("o.zip"), OutKind::Zip, false, "op", "text");
    let good = fs::read(s.at("o.zip")).unwrap();
    let is_ours = |name: &str| {
        let zip = Output::open(&s.at(name)).unwrap();
        zip.is_ok_and(|zip| zip.manifest().unwrap().is_ok())
    };
    assert!(is_ours("o.zip"));
    for cut in 0..good.len() {
        fs::write(s.at("cut.zip"), &good[..cut]).unwrap();
        assert!(!is_ours("cut.zip"), "cut at {cut}");
    }
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        fs::write(s.at("flip.zip"), &bad).unwrap();
        is_ours("flip.zip");
        if let Ok(zip) = ZipFile::open(&s.at("flip.zip"), 1 << 20) {
            let mut buffers = EntryBuffers::default();
            for name in zip.names() {
                assert!(zip.read(name, &mut buffers).is_ok(), "{at}");
            }
        }
    }
    assert!(good.len() > 300);
}
