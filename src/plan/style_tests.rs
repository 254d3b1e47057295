//! Plans of an invented city in the styles in which commissions write: what a careful clerk would note of each.

use super::*;

/// What a clause says: some of its words, its figures with their dates, its own date, its owners.
type Noted<'n> = (&'n str, &'n [&'n str], Option<&'n str>, &'n [&'n str]);

fn figure(indicator: &Indicator) -> String {
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let to = indicator.value_to.map_or(String::new(), |to| format!("~{to}"));
    let unit = indicator.unit.as_deref().unwrap_or_default();
    let date = indicator.deadline.as_ref().map_or(String::new(), |date| format!("@{date}"));
    format!("{} {:?} {}{to}{unit}{date}", indicator.name, indicator.comparator, number(indicator.value))
}

fn check(text: &str, noted: &[Noted]) {
    let plan = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text");
    for (words, figures, deadline, owners) in noted {
        let found: Vec<&Clause> = plan.clauses.iter().filter(|clause| clause.text.contains(words)).collect();
        let [clause] = found.as_slice() else { panic!("{} clauses with {words}: {found:#?}", found.len()) };
        assert_eq!(&clause.indicators.iter().map(figure).collect::<Vec<_>>(), figures, "{words}");
        assert_eq!(clause.deadline.as_deref(), *deadline, "{words}");
        assert_eq!(&clause.owners.iter().map(|owner| owner.unit.as_str()).collect::<Vec<_>>(), owners, "{words}");
    }
}

#[test]
fn values_of_several_years_are_told_apart() {
    check(
        "云山市2023年健康行动实施方案\n一、主要任务\n\
         1.普及健康知识。到2022年和2030年，居民健康素养水平分别不低于22%和30%。\n\
         2.控制烟草危害。成人吸烟率2025年降至23%以下，2030年降至20%以下。\n\
         3.保障母婴安全。到2025年底，婴儿死亡率、孕产妇死亡率分别控制在4.5‰、12/10万以内。\n",
        &[
            ("健康素养", &["居民健康素养水平 Ge 22%@2022", "居民健康素养水平 Ge 30%@2030"], Some("2030"), &[]),
            ("吸烟率", &["成人吸烟率 Le 23%@2025", "成人吸烟率 Le 20%@2030"], Some("2030"), &[]),
            ("婴儿", &["婴儿死亡率 Le 4.5‰", "孕产妇死亡率 Le 12/10万"], Some("2025-12"), &[]),
        ],
    );
}

#[test]
fn a_table_of_indicators_gives_a_value_for_each_year() {
    check(
        "健康云山行动（2023—2030年）主要指标\n\
         序号\t指标\t单位\t2021年\t2025年目标值\t2030年目标值\t性质\n\
         1\t居民健康素养水平\t%\t25.4\t≥30\t≥40\t预期性\n\
         2\t孕产妇死亡率\t1/10万\t12.1\t≤10\t≤8\t预期性\n\
         3\t人均预期寿命\t岁\t78.2\t79.5\t81\t预期性\n\
         4\t设置治未病科的中医医院比例（%）\t\t—\t90以上\t100\t约束性\n",
        &[
            ("素养", &["居民健康素养水平 Ge 30%@2025", "居民健康素养水平 Ge 40%@2030"], Some("2030"), &[]),
            ("孕产妇", &["孕产妇死亡率 Le 10/10万@2025", "孕产妇死亡率 Le 8/10万@2030"], Some("2030"), &[]),
            ("寿命", &["人均预期寿命 Eq 79.5岁@2025", "人均预期寿命 Eq 81岁@2030"], Some("2030"), &[]),
            (
                "治未病",
                &["设置治未病科的中医医院比例 Ge 90%@2025", "设置治未病科的中医医院比例 Full 100%@2030"],
                Some("2030"),
                &[],
            ),
        ],
    );
}

#[test]
fn a_table_of_tasks_names_them_and_says_what_has_to_be_done() {
    check(
        "云山市2024年卫生健康重点工作任务分解表\n\
         序号\t工作任务\t具体措施\t牵头领导\t责任科室\t完成时限\t备注\n\
         1\t加强发热门诊管理\t二级以上医院发热门诊设置率达到100%\t张某某\t医政科、疾控科\t第二季度\t\n\
         2\t推进托育服务\t新增普惠托位不少于600个，每千人口托位数达到4.5个\t\t家庭科\t2024年12月31日前\t\n\
         3\t规范医疗废物管理\t每季度至少开展1次专项检查\t\t监督科；医政科\t全年\t\n",
        &[
            ("设置率", &["二级以上医院发热门诊设置率 Full 100%"], Some("2024-06"), &["张某某", "医政科", "疾控科"]),
            ("新增普惠托位", &["普惠托位 Ge 600个"], Some("2024-12-31"), &["家庭科"]),
            ("千人口", &["每千人口托位数 Ge 4.5个"], Some("2024-12-31"), &["家庭科"]),
            ("专项检查", &["专项检查 Ge 1次/季度"], Some("2024-12"), &["监督科", "医政科"]),
        ],
    );
}

#[test]
fn labels_may_stand_alone_in_their_lines_or_cells() {
    let noted: &[Noted] = &[
        ("预检分诊", &[], Some("2023-06"), &["医政科", "各县卫健局"]),
        ("培训", &["医务人员 Eq 200名"], Some("2023-12"), &["人事科"]),
    ];
    check(
        "2023年重点工作任务分解\n具体任务\n落实预检分诊制度。\n责任单位\n医政科\n配合单位\n各县卫健局\n完成时限\n6月底前\n\
         具体任务\n培训医务人员200名。\n责任单位\n人事科\n完成时限\n年底前\n",
        noted,
    );
    check(
        "2023年重点工作任务分解\n具体任务\t落实预检分诊制度。\n责任单位\t医政科\t配合单位\t各县卫健局\n完成时限\t6月底前\n\
         具体任务\t培训医务人员200名。\n责任单位\t人事科\n完成时限\t年底前\n",
        noted,
    );
}

#[test]
fn owners_stand_at_the_end_in_every_form() {
    check(
        "2023年工作要点\n一、重点任务\n\
         1.规范分类收集，处置率达到100%。责任单位：监督科，市第一医院\n\
         2.加强培训，合格率95%以上。（医政科、基层科）\n\
         3.严格持证上岗。（牵头单位：人事科；配合单位：各医院；完成时限：11月30日前）\n\
         4.改善就诊环境（内科、外科）。\n\
         5.落实台账制度。\n责任单位：药政科\n配合单位：各县卫健局\n完成时限：9月底\n\
         6.完善应急预案。\n",
        &[
            ("处置率", &["处置率 Full 100%"], None, &["监督科", "市第一医院"]),
            ("合格率", &["合格率 Ge 95%"], None, &["医政科", "基层科"]),
            ("持证", &[], Some("2023-11-30"), &["人事科", "各医院"]),
            ("环境", &[], None, &[]),
            ("台账", &[], Some("2023-09"), &["药政科", "各县卫健局"]),
            ("预案", &[], None, &[]),
        ],
    );
}

#[test]
fn figures_of_every_form_are_read() {
    check(
        "云山县2024年卫生健康工作要点\n一、主要目标\n\
         医护比达到1:1.25，床护比不低于1:0.6。药占比下降2个百分点，次均费用增幅控制在3%以内。\n\
         高血压、糖尿病患者规范管理率分别达到64%和62%以上，宫颈癌、乳腺癌筛查率均达到50%以上。\n\
         每个乡镇至少建成1家标准化卫生院，3—5家医院开展试点，每季度至少督导1次。\n\
         急救车辆在5分钟内出车，到“十四五”末每村至少有1名合格村医。\n",
        &[
            ("医护比", &["医护比 Ratio 1~1.25"], None, &[]),
            ("床护比", &["床护比 Ratio 1~0.6"], None, &[]),
            ("药占比", &["药占比降幅 Change 2个百分点"], None, &[]),
            ("增幅", &["次均费用增幅 Le 3%"], None, &[]),
            ("高血压", &["高血压患者规范管理率 Ge 64%", "糖尿病患者规范管理率 Ge 62%"], None, &[]),
            ("乳腺癌", &["宫颈癌、乳腺癌筛查率 Ge 50%"], None, &[]),
            ("标准化", &["标准化卫生院 Ge 1家/乡镇"], None, &[]),
            ("试点", &["医院开展试点 Range 3~5家"], None, &[]),
            ("督导", &["督导 Ge 1次/季度"], None, &[]),
            ("出车", &["急救车辆 Le 5分钟"], None, &[]),
            ("村医", &["合格村医 Ge 1名/村"], Some("2025-12"), &[]),
        ],
    );
}

#[test]
fn items_may_begin_with_their_figure() {
    let text = "云山县2024年卫生健康工作要点\n一、基层卫生\n1、2024年底前完成县医院迁建。\n2、90%以上的村卫生室达到标准。\n\
                3.6月底前完成疾控中心搬迁；启动二期工程。\n4.3个乡镇卫生院完成改造。（重点项目）\n5.80%的诊所接入平台。\n\
                二、监督\n6.2025年1月15日前报送总结。\n7.加强监督。\n";
    check(
        text,
        &[
            ("迁建", &[], Some("2024-12"), &[]),
            ("村卫生室", &["村卫生室达到标准 Ge 90%"], None, &[]),
            ("搬迁", &[], Some("2024-06"), &[]),
            ("二期", &[], None, &[]),
            ("改造", &["乡镇卫生院完成改造 Eq 3个"], None, &[]),
            ("平台", &["诊所接入平台 Eq 80%"], None, &[]),
            ("总结", &[], Some("2025-01-15"), &[]),
        ],
    );
    let plan = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text");
    let marks: Vec<&str> = plan.outline.iter().map(|heading| heading.marker.as_str()).collect();
    assert_eq!(marks, ["一、", "1、", "2、", "3.", "4.", "5.", "二、", "6.", "7."]);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn headings_of_a_plan_with_words_of_a_report_still_demand() {
    check(
        "云山市2024年卫生健康工作要点\n一、疾病控制\n（一）全面完成免疫规划任务。接种率达到95%以上，12月底前完成查漏补种。\n\
         （二）强化评先表彰。组织表彰活动2次。\n（三）每月10日前报送进度。责任人：张三，责任单位：基层科\n\
         （四）定期通报工作情况。（区卫健局，持续推进）\n云山市卫生健康委员会\n2024年2月1日\n附件：任务表\n",
        &[
            ("接种率", &["接种率 Ge 95%"], None, &[]),
            ("查漏补种", &[], Some("2024-12"), &[]),
            ("表彰活动", &["表彰活动 Eq 2次"], None, &[]),
            ("报送进度", &[], None, &["张三", "基层科"]),
        ],
    );
}

#[test]
fn a_summary_with_a_plan_reports_until_the_plan_begins() {
    let text = "云山县卫生健康局2023年工作总结和2024年工作计划\n2023年，在县委县政府的领导下，全县卫生健康系统紧紧围绕目标抓落实，新增床位200张，签约率达到76%。\n\
                一、主要做法\n开展培训3场。\n二、2024年工作计划\n新增床位100张。\n";
    let plan = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text");
    let kinds: Vec<ClauseKind> = plan.clauses.iter().map(|clause| clause.kind).collect();
    let (plan, report) = kinds.split_last().expect("clauses");
    assert!(report.len() > 2 && report.iter().all(|kind| *kind == ClauseKind::Result), "{kinds:?}");
    assert_eq!(*plan, ClauseKind::Target);
}

#[test]
fn a_value_takes_its_name_and_its_bound_from_where_they_stand() {
    check(
        "云山县2024年卫生健康工作要点\n一、主要目标\n\
         1.提高孕产妇系统管理率，达到90%以上。\n2.接种率由65%提高到80%。\n3.健康素养水平达到33%（2023年为30%）。\n\
         4.公用经费不低于总支出的10%。\n5.住院率比2020年提高5个百分点。\n6.现有床位1200张，新增床位50张。\n\
         7.购置CT1台、DR2台。\n8.落实58条措施。\n9.到2025年，基本建成急救体系。\n10.自2024年4月1日起实施新规范。\n\
         11.义诊10场（次）以上。\n12.传染病漏报率为零。\n13.开展家庭医生签约，签约率达到40%。\n",
        &[
            ("孕产妇", &["孕产妇系统管理率 Ge 90%"], None, &[]),
            ("接种率", &["接种率 Ge 80%"], None, &[]),
            ("素养", &["健康素养水平 Ge 33%"], None, &[]),
            ("公用经费", &["公用经费 Ge 10%"], None, &[]),
            ("住院率", &["住院率增幅 Change 5个百分点"], None, &[]),
            ("新增床位", &["床位 Eq 50张"], None, &[]),
            ("购置", &["购置CT Eq 1台", "DR Eq 2台"], None, &[]),
            ("58条", &[], None, &[]),
            ("急救体系", &[], Some("2025"), &[]),
            ("新规范", &[], None, &[]),
            ("义诊", &["义诊 Ge 10场"], None, &[]),
            ("漏报率", &["传染病漏报率 Zero 0"], None, &[]),
            ("签约率", &["签约率 Ge 40%"], None, &[]),
        ],
    );
}

#[test]
fn names_are_those_that_an_official_would_write_into_a_table() {
    check(
        "云山县2024年卫生监督工作计划\n一、监督检查\n\
         1.日常监督覆盖率：医疗机构100%，学校90%。\n2.监测企业不少于每县20家。\n3.全科医生达到每万人3.2名。\n\
         4.每年对饮用水、学校卫生、非法行医巡查不少于2次。\n5.二级以上医疗机构全部设立戒烟门诊。\n\
         6.全年不发生较大以上安全事故。\n7.组建2支15人以上的流调队伍。\n8.含麻疹成分疫苗2剂次接种率≥95%。\n\
         9.随访完成率100%（18200人）。\n10.配备1—2名专（兼）职人员。\n11.满意度达到90分以上。\n12.血压、血糖控制率分别达到60%和55%。\n\
         13.患者达到100人的乡镇全部设立康复站。\n14.死因编码不准确比例低于5%。\n",
        &[
            ("日常监督", &["日常监督覆盖率(医疗机构) Full 100%"], None, &[]),
            ("学校90", &["日常监督覆盖率(学校) Eq 90%"], None, &[]),
            ("监测企业", &["监测企业 Ge 20家/县"], None, &[]),
            ("全科医生", &["全科医生 Ge 3.2名/万人"], None, &[]),
            ("饮用水", &["饮用水、学校卫生、非法行医巡查 Ge 2次/年"], None, &[]),
            ("戒烟门诊", &["二级以上医疗机构设立戒烟门诊 Full "], None, &[]),
            ("安全事故", &["较大以上安全事故 Zero 0起"], None, &[]),
            ("流调队伍", &["流调队伍 Eq 2支"], None, &[]),
            ("麻疹", &["含麻疹成分疫苗2剂次接种率 Ge 95%"], None, &[]),
            ("随访", &["随访完成率 Full 100%", "随访完成率 Eq 18200人"], None, &[]),
            ("职人员", &["专(兼)职人员 Range 1~2名"], None, &[]),
            ("满意度", &["满意度 Ge 90分"], None, &[]),
            ("血压", &["血压控制率 Ge 60%", "血糖控制率 Ge 55%"], None, &[]),
            ("康复站", &["患者达到100人的乡镇设立康复站 Full "], None, &[]),
            ("死因编码", &["死因编码不准确比例 Le 5%"], None, &[]),
        ],
    );
}

#[test]
fn traditional_characters_are_read_and_quoted_as_they_are() {
    check(
        "東江市2024年衛生健康工作要點\n一、傳染病防控\n（一）二級以上醫院發熱門診設置率達到100%。\n\
         （二）醫療機構手衛生依從率不低於80%。（責任單位：醫政科、疾控科）\n（三）6月底前完成市中醫院遷建。\n",
        &[
            ("發熱門診設置率", &["二级以上医院发热门诊设置率 Full 100%"], None, &[]),
            ("手衛生", &["医疗机构手卫生依从率 Ge 80%"], None, &["医政科", "疾控科"]),
            ("遷建", &[], Some("2024-06"), &[]),
        ],
    );
}

#[test]
fn owners_at_the_end_of_a_chapter_answer_for_all_of_it() {
    check(
        "云山县2024年卫生健康工作要点\n一、医疗服务\n（一）规范病历书写。\n（二）落实核心制度。\n责任股室：医政股　　完成时限：12月底\n\
         二、疾病控制\n（一）落实预检分诊。\n责任股室：疾控股\n（二）规范疫情报告。\n责任股室：应急办\n（三）开展健康教育。\n三、其他\n\
         （一）加强宣传。\n联系人：张三，电话：12345\n",
        &[
            ("病历", &[], Some("2024-12"), &["医政股"]),
            ("核心制度", &[], Some("2024-12"), &["医政股"]),
            ("分诊", &[], None, &["疾控股"]),
            ("疫情报告", &[], None, &["应急办"]),
            ("健康教育", &[], None, &[]),
            ("宣传", &[], None, &[]),
        ],
    );
}

#[test]
fn a_table_may_name_the_task_beside_its_target() {
    check(
        "云山县2024年目标任务分解表\n序号|目标任务|目标值|责任科室|完成时限\n\
         1|居民健康素养水平|≥32%|健康科|12月底\n2|开展依法执业检查|100%|监督科|11月底\n\
         3|人均期望寿命|80.5岁|规划科|年底\n4|规范发热门诊|按标准完成改造|医政科|6月底\n",
        &[
            ("素养", &["居民健康素养水平 Ge 32%"], Some("2024-12"), &["健康科"]),
            ("依法执业", &["开展依法执业检查 Full 100%"], Some("2024-11"), &["监督科"]),
            ("寿命", &["人均期望寿命 Eq 80.5岁"], Some("2024-12"), &["规划科"]),
            ("发热门诊", &[], Some("2024-06"), &["医政科"]),
            ("按标准", &[], Some("2024-06"), &["医政科"]),
        ],
    );
}

#[test]
fn a_table_of_contents_is_no_outline() {
    let text = "2023年工作要点\n一、总体要求………………3\n二、重点任务………………5\n（一）规范管理..........6\n\
                一、总体要求\n坚持预防为主。\n二、重点任务\n（一）规范管理\n落实台账制度。\n";
    let plan = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text");
    let lines: Vec<usize> = plan.outline.iter().map(|heading| heading.line).collect();
    assert_eq!(lines, [5, 7, 8], "{:?}", plan.outline);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn a_title_broken_over_two_lines_is_whole() {
    let cases = [
        ("2023年公共卫生随机监督\n抽查计划方案\n一、内容\n落实抽查制度。\n", "2023年公共卫生随机监督抽查计划方案"),
        (
            "附件1\n危害项目申报扩面行动\n（2024—2025年）工作方案\n一、目标\n摸清底数。\n",
            "危害项目申报扩面行动（2024—2025年）工作方案",
        ),
        ("云山市卫生健康委员会\n2023年工作要点\n一、目标\n摸清底数。\n", "2023年工作要点"),
    ];
    for (text, title) in cases {
        let plan = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is text");
        assert_eq!(plan.head.title, title);
    }
}
