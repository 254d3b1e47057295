//! The draw: from a published seed, verified again, and made public.

use crate::support::environment::{Environment, Run};

/// A draw of two hospitals by three inspectors.
const SCHEME: &str = "title = \"双随机抽查\"\n[[stratum]]\nname = \"医院\"\ntypes = [\"hospital\"]\nnumber = 2\n\
                      [[inspector]]\nname = \"甲\"\n[[inspector]]\nname = \"乙\"\n[[inspector]]\nname = \"丙\"\n";

/// Where its result is kept.
const RESULT: &str = "ws/draws/2026-1.result.toml";

#[test]
fn a_draw_can_be_verified_and_published() {
    let environment = Environment::with_workspace("zh");
    let scheme = SCHEME;
    environment.write("ws/draws/2026-1.toml", scheme);
    environment.run_there(&["draw", "ws/draws/2026-1.toml"]).fails(1, &["种子"]);
    let drawn = environment.run_there(&["draw", "ws/draws/2026-1.toml", "--seed", "20260301"]).good();
    assert!(drawn.contains("医院：2 家中抽取 2 家"), "{drawn}");
    let result = RESULT;
    let verified = environment.run_there(&["draw", "--verify", result]).good();
    assert!(verified.contains("核验一致"), "{verified}");
    let forged = environment.read(result).replacen("facility = \"F001\"", "facility = \"F003\"", 1);
    environment.write("forged.toml", forged);
    let run = environment.run_there(&["draw", "--verify", "forged.toml"]);
    assert!(run.code == 1 && run.out.contains("F003"), "{run:?}");
    for (form, word) in [("csv", "云澜市人民医院"), ("md", "| 1 |"), ("html", "<td>1</td>")] {
        let list = environment.run_there(&["draw", "--list", result, "--as", form]).good();
        assert!(list.contains(word), "{form}: {list}");
    }
    environment.run_there(&["draw", "--list", result, "--out", "list.csv"]).good();
    environment.run_there(&["draw", "--list", result, "--out", "list.csv"]).fails(1, &["list.csv"]);
    let made = environment.run_there(&[
        "task",
        "create",
        "抽查",
        "--title",
        "抽查",
        "--checklist",
        "two-items",
        "--draw",
        "2026-1",
        "--workdays",
        "3",
    ]);
    assert!(made.out.contains("新建任务 2 项"), "{made:?}");
    // A unit that is gone may not come out of a conflict that was mistyped, and no scheme is to blame for another register.
    let mistyped = scheme.replace("name = \"甲\"", "name = \"甲\"\nconflicts = [\"F001\", \"F999\"]");
    environment.write("ws/draws/2026-2.toml", mistyped);
    environment.run_there(&["draw", "ws/draws/2026-2.toml", "--seed", "1"]).fails(1, &["2026-2.toml:8", "F999", "甲"]);
    // One other byte in the file of the scheme is said, even where it says the same.
    environment.write("ws/draws/2026-1.toml", format!("# 第一次\n{scheme}"));
    let verified = environment.run_there(&["draw", "--verify", result]).good();
    assert!(verified.contains("核验一致") && verified.contains("校验值不符"), "{verified}");
    environment.write("ws/draws/2026-1.toml", scheme);
    // So is a name that the public list would show wrongly, and who went where before.
    let genuine = environment.read(result);
    environment.write(result, genuine.replacen("云澜市人民医院", "云澜市人民医苑", 1));
    environment.run_there(&["draw", "--verify", result]).fails(1, &[]);
    environment.write(result, &genuine);
    environment.write("ws/draws/2026-3.toml", format!("previous = \"2026-1\"\n{scheme}"));
    environment.run_there(&["draw", "ws/draws/2026-3.toml", "--seed", "7"]).good();
    let again = "ws/draws/2026-3.result.toml";
    environment.run_there(&["draw", "--verify", again]).good();
    let (before, behind) = environment
        .read(again)
        .split_once("[[previous]]")
        .map(|(one, two)| (one.to_owned(), two.to_owned()))
        .expect("the pairs before");
    environment.write(again, format!("{before}[[previous]]{}", behind.replacen("\"甲\"", "\"某人\"", 1)));
    let run = environment.run_there(&["draw", "--verify", again]);
    assert!(run.code == 1 && run.out.contains("上一次抽取“2026-1”"), "{run:?}");
    // Somebody who draws with other conflicts than those that were published is noticed.
    environment.write("ws/draws/2026-1.toml", scheme.replace("name = \"甲\"", "name = \"甲\"\nconflicts = [\"F009\"]"));
    let run = environment.run_there(&["draw", "--verify", result]);
    assert!(run.code == 1 && run.out.contains("抽取方案"), "{run:?}");
}

#[test]
fn another_register_is_named_first_and_that_of_the_day_of_the_draw_can_be_given() {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/draws/2026-1.toml", SCHEME);
    environment.run_there(&["draw", "ws/draws/2026-1.toml", "--seed", "20260301"]).good();
    let of_the_day = environment.read("ws/facilities.toml");
    environment.write("当日.toml", &of_the_day);
    let said = |run: &Run| run.err.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let add = "\n[[facility]]\nid = \"A000\"\nname = \"云澜市康复医院\"\ntype = \"hospital\"\n";
    let changes = [
        (format!("{of_the_day}{add}"), "“医院”中的单位与抽取时不同"),
        (of_the_day.replace("\"hospital\"", "\"clinic\""), "“医院”中没有单位"),
        // Without the unit that was drawn first every place is another one, which is said in one line.
        (of_the_day.replacen("\"hospital\"", "\"clinic\"", 1), "抽取结果中有"),
    ];
    for (register, differs) in changes {
        environment.write("ws/facilities.toml", register);
        let run = environment.run_there(&["draw", "--verify", RESULT]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.out.starts_with("用这份名单重新抽取，与结果不同之处：") && run.out.contains(differs), "{run:?}");
        assert!(!run.out.contains("第 2 位：") && !run.out.contains("核验不一致"), "{run:?}");
        let said = said(&run);
        assert!(said[0].contains("单位名单不是抽取时的那一份") && said[1].contains("facilities.toml"), "{said:?}");
        assert!(said[2].contains("ducha draw --verify 结果 --register 名单") && said.len() == 3, "{said:?}");
        let shown = environment.run_there(&["draw", "--verify", RESULT, "--format", "json"]).out;
        let shown: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
        assert!(shown["identical"] == false && shown["other_register"].is_string(), "{shown}");
        let verified = environment.run_there(&["draw", "--verify", RESULT, "--register", "当日.toml"]).good();
        assert!(verified.contains("核验一致"), "{verified}");
    }
    // Elsewhere result and register are enough, which may have several files; one that cannot be read is named.
    let middle = of_the_day.match_indices("[[facility]]").nth(1).expect("two units").0;
    environment.write("mail/1.toml", &of_the_day[..middle]);
    environment.write("mail/2.toml", &of_the_day[middle..]);
    environment.write("mail/result.toml", environment.read(RESULT));
    let both = ["draw", "--verify", "mail/result.toml", "--register", "mail/1.toml", "--register", "mail/2.toml"];
    assert!(environment.run(&both).good().contains("核验一致"));
    environment.run(&both[..5]).fails(1, &["单位名单不是抽取时的那一份", "mail/1.toml"]);
    environment.run(&["draw", "--verify", "mail/result.toml", "--register", "没有.toml"]).fails(1, &["没有.toml"]);
    environment.run(&["draw", "--verify", "mail/result.toml"]).fails(1, &["ducha init"]);
}
