//! A kill at every step, simulated by what it leaves: the lock is let go, the files stay.

use std::fs;
use std::path::Path;

use super::super::site::Site;
use super::super::*;
use super::*;

/// A kill at one step: what it leaves, whether it was charged, what OUT must say afterwards.
fn settled(
    name: &str,
    zip: bool,
    charged: bool,
    state: impl FnOnce(&Scratch, &Path) -> Site,
) -> (Option<String>, usize, Vec<String>) {
    let s = Scratch::new(name);
    let out = s.at(if zip { "o.zip" } else { "o" });
    state(&s, &out);
    let book = Book::default();
    if charged {
        book.charge("op");
    }
    recover(&out, &book).unwrap();
    let says = if zip { says_zip(&out) } else { says(&out) };
    let once = s.tree();
    assert_eq!(
        recover(&out, &book).unwrap(),
        Recovered::default(),
        "{name}: a second recovery has nothing to do"
    );
    assert_eq!(s.tree(), once);
    (
        says,
        book.len(),
        once.into_iter().filter(|p| p.starts_with('.')).collect(),
    )
}

const NOTHING: Vec<String> = Vec::new();

#[test]
fn a_kill_before_the_charge_leaves_nothing() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let begun = |_: &Scratch, out: &Path| begin(out, kind, false, "op").unwrap().kill();
        let sealed =
            |_: &Scratch, out: &Path| fill(begin(out, kind, false, "op").unwrap(), "new").kill();
        assert_eq!(settled("begun", zip, false, begun), (None, 0, NOTHING));
        assert_eq!(settled("sealed", zip, false, sealed), (None, 0, NOTHING));
        let no_lock = |_: &Scratch, out: &Path| {
            let site = begin(out, kind, false, "op").unwrap().kill();
            fs::remove_dir_all(&site.folder).unwrap();
            fs::create_dir(&site.folder).unwrap();
            site
        };
        assert_eq!(settled("nolock", zip, false, no_lock), (None, 0, NOTHING));
        let no_plan = |_: &Scratch, out: &Path| {
            let site = begin(out, kind, false, "op").unwrap().kill();
            fs::write(site.lock(), "{\"oper").unwrap();
            site
        };
        assert_eq!(settled("noplan", zip, false, no_plan), (None, 0, NOTHING));
    }
}

#[test]
fn a_kill_after_the_charge_is_finished() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let sealed =
            |_: &Scratch, out: &Path| fill(begin(out, kind, false, "op").unwrap(), "new").kill();
        assert_eq!(
            settled("charged", zip, true, sealed),
            (Some("new".into()), 1, NOTHING)
        );
        let renamed = |_: &Scratch, out: &Path| {
            let site = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            if zip {
                fs::hard_link(site.zip(), out)
            } else {
                fs::rename(site.tree(), out)
            }
            .unwrap();
            site
        };
        assert_eq!(
            settled("renamed", zip, true, renamed),
            (Some("new".into()), 1, NOTHING)
        );
        let half_removed = |_: &Scratch, out: &Path| {
            let site = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            fs::rename(site.product(), out).unwrap();
            fs::remove_file(site.lock()).unwrap();
            site
        };
        assert_eq!(
            settled("halfremoved", zip, true, half_removed).0.as_deref(),
            Some("new")
        );
    }
}

#[test]
fn a_lock_that_a_power_cut_has_emptied_costs_neither_the_new_nor_the_old_output() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let emptied = |_: &Scratch, out: &Path| {
            write(out, kind, false, "op0", "old");
            let site = fill(begin(out, kind, true, "op").unwrap(), "new").kill();
            fs::rename(out, site.folder.join("old-1")).unwrap();
            fs::write(site.lock(), "").unwrap();
            site
        };
        let (says, charges, hidden) = settled("emptied", zip, true, emptied);
        assert_eq!(
            (says.as_deref(), charges, hidden),
            (Some("new"), 1, NOTHING)
        );
        let (says, ..) = settled("emptied-uncharged", zip, false, emptied);
        assert_eq!(says.as_deref(), Some("old"));
    }
}

