//! One item of a checklist: what is asked, what it takes for an answer, and what that answer comes to.

use serde::{Deserialize, Serialize};

use super::{Bilingual, Condition, Expression, ItemId, Value, model::fits_facility, words::Word};
use crate::{
    i18n::Lang,
    plan::{ClauseId, PlanId},
};

/// One item (检查项目).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The identity of the item; answers are kept by it.
    pub id: ItemId,
    /// Identities it had in earlier versions of the checklist; answers under them are its own.
    pub was: Vec<ItemId>,
    /// The section it stands in.
    pub section: String,
    /// What is asked.
    pub text: Bilingual,
    /// When it is asked; what is not asked keeps its answer and does not count.
    pub when: Option<Condition>,
    /// What sort of answer it takes.
    pub answer: AnswerType,
    /// The words to choose from, for `choice` and `choices`.
    pub choices: Vec<String>,
    /// What the choices are called in English, in the same order; empty where nobody wrote it.
    pub choices_en: Vec<String>,
    /// What a row of a `table` consists of.
    pub columns: Vec<Column>,
    /// The unit of a number, or empty.
    pub unit: String,
    /// The value that stands until somebody answers.
    pub default: Option<DefaultValue>,
    /// The value that follows from other answers; nobody answers such an item.
    pub calculate: Option<Expression>,
    /// What an answer has to be like to be possible at all.
    pub constraint: Option<Constraint>,
    /// When an answer conforms; without a rule a value is only recorded.
    pub pass: Option<PassRule>,
    /// Whether the record cannot be finalised without an answer.
    pub required: bool,
    /// 一票否决: one failure fails the unit.
    pub critical: bool,
    /// 分值, more than 0 unless the item does not score.
    pub points: f64,
    /// How grave a failure is.
    pub severity: Severity,
    /// How to check it (检查方法).
    pub how: String,
    /// How to check it, in English, or empty.
    pub how_en: String,
    /// When evidence is wanted.
    pub evidence: EvidenceRule,
    /// Days of the calendar to put a failure right, from the day of the inspection.
    pub rectify_days: Option<u32>,
    /// Working days to put a failure right, from the day of the inspection; there are never both.
    pub rectify_workdays: Option<u32>,
    /// What is usually written into a finding of this item (常用语), in Chinese as records are.
    pub phrases: Vec<String>,
    /// Legal or policy bases (检查依据).
    pub basis: Vec<Basis>,
    /// The clauses of the plan it comes from.
    pub clauses: Vec<ClauseOrigin>,
    /// The item of a bank it comes from, `BANK/ITEM`, or empty.
    pub bank: String,
    /// Facility types it is for; empty means all that the checklist is for.
    pub facility_types: Vec<String>,
    /// Facility levels it is for, by their first characters (`三级`); empty means all.
    pub levels: Vec<String>,
    /// Deadline of a target, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or empty.
    pub deadline: String,
    /// Who answers for it, as the plan says, or empty.
    pub owners: Vec<String>,
}

/// What sort of answer an item takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerType {
    /// 符合 or 不符合.
    #[default]
    Verdict,
    /// Yes or no.
    YesNo,
    /// A number with a unit.
    Number,
    /// A share of a hundred.
    Percent,
    /// A whole number from 0.
    Count,
    /// One of several words.
    Choice,
    /// Any of several words.
    Choices,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// Free text.
    Text,
    /// Rows of typed columns, as many as are needed.
    Table,
    /// Files such as photographs, kept beside the record.
    File,
}

impl AnswerType {
    /// Every type, in the order in which they are explained.
    pub const ALL: [Self; 12] = [
        Self::Verdict,
        Self::YesNo,
        Self::Number,
        Self::Percent,
        Self::Count,
        Self::Choice,
        Self::Choices,
        Self::Date,
        Self::Time,
        Self::Text,
        Self::Table,
        Self::File,
    ];

    /// Returns the word by which files and the language files name it.
    pub fn name(self) -> &'static str {
        Word::word(self)
    }
}

/// A column of a table: what one cell of a row takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name by which expressions and records refer to it.
    pub id: String,
    /// What stands above it.
    pub title: Bilingual,
    /// What a cell takes: any type but verdict, table and file.
    pub answer: AnswerType,
    /// The words to choose from, for `choice` and `choices`.
    pub choices: Vec<String>,
    /// The unit of a number, or empty.
    pub unit: String,
    /// When a cell conforms; one that does not fails the whole item.
    pub pass: Option<PassRule>,
    /// Whether every row has to fill it in.
    pub required: bool,
}

impl Default for Column {
    /// Makes a column with nothing but what a file may leave out: a text that every row has to have.
    fn default() -> Self {
        Self {
            id: String::new(),
            title: Bilingual::default(),
            answer: AnswerType::Text,
            choices: Vec::new(),
            unit: String::new(),
            pass: None,
            required: true,
        }
    }
}

