//! Which FIT sport a Fitbit exercise is: by its name, then by its type id, then generic.
//!
//! Names come first because they are what the user saw; they are compared without case, spaces and
//! hyphens. Ids marked inferred rest on Compendium codes and were not seen in an export. The table
//! is a list of facts; numbers are those of FIT profile 21.218.

/// `sport` and `sub_sport` numbers of the FIT profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sport {
    /// `sport`.
    pub sport: u8,
    /// `sub_sport`.
    pub sub_sport: u8,
}

/// Neither name nor id is known.
pub const GENERIC: Sport = Sport {
    sport: 0,
    sub_sport: 0,
};
/// `sport` of swimming.
pub const SWIMMING: u8 = 5;
/// `sport` of running.
pub const RUNNING: u8 = 1;
/// `sport` of cycling.
const CYCLING: u8 = 2;
/// `sport` of machines that stand still, and `sub_sport` of one of them.
const FITNESS_EQUIPMENT: u8 = 4;
const INDOOR_ROWING: u8 = 14;
/// `sport` of rowing.
const ROWING: u8 = 15;
/// `sport` of walking.
pub const WALKING: u8 = 11;
/// `sport` of hiking.
pub const HIKING: u8 = 17;
/// `sub_sport` of swimming in a pool.
pub const LAP_SWIMMING: u8 = 17;
/// `sub_sport` of swimming in open water.
pub const OPEN_WATER: u8 = 18;

impl Sport {
    /// Tells whether steps make the way.
    #[must_use]
    pub fn is_on_foot(self) -> bool {
        [RUNNING, WALKING, HIKING].contains(&self.sport)
    }

