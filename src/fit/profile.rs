//! The messages and fields of the FIT profile that we write, with number, base type, scale and
//! offset. Source: Garmin's public profile 21.218; a table of facts, written for this program.
//!
//! raw = round((physical + offset) * scale). Type numbers 49 (sleep) and 68 (HRV status) and event
//! 74 are not in the public profile; they are what devices write.

/// A base type: how a field's bytes are laid out and which value means "not set".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// One byte, invalid 0xFF.
    Enum,
    /// One unsigned byte, invalid 0xFF.
    Uint8,
    /// Two bytes, signed, invalid 0x7FFF.
    Sint16,
    /// Two bytes, invalid 0xFFFF.
    Uint16,
    /// Four bytes, signed, invalid 0x7FFFFFFF.
    Sint32,
    /// Four bytes, invalid 0xFFFFFFFF.
    Uint32,
    /// Four bytes, invalid 0.
    Uint32z,
    /// UTF-8 with a closing 0 byte.
    String,
}

impl Base {
    /// Returns the byte that names the type in a definition message.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Enum => 0x00,
            Self::Uint8 => 0x02,
            Self::String => 0x07,
            Self::Sint16 => 0x83,
            Self::Uint16 => 0x84,
            Self::Sint32 => 0x85,
            Self::Uint32 => 0x86,
            Self::Uint32z => 0x8C,
        }
    }

    /// Returns the size of one value in bytes (1 for strings).
    #[must_use]
    pub const fn size(self) -> u8 {
        match self {
            Self::Enum | Self::Uint8 | Self::String => 1,
            Self::Sint16 | Self::Uint16 => 2,
            Self::Sint32 | Self::Uint32 | Self::Uint32z => 4,
        }
    }

    /// Returns the value that means "not set".
    #[must_use]
    pub const fn invalid(self) -> i64 {
        match self {
            Self::Enum | Self::Uint8 => 0xFF,
            Self::Sint16 => 0x7FFF,
            Self::Uint16 => 0xFFFF,
            Self::Sint32 => 0x7FFF_FFFF,
            Self::Uint32 => 0xFFFF_FFFF,
            Self::Uint32z | Self::String => 0,
        }
    }

    /// Returns the smallest and the largest value that can be set.
    #[must_use]
    pub const fn range(self) -> (i64, i64) {
        match self {
            Self::Enum | Self::Uint8 => (0, 0xFE),
            Self::Sint16 => (-0x8000, 0x7FFE),
            Self::Uint16 => (0, 0xFFFE),
            Self::Sint32 => (-0x8000_0000, 0x7FFF_FFFE),
            Self::Uint32 => (0, 0xFFFF_FFFE),
            Self::Uint32z => (1, 0xFFFF_FFFF),
            Self::String => (0, 0),
        }
    }
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
        #[expect(clippy::cast_precision_loss, reason = "base types end at 32 bits")]
        let (low, high) = (self.base.range().0 as f64, self.base.range().1 as f64);
        let raw = ((value + f64::from(self.offset)) * f64::from(self.scale)).round();
        (low..=high).contains(&raw)
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

