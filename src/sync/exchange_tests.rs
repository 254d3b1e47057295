#[path = "exchange_tests/copies.rs"]
mod copies;
#[path = "exchange_tests/roles.rs"]
mod roles;

use std::{fs, path::Path};

use super::*;
use crate::sync::{
    breaking::{Breaking, now, workspace},
    dispute::{choose, decided, disputes},
    keys::DeviceKeys,
    revision::Revision,
    roster::{Grant, Member, Role},
    state::{OpenConflict, OpenValue},
    work::Choice,
};
use crate::{
    checklist::{Digest, ItemId},
    i18n::Lang,
    inspection::{Answer, RecordId, Response, Verdict},
};

/// Two workspaces that belong to a hub in a folder.
fn pair(folder: &Path) -> ([(Workspace, DeviceKeys); 2], Breaking) {
    let hub = Breaking::new(&folder.join("hub"));
    let [one, other] =
        ["one", "other"].map(|name| (workspace(&folder.join(name)), DeviceKeys::generate().expect("keys")));
    let local = one.0.mirror();
    let mut mirror = Mirror::found(&local, &one.1, "某委", "林明", true, now()).expect("founded");
    let mut entry = mirror.roster().clone();
    entry.members.push(Member {
        person: "王芳".to_owned(),
        key: other.1.public(),
        recipient: other.1.recipient(),
        grants: vec![Grant { roles: vec![Role::Inspector], after: Vec::new() }],
        through: None,
    });
    entry.seal_key(&mirror.roster().open_keys(&one.1)[0]).expect("sealed");
    mirror.set_roster(&one.1, entry, now()).expect("a list");
    mirror.mark(&hub).and_then(|()| mirror.push(&hub)).expect("published");
    drop(mirror);
    Mirror::adopt(&other.0.mirror(), &hub, &one.1.public()).expect("adopted");
    ([one, other], hub)
}

/// Puts a photograph where the workspace keeps it; returns its path.
fn photograph(workspace: &Workspace) -> String {
    let digest = Digest::of("照片".as_bytes());
    let path = format!("evidence/{}/{}.jpg", &digest.hex()[..2], digest.hex());
    fs::create_dir_all(workspace.root().join(&path).parent().expect("a folder")).expect("made");
    fs::write(workspace.root().join(&path), "照片").expect("written");
    path
}

fn run(who: &(Workspace, DeviceKeys), hub: &Breaking) -> Result<Outcome> {
    sync(&who.0, &who.1, hub, Way::Both, now())
}

const REGISTER: &str = "[[facility]]\nid = \"F1\"\nname = \"甲医院\"\ntype = \"hospital\"\n";

#[test]
fn an_interruption_anywhere_costs_nothing() {
    for sender in [true, false] {
        for after in 0..40 {
            let folder = tempfile::tempdir().expect("a folder");
            let ([one, other], hub) = pair(folder.path());
            fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
            let photo = photograph(&one.0);
            if !sender {
                run(&one, &hub).expect("synced");
            }
            hub.fuse.set(Some(after));
            let broken = run(if sender { &one } else { &other }, &hub).is_err();
            hub.fuse.set(None);
            run(&one, &hub).expect("synced");
            let outcome = run(&other, &hub).expect("synced");
            assert!(outcome.refused.is_empty(), "{after}: {:?}", outcome.refused);
            for file in ["facilities.toml", photo.as_str()] {
                let read = |workspace: &Workspace| fs::read(workspace.root().join(file)).expect(file);
                assert_eq!(read(&one.0), read(&other.0), "{file} after {after}");
            }
            assert!(disputes(&other.0).expect("read").is_empty());
            if !broken {
                break;
            }
        }
    }
}

