//! The name of an indicator: the words around a number without the verbs that lead to it.

use std::{ops::Range, sync::LazyLock};

use super::{
    lexicon::{Lexicon, Words, ends_with, text_of},
    markers, numerals,
    quantities::{self, Quantity, UnitSort},
};

/// Longer names are cut from the front, where the circumstances stand.
const LONGEST: usize = 45;

/// Words with which a demand begins and that are no part of what is measured.
static LEADING: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::of(
        "力争 确保 实现 努力 争取 全市 全县 全区 全省 使 将 把 推动 促进 进一步 继续 切实 其中 目前 今年 已 共 \
            新建 新增 新创 建成 建设 建立 培养 培训 引进 创建 争创 开展 完成 设立 设置 打造 组织 推广 遴选 持续 \
            推进 各 要 和 及 与 、 的 到 年内 累计 截至 全年 达到 保持 提高 提升 选派 配备 储备 增加 招聘 委派 \
            申报 支持 鼓励 至少 不断 全面 加快 坚持 按照 左右 : 力争每地 地 个 年底前 年底 上半年 下半年 今年底 今年底前 \
            本年底 本年底前 稳步 逐步 做到 控制 对 安排 每年 每季度 每月 每半年 每周",
        (),
    )
});

/// Words that begin as one of those does and are whole words.
static WHOLE: Words = Words::new(
    "及时 及格 及早 使用 到位 到岗 到达 到诊 到账 地方 地区 地震 地市 地级 个人 个体 个案 个性 各级 各类 各项 各科 各种 共同 共享 共建 \
    共病 共济 和谐 要素 要点 与会 将军 把关 已婚 已孕 的确 全面从严 全面无烟 控制率 \
    建成区 地中海 对口 对象 对照 对标",
);

/// Words of doing that name a measure together with what follows: 培训合格率.
static DONE_TO: Words =
    Words::new("开展 完成 建设 建成 培训 培养 引进 创建 设置 设立 组织 推广 配备 招聘 储备 建立 新建 打造 增加 控制");

/// Measures that say nothing without a word before them.
static BARE_MEASURES: Words =
    Words::new("率 合格率 达标率 通过率 及格率 完成率 优秀率 参与率 覆盖率 使用率 规范率 有效率 满意率 满意度 到位率");

/// Words between what is measured and its value.
static TRAILING: Words = Words::new(
    "分别 均 都 达到 达 保持 稳定 实现 为 的 各 要 力争 约 应 须 必须 需 不 在 共 计 共计 达成 是 、 和 已 也 仅 : ( “ 持续提高 持续提升 \
    逐步提高 逐步提升 稳步提高 稳步提升 不断提高 不断提升 明显提高 显著提高 进一步提高 进一步提升 持续下降 逐步下降 较上年 较去年 比上年 \
    比去年 同比 环比 较上年度 比上年度 年均 同期 进行 实行 \
    给予 原则上 维持 每年 每季度 每月 每半年 每周 每日 每天 每年度 力争每年 以乡镇为单位 以县为单位 以街道为单位",
);

/// Whole words that end as one of those does.
static WHOLE_ENDS: Words = Words::new("签约 预约 集约 节约 公约 条约 平均 传达 人均 户均 次均 例均 需求 统计 合计");

fn trim(mut text: &[char]) -> &[char] {
    loop {
        let skipped = leading_length(text);
        if skipped == 0 || skipped >= text.len() {
            break;
        }
        text = &text[skipped..];
    }
    loop {
        let word = TRAILING.ending_at(text, text.len()).filter(|_| !WHOLE_ENDS.ends(text));
        let end = word.map_or_else(|| without_date_behind(text).len(), |word| word.start);
        if end == text.len() {
            return text;
        }
        text = &text[..end];
    }
}

/// Measures what stands before a name: a verb, a date, the mark of an item.
fn leading_length(text: &[char]) -> usize {
    if WHOLE.begins(text) {
        return 0;
    }
    let verb = LEADING.at(text, 0).map_or(0, |word| word.end);
    if DONE_TO.at(text, 0).is_some_and(|done| done.end == verb && is_whole(&BARE_MEASURES, &text[done.end..])) {
        return 0;
    }
    let mark = match text.first() {
        Some('(' | '①'..='⑳') => markers::at_start(text).map_or(0, |mark| mark.length),
        _ => 0,
    };
    verb.max(date_length(text)).max(mark)
}

fn is_whole(words: &Words, text: &[char]) -> bool {
    words.at(text, 0).is_some_and(|word| word.end == text.len())
}

