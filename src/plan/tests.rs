//! The reader as a whole, on plans of an invented city.

use encoding_rs::GB18030;
use proptest::prelude::*;

use super::*;

const PLAN: &str = "云山市卫生健康委员会关于印发2023年全市卫生健康工作要点的通知
云卫发〔2023〕5号
各县（市、区）卫生健康局，委属各单位：
现将《2023年全市卫生健康工作要点》印发给你们，请认真贯彻落实。
云山市卫生健康委员会
2023年3月1日
2023年全市卫生健康工作要点
2023年全市卫生健康工作的总体要求是：坚持以人民健康为中心，扎实推进“一二三”行动，为群众提供优质服务。
一、强化疫情防控
1.规范发热门诊。落实首诊负责制，未设置发热门诊的诊所不得接诊发热患者。二级以上医院发热门诊建成率达到95%以上。（责任单位：医政科、疾控科）
2.加强院感防控。坚守院感事件“零”发生底线，所有二级医院院感专职人员配备到位。
二、提升服务能力
3.扩大服务供给。6月底前，新增护理院3家、护理型床位500张；到2024年底，每个县（市、区）建成1所托育机构。
4.改善医疗服务。三级医院、二级医院日间手术占比分别达到5%、10%以上，疑似病例在2小时内网络直报。
";

fn read_text(text: &str) -> Plan {
    read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text")
}

/// Finds the clause that holds some words.
fn clause<'p>(plan: &'p Plan, words: &str) -> &'p Clause {
    plan.clauses.iter().find(|clause| clause.text.contains(words)).unwrap_or_else(|| panic!("no clause with {words}"))
}

fn shown(clause: &Clause) -> Vec<String> {
    let figure = |indicator: &Indicator| {
        let value = indicator.value.map_or(String::new(), |value| value.to_string());
        format!("{:?} {value}{}", indicator.comparator, indicator.unit.as_deref().unwrap_or_default())
    };
    clause.indicators.iter().map(figure).collect()
}

#[test]
fn a_plan_is_read_from_head_to_clauses() {
    let plan = read_text(PLAN);
    assert_eq!(plan.head.title, "2023年全市卫生健康工作要点");
    assert_eq!(plan.head.issuer.as_deref(), Some("云山市卫生健康委员会"));
    assert_eq!((plan.head.year, plan.head.number.as_deref()), (Some(2023), Some("云卫发〔2023〕5号")));
    let outline: Vec<(u8, &str, &str)> =
        plan.outline.iter().map(|heading| (heading.level, heading.id.as_str(), heading.title.as_str())).collect();
    assert_eq!(outline[..3], [(1, "一", "强化疫情防控"), (2, "一/1", "规范发热门诊"), (2, "一/2", "加强院感防控")]);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn each_clause_has_its_kind_figures_date_and_topic() {
    type Case<'c> = (&'c str, ClauseKind, &'c [&'c str], Option<&'c str>, &'c str, Scope);
    let plan = read_text(PLAN);
    let cases: &[Case] = &[
        ("不得接诊", ClauseKind::Prohibition, &[], None, "fever-clinic", Scope::OnSite),
        ("建成率", ClauseKind::Target, &["Ge 95%"], None, "fever-clinic", Scope::Progress),
        ("底线", ClauseKind::Target, &["Zero 0起"], None, "infection-control", Scope::Progress),
        ("配备到位", ClauseKind::Coverage, &["Full "], None, "infection-control", Scope::OnSite),
        ("护理院3家", ClauseKind::Target, &["Eq 3家", "Eq 500张"], Some("2023-06"), "elderly-care", Scope::Progress),
        ("托育机构", ClauseKind::Target, &["Eq 1所/县"], Some("2024-12"), "childcare", Scope::Progress),
        ("日间手术", ClauseKind::Target, &["Ge 5%", "Ge 10%"], None, "medical-service", Scope::Progress),
        ("网络直报", ClauseKind::Deadline, &["Le 2小时"], None, "infectious-disease", Scope::OnSite),
    ];
    for (words, kind, figures, deadline, topic, scope) in cases {
        let clause = clause(&plan, words);
        assert_eq!(clause.kind, *kind, "{words}");
        assert_eq!(&shown(clause), figures, "{words}");
        assert_eq!(clause.deadline.as_deref(), *deadline, "{words}");
        assert_eq!(clause.topics[0].0, *topic, "{words}");
        assert_eq!(clause.scope, *scope, "{words}: {}", clause.scope_reason);
    }
    let owners: Vec<&str> = clause(&plan, "建成率").owners.iter().map(|owner| owner.unit.as_str()).collect();
    assert_eq!(owners, ["医政科", "疾控科"]);
    assert!(clause(&plan, "配备到位").owners.is_empty());
}

#[test]
fn names_of_indicators_are_those_of_the_document() {
    let plan = read_text(PLAN);
    let names: Vec<&str> =
        clause(&plan, "日间手术").indicators.iter().map(|indicator| indicator.name.as_str()).collect();
    assert_eq!(names, ["三级医院日间手术占比", "二级医院日间手术占比"]);
    assert_eq!(clause(&plan, "建成率").indicators[0].name, "二级以上医院发热门诊建成率");
}

