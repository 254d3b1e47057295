//! How many units hold which grade, by what the circular says and by the table.

use ducha::{
    i18n::Lang,
    inspection::Verdict,
    report::{self, Kind, document::Block, words::Template},
    store::Workspace,
};

use super::made::{Made, put, tally, workspace};

const GRADES: &str = "grades = [\n    { id = \"a\", title = \"优秀\", title_en = \"Excellent\", rate = \">= 90\" },\n    \
                      { id = \"b\", title = \"合格\", rate = \">= 50\" },\n    { id = \"c\", title = \"不合格\" },\n]\n";

/// Records of three units: the first was inspected twice, and conformed the second time.
fn records() -> [Made; 4] {
    let (conforms, fails) = (Some(Verdict::Conforms), Some(Verdict::Fails));
    [
        Made { verdicts: [fails, fails], ..Made::default() },
        Made { day: "2026-03-03", unit: 1, verdicts: [fails, conforms], ..Made::default() },
        Made { day: "2026-03-04", unit: 2, verdicts: [conforms, conforms], ..Made::default() },
        Made { day: "2026-04-01", verdicts: [conforms, conforms], ..Made::default() },
    ]
}

#[test]
fn a_circular_says_how_many_units_hold_which_grade() {
    let (environment, opened) = workspace(&[]);
    drop(opened);
    let checklist = environment.read("ws/checklists/two-items.toml");
    environment.write(
        "ws/checklists/two-items.toml",
        checklist.replacen("\n[[section]]", &format!("{GRADES}\n[[section]]"), 1),
    );
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    for (number, record) in records().iter().enumerate() {
        put(&workspace, number, record);
    }
    let tally = tally(&workspace, |_| {});
    let counted: Vec<_> = tally.grades.iter().map(|one| (one.id.as_str(), one.units.part, one.units.whole)).collect();
    assert_eq!(counted, [("优秀", 2.0, 3.0), ("合格", 1.0, 3.0), ("不合格", 0.0, 3.0)]);
    assert_eq!(tally.grades[0].records, [2, 3], "the last inspections of these units");
    drop(workspace);
    let text = environment.run_there(&["report", "circular", "--period", "2026"]).good();
    for wanted in
        ["评定等级的单位3家：优秀2家、合格1家。各等级单位数见下表", "位次和等级见附件1", "| 优秀 | 2 | 66.7% |"]
    {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
    let summary = environment.run_there(&["report", "summary", "--period", "2026"]).good();
    assert!(summary.contains("| 不合格 | 0 | 0.0% |"), "{summary}");
    // In English, checklists and grades go by their English names as far as they have one.
    let english = |kind| environment.run_there(&["report", kind, "--period", "2026", "--lang", "en"]).good();
    let summary = english("summary");
    for wanted in ["| Triage, trial | Excellent | 2 | 66.7% |", "| Triage, trial | 合格 | 1 |", "| 1 | Triage, trial |"]
    {
        assert!(summary.contains(wanted), "{wanted} in\n{summary}");
    }
    for kind in ["summary", "ledger"] {
        assert!(!english(kind).contains("预检分诊试用表"), "{}", english(kind));
    }
}

#[test]
fn without_grades_nothing_is_said_of_them_and_no_column_for_them_stands_on_paper() {
    let (_environment, workspace) = workspace(&records());
    let tally = tally(&workspace, |_| {});
    for kind in [Kind::Circular, Kind::Summary] {
        let document = report::document(kind, &tally, Template::built_in(kind).as_ref(), Lang::Zh).expect("made");
        let tables = || {
            document.blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        };
        assert!(tables().all(|table| table.name != "grades"));
        let units = tables().find(|table| table.name == "units").expect("the table of units");
        let on_paper = units.fitting(report::document::Medium::Paper);
        assert!(on_paper.columns.iter().all(|column| column.name != "grade"), "{kind:?}");
        assert!(units.columns.iter().any(|column| column.name == "grade"), "a spreadsheet keeps it");
        let said = |block: &Block<'_>| matches!(block, Block::Paragraph(text) if text.contains("等级"));
        assert!(!document.blocks.iter().any(said));
    }
}
