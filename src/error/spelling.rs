//! Which known word a misspelt one was probably meant to be.

/// Finds the known word that is nearest to a misspelt one, as far as a third of its letters may be wrong.
pub fn nearest<'known>(wrong: &str, known: impl Iterator<Item = &'known str>) -> Option<&'known str> {
    // Longer than any name in our files; measuring the distance of a whole page would only take time.
    if wrong.len() > 60 {
        return None;
    }
    let measured = known.map(|word| (distance(wrong, word), word));
    let (distance, word) = measured.min_by_key(|(distance, _)| *distance)?;
    let letters = word.chars().count();
    // Of a word of two letters one is half of it: `cn` is no misspelt `en`.
    (distance <= letters.div_ceil(3) && distance * 2 < letters).then_some(word)
}

/// Counts the letters to insert, delete, replace or swap with their neighbour to make one word of another.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &wanted) in to.iter().enumerate() {
            let mut cost =
                (last[column] + usize::from(letter != wanted)).min(last[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && letter == to[column - 1] && from[row - 1] == wanted;
            if swapped {
                cost = cost.min(before[column - 1] + 1);
            }
            current.push(cost);
        }
        before = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_a_swap_once() {
        for (from, to, expected) in [("", "ab", 2), ("ab", "ab", 0), ("ab", "ba", 1), ("kitten", "sitting", 3)] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_what_is_near_is_offered() {
        let known = ["bureau", "inspector", "language"];
        let cases = [("bureu", Some("bureau")), ("inspektor", Some("inspector")), ("zzz", None), ("", None)];
        for (wrong, expected) in cases {
            assert_eq!(nearest(wrong, known.into_iter()), expected, "{wrong}");
        }
        assert_eq!(nearest("cn", ["zh", "en"].into_iter()), None);
    }
}
