//! Quantities → indicators: what is measured, how it compares, and one row for each thing that is meant.
//!
//! X率、Y率达到N以上 gives one row for each rate, 分别达到A、B pairs them in order, 各N gives one for each thing listed.
//! Coverage (全覆盖, 应X尽X) and freedom from something (“零”发生, 杜绝) are indicators without a number.

use std::sync::LazyLock;

use super::{
    Comparator, Indicator,
    lexicon::{Lexicon, Words, ends_with, find, has_any, is_chinese, starts_with, text_of, words},
    names,
    quantities::{self, Bound, Quantity, UnitSort},
};

/// Finds the indicators of one part of a sentence; in a result 达到 says what is, not what has to be.
pub(super) fn find_all(text: &[char], masked: &[bool], result: bool) -> Vec<Indicator> {
    let mut quantities = quantities::find(text, masked, result);
    join_sizes(text, &mut quantities);
    let share_of_units = share_of_units(text, &quantities);
    let is_wanted = |place: usize| {
        is_measure(text, &quantities[place], share_of_units.is_some_and(|share| share < place), result)
            && !describes_a_share(text, &quantities, place)
    };
    let mut named_from = 0;
    let mut found = Vec::new();
    let mut place = 0;
    while place < quantities.len() {
        let group = group_end(text, &quantities, place);
        if is_wanted(place) {
            rows(text, &quantities, place..group, named_from, result, &mut found);
            named_from = quantities[group - 1].end;
        }
        place = group;
    }
    zero(text, &mut found);
    full(text, masked, &mut found);
    implied_frequency(text, masked, result, &mut found);
    found
}

/// Lets what a count counts begin behind the size that stands directly after it: 2支15人以上的流调队伍 are so many 流调队伍.
fn join_sizes(text: &[char], quantities: &mut Vec<Quantity>) {
    for place in (1..quantities.len()).rev() {
        let (count, size) = (&quantities[place - 1], &quantities[place]);
        let adjacent = size.words_start <= count.end;
        if adjacent && count.sort == UnitSort::Count && size.sort == UnitSort::Count && says_size(text, size) {
            let is_own = words("以上 以下 以内 之内").any(|bound| ends_with(&text[..count.end], bound));
            let behind = count.behind.filter(|_| is_own);
            quantities[place - 1] = Quantity { end: size.end, behind, ..quantities[place - 1].clone() };
            quantities.remove(place);
        }
    }
}

/// Says whether a quantity is a measure, rather than a duration or what each of a share of units has.
fn is_measure(text: &[char], quantity: &Quantity, behind_share_of_units: bool, result: bool) -> bool {
    static EXISTING: Words = Words::new("现有 已有 原有 现存 现已有 目前有");
    let before = &text[..quantity.words_start];
    if ends_with(before, "为期") || (quantity.unit == "期" && ends_with(before, "分")) {
        return false;
    }
    let bounded = quantity.before.is_some() || quantity.behind.is_some();
    if !bounded && !result && EXISTING.in_text(&before[before.len().saturating_sub(8)..]) {
        return false;
    }
    // 50%的县设置1所老年医院: the one hospital is what each county has, the share is what is measured.
    let one_each = quantity.value <= 1.0 && quantity.value_to.is_none() && quantity.sort == UnitSort::Count;
    !(behind_share_of_units && one_each)
}

/// Says whether a quantity only says of what a share is measured: 5分钟内出车率达到98%, 提供6类以上服务的占比达到70%,
/// or of which units is spoken: 10人及以上用人单位.
fn describes_a_share(text: &[char], quantities: &[Quantity], place: usize) -> bool {
    const PART_OF: &str = "的占比 的比例 的比重 的人数比例 的覆盖率";
    let quantity = &quantities[place];
    let next = quantities.get(place + 1).filter(|next| next.sort == UnitSort::Share);
    let between = next.map_or(&[][..], |next| &text[quantity.end..next.words_start.max(quantity.end)]);
    match quantity.sort {
        UnitSort::Time => between.contains(&'率'),
        UnitSort::Count => has_any(between, PART_OF) || says_size(text, quantity) || doses(quantity, between),
        _ => false,
    }
}