#[test]
fn a_plan_that_is_not_ours_reaches_nothing_outside_the_work_folder() {
    let s = Scratch::new("foreign");
    let victim = s.at("victim/out/manifest.json");
    fs::create_dir_all(victim.parent().unwrap()).unwrap();
    fs::write(&victim, "precious").unwrap();
    fs::write(s.at("precious"), "precious").unwrap();
    let plan = |operation: &str, inside| {
        format!(
            "{{\"operation\":\"{operation}\",\"zip\":false,\"force\":true,\"inside\":{inside},\"parents\":0}}"
        )
    };
    let beside = s.at(".o.trackersync-abc");
    fs::create_dir_all(beside.join("out-x")).unwrap();
    fs::write(beside.join("lock"), plan("x/../../../victim/out", false)).unwrap();
    let inside = s.at("o/.trackersync-work");
    fs::create_dir_all(inside.join("out")).unwrap();
    fs::create_dir_all(inside.join("old")).unwrap();
    fs::write(inside.join("out/manifest.json"), "{}").unwrap();
    fs::write(inside.join("parts"), "[\"../precious\"]").unwrap();
    fs::write(inside.join("lock"), plan("op", true)).unwrap();
    recover(&s.at("o"), &Book::default()).unwrap();
    assert!(
        victim.is_file() && s.at("precious").is_file(),
        "{:?}",
        s.tree()
    );
}

#[test]
fn a_kill_in_the_middle_of_force_ends_with_the_new_or_the_old_output() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let aside = |_: &Scratch, out: &Path| {
            write(out, kind, false, "op0", "old");
            let site = fill(begin(out, kind, true, "op").unwrap(), "new").kill();
            fs::rename(out, site.folder.join("old-1")).unwrap();
            site
        };
        assert_eq!(
            settled("aside", zip, true, aside),
            (Some("new".into()), 1, NOTHING)
        );
        assert_eq!(
            settled("aside-refunded", zip, false, aside),
            (Some("old".into()), 0, NOTHING)
        );
        let swapped = |s: &Scratch, out: &Path| {
            let site = aside(s, out);
            fs::rename(site.product(), out).unwrap();
            site
        };
        assert_eq!(
            settled("swapped", zip, true, swapped),
            (Some("new".into()), 1, NOTHING)
        );
        let not_begun = |_: &Scratch, out: &Path| {
            write(out, kind, false, "op0", "old");
            fill(begin(out, kind, true, "op").unwrap(), "new").kill()
        };
        assert_eq!(
            settled("notbegun", zip, false, not_begun),
            (Some("old".into()), 0, NOTHING)
        );
        assert_eq!(
            settled("notbegun-charged", zip, true, not_begun),
            (Some("new".into()), 1, NOTHING)
        );
    }
}

#[test]
fn a_charge_whose_out_was_taken_is_given_back() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let taken = |_: &Scratch, out: &Path| {
            let site = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            write(out, kind, false, "other", "faster");
            site
        };
        assert_eq!(
            settled("taken", zip, true, taken),
            (Some("faster".into()), 0, NOTHING)
        );
    }
}

#[test]
fn an_old_output_that_cannot_go_back_is_kept() {
    let s = Scratch::new("kept");
    let out = s.at("o");
    write(&out, OutKind::Folder, false, "op0", "old");
    let site = fill(begin(&out, OutKind::Folder, true, "op").unwrap(), "new").kill();
    fs::rename(&out, site.folder.join("old-1")).unwrap();
    fs::write(&out, "the user's own file").unwrap();
    let book = Book::default();
    book.charge("op");
    let done = recover(&out, &book).unwrap();
    assert_eq!((done.kept, book.len()), (vec![site.folder.clone()], 0));
    assert_eq!(says(&site.folder.join("old-1")).as_deref(), Some("old"));
    assert_eq!(fs::read_to_string(&out).unwrap(), "the user's own file");
}

#[test]
fn a_live_work_folder_is_left_alone_and_a_dead_one_beside_it_removed() {
    let s = Scratch::new("live");
    let live = begin(&s.at("o"), OutKind::Folder, false, "live").unwrap();
    begin(&s.at("o"), OutKind::Folder, false, "dead")
        .unwrap()
        .kill();
    begin(&s.at("other"), OutKind::Folder, false, "dead")
        .unwrap()
        .kill();
    let done = recover(&s.at("o"), &Book::default()).unwrap();
    assert_eq!(done.removed, 1);
    let mut live = fill(live, "x");
    live.publish().unwrap();
    assert_eq!(
        s.tree().iter().filter(|p| p.starts_with('.')).count(),
        3,
        "other, its lock and its tree"
    );
    let batch = recover(&s.0, &Book::default()).unwrap();
    assert_eq!(
        batch.removed, 1,
        "the folder of a batch settles what is in it"
    );
    assert_eq!(s.tree(), whole("o"));
}

