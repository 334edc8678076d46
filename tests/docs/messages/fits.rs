//! FIT files that are damaged, and those that are nonsense under right checksums.

use trackersync::fit::crc::crc16;

use super::super::stage::Stage;

/// Wraps data in a header and checksums that are right.
pub(super) fn sealed(data: &[u8]) -> Vec<u8> {
    let mut out = vec![14, 0x20, 0, 0];
    out.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    out.extend(b".FIT");
    out.extend(crc16(&out).to_le_bytes());
    out.extend(data);
    out.extend(crc16(&out).to_le_bytes());
    out
}

/// One definition with its data message. The header byte says whether developer fields follow.
fn defined(head: u8, fields: &[u8], data: &[u8]) -> Vec<u8> {
    let count = u8::try_from(fields.len() / 3).unwrap();
    [&[head, 0, 0, 18, 0, count], fields, data].concat()
}

/// Makes all of them.
pub(super) fn make(stage: &Stage) {
    let good = sealed(&defined(0x40, &[253, 4, 0x86], &[0, 1, 2, 3, 4]));
    let mut header = good.clone();
    header[1] ^= 1;
    let mut file = good.clone();
    file[20] ^= 1;
    // The second description of developer field 0 gives it another type.
    let described = |base: u8| [0, 0, 0, base];
    let mut twice = vec![0x40, 0, 0, 206, 0, 3, 0, 1, 2, 1, 1, 2, 2, 1, 2];
    twice.extend([described(2), described(1)].concat());
    let many = [vec![0x40, 0, 0, 18, 0, 0], vec![0; 2_000_001]].concat();
    for (name, bytes) in [
        ("fit/good.fit", good.clone()),
        ("fit/a-cut.fit", good[..good.len() - 5].to_vec()),
        ("fit/b-header.fit", header),
        ("fit/c-changed.fit", file),
        ("fit/d-overrun.fit", sealed(&[0x40])),
        (
            "fit/e-wide.fit",
            sealed(&defined(0x40, &[253, 8, 0x8F], &[])),
        ),
        (
            "fit/f-size.fit",
            sealed(&defined(0x40, &[253, 3, 0x86], &[])),
        ),
        (
            "fit/g-developer.fit",
            sealed(&defined(0x60, &[], &[1, 9, 255, 0])),
        ),
        ("fit/h-undefined.fit", sealed(&[0x00])),
        ("fit/i-twice.fit", sealed(&twice)),
        ("fit/j-many.fit", sealed(&many)),
    ] {
        stage.file(name, &bytes);
    }
}
