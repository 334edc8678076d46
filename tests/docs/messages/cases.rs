//! How each message is provoked.

/// A way to a message: what it is, the exit code, and the command line. Words in capitals before
/// the command are variables; `UPLOAD`, `CONVERSION` and `DAMAGED` stand for ids.
pub(super) type Case = (&'static str, i32, &'static str);

/// All of them, in the order of the golden file.
pub(super) const SECTIONS: &[(&str, &[Case])] = &[
    ("The command line", COMMAND_LINE),
    ("INPUT", INPUTS),
    ("Entries, records and what is said of them", RECORDS),
    ("The state", STATES),
    ("The budget", BUDGET),
    ("OUT", OUTS),
    ("Verify and inspect", CHECKS),
];

/// What is typed wrong.
const COMMAND_LINE: &[Case] = &[
    ("no such command", 2, "frobnicate"),
    ("no INPUT", 2, "convert"),
    ("no OUT", 2, "convert good.zip"),
    (
        "a date that does not exist",
        2,
        "convert good.zip -o out --from 2024-02-30",
    ),
    (
        "dates the wrong way round",
        2,
        "convert good.zip -o out --from 2024-02-02 --to 2024-02-01",
    ),
    (
        "a zone that does not exist",
        2,
        "convert good.zip -o out --timezone Europe/Atlantis",
    ),
    (
        "an output that does not exist",
        2,
        "convert good.zip -o out --only everything",
    ),
    ("options that exclude each other", 2, "usage --all --key k"),
    ("a limit that is no number", 2, "budget set --limit many"),
    ("nothing to set", 2, "budget set --key k"),
    (
        "a label that would turn the text around",
        2,
        "budget set --key k --label a\u{202e}b",
    ),
    (
        "a number of bytes that is none",
        2,
        "convert good.zip -o out --max-entry-bytes much",
    ),
    ("a name that is empty", 2, "convert good.zip -o out --key="),
    ("a limit below 0", 2, "budget set --limit -1"),
    ("no state folder", 69, "HOME= XDG_STATE_HOME= usage"),
];

/// What is given and is no export.
const INPUTS: &[Case] = &[
    ("not an archive", 65, "convert text.txt -o out"),
    ("an empty file", 65, "convert empty.zip -o out"),
    ("a zip that was cut", 65, "convert cut.zip -o out"),
    ("a zip without Fitbit files", 65, "convert other.zip -o out"),
    ("a zip in a zip", 65, "convert nested.zip -o out"),
    ("no usable record", 65, "convert hollow.zip -o out"),
    (
        "no evidence of the time zone",
        65,
        "convert nozone.zip -o out",
    ),
    ("two people", 65, "convert two.zip -o out"),
    ("INPUT does not exist", 66, "convert absent.zip -o out"),
    (
        "an unknown upload id",
        66,
        "convert 0123456789abcdef0123456789abcdef",
    ),
    (
        "an unknown conversion id",
        66,
        "download 0123456789abcdef0123456789abcdef -o out",
    ),
    (
        "other kinds of files",
        65,
        "convert looks/a.7z looks/b.rar looks/c.xz looks/d.bz2 looks/e.zst looks/f.pdf looks/g.png looks/h.db looks/i.exe looks/j looks/k.html looks/l.txt looks/m --each -o out",
    ),
    ("a device", 66, "convert /dev/null -o out"),
    ("a file as a folder", 66, "convert text.txt/inside -o out"),
    ("links in a circle", 66, "convert circle -o out"),
    ("an empty folder", 65, "convert nothing -o out"),
    (
        "a folder of too many files",
        65,
        "convert folder -o out --max-entries 2",
    ),
    ("a zip without entries", 65, "convert hollow-end.zip -o out"),
    (
        "a zip whose directory lies elsewhere",
        65,
        "convert outside.zip -o out",
    ),
    (
        "a zip of too many entries",
        65,
        "convert good.zip -o out --max-entries 2",
    ),
    (
        "a zip of more entries than it claims",
        65,
        "convert fewer.zip -o out --max-entries 2",
    ),
    (
        "a zip that claims more entries than it has",
        65,
        "convert more.zip -o out",
    ),
    ("a volume of a split zip", 65, "convert volume.zip -o out"),
    (
        "a zip of a wrong size of its directory",
        65,
        "convert sized.zip -o out",
    ),
    (
        "a zip that can be read in two ways",
        65,
        "convert ambiguous.zip -o out",
    ),
    (
        "a zip whose entries overlap",
        65,
        "convert overlap.zip -o out",
    ),
    (
        "too much in all",
        65,
        "convert good.zip -o out --max-total-bytes 100",
    ),
    (
        "every entry too large",
        65,
        "convert good.zip -o out --max-entry-bytes 10",
    ),
    ("an upload that is not taken in", 65, "upload other.zip"),
    ("a tar that was cut", 65, "convert cut.tar -o out"),
    ("a .tgz that was cut", 65, "convert cut.tgz -o out"),
    ("a .tgz that is a bomb", 65, "convert bomb.tgz -o out"),
    (
        "a tar with a damaged header",
        65,
        "convert header.tar -o out",
    ),
    ("a tar with an endless name", 65, "convert name.tar -o out"),
    (
        "a tar with a damaged pax header",
        65,
        "convert pax.tar -o out",
    ),
    (
        "a tar of too many entries",
        65,
        "convert odd.tar -o out --max-entries 2",
    ),
    ("two exports", 65, "convert good.zip other-day.zip -o out"),
    (
        "two people by their profiles",
        65,
        "convert people.zip -o out",
    ),
    (
        "validate with an unknown upload id",
        66,
        "validate 0123456789abcdef0123456789abcdef",
    ),
    (
        "a file that does not exist, validated",
        66,
        "validate absent.zip",
    ),
];

