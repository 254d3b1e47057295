//! Importing, listing and showing plans.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::environment::{Environment, PLAN};

/// Where the real documents lie, beside the repository; they are not part of it.
const REAL: &str = "../shared/data/plans";

fn with_plan() -> Environment {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    environment
}

#[test]
fn a_document_is_imported_listed_and_shown() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    let said = environment.run_there(&["plan", "import", "要点.txt"]).good();
    assert!(said.contains("已导入《2026年监督检查工作要点》"), "{said}");
    let listed = environment.run_there(&["plan", "list"]).good();
    assert!(listed.contains("2026年监督检查工作要点"), "{listed}");
    let shown = environment.run_there(&["plan", "show", "2026"]).good();
    for text in ["一、规范医疗废物管理", "（一）健全制度", "医疗废物暂存时间不得超过2天", "预检分诊点"]
    {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    assert_eq!(environment.run_there(&["plan", "show", "监督检查"]).good(), shown);
}

#[test]
fn what_a_plan_shows_is_what_generate_takes() {
    let environment = with_plan();
    let shown = environment.run_there(&["plan", "show", "2026"]).good();
    let section = shown.lines().find(|line| line.contains("健全制度")).expect("a heading");
    let id = section.split_whitespace().next().expect("its number");
    let made = environment.run_there(&["generate", "2026", "--section", id, "--dry-run"]);
    assert!(made.good().contains("新建"), "{id}");
}

#[test]
fn the_same_as_data() {
    let environment = with_plan();
    let json =
        |arguments: &[&str]| -> Value { serde_json::from_str(&environment.run_there(arguments).good()).expect("JSON") };
    let list = json(&["plan", "list", "--format", "json"]);
    assert_eq!(list[0]["year"], 2026);
    let plan = json(&["plan", "show", "2026", "--format", "json"]);
    let sections: Vec<_> = plan["outline"].as_array().expect("headings").iter().map(|one| &one["id"]).collect();
    assert_eq!(sections, ["一", "一/(一)", "一/(二)", "二", "二/(一)"]);
    let clauses = plan["clauses"].as_array().expect("clauses");
    assert!(clauses.iter().any(|clause| clause["indicators"].to_string().contains("95")), "{plan}");
}

#[test]
fn importing_again_keeps_the_ids_and_the_original_bytes() {
    let environment = with_plan();
    let ids = || {
        let plan = environment.run_there(&["plan", "show", "2026", "--format", "json"]).good();
        let plan: Value = serde_json::from_str(&plan).expect("JSON");
        plan["clauses"].as_array().expect("clauses").iter().map(|clause| clause["id"].to_string()).collect::<Vec<_>>()
    };
    let before = ids();
    let said = environment.run_there(&["plan", "import", "要点.txt"]).good();
    assert!(said.contains("已重新导入"), "{said}");
    assert_eq!(ids(), before);
    let folder = fs::read_dir(environment.path("ws/plans")).expect("plans").flatten().next().expect("a plan").path();
    let original = fs::read_dir(folder)
        .expect("files")
        .flatten()
        .any(|file| fs::read(file.path()).expect("a file") == PLAN.as_bytes());
    assert!(original, "the bytes are kept");
}

#[test]
fn a_document_is_shown_without_a_workspace() {
    let environment = Environment::new();
    environment.write("要点.txt", PLAN);
    let shown = environment.run(&["plan", "show", "要点.txt"]).good();
    assert!(shown.contains("（一）健全制度"), "{shown}");
    assert!(!environment.path("ws").exists());
}

#[test]
fn bad_documents_are_named_and_the_others_imported() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.write("空.txt", "");
    environment.write("图片.txt", [0_u8, 159, 146, 150, 0, 1, 2, 3].repeat(50));
    let run = environment.run_there(&["plan", "import", "空.txt", "图片.txt", "没有.txt", "要点.txt"]);
    assert!(run.out.contains("已导入"), "{run:?}");
    run.fails(1, &["文件是空的", "空.txt", "这不是文本文件", "图片.txt", "没有这个文件", "没有.txt", "办法："]);
}

#[test]
fn a_plan_that_is_not_there_is_said_with_those_that_are() {
    let environment = Environment::with_workspace("zh");
    environment.run_there(&["plan", "show", "2026"]).fails(1, &["没有工作要点", "ducha plan import"]);
    with_plan().run_there(&["plan", "show", "2030"]).fails(1, &["没有与“2030”对应", "2026年监督检查工作要点"]);
}

#[test]
fn a_correction_is_made_shown_and_survives_and_one_without_clause_is_named() {
    let environment = with_plan();
    let plan = |environment: &Environment| -> Value {
        let shown = environment.run_there(&["plan", "show", "2026", "--format", "json"]).good();
        serde_json::from_str(&shown).expect("JSON")
    };
    let of = |plan: &Value, words: &str| {
        let clauses = plan["clauses"].as_array().expect("clauses").clone();
        clauses.into_iter().find(|clause| clause["text"].as_str().is_some_and(|text| text.contains(words)))
    };
    let id = of(&plan(&environment), "95").expect("the clause")["id"].as_str().expect("an id").to_owned();
    let correct = |arguments: &[&str]| {
        let typed = [&["plan", "correct", "2026", &id][..], arguments].concat();
        environment.run_there(&typed)
    };
    correct(&["--indicator", "建成率 ≥97%", "--kind", "duty", "--reason", "以批复为准"]).good();
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let corrected = of(&plan(&environment), "95").expect("the clause");
    assert_eq!((&corrected["indicators"][0]["value"], &corrected["kind"]), (&97.0.into(), &"duty".into()));
    assert_eq!(corrected["corrected"]["reason"], "以批复为准");

    environment.write("要点.txt", PLAN.lines().filter(|line| !line.contains("95%")).collect::<Vec<_>>().join("\n"));
    let said = environment.run_there(&["plan", "import", "要点.txt"]).good();
    for part in ["更正未用上", &id, "建成率 ≥97%", "corrections.toml"] {
        assert!(said.contains(part), "{part} in\n{said}");
    }

    correct(&["--owners", "科"]).fails(2, &["看不懂“科”", "牵头单位"]);
    correct(&["--not-a-clause"]).fails(1, &["没有编号为"]);
    correct(&["--indicator", "很多"]).fails(2, &["写法不对", "≥95%"]);
    correct(&[]).fails(2, &["没有写明更正什么", "--indicator"]);
}