/// Declares messages: a constant each, and a module of constants for its fields.
macro_rules! messages {
    ($($(#[$doc:meta])* $module:ident, $constant:ident = $number:literal {
        $($(#[$field_doc:meta])* $field:ident = $fnum:literal $base:ident $scale:literal $offset:literal,)*
    })*) => {
        $(
            $(#[$doc])*
            pub const $constant: Message = Message { number: $number, name: stringify!($module) };
        )*
        $(
            $(#[$doc])*
            pub mod $module {
                use super::{Base, Field};
                $(
                    $(#[$field_doc])*
                    pub const $field: Field = Field {
                        number: $fnum, name: stringify!($field), base: Base::$base, scale: $scale, offset: $offset,
                    };
                )*
            }
        )*
        /// Every field that we write, with its message: for tests and for readers of raw values.
        pub const ALL: &[(Message, &[Field])] = &[$(($constant, &[$($module::$field,)*]),)*];
    };
}

messages! {
    /// `file_id`.
    file_id, FILE_ID = 0 {
        /// `type`.
        TYPE = 0 Enum 1 0,
        /// `manufacturer`.
        MANUFACTURER = 1 Uint16 1 0,
        /// `product`.
        PRODUCT = 2 Uint16 1 0,
        /// `serial_number`.
        SERIAL_NUMBER = 3 Uint32z 1 0,
        /// `time_created`.
        TIME_CREATED = 4 Uint32 1 0,
        /// `number`.
        NUMBER = 5 Uint16 1 0,
        /// `product_name`.
        PRODUCT_NAME = 8 String 1 0,
    }
    /// `file_creator`.
    file_creator, FILE_CREATOR = 49 {
        /// `software_version`.
        SOFTWARE_VERSION = 0 Uint16 1 0,
    }
    /// `device_info`.
    device_info, DEVICE_INFO = 23 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `device_index`.
        DEVICE_INDEX = 0 Uint8 1 0,
        /// `manufacturer`.
        MANUFACTURER = 2 Uint16 1 0,
        /// `serial_number`.
        SERIAL_NUMBER = 3 Uint32z 1 0,
        /// `product`.
        PRODUCT = 4 Uint16 1 0,
        /// `software_version`, scale 100.
        SOFTWARE_VERSION = 5 Uint16 100 0,
        /// `product_name`.
        PRODUCT_NAME = 27 String 1 0,
    }
    /// `event`.
    event, EVENT = 21 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `event`.
        EVENT = 0 Enum 1 0,
        /// `event_type`.
        EVENT_TYPE = 1 Enum 1 0,
        /// `data`.
        DATA = 3 Uint32 1 0,
    }
    /// `sport`.
    sport, SPORT = 12 {
        /// `sport`.
        SPORT = 0 Enum 1 0,
        /// `sub_sport`.
        SUB_SPORT = 1 Enum 1 0,
        /// `name`.
        NAME = 3 String 1 0,
    }
    /// `record`.
    record, RECORD = 20 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `position_lat`, semicircles.
        POSITION_LAT = 0 Sint32 1 0,
        /// `position_long`, semicircles.
        POSITION_LONG = 1 Sint32 1 0,
        /// `altitude`, scale 5, offset 500.
        ALTITUDE = 2 Uint16 5 500,
        /// `heart_rate`, bpm.
        HEART_RATE = 3 Uint8 1 0,
        /// `cadence`, rpm.
        CADENCE = 4 Uint8 1 0,
        /// `distance`, m, scale 100.
        DISTANCE = 5 Uint32 100 0,
        /// `vertical_oscillation`, mm, scale 10.
        VERTICAL_OSCILLATION = 39 Uint16 10 0,
        /// `stance_time`, ms, scale 10.
        STANCE_TIME = 41 Uint16 10 0,
        /// `fractional_cadence`, rpm, scale 128.
        FRACTIONAL_CADENCE = 53 Uint8 128 0,
        /// `vertical_ratio`, %, scale 100.
        VERTICAL_RATIO = 83 Uint16 100 0,
        /// `step_length`, mm, scale 10.
        STEP_LENGTH = 85 Uint16 10 0,
        /// `enhanced_altitude`, m, scale 5, offset 500.
        ENHANCED_ALTITUDE = 78 Uint32 5 500,
        /// `speed`, m/s, scale 1000.
        SPEED = 6 Uint16 1000 0,
        /// `enhanced_speed`, m/s, scale 1000.
        ENHANCED_SPEED = 73 Uint32 1000 0,
    }
    /// `length`.
    length, LENGTH = 101 {
        /// `message_index`.
        MESSAGE_INDEX = 254 Uint16 1 0,
        /// `timestamp`.
        TIMESTAMP = 253 Uint32 1 0,
        /// `event`.
        EVENT = 0 Enum 1 0,
        /// `event_type`.
        EVENT_TYPE = 1 Enum 1 0,
        /// `start_time`.
        START_TIME = 2 Uint32 1 0,
        /// `total_elapsed_time`, s, scale 1000.
        TOTAL_ELAPSED_TIME = 3 Uint32 1000 0,
        /// `total_timer_time`, s, scale 1000.
        TOTAL_TIMER_TIME = 4 Uint32 1000 0,
        /// `total_strokes`, strokes.
        TOTAL_STROKES = 5 Uint16 1 0,
        /// `avg_speed`, m/s, scale 1000.
        AVG_SPEED = 6 Uint16 1000 0,
        /// `swim_stroke`, swim_stroke.
        SWIM_STROKE = 7 Enum 1 0,
        /// `avg_swimming_cadence`, strokes/min.
        AVG_SWIMMING_CADENCE = 9 Uint8 1 0,
        /// `length_type`.
        LENGTH_TYPE = 12 Enum 1 0,
    }
    /// `lap`.
    lap, LAP = 19 {
        /// `message_index`.
        MESSAGE_INDEX = 254 Uint16 1 0,
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `event`.
        EVENT = 0 Enum 1 0,
        /// `event_type`.
        EVENT_TYPE = 1 Enum 1 0,
        /// `start_time`.
        START_TIME = 2 Uint32 1 0,
        /// `start_position_lat`, semicircles.
        START_POSITION_LAT = 3 Sint32 1 0,
        /// `start_position_long`, semicircles.
        START_POSITION_LONG = 4 Sint32 1 0,
        /// `end_position_lat`, semicircles.
        END_POSITION_LAT = 5 Sint32 1 0,
        /// `end_position_long`, semicircles.
        END_POSITION_LONG = 6 Sint32 1 0,
        /// `total_elapsed_time`, s, scale 1000.
        TOTAL_ELAPSED_TIME = 7 Uint32 1000 0,
        /// `total_timer_time`, s, scale 1000.
        TOTAL_TIMER_TIME = 8 Uint32 1000 0,
        /// `total_distance`, m, scale 100.
        TOTAL_DISTANCE = 9 Uint32 100 0,
        /// `total_cycles`, cycles.
        TOTAL_CYCLES = 10 Uint32 1 0,
        /// `total_calories`, kcal.
        TOTAL_CALORIES = 11 Uint16 1 0,
        /// `avg_heart_rate`, bpm.
        AVG_HEART_RATE = 15 Uint8 1 0,
        /// `max_heart_rate`, bpm.
        MAX_HEART_RATE = 16 Uint8 1 0,
        /// `min_heart_rate`, bpm.
        MIN_HEART_RATE = 63 Uint8 1 0,
        /// `avg_cadence`, rpm.
        AVG_CADENCE = 17 Uint8 1 0,
        /// `avg_vertical_oscillation`, mm, scale 10.
        AVG_VERTICAL_OSCILLATION = 77 Uint16 10 0,
        /// `avg_stance_time`, ms, scale 10.
        AVG_STANCE_TIME = 79 Uint16 10 0,
        /// `avg_vertical_ratio`, %, scale 100.
        AVG_VERTICAL_RATIO = 118 Uint16 100 0,
        /// `avg_step_length`, mm, scale 10.
        AVG_STEP_LENGTH = 120 Uint16 10 0,
        /// `total_ascent`, m.
        TOTAL_ASCENT = 21 Uint16 1 0,
        /// `intensity`.
        INTENSITY = 23 Enum 1 0,
        /// `lap_trigger`.
        LAP_TRIGGER = 24 Enum 1 0,
        /// `sport`.
        SPORT = 25 Enum 1 0,
        /// `sub_sport`.
        SUB_SPORT = 39 Enum 1 0,
        /// `num_lengths`, lengths.
        NUM_LENGTHS = 32 Uint16 1 0,
        /// `first_length_index`.
        FIRST_LENGTH_INDEX = 35 Uint16 1 0,
        /// `num_active_lengths`, lengths.
        NUM_ACTIVE_LENGTHS = 40 Uint16 1 0,
        /// `enhanced_avg_speed`, m/s, scale 1000.
        ENHANCED_AVG_SPEED = 110 Uint32 1000 0,
        /// `avg_speed`, m/s, scale 1000.
        AVG_SPEED = 13 Uint16 1000 0,
        /// `max_speed`, m/s, scale 1000.
        MAX_SPEED = 14 Uint16 1000 0,
        /// `total_descent`, m.
        TOTAL_DESCENT = 22 Uint16 1 0,
        /// `avg_altitude`, m, scale 5, offset 500.
        AVG_ALTITUDE = 42 Uint16 5 500,
        /// `max_altitude`, m, scale 5, offset 500.
        MAX_ALTITUDE = 43 Uint16 5 500,
        /// `min_altitude`, m, scale 5, offset 500.
        MIN_ALTITUDE = 62 Uint16 5 500,
        /// `enhanced_max_speed`, m/s, scale 1000.
        ENHANCED_MAX_SPEED = 111 Uint32 1000 0,
        /// `enhanced_avg_altitude`, m, scale 5, offset 500.
        ENHANCED_AVG_ALTITUDE = 112 Uint32 5 500,
        /// `enhanced_min_altitude`, m, scale 5, offset 500.
        ENHANCED_MIN_ALTITUDE = 113 Uint32 5 500,
        /// `enhanced_max_altitude`, m, scale 5, offset 500.
        ENHANCED_MAX_ALTITUDE = 114 Uint32 5 500,
    }
    /// `session`.
    session, SESSION = 18 {
        /// `message_index`.
        MESSAGE_INDEX = 254 Uint16 1 0,
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `event`.
        EVENT = 0 Enum 1 0,
        /// `event_type`.
        EVENT_TYPE = 1 Enum 1 0,
        /// `start_time`.
        START_TIME = 2 Uint32 1 0,
        /// `start_position_lat`, semicircles.
        START_POSITION_LAT = 3 Sint32 1 0,
        /// `start_position_long`, semicircles.
        START_POSITION_LONG = 4 Sint32 1 0,
        /// `sport`.
        SPORT = 5 Enum 1 0,
        /// `sub_sport`.
        SUB_SPORT = 6 Enum 1 0,
        /// `total_elapsed_time`, s, scale 1000.
        TOTAL_ELAPSED_TIME = 7 Uint32 1000 0,
        /// `total_timer_time`, s, scale 1000.
        TOTAL_TIMER_TIME = 8 Uint32 1000 0,
        /// `total_distance`, m, scale 100.
        TOTAL_DISTANCE = 9 Uint32 100 0,
        /// `total_cycles`, cycles.
        TOTAL_CYCLES = 10 Uint32 1 0,
        /// `total_calories`, kcal.
        TOTAL_CALORIES = 11 Uint16 1 0,
        /// `avg_heart_rate`, bpm.
        AVG_HEART_RATE = 16 Uint8 1 0,
        /// `max_heart_rate`, bpm.
        MAX_HEART_RATE = 17 Uint8 1 0,
        /// `min_heart_rate`, bpm.
        MIN_HEART_RATE = 64 Uint8 1 0,
        /// `avg_cadence`, rpm.
        AVG_CADENCE = 18 Uint8 1 0,
        /// `avg_vertical_oscillation`, mm, scale 10.
        AVG_VERTICAL_OSCILLATION = 89 Uint16 10 0,
        /// `avg_stance_time`, ms, scale 10.
        AVG_STANCE_TIME = 91 Uint16 10 0,
        /// `avg_vertical_ratio`, %, scale 100.
        AVG_VERTICAL_RATIO = 132 Uint16 100 0,
        /// `avg_step_length`, mm, scale 10.
        AVG_STEP_LENGTH = 134 Uint16 10 0,
        /// `workout_rpe`, CR10 effort times ten.
        WORKOUT_RPE = 193 Uint8 1 0,
        /// `total_ascent`, m.
        TOTAL_ASCENT = 22 Uint16 1 0,
        /// `first_lap_index`.
        FIRST_LAP_INDEX = 25 Uint16 1 0,
        /// `num_laps`.
        NUM_LAPS = 26 Uint16 1 0,
        /// `trigger`.
        TRIGGER = 28 Enum 1 0,
        /// `num_lengths`, lengths.
        NUM_LENGTHS = 33 Uint16 1 0,
        /// `num_active_lengths`, lengths.
        NUM_ACTIVE_LENGTHS = 47 Uint16 1 0,
        /// `pool_length`, m, scale 100.
        POOL_LENGTH = 44 Uint16 100 0,
        /// `pool_length_unit`.
        POOL_LENGTH_UNIT = 46 Enum 1 0,
        /// `enhanced_avg_speed`, m/s, scale 1000.
        ENHANCED_AVG_SPEED = 124 Uint32 1000 0,
        /// `avg_speed`, m/s, scale 1000.
        AVG_SPEED = 14 Uint16 1000 0,
        /// `max_speed`, m/s, scale 1000.
        MAX_SPEED = 15 Uint16 1000 0,
        /// `total_descent`, m.
        TOTAL_DESCENT = 23 Uint16 1 0,
        /// `nec_lat`, semicircles.
        NEC_LAT = 29 Sint32 1 0,
        /// `nec_long`, semicircles.
        NEC_LONG = 30 Sint32 1 0,
        /// `swc_lat`, semicircles.
        SWC_LAT = 31 Sint32 1 0,
        /// `swc_long`, semicircles.
        SWC_LONG = 32 Sint32 1 0,
        /// `end_position_lat`, semicircles.
        END_POSITION_LAT = 38 Sint32 1 0,
        /// `end_position_long`, semicircles.
        END_POSITION_LONG = 39 Sint32 1 0,
        /// `avg_altitude`, m, scale 5, offset 500.
        AVG_ALTITUDE = 49 Uint16 5 500,
        /// `max_altitude`, m, scale 5, offset 500.
        MAX_ALTITUDE = 50 Uint16 5 500,
        /// `min_altitude`, m, scale 5, offset 500.
        MIN_ALTITUDE = 71 Uint16 5 500,
        /// `sport_profile_name`.
        SPORT_PROFILE_NAME = 110 String 1 0,
        /// `enhanced_max_speed`, m/s, scale 1000.
        ENHANCED_MAX_SPEED = 125 Uint32 1000 0,
        /// `enhanced_avg_altitude`, m, scale 5, offset 500.
        ENHANCED_AVG_ALTITUDE = 126 Uint32 5 500,
        /// `enhanced_min_altitude`, m, scale 5, offset 500.
        ENHANCED_MIN_ALTITUDE = 127 Uint32 5 500,
        /// `enhanced_max_altitude`, m, scale 5, offset 500.
        ENHANCED_MAX_ALTITUDE = 128 Uint32 5 500,
    }
    /// `time_in_zone`.
    time_in_zone, TIME_IN_ZONE = 216 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `reference_mesg`.
        REFERENCE_MESG = 0 Uint16 1 0,
        /// `reference_index`.
        REFERENCE_INDEX = 1 Uint16 1 0,
        /// `time_in_hr_zone`, s, scale 1000.
        TIME_IN_HR_ZONE = 2 Uint32 1000 0,
        /// `hr_zone_high_boundary`, bpm.
        HR_ZONE_HIGH_BOUNDARY = 6 Uint8 1 0,
        /// `hr_calc_type`.
        HR_CALC_TYPE = 10 Enum 1 0,
    }
    /// `activity`.
    activity, ACTIVITY = 34 {
        /// `timestamp`.
        TIMESTAMP = 253 Uint32 1 0,
        /// `total_timer_time`, s, scale 1000.
        TOTAL_TIMER_TIME = 0 Uint32 1000 0,
        /// `num_sessions`.
        NUM_SESSIONS = 1 Uint16 1 0,
        /// `type`.
        TYPE = 2 Enum 1 0,
        /// `event`.
        EVENT = 3 Enum 1 0,
        /// `event_type`.
        EVENT_TYPE = 4 Enum 1 0,
        /// `local_timestamp`.
        LOCAL_TIMESTAMP = 5 Uint32 1 0,
    }
    /// `weight_scale`.
    weight_scale, WEIGHT_SCALE = 30 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `weight`, kg, scale 100.
        WEIGHT = 0 Uint16 100 0,
        /// `percent_fat`, %, scale 100.
        PERCENT_FAT = 1 Uint16 100 0,
        /// `bmi`, kg/m^2, scale 10.
        BMI = 13 Uint16 10 0,
    }
    /// `monitoring_info`.
    monitoring_info, MONITORING_INFO = 103 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `local_timestamp`, s.
        LOCAL_TIMESTAMP = 0 Uint32 1 0,
        /// `activity_type`.
        ACTIVITY_TYPE = 1 Enum 1 0,
        /// `cycles_to_distance`, m/cycle, scale 5000.
        CYCLES_TO_DISTANCE = 3 Uint16 5000 0,
        /// `cycles_to_calories`, kcal/cycle, scale 5000.
        CYCLES_TO_CALORIES = 4 Uint16 5000 0,
        /// `resting_metabolic_rate`, kcal / day.
        RESTING_METABOLIC_RATE = 5 Uint16 1 0,
    }
    /// `monitoring`.
    monitoring, MONITORING = 55 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `calories`, kcal.
        CALORIES = 1 Uint16 1 0,
        /// `distance`, m, scale 100.
        DISTANCE = 2 Uint32 100 0,
        /// `cycles`, cycles, scale 2.
        CYCLES = 3 Uint32 2 0,
        /// `active_time`, s, scale 1000.
        ACTIVE_TIME = 4 Uint32 1000 0,
        /// `activity_type`.
        ACTIVITY_TYPE = 5 Enum 1 0,
        /// `active_calories`, kcal.
        ACTIVE_CALORIES = 19 Uint16 1 0,
        /// `heart_rate`, bpm.
        HEART_RATE = 27 Uint8 1 0,
        /// `duration_min`, min.
        DURATION_MIN = 29 Uint16 1 0,
        /// `ascent`, m, scale 1000.
        ASCENT = 31 Uint32 1000 0,
        /// `moderate_activity_minutes`, minutes.
        MODERATE_ACTIVITY_MINUTES = 33 Uint16 1 0,
        /// `vigorous_activity_minutes`, minutes.
        VIGOROUS_ACTIVITY_MINUTES = 34 Uint16 1 0,
    }
    /// `monitoring_hr_data`.
    monitoring_hr_data, MONITORING_HR_DATA = 211 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `resting_heart_rate`, bpm.
        RESTING_HEART_RATE = 0 Uint8 1 0,
        /// `current_day_resting_heart_rate`, bpm.
        CURRENT_DAY_RESTING_HEART_RATE = 1 Uint8 1 0,
    }
    /// `spo2_data`.
    spo2_data, SPO2_DATA = 269 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `reading_spo2`, percent.
        READING_SPO2 = 0 Uint8 1 0,
        /// `mode`.
        MODE = 2 Enum 1 0,
    }
    /// `respiration_rate`.
    respiration_rate, RESPIRATION_RATE = 297 {
        /// `timestamp`.
        TIMESTAMP = 253 Uint32 1 0,
        /// `respiration_rate`, breaths/min, scale 100.
        RESPIRATION_RATE = 0 Sint16 100 0,
    }
    /// `sleep_level`.
    sleep_level, SLEEP_LEVEL = 275 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `sleep_level`.
        SLEEP_LEVEL = 0 Enum 1 0,
    }
    /// `sleep_assessment`.
    sleep_assessment, SLEEP_ASSESSMENT = 346 {
        /// `overall_sleep_score`.
        OVERALL_SLEEP_SCORE = 6 Uint8 1 0,
    }
    /// `timestamp_correlation`.
    timestamp_correlation, TIMESTAMP_CORRELATION = 162 {
        /// `timestamp`, s.
        TIMESTAMP = 253 Uint32 1 0,
        /// `local_timestamp`, s.
        LOCAL_TIMESTAMP = 3 Uint32 1 0,
    }
    /// `hrv_status_summary`.
    hrv_status_summary, HRV_STATUS_SUMMARY = 370 {
        /// `timestamp`.
        TIMESTAMP = 253 Uint32 1 0,
        /// `last_night_average`, ms, scale 128.
        LAST_NIGHT_AVERAGE = 1 Uint16 128 0,
        /// `last_night_5_min_high`, ms, scale 128.
        LAST_NIGHT_5_MIN_HIGH = 2 Uint16 128 0,
    }
    /// `hrv_value`.
    hrv_value, HRV_VALUE = 371 {
        /// `timestamp`.
        TIMESTAMP = 253 Uint32 1 0,
        /// `value`, ms, scale 128.
        VALUE = 0 Uint16 128 0,
    }
}

