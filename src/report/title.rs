//! Where a title is broken into lines: words stay whole, and the lines make a trapezoid or a diamond (GB/T 9704-2012,
//! 7.3.1).
//!
//! Every place between two characters has a price, and so has every line that is longer or shorter than the others; the
//! cheapest way to break the title is taken. Widths are in half characters ([`halves`]).

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::halves;

/// The words of titles, with the places that they make good or bad to break at.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::read(include_str!("title.txt")));

/// Where a line may well end: before 关于, behind the name of a body.
const GOOD: usize = 0;
/// On either side of a name in 《》.
const NAME: usize = 60;
/// Between two words.
const WORD: usize = 160;
/// Behind 关于, 的 and what joins two words.
const LOOSE: usize = 320;
/// In what may be a word that is not known.
const UNKNOWN: usize = 640;
/// Where nothing but a line that is too long speaks for it.
const NEVER: usize = 40_000;

/// The price of every line.
const LINE: usize = 60;
/// The price of a line that is shorter than both of its neighbours: the lines make an hourglass.
const HOURGLASS: usize = 160;
/// The price of a line that is hardly a word.
const STUB: usize = 160;
/// The width of one, and how much shorter than its neighbours the waist of an hourglass is, in half characters.
const STUB_HALVES: usize = 8;
const WAIST_HALVES: usize = 2;

#[derive(Default)]
struct Lexicon {
    begins: Vec<Vec<char>>,
    bodies: Vec<Vec<char>>,
    follows: Vec<Vec<char>>,
    joins: Vec<Vec<char>>,
    words: Vec<Vec<char>>,
    /// What opens and closes something that stays in one line.
    pairs: Vec<(char, char)>,
    closing: Vec<char>,
    opening: Vec<char>,
}

impl Lexicon {
    /// Reads lines of `sort = words`.
    fn read(text: &'static str) -> Self {
        let mut lexicon = Self::default();
        for (sort, words) in text.lines().filter_map(|line| line.split_once(" = ")) {
            let marks = words.chars().filter(|mark| !mark.is_whitespace());
            let list = match sort {
                "pairs" => {
                    let pair = |pair: &str| pair.chars().next().zip(pair.chars().last());
                    lexicon.pairs.extend(words.split_whitespace().filter_map(pair));
                    continue;
                }
                "closing" => {
                    lexicon.closing.extend(marks);
                    continue;
                }
                "opening" => {
                    lexicon.opening.extend(marks);
                    continue;
                }
                "begins" => &mut lexicon.begins,
                "bodies" => &mut lexicon.bodies,
                "follows" => &mut lexicon.follows,
                "joins" => &mut lexicon.joins,
                _ => &mut lexicon.words,
            };
            list.extend(words.split_whitespace().map(|word| word.chars().collect()));
        }
        lexicon
    }

    /// Returns the length of the longest word that a text begins with.
    fn longest(words: &[Vec<char>], text: &[char]) -> Option<usize> {
        words.iter().filter(|word| text.starts_with(word)).map(Vec::len).max()
    }
}

/// Breaks a title into lines that are at most so many half characters wide.
pub fn lines(title: &str, width: usize) -> Vec<String> {
    let text: Vec<char> = title.chars().collect();
    let widths: Vec<usize> = text.iter().copied().map(halves::of_character).collect();
    let all: usize = widths.iter().sum();
    if all <= width {
        return vec![title.to_owned()];
    }
    let prices = prices(&text, &widths, width);
    let fewest = all.div_ceil(width.max(2));
    let cheapest = (fewest..=fewest + 2).filter_map(|count| break_into(count, &prices, &widths, width)).min();
    // Lines one character wide always fit; there is a way then.
    let ends = cheapest.map_or_else(|| vec![text.len()], |(_, ends)| ends);
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, end)| text[start..*end].iter().collect::<String>().trim().to_owned()).collect()
}

/// How far a title is broken: where the last line ends, how wide it is, and whether it is shorter than the one above.
type Reached = (usize, usize, bool);

