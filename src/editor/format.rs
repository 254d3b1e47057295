//! Laying out a TOML file: one space around equals signs, one blank line between tables, long lists one element a line.
//!
//! Comments, the order of everything, and how a value is spelt stay; so does what the file means.

use toml_edit::{Array, Decor, DocumentMut, Item, KeyMut, RawString, Table, Value};

/// How long a line with a list may be before the list is written with one element a line, in characters.
const LINE_MAX_CHARS: usize = 100;

/// Lays out a TOML file; nothing where it is not TOML.
///
/// A byte order mark and Windows line ends stay where they are. Laying out twice is the same as once.
pub fn format(text: &str) -> Option<String> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let windows = body.contains("\r\n");
    let mut document: DocumentMut = body.replace("\r\n", "\n").parse().ok()?;
    // The last line of a file may lack its end.
    let end = comment_lines(&format!("{}\n", raw(Some(document.trailing()))), true);
    document.set_trailing(end);
    let mut first = true;
    table(document.as_table_mut(), &mut first);
    let laid_out = document.to_string();
    let laid_out = laid_out.trim_end();
    let ended = if laid_out.is_empty() { String::new() } else { format!("{laid_out}\n") };
    Some(format!("{mark}{}", if windows { ended.replace('\n', "\r\n") } else { ended }))
}

/// Lays out the fields of a table, then the tables below it; `first` says whether nothing stands above.
fn table(table: &mut Table, first: &mut bool) {
    // Below a header, blank lines would only part it from its fields.
    let mut gap = false;
    for (mut key, item) in table.iter_mut() {
        key.dotted_decor_mut().clear();
        match item {
            Item::Value(value) => field(&mut key, value, &mut gap),
            Item::Table(below) if below.is_dotted() => dotted(below, &mut gap),
            Item::Table(below) => {
                key.leaf_decor_mut().clear();
                header(below, first);
                continue;
            }
            Item::ArrayOfTables(tables) => {
                key.leaf_decor_mut().clear();
                tables.iter_mut().for_each(|below| header(below, first));
                continue;
            }
            Item::None => {}
        }
        *first = false;
    }
}

/// Lays out the fields whose names begin with the same part.
fn dotted(below: &mut Table, gap: &mut bool) {
    for (mut key, item) in below.iter_mut() {
        key.dotted_decor_mut().clear();
        match item {
            Item::Value(value) => field(&mut key, value, gap),
            Item::Table(below) => dotted(below, gap),
            Item::ArrayOfTables(_) | Item::None => {}
        }
    }
}

/// Lays out a field that has a line of its own; `gap` says whether a blank line may stand above it.
fn field(key: &mut KeyMut<'_>, value: &mut Value, gap: &mut bool) {
    let above = comment_lines(&raw(key.leaf_decor().prefix()), *gap);
    line_value(value, key.get().chars().count());
    let decor = key.leaf_decor_mut();
    decor.set_prefix(above);
    decor.set_suffix(" ");
    *gap = true;
}

/// Lays out a table with a header of its own.
fn header(below: &mut Table, first: &mut bool) {
    if !below.is_implicit() {
        let above = raw(below.decor().prefix());
        let comments = comment_lines(&above, false);
        // A comment right below a field, with a blank line behind it, belongs to the field and not to the header.
        let of_field = above.trim_start_matches([' ', '\t']).starts_with('#') && comments.contains("\n\n");
        let gap = if *first || of_field { "" } else { "\n" };
        let after = line_end(&raw(below.decor().suffix()));
        let decor = below.decor_mut();
        decor.set_prefix(format!("{gap}{comments}"));
        decor.set_suffix(after);
        *first = false;
    }
    table(below, first);
}

