//! Versions of a checklist: what changed, and drafts that move to a newer one.

use serde_json::Value;

use crate::support::tester::Tester;

/// Begins a draft with two answers, then renames an item, takes one away, and adds one.
fn drafted() -> (Tester, String) {
    let mut tester = Tester::filling_two();
    tester.press("1 1");
    let id = tester.fill().editing().pinned().id.to_string();
    let environment = tester.environment();
    let text = environment.read("ws/checklists/two-items.toml");
    let first = text.find("[[item]]").expect("an item");
    let second = first + 8 + text[first + 8..].find("[[item]]").expect("another one");
    let item = &text[first..second];
    let named = item.lines().find(|line| line.starts_with("id = ")).expect("an identity");
    let renamed = item.replace(named, &format!("id = \"renamed\"\nwas = [{}]", named.trim_start_matches("id = ")));
    let added = item.replace(named, "id = \"added\"");
    let now = format!("{}{renamed}{added}", text[..first].replacen("version = 1", "version = 2", 1));
    environment.write("ws/checklists/two-items.toml", now);
    (tester, id)
}

#[test]
fn a_draft_moves_and_no_answer_is_dropped() {
    let (mut tester, id) = drafted();
    tester.press("Esc");
    let environment = tester.ended();
    let shown = environment.run_there(&["record", "move", &id, "--dry-run"]).good();
    assert!(shown.contains("renamed") && shown.contains("无处可放") && shown.contains("尚未写入"), "{shown}");
    let before = environment.run_there(&["record", "show", &id]).good();
    environment.run_there(&["record", "move", &id]).good();
    let after: Value =
        serde_json::from_str(&environment.run_there(&["record", "show", &id, "--format", "json"]).good())
            .expect("JSON");
    assert_eq!(after["record"]["checklist"]["version"], 2);
    let items: Vec<_> = after["answers"].as_array().expect("answers").iter().map(|one| &one["item"]).collect();
    assert_eq!(items.len(), before.matches("[[answer]]").count(), "{after}");
    assert!(items.iter().any(|item| *item == "renamed"), "{after}");
    environment.run_there(&["record", "move", &id]).fails(1, &["版本 2"]);
}

#[test]
fn a_draft_is_moved_on_the_screen_after_it_was_looked_at() {
    let (mut tester, id) = drafted();
    tester.send(ducha::app::Msg::ChecklistsChanged);
    tester.press("Ctrl-U").shows(&["由版本 1 升级到版本 2", "renamed", "无处可放", "新增  added", "尚未写入"]);
    tester.press("Esc");
    assert_eq!(tester.fill().editing().header().checklist.version, 1, "looked at only");
    tester.press("Ctrl-U Enter").shows(&["已由版本 1 升级到版本 2"]);
    let fill = tester.fill();
    assert_eq!((fill.editing().header().checklist.version, fill.editing().header().id.to_string()), (2, id));
    // The draft goes on where it is: what is answered now is kept in the newer version.
    tester.go_to("added").press("1 Esc");
    let kept = tester.only_file("records");
    assert!(kept.contains("\"added\"") && kept.contains("\"renamed\""), "{kept}");
    tester.press("1 <text rmyy> Enter <text yjfz> Enter Ctrl-U").shows(&["版本 2"]);
}

#[test]
fn the_difference_between_two_versions_is_shown() {
    let (tester, _) = drafted();
    let shown = tester.environment().run_there(&["checklist", "diff", "two-items"]).good();
    for piece in ["新增  added", "删去", "renamed  was"] {
        assert!(shown.contains(piece), "{piece}: {shown}");
    }
    tester.environment().run_there(&["checklist", "diff", "two-items", "9"]).fails(1, &["9"]);
}

#[test]
fn codes_are_explained() {
    let environment = crate::support::environment::Environment::with_workspace("zh");
    let said = environment.run_there(&["check", "--explain", "c012"]).good();
    assert!(said.contains("C012") && said.lines().count() > 3, "{said}");
    environment.run_there(&["check", "--explain", "C999"]).fails(1, &["C999", "C001"]);
}
