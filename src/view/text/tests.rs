use proptest::prelude::*;
use ratatui::{
    Terminal,
    backend::TestBackend,
    style::{Style, Stylize},
};

use super::{wrap::CLOSING, *};

/// Texts of the characters that matter here: Chinese, punctuation, numbers, ambiguous, combining, controls, emoji.
fn texts() -> impl Strategy<Value = String> {
    let characters = "发热门诊 检查，。；：、（）《》“”‘’·…—①≥％℃第 aZ09.,-/%() \n\t\r\u{1b}\u{7f}\u{301}\u{200d}\u{202e}\u{a0}\u{3000}👩🏽ﾞกำ가é";
    let characters: Vec<char> = characters.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..80).prop_map(|picked| picked.into_iter().collect())
}

/// Renders the first row of a buffer as a person sees it.
fn row(buffer: &Buffer, y: u16) -> String {
    let area = buffer.area;
    let mut shown = String::new();
    let mut x = area.left();
    while x < area.right() {
        let cell = &buffer[(x, y)];
        shown.push_str(cell.symbol());
        x += cell.cell_width().max(1);
    }
    shown
}

#[test]
fn widths_are_those_of_the_screen() {
    let cases = [
        ("", 0),
        ("abc", 3),
        ("发热门诊", 8),
        ("①“·”│℃", 6),
        ("e\u{301}", 1),
        ("👩\u{200d}⚕\u{fe0f}", 2),
        ("１：", 4),
        ("a\u{1b}b\n", 2),
    ];
    for (text, cells) in cases {
        assert_eq!(width(text), cells, "{text:?}");
    }
}

#[test]
fn a_cut_shows() {
    let cases = [
        ("发热门诊", 8, "发热门诊"),
        ("发热门诊", 7, "发热门…"),
        ("发热门诊", 6, "发热…"),
        ("发热门诊", 1, "…"),
        ("发热门诊", 0, ""),
        ("fever", 4, "fev…"),
        ("一行\n两行", 20, "一行…"),
        ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ];
    for (text, cells, expected) in cases {
        assert_eq!(cut(text, cells), expected, "{text:?} to {cells}");
    }
    assert_eq!(pad("发热门诊", 7), "发热门…");
    assert_eq!(pad("发热门诊", 6), "发热… ");
    assert_eq!(pad("发热", 7), "发热   ");
}

#[test]
fn what_a_terminal_would_obey_becomes_a_mark() {
    let cases = [
        ("发热门诊 [31m", "发热门诊 [31m"),
        ("a\u{1b}]0;x\u{7}b", "a^[]0;x^Gb"),
        ("a\u{9b}31m", "a<U+009B>31m"),
        ("\u{202e}gpj.exe", "<U+202E>gpj.exe"),
        ("市\u{200b}医院\u{feff}", "市<U+200B>医院<U+FEFF>"),
        ("一\r\n二\u{2028}三\r四\t五", "一\n二\n三^M四 五"),
        ("\u{7f}", "^?"),
    ];
    for (text, expected) in cases {
        assert_eq!(visible(text), expected);
    }
}

#[test]
fn lines_end_where_a_typesetter_would_end_them() {
    // `|` stands where the line ends; without them it is the text.
    let cases = [
        (8, "发热门诊|设置规范"),
        (8, "发热门|诊，设置|规范"),
        (10, "药剂每份|10.5克整"),
        (6, "要查|24小时|门诊"),
        (10, "限期|15个工作日|完成"),
        (12, "面积不少于|200平方米"),
        (11, "达到以上的|≥95.5%者"),
        (12, "时间从|2026-05-11日"),
        (8, "他又说道|“好的”再|去"),
        (8, "它依据|《办法》"),
        (8, "依据|第12条"),
        (7, "要求是|①设置要|求"),
        (6, "传染|病·卫|生"),
        (10, "浓度应为|5 mg/L"),
        (10, "共检查了|20 家"),
        (9, "期限为|１０天"),
        (5, "一|二……|三四"),
        (5, "一二|——三|四"),
        (8, "数量为|10～20个|以上"),
        (4, "abcd|efgh"),
        (4, "abc|d，"),
        (2, "字|，"),
        (6, "　　发|热门诊"),
        (1, "发|热"),
    ];
    for (cells, expected) in cases {
        let text = expected.replace('|', "");
        assert_eq!(wrap(&text, cells).join("|"), expected, "width {cells}");
    }
}

#[test]
fn white_space_goes_where_a_line_ends() {
    let cases = [
        (10, "see the guidelines now", "see the|guidelines|now"),
        (20, "一\n二\r\n\n三  ", "一|二||三"),
        (20, "一\n", "一"),
        (20, "", ""),
        (20, "\n\n", "|"),
        (4, "aaaa     bbbb", "aaaa|bbbb"),
        (0, "ab", "a|b"),
    ];
    for (cells, text, expected) in cases {
        assert_eq!(wrap(text, cells).join("|"), expected, "{text:?}");
        assert_eq!(height(text, cells), expected.matches('|').count() + 1, "{text:?}");
    }
}

