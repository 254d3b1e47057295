//! The head of a document: title, year, issuer, number and date, and where its body begins.
//!
//! A document may be a notice with the plan attached, a web page with a table of particulars above it, or the bare text.

use super::{
    lexicon::{Words, ends_with, find, has_any, starts_with, words},
    lines::Paragraph,
    markers::{self, Style},
    numerals,
    tables::{self, Table},
};

/// What the head says; what it does not say is empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The title as printed.
    pub(super) title: String,
    pub(super) year: Option<i32>,
    pub(super) issuer: Option<String>,
    pub(super) number: Option<String>,
    pub(super) date: Option<String>,
    /// The line on which the body begins.
    pub(super) body_line: usize,
}

/// Words with which titles of such documents end.
static TITLE_ENDINGS: Words = Words::new(
    "要点 计划 总结 安排 方案 报告 讲话 讲话稿 意见 规划 汇报 思路 任务 打算 任务分解 任务清单 清单 分工 目标 \
    重点工作 工作部署 责任状 任务分解表 分解表 (征求意见稿) 摘要 简报 通报 行动 指标 指标体系 任务表 一览表 责任书 \
    任务分工",
);

/// Labels of a web page's table of particulars.
const ISSUER_LABELS: &str = "发布机构: 发文机关: 制发机关: 发文单位: 发布单位: 来源: 信息来源: 公开主体: 责任部门:";
const NUMBER_LABELS: &str = "文号: 发文字号: 文件编号: 文件号:";
const DATE_LABELS: &str = "成文日期: 发文日期: 生成日期: 发布日期: 发布时间: 公开日期: 日期:";

/// Endings of the names of issuing bodies.
static BODIES: Words = Words::new(
    "卫生健康委员会 卫生健康委 卫健委 卫生健康局 卫健局 卫生计生委 卫计委 卫生和计划生育委员会 卫生局 人民政府 \
    人民政府办公室 政府办公室 委员会 管理局 疾控局 疾病预防控制局 社会事业局 办公室 委员会办公室 领导小组 \
    领导小组办公室",
);

/// Reads the head from the first paragraphs of a document.
pub(super) fn read(opening: &[Paragraph]) -> Head {
    let first_heading = opening.iter().position(|paragraph| {
        !tables::is_of_contents(&paragraph.chars)
            && markers::at_start(&paragraph.chars)
                .is_some_and(|marker| marker.number == 1 && marker.style != Style::Circle)
    });
    let first_table = opening.iter().position(|paragraph| {
        tables::is_row(&paragraph.chars)
            && Table::from_header(&paragraph.chars, &tables::cells(&paragraph.chars), None).is_some()
    });
    let first_heading = first_heading.into_iter().chain(first_table).min();
    let limit = first_heading.unwrap_or(opening.len());
    let shell = &opening[..limit];
    let title_at = shell.iter().rposition(|paragraph| is_title(&paragraph.chars) && !is_notice(&paragraph.chars));
    let notice_at = shell.iter().position(|paragraph| is_notice(&paragraph.chars));
    let title = title_at.or(notice_at).map(|at| whole_title(shell, at)).filter(|title| !title.is_empty());
    // A title broken over two lines stands whole in the notice that brings it.
    let announced = notice_at.map(|at| title_of(&shell[at]).replace(char::is_whitespace, ""));
    let title = title.map(|title| announced.filter(|whole| whole.ends_with(&title)).unwrap_or(title));
    let after_title = title_at.or(notice_at).map_or(0, |at| at + 1);
    let prose = (after_title..limit).find(|&at| is_prose(&shell[at].chars));
    let body = prose.or(first_heading).unwrap_or(after_title.min(opening.len().saturating_sub(1)));
    let mut head = Head {
        title: title.unwrap_or_else(|| inner_title_anywhere(shell).unwrap_or_default()),
        body_line: opening.get(body).map_or(1, |paragraph| paragraph.line),
        ..Head::default()
    };
    for paragraph in shell {
        particulars(paragraph, &mut head);
    }
    signature(shell, &mut head);
    if head.issuer.is_none() {
        head.issuer = issuer_in_title(&head.title)
            .or_else(|| shell.iter().find_map(|paragraph| issuer_in_notice(&paragraph.chars)))
            .or_else(|| {
                let above = &shell[title_at?.checked_sub(1)?];
                is_body(&above.chars).then(|| above.quote(0..above.chars.len()).text)
            });
    }
    head.year = year_of(&head.title.chars().collect::<Vec<_>>())
        .or_else(|| {
            let named = |paragraph: &&Paragraph| !is_prose(&paragraph.chars);
            shell.iter().filter(named).rev().find_map(|paragraph| year_of(&paragraph.chars))
        })
        .or_else(|| head.number.as_deref().and_then(year_of_number))
        .or_else(|| shell.iter().rev().find_map(|paragraph| year_of(&paragraph.chars)))
        .or_else(|| head.date.as_deref().and_then(|date| date.get(..4)).and_then(|year| year.parse().ok()))
        .or_else(|| opening.iter().find_map(|paragraph| year_of(&paragraph.chars)));
    head
}

