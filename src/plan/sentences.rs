//! Paragraphs → sentences → parts: where text may be cut, and what must stay together.

use std::ops::Range;

use super::lexicon::{Words, ends_with, is_chinese};

/// A sentence longer than this is cut at the next comma, so that one line of any length is read in bounded time.
const LONGEST_SENTENCE: usize = 600;

/// Marks the characters that stand between quotation marks or in titles, and those that stand between any brackets.
pub(super) struct Enclosed {
    /// Names and titles: figures in them count for nothing.
    pub(super) named: Vec<bool>,
    /// No sentence or part ends here.
    held: Vec<bool>,
}

impl Enclosed {
    /// Finds what is enclosed; a bracket without its partner near by encloses nothing.
    pub(super) fn of(text: &[char]) -> Self {
        const PAIRS: &[(char, char, bool, usize)] = &[
            ('“', '”', true, 40),
            ('《', '》', true, 80),
            ('〔', '〕', true, 12),
            ('(', ')', false, 200),
            ('[', ']', false, 60),
        ];
        let mut enclosed = Self { named: vec![false; text.len()], held: vec![false; text.len()] };
        let mut open: [Vec<usize>; PAIRS.len()] = Default::default();
        for (at, char) in text.iter().enumerate().filter(|(_, char)| !is_chinese(**char)) {
            for (stack, (opening, closing, name, longest)) in open.iter_mut().zip(PAIRS) {
                if char == opening {
                    stack.push(at);
                } else if char == closing {
                    let Some(start) = stack.pop().filter(|start| at - start <= *longest) else { continue };
                    enclosed.held[start..=at].fill(true);
                    if *name {
                        enclosed.named[start..=at].fill(true);
                    }
                }
            }
        }
        enclosed
    }
}