/// Says whether a count says how large the units are that are spoken of: 10人及以上用人单位, 15人以上的队伍, 100人以上的.
fn says_size(text: &[char], quantity: &Quantity) -> bool {
    static PLACES: Words =
        Words::new("乡镇 县 区 医院 学校 机构 单位 企业 家庭 卫生院 村 社区 隔离点 队 场所 幼儿园 病区 小区 工地 楼");
    const NEAR: usize = 12;
    let unbounded = quantity.before.is_none() || ends_with(&text[..quantity.start], "达到");
    let behind = &text[quantity.end..];
    let near = &behind[..behind.len().min(NEAR)];
    let is_bounded = quantity.behind.is_some() && !quantity.approx;
    match behind {
        ['的'] => is_bounded && unbounded,
        ['的', ..] => unbounded && (is_bounded || quantity.before.is_some()) && PLACES.in_text(near),
        [next, ..] => {
            quantity.before.is_none()
                && ends_with(&text[..quantity.end], "及以上")
                && is_chinese(*next)
                && *next != '和'
        }
        [] => false,
    }
}

/// Says whether a count only says which doses a rate is about: 疫苗2剂次接种率.
fn doses(quantity: &Quantity, between: &[char]) -> bool {
    const LONGEST: usize = 8;
    static DOSES: Words = Words::new("剂次 剂 次 针 针次");
    let unit: Vec<char> = quantity.unit.chars().collect();
    quantity.before.is_none()
        && quantity.behind.is_none()
        && DOSES.at(&unit, 0).is_some_and(|word| word.end == unit.len())
        && between.len() <= LONGEST
        && ends_with(between, "率")
}

/// Finds the first share that is one of units, as in 50%的县, and not a rate's value.
fn share_of_units(text: &[char], quantities: &[Quantity]) -> Option<usize> {
    let rate = text.iter().position(|char| *char == '率').unwrap_or(text.len());
    quantities.iter().position(|quantity| {
        quantity.sort == UnitSort::Share && starts_with(&text[quantity.end..], "的") && quantity.start <= rate
    })
}

/// Finds the end of the run of quantities that stand side by side from `place` on.
fn group_end(text: &[char], quantities: &[Quantity], place: usize) -> usize {
    let mut end = place + 1;
    while end < quantities.len() {
        let between = &text[quantities[end - 1].end.min(quantities[end].words_start)..quantities[end].words_start];
        let joined = between.len() == 1 && matches!(between[0], '、' | '和' | '及' | '与');
        let paired = ends_with(&text[..quantities[place].words_start], "分别");
        if !joined || (quantities[end].sort != quantities[place].sort && !paired) {
            break;
        }
        end += 1;
    }
    end
}

/// Makes the rows of a group of quantities.
fn rows(
    text: &[char],
    all: &[Quantity],
    group: std::ops::Range<usize>,
    from: usize,
    result: bool,
    found: &mut Vec<Indicator>,
) {
    let first = &all[group.start];
    let subject = &text[from..first.words_start.max(from)];
    let until = all.get(group.end).map_or(text.len(), |next| next.words_start);
    let listed = names::measured_items(subject, group.len() > 1);
    for (offset, quantity) in all[group.clone()].iter().enumerate() {
        let names = if group.len() > 1 && listed.len() == group.len() {
            vec![listed[offset].clone()]
        } else if group.len() == 1 && listed.len() > 1 {
            listed.clone()
        } else {
            // Behind 22%和 there is no other name for 30%.
            let shares = quantity.sort == UnitSort::Share || quantity.unit == first.unit;
            let named_by = if shares { first } else { quantity };
            vec![names::of_quantity(text, from, named_by, until)]
        };
        for name in names {
            // 完成率100%(18200人) measures one thing twice.
            let before = found.last().filter(|_| name.is_empty()).map(|before: &Indicator| before.name.clone());
            found.push(row(text, quantity, before.unwrap_or(name), result));
        }
    }
}

/// Finds the words that an indicator was read from; empty where it was put together from several.
pub(super) fn read_from(text: &[char], indicator: &Indicator) -> String {
    let same =
        |quantity: &&Quantity| Some(quantity.value) == indicator.value && quantity.value_to == indicator.value_to;
    let quantities = quantities::find(text, &[], true);
    let range = match (quantities.iter().find(same), indicator.comparator) {
        (Some(quantity), _) => Some(quantity.words_start..quantity.end),
        (None, Comparator::Zero) => NONE_AT_ALL.sequence(text).next().map(|word| word.start..word.end),
        (None, _) => ALL_OF.sequence(text).next().map(|word| word.start..word.end),
    };
    range.map(|range| text[range].iter().collect()).unwrap_or_default()
}

