//! The messages and fields of the FIT profile that we write, with number, base type, scale and
//! offset. Source: Garmin's public profile 21.218; a table of facts, written for this program.
//!
//! raw = round((physical + offset) * scale). Type numbers 49 (sleep) and 68 (HRV status) and event
//! 74 are not in the public profile; they are what devices write.

/// Declares the base types: the byte that names each in a definition message, the size of a value,
/// the value that means "not set", and the smallest and the largest that can be set.
macro_rules! bases {
    ($($(#[$doc:meta])* $base:ident = $code:literal, $size:literal, $invalid:literal, $low:literal to $high:literal;)*) => {
        /// A base type: how a field's bytes are laid out and which value means "not set".
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Base { $($(#[$doc])* $base,)* }

        impl Base {
            /// Returns the byte that names the type in a definition message.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$base => $code,)* }
            }

            /// Returns the size of one value in bytes (1 for strings).
            #[must_use]
            pub const fn size(self) -> u8 {
                match self { $(Self::$base => $size,)* }
            }

            /// Returns the value that means "not set".
            #[must_use]
            pub const fn invalid(self) -> i64 {
                match self { $(Self::$base => $invalid,)* }
            }

            /// Returns the smallest and the largest value that can be set.
            #[must_use]
            pub const fn range(self) -> (i64, i64) {
                match self { $(Self::$base => ($low, $high),)* }
            }
        }
    };
}

bases! {
    /// One byte.
    Enum = 0x00, 1, 0xFF, 0 to 0xFE;
    /// One unsigned byte.
    Uint8 = 0x02, 1, 0xFF, 0 to 0xFE;
    /// UTF-8 with a closing 0 byte.
    String = 0x07, 1, 0, 0 to 0;
    /// Two bytes, signed.
    Sint16 = 0x83, 2, 0x7FFF, -0x8000 to 0x7FFE;
    /// Two bytes.
    Uint16 = 0x84, 2, 0xFFFF, 0 to 0xFFFE;
    /// Four bytes, signed.
    Sint32 = 0x85, 4, 0x7FFF_FFFF, -0x8000_0000 to 0x7FFF_FFFE;
    /// Four bytes.
    Uint32 = 0x86, 4, 0xFFFF_FFFF, 0 to 0xFFFF_FFFE;
    /// Four bytes of which 0 means nothing.
    Uint32z = 0x8C, 4, 0, 1 to 0xFFFF_FFFF;
}

/// A field of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Field definition number.
    pub number: u8,
    /// Name in the profile.
    pub name: &'static str,
    /// Base type.
    pub base: Base,
    /// Scale.
    pub scale: u16,
    /// Offset, added before scaling.
    pub offset: i16,
}

impl Field {
    /// Tells whether the field can hold this physical value.
    #[must_use]
    pub fn holds(self, value: f64) -> bool {
        let (low, high) = (self.base.range().0 as f64, self.base.range().1 as f64);
        let raw = ((value + f64::from(self.offset)) * f64::from(self.scale)).round();
        (low..=high).contains(&raw)
    }
}

/// A field that both a lap and the session have.
#[derive(Clone, Copy, Debug)]
pub struct Twin {
    lap: Field,
    session: Field,
}

impl Twin {
    /// Returns that of the session, or that of a lap.
    #[must_use]
    pub const fn of(self, is_session: bool) -> Field {
        if is_session { self.session } else { self.lap }
    }
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Global message number.
    pub number: u16,
    /// Name in the profile.
    pub name: &'static str,
}

/// `TIMESTAMP`, in seconds: the time that most messages stand at.
pub const TIMESTAMP: Field = Field {
    number: 253,
    name: "TIMESTAMP",
    base: Base::Uint32,
    scale: 1,
    offset: 0,
};

/// Declares messages, a constant each, and a module of constants for the fields of each: number,
/// base type, scale, offset and unit.
macro_rules! messages {
    ($($module:ident, $constant:ident = $number:literal $(at $time:ident)? {
        $($field:ident = $fnum:literal $base:ident $scale:literal $offset:literal $($unit:literal)?,)*
    })*) => {
        $(
            #[doc = concat!("Message `", stringify!($module), "`.")]
            pub const $constant: Message = Message { number: $number, name: stringify!($module) };
            #[doc = concat!("Fields of `", stringify!($module), "`.")]
            pub mod $module {
                use super::{Base, Field};
                $(
                    pub use super::$time;
                )?
                $(
                    #[doc = concat!("`", stringify!($field), "`" $(, " in ", $unit)?, ".")]
                    pub const $field: Field = Field {
                        number: $fnum, name: stringify!($field), base: Base::$base, scale: $scale, offset: $offset,
                    };
                )*
            }
        )*
        /// Every field that we write, with its message: for tests and for readers of raw values.
        pub const ALL: &[(Message, &[Field])] = &[$(($constant, &[$($time,)? $($module::$field),*]),)*];
    };
}

/// Declares all messages. Laps and the session have most fields in common, under numbers of their own:
/// these also stand in `summary`, as that of a lap and that of the session.
macro_rules! profile {
    (lap $lap:literal and session $session:literal {
        $($field:ident = $in_lap:literal $in_session:literal $base:ident $scale:literal $offset:literal $($unit:literal)?,)*
    }
    lap { $($own_lap:tt)* } session { $($own_session:tt)* } $($others:tt)*) => {
        messages! {
            $($others)*
            lap, LAP = $lap at TIMESTAMP { $($field = $in_lap $base $scale $offset $($unit)?,)* $($own_lap)* }
            session, SESSION = $session at TIMESTAMP { $($field = $in_session $base $scale $offset $($unit)?,)* $($own_session)* }
        }
        /// Fields that both a lap and the session have.
        pub mod summary {
            use super::{Twin, lap, session};
            $(
                #[doc = concat!("`", stringify!($field), "`.")]
                pub const $field: Twin = Twin { lap: lap::$field, session: session::$field };
            )*
        }
    };
}

profile! {
    lap 19 and session 18 {
        MESSAGE_INDEX = 254 254 Uint16 1 0,
        EVENT = 0 0 Enum 1 0,
        EVENT_TYPE = 1 1 Enum 1 0,
        START_TIME = 2 2 Uint32 1 0,
        START_POSITION_LAT = 3 3 Sint32 1 0 "semicircles",
        START_POSITION_LONG = 4 4 Sint32 1 0 "semicircles",
        END_POSITION_LAT = 5 38 Sint32 1 0 "semicircles",
        END_POSITION_LONG = 6 39 Sint32 1 0 "semicircles",
        TOTAL_ELAPSED_TIME = 7 7 Uint32 1000 0 "s",
        TOTAL_TIMER_TIME = 8 8 Uint32 1000 0 "s",
        TOTAL_DISTANCE = 9 9 Uint32 100 0 "m",
        TOTAL_CYCLES = 10 10 Uint32 1 0 "cycles",
        TOTAL_CALORIES = 11 11 Uint16 1 0 "kcal",
        AVG_HEART_RATE = 15 16 Uint8 1 0 "bpm",
        MAX_HEART_RATE = 16 17 Uint8 1 0 "bpm",
        MIN_HEART_RATE = 63 64 Uint8 1 0 "bpm",
        AVG_CADENCE = 17 18 Uint8 1 0 "rpm",
        AVG_VERTICAL_OSCILLATION = 77 89 Uint16 10 0 "mm",
        AVG_STANCE_TIME = 79 91 Uint16 10 0 "ms",
        AVG_VERTICAL_RATIO = 118 132 Uint16 100 0 "%",
        AVG_STEP_LENGTH = 120 134 Uint16 10 0 "mm",
        TOTAL_ASCENT = 21 22 Uint16 1 0 "m",
        SPORT = 25 5 Enum 1 0,
        SUB_SPORT = 39 6 Enum 1 0,
        NUM_LENGTHS = 32 33 Uint16 1 0 "lengths",
        NUM_ACTIVE_LENGTHS = 40 47 Uint16 1 0 "lengths",
        ENHANCED_AVG_SPEED = 110 124 Uint32 1000 0 "m/s",
        AVG_SPEED = 13 14 Uint16 1000 0 "m/s",
        MAX_SPEED = 14 15 Uint16 1000 0 "m/s",
        TOTAL_DESCENT = 22 23 Uint16 1 0 "m",
        AVG_ALTITUDE = 42 49 Uint16 5 500 "m",
        MAX_ALTITUDE = 43 50 Uint16 5 500 "m",
        MIN_ALTITUDE = 62 71 Uint16 5 500 "m",
        ENHANCED_MAX_SPEED = 111 125 Uint32 1000 0 "m/s",
        ENHANCED_AVG_ALTITUDE = 112 126 Uint32 5 500 "m",
        ENHANCED_MIN_ALTITUDE = 113 127 Uint32 5 500 "m",
        ENHANCED_MAX_ALTITUDE = 114 128 Uint32 5 500 "m",
    }
    lap {
        LAP_TRIGGER = 24 Enum 1 0,
        FIRST_LENGTH_INDEX = 35 Uint16 1 0,
    }
    session {
        WORKOUT_RPE = 193 Uint8 1 0 "CR10 effort times ten",
        FIRST_LAP_INDEX = 25 Uint16 1 0,
        NUM_LAPS = 26 Uint16 1 0,
        TRIGGER = 28 Enum 1 0,
        POOL_LENGTH = 44 Uint16 100 0 "m",
        POOL_LENGTH_UNIT = 46 Enum 1 0,
        NEC_LAT = 29 Sint32 1 0 "semicircles",
        NEC_LONG = 30 Sint32 1 0 "semicircles",
        SWC_LAT = 31 Sint32 1 0 "semicircles",
        SWC_LONG = 32 Sint32 1 0 "semicircles",
        SPORT_PROFILE_NAME = 110 String 1 0,
    }
    file_id, FILE_ID = 0 {
        TYPE = 0 Enum 1 0,
        MANUFACTURER = 1 Uint16 1 0,
        PRODUCT = 2 Uint16 1 0,
        SERIAL_NUMBER = 3 Uint32z 1 0,
        TIME_CREATED = 4 Uint32 1 0,
        PRODUCT_NAME = 8 String 1 0,
    }
    device_info, DEVICE_INFO = 23 at TIMESTAMP {
        DEVICE_INDEX = 0 Uint8 1 0,
        MANUFACTURER = 2 Uint16 1 0,
        SERIAL_NUMBER = 3 Uint32z 1 0,
        PRODUCT = 4 Uint16 1 0,
        SOFTWARE_VERSION = 5 Uint16 100 0,
        PRODUCT_NAME = 27 String 1 0,
    }
    event, EVENT = 21 at TIMESTAMP {
        EVENT = 0 Enum 1 0,
        EVENT_TYPE = 1 Enum 1 0,
        DATA = 3 Uint32 1 0,
    }
    sport, SPORT = 12 {
        SPORT = 0 Enum 1 0,
        SUB_SPORT = 1 Enum 1 0,
        NAME = 3 String 1 0,
    }
    record, RECORD = 20 at TIMESTAMP {
        POSITION_LAT = 0 Sint32 1 0 "semicircles",
        POSITION_LONG = 1 Sint32 1 0 "semicircles",
        ALTITUDE = 2 Uint16 5 500,
        HEART_RATE = 3 Uint8 1 0 "bpm",
        CADENCE = 4 Uint8 1 0 "rpm",
        DISTANCE = 5 Uint32 100 0 "m",
        VERTICAL_OSCILLATION = 39 Uint16 10 0 "mm",
        STANCE_TIME = 41 Uint16 10 0 "ms",
        FRACTIONAL_CADENCE = 53 Uint8 128 0 "rpm",
        VERTICAL_RATIO = 83 Uint16 100 0 "%",
        STEP_LENGTH = 85 Uint16 10 0 "mm",
        ENHANCED_ALTITUDE = 78 Uint32 5 500 "m",
        SPEED = 6 Uint16 1000 0 "m/s",
        ENHANCED_SPEED = 73 Uint32 1000 0 "m/s",
    }
    length, LENGTH = 101 at TIMESTAMP {
        MESSAGE_INDEX = 254 Uint16 1 0,
        EVENT = 0 Enum 1 0,
        EVENT_TYPE = 1 Enum 1 0,
        START_TIME = 2 Uint32 1 0,
        TOTAL_ELAPSED_TIME = 3 Uint32 1000 0 "s",
        TOTAL_TIMER_TIME = 4 Uint32 1000 0 "s",
        TOTAL_STROKES = 5 Uint16 1 0 "strokes",
        AVG_SPEED = 6 Uint16 1000 0 "m/s",
        SWIM_STROKE = 7 Enum 1 0,
        AVG_SWIMMING_CADENCE = 9 Uint8 1 0 "strokes/min",
        LENGTH_TYPE = 12 Enum 1 0,
    }
    time_in_zone, TIME_IN_ZONE = 216 at TIMESTAMP {
        REFERENCE_MESG = 0 Uint16 1 0,
        REFERENCE_INDEX = 1 Uint16 1 0,
        TIME_IN_HR_ZONE = 2 Uint32 1000 0 "s",
        HR_ZONE_HIGH_BOUNDARY = 6 Uint8 1 0 "bpm",
        HR_CALC_TYPE = 10 Enum 1 0,
    }
    activity, ACTIVITY = 34 at TIMESTAMP {
        TOTAL_TIMER_TIME = 0 Uint32 1000 0 "s",
        NUM_SESSIONS = 1 Uint16 1 0,
        TYPE = 2 Enum 1 0,
        EVENT = 3 Enum 1 0,
        EVENT_TYPE = 4 Enum 1 0,
        LOCAL_TIMESTAMP = 5 Uint32 1 0,
    }
    weight_scale, WEIGHT_SCALE = 30 at TIMESTAMP {
        WEIGHT = 0 Uint16 100 0 "kg",
        PERCENT_FAT = 1 Uint16 100 0 "%",
        BMI = 13 Uint16 10 0 "kg/m^2",
    }
    monitoring_info, MONITORING_INFO = 103 at TIMESTAMP {
        LOCAL_TIMESTAMP = 0 Uint32 1 0 "s",
        ACTIVITY_TYPE = 1 Enum 1 0,
        RESTING_METABOLIC_RATE = 5 Uint16 1 0 "kcal / day",
    }
    monitoring, MONITORING = 55 at TIMESTAMP {
        DISTANCE = 2 Uint32 100 0 "m",
        CYCLES = 3 Uint32 2 0 "cycles",
        ACTIVE_TIME = 4 Uint32 1000 0 "s",
        ACTIVITY_TYPE = 5 Enum 1 0,
        ACTIVE_CALORIES = 19 Uint16 1 0 "kcal",
        HEART_RATE = 27 Uint8 1 0 "bpm",
        DURATION_MIN = 29 Uint16 1 0 "min",
        ASCENT = 31 Uint32 1000 0 "m",
        MODERATE_ACTIVITY_MINUTES = 33 Uint16 1 0 "minutes",
        VIGOROUS_ACTIVITY_MINUTES = 34 Uint16 1 0 "minutes",
    }
    monitoring_hr_data, MONITORING_HR_DATA = 211 at TIMESTAMP {
        CURRENT_DAY_RESTING_HEART_RATE = 1 Uint8 1 0 "bpm",
    }
    spo2_data, SPO2_DATA = 269 at TIMESTAMP {
        READING_SPO2 = 0 Uint8 1 0 "percent",
        MODE = 2 Enum 1 0,
    }
    respiration_rate, RESPIRATION_RATE = 297 at TIMESTAMP {
        RESPIRATION_RATE = 0 Sint16 100 0 "breaths/min",
    }
    sleep_level, SLEEP_LEVEL = 275 at TIMESTAMP {
        SLEEP_LEVEL = 0 Enum 1 0,
    }
    sleep_assessment, SLEEP_ASSESSMENT = 346 {
        OVERALL_SLEEP_SCORE = 6 Uint8 1 0,
    }
    timestamp_correlation, TIMESTAMP_CORRELATION = 162 at TIMESTAMP {
        LOCAL_TIMESTAMP = 3 Uint32 1 0 "s",
    }
    hrv_status_summary, HRV_STATUS_SUMMARY = 370 at TIMESTAMP {
        LAST_NIGHT_AVERAGE = 1 Uint16 128 0 "ms",
        LAST_NIGHT_5_MIN_HIGH = 2 Uint16 128 0 "ms",
    }
    hrv_value, HRV_VALUE = 371 at TIMESTAMP {
        VALUE = 0 Uint16 128 0 "ms",
    }
}

/// Declares the values of an enumerated type: a module with a constant each.
macro_rules! values {
    ($($module:ident { $($value:ident = $number:literal,)* })*) => {
        $(
            #[doc = concat!("Values of `", stringify!($module), "`.")]
            pub mod $module {
                $(
                    #[doc = concat!("`", stringify!($value), "`.")]
                    pub const $value: i64 = $number;
                )*
            }
        )*
    };
}

values! {
    file { ACTIVITY = 4, WEIGHT = 9, MONITORING_B = 32, SLEEP = 49, HRV_STATUS = 68, }
    event_kind { TIMER = 0, SESSION = 8, LAP = 9, ACTIVITY = 26, LENGTH = 28, SLEEP = 74, }
    event_type { START = 0, STOP = 1, STOP_ALL = 4, }
    activity_type { WALKING = 6, }
    // Taken by the device now and then, without being asked.
    spo2_mode { PERIODIC = 3, }
    sport_kind {
        RUNNING = 1, CYCLING = 2, FITNESS_EQUIPMENT = 4, SWIMMING = 5, WALKING = 11, ROWING = 15, HIKING = 17,
    }
    sub_sport { INDOOR_ROWING = 14, LAP_SWIMMING = 17, OPEN_WATER = 18, }
    lap_trigger { MANUAL = 0, SESSION_END = 7, }
    length_type { IDLE = 0, ACTIVE = 1, }
    display_measure { METRIC = 0, STATUTE = 1, }
    sleep_stage { UNMEASURABLE = 0, AWAKE = 1, LIGHT = 2, DEEP = 3, REM = 4, }
}

/// `manufacturer` value of software that is no device: development.
pub const DEVELOPMENT: i64 = 255;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_and_no_field_number_stands_twice() {
        for (i, (message, fields)) in ALL.iter().enumerate() {
            assert!(
                ALL.iter()
                    .skip(i + 1)
                    .all(|(m, _)| m.number != message.number),
                "{}",
                message.name
            );
            for (j, f) in fields.iter().enumerate() {
                assert!(
                    fields.iter().skip(j + 1).all(|g| g.number != f.number),
                    "{}.{}",
                    message.name,
                    f.name
                );
            }
        }
        assert!(ALL.len() > 15);
    }

    #[test]
    fn a_field_holds_what_its_scaled_range_holds() {
        assert!(weight_scale::WEIGHT.holds(655.34) && !weight_scale::WEIGHT.holds(655.35));
        assert!(!weight_scale::WEIGHT.holds(-1.0) && !weight_scale::WEIGHT.holds(f64::NAN));
        assert!(record::ALTITUDE.holds(-500.0) && !record::ALTITUDE.holds(-501.0));
    }

    #[test]
    fn the_invalid_value_of_a_type_can_never_be_set() {
        for b in [
            Base::Enum,
            Base::Uint8,
            Base::Sint16,
            Base::Uint16,
            Base::Sint32,
            Base::Uint32,
            Base::Uint32z,
        ] {
            let (low, high) = b.range();
            assert!(b.invalid() < low || b.invalid() > high, "{b:?}");
        }
    }
}
