//! Tests: an output as written has no problem, and every kind of tampering is one.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::download::{OutKind, Request, Work};
use crate::fit::encode::{Encoder, Value};
use crate::fit::profile::{FILE_ID, WEIGHT_SCALE, file_id, weight_scale};

const WEIGHT: &str = "import/weight/weight-2024.fit";

/// An output in a scratch folder; the folder goes at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let unique = format!(
            "ts-verify-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(unique);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes an output, every file as `change` wants it, its manifest telling the truth.
    fn output(&self, kind: OutKind, fit: &[u8]) -> PathBuf {
        let out = self.0.join("o.zip");
        let request = Request {
            out: &out,
            kind,
            force: false,
            operation: "op",
            inputs: &[],
            secret: &crate::download::Secret([0; 32]),
            is_output: |_| true,
        };
        let mut work = Work::begin(&request).unwrap();
        let mut m = Manifest::new("1");
        let files: [(&str, &[u8]); 3] = [
            (WEIGHT, fit),
            ("archive/sleep.csv", b"log_id\n"),
            ("report.html", b"<p>"),
        ];
        for (path, bytes) in files {
            work.put(path, bytes).unwrap();
            m.outputs.push(WrittenFile::new(path, "x", bytes));
        }
        work.seal(&m.to_bytes().unwrap()).unwrap();
        work.publish().unwrap();
        out
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fit_file() -> Vec<u8> {
    let mut fit = Encoder::new(Vec::new());
    fit.message(FILE_ID, &[(file_id::TYPE, Value::Int(9))])
        .unwrap();
    let fields = [
        (weight_scale::TIMESTAMP, Value::Unix(1_709_278_200)),
        (weight_scale::WEIGHT, Value::Real(72.35)),
    ];
    fit.message(WEIGHT_SCALE, &fields).unwrap();
    fit.finish()
}

fn edit(out: &Path, edit: impl FnOnce(&mut Manifest)) {
    let path = out.join(manifest::NAME);
    let mut m = Manifest::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut m);
    fs::write(path, m.to_bytes().unwrap()).unwrap();
}

#[test]
fn what_was_written_has_no_problem_as_a_folder_and_as_a_zip() {
    for kind in [OutKind::Folder, OutKind::Zip] {
        let s = Scratch::new();
        let out = s.output(kind, &fit_file());
        for jobs in [0, 1, 3, 100] {
            let v = verify(&out, jobs).unwrap();
            assert_eq!(
                (v.files, v.bytes, v.problems),
                (3, fit_file().len() as u64 + 10, vec![])
            );
        }
    }
}

/// Something done to an output, and the path and words of the problem that it must give.
type Tampering = (&'static str, &'static str, fn(&Path));

#[test]
fn every_kind_of_tampering_is_found() {
    let cases: &[Tampering] = &[
        (WEIGHT, "is missing", |o| {
            fs::remove_file(o.join(WEIGHT)).unwrap()
        }),
        (WEIGHT, "has 1 byte", |o| {
            fs::write(o.join(WEIGHT), "x").unwrap()
        }),
        (WEIGHT, "SHA-256", |o| {
            let mut bytes = fs::read(o.join(WEIGHT)).unwrap();
            bytes[20] ^= 1;
            fs::write(o.join(WEIGHT), bytes).unwrap();
        }),
        ("archive/sleep.csv", "SHA-256", |o| {
            fs::write(o.join("archive/sleep.csv"), "log_iD\n").unwrap()
        }),
        ("notes.txt", "not in the manifest", |o| {
            fs::write(o.join("notes.txt"), "").unwrap()
        }),
        ("import/.hidden", "not in the manifest", |o| {
            fs::write(o.join("import/.hidden"), "").unwrap()
        }),
        ("manifest.json", "is missing", |o| {
            fs::remove_file(o.join("manifest.json")).unwrap()
        }),
        ("manifest.json", "cannot be read", |o| {
            fs::write(o.join("manifest.json"), "{").unwrap()
        }),
        ("manifest.json", "npm", |o| {
            edit(o, |m| m.program = "npm".into())
        }),
        ("manifest.json", "schema 2", |o| edit(o, |m| m.schema = 2)),
        ("report.html", "more than once", |o| {
            edit(o, |m| m.outputs.push(m.outputs[2].clone()))
        }),
        ("../../etc/passwd", "is missing", |o| {
            edit(o, |m| {
                m.outputs
                    .push(WrittenFile::new("../../etc/passwd", "x", b""))
            })
        }),
        ("/etc/passwd", "is missing", |o| {
            edit(o, |m| {
                m.outputs.push(WrittenFile::new("/etc/passwd", "x", b""))
            })
        }),
    ];
    for (path, words, tamper) in cases {
        let s = Scratch::new();
        let out = s.output(OutKind::Folder, &fit_file());
        tamper(&out);
        let problems = verify(&out, 2).unwrap().problems;
        assert!(
            problems.len() == 1 && problems[0].path == *path && problems[0].what.contains(words),
            "{path} {words}: {problems:?}"
        );
    }
}

