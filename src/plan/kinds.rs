//! Tense and kind: whether a clause demands or reports, and what sort of demand it makes.

use serde::Serialize;

use super::{
    ClauseKind, Comparator, Indicator,
    lexicon::{Words, ends_with, find, words},
    numerals,
    sentences::Enclosed,
};

/// Words in a heading of a part that looks back.
static LOOKS_BACK: Words = Words::new(
    "回顾 工作总结 总体情况 基本情况 完成情况 开展情况 进展情况 运行情况 主要成效 工作成效 取得的成 主要成绩 工作成绩 \
    主要做法 工作亮点 述职 存在的问题 存在问题 发展背景 规划背景 发展基础 发展成就 发展现状 现状分析 防治现状 基本现状",
);

/// Words that name such a part where they are all that a heading says; elsewhere they stand in a demand: 争创荣誉,
/// 定期通报工作情况.
static NAMES_A_PAST: Words = Words::new("成绩 荣誉 表彰 工作情况 特色工作 工作基础 现状");

/// Words in a heading of a part that looks forward.
static LOOKS_FORWARD: Words = Words::new(
    "下一步 打算 工作安排 工作计划 工作部署 明年 今后 工作思路 展望 工作目标 重点工作 重点任务 主要任务 目标任务 \
    工作任务 工作要点 总体要求 主要目标 保障措施 工作措施 努力方向",
);

/// Words in a sentence of a report that still demand something.
static STILL_TO_DO: Words = Words::new(
    "均要 都要 要按 必须 力争 下一步 将于 将继续 将进一步 我们将 我局将 我委将 我区将 我县将 我市将 我院将 我中心将 拟于 计划于 计划新增 计划招聘 计划建设 明年 今后 下年 \
    年底前完成 确保到",
);

/// Words in a sentence of a plan that report something done.
static DONE: Words = Words::new(
    "截至目前 截止目前 截至去年 目前已 去年以来 去年共 上年度 完成了 实现了 建成了 取得了 成立了 印发了 制定了 召开了 举办了 \
    获得了 荣获 被评为 被表彰 被授予 已建成 已完成 已实现 已达到 共完成 累计完成 累计培训 被列为 被确定为 名列前茅",
);

/// Words of prohibition.
static FORBIDS: Words = Words::new("不得 严禁 禁止 一律不 不准 不允许 严格禁止");

/// Words in which a word of prohibition forbids nothing.
static FORBIDS_NOT: Words = Words::new("不得不 九不准 不准确 不准时 不得少于 不得低于 不得超过 不得高于 禁止性");

/// Says whether a heading opens a part that looks back (`true`) or forward (`false`), if it says either.
pub(super) fn heading_looks_back(title: &[char]) -> Option<bool> {
    // 重点工作完成情况 looks back: what stands last decides.
    let last = |words: &Words| words.sequence(title).last().map(|found| found.start);
    match (last(&LOOKS_BACK).or(names_a_past(title)), last(&LOOKS_FORWARD)) {
        (None, None) => None,
        (back, forward) => Some(back > forward),
    }
}

/// Finds where a heading says nothing but that it is about what was.
fn names_a_past(title: &[char]) -> Option<usize> {
    const LONGEST: usize = 8;
    static DEMANDS: Words = Words::new(
        "强化 加强 争创 争取 巩固 夯实 打牢 筑牢 通报 报送 报告 定期 开展 做好 组织 落实 推进 完善 提升 提高 突出 打造 摸清 掌握 \
        了解 及时 公开 评选 严格 规范",
    );
    let word = NAMES_A_PAST.ending_at(title, title.len())?;
    (title.len() <= LONGEST && !DEMANDS.in_text(title)).then_some(word.start)
}