impl Column {
    /// Every type that a cell can have.
    pub const ANSWERS: [AnswerType; 9] = [
        AnswerType::Text,
        AnswerType::YesNo,
        AnswerType::Number,
        AnswerType::Percent,
        AnswerType::Count,
        AnswerType::Choice,
        AnswerType::Choices,
        AnswerType::Date,
        AnswerType::Time,
    ];

    /// Returns the item that a cell of this column is like, by which it is read, shown and judged.
    pub fn as_item(&self) -> Item {
        Item {
            id: ItemId(self.id.clone()),
            text: self.title.clone(),
            answer: self.answer,
            choices: self.choices.clone(),
            unit: self.unit.clone(),
            pass: self.pass.clone(),
            required: self.required,
            ..Item::default()
        }
    }
}

/// What stands for an answer until somebody gives one.
#[derive(Clone, Debug, PartialEq)]
pub enum DefaultValue {
    /// The day of the inspection: `"today"`.
    Today,
    /// A value.
    Value(Value),
}

/// What an answer has to be like to be possible at all, such as a share that cannot be above 100.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// The rule; it is written like a pass rule.
    pub rule: PassRule,
    /// What to say to who breaks it, where somebody wrote it.
    pub message: Option<Bilingual>,
}

/// When an answer conforms, or what it has to be like.
#[derive(Clone, Debug, PartialEq)]
pub enum PassRule {
    /// At least so much: `">= 95"`.
    AtLeast(f64),
    /// More than so much: `"> 0"`.
    MoreThan(f64),
    /// At most so much: `"<= 2"`.
    AtMost(f64),
    /// Less than so much: `"< 2"`.
    LessThan(f64),
    /// Exactly so much: `"= 0"`.
    Exactly(f64),
    /// From and to, both included: `"2..8"`.
    Between(f64, f64),
    /// Yes, or no: `"yes"`, `"no"`.
    YesNo(bool),
    /// One of these words: `["感染性", "损伤性"]`.
    OneOf(Vec<String>),
    /// Not before the day of the inspection: `">= today"`, for papers that must still be valid.
    NotBeforeToday,
    /// Not after the day of the inspection: `"<= today"`.
    NotAfterToday,
    /// Whatever an expression over this and the other answers says.
    Expression(Expression),
}

/// What an item comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 符合.
    Conforms,
    /// 不符合.
    Fails,
    /// 不适用: the item does not concern this unit; leaves the score.
    NotApplicable,
    /// 合理缺项: this unit is not required to have it; leaves the denominator of the score.
    ReasonableOmission,
}

impl Verdict {
    /// Every verdict, in the order of its digit key.
    pub const ALL: [Self; 4] = [Self::Conforms, Self::Fails, Self::NotApplicable, Self::ReasonableOmission];

    /// Returns the word by which files name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Fails => "fails",
            Self::NotApplicable => "not-applicable",
            Self::ReasonableOmission => "reasonable-omission",
        }
    }

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Conforms => "verdict.conforms",
            Self::Fails => "verdict.fails",
            Self::NotApplicable => "verdict.not-applicable",
            Self::ReasonableOmission => "verdict.reasonable-omission",
        }
    }

    /// Says whether the item leaves the score.
    pub fn is_exempt(self) -> bool {
        matches!(self, Self::NotApplicable | Self::ReasonableOmission)
    }
}

/// How grave a failure is.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    zerocopy::TryFromBytes,
    zerocopy::IntoBytes,
    zerocopy::Immutable,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Severity {
    /// 一般.
    #[default]
    Minor,
    /// 较重.
    Major,
    /// 严重.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 3] = [Self::Minor, Self::Major, Self::Critical];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Minor => "severity.minor",
            Self::Major => "severity.major",
            Self::Critical => "severity.critical",
        }
    }
}

/// When evidence is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceRule {
    /// Never asked for.
    #[default]
    Never,
    /// Asked for when the item fails.
    OnFailure,
    /// Always asked for.
    Always,
}

/// A legal or policy basis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The document, without book-title marks.
    pub document: String,
    /// The article, such as `第十七条`, or empty.
    pub article: String,
    /// The version or year of the text that was read, or empty.
    pub version: String,
    /// Whether somebody still has to read the current text.
    pub verify: bool,
}

impl Basis {
    /// Cites it: the name in book-title marks, the number of the document or standard behind them, and the article.
    ///
    /// Other brackets, such as （试行）, belong to the name (GB/T 15834-2011, 4.15).
    pub fn cited(&self) -> String {
        let is_number = |brackets: &str| {
            let inside = brackets.trim_start_matches('（');
            inside.contains('号') || inside.starts_with(|first: char| first.is_ascii_alphabetic())
        };
        let whole = self.document.as_str();
        let split = whole.rfind('（').filter(|_| whole.ends_with('）')).map(|at| whole.split_at(at));
        let (name, number) = split.filter(|(_, brackets)| is_number(brackets)).unwrap_or((whole, ""));
        format!("《{name}》{number}{}", self.article)
    }
}