/// What is wrong with a part of an export.
const RECORDS: &[Case] = &[
    ("some records rejected", 3, "convert partial.zip -o partial"),
    ("validate finds something", 3, "validate partial.zip"),
    ("every finding", 3, "validate partial.zip -v"),
    (
        "validate for GitHub",
        3,
        "validate partial.zip --format github",
    ),
    (
        "some INPUT of --each failed",
        3,
        "convert good.zip absent.zip --each -o each",
    ),
    (
        "a part is missing",
        0,
        "convert takeout-20240501T000000Z-001.zip takeout-20240501T000000Z-003.zip -o parts",
    ),
    (
        "entries that lie",
        3,
        "validate profile.zip lies.zip --format github",
    ),
    (
        "entries that contradict themselves",
        3,
        "validate profile.zip doubt-0.zip doubt-1.zip doubt-2.zip doubt-3.zip doubt-4.zip doubt-names.zip doubt-method.zip doubt-header.zip --weight-unit lb --format github",
    ),
    (
        "an entry twice with other content",
        3,
        "validate twice.zip --weight-unit lb --format github",
    ),
    ("an entry twice", 0, "validate same.zip --weight-unit lb"),
    (
        "members of a tar that lie",
        3,
        "validate odd.tar --weight-unit lb --format github",
    ),
    (
        "a folder with a link",
        3,
        "validate linked --weight-unit lb",
    ),
    (
        "records that are rejected",
        3,
        "validate bad-records.zip --format github",
    ),
    (
        "records that are rejected, for people",
        3,
        "validate bad-records.zip",
    ),
    (
        "lines that are rejected",
        3,
        "validate bad-lines.zip --format github",
    ),
    (
        "an element and a line too large",
        3,
        "validate large.zip --format github",
    ),
    ("no measurements, no data, padding", 0, "validate aside.zip"),
    ("records told twice", 0, "validate twice-told.zip"),
    ("records of other sources", 0, "validate sources.zip"),
    (
        "the same again in four types of files",
        0,
        "validate four-types.zip",
    ),
    ("a track that tells its offset", 0, "validate track.zip"),
    (
        "each by itself, in detail",
        0,
        "convert good.zip --each -o detail -v",
    ),
    ("a zone that nobody knows", 0, "validate strange-zone.zip"),
    (
        "dates of which there is nothing",
        65,
        "convert good.zip -o out --from 2030-01-01",
    ),
    (
        "dates of which there is something",
        0,
        "convert good.zip -o dates --to 2024-05-01 --sample 1",
    ),
    (
        "a sample that leaves nothing out",
        0,
        "convert good.zip -o sample --sample 9 --dry-run",
    ),
    (
        "many parts are missing",
        0,
        "validate several/takeout-20240501T000000Z-001.zip several/takeout-20240501T000000Z-030.zip",
    ),
];

