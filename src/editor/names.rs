//! The identities that a checklist's text has, found line by line, so that an unfinished file has them too.

use std::ops::Range;

/// A section or item of a checklist's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `section` or `item`.
    pub table: String,
    /// The identity.
    pub id: String,
    /// Its title or question, as far as it stands on one line.
    pub title: String,
    /// Where the identity stands, quotation marks included.
    pub span: Range<usize>,
}

/// Lists the sections and items of a checklist's text, in the order of the file.
pub fn names(text: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    let mut table = String::new();
    // Whether the table in hand has been given its identity already.
    let mut listed = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if let Some(header) = trimmed.strip_prefix('[') {
            let name: String = header
                .trim_start_matches('[')
                .trim_start()
                .chars()
                .take_while(|letter| letter.is_alphanumeric())
                .collect();
            if header.starts_with('[') && !name.is_empty() {
                (table, listed) = (name, false);
            }
        } else if let Some((name, value)) = trimmed.split_once('=').filter(|_| !table.is_empty()) {
            let quoted = value.trim_start();
            let at = start + line.len() - quoted.len();
            match (name.trim(), quoted_text(quoted)) {
                ("id", Some(id)) if !listed => {
                    let span = at..at + id.len() + 2;
                    found.push(Named { table: table.clone(), id: id.to_owned(), title: String::new(), span });
                    listed = true;
                }
                ("text" | "title", Some(title)) if listed => {
                    if let Some(last) = found.last_mut().filter(|last| last.title.is_empty()) {
                        title.clone_into(&mut last.title);
                    }
                }
                _ => {}
            }
        }
        start += line.len();
    }
    found
}

/// Returns what stands between the quotation marks at the beginning of a text.
fn quoted_text(text: &str) -> Option<&str> {
    let mark = text.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let inside = &text[1..];
    inside.find(mark).map(|end| &inside[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_items_are_found_in_an_unfinished_file() {
        let text = "id = \"x\"\n[[section]]\nid = \"s\"\ntitle = \"节\"\n[[item]]\n  id='甲1' # 注\ntext = \"问一\"\nans\n[[item]]\nid = \n[[item]]\nid = \"b\"\nbasis = [{ id = \"no\" }]\n";
        let found = names(text);
        let listed: Vec<_> =
            found.iter().map(|one| (one.table.as_str(), one.id.as_str(), one.title.as_str())).collect();
        assert_eq!(listed, [("section", "s", "节"), ("item", "甲1", "问一"), ("item", "b", "")]);
        assert_eq!(&text[found[1].span.clone()], "'甲1'");
    }
}
