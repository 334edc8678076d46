//! trackersync converts a Fitbit export into files that Garmin Connect imports, on this machine and
//! nowhere else.
//!
//! ```text
//!  what the user typed                                    what the user sees (stderr), results (stdout)
//!         │                                                              ▲
//!      cli                                                       terminal, report
//!         │                                                              │ Summary
//!  ═══════╪═══════════════ main (clock, environment, exit code) ═════════╪═══════
//!         ▼                                                              │
//!  run:  archives ──► UPLOAD ──► VALIDATE ──► CONVERT ──► DOWNLOAD ──► files
//!                     Catalogue   Checked      files       Work
//!           asks:     archive     fitbit       garmin ─► fit
//!                                   └──► model ◄──┘
//!        budget stands at the two ends of run only
//! ```
//!
//! An archive is taken in ([`upload`]); everything doubtful about it is settled ([`validate`]); the
//! sound data is laid out as Garmin files ([`convert`]); the files are written and handed over
//! ([`download`]). After VALIDATE no stage meets raw text, CONVERT is a pure function, and OUT
//! appears in one step at the end. Both ends are tables of rows ([`fitbit::SOURCES`],
//! [`garmin::OUTPUTS`]): a new Fitbit type or a new kind of file is one new file and one new row.
//!
//! "Upload" and "download" are the words of the web service of the same name. Nothing here uses a
//! network.

// In the order of the flow.
pub mod cli;
pub mod run;

pub mod archive;
pub mod upload;

pub mod fitbit;
pub mod validate;

pub mod model;

pub mod convert;
pub mod fit;
pub mod garmin;

pub mod download;
pub mod inspect;
pub mod verify;

pub mod budget;

mod parallel;

pub mod report;
pub mod terminal;

pub mod platform;