/// Measures the date at the beginning of a text: 2025年, 到2025年底, 6月底前.
fn date_length(text: &[char]) -> usize {
    let start = usize::from(matches!(text.first(), Some('到' | '至')));
    if !text.get(start).is_some_and(char::is_ascii_digit) {
        return 0;
    }
    let Some((number, end)) = numerals::whole(text, start) else { return 0 };
    let is_date = match text.get(end) {
        Some('年') => (1990..=2100).contains(&number),
        Some('月') => (1..=12).contains(&number) && text.get(end + 1) != Some(&'龄'),
        Some('日') => (1..=31).contains(&number),
        _ => false,
    };
    let ending = |rest: &[char]| rest.iter().take_while(|char| matches!(char, '底' | '末' | '前')).count();
    if is_date { end + 1 + ending(&text[end + 1..]) } else { 0 }
}

/// Takes off the date between a name and its value: 健康素养水平2025年.
fn without_date_behind(text: &[char]) -> &[char] {
    const LONGEST: usize = 9;
    let from = text.len().saturating_sub(LONGEST).max(1);
    let starts = |at: &usize| !text[at - 1].is_ascii_digit() && date_length(&text[*at..]) == text.len() - at;
    let Some(at) = (from..text.len()).find(starts) else { return text };
    // What it is compared with goes as well: 素养水平较2022年.
    let than = usize::from(at > 1 && matches!(text[at - 1], '比' | '较'));
    &text[..at - than]
}

/// Says whether a name names nothing: it is empty, or says only when, since when, or by how much.
pub(super) fn is_lacking(name: &str) -> bool {
    static NOTHING: Words =
        Words::new("每年 每季度 每月 每半年 每周 较上年 比上年 较去年 比去年 同比 环比 原则上 其中 总体 年均");
    let name: Vec<char> = name.chars().collect();
    let (name, _) = without_move(&name);
    let name = without_date_behind(name);
    name.is_empty() || is_whole(&NOTHING, name) || is_compared(name)
}

fn is_compared(name: &[char]) -> bool {
    matches!(name.first(), Some('比' | '较')) && date_length(&name[1..]) + 1 == name.len()
}

/// Takes the word off a name that says that it moves.
fn without_move(name: &[char]) -> (&[char], &[char]) {
    let moved = ends_with(name, "增幅") || ends_with(name, "降幅");
    name.split_at(name.len() - if moved { 2 } else { 0 })
}

/// Names what an earlier part of the sentence is about, for a value that follows without a name of its own: 提高系统管理率,
/// 达到90%. A name that says how much something moves keeps that.
pub(super) fn inherited(subject: &str, lacking: &str) -> String {
    let (subject, lacking): (Vec<char>, Vec<char>) = (subject.chars().collect(), lacking.chars().collect());
    let (subject, _) = without_move(&subject);
    let mut name = shown(trim(measured_thing(subject)));
    name.extend(without_move(&lacking).1);
    name
}

/// Takes off what is said around the thing that is measured: what leads to it, and a value of its own.
fn measured_thing(text: &[char]) -> &[char] {
    const LONG: usize = 14;
    static DOES: Words = Words::new("开展 组织 实施 进行 落实");
    let value = text.iter().skip(3).position(char::is_ascii_digit).map(|at| at + 3).filter(|_| !is_measure(text));
    let text = &text[..value.unwrap_or(text.len())];
    let from = DOES.sequence(text).last().map_or(0, |word| word.end);
    if text.len() > LONG && from < text.len() { &text[from..] } else { text }
}

fn shown(text: &[char]) -> String {
    if text.len() <= LONGEST {
        return text_of(text);
    }
    let kept = &text[text.len() - LONGEST..];
    // What is cut off ends where a word does.
    let begins = kept.iter().position(|char| matches!(char, '、' | ',' | '的' | ')' | '”'));
    text_of(begins.map_or(kept, |at| &kept[at + 1..]))
}

/// Says whether a name is that of a measure which takes a value.
fn is_measure(item: &[char]) -> bool {
    static MEASURES: Words = Words::new("率 比例 占比 比重 达标率 水平 满意度 覆盖面 指数");
    MEASURES.ends(item)
}

/// Gives the several things one value is for: rates that are listed, or what 分别 and 各 distribute it to.
///
/// An empty or one-element list means that the value is for the subject as a whole.
pub(super) fn measured_items(subject: &[char], paired: bool) -> Vec<String> {
    let (body, shared) = match subject.last() {
        Some('各') => (&subject[..subject.len() - 1], true),
        _ => (trim(subject), paired),
    };
    let items: Vec<&[char]> = split_list(body, shared);
    let rates = items.len() > 1 && items.iter().all(|item| is_measure(trim(item)));
    if rates || (shared && (2..=6).contains(&items.len())) {
        // In 高血压、糖尿病患者规范管理率 only the last item names the measure, which is that of all where it is a known one.
        let last = items.last().map_or(&[][..], |last| trim(last));
        let measure = SHARED_MEASURES.ending_at(last, last.len()).map_or(&[][..], |word| &last[word.start..]);
        let named = |item: &&[char]| {
            let item = trim(item);
            if is_measure(item) { shown(item) } else { shown(&[item, measure].concat()) }
        };
        return items.iter().map(named).collect();
    }
    age_groups(body)
}