#[test]
fn a_line_is_explained_with_the_words_that_decided() {
    let environment = with_plan();
    let line = PLAN.lines().position(|line| line.contains("不得超过2天")).expect("a line") + 1;
    let said = environment.run_there(&["plan", "show", "2026", "--explain", &line.to_string()]).good();
    for part in ["种类：时限", "不得超过2天", "medical-waste", "本句 医疗废物", "核查：现场"] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
}

#[test]
fn a_difference_says_what_hangs_on_each_change() {
    let environment = with_plan();
    environment.run_there(&["generate", "2026"]).good();
    environment.write("要点.txt", PLAN.replace("95%", "98%"));
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let json = environment.run_there(&["plan", "diff", "2026", "--format", "json"]).good();
    let affected: Value = serde_json::from_str(&json).expect("JSON");
    let checklist = affected["items"][0]["checklist"].as_str().expect("an affected checklist");
    environment.write("ws/tasks/年度/年度-0001.toml", open_task(checklist));
    let said = environment.run_there(&["plan", "diff", "2026"]).good();
    let (_, below) = said.split_once("[-95-]{+98+}").expect("the changed words");
    assert!(
        below.contains("→ 检查项目") && below.contains("→ 未完成任务 1 项：年度-0001"),
        "it stands at the change: {said}"
    );
    assert!(said.contains("依据已变的未完成任务共 1 项"), "{said}");
    assert!(said.contains("依据已变的检查项目共"), "{said}");
    let json = environment.run_there(&["plan", "diff", "2026", "--format", "json"]).good();
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let changed = json["changes"].as_array().expect("changes").iter().find(|row| row["fate"] == "changed");
    let changed = changed.expect("a change");
    assert!(changed["items"].as_array().is_some_and(|items| !items.is_empty()), "{json}");
    assert_eq!(changed["tasks"], serde_json::json!(["年度-0001"]), "{json}");
}

/// Makes the file of a task that nobody has begun.
fn open_task(checklist: &str) -> String {
    format!(
        "format = 1\nid = \"年度-0001\"\ncampaign = \"年度\"\nchecklist = \"{checklist}\"\nfacility = \"F001\"\nfacility_name = \"云澜市人民医院\"\n\
         from = \"2026-11-01\"\ndue = \"2026-12-01\"\n\n[[event]]\nat = \"2026-11-01T09:00:00+08:00\"\nby = \"王芳\"\naction = \"created\"\ninspectors = [\"林明\"]\n"
    )
}

#[test]
fn where_nothing_can_be_generated_the_reason_is_said() {
    let environment = Environment::with_workspace("zh");
    let text = "2026年工作要点\n一、党的建设\n加强党风廉政建设，落实意识形态责任制。\n二、医疗\n规范发热门诊设置，做好重症患者转运。\n";
    environment.write("要点.txt", text);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let topic = |topic: &str| environment.run_there(&["generate", "2026", "--topic", topic]);
    topic("party-conduct").fails(1, &["都判为“不查”", "F4", "topics.toml"]);
    topic("business-env").fails(1, &["没有“营商与招商”的要求", "bank"]);
}

#[test]
fn topics_are_listed_shown_changed_and_checked() {
    let environment = with_plan();
    let listed = environment.run_there(&["topic", "list"]).good();
    assert!(listed.contains("fever-clinic") && listed.lines().count() == 44, "{listed}");
    let own = "[[topic]]\nslug = \"sentinel\"\nzh = \"哨兵\"\nwords = [\"在线监管系统\"]\n";
    environment.write("ws/checklists/topics.toml", own);
    assert!(environment.run_there(&["topic", "show", "sentinel"]).good().contains("在线监管系统"));
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let shown = environment.run_there(&["plan", "show", "2026", "--format", "json"]).good();
    assert!(shown.contains("\"sentinel\"") && shown.contains("\"medical-waste\""), "{shown}");
    environment.run_there(&["topic", "show", "sentinl"]).fails(1, &["没有“sentinl”", "sentinel"]);

    let wrong = own.replace("words", "facilities = [\"hospitl\"]\nbank = \"fever\"\nwords");
    environment.write("ws/checklists/topics.toml", wrong);
    let run = environment.run_there(&["check"]);
    assert_eq!(run.code, 1);
    for part in ["topics.toml:4:15", "hospitl", "hospital", "^", "topics.toml:5:8", "没有“fever”这个题库"] {
        assert!(run.out.contains(part), "{part} in\n{}", run.out);
    }
}

#[test]
fn the_real_documents_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(REAL);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let environment = Environment::with_workspace("zh");
    for path in entries.flatten().map(|entry| entry.path()) {
        let mut command = environment.program();
        command.args(["--workspace", "ws", "--format", "json", "plan", "import"]).arg(&path);
        let printed = environment.finish(&mut command).good();
        let imported: Value = serde_json::from_str(&printed).expect("JSON");
        for counted in ["headings", "clauses"] {
            let count = imported[0][counted].as_u64();
            assert!(count >= Some(5), "{}: {counted} {count:?}", path.display());
        }
    }
}
