//! Tasks, the draw, findings and re-inspections.

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

const CREATE: [&str; 10] = [
    "task",
    "create",
    "2026-预检",
    "--title",
    "预检分诊督查",
    "--checklist",
    "two-items",
    "--type",
    "hospital",
    "--workdays",
];

fn create(environment: &Environment, inspector: Option<&str>) -> String {
    let mut arguments = CREATE.to_vec();
    arguments.extend(["5", "--from", "2026-09-28"]);
    if let Some(name) = inspector {
        arguments.extend(["--inspector", name]);
    }
    environment.run_there(&arguments).good()
}

#[test]
fn a_campaign_makes_a_task_for_each_fitting_unit() {
    let environment = Environment::with_workspace("zh");
    let made = create(&environment, Some("林明"));
    // Two days before the holidays, two after them, and a Saturday that is worked.
    assert!(made.contains("新建任务 2 项") && made.contains("2026-10-10"), "{made}");
    let again = environment.run_there(&["task", "create", "campaigns/2026-预检.toml"]).good();
    assert!(again.contains("新建任务 0 项，已有 2 项"), "{again}");
    environment.run_there(&CREATE[..9]).fails(2, &["已存在", "campaigns/2026-预检.toml"]);
    // What names a checklist that is not there leaves no campaign behind, so that it can be made under the same name.
    let missing = CREATE.map(|part| part.replace("2026-预检", "另一").replace("two-items", "no-such"));
    let missing: Vec<_> = missing.iter().map(String::as_str).chain(["3"]).collect();
    environment.run_there(&missing).fails(1, &["no-such"]);
    assert!(!environment.path("ws/campaigns/另一.toml").exists());
    let listed = environment.run_there(&["task", "list", "--mine"]).good();
    assert!(listed.contains("检查完成率 0.0%（已检 0 家 ÷ 应检 2 家）"), "{listed}");
    environment.run_there(&["task", "assign", "0002", "王芳", "--reason", "调整"]).good();
    environment.run_there(&["task", "close", "0001", "--reason", "单位已注销"]).good();
    let shown = environment.run_there(&["task", "show", "0001"]).good();
    assert!(shown.contains("已关闭") && shown.contains("单位已注销"), "{shown}");
    environment
        .run_there(&["task", "close", "0001", "--reason", "再关"])
        .fails(1, &["林明", "单位已注销", "task reopen"]);
    // Making them again says where a closed one can be had; nobody wants it back by itself.
    let again = environment.run_there(&["task", "create", "2026-预检"]).good();
    assert!(again.contains("新建任务 0 项，已有 2 项") && again.contains("1 项已关闭"), "{again}");
    environment.run_there(&["task", "reopen", "0001", "--reason", " "]).fails(2, &["原因"]);
    let reopened = environment.run_there(&["task", "reopen", "0001", "--reason", "未注销"]).good();
    assert!(reopened.contains("待检查") || reopened.contains("已逾期"), "{reopened}");
    environment.run_there(&["task", "reopen", "0001", "--reason", "再次"]).fails(1, &["没有关闭"]);
    let shown = environment.run_there(&["task", "show", "0001"]).good();
    assert!(shown.contains("恢复") && shown.contains("未注销"), "{shown}");
    environment.run_there(&["task", "close", "0001", "--reason", "确已注销"]).good();
}

#[test]
fn a_campaign_about_nothing_makes_nothing() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--type", "hospitl"], &["hospitl", "hospital（医院）"]),
        (&["--type", "blood-station"], &["没有符合"]),
        (&["--district", "外县"], &["外县", "澜城区"]),
        (&["--level", "九级"], &["九级", "三级甲等"]),
        (&["--facility", "F001", "--facility", "F999"], &["F999"]),
        (&["--type", "hospital", "--workdays", "0"], &["0 个工作日"]),
    ];
    for (target, words) in cases {
        let environment = Environment::with_workspace("zh");
        let mut arguments = CREATE[..7].to_vec();
        arguments.extend(target);
        if !target.contains(&"--workdays") {
            arguments.extend(["--workdays", "5"]);
        }
        let run = environment.run_there(&arguments);
        assert!(run.code != 0 && words.iter().all(|word| run.err.contains(word)), "{target:?}: {run:?}");
        assert!(!environment.path("ws/campaigns/2026-预检.toml").exists(), "{target:?}");
    }
    // The name of a type will do as well.
    let environment = Environment::with_workspace("zh");
    let mut arguments = CREATE[..7].to_vec();
    arguments.extend(["--type", "医院", "--workdays", "5"]);
    assert!(environment.run_there(&arguments).good().contains("新建任务 2 项"));
}

