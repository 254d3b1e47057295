use super::*;
use crate::{i18n::Lang, plan::Scope, store::NewWorkspace};

const FIRST: &str = "2027年云溪市卫生健康工作要点\n一、医疗质量\n严格落实医疗机构预检分诊制度。诊所不得接诊发热患者。\n\
                     二、托育服务\n年底前全市新增托位1400个。\n";
/// The next wording: a new value, a new sentence, a sentence less.
const SECOND: &str = "2027年云溪市卫生健康工作要点\n一、医疗质量\n严格落实医疗机构预检分诊制度。医疗机构规范登记台账。\n\
                      二、托育服务\n年底前全市新增托位1600个。\n";

struct Desk {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

fn now(day: u32) -> DateTime<FixedOffset> {
    format!("2027-02-{day:02}T09:00:00+08:00").parse().expect("a time")
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let new = NewWorkspace { language: Lang::Zh, bureau: "云溪市".to_owned(), inspector: "李明".to_owned() };
        let workspace = Workspace::create(&folder.path().join("w"), &new, now(1)).expect("a workspace");
        Self { folder, workspace }
    }

    fn import(&self, text: &str, day: u32) -> crate::store::ImportedPlan {
        let document = self.folder.path().join("要点.txt");
        fs::write(&document, text).expect("written");
        self.workspace.import_plan(&document, &ReadOptions::default(), now(day)).expect("imported")
    }

    fn files(&self, id: &PlanId, name: &str) -> PathBuf {
        self.workspace.plan_folder(id).join(name)
    }
}

fn scope_of(plan: &Plan, words: &str) -> Scope {
    plan.clauses.iter().find(|clause| clause.text.contains(words)).expect("the clause").scope
}

fn id_of(plan: &Plan, words: &str) -> ClauseId {
    plan.clauses.iter().find(|clause| clause.text.contains(words)).expect("the clause").id.clone()
}

fn to(scope: Scope) -> Values {
    Values { scope: Some(scope), ..Values::default() }
}

fn author() -> Author {
    Author { by: "李明".to_owned(), at: Some(now(2)), reason: String::new() }
}

#[test]
fn a_correction_survives_a_new_wording_and_one_of_a_dropped_clause_waits() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let id = plan.head.id.clone();
    assert_eq!((scope_of(&plan, "托位"), scope_of(&plan, "不得接诊")), (Scope::Progress, Scope::OnSite));
    let correct = |words: &str, scope| {
        desk.workspace.correct_plan(&id, &id_of(&plan, words), to(scope), author()).expect("corrected")
    };
    correct("托位", Scope::OnSite);
    let corrected = correct("不得接诊", Scope::Neither);
    assert_eq!(desk.workspace.plan(&id).expect("read"), corrected);

    let again = desk.import(SECOND, 3);
    assert_eq!(scope_of(&again.plan, "托位"), Scope::OnSite);
    assert_eq!(again.corrected, 1);
    assert_eq!(again.waiting.iter().map(|gone| &gone.clause).collect::<Vec<_>>(), [&id_of(&plan, "不得接诊")]);
    assert_eq!(again.outdated, [id_of(&again.plan, "托位")], "its value has changed since");
    assert_eq!(desk.workspace.plan(&id).expect("read"), again.plan);

    let back = desk.import(FIRST, 4);
    assert_eq!((back.corrected, back.waiting.len()), (2, 0));
    assert_eq!(scope_of(&back.plan, "不得接诊"), Scope::Neither);
    let readings = desk.workspace.plan_readings(&id);
    assert_eq!(readings.iter().map(|reading| reading.imported).collect::<Vec<_>>(), [now(3), now(1)]);
}

#[test]
fn an_edit_of_the_file_counts_at_once_and_survives_too() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let (id, clause) = (plan.head.id.clone(), id_of(&plan, "预检分诊"));
    let path = desk.files(&id, "plan.toml");
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replacen("scope = \"on-site\"", "scope = \"progress\"", 1)).expect("edited");
    let edited = desk.workspace.plan(&id).expect("read");
    assert_eq!(scope_of(&edited, "预检分诊"), Scope::Progress);
    assert!(edited.clauses[0].corrected.is_some(), "it is marked");
    let listed = desk.workspace.plans();
    assert!(listed.damaged.is_empty());

    let again = desk.import(SECOND, 3);
    assert_eq!(scope_of(&again.plan, "预检分诊"), Scope::Progress);
    let corrections = corrections(&desk.workspace.plan_folder(&id)).expect("read");
    assert_eq!(corrections.of(&clause).expect("taken over").at, Some(now(3)));
    let put_back = desk.workspace.correct_plan(&id, &clause, to(Scope::OnSite), author()).expect("put back");
    assert!(put_back.clauses.iter().all(|clause| clause.corrected.is_none()));
    assert_eq!(desk.workspace.plan(&id).expect("read"), put_back);
}