fn is_prose(text: &[char]) -> bool {
    const SHORTEST: usize = 40;
    text.len() >= SHORTEST && text.contains(&'。') && !has_any(text, "印发给你们 现将《 请认真贯彻 请遵照执行 附件:")
}

fn is_notice(text: &[char]) -> bool {
    const LONGEST: usize = 90;
    text.len() <= LONGEST
        && (ends_with(text, "的通知")
            || ends_with(text, "的函")
            || (starts_with(text, "关于") && has_any(text, "印发")))
}

pub(super) fn is_title(text: &[char]) -> bool {
    const LONGEST: usize = 60;
    let body: Vec<char> = text.iter().copied().filter(|char| !matches!(char, '#' | '*')).collect();
    let ended = TITLE_ENDINGS.ends(&body);
    (5..=LONGEST).contains(&body.len())
        && ended
        && !body.iter().any(|char| matches!(char, '。' | ',' | ';' | ':' | '|'))
}

/// Gives a title as printed, with the line above it where the title is broken over two.
fn whole_title(shell: &[Paragraph], at: usize) -> String {
    const SHORTEST: usize = 4;
    const LONGEST: usize = 40;
    static NO_TITLE: Words = Words::new("附件 关于 索引 发布 来源 时间 图解 当前位置 首页");
    let title = title_of(&shell[at]);
    let text = &shell[at].chars;
    let Some(above) = at.checked_sub(1).map(|above| &shell[above]) else { return title };
    let begins = |text: &[char]| {
        (SHORTEST..=LONGEST).contains(&text.len())
            && !NO_TITLE.begins(text)
            && !is_body(text)
            && date_at(text).is_none()
            && !text.iter().any(|char| matches!(char, '。' | ',' | ';' | ':' | '>' | '|' | '〔'))
    };
    let is_rest = text.first() == Some(&'(') || (year_of(text).is_none() && year_of(&above.chars).is_some());
    let opens = text.first() == Some(&'(') || !is_title(&above.chars);
    if is_rest && opens && !is_notice(text) && begins(&above.chars) {
        above.quote(0..above.chars.len()).text + &title
    } else {
        title
    }
}

/// Gives a title as printed; of a notice the title of what it brings.
fn title_of(paragraph: &Paragraph) -> String {
    let text = &paragraph.chars;
    if is_notice(text) {
        // A title that stands within a longer one is not the whole: …《政府工作报告》重点任务分工的通知.
        let brings = |range: &std::ops::Range<usize>| starts_with(&text[range.end + 1..], "的");
        if let Some(range) = book_title(text).filter(brings) {
            return paragraph.quote(range).text;
        }
        let from =
            words("关于印发 关于下发 关于").find_map(|word| find(text, word).map(|at| at + word.chars().count()));
        let to = if ends_with(text, "的通知") { text.len() - 3 } else { text.len() };
        return paragraph.quote(from.unwrap_or(0).min(to)..to).text;
    }
    let skipped = text.iter().take_while(|char| matches!(char, '#' | '*')).count();
    let end = text.len() - text.iter().rev().take_while(|char| matches!(char, '#' | '*')).count();
    paragraph.quote(skipped..end.max(skipped)).text
}

fn book_title(text: &[char]) -> Option<std::ops::Range<usize>> {
    let open = text.iter().position(|char| *char == '《')?;
    let close = text[open..].iter().position(|char| *char == '》')? + open;
    (close > open + 1).then_some(open + 1..close)
}

fn inner_title_anywhere(shell: &[Paragraph]) -> Option<String> {
    let announces = |paragraph: &&Paragraph| has_any(&paragraph.chars, "印发给你们 现将《");
    let paragraph = shell.iter().find(announces)?;
    Some(paragraph.quote(book_title(&paragraph.chars)?).text)
}

