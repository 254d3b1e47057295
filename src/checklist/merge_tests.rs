//! What happens to a file that a person has edited when it is generated again.

use proptest::prelude::*;

use super::{
    Bilingual, Change, ChangeKind, Checklist, Item, ItemId, Section, arbitrary, merge, read, write, write::head_fields,
};

const FILE: &str = "id = \"t\"\ntitle = \"题\"\nversion = 1\nsort = \"on-site\"\n\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\n\
    [[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"甲\"\nhow = \"看\"\n\n[[item]]\nid = \"B\"\nsection = \"s\"\ntext = \"乙\"\n";

fn parsed(text: &str) -> Checklist {
    let reading = read(text);
    reading.checklist.unwrap_or_else(|| panic!("{text}\n{:?}", reading.diagnostics))
}

/// Merges with small changes to `FILE`, and checks the file and what is reported.
fn check(mine: &[(&str, &str)], theirs: &[(&str, &str)], expected: &[(&str, &str)], reported: (&[&str], &[&str])) {
    let apply = |edits: &[(&str, &str)]| {
        edits.iter().fold(FILE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        })
    };
    let merged = merge(Some(FILE), &apply(mine), &parsed(&apply(theirs)));
    assert_eq!(merged.text, apply(expected));
    let keys = |changes: &[Change]| changes.iter().map(|change| change.describe().key()).collect::<Vec<_>>();
    let short = |keys: &[&str]| keys.iter().map(|key| format!("checklist.change.{key}")).collect::<Vec<_>>();
    assert_eq!(keys(&merged.changes), short(reported.0));
    assert_eq!(keys(&merged.decisions), short(reported.1));
}

#[test]
fn a_person_and_the_plan_change_different_things() {
    let mine = ("how = \"看\"", "# 我的说明\nhow = \"现场看\" # 必看");
    let theirs = ("text = \"甲\"", "text = \"甲甲\"");
    check(&[mine], &[theirs], &[mine, theirs], (&["updated"], &[]));
}

#[test]
fn a_comment_behind_a_value_that_changes_stays() {
    let mine = ("text = \"甲\"", "text  =  \"甲\"  # 说明");
    let expected = ("text = \"甲\"", "text  =  \"新\"  # 说明");
    check(&[mine], &[("text = \"甲\"", "text = \"新\"")], &[expected], (&["updated"], &[]));
}

#[test]
fn what_both_changed_stays_and_is_reported() {
    let mine = ("how = \"看\"", "how = \"问\"");
    let marked = (mine.0, "#? how = \"查\"\nhow = \"问\"");
    check(&[mine], &[("how = \"看\"", "how = \"查\"")], &[marked], (&[], &["disputed"]));
    check(&[mine], &[("how = \"看\"", "how = \"问\"")], &[mine], (&[], &[]));
    check(&[mine], &[("how = \"看\"\n", "")], &[(mine.0, "#? how\nhow = \"问\"")], (&[], &["disputed"]));
    // Decided in one way or the other: the mark that is left is taken away, and nothing else.
    check(&[marked], &[("how = \"看\"", "how = \"问\"")], &[mine], (&[], &[]));
    let newer = (mine.0, "#? how = \"核\"\nhow = \"问\"");
    check(&[marked], &[("how = \"看\"", "how = \"核\"")], &[newer], (&[], &["disputed"]));
}

#[test]
fn answer_and_rule_are_decided_together() {
    let mine = ("text = \"甲\"\n", "text = \"甲\"\nanswer = \"count\"\n");
    let theirs = ("text = \"甲\"\n", "text = \"甲\"\nanswer = \"yes-no\"\npass = \"yes\"\n");
    let marked = ("text = \"甲\"\n", "text = \"甲\"\n#? answer = \"yes-no\"\nanswer = \"count\"\n");
    let also = ("id = \"A\"", "#? pass = \"yes\"\nid = \"A\"");
    check(&[mine], &[theirs], &[marked, also], (&[], &["disputed", "disputed"]));
    let added = ("how = \"看\"\n", "how = \"看\"\nanswer = \"yes-no\"\npass = \"yes\"\n");
    check(&[], &[theirs], &[added], (&["updated", "updated"], &[]));
}

#[test]
fn new_items_come_in_behind_what_they_follow() {
    let item = "[[item]]\nid = \"C\"\nsection = \"s\"\ntext = \"丙\"\n\n";
    let new = ("[[item]]\nid = \"B\"", format!("{item}[[item]]\nid = \"B\""));
    let mine = ("[[item]]\nid = \"B\"", "# 乙的说明\n[[item]]\nid = \"B\"");
    let both = (new.0, format!("{item}# 乙的说明\n[[item]]\nid = \"B\""));
    check(&[mine], &[(new.0, &new.1)], &[(both.0, &both.1)], (&["added"], &[]));
}

