//! Reviews travel, and count only where their author may review.

use super::{Office, RECORD_PATH, record};
use crate::support::tester::files_below;

const ID: &str = "01KAJ0000000000000000000AA";

/// An office in which 王芳 is a supervisor and 赵刚 an inspector, with a finalised record of 林明.
fn office() -> Office {
    let office = Office::with(&["林明", "王芳", "赵刚"], &[]);
    office.run(0, &["hub", "role", "王芳", "--role", "supervisor"]).good();
    let finalised = record().replacen(
        "revision = 1\n",
        "revision = 1\nfinalised = \"2026-11-21T11:00:00+08:00\"\nfinalised_by = \"林明\"\n",
        1,
    );
    office.people[0].write(RECORD_PATH, finalised);
    office.settle();
    office
}

fn reviews(office: &Office, who: usize) -> usize {
    files_below(&office.people[who].path("ws/reviews")).len()
}

#[test]
fn a_supervisors_review_comes_to_everybody_and_an_inspectors_does_not_count() {
    let office = office();
    office.run(1, &["review", "return", ID, "--item", "T2=照片看不清"]).good();
    office.settle();
    for who in [0, 2] {
        let shown = office.run(who, &["review", "show", ID]).good();
        assert!(shown.contains("照片看不清") && shown.contains("已退回"), "{shown}");
    }
    office.run(2, &["review", "approve", ID]).good();
    office.sync(2);
    let said = office.sync(0).to_string();
    assert!(said.contains("赵刚"), "it is said whose word does not count: {said}");
    assert_eq!((reviews(&office, 0), reviews(&office, 2)), (1, 2), "kept where it was written, not applied elsewhere");
    assert!(office.run(0, &["review", "show", ID]).good().contains("已退回"));
}

#[test]
fn a_review_of_ones_own_record_is_kept_and_shown_and_not_applied() {
    let office = office();
    office.run(1, &["review", "approve", ID]).good();
    let path = files_below(&office.people[1].path("ws/reviews")).remove(0);
    let text = std::fs::read_to_string(&path).expect("a review");
    // The founder has every role, and inspected.
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let folder = path.parent().expect("a month").strip_prefix(office.people[1].path("ws")).expect("below").to_owned();
    std::fs::remove_file(&path).expect("removed");
    let own = text.replace("by = \"王芳\"", "by = \"林明\"");
    office.people[0].write(&format!("ws/{}/{name}", folder.display()), own);
    office.settle();
    let shown = office.run(2, &["review", "show", ID]).good();
    assert!(shown.contains("未采用：林明") && shown.contains("待科室审核"), "{shown}");
}

#[test]
fn how_many_levels_approve_holds_on_every_computer() {
    let office = office();
    office.run(0, &["hub", "role", "赵刚", "--role", "supervisor"]).good();
    office.run(0, &["review", "rules", "--leader", "赵刚"]).good();
    office.settle();
    office.run(1, &["review", "approve", ID]).good();
    office.settle();
    for who in 0..3 {
        assert!(office.run(who, &["review", "list"]).good().contains("待委领导审核"), "on the computer of {who}");
    }
    office.run(2, &["review", "approve", ID]).good();
    office.settle();
    for who in 0..3 {
        assert!(office.run(who, &["review", "show", ID]).good().contains("审核通过"), "on the computer of {who}");
    }
}

#[test]
fn nobody_writes_a_review_in_the_name_of_another() {
    let office = office();
    office.run(1, &["review", "return", ID, "--reason", "缺签名"]).good();
    let path = files_below(&office.people[1].path("ws/reviews")).remove(0);
    let text = std::fs::read_to_string(&path).expect("a review");
    std::fs::write(&path, text.replace("by = \"王芳\"", "by = \"孙主任\"")).expect("written");
    office.settle();
    assert_eq!(reviews(&office, 0), 0);
}

#[test]
fn whoever_filled_in_half_of_a_record_does_not_review_it() {
    let office = Office::with(&["林明", "王芳", "赵刚"], &[]);
    office.run(0, &["hub", "role", "王芳", "--role", "supervisor", "--role", "inspector"]).good();
    office.run(0, &["hub", "role", "赵刚", "--role", "supervisor"]).good();
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    office.answer(0, "T1", "conforms", "林明");
    office.answer(1, "T2", "conforms", "王芳");
    office.settle();
    office.fill(0, &["--record", ID, "--finalise"]).good();
    office.settle();
    office.run(1, &["review", "approve", ID]).fails(1, &["王芳 参加了本次检查"]);
    office.run(2, &["review", "approve", ID]).good();
}
