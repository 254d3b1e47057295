//! Words of generated checklists: texts of a plan made fit for a question, and texts of ours in both languages.

use super::{Bilingual, ClauseOrigin, fields::is_unwanted};
use crate::{
    i18n::{Lang, Text},
    plan::{Clause, PlanId},
};

/// The longest question that is made of a clause, in characters.
const QUESTION_CHARS: usize = 500;
/// The longest text of a clause that is kept beside an item, in characters.
const CLAUSE_CHARS: usize = 2_000;

/// Words with which a part of a sentence begins and a question does not.
const CONNECTIVES: &[&str] = &["同时", "此外", "另外", "并且", "而且", "以及", "其中", "还要", "要", "并", "且", "及"];
/// Words that only look as if they began with a connective.
const NOT_CONNECTIVES: &[&str] = &["要求", "要点", "要素", "并发", "并联", "并行", "并轨", "及时", "且行", "其中一"];

/// Puts a text of ours into both languages.
pub(super) fn both(text: &Text) -> Bilingual {
    Bilingual { zh: text.show(Lang::Zh), en: Some(text.show(Lang::En)) }
}

/// Makes what is asked of the text of a clause: without what joins it to its neighbours.
pub(super) fn question(clause: &str) -> String {
    let mut text = clause.trim().trim_end_matches(['。', '；', ';', '，', ',', '、', '：', ':', '.']).trim();
    while let Some(rest) = CONNECTIVES.iter().find_map(|word| text.strip_prefix(word)) {
        let rest = rest.trim_start_matches(['，', ',', ' ']);
        // Two characters are no demand; then the word belonged to it.
        if rest.chars().count() < 3 || NOT_CONNECTIVES.iter().any(|word| text.starts_with(word)) {
            break;
        }
        text = rest;
    }
    short_text(text, QUESTION_CHARS)
}

/// Cleans a text of line breaks and invisible characters, and cuts it to so many characters.
///
/// What has no visible character becomes a dash, so that it can stand where a text has to.
pub(super) fn short_text(text: &str, max_chars: usize) -> String {
    let visible: String = text.chars().map(|character| if is_unwanted(character) { ' ' } else { character }).collect();
    let words = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return "–".to_owned();
    }
    if words.chars().count() <= max_chars {
        return words;
    }
    words.chars().take(max_chars - 1).chain(['…']).collect()
}

/// Says where an item comes from.
pub(super) fn origin(clause: &Clause, plan: &PlanId) -> ClauseOrigin {
    let line = |text: &str| if text.is_empty() { String::new() } else { short_text(text, 200) };
    ClauseOrigin {
        id: crate::plan::ClauseId(short_text(&clause.id.0, 200)),
        plan: PlanId(short_text(&plan.0, 200)),
        section: line(&clause.section),
        fingerprint: line(&clause.demand()),
        text: short_text(&clause.text, CLAUSE_CHARS),
    }
}

/// Returns those who answer for a clause, the first to answer first.
pub(super) fn owners(clause: &Clause) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for owner in clause.owners.iter().take(50) {
        let unit = short_text(&owner.unit, 200);
        if !owners.contains(&unit) {
            owners.push(unit);
        }
    }
    owners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_becomes_a_question() {
        let cases = [
            ("规范发热门诊管理。", "规范发热门诊管理"),
            ("并严格落实首诊负责制，", "严格落实首诊负责制"),
            ("同时，要加强个人防护", "加强个人防护"),
            ("及时报告传染病疫情；", "及时报告传染病疫情"),
            ("要求各单位做好登记", "要求各单位做好登记"),
            ("  两行\n  文字 ", "两行 文字"),
            ("并网", "并网"),
            ("。", "–"),
        ];
        for (clause, expected) in cases {
            assert_eq!(question(clause), expected, "{clause}");
        }
    }

    #[test]
    fn a_text_is_cut_and_cleaned() {
        assert_eq!(short_text("一二三四五", 3), "一二…");
        assert_eq!(short_text("响\u{7}铃", 9), "响 铃");
    }
}