/// Finds the cheapest way into so many lines: its price, and where the lines end.
fn break_into(count: usize, prices: &[usize], widths: &[usize], width: usize) -> Option<(usize, Vec<usize>)> {
    let all: usize = widths.iter().sum();
    let mut reached: HashMap<Reached, (usize, Vec<usize>)> = HashMap::from([((0, 0, false), (0, Vec::new()))]);
    for number in 1..=count {
        let mut next: HashMap<Reached, (usize, Vec<usize>)> = HashMap::new();
        for ((start, above, is_shorter), (price, ends)) in reached {
            let mut line = 0;
            for end in start + 1..=widths.len() {
                line += widths[end - 1];
                if line > width {
                    break;
                }
                if (end == widths.len()) != (number == count) {
                    continue;
                }
                let uneven = (line * count).abs_diff(all).pow(2) / (count * count);
                let mut sum = price + LINE + uneven + prices[end];
                sum += if line < STUB_HALVES { STUB } else { 0 };
                sum += if is_shorter && line > above + WAIST_HALVES { HOURGLASS } else { 0 };
                let key = (end, line, number > 1 && line + WAIST_HALVES < above);
                let mut ends = ends.clone();
                ends.push(end);
                let found = next.entry(key).or_insert_with(|| (sum, ends.clone()));
                // Of two ways at one price the same one is taken every time.
                if (sum, &ends) < (found.0, &found.1) {
                    *found = (sum, ends);
                }
            }
        }
        reached = next;
    }
    reached.into_values().min()
}

/// Returns what it costs to end a line before each character, and at the end.
fn prices(text: &[char], widths: &[usize], width: usize) -> Vec<usize> {
    let mut prices = vec![UNKNOWN; text.len() + 1];
    prices[text.len()] = 0;
    by_words(text, &mut prices);
    for &(open, close) in &LEXICON.pairs {
        for range in pairs(text, open, close) {
            let is_short = widths[range.clone()].iter().sum::<usize>() <= width;
            for price in &mut prices[range.start + 1..range.end] {
                // A long name is broken by its words, but rather not at all.
                *price = if is_short { NEVER } else { *price + UNKNOWN };
            }
            if open == '《' {
                // 关于 goes with the name behind it.
                if prices[range.start] != LOOSE {
                    prices[range.start] = prices[range.start].min(NAME);
                }
                prices[range.end] = prices[range.end].min(NAME);
            }
        }
    }
    for at in 1..text.len() {
        let (before, after) = (text[at - 1], text[at]);
        let in_number = before.is_ascii_alphanumeric() && !after.is_whitespace() && !LEXICON.opening.contains(&after);
        if before.is_whitespace() {
            prices[at] = prices[at].min(WORD);
        } else if in_number && (after.is_ascii() || before.is_ascii_digit()) {
            prices[at] = NEVER;
        }
        let follows = Lexicon::longest(&LEXICON.follows, &text[at..]).is_some();
        if follows || LEXICON.closing.contains(&after) || LEXICON.opening.contains(&before) {
            prices[at] = NEVER;
        }
    }
    prices
}

/// Prices the places that words make good or bad.
fn by_words(text: &[char], prices: &mut [usize]) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let of = |words: &[Vec<char>]| Lexicon::longest(words, rest);
        let mut ends = |from: usize, length: usize, before: usize, behind: usize| {
            // What ends loosely does so whatever begins behind it.
            if prices[from] != LOOSE {
                prices[from] = prices[from].min(before);
            }
            prices[from + 1..from + length].fill(NEVER);
            if from + length < text.len() {
                prices[from + length] = behind;
            }
            length
        };
        at += if let Some(length) = of(&LEXICON.begins) {
            ends(at, length, GOOD, LOOSE)
        } else if let Some(length) = of(&LEXICON.bodies) {
            ends(at, length, WORD, GOOD)
        } else if let Some(length) = of(&LEXICON.words) {
            ends(at, length, WORD, WORD)
        } else if let Some(length) = of(&LEXICON.follows) {
            ends(at, length, NEVER, LOOSE)
        } else if let Some(length) = year(rest) {
            ends(at, length, WORD, WORD)
        } else if let Some(length) = of(&LEXICON.joins) {
            ends(at, length, WORD, LOOSE)
        } else {
            1
        };
    }
    prices[0] = 0;
}

/// Returns the length of a number with what it counts: 2026年, 3月, 19号.
fn year(text: &[char]) -> Option<usize> {
    let digits = text.iter().take_while(|character| character.is_ascii_digit()).count();
    let counted =
        text.get(digits).filter(|character| !character.is_ascii() && !LEXICON.closing.contains(*character))?;
    (digits > 0).then(|| digits + usize::from(!LEXICON.opening.contains(counted)))
}

