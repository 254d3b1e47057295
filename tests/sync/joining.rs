//! Two people began two drafts of one inspection, and make one of them.

use std::path::{Path, PathBuf};

use super::Office;
use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

const BEGIN: [&str; 4] = ["--facility", "F001", "--checklist", "two-items"];

/// The drafts of somebody's workspace, the one that was begun first first.
fn drafts(office: &Office, who: usize) -> Vec<PathBuf> {
    let mut drafts = files_below(&office.people[who].path("ws/records"));
    drafts.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
    drafts
}

fn number(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("read")
}

/// Adds an answer to a draft by hand.
fn answer(path: &Path, item: &str, verdict: &str, by: &str) {
    let answer = format!(
        "\n[[answer]]\nitem = \"{item}\"\nverdict = \"{verdict}\"\nby = \"{by}\"\nat = \"2026-11-21T10:51:00+08:00\"\n"
    );
    std::fs::write(path, read(path) + &answer).expect("written");
}

/// Two people who each began a draft: one item answered by the first, both by the second.
fn two_drafts() -> Office {
    let office = Office::with(&["林明", "王芳"], &[]);
    for who in 0..2 {
        office.fill(who, &BEGIN).good();
    }
    answer(&drafts(&office, 0)[0], "T1", "conforms", "林明");
    answer(&drafts(&office, 1)[0], "T1", "fails", "王芳");
    answer(&drafts(&office, 1)[0], "T2", "conforms", "王芳");
    office.settle();
    assert_eq!(drafts(&office, 0).len(), 2);
    office
}

#[test]
fn two_drafts_become_one_and_what_differs_is_decided_as_everywhere() {
    let office = two_drafts();
    let [first, second] = <[PathBuf; 2]>::try_from(drafts(&office, 0)).expect("two");
    let (into, from) = (number(&first), number(&second));
    let said = office.run(0, &["record", "join", &from, &into]).good();
    assert!(said.contains("下次同步时并入先建立的草稿"), "{said}");
    // The other one asks for the same before hearing of it.
    office.run(1, &["record", "join", &into, &from]).good();
    office.settle();
    for who in 0..2 {
        let paths = drafts(&office, who);
        assert_eq!((read(&paths[0]), read(&paths[1])), (read(&first), read(&second)), "the same on both");
        let listed = office.run(who, &["record", "list"]).good();
        assert_eq!(listed.matches("已并入").count(), 1, "{listed}");
        let disputes = office.run(who, &["conflict", "list"]).good();
        assert!(disputes.contains("不符合") && disputes.contains("林明") && disputes.contains("王芳"), "{disputes}");
        assert!(!disputes.contains("\n2."), "of one draft only: {disputes}");
    }
    let joined = read(&first);
    for text in ["item = \"T2\"", &format!("joined = [\"{from}\"]"), "[\"王芳\", \"林明\"]", "# 有分歧"] {
        assert!(joined.contains(text), "{text} in\n{joined}");
    }
    let closed = read(&second);
    assert!(closed.contains(&format!("joined_into = \"{into}\"")) && closed.contains("fails"), "{closed}");
    office.fill(1, &["--record", &from]).fails(2, &["已并入"]);
    office.run(0, &["record", "join", &from, &into]).fails(2, &["已并入"]);
    office.fill(0, &BEGIN).good();
    office.run(0, &["conflict", "choose", "1", "1"]).good();
    office.settle();
    office.fill(1, &[&BEGIN[..], &["--finalise"]].concat()).good();
    office.settle();
    assert!(read(&first).contains("finalised_by = \"王芳\""));
    assert!(office.run(0, &["conflict", "list"]).good().contains("没有待选定"));
}

#[test]
fn what_is_filled_in_later_in_a_closed_draft_is_not_lost() {
    let office = two_drafts();
    let numbers: Vec<String> = drafts(&office, 0).iter().map(|path| number(path)).collect();
    let own = drafts(&office, 1).into_iter().find(|path| read(path).contains("item = \"T2\"")).expect("hers");
    office.run(0, &["record", "join", &numbers[0], &numbers[1]]).good();
    office.sync(0);
    // She has not heard of it, and changes her mind: that is no dispute any more.
    let before = read(&own);
    std::fs::write(&own, before.replace("\"fails\"", "\"conforms\"")).expect("written");
    office.settle();
    let disputes = office.run(0, &["conflict", "list"]).good();
    let both: Vec<String> = drafts(&office, 0).iter().map(|path| read(path)).collect();
    assert!(disputes.contains("没有待选定"), "{disputes}\n{}\n{}", both.join("\n"), read(&own));
    assert!(both[0].contains("answered = 2"));
}

#[test]
fn what_is_not_of_one_inspection_is_not_joined() {
    let office = two_drafts();
    let numbers: Vec<String> = drafts(&office, 0).iter().map(|path| number(path)).collect();
    office.fill(0, &["--facility", "F002", "--checklist", "two-items"]).good();
    let other = drafts(&office, 0).iter().map(|path| number(path)).find(|one| !numbers.contains(one)).expect("it");
    office.run(0, &["record", "join", &numbers[0], &other]).fails(2, &["不是同一单位"]);
    office.run(0, &["record", "join", &numbers[0], &numbers[0]]).fails(2, &["至少"]);
    office.run(0, &["record", "join", &numbers[0]]).fails(2, &[]);
}

#[test]
fn without_a_hub_they_are_joined_at_once_unless_they_differ() {
    let office = two_drafts();
    let alone = Environment::with_workspace("zh");
    let run = |arguments: &[&str]| {
        let mut program = alone.program();
        program.args(["--workspace", "ws"]).args(arguments);
        alone.finish(&mut program)
    };
    let paths = drafts(&office, 0);
    let mut numbers = Vec::new();
    for path in &paths {
        let inside = path.strip_prefix(office.people[0].path("ws")).expect("inside");
        alone.write(&format!("ws/{}", inside.display()), read(path));
        numbers.push(number(path));
    }
    super::copy(&office.people[0].path("ws/checklists/.versions"), &alone.path("ws/checklists/.versions"));
    run(&["record", "join", &numbers[0], &numbers[1]]).fails(2, &["填写不一致", "入口设有预检分诊点"]);
    let files = files_below(&alone.path("ws/records"));
    for path in &files {
        std::fs::write(path, read(path).replace("\"fails\"", "\"conforms\"")).expect("written");
    }
    let said = run(&["record", "join", &numbers[0], &numbers[1]]).good();
    assert!(said.contains("已并入"), "{said}");
    let [one, other] = [0, 1].map(|at| read(files.iter().find(|path| number(path) == numbers[at]).expect("a file")));
    assert!(one.contains("answered = 2") && one.contains("joined = ["), "{one}");
    assert!(other.contains(&format!("joined_into = \"{}\"", numbers[0])), "{other}");
}

#[test]
fn the_screen_of_a_draft_offers_it() {
    let mut office = two_drafts();
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.press("Enter").shows(&["按 Ctrl-G 并成一份"]);
    tester.press("Ctrl-G").shows(&["林明", "王芳", "并成一份后不能再分开"]);
    tester.press("Enter").shows(&["下次同步时并入"]);
    assert!(tester.environment().read("ws/.ducha/sync/joins.toml").contains("into = "));
    tester.press("Esc 9 F2 <text correct horse> Enter").shows(&["已发送：本机改动 2 份", "不符合"]);
    tester.press("Esc").shows(&["草稿 1/2"]);
}
