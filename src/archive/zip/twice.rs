//! What an entry says of itself twice, in its own header and in the central directory.
//!
//! Two tellings that differ are a sign of damage even where the data is sound by its checksum, and
//! even in an entry that nobody reads: a flipped bit never comes alone. What real writers do
//! differently is no contradiction: zeros where a data descriptor follows, all ones where the
//! zip64 field tells the size. It judges two headers and reads nothing.

use super::directory::Central;
use super::local::Local;

/// Flags that decide how the bytes are to be read: encryption (0, 6, 13), data descriptor (3) and
/// patched data (5). The others are hints, and writers set them in one header only (APPNOTE 4.4.4).
const FLAGS: u16 = 1 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 13;
/// Internal attributes that are in use: the text bit (APPNOTE 4.4.14).
const INTERNAL: u16 = 1;
/// A size that the zip64 field tells (APPNOTE 4.4.8).
const ELSEWHERE: u32 = u32::MAX;

/// Returns the first contradiction between the two headers of an entry.
pub(super) fn contradiction(local: &Local<'_>, central: &Central) -> Option<String> {
    let name_is_other = local.name.len() == central.name.len() && local.name != central.name;
    let date_is_other = ![local.modified, central.modified].contains(&0);
    let what = if central.internal & !INTERNAL != 0 {
        return Some("the attributes of an entry have bits that no writer sets".to_owned());
    } else if name_is_other {
        "another name"
    } else if local.method != central.method {
        "another compression method"
    } else if (local.flags ^ central.flags) & FLAGS != 0 {
        "other flags"
    } else if local.crc != 0 && local.crc != central.crc {
        "another checksum"
    } else if is_other(local.packed, central.packed) || is_other(local.bytes, central.bytes) {
        "another size"
    } else if date_is_other && local.modified != central.modified {
        "another date"
    } else {
        return None;
    };
    Some(format!(
        "an entry tells {what} in its own header than in the central directory"
    ))
}

/// Tells whether a size in a local header is neither left open nor the one in the directory.
fn is_other(local: u32, central: u64) -> bool {
    local != 0 && local != ELSEWHERE && u64::from(local) != central
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Local<'static> {
        Local {
            flags: 0x800,
            modified: 0x5861_4000,
            crc: 7,
            packed: 20,
            bytes: 30,
            method: 8,
            extra: 0,
            name: b"a.json",
            name_len: 6,
        }
    }

    fn central() -> Central {
        Central {
            name: b"a.json".to_vec(),
            header: 0,
            packed: 20,
            bytes: 30,
            crc: 7,
            method: 8,
            flags: 0x800,
            modified: 0x5861_4000,
            internal: 1,
            encrypted: false,
            file_type: 0,
        }
    }

    #[test]
    fn what_real_writers_do_differently_is_no_contradiction() {
        assert_eq!(contradiction(&local(), &central()), None);
        let streamed = Local {
            flags: 0x808,
            crc: 0,
            packed: 0,
            bytes: 0,
            ..local()
        };
        let told = Central {
            flags: 0x808,
            ..central()
        };
        assert_eq!(contradiction(&streamed, &told), None, "data descriptor");
        let large = Local {
            packed: ELSEWHERE,
            bytes: ELSEWHERE,
            ..local()
        };
        assert_eq!(contradiction(&large, &central()), None, "zip64");
        let undated = Local {
            modified: 0,
            flags: 0x6,
            ..local()
        };
        assert_eq!(contradiction(&undated, &central()), None, "hints");
    }

    #[test]
    fn every_flipped_bit_of_what_matters_is_a_contradiction() {
        let flips: [fn(&mut Local<'_>, u32); 5] = [
            |l, bit| l.crc ^= bit,
            |l, bit| l.packed ^= bit,
            |l, bit| l.bytes ^= bit,
            |l, bit| l.modified ^= bit,
            |l, bit| l.method ^= u16::try_from(bit & 0xFFFF).unwrap_or(0),
        ];
        let mut met = 0;
        for flip in flips {
            for bit in (0..16).map(|n| 1 << n) {
                let mut local = local();
                flip(&mut local, bit);
                assert!(contradiction(&local, &central()).is_some(), "{local:?}");
                met += 1;
            }
        }
        for bit in (1..16).map(|n| 1 << n) {
            let odd = Central {
                internal: bit,
                ..central()
            };
            assert!(contradiction(&local(), &odd).is_some());
            met += 1;
        }
        assert_eq!(met, 95);
    }
}
