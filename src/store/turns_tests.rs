//! What people write and what sync writes into the same files at the same time: nothing of either is lost.

use std::{fs, path::Path, thread};

use super::{
    TakenOver, Workspace,
    draft_tests::{Desk, id, now},
};
use crate::{
    checklist::{ItemId, Severity},
    facility::{Facility, FacilityId},
    inspection::{FacilityPin, RecordId, Verdict},
    ledger::{Action, Entry, Event, FindingId, Ledger, Source, write_ledger},
};

/// How often each side writes.
const TIMES: usize = 40;

/// Does something again and again, while what others have changed is taken over into a file beside it.
fn beside(workspace: &Workspace, path: &str, theirs: impl Fn(usize) -> String + Sync, mut own: impl FnMut(usize)) {
    let take_over = |text: &str| {
        let there = workspace.file(path).expect("read").expect("there");
        let bytes = [&there.bytes, text.as_bytes()].concat();
        let file = TakenOver { path, bytes: &bytes, known: Some(&there.digest) };
        workspace.take_over(&[file]).swap_remove(0).expect("written").is_some()
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..TIMES {
                while !take_over(&theirs(number)) {}
            }
        });
        (0..TIMES).for_each(&mut own);
    });
}

#[track_caller]
fn has_all(path: &Path, words: &[&str]) {
    let text = fs::read_to_string(path).expect("read");
    for number in 0..TIMES {
        for word in words {
            let wanted = format!("\"{word}{number}\"");
            assert_eq!(text.matches(&wanted).count(), 1, "{wanted} in\n{text}");
        }
    }
}

#[test]
fn an_event_of_a_finding_and_one_of_somebody_else_are_both_kept() {
    let desk = Desk::new();
    let finding = FindingId("2026-ABCDEF-01".into());
    let entry = Entry {
        id: finding.clone(),
        item: ItemId("I1".to_owned()),
        question: "是否登记".to_owned(),
        description: "登记缺两例".to_owned(),
        severity: Severity::Major,
        critical: false,
        measure: String::new(),
        basis: Vec::new(),
        clauses: Vec::new(),
        event: vec![Event::new(now(), "张三", Action::Found)],
    };
    let source = Source {
        record: RecordId("01LEDGER".into()),
        inspected: now().date_naive(),
        checklist: desk.draft.editing.pinned().checklist.clone().into(),
        facility: FacilityPin::from(&desk.workspace.facilities().found[0]).into(),
    };
    let path = desk.folder.path().join("findings/2026/11/01LEDGER.toml");
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, write_ledger(&Ledger { format: 1, texts: None, source, finding: vec![entry] }).expect("TOML"))
        .expect("kept");
    let theirs = |number| {
        let at = "2026-11-21T10:50:00+08:00";
        format!("\n[[finding.event]]\nat = \"{at}\"\nby = \"王芳\"\naction = \"assigned\"\nreason = \"外来{number}\"\n")
    };
    beside(&desk.workspace, "findings/2026/11/01LEDGER.toml", theirs, |number| {
        let event = Event { reason: format!("本机{number}"), ..Event::new(now(), "张三", Action::Assigned) };
        desk.workspace.add_finding_event(&finding, event).expect("added");
    });
    has_all(&path, &["外来", "本机"]);
}

#[test]
fn a_unit_of_the_register_and_one_of_somebody_else_are_both_kept() {
    let desk = Desk::new();
    let theirs = |number| format!("\n[[facility]]\nid = \"外来{number}\"\nname = \"某诊所\"\ntype = \"clinic\"\n");
    beside(&desk.workspace, "facilities.toml", theirs, |number| {
        let unit = Facility {
            id: FacilityId(format!("本机{number}")),
            name: "某医院".to_owned(),
            facility_type: "hospital".to_owned(),
            ..Facility::default()
        };
        desk.workspace.add_facilities(&[unit]).expect("added");
    });
    has_all(&desk.folder.path().join("facilities.toml"), &["外来", "本机"]);
}

#[test]
fn an_answer_of_somebody_else_is_noticed_whenever_a_draft_is_saved() {
    let mut desk = Desk::new();
    let path = desk.path();
    let inside = path.strip_prefix(desk.folder.path()).expect("inside").to_string_lossy().replace('\\', "/");
    let theirs = |number| {
        let at = "2026-11-21T10:50:00+08:00";
        format!("\n[[answer]]\nitem = \"外来{number}\"\nverdict = \"conforms\"\nby = \"王芳\"\nat = \"{at}\"\n")
    };
    let Desk { workspace, draft, .. } = &mut desk;
    beside(workspace, &inside, theirs, |_| {
        if !draft.file.save(&draft.editing.record()).expect("no refusal") {
            *draft = workspace.open_draft(&id()).expect("opened again");
        }
    });
    desk.answer(0, Verdict::Fails);
    if !desk.draft.file.save(&desk.draft.editing.record()).expect("no refusal") {
        desk.draft = desk.workspace.open_draft(&id()).expect("opened again");
        assert!(desk.draft.file.save(&desk.draft.editing.record()).expect("no refusal"));
    }
    has_all(&path, &["外来"]);
}
