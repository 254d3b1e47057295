//! Marks in a checklist's file where a person and the plan changed the same, until a person has decided.
//!
//! A mark is a comment above the field: `#? field = value` with what the plan has now, `#? field` where the plan has the field
//! no longer. Whoever wants that value puts it in the place of his own, whoever keeps his own deletes the mark. So the
//! decision takes nothing but a text editor, and what is not decided is seen in the file and told by `ducha check`.

use toml_edit::{Table, Value};
use toml_parser::{Source, lexer::TokenKind};

use super::{
    Code,
    fields::{Report, shown},
};
use crate::text;

/// What a mark begins with.
const SIGN: &str = "#? ";

/// Says whether a file may have marks; few have.
pub(super) fn may_be_in(text: &str) -> bool {
    text.contains(SIGN)
}

/// Puts a mark above a field: what the plan has now.
///
/// It takes the place of an earlier mark of that field. A field that is not there, or that is tables with headers of their
/// own, is marked above the first field.
pub(super) fn mark(table: &mut Table, field: &str, theirs: Option<&str>) {
    unmark(table, field);
    let is_value = |name: &str| table.get(name).is_some_and(toml_edit::Item::is_value);
    let first = || table.iter().find(|(_, entry)| entry.is_value()).map(|(name, _)| name.to_owned());
    let place = if is_value(field) { Some(field.to_owned()) } else { first() };
    if let Some(mut key) = place.as_deref().and_then(|place| table.key_mut(place)) {
        let decor = key.leaf_decor_mut();
        let before = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
        // What stands behind the last line break is the indentation of the field.
        let (lines, indent) = before.split_at(before.rfind('\n').map_or(0, |at| at + 1));
        let marked = match theirs.and_then(|theirs| theirs.parse::<Value>().ok()) {
            Some(theirs) => format!("{lines}{indent}{SIGN}{field} = {}\n{indent}", on_one_line(&theirs)),
            None => format!("{lines}{indent}{SIGN}{field}\n{indent}"),
        };
        decor.set_prefix(marked);
    }
}

/// Takes the mark of a field away, and says whether there was one.
pub(super) fn unmark(table: &mut Table, field: &str) -> bool {
    let mut found = false;
    for (mut key, _) in table.iter_mut() {
        let decor = key.leaf_decor_mut();
        let Some(before) = decor.prefix().and_then(|prefix| prefix.as_str()) else { continue };
        let after: String = before.split_inclusive('\n').filter(|line| field_of(line) != Some(field)).collect();
        if after.len() < before.len() {
            decor.set_prefix(after);
            found = true;
        }
    }
    found
}

/// Reports every mark that stands in a file.
pub(super) fn report_undecided(report: &mut Report<'_>) {
    let text = report.text();
    if !may_be_in(text) {
        return;
    }
    for token in Source::new(text).lex().filter(|token| token.kind() == TokenKind::Comment) {
        let span = token.span().start()..token.span().end();
        if let Some(field) = text.get(span.clone()).and_then(field_of) {
            let message = text!("checklist.check.undecided", field = shown(field));
            report.add(Code::Undecided, span, message, Some(text!("checklist.check.undecided-hint")));
        }
    }
}

/// Returns the field that a line of comments marks.
fn field_of(line: &str) -> Option<&str> {
    line.trim().strip_prefix(SIGN)?.split([' ', '=']).next().filter(|field| !field.is_empty())
}

/// Writes a value without a line break, so that it can stand in a comment.
fn on_one_line(value: &Value) -> String {
    match value {
        Value::Array(values) => format!("[{}]", values.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        Value::InlineTable(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name} = {}", on_one_line(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        // What JSON escapes is escaped in TOML in the same way.
        Value::String(text) if text.value().contains('\n') => {
            serde_json::Value::from(text.value().as_str()).to_string()
        }
        other => other.clone().decorated("", "").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use toml_edit::DocumentMut;

    use super::*;
    use crate::checklist::read;

    #[test]
    fn a_mark_stands_above_its_field_and_takes_the_place_of_the_one_before() {
        let cases = [
            ("how = \"问\"\n", "how", Some("\"查\""), "#? how = \"查\"\nhow = \"问\"\n"),
            ("id = \"A\"\n  how = \"问\" # 注\n", "how", None, "id = \"A\"\n  #? how\n  how = \"问\" # 注\n"),
            ("# 说明\n#? how = 1\nhow = 2\n", "how", Some("3"), "# 说明\n#? how = 3\nhow = 2\n"),
            ("id = \"A\"\n", "how", Some("\"查\""), "#? how = \"查\"\nid = \"A\"\n"),
            ("id = \"A\"\n[[how]]\n", "how", Some("[\n  1, # 一\n  2,\n]"), "#? how = [1, 2]\nid = \"A\"\n[[how]]\n"),
            ("id = 1\n", "id", Some("{ a = \"\"\"甲\n乙\"\"\" }"), "#? id = { a = \"甲\\n乙\" }\nid = 1\n"),
        ];
        for (text, field, theirs, expected) in cases {
            let mut document: DocumentMut = text.parse().expect("TOML");
            mark(document.as_table_mut(), field, theirs);
            assert_eq!(document.to_string(), expected);
            assert!(unmark(document.as_table_mut(), field), "{expected}");
            assert!(!document.to_string().contains(SIGN), "{expected}");
        }
    }

    #[test]
    fn only_comments_are_marks() {
        let file = "#? title = \"新\"\nid = \"t\"\ntitle = \"题\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\
            [[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"\"\"甲\n#? how = 1\n\"\"\"\n# ?\n#?\n#? how\nhow = \"看\" # 注\n";
        let found = read(file).diagnostics;
        let codes: Vec<_> = found.iter().map(|one| (one.code, &file[one.span.clone()])).collect();
        assert_eq!(codes, [(Code::Undecided, "#? title = \"新\""), (Code::Undecided, "#? how")]);
    }
}
