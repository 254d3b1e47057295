//! Writing a checklist as the file that people learn the format from.
//!
//! The text is canonical: fields in one order, defaults left out, one blank line between items. Merging compares
//! checklists by these fields too, so that what is written alike counts as equal.

use std::fmt::Write as _;

use toml_edit::Value;

use super::{
    AnswerType, Basis, Bilingual, Checklist, ClauseOrigin, Column, Condition, DefaultValue, EvidenceRule, Grade, Item,
    Operand, PassRule, ScoreMethod, Section, Severity, Test, Value as AnswerValue, words::Word,
};
use crate::i18n::Lang;

/// How long a line may be before an array is written with one element a line, in characters.
const LINE_MAX_CHARS: usize = 100;

/// The first line of a new file, by which editors find the schema that every workspace has.
pub const SCHEMA_LINE: &str = "#:schema ../.ducha/schema/checklist.json";

/// A field and its value as TOML.
pub(super) type Field = (&'static str, String);

/// Writes a checklist, with notes in Chinese at the top that explain the format.
pub fn write(checklist: &Checklist) -> String {
    write_in(checklist, Lang::Zh)
}

/// Writes a checklist, with notes in a language at the top that explain the format.
pub fn write_in(checklist: &Checklist, lang: Lang) -> String {
    let mut text = String::new();
    push_line(&mut text, SCHEMA_LINE);
    for line in lang.t("checklist.write.notes").lines() {
        push_line(&mut text, &format!("# {line}"));
    }
    text.push('\n');
    push_fields(&mut text, &head_fields(checklist));
    for section in &checklist.sections {
        text.push('\n');
        text.push_str(&section_text(section));
    }
    for item in &checklist.items {
        text.push('\n');
        text.push_str(&item_text(item));
    }
    text
}

/// Writes a section with its header.
pub(super) fn section_text(section: &Section) -> String {
    let mut text = "[[section]]\n".to_owned();
    push_fields(&mut text, &section_fields(section));
    text
}

/// Writes an item with its header.
pub(super) fn item_text(item: &Item) -> String {
    let mut text = "[[item]]\n".to_owned();
    push_fields(&mut text, &item_fields(item));
    text
}

/// Returns the fields of the head of a checklist, without those that have their usual value.
pub(super) fn head_fields(checklist: &Checklist) -> Vec<Field> {
    let mut fields = Fields::default();
    fields.always("id", string(&checklist.id.0));
    fields.bilingual("title", "title_en", &checklist.title);
    fields.always("version", checklist.version.to_string());
    // The sort is what tells the two kinds of checklist apart, so it is never left out.
    fields.always("sort", string(checklist.sort.word()));
    fields.text("topic", checklist.topic.as_ref().map_or("", |topic| &topic.0));
    fields.text("plan", checklist.plan.as_ref().map_or("", |plan| &plan.0));
    fields.texts("facility_types", &checklist.facility_types);
    fields.when(checklist.emergency, "emergency", "true");
    fields.when(checklist.inspectors > 0, "inspectors", &checklist.inspectors.to_string());
    let scoring = &checklist.scoring;
    fields.when(scoring.method != ScoreMethod::default(), "scoring", &string(scoring.method.word()));
    fields.when(!scoring.critical_gate, "critical_gate", "false");
    fields.tables("grades", scoring.grades.iter().map(grade_value));
    fields.text("next_passed", &checklist.next.passed.map_or_else(String::new, |term| term.to_string()));
    fields.text("next_failed", &checklist.next.failed.map_or_else(String::new, |term| term.to_string()));
    fields.0
}

/// Returns the fields of a section.
pub(super) fn section_fields(section: &Section) -> Vec<Field> {
    let mut fields = Fields::default();
    fields.always("id", string(&section.id));
    fields.bilingual("title", "title_en", &section.title);
    fields.text("parent", section.parent.as_deref().unwrap_or_default());
    fields.condition(section.when.as_ref());
    fields.texts("facility_types", &section.facility_types);
    fields.texts("levels", &section.levels);
    fields.when((section.weight - 1.0).abs() > 0.0, "weight", &section.weight.to_string());
    fields.texts("phrases", &section.phrases);
    fields.0
}

/// Returns the fields of an item, without those that have their usual value.
pub(super) fn item_fields(item: &Item) -> Vec<Field> {
    let mut fields = Fields::default();
    fields.always("id", string(&item.id.0));
    fields.tables("was", item.was.iter().map(|id| string(&id.0)));
    fields.always("section", string(&item.section));
    fields.bilingual("text", "text_en", &item.text);
    fields.condition(item.when.as_ref());
    fields.when(item.answer != AnswerType::default(), "answer", &string(item.answer.word()));
    fields.texts("choices", &item.choices);
    fields.texts("choices_en", &item.choices_en);
    fields.tables("columns", item.columns.iter().map(column_value));
    fields.text("unit", &item.unit);
    if let Some(default) = &item.default {
        fields.always("default", default_value(default));
    }
    fields.text("calculate", item.calculate.as_ref().map_or("", |expression| &expression.0));
    if let Some(constraint) = &item.constraint {
        fields.always("constraint", rule_value("constraint", &constraint.rule));
        if let Some(message) = &constraint.message {
            fields.bilingual("constraint_message", "constraint_message_en", message);
        }
    }
    fields.rule(item.pass.as_ref());
    fields.when(!item.required, "required", "false");
    fields.when(item.critical, "critical", "true");
    fields.when((item.points - 1.0).abs() > 0.0, "points", &item.points.to_string());
    fields.when(item.severity != Severity::default(), "severity", &string(item.severity.word()));
    fields.text("how", &item.how);
    fields.text("how_en", &item.how_en);
    fields.when(item.evidence != EvidenceRule::default(), "evidence", &string(item.evidence.word()));
    if let Some(days) = item.rectify_days {
        fields.always("rectify_days", days.to_string());
    }
    if let Some(days) = item.rectify_workdays {
        fields.always("rectify_workdays", days.to_string());
    }
    fields.texts("phrases", &item.phrases);
    fields.tables("basis", item.basis.iter().map(basis_value));
    fields.texts("facility_types", &item.facility_types);
    fields.texts("levels", &item.levels);
    fields.text("deadline", &item.deadline);
    fields.texts("owners", &item.owners);
    fields.text("bank", &item.bank);
    fields.tables("clauses", item.clauses.iter().map(clause_value));
    fields.0
}

#[derive(Default)]
struct Fields(Vec<Field>);

impl Fields {
    fn always(&mut self, name: &'static str, value: String) {
        self.0.push((name, value));
    }

    fn when(&mut self, wanted: bool, name: &'static str, value: &str) {
        if wanted {
            self.always(name, value.to_owned());
        }
    }

    fn text(&mut self, name: &'static str, text: &str) {
        if !text.is_empty() {
            self.always(name, string(text));
        }
    }

    fn bilingual(&mut self, chinese: &'static str, english: &'static str, text: &Bilingual) {
        self.always(chinese, string(&text.zh));
        self.text(english, text.en.as_deref().unwrap_or_default());
    }

    fn texts(&mut self, name: &'static str, texts: &[String]) {
        self.tables(name, texts.iter().map(|text| string(text)));
    }

    fn condition(&mut self, condition: Option<&Condition>) {
        if let Some(condition) = condition {
            self.always("when", condition_value(condition));
        }
    }

    fn rule(&mut self, rule: Option<&PassRule>) {
        if let Some(rule) = rule {
            self.always("pass", rule_value("pass", rule));
        }
    }

    /// Adds an array that stays on one line, for an inline table.
    fn inline_texts(&mut self, name: &'static str, texts: &[String]) {
        if !texts.is_empty() {
            self.always(name, format!("[{}]", texts.iter().map(|text| string(text)).collect::<Vec<_>>().join(", ")));
        }
    }

    fn tables(&mut self, name: &'static str, values: impl Iterator<Item = String>) {
        let values: Vec<String> = values.collect();
        if !values.is_empty() {
            self.always(name, array(name, &values));
        }
    }
}

fn rule_value(name: &str, rule: &PassRule) -> String {
    match rule {
        PassRule::OneOf(words) => array(name, &words.iter().map(|word| string(word)).collect::<Vec<_>>()),
        // Every other rule is written as a text.
        _ => string(&rule.written().unwrap_or_default()),
    }
}

/// Writes a condition; whatever is within an inline table stays on one line.
fn condition_value(condition: &Condition) -> String {
    let mut fields = Fields::default();
    match condition {
        Condition::Expression(expression) => return string(&expression.0),
        Condition::All(parts) => fields.always("all", inline_parts(parts)),
        Condition::Any(parts) => fields.always("any", inline_parts(parts)),
        Condition::Not(part) => fields.always("not", inline_condition(part)),
        Condition::Item(item, test) => {
            fields.always("item", string(&item.0));
            match test {
                Test::Is(operands) => fields.always("is", operands_value(operands)),
                Test::IsNot(operands) => fields.always("is_not", operands_value(operands)),
                Test::Includes(words) => fields.always("includes", one_or_more(words.iter().map(|word| string(word)))),
                Test::Value(rule) => fields.always("value", string(&rule.written().unwrap_or_default())),
                Test::Answered(answered) => fields.always("answered", answered.to_string()),
            }
        }
    }
    inline_table(&fields.0)
}

fn inline_condition(condition: &Condition) -> String {
    match condition {
        Condition::Expression(expression) => one_line_string(&expression.0),
        other => condition_value(other),
    }
}

fn inline_parts(parts: &[Condition]) -> String {
    format!("[{}]", parts.iter().map(inline_condition).collect::<Vec<_>>().join(", "))
}

fn operands_value(operands: &[Operand]) -> String {
    one_or_more(operands.iter().map(|operand| match operand {
        Operand::Flag(flag) => flag.to_string(),
        Operand::Number(number) => number.to_string(),
        Operand::Word(word) => string(word),
    }))
}

/// Writes one value bare and several as an array.
fn one_or_more(values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    if values.len() == 1 { values.concat() } else { format!("[{}]", values.join(", ")) }
}

fn default_value(default: &DefaultValue) -> String {
    let lang = Lang::En;
    match default {
        DefaultValue::Today => string("today"),
        DefaultValue::Value(AnswerValue::YesNo(yes)) => string(if *yes { "yes" } else { "no" }),
        DefaultValue::Value(AnswerValue::Number(number)) => number.to_string(),
        DefaultValue::Value(AnswerValue::Choices(words)) => {
            array("default", &words.iter().map(|word| string(word)).collect::<Vec<_>>())
        }
        // The others are written as texts, as they are shown.
        DefaultValue::Value(value) => string(&value.show("", lang)),
    }
}

fn column_value(column: &Column) -> String {
    let usual = Column::default();
    let mut fields = Fields::default();
    fields.always("id", string(&column.id));
    fields.bilingual("title", "title_en", &column.title);
    fields.when(column.answer != usual.answer, "answer", &string(column.answer.word()));
    fields.inline_texts("choices", &column.choices);
    fields.text("unit", &column.unit);
    match &column.pass {
        Some(PassRule::OneOf(words)) => fields.inline_texts("pass", words),
        rule => fields.rule(rule.as_ref()),
    }
    fields.when(!column.required, "required", "false");
    inline_table(&fields.0)
}

fn grade_value(grade: &Grade) -> String {
    let mut fields = Fields::default();
    fields.always("id", string(&grade.id));
    fields.bilingual("title", "title_en", &grade.title);
    let bounds = [("rate", &grade.rate), ("critical_rate", &grade.critical_rate), ("other_rate", &grade.other_rate)];
    for (name, bound) in bounds {
        fields.text(name, &bound.as_ref().and_then(PassRule::written).unwrap_or_default());
    }
    inline_table(&fields.0)
}

fn basis_value(basis: &Basis) -> String {
    let mut fields = Fields::default();
    fields.always("document", string(&basis.document));
    fields.text("article", &basis.article);
    fields.text("version", &basis.version);
    fields.when(basis.verify, "verify", "true");
    inline_table(&fields.0)
}

fn clause_value(clause: &ClauseOrigin) -> String {
    let mut fields = Fields::default();
    fields.always("plan", string(&clause.plan.0));
    fields.always("id", string(&clause.id.0));
    fields.text("section", &clause.section);
    fields.text("fingerprint", &clause.fingerprint);
    if !clause.text.is_empty() {
        // An inline table stays on one line, whatever is in the text.
        fields.always("text", one_line_string(&clause.text));
    }
    inline_table(&fields.0)
}

fn inline_table(fields: &[Field]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

/// Writes an array on one line, or with one element a line where it gets long.
fn array(name: &str, values: &[String]) -> String {
    let inline = format!("[{}]", values.join(", "));
    if name.len() + 3 + inline.chars().count() <= LINE_MAX_CHARS && !inline.contains('\n') {
        return inline;
    }
    let mut lines = "[\n".to_owned();
    for value in values {
        // Writing into a string cannot fail.
        let _ = writeln!(lines, "    {value},");
    }
    lines.push(']');
    lines
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

/// Writes a text that may have line breaks without any, for an inline table.
fn one_line_string(text: &str) -> String {
    if !text.contains('\n') {
        return string(text);
    }
    // Line breaks and tabs are the only control characters that a text can have.
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

fn push_fields(text: &mut String, fields: &[Field]) {
    for (name, value) in fields {
        push_line(text, &format!("{name} = {value}"));
    }
}

fn push_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::checklist::{ItemId, arbitrary, read};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_written_is_read_again(checklist in arbitrary::checklist()) {
            let text = write(&checklist);
            let reading = read(&text);
            prop_assert_eq!(reading.checklist.as_ref(), Some(&checklist), "{}\n{:?}", text, reading.diagnostics);
            let windows = read(&text.replace('\n', "\r\n"));
            prop_assert_eq!(windows.checklist, Some(checklist));
        }
    }

    #[test]
    fn every_form_of_a_condition_and_a_rule_is_written_as_it_is_read() {
        let first = "[[item]]\nid = \"C\"\nsection = \"s\"\ntext = \"甲\"\nanswer = \"choices\"\nchoices = [\"甲\", \"乙\"]\n\
            [[item]]\nid = \"N\"\nsection = \"s\"\ntext = \"乙\"\nanswer = \"number\"\n";
        let cases = [
            "when = { item = \"N\", is = 3 }",
            "when = { item = \"N\", is = [1, 2.5] }",
            "when = { item = \"N\", is_not = \"not-applicable\" }",
            "when = { item = \"C\", includes = \"甲\" }",
            "when = { item = \"C\", includes = [\"甲\", \"乙\"] }",
            "when = { item = \"N\", value = \"2..8\" }",
            "when = [{ item = \"N\", answered = true }, \"N > 3\"]",
            "when = { not = { any = ['''N > 3 && \"甲\" in C''', { item = \"N\", value = \"< 1\" }] } }",
            "answer = \"number\"\nunit = \"天\"\npass = \"this > N\"\nconstraint = \"0..9\"\nconstraint_message = \"九以内\"",
            "answer = \"date\"\ndefault = \"2026-11-21\"",
            "answer = \"choices\"\nchoices = [\"甲\", \"乙\"]\ndefault = [\"乙\"]",
            "answer = \"number\"\ncalculate = 'N * 2'",
        ];
        for lines in cases {
            let head = "id = \"t\"\ntitle = \"题\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"节\"\n";
            let text = format!("{head}{first}[[item]]\nid = \"Z\"\nsection = \"s\"\ntext = \"丙\"\n{lines}\n");
            let reading = read(&text);
            let checklist = reading.checklist.unwrap_or_else(|| panic!("{text}\n{:?}", reading.diagnostics));
            assert_eq!(read(&write(&checklist)).checklist, Some(checklist), "{lines}");
        }
    }

    #[test]
    fn the_file_is_canonical_and_readable() {
        let item = Item {
            id: ItemId("MW13".into()),
            section: "s".into(),
            text: Bilingual { zh: "暂时贮存的时间".into(), en: None },
            answer: AnswerType::Number,
            unit: "天".into(),
            pass: Some(PassRule::AtMost(2.0)),
            points: 3.0,
            severity: Severity::Major,
            basis: vec![Basis {
                document: "医疗废物管理条例".into(), article: "第十七条".into(), ..Basis::default()
            }],
            ..Item::default()
        };
        let expected = "[[item]]\nid = \"MW13\"\nsection = \"s\"\ntext = \"暂时贮存的时间\"\nanswer = \"number\"\nunit = \"天\"\n\
            pass = \"<= 2\"\npoints = 3\nseverity = \"major\"\nbasis = [{ document = \"医疗废物管理条例\", article = \"第十七条\" }]\n";
        assert_eq!(item_text(&item), expected);
    }

    #[test]
    fn long_arrays_go_over_several_lines() {
        let basis = Basis { document: "名称很长的文件".repeat(8), ..Basis::default() };
        let item = Item { basis: vec![basis.clone(), basis], ..Item::default() };
        let text = item_text(&item);
        assert_eq!(
            text.lines().filter(|line| line.starts_with("    { document = ") && line.ends_with("},")).count(),
            2
        );
    }

    #[test]
    fn every_field_that_is_written_is_known_to_the_reader_in_the_same_order() {
        let mut item = Item::default();
        item.text.en = Some("en".into());
        item.was = vec![ItemId("A0".into())];
        item.when = Some(Condition::Item(ItemId("B".into()), Test::Answered(true)));
        item.choices_en = vec!["one".into()];
        item.columns = vec![Column::default()];
        item.default = Some(DefaultValue::Today);
        item.calculate = Some(crate::checklist::Expression("A + B".into()));
        item.constraint = Some(crate::checklist::Constraint {
            rule: PassRule::AtLeast(0.0),
            message: Some(Bilingual { zh: "不小于零".into(), en: Some("not below 0".into()) }),
        });
        item.how_en = "look".into();
        item.answer = AnswerType::Choice;
        item.choices = vec!["甲".into()];
        item.unit = "天".into();
        item.pass = Some(PassRule::YesNo(true));
        item.required = false;
        item.critical = true;
        item.points = 2.0;
        item.severity = Severity::Major;
        item.how = "看".into();
        item.evidence = EvidenceRule::Always;
        item.rectify_days = Some(3);
        item.rectify_workdays = Some(3);
        item.phrases = vec!["登记不全".into()];
        item.basis = vec![Basis::default()];
        item.facility_types = vec!["clinic".into()];
        item.levels = vec!["三级".into()];
        item.deadline = "2026".into();
        item.owners = vec!["市疾控中心".into()];
        item.bank = "a/b".into();
        item.clauses = vec![ClauseOrigin {
            id: crate::plan::ClauseId("c".into()),
            plan: crate::plan::PlanId("p".into()),
            section: String::new(),
            fingerprint: String::new(),
            text: String::new(),
        }];
        let names: Vec<_> = item_fields(&item).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, crate::checklist::read_item::ITEM_FIELDS);
    }
}
