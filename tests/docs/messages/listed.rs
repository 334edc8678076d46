//! What is no message, and what is one that no case provokes.

/// Files whose texts are help, which has its own goldens, or stand on the page of the report only.
pub(super) const OTHER_FILES: &[&str] = &[
    "src/cli/budget.rs",
    "src/cli/exit.rs",
    "src/cli/stages.rs",
    "src/fitbit/sources.rs",
    "src/garmin/",
    "src/report/page",
    "src/terminal/progress.rs",
];

/// Beginnings of texts that nobody is told: SQL and its columns, marks of files, names of folders.
pub(super) const NOT_MESSAGES: &[&str] = &[
    "BEGIN",
    "CREATE ",
    "DELETE ",
    "Google Data",
    "INSERT ",
    "PRAGMA ",
    "SELECT ",
    "UPDATE ",
    "VACUUM ",
    "id, kind, operation",
    "key, label, blocked",
    "start, period, key",
    "trackersync lifeboat 1",
];

/// Columns and words of an export that readers look for.
pub(super) const COLUMNS: &[&str] = &[
    "3p web api",
    "activity calories",
    "average heart rate variability milliseconds",
    "average percentage",
    "baseline temperature celsius",
    "body fat percentage",
    "breaths per minute",
    "data source",
    "demographic vo2max",
    "food log",
    "full sleep stats - milli breaths per minute",
    "health connect",
    "health kit",
    "height millimeters",
    "lap time",
    "minutes awake",
    "minutes deep sleep",
    "minutes fairly active",
    "minutes light sleep",
    "minutes lightly active",
    "minutes rem sleep",
    "minutes sedentary",
    "minutes very active",
    "nightly temperature celsius",
    "oxygen saturation percentage",
    "root mean square of successive differences milliseconds",
    "run vo2 max",
    "start time",
    "heart rate zone",
    "stroke count",
    "stroke type",
];

/// Why nothing provokes them, the test that covers them, and the texts.
pub(super) type Group = (&'static str, &'static str, &'static [&'static str]);

