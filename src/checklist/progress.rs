//! Items for whoever answers for a figure: target against actual value, one for each indicator of a clause.

use super::{
    AnswerType, Bilingual, EvidenceRule, Item, ItemId, PassRule, Section,
    identify::{self, Identities},
    on_site::Joined,
    read_item::is_deadline,
    value::LARGEST_EXACT,
    wording::{both, origin, owners, question, short_text},
};
use crate::{
    plan::{Clause, Comparator, Indicator, PlanId},
    text,
};

const TARGETS: &str = "targets";
const TASKS: &str = "tasks";

/// Units in which whole things are counted; the first character of the unit decides.
const COUNTED: &str = "个家人名次张台件项所户例起处支场期份辆批座位类条篇间";

/// Words in an indicator's name by which less is better, so that a bare figure is no lower bound.
const LESS_IS_BETTER: &[&str] =
    &["死亡率", "发病率", "患病率", "近视率", "感染率", "漏报率", "事故", "纠纷", "住院日", "投诉"];

/// Units that look counted and are measured.
const MEASURED: &[&str] = &["百分点", "工作日", "个月", "学时", "小时"];

/// Words in an indicator's name by which it is a quotient, which is seldom a whole number.
const QUOTIENTS: &[&str] = &["每", "平均", "人均", "率", "比"];

/// With what the name of something measured ends; any other name is a piece of a sentence.
const NAME_ENDS: &[&str] = &[
    "率", "比例", "占比", "度", "数", "量", "水平", "时间", "时长", "间隔", "费用", "标准", "面积", "指数", "强度",
    "密度", "降幅", "增幅",
];

/// The longest clause that is asked about as a whole, in characters.
const WHOLE_CLAUSE_CHARS: usize = 60;

/// Makes the items of a progress checklist: figures first, then tasks without one.
pub(super) fn items(clauses: &[&Clause], plan: &PlanId) -> Joined {
    let mut identities = Identities::default();
    let (mut targets, mut tasks) = (Vec::new(), Vec::new());
    for clause in clauses {
        if clause.indicators.is_empty() {
            tasks.push(task(&clause.id.0, question(&clause.text), clause, None, plan, &mut identities));
        }
        let mut asked_as_a_whole = false;
        for indicator in &clause.indicators {
            // With several indicators, the name tells them apart, so that a new one does not move the others.
            let id = match clause.indicators.len() {
                1 => clause.id.0.clone(),
                _ => format!("{}.{}", clause.id, &identify::digest(&indicator.name)[..4]),
            };
            if let Some(measure) = measure(indicator) {
                targets.push(target(&id, clause, indicator, measure, plan, &mut identities));
            } else if indicator.deadline.is_some() && !indicator.name.trim().is_empty() {
                let text = short_text(&indicator.name, 200);
                tasks.push(task(&id, text, clause, Some(indicator), plan, &mut identities));
            } else if !asked_as_a_whole {
                asked_as_a_whole = true;
                tasks.push(task(&clause.id.0, question(&clause.text), clause, None, plan, &mut identities));
            }
        }
    }
    let mut joined = Joined::default();
    for (id, title, items) in [
        (TARGETS, text!("checklist.generate.targets-section"), targets),
        (TASKS, text!("checklist.generate.tasks-section"), tasks),
    ] {
        if !items.is_empty() {
            joined.sections.push(Section { id: id.to_owned(), title: both(&title), ..Section::default() });
            joined.items.extend(items);
        }
    }
    joined
}

/// How an actual value is entered and judged.
struct Measure {
    answer: AnswerType,
    unit: String,
    pass: Option<PassRule>,
}

/// Makes an item that asks for the actual value of an indicator.
fn target(
    id: &str,
    clause: &Clause,
    indicator: &Indicator,
    Measure { answer, unit, pass }: Measure,
    plan: &PlanId,
    identities: &mut Identities,
) -> Item {
    let how = match pass {
        Some(_) if about_at_least(indicator).is_some() => {
            text!("checklist.generate.how-at-least", target = about(indicator))
        }
        Some(_) => text!("checklist.generate.how-progress"),
        None => text!("checklist.generate.how-about", target = about(indicator)),
    };
    Item {
        section: TARGETS.to_owned(),
        text: Bilingual { zh: name_of(indicator, clause), en: None },
        answer,
        unit,
        pass,
        how: short_text(&both(&how).zh, 500),
        ..from_clause(id, clause, Some(indicator), plan, identities)
    }
}

