//! Papers about one record, and the wording that a person can edit.

use std::fs;

use ducha::inspection::Verdict;

use super::made::{Made, workspace};
use crate::support::tester::{Tester, files_below};

fn one() -> Made {
    Made {
        verdicts: [Some(Verdict::Fails), Some(Verdict::Conforms)],
        due: Some("2026-04-01"),
        description: "入口未设预检分诊点。".to_owned(),
        ..Made::default()
    }
}

#[test]
fn papers_about_a_record_are_drafts_with_empty_number_signature_and_seal() {
    let (environment, _workspace) = workspace(&[one()]);
    let address = "address = \"澜城区重庆路18号\"";
    let register = environment.read("ws/facilities.toml");
    environment.write("ws/facilities.toml", register.replace(address, &format!("{address}\nphone = \"05320000001\"")));
    let cases = [
        (
            "notice",
            vec![
                "整改通知书",
                "云澜市人民医院：",
                "1．入口未设预检分诊点。检查项目：入口设有预检分诊点。等级：一般。",
                "2026年4月1日前完成",
            ],
        ),
        (
            "site-record",
            vec!["现场笔录", "2026年3月2日9时00分", "1．入口未设预检分诊点。", "2．分诊登记完整。", "被检查人签名"],
        ),
        (
            "opinion",
            vec![
                "卫生监督意见书",
                "监督意见",
                "【待填：依据】",
                "一式两联",
                "地址：澜城区重庆路18号",
                "联系电话：05320000001",
            ],
        ),
        (
            "checklist",
            vec![
                "预检分诊试用表",
                "检查时间：2026年3月2日9时00分至9时00分",
                "合计：应查2项，实查2项，符合1项，不符合1项",
                "得分率50.0%",
            ],
        ),
    ];
    for (kind, wanted) in cases {
        let text = environment.run_there(&["report", kind, "--record", "0"]).good().replace('\\', "");
        for words in wanted.into_iter().chain(["草稿"]) {
            assert!(text.contains(words), "{kind}: {words} in\n{text}");
        }
    }
    let notice = environment.run_there(&["report", "notice", "--record", "0"]).good();
    let number = notice.lines().find(|line| line.contains("编号：")).expect("a line for the number");
    assert_eq!(number.trim().trim_end_matches('　'), "编号：");
}

#[test]
fn the_papers_of_a_re_inspection_say_what_was_open() {
    let (environment, workspace) = workspace(&[one()]);
    // The program can only write once nobody else has the workspace open.
    drop(workspace);
    let ledger = files_below(&environment.path("ws/findings")).pop().expect("a ledger");
    let graver = fs::read_to_string(&ledger).expect("read").replace("severity = \"minor\"", "severity = \"major\"");
    fs::write(&ledger, graver).expect("written");
    environment.run_there(&["reinspect", "2026-00000000-01"]).good();
    let records = files_below(&environment.path("ws/records"));
    let stem = |path: &std::path::PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    let draft = records.iter().map(stem).find(|id| !id.starts_with("01KA")).expect("a draft");
    let finding = "finding = { description = \"仍未设置\", due = 2099-05-01 }";
    let answers = format!("record = \"{draft}\"\n[[answer]]\nitem = \"T1\"\nverdict = \"fails\"\n{finding}\n");
    environment.write("again.toml", answers);
    assert!(environment.run_there(&["fill", "--answers", "again.toml", "--finalise"]).good().contains("已办结"));
    let was = "原问题（2026-RECORDID-01）：入口未设预检分诊点。";
    let cases = [
        (
            "notice",
            vec![
                "按照《预检分诊试用表》对你单位进行了复查",
                was,
                "等级：较重。原整改期限：2026年4月1日。复查未通过。",
                "2099年5月1日前完成",
            ],
        ),
        ("opinion", vec!["复查时发现", was]),
        ("site-record", vec!["按照《预检分诊试用表》进行复查"]),
    ];
    for (kind, wanted) in cases {
        let text = environment.run_there(&["report", kind, "--record", &draft]).good().replace('\\', "");
        for words in wanted {
            assert!(text.contains(words), "{kind}: {words} in\n{text}");
        }
    }
    // Once the record is corrected its finding goes on under another number, and is named once.
    let known = files_below(&environment.path("ws/records"));
    environment.run_there(&["record", "revise", "01KA0000000000000000000000"]).good();
    let revised =
        files_below(&environment.path("ws/records")).iter().filter(|path| !known.contains(path)).map(stem).next();
    let revised = revised.expect("a correction");
    environment.write("revised.toml", "[[answer]]\nitem = \"T2\"\nverdict = \"conforms\"\nnote = \"已核对\"\n");
    environment.run_there(&["fill", "--record", &revised, "--answers", "revised.toml", "--finalise"]).good();
    let notice = environment.run_there(&["report", "notice", "--record", &draft]).good();
    assert_eq!(notice.matches("原问题（").count(), 1, "{notice}");
    // What is still wrong is as grave as it was.
    let record = environment.run_there(&["--format", "json", "record", "show", &draft]).good();
    assert!(record.contains("\"severity\": \"major\""), "{record}");
}

