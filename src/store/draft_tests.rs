//! Drafts whose files are changed, deleted or refused while they are open: nothing is lost, nothing overwritten.

use std::{fs, path::PathBuf};

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::{NewWorkspace, OpenDraft, Workspace};
use crate::{
    checklist::{ChecklistId, Digest, FileRef, ItemId},
    error::Kind,
    i18n::Lang,
    inspection::{Answer, Details, Finalised, Finding, RecordId, Response, StoredRecord, Verdict, finalise},
};

const ID: &str = "01TEST";

pub(super) fn now() -> DateTime<FixedOffset> {
    "2026-11-21T09:30:00+08:00".parse().expect("a time")
}

pub(super) fn id() -> RecordId {
    RecordId(ID.into())
}

/// A workspace in a folder of its own with one open draft.
pub(super) struct Desk {
    pub(super) workspace: Workspace,
    pub(super) draft: OpenDraft,
    pub(super) folder: tempfile::TempDir,
}

impl Desk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let new =
            NewWorkspace {
                language: Lang::Zh, bureau: "测试市卫生健康委".to_owned(), inspector: "张三".to_owned()
            };
        let workspace = Workspace::create(folder.path(), &new, now()).expect("a workspace");
        let draft = Self::begin(&workspace, id());
        Self { workspace, draft, folder }
    }

    fn begin(workspace: &Workspace, id: RecordId) -> OpenDraft {
        Self::begin_at(workspace, id, now())
    }

    fn begin_at(workspace: &Workspace, id: RecordId, started: DateTime<FixedOffset>) -> OpenDraft {
        let checklists = workspace.checklists();
        let with = checklists.found.first().expect("a checklist");
        let units = workspace.facilities();
        let unit = units.found.first().expect("a unit");
        let details = Details {
            started,
            finished: None,
            place: String::new(),
            inspectors: vec!["张三".to_owned()],
            accompanied_by: String::new(),
            remark: String::new(),
            clock_set: Vec::new(),
        };
        workspace.begin(id, with, unit, details).expect("begun")
    }

    pub(super) fn path(&self) -> PathBuf {
        self.draft.file.path().to_owned()
    }

    /// The item at a position among those that concern the unit.
    fn item(&self, at: usize) -> ItemId {
        let sheet = self.draft.editing.sheet();
        let at = (0..sheet.checklist().items.len()).filter(|&at| sheet.applies(at)).nth(at).expect("an item");
        sheet.item(at).id.clone()
    }

    /// Answers an item and makes it durable, as the program does with one key.
    pub(super) fn answer(&mut self, at: usize, verdict: Verdict) {
        let entry = self.change(at, verdict);
        self.draft.file.append(&entry).expect("durable");
    }

    fn change(&mut self, at: usize, verdict: Verdict) -> crate::inspection::Entry {
        let response = Some(Response::Verdict(verdict));
        let answer = Answer {
            response,
            note: String::new(),
            finding: None,
            evidence: Vec::new(),
            by: "张三".to_owned(),
            at: now(),
        };
        let item = self.item(at);
        self.draft.editing.answer(&item, Some(answer), now()).expect("a change")
    }

    /// Answers everything that applies, and finalises in memory.
    fn finalised(&mut self) -> Finalised {
        for at in 0..self.draft.editing.sheet().tally().items {
            self.answer(at, Verdict::NotApplicable);
        }
        finalise(&self.draft.editing, "张三", now()).expect("nothing stands in the way")
    }

    /// Finalises on the disk, with something found at an item.
    fn put_away(&mut self, at: usize, found: &str) {
        if self.draft.editing.sheet().tally().answered == 0 {
            self.finalised();
        }
        let item = self.item(at);
        let digest = Digest::of(b"a photograph");
        let photograph = FileRef { name: "a.jpg".to_owned(), digest, size: 12, modified: None, taken: None };
        let sheet = self.draft.editing.sheet();
        let mut answer = sheet.position(&item).and_then(|at| sheet.answer(at)).expect("answered").clone();
        answer.response = Some(Response::Verdict(Verdict::Fails));
        answer.evidence = vec![photograph];
        answer.finding = Some(Finding { description: found.to_owned(), ..Finding::default() });
        let entry = self.draft.editing.answer(&item, Some(answer), now()).expect("a change");
        self.draft.file.append(&entry).expect("durable");
        let finalised = finalise(&self.draft.editing, "张三", now()).expect("nothing stands in the way");
        assert!(self.draft.file.finalise(&finalised).expect("written"));
    }

    /// The record that says what the first item came to the last time, as the open draft is told.
    fn last_time(&self) -> Option<String> {
        let editing = &self.draft.editing;
        let mut past = self.workspace.past_of(&editing.record(), editing.sheet().checklist());
        past.last.remove(&self.item(0)).map(|last| last.record.0.to_string())
    }

    fn verdict_in_file(&self, at: usize) -> Option<Response> {
        let stored = self.workspace.record(&id()).expect("a record");
        let item = self.item(at);
        stored.record().answers.iter().find(|(known, _)| *known == item).and_then(|(_, answer)| answer.response.clone())
    }
}