#[test]
fn a_campaign_names_clauses_and_words_that_there_are() {
    let environment = Environment::with_workspace("zh");
    let campaign = "title = \"抽查\"\nfrom = \"2026-09-28\"\ndue = \"2026-10-10\"\nchecklists = [\"two-items\"]\n";
    let cases = [
        ("[target]\ntypes = [\"医院\"]\n", "点名.toml:6:10", "医院"),
        ("[[clauses]]\nplan = \"2026\"\nclause = \"k1\"\n[target]\ntypes = [\"hospital\"]\n", "点名.toml:6:8", "2026"),
    ];
    for (rest, place, word) in cases {
        environment.write("ws/campaigns/点名.toml", format!("{campaign}{rest}"));
        environment.run_there(&["task", "create", "点名"]).fails(1, &[place, word]);
        assert!(!environment.path("ws/tasks/点名").exists(), "{rest}");
    }
}

#[test]
fn no_task_is_made_from_a_register_that_cannot_be_read_as_a_whole() {
    let environment = Environment::with_workspace("zh");
    let register = environment.read("ws/facilities.toml");
    environment.write("ws/facilities.toml", register.replacen("\"云澜市人民医院\"", "“云澜市人民医院”", 1));
    let mut arguments = CREATE.to_vec();
    arguments.push("5");
    environment.run_there(&arguments).fails(1, &["facilities.toml:", "改正名单"]);
    assert!(!environment.path("ws/campaigns/2026-预检.toml").exists());
    environment.run_there(&["facility", "list", "--duplicates"]).fails(1, &["facilities.toml:"]);
    environment.write("register.csv", "单位名称,统一社会信用代码\n云澜市人民医院,129999999902817959\n");
    environment.run_there(&["facility", "import", "register.csv", "--dry-run"]).fails(1, &["改正名单"]);
}

#[test]
fn a_task_that_cannot_be_carried_out_says_why() {
    let environment = Environment::with_workspace("zh");
    create(&environment, None);
    let listed = environment.run_there(&["task", "list"]);
    let words = ["提醒", "没有检查人员", "task assign"];
    assert!(listed.code == 0 && words.iter().all(|word| listed.err.contains(word)), "{listed:?}");
    let register = environment.read("ws/facilities.toml");
    environment.write("ws/facilities.toml", register.replace("\"F002\"", "\"F902\""));
    environment.run_there(&["task", "list"]).fails(1, &["F002", "不在名单中", "2026-预检-0002.toml"]);
    let named = "title = \"抽查\"\nfrom = \"2026-09-28\"\ndue = \"2026-10-10\"\nchecklists = [\"two-items\"]\n\
                 [target]\nfacilities = [\"F001\", \"F999\"]\n";
    environment.write("ws/campaigns/点名.toml", named);
    environment.run_there(&["task", "create", "点名"]).fails(1, &["点名.toml:6:23", "F999 不在名单中"]);
    assert!(!environment.path("ws/tasks/点名").exists(), "no task at all");
    environment.run_there(&["task", "create", "../x"]).fails(2, &["方案编号"]);
    environment.run_there(&["task", "create", "没有"]).fails(1, &["没有督查方案"]);
}