#[test]
fn what_is_done_with_files_here_is_told_and_can_be_stopped_without_loss() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    let photo = photograph(&one.0);
    for who in [&one, &other] {
        let stopped = sync_telling(&who.0, &who.1, &hub, Way::Both, now(), &|far| far.files == 0);
        assert_eq!(stopped.expect_err("stopped").message().key(), "sync.stopped");
        run(who, &hub).expect("synced");
    }
    for file in ["facilities.toml", photo.as_str()] {
        let read = |workspace: &Workspace| fs::read(workspace.root().join(file)).expect(file);
        assert_eq!(read(&one.0), read(&other.0), "{file}");
    }
    assert!(disputes(&other.0).expect("read").is_empty());
}

#[test]
fn the_invented_units_of_a_new_workspace_stay_out_of_a_register_that_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    fs::write(other.0.root().join("facilities.toml"), crate::facility::SAMPLE).expect("written");
    run(&one, &hub).expect("synced");
    let outcome = run(&other, &hub).expect("synced");
    assert!(outcome.changed.is_empty() && outcome.failed.is_empty(), "{outcome:?}");
    run(&one, &hub).expect("synced");
    let read = |workspace: &Workspace| fs::read_to_string(workspace.root().join("facilities.toml")).expect("read");
    assert_eq!(read(&other.0), read(&one.0));
    assert_eq!(other.0.facilities().found.len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_is_named_left_alone_and_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    run(&one, &hub).expect("synced");
    fs::create_dir(other.0.root().join("checklists")).expect("a folder");
    for bad in ["checklists/a.toml", "facilities.toml"] {
        fs::write(other.0.root().join(bad), "id = ").expect("written");
    }
    let outcome = run(&other, &hub).expect("goes on");
    assert!(outcome.failed.len() >= 2, "{:?}", outcome.failed);
    assert_eq!(fs::read_to_string(other.0.root().join("facilities.toml")).expect("read"), "id = ");
    fs::remove_file(other.0.root().join("facilities.toml")).expect("removed");
    run(&other, &hub).expect("synced");
    let read = |workspace: &Workspace| fs::read_to_string(workspace.root().join("facilities.toml")).expect("read");
    assert_eq!(read(&other.0), read(&one.0), "what waited comes as soon as there is room");
}

#[test]
fn a_lost_state_is_made_again_from_the_mirror() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    run(&one, &hub).expect("synced");
    run(&other, &hub).expect("synced");
    for state in [None, Some("nonsense")] {
        let path = other.0.root().join(".ducha/sync/state");
        state.map_or_else(|| fs::remove_file(&path), |text| fs::write(&path, text)).expect("lost");
        let outcome = run(&other, &hub).expect("synced");
        assert!(outcome.conflicts.is_empty() && outcome.changed.is_empty(), "{outcome:?}");
    }
    let text = fs::read_to_string(other.0.root().join("facilities.toml")).expect("read");
    fs::write(other.0.root().join("facilities.toml"), text.replace("甲医院", "乙医院")).expect("written");
    run(&other, &hub).expect("synced");
    run(&one, &hub).expect("synced");
    assert!(fs::read_to_string(one.0.root().join("facilities.toml")).expect("read").contains("乙医院"));
}