#[test]
fn a_paper_of_a_draft_says_that_it_may_change() {
    let (environment, _workspace) = workspace(&[Made { finalised: false, ..one() }]);
    for kind in ["notice", "opinion"] {
        let run = environment.run_there(&["report", kind, "--record", "0"]);
        assert!(run.code == 0 && run.err.contains("尚未办结") && run.err.contains("提醒"), "{run:?}");
    }
}

#[test]
fn there_is_no_notice_where_nothing_is_to_be_rectified() {
    let on_the_spot = Made { corrected: true, ..one() };
    let (environment, _workspace) = workspace(&[one(), Made { day: "2026-03-03", ..Made::default() }, on_the_spot]);
    for (record, code) in [("00", 0), ("01", 1), ("02", 1)] {
        let run = environment.run_there(&["report", "notice", "--record", record]);
        assert_eq!((run.code, run.err.contains("没有需要整改的问题")), (code, code == 1), "{record}: {run:?}");
    }
}

#[test]
fn an_opinion_without_findings_leaves_all_of_it_open() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let opinion = environment.run_there(&["report", "opinion", "--record", "00"]).good();
    assert!(opinion.contains("【待填：监督意见】") && !opinion.contains("时发现"), "{opinion}");
}

#[test]
fn of_figures_there_is_a_sheet_without_points_and_no_paper_of_an_inspection() {
    let (environment, workspace) = workspace(&[]);
    let text = environment.read("ws/checklists/two-items.toml").replacen("on-site", "progress", 1);
    environment.write("ws/checklists/two-items.toml", text);
    super::made::put(&workspace, 0, &one());
    let sheet = environment.run_there(&["report", "checklist", "--record", "00"]).good();
    assert!(sheet.contains("合计：应填报2项，已填报2项，已完成1项，未完成1项。"), "{sheet}");
    assert!(sheet.contains("核查时间：") && !sheet.contains("得分") && !sheet.contains("分值"), "{sheet}");
    for kind in ["site-record", "opinion"] {
        let run = environment.run_there(&["report", kind, "--record", "00"]);
        assert!(run.code == 1 && run.err.contains("不是现场检查"), "{kind}: {run:?}");
    }
}

#[test]
fn a_circular_without_problems_orders_nothing() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let text = environment.run_there(&["report", "circular", "--as-of", "2026-11-21"]).good();
    for wanted in ["未发现不符合项", "1. 检查情况汇总表", "## 附件\n"] {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
    for unwanted in ["问题清单", "逐项整改", "附件2", "不符合项目", "约谈"] {
        assert!(!text.contains(unwanted), "{unwanted} in\n{text}");
    }
}

#[test]
fn a_wording_that_refers_to_an_annex_has_it() {
    let (environment, workspace) = workspace(&[one()]);
    drop(workspace);
    environment.write("ws/templates/circular.md", "# 通报\n见附件2。\nsign: 某委\n## 附件1\n[[units]]\n");
    let run = environment.run_there(&["report", "circular"]);
    assert!(run.code == 0 && run.err.contains("附件2") && run.err.contains("circular.md"), "{run:?}");
}

/// Makes a form of a bureau with placeholders in a paragraph before the body.
fn form(places: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let text = format!(
        "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>{places}</w:t></w:r></w:p><w:p><w:r><w:t>{{{{body}}}}</w:t></w:r></w:p>\
         <w:sectPr/></w:body></w:document>"
    );
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("started");
    std::io::Write::write_all(&mut archive, text.as_bytes()).expect("written");
    archive.finish().expect("finished").into_inner()
}

#[test]
fn a_form_without_a_place_for_something_is_noticed() {
    let (environment, _workspace) = workspace(&[one()]);
    for (places, lost) in
        [("{{title}}", "{{addressee}}、{{signature}}、{{date}}"), ("{{title}}{{addressee}}{{signature}}{{date}}", "")]
    {
        std::fs::write(environment.path("form.docx"), form(places)).expect("a form");
        let form = environment.path("form.docx");
        let run =
            environment.run_there(&["report", "circular", "--format", "docx", "--form", form.to_str().expect("UTF-8")]);
        assert_eq!(
            (run.code, run.err.contains("没有"), run.err.contains(lost)),
            (0, !lost.is_empty(), true),
            "{run:?}"
        );
    }
}

#[test]
fn a_form_in_the_workspace_is_that_of_every_word_file_of_its_kind() {
    let mut tester = Tester::new();
    let place = tester.environment().path("ws/templates/circular.docx");
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    fs::write(&place, form("红头{{title}}")).expect("a form");
    tester.press("0").shows(&["用本单位的版式", "circular.docx", "没有{{addressee}}"]);
    tester.press("F9").shows(&["已生成 2 个文件"]);
    let files = files_below(&tester.environment().path("ws/reports"));
    let written = files.iter().find(|path| path.extension().is_some_and(|end| end == "docx")).expect("a Word file");
    let mut archive = zip::ZipArchive::new(fs::File::open(written).expect("opened")).expect("a package");
    let text = std::io::read_to_string(archive.by_name("word/document.xml").expect("a document")).expect("UTF-8");
    assert!(text.contains("红头") && text.contains("督查情况的通报") && !text.contains("{{title}}"), "{text}");
    // Other kinds have no form.
    let other = tester.press("Down").show();
    assert!(!other.contains("用本单位的版式"), "{other}");
    fs::write(&place, "不是 Word 文件").expect("damaged");
    tester.press("Up F5").shows(&["版式文件不是可以读取的 Word 文件"]);
}