#[test]
fn a_record_shows_what_is_only_in_the_journal() {
    let mut desk = Desk::new();
    desk.answer(0, Verdict::Fails);
    assert_eq!(desk.verdict_in_file(0), Some(Response::Verdict(Verdict::Fails)));
    let StoredRecord::Draft(record) = desk.workspace.record(&id()).expect("read") else { panic!("a draft") };
    assert_eq!(record.header.summary.failed, 1);
}

#[test]
fn what_was_written_by_hand_while_it_was_open_is_joined_and_kept_aside() {
    for finalising in [false, true] {
        let mut desk = Desk::new();
        let finalised = desk.finalised();
        let by_hand =
            fs::read_to_string(desk.path()).expect("read").replace("[summary]", "remark = \"手写\"\n\n[summary]");
        fs::write(desk.path(), &by_hand).expect("written by hand");
        let written = if finalising {
            desk.draft.file.finalise(&finalised)
        } else {
            desk.draft.file.save(&desk.draft.editing.record())
        };
        assert!(!written.expect("no refusal"), "finalising {finalising}");
        assert_eq!(fs::read_to_string(desk.path()).expect("read"), by_hand, "the file is as it was");
        let joined = desk.workspace.open_draft(&id()).expect("opened again");
        assert_eq!(joined.editing.details().remark, "手写");
        assert_eq!(joined.editing.sheet().tally().answered, desk.draft.editing.sheet().tally().answered);
        let aside: Vec<_> = fs::read_dir(desk.folder.path().join(".ducha/aside")).expect("kept").flatten().collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(fs::read_to_string(aside[0].path()).expect("read"), by_hand);
    }
}

#[test]
fn a_file_that_was_deleted_is_written_again_while_the_workspace_is_there() {
    let mut desk = Desk::new();
    desk.answer(0, Verdict::Fails);
    fs::remove_dir_all(desk.folder.path().join("records")).expect("deleted");
    assert!(desk.draft.file.save(&desk.draft.editing.record()).expect("written"));
    assert_eq!(desk.verdict_in_file(0), Some(Response::Verdict(Verdict::Fails)));
    fs::remove_file(desk.folder.path().join("ducha.toml")).expect("deleted");
    fs::remove_dir_all(desk.folder.path().join("records")).expect("deleted");
    desk.draft.file.save(&desk.draft.editing.record()).expect_err("the stick is gone, perhaps");
    assert!(!desk.folder.path().join("records").exists());
}

#[test]
fn a_finalised_record_is_never_written_again() {
    let mut desk = Desk::new();
    let finalised = desk.finalised();
    assert!(desk.draft.file.finalise(&finalised).expect("written"));
    let bytes = fs::read(desk.path()).expect("read");
    let StoredRecord::Finalised(stored) = desk.workspace.record(&id()).expect("read") else { panic!("a draft") };
    assert_eq!(&stored, &finalised);
    // The journal is still there, as after a crash; it is not applied, and the record cannot be opened for changes.
    assert!(desk.folder.path().join(".ducha/journal").join(format!("{ID}.0.log")).exists());
    let error = desk.workspace.open_draft(&id()).expect_err("refused");
    assert_eq!((error.kind(), error.path()), (Kind::Input, Some(desk.path().as_path())));
    // Another program finalised it while this one still has the draft open.
    let mut late = Desk::new();
    let newer = fs::read_to_string(desk.path()).expect("read");
    fs::write(late.path(), &newer).expect("copied over");
    late.answer(0, Verdict::Fails);
    assert!(!late.draft.file.save(&late.draft.editing.record()).expect("noticed"));
    late.workspace.open_draft(&id()).expect_err("it is final");
    assert_eq!(fs::read_to_string(late.path()).expect("read"), newer);
    assert_eq!(fs::read(desk.path()).expect("read"), bytes);
}