#[test]
fn a_table_taken_out_of_the_corrections_takes_the_correction_off() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let id = plan.head.id.clone();
    desk.workspace.correct_plan(&id, &id_of(&plan, "托位"), to(Scope::Neither), author()).expect("corrected");
    fs::write(desk.files(&id, CORRECTIONS), "").expect("emptied");
    assert_eq!(desk.workspace.plan(&id).expect("read"), plan);
}

#[test]
fn damaged_files_lose_no_correction() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let id = plan.head.id.clone();
    desk.workspace.correct_plan(&id, &id_of(&plan, "托位"), to(Scope::Neither), author()).expect("corrected");
    let sound = fs::read_to_string(desk.files(&id, "plan.toml")).expect("read");
    fs::write(desk.files(&id, "plan.toml"), "damaged").expect("damaged");
    let document = desk.folder.path().join("要点.txt");
    desk.workspace.import_plan(&document, &ReadOptions::default(), now(2)).expect_err("it is left alone");
    assert_eq!(fs::read_to_string(desk.files(&id, "plan.toml")).expect("read"), "damaged");
    fs::write(desk.files(&id, "plan.toml"), sound).expect("mended");
    assert_eq!(scope_of(&desk.import(FIRST, 3).plan, "托位"), Scope::Neither);

    fs::write(desk.files(&id, CORRECTIONS), "[[correction]]\ncolour = 1\n").expect("damaged");
    let error = desk.workspace.plan(&id).expect_err("it says so");
    let place = error.place().expect("a place");
    assert_eq!((place.path.file_name(), place.line), (Some(CORRECTIONS.as_ref()), Some(2)));
    desk.workspace.import_plan(&document, &ReadOptions::default(), now(5)).expect_err("it is left alone");
    assert!(fs::read_to_string(desk.files(&id, CORRECTIONS)).expect("read").contains("colour"));
}

#[test]
fn a_clause_is_found_again_in_the_lines_of_its_document() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let lines = desk.workspace.plan_source(&plan.head.id).expect("the document");
    for clause in &plan.clauses {
        let there: String =
            lines[clause.line - 1].chars().skip(clause.span.0).take(clause.span.1 - clause.span.0).collect();
        assert_eq!(there, clause.text);
    }
}

#[test]
fn every_value_edited_in_the_file_survives_importing_again() {
    let desk = Desk::new();
    let plan = desk.import(FIRST, 1).plan;
    let id = plan.head.id.clone();
    let path = desk.files(&id, "plan.toml");
    let text = fs::read_to_string(&path).expect("read");
    assert!(text.starts_with("# 程序读出的工作要点"), "the head says what may be changed:\n{text}");
    let edits =
        [("value = 1400.0", "value = 1450.0"), ("unit = \"个\"", "unit = \"张\""), ("\"2027-12\"", "\"2027-11\"")];
    let edited = edits.iter().fold(text, |text, (old, new)| {
        assert!(text.contains(old), "{old} in\n{text}");
        text.replacen(old, new, 1)
    });
    // A clause that is taken out is none.
    let start = edited.rfind("[[clauses]]").expect("clauses");
    let second = edited[..start].rfind("[[clauses]]").expect("another");
    fs::write(&path, edited[..second].to_owned() + &edited[start..]).expect("edited");
    let check = |plan: &Plan| {
        let measured = &plan.clauses[2];
        let indicator = &measured.indicators[0];
        assert_eq!((indicator.value, indicator.unit.as_deref()), (Some(1450.0), Some("张")));
        assert_eq!(measured.deadline.as_deref(), Some("2027-11"));
        assert_eq!((plan.clauses[1].struck, plan.clauses[1].scope), (true, Scope::Neither));
    };
    check(&desk.workspace.plan(&id).expect("read"));
    check(&desk.import(FIRST, 2).plan);
    let written = fs::read_to_string(desk.files(&id, CORRECTIONS)).expect("the corrections");
    assert!(written.starts_with('#') && written.contains("struck = true"), "{written}");
}

#[test]
fn a_document_stays_the_same_plan_where_its_head_was_understood_differently_before() {
    let desk = Desk::new();
    let id = desk.import(FIRST, 1).plan.head.id;
    let earlier = PlanId("2027-0000".to_owned());
    let path = desk.files(&id, "plan.toml");
    fs::write(&path, fs::read_to_string(&path).expect("read").replace(&id.0, &earlier.0)).expect("written");
    fs::rename(desk.workspace.plan_folder(&id), desk.workspace.plan_folder(&earlier)).expect("renamed");
    let again = desk.import(FIRST, 2);
    assert!(again.known && again.plan.head.id == earlier, "{:?}", again.plan.head);
    assert_eq!(desk.import(SECOND, 3).plan.head.id, id, "other bytes say nothing of what they are");
}
