//! Which FIT sport a Fitbit exercise is: by its name, then by its type id, then generic.
//!
//! Names come first because they are what the user saw; they are compared without case, spaces and
//! hyphens. The table is a list of facts; numbers are those of FIT profile 21.218.

use crate::fit::profile::sport_kind::{
    CYCLING, FITNESS_EQUIPMENT, HIKING, ROWING, RUNNING, SWIMMING, WALKING,
};
use crate::fit::profile::sub_sport::INDOOR_ROWING;

/// `sport` and `sub_sport` numbers of the FIT profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sport {
    pub(crate) sport: i64,
    pub(crate) sub_sport: i64,
}

/// Neither name nor id is known.
pub(crate) const GENERIC: Sport = Sport {
    sport: 0,
    sub_sport: 0,
};

impl Sport {
    /// Tells whether steps make the way.
    pub(super) fn is_on_foot(self) -> bool {
        [RUNNING, WALKING, HIKING].contains(&self.sport)
    }

    /// Returns a speed in m/s that nobody keeps up for ten seconds in this sport.
    pub(super) fn fastest(self) -> f64 {
        match (self.sport, self.sub_sport) {
            (FITNESS_EQUIPMENT, INDOOR_ROWING) | (ROWING, _) => 8.0,
            (RUNNING | WALKING | HIKING | FITNESS_EQUIPMENT, _) => 12.0,
            (CYCLING, _) => 30.0,
            (SWIMMING, _) => 3.0,
            _ => 100.0,
        }
    }
}

/// Returns the sport of an exercise, or `None` when neither its name nor its id is known.
pub(crate) fn find(name: &str, type_id: Option<i64>) -> Option<Sport> {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let key = letters.collect::<String>().to_ascii_lowercase();
    let has_id = |ids: &[i64]| type_id.is_some_and(|id| ids.contains(&id));
    let of_name = FITBIT.iter().find(|row| row.1.split(' ').any(|n| n == key));
    let found = of_name.or_else(|| FITBIT.iter().find(|row| has_id(row.2)));
    found.map(|row| row.0)
}

/// Returns the profile's name of a sport, for file names and tables.
pub(crate) fn sport_name(sport: i64) -> &'static str {
    let row = SPORTS.iter().find(|(number, _)| *number == sport);
    row.map_or("generic", |(_, name)| name)
}

/// Declares the table: number and name of a FIT sport, and under it for each sub-sport the Fitbit names
/// (lower case, letters and digits only), the Fitbit type ids that exports hold, and those that no
/// export showed, inferred from the codes of the Compendium of Physical Activities.
macro_rules! sports {
    ($($sport:literal $name:ident {
        $($sub_sport:literal $names:literal [$($seen:literal),*] [$($inferred:literal),*]),* $(,)?
    })*) => {
        /// Number and name of every sport in use.
        const SPORTS: &[(i64, &str)] = &[$(($sport, stringify!($name)),)*];
        /// Every sport and sub-sport with its Fitbit names and type ids.
        const FITBIT: &[(Sport, &str, &[i64])] = &[$($((
            Sport { sport: $sport, sub_sport: $sub_sport }, $names, &[$($seen,)* $($inferred,)*],
        ),)*)*];
    };
}

