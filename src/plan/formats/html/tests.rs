//! The reader of web pages, small piece by small piece.

use encoding_rs::GB18030;
use proptest::prelude::*;

use super::{super::samples, read};

fn lines(page: &str) -> String {
    read(page.as_bytes(), None).expect("it is a page")
}

#[test]
fn text_is_what_a_browser_shows() {
    let cases = [
        ("<p>一\n二<p>three\nfour&nbsp;&lt;", "一二\nthree four\u{a0}<"),
        ("<div>上<br>下<b>粗</b></div><!-- 不见 -->", "上\n下粗"),
        ("<ol><li>甲<li>乙<ol type=a><li>丙</ol></ol>", "1. 甲\n2. 乙\na. 丙"),
        ("<ol start=3><li>甲<li value=9>乙<li>（一）丙</ol>", "3. 甲\n9. 乙\n（一）丙"),
        ("<ul><li>甲<li>乙</ul>", "甲\n乙"),
        ("<table><tr><th>任务<th>时限<tr><td>甲<p>乙<td>6月</table>", "任务\t时限\n甲 乙\t6月"),
        ("<table><tr><td rowspan=2>甲<td>乙<tr><td>丙</table>", "甲\t乙\n\t丙"),
        ("<table><tr><td colspan=2>甲<td>乙</table>", "甲\t\t乙"),
        ("<p>显<span style='display: none'>隐</span></p><p hidden>隐</p>", "显"),
        ("<script>var a = '<p>x';</script><p>文<noscript>无</noscript>", "文"),
        ("<pre>一、甲\n  乙</pre>", "一、甲\n乙"),
        ("<p title='>'>甲</p><o:p>乙</o:p>", "甲\n乙"),
        ("<p>1 < 2，3 > 2</p>", "1 < 2，3 > 2"),
        ("<p></p></td></tr></table><td>文", "文"),
    ];
    for (page, expected) in cases {
        assert_eq!(lines(page), expected, "{page}");
    }
}

#[test]
fn menus_are_left_out_and_the_title_is_kept() {
    let body = "<p>一、规范发热门诊管理。落实首诊负责制，做好登记报告。</p>".repeat(20);
    let menu = "<ul><li><a href=/a>首页</a><li><a href=/b>新闻</a></ul>";
    let page = format!(
        "<body><div>{menu}</div><div><h1>2026年工作要点</h1><div>发布时间：2026-01-05 <a href=/x>打印</a></div><div>{body}</div></div>\
         <div>{menu}主办单位：云山市卫生健康委员会</div>"
    );
    let text = lines(&page);
    assert!(text.starts_with("2026年工作要点\n发布时间：2026-01-05 打印\n一、规范"), "{text}");
    assert!(!text.contains("首页") && !text.contains("主办单位") && text.matches("一、").count() == 20, "{text}");
}

#[test]
fn a_page_in_an_old_layout_table_is_read() {
    let body = "<p>（一）规范发热门诊管理。落实首诊负责制，做好登记报告。</p>".repeat(20);
    let page = format!("<table><tr><td><a href=/a>首页</a></td><td>{body}</td></tr></table>");
    assert_eq!(lines(&page).lines().count(), 20);
}

#[test]
fn a_page_is_decoded_as_it_declares() {
    let text = "<p>规范发热门诊管理，镕、㙍</p>";
    for declared in
        ["<meta charset=gb2312>", "<meta http-equiv='Content-Type' content='text/html; charset=GBK'>", "<html>"]
    {
        let bytes = GB18030.encode(&format!("{declared}{text}")).0.into_owned();
        assert_eq!(read(&bytes, None).expect("it is a page"), "规范发热门诊管理，镕、㙍", "{declared}");
    }
    // A page that was saved anew in UTF-8 often keeps its old declaration.
    assert_eq!(lines(&format!("<meta charset=gb2312>{text}")), "规范发热门诊管理，镕、㙍");
}

#[test]
fn pages_made_to_do_harm_do_none() {
    let many_attributes = format!("<p a{}>文", (0..200_000).map(|at| at.to_string()).collect::<Vec<_>>().join("=1 a"));
    assert_eq!(lines(&many_attributes), "文");
    assert_eq!(lines(&("<b class=1>".repeat(100_000) + &"<p>文".repeat(3))), "文\n文\n文");
    assert_eq!(lines(&("<div>".repeat(100) + "文")), "文");
    for page in ["<div>".repeat(100_000), "<table><tr><td>".repeat(100_000)] {
        assert_eq!(read(page.as_bytes(), None).expect_err("it is too deep").message().key(), "formats.deep");
    }
    let long = "<p>文".repeat(2_000_000);
    assert_eq!(read(long.as_bytes(), None).expect_err("it is too long").message().key(), "formats.large");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, None);
    }

    #[test]
    fn any_markup_is_read(page in "(</?(p|div|table|tr|td|ol|li|a href=x|span|pre|script|ul|b|é)( rowspan=9| colspan='2'| hidden)?>|文|一、|<|>|&#|\"| ){0,60}") {
        let _ = read(page.as_bytes(), None);
    }

    #[test]
    fn any_mistake_in_a_page_is_read(at in 0usize..3_000, put in proptest::collection::vec(any::<u8>(), 0..6)) {
        let mut page = samples::html("一、规范发热门诊。\n（一）落实首诊负责制。");
        let at = at.min(page.len());
        page.splice(at..at, put);
        let _ = read(&page, None);
    }
}