#[test]
fn a_finalised_record_completes_its_task() {
    let environment = Environment::with_workspace("zh");
    create(&environment, Some("林明"));
    let mut tester = Tester::of(environment);
    tester.shows(&["我的任务", "云澜市人民医院"]);
    tester.press("Enter");
    assert!(tester.app.fill().is_some(), "the right unit and checklist are open\n{}", tester.show());
    tester.press("1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    let listed = tester.environment().run_there(&["task", "list"]).good();
    assert!(listed.contains("已完成") && listed.contains("检查完成率 50.0%"), "{listed}");
    tester.press("Esc 6");
    tester.shows(&["已完成", "检查完成率 50.0%"]);
}

#[test]
fn a_task_is_done_only_while_its_record_stands() {
    let environment = Environment::with_workspace("zh");
    create(&environment, Some("林明"));
    let mut tester = Tester::of(environment);
    tester.press("Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    let environment = tester.leave();
    let rate = |expected: &str| {
        let listed = environment.run_there(&["task", "list"]).good();
        assert!(listed.contains(&format!("任务完成率 {expected}")), "{expected}: {listed}");
        let traced = environment.run_there(&["trace", "0001"]).good();
        assert_eq!(traced.contains("已完成"), expected == "50.0%", "{traced}");
    };
    rate("50.0%");
    let settings = environment.read("ws/ducha.toml");
    environment.write("ws/ducha.toml", settings.replace("\"林明\"", "\"王芳\""));
    let record = files_below(&environment.path("ws/records")).remove(0);
    let id = record.file_stem().expect("a number").to_string_lossy().into_owned();
    environment.run_there(&["review", "return", &id, "--reason", "请写明数量"]).good();
    rate("0.0%");
    environment.write("ws/ducha.toml", settings);
    // Whoever goes on with the task corrects what was returned, and begins nothing anew.
    let mut tester = Tester::in_home(environment);
    tester.press("6 Enter");
    tester.shows(&["更正"]);
    assert!(tester.app.fill().is_none(), "{}", tester.show());
    tester.press("F4");
    assert!(tester.app.fill().is_some(), "{}", tester.show());
    let environment = tester.leave();
    let listed = environment.run_there(&["task", "list"]).good();
    assert!(listed.contains("任务完成率 0.0%"), "{listed}");
    let mut tester = Tester::in_home(environment);
    tester.press("6 Enter F9 Enter");
    let listed = tester.leave().run_there(&["task", "list"]).good();
    assert!(listed.contains("任务完成率 50.0%"), "{listed}");
}

#[test]
fn tasks_are_assigned_closed_and_taken_up_again_on_the_screen() {
    let environment = Environment::with_workspace("zh");
    create(&environment, Some("林明"));
    let mut tester = Tester::of(environment);
    tester.press("6").shows(&["F2 指派、关闭"]);
    // Without anybody it is not assigned, and without a reason not closed.
    tester.press("F2").shows(&["2026-预检-0001", "▸ 指派", "  关闭", "¬  恢复"]);
    tester.press("Backspace Backspace Enter").shows(&["写明由谁检查"]);
    tester.press("<text 王芳、赵刚> Enter").shows(&["已登记", "王芳、赵刚"]);
    tester.press("F2 Down Enter").shows(&["须写明原因"]);
    tester.press("<text 单位已注销> Enter").shows(&["已登记", "已关闭"]);
    let shown = tester.environment().run_there(&["task", "show", "0001"]).good();
    assert!(shown.contains("王芳、赵刚") && shown.contains("单位已注销"), "{shown}");
    tester.press("Down F2").shows(&["▸ 恢复", "单位已注销"]);
    tester.press("Tab <text 未注销> Enter").shows(&["已登记", "¬已关闭"]);
}

/// Finalises a record with one finding.
fn with_finding() -> Tester {
    let mut tester = Tester::filling_two();
    tester.press("1 2 <text 登记缺两例> Tab Tab Tab Tab <text 2026-11-20> Ctrl-S F9 Enter");
    tester
}

/// Returns the number of the only finding, as its file has it.
fn only_finding(environment: &Environment) -> String {
    let listed = environment.run_there(&["finding", "list"]).good();
    assert!(listed.contains("共 1 项"), "{listed}");
    let files = files_below(&environment.path("ws/findings"));
    let text = std::fs::read_to_string(&files[0]).expect("a ledger");
    let ledger: toml::Table = text.parse().expect("TOML");
    ledger["finding"][0]["id"].as_str().expect("a number").to_owned()
}

#[test]
fn a_finding_names_the_unit_that_it_belongs_to_now_and_what_that_was() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    let unit = || {
        let shown = environment.run_there(&["finding", "show", &id]).good();
        let line = shown.lines().find_map(|line| line.strip_prefix("被检查单位")).expect("a unit");
        line.trim().to_owned()
    };
    assert_eq!(unit(), "F001 云澜市人民医院");
    environment.run_there(&["facility", "merge", "F003", "F001"]).good();
    environment.run_there(&["facility", "edit", "F003", "--name", "东塘镇中心卫生院"]).good();
    assert_eq!(unit(), "F003 东塘镇中心卫生院（检查时为 F001 云澜市人民医院）");
    let shown = environment.run_there(&["finding", "show", &id, "--format", "json"]).good();
    let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert!(shown["unit"]["id"] == "F003" && shown["source"]["facility"]["id"] == "F001", "{shown}");
    Tester::in_home(environment).press("7 Enter").shows(&["F003 东塘镇中心卫生院（检查时为 F001 云澜市人民医院）"]);
}

#[test]
fn a_finding_is_numbered_followed_up_and_closed_with_a_reason() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    assert!(id.starts_with("2026-") && id.ends_with("-02"), "{id}");
    let step = |arguments: &[&str]| environment.run_there(&[&["finding", "update", id.as_str()], arguments].concat());
    step(&["--to", "awaiting", "--reason", "已补登"]).good();
    let refused = step(&["--to", "transferred"]);
    assert!(!refused.err.contains("findings"), "{}", refused.err);
    refused.fails(2, &["原因"]);
    step(&["--after", "photos/none.jpg"]).fails(1, &["none.jpg"]);
    // Photographs become evidence wherever they lie, so that they travel with the finding.
    environment.write("elsewhere/0.jpg", "before");
    environment.write("ws/photos/1.jpg", "after");
    step(&["--before", "elsewhere/0.jpg"]).good();
    step(&["--before", &environment.path("ws/../elsewhere/0.jpg").to_string_lossy()]).good();
    environment.run_there(&["finding", "close", &id, "--accept", " "]).fails(2, &["原因"]);
    environment.run_there(&["finding", "close", &id, "--accept", "照片已核对", "--after", "photos/1.jpg"]).good();
    environment.run_there(&["finding", "close", &id, "--accept", "再一次"]).fails(1, &["林明", "reopened"]);
    let shown = environment.run_there(&["finding", "show", &id]).good();
    let photos = ["整改前照片：evidence/", "整改后照片：evidence/"];
    for text in ["已销号", "挂号", "报告整改到位", "已补登", "照片已核对"].into_iter().chain(photos)
    {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    assert_eq!(files_below(&environment.path("ws/evidence")).len(), 2);
    // Somebody on another computer closed it as well, and the files were joined.
    let file = files_below(&environment.path("ws/findings")).remove(0);
    let text = std::fs::read_to_string(&file).expect("a ledger");
    let other = "\n[[finding.event]]\nat = \"2027-01-01T10:00:00+08:00\"\nby = \"王芳\"\naction = \"accepted\"\nreason = \"现场看过\"\n";
    std::fs::write(&file, text + other).expect("written");
    environment.run_there(&["finding", "show", &id]).fails(1, &["冲突"]);
    // Between them somebody decides, and that is listed without any hub.
    environment.run_there(&["conflict", "list", "--decided"]).fails(1, &["同步库"]);
    environment.run_there(&["conflict", "choose", "1", "2"]).good();
    let decided = environment.run_there(&["conflict", "list", "--decided"]).good();
    for text in ["问题 2026-", "由 林明 于", "以 王芳", "此前的登记：验收，销号 现场看过"] {
        assert!(decided.contains(text), "{text} in\n{decided}");
    }
}

#[test]
fn a_re_inspection_asks_only_what_was_open_and_moves_the_findings() {
    for (answer, state) in [("1", "已销号"), ("2 <text 仍缺一例> Ctrl-S", "整改中")] {
        let mut tester = with_finding();
        tester.press("F5");
        assert_eq!(tester.fill().sheet().checklist().items.len(), 1, "{}", tester.show());
        let how = &tester.fill().sheet().item(0).how;
        assert!(how.contains("登记缺两例"), "{how}");
        tester.press(answer).press("F9 Enter");
        let listed = tester.environment().run_there(&["finding", "list"]).good();
        assert!(listed.contains(state) && listed.contains("共 1 项"), "{answer}: {listed}");
        let again = files_below(&tester.environment().path("ws/records"));
        let again = again.iter().find(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("-recheck")));
        let again = again.and_then(|path| path.file_stem()?.to_str()).expect("the record of the re-inspection");
        let paper = tester.environment().run_there(&["report", "site-record", "--record", again]).good();
        assert_eq!(paper.contains("分诊登记完整：仍缺一例。"), state == "整改中", "{paper}");
        tester.press("Esc Esc 7 Tab Tab Tab Tab Tab Enter");
        tester.shows(&[state, "登记缺两例"]);
    }
}

