//! On-site or progress: whether a clause can be checked at one unit, is a figure of an area, or neither.
//!
//! The rules stand in order; the first that holds decides, and its name is the reason (`plan.scope.REASON`).

use super::{
    ClauseKind, Comparator, Indicator, Scope,
    lexicon::{Words, find, starts_with},
};

/// What a rule may look at.
pub(super) struct Facts<'c> {
    pub(super) text: &'c [char],
    pub(super) kind: ClauseKind,
    pub(super) indicators: &'c [Indicator],
    pub(super) has_deadline: bool,
    /// What the vocabulary says of the clause's best topic.
    pub(super) topic_scope: Option<Scope>,
    /// Whether the best topic has checklists for particular units.
    pub(super) topic_has_units: bool,
    pub(super) issuer: Issuer,
}

/// Who made a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuer {
    /// One unit that is inspected, such as a hospital: the plan is about itself.
    Unit,
    /// An authority.
    Authority,
}

type Rule = (&'static str, Scope, fn(&Facts) -> bool);

/// The rules in the order in which they are asked.
const RULES: &[Rule] = &[
    ("result", Scope::Neither, |facts| facts.kind == ClauseKind::Result),
    ("topic-neither", Scope::Neither, |facts| facts.topic_scope == Some(Scope::Neither)),
    ("slogan", Scope::Neither, |facts| !is_measured(facts) && is_slogan(facts.text)),
    ("publicity", Scope::Neither, |facts| !is_measured(facts) && PUBLICITY.in_text(facts.text)),
    ("forbidden-to-units", Scope::OnSite, |facts| facts.kind == ClauseKind::Prohibition),
    ("area-figure", Scope::Progress, |facts| is_area_figure(facts)),
    ("money-or-building", Scope::Progress, |facts| BUILDING.in_text(facts.text)),
    ("topic-progress", Scope::Progress, |facts| facts.topic_scope == Some(Scope::Progress)),
    ("unit-measure", Scope::OnSite, |facts| {
        is_measured(facts) && (names_units(facts.text) || is_own_to_a_unit(facts.text))
    }),
    ("plan-of-unit", Scope::OnSite, |facts| facts.issuer == Issuer::Unit && !AREA.in_text(facts.text)),
    ("area-measure", Scope::Progress, |facts| is_measured(facts) || facts.has_deadline),
    ("unit-duty", Scope::OnSite, |facts| UNIT_DUTIES.in_text(facts.text) && !PLANNING.in_text(facts.text)),
    ("government-task", Scope::Progress, |facts| GOVERNMENT.in_text(facts.text)),
    ("unit-duty", Scope::OnSite, |facts| names_units(facts.text) || UNIT_DUTIES.in_text(facts.text)),
    ("topic-on-site", Scope::OnSite, |facts| facts.topic_scope == Some(Scope::OnSite)),
    ("unit-topic", Scope::OnSite, |facts| facts.topic_has_units && CARRY_OUT.in_text(facts.text)),
    ("area-task", Scope::Progress, |_| true),
];

/// Lists the words by which a rule decided; empty where it looks at no word.
pub(super) fn deciding(reason: &str, text: &[char]) -> Vec<String> {
    let tables: &[&Words] = match reason {
        "slogan" => &[&SLOGANS, &PRINCIPLES],
        "publicity" => &[&PUBLICITY],
        "area-figure" => &[&AREA],
        "money-or-building" => &[&BUILDING],
        "unit-measure" => &[&UNITS, &OWN],
        "government-task" => &[&GOVERNMENT],
        "unit-duty" => &[&UNITS, &UNIT_DUTIES],
        "unit-topic" => &[&CARRY_OUT],
        _ => &[],
    };
    tables.iter().flat_map(|table| table.listed(text)).collect()
}

/// Decides where a clause can be checked, and by which rule.
pub(super) fn decide(facts: &Facts) -> (Scope, &'static str) {
    RULES
        .iter()
        .find(|(_, _, holds)| holds(facts))
        .map_or((Scope::Progress, "area-task"), |(reason, scope, _)| (*scope, *reason))
}

/// Returns the names of all rules, for the test that each has its text.
#[cfg(test)]
pub(super) fn reasons() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(reason, ..)| *reason)
}