/// Says whether a document by its title reports rather than plans; one that does both begins with the report. The titles of
/// other documents in it say nothing.
pub(super) fn document_looks_back(title: &[char]) -> bool {
    const PLANS: &str = "要点 计划 安排 方案 部署 打算 任务 任务分解 分解表 清单 分工 任务分工 目标 一览表";
    static REPORTS: Words =
        Words::new("总结 述职 回顾 完成情况 工作情况 自查报告 情况报告 情况汇报 年度报告 工作报告 成效");
    static BOTH: Words = Words::new(
        "总结和 总结及 总结与 总结暨 回顾和 回顾及 回顾与 完成情况和 完成情况及 工作情况和 工作情况及 总结、",
    );
    let enclosed = Enclosed::of(title);
    let own: Vec<char> =
        title.iter().zip(&enclosed.named).filter(|(_, named)| !**named).map(|(char, _)| *char).collect();
    // The quotation of a title may be all of it.
    let title = if own.is_empty() { title } else { &own };
    REPORTS.in_text(title) && (BOTH.in_text(title) || !words(PLANS).any(|word| ends_with(title, word)))
}

/// Says whether a sentence reports something done.
pub(super) fn reports(sentence: &[char], part_looks_back: bool, year: Option<i32>) -> bool {
    if part_looks_back {
        !(STILL_TO_DO.in_text(sentence)
            || within_years(sentence)
            || to_later_year(sentence, year)
            || is_about_later_year(sentence, year))
    } else {
        DONE.sequence(sentence).any(|found| !is_attribute(&sentence[found.end..])) && !STILL_TO_DO.in_text(sentence)
    }
}

/// Says whether a reported thing only describes another: 已完成改造的机构.
fn is_attribute(after: &[char]) -> bool {
    const NEAR: usize = 8;
    let until = after.iter().position(|char| matches!(char, ',' | '。' | ';')).unwrap_or(after.len());
    find(&after[..until.min(NEAR)], "的").is_some()
}

fn within_years(sentence: &[char]) -> bool {
    static YEARS: Words = Words::new("1年内 2年内 3年内 5年内 一年内 两年内 三年内 五年内");
    let begins_part = |at: usize| at == 0 || sentence[at - 1] == ',';
    YEARS.sequence(sentence).any(|found| begins_part(found.start))
}

/// Says whether a sentence begins with a year that is still to come: 2024年,我局将….
fn is_about_later_year(sentence: &[char], year: Option<i32>) -> bool {
    let named = numerals::whole(sentence, 0).filter(|(_, end)| sentence.get(*end) == Some(&'年'));
    let named = named.and_then(|(named, _)| i32::try_from(named).ok());
    named.zip(year).is_some_and(|(named, year)| named > year && named <= 2100)
}

fn to_later_year(sentence: &[char], year: Option<i32>) -> bool {
    let named = |at: usize| numerals::whole(sentence, at + 1).filter(|(_, end)| sentence.get(*end) == Some(&'年'));
    (0..sentence.len())
        .filter(|&at| sentence[at] == '到')
        .filter_map(named)
        .any(|(named, _)| year.is_some_and(|year| i32::try_from(named).is_ok_and(|named| named > year)))
}

/// Says whether words forbid something.
pub(super) fn forbids(text: &[char]) -> bool {
    FORBIDS.sequence(text).any(|found| {
        !FORBIDS_NOT.begins(&text[found.start.saturating_sub(1)..]) && !FORBIDS_NOT.begins(&text[found.start..])
    })
}

/// What decided the kind of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindReason {
    /// The sentence reports: its part looks back, or it has words such as 已完成.
    Reports,
    /// A word of prohibition.
    Forbids,
    /// All that is measured is a time limit.
    TimeLimit,
    /// A value.
    Value,
    /// A word such as 全覆盖, without a value.
    All,
    /// A date without a value.
    Date,
    /// None of these.
    Nothing,
}

impl KindReason {
    /// Returns the key of its explanation in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Reports => "plan-explain.kind.reports",
            Self::Forbids => "plan-explain.kind.forbids",
            Self::TimeLimit => "plan-explain.kind.time-limit",
            Self::Value => "plan-explain.kind.value",
            Self::All => "plan-explain.kind.all",
            Self::Date => "plan-explain.kind.date",
            Self::Nothing => "plan-explain.kind.nothing",
        }
    }
}

