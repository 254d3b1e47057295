//! Who answers for a clause: (责任单位:A、B), (牵头单位:A;配合单位:B), (A牵头,B参与), and lines and columns of their own.

use std::{ops::Range, sync::LazyLock};

use super::{
    Owner, OwnerRole,
    lexicon::{Lexicon, Words, ends_with, starts_with, words},
    tables,
};
use crate::{i18n::Lang, text};

/// More units than this never answer for one thing.
pub(super) const MOST: usize = 60;

/// Labels before a list of units.
static LABELS: LazyLock<Lexicon<OwnerRole>> = LazyLock::new(|| {
    let responsible = words(
        "责任单位 责任部门 责任处室 责任科室 责任股室 责任领导 责任人 承办单位 承办处室 承办科室 实施单位 落实单位 \
        完成单位 负责单位 负责科室 负责处室 主体责任单位 主要责任单位 责任主体 任务分工 责任分工",
    );
    let lead = words(
        "牵头单位 牵头部门 牵头处室 牵头科室 牵头股室 主办单位 主责单位 主责处室 主责科室 牵头领导 分管领导 牵头责任单位 牵头",
    );
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
fn in_brackets(text: &[char], range: Range<usize>) -> Option<(Range<usize>, Vec<Owner>)> {
    let mut at = range.start;
    while let Some(open) =
        text[at..range.end].iter().position(|char| matches!(char, '(' | '【' | '[' | '〔')).map(|offset| at + offset)
    {
        let close = text[open..range.end]
            .iter()
            .position(|char| matches!(char, ')' | '】' | ']' | '〕'))
            .map(|offset| open + offset);
        let close = close_of_nested(text, open, range.end).or(close)?;
        let inside = &text[open + 1..close];
        let mut owners = read(inside);
        if owners.is_empty() && close + 1 == range.end {
            owners = departments(inside);
        }
        if !owners.is_empty() {
            return Some((open..close + 1, owners));
        }
        at = open + 1;
    }
    None
}

/// The owners that brackets name, and all that the brackets say.
type Named = (Vec<Owner>, Vec<char>);

/// Takes the owners in brackets off the end of a sentence; what the brackets say is given back for its date.
pub(super) fn taken_off(text: &[char], sentence: Range<usize>) -> (Range<usize>, Option<Named>) {
    match in_brackets(text, sentence.clone()) {
        Some((brackets, owners)) => (sentence.start..brackets.start, Some((owners, text[brackets].to_vec()))),
        None => (sentence, None),
    }
}

fn close_of_nested(text: &[char], open: usize, end: usize) -> Option<usize> {
    const LONGEST: usize = 300;
    let mut depth = 0;
    for (offset, char) in text[open..end.min(open + LONGEST)].iter().enumerate() {
        match char {
            '(' | '【' | '[' | '〔' => depth += 1,
            ')' | '】' | ']' | '〕' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + offset);
        }
    }
    None
}

/// Reads a whole line such as `责任处室:医政科、疾控科`; a date with a label of its own may follow.
pub(super) fn line(text: &[char]) -> Vec<Owner> {
    if labelled_piece(text) { read(tables::before_deadline(text)) } else { Vec::new() }
}

/// Reads a list of units of which it is known what part they have, such as the cell of a table.
pub(super) fn listed(text: &[char], role: OwnerRole) -> Vec<Owner> {
    let mut owners = Vec::new();
    units(text, role, &mut owners);
    owners
}

/// Returns the role that a label without its colon names, such as the heading of a table's column.
pub(super) fn role(label: &[char]) -> Option<OwnerRole> {
    LABELS.at(label, 0).filter(|found| found.end == label.len()).map(|found| found.value)
}

/// Finds where the owners begin that a paragraph names at its end without brackets: …。责任单位:医政科.
pub(super) fn trailing(text: &[char]) -> Option<usize> {
    const LONGEST: usize = 200;
    let labelled = |at: &usize| {
        let begins = *at == 0 || matches!(text[at - 1], '。' | ';' | ',' | '!' | ')' | '”');
        begins && LABELS.at(text, *at).is_some_and(|label| text.get(label.end) == Some(&':'))
    };
    let start = (text.len().saturating_sub(LONGEST)..text.len()).find(labelled)?;
    let ends_the_text = |part: &[char]| part.is_empty() || labelled_piece(part);
    let count = |bracket: char| text[start..].iter().filter(|char| **char == bracket).count();
    let in_brackets = count(')') > count('(') || count('】') > count('【');
    (start > 0 && !in_brackets && text[start..].split(|char| *char == '。').all(ends_the_text)).then_some(start)
}

fn labelled_piece(text: &[char]) -> bool {
    LABELS.at(text, 0).is_some_and(|label| text.get(label.end) == Some(&':'))
}

/// Reads brackets with nothing but a list of departments in them, as they stand at the end of a task: (医政科、疾控科).
fn departments(text: &[char]) -> Vec<Owner> {
    static WHEN: Words = Words::new("持续推进 长期坚持 全年推进 长期推进 持续开展 常态化推进 全年 前 前完成 底 完成");
    static DEPARTMENT: Words = Words::new("处 股 局 委 科 处室 科室 办 办公室");
    static OTHER_UNIT: Words = Words::new("中心 所 院 站 队 大队 支队 机构 单位 协会 县区 市区 街道 乡镇 部门");
    static CLINICAL: Words = Words::new(
        "内科 外科 儿科 产科 妇科 眼科 急诊科 感染科 口腔科 中医科 精神科 康复科 医学科 检验科 影像科 病理科 麻醉科 \
        放射科 皮肤科 肿瘤科 专科 骨科 老年科 全科 分科 学科 传染科 肛肠科 针灸科 住处 用处 好处 各处 来处",
    );
    let is_department = |unit: &&[char]| DEPARTMENT.ends(unit) && !CLINICAL.ends(unit);
    let units = text.split(|char| matches!(char, '、' | ',' | ';')).filter(|unit| !WHEN.ends(unit));
    let units: Vec<&[char]> = units.collect();
    let all = !units.is_empty()
        && units.iter().all(|unit| (2..=20).contains(&unit.len()) && (is_department(unit) || OTHER_UNIT.ends(unit)));
    let named = units.iter().any(is_department);
    let mut owners = Vec::new();
    if all && named {
        for unit in units {
            self::units(unit, OwnerRole::Responsible, &mut owners);
        }
    }
    owners
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
    let mut depth = 0;
    let parts = text.split(|char| {
        depth += i32::from(*char == '(') - i32::from(*char == ')');
        depth == 0 && matches!(char, '、' | ',' | ' ' | ';' | '，' | '/')
    });
    for part in parts {
        let part = if starts_with(part, "由") { &part[1..] } else { part };
        let part: &[char] = if ends_with(part, "等") { &part[..part.len() - 1] } else { part };
        let mut open = 0_usize;
        let belongs = |char: &&char| match char {
            '(' => {
                open += 1;
                true
            }
            // What was not opened in the name closes the brackets around all of it.
            ')' if open == 0 => false,
            ')' => {
                open -= 1;
                true
            }
            char => !matches!(char, '。' | '】' | '\t'),
        };
        let unit: String = part.iter().filter(belongs).collect();
        let said_before = owners.iter().any(|owner| owner.unit == unit && owner.role == role);
        if owners.len() == MOST {
            return;
        }
        if (2..=30).contains(&unit.chars().count()) && !unit.contains(':') && !said_before {
            owners.push(Owner { unit, role });
        }
    }
}

/// Reads owners as a person types them: units with the part they have, such as `牵头单位：医政科；配合单位：疾控科`, or units
/// alone, which are responsible.
pub fn typed(text: &str) -> Vec<Owner> {
    let half_width = |char| match char {
        '：' => ':',
        '；' => ';',
        '，' => ',',
        '（' => '(',
        '）' => ')',
        char => char,
    };
    let text: Vec<char> = text.trim().chars().map(half_width).collect();
    let labelled = read(&text);
    if labelled.is_empty() { listed(&text, OwnerRole::Responsible) } else { labelled }
}

/// Puts owners into one line as they are typed, those of one part together.
pub fn shown(owners: &[Owner], lang: Lang) -> String {
    let parts = owners.chunk_by(|one, other| one.role == other.role).map(|part| {
        let units = part.iter().map(|owner| owner.unit.as_str()).collect::<Vec<_>>().join("、");
        text!("plan.owners-part", part = lang.t(part[0].role.name_key()), units = units).show(lang)
    });
    parts.collect::<Vec<_>>().join(&lang.t("plan.owners-between"))
}

impl OwnerRole {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Responsible => "plan.owner.responsible",
            Self::Lead => "plan.owner.lead",
            Self::Support => "plan.owner.support",
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
    fn owners_are_typed_as_they_are_shown() {
        let cases = [
            ("医政科", "责任单位：医政科"),
            ("医政科、疾控科", "责任单位：医政科、疾控科"),
            (
                "牵头单位：医政科；配合单位：各县（市）卫健局，市疾控中心",
                "牵头单位：医政科；配合单位：各县(市)卫健局、市疾控中心",
            ),
            ("医政科牵头，疾控科参与", "牵头单位：医政科；配合单位：疾控科"),
            (" ", ""),
        ];
        for (text, expected) in cases {
            let owners = typed(text);
            assert_eq!(shown(&owners, Lang::Zh), expected, "{text}");
            assert_eq!(typed(expected), owners, "{text}");
        }
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
