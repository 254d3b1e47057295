//! The language files: every text for people, in Chinese and English.
//!
//! Texts live beside this file, `AREA.zh.toml` and `AREA.en.toml`, and are compiled in. Code names a text by its key and
//! chooses the language at the last moment, so one process can show both. This module must not know any other.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A language of the user interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Simplified Chinese, the default on a Chinese system.
    #[default]
    Zh,
    /// English, the default elsewhere.
    En,
}

impl Lang {
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// Returns the code used in settings and in the names of the language files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Returns the other language.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// Reads a locale name such as `zh_CN.UTF-8`, `zh-Hans` or `en`.
    pub fn from_locale(locale: &str) -> Option<Self> {
        let lower = locale.to_ascii_lowercase();
        if lower.starts_with("zh") {
            Some(Self::Zh)
        } else if lower.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// Returns the text of `key`.
    pub fn t(self, key: &str) -> Cow<'static, str> {
        crate::_rust_i18n_try_translate(self.code(), key)
            .map_or_else(|| Cow::Owned(key.to_owned()), |text| Cow::Owned(text.into_owned()))
    }

    /// Puts the parts of a list one behind the other.
    pub fn list<Part: AsRef<str>>(self, parts: impl IntoIterator<Item = Part>) -> String {
        let separator = self.t("list.separator");
        let mut shown = String::new();
        for part in parts {
            if !shown.is_empty() {
                shown.push_str(&separator);
            }
            shown.push_str(part.as_ref());
        }
        shown
    }

    /// Puts what was said behind what was done; that alone where nothing was said.
    pub fn with_said(self, done: &str, said: &str) -> String {
        if said.is_empty() { done.to_owned() } else { format!("{done}{}{said}", self.t("list.colon")) }
    }

    /// Says whether `key` has a text in this language.
    pub fn has(self, key: &str) -> bool {
        crate::_rust_i18n_try_translate(self.code(), key).is_some()
    }
}

/// What stands between the parts of a list until a language is chosen: the unit separator of ASCII, which no text has.
const BETWEEN: &str = "\u{1f}";

/// Puts the parts of a list one behind the other for a value of a [`Text`], which puts them as its language does.
pub fn listed<Part: AsRef<str>>(parts: impl IntoIterator<Item = Part>) -> String {
    let parts: Vec<Part> = parts.into_iter().collect();
    parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(BETWEEN)
}

/// A text for people that has not been put into a language yet: a key and the values that go into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    key: &'static str,
    values: Vec<(&'static str, String)>,
}

impl Text {
    /// Makes a text from its key; the [`text!`](crate::text) macro is the usual way.
    pub fn new(key: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { key, values }
    }

    /// Returns the key in the language files.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// Puts the text into a language, with `%{name}` replaced by the values.
    ///
    /// Words that depend on a number stand as `%{name|item|items}`: the first where the value is 1, else the second.
    /// Values come from outside (names, file contents), so a value is never searched for further placeholders.
    pub fn show(&self, lang: Lang) -> String {
        let pattern = lang.t(self.key);
        let mut shown = String::with_capacity(pattern.len() + 32);
        let mut rest = pattern.as_ref();
        while let Some(start) = rest.find("%{") {
            shown.push_str(&rest[..start]);
            let Some(end) = rest[start..].find('}') else { break };
            let mut parts = rest[start + 2..start + end].split('|');
            let name = parts.next().unwrap_or_default();
            match (self.values.iter().find(|(known, _)| *known == name), parts.next(), parts.next()) {
                (Some((_, value)), Some(one), Some(several)) => {
                    shown.push_str(if value == "1" { one } else { several });
                }
                (Some((_, value)), ..) => shown.push_str(&value.replace(BETWEEN, &lang.t("list.separator"))),
                (None, ..) => shown.push_str(&rest[start..=start + end]),
            }
            rest = &rest[start + end + 1..];
        }
        shown.push_str(rest);
        shown
    }
}

/// Names a text of the language files, with the values that go into it: `text!("plan.imported", title = plan.title)`.
#[macro_export]
macro_rules! text {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::i18n::Text::new($key, vec![$((stringify!($name), $value.to_string())),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_put_as_the_language_does() {
        let text = Text::new("no.such.key %{names}", vec![("names", listed(["诊所、门诊部", "医院"]))]);
        assert_eq!(text.show(Lang::Zh), "no.such.key 诊所、门诊部、医院");
        assert_eq!(text.show(Lang::En), "no.such.key 诊所、门诊部, 医院");
    }

    #[test]
    fn a_value_is_not_searched_for_placeholders() {
        let text = Text::new("no.such.key %{name}", vec![("name", "%{name}".to_owned())]);
        assert_eq!(text.show(Lang::Zh), "no.such.key %{name}");
    }

    #[test]
    fn words_follow_the_number() {
        let cases = [
            ("0", "0 items are here"),
            ("1", "1 item is here"),
            ("2", "2 items are here"),
            ("11", "11 items are here"),
        ];
        for (count, expected) in cases {
            let text = Text::new("%{count} %{count|item is|items are} here", vec![("count", count.to_owned())]);
            assert_eq!(text.show(Lang::En), expected);
        }
    }

    #[test]
    fn lists_are_joined_as_the_language_does() {
        for (parts, zh, en) in [(vec![], "", ""), (vec!["a"], "a", "a"), (vec!["a", "b", "c"], "a、b、c", "a, b, c")]
        {
            assert_eq!((Lang::Zh.list(&parts), Lang::En.list(&parts)), (zh.to_owned(), en.to_owned()));
        }
    }

    /// Flattens a language file to its keys.
    fn keys_of(table: &toml::Table, above: &str, keys: &mut Vec<String>) {
        for (name, value) in table {
            let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            match value {
                toml::Value::Table(inner) => keys_of(inner, &key, keys),
                _ => keys.push(key),
            }
        }
    }

    #[test]
    fn every_text_can_be_reached_by_its_key() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/i18n");
        for lang in Lang::ALL {
            let ending = format!(".{}.toml", lang.code());
            let files = std::fs::read_dir(&folder).expect("the language files").flatten().map(|entry| entry.path());
            for path in files.filter(|path| path.to_string_lossy().ends_with(&ending)) {
                let text = std::fs::read_to_string(&path).expect("a language file");
                let mut keys = Vec::new();
                keys_of(&text.parse().expect("TOML"), "", &mut keys);
                // A text in one file and a group of texts in another cannot have the same key: one of them is lost.
                let lost: Vec<_> = keys.iter().filter(|key| !lang.has(key)).collect();
                assert!(lost.is_empty(), "{}: {lost:?}", path.display());
            }
        }
    }

    #[test]
    fn locale_names_are_read() {
        let expected =
            [("zh_CN.UTF-8", Some(Lang::Zh)), ("zh-Hans-CN", Some(Lang::Zh)), ("en", Some(Lang::En)), ("C", None)];
        for (name, lang) in expected {
            assert_eq!(Lang::from_locale(name), lang, "{name}");
        }
    }
}
