//! Exit codes and the end of the long help, which shows them.

/// Every exit code with its meaning. The numbers from 65 on are those of BSD's `sysexits.h` where one
/// fits. Ends by signal n are 128 + n.
pub const EXIT_CODES: &[(u8, &str)] = &[
    (
        0,
        "everything recognised was converted, or the check found nothing wrong",
    ),
    (2, "wrong use of the command line"),
    (
        3,
        "done, but some recognised entry or record was rejected, or some INPUT of --each failed; the report says which",
    ),
    (
        65,
        "the input is not a usable export: not a zip, damaged, encrypted, nothing recognised, or no evidence of the time zone and no --timezone",
    ),
    (
        66,
        "an INPUT does not exist or cannot be read, or an upload or conversion id is unknown or expired",
    ),
    (
        69,
        "the state is unavailable or cannot be trusted; nothing was converted",
    ),
    (
        70,
        "an internal error (a bug); the message says how to report it",
    ),
    (
        73,
        "OUT cannot be created, exists and is not ours, or is not empty",
    ),
    (
        74,
        "reading or writing failed on the way (disk full, I/O error); nothing half-written is left in OUT",
    ),
    (
        75,
        "the budget is used up; try again after the reset time shown",
    ),
    (77, "the key is blocked"),
    (
        130,
        "stopped by signal 2 (128 + n for signal n); nothing half-written is left in OUT, nothing is charged",
    ),
    (143, "stopped by signal 15; as 130"),
];

/// What `trackersync` alone says.
pub const FIRST_STEPS: &str = "\
Converts a Fitbit export (Google Takeout) into files that Garmin Connect
imports. Everything happens on this machine.

  1. Order the export at https://takeout.google.com:
     choose Fitbit (or Google Health), as .zip.
  2. Convert it, all parts together:
     trackersync takeout-*.zip
  3. Open the report page in the new folder 'garmin';
     it says what to import where.

'trackersync convert --help' shows the options,
'trackersync --help' all commands and exit codes.
";

const EXAMPLES: &str = "\
Examples:
  trackersync validate takeout-*.zip                  what is in the export? free of charge
  trackersync convert takeout-*.zip -o garmin         convert all parts of one export
  trackersync convert takeout.zip -o try --sample 3   the newest three activities and weights
  trackersync convert a.zip b.zip --each -o many      two people's exports, each by itself
  trackersync usage                                   what is left of the budget
";

const ENVIRONMENT: &str = "\
Environment:
  Every option can be set by a variable: TRACKERSYNC_ and the option's long name in capitals, with _
  for -. TRACKERSYNC_TIMEZONE=Europe/Berlin is --timezone Europe/Berlin. The command line wins over
  the environment. An empty variable counts as unset; 0, false, no and off switch a switch off.
";

/// Returns the text below the long help: examples, environment, exit codes.
pub(super) fn after_long_help() -> String {
    let options = textwrap::Options::new(92).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let codes = EXIT_CODES.iter().map(|(code, meaning)| {
        let lines = textwrap::wrap(meaning, &options).join("\n       ");
        format!("  {code:>3}  {lines}\n")
    });
    let codes: String = codes.collect();
    format!("{EXAMPLES}\n{ENVIRONMENT}\nExit codes:\n{codes}")
}
