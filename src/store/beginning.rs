//! What every new workspace begins with, before anybody has written anything.

use std::borrow::Cow;

use crate::{
    calendar,
    checklist::{self, builtin},
    facility,
    plan::Topics,
    task,
};

/// Lists the files of a new workspace by their paths within it, with `/`; what is made of the sample plan comes on top.
pub fn beginning() -> impl Iterator<Item = (String, Cow<'static, str>)> {
    let checklists = builtin::routine_checklists().map(|bank| {
        let text = format!("{}\n{}", checklist::SCHEMA_LINE, bank.text);
        (format!("checklists/{}.toml", bank.id), Cow::Owned(text))
    });
    let others = [
        ("checklists/topics.toml", Topics::starter()),
        ("facilities.toml", facility::SAMPLE),
        ("calendar.toml", calendar::BUILT_IN),
        ("campaigns/sample.toml", task::SAMPLE_CAMPAIGN),
        ("draws/sample.toml", task::SAMPLE_DRAW),
    ];
    checklists.chain(others.map(|(path, text)| (path.to_owned(), Cow::Borrowed(text))))
}

/// Says whether a file is one that every new workspace begins with, and still is what it was then.
pub fn is_as_begun(path: &str, bytes: &[u8]) -> bool {
    beginning().any(|(begun, text)| begun == path && text.as_bytes() == bytes)
}