#[test]
fn spans_are_cut_as_one_line() {
    let cases = [
        (8, ["发热", "门诊"], "发热门诊··"),
        (7, ["发热", "门诊"], "发热门…···"),
        (5, ["发热", "门诊"], "发热…·····"),
        (4, ["发热", "门诊"], "发…·······"),
        (4, ["发热", ""], "发热······"),
        (3, ["发热", "x"], "发…·······"),
        (1, ["发热", "x"], "…·········"),
        (0, ["发热", "x"], "··········"),
        (20, ["发热门诊", "设置"], "发热门诊… "),
    ];
    for (cells, spans, expected) in cases {
        let mut buffer = Buffer::filled(Rect::new(0, 0, 10, 1), ratatui::buffer::Cell::new("·"));
        let end = put_line(&mut buffer, 0, 0, cells, &spans.map(Span::raw));
        assert_eq!(row(&buffer, 0).replace("… ", "…·"), expected.replace("… ", "…·"), "{spans:?} in {cells}");
        assert!(end <= cells);
    }
}

#[test]
fn nothing_is_drawn_outside_the_buffer() {
    let mut buffer = Buffer::empty(Rect::new(2, 2, 6, 2));
    for (x, y) in [(0, 2), (2, 0), (8, 2), (2, 4), (u16::MAX, u16::MAX)] {
        assert_eq!(put_line(&mut buffer, x, y, 10, &[Span::raw("发热")]), x);
    }
    assert_eq!(put_line(&mut buffer, 5, 3, u16::MAX, &[Span::raw("发热")]), 8);
    clear(&mut buffer, Rect::new(0, 0, 100, 100));
    assert_eq!(buffer, Buffer::empty(Rect::new(2, 2, 6, 2)));
}

#[test]
fn a_popup_keeps_its_border_over_a_wide_character() {
    let mut terminal = Terminal::new(TestBackend::new(6, 1)).expect("a test terminal");
    for popup in [false, true] {
        terminal
            .draw(|frame| {
                let buffer = frame.buffer_mut();
                put_line(buffer, 0, 0, 6, &[Span::raw("发热门")]);
                if popup {
                    clear(buffer, Rect::new(3, 0, 3, 1));
                    put_line(buffer, 3, 0, 3, &[Span::styled("│ab", Style::new().bold())]);
                }
            })
            .expect("drawing");
    }
    assert_eq!(row(terminal.backend().buffer(), 0), "发 │ab");
}

#[test]
fn ambiguous_characters_are_known() {
    for (text, ambiguous) in
        [("①", true), ("│", true), ("“", true), ("℃", true), ("发", false), ("a", false), ("！", false)]
    {
        assert_eq!(is_ambiguous(text), ambiguous, "{text}");
    }
}

proptest! {
    #[test]
    fn width_is_what_ratatui_draws(text in texts()) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 400, 1));
        let (end, _) = buffer.set_stringn(0, 0, &text, 400, Style::new());
        prop_assert_eq!(width(&text), usize::from(end));
    }

    #[test]
    fn a_cut_fits_and_is_a_beginning(text in texts(), cells in 0_usize..30) {
        let shown = cut(&text, cells);
        prop_assert!(width(&shown) <= cells);
        prop_assert!(text.starts_with(shown.as_ref()) || text.starts_with(shown.trim_end_matches('…')));
        prop_assert_eq!(width(&pad(&text, cells)), cells);
    }

    #[test]
    fn wrapping_loses_only_white_space(text in texts(), cells in 0_usize..30) {
        let solid = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
        prop_assert_eq!(solid(&wrap(&text, cells).concat()), solid(&text));
    }

    #[test]
    fn lines_fit(text in texts(), cells in 2_usize..30) {
        for line in wrap(&text, cells) {
            prop_assert!(width(line) <= cells || line.graphemes(true).count() == 1, "{line:?}");
        }
    }

    #[test]
    fn height_is_the_number_of_lines(text in texts(), cells in 0_usize..30) {
        prop_assert_eq!(height(&text, cells), wrap(&text, cells).len());
    }

    #[test]
    fn closing_punctuation_begins_a_line_only_behind_nothing_else(text in "[发热门诊（）《》，。、；：！？a0.,%)“”·～…]{0,60}", cells in 4_usize..30) {
        for pair in wrap(&text, cells).windows(2) {
            let could_have_moved = pair[0].chars().skip(1).any(|character| !CLOSING.contains(&character));
            prop_assert!(!(pair[1].starts_with(CLOSING) && could_have_moved), "{pair:?}");
        }
    }

    #[test]
    fn nothing_hidden_is_left_visible(text in any::<String>()) {
        let shown = visible(&text);
        prop_assert!(!shown.chars().any(|character| is_hidden(character) || (character.is_control() && character != '\n')));
        prop_assert_eq!(visible(&shown), shown.clone());
    }

    #[test]
    fn lines_of_spans_never_panic_or_pass_the_edge(texts in prop::collection::vec(texts(), 0..4), x in 0_u16..20, cells in 0_u16..30) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 18, 1));
        let spans: Vec<Span> = texts.iter().map(|text| Span::raw(text.as_str()).bold()).collect();
        let end = put_line(&mut buffer, x, 0, cells, &spans);
        prop_assert!(end <= (x + cells).min(18.max(x)));
    }
}