/// What is wrong with the state file.
const STATES: &[Case] = &[
    (
        "a state file of another program",
        69,
        "convert good.zip -o out --state foreign/notes.txt",
    ),
    ("an empty state file", 69, "usage --state empty.zip"),
    (
        "a folder as state file",
        69,
        "convert good.zip -o out --state foreign",
    ),
    (
        "a damaged state file, lifeboat",
        0,
        "convert good.zip -o lifeboat --state foreign/notes.txt --degraded lifeboat",
    ),
    (
        "a state file below a file",
        69,
        "usage --state text.txt/state.db",
    ),
    ("a link as state file", 69, "usage --state s/link.db"),
    ("a device as state file", 69, "usage --state /dev/null"),
    (
        "a state file of a newer version",
        69,
        "convert good.zip -o out --state s/newer.db",
    ),
    ("a state file of version 0", 69, "usage --state s/zero.db"),
    (
        "a database of another program",
        69,
        "usage --state s/program.db",
    ),
    (
        "a state file with a broken header",
        69,
        "usage --state s/header.db",
    ),
    (
        "a state file that was set to a write-ahead log",
        69,
        "usage --state s/log.db",
    ),
    (
        "a write-ahead log beside the state file",
        69,
        "usage --state s/wal.db",
    ),
    (
        "a journal without its state file",
        69,
        "budget block --state s/orphan.db",
    ),
    (
        "a state file that has grown",
        69,
        "usage --state s/grown.db",
    ),
    (
        "a state file with other tables",
        69,
        "usage --state s/tables.db",
    ),
    ("a broken row of the state", 69, "usage --state s/meta.db"),
    (
        "a broken row of a key",
        69,
        "usage --all --state s/account.db",
    ),
    ("a row of a key that is lost", 69, "usage --state s/lost.db"),
    (
        "a broken entry of the ledger, counted anew",
        3,
        "usage --verify --state s/entry.db",
    ),
    (
        "a ledger that lost its entries",
        3,
        "usage --verify --state s/entries.db",
    ),
    (
        "a ledger that lost its entries, status",
        69,
        "status --verify --state s/entries.db",
    ),
    (
        "a broken past period",
        69,
        "status --verify --state s/past.db",
    ),
    ("a count below 0", 69, "usage --state s/negative.db"),
    (
        "a state file that another process holds",
        69,
        "usage --state s/busy.db --busy-ms 10",
    ),
    (
        "status of a state file that cannot be used",
        69,
        "status --state s/newer.db",
    ),
    (
        "status of a state file that is not there",
        0,
        "status --state s/none.db",
    ),
    (
        "status of a sound state file",
        0,
        "status --verify --state s/good.db",
    ),
    (
        "status of a state whose lifeboat is a file",
        69,
        "status --state s/beside.db",
    ),
    (
        "nothing to repair",
        0,
        "maintain --repair --state s/good.db",
    ),
    (
        "a repair of nothing left",
        0,
        "maintain --repair --state s/sunk-too.db",
    ),
    (
        "a repair of a text",
        0,
        "maintain --repair --state s/text.db",
    ),
    (
        "a repair of a state without keys",
        0,
        "maintain --repair --state s/nobody.db",
    ),
    (
        "a repair of a state without uploads",
        0,
        "maintain --repair --state s/tickets.db",
    ),
    (
        "a repair of a state without entries",
        0,
        "maintain --repair --state s/gap.db",
    ),
    (
        "a repair of a broken key",
        0,
        "maintain --repair --state s/account.db",
    ),
    (
        "a repair of lost rows",
        0,
        "maintain --repair --state s/lost.db",
    ),
    (
        "a repair of a broken entry",
        0,
        "maintain --repair --state s/entry.db",
    ),
    (
        "a repair that was made too often",
        69,
        "maintain --repair --state copies/s.db",
    ),
    (
        "a repair of a newer version",
        69,
        "maintain --repair --state s/newer.db",
    ),
    (
        "no place on the lifeboat",
        75,
        "convert good.zip -o out --state s/full.db --degraded lifeboat",
    ),
    (
        "a lifeboat that is a file",
        69,
        "convert good.zip -o out --state s/leaky.db --degraded lifeboat",
    ),
    (
        "back from the lifeboat",
        0,
        "convert good.zip -o back --state s/sunk.db",
    ),
    (
        "a clock that was set back",
        0,
        "convert good.zip -o back-in-time --state s/later.db",
    ),
];

