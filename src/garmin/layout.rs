//! Laying out files: which neighbouring records share one file.
//!
//! Knows neither records nor paths; both come from the writer that plans.

use super::Piece;

/// Turns items, each with the key of its file and its place (index or day), into one piece per run
/// of equal keys. `path` names the file of a key.
pub(super) fn runs<K: PartialEq>(
    items: impl Iterator<Item = (K, i64)>,
    path: impl Fn(&K) -> String,
) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut current = None;
    for (key, at) in items {
        match pieces.last_mut() {
            Some(piece) if current.as_ref() == Some(&key) => piece.range.1 = at + 1,
            _ => {
                pieces.push(Piece {
                    path: path(&key),
                    range: (at, at + 1),
                });
                current = Some(key);
            }
        }
    }
    pieces
}

/// Returns the part of `list` that a piece with indices covers; empty where it covers none of it.
pub(super) fn slice<'a, T>(list: &'a [T], piece: &Piece) -> &'a [T] {
    let index = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    list.get(index(piece.range.0)..index(piece.range.1))
        .unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_with_one_key_share_a_piece() {
        let items = [(1, 10), (1, 12), (2, 13), (2, 14), (2, 20)];
        let pieces = runs(items.into_iter(), |k| format!("f{k}"));
        let told: Vec<(&str, (i64, i64))> =
            pieces.iter().map(|p| (p.path.as_str(), p.range)).collect();
        assert_eq!(told, [("f1", (10, 13)), ("f2", (13, 21))]);
        assert!(runs(std::iter::empty::<(u8, i64)>(), |_| String::new()).is_empty());
    }

    #[test]
    fn a_piece_outside_the_list_covers_nothing() {
        let piece = |range| Piece {
            path: String::new(),
            range,
        };
        assert_eq!(slice(&[1, 2, 3], &piece((1, 3))), [2, 3]);
        for range in [(2, 4), (-1, 2), (2, 1)] {
            assert!(slice(&[1, 2, 3], &piece(range)).is_empty(), "{range:?}");
        }
    }
}
