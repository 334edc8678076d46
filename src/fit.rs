//! FIT itself: the part of the profile that we write, the encoder, the CRC and the check that a
//! file is whole.
//!
//! The room knows no Fitbit, no health and no disk: bytes come out, physical values go in. Facts
//! are those of Garmin's public profile 21.218 (PyPI `garmin-fit-sdk` 21.218.0); the table is our
//! own and holds the messages that we use. Invalid values ("not set") exist in this room only.

pub mod crc;
pub mod encode;
pub mod profile;
pub mod whole;

pub use encode::{EncodeError, Encoder, Value};
pub use profile::{Base, Field, Message};
