//! Numbers that count and numbers that belong to a name: 三家医院 and 三项制度, 5类场所 and 新增5类.

use super::{Quantity, UnitSort};
use crate::plan::{
    lexicon::{Words, ends_with, has_any, starts_with, words},
    numerals,
};

/// Units that Chinese numerals below eleven carry when they count; 三项制度 or 四种形态 are names, not figures.
const COUNTED_IN_CHINESE: &str = "名 次 家 所 例 起 篇 张 台 辆 户 人次 万 亿 小时 分钟 个工作日 工作日";

/// Things of which 两个 or 三个 is a figure; 两个维护 or 四个共同体 are names.
static CONCRETE: Words = Words::new(
    "中心 工作站 急救站 护理站 医院 病区 基地 门诊 科室 平台 机构 实验室 卫生室 中医馆 专科 病房 点位 监测点 接种点 \
    试点 示范 小区 乡镇 社区 项目",
);

/// What 起 counts.
static EVENTS: Words = Words::new("事件 疫情 事故 案件 纠纷 投诉 案 舆情 火灾 病例 聚集性");

/// Says whether a Chinese numeral counts something, rather than being part of a name or an idiom.
pub(super) fn counts_in_chinese(
    text: &[char],
    quantity: &Quantity,
    numeral: numerals::Numeral,
    unit_end: usize,
) -> bool {
    static IDIOM_BEFORE: Words = Words::new("再 每 首 又 同 任何 统 逐 唯 某 另 上 下 万无");
    static IDIOM_AFTER: Words = Words::new("性 一 人一 把手 又 策 档");
    let after = &text[unit_end.min(text.len())..];
    let before = &text[..quantity.start];
    if quantity.sort == UnitSort::Lost || IDIOM_AFTER.begins(after) {
        return false;
    }
    if quantity.before.is_some() {
        return true;
    }
    if IDIOM_BEFORE.ends(before) {
        return false;
    }
    let unit = quantity.unit.as_str();
    // 二次供水 and 二次污染 are names, as who counts writes 两次; 先线上后现场的两次分诊 says which sort of thing it is.
    let is_second = text[quantity.start] == '二' && unit_end == quantity.start + 2;
    if unit == "次" && (is_second || ends_with(before, "的")) {
        return false;
    }
    // 二十届二次全会 is the second meeting.
    let meeting = words("全会 全体 会议 党代会 常务会 代表大会").any(|word| starts_with(after, word));
    if unit == "次"
        && meeting
        && (ends_with(before, "届") || !has_any(&before[before.len().saturating_sub(4)..], "开 行 织"))
    {
        return false;
    }
    if numeral.value > 10.0 {
        return !matches!(unit, "项" | "条" | "种" | "类" | "节" | "部" | "届");
    }
    match unit {
        "个" => numeral.value > 1.0 && CONCRETE.in_text(&after[..after.len().min(12)]) && !starts_with(after, "全"),
        "人" => words("等 共 计 约 有").any(|word| ends_with(before, word)),
        // 一起评估 is done together.
        "起" => EVENTS.in_text(&after[..after.len().min(6)]) || ends_with(before, "共"),
        _ => words(COUNTED_IN_CHINESE).any(|counted| counted == unit),
    }
}

/// Says whether a number only says which things are meant, as in 58条措施 or 5类场所, and not how many there are to be.
pub(super) fn names_a_set(text: &[char], quantity: &Quantity, unit_end: usize) -> bool {
    static SETS: Words = Words::new("任务 工作 措施 举措 方面 板块 内容 场所");
    static MAKES: Words = Words::new(
        "新增 新建 新设 新开 增加 完成 出台 制定 印发 推出 办好 办理 实施 开展 建立 修订 制修订 发布 共 了 创新 形成 培育 \
        承接 打造 达到 创建 申报 立项",
    );
    const NEAR: usize = 14;
    let after = &text[unit_end.min(text.len())..];
    let thing =
        &after[..after.iter().take(NEAR).position(|char| ",。;、:()".contains(*char)).unwrap_or(NEAR.min(after.len()))];
    if is_penalty(&text[..quantity.words_start]) {
        return true;
    }
    matches!(quantity.unit.as_str(), "项" | "类" | "种" | "条" | "大")
        && quantity.value_to.is_none()
        && SETS.in_text(thing)
        && !MAKES.ends(&text[..quantity.words_start])
}

/// Says whether a number behind these words is taken off, ordered or a place in a list, and not wanted: 扣减50元, 前三名.
fn is_penalty(before: &[char]) -> bool {
    static TAKEN_OFF: Words = Words::new("扣 扣减 扣除 罚款 处以 并处 连续 排名前 列前 全省前 全市前 全国前");
    TAKEN_OFF.ends(before)
}