/// Reads labelled particulars and a document number of its own line.
fn particulars(paragraph: &Paragraph, head: &mut Head) {
    const LONGEST: usize = 200;
    let text = &paragraph.chars;
    if text.len() > LONGEST {
        return;
    }
    if head.issuer.is_none() {
        head.issuer = labelled(paragraph, ISSUER_LABELS)
            .filter(|body| body.chars().count() > 3 && !body.starts_with(|char: char| char.is_ascii()));
    }
    if head.number.is_none() {
        let has_digits = |number: &String| number.contains(|char: char| char.is_ascii_digit());
        head.number = labelled(paragraph, NUMBER_LABELS).filter(has_digits).or_else(|| document_number(paragraph));
    }
    if head.date.is_none() {
        let label = words(DATE_LABELS).find_map(|label| find(text, label).map(|at| at + label.chars().count()));
        head.date = label.and_then(|at| date_at(&text[at..]));
    }
}

/// Reads the value behind a label, up to the next space of the source.
fn labelled(paragraph: &Paragraph, labels: &str) -> Option<String> {
    let text = &paragraph.chars;
    let at = words(labels).find_map(|label| find(text, label).map(|at| at + label.chars().count()))?;
    let value = paragraph.quote(at..text.len()).text;
    let value = value.split(char::is_whitespace).find(|piece| !piece.is_empty())?;
    (!value.contains([':', '：'])).then(|| value.to_owned())
}

/// Finds a document number such as 某卫发〔2023〕5号.
fn document_number(paragraph: &Paragraph) -> Option<String> {
    const LONGEST: usize = 30;
    let text = &paragraph.chars;
    let open = text.iter().position(|char| matches!(char, '〔' | '[' | '('))?;
    let (_, close) = numerals::whole(text, open + 1)?;
    let (_, end) = numerals::whole(text, close + 1).filter(|_| matches!(text.get(close), Some('〕' | ']' | ')')))?;
    let whole = text.get(end) == Some(&'号') && text.len() <= LONGEST && open > 0;
    whole.then(|| paragraph.quote(0..end + 1).text)
}

/// Reads `2023年3月1日`, `2023-03-01` and `2023/3/1`.
fn date_at(text: &[char]) -> Option<String> {
    let (year, mut at) = numerals::whole(text, 0).filter(|(year, _)| (1990..=2100).contains(year))?;
    let mut parts = [0, 0];
    for part in &mut parts {
        text.get(at).filter(|char| matches!(char, '年' | '月' | '-' | '/' | '.'))?;
        (*part, at) = numerals::whole(text, at + 1)?;
    }
    let [month, day] = parts;
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year}-{month:02}-{day:02}"))
}

/// Reads the signature of a notice: a body on one line, a date on the next.
fn signature(shell: &[Paragraph], head: &mut Head) {
    const LONGEST: usize = 24;
    for (place, paragraph) in shell.iter().enumerate() {
        let text = &paragraph.chars;
        let Some(date) = date_at(text).filter(|_| text.len() <= 12) else { continue };
        head.date = Some(date);
        let signed = place.checked_sub(1).map(|before| &shell[before]);
        if let Some(body) = signed.filter(|body| body.chars.len() <= LONGEST && is_body(&body.chars)) {
            head.issuer = Some(body.quote(0..body.chars.len()).text);
        }
    }
}

/// Says whether a line belongs to what closes a document: who signs it, the date `next` to that, its annexes, whom to ask.
pub(super) fn closes(text: &[char], next: Option<&[char]>) -> bool {
    const LONGEST: usize = 24;
    static ANNEXES: Words = Words::new("附件: 附: 附件1: 附件1. 联系人: 联系电话: 抄送: 主送:");
    let is_date = |text: &[char]| text.len() <= 12 && date_at(text).is_some();
    let signs = text.len() <= LONGEST && is_body(text) && next.is_none_or(is_date);
    signs || is_date(text) || ANNEXES.begins(text)
}

/// Says whether a sentence only says whom to ask.
pub(super) fn is_contact(text: &[char]) -> bool {
    static CONTACTS: Words = Words::new("联系人: 联系电话: 联系方式: 电话: 邮箱: 传真: 电子邮箱:");
    CONTACTS.begins(text)
}

