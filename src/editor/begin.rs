//! Beginning a checklist: a file with notes that teach the format, or a copy of another one.

use toml_edit::{DocumentMut, value};

use crate::{
    checklist::{ChecklistId, SCHEMA_LINE},
    i18n::Lang,
    text,
};

/// Writes a small checklist with an item of each usual sort, explained in a language.
pub fn template(id: &ChecklistId, title: Option<&str>, topic: Option<&str>, lang: Lang) -> String {
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let title = title.map_or_else(|| lang.t("editor.template-title").into_owned(), str::to_owned);
    let topic =
        topic.map_or_else(|| "# topic = \"fever-clinic\"".to_owned(), |topic| format!("topic = {}", quoted(topic)));
    let body = text!("editor.template", id = quoted(&id.0), title = quoted(&title), topic = topic).show(lang);
    format!("{SCHEMA_LINE}\n{}\n", body.trim_end())
}

/// Copies the text of a checklist, comments and all, under another identity and as its first version.
///
/// Nothing where the text is not TOML.
pub fn copy(text: &str, id: &ChecklistId, title: Option<&str>) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let put = |document: &mut DocumentMut, name: &str, new: toml_edit::Value| {
        // What stands around the old value, such as a comment, stays.
        match document.get_mut(name).and_then(toml_edit::Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = new;
                *old.decor_mut() = decor;
            }
            None => drop(document.insert(name, value(new))),
        }
    };
    put(&mut document, "id", id.0.as_str().into());
    put(&mut document, "version", 1.into());
    if let Some(title) = title {
        put(&mut document, "title", title.into());
        document.remove("title_en");
    }
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::{builtin, read};

    #[test]
    fn a_new_checklist_has_no_mistake_in_either_language() {
        let id = ChecklistId("ce-shi".to_owned());
        for lang in Lang::ALL {
            for (title, topic) in [(None, None), (Some("带\"引号\"的标题"), Some("fever-clinic"))] {
                let text = template(&id, title, topic, lang);
                let reading = read(&text);
                assert_eq!(reading.diagnostics, [], "{text}");
                let checklist = reading.checklist.expect("it has no mistake");
                assert_eq!((&checklist.id, checklist.topic.map(|topic| topic.0).as_deref()), (&id, topic));
                assert_eq!(super::super::format(&text).as_ref(), Some(&text), "it is laid out");
            }
        }
    }

    #[test]
    fn a_copy_keeps_everything_but_its_name() {
        let bank = builtin::BANKS[0].text;
        let copied = copy(bank, &ChecklistId("mine".to_owned()), None).expect("it is TOML");
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (before, after) = (lines(bank), lines(&copied));
        let changed: Vec<_> = before.iter().zip(&after).filter(|(one, other)| one != other).collect();
        assert_eq!(before.len(), after.len());
        assert_eq!(changed, [(&format!("id = \"{}\"", builtin::BANKS[0].id), &"id = \"mine\"".to_owned())]);
    }
}