fn row(text: &[char], quantity: &Quantity, mut name: String, result: bool) -> Indicator {
    let mut comparator = comparator(quantity, result);
    if quantity.sort == UnitSort::Count && covers_all(text, quantity) {
        comparator = Comparator::Full;
    }
    if quantity.before == Some(Bound::Moves) && quantity.sort == UnitSort::Share {
        let falls = has_any(&text[quantity.words_start..quantity.start], "降 减 回落");
        name.push_str(if falls { "降幅" } else { "增幅" });
    }
    Indicator {
        name,
        comparator,
        value: Some(quantity.value),
        value_to: quantity.value_to,
        unit: unit(text, quantity),
        approx: quantity.approx,
        deadline: None,
    }
}

fn comparator(quantity: &Quantity, result: bool) -> Comparator {
    if quantity.sort == UnitSort::Ratio {
        return Comparator::Ratio;
    }
    // 100% is exact where the document says 100%.
    #[allow(clippy::float_cmp)]
    if quantity.value == 100.0 && quantity.unit == "%" {
        return Comparator::Full;
    }
    if quantity.value_to.is_some() {
        return Comparator::Range;
    }
    match (quantity.before, quantity.behind) {
        (_, Some(Bound::AtLeast)) | (Some(Bound::AtLeast), None) => Comparator::Ge,
        (_, Some(Bound::AtMost)) | (Some(Bound::AtMost), _) => Comparator::Le,
        (Some(Bound::Reaches), _) if !quantity.approx && !result => Comparator::Ge,
        (Some(Bound::Moves), _) if quantity.sort == UnitSort::Share && !result => Comparator::Change,
        _ => Comparator::Eq,
    }
}

/// Says whether 均 or 全部 makes a count of units a demand on all of them: 全市6家医院均要建设.
fn covers_all(text: &[char], quantity: &Quantity) -> bool {
    static WHOLE: Words = Words::new("全市 全县 全区 全省 全系统 辖区 直属 委属 市属 区属 县属 所有 全州");
    static ALL: Words = Words::new("均 全部 全面 都要 都已");
    let after = &text[quantity.end..];
    WHOLE.ends(&text[..quantity.words_start]) && ALL.in_text(&after[..after.len().min(24)])
}

/// Gives the unit, with what it is for each of where the words before the number say so.
fn unit(text: &[char], quantity: &Quantity) -> Option<String> {
    if quantity.unit.is_empty() {
        return None;
    }
    let mut unit = quantity.unit.clone();
    let bare = quantity.sort == UnitSort::Count && !unit.contains('/');
    if let Some(per) = per_unit(&text[..quantity.start], &unit).filter(|_| bare) {
        unit.push('/');
        unit.push_str(per);
    }
    Some(unit)
}

/// Places and units of which each has its own count.
static EACH: LazyLock<Lexicon<&'static str>> = LazyLock::new(|| {
    Lexicon::new([
        ("县", "县"),
        ("市、县", "县"),
        ("区", "区"),
        ("地", "地"),
        ("乡镇", "乡镇"),
        ("镇", "镇"),
        ("乡", "乡"),
        ("街道", "街道"),
        ("社区", "社区"),
        ("农村", ""),
        ("村", "村"),
        ("医院", "院"),
        ("院", "院"),
        ("学校", "校"),
        ("校", "校"),
        ("家庭", "户"),
        ("机构", "家"),
        ("单位", "家"),
        ("科室", "科"),
        ("人", "人"),
        ("市级", ""),
        ("县级", ""),
        ("区级", ""),
        ("市属", ""),
        ("县属", ""),
        ("村医", "人"),
    ])
});

/// Numbers of people of which each has its own count.
static POPULATIONS: LazyLock<Lexicon<&'static str>> = LazyLock::new(|| {
    Lexicon::new([("千人", "千人"), ("千人口", "千人"), ("万人", "万人"), ("万人口", "万人"), ("百人", "百人")])
});

