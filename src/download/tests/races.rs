//! Many runs on one OUT at once.

use std::path::Path;
use std::sync::Barrier;

use super::super::*;
use super::*;

#[test]
fn of_many_that_race_for_one_out_exactly_one_wins() {
    for (round, kind) in (0..30).map(|r| {
        (
            r,
            if r % 2 == 0 {
                OutKind::Folder
            } else {
                OutKind::Zip
            },
        )
    }) {
        let s = Scratch::new("race");
        let out = s.at("p/q/o.zip");
        let book = Book::default();
        let start = Barrier::new(8);
        let wins: usize = std::thread::scope(|scope| {
            let run = |i: usize| {
                let (out, book, start) = (&out, &book, &start);
                scope.spawn(move || {
                    start.wait();
                    usize::from(race(out, kind, &format!("r{round}-{i}"), i % 4 == 3, book))
                })
            };
            let threads: Vec<_> = (0..8).map(run).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        settle(&out, &book).unwrap();
        let whole = if kind == OutKind::Zip {
            says_zip(&out)
        } else {
            says(&out)
        };
        assert_eq!(
            (whole.is_some(), book.len()),
            (true, 1),
            "{wins} wins: {:?}",
            s.tree()
        );
        assert!(wins <= 1);
        assert!(
            !s.tree().iter().any(|p| p.contains("/.o.zip")),
            "{:?}",
            s.tree()
        );
    }
}

/// One run as the program does it; `dies` between charge and publishing. Returns whether it
/// published by itself.
fn race(out: &Path, kind: OutKind, operation: &str, dies: bool, book: &Book) -> bool {
    settle(out, book).unwrap();
    let begun = begin(out, kind, false, operation);
    let mut work = match begun {
        Ok(work) => work,
        Err(e) => {
            assert_eq!(e.kind, Kind::Exists, "{e}");
            return false;
        }
    };
    let manifest = put_all(&work, operation);
    if let Err(e) = work.seal(&manifest) {
        assert_eq!(e.kind, Kind::Exists, "{e}");
        return false;
    }
    book.charge(operation);
    if dies {
        work.kill();
        return false;
    }
    match work.publish() {
        Ok(()) => true,
        Err(e) => {
            assert_eq!(e.kind, Kind::Exists, "{e}");
            book.refund(operation).unwrap();
            false
        }
    }
}

#[test]
fn by_force_all_win_and_the_last_one_stays() {
    let s = Scratch::new("forcerace");
    let out = s.at("o");
    let start = Barrier::new(6);
    std::thread::scope(|scope| {
        for i in 0..6 {
            let (out, start) = (&out, &start);
            scope.spawn(move || {
                start.wait();
                for n in 0..5 {
                    write(out, OutKind::Folder, true, &format!("f{i}-{n}"), "x");
                }
            });
        }
    });
    assert_eq!(s.tree(), whole("o"));
}