/// Finds what stands between two marks, the marks included.
fn pairs(text: &[char], open: char, close: char) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in text.iter().enumerate() {
        if *character == open {
            start = start.or(Some(at));
        } else if *character == close
            && let Some(start) = start.take()
        {
            found.push(start..at + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2号 on the type area: 20 characters.
    const WIDTH: usize = 40;

    #[test]
    fn titles_are_broken_by_meaning() {
        let cases = [
            "云澜市卫生健康委员会|关于卫生健康工作督查情况的通报",
            "云澜市卫生健康委员会|关于发热门诊督查情况的通报",
            "云澜市卫生健康委员会|关于《云澜市2026年卫生健康工作要点》|完成情况的报告",
            "云澜市卫生健康委员会|关于年度工作要点完成情况的报告",
            "澜城区卫生健康局关于2026年第三季度|医疗废物管理专项督查情况的通报",
            "卫生监督意见书",
            "预检分诊试用表",
            "云澜市卫生健康委员会|关于核酸采样点督查情况的通报",
            "某某省某某市某某区卫生健康委员会|关于基层医疗机构预防接种和疫苗管理|专项督查情况的通报",
            "云澜市卫生健康委员会办公室|关于印发《医疗废物专项整治方案》的通知",
            "云澜市人民政府办公室|关于进一步加强院感防控工作的通知",
            // This name takes more than a line.
            "新疆维吾尔自治区某某自治州卫生健康委员会|关于《某某自治州二〇二六年卫生健康|重点工作任务》完成情况的报告",
            "云澜市卫生健康委员会|关于集中隔离医学观察点督查情况的通报",
            "云澜市卫生健康委员会关于云澜高新区|发热门诊和预检分诊督查情况的通报",
            "云澜市卫生健康委员会、云澜市教育局|关于学校卫生工作督查情况的通报",
            "云澜市卫生健康委员会|关于《云澜市“十四五”卫生健康发展规划》|和《云澜市2026年卫生健康工作要点》|完成情况的报告",
        ];
        for wanted in cases {
            assert_eq!(lines(&wanted.replace('|', ""), WIDTH).join("|"), wanted);
        }
    }

    #[test]
    fn what_belongs_together_is_never_broken() {
        let titles = [
            "云澜市卫生健康委员会关于云澜市第一人民医院2026年度发热门诊专项督查情况的通报",
            "云澜市卫生健康委员会关于2026年1月1日至2026年12月31日医疗机构依法执业督查情况的通报",
            "云澜市卫生健康委员会关于印发《云澜市院感防控方案》和《云澜市医疗废物管理办法》的通知",
            "云澜市卫生健康委员会关于HIS、LIS和PACS系统网络安全专项检查（第二批）整改情况的通报",
            "云澜市疾病预防控制局关于学校卫生等工作督查了的情况的通报",
            "云澜市卫生健康委员会关于【待填：专项名称】督查情况的通报",
            "关于核酸采样点、隔离点、健康驿站、方舱医院、定点医院、亚定点医院督查情况的通报",
        ];
        for title in titles {
            let broken = lines(title, WIDTH);
            assert_eq!(broken.concat(), title);
            for line in &broken {
                assert!(halves::of(line) <= WIDTH, "{broken:?}");
                assert!(!line.starts_with(['的', '了', '等', '》', '）', '、', '】']), "{broken:?}");
                assert!(!line.ends_with(['《', '（', '【', '“']), "{broken:?}");
                for &(open, close) in &LEXICON.pairs {
                    assert_eq!(line.matches(open).count(), line.matches(close).count(), "{broken:?}");
                }
            }
            for pair in broken.windows(2) {
                let (end, start) = (pair[0].chars().last(), pair[1].chars().next());
                let is_digit = |character: Option<char>| character.is_some_and(|one| one.is_ascii_alphanumeric());
                assert!(!is_digit(end), "{broken:?}: a number goes on with what it counts, letters with letters");
                assert!(!(is_digit(end) && is_digit(start)), "{broken:?}");
            }
        }
    }

    #[test]
    fn lines_are_of_like_length_where_nothing_is_known() {
        let lengths = |count: usize| -> Vec<usize> {
            lines(&"某".repeat(count), WIDTH).iter().map(|line| halves::of(line) / 2).collect()
        };
        assert_eq!(lengths(20), [20]);
        assert_eq!(lengths(22), [11, 11]);
        assert_eq!(lengths(45), [15, 15, 15]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(title in "[关于的《》（）2026年a 某市工作通报]{0,90}") {
            let broken = lines(&title, WIDTH);
            let plain = |text: &str| text.replace(' ', "");
            prop_assert_eq!(plain(&broken.concat()), plain(&title));
            prop_assert!(broken.iter().all(|line| halves::of(line) <= WIDTH), "{broken:?}");
        }
    }
}