#[test]
fn tables_of_tasks_give_owners_and_dates() {
    let plan = read_text(
        "云山市2023年重点工作任务分解表\n序号\t重点任务\t责任单位\t完成时限\n\
         1\t开展医疗废物专项检查，覆盖率不低于95%\t监督所、医政科\t6月底前\n2\t规范预检分诊\t医政科\t2023年11月\n",
    );
    let checked = clause(&plan, "覆盖率");
    assert_eq!((checked.deadline.as_deref(), checked.owners.len()), (Some("2023-06"), 2));
    assert_eq!(clause(&plan, "预检分诊").deadline.as_deref(), Some("2023-11"));
    assert_eq!(plan.clauses.len(), 3);
}

#[test]
fn a_summary_reports_and_still_demands_now_and_then() {
    let plan = read_text(
        "云山市卫健委2022年工作总结\n一、工作成效\n（一）加强监督。全年查处案件33件，罚款20.3万元，未发生行政诉讼案件。\n\
         全市6家二级医院均要按要求建设发热门诊。\n二、下一步工作打算\n（一）加强培训。培训医务人员三百名。\n",
    );
    assert_eq!(clause(&plan, "33件").kind, ClauseKind::Result);
    assert_eq!(shown(clause(&plan, "诉讼")), ["Zero 0件"]);
    let demanded = clause(&plan, "6家");
    assert_eq!((demanded.kind, shown(demanded)), (ClauseKind::Coverage, vec!["Full 6家".to_owned()]));
    assert_eq!(
        (clause(&plan, "三百名").kind, shown(clause(&plan, "三百名"))),
        (ClauseKind::Target, vec!["Eq 300名".to_owned()])
    );
}

#[test]
fn damage_is_said_and_does_not_stop_the_reading() {
    let cases: &[(&str, &str)] = &[
        ("没有标题的一段话，要求加强医疗废物管理。", "no-headings"),
        ("一、甲\n（一）规范管理，加强督查。\n（四）开展培训，提高水平。\n", "number-skipped"),
        ("This is a plan in English.\n", "not-chinese"),
        ("2022年工作总结\n一、成效\n一是发展党员。今年发展党员7，6名党员转正。\n", "unit-lost"),
        (
            "一、甲\n（一）乙\n做好工作，落实责任，加强管理。\n严格选拔任用干部\n坚持公开公平公正选拔任用干部，把好推荐关、考察关、审核关，规范民主推荐和民主测评。\n",
            "number-lost",
        ),
    ];
    for (text, code) in cases {
        let plan = read_text(text);
        let json = plan.to_json(crate::i18n::Lang::En);
        let warnings = json["warnings"].as_array().expect("a list");
        assert!(warnings.iter().any(|warning| warning["code"] == *code), "{code}: {warnings:?}");
        assert!(
            warnings
                .iter()
                .all(|warning| warning["message"].as_str().is_some_and(|message| !message.contains("plan.")))
        );
    }
}