#[test]
fn a_fit_file_that_is_broken_but_listed_as_it_is_is_found() {
    let mut no_crc = fit_file();
    let last = no_crc.len() - 1;
    no_crc[last] ^= 1;
    let cut = fit_file()[..40].to_vec();
    for (bytes, words) in [
        (no_crc, "CRC"),
        (cut, "header says"),
        (b"<html>".to_vec(), "no FIT header"),
        (Vec::new(), "no FIT header"),
    ] {
        let s = Scratch::new();
        let out = s.output(OutKind::Folder, &bytes);
        let problems = verify(&out, 1).unwrap().problems;
        assert!(
            problems.len() == 1 && problems[0].what.contains(words),
            "{problems:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let s = Scratch::new();
    let out = s.output(OutKind::Folder, &fit_file());
    fs::rename(out.join("import"), s.0.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(s.0.join("elsewhere"), out.join("import")).unwrap();
    fs::remove_file(out.join("report.html")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", out.join("report.html")).unwrap();
    let found: Vec<_> = verify(&out, 1)
        .unwrap()
        .problems
        .into_iter()
        .map(|p| (p.path, p.what))
        .collect();
    let expected = [
        ("import", "is not in the manifest"),
        (WEIGHT, "is missing"),
        ("report.html", "is not a plain file"),
    ];
    assert_eq!(found, expected.map(|(p, w)| (p.to_owned(), w.to_owned())));
}

#[test]
fn what_is_no_output_is_told_apart_from_what_is_not_there() {
    let s = Scratch::new();
    assert!(matches!(
        verify(&s.0.join("nowhere"), 1),
        Err(VerifyError::Unreadable(..))
    ));
    fs::write(s.0.join("file"), "not a zip").unwrap();
    assert_eq!(verify(&s.0.join("file"), 1).unwrap().problems.len(), 1);
    assert_eq!(verify(&s.0, 1).unwrap().problems[0].what, "is missing");
    let failed = failed(&s.0, &io::Error::other("the disk is bent")).to_string();
    assert!(failed.ends_with(": cannot be read: the disk is bent\ncheck the disk and try again"));
}

#[test]
fn no_flip_in_a_zip_passes_unseen_where_it_matters() {
    let s = Scratch::new();
    let out = s.output(OutKind::Zip, &fit_file());
    let good = fs::read(&out).unwrap();
    let mut unseen = 0;
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x04;
        fs::write(&out, &bad).unwrap();
        unseen += usize::from(verify(&out, 1).is_ok_and(|v| v.problems.is_empty()));
    }
    // Dates, permissions, versions and names of local headers are told twice or not used.
    assert!(
        good.len() > 600 && unseen < good.len() / 2,
        "{unseen} of {}",
        good.len()
    );
    for cut in 0..good.len() {
        fs::write(&out, &good[..cut]).unwrap();
        assert_ne!(
            verify(&out, 1).map(|v| v.problems),
            Ok(vec![]),
            "cut at {cut}"
        );
    }
}
