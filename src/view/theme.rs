//! Styles by meaning, and the marks and borders that go with them.
//!
//! A screen asks for [`Theme::fail`], never for red. Only the sixteen colours that every terminal has are used, and what
//! a style means is also said by a mark or a word, so that nothing is lost without colour. Must not know any screen.

use ratatui::{
    style::{Color, Modifier, Style},
    symbols::{bar, border},
};
use serde::{Deserialize, Serialize};

/// Which set of styles to use; the settings have it by these names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Palette {
    /// Colours that read well on a dark background, which stays the terminal's own.
    #[default]
    Dark,
    /// Black on white, for bright daylight; the background is painted.
    Light,
    /// No colour at all: bold, underlined and reversed only.
    Plain,
}

impl Palette {
    /// Every palette, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Plain];

    /// Chooses the palette: `NO_COLOR` (see no-color.org), where it is set and not empty, is stronger than a setting.
    #[must_use]
    pub fn or_plain(self, no_color: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) { Self::Plain } else { self }
    }
}

/// The styles of one palette, by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Ordinary text; the whole screen is painted with it before anything else.
    pub text: Style,
    /// What is less important: sources, counts, hints.
    pub dim: Style,
    /// Headings of screens, panels and sections.
    pub title: Style,
    /// The line or cell the keys act on; laid over the style of its content.
    pub selected: Style,
    /// Something conforms or is done.
    pub pass: Style,
    /// Something does not conform.
    pub fail: Style,
    /// Something needs attention soon: due dates, blockers, unsaved work.
    pub warning: Style,
    /// Something went wrong in the program or with a file.
    pub error: Style,
    /// What is to be noticed first: the critical mark, matches of a search.
    pub accent: Style,
    /// Borders and rules.
    pub border: Style,
    /// The border of the panel that takes the keys.
    pub focus: Style,
    /// The name of a key in a hint.
    pub key: Style,
}

impl Theme {
    /// Returns the styles of a palette.
    pub fn new(palette: Palette) -> Self {
        match palette {
            Palette::Dark => Self::dark(),
            Palette::Light => Self::light(),
            Palette::Plain => Self::plain(),
        }
    }

    /// Bright variants, because the plain blue and red of many terminals are too dark on black.
    fn dark() -> Self {
        Self {
            pass: Style::new().fg(Color::LightGreen),
            fail: Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD),
            warning: Style::new().fg(Color::LightYellow),
            error: Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            accent: Style::new().fg(Color::LightCyan),
            focus: Style::new().fg(Color::LightCyan),
            key: Style::new().fg(Color::LightCyan).add_modifier(Modifier::BOLD),
            ..Self::plain()
        }
    }

    /// Dark variants, and no yellow or cyan, which vanish on white.
    fn light() -> Self {
        let on_white = |color| Style::new().fg(color).bg(Color::White);
        Self {
            text: on_white(Color::Black),
            dim: on_white(Color::DarkGray),
            pass: on_white(Color::Green),
            fail: on_white(Color::Red).add_modifier(Modifier::BOLD),
            warning: on_white(Color::Magenta),
            error: on_white(Color::Red).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            accent: on_white(Color::Blue),
            focus: on_white(Color::Blue).add_modifier(Modifier::BOLD),
            key: on_white(Color::Blue).add_modifier(Modifier::BOLD),
            ..Self::plain()
        }
    }

    /// Dim is the attribute and not dark grey, which some palettes set to the background colour.
    fn plain() -> Self {
        let bold = Style::new().add_modifier(Modifier::BOLD);
        Self {
            text: Style::new(),
            dim: Style::new().add_modifier(Modifier::DIM),
            title: bold,
            selected: Style::new().add_modifier(Modifier::REVERSED),
            pass: Style::new(),
            fail: bold,
            warning: Style::new().add_modifier(Modifier::UNDERLINED),
            error: bold.add_modifier(Modifier::UNDERLINED),
            accent: bold,
            border: Style::new(),
            focus: bold,
            key: bold,
        }
    }

    /// Lists every style, for what must hold for all of them.
    #[cfg(test)]
    fn styles(&self) -> [Style; 12] {
        [
            self.text,
            self.dim,
            self.title,
            self.selected,
            self.pass,
            self.fail,
            self.warning,
            self.error,
            self.accent,
            self.border,
            self.focus,
            self.key,
        ]
    }
}

/// The marks, each one cell wide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbols {
    /// Conforms (符合).
    pub pass: &'static str,
    /// Does not conform (不符合).
    pub fail: &'static str,
    /// Not applicable (不适用).
    pub not_applicable: &'static str,
    /// Left out with good reason (合理缺项).
    pub excused: &'static str,
    /// Not checked yet (未检查).
    pub unchecked: &'static str,
    /// Keeps a record from being finalised.
    pub blocker: &'static str,
    /// A critical item (关键项).
    pub critical: &'static str,
    /// Points at the selected line.
    pub pointer: &'static str,
    /// A branch of an outline that can be opened.
    pub closed: &'static str,
    /// A branch of an outline that is open.
    pub open: &'static str,
    /// Stands between short pieces of information on one line.
    pub separator: &'static str,
    /// The done part of a progress bar.
    pub bar_done: &'static str,
    /// The rest of a progress bar.
    pub bar_rest: &'static str,
    /// How high a column stands, from an eighth of a cell to a whole one.
    pub levels: [&'static str; 8],
    /// The part of a scroll bar that shows where the screen is.
    pub thumb: &'static str,
    /// The rest of a scroll bar.
    pub track: &'static str,
    /// The borders of panels and popups.
    pub border: border::Set<'static>,
}