/// Measures of groups of people, said once behind the last of several groups.
static SHARED_MEASURES: Words = Words::new(
    "患者规范管理率 患者健康管理率 患者规范管理服务率 患者基层规范管理服务率 患者管理率 患者血压控制率 患者血糖控制率 健康管理率 规范管理率 \
    系统管理率 筛查率 筛查覆盖率 接种率 死亡率 发病率 患病率 签约率 知晓率 控制率 治疗率 规范治疗率 发现率 合格率 报告率 建档率 日间手术占比",
);

/// Splits a list at 、 and, where both sides are whole items, at 和.
fn split_list(text: &[char], words_too: bool) -> Vec<&[char]> {
    let mut items = Vec::new();
    let mut from = 0;
    let mut depth = 0_i32;
    for (at, char) in text.iter().enumerate() {
        depth += i32::from(*char == '(') - i32::from(*char == ')');
        let both_rates = || is_measure(trim(&text[from..at])) && is_measure(trim(&text[at + 1..]));
        let splits = match char {
            '、' => true,
            '及' if text.get(at + 1) == Some(&'以') => false,
            '和' | '与' | '及' => (words_too && at > from + 1) || both_rates(),
            _ => false,
        };
        if splits && depth == 0 {
            items.push(&text[from..at]);
            from = at + 1;
        }
    }
    items.push(&text[from..]);
    items.retain(|item| !item.is_empty());
    items
}

/// Splits 65岁以上老年人和0-36月儿童健康管理率: one rate of two age groups.
fn age_groups(text: &[char]) -> Vec<String> {
    let is_aged = |part: &[char]| {
        part.iter()
            .position(|char| matches!(char, '岁' | '月'))
            .is_some_and(|at| at > 0 && part[at - 1].is_ascii_digit())
    };
    let Some(at) = text.iter().position(|char| matches!(char, '和' | '、' | '与')) else { return Vec::new() };
    let (first, second) = (&text[..at], &text[at + 1..]);
    if is_measure(text) && is_aged(first) && is_aged(second) && !is_measure(first) {
        vec![shown(trim(first)), shown(trim(second))]
    } else {
        Vec::new()
    }
}

/// Names what a quantity measures: the subject of a rate, the thing that is counted.
pub(super) fn of_quantity(text: &[char], from: usize, quantity: &Quantity, until: usize) -> String {
    let before = trim(&text[from..quantity.words_start.max(from)]);
    let behind = &text[quantity.end..until.max(quantity.end)];
    let behind = &behind[..name_length(behind)];
    let goes_elsewhere = matches!(behind.first(), Some('到' | '进'));
    let behind = if goes_elsewhere && before.len() > 1 { &[][..] } else { behind };
    let behind = trim(behind.strip_prefix(&['的']).unwrap_or(behind));
    let is_rate = matches!(quantity.sort, UnitSort::Share | UnitSort::Time | UnitSort::Ratio | UnitSort::Grade);
    // In 每年至少面访4次 what is counted stands between the bound and the number.
    let said = &text[from..quantity.words_start.max(from)];
    let period = said.len() <= 3 && said.first() == Some(&'每');
    let inside = if period && behind.is_empty() {
        quantities::without_bound(trim(&text[quantity.words_start..quantity.start]))
    } else {
        &[]
    };
    let subject = match (is_rate && before.len() > 1, behind.is_empty()) {
        _ if inside.len() > 1 => inside,
        (false, false) => behind,
        _ => before,
    };
    if subject.is_empty() { shown(behind) } else { shown(subject) }
}

