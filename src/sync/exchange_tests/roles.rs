//! What roles do not let count, and what every new workspace begins with.

use super::*;
use crate::store::beginning;

/// Gives the second of a pair other roles.
fn grant(pair: &[(Workspace, DeviceKeys); 2], hub: &Breaking, roles: &[Role]) {
    let [one, other] = pair;
    members::set_roles(&one.0, &one.1, hub, &other.1.device(), roles.to_vec(), now()).expect("granted");
}

#[test]
fn what_every_new_workspace_begins_with_contests_nothing_and_brings_nothing_back() {
    for roles in [&[Role::Inspector][..], &[Role::Editor, Role::Supervisor]] {
        let folder = tempfile::tempdir().expect("a folder");
        let (pair, hub) = pair(folder.path());
        grant(&pair, &hub, roles);
        let [one, other] = &pair;
        for (path, text) in beginning() {
            let [changed, begun] = [&one.0, &other.0].map(|workspace| workspace.root().join(&path));
            for file in [&changed, &begun] {
                fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            }
            fs::write(begun, &*text).expect("written");
            // The scheme of a draw was deleted before anybody heard of it.
            if path != "draws/sample.toml" {
                fs::write(changed, format!("changed = true\n{text}")).expect("written");
            }
        }
        run(one, &hub).expect("synced");
        let outcome = run(other, &hub).expect("synced");
        let quiet = outcome.changed.is_empty() && outcome.unheeded.is_empty() && outcome.conflicts.is_empty();
        assert!(quiet, "{roles:?}: {outcome:?}");
        let back = run(one, &hub).expect("synced");
        assert!(back.written.is_empty() && back.not_counted.is_empty(), "{roles:?}: {back:?}");
        for (path, _) in beginning().filter(|(path, _)| path != "draws/sample.toml") {
            let [own, theirs] = [&one.0, &other.0].map(|workspace| fs::read_to_string(workspace.root().join(&path)));
            assert!(own.expect("read").contains("changed = true"), "{path}");
            assert!(theirs.expect("read").contains("changed = true"), "{path} {roles:?}");
        }
    }
}

const CHECKLIST: &str = "id = \"a\"\ntitle = \"控烟\"\n[[item]]\nid = \"T1\"\ntext = \"甲\"\n";

/// A pair who have a checklist, which the second of them, an inspector, has changed without effect.
fn unheeded_change(folder: &Path) -> ([(Workspace, DeviceKeys); 2], Breaking) {
    let (pair, hub) = pair(folder);
    let [one, other] = &pair;
    fs::create_dir(one.0.root().join("checklists")).expect("made");
    write(one, CHECKLIST);
    run(one, &hub).expect("synced");
    run(other, &hub).expect("synced");
    write(other, &CHECKLIST.replace("甲", "王芳的话"));
    let outcome = run(other, &hub).expect("synced");
    assert!(outcome.unheeded.contains("checklist/a") && outcome.aside.is_empty(), "{outcome:?}");
    (pair, hub)
}

fn write(who: &(Workspace, DeviceKeys), checklist: &str) {
    fs::write(who.0.root().join("checklists/a.toml"), checklist).expect("written");
}

fn checklist_of(who: &(Workspace, DeviceKeys)) -> String {
    fs::read_to_string(who.0.root().join("checklists/a.toml")).expect("read")
}

#[test]
fn what_does_not_count_is_kept_aside_before_the_word_of_others_takes_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = unheeded_change(folder.path());
    write(&one, &CHECKLIST.replace("控烟", "控烟检查"));
    run(&one, &hub).expect("synced");
    let outcome = run(&other, &hub).expect("synced");
    assert_eq!(checklist_of(&other), checklist_of(&one));
    let aside = &outcome.aside["checklist/a"];
    assert!(fs::read_to_string(other.0.root().join(aside)).expect("kept").contains("王芳的话"));
    let said = outcome.said(Lang::Zh);
    assert!(said.iter().any(|(said, _)| said.show(Lang::Zh).contains(aside.as_str())), "{outcome:?}");
    assert!(outcome.unheeded.is_empty() && unheeded::unheeded(&other.0).expect("read").is_empty(), "{outcome:?}");
    assert!(run(&other, &hub).expect("synced").aside.is_empty(), "it is told once");
}

#[test]
fn what_did_not_count_counts_with_what_others_changed_since_as_soon_as_the_role_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pair, hub) = unheeded_change(folder.path());
    let [one, other] = &pair;
    write(one, &CHECKLIST.replace("控烟", "控烟检查"));
    run(one, &hub).expect("synced");
    grant(&pair, &hub, &[Role::Editor]);
    let outcome = run(other, &hub).expect("synced");
    assert!(outcome.aside.is_empty() && outcome.conflicts.is_empty(), "{outcome:?}");
    run(one, &hub).expect("synced");
    let both = checklist_of(one);
    assert!(both.contains("王芳的话") && both.contains("控烟检查"), "{both}");
    assert_eq!(checklist_of(other), both);
    assert!(unheeded::unheeded(&other.0).expect("read").is_empty());
}
