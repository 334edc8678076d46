//! trackersync converts a Fitbit export into files that Garmin Connect imports.

pub mod archive;
pub mod budget;
pub mod cli;
pub mod convert;
pub mod download;
pub mod fit;
pub mod fitbit;
pub mod garmin;
pub mod inspect;
pub mod model;
pub mod report;
pub mod run;
pub mod terminal;
pub mod upload;
pub mod validate;
pub mod verify;