/// Says whether a plan is that of one unit that is inspected, by its title or who issued it.
pub(super) fn is_of_unit(head: &Head) -> bool {
    static KINDS: Words = Words::new("医院 卫生院 保健院 服务中心 卫生室 门诊部 中心血站 急救中心 护理院 保健所");
    const SHORTEST: usize = 5;
    let title: Vec<char> = head.title.chars().collect();
    let until = (0..title.len()).find(|&at| starts_with(&title[at..], "20") || starts_with(&title[at..], "关于"));
    let named = until.map(|until| &title[..until]);
    let issuer: Vec<char> = head.issuer.iter().flat_map(|issuer| issuer.chars()).collect();
    let is_unit = |name: &[char]| name.len() >= SHORTEST && KINDS.ends(name);
    is_unit(&issuer) || named.is_some_and(is_unit)
}

fn is_body(text: &[char]) -> bool {
    BODIES.ends(text) && !text.iter().any(|char| matches!(char, ',' | ':' | '。'))
}

fn issuer_in_title(title: &str) -> Option<String> {
    let text: Vec<char> = title.chars().collect();
    let until = find(&text, "20").or_else(|| find(&text, "关于"))?;
    let until = text[..until].iter().rposition(|char| !char.is_whitespace())? + 1;
    is_body(&text[..until]).then(|| text[..until].iter().collect())
}

fn issuer_in_notice(text: &[char]) -> Option<String> {
    let until = find(text, "关于")?;
    (is_notice(text) && is_body(&text[..until])).then(|| text[..until].iter().collect())
}

/// Reads the year of a document number: 2023 of 某卫发〔2023〕5号.
fn year_of_number(number: &str) -> Option<i32> {
    let is_year = |year: &i32| (1990..=2100).contains(year);
    number.split(|char: char| !char.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).find(is_year)
}

/// Finds the year a text speaks of: the first `20XX年`, of a span of years (2023-2030年) the first one.
pub(super) fn year_of(text: &[char]) -> Option<i32> {
    (0..text.len()).find_map(|at| {
        let starts = text[at].is_ascii_digit() && (at == 0 || !text[at - 1].is_ascii_digit());
        let (year, end) = starts.then(|| numerals::whole(text, at)).flatten()?;
        let span = matches!(text.get(end), Some('-' | '~' | '至')).then(|| numerals::whole(text, end + 1)).flatten();
        let last = span.filter(|(last, _)| *last > year && (1990..=2100).contains(last)).map_or(end, |(_, end)| end);
        let named = matches!(text.get(last), Some('年'));
        (named && (1990..=2100).contains(&year)).then(|| i32::try_from(year).ok()).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::lines::Paragraphs;

    #[test]
    fn heads_of_three_kinds_are_read() {
        let notice = "云山市卫生健康委员会\n关于印发2023年全市卫生健康工作要点的通知\n云卫发〔2023〕5号\n各县（市、区）卫生健康局，委属各单位：\n\
                      现将《2023年全市卫生健康工作要点》印发给你们，请结合实际，认真抓好贯彻落实。\n云山市卫生健康委员会\n2023年3月1日\n\
                      2023年全市卫生健康工作要点\n一、加强疫情防控\n";
        let page = "索引号: 0142/2023-0026 分类: 卫生\n发布机构: 云山市卫健委 文号: 云卫〔2023〕1号\n发布日期: 2023-02-27\n\
                    名称: 关于印发《2023年全市卫生工作要点》的通知\n关于印发《2023年全市卫生工作要点》的通知\n　　一、推进健康云山建设\n";
        let bare = "云山市卫健委2022年工作总结\n\n2022年，全市卫健系统以党的建设为统领，坚持以人民健康为中心，推动卫生健康事业高质量发展。\n一、工作成效\n";
        let cases = [
            (
                notice,
                "2023年全市卫生健康工作要点",
                "云山市卫生健康委员会",
                Some("云卫发〔2023〕5号"),
                Some("2023-03-01"),
                2023,
                9,
            ),
            (page, "2023年全市卫生工作要点", "云山市卫健委", Some("云卫〔2023〕1号"), Some("2023-02-27"), 2023, 6),
            (bare, "云山市卫健委2022年工作总结", "云山市卫健委", None, None, 2022, 3),
        ];
        for (source, title, issuer, number, date, year, body_line) in cases {
            let opening: Vec<_> = Paragraphs::new(source).collect();
            let head = read(&opening);
            assert_eq!(head.title, title);
            assert_eq!(head.issuer.as_deref(), Some(issuer), "{title}");
            assert_eq!((head.number.as_deref(), head.date.as_deref()), (number, date), "{title}");
            assert_eq!((head.year, head.body_line), (Some(year), body_line), "{title}");
        }
    }
}