/// Lays out a value that stands on a line of its own, behind a name of so many characters.
fn line_value(value: &mut Value, name_chars: usize) {
    let after = line_end(&raw(value.decor().suffix()));
    if !has_comment(value) {
        one_line(value);
        if let Value::Array(array) = value
            && name_chars + 3 + array.to_string().trim().chars().count() > LINE_MAX_CHARS
        {
            one_a_line(array);
        }
    }
    *value.decor_mut() = Decor::new(" ", after);
}

/// Lays out a value on one line; texts of several lines stay as they are.
fn one_line(value: &mut Value) {
    match value {
        Value::Array(array) => {
            for (at, element) in array.iter_mut().enumerate() {
                one_line(element);
                *element.decor_mut() = Decor::new(if at == 0 { "" } else { " " }, "");
            }
            array.set_trailing("");
            array.set_trailing_comma(false);
        }
        Value::InlineTable(table) => {
            table.set_trailing("");
            table.set_trailing_comma(false);
            let last = table.len().saturating_sub(1);
            for (at, (mut key, element)) in table.iter_mut().enumerate() {
                one_line(element);
                key.leaf_decor_mut().set_prefix(" ");
                key.leaf_decor_mut().set_suffix(" ");
                *element.decor_mut() = Decor::new(" ", if at == last { " " } else { "" });
            }
        }
        _ => {}
    }
}

