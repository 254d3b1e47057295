//! What counts as a quantity, by example.

use super::*;

fn shown(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    find(&chars, &vec![false; chars.len()], false)
        .iter()
        .map(|found| {
            let to = found.value_to.map_or(String::new(), |to| format!("-{to}"));
            format!("{}{to}{}{}", found.value, found.unit, if found.approx { "~" } else { "" })
        })
        .collect()
}

#[test]
fn quantities_are_told_from_what_looks_like_them() {
    let cases: &[(&str, &[&str])] = &[
        ("建成率达到95%以上", &["95%"]),
        ("按不少于20间/万人的标准", &["20间/万人"]),
        ("发病率控制在120/10万左右", &["120/10万~"]),
        ("新创2-3个示范站", &["2-3个"]),
        ("遴选10类30项技术", &["10类", "30项"]),
        ("投入150万元", &["150万元"]),
        ("新增户厕1万户", &["1万户"]),
        ("发布报道40余篇", &["40篇~"]),
        ("引进50名左右博士", &["50名~"]),
        ("接种率达到百分之九十五以上", &["95%"]),
        ("培训骨干三百名", &["300名"]),
        ("建成两个急救站", &["2个"]),
        ("做到两个维护", &[]),
        ("落实三项制度", &[]),
        ("65岁以上老年人", &[]),
        ("0-6岁儿童", &[]),
        ("2022年3月12日", &[]),
        ("第3期培训班", &[]),
        ("12320热线和H7N9防控", &[]),
        ("省1+5文件", &[]),
        ("疫情在2小时内报告", &["2小时"]),
        ("为期3个月的培训", &[]),
        ("床护比达到1:0.6", &["1-0.6"]),
        ("一次性用品", &[]),
        ("近两年", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(&shown(text), expected, "{text}");
    }
}

#[test]
fn neighbours_share_their_bounds() {
    let chars: Vec<char> = "分别稳定在90%、65%以上".chars().collect();
    let found = find(&chars, &vec![false; chars.len()], false);
    assert_eq!(found.iter().map(|one| one.behind).collect::<Vec<_>>(), [Some(Bound::AtLeast); 2]);
    let chars: Vec<char> = "分别不少于5名、40名".chars().collect();
    let found = find(&chars, &vec![false; chars.len()], false);
    assert_eq!(found.iter().map(|one| one.before).collect::<Vec<_>>(), [Some(Bound::AtLeast); 2]);
}
