//! What of a hub was refused, and how that is told: whose it is, of what sort and from when, not under which name it lies.

use chrono::{DateTime, FixedOffset};

use super::{mirror::MARKER, segment};
use crate::{
    i18n::{Lang, Text},
    text,
};

/// An object that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its name on the hub.
    pub object: String,
    /// What is wrong with it.
    pub reason: Text,
    /// Whose device it is from, where that is known.
    pub person: Option<String>,
    /// When the device said what it said before, where that is known: of what is damaged itself nothing can be believed.
    pub after: Option<DateTime<FixedOffset>>,
}

impl Refused {
    /// Says what is wrong with an object.
    pub fn new(object: impl Into<String>, reason: Text) -> Self {
        Self { object: object.into(), reason, person: None, after: None }
    }

    /// Says so to people.
    pub fn said(&self, lang: Lang) -> Text {
        let (object, reason) = (self.sort().show(lang), self.reason.show(lang));
        match &self.person {
            Some(person) => text!("sync.refused-of", object = object, reason = reason, name = person),
            None => text!("sync.refused", object = object, reason = reason),
        }
    }

    /// Says what sort of thing it is; what no program puts onto a hub is called by its name.
    fn sort(&self) -> Text {
        let parts: Vec<&str> = self.object.split('/').collect();
        match parts.as_slice() {
            ["dev", _, epoch, _, file] => match (segment::place(epoch, file), &self.after) {
                (Some(place), Some(after)) => {
                    text!("sync.object.segment-after", seq = place.seq, time = after.format("%Y-%m-%d %H:%M"))
                }
                (Some(place), None) => text!("sync.object.segment", seq = place.seq),
                (None, _) => text!("sync.object.other", object = self.object),
            },
            ["roster", file] => match file.split_once('-').map(|(number, _)| number.parse::<u64>()) {
                Some(Ok(number)) => text!("sync.object.roster", number = number),
                _ => text!("sync.object.other", object = self.object),
            },
            ["heads", file] => text!("sync.object.head", device = file.chars().take(8).collect::<String>()),
            ["joins", _] => text!("sync.object.join"),
            ["ev", _, digest] => text!("sync.object.file", digest = digest.chars().take(12).collect::<String>()),
            [name] if *name == MARKER => text!("sync.object.marker"),
            _ => text!("sync.object.other", object = self.object),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_told_by_its_sort_and_not_by_its_name() {
        let hash = "ab".repeat(32);
        let segment = format!("dev/{}/{}/000000/000000012-{hash}.seg", "c".repeat(16), "d".repeat(16));
        let after = "2026-11-21T09:30:00+08:00".parse().expect("a time");
        let cases = [
            (segment.clone(), Some(after), "第 12 批内容（在 2026-11-21 09:30 那一批之后）"),
            (segment, None, "第 12 批内容"),
            (format!("roster/000003-{hash}.toml"), None, "第 3 份成员名单"),
            (format!("heads/{}-{}.toml", "c".repeat(16), "d".repeat(16)), None, "标头（设备 cccccccc）"),
            (format!("ev/ab/{hash}"), None, "整份存放的文件 abababababab"),
            ("hub.toml".to_owned(), None, "同步库的标记"),
            ("joins/0123.toml".to_owned(), None, "加入申请"),
            ("roster/notes.txt".to_owned(), None, "文件 roster/notes.txt"),
            ("dev/x".to_owned(), None, "文件 dev/x"),
        ];
        for (object, after, expected) in cases {
            let mut refused = Refused { after, ..Refused::new(object, text!("sync.bad.packed")) };
            let said = refused.said(Lang::Zh).show(Lang::Zh);
            assert!(said.contains(expected) && !said.contains(&hash), "{said}, not {expected}");
            refused.person = Some("王芳".to_owned());
            assert!(refused.said(Lang::Zh).show(Lang::Zh).contains(&format!("王芳的{expected}")));
        }
    }
}