/// Decides the kind of a clause, and says what decided it.
pub(super) fn kind_and_why(
    text: &[char],
    indicators: &[Indicator],
    has_deadline: bool,
    result: bool,
) -> (ClauseKind, KindReason) {
    if result {
        return (ClauseKind::Result, KindReason::Reports);
    }
    if forbids(text) {
        return (ClauseKind::Prohibition, KindReason::Forbids);
    }
    let measured =
        indicators.iter().filter(|indicator| !(indicator.comparator == Comparator::Eq && indicator.value.is_none()));
    if measured.clone().any(is_time_limit) && measured.clone().all(is_time_limit) {
        return (ClauseKind::Deadline, KindReason::TimeLimit);
    }
    if measured.clone().next().is_some() {
        let counted = |indicator: &Indicator| match indicator.comparator {
            Comparator::Full => indicator.unit.as_deref() == Some("%"),
            _ => true,
        };
        return if measured.clone().any(counted) {
            (ClauseKind::Target, KindReason::Value)
        } else {
            (ClauseKind::Coverage, KindReason::All)
        };
    }
    if has_deadline { (ClauseKind::Deadline, KindReason::Date) } else { (ClauseKind::Duty, KindReason::Nothing) }
}

/// Lists the words that decided the kind of a clause; empty where figures, dates or the part of the document did.
pub(super) fn deciding(reason: KindReason, text: &[char], sentence: &[char]) -> Vec<String> {
    match reason {
        KindReason::Reports => DONE.listed(sentence),
        KindReason::Forbids => FORBIDS.listed(text),
        _ => Vec::new(),
    }
}

/// Says whether an indicator is a time limit such as 2小时内.
fn is_time_limit(indicator: &Indicator) -> bool {
    const TIMES: &str = "小时 分钟 天 工作日 个工作日 个月 周";
    // 平均住院日不超过7天 is a value that is measured.
    static MEASURED: Words = Words::new("平均 住院日 时长 周期");
    !MEASURED.in_text(&indicator.name.chars().collect::<Vec<_>>())
        && indicator.comparator == Comparator::Le
        && indicator.unit.as_deref().is_some_and(|unit| words(TIMES).any(|time| time == unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn reports_are_told_from_demands() {
        let cases = [
            ("全年查处案件33件", true, true),
            ("全市6家医院均要按要求建设发热门诊", true, false),
            ("3年内,引进80名人才", true, false),
            ("截至目前已建成12家", false, true),
            ("已完成改造的项目要尽快验收", false, false),
            ("加强发热门诊管理", false, false),
            ("对标去年全省排名,培训200人", false, false),
            ("到2024年底建成5家", true, false),
            ("2024年,实施三大行动", true, false),
            ("2023年,实施三大行动", true, true),
            ("我局将围绕目标任务抓落实", true, false),
        ];
        for (text, back, expected) in cases {
            assert_eq!(reports(&chars(text), back, Some(2023)), expected, "{text}");
        }
    }

    #[test]
    fn headings_say_where_a_part_looks() {
        let cases = [
            ("2022年工作回顾", Some(true)),
            ("2023年工作安排", Some(false)),
            ("重点工作完成情况", Some(true)),
            ("全面落实常态化措施", None),
            ("推动服务能力取得新成效", None),
            ("发展背景", Some(true)),
            ("一、防治现状与工作目标", Some(false)),
            ("获得荣誉", Some(true)),
            ("争创荣誉", None),
            ("强化评先表彰", None),
            ("定期通报工作情况", None),
            ("全面完成免疫规划任务", None),
            ("开展健康素养现状调查", None),
        ];
        for (text, expected) in cases {
            assert_eq!(heading_looks_back(&chars(text)), expected, "{text}");
        }
    }

    #[test]
    fn titles_say_where_a_document_looks() {
        let cases = [
            ("2023年工作总结", true),
            ("2023年工作要点", false),
            ("2023年工作总结和2024年工作计划", true),
            ("关于落实《政府工作报告》的措施", false),
            ("医改成效监测和评估方案", false),
        ];
        for (title, expected) in cases {
            assert_eq!(document_looks_back(&chars(title)), expected, "{title}");
        }
    }

    #[test]
    fn words_of_prohibition_forbid_only_where_they_do() {
        let cases = [
            ("诊所不得接诊发热患者", true),
            ("严禁超范围执业", true),
            ("人员不得少于3名", false),
            ("落实九不准", false),
            ("不得不停", false),
        ];
        for (text, expected) in cases {
            assert_eq!(forbids(&chars(text)), expected, "{text}");
        }
    }
}