/// The same protocol inside OUT, as on a mount point.
fn begin_inside(out: &Path, force: bool, operation: &str) -> Result<Work, DownloadError> {
    Work::open(
        &Request {
            out,
            kind: OutKind::Folder,
            force,
            operation,
            inputs: &[],
        },
        out,
        true,
    )
}

#[test]
fn inside_an_existing_folder_the_parts_move_in_and_the_folder_stays() {
    let s = Scratch::new("inside");
    let out = s.at("o");
    fs::create_dir(&out).unwrap();
    let mut work = fill(begin_inside(&out, false, "op").unwrap(), "first");
    assert_eq!(
        begin_inside(&out, false, "op2").unwrap_err().kind,
        Kind::Exists,
        "one at a time"
    );
    work.publish().unwrap();
    assert_eq!(s.tree(), whole("o"));
    let mut work = fill(begin_inside(&out, true, "op3").unwrap(), "second");
    work.publish().unwrap();
    assert_eq!(says(&out).as_deref(), Some("second"));
    drop(fill(begin_inside(&out, true, "op4").unwrap(), "third"));
    assert_eq!(says(&out).as_deref(), Some("second"));
    fs::write(out.join("notes.txt"), "precious").unwrap();
    let mut late = begin_inside(&out, true, "op5").unwrap();
    late.put("report.html", b"x").unwrap();
    assert_eq!(late.seal(b"{}").unwrap_err().kind, Kind::Exists);
    assert_eq!(late.publish().unwrap_err().kind, Kind::Exists);
    drop(late);
    assert_eq!(s.tree().len(), whole("o").len() + 1, "{:?}", s.tree());
}

#[test]
fn a_kill_at_every_step_inside_ends_whole() {
    // How far publishing came: 0 nothing, 1 aside made, 2 the old manifest aside, 3 all aside, 4 `old` named,
    // 5.. so many parts moved in.
    let mut met = 0;
    for (force, charged) in [(false, true), (true, true), (true, false)] {
        for step in 0..=7 {
            let (says, charges, left) = settled("inside-kill", false, charged, |_, out| {
                fs::create_dir(out).unwrap();
                if force {
                    fill(begin_inside(out, false, "op0").unwrap(), "old")
                        .publish()
                        .unwrap();
                }
                let site = fill(begin_inside(out, force, "op").unwrap(), "new").kill();
                inside_steps(&site, step);
                site
            });
            let expected = if charged { "new" } else { "old" };
            assert_eq!(
                (says.as_deref(), charges, left),
                (Some(expected), usize::from(charged), NOTHING),
                "step {step}, force {force}"
            );
            met += 1;
        }
    }
    assert_eq!(met, 24);
}

/// Does by hand what `publish` does inside OUT, up to a step.
fn inside_steps(site: &Site, step: usize) {
    let (aside, old) = (site.folder.join("aside"), site.folder.join("old"));
    let parts = ["import", "report.html", "manifest.json"];
    fs::write(
        site.folder.join("parts"),
        serde_json::to_vec(&parts).unwrap(),
    )
    .unwrap();
    if step >= 1 {
        fs::create_dir(&aside).unwrap();
    }
    let mut olds: Vec<_> = moves::names(&site.real)
        .unwrap()
        .into_iter()
        .filter(|n| n != ".trackersync-work")
        .collect();
    olds.sort_by_key(|n| n != "manifest.json");
    for (i, name) in olds.iter().enumerate() {
        if step >= 3 || (step >= 2 && i == 0) {
            fs::rename(site.real.join(name), aside.join(name)).unwrap();
        }
    }
    if step >= 4 {
        fs::rename(&aside, &old).unwrap();
    }
    for part in parts.iter().take(step.saturating_sub(4)) {
        if step < 7 || *part != "manifest.json" {
            fs::rename(site.tree().join(part), site.real.join(part)).unwrap();
        }
    }
}