#[test]
fn nothing_that_was_deleted_comes_back_and_nothing_is_deleted() {
    let b = "\n[[item]]\nid = \"B\"\nsection = \"s\"\ntext = \"乙\"\n";
    check(&[(b, "")], &[], &[(b, "")], (&[], &[]));
    check(&[(b, "")], &[("\"乙\"", "\"新\"")], &[(b, "")], (&[], &["deleted"]));
    check(&[], &[(b, "")], &[], (&[], &["dropped"]));
}

#[test]
fn a_new_item_brings_its_section() {
    let mut theirs = parsed(FILE);
    theirs.sections.push(Section {
        id: "n".into(),
        title: Bilingual { zh: "新节".into(), en: None },
        ..Section::default()
    });
    theirs.items.push(Item { id: ItemId("N".into()), section: "n".into(), ..theirs.items[0].clone() });
    let merged = merge(None, FILE, &theirs);
    assert_eq!(parsed(&merged.text), theirs);
}

#[test]
fn without_a_base_only_whole_items_come_in() {
    let mut theirs = parsed(FILE);
    theirs.title.zh = "新题".into();
    theirs.items[0].how = "问".into();
    let merged = merge(None, FILE, &theirs);
    let marked = FILE.replace("how = ", "#? how = \"问\"\nhow = ");
    assert_eq!((merged.text, merged.changes.len(), merged.decisions.len()), (marked, 0, 1));
}

#[test]
fn a_file_that_cannot_be_read_is_left_alone() {
    let merged = merge(Some(FILE), "id = ", &parsed(FILE));
    assert_eq!((merged.text.as_str(), merged.changes.len()), ("id = ", 0));
}

#[test]
fn what_makes_no_sense_together_leaves_the_file_alone_until_it_does() {
    let mine = FILE.replace("\n[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"甲\"\nhow = \"看\"\n", "");
    let theirs = parsed(&FILE.replace("text = \"乙\"", "text = \"乙\"\nwhen = { item = \"A\", is = \"conforms\" }"));
    let merged = merge(Some(FILE), &mine, &theirs);
    assert_eq!((merged.text, merged.changes.len(), merged.decisions.len()), (mine, 0, 1));
    assert!(!merged.is_merged);
}

#[test]
fn items_written_with_braces_are_merged_too() {
    let mine = "id = \"t\"\ntitle = \"题\"\nversion = 1\nsort = \"on-site\"\nsection = [{ id = \"s\", title = \"节\" }]\n\
        item = [{ id = \"A\", section = \"s\", text = \"甲\", how = \"看\" }]\n";
    let theirs = parsed(&FILE.replace("甲", "新"));
    let merged = parsed(&merge(Some(mine), mine, &theirs).text);
    assert_eq!(merged.items, theirs.items);
}

/// A file as a person may leave it: comments, a byte order mark, Windows line ends.
fn by_hand(text: &str, mark: bool, windows: bool) -> String {
    let text = text.replace("\n[[item]]", "\n\n# 说明\n[[item]] # 项") + "\n# 末尾\n";
    let text = if windows { text.replace('\n', "\r\n") } else { text };
    if mark { format!("\u{feff}{text}") } else { text }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn an_untouched_file_takes_everything(base in arbitrary::checklist(), theirs in arbitrary::checklist()) {
        let base = write(&base);
        let merged = merge(Some(&base), &base, &theirs);
        let now = parsed(&merged.text);
        for item in &theirs.items {
            prop_assert_eq!(now.item(&item.id), Some(item));
        }
        for section in &theirs.sections {
            prop_assert!(now.sections.contains(section));
        }
        prop_assert_eq!(head_fields(&now), head_fields(&theirs));
        prop_assert!(merged.decisions.iter().all(|change| change.kind == ChangeKind::Dropped));
    }

    #[test]
    fn nothing_new_changes_not_a_byte(base in arbitrary::checklist(), mine in arbitrary::checklist(), mark: bool, windows: bool) {
        let mine = by_hand(&write(&mine), mark, windows);
        let merged = merge(Some(&write(&base)), &mine, &base);
        prop_assert_eq!(&merged.text, &mine);
        prop_assert!(merged.changes.is_empty());
    }

    #[test]
    fn a_merge_is_readable_loses_nothing_and_is_done_once(
        base in arbitrary::checklist(),
        mine in arbitrary::checklist(),
        theirs in arbitrary::checklist(),
        mark: bool,
        windows: bool,
    ) {
        let text = by_hand(&write(&mine), mark, windows);
        let base_text = write(&base);
        let merged = merge(Some(&base_text), &text, &theirs);
        let now = parsed(&merged.text);
        prop_assert!(mine.items.iter().all(|item| now.item(&item.id).is_some()));
        prop_assert_eq!(merged.text.matches("# 说明").count(), text.matches("# 说明").count());
        prop_assert_eq!(merged.text.starts_with('\u{feff}'), mark);
        for again in [&base_text, &write(&theirs)] {
            let second = merge(Some(again), &merged.text, &theirs);
            prop_assert_eq!(&second.text, &merged.text);
            prop_assert!(second.changes.is_empty());
        }
    }
}