/// What the budget says.
const BUDGET: &[Case] = &[
    (
        "the budget at 80 %",
        0,
        "convert good.zip -o eighty --key eighty",
    ),
    ("the last unit", 0, "convert good.zip -o last --key last"),
    (
        "the last unit but one",
        0,
        "convert good.zip -o two --key two",
    ),
    (
        "the budget is used up",
        75,
        "convert good.zip -o out --key full",
    ),
    (
        "the total is used up",
        75,
        "convert good.zip -o out --key never",
    ),
    ("shadow mode", 0, "convert good.zip -o shadow --key shadow"),
    (
        "the key is blocked",
        77,
        "convert good.zip -o out --key stop",
    ),
    (
        "a request again",
        0,
        "convert good.zip -o again --key outputs --request-id once",
    ),
    (
        "a limit over all keys",
        75,
        "convert good.zip -o out --state s/global.db",
    ),
    (
        "a limit over a day",
        75,
        "convert good.zip -o out --key day",
    ),
    ("usage of a key that is blocked", 0, "usage --key stop"),
    ("usage of a key in shadow mode", 0, "usage --key shadow"),
    ("usage of a key that nobody used", 0, "usage --key nobody"),
    (
        "usage before there is a state",
        0,
        "usage --key nobody --state s/none.db",
    ),
    ("usage of a key without limit", 0, "usage --key free"),
    ("usage over all", 0, "usage --all --state s/global.db"),
    ("the ledger counted anew", 0, "usage --key last --verify"),
];

/// What is wrong with the place of the output.
const OUTS: &[Case] = &[
    (
        "OUT is a folder of others",
        73,
        "convert good.zip -o foreign",
    ),
    (
        "OUT is a folder of others, forced",
        73,
        "convert good.zip -o foreign --force",
    ),
    ("OUT is a file", 73, "convert good.zip -o text.txt"),
    (
        "OUT is an output already",
        73,
        "convert good.zip -o changed",
    ),
    (
        "the folder of OUT is a file",
        73,
        "convert good.zip -o text.txt/out",
    ),
    ("OUT lies in INPUT", 73, "convert folder -o folder/out"),
    ("OUT is the INPUT", 73, "convert folder -o folder"),
    ("OUT holds the INPUT", 73, "convert nest/in.zip -o nest"),
    (
        "OUT is a folder named as a zip",
        73,
        "convert good.zip -o folder.zip",
    ),
    (
        "OUT is a link to nothing",
        73,
        "convert good.zip -o dangling",
    ),
    (
        "OUT lies above what does not exist",
        73,
        "convert good.zip -o nowhere/..",
    ),
    (
        "OUT holds a file of yours",
        73,
        "convert good.zip -o stranger --force",
    ),
    (
        "download into an output",
        73,
        "download CONVERSION -o changed",
    ),
    ("download", 0, "download CONVERSION -o downloaded"),
    (
        "a waiting conversion that is damaged",
        66,
        "download DAMAGED -o out",
    ),
    ("an upload that waits", 0, "upload good.zip"),
    ("a conversion that waits", 0, "convert UPLOAD"),
    (
        "an interrupted conversion that was paid",
        0,
        "maintain killed-paid",
    ),
    (
        "an interrupted conversion that was not paid",
        0,
        "maintain killed -v",
    ),
    ("nothing to maintain", 0, "maintain"),
];

/// What is wrong with a file that was made.
const CHECKS: &[Case] = &[
    ("an output was changed", 3, "verify changed"),
    ("not a FIT file", 65, "inspect text.txt"),
    ("a FIT file that does not exist", 66, "inspect absent.fit"),
    ("an output that does not exist", 66, "verify absent"),
    ("a folder that is no output", 3, "verify foreign"),
    ("everything is as it should be", 0, "verify used"),
    (
        "an output in which everything was changed",
        3,
        "verify tampered",
    ),
    ("an output of a newer version", 3, "verify newer"),
    ("an output of another program", 3, "verify other"),
    ("a manifest that is a list", 3, "verify array"),
    ("a manifest that is cut", 3, "verify text"),
    ("a manifest that is a link", 3, "verify link"),
    ("a manifest that is endless", 3, "verify long"),
    ("an output that is a device", 3, "verify /dev/null"),
    ("an output that is a text", 3, "verify text.txt"),
    ("a zip with a file twice", 3, "verify twice-out.zip"),
    ("a zip of another method", 3, "verify method-out.zip"),
    ("a zip with a wrong checksum", 3, "verify sum-out.zip"),
    ("a folder that is too deep", 3, "verify deep"),
    (
        "FIT files",
        65,
        "inspect fit/a-cut.fit fit/b-header.fit fit/c-changed.fit fit/d-overrun.fit fit/e-wide.fit fit/f-size.fit fit/g-developer.fit fit/h-undefined.fit fit/i-twice.fit fit/j-many.fit",
    ),
];