/// The clause of a plan that an item comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseOrigin {
    /// The clause's identity in the plan.
    pub id: ClauseId,
    /// The plan it stands in.
    pub plan: PlanId,
    /// The section path, such as `一/2`.
    pub section: String,
    /// The digest of what the clause demanded when the item was made ([`Clause::demand`](crate::plan::Clause::demand)).
    pub fingerprint: String,
    /// The clause's text when the item was made.
    pub text: String,
}

impl Item {
    /// Says whether the item is meant for a facility of a type and level; what hides its section is not looked at.
    pub fn applies_to(&self, facility_type: &str, level: &str) -> bool {
        fits_facility(&self.facility_types, &self.levels, facility_type, level)
    }

    /// Says whether nobody answers it, because its value follows from other answers.
    pub fn is_calculated(&self) -> bool {
        self.calculate.is_some()
    }

    /// Returns how to check it, in a language; Chinese where there is no English.
    pub fn how_shown(&self, lang: Lang) -> &str {
        if lang == Lang::En && !self.how_en.is_empty() { &self.how_en } else { &self.how }
    }

    /// Returns what a word of [`Item::choices`] is called in a language; the word itself where there is no English.
    pub fn choice_shown<'word>(&'word self, word: &'word str, lang: Lang) -> &'word str {
        let at = self.choices.iter().position(|known| known == word);
        at.filter(|_| lang == Lang::En).and_then(|at| self.choices_en.get(at)).map_or(word, String::as_str)
    }

    /// Returns the unit that stands behind a value of this item: `%` for a percentage, else the item's own.
    pub fn unit_shown(&self) -> &str {
        if self.answer == AnswerType::Percent { "%" } else { &self.unit }
    }
}

impl Default for Item {
    /// Makes an item with nothing but what a file may leave out: required, one point, a verdict.
    fn default() -> Self {
        Self {
            id: ItemId::default(),
            was: Vec::new(),
            section: String::new(),
            text: Bilingual::default(),
            when: None,
            answer: AnswerType::default(),
            choices: Vec::new(),
            choices_en: Vec::new(),
            columns: Vec::new(),
            unit: String::new(),
            default: None,
            calculate: None,
            constraint: None,
            pass: None,
            required: true,
            critical: false,
            points: 1.0,
            severity: Severity::default(),
            how: String::new(),
            how_en: String::new(),
            evidence: EvidenceRule::default(),
            rectify_days: None,
            rectify_workdays: None,
            phrases: Vec::new(),
            basis: Vec::new(),
            clauses: Vec::new(),
            bank: String::new(),
            facility_types: Vec::new(),
            levels: Vec::new(),
            deadline: String::new(),
            owners: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_document_stands_behind_its_name() {
        let cases = [
            ("医疗废物管理条例", "《医疗废物管理条例》第八条"),
            (
                "发热门诊设置管理规范（国卫办医函〔2021〕507号）",
                "《发热门诊设置管理规范》（国卫办医函〔2021〕507号）第八条",
            ),
            (
                "医疗机构传染病预检分诊管理办法（卫生部令第41号）",
                "《医疗机构传染病预检分诊管理办法》（卫生部令第41号）第八条",
            ),
            ("医院消毒卫生标准（GB 15982-2012）", "《医院消毒卫生标准》（GB 15982-2012）第八条"),
            ("医疗机构依法执业自查管理办法（试行）", "《医疗机构依法执业自查管理办法（试行）》第八条"),
        ];
        for (document, cited) in cases {
            let basis = Basis { document: document.to_owned(), article: "第八条".to_owned(), ..Basis::default() };
            assert_eq!(basis.cited(), cited);
        }
    }

    #[test]
    fn items_apply_by_type_and_by_the_beginning_of_the_level() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let cases = [
            (&[][..], &[][..], "clinic", "", true),
            (&["hospital"], &[], "clinic", "", false),
            (&["hospital", "clinic"], &[], "clinic", "", true),
            (&[], &["三级"], "hospital", "三级甲等", true),
            (&[], &["三级"], "hospital", "二级甲等", false),
            (&[], &["三级"], "hospital", "", false),
        ];
        for (types, levels, facility_type, level, expected) in cases {
            let item = Item { facility_types: words(types), levels: words(levels), ..Item::default() };
            assert_eq!(item.applies_to(facility_type, level), expected, "{types:?} {levels:?} {facility_type} {level}");
        }
    }
}