/// Returns what is asked for: the indicator's name where it can stand alone, else the clause it is a piece of.
fn name_of(indicator: &Indicator, clause: &Clause) -> String {
    let name = indicator.name.trim();
    let stands_alone = name.chars().count() >= 4 && NAME_ENDS.iter().any(|end| name.ends_with(end));
    let whole = question(&clause.text);
    let short = whole.chars().count() <= WHOLE_CLAUSE_CHARS;
    if stands_alone || !short && name.chars().count() >= 4 {
        short_text(name, 200)
    } else if clause.indicators.len() == 1 || name.is_empty() {
        whole
    } else {
        short_text(&format!("{whole}{}", in_brackets(name)), 600)
    }
}

fn in_brackets(name: &str) -> String {
    format!("（{name}）")
}

/// Finds the indicator of a clause that an item asks for: the only one, or the one by whose name it asks.
pub fn indicator_of<'clause>(clause: &'clause Clause, item: &Item) -> Option<&'clause Indicator> {
    let asks_for = |name: &str| item.text.zh == name || item.text.zh.ends_with(&in_brackets(name));
    match clause.indicators.as_slice() {
        [only] => Some(only),
        several => several.iter().find(|indicator| asks_for(indicator.name.trim())),
    }
}

/// Makes an item that asks for a verdict on what has no figure.
fn task(
    id: &str,
    text: String,
    clause: &Clause,
    indicator: Option<&Indicator>,
    plan: &PlanId,
    identities: &mut Identities,
) -> Item {
    Item {
        section: TASKS.to_owned(),
        text: Bilingual { zh: text, en: None },
        how: both(&text!("checklist.generate.how-task")).zh,
        ..from_clause(id, clause, indicator, plan, identities)
    }
}

fn from_clause(
    id: &str,
    clause: &Clause,
    indicator: Option<&Indicator>,
    plan: &PlanId,
    identities: &mut Identities,
) -> Item {
    let own = indicator.and_then(|indicator| indicator.deadline.as_ref());
    Item {
        id: ItemId(identities.fresh(id)),
        evidence: EvidenceRule::OnFailure,
        clauses: vec![origin(clause, plan)],
        deadline: own.or(clause.deadline.as_ref()).filter(|written| is_deadline(written)).cloned().unwrap_or_default(),
        owners: owners(clause),
        ..Item::default()
    }
}

/// Decides how an indicator is entered and judged; `None` where it has no figure to compare with.
fn measure(indicator: &Indicator) -> Option<Measure> {
    let [value, value_to] =
        [indicator.value, indicator.value_to].map(|bound| bound.filter(|bound| bound.abs() <= LARGEST_EXACT));
    let unit = indicator.unit.as_deref().map(str::trim).unwrap_or_default();
    let rule = match (indicator.comparator, value) {
        (Comparator::Full, None) => {
            return Some(Measure {
                answer: AnswerType::Percent,
                unit: String::new(),
                pass: Some(PassRule::AtLeast(100.0)),
            });
        }
        (Comparator::Zero, value) => Some(PassRule::Exactly(value.unwrap_or(0.0))),
        (Comparator::Frequency | Comparator::Ratio, _) | (_, None) => return None,
        (Comparator::Le, Some(value)) => Some(PassRule::AtMost(value)),
        (Comparator::Range, Some(value)) => match value_to.filter(|to| *to >= value) {
            Some(to) => Some(PassRule::Between(value, to)),
            None => Some(PassRule::AtLeast(value)),
        },
        // About so much is to be reached; of something that should be small it is for a person to judge, and so is a bare
        // figure.
        (Comparator::Eq | Comparator::Change, Some(_)) if indicator.approx => {
            about_at_least(indicator).map(PassRule::AtLeast)
        }
        (Comparator::Eq, Some(_)) if LESS_IS_BETTER.iter().any(|word| indicator.name.contains(word)) => None,
        // A bare figure of a plan (培训80名) is what is to be reached.
        (Comparator::Ge | Comparator::Eq | Comparator::Full | Comparator::Change, Some(value)) => {
            Some(PassRule::AtLeast(value))
        }
    };
    let whole = [value, value_to].into_iter().flatten().all(|bound| bound.fract() == 0.0 && bound >= 0.0);
    let counted = (unit.is_empty() || unit.starts_with(|first| COUNTED.contains(first)))
        && !MEASURED.iter().any(|word| unit.contains(word))
        && !QUOTIENTS.iter().any(|word| indicator.name.contains(word));
    let answer = match unit {
        "%" | "％" => AnswerType::Percent,
        _ if whole && counted => AnswerType::Count,
        _ => AnswerType::Number,
    };
    let unit = if answer == AnswerType::Percent || unit.is_empty() { String::new() } else { short_text(unit, 50) };
    Some(Measure { answer, unit, pass: rule })
}

