//! What checklists come out of a plan.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    AnswerType, Bilingual, Checklist, Code, Generated, Item, ItemId, Request, Section, Sort, TopicInfo, builtin,
    generate, merge, read, write,
};
use crate::plan::{
    self, Clause, ClauseId, ClauseKind, Comparator, Heading, Indicator, Owner, OwnerRole, Plan, PlanHead, PlanId,
    ReadOptions, Scope, TopicId, Topics,
};

fn topic(id: &str, name: &str, bank: Option<&str>) -> TopicInfo {
    let name = Bilingual { zh: name.to_owned(), en: None };
    TopicInfo { id: TopicId(id.to_owned()), name, bank: bank.map(str::to_owned), facility_types: vec![] }
}

fn topics() -> Vec<TopicInfo> {
    vec![
        topic("medical-waste", "医疗废物", Some("medical-waste")),
        topic("isolation-site", "隔离点", Some("isolation-site")),
        topic("tobacco-control", "控烟", None),
    ]
}

fn banks() -> Vec<Checklist> {
    builtin::BANKS.iter().map(|bank| builtin::read(bank).expect("it is sound")).collect()
}

fn clause(id: &str, section: &str, topic: &str, scope: Scope, text: &str) -> Clause {
    Clause {
        id: ClauseId(id.to_owned()),
        fingerprint: format!("f-{text}"),
        line: 1,
        span: (0, text.chars().count()),
        section: section.to_owned(),
        text: text.to_owned(),
        kind: ClauseKind::Duty,
        topics: vec![TopicId(topic.to_owned())],
        indicators: vec![],
        deadline: None,
        owners: vec![],
        scope,
        scope_reason: "unit-duty".into(),
        struck: false,
        corrected: None,
    }
}

fn indicator(name: &str, comparator: Comparator, value: Option<f64>, unit: Option<&str>) -> Indicator {
    let unit = unit.map(str::to_owned);
    Indicator { name: name.to_owned(), comparator, value, value_to: None, unit, approx: false, deadline: None }
}

fn plan() -> Plan {
    let mut share = clause("c3", "一/2", "medical-waste", Scope::Progress, "集中处置率达到98%以上、覆盖县区5个");
    share.indicators = vec![
        indicator("集中处置率", Comparator::Ge, Some(98.0), Some("%")),
        indicator("覆盖县区", Comparator::Eq, Some(5.0), Some("个")),
    ];
    share.deadline = Some("2026-12".to_owned());
    share.owners = vec![Owner { unit: "市卫生监督所".to_owned(), role: OwnerRole::Lead }];
    let head = PlanHead {
        id: PlanId("2026-ab12".to_owned()),
        title: "工作要点".to_owned(),
        year: Some(2026),
        issuer: None,
        number: None,
        date: None,
    };
    let heading = |id: &str, title: &str| Heading {
        id: id.to_owned(),
        marker: String::new(),
        level: 1,
        title: title.to_owned(),
        line: 1,
    };
    Plan {
        head,
        outline: vec![heading("一", "守住底线"), heading("一/2", "规范医疗废物管理"), heading("二", "其他工作")],
        clauses: vec![
            clause("c1", "一/2", "medical-waste", Scope::OnSite, "严禁转让、买卖医疗废物"),
            clause("c2", "一/2", "medical-waste", Scope::OnSite, "并与村卫生室签订收集协议。"),
            share,
            clause("c4", "一/3", "isolation-site", Scope::OnSite, "严防隔离点风险外溢"),
            clause("c5", "二", "tobacco-control", Scope::Progress, "推进无烟机关建设"),
            clause("c6", "二", "tobacco-control", Scope::Neither, "提高思想认识"),
            clause("c7", "二", "medical-waste", Scope::OnSite, "并与村卫生室签订收集协议。"),
        ],
        warnings: vec![],
    }
}

fn made(request: &Request, emergency: bool) -> Vec<Generated> {
    let generated = generate(request, emergency, &plan(), &topics(), &banks()).expect("there is something to make");
    for one in &generated {
        sound(&one.checklist, &plan());
    }
    generated
}

/// Checks what holds for every generated checklist.
fn sound(checklist: &Checklist, plan: &Plan) {
    let text = write(checklist);
    let reading = read(&text);
    assert_eq!(reading.checklist.as_ref(), Some(checklist), "{text}\n{:?}", reading.diagnostics);
    assert!(
        checklist.id.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)),
        "{}",
        checklist.id
    );
    let scope = if checklist.sort == Sort::OnSite { Scope::OnSite } else { Scope::Progress };
    for item in &checklist.items {
        assert!(!(item.bank.is_empty() && item.clauses.is_empty()), "{} has no origin", item.id);
        for origin in &item.clauses {
            let found = plan.clauses.iter().any(|clause| clause.id == origin.id && clause.scope == scope);
            assert!(found, "{} is of another sort", origin.id);
        }
    }
}

fn ids(generated: &[Generated]) -> Vec<&str> {
    generated.iter().map(|one| one.checklist.id.0.as_str()).collect()
}

fn notes(one: &Generated) -> Vec<&str> {
    one.notes.iter().map(|note| note.key().rsplit('.').next().unwrap_or_default()).collect()
}