#[test]
fn a_re_inspection_from_the_command_line_is_a_draft() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    environment.run_there(&["reinspect", &id]).good();
    environment.run_there(&["reinspect", &id]).fails(1, &["尚未办结"]);
    let draft = files_below(&environment.path("ws/records"))
        .into_iter()
        .find(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("two-items-recheck")));
    let draft = draft.expect("a draft");
    std::fs::remove_file(&draft).expect("taken out of the workspace");
    environment.run_there(&["reinspect", &id]).good();
    Tester::in_home(environment).shows(&["复查：", "草稿 0/1"]);
}

#[test]
fn a_re_inspection_that_was_begun_is_gone_on_with() {
    let mut tester = with_finding();
    tester.press("F5 1 Esc").shows(&["审核"]);
    tester.press("F5");
    assert_eq!(tester.fill().sheet().checklist().items.len(), 1, "{}", tester.show());
    assert_eq!(files_below(&tester.environment().path("ws/records")).len(), 2, "no second draft");
}

#[test]
fn a_term_before_the_finding_is_refused() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    environment.run_there(&["finding", "update", &id, "--due", "2020-01-01"]).fails(2, &["早于问题登记之日"]);
    environment.run_there(&["finding", "update", &id, "--due", "2030-01-01"]).fails(2, &["改变整改期限须写明原因"]);
    environment.run_there(&["finding", "update", &id, "--due", "2030-01-01", "--reason", "设备未到"]).good();
}