    /// Returns a speed in m/s that nobody keeps up for ten seconds in this sport.
    #[must_use]
    pub fn fastest(self) -> f64 {
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
#[must_use]
pub fn find(name: &str, type_id: Option<i64>) -> Option<Sport> {
    by_name(name).or_else(|| by_id(type_id?))
}

fn by_name(name: &str) -> Option<Sport> {
    let key: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let at = NAMES.binary_search_by(|(n, _, _)| (*n).cmp(&key)).ok()?;
    NAMES
        .get(at)
        .map(|&(_, sport, sub_sport)| Sport { sport, sub_sport })
}

fn by_id(id: i64) -> Option<Sport> {
    let at = IDS.binary_search_by_key(&id, |&(i, _, _)| i).ok()?;
    IDS.get(at)
        .map(|&(_, sport, sub_sport)| Sport { sport, sub_sport })
}

/// Returns the profile's name of a sport, for file names and tables.
#[must_use]
pub fn sport_name(sport: u8) -> &'static str {
    SPORTS
        .iter()
        .find(|(n, _)| *n == sport)
        .map_or("generic", |(_, name)| name)
}

/// Names of the `sport` numbers in use.
const SPORTS: &[(u8, &str)] = &[
    (0, "generic"),
    (1, "running"),
    (2, "cycling"),
    (4, "fitness_equipment"),
    (5, "swimming"),
    (6, "basketball"),
    (7, "soccer"),
    (8, "tennis"),
    (9, "american_football"),
    (10, "training"),
    (11, "walking"),
    (12, "cross_country_skiing"),
    (13, "alpine_skiing"),
    (14, "snowboarding"),
    (15, "rowing"),
    (16, "mountaineering"),
    (17, "hiking"),
    (19, "paddling"),
    (20, "flying"),
    (22, "motorcycling"),
    (23, "boating"),
    (24, "driving"),
    (25, "golf"),
    (26, "hang_gliding"),
    (27, "horseback_riding"),
    (28, "hunting"),
    (29, "fishing"),
    (30, "inline_skating"),
    (31, "rock_climbing"),
    (32, "sailing"),
    (33, "ice_skating"),
    (34, "sky_diving"),
    (35, "snowshoeing"),
    (36, "snowmobiling"),
    (37, "stand_up_paddleboarding"),
    (38, "surfing"),
    (39, "wakeboarding"),
    (40, "water_skiing"),
    (41, "kayaking"),
    (42, "rafting"),
    (43, "windsurfing"),
    (44, "kitesurfing"),
    (47, "boxing"),
    (48, "floor_climbing"),
    (49, "baseball"),
    (53, "diving"),
    (56, "shooting"),
    (58, "winter_sport"),
    (62, "hiit"),
    (63, "video_gaming"),
    (64, "racket"),
    (65, "wheelchair_push_walk"),
    (66, "wheelchair_push_run"),
    (67, "meditation"),
    (69, "disc_golf"),
    (70, "team_sport"),
    (71, "cricket"),
    (72, "rugby"),
    (73, "hockey"),
    (74, "lacrosse"),
    (75, "volleyball"),
    (79, "archery"),
    (80, "mixed_martial_arts"),
    (82, "snorkeling"),
    (83, "dance"),
    (84, "jump_rope"),
];

/// Fitbit names (lower case, letters and digits only), sorted, with sport and sub-sport.
const NAMES: &[(&str, u8, u8)] = &[
    ("10minuteabs", 10, 20),
    ("aerobics", 10, 26),
    ("aerobicworkout", 10, 26),
    ("americanfootball", 9, 0),
    ("aquafitness", 10, 26),
    ("archery", 79, 0),
    ("australianfootball", 70, 0),
    ("backpacking", 17, 0),
    ("badminton", 64, 95),
    ("ballet", 83, 0),
    ("barre", 10, 26),
    ("baseball", 49, 0),
    ("basketball", 6, 0),
    ("beachvolleyball", 75, 0),
    ("bicycling", 2, 0),
    ("bike", 2, 0),
    ("biking", 2, 0),
    ("billiards", 0, 0),
    ("bmx", 2, 29),
    ("boating", 23, 0),
    ("bodyweightworkout", 10, 20),
    ("bootcamp", 10, 26),
    ("bouldering", 31, 69),
    ("bowling", 0, 0),
    ("boxing", 47, 0),
    ("breathwork", 10, 62),
    ("calisthenics", 10, 20),
    ("canoeing", 19, 0),
    ("cardio", 10, 26),
    ("cardioworkout", 10, 26),
    ("circuittraining", 10, 26),
    ("climbing", 31, 0),
    ("cooldown", 10, 0),
    ("coretraining", 10, 20),
    ("cricket", 71, 0),
    ("crosscountryskiing", 12, 0),
    ("crossfit", 10, 26),
    ("crosstraining", 10, 26),
    ("curling", 58, 0),
    ("cycling", 2, 0),
    ("dance", 83, 0),
    ("dancing", 83, 0),
    ("discgolf", 69, 0),
    ("dogwalk", 11, 0),
    ("downhillskiing", 13, 0),
    ("driving", 24, 0),
    ("ebike", 2, 28),
    ("elliptical", 4, 15),
    ("ellipticaltrainer", 4, 15),
    ("exercise", 10, 0),
    ("exercisebike", 2, 6),
    ("fencing", 0, 0),
    ("fieldhockey", 73, 0),
    ("fishing", 29, 0),
    ("flexibility", 10, 19),
    ("foamrolling", 10, 19),
    ("football", 9, 0),
    ("frisbee", 69, 0),
    ("functionaltraining", 10, 26),
    ("gardening", 0, 0),
    ("golf", 25, 0),
    ("gravelbike", 2, 46),
    ("guidedbreathing", 10, 62),
    ("gym", 4, 0),
    ("gymnastics", 10, 0),
    ("handball", 70, 0),
    ("handcycling", 2, 12),
    ("hanggliding", 26, 0),
    ("highintensityintervaltraining", 62, 0),
    ("hiit", 62, 0),
    ("hike", 17, 0),
    ("hiking", 17, 0),
    ("hockey", 73, 0),
    ("horsebackriding", 27, 0),
    ("housecleaning", 0, 0),
    ("hulahoop", 10, 26),
    ("hunting", 28, 0),
    ("icehockey", 73, 0),
    ("iceskating", 33, 0),
    ("indoorbike", 2, 6),
    ("indoorclimbing", 31, 68),
    ("indoorcycling", 2, 6),
    ("indoorrowing", 4, 14),
    ("indoorrun", 1, 45),
    ("indoorwalk", 11, 27),
    ("inlineskating", 30, 0),
    ("intervalworkout", 62, 0),
    ("jogging", 1, 0),
    ("judo", 80, 0),
    ("jumpingrope", 84, 0),
    ("jumprope", 84, 0),
    ("karate", 80, 0),
    ("kayaking", 41, 0),
    ("kettlebell", 10, 20),
    ("kickboxing", 80, 0),
    ("kitesurfing", 44, 0),
    ("lacrosse", 74, 0),
    ("martialarts", 80, 0),
    ("meditating", 67, 0),
    ("meditation", 67, 0),
    ("mma", 80, 0),
    ("motorcycling", 22, 0),
    ("mountainbike", 2, 8),
    ("mountainbiking", 2, 8),
    ("mountaineering", 16, 0),
    ("multisport", 0, 0),
    ("netball", 70, 0),
    ("nordicwalking", 11, 0),
    ("openwaterswim", 5, 18),
    ("other", 0, 0),
    ("outdoorbike", 2, 0),
    ("outdoorcycling", 2, 0),
    ("outdoorrun", 1, 0),
    ("outdoorwalk", 11, 0),
    ("paddleboarding", 37, 0),
    ("padel", 64, 85),
    ("paragliding", 20, 0),
    ("physicaltherapy", 10, 0),
    ("pickleball", 64, 84),
    ("pilates", 4, 44),
    ("pingpong", 64, 97),
    ("platformtennis", 64, 93),
    ("poolswim", 5, 17),
    ("powerlifting", 10, 20),
    ("qigong", 10, 19),
    ("racquetball", 64, 96),
    ("rafting", 42, 0),
    ("relax", 67, 0),
    ("roadbike", 2, 7),
    ("rockclimbing", 31, 0),
    ("rollerblading", 30, 0),
    ("rollerskating", 30, 0),
    ("row", 15, 0),
    ("rowing", 15, 0),
    ("rowingmachine", 4, 14),
    ("rucking", 17, 0),
    ("rugby", 72, 0),
    ("run", 1, 0),
    ("running", 1, 0),
    ("sailing", 32, 0),
    ("scubadiving", 53, 0),
    ("shooting", 56, 0),
    ("shovelingsnow", 0, 0),
    ("skateboarding", 0, 0),
    ("skating", 30, 0),
    ("skiing", 13, 0),
    ("skimachine", 4, 0),
    ("skippingrope", 84, 0),
    ("skydiving", 34, 0),
    ("sledding", 58, 0),
    ("snorkeling", 82, 0),
    ("snowboarding", 14, 0),
    ("snowmobiling", 36, 0),
    ("snowshoeing", 35, 0),
    ("soccer", 7, 0),
    ("softball", 70, 0),
    ("spinning", 2, 6),
    ("sport", 0, 0),
    ("squash", 64, 94),
    ("stairclimber", 4, 16),
    ("stairclimbing", 4, 16),
    ("stairs", 48, 0),
    ("standuppaddleboarding", 37, 0),
    ("stationarybike", 2, 6),
    ("stepaerobics", 10, 26),
    ("steptraining", 10, 26),
    ("strengthtraining", 10, 20),
    ("stretching", 10, 19),
    ("surfing", 38, 0),
    ("swim", 5, 0),
    ("swimming", 5, 0),
    ("tabata", 62, 75),
    ("tabataworkout", 62, 75),
    ("tabletennis", 64, 97),
    ("taekwondo", 80, 0),
    ("taichi", 10, 19),
    ("tennis", 8, 0),
    ("trackrun", 1, 4),
    ("trailrun", 1, 3),
    ("trampoline", 10, 26),
    ("treadmill", 1, 1),
    ("treadmillrun", 1, 1),
    ("treadmillwalk", 11, 27),
    ("triathlon", 0, 0),
    ("trx", 10, 20),
    ("ultimatefrisbee", 69, 92),
    ("videogaming", 63, 0),
    ("virtualrun", 1, 58),
    ("volleyball", 75, 0),
    ("wakeboarding", 39, 0),
    ("walk", 11, 0),
    ("walking", 11, 0),
    ("warmitup", 10, 0),
    ("warmup", 10, 0),
    ("wateraerobics", 10, 26),
    ("waterpolo", 70, 0),
    ("waterskiing", 40, 0),
    ("weightlifting", 10, 20),
    ("weights", 10, 20),
    ("weighttraining", 10, 20),
    ("wheelchair", 65, 0),
    ("wheelchairrun", 66, 0),
    ("windsurfing", 43, 0),
    ("workout", 10, 0),
    ("wrestling", 80, 0),
    ("yardwork", 0, 0),
    ("yoga", 10, 43),
    ("zumba", 83, 0),
];

/// Fitbit type ids, sorted, with sport and sub-sport.
const IDS: &[(i64, u8, u8)] = &[
    (1009, 2, 8), // inferred
    (1071, 2, 0),
    (2010, 2, 6),   // inferred
    (2030, 10, 20), // inferred
    (2040, 10, 26),
    (2065, 4, 16),  // inferred
    (2070, 4, 14),  // inferred
    (2101, 10, 19), // inferred
    (2130, 10, 20), // inferred
    (2131, 10, 20),
    (3000, 10, 0),
    (3001, 10, 26),
    (3015, 10, 26), // inferred
    (3025, 83, 0),  // inferred
    (3101, 10, 20),
    (3102, 10, 0),
    (12020, 1, 0), // inferred
    (12150, 1, 0), // inferred
    (15000, 0, 0),
    (15010, 79, 0),  // inferred
    (15020, 64, 95), // inferred
    (15040, 6, 0),   // inferred
    (15055, 6, 0),   // inferred
    (15090, 0, 0),   // inferred
    (15100, 47, 0),  // inferred
    (15110, 47, 0),  // inferred
    (15150, 71, 0),  // inferred
    (15200, 0, 0),
    (15210, 9, 0),   // inferred
    (15240, 69, 0),  // inferred
    (15250, 69, 92), // inferred
    (15255, 25, 0),  // inferred
    (15300, 10, 0),  // inferred
    (15320, 70, 0),  // inferred
    (15350, 73, 0),  // inferred
    (15360, 73, 0),  // inferred
    (15370, 27, 0),  // inferred
    (15430, 80, 0),  // inferred
    (15460, 74, 0),  // inferred
    (15530, 64, 96), // inferred
    (15535, 31, 0),  // inferred
    (15551, 84, 0),  // inferred
    (15560, 72, 0),  // inferred
    (15580, 0, 0),
    (15590, 30, 0),  // inferred
    (15591, 30, 0),  // inferred
    (15610, 7, 0),   // inferred
    (15620, 70, 0),  // inferred
    (15650, 64, 94), // inferred
    (15660, 64, 97), // inferred
    (15670, 10, 19), // inferred
    (15675, 8, 0),
    (15711, 75, 0),  // inferred
    (15725, 75, 0),  // inferred
    (17080, 17, 0),  // inferred
    (17160, 11, 0),  // inferred
    (18100, 41, 0),  // inferred
    (18120, 32, 0),  // inferred
    (18150, 40, 0),  // inferred
    (18210, 82, 0),  // inferred
    (18220, 38, 0),  // inferred
    (18350, 10, 26), // inferred
    (18370, 42, 0),  // inferred
    (19030, 33, 0),  // inferred
    (19075, 13, 0),  // inferred
    (19080, 12, 0),  // inferred
    (19160, 13, 0),  // inferred
    (19190, 35, 0),  // inferred
    (20047, 4, 15),
    (20049, 1, 1),
    (20057, 62, 0),
    (52000, 10, 43),
    (55001, 2, 6),
    (90001, 2, 0),
    (90009, 1, 0),
    (90012, 17, 0),
    (90013, 11, 0),
    (90024, 5, 0),
    (91045, 10, 26),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_first_then_the_id() {
        assert_eq!(
            find("Run", Some(90009)),
            Some(Sport {
                sport: 1,
                sub_sport: 0
            })
        );
        assert_eq!(
            find("Outdoor-Bike ", Some(90009)),
            Some(Sport {
                sport: 2,
                sub_sport: 0
            })
        );
        assert_eq!(
            find("Laufen", Some(90009)),
            Some(Sport {
                sport: 1,
                sub_sport: 0
            })
        );
        assert_eq!(find("Quidditch", Some(-7)), None);
        assert_eq!(find("", None), None);
    }

    #[test]
    fn the_tables_are_sorted_and_every_sport_has_a_name() {
        assert!(NAMES.len() > 200 && NAMES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(IDS.len() > 70 && IDS.is_sorted_by(|a, b| a.0 < b.0));
        for &(name, sport, _) in NAMES {
            assert!(sport == 0 || sport_name(sport) != "generic", "{name}");
        }
    }
}