#[test]
fn what_a_member_says_to_do_harm_is_named_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    let step = |document: &str, field: &str, value: &str| Revision {
        document: document.to_owned(),
        parents: Vec::new(),
        at: now(),
        clear: Vec::new(),
        text: None,
        set: [(field.to_owned(), value.to_owned())].into(),
    };
    let deep = "[".repeat(100_000);
    let good = blake3::hash("照片".as_bytes()).to_hex().to_string();
    let revisions = [
        step("record/../../harm", "id", "\"x\""),
        step("checklist/c:harm", "id", "\"x\""),
        step("evidence/aa/../harm.jpg", "content", &format!("\"{good}\"")),
        step("evidence/harm.jpg", "content", "\"../../harm\""),
        step("record/deep", "id", &deep),
        step("register/deep", "facility/x/~", &deep),
        step("task/a/no-expression", "id", "1\n[evil]"),
        step("facilities", "facility/F1/~", "true"),
        step("of-another-world/x", "id", "1"),
    ];
    let local = one.0.mirror();
    let mirror = Mirror::open(&local).expect("read").expect("a hub");
    let last = mirror.append(&one.1, "00000000000000aa", None, &revisions, now()).expect("said");
    let own = Revision { parents: vec![revisions[7].id(); 3], ..step("facilities", "facility/F1/name", "\"甲\"") };
    mirror.append(&one.1, "00000000000000aa", Some(last), &[own], now()).expect("said");
    mirror.push(&hub).expect("sent");
    let photo = photograph(&one.0);
    run(&one, &hub).expect("goes on");
    let outcome = run(&other, &hub).expect("goes on");
    let said: Vec<String> = outcome.failed.iter().map(|error| error.summary(Lang::En)).collect();
    for harm in ["record/../../harm", "checklist/c:harm", "evidence/aa/../harm.jpg", "evidence/harm.jpg", "record/deep"]
    {
        assert!(said.iter().any(|one| one.contains(harm)), "{harm} in {said:?}");
    }
    assert_eq!(fs::read_to_string(other.0.root().join(photo)).expect("read"), "照片");
    let below =
        |folder: &Path| fs::read_dir(folder).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    let names: Vec<std::ffi::OsString> = below(folder.path());
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("harm")), "{names:?}");
}

/// A hub during whose giving a file something happens on this computer.
struct Meanwhile<'hub> {
    hub: &'hub Breaking,
    happens: &'hub dyn Fn(),
}

impl Hub for Meanwhile<'_> {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        if name.starts_with("ev/") {
            (self.happens)();
        }
        self.hub.get(name, largest)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.hub.put(name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.hub.list(folder)
    }

    fn place(&self) -> String {
        self.hub.place()
    }
}

#[test]
fn an_answer_that_is_given_while_its_record_is_written_is_sent_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    let checklist = include_bytes!("../../tests/data/valid/two-items.toml");
    let digest = Digest::of(checklist);
    let versions = one.0.root().join("checklists/.versions");
    fs::create_dir_all(&versions).expect("a folder");
    fs::write(versions.join(format!("{}.toml", digest.hex())), checklist).expect("written");
    let id = RecordId("01KAJ0000000000000000000AA".into());
    let path = format!("records/2026/11/{id}.toml");
    let record = include_str!("../../tests/data/valid/record.toml").replace("DIGEST", &digest.0);
    fs::create_dir_all(one.0.root().join("records/2026/11")).expect("a folder");
    fs::write(one.0.root().join(&path), &record).expect("written");
    run(&one, &hub).expect("synced");
    run(&other, &hub).expect("synced");
    photograph(&one.0);
    let theirs =
        "\n[[answer]]\nitem = \"T1\"\nverdict = \"conforms\"\nby = \"林明\"\nat = \"2026-11-21T10:50:00+08:00\"\n";
    let now_there = fs::read_to_string(one.0.root().join(&path)).expect("read");
    fs::write(one.0.root().join(&path), now_there + theirs).expect("written");
    run(&one, &hub).expect("synced");
    let answers = || {
        let mut draft = other.0.open_draft(&id).expect("opened");
        let answer = Answer {
            response: Some(Response::Verdict(Verdict::Fails)),
            note: String::new(),
            finding: None,
            evidence: Vec::new(),
            by: "王芳".to_owned(),
            at: now(),
        };
        let entry = draft.editing.answer(&ItemId("T2".to_owned()), Some(answer), now()).expect("a change");
        draft.file.append(&entry).expect("durable");
    };
    let meanwhile = Meanwhile { hub: &hub, happens: &answers };
    let outcome = sync(&other.0, &other.1, &meanwhile, Way::Both, now()).expect("synced");
    assert!(outcome.written.contains(&path), "{:?}", outcome.written);
    let outcome = run(&other, &hub).expect("synced");
    assert_eq!(outcome.changed.into_iter().collect::<Vec<_>>(), [format!("record/{id}")]);
    run(&one, &hub).expect("synced");
    let read = |workspace: &Workspace| workspace.file(&path).expect("read").expect("there").bytes;
    assert_eq!(read(&one.0), read(&other.0));
    assert!(String::from_utf8_lossy(&read(&one.0)).contains("王芳"));
}