/// `file_id.type` values.
pub mod file {
    /// An activity.
    pub const ACTIVITY: i64 = 4;
    /// Weigh-ins.
    pub const WEIGHT: i64 = 9;
    /// All-day monitoring, form b.
    pub const MONITORING_B: i64 = 32;
    /// Sleep (not in the public profile).
    pub const SLEEP: i64 = 49;
    /// HRV status (not in the public profile).
    pub const HRV_STATUS: i64 = 68;
}

/// `event` values.
pub mod event_kind {
    /// The timer.
    pub const TIMER: i64 = 0;
    /// End of a session.
    pub const SESSION: i64 = 8;
    /// End of a lap.
    pub const LAP: i64 = 9;
    /// End of the activity.
    pub const ACTIVITY: i64 = 26;
    /// End of a pool length.
    pub const LENGTH: i64 = 28;
    /// Sleep (not in the public profile).
    pub const SLEEP: i64 = 74;
}

/// `event_type` values.
pub mod event_type {
    /// Start.
    pub const START: i64 = 0;
    /// Stop.
    pub const STOP: i64 = 1;
    /// Stop of everything.
    pub const STOP_ALL: i64 = 4;
}

/// `manufacturer` value of software that is no device: development.
pub const DEVELOPMENT: i64 = 255;

/// `activity_type` values.
pub mod activity_type {
    /// Running.
    pub const RUNNING: i64 = 1;
    /// Walking.
    pub const WALKING: i64 = 6;
}

/// `spo2_measurement_type` values.
pub mod spo2_mode {
    /// Taken by the device now and then, without being asked.
    pub const PERIODIC: i64 = 3;
}

/// `sleep_level` values.
pub mod sleep_stage {
    /// Nothing is known of this stretch.
    pub const UNMEASURABLE: i64 = 0;
    /// Awake.
    pub const AWAKE: i64 = 1;
    /// Light sleep.
    pub const LIGHT: i64 = 2;
    /// Deep sleep.
    pub const DEEP: i64 = 3;
    /// REM sleep.
    pub const REM: i64 = 4;
}

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