fn one_a_line(array: &mut Array) {
    for element in array.iter_mut() {
        *element.decor_mut() = Decor::new("\n    ", "");
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

/// Says whether there is a comment inside a value; such a value is left as it is.
fn has_comment(value: &Value) -> bool {
    let commented = |decor: &Decor| [decor.prefix(), decor.suffix()].iter().any(|part| raw(*part).contains('#'));
    match value {
        Value::Array(array) => {
            raw(Some(array.trailing())).contains('#')
                || array.iter().any(|element| commented(element.decor()) || has_comment(element))
        }
        Value::InlineTable(table) => {
            raw(Some(table.trailing())).contains('#')
                || table.iter().any(|(name, element)| {
                    let key =
                        table.key(name).is_some_and(|key| commented(key.leaf_decor()) || commented(key.dotted_decor()));
                    // A name of several parts is a table within, which has no layout of its own.
                    key || commented(element.decor()) || has_comment(element) || is_dotted(element)
                })
        }
        _ => false,
    }
}

fn is_dotted(value: &Value) -> bool {
    matches!(value, Value::InlineTable(table) if table.is_dotted())
}

/// Keeps the comment behind something.
fn line_end(after: &str) -> String {
    let after = after.trim();
    if after.is_empty() { String::new() } else { format!(" {after}") }
}

/// Keeps the comments above something, and of several blank lines one.
fn comment_lines(above: &str, gap: bool) -> String {
    let Some((lines, _)) = above.rsplit_once('\n') else { return String::new() };
    let mut kept = String::new();
    let mut blank = false;
    for line in lines.split('\n').map(str::trim) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && (gap || !kept.is_empty()) {
            kept.push('\n');
        }
        blank = false;
        kept.push_str(line);
        kept.push('\n');
    }
    if blank && (gap || !kept.is_empty()) {
        kept.push('\n');
    }
    kept
}

fn raw(part: Option<&RawString>) -> String {
    part.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::checklist::builtin;

    fn check(before: &str, after: &str) {
        assert_eq!(format(before).as_deref(), Some(after), "{before}");
        assert_eq!(format(after).as_deref(), Some(after), "a second time");
    }

    #[test]
    fn a_file_is_laid_out() {
        let cases = [
            ("", ""),
            ("a=1", "a = 1\n"),
            ("\n\n# 说明\n\n\n a  =  'x'   #  注\n\n\n\nb=[ 1,2 , ]\n", "# 说明\n\na = 'x' #  注\n\nb = [1, 2]\n"),
            (
                "a=1\n[[item]]\nid='x'\n\n\n\n  [[item]] # 二\nid='y'\n",
                "a = 1\n\n[[item]]\nid = 'x'\n\n[[item]] # 二\nid = 'y'\n",
            ),
            ("# 头\n\n[[item]]\nb={a=1,b = \"x\"}\n# 尾\n\n\n", "# 头\n\n[[item]]\nb = { a = 1, b = \"x\" }\n# 尾\n"),
            ("a = 1\n# 尾", "a = 1\n# 尾\n"),
            ("# 只有注释", "# 只有注释\n"),
            ("a = 1\n# b = 2\n\n\n# 注\n[t]\n", "a = 1\n# b = 2\n\n# 注\n[t]\n"),
            ("a = 1\n# 注\n[t]\n", "a = 1\n\n# 注\n[t]\n"),
            ("a = [ # 一\n  1,\n]\n", "a = [ # 一\n  1,\n]\n"),
            ("\u{feff}a=1\r\nb='''\r\nx'''\r\n", "\u{feff}a = 1\r\nb = '''\r\nx'''\r\n"),
            ("when.item='x'\nwhen.is = 'yes'\n", "when.item = 'x'\nwhen.is = 'yes'\n"),
        ];
        for (before, after) in cases {
            check(before, after);
        }
        assert_eq!(format("a = "), None);
    }

    #[test]
    fn a_long_list_stands_one_element_a_line() {
        let word = "很长的内容".repeat(10);
        let long = format!("words = [\"{word}\", \"{word}\", \"{word}\"]\n");
        check(&long, &format!("words = [\n    \"{word}\",\n    \"{word}\",\n    \"{word}\",\n]\n"));
    }

    #[test]
    fn what_ships_keeps_its_meaning_and_its_comments() {
        for bank in builtin::BANKS {
            let laid_out = format(bank.text).expect("it is TOML");
            let values = |text: &str| text.parse::<toml::Table>().expect("it is TOML");
            assert_eq!(values(&laid_out), values(bank.text), "{}", bank.id);
            assert_eq!(format(&laid_out).as_ref(), Some(&laid_out), "{}", bank.id);
            let comments = |text: &str| text.matches('#').count();
            assert_eq!(comments(&laid_out), comments(bank.text), "{}", bank.id);
        }
    }

    /// Pieces of which files are put together, right and wrong ones.
    const PIECES: [&str; 22] = [
        "a = 1\n",
        "b=\"文\"\n",
        "c = [1,\n2]\n",
        "d = { x=1, y = [ 2 ] }\n",
        "\n",
        "\n\n\n",
        "# 注\n",
        "  # 注二\n",
        "[t]\n",
        "[[item]]\n",
        "[[ item ]] # 三\n",
        "e.f = 2\n",
        "e . g =3 # 四\n",
        "h = '''\n x \n'''\n",
        "  i = 1\n",
        "j = [ # 五\n1 ]\n",
        "k = [\n  1, # 六\n  # 七\n]\n",
        "[item.sub]\n",
        "l = { m.n = 1 }\n",
        "o = { # 八\n p = 1 }\n",
        "q = 1979-05-27T07:32:00Z\n",
        "\t\n",
    ];

    proptest! {
        #[test]
        fn no_file_changes_its_meaning_or_loses_a_comment(pieces in proptest::collection::vec(0..PIECES.len(), 0..12)) {
            let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
            let parsed = text.parse::<toml::Table>();
            let laid_out = format(&text);
            prop_assert_eq!(parsed.is_ok(), laid_out.is_some(), "{}", text);
            if let (Ok(parsed), Some(laid_out)) = (parsed, laid_out) {
                prop_assert_eq!(laid_out.parse::<toml::Table>().ok(), Some(parsed), "{}", laid_out);
                prop_assert_eq!(laid_out.matches('#').count(), text.matches('#').count(), "{}", text);
                let again = format(&laid_out);
                prop_assert_eq!(again.as_ref(), Some(&laid_out), "{}", text);
            }
        }
    }
}
