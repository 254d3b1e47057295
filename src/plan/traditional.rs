//! Traditional characters: rules see the simplified ones, and what is quoted stays as it was.
//!
//! Source: the transform from traditional to simplified characters of the Unicode CLDR, as far as the simplified one is in
//! GB/T 2312 and the traditional one is not; and 於, which is in it as a surname.

use std::sync::LazyLock;

use super::lexicon::is_chinese;

/// Each traditional character with its simplified one behind it, in the order of the former.
const PAIRS: &str = include_str!("traditional.txt");

static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let mut chars = PAIRS.chars().filter(|char| *char != '\n');
    std::iter::from_fn(|| Some((chars.next()?, chars.next()?))).collect()
});

/// Returns the simplified form of a traditional character, and every other character as it is.
pub(super) fn simplified(char: char) -> char {
    let known = SIMPLIFIED.binary_search_by_key(&char, |(traditional, _)| *traditional);
    known.map_or(char, |at| SIMPLIFIED[at].1)
}

/// Says whether a text is written in traditional characters; single ones stand in names everywhere.
pub(super) fn is_traditional(text: &str) -> bool {
    const LOOKED_AT: usize = 4_000;
    const LEAST: usize = 20;
    let chinese = || text.chars().filter(|char| is_chinese(*char)).take(LOOKED_AT);
    let traditional = chinese().filter(|char| simplified(*char) != *char).count();
    traditional * LEAST > chinese().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_character_stands_once_and_in_order() {
        assert_eq!(PAIRS.chars().filter(|char| *char != '\n').count() % 2, 0);
        assert!(SIMPLIFIED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(SIMPLIFIED.iter().all(|(_, plain)| simplified(*plain) == *plain), "no chains");
    }

    #[test]
    fn texts_are_told_apart() {
        let cases = [
            ("二級以上醫院發熱門診設置率達到100%", true),
            ("二级以上医院发热门诊设置率达到100%", false),
            ("加强陳姓患者管理，落实预检分诊制度，规范发热门诊设置和院感防控", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_traditional(text), expected, "{text}");
        }
        assert_eq!("衛生健康委員會不低於".chars().map(simplified).collect::<String>(), "卫生健康委员会不低于");
    }
}