/// Measures the name that a text begins with; 专(兼)职人员 and 县(市、区) go on behind their brackets.
fn name_length(text: &[char]) -> usize {
    let mut depth = 0;
    for (at, char) in text.iter().enumerate() {
        match char {
            '(' if (1..=2).contains(&at) => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '、' | ',' | ';' | ':' | '。' | '(' | ')' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// Names something without a number by the words around the place where it is said.
pub(super) fn around(text: &[char], at: usize) -> String {
    let before = trim(&text[..at]);
    if before.len() > 1 { shown(before) } else { text_of(&text[at..text.len().min(at + LONGEST)]) }
}

/// Names what must not happen, said with the words at `word`: 全年不发生安全事故, 医疗事故零发生.
pub(super) fn ruled_out(text: &[char], word: Range<usize>) -> String {
    let behind = trim(first_part(&text[word.end..]));
    let before = trim(&text[..word.start]);
    match (before.len() > 2, behind.len() > 1) {
        (true, true) => shown(&[before, behind].concat()),
        (false, true) => shown(behind),
        (_, false) => around(text, word.start),
    }
}

/// Names what is wanted of all, said with the words at `word`: 二级医院全部设立戒烟门诊.
pub(super) fn of_all(text: &[char], word: Range<usize>) -> String {
    const LONGEST_DEMAND: usize = 20;
    let (before, behind) = (trim(&text[..word.start]), first_part(&text[word.end..]));
    if before.len() > 1 && (1..=LONGEST_DEMAND).contains(&behind.len()) {
        shown(&[before, behind].concat())
    } else {
        around(text, word.start)
    }
}

fn first_part(text: &[char]) -> &[char] {
    &text[..text.iter().position(|char| ",;。:(".contains(*char)).unwrap_or(text.len())]
}

/// Names the rates of a sentence that says what they are once, before a colon: 监督覆盖率:医疗机构100%,学校90%.
pub(super) fn labelled(label: &[char], name: &str) -> Option<String> {
    const LONGEST_OWN: usize = 16;
    let label = trim(label);
    let own = name.rsplit(':').next().unwrap_or(name);
    let is_plain = (1..=LONGEST_OWN).contains(&own.chars().count()) && !own.contains('率');
    let is_own = is_measure(&own.chars().collect::<Vec<_>>());
    (is_measure(label) && is_plain && !is_own).then(|| format!("{}({own})", shown(label)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_no_part_of_a_name() {
        let cases = [
            ("到2025年底全县健康素养水平", "健康素养水平"),
            ("健康素养水平2025年", "健康素养水平"),
            ("6月底前接种率", "接种率"),
            ("3月龄婴儿接种率", "3月龄婴儿接种率"),
            ("2024年12月31日前完成整改", "整改"),
            ("健康素养水平较2022年", "健康素养水平"),
            ("发病率较上年", "发病率"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(trim(&text.chars().collect::<Vec<_>>())), expected, "{text}");
        }
    }

    #[test]
    fn whole_words_stay_whole() {
        let cases = [
            ("各级医院床位使用率", "各级医院床位使用率"),
            ("及时率", "及时率"),
            ("到位率", "到位率"),
            ("培训合格率", "培训合格率"),
            ("提高合格率", "合格率"),
            ("确保地方病知晓率", "地方病知晓率"),
            ("家庭医生签约", "家庭医生签约"),
            ("灭菌合格率必须", "灭菌合格率"),
            ("控制率逐步提高", "控制率"),
            ("(一)设置率", "设置率"),
            ("稳步提高知晓率", "知晓率"),
            ("今年底实现设备配置", "设备配置"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(trim(&text.chars().collect::<Vec<_>>())), expected, "{text}");
        }
    }

    #[test]
    fn a_value_without_a_name_takes_that_of_what_stands_before() {
        let cases = [
            ("", true),
            ("增幅", true),
            ("较上年降幅", true),
            ("较2022年增幅", true),
            ("每季度", true),
            ("接种率", false),
            ("接种率增幅", false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_lacking(name), expected, "{name}");
        }
        assert_eq!(inherited("提高孕产妇系统管理率", ""), "孕产妇系统管理率");
        assert_eq!(inherited("住院率增幅", "较上年降幅"), "住院率降幅");
        assert_eq!(inherited("住院率增幅", ""), "住院率");
    }

    #[test]
    fn lists_of_measures_are_split() {
        let cases: &[(&str, bool, &[&str])] = &[
            ("危害申报率、定期检测率、健康检查率", false, &["危害申报率", "定期检测率", "健康检查率"]),
            ("系统管理率和健康管理率均", false, &["系统管理率", "健康管理率"]),
            ("胸痛、创伤、卒中中心各", false, &["胸痛", "创伤", "卒中中心"]),
            ("三级医院、二级医院日间手术占比分别", true, &["三级医院日间手术占比", "二级医院日间手术占比"]),
            ("儿童、孕产妇健康管理率分别", true, &["儿童健康管理率", "孕产妇健康管理率"]),
            ("妇女保健、儿童保健门诊覆盖率", false, &[]),
            ("65岁以上老年人和0-36月儿童健康管理率", false, &["65岁以上老年人", "0-36月儿童健康管理率"]),
        ];
        for (text, paired, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(&measured_items(&chars, *paired), expected, "{text}");
        }
    }
}