/// Periods after which something comes again.
static PERIODS: LazyLock<Lexicon<&'static str>> = LazyLock::new(|| {
    Lexicon::new([
        ("年", "年"),
        ("年度", "年"),
        ("半年", "半年"),
        ("季度", "季度"),
        ("季", "季度"),
        ("个季度", "季度"),
        ("月", "月"),
        ("个月", "月"),
        ("周", "周"),
        ("星期", "周"),
        ("日", "日"),
        ("天", "日"),
    ])
});

/// Words for going and doing, before which 各 means each place: 各建成1家.
static EACH_DOES: Words = Words::new(
    "各建成 各新增 各设置 各设立 各创建 各打造 各培养 各完成 各建设 各新建 各培育 各建立 各配备 各开展 各选",
);

fn per_unit(before: &[char], unit: &str) -> Option<&'static str> {
    let window = &before[before.len().saturating_sub(24)..];
    if unit.starts_with(['元', '万']) && unit.ends_with('元') && has_any(window, "人均") {
        return Some("人");
    }
    if let Some(at) = window.iter().rposition(|char| *char == '每') {
        let after = &window[at + 1..];
        if let Some(period) =
            PERIODS.at(after, 0).filter(|_| matches!(unit, "次" | "场" | "期" | "轮" | "场次" | "人次"))
        {
            return Some(period.value);
        }
        if starts_with(after, "千") || starts_with(after, "万") || starts_with(after, "百") {
            // Elsewhere it is part of the name: 每千人口床位数.
            return POPULATIONS.at(after, 0).filter(|word| word.end == after.len()).map(|word| word.value);
        }
        let near = &after[..after.len().min(7)];
        return EACH.sequence(near).map(|word| word.value).find(|word| !word.is_empty());
    }
    if EACH_DOES.in_text(window) {
        return Some("地");
    }
    let capacity = unit.ends_with(['管', '人', '次', '份']) && has_any(window, "能力 检测量");
    (capacity && has_any(&before[before.len().saturating_sub(60)..], "日单 每日 日均 单日 日检测 日最大"))
        .then_some("日")
}

/// Harm that 零 rules out.
static ZERO_OF: Words = Words::new(
    "发生 死亡 感染 事故 差错 投诉 漏报 扩散 输入 新增 缺陷 违规 违纪 上访 病例 纠纷 失误 遗漏 外溢 伤亡 迟报 瞒报 \
    泄密 事件",
);

/// Words that say that something must not happen at all, or has not.
static NONE_AT_ALL: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::of(
        "不发生 未发生 没有发生 不出现 未出现 没有出现 杜绝 确保无 确保不发生 坚决杜绝 不出丝毫 不出任何 \
            不出问题 不出事故 零发生 未接到 无新增",
        (),
    )
});

fn zero(text: &[char], found: &mut Vec<Indicator>) {
    const LONGEST: usize = 16;
    static HARM: Words = Words::new("事故 事件 案件 病案 纠纷 差错 漏报 投诉");
    for at in 0..text.len() {
        if text[at] != '零' {
            continue;
        }
        let after = text[at + 1..].iter().position(|char| *char != '”').map_or(text.len(), |offset| at + 1 + offset);
        let is_value = text[..at].ends_with(&['为']) && text.get(at + 1).is_none_or(|next| "。,;)".contains(*next));
        if ZERO_OF.begins(&text[after..]) || is_value {
            found.push(none_of(names::around(text, at), &text[after..], &text[..at]));
        }
    }
    for word in NONE_AT_ALL.sequence(text) {
        if !starts_with(&text[word.start..], "零") {
            let name = names::ruled_out(text, word.start..word.end);
            found.push(none_of(name, &text[word.end..], &text[..word.start]));
        }
    }
    // 无行政诉讼败诉案件 stands alone in its part.
    if let ['无', harm @ ..] = text
        && found.is_empty()
        && harm.len() <= LONGEST
        && HARM.ends(harm)
    {
        found.push(none_of(text_of(harm), harm, &[]));
    }
}

/// Makes the indicator of what must not happen, with the words around that say in what it is counted.
fn none_of(name: String, after: &[char], before: &[char]) -> Indicator {
    Indicator { value: Some(0.0), unit: zero_unit(after, before), ..bare(name, Comparator::Zero) }
}