#[test]
fn the_wording_of_the_workspace_goes_before_the_built_in_one() {
    let (environment, workspace) = workspace(&[one()]);
    // The program can only write once nobody else has the workspace open.
    drop(workspace);
    let said = environment.run_there(&["report", "--templates"]).good();
    assert!(said.contains("circular.md"), "{said}");
    let built_in = environment.read("ws/templates/notice.md");
    assert!(built_in.contains("# 整改通知书"));
    environment.write("ws/templates/notice.md", "# 限期整改函\nto: {{ unit.name }}\n共{{ open|length }}个问题。\n");
    let text = environment.run_there(&["report", "notice", "--record", "0"]).good();
    assert!(text.contains("# 限期整改函") && text.contains("共1个问题。"), "{text}");
    assert!(environment.run_there(&["report", "--templates"]).good().contains("已有，保留不动"));
    for (text, place, reason) in [
        ("# 函\n\n编号：{{ unit.nonsense }}\n", "notice.md:3:7", "unit.nonsense"),
        ("# 函\n[[unitss]]\n", "notice.md:2:1", "unitss"),
        ("", "notice.md", "没有标题"),
    ] {
        environment.write("ws/templates/notice.md", text);
        let run = environment.run_there(&["report", "notice", "--record", "0"]);
        run.fails(1, &[place, reason, "文字模板有误", "删除该文件"]);
    }
}

#[test]
fn a_paper_is_written_from_the_screen_of_its_record() {
    let mut tester = Tester::new();
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    tester.press("F2").shows(&["检查表", "Word 公文", "reports"]);
    tester.press("Right Tab Right Right Right Enter").shows(&["已生成", "现场笔录_2026-11-21"]);
    let files = files_below(&tester.environment().path("ws/reports"));
    assert!(files.len() == 1 && files[0].extension().is_some_and(|end| end == "md"), "{files:?}");
    let written = fs::read_to_string(&files[0]).expect("read");
    assert!(written.contains("云澜市人民医院"), "{written}");
    fs::write(&files[0], "已填").expect("filled in");
    tester.press("F2 Right Tab Right Right Right Enter").shows(&["未予覆盖"]);
    assert_eq!(fs::read_to_string(&files[0]).expect("read"), "已填");
}

#[test]
fn a_paper_with_a_table_is_offered_as_one_and_another_is_not() {
    let mut tester = Tester::new();
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    tester.press("F2 Tab Right Right Right Right").shows(&["检查表", "Excel 表格"]);
    tester.press("Up Right").shows(&["现场笔录", "Word 公文"]);
    tester.press("Left Tab Left Left").shows(&["CSV"]);
    tester.press("Enter").shows(&["已生成"]);
    let files = files_below(&tester.environment().path("ws/reports"));
    assert!(files.len() == 1 && files[0].extension().is_some_and(|end| end == "csv"), "{files:?}");
    let written = fs::read_to_string(&files[0]).expect("read");
    assert!(written.contains("登记缺两例"), "{written}");
}

/// The office program gets places whose names may have blanks and Chinese in them, as home folders on Windows do.
#[cfg(unix)]
#[test]
fn an_office_is_told_its_places_as_addresses() {
    use std::os::unix::fs::PermissionsExt;

    let (environment, _workspace) = workspace(&[one()]);
    let office = environment
        .write("bin/soffice", "#!/bin/sh\necho \"$1\" >said\nfor last; do :; done\ncp \"$last\" \"${last%docx}pdf\"\n");
    fs::set_permissions(&office, fs::Permissions::from_mode(0o755)).expect("to be started");
    let temporary = environment.path("张 三%41");
    fs::create_dir_all(&temporary).expect("a folder");
    let order = ["--workspace", "ws", "report", "circular", "--period", "2026", "--format", "pdf"];
    let path = format!("{}:/usr/bin:/bin", environment.path("bin").display());
    let run = environment.finish(environment.program().args(order).env("TMPDIR", &temporary).env("PATH", path));
    assert!(run.good().contains(".pdf"));
    let said = environment.read("said");
    let profile = said.trim().strip_prefix("-env:UserInstallation=file:///").expect("an address");
    assert!(
        profile.is_ascii() && !profile.contains(' ') && profile.contains("%E5%BC%A0%20%E4%B8%89%2541"),
        "{profile}"
    );
    // What goes wrong is said in a line, not with everything that a program says when it breaks down.
    fs::write(&office, "#!/bin/sh\nfor line in 1 2 3 4 5 6; do echo \"line $line\" >&2; done\n").expect("written");
    let run = environment.finish(environment.program().args(order).env("PATH", environment.path("bin")));
    assert!(run.err.contains("line 1 line 2") && !run.err.contains("line 3"), "{}", run.err);
}
