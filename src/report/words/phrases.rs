//! How a paper says what tables say in signs: sections, terms, bounds, days.

use chrono::{Datelike, NaiveDate};

use crate::{i18n::Lang, text};

/// Shows a day in Chinese with Arabic digits and no leading zeros (GB/T 9704-2012, 7.3.5.4).
pub fn chinese_date(day: NaiveDate) -> String {
    text!("report.date", year = day.year(), month = day.month(), day = day.day()).show(Lang::Zh)
}

/// Shows the last day of a period; the year is not said twice.
pub fn chinese_until(from: NaiveDate, to: NaiveDate) -> String {
    if from.year() == to.year() {
        text!("report.day", month = to.month(), day = to.day()).show(Lang::Zh)
    } else {
        chinese_date(to)
    }
}

/// Says a section path as papers cite it: `一/(一)` is 一、（一）.
pub fn section(path: &str) -> String {
    let part = |part: &str| match part.trim().strip_prefix('(').and_then(|part| part.strip_suffix(')')) {
        Some(number) => format!("（{number}）"),
        None if part.starts_with('（') || part.contains(|letter: char| letter.is_ascii_alphanumeric()) => {
            part.to_owned()
        }
        None => format!("{part}、"),
    };
    if path.contains('/') || path.starts_with('(') { path.split('/').map(part).collect() } else { path.to_owned() }
}

/// Says a term as papers do: `2026-06` is 2026年6月底前; a text that is none stays as it is.
///
/// Where the clause that it comes from says a part of the month, as in 6月上旬, so does the term.
pub fn before(term: &str, clause: &str) -> String {
    let numbers: Option<Vec<u32>> = term.split('-').map(|part| part.parse().ok()).collect();
    let part_of = |month: u32| {
        let parts = Lang::Zh.t("report.before.parts");
        let said = |part: &&str| {
            let named = text!("report.before.part", month = month, part = part).show(Lang::Zh);
            // 11月上旬 is not 1月上旬.
            clause.match_indices(&named).any(|(at, _)| !clause[..at].ends_with(|mark: char| mark.is_ascii_digit()))
        };
        parts.split(' ').find(said).map(str::to_owned)
    };
    let said = match numbers.as_deref() {
        Some([year]) => text!("report.before.year", year = year),
        Some([year, month]) => match part_of(*month) {
            Some(part) => text!("report.before.part-of-month", year = year, month = month, part = part),
            None => text!("report.before.month", year = year, month = month),
        },
        Some([year, month, day]) => text!("report.before.day", year = year, month = month, day = day),
        _ => return term.to_owned(),
    };
    said.show(Lang::Zh)
}

/// Says a bound in words: `≥ 95%` is 不低于95%. What names no amount, as 全部 does, bounds nothing that its clause does not say.
pub fn bound(wanted: &str) -> String {
    let mut letters = wanted.chars();
    let sign = letters.next();
    let value = letters.as_str().trim();
    let said = match sign {
        Some('≥') if value.ends_with(['%', '‰']) => text!("report.bound.rate", value = value),
        Some('≥') => text!("report.bound.at-least", value = value),
        Some('≤') => text!("report.bound.at-most", value = value),
        Some('>') => text!("report.bound.more", value = value),
        Some('<') => text!("report.bound.less", value = value),
        Some('≈') => text!("report.bound.about", value = value),
        Some('=') => return value.to_owned(),
        _ if !wanted.contains(|letter: char| letter.is_ascii_digit()) => return String::new(),
        _ => return wanted.to_owned(),
    };
    said.show(Lang::Zh)
}

/// Names a checklist as one: 《发热门诊》 would be the ward, 《发热门诊检查表》 is the form.
pub fn checklist(title: &str) -> String {
    let word = Lang::Zh.t("report.column.checklist");
    // What stands in brackets at the end, as the year does, is no part of the name: 发热门诊检查表（2026年）.
    let name = title.strip_suffix('）').and_then(|title| title.rsplit_once('（')).map_or(title, |(name, _)| name);
    if name.chars().last() == word.chars().last() { title.to_owned() } else { format!("{title}{word}") }
}

/// Says what somebody inspected by the title of a checklist or campaign: 医疗废物检查表（2026年） and 医疗废物专项督查 are about 医疗废物.
pub fn subject(title: &str) -> String {
    let name = title.strip_suffix('）').and_then(|title| title.rsplit_once('（')).map_or(title, |(name, _)| name);
    let words = Lang::Zh.t("report.subject-ends");
    let cut = words.split(' ').find_map(|end| name.strip_suffix(end)).filter(|rest| !rest.is_empty());
    cut.unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tables_say_in_signs_is_said_in_words() {
        type Say = fn(&str) -> String;
        let cases: [(Say, &str, &str); 23] = [
            (section, "一/(一)", "一、（一）"),
            (section, "三/(二)/5", "三、（二）5"),
            (section, "(四)", "（四）"),
            (section, "总体要求", "总体要求"),
            (bound, "≥ 100%", "不低于100%"),
            (bound, "≥2次", "不少于2次"),
            (bound, "≥ 12‰", "不低于12‰"),
            (bound, "全部", ""),
            (bound, "≤ 3 天", "不超过3 天"),
            (bound, "> 80", "高于80"),
            (bound, "< 5", "低于5"),
            (bound, "= 7", "7"),
            (bound, "30–50%", "30–50%"),
            (checklist, "发热门诊", "发热门诊检查表"),
            (checklist, "预检分诊试用表", "预检分诊试用表"),
            (checklist, "发热门诊检查表（2026年）", "发热门诊检查表（2026年）"),
            (checklist, "复查：基层卫生指标完成情况核查表（2026年）", "复查：基层卫生指标完成情况核查表（2026年）"),
            (checklist, "发热门诊（2026年）", "发热门诊（2026年）检查表"),
            (checklist, "", "检查表"),
            (subject, "医疗废物检查表（2026年）", "医疗废物"),
            (subject, "基层卫生指标完成情况核查表（2026年）", "基层卫生"),
            (subject, "医疗废物专项督查", "医疗废物"),
            (subject, "督查", "督查"),
        ];
        for (say, written, said) in cases {
            assert_eq!(say(written), said, "{written}");
        }
    }

    #[test]
    fn a_term_says_no_more_than_its_clause() {
        let cases = [
            ("2026", "", "2026年底前"),
            ("2026-06", "6月底前完成", "2026年6月底前"),
            ("2026-07", "7月上旬完成汇总", "2026年7月上旬"),
            ("2026-07", "于2026年7月中旬前报送", "2026年7月中旬"),
            ("2026-07", "7月初启动，7月底前完成", "2026年7月底前"),
            ("2026-01", "11月上旬完成", "2026年1月底前"),
            ("2026-09-30", "9月上旬启动", "2026年9月30日前"),
            ("全年", "", "全年"),
        ];
        for (term, clause, said) in cases {
            assert_eq!(before(term, clause), said, "{clause}");
        }
    }

    #[test]
    fn the_year_of_a_period_is_said_once() {
        let day = |text: &str| text.parse().expect("a day");
        assert_eq!(chinese_until(day("2026-01-01"), day("2026-11-22")), "11月22日");
        assert_eq!(chinese_until(day("2025-11-01"), day("2026-01-05")), "2026年1月5日");
    }
}
