//! trackersync converts a Fitbit export into files that Garmin Connect imports.

pub mod fit;
pub mod fitbit;
pub mod garmin;
pub mod model;
pub mod report;
pub mod terminal;
