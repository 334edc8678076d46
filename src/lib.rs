//! trackersync converts a Fitbit export into files that Garmin Connect imports.

pub mod download;
pub mod fit;
pub mod inspect;
pub mod model;
pub mod verify;
