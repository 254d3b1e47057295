//! Who answers for a clause: (责任单位:A、B), (牵头单位:A;配合单位:B), (A牵头,B参与), and lines and columns of their own.

use std::{ops::Range, sync::LazyLock};

use super::{
    Owner, OwnerRole,
    lexicon::{Lexicon, ends_with, starts_with, words},
};

/// Labels before a list of units.
static LABELS: LazyLock<Lexicon<OwnerRole>> = LazyLock::new(|| {
    let responsible = words(
        "责任单位 责任部门 责任处室 责任科室 责任股室 责任领导 责任人 承办单位 承办处室 承办科室 实施单位 落实单位 \
        完成单位 负责单位 负责科室 负责处室 主体责任单位",
    );
    let lead = words("牵头单位 牵头部门 牵头处室 牵头科室 牵头股室 主办单位 主责单位 主责处室 主责科室 牵头领导 牵头");
    let support =
        words("配合单位 配合部门 配合处室 配合科室 协办单位 协同单位 参与单位 参加单位 协助单位 参与部门 配合");
    Lexicon::new(
        responsible
            .map(|word| (word, OwnerRole::Responsible))
            .chain(lead.map(|word| (word, OwnerRole::Lead)))
            .chain(support.map(|word| (word, OwnerRole::Support))),
    )
});

/// Words behind a list of units: 医政科牵头,疾控科参与.
const BEHIND: &[(&str, OwnerRole)] = &[
    ("分别负责", OwnerRole::Responsible),
    ("按职责分工负责", OwnerRole::Responsible),
    ("按照职责分工负责", OwnerRole::Responsible),
    ("牵头负责", OwnerRole::Lead),
    ("负责", OwnerRole::Responsible),
    ("牵头", OwnerRole::Lead),
    ("参与", OwnerRole::Support),
    ("参加", OwnerRole::Support),
    ("配合", OwnerRole::Support),
    ("协助", OwnerRole::Support),
];

/// Finds the owners named in brackets within `range`, and where the brackets stand.
pub(super) fn in_brackets(text: &[char], range: Range<usize>) -> Option<(Range<usize>, Vec<Owner>)> {
    let mut at = range.start;
    while let Some(open) =
        text[at..range.end].iter().position(|char| matches!(char, '(' | '【' | '[')).map(|offset| at + offset)
    {
        let close =
            text[open..range.end].iter().position(|char| matches!(char, ')' | '】' | ']')).map(|offset| open + offset);
        let close = close_of_nested(text, open, range.end).or(close)?;
        let owners = read(&text[open + 1..close]);
        if !owners.is_empty() {
            return Some((open..close + 1, owners));
        }
        at = open + 1;
    }
    None
}

fn close_of_nested(text: &[char], open: usize, end: usize) -> Option<usize> {
    const LONGEST: usize = 300;
    let mut depth = 0;
    for (offset, char) in text[open..end.min(open + LONGEST)].iter().enumerate() {
        match char {
            '(' | '【' | '[' => depth += 1,
            ')' | '】' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + offset);
        }
    }
    None
}

/// Reads a whole line such as `责任处室:医政科、疾控科`.
pub(super) fn line(text: &[char]) -> Vec<Owner> {
    let labelled = LABELS.at(text, 0).is_some_and(|label| text.get(label.end) == Some(&':'));
    if labelled { read(text) } else { Vec::new() }
}

/// Reads the cell of a table column whose heading names a role.
pub(super) fn cell(heading: &[char], text: &[char]) -> Vec<Owner> {
    LABELS.at(heading, 0).map_or_else(Vec::new, |label| {
        let mut owners = Vec::new();
        units(text, label.value, &mut owners);
        owners
    })
}

/// Says whether a table heading names a role.
pub(super) fn is_role(heading: &[char]) -> bool {
    LABELS.at(heading, 0).is_some_and(|label| label.end == heading.len())
}

fn read(text: &[char]) -> Vec<Owner> {
    let mut owners = Vec::new();
    let mut role = None;
    for piece in text.split(|char| matches!(char, ';' | '。')) {
        let label = LABELS.at(piece, 0).filter(|label| matches!(piece.get(label.end), Some(':' | '为')));
        if let Some(label) = label {
            role = Some(label.value);
            read_labelled(&piece[label.end + 1..], label.value, &mut owners);
        } else {
            for part in pieces_with_verbs(piece) {
                if let Some((length, verb_role)) = verb_behind(part) {
                    units(&part[..part.len() - length], verb_role, &mut owners);
                } else if let Some(role) = role {
                    units(part, role, &mut owners);
                }
            }
        }
    }
    owners
}

/// Reads units behind a label; another label may follow without a semicolon.
fn read_labelled(mut text: &[char], mut role: OwnerRole, owners: &mut Vec<Owner>) {
    let next = |text: &[char]| {
        (0..text.len()).find_map(|at| LABELS.at(text, at).filter(|label| text.get(label.end) == Some(&':')))
    };
    while let Some(label) = next(text) {
        units(&text[..label.start], role, owners);
        (text, role) = (&text[label.end + 1..], label.value);
    }
    units(text, role, owners);
}

fn pieces_with_verbs(text: &[char]) -> impl Iterator<Item = &[char]> {
    text.split(|char| *char == ',')
}

fn verb_behind(text: &[char]) -> Option<(usize, OwnerRole)> {
    const LONGEST_LIST: usize = 80;
    if text.len() > LONGEST_LIST {
        return None;
    }
    BEHIND.iter().find(|(word, _)| ends_with(text, word)).map(|(word, role)| (word.chars().count(), *role))
}

fn units(text: &[char], role: OwnerRole, owners: &mut Vec<Owner>) {
    /// More units than this never answer for one thing.
    const MOST: usize = 60;
    let mut depth = 0;
    let parts = text.split(|char| {
        depth += i32::from(*char == '(') - i32::from(*char == ')');
        depth == 0 && matches!(char, '、' | ',' | ' ' | ';' | '，' | '/')
    });
    for part in parts {
        let part = if starts_with(part, "由") { &part[1..] } else { part };
        let part: &[char] = if ends_with(part, "等") { &part[..part.len() - 1] } else { part };
        let unit: String = part.iter().filter(|char| !matches!(char, '。' | ')' | '】' | '\t')).collect();
        let said_before = owners.iter().any(|owner| owner.unit == unit && owner.role == role);
        if owners.len() == MOST {
            return;
        }
        if (2..=30).contains(&unit.chars().count()) && !unit.contains(':') && !said_before {
            owners.push(Owner { unit, role });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owners(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let found = in_brackets(&chars, 0..chars.len()).map_or_else(|| line(&chars), |(_, owners)| owners);
        found.iter().map(|owner| format!("{}:{:?}", owner.unit, owner.role)).collect()
    }

    #[test]
    fn owners_are_read_in_every_form() {
        let cases: &[(&str, &[&str])] = &[
            ("规范管理。(责任单位:医政科、疾控科)", &["医政科:Responsible", "疾控科:Responsible"]),
            (
                "(牵头单位:医政科;配合单位:各县卫健局、市疾控中心)",
                &["医政科:Lead", "各县卫健局:Support", "市疾控中心:Support"],
            ),
            ("(医政科牵头,疾控科、监督科参与)", &["医政科:Lead", "疾控科:Support", "监督科:Support"]),
            ("责任处室:规划处、财务处", &["规划处:Responsible", "财务处:Responsible"]),
            ("(医政科负责)", &["医政科:Responsible"]),
            ("县(市、区)卫生机构", &[]),
            ("(发热门诊、急救体系等)", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(&owners(text), expected, "{text}");
        }
    }
}