#[test]
fn what_is_decided_while_other_decisions_are_sent_waits_for_the_next_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = workspace(folder.path());
    let value = |value: Option<&str>| OpenValue { value: value.map(str::to_owned), by: "林明".to_owned(), at: now() };
    let conflict = |number: usize| OpenConflict {
        document: "record/R".to_owned(),
        field: format!("answer/A{number}/note"),
        late: false,
        values: vec![value(Some("1")), value(None)],
    };
    let choice = |number: usize| Choice {
        document: "record/R".to_owned(),
        field: conflict(number).field,
        value: Some("1".to_owned()),
        made_of: Vec::new(),
    };
    let mut sent = Vec::new();
    std::thread::scope(|scope| {
        let deciding = scope.spawn(|| (0..60).for_each(|number| choose(&desk, &conflict(number), 1).expect("decided")));
        while !deciding.is_finished() {
            let waiting = choices(&desk).expect("read");
            were_sent(&desk, &waiting).expect("taken out");
            sent.extend(waiting);
        }
    });
    sent.extend(choices(&desk).expect("read"));
    assert_eq!(sent, (0..60).map(choice).collect::<Vec<_>>(), "each was sent once");
    // Whoever decides otherwise in the meantime has decided anew.
    choose(&desk, &conflict(0), 1).expect("decided");
    let waiting = choices(&desk).expect("read");
    let otherwise = Choice { value: None, ..choice(0) };
    choose(&desk, &conflict(0), 2).expect("decided");
    were_sent(&desk, &waiting).expect("taken out");
    assert_eq!(choices(&desk).expect("read").last(), Some(&otherwise));
}

/// A hub that counts how often it is asked, however much at the same time, and may list no segments.
struct Counting<'hub> {
    hub: &'hub Breaking,
    asked: std::cell::Cell<usize>,
    hides: bool,
}

impl Hub for Counting<'_> {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        self.asked.set(self.asked.get() + 1);
        self.hub.get(name, largest)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.hub.put(name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.asked.set(self.asked.get() + 1);
        if self.hides && folder.starts_with("dev/") { Ok(Vec::new()) } else { self.hub.list(folder) }
    }

    fn get_all(&self, names: &[String], largest: u64) -> Vec<Result<Option<Vec<u8>>>> {
        self.asked.set(self.asked.get() + 1);
        self.hub.get_all(names, largest)
    }

    fn place(&self) -> String {
        self.hub.place()
    }
}

#[test]
fn whoever_was_away_for_long_asks_for_many_things_at_once() {
    const DAYS: usize = 40;
    for hides in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let ([one, other], hub) = pair(folder.path());
        for day in 0..DAYS {
            let register = REGISTER.replace("甲医院", &format!("第{day}医院"));
            fs::write(one.0.root().join("facilities.toml"), register).expect("written");
            run(&one, &hub).expect("synced");
        }
        let counting = Counting { hub: &hub, asked: std::cell::Cell::new(0), hides };
        let outcome = sync(&other.0, &other.1, &counting, Way::From, now()).expect("synced");
        assert_eq!(outcome.arrived, DAYS, "hides {hides}");
        let text = fs::read_to_string(other.0.root().join("facilities.toml")).expect("read");
        assert!(text.contains(&format!("第{}医院", DAYS - 1)), "{text}");
        // The mark, the list of members, the heads; two segments; a listing, and the rest eight at a time.
        let few = 8 + DAYS.div_ceil(AT_ONCE);
        assert_eq!(counting.asked.get() <= few, !hides, "asked {} times, hides {hides}", counting.asked.get());
    }
}