sports! {
    0 generic {
        0 "billiards bowling fencing gardening housecleaning multisport other shovelingsnow \
           skateboarding sport triathlon yardwork"
            [15000, 15200, 15580] [15090],
    }
    1 running {
        0 "jogging outdoorrun run running" [90009] [12020, 12150],
        1 "treadmill treadmillrun" [20049] [],
        3 "trailrun" [] [],
        4 "trackrun" [] [],
        45 "indoorrun" [] [],
        58 "virtualrun" [] [],
    }
    2 cycling {
        0 "bicycling bike biking cycling outdoorbike outdoorcycling" [1071, 90001] [],
        6 "exercisebike indoorbike indoorcycling spinning stationarybike" [55001] [2010],
        7 "roadbike" [] [],
        8 "mountainbike mountainbiking" [] [1009],
        12 "handcycling" [] [],
        28 "ebike" [] [],
        29 "bmx" [] [],
        46 "gravelbike" [] [],
    }
    4 fitness_equipment {
        0 "gym skimachine" [] [],
        14 "indoorrowing rowingmachine" [] [2070],
        15 "elliptical ellipticaltrainer" [20047] [],
        16 "stairclimber stairclimbing" [] [2065],
        44 "pilates" [] [],
    }
    5 swimming {
        0 "swim swimming" [90024] [],
        17 "poolswim" [] [],
        18 "openwaterswim" [] [],
    }
    6 basketball { 0 "basketball" [] [15040, 15055] }
    7 soccer { 0 "soccer" [] [15610] }
    8 tennis { 0 "tennis" [15675] [] }
    9 american_football { 0 "americanfootball football" [] [15210] }
    10 training {
        0 "cooldown exercise gymnastics physicaltherapy warmitup warmup workout" [3000, 3102] [15300],
        19 "flexibility foamrolling qigong stretching taichi" [] [2101, 15670],
        20 "10minuteabs bodyweightworkout calisthenics coretraining kettlebell powerlifting \
           strengthtraining trx weightlifting weights weighttraining"
            [2131, 3101] [2030, 2130],
        26 "aerobics aerobicworkout aquafitness barre bootcamp cardio cardioworkout circuittraining \
           crossfit crosstraining functionaltraining hulahoop stepaerobics steptraining trampoline \
           wateraerobics"
            [2040, 3001, 91045] [3015, 18350],
        43 "yoga" [52000] [],
        62 "breathwork guidedbreathing" [] [],
    }
    11 walking {
        0 "dogwalk nordicwalking outdoorwalk walk walking" [90013] [17160],
        27 "indoorwalk treadmillwalk" [] [],
    }
    12 cross_country_skiing { 0 "crosscountryskiing" [] [19080] }
    13 alpine_skiing { 0 "downhillskiing skiing" [] [19075, 19160] }
    14 snowboarding { 0 "snowboarding" [] [] }
    15 rowing { 0 "row rowing" [] [] }
    16 mountaineering { 0 "mountaineering" [] [] }
    17 hiking { 0 "backpacking hike hiking rucking" [90012] [17080] }
    19 paddling { 0 "canoeing" [] [] }
    20 flying { 0 "paragliding" [] [] }
    22 motorcycling { 0 "motorcycling" [] [] }
    23 boating { 0 "boating" [] [] }
    24 driving { 0 "driving" [] [] }
    25 golf { 0 "golf" [] [15255] }
    26 hang_gliding { 0 "hanggliding" [] [] }
    27 horseback_riding { 0 "horsebackriding" [] [15370] }
    28 hunting { 0 "hunting" [] [] }
    29 fishing { 0 "fishing" [] [] }
    30 inline_skating { 0 "inlineskating rollerblading rollerskating skating" [] [15590, 15591] }
    31 rock_climbing {
        0 "climbing rockclimbing" [] [15535],
        68 "indoorclimbing" [] [],
        69 "bouldering" [] [],
    }
    32 sailing { 0 "sailing" [] [18120] }
    33 ice_skating { 0 "iceskating" [] [19030] }
    34 sky_diving { 0 "skydiving" [] [] }
    35 snowshoeing { 0 "snowshoeing" [] [19190] }
    36 snowmobiling { 0 "snowmobiling" [] [] }
    37 stand_up_paddleboarding { 0 "paddleboarding standuppaddleboarding" [] [] }
    38 surfing { 0 "surfing" [] [18220] }
    39 wakeboarding { 0 "wakeboarding" [] [] }
    40 water_skiing { 0 "waterskiing" [] [18150] }
    41 kayaking { 0 "kayaking" [] [18100] }
    42 rafting { 0 "rafting" [] [18370] }
    43 windsurfing { 0 "windsurfing" [] [] }
    44 kitesurfing { 0 "kitesurfing" [] [] }
    47 boxing { 0 "boxing" [] [15100, 15110] }
    48 floor_climbing { 0 "stairs" [] [] }
    49 baseball { 0 "baseball" [] [] }
    53 diving { 0 "scubadiving" [] [] }
    56 shooting { 0 "shooting" [] [] }
    58 winter_sport { 0 "curling sledding" [] [] }
    62 hiit {
        0 "highintensityintervaltraining hiit intervalworkout" [20057] [],
        75 "tabata tabataworkout" [] [],
    }
    63 video_gaming { 0 "videogaming" [] [] }
    64 racket {
        84 "pickleball" [] [],
        85 "padel" [] [],
        93 "platformtennis" [] [],
        94 "squash" [] [15650],
        95 "badminton" [] [15020],
        96 "racquetball" [] [15530],
        97 "pingpong tabletennis" [] [15660],
    }
    65 wheelchair_push_walk { 0 "wheelchair" [] [] }
    66 wheelchair_push_run { 0 "wheelchairrun" [] [] }
    67 meditation { 0 "meditating meditation relax" [] [] }
    69 disc_golf {
        0 "discgolf frisbee" [] [15240],
        92 "ultimatefrisbee" [] [15250],
    }
    70 team_sport { 0 "australianfootball handball netball softball waterpolo" [] [15320, 15620] }
    71 cricket { 0 "cricket" [] [15150] }
    72 rugby { 0 "rugby" [] [15560] }
    73 hockey { 0 "fieldhockey hockey icehockey" [] [15350, 15360] }
    74 lacrosse { 0 "lacrosse" [] [15460] }
    75 volleyball { 0 "beachvolleyball volleyball" [] [15711, 15725] }
    79 archery { 0 "archery" [] [15010] }
    80 mixed_martial_arts { 0 "judo karate kickboxing martialarts mma taekwondo wrestling" [] [15430] }
    82 snorkeling { 0 "snorkeling" [] [18210] }
    83 dance { 0 "ballet dance dancing zumba" [] [3025] }
    84 jump_rope { 0 "jumpingrope jumprope skippingrope" [] [15551] }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn sport(sport: i64) -> Option<Sport> {
        let sub_sport = 0;
        Some(Sport { sport, sub_sport })
    }

    #[test]
    fn the_name_comes_first_then_the_id() {
        assert_eq!(find("Run", Some(90009)), sport(1));
        assert_eq!(find("Outdoor-Bike ", Some(90009)), sport(2));
        assert_eq!(find("Laufen", Some(90009)), sport(1));
        assert_eq!(find("Quidditch", Some(-7)), None);
        assert_eq!(find("", None), None);
    }

    #[test]
    fn no_name_and_no_id_stands_twice() {
        let names = FITBIT.iter().flat_map(|row| row.1.split(' '));
        let ids = FITBIT.iter().flat_map(|row| row.2);
        let mut met = BTreeSet::new();
        for key in names.map(str::to_owned).chain(ids.map(i64::to_string)) {
            assert!(!key.is_empty() && met.insert(key.clone()), "{key:?}");
        }
        assert!(met.len() > 270);
        assert_eq!((sport_name(5), sport_name(250)), ("swimming", "generic"));
    }
}
