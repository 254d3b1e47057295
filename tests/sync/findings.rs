//! The ledger travels: what two people do about a finding is joined, and a contradiction is told.

use std::rc::Rc;

use super::{Office, RECORD_PATH, record};
use crate::support::tester::{Tester, files_below};

/// An office of an inspector and a supervisor who both have a finding of a finalised record.
fn office() -> Office {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.run(0, &["hub", "role", "王芳", "--role", "supervisor"]).good();
    let finalised = record().replacen(
        "revision = 1\n",
        "revision = 1\nfinalised = \"2026-11-21T11:00:00+08:00\"\nfinalised_by = \"林明\"\n",
        1,
    );
    let answer = "\n[[answer]]\nitem = \"T2\"\nverdict = \"fails\"\nby = \"林明\"\nat = \"2026-11-21T10:50:00+08:00\"\n\n\
                  [answer.finding]\ndescription = \"登记缺两例\"\nseverity = \"major\"\n";
    office.people[0].write(RECORD_PATH, finalised + answer);
    // Each looks the record through before either has the ledger of the other.
    office.settle();
    for who in [0, 1] {
        assert!(office.run(who, &["finding", "list"]).good().contains("-02"));
    }
    office.settle();
    office
}

/// The path of the one ledger, the same with both.
fn ledger(office: &Office) -> String {
    let paths = [0, 1].map(|who| {
        let people = &office.people[who];
        let files = files_below(&people.path("ws/findings"));
        assert_eq!(files.len(), 1, "{files:?}");
        let below = files[0].strip_prefix(people.path("ws")).expect("in the workspace").to_owned();
        format!("ws/{}", below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"))
    });
    assert_eq!(paths[0], paths[1]);
    paths[0].clone()
}

/// Has somebody finalise the record, with one item that fails and another that conforms.
fn finalise(office: &Office, who: usize, by: &str, fails: &str, conforms: &str) {
    let finalised = format!("revision = 1\nfinalised = \"2026-11-21T11:0{who}:00+08:00\"\nfinalised_by = \"{by}\"\n");
    let answer = |item: &str, verdict: &str| {
        format!(
            "\n[[answer]]\nitem = \"{item}\"\nverdict = \"{verdict}\"\nby = \"{by}\"\nat = \"2026-11-21T10:50:00+08:00\"\n"
        )
    };
    let found = format!("\n[answer.finding]\ndescription = \"{by}发现的问题\"\nseverity = \"major\"\n");
    let text = record().replacen("revision = 1\n", &finalised, 1);
    let text = format!("{text}{}{}{found}", answer(conforms, "conforms"), answer(fails, "fails"));
    office.people[who].write(RECORD_PATH, text);
}

/// Decides for the record as somebody finalised it.
fn choose_final(office: &Office, by: &str) {
    let listed = office.run(0, &["conflict", "list", "--format", "json"]).good();
    let disputes: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let disputes = disputes.as_array().expect("a list");
    let number = disputes.iter().position(|one| one["field"] == "final").expect("it is in dispute");
    let values = disputes[number]["value"].as_array().expect("values");
    let value = values.iter().position(|value| value["by"] == by).expect("it is offered");
    office.run(0, &["conflict", "choose", &(number + 1).to_string(), &(value + 1).to_string()]).good();
}

#[test]
fn of_two_who_finalised_the_same_draft_the_ledger_has_the_findings_of_the_one_who_is_chosen() {
    for (listed, first, chosen) in [(false, 0, "王芳"), (true, 0, "王芳"), (true, 1, "王芳"), (true, 0, "林明")]
    {
        let office = Office::with(&["林明", "王芳"], &[]);
        office.people[0].write(RECORD_PATH, record());
        office.settle();
        finalise(&office, 0, "林明", "T2", "T1");
        finalise(&office, 1, "王芳", "T1", "T2");
        let list = |who: usize| office.run(who, &["finding", "list"]).good();
        if listed {
            assert!(list(0).contains("-02") && list(1).contains("-01"), "each has a finding of another item");
        }
        office.sync(first);
        office.settle();
        list(0);
        choose_final(&office, chosen);
        office.settle();
        [0, 1].into_iter().for_each(|who| drop(list(who)));
        office.settle();
        let kept = office.agree(&ledger(&office));
        let (item, other) = if chosen == "王芳" { ("T1", "林明") } else { ("T2", "王芳") };
        for who in [0, 1] {
            let shown = list(who);
            let case = format!("{listed} {first} {chosen}: {shown}\n{kept}");
            assert!(shown.contains(&format!("{chosen}发现的问题")), "{case}");
            let standing = office.run(who, &["finding", "list", "--format", "json"]).good();
            let rows: serde_json::Value = serde_json::from_str(&standing).expect("JSON");
            let rows = rows.as_array().expect("a list").iter();
            let open: Vec<_> = rows.filter(|row| row["finding"]["withdrawn"] != true).collect();
            assert_eq!(open.len(), 1, "{case}");
            assert_eq!(open[0]["finding"]["item"], item, "{case}");
            assert!(!open[0]["finding"]["description"].as_str().unwrap_or_default().contains(other), "{case}");
        }
        let numbers: Vec<&str> = kept.lines().filter(|line| line.starts_with("id = \"2026-")).collect();
        assert!(numbers.iter().all(|one| numbers.iter().filter(|other| *other == one).count() == 1), "{kept}");
        assert_eq!(kept.matches("action = \"found\"").count(), numbers.len(), "each is found once:\n{kept}");
    }
}

#[test]
fn what_is_done_about_a_finding_comes_to_everybody() {
    let office = office();
    office.agree(&ledger(&office));
    office.run(0, &["finding", "update", "02", "--to", "correcting", "--reason", "已派人整改"]).good();
    office.settle();
    let shown = office.run(1, &["finding", "show", "02"]).good();
    assert!(shown.contains("已派人整改") && shown.contains("整改中"), "{shown}");
    office.agree(&ledger(&office));
}

#[test]
fn one_key_decides_between_two_who_dealt_with_a_finding() {
    let mut office = office();
    office.run(0, &["finding", "close", "02", "--accept", "现场复核合格"]).good();
    office.run(1, &["finding", "update", "02", "--to", "awaiting", "--reason", "已报告整改"]).good();
    office.settle();
    let mut tester = Tester::of(office.people.remove(0));
    tester.shows(&["待选定"]);
    tester.press("9").shows(&["问题 2026-", "1  林明", "2  王芳", "现场复核合格（现按此计入）", "已报告整改"]);
    // What nobody said cannot be chosen, and nothing is taken back.
    tester.press("3 0").shows(&["现场复核合格（现按此计入）", "按序号定夺，当即登记"]);
    tester.press("2").shows(&["以 王芳", "不能取消", "回车确认"]);
    tester.press("Esc").shows(&["现场复核合格（现按此计入）", "¬回车确认"]);
    tester.press("2 Enter").shows(&["没有待选定的内容"]);
    office.people.insert(0, Rc::into_inner(tester.leave()).expect("nobody else has it"));
    office.settle();
    for who in [0, 1] {
        let shown = office.run(who, &["finding", "show", "02"]).good();
        assert!(shown.contains("待复查") && !shown.contains("处理有冲突"), "{shown}");
        assert!(shown.contains("以 王芳"), "{shown}");
    }
}

#[test]
fn two_people_who_close_the_same_finding_are_both_heard_and_the_contradiction_is_told() {
    let office = office();
    office.run(0, &["finding", "close", "02", "--accept", "现场复核合格"]).good();
    office.run(1, &["finding", "close", "02", "--accept", "资料审核通过"]).good();
    office.settle();
    let kept = office.agree(&ledger(&office));
    assert!(kept.contains("现场复核合格") && kept.contains("资料审核通过"), "{kept}");
    for who in [0, 1] {
        let shown = office.run(who, &["finding", "show", "02"]);
        assert!(shown.out.contains("处理有冲突") && shown.err.contains("均保留"), "{shown:?}");
    }
    // A sync says it everywhere that it says what else is in dispute.
    for who in [0, 1] {
        let conflicts = office.sync(who)["conflicts"].clone();
        let [one] = conflicts.as_array().expect("a list").as_slice() else { panic!("{conflicts}") };
        assert!(one["finding"].as_str().is_some_and(|id| id.ends_with("-02")), "{one}");
        assert_eq!(one["value"].as_array().map(Vec::len), Some(2), "{one}");
        assert!(office.run(who, &["sync"]).good().contains("有 1 处填写不一致"));
        let file = office.people[who].read("ws/conflicts.toml");
        for text in ["place = \"问题", "finding = ", "现场复核合格", "by = \"王芳\""] {
            assert!(file.contains(text), "{text} in\n{file}");
        }
    }
    // Whoever decides between them does so for everybody.
    let listed = office.run(0, &["conflict", "list"]).good();
    assert!(listed.contains("1. 问题") && listed.contains("王芳") && listed.contains("2) 验收"), "{listed}");
    assert!(listed.contains("当即登记，不能取消"), "{listed}");
    office.run(0, &["conflict", "choose", "1", "3"]).fails(1, &["ducha conflict list"]);
    let none = office.run(0, &["conflict", "list", "--decided"]).good();
    assert!(none.contains("没有选定过的内容"), "{none}");
    office.run(0, &["conflict", "choose", "1", "2"]).good();
    office.settle();
    for who in [0, 1] {
        let decided = office.run(who, &["conflict", "list", "--decided"]).good();
        for text in ["问题 2026-", "由 林明 于", "以 王芳", "此前的登记：验收，销号 现场复核合格  林明", "资料审核通过"]
        {
            assert!(decided.contains(text), "{text} in\n{decided}");
        }
        let listed = office.run(who, &["conflict", "list", "--decided", "--format", "json"]).good();
        let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
        assert_eq!(listed[0]["value"].as_array().map(Vec::len), Some(2), "{listed}");
        assert_eq!(listed[0]["decided"]["event"]["by"], "林明", "{listed}");
        assert!(office.run(who, &["conflict", "list"]).good().contains("没有待选定的内容"));
        assert!(!office.people[who].path("ws/conflicts.toml").exists());
        let shown = office.run(who, &["finding", "show", "02"]);
        assert!(shown.out.contains("定夺") && !shown.out.contains("处理有冲突") && shown.err.is_empty(), "{shown:?}");
    }
}

#[test]
fn a_computer_whose_clock_is_years_ahead_has_not_the_last_word() {
    let office = office();
    let path = ledger(&office);
    office.run(0, &["finding", "close", "02", "--accept", "现场复核合格"]).good();
    let written = office.people[0].read(&path);
    let (before, year) = written.rsplit_once("at = \"20").expect("the last event");
    office.people[0].write(&path, format!("{before}at = \"2031{}", &year[2..]));
    office.settle();
    let shown = office.run(1, &["finding", "show", "02"]).good();
    assert!(shown.contains("时间存疑：晚于本机时钟"), "{shown}");
    office.run(1, &["finding", "update", "02", "--to", "reopened", "--reason", "回访时又出现"]).good();
    office.settle();
    office.agree(&path);
    for who in [0, 1] {
        let shown = office.run(who, &["finding", "show", "02"]).good();
        assert!(shown.contains("整改中") && shown.contains("时间存疑：其后的处理早于此时"), "{shown}");
    }
    office.run(0, &["finding", "close", "02", "--accept", "再次复核合格"]).good();
    office.settle();
    assert!(office.run(1, &["finding", "show", "02"]).good().contains("已销号"));
}