/// Finalises the re-inspection that was begun, with one verdict.
fn reinspect(environment: &Environment, verdict: &str) {
    let files = files_below(&environment.path("ws/records"));
    let is_draft = |path: &&std::path::PathBuf| {
        std::fs::read_to_string(path)
            .is_ok_and(|text| text.contains("two-items-recheck") && !text.contains("finalised"))
    };
    let draft = files.iter().find(is_draft).expect("a draft");
    let draft = draft.file_stem().expect("a number").to_string_lossy();
    let finding = if verdict == "fails" { "finding = { description = \"仍缺一例\" }\n" } else { "" };
    let answers = format!("record = \"{draft}\"\n[[answer]]\nitem = \"T2\"\nverdict = \"{verdict}\"\n{finding}");
    environment.write("again.toml", answers);
    environment.run_there(&["fill", "--answers", "again.toml", "--finalise"]).good();
}

#[test]
fn what_was_closed_while_it_was_inspected_again_is_settled_by_whoever_decides() {
    for (decision, state) in
        [(["update", "--to", "reopened", "--reason"], "整改中"), (["close", "--accept", "", ""], "已销号")]
    {
        let environment = with_finding().leave();
        let id = only_finding(&environment);
        environment.run_there(&["reinspect", &id]).good();
        let closed = environment.run_there(&["finding", "close", &id, "--accept", "照片已核对"]);
        assert!(closed.code == 0 && closed.err.contains("复查草稿尚未办结"), "{closed:?}");
        reinspect(&environment, "fails");
        environment.run_there(&["finding", "show", &id]).fails(1, &["冲突", "ducha conflict choose"]);
        let [step, options @ ..] = decision;
        let options = options.into_iter().filter(|option| !option.is_empty());
        let arguments: Vec<_> = ["finding", step, &id].into_iter().chain(options).chain(["两份照片已核对"]).collect();
        environment.run_there(&arguments).good();
        let shown = environment.run_there(&["finding", "show", &id]).good();
        assert!(shown.contains(state) && !shown.contains("冲突"), "{shown}");
    }
}

