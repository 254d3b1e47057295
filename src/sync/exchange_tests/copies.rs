//! Workspaces that were copied, so that no file has the time any more that it had.

use std::time::{Duration, SystemTime};

use super::*;
use crate::{
    inspection::Details,
    store::{OpenDraft, beginning},
};

/// A member of a hub whose workspace has a register and a draft, which are sent; what was said of both is gone from the mirror,
/// so that whatever is looked at again is said anew.
fn sent(folder: &Path) -> ((Workspace, DeviceKeys), OpenDraft) {
    let ([one, _], hub) = pair(folder);
    fs::create_dir_all(one.0.root().join("checklists")).expect("made");
    let (checklist, text) = beginning().find(|(path, _)| path.starts_with("checklists/")).expect("a checklist");
    fs::write(one.0.root().join(checklist), &*text).expect("written");
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    let (checklists, units) = (one.0.checklists().found, one.0.facilities().found);
    let details = Details {
        started: now(),
        finished: None,
        place: String::new(),
        inspectors: vec!["某人".to_owned()],
        accompanied_by: String::new(),
        remark: String::new(),
        clock_set: Vec::new(),
    };
    let draft = one.0.begin(RecordId("R".into()), &checklists[0], &units[0], details).expect("begun");
    run(&one, &hub).expect("synced");
    fs::remove_dir_all(one.0.root().join(".ducha/sync/mirror/dev")).expect("there");
    (one, draft)
}

/// Gives every file below a folder another time.
fn give_other_times(folder: &Path) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            give_other_times(&path);
        } else {
            let file = fs::File::options().write(true).open(&path).expect("a file");
            file.set_modified(SystemTime::now() + Duration::from_mins(1)).expect("set");
        }
    }
}

fn said_anew((workspace, keys): &(Workspace, DeviceKeys)) -> Vec<String> {
    outstanding(workspace, keys, now()).expect("looked through").into_iter().collect()
}

#[test]
fn of_a_copied_workspace_only_the_files_are_looked_at_that_say_something_else() {
    // What happens to the workspace beside that, and what is looked at because of it.
    type Happens = fn(&Workspace, &mut OpenDraft);
    let cases: [(&str, Happens, &[&str]); 5] = [
        ("nothing", |_, _| {}, &[]),
        (
            "another letter in a file of the same length",
            |workspace, _| {
                let other = REGISTER.replace("甲医院", "乙医院");
                fs::write(workspace.root().join("facilities.toml"), other).expect("written");
            },
            &["facilities"],
        ),
        (
            "an answer that is in the journal only",
            |_, draft| {
                let (response, by) = (Some(Response::Verdict(Verdict::Conforms)), "某人".to_owned());
                let answer =
                    Answer { response, note: String::new(), finding: None, evidence: Vec::new(), by, at: now() };
                let item = draft.editing.sheet().item(0).id.clone();
                let entry = draft.editing.answer(&item, Some(answer), now()).expect("a change");
                draft.file.append(&entry).expect("durable");
            },
            &["record/R"],
        ),
        (
            "what was said does not count any more",
            |workspace, _| {
                let mut state = read_state(workspace).expect("read").expect("there");
                state.documents.entry("facilities").look_again();
                write_state(workspace, &state).expect("written");
            },
            &["facilities"],
        ),
        (
            "the draft lies in the folder of another month",
            |workspace, _| {
                let records = workspace.root().join("records/2026");
                fs::rename(records.join("11"), records.join("12")).expect("moved");
            },
            &[],
        ),
    ];
    for (what, happens, looked_at) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, mut draft) = sent(folder.path());
        happens(&one.0, &mut draft);
        give_other_times(&one.0.root().join("records"));
        give_other_times(&one.0.root().join("checklists"));
        let register = fs::File::options().write(true).open(one.0.root().join("facilities.toml")).expect("a file");
        register.set_modified(SystemTime::now() + Duration::from_mins(1)).expect("set");
        assert_eq!(said_anew(&one), looked_at, "{what}");
    }
}

#[test]
fn the_files_of_a_copied_workspace_are_read_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, _) = sent(folder.path());
    give_other_times(&one.0.root().join("records"));
    let state = || read_state(&one.0).expect("read").expect("there");
    let portions = |state: &State| work::portions(&one.0, state).concat().len();
    assert_eq!(portions(&state()), 1);
    let mut state = state();
    let objects = one.0.mirror();
    let mirror = open(&objects).expect("a member");
    let mut archive = Archive::new(&mirror, Vec::new());
    let files = work::portions(&one.0, &state).concat();
    let changes = work::collect(&one.0, &state, &mut archive, files, now());
    work::remember(&mut state, &changes);
    assert_eq!(portions(&state), 0);
}
