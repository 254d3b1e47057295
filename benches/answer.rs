//! An answer on disk: the journal against appending the same bytes with fdatasync and nothing else.
//!
//! `cargo bench --bench answer`
//!
//! To be reached: within 1.5 times of the control. The two take turns on the same file system, because a disk is slower at
//! some moments than at others.

mod support;

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::Path,
};

use ducha::{
    inspection::{Answer, RecordId, Response, Verdict},
    store::Resume,
};
use support::{Samples, made};

/// How many answers are given.
const ANSWERS: usize = 400;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let workspace = made::workspace(folder.path());
    let checklist = made::checklist("large", 200, 60);
    made::put_checklist(&workspace, &checklist);
    let file = workspace.checklist(&checklist.id).expect("the checklist is good");
    let id = RecordId("01KA0000000000000000000001".into());
    let mut draft = workspace.begin(id, &file, &made::unit(1), made::details(made::now())).expect("a new draft");

    let mut plain = append_to(&folder.path().join("plain"));
    let (mut journal, mut place, mut control) = (Samples::default(), Samples::default(), Samples::default());
    for number in 0..ANSWERS {
        let item = checklist.items[number % checklist.items.len()].id.clone();
        let verdict = Verdict::ALL[number / checklist.items.len() % 4];
        let response = Some(Response::Verdict(verdict));
        let answer = Answer {
            response,
            note: String::new(),
            finding: None,
            evidence: Vec::new(),
            by: "检查员".to_owned(),
            at: made::now(),
        };
        let entry = draft.editing.answer(&item, Some(answer), made::now()).expect("the answer is new");
        journal.time(|| draft.file.append(&entry)).expect("the journal can be written");
        let bytes = last_line(folder.path());
        control.time(|| plain.write_all(&bytes).and_then(|()| plain.sync_data())).expect("the file can be written");
        place.time(|| draft.file.keep_place(&Resume { item, typing: None })).expect("the place can be written");
    }
    journal.show("answer into the journal", Some(&control));
    control.show("append and fdatasync", None);
    place.show("where the inspector is (not flushed)", Some(&control));
}

fn append_to(path: &Path) -> File {
    OpenOptions::new().append(true).create_new(true).open(path).expect("the folder can be written to")
}

/// Returns the line that the journal wrote last.
fn last_line(root: &Path) -> Vec<u8> {
    let journal = fs::read_dir(root.join(".ducha/journal")).expect("there is a journal").flatten().next();
    let bytes = fs::read(journal.expect("there is a journal").path()).expect("the journal can be read");
    let last = bytes.split_inclusive(|&byte| byte == b'\n').next_back();
    last.expect("something was written").to_vec()
}