/// What is counted when something must not happen.
fn zero_unit(after: &[char], before: &[char]) -> Option<String> {
    const COUNTED: &[(&str, &str)] = &[
        ("案件", "件"),
        ("事件", "起"),
        ("事故", "起"),
        ("疫情", "起"),
        ("纠纷", "起"),
        ("舆情", "起"),
        ("病例", "例"),
        ("人员", "人"),
        ("死亡", "人"),
        ("投诉", "起"),
    ];
    const NEAR: usize = 40;
    let (after, before) = (&after[..after.len().min(NEAR)], &before[before.len().saturating_sub(NEAR)..]);
    [after, before]
        .iter()
        .find_map(|side| COUNTED.iter().find(|(word, _)| find(side, word).is_some()))
        .map(|(_, unit)| (*unit).to_owned())
}

/// Words that mean all of them; the strong ones mean it whatever else the sentence measures.
static ALL_OF: LazyLock<Lexicon<bool>> = LazyLock::new(|| {
    let strong = words("全覆盖 全部覆盖 全行业覆盖 全面覆盖 全域覆盖 覆盖所有 覆盖全部 覆盖全市 无一遗漏");
    let weak = words("所有 全部 全员 每一家 百分百");
    Lexicon::new(strong.map(|word| (word, true)).chain(weak.map(|word| (word, false))))
});

fn full(text: &[char], masked: &[bool], found: &mut Vec<Indicator>) {
    let is_masked = |at: usize| masked.get(at).copied().unwrap_or(false);
    if found.iter().any(|indicator| indicator.comparator == Comparator::Full) {
        return;
    }
    let measured = found.iter().any(|indicator| indicator.comparator != Comparator::Zero);
    let sure = |at: usize| !is_masked(at) && !starts_with(&text[at..], "所有这些");
    let word = ALL_OF.sequence(text).find(|word| sure(word.start) && (word.value || !measured));
    let repeated =
        |at: &usize| text[*at] == '应' && text.get(at + 2) == Some(&'尽') && text.get(at + 1) == text.get(at + 3);
    let all_due = || (0..text.len().saturating_sub(3)).find(repeated);
    // 全部设立戒烟门诊 says of whom before and what behind.
    let name = match word.filter(|word| !word.value) {
        Some(weak) => Some(names::of_all(text, weak.start..weak.end)),
        None => word.map(|word| word.start).or_else(all_due).map(|at| names::around(text, at)),
    };
    found.extend(name.map(|name| bare(name, Comparator::Full)));
}

/// What is done again and again, so that 每季度 alone means once a quarter.
static PERIODIC: Words = Words::new(
    "督查 检查 督导 调度 通报 评估 研判 演练 例会 会商 巡查 考核 监测 抽查 自查 随访 消毒 会议 联席会 盘点 复训 \
    培训",
);

fn implied_frequency(text: &[char], masked: &[bool], result: bool, found: &mut Vec<Indicator>) {
    static TIMES: Words = Words::new("次 场 期 轮 份 例");
    let Some(at) = (0..text.len()).find(|&at| text[at] == '每' && !masked.get(at).copied().unwrap_or(false)) else {
        return;
    };
    let Some(period) = PERIODS.at(text, at + 1) else { return };
    let is_said = |unit: &String| unit.contains('/') || TIMES.begins(&unit.chars().collect::<Vec<_>>());
    let said = found.iter().any(|indicator| indicator.unit.as_ref().is_some_and(is_said));
    let day_named = text.get(period.end).is_some_and(char::is_ascii_digit);
    if said || day_named || !PERIODIC.in_text(&text[period.end..]) {
        return;
    }
    let comparator = if result { Comparator::Eq } else { Comparator::Frequency };
    let name = names::around(text, period.end);
    found.push(Indicator { value: Some(1.0), unit: Some(format!("次/{}", period.value)), ..bare(name, comparator) });
}

/// Makes an indicator without a number.
pub(super) fn bare(name: String, comparator: Comparator) -> Indicator {
    Indicator { name, comparator, value: None, value_to: None, unit: None, approx: false, deadline: None }
}

/// Says whether a value stands without the unit it must have had.
pub(super) fn has_lost_unit(indicator: &Indicator) -> bool {
    let valued = indicator.value.is_some_and(|value| value != 0.0) && indicator.unit.is_none();
    let plain = || words("指数 得分 系数 评分").any(|word| indicator.name.contains(word));
    valued && indicator.comparator != Comparator::Ratio && !plain()
}