fn item<'checklist>(checklist: &'checklist Checklist, id: &str) -> &'checklist Item {
    checklist.item(&ItemId(id.to_owned())).unwrap_or_else(|| panic!("{id} is in {}", checklist.id))
}

#[test]
fn a_topic_gives_an_on_site_and_a_progress_checklist() {
    let generated = made(&Request::Topic(TopicId("medical-waste".into())), false);
    assert_eq!(ids(&generated), ["medical-waste-2026-ab12", "medical-waste-2026-ab12-progress"]);
    let [on_site, progress] = [&generated[0].checklist, &generated[1].checklist];
    assert_eq!(on_site.title.zh, "医疗废物检查表（2026年）");
    let same = item(on_site, "MW28");
    assert_eq!((same.bank.as_str(), same.clauses[0].id.0.as_str()), ("medical-waste/MW28", "c1"));
    assert!(on_site.item(&ItemId("c1".into())).is_none(), "it is not asked twice");
    let own = item(on_site, "c2");
    assert_eq!(own.text.zh, "与村卫生室签订收集协议");
    assert_eq!(own.clauses.iter().map(|origin| origin.id.0.as_str()).collect::<Vec<_>>(), ["c2", "c7"]);
    let section = on_site.sections.iter().find(|section| section.id == own.section).expect("it exists");
    assert_eq!(section.title.zh, "年度工作要点要求");
    let [rate, count] = &progress.items[..] else { panic!("two targets: {:?}", progress.items) };
    assert_eq!((rate.answer, count.answer), (AnswerType::Percent, AnswerType::Count));
    assert_eq!((rate.deadline.as_str(), &rate.owners[..]), ("2026-12", &["市卫生监督所".to_owned()][..]));
    assert_ne!(rate.id, count.id);
}

#[test]
fn a_section_takes_only_the_items_that_match() {
    let generated = made(&Request::Section("一/2".into()), false);
    assert_eq!(ids(&generated), ["2026-ab12-section-1-2", "2026-ab12-section-1-2-progress"]);
    let on_site = &generated[0].checklist;
    assert_eq!(on_site.items.iter().map(|item| item.id.0.as_str()).collect::<Vec<_>>(), ["MW28", "c2"]);
    assert_eq!(on_site.title.zh, "规范医疗废物管理检查表（2026年）");
    let below = made(&Request::Section("一".into()), false);
    assert!(below[0].checklist.item(&ItemId("c4".into())).is_some(), "what stands below belongs to it");
    assert_eq!(notes(&below[0]), ["emergency-left-out"]);
}

#[test]
fn emergency_banks_are_joined_only_when_asked_for() {
    let everything = made(&Request::Everything, false);
    let expected = [
        "medical-waste-2026-ab12",
        "medical-waste-2026-ab12-progress",
        "isolation-site-2026-ab12",
        "tobacco-control-2026-ab12-progress",
    ];
    assert_eq!(ids(&everything), expected);
    assert_eq!(everything[2].checklist.items.len(), 1);
    assert_eq!(notes(&everything[2]), ["emergency-left-out"]);
    assert_eq!(notes(&everything[3]), ["no-bank"]);
    for generated in [made(&Request::Everything, true), made(&Request::Topic(TopicId("isolation-site".into())), false)]
    {
        let site = generated.iter().find(|one| one.checklist.id.0 == "isolation-site-2026-ab12").expect("it is made");
        assert!(site.checklist.emergency && site.checklist.items.len() > 15);
    }
}

#[test]
fn what_cannot_be_made_is_an_error_that_says_so() {
    let cases = [
        (Request::Topic(TopicId("no-such".into())), "checklist.generate.no-topic"),
        (Request::Section("九".into()), "checklist.generate.no-section"),
    ];
    for (request, key) in cases {
        let error = generate(&request, false, &plan(), &topics(), &banks()).expect_err("it cannot be made");
        assert_eq!(error.message().key(), key);
        assert!(error.next_step().is_some());
    }
    let empty = Plan { clauses: vec![], ..plan() };
    let error = generate(&Request::Everything, false, &empty, &topics(), &banks()).expect_err("it is empty");
    assert_eq!(error.message().key(), "checklist.generate.nothing");
    let bank_only = generate(&Request::Topic(TopicId("medical-waste".into())), false, &empty, &topics(), &banks());
    assert_eq!(notes(&bank_only.expect("the bank is enough")[0]), ["no-clauses"]);
}

#[test]
fn a_changed_target_comes_into_an_edited_file() {
    let request = Request::Topic(TopicId("medical-waste".into()));
    let before = write(&made(&request, false)[1].checklist);
    let edited = before.replace("\n[[item]]", "\n# 与市监督所核对\n[[item]]");
    let mut changed = plan();
    changed.clauses[2].indicators[0].value = Some(99.0);
    let theirs = &generate(&request, false, &changed, &topics(), &banks()).expect("it is made")[1].checklist;
    let merged = merge(Some(&before), &edited, theirs);
    assert!(merged.text.contains("pass = \">= 99\"") && merged.text.contains("# 与市监督所核对"), "{}", merged.text);
    assert!(merged.decisions.is_empty());
}