/// Words with which exhortations begin; they demand nothing that could be looked at.
static SLOGANS: Words = Words::new(
    "坚持以 坚持“ 深入学习 认真学习 深入贯彻 全面贯彻 学习贯彻 弘扬 以习近平 高举 牢固树立 树牢 增强“ 时刻绷紧 \
    紧紧围绕 不断推动 为我市 为全市 为推进 为加快 奋力 努力为 以优异成绩 凝聚 营造 切实增强 不断增强 坚定 充分认识 \
    提高政治 把握 坚决捍卫 牢记 以崇高 为进一步 为切实 为深入 为全面 为贯彻 为加强 为确保 为做好",
);

/// Words of the paragraphs that say in what spirit the work is done.
static PRINCIPLES: Words = Words::new(
    "总体思路 总体要求 指导思想 重要讲话精神 重要论述 制定本方案 制定本计划 制定如下 提出如下 以下几个方面 收官之年 开局之年 关键之年 攻坚之年 特制定 \
    现制定",
);

/// Words of figures that each unit has for itself.
static OWN: Words = Words::new(
    "小时内 分钟内 日常监管 病案 病历 手术核查 手术安全 切口 护理文书 护理质量 护理记录 处方 查房 会诊 输液 输血 住院患者 门诊患者 陪护 医疗废物 压力性损伤 内镜 \
    透析 环境卫生学 留观 手卫生 灭菌 消毒合格 暂存 切口感染 抗菌药物使用 病历书写 处方合格 院内感染 医院感染发病率 急救药品 \
    平均住院日 床位使用率 药占比 危急值 不良事件",
);

/// Words of publicity and culture work.
static PUBLICITY: Words = Words::new(
    "新闻宣传 讲好 典型宣传 正面宣传 文化建设 宣传引导 典型选树 纪念活动 精神文明 舆论氛围 宣传教育月 品牌引领",
);

/// Things that a district or the bureau builds and pays for.
static BUILDING: Words = Words::new(
    "项目 资金 经费 投资 预算 迁建 新建 改扩建 修缮 搬迁 招标 改造工程 主体工程 完工 竣工 开工 建成投用 专项债 规划编制 争取 招商",
);

/// Tasks of the bureau and the government itself.
static GOVERNMENT: Words = Words::new(
    "制定 出台 印发 修订 研究 编制 探索 试点 改革 领导小组 联席会议 政策 立法 协调 会同 创建 评选 考核 督导 督促 \
    督查 执法 监督 监管 整治 打击 体系 机制 网络 平台建设 信息化 统筹 指导 支持 鼓励 引导 推广 组织开展 人才 引进 \
    培养 评估 评审 体制 建设水平 能力建设 签约服务制度",
);

/// What is done about the duties of units and not by them.
static PLANNING: Words = Words::new(
    "制定 出台 印发 修订 研究 编制 探索 试点 改革 会同 创建 评选 考核 监督 监管 整治 打击 体系 机制 统筹 指导 支持 推广 组织开展 平台建设 信息平台 信息化 全市 全县 \
    全区 全省 各县 各区",
);

/// Words with which a clause begins that says how many units are dealt with.
static DEALT_WITH: Words =
    Words::new("抽查 检查 监督 抽检 选派 治理 建设 改造 新建 创建 督查 监测 评审 评估 完成抽查 随机抽查");

/// Kinds of unit that an inspector visits.
static UNITS: Words = Words::new(
    "医疗机构 医疗卫生机构 医疗卫生单位 各科室 农贸市场 接种点 医院 卫生院 卫生室 社区卫生服务 诊所 门诊部 发热门诊 隔离点 隔离场所 学校 托幼机构 \
    幼儿园 托育机构 血站 疾控机构 养老机构 用人单位 接种单位 接种门诊 公共场所 供水单位 水厂 实验室 救治中心 \
    急救中心 急救站 手术室 供应室 透析室 血透室 产房 病区 医养结合机构 护理院 保健室 检测机构 体检机构 助产机构 放射诊疗机构 企业 宾馆 游泳",
);

/// What a unit itself has to have in order.
static UNIT_DUTIES: Words = Words::new(
    "预检分诊 首诊负责 首问负责 个人防护 健康监测 消毒 医疗废物 医疗废水 院感 感染防控 质量控制 应急预案 物资储备 \
    登记 报告制度 台账 持证 亮证 公示 转运 闭环管理 暂存 分类收集 冷链 异常反应 应急响应 首诊测血压 抗菌药物 病历 \
    处方 知情同意 核对 配齐 配足 人员配备 规范设置 防护用品 疑似异常反应 环境和物品",
);

