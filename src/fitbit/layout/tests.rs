//! Tests of `fitbit::layout`.
use super::*;

fn rows(text: &str) -> Option<Vec<(String, u32, u32)>> {
    let mut all = Vec::new();
    heart_rate(text.as_bytes(), |r| {
        let at = r.date.midnight().plus(i64::from(r.second));
        all.push((at.to_string(), r.bpm, r.confidence));
        Some(())
    })?;
    Some(all)
}

const ONE: &str = "{\n  \"dateTime\" : \"05/01/24 07:00:07\",\n  \"value\" : {\n    \"bpm\" : 72,\n    \"confidence\" : 3\n  }\n}";

#[test]
fn the_layout_is_read_as_it_is_written() {
    let two = format!(
        "[{ONE},{}]",
        ONE.replace("72", "121").replace("07:00:07", "07:00:12")
    );
    assert_eq!(
        rows(&two),
        Some(vec![
            ("2024-05-01T07:00:07".into(), 72, 3),
            ("2024-05-01T07:00:12".into(), 121, 3)
        ])
    );
}

#[test]
fn any_change_of_a_byte_departs_or_changes_a_digit() {
    let text = format!("[{ONE}]");
    for i in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        if let Some(b) = bytes.get_mut(i) {
            *b = b'x';
        }
        assert_eq!(heart_rate(&bytes, |_| Some(())), None, "byte {i}");
    }
    for cut in 0..text.len() {
        assert!(rows(text.get(..cut).unwrap_or_default()).is_none());
    }
    for bad in ["72", "072", "7", "7200"]
        .map(|n| text.replace("72", n))
        .iter()
        .skip(1)
    {
        assert!(rows(bad).is_none(), "{bad}");
    }
    assert!(rows(&format!("{text} ")).is_none() && rows("[]").is_none());
}

#[test]
fn eight_bytes_at_once_read_what_the_careful_way_reads() {
    let sound = *b"17:42:09";
    let mut read = 0;
    for at in 0..sound.len() {
        for byte in 0..=u8::MAX {
            let mut text = sound;
            if let Some(place) = text.get_mut(at) {
                *place = byte;
            }
            let careful = super::super::stamp::clock(&text);
            assert_eq!(second_of_day(text).map(i64::from), careful, "{text:?}");
            read += u32::from(careful.is_some());
        }
    }
    assert_eq!(read, 2 + 10 + 1 + 6 + 10 + 1 + 6 + 10);
}

#[test]
fn values_of_minutes_keep_their_decimals() {
    let read = |v: &str| {
        let text =
            format!("[{{\n  \"dateTime\" : \"05/01/24 07:00:00\",\n  \"value\" : \"{v}\"\n}}]");
        let mut got = None;
        minutes(text.as_bytes(), |r| {
            got = Some(r.number);
            Some(())
        })
        .map(|()| got)
    };
    assert_eq!(read("13"), Some(Some(13.0)));
    assert_eq!(read("1.15"), Some(Some(1.15)));
    assert_eq!(read("0.00000000001"), Some(Some(1e-11)));
    for bad in [
        "",
        "abc",
        "-5",
        "1.",
        ".5",
        "1.2.3",
        "1e3",
        " 12",
        "1234567890123",
    ] {
        assert_eq!(read(bad), None, "{bad:?}");
    }
}

type Told = (String, f64, Option<String>);

fn table_rows(text: &str) -> Option<Vec<Told>> {
    let mut all = Vec::new();
    table(text.as_bytes(), "steps", |r| {
        let at = r.date.midnight().plus(i64::from(r.second)).to_string();
        all.push((at, r.number, r.source.map(str::to_owned)));
        Some(())
    })?;
    Some(all)
}

#[test]
fn the_layout_is_read_with_and_without_a_source() {
    let text = "timestamp,steps\n2024-05-01T07:00:07Z,72.5\n2024-05-02T00:00:00.096Z,0";
    let first = ("2024-05-01T07:00:07".to_owned(), 72.5, None);
    let second = ("2024-05-02T00:00:00".to_owned(), 0.0, None);
    assert_eq!(table_rows(text), Some(vec![first, second]));
    let text = "timestamp,steps,data source\n2024-05-01T07:00:07Z,1,Inspire\n\
        2024-05-01T07:00:08Z,2,Inspire 3\n2024-05-01T07:00:09Z,3,Inspire\n";
    let sources: Vec<_> = table_rows(text).unwrap_or_default();
    let sources: Vec<_> = sources.iter().filter_map(|r| r.2.as_deref()).collect();
    assert_eq!(sources, ["Inspire", "Inspire 3", "Inspire"]);
    assert_eq!(table_rows("timestamp,steps\n"), Some(Vec::new()));
}

#[test]
fn any_other_text_departs() {
    let text = "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,A\n2024-05-01T07:00:08Z,8,A\n";
    assert!(table_rows(text).is_some_and(|all| all.len() == 2));
    for i in 0..text.len() {
        let mut bytes = text.as_bytes().to_vec();
        bytes.splice(i..=i, *b"\"");
        assert_eq!(table(&bytes, "steps", |_| Some(())), None, "byte {i}");
    }
    let odd = [
        "\u{feff}timestamp,steps\n",
        "timestamp,steps\n\n",
        "timestamp,steps\r\n",
        "timestamp,steps\n2024-05-01T07:00:07Z,\n",
        "timestamp,steps\n2024-05-01T07:00:07,7\n",
        "timestamp,steps\n2024-05-01T07:00:07+02:00,7\n",
        "timestamp,steps\n2024-05-01T07:00:07.Z,7\n",
        "timestamp,steps\n2024-02-30T07:00:07Z,7\n",
        "timestamp,steps\n2024-05-01T07:00:07Z,-7\n",
        "timestamp,steps\n2024-05-01T07:00:07Z,7,A\n",
        "timestamp,steps,data source\n2024-05-01T07:00:07Z,7\n",
        "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,\n",
        "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,null\n",
        "timestamp,steps,data source\n2024-05-01T07:00:07Z,7, A\n",
        "timestamp,steps,data source\n2024-05-01T07:00:07Z,7,A,B\n",
        "timestamp,floors\n",
    ];
    for text in odd {
        assert_eq!(table_rows(text), None, "{text:?}");
    }
}
