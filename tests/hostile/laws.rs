//! Laws that hold for any bytes at all: nothing panics, the books balance, two ways of reading agree
//! and what was written is read back. Shared by the fuzz targets in `fuzz/` and by the test beside it,
//! which runs them on seeded bytes in seconds and on everything that fuzzing once found.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use trackersync::archive::{Export, Limits};
use trackersync::convert;
use trackersync::fit::profile::{ALL, Base, Field};
use trackersync::fit::{Encoder, Value, crc::crc16, whole};
use trackersync::fitbit::{self, Action, Entry, Name, SOURCES, Settings, layout};
use trackersync::garmin::OUTPUTS;
use trackersync::inspect::{self, Cell};
use trackersync::model::file::{Only, WrittenFile};
use trackersync::model::{EntryId, Records, Tally};
use trackersync::upload::Catalogue;
use trackersync::validate::{Request, Validated, validate};

/// One law: any bytes go in, a panic is the finding.
pub(crate) type Law = fn(&[u8]);

/// All laws by the name of their fuzz target.
pub(crate) const LAWS: &[(&str, Law)] = &[
    ("zip", zip),
    ("reader", reader),
    ("scanner", scanner),
    ("encoder", encoder),
    ("inspect", inspect),
    ("pipeline", pipeline),
];

/// Returns names of entries of every kind that is read, made from the names in the documentation.
pub(crate) fn names() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let read = SOURCES
            .iter()
            .filter(|s| matches!(s.action, Action::Read(_)));
        let files = read.flat_map(|s| s.files.split(", "));
        let name = |file: &str| {
            let dated = file.replace("START-END", "2024-01-01-2024-03-31");
            let dated = dated.replace("DATE", "2024-05-01").replace("-N.", "-0.");
            format!("x/{}", dated.replace("<logId>", "5").to_lowercase())
        };
        files.map(name).collect()
    })
}

/// The zip layer: every entry that is needed is handed over exactly once, as bytes or as damage.
pub(crate) fn zip(bytes: &[u8]) {
    let file = Scratch::new("zip", bytes);
    let limits = Limits {
        entries: 2000,
        entry_bytes: 1 << 20,
        total_bytes: 8 << 20,
        ratio: 200,
    };
    let stop = AtomicBool::new(false);
    let needed = |path: &str| !path.ends_with(".html");
    let Ok(export) = Export::open(std::slice::from_ref(&file.0), limits, &needed, &stop) else {
        return;
    };
    let wanted: Vec<EntryId> = export
        .entries()
        .iter()
        .filter(|e| e.needed)
        .map(|e| e.id)
        .collect();
    let met: Mutex<BTreeMap<EntryId, u32>> = Mutex::new(BTreeMap::new());
    let read = export.for_each(
        &wanted,
        1,
        &stop,
        || (),
        |(), id, entry| {
            assert!(entry.is_err() || entry.is_ok_and(|e| e.len() <= 1 << 20));
            *met.lock().unwrap().entry(id).or_default() += 1;
        },
    );
    assert!(read.is_ok(), "a sound disk does not fail: {read:?}");
    let met = met.into_inner().unwrap();
    assert_eq!(met.keys().copied().collect::<Vec<_>>(), wanted);
    assert!(met.values().all(|n| *n == 1), "{met:?}");
}

/// The readers: the books balance whatever is in an entry.
pub(crate) fn reader(bytes: &[u8]) {
    reader_among(names(), bytes);
}

/// The same law for a few of the names; the first byte chooses one of them.
pub(crate) fn reader_among(names: &[String], bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    read(&names[usize::from(choice) % names.len()], bytes);
}

/// The scanner against the record-by-record path and against the parser: what the scanner accepts, all
/// read alike.
///
/// A line end after the last record is no departure for JSON, but it is one for the scanner; a key with
/// an escape is one for everything but the parser.
pub(crate) fn scanner(bytes: &[u8]) {
    let mut slow = bytes.to_vec();
    slow.push(b'\n');
    let heart_rate = layout::heart_rate(bytes, |_| Some(())).is_some();
    let minutes = layout::minutes(bytes, |_| Some(())).is_some();
    let names: &[&str] = match (heart_rate, minutes) {
        (true, _) => &["x/heart_rate-2024-05-01.json"],
        (_, true) => &[
            "x/steps-2024-05-01.json",
            "x/distance-2024-05-01.json",
            "x/calories-2024-05-01.json",
            "x/altitude-2024-05-01.json",
        ],
        _ => return,
    };
    assert!(layout::heart_rate(&slow, |_| Some(())).is_none());
    // What the scanner accepts is ASCII.
    let respelt = String::from_utf8_lossy(bytes).replace("dateTime", "dateT\\u0069me");
    for name in names {
        let (fast, slow) = (read(name, bytes), read(name, &slow));
        assert_eq!(fast, slow, "{name}");
        assert_eq!(fast, read(name, respelt.as_bytes()), "{name}");
    }
}

