//! trackersync converts a Fitbit export into files that Garmin Connect imports.

pub mod budget;
pub mod cli;
pub mod fit;
pub mod model;