/// Returns what there is to reach where a plan says about how much of something: 引进50名左右; nothing where less is better.
pub fn about_at_least(indicator: &Indicator) -> Option<f64> {
    let is_less_better = || LESS_IS_BETTER.iter().any(|word| indicator.name.contains(word));
    let is_about = indicator.approx && matches!(indicator.comparator, Comparator::Eq | Comparator::Change);
    indicator.value.filter(|_| is_about && !is_less_better())
}

/// Says whether more things were counted than a plan counts on, which is no miss: 争创8—10个.
pub fn is_more_than_wanted(answer: AnswerType, rule: &PassRule, number: f64) -> bool {
    answer == AnswerType::Count && matches!(rule, PassRule::Between(_, to) if number > *to)
}

/// Says a target that no rule judges, as the plan has it.
fn about(indicator: &Indicator) -> String {
    let unit = indicator.unit.as_deref().unwrap_or_default();
    indicator.value.map_or_else(String::new, |value| format!("{value}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn indicator(name: &str, comparator: Comparator, value: Option<f64>, unit: &str) -> Indicator {
        let unit = (!unit.is_empty()).then(|| unit.to_owned());
        Indicator { name: name.to_owned(), comparator, value, value_to: None, unit, approx: false, deadline: None }
    }

    /// About fifty.
    fn about(name: &str, comparator: Comparator) -> Indicator {
        Indicator { approx: true, ..indicator(name, comparator, Some(50.0), "名") }
    }

    #[test]
    fn about_so_much_is_to_be_reached_unless_less_is_better() {
        let cases = [
            (about("硕博研究生", Comparator::Eq), Some(50.0)),
            (about("献血量增幅", Comparator::Change), Some(50.0)),
            (about("近视率", Comparator::Eq), None),
            (about("住院日", Comparator::Le), None),
            (indicator("硕博研究生", Comparator::Eq, Some(50.0), "名"), None),
        ];
        for (indicator, expected) in cases {
            assert_eq!(about_at_least(&indicator), expected, "{indicator:?}");
        }
    }

    #[test]
    fn figures_become_answers_and_rules() {
        use Comparator::{Change, Eq, Frequency, Full, Ge, Le, Ratio, Zero};
        let cases = [
            (indicator("接种率", Ge, Some(95.0), "%"), Some((AnswerType::Percent, "≥ 95%"))),
            (indicator("每千人口托位数", Ge, Some(5.0), "个"), Some((AnswerType::Number, "≥ 5个"))),
            (indicator("达标率增幅", Change, Some(2.0), "个百分点"), Some((AnswerType::Number, "≥ 2个百分点"))),
            (indicator("建档率", Eq, Some(90.0), "%"), Some((AnswerType::Percent, "≥ 90%"))),
            (indicator("死亡率", Le, Some(9.0), "/10万"), Some((AnswerType::Number, "≤ 9/10万"))),
            (indicator("总体近视率", Eq, Some(50.0), "%"), Some((AnswerType::Percent, ""))),
            (indicator("实验室", Ge, Some(20.0), "家"), Some((AnswerType::Count, "≥ 20家"))),
            (about("硕博研究生", Eq), Some((AnswerType::Count, "≥ 50名"))),
            (about("近视率", Eq), Some((AnswerType::Number, ""))),
            (indicator("户厕", Ge, Some(1.5), "万户"), Some((AnswerType::Number, "≥ 1.5万户"))),
            (indicator("督查全覆盖", Full, None, ""), Some((AnswerType::Percent, "≥ 100%"))),
            (indicator("院感事件", Zero, Some(0.0), "起"), Some((AnswerType::Count, "= 0起"))),
            (indicator("事故", Zero, None, ""), Some((AnswerType::Count, "= 0"))),
            (indicator("纠纷下降", Change, Some(10.0), "%"), Some((AnswerType::Percent, "≥ 10%"))),
            (
                Indicator { value_to: Some(1e99), ..indicator("示范机构", Comparator::Range, Some(3.0), "家") },
                Some((AnswerType::Count, "≥ 3家")),
            ),
            (indicator("医护比", Ratio, Some(1.0), ""), None),
            (indicator("通报", Frequency, None, "次/季度"), None),
            (indicator("竣工", Eq, None, ""), None),
        ];
        for (indicator, expected) in cases {
            let found = measure(&indicator);
            let shown = found.as_ref().map(|found| {
                let unit = if found.answer == AnswerType::Percent { "%" } else { &found.unit };
                (found.answer, found.pass.as_ref().map_or_else(String::new, |rule| rule.show(unit, Lang::Zh)))
            });
            assert_eq!(shown.as_ref().map(|(answer, rule)| (*answer, rule.as_str())), expected, "{indicator:?}");
        }
    }
}