impl Symbols {
    /// Marks for a terminal that draws ambiguous characters one cell wide.
    pub const UNICODE: Self = Self {
        pass: "✓",
        fail: "✗",
        not_applicable: "–",
        excused: "◇",
        unchecked: "○",
        blocker: "!",
        critical: "★",
        pointer: "▸",
        closed: "▸",
        open: "▾",
        separator: "·",
        bar_done: "▓",
        bar_rest: "░",
        levels: [
            bar::ONE_EIGHTH,
            bar::ONE_QUARTER,
            bar::THREE_EIGHTHS,
            bar::HALF,
            bar::FIVE_EIGHTHS,
            bar::THREE_QUARTERS,
            bar::SEVEN_EIGHTHS,
            bar::FULL,
        ],
        thumb: "█",
        track: "│",
        border: border::PLAIN,
    };

    /// Marks for every other terminal, and for `--ascii`.
    pub const ASCII: Self = Self {
        pass: "v",
        fail: "x",
        not_applicable: "-",
        excused: "/",
        unchecked: "o",
        blocker: "!",
        critical: "*",
        pointer: ">",
        closed: "+",
        open: "-",
        separator: "|",
        bar_done: "#",
        bar_rest: ".",
        levels: ["_", "_", "-", "-", "=", "=", "#", "#"],
        thumb: "#",
        track: "|",
        border: border::Set {
            top_left: "+",
            top_right: "+",
            bottom_left: "+",
            bottom_right: "+",
            vertical_left: "|",
            vertical_right: "|",
            horizontal_top: "-",
            horizontal_bottom: "-",
        },
    };

    /// Returns the marks in ASCII or not.
    pub const fn new(ascii: bool) -> Self {
        if ascii { Self::ASCII } else { Self::UNICODE }
    }

    /// Returns the marks that columns are made of.
    pub fn columns(&self) -> bar::Set<'static> {
        let [one_eighth, one_quarter, three_eighths, half, five_eighths, three_quarters, seven_eighths, full] =
            self.levels;
        bar::Set {
            full,
            seven_eighths,
            three_quarters,
            five_eighths,
            half,
            three_eighths,
            one_quarter,
            one_eighth,
            empty: " ",
        }
    }

    /// Draws a progress bar of `cells` cells.
    ///
    /// It is full only when everything is done, and empty only when nothing is.
    pub fn bar(&self, done: usize, total: usize, cells: usize) -> String {
        let done = done.min(total);
        let filled = match (done, total - done) {
            (0, _) => 0,
            (_, 0) => cells,
            _ => (done * cells / total).max(1).min(cells.saturating_sub(1)),
        };
        self.bar_done.repeat(filled) + &self.bar_rest.repeat(cells - filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::text;

    #[test]
    fn every_palette_keeps_to_sixteen_colours_and_reverse_video() {
        for palette in Palette::ALL {
            let theme = Theme::new(palette);
            let colors = theme.styles().into_iter().flat_map(|style| [style.fg, style.bg]).flatten();
            for color in colors {
                assert!(!matches!(color, Color::Rgb(..) | Color::Indexed(_)), "{palette:?}: {color:?}");
                assert_ne!(palette, Palette::Plain, "no colour at all: {color:?}");
            }
            assert!(theme.selected.add_modifier.contains(Modifier::REVERSED), "{palette:?}");
            assert_eq!((theme.selected.fg, theme.selected.bg), (None, None), "lies over other styles");
        }
    }

    #[test]
    fn bad_news_stands_out_without_colour() {
        for palette in Palette::ALL {
            let theme = Theme::new(palette);
            for (style, name) in [(theme.fail, "fail"), (theme.error, "error"), (theme.title, "title")] {
                assert_ne!(style.add_modifier, theme.text.add_modifier, "{palette:?} {name}");
            }
        }
    }

    #[test]
    fn no_color_wins_when_it_says_something() {
        let cases = [(None, Palette::Light), (Some(""), Palette::Light), (Some("1"), Palette::Plain)];
        for (no_color, palette) in cases {
            assert_eq!(Palette::Light.or_plain(no_color), palette, "{no_color:?}");
        }
    }

    #[test]
    fn marks_are_one_cell_and_tell_verdicts_apart() {
        for ascii in [false, true] {
            let symbols = Symbols::new(ascii);
            let verdicts = [symbols.pass, symbols.fail, symbols.not_applicable, symbols.excused, symbols.unchecked];
            let others = [
                symbols.blocker,
                symbols.critical,
                symbols.pointer,
                symbols.closed,
                symbols.open,
                symbols.separator,
                symbols.bar_done,
                symbols.bar_rest,
                symbols.thumb,
                symbols.track,
                symbols.border.top_left,
                symbols.border.vertical_left,
                symbols.border.horizontal_top,
            ];
            for mark in verdicts.iter().chain(&others).chain(&symbols.levels) {
                assert_eq!(text::width(mark), 1, "{mark}");
                assert!(!ascii || mark.is_ascii(), "{mark}");
            }
            for (index, mark) in verdicts.iter().enumerate() {
                assert!(!verdicts[..index].contains(mark), "{mark}");
            }
        }
    }

    #[test]
    fn a_bar_is_full_only_when_everything_is_done() {
        let cases =
            [(0, 26, "...."), (1, 26, "#..."), (13, 26, "##.."), (25, 26, "###."), (26, 26, "####"), (0, 0, "....")];
        for (done, total, expected) in cases {
            assert_eq!(Symbols::ASCII.bar(done, total, 4), expected, "{done} of {total}");
        }
        assert_eq!(Symbols::ASCII.bar(1, 2, 0), "");
    }
}