/// Cuts a range of a paragraph into sentences, without their final marks.
pub(super) fn sentences(text: &[char], range: Range<usize>, enclosed: &Enclosed) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = range.start;
    for at in range.clone() {
        let ends = matches!(text[at], '。' | ';' | '!' | '?') && !enclosed.held[at];
        let too_long = at - start >= LONGEST_SENTENCE && (text[at] == ',' || at - start >= 2 * LONGEST_SENTENCE);
        if ends || too_long {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..range.end);
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Cuts a sentence into the parts between its commas.
pub(super) fn parts(text: &[char], sentence: Range<usize>, enclosed: &Enclosed) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = sentence.start;
    for at in sentence.clone() {
        if text[at] == ',' && !enclosed.held[at] {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..sentence.end);
    found.into_iter().map(|part| trimmed(text, part)).filter(|part| !part.is_empty()).collect()
}

/// Takes punctuation and spaces off both ends of a range.
pub(super) fn trimmed(text: &[char], range: Range<usize>) -> Range<usize> {
    let is_edge = |char: &char| matches!(char, ',' | '。' | ';' | ' ' | '、' | ':' | '!' | '?' | '*' | '|' | '\t');
    let start = range.start + text[range.clone()].iter().take_while(|char| is_edge(char)).count();
    let end = range.end - text[start..range.end].iter().rev().take_while(|char| is_edge(char)).count();
    start..end.max(start)
}

/// Says whether a text is nothing but a remark in brackets: (重点项目).
pub(super) fn is_remark(text: &[char]) -> bool {
    !text.is_empty() && without_remarks(text).is_empty()
}

/// Takes remarks in brackets off the beginning of a text.
pub(super) fn without_remarks(mut text: &[char]) -> &[char] {
    while let Some(('(', inside)) = text.split_first() {
        let Some(close) = inside.iter().position(|char| *char == ')') else { break };
        let behind = &inside[close + 1..];
        text = &behind[behind.iter().take_while(|char| matches!(char, '。' | ';' | ',' | ' ')).count()..];
    }
    text
}

/// Takes the spaces off both ends of a range.
pub(super) fn trimmed_spaces(text: &[char], range: Range<usize>) -> Range<usize> {
    let end = range.end - text[range.clone()].iter().rev().take_while(|char| **char == ' ').count();
    range.start..end
}

/// Says whether a part only leads to the next one: 按照…要求, 以…为抓手, 在…基础上, 一旦….
pub(super) fn leads_on(part: &[char]) -> bool {
    static BEGINNINGS: Words = Words::new(
        "通过 按照 按 根据 围绕 针对 结合 依托 以 在 对照 对标 参照 聚焦 为 随着 依据 遵循 利用 面向 从 对于 凡 \
        继续以 坚持以 充分利用 紧紧围绕",
    );
    static ENDINGS: Words = Words::new(
        "要求 原则 规定 标准 思路 方式 契机 抓手 重点 单位 中心 主线 统领 突破口 载体 龙头 基础 牵引 精神 形式 措施 \
        目标 部署 优势 导向 切入点 手段 机遇 需求 期间 下 后 时 上 过程中 方面 为主 支撑 指导 依托 问题 主体 对象 \
        起 入手 等",
    );
    static DOES: Words =
        Words::new("开展 进行 实施 加强 落实 管理 检查 监测 培训 检测 随访 处置 实行 给予 予以 做到 口 标 照");
    static ALONE: Words = Words::new("一旦 此外 同时 其中 另一方面 一方面 特别是 另外");
    let short_span = part.len() <= 8
        && part.first().is_some_and(char::is_ascii_digit)
        && part.iter().any(|char| matches!(char, '月' | '年'));
    // 对高危孕产妇 and 逾期不改的 say of whom, not what.
    let of_whom = part.len() <= 10 && part[0] == '对' && !DOES.in_text(part);
    of_whom
        || ends_with(part, "前后")
        || (part.len() <= 12 && part.last() == Some(&'的'))
        || short_span
        || ALONE.begins(part)
        || (BEGINNINGS.begins(part) && ENDINGS.ends(part))
}

/// Says whether a part goes on the one before it, whatever it speaks of: 以及…, 使….
pub(super) fn goes_on(part: &[char]) -> bool {
    static ON: Words = Words::new("以及 及 和 与 使 特别是 尤其是 从而 进而");
    static NOT: Words = Words::new("及时 和谐 使用 及早 与此同时");
    ON.begins(part) && !NOT.begins(part)
}

/// Says whether a part says nothing without the one before it: 达到95%以上, 实现全覆盖, 做到应接尽接.
pub(super) fn depends_on_previous(part: &[char], has_number: bool) -> bool {
    static VALUES: Words = Words::new(
        "达到 达 均达 控制在 保持在 稳定在 不低于 不少于 不超过 提高到 提高至 提升到 提升至 增加到 增加至 总数达 占比达 \
        降至 降到 下降到 下降至 降低到 降低至 控制到 减少到 减少至",
    );
    static ALL: Words = Words::new("实现 做到 切实做到 基本实现 确保做到 达到 确保实现 力争实现 真正做到");
    const SHORT: usize = 14;
    if has_number {
        return VALUES.begins(part);
    }
    ALL.begins(part) && part.len() <= SHORT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<Vec<String>> {
        let chars: Vec<char> = text.chars().collect();
        let enclosed = Enclosed::of(&chars);
        let shown = |range: Range<usize>| chars[range].iter().collect::<String>();
        sentences(&chars, 0..chars.len(), &enclosed)
            .into_iter()
            .map(|sentence| parts(&chars, sentence, &enclosed).into_iter().map(shown).collect())
            .collect()
    }

    #[test]
    fn text_is_cut_only_outside_brackets_and_quotation_marks() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("规范管理,配齐人员。开展培训;", &[&["规范管理", "配齐人员"], &["开展培训"]]),
            ("落实两个允许(允许突破;允许提取),提高待遇", &[&["落实两个允许(允许突破;允许提取)", "提高待遇"]]),
            ("推行“双随机,一公开”", &[&["推行“双随机,一公开”"]]),
            ("没有关上的(括号,照样断开。", &[&["没有关上的(括号", "照样断开"]]),
        ];
        for (text, expected) in cases {
            assert_eq!(&cut(text), expected, "{text}");
        }
    }

    #[test]
    fn remarks_in_brackets_are_no_sentences() {
        let cases =
            [("(重点项目)", true), ("(一类)(二类)。", true), ("(重点)项目", false), ("(没有关上", false), ("", false)];
        for (text, expected) in cases {
            assert_eq!(is_remark(&text.chars().collect::<Vec<_>>()), expected, "{text}");
        }
    }

    #[test]
    fn parts_that_cannot_stand_alone_are_known() {
        let leading = [
            ("按照不少于20间的标准", true),
            ("以县为单位", true),
            ("加强管理", false),
            ("1-10月", true),
            ("按时完成任务", false),
        ];
        for (text, expected) in leading {
            assert_eq!(leads_on(&text.chars().collect::<Vec<_>>()), expected, "{text}");
        }
        let dependent = [
            ("达到95%以上", true, true),
            ("接种率达到95%", true, false),
            ("实现全行业覆盖", false, true),
            ("实现医疗机构检查结果互认共享全覆盖", false, false),
        ];
        for (text, number, expected) in dependent {
            assert_eq!(depends_on_previous(&text.chars().collect::<Vec<_>>(), number), expected, "{text}");
        }
    }
}