/// Words of figures that only an area has.
static AREA: Words = Words::new(
    "全市 全县 全区 全省 县域 辖区 以县 以乡镇 以乡 以市 每千人口 每万人 人均 各县 每个县 每县 每地 各地 新增 \
    新建 新创 建成 创建 争创 引进 培养 培训 招聘 死亡率 发病率 患病率 普及率 素养水平 占比 比例 的县 的乡镇 \
    建档率 覆盖率 接种率 筛查率 管理率 献血",
);

/// Words that carry a demand out, rather than planning for it.
static CARRY_OUT: Words = Words::new("落实 规范 严格 配备 执行 做好 加强 强化 压实 严防 开展 保障 完善 提高 确保");

fn is_measured(facts: &Facts) -> bool {
    !facts.indicators.is_empty()
}

fn is_slogan(text: &[char]) -> bool {
    SLOGANS.begins(text) || PRINCIPLES.in_text(text)
}

fn names_units(text: &[char]) -> bool {
    UNITS.in_text(text)
}

/// Says whether a figure is one that each unit has for itself.
fn is_own_to_a_unit(text: &[char]) -> bool {
    OWN.in_text(text) || (starts_with(text, "所有") && names_units(text))
}

/// A figure that only an area has: how many units, how many people, which share of units.
fn is_area_figure(facts: &Facts) -> bool {
    let counted = |indicator: &&Indicator| {
        !matches!(indicator.comparator, Comparator::Full | Comparator::Zero) || indicator.value.is_some()
    };
    let share_of_units = facts.text.first().is_some_and(char::is_ascii_digit) && find(facts.text, "%的").is_some();
    facts.indicators.iter().any(|indicator| counted(&indicator))
        && (counts_units(facts) || !is_own_to_a_unit(facts.text) && (AREA.in_text(facts.text) || share_of_units))
}

/// Says whether units are what is counted: 抽查用人单位60家, 数字化接种门诊达到12家.
fn counts_units(facts: &Facts) -> bool {
    static COUNTED: Words = Words::new("家 所 户 个 批 处 人次");
    facts.indicators.iter().any(|indicator| {
        let unit: Vec<char> = indicator.unit.as_deref().unwrap_or_default().chars().collect();
        let name: Vec<char> = indicator.name.chars().collect();
        COUNTED.at(&unit, 0).is_some_and(|word| word.end == unit.len())
            && (UNITS.ends(&name) || DEALT_WITH.begins(facts.text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::Lang, plan::indicators};

    #[test]
    fn every_reason_has_its_text() {
        for lang in Lang::ALL {
            for reason in reasons() {
                assert!(lang.has(&format!("plan.scope.{reason}")), "{reason} in {lang:?}");
            }
        }
    }

    #[test]
    fn clauses_are_sorted_by_where_they_can_be_checked() {
        let cases = [
            ("严格落实医疗机构预检分诊制度", ClauseKind::Duty, Scope::OnSite),
            ("诊所不得接诊发热患者", ClauseKind::Prohibition, Scope::OnSite),
            ("所有二级医院参保率达到100%", ClauseKind::Target, Scope::OnSite),
            ("手卫生依从性不低于70%", ClauseKind::Target, Scope::OnSite),
            ("灭菌合格率达到100%", ClauseKind::Target, Scope::OnSite),
            ("完成县医院修缮", ClauseKind::Duty, Scope::Progress),
            ("甲级病案率不低于95%", ClauseKind::Target, Scope::OnSite),
            ("数字化接种门诊达到12家", ClauseKind::Target, Scope::Progress),
            ("抽查用人单位60家", ClauseKind::Target, Scope::Progress),
            ("督促作业人员佩戴防护用品", ClauseKind::Duty, Scope::OnSite),
            ("指导各单位做好登记", ClauseKind::Duty, Scope::Progress),
            ("全市新增托位1400个", ClauseKind::Target, Scope::Progress),
            ("以乡镇为单位接种率≥95%", ClauseKind::Target, Scope::Progress),
            ("印发实施方案", ClauseKind::Duty, Scope::Progress),
            ("弘扬伟大抗疫精神", ClauseKind::Duty, Scope::Neither),
            ("查处案件12件", ClauseKind::Result, Scope::Neither),
        ];
        for (text, kind, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            let indicators = indicators::find_all(&chars, &vec![false; chars.len()], false);
            let facts = Facts {
                text: &chars,
                kind,
                indicators: &indicators,
                has_deadline: false,
                topic_scope: None,
                topic_has_units: true,
                issuer: Issuer::Authority,
            };
            assert_eq!(decide(&facts).0, expected, "{text}");
        }
    }
}
