//! METRICS: what can be known of a local date as a whole, one row each.
//!
//! A row is all that a new quantity needs here: it makes the [`Metric`], its bounds, its field of
//! [`Day`], how several values of one date become one, and its column of `health-daily.csv`.

/// How several values of one date, told by one source, become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    First,
    Sum,
}

/// Lowest and highest number of a metric, with its unit.
pub type Bounds = (f64, f64, &'static str);

#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name, with the unit where it is no count.
    pub name: &'static str,
    /// Most decimals of its cells.
    pub places: usize,
    /// The number in its cell; `None` is unknown.
    pub value: fn(&Day) -> Option<f64>,
}

/// The type of a field of [`Day`].
trait Value: Copy + Into<f64> {
    fn of(number: f64) -> Self;
}

impl Value for f64 {
    fn of(number: f64) -> Self {
        number
    }
}

impl Value for u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of u32"
    )]
    fn of(number: f64) -> Self {
        number.round().clamp(0.0, f64::from(Self::MAX)) as Self
    }
}

macro_rules! metrics {
    ($($(#[$doc:meta])* $metric:ident, $field:ident: $type:ty, $low:literal ..= $high:literal $unit:literal, $fold:ident $($filler:ident)?
        $(, $column:literal $(/ $divisor:literal)? . $places:literal)?;)*) => {
        /// What a value of a date measures, with its unit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Metric {
            $($(#[$doc])* $metric,)*
        }

        /// What is known of a local date as a whole. Absent is `None`.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Day {
            $($(#[$doc])* pub $field: Option<$type>,)*
        }

        impl Metric {
            /// Lowest and highest number that can be meant, with the unit. Ours: wide enough for every
            /// living person, narrow enough to catch a wrong unit or a broken digit.
            pub fn bounds(self) -> Bounds {
                match self {
                    $(Self::$metric => (f64::from($low), f64::from($high), $unit),)*
                }
            }

            pub fn fold(self) -> Fold {
                match self {
                    $(Self::$metric => Fold::$fold,)*
                }
            }

            /// Tells whether its file fills dates with it on which nothing was worn.
            pub fn is_filler(self) -> bool {
                match self {
                    $(Self::$metric => false $(|| stringify!($filler) == "filler")?,)*
                }
            }
        }

        impl Day {
            /// Fills in a value where nothing is known yet.
            pub fn tell(&mut self, metric: Metric, number: f64) {
                match metric {
                    $(Metric::$metric => {
                        self.$field.get_or_insert(<$type as Value>::of(number));
                    })*
                }
            }
        }

        /// The columns of `health-daily.csv` behind the date.
        pub const COLUMNS: &[Column] = &[
            $($(Column {
                name: $column,
                places: $places,
                value: |day| day.$field.map(|v| f64::from(v) $(/ $divisor)?),
            },)?)*
        ];
    };
}

metrics! {
    Steps, steps: u32, 0 ..= 500_000 "steps", First filler, "steps" . 0;
    Distance, distance_m: f64, 0 ..= 1_000_000 "m", First filler, "distance_km" / 1000.0 . 5;
    /// Total energy, basal rate included (kilocalories).
    Calories, calories: f64, 0 ..= 50_000 "kcal", First filler, "calories" . 2;
    Floors, floors: u32, 0 ..= 10_000 "floors", First filler, "floors" . 0;
    /// Energy of the time above sedentary level, as Fitbit states it (kilocalories).
    ActivityCalories, activity_calories: f64, 0 ..= 50_000 "kcal", First;
    SedentaryMinutes, sedentary_minutes: u32, 0 ..= 2880 "minutes", First filler;
    LightlyActiveMinutes, lightly_active_minutes: u32, 0 ..= 2880 "minutes", First filler;
    /// Moderately active minutes, which Fitbit's page calls "fairly active".
    ModeratelyActiveMinutes, moderately_active_minutes: u32, 0 ..= 2880 "minutes", First filler;
    VeryActiveMinutes, very_active_minutes: u32, 0 ..= 2880 "minutes", First filler;
    RestingHeartRate, resting_heart_rate: f64, 20 ..= 250 "bpm", First, "resting_heart_rate" . 2;
    /// Nightly mean RMSSD (milliseconds).
    HrvRmssd, hrv_rmssd: f64, 1 ..= 500 "ms", First, "hrv_rmssd_ms" . 3;
    /// Nightly mean blood oxygen (percent).
    Spo2Average, spo2_average: f64, 1 ..= 100 "%", First, "spo2_avg_pct" . 3;
    /// Nightly respiratory rate (breaths per minute).
    RespiratoryRate, respiratory_rate: f64, 3 ..= 80 "breaths/min", First, "respiratory_rate" . 3;
    /// VO2max: the filtered demographic estimate, else that of a run (ml/kg/min).
    Vo2Max, vo2_max: f64, 5 ..= 120 "ml/kg/min", First, "vo2max" . 3;
    /// Filtered VO2max of a run (ml/kg/min).
    RunVo2Max, run_vo2_max: f64, 5 ..= 120 "ml/kg/min", First;
    /// Nightly skin temperature relative to the baseline (degrees Celsius).
    SkinTemperatureDeviation, skin_temperature_deviation: f64, -20 ..= 20 "degrees Celsius", First, "skin_temp_deviation_c" . 3;
    /// Active Zone Minutes, already weighted.
    ActiveZoneMinutes, active_zone_minutes: u32, 0 ..= 5760 "minutes", First, "azm_minutes" . 0;
    /// Score of the main sleep, 0 to 100.
    SleepScore, sleep_score: u32, 0 ..= 100 "points", First, "sleep_score" . 0;
    /// Minutes asleep: of the main sleep, or of a night without a sleep log (daily CSVs).
    MinutesAsleep, minutes_asleep: u32, 0 ..= 2880 "minutes", First, "minutes_asleep" . 0;
    StressScore, stress_score: u32, 0 ..= 100 "points", First, "stress_score" . 0;
    ReadinessScore, readiness_score: u32, 0 ..= 100 "points", First, "readiness_score" . 0;
    /// Minutes in heart-rate zone 1.
    FatBurnMinutes, fat_burn_minutes: f64, 0 ..= 2880 "minutes", First filler, "fat_burn_minutes" . 1;
    /// Minutes in heart-rate zone 2.
    CardioMinutes, cardio_minutes: f64, 0 ..= 2880 "minutes", First filler, "cardio_minutes" . 1;
    /// Minutes in heart-rate zone 3.
    PeakMinutes, peak_minutes: f64, 0 ..= 2880 "minutes", First filler, "peak_minutes" . 1;
    Water, water_ml: f64, 0 ..= 20_000 "ml", Sum, "water_ml" . 1;
}