#[test]
fn the_answers_can_be_read_without_the_version_of_the_checklist() {
    let mut desk = Desk::new();
    desk.answer(0, Verdict::Fails);
    desk.draft.file.save(&desk.draft.editing.record()).expect("written");
    desk.answer(1, Verdict::Conforms);
    let version = desk.folder.path().join("checklists/.versions");
    let file = fs::read_dir(&version).expect("listed").flatten().next().expect("a version").path();
    fs::write(&file, "damaged").expect("damaged");
    assert!(desk.workspace.open_draft(&id()).is_ok(), "the checklist in use is the same byte for byte");
    let in_use = desk.draft.editing.pinned().checklist.id.clone();
    fs::remove_file(desk.folder.path().join(format!("checklists/{in_use}.toml"))).expect("deleted");
    let error = desk.workspace.open_draft(&id()).expect_err("no checklist");
    assert_eq!(error.path(), Some(file.as_path()));
    assert_eq!(desk.verdict_in_file(1), Some(Response::Verdict(Verdict::Conforms)), "from the journal");
    let stored = desk.workspace.record(&id()).expect("read");
    assert_eq!(stored.record().header.summary.failed, 1, "as the file has it");
}

#[test]
fn a_version_that_was_deleted_is_kept_again_from_memory_and_from_the_checklist_in_use() {
    for in_use in [true, false] {
        let mut desk = Desk::new();
        desk.answer(0, Verdict::Fails);
        let versions = desk.folder.path().join("checklists/.versions");
        let file = fs::read_dir(&versions).expect("listed").flatten().next().expect("a version").path();
        let text = fs::read(&file).expect("read");
        fs::remove_dir_all(&versions).expect("deleted");
        if !in_use {
            let id = &desk.draft.editing.pinned().checklist.id;
            fs::remove_file(desk.folder.path().join(format!("checklists/{id}.toml"))).expect("deleted");
        }
        desk.draft = desk.workspace.open_draft(&id()).expect("opened");
        assert_eq!(fs::read(&file).expect("kept again"), text, "in use {in_use}");
    }
}

#[test]
fn what_a_correction_replaces_is_not_what_was_found_the_last_time() {
    let mut desk = Desk::new();
    let numbered = |id: &str| RecordId(id.into());
    // The record of the last time, and each phrase with how often it was used.
    let past = |desk: &Desk| {
        let editing = &desk.draft.editing;
        let mut past = desk.workspace.past_of(&editing.record(), editing.sheet().checklist());
        let phrases = past.phrases.remove(&desk.item(0)).unwrap_or_default();
        let phrases: Vec<_> = phrases.into_iter().map(|phrase| (phrase.description, phrase.uses)).collect();
        (past.last.remove(&desk.item(0)).map(|last| last.record), phrases)
    };
    let expected = |id: &str, found: &str| (Some(numbered(id)), vec![(found.to_owned(), 1)]);

    desk.put_away(0, "门未上锁");
    desk.draft = Desk::begin(&desk.workspace, numbered("02TEST"));
    assert_eq!(past(&desk), expected("01TEST", "门未上锁"));
    desk.draft = desk.workspace.begin_correction(numbered("03TEST"), &id()).expect("begun");
    assert_eq!(past(&desk), (None, Vec::new()), "the first record is being corrected");
    desk.put_away(0, "门未上锁，钥匙外借");
    desk.draft = desk.workspace.open_draft(&numbered("02TEST")).expect("opened");
    assert_eq!(past(&desk), expected("03TEST", "门未上锁，钥匙外借"), "the correction took its place");
}