/// The encoder: whatever it accepts is a whole file, and `fitparser` reads the same values.
pub(crate) fn encoder(bytes: &[u8]) {
    let mut script = bytes.iter().copied();
    let mut encoder = Encoder::new(Vec::new());
    let mut told: Vec<Vec<(Field, f64)>> = Vec::new();
    while let Some(choice) = script.next() {
        let (message, fields) = ALL[usize::from(choice) % ALL.len()];
        let mask = number(&mut script, 4);
        let chosen = fields.iter().enumerate();
        let chosen = chosen.filter(|(i, _)| mask >> (i % 32) & 1 == 1);
        let values: Vec<(Field, Option<i64>)> =
            chosen.map(|(_, f)| (*f, value(*f, &mut script))).collect();
        let given: Vec<(Field, Value<'_>)> = values
            .iter()
            .map(|(f, v)| (*f, v.map_or(Value::None, Value::Raw)))
            .collect();
        if !given.is_empty() && encoder.message(message, &given).is_ok() {
            told.push(values.iter().filter_map(physical).collect());
        }
    }
    let messages = encoder.messages();
    assert_eq!(messages, told.len() as u64);
    let file = encoder.finish();
    assert_eq!(whole::check(&file), Ok(messages), "{file:02x?}");
    let decoded = inspect::decode(&file).unwrap_or_else(|e| panic!("{e}: {file:02x?}"));
    assert_eq!(decoded.len(), told.len());
    for (message, fields) in decoded.iter().zip(&told) {
        for (field, expected) in fields {
            let name = field.name.to_ascii_lowercase();
            // `altitude` and `speed` are shown as the wide fields that they are part of; where both are
            // given, which we never do, one of them is lost.
            let wide = format!("enhanced_{name}");
            let other = name.strip_prefix("enhanced_").unwrap_or(&wide);
            if fields
                .iter()
                .any(|(f, _)| f.name.eq_ignore_ascii_case(other))
            {
                continue;
            }
            let alias = |f: &inspect::Field| ALIASES.contains(&(field.name, f.name.as_str()));
            let shown = |f: &&inspect::Field| f.name == name || f.name == wide || alias(f);
            let Some(found) = message.fields.iter().find(shown) else {
                panic!("{}.{name} is not there: {message:?}", message.name);
            };
            let read = match found.value {
                Cell::Whole(n) => n as f64,
                Cell::Real(n) => n,
                _ => continue,
            };
            let near = |expected: f64| (read - expected).abs() <= 1e-6 * expected.abs().max(1.0);
            // An alias may have no scale.
            let is_same =
                near(*expected) || alias(found) && near(expected * f64::from(field.scale));
            assert!(is_same, "{}.{name}: {read} for {expected}", message.name);
        }
    }
}

/// `inspect`: shown whole or not at all, in three ways, and counted alike.
pub(crate) fn inspect(bytes: &[u8]) {
    for file in [bytes.to_vec(), sealed(bytes)] {
        let count = inspect::count(&file);
        if let Ok(messages) = inspect::decode(&file) {
            if let Ok(count) = count {
                assert_eq!(count, messages.len() as u64);
            }
            let (table, csv) = (inspect::table(&messages), inspect::csv(&messages));
            let json = inspect::json(&messages);
            assert!(messages.is_empty() || !(table.is_empty() || csv.is_empty()));
            assert!(!json.is_null());
        }
    }
}

/// The bytes as the messages of a file with a right header and right checksums.
#[must_use]
pub(crate) fn sealed(messages: &[u8]) -> Vec<u8> {
    let mut file = vec![14, 0x20, 0x9A, 0x08];
    file.extend((messages.len() as u32).to_le_bytes());
    file.extend(b".FIT");
    file.extend(crc16(&file).to_le_bytes());
    file.extend(messages);
    file.extend(crc16(&file).to_le_bytes());
    file
}

/// The whole way from entries to files: the books balance, every FIT file passes the strict walker and
/// every text is UTF-8, and two threads make the same bytes as one.
///
/// The first byte holds options; entries follow, cut at NUL, the first byte of each its name.
pub(crate) fn pipeline(bytes: &[u8]) {
    files_of(bytes);
}

/// The same law; returns the number of files that were made.
pub(crate) fn files_of(bytes: &[u8]) -> usize {
    let Some((&options, bytes)) = bytes.split_first() else {
        return 0;
    };
    let folder = Scratch::new("folder", b"");
    fs::remove_file(&folder.0).unwrap();
    for (number, entry) in bytes.split(|b| *b == 0).take(8).enumerate() {
        if let Some((&choice, text)) = entry.split_first() {
            let name = &names()[usize::from(choice) % names().len()];
            let path = folder.0.join(number.to_string()).join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let one = outcome(&folder, options, 1);
    if options & 4 != 0 {
        assert_eq!(one, outcome(&folder, options, 2), "two threads");
    }
    one.map_or(0, |(files, _)| files.len())
}

/// What an export becomes: all files by path, and the books; `None` when it is refused as a whole.
fn outcome(folder: &Scratch, options: u8, threads: usize) -> Option<(Files, String)> {
    let stop = AtomicBool::new(false);
    let selected: Vec<Only> = OUTPUTS.iter().map(|o| o.name).collect();
    let inputs = std::slice::from_ref(&folder.0);
    let catalogue = Catalogue::take_in(inputs, Limits::default(), &selected, &stop).ok()?;
    let request = Request {
        settings: Settings::default(),
        timezone: (options & 1 == 0).then(|| "Europe/Paris".parse().unwrap()),
        from: None,
        to: None,
        sample: (options & 2 != 0).then_some(3),
        jobs: threads,
    };
    let Validated { checked, tallies } = validate(&catalogue, &request, &stop, &|_| {}).ok()?;
    assert!(tallies.entries.iter().all(Tally::balances), "{tallies:?}");
    let jobs = convert::plan(&checked, &selected);
    let files = Mutex::new(Files::new());
    let put = |file: &WrittenFile, bytes: &[u8]| {
        let path = &file.path;
        if path.ends_with(".fit") {
            let messages = inspect::decode(bytes);
            assert!(messages.is_ok(), "{path}: {messages:?}");
        } else {
            assert!(std::str::from_utf8(bytes).is_ok(), "{path}");
        }
        let before = files.lock().unwrap().insert(path.clone(), bytes.to_vec());
        assert!(before.is_none(), "{path} twice");
        Ok(())
    };
    let made = convert::render(&jobs, &checked, false, threads, &stop, &put);
    assert!(made.is_ok(), "{made:?}");
    let files = files.into_inner().unwrap();
    assert_eq!(made.map_or(0, |m| m.len()), files.len());
    Some((files, format!("{:?}", tallies.entries)))
}

/// Files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// Reads one entry with the reader that owns its name; returns everything it found, as text.
fn read(name: &str, bytes: &[u8]) -> (String, String) {
    let name = Name::new(name);
    let (mut records, mut tally) = (Records::default(), Tally::default());
    let source = fitbit::owner(&name).unwrap_or_else(|| panic!("nobody owns {}", name.path));
    let Action::Read(read) = source.action else {
        panic!("{} is not read", name.path);
    };
    let id = EntryId(0);
    let entry = Entry::new(id, name, bytes);
    read(&entry, &Settings::default(), &mut records, &mut tally);
    assert!(tally.balances(), "{}: {tally:?}", name.path);
    assert!(tally.findings.iter().all(|f| !f.what.is_empty()));
    (format!("{records:?}"), format!("{tally:?}"))
}

/// A raw value of a field: mostly any number, sometimes one at the edge of its range.
fn value(field: Field, script: &mut impl Iterator<Item = u8>) -> Option<i64> {
    if field.base == Base::String {
        return None;
    }
    let (low, high) = field.base.range();
    match script.next().unwrap_or(0) % 8 {
        0 => None,
        1 => Some(low),
        2 => Some(high),
        3 => Some(field.base.invalid()),
        _ => Some(number(script, usize::from(field.base.size()))),
    }
}

fn number(script: &mut impl Iterator<Item = u8>, bytes: usize) -> i64 {
    (0..bytes).fold(0, |n, _| n << 8 | i64::from(script.next().unwrap_or(0)))
}

/// Fields that have no name or scale of their own in `fitparser`.
const HIDDEN: [&str; 2] = ["DATA", "WEIGHT"];

/// Fields with the names that `fitparser` gives them where another field of the message asks for it.
const ALIASES: [(&str, &str); 7] = [
    ("AVG_CADENCE", "avg_running_cadence"),
    ("CYCLES", "steps"),
    ("CYCLES", "strokes"),
    ("PRODUCT", "garmin_product"),
    ("PRODUCT", "favero_product"),
    ("TOTAL_CYCLES", "total_strides"),
    ("TOTAL_CYCLES", "total_strokes"),
];

/// What a reader must show for a raw value, where it shows a number.
fn physical((field, raw): &(Field, Option<i64>)) -> Option<(Field, f64)> {
    let hidden = HIDDEN.contains(&field.name);
    let set = raw.filter(|raw| *raw != field.base.invalid() && !hidden)?;
    let value = set as f64 / f64::from(field.scale) - f64::from(field.offset);
    Some((*field, value))
}

/// A file that is removed at the end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(suffix: &str, bytes: &[u8]) -> Self {
        use std::hash::{BuildHasher, RandomState};
        let folder = ["/dev/shm", "/tmp"].map(PathBuf::from);
        let folder = folder.into_iter().find(|f| f.is_dir());
        let unique = RandomState::new().hash_one(std::process::id());
        let path = folder
            .unwrap_or_else(std::env::temp_dir)
            .join(format!("trackersync-law-{unique:x}.{suffix}"));
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.0).or_else(|_| fs::remove_dir_all(&self.0));
    }
}