#[test]
fn a_re_inspection_that_judged_nothing_says_so_in_the_history() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    environment.run_there(&["reinspect", &id]).good();
    reinspect(&environment, "not-applicable");
    let shown = environment.run_there(&["finding", "show", &id]).good();
    assert!(shown.contains("未判定，问题状态不变") && shown.contains("待整改"), "{shown}");
    environment.run_there(&["reinspect", &id]).good();
    let shown = environment.run_there(&["finding", "show", &id]).good();
    assert_eq!(shown.matches("未判定").count(), 1, "{shown}");
    Tester::in_home(environment).press("7 Enter").shows(&["未判定，问题状态不变"]);
}

#[test]
fn what_is_kept_in_chinese_is_shown_in_the_language_of_the_command() {
    let environment = with_finding().leave();
    let id = only_finding(&environment);
    let path = "ws/checklists/two-items.toml";
    let english = "text = \"分诊登记完整\"\ntext_en = \"The triage register is complete\"";
    environment.write(path, environment.read(path).replace("text = \"分诊登记完整\"", english));
    let in_english = |arguments: &[&str]| environment.run_there(&[&["--lang", "en"], arguments].concat()).good();
    let shown = in_english(&["finding", "show", &id]);
    assert!(shown.contains("Triage, trial") && shown.contains("The triage register is complete"), "{shown}");
    assert!(in_english(&["record", "list"]).contains("Triage, trial"));
    assert!(in_english(&["facility", "show", "F001"]).contains("Triage, trial"));
    assert!(in_english(&["reinspect", &id]).contains("Re-inspection: Triage, trial"));
    assert!(in_english(&["record", "list"]).contains("Re-inspection: Triage, trial"));
}

#[test]
fn a_finding_that_comes_up_again_is_recognised() {
    let mut tester = with_finding();
    tester.press("Esc 1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 又缺一例> Ctrl-S F9 Enter");
    let environment = tester.environment();
    let listed = environment.run_there(&["finding", "list", "--recurring"]).good();
    assert!(listed.contains("又缺一例") && listed.contains("再发") && listed.contains("共 1 项"), "{listed}");
}

#[test]
fn a_unit_has_a_page_and_a_finding_its_history() {
    let mut tester = with_finding();
    tester.press("Esc 3 <text rmyy> F3");
    tester.shows(&["129999999902817959", "历次得分", "50.0%", "未销号 1", "登记缺两例"]);
    tester.press("Enter");
    tester.shows(&["问题台账", "经过 1", "挂号", "逾期"]);
    tester.press("F2 Down Down Tab <text 刘主任> Enter");
    tester.shows(&["待复查", "报告整改到位", "刘主任"]);
    tester.press("F2 Down Down Enter");
    tester.shows(&["这一步须写明理由"]);
    tester.press("<text 照片已核对> Enter");
    tester.shows(&["已销号", "照片已核对"]);
    tester.press("F5");
    tester.shows(&["没有待整改"]);
}