/// Two workspaces in which the telephone of a unit is in dispute: 1 by 林明 and 2 by 王芳.
fn disputed_phone(folder: &Path) -> ([(Workspace, DeviceKeys); 2], Breaking) {
    let (pair, hub) = pair(folder);
    fs::write(pair[0].0.root().join("facilities.toml"), REGISTER).expect("written");
    for who in &pair {
        run(who, &hub).expect("synced");
    }
    (1..).zip(&pair).for_each(|(number, who)| set_phone(&who.0, number));
    settle(&pair, &hub, 0);
    (pair, hub)
}

fn set_phone(workspace: &Workspace, number: usize) {
    fs::write(workspace.root().join("facilities.toml"), format!("{REGISTER}phone = \"{number}\"\n")).expect("written");
}

/// Lets two sync in turns until both have everything.
fn settle(pair: &[(Workspace, DeviceKeys); 2], hub: &Breaking, first: usize) {
    (first..first + 4).for_each(|turn| drop(run(&pair[turn % 2], hub).expect("synced")));
}

/// Lists what is in dispute on both, which has to be the same: each value with who says so.
fn said_on_both(pair: &[(Workspace, DeviceKeys); 2]) -> Vec<String> {
    let [one, other] = pair.each_ref().map(|(workspace, _)| {
        let open = disputes(workspace).expect("read").into_iter().flat_map(|dispute| dispute.conflict.values);
        open.map(|value| format!("{} {}", value.by, value.value.unwrap_or_default())).collect::<Vec<_>>()
    });
    assert_eq!(one, other);
    one
}

#[test]
fn what_was_decided_and_what_others_said_without_knowing_of_it_is_in_dispute_again_whoever_syncs_first() {
    // What 王芳 does while 林明 decides on 1, and what is there to choose from then.
    type Does = fn(&Workspace);
    let cases: [(Does, &[&str]); 4] = [
        (|workspace| choose_phone(workspace, 2), &["林明 \"1\"", "王芳 \"2\""]),
        (|workspace| set_phone(workspace, 3), &["林明 \"1\"", "王芳 \"3\""]),
        (|workspace| choose_phone(workspace, 1), &[]),
        (|_| (), &[]),
    ];
    for (number, (does, expected)) in cases.iter().enumerate() {
        for first in 0..2 {
            let folder = tempfile::tempdir().expect("a folder");
            let (pair, hub) = disputed_phone(folder.path());
            assert_eq!(said_on_both(&pair), ["林明 \"1\"", "王芳 \"2\""]);
            choose_phone(&pair[0].0, 1);
            does(&pair[1].0);
            settle(&pair, &hub, first);
            assert_eq!(said_on_both(&pair), *expected, "{number}, {first} first");
            for (workspace, keys) in &pair {
                let decisions = decided(workspace, keys).expect("read");
                assert_eq!(decisions.is_empty(), !expected.is_empty(), "{number}, {first} first: {decisions:?}");
            }
            if !expected.is_empty() {
                choose_phone(&pair[1].0, 2);
                settle(&pair, &hub, first);
                assert!(said_on_both(&pair).is_empty(), "{number}, {first} first");
            }
        }
    }
}

fn choose_phone(workspace: &Workspace, value: usize) {
    let open = disputes(workspace).expect("read");
    choose(workspace, &open[0].conflict, value).expect("decided");
}

#[test]
fn nobody_decides_on_what_they_have_not_seen_and_what_an_older_program_decided_still_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pair, hub) = disputed_phone(folder.path());
    let shown = disputes(&pair[0].0).expect("read").remove(0).conflict;
    set_phone(&pair[1].0, 3);
    settle(&pair, &hub, 1);
    let error = choose(&pair[0].0, &shown, 1).expect_err("it is about something else by now");
    assert_eq!(error.message().key(), "conflict.changed");
    choose(&pair[0].0, &shown, 0).expect("taking back needs nothing");
    let document = "document = \"facilities\"\nfield = \"facility/F1/phone\"\n";
    let older = format!("[[row]]\n{document}value = '\"1\"'\n");
    pair[0].0.write_sync_file("choices.toml", older.as_bytes()).expect("written");
    settle(&pair, &hub, 0);
    assert!(said_on_both(&pair).is_empty());
}