/// Makes everything of a plan document, and checks that no clause is lost on the way.
fn check_document(bytes: &[u8]) -> Vec<Generated> {
    let topics = Topics::built_in();
    let plan = plan::read(bytes, &topics, &ReadOptions::default()).expect("it is a plan");
    let topics: Vec<TopicInfo> = topics.all().iter().map(TopicInfo::from).collect();
    let generated = generate(&Request::Everything, true, &plan, &topics, &banks()).expect("there is something to make");
    let items = || generated.iter().flat_map(|one| &one.checklist.items);
    for clause in plan.clauses.iter().filter(|clause| clause.scope != Scope::Neither) {
        let found = items().any(|item| item.clauses.iter().any(|origin| origin.id == clause.id));
        assert!(found, "{} is lost: {}", clause.id, clause.text);
    }
    for one in &generated {
        sound(&one.checklist, &plan);
        let doubts = read(&write(&one.checklist)).diagnostics;
        assert!(doubts.iter().all(|found| found.code == Code::VerifyBasis), "{}: {doubts:?}", one.checklist.id);
    }
    generated
}

#[test]
fn the_sample_plan_gives_checklists_of_both_sorts() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("checklists/sample/plan.txt");
    let generated = check_document(&std::fs::read(path).expect("the sample is here"));
    for sort in [Sort::OnSite, Sort::Progress] {
        assert!(generated.iter().filter(|one| one.checklist.sort == sort).count() > 10);
    }
    let attached = generated.iter().flat_map(|one| &one.checklist.items);
    assert!(attached.filter(|item| !item.bank.is_empty() && !item.clauses.is_empty()).count() >= 2);
}

#[test]
fn real_plans_lose_no_clause() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/plans");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    for entry in entries {
        check_document(&std::fs::read(entry.expect("an entry").path()).expect("it can be read"));
    }
}

prop_compose! {
    fn any_clause()(
        id in "[a-z0-9 /甲]{0,4}",
        section in select(&["一", "一/2", "一/(二)", "", "附件/甲乙", "../x"][..]),
        topic in option::of(select(&["medical-waste", "isolation-site", "tobacco-control", "另一专题", ""][..])),
        scope in select(&[Scope::OnSite, Scope::Progress, Scope::Neither][..]),
        text in any::<String>(),
        indicators in vec(any_indicator(), 0..3),
        deadline in option::of(any::<String>()),
        owners in vec(any::<String>(), 0..3),
    ) -> Clause {
        let owners = owners.into_iter().map(|unit| Owner { unit, role: OwnerRole::Responsible }).collect();
        let topics = topic.map(|topic| TopicId(topic.to_owned())).into_iter().collect();
        Clause { topics, indicators, deadline, owners, ..clause(&id, section, "", scope, &text) }
    }
}

prop_compose! {
    fn any_indicator()(
        name in any::<String>(),
        comparator in select(&[
            Comparator::Ge, Comparator::Le, Comparator::Eq, Comparator::Range, Comparator::Full, Comparator::Zero,
            Comparator::Change, Comparator::Ratio, Comparator::Frequency,
        ][..]),
        value in option::of(any::<f64>()),
        value_to in option::of(any::<f64>()),
        unit in option::of(any::<String>()),
        approx: bool,
        deadline in option::of(any::<String>()),
    ) -> Indicator {
        Indicator { name, comparator, value, value_to, unit, approx, deadline }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_plan_says_the_checklists_are_sound_and_the_same_again(
        clauses in vec(any_clause(), 0..12),
        id in any::<String>(),
        year in option::of(0..3000),
        emergency: bool,
    ) {
        let mut plan = Plan { clauses, ..plan() };
        plan.head.id = PlanId(id);
        plan.head.year = year;
        let small = [Checklist {
            id: super::ChecklistId("medical-waste".into()),
            sections: vec![Section { id: "plan".into(), title: Bilingual { zh: "节".into(), en: None }, ..Section::default() }],
            items: vec![Item { id: ItemId("a".into()), section: "plan".into(), text: Bilingual { zh: "问".into(), en: None }, ..Item::default() }],
            ..Checklist::default()
        }];
        let requests = ["一", "附件/甲乙", ""].map(|path| Request::Section(path.into()));
        for request in requests.iter().chain([&Request::Everything, &Request::Topic(TopicId("medical-waste".into()))]) {
            let Ok(generated) = generate(request, emergency, &plan, &topics(), &small) else { continue };
            for (position, one) in generated.iter().enumerate() {
                sound(&one.checklist, &Plan { clauses: plan.clauses.iter().cloned().map(shown).collect(), ..plan.clone() });
                prop_assert!(ids(&generated[..position]).iter().all(|id| *id != one.checklist.id.0));
            }
            prop_assert_eq!(generate(request, emergency, &plan, &topics(), &small).ok(), Some(generated));
        }
    }
}

/// A clause with its identity as it stands in a checklist.
fn shown(clause: Clause) -> Clause {
    Clause { id: ClauseId(super::wording::short_text(&clause.id.0, 200)), ..clause }
}