/// What no command line leads to, or not on every machine.
pub(super) const NOT_PROVOKED: &[Group] = &[
    (
        "an INPUT that may not be read: root may read everything",
        "src/archive/error.rs: an_input_that_cannot_be_opened_is_named_with_what_to_do",
        &[
            "permission denied, expected a readable file or folder",
            "change its permissions or copy it to a place of yours",
            "check its permissions, or copy the folder to a place of yours",
        ],
    ),
    (
        "the disk fails while an INPUT is read",
        "src/archive/error.rs: a_disk_that_fails_is_named_with_what_to_do",
        &[
            "reading failed",
            "{input}: reading failed: {source}\nthe disk or the connection to it may be faulty: try again, or copy the file first",
        ],
    ),
    (
        "the disk fails while an output is verified",
        "src/verify/tests.rs: what_is_no_output_is_told_apart_from_what_is_not_there",
        &["{0}: cannot be read: {1}\ncheck the disk and try again"],
    ),
    (
        "an INPUT changes while it is read",
        "src/archive/folder.rs: a_file_that_changes_meanwhile_is_damage",
        &[
            "the file cannot be read ({error})",
            "a readable file",
            "the file has changed since the run began",
            "files that stay as they are",
        ],
    ),
    (
        "a tar changes while it is read",
        "src/archive/tar.rs: a_tar_that_changes_meanwhile_is_damage",
        &[
            "the archive cannot be read up to it any more ({error})",
            "an archive that does not change while it is read",
            "it has changed",
        ],
    ),
    (
        "a zip shrinks while it is read",
        "src/archive/tests/ends.rs: a_zip_cut_anywhere_is_refused",
        &[
            "the end record of the zip is cut off",
            "the file ends within it",
            "the whole entry",
        ],
    ),
    (
        "an entry that nobody catalogued is asked for",
        "src/archive/tests/trees.rs: an_entry_asked_for_twice_is_read_once_and_one_that_is_not_there_is_damage",
        &[
            "there is no such entry",
            "an entry of this export",
            "it cannot be reached by itself",
            "a zip or a file",
        ],
    ),
    (
        "only the report and the manifest tell what was passed over",
        "src/upload.rs: a_name_decides_what_is_read_and_why_not",
        &[
            "not a Fitbit file",
            "a companion file without data",
            "feeds no output that was asked for",
            "the same file stands twice; one copy is read",
            "duplicate: {archive} has another entry of the same name with the same content",
        ],
    ),
    (
        "the inner half of an error whose outer half is told",
        "src/run/failure.rs: every_kind_of_error_has_its_code_however_deep_it_lies",
        &["not a usable export"],
    ),
    (
        "the disk or the rights fail where the state is written",
        "src/budget/error.rs: every_fault_names_the_file_and_a_way_out_on_a_line_of_its_own",
        &[
            "cannot be written ({why})",
            "cannot be written, no space is left on its disk",
            "allow writing to the file and its folder, or name another file with --state",
            "free some space, or name another file with --state",
            "it is read-only, and a conversion is charged in it",
            "looking beside it",
            "opening it",
            "reading it",
            "removing its first name",
            "making its folder",
            "syncing it",
            "making it",
            "making it private",
            "linking it into place",
            "syncing its folder",
            "removing an unfinished one",
            "giving back a slot",
            "taking a slot of its lifeboat",
            "copying it",
            "mending a copy of it",
            "removing its journal",
            "replacing it",
        ],
    ),
    (
        "the state lies on a network file system",
        "src/budget/error.rs: every_fault_names_the_file_and_a_way_out_on_a_line_of_its_own",
        &[
            "lies on a network file system ({kind}), whose locks cannot be relied on",
            "name a file on a local disk with --state, or accept the risk with --state-on-network",
            "warning: the state lies on a network file system ({kind})",
        ],
    ),
    (
        "a signal ends the wait for the state",
        "src/budget/damage.rs: a_lock_that_is_released_is_waited_for_and_a_signal_ends_the_wait",
        &["the wait for its lock was interrupted"],
    ),
    (
        "the state disappears while it is made, or is upgraded under a name that is not UTF-8",
        "src/budget/damage.rs: a_state_that_moves_away_meanwhile_is_not_charged",
        &[
            "it disappeared while it was made",
            "its name is not UTF-8, so it cannot be copied",
        ],
    ),
    (
        "rows of the state that are broken under a seal that holds, or of a month long ago",
        "src/budget/damage.rs: a_flipped_byte_never_changes_a_count",
        &[
            "{name} is out of range",
            "a count is {value}, expected 0 or more",
            "a counter of {key} is lost",
        ],
    ),
    (
        "a repair of a file that SQLite does not even open",
        "src/budget/repair/tests.rs: what_cannot_be_read_at_all_is_started_anew_and_said",
        &["nothing could be read, every count starts anew"],
    ),
    (
        "an id that was checked before",
        "src/budget/key.rs: operation_ids_are_fresh_and_survive_being_written_down",
        &["not an operation id, expected 32 hex digits"],
    ),
    (
        "the disk, its rights or its room end while OUT is written",
        "src/download/tests.rs: every_cause_of_the_system_has_its_words_and_says_what_to_do",
        &[
            "free some space, or choose another place with -o OUT",
            "raise the file size limit (ulimit -f), or choose another file system",
            "check the disk and try again; nothing was left in OUT",
            "no space left on device",
            "disk quota exceeded",
            "file too large",
            "read-only file system",
            "permission denied",
            "cannot be put in place",
            "cannot be moved aside",
            "cannot be filled",
            "cannot be listed",
            "cannot be written",
            "make room beside the state file, or name another one with --state",
        ],
    ),
    (
        "another run takes OUT meanwhile",
        "src/download/tests/refusals.rs: who_comes_second_is_told_and_leaves_nothing",
        &[
            "another run was faster; choose another place with -o OUT, or use --force",
            "another run is writing there",
            "wait for it, or choose another place with -o OUT",
            "was created in the meantime",
            "was removed in the meantime",
        ],
    ),
    (
        "somebody adds a file to an output that is being replaced",
        "src/download/tests/refusals.rs: force_never_takes_a_file_that_the_user_added",
        &["holds files that trackersync did not write"],
    ),
    (
        "calls in an order, or with names, that the program never uses",
        "src/download/tests/refusals.rs: an_unsealed_output_is_never_published",
        &[
            "the operation id is not usable as a name",
            "the name is not a plain relative path",
            "the output was not sealed",
            "cannot be published",
            "has no name",
        ],
    ),
    (
        "a zip of a million entries",
        "src/download/tests/zips.rs: a_damaged_zip_is_an_error_and_never_ours",
        &["has too many entries"],
    ),
    (
        "a killed run whose old output can go nowhere",
        "src/download/tests/kills.rs: an_old_output_that_cannot_go_back_is_kept",
        &["{}: holds an old output that could not be put back; look at it"],
    ),
    (
        "the state fails between the charge and its refund",
        "src/download/tests/kills.rs: a_charge_whose_out_was_taken_is_given_back",
        &["the output could not be published, and the charge could not be given back"],
    ),
    (
        "a value that FIT cannot hold, which no reader lets through",
        "src/fit/encode.rs: a_series_with_one_row_that_does_not_fit_is_left_out_whole",
        &[
            "{message}.{field} cannot hold {value}",
            "a series of single bytes",
        ],
    ),
    (
        "a CSV that its parser gives up, which takes any bytes",
        "src/fitbit/table.rs: lines_give_what_the_csv_reader_gives",
        &["not a CSV table: {e}", "comma-separated rows"],
    ),
    (
        "a FIT file on which our check and the decoder disagree",
        "src/inspect/tests.rs: no_arrangement_of_definitions_stops_the_program",
        &[
            "cannot be decoded: {0}",
            "{count} messages decoded, expected {expected}",
            "the decoder reads {theirs} of its {ours} messages",
        ],
    ),
    (
        "evidence of the time zone that takes weeks of data",
        "src/validate/zone/tests.rs: a_trip_and_a_late_sync_are_seen_although_the_profile_says_otherwise",
        &[
            "bounds of the heart-rate day files",
            "neighbouring dates",
            "; {} more in the report",
        ],
    ),
    (
        "a table that takes a hundred sources",
        "src/fitbit/reading.rs: a_flood_of_sources_is_rejected_and_the_first_ones_are_read",
        &["one of at most 64 sources in a file"],
    ),
    (
        "a day with hundreds of weigh-ins, exercises or sleep logs",
        "src/validate/crowd.rs: a_full_day_rejects_and_the_next_one_admits",
        &[
            "{} has 100 {} already",
            "at most 100 on one day",
            "sleep logs",
        ],
    ),
    (
        "a table of a thousand columns",
        "src/fitbit/table.rs: a_flood_of_columns_marks_the_entry",
        &["the header has {count} columns", "at most 1000 columns"],
    ),
    (
        "more findings than fit here",
        "src/report/format.rs: a_flood_ends_with_a_count",
        &[
            "::notice::and {} more findings\n",
            "more finding",
            "more findings",
        ],
    ),
    (
        "the other number of a text that is seen",
        "src/report/words.rs: thousands_are_set_apart",
        &[
            "upload or conversion",
            "expired row",
            "interrupted conversions",
            "leftover file",
            "more reason",
            "more warning",
            ", and 1 entry could not be read",
        ],
    ),
    (
        "only the report says what Garmin Connect does with a kind of file",
        "src/report/page/tests.rs: the_page_shows_every_part_of_a_full_export",
        &[
            "Garmin Connect imports these",
            "Garmin Connect imports these for many people, not for all",
            "Garmin Connect refuses these today; sound files to keep",
        ],
    ),
    (
        "a signal ends the run",
        "tests/suite/outcomes.rs: a_signal_ends_with_its_number_and_leaves_nothing",
        &["stopped by a signal; nothing was left in OUT and nothing was charged"],
    ),
    (
        "a bug",
        "src/run/failure.rs: an_error_that_nobody_foresaw_is_a_bug_and_asks_to_be_reported",
        &[
            "internal error: {what}\nthis is a bug: please report it with the version ({}) and the command line",
            "unknown place",
        ],
    ),
];