#[test]
fn ids_survive_small_edits_and_a_second_reading() {
    let topics = Topics::built_in();
    let first = read_text(PLAN);
    let cases = [
        ("a new value", PLAN.replace("95%", "98%"), "建成率"),
        ("a new place", PLAN.replace("2.加强院感防控", "2.抓好疫苗接种。规范接种门诊。\n3.加强院感防控"), "底线"),
        (
            "new words",
            PLAN.replace("所有二级医院院感专职人员配备到位", "所有二级医院院感专职人员全部配备到位并开展培训"),
            "配备到位",
        ),
    ];
    for (what, text, words) in cases {
        let options = ReadOptions { previous: Some(&first), ..ReadOptions::default() };
        let second = read(text.as_bytes(), &topics, &options).expect("it is text");
        assert_eq!(clause(&second, words).id, clause(&first, words).id, "{what}");
        assert_eq!(second.head.id, first.head.id, "{what}");
    }
    let mut ids: Vec<&str> = first.clauses.iter().map(|clause| clause.id.0.as_str()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_fingerprint_shows_changes_of_wording_only() {
    let first = read_text(PLAN);
    let spaced = read_text(&PLAN.replace('，', ", ").replace("（", "("));
    assert_eq!(clause(&first, "建成率").fingerprint, clause(&spaced, "建成率").fingerprint);
    let changed = read_text(&PLAN.replace("95%", "98%"));
    assert_ne!(clause(&first, "建成率").fingerprint, clause(&changed, "建成率").fingerprint);
}

#[test]
fn a_plan_survives_toml_and_json() {
    let plan = read_text("一、甲\n（一）规范管理，加强督查。\n（四）培训人员20名。\n");
    let json = serde_json::to_string(&plan).expect("it is data");
    assert_eq!(serde_json::from_str::<Plan>(&json).expect("it is the same"), plan);
    let toml = toml::to_string(&plan).expect("it is data");
    assert_eq!(toml::from_str::<Plan>(&toml).expect("it is the same"), plan);
}

/// What has to be equal whatever the bytes of a document are.
fn essence(plan: &Plan) -> Vec<(String, usize)> {
    let outline = plan.outline.iter().map(|heading| (heading.id.clone(), heading.line));
    outline.chain(plan.clauses.iter().map(|clause| (clause.text.clone(), clause.line))).collect()
}

#[test]
fn one_text_in_six_forms_gives_the_same_plan() {
    let topics = Topics::built_in();
    let wide = |big: bool| -> Vec<u8> {
        PLAN.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let forms = [
        ("crlf", PLAN.replace('\n', "\r\n").into_bytes()),
        ("mark", [b"\xef\xbb\xbf".as_slice(), PLAN.as_bytes()].concat()),
        ("gb18030", GB18030.encode(PLAN).0.into_owned()),
        ("utf-16le", wide(false)),
        ("utf-16be", wide(true)),
    ];
    let expected = essence(&read_text(PLAN));
    for (name, bytes) in forms {
        let plan = read(&bytes, &topics, &ReadOptions::default()).expect(name);
        assert_eq!(essence(&plan), expected, "{name}");
    }
}

#[test]
fn what_repeats_without_end_is_read_in_no_time() {
    // Each of these would take minutes if anything looked back over the whole text again and again.
    const LENGTH: usize = 60_000;
    let pieces = [
        "责任单位：",
        "责任单位：甲、",
        "20%的",
        "零发生",
        "完成时限：6月底\n",
        "规范管理。\n完成时限：6月底\n",
        "（",
        "“",
        "（规）",
        "一是甲，",
        "1、",
        "①",
        "每",
        "规范，",
        "岁寿命1",
        "至少",
        "9",
        "\t",
        "任务\t时限\n",
        "责任单位：甲\n规范管理。\n",
        "二、\n",
        "（（医政科）",
    ];
    for piece in pieces {
        let text = "一、总体要求规范管理。".to_owned() + &piece.repeat(LENGTH / piece.len());
        let started = std::time::Instant::now();
        let _ = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default());
        assert!(started.elapsed().as_secs() < 10, "{piece} took {:?}", started.elapsed());
    }
}

#[test]
fn real_plans_keep_their_places() {
    let Ok(folder) = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/plans")) else {
        eprintln!("skipped: the real plans are not there");
        return;
    };
    for entry in folder.flatten() {
        let text = std::fs::read_to_string(entry.path()).expect("it is UTF-8");
        let plan = read_text(&text);
        assert!(plan.outline.len() > 20 && plan.clauses.len() > 100, "{}", entry.path().display());
        assert_places(&text, &plan);
    }
}

/// Asserts that the text of every clause is what stands at its line and span.
fn assert_places(text: &str, plan: &Plan) {
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    for clause in &plan.clauses {
        let joined = lines[clause.line - 1..].iter().flat_map(|line| line.chars());
        let there: String = joined.skip(clause.span.0).take(clause.span.1 - clause.span.0).collect();
        assert_eq!(there, clause.text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_read_and_every_clause_stands_where_it_says(
        text in "([一二三十、（）()1-9.①是要全市发热门诊率达到以上零发生每县各建成个家%，。；：“”《》\u{3000} \n\t|#-]|.){0,300}"
    ) {
        // A mark at the beginning belongs to the encoding and not to the first line.
        let text = text.trim_start_matches('\u{feff}');
        let topics = Topics::built_in();
        if let Ok(plan) = read(text.as_bytes(), &topics, &ReadOptions::default()) {
            assert_places(text, &plan);
            let again = read(text.as_bytes(), &topics, &ReadOptions::default()).expect("it was read before");
            prop_assert_eq!(plan, again);
        }
    }

    #[test]
    fn any_table_is_read_and_every_clause_stands_where_it_says(
        cells in proptest::collection::vec(
            "序号|任务|具体措施|指标|单位|2025年目标值|责任单位|完成时限|[0-9≥≤%/（）一岁率达到以上6月底前医政科、。：]{0,8}", 0..40),
        width in 1..7_usize,
        bars in any::<bool>(),
    ) {
        let separator = if bars { "|" } else { "\t" };
        let text = cells.chunks(width).map(|row| row.join(separator)).collect::<Vec<_>>().join("\n");
        if let Ok(plan) = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()) {
            assert_places(&text, &plan);
        }
    }

    #[test]
    fn any_mistake_in_a_plan_as_it_is_kept_is_read_or_refused(at in 0..4_000_usize, put in "[\\[\\]\"=a0-9\n零]{0,4}") {
        let kept = toml::to_string(&read_text(PLAN)).expect("it is data");
        let mut letters: Vec<char> = kept.chars().collect();
        let at = at % letters.len();
        letters.splice(at..at, put.chars());
        if let Ok(plan) = toml::from_str::<Plan>(&letters.into_iter().collect::<String>()) {
            let _ = plan.to_json(crate::i18n::Lang::Zh);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &Topics::built_in(), &ReadOptions::default());
    }
}