#[test]
fn the_last_time_was_before_the_inspection_and_another_one() {
    let mut desk = Desk::new();
    let numbered = |id: &str| RecordId(id.into());
    desk.draft = Desk::begin_at(&desk.workspace, numbered("02TEST"), now() - TimeDelta::days(30));
    desk.put_away(0, "门未上锁");
    desk.draft = desk.workspace.open_draft(&id()).expect("opened");
    assert_eq!(desk.last_time().as_deref(), Some("02TEST"));
    desk.put_away(0, "门又未上锁");
    let mut of = |id: &str, correction: &str| {
        desk.draft = desk.workspace.begin_correction(numbered(correction), &numbered(id)).expect("begun");
        desk.last_time()
    };
    assert_eq!(of(ID, "03TEST").as_deref(), Some("02TEST"), "the later inspection is corrected");
    assert_eq!(of("02TEST", "04TEST"), None, "the earlier one knows nothing of the later one");
}

#[test]
fn what_somebody_else_corrected_meanwhile_is_not_the_last_time() {
    let mut desk = Desk::new();
    let numbered = |id: &str| RecordId(id.into());
    desk.put_away(0, "门未上锁");
    desk.draft = desk.workspace.begin_correction(numbered("02TEST"), &id()).expect("begun");
    desk.put_away(0, "门未上锁，钥匙外借");
    let (path, text) = (desk.path(), fs::read_to_string(desk.path()).expect("read"));
    desk.draft = desk.workspace.begin_correction(numbered("03TEST"), &numbered("02TEST")).expect("begun");
    // It comes with a sync, and takes the place of the one that is being corrected here.
    fs::write(path.with_file_name("04TEST.toml"), text.replace("02TEST", "04TEST")).expect("written");
    assert_eq!(desk.last_time(), None);
    desk.draft = Desk::begin(&desk.workspace, numbered("05TEST"));
    assert_eq!(desk.last_time().as_deref(), Some("04TEST"), "another inspection");
}

#[test]
fn what_the_disk_refuses_is_said_and_kept_until_it_can_be_written() {
    let mut desk = Desk::new();
    let journal = desk.folder.path().join(".ducha/journal");
    fs::write(&journal, "in the way").expect("written");
    let entry = desk.change(0, Verdict::Fails);
    desk.draft.file.append(&entry).expect_err("refused");
    assert!(desk.draft.file.is_behind());
    let by_hand = fs::read_to_string(desk.path()).expect("read").replace("[summary]", "remark = \"手写\"\n\n[summary]");
    fs::write(desk.path(), by_hand).expect("written by hand");
    // Joining reads the journal, so it must not begin before the journal has everything.
    desk.draft.file.save(&desk.draft.editing.record()).expect_err("the journal is behind");
    fs::remove_file(&journal).expect("room again");
    assert!(!desk.draft.file.save(&desk.draft.editing.record()).expect("noticed"));
    let joined = desk.workspace.open_draft(&id()).expect("opened again");
    assert_eq!((joined.editing.details().remark.as_str(), joined.editing.sheet().tally().failed), ("手写", 1));
}

#[test]
fn files_under_a_wrong_name_are_listed_and_never_taken_for_another() {
    let desk = Desk::new();
    let copy = desk.path().with_file_name("01TEST - 副本.toml");
    fs::copy(desk.path(), &copy).expect("copied");
    let twice = desk.folder.path().join("records/2025/01");
    fs::create_dir_all(&twice).expect("a folder");
    fs::copy(desk.path(), twice.join("01TEST.toml")).expect("copied");
    fs::write(desk.path().with_file_name("01BAD.toml"), "format = 一").expect("written");
    let records = desk.workspace.records();
    assert_eq!(records.found.len(), 1);
    let mut damaged: Vec<_> = records.damaged.iter().filter_map(crate::error::Error::path).collect();
    damaged.sort();
    assert_eq!(damaged.len(), 3, "{:?}", records.damaged);
    assert!(damaged.contains(&copy.as_path()));

    let folder = desk.folder.path().join("checklists");
    let id = desk.draft.editing.pinned().checklist.id.clone();
    let count = desk.workspace.checklists().found.len();
    fs::copy(folder.join(format!("{id}.toml")), folder.join("mine.toml")).expect("copied");
    let checklists = desk.workspace.checklists();
    assert_eq!((checklists.found.len(), checklists.damaged.len()), (count, 1));
    for typed in ["mine", "../facilities", "/etc/passwd", "..", ""] {
        assert!(desk.workspace.checklist(&ChecklistId(typed.to_owned())).is_err(), "{typed}");
    }
}
