//! Identities of generated checklists and items: ASCII where a file gets the name, and the same every time.

use std::collections::HashSet;

use crate::plan::Plan;

/// The identities of items that are taken, so that each is given once.
#[derive(Default)]
pub(super) struct Identities(HashSet<String>);

impl Identities {
    /// Notes that an identity is in use.
    pub(super) fn take(&mut self, id: &str) {
        self.0.insert(id.to_owned());
    }

    /// Gives an identity like this one that is not in use yet, and takes it.
    pub(super) fn fresh(&mut self, wanted: &str) -> String {
        let wanted = sound(wanted);
        let id = unlike(&wanted, self.0.iter().map(String::as_str));
        self.take(&id);
        id
    }
}

/// Returns the wanted identity, with a number behind it where it is taken.
pub(super) fn unlike<'taken>(wanted: &str, taken: impl Iterator<Item = &'taken str>) -> String {
    let taken: HashSet<&str> = taken.collect();
    let mut id = wanted.to_owned();
    let mut number = 1;
    while taken.contains(id.as_str()) {
        number += 1;
        id = format!("{wanted}.{number}");
    }
    id
}

/// Makes an identity that can stand in a checklist of any text.
fn sound(text: &str) -> String {
    let id: String = text
        .chars()
        .map(|character| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' })
        .take(60)
        .collect();
    if id.is_empty() { "x".to_owned() } else { id }
}

/// Makes a part of a file name of any text: what is not ASCII gives way to a digest of the text.
pub(super) fn ascii(text: &str) -> String {
    let fine = !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fine { text.to_owned() } else { format!("x{}", digest(text)) }
}

/// Returns six characters that stand for a text.
pub(super) fn digest(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..6].to_owned()
}

/// Turns the path of a section into figures: `二/(四)/一是` becomes `2-4-1`.
///
/// Where another section of the plan has the same figures (`一/1` and `一/(一)`), a digest of the path is added.
pub(super) fn section(path: &str, plan: &Plan) -> String {
    let figures = figures_of(path);
    let others = plan.outline.iter().map(|heading| heading.id.as_str());
    let others = others.chain(plan.clauses.iter().map(|clause| clause.section.as_str()));
    let shared = others.filter(|other| *other != path).any(|other| figures_of(other) == figures);
    if shared { format!("{figures}-{}", digest(path)) } else { figures }
}

/// Says whether two paths have the same figures: `一/2` and `一/(二)`.
pub(super) fn is_same_section(one: &str, other: &str) -> bool {
    figures_of(one) == figures_of(other)
}

fn figures_of(path: &str) -> String {
    let figure = |mark: &str| number_of(mark).map_or_else(|| ascii(mark), |number| number.to_string());
    let figures = path.split('/').map(figure).collect::<Vec<_>>().join("-");
    if figures.len() <= 40 { figures } else { ascii(path) }
}

/// Reads the number in a mark such as `三`, `(十二)`, `3`, `③` or `一是`.
fn number_of(mark: &str) -> Option<u32> {
    let bare = mark.trim_matches(|edge: char| "()（）[]【】.、．第章节条 ".contains(edge)).trim_end_matches('是');
    let circled = |character: char| match character {
        '①'..='⑳' => Some(character as u32 - '①' as u32 + 1),
        _ => None,
    };
    let mut characters = bare.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) if circled(only).is_some() => circled(only),
        _ if !bare.is_empty() && bare.len() <= 6 && bare.bytes().all(|byte| byte.is_ascii_digit()) => bare.parse().ok(),
        _ => chinese_number(bare),
    }
}

/// Reads a Chinese numeral below 1,000.
fn chinese_number(text: &str) -> Option<u32> {
    let (mut total, mut digit) = (0, None);
    if text.is_empty() || text.chars().count() > 5 {
        return None;
    }
    for character in text.chars() {
        let place = match character {
            '百' => 100,
            '十' => 10,
            _ => {
                digit = Some("零一二三四五六七八九".chars().position(|known| known == character)?);
                continue;
            }
        };
        total += digit.take().unwrap_or(1) * place;
    }
    u32::try_from(total + digit.unwrap_or(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_paths_become_figures() {
        let cases = [
            ("一/2", "1-2"),
            ("二/(四)/一是", "2-4-1"),
            ("十二", "12"),
            ("(四十五)", "45"),
            ("三/③", "3-3"),
            ("一百零二", "102"),
            ("序言", &format!("x{}", digest("序言"))),
        ];
        for (path, expected) in cases {
            assert_eq!(figures_of(path), expected, "{path}");
        }
    }

    #[test]
    fn identities_are_given_once() {
        let mut identities = Identities::default();
        identities.take("MW13");
        assert_eq!(identities.fresh("MW13"), "MW13.2");
        assert_eq!(identities.fresh("MW13"), "MW13.3");
        assert_eq!(identities.fresh("a b/c"), "a-b-c");
        assert_eq!(identities.fresh(""), "x");
    }

    #[test]
    fn a_file_name_is_ascii_whatever_it_is_made_of() {
        assert_eq!(ascii("fever-clinic"), "fever-clinic");
        for text in ["", "发热门诊", "../x", "A"] {
            assert!(ascii(text).bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
        }
    }
}
