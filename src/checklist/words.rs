//! The words of the checklist language, and which known word a misspelt one was probably meant to be.

use super::{AnswerType, EvidenceRule, ScoreMethod, Severity, Sort};
use crate::error;

/// A type whose values are words in a checklist file.
pub(super) trait Word: Copy + Default + PartialEq + 'static {
    /// Every word and its value, in the order in which they are offered.
    const WORDS: &'static [(&'static str, Self)];
    /// The key of the text that explains the words.
    const HELP: &'static str;

    /// Returns the word for a value.
    fn word(self) -> &'static str {
        // Every value is in its table, which the tests hold in place.
        Self::WORDS.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

impl Word for AnswerType {
    const HELP: &'static str = "checklist.check.words-answer";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("verdict", Self::Verdict),
        ("yes-no", Self::YesNo),
        ("number", Self::Number),
        ("percent", Self::Percent),
        ("count", Self::Count),
        ("choice", Self::Choice),
        ("choices", Self::Choices),
        ("date", Self::Date),
        ("time", Self::Time),
        ("text", Self::Text),
        ("table", Self::Table),
        ("file", Self::File),
    ];
}

impl Word for Severity {
    const HELP: &'static str = "checklist.check.words-severity";
    const WORDS: &'static [(&'static str, Self)] =
        &[("minor", Self::Minor), ("major", Self::Major), ("critical", Self::Critical)];
}

impl Word for EvidenceRule {
    const HELP: &'static str = "checklist.check.words-evidence";
    const WORDS: &'static [(&'static str, Self)] =
        &[("never", Self::Never), ("on-failure", Self::OnFailure), ("always", Self::Always)];
}

impl Word for Sort {
    const HELP: &'static str = "checklist.check.words-sort";
    const WORDS: &'static [(&'static str, Self)] = &[("on-site", Self::OnSite), ("progress", Self::Progress)];
}

impl Word for ScoreMethod {
    const HELP: &'static str = "checklist.check.words-scoring";
    const WORDS: &'static [(&'static str, Self)] =
        &[("points", Self::Points), ("items", Self::Items), ("sections", Self::Sections)];
}

/// What people write, and the word of the language that they mean by it.
const ALIASES: &[(&str, &str)] = &[
    ("标题", "title"),
    ("名称", "title"),
    ("name", "title"),
    ("版本", "version"),
    ("专题", "topic"),
    ("章节", "section"),
    ("编号", "id"),
    ("题目", "text"),
    ("内容", "text"),
    ("检查内容", "text"),
    ("检查项目", "text"),
    ("question", "text"),
    ("item", "text"),
    ("答案", "answer"),
    ("类型", "answer"),
    ("type", "answer"),
    ("选项", "choices"),
    ("options", "choices"),
    ("单位", "unit"),
    ("合格", "pass"),
    ("合格标准", "pass"),
    ("标准", "pass"),
    ("rule", "pass"),
    ("必填", "required"),
    ("关键项", "critical"),
    ("一票否决", "critical"),
    ("veto", "critical"),
    ("分值", "points"),
    ("score", "points"),
    ("weight", "points"),
    ("权重", "points"),
    ("检查方法", "how"),
    ("方法", "how"),
    ("method", "how"),
    ("证据", "evidence"),
    ("依据", "basis"),
    ("检查依据", "basis"),
    ("整改期限", "rectify_days"),
    ("days", "rectify_days"),
    ("工作日", "rectify_workdays"),
    ("常用语", "phrases"),
    ("phrase", "phrases"),
    ("期限", "deadline"),
    ("责任单位", "owners"),
    ("owner", "owners"),
    ("文件", "document"),
    ("条件", "when"),
    ("显示条件", "when"),
    ("relevant", "when"),
    ("if", "when"),
    ("约束", "constraint"),
    ("校验", "constraint"),
    ("计算", "calculate"),
    ("公式", "calculate"),
    ("formula", "calculate"),
    ("calculation", "calculate"),
    ("默认值", "default"),
    ("默认", "default"),
    ("列", "columns"),
    ("表格", "table"),
    ("附件", "file"),
    ("照片", "file"),
    ("photo", "file"),
    ("曾用编号", "was"),
    ("原编号", "was"),
    ("上级", "parent"),
    ("权重", "weight"),
    ("等级", "grades"),
    ("grade", "grades"),
    ("评分", "scoring"),
    ("条款", "article"),
    ("符合", "verdict"),
    ("是否", "yes-no"),
    ("yesno", "yes-no"),
    ("boolean", "yes-no"),
    ("bool", "yes-no"),
    ("数字", "number"),
    ("数值", "number"),
    ("float", "number"),
    ("百分比", "percent"),
    ("数量", "count"),
    ("integer", "count"),
    ("单选", "choice"),
    ("多选", "choices"),
    ("日期", "date"),
    ("时间", "time"),
    ("文本", "text"),
    ("string", "text"),
    ("一般", "minor"),
    ("较重", "major"),
    ("严重", "critical"),
    ("onsite", "on-site"),
    ("现场", "on-site"),
    ("指标", "progress"),
    ("进度", "progress"),
];

/// Finds the known word that a misspelt one was probably meant to be: a known synonym wins, then the nearest word.
pub(super) fn nearest<'known>(wrong: &str, known: impl Iterator<Item = &'known str> + Clone) -> Option<&'known str> {
    let lower = wrong.trim().to_lowercase().replace(' ', "_");
    let meant =
        ALIASES.iter().filter(|(alias, _)| *alias == lower).find_map(|(_, word)| known.clone().find(|k| k == word));
    meant.or_else(|| error::nearest(&lower, known))
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    fn names_agree<T: Word + Serialize + std::fmt::Debug>(all: &[T]) {
        assert_eq!(T::WORDS.len(), all.len());
        for value in all {
            let serialised = serde_json::to_value(value).expect("a word");
            assert_eq!(serialised.as_str(), Some(value.word()), "{value:?}");
        }
    }

    #[test]
    fn a_word_in_a_checklist_is_the_word_everywhere() {
        names_agree(&AnswerType::ALL);
        names_agree(&Severity::ALL);
        names_agree(&[EvidenceRule::Never, EvidenceRule::OnFailure, EvidenceRule::Always]);
        names_agree(&[Sort::OnSite, Sort::Progress]);
        names_agree(&[ScoreMethod::Points, ScoreMethod::Items, ScoreMethod::Sections]);
    }

    #[test]
    fn misspelt_words_are_understood() {
        let known = ["title", "text", "text_en", "choices", "required", "rectify_days", "points", "evidence"];
        let cases = [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("requried", Some("required")),
            ("rectify-days", Some("rectify_days")),
            ("rectify days", Some("rectify_days")),
            ("分值", Some("points")),
            ("score", Some("points")),
            ("zzz", None),
            ("", None),
        ];
        for (wrong, meant) in cases {
            assert_eq!(nearest(wrong, known.iter().copied()), meant, "{wrong}");
        }
    }
}
