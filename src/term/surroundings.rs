//! What the program can expect of the terminal before it takes it.

use std::io::{IsTerminal, stdin, stdout};

use crate::{
    error::{Error, Kind, Result},
    i18n::Text,
    text,
};

/// What the terminal can show, as far as its name tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether it has Chinese characters.
    pub chinese: bool,
    /// Whether borders and marks have to be ASCII.
    pub ascii: bool,
    /// Whether it has all colours, and so can show a small picture.
    pub true_colour: bool,
    /// Why something is missing, to be shown to the user.
    pub reason: Option<Text>,
}

impl Surroundings {
    /// Looks at the terminal; errors of the kind [`Kind::Usage`] when there is none that could be used.
    pub fn look() -> Result<Self> {
        let name = std::env::var("TERM").ok();
        let found = judge(name.as_deref(), has_terminal())?;
        let true_colour = !found.ascii && has_true_colour(|name| std::env::var(name).unwrap_or_default());
        Ok(Self { true_colour, ..found })
    }
}

/// Says whether input and output are a terminal; false also when the terminal has gone away since.
pub(super) fn has_terminal() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Says whether a terminal is known to have all colours; one that says nothing is left with sixteen.
fn has_true_colour(variable: impl Fn(&str) -> String) -> bool {
    let name = variable("TERM");
    matches!(variable("COLORTERM").as_str(), "truecolor" | "24bit")
        || !variable("WT_SESSION").is_empty()
        || name.ends_with("-direct")
        || ["kitty", "alacritty", "wezterm", "foot", "ghostty"].iter().any(|known| name.contains(known))
}

fn judge(name: Option<&str>, has_terminal: bool) -> Result<Surroundings> {
    if !has_terminal {
        return Err(Error::new(Kind::Usage, text!("term.none")).hint(text!("term.none-hint")));
    }
    match name {
        Some("dumb") => Err(Error::new(Kind::Usage, text!("term.dumb")).hint(text!("term.dumb-hint"))),
        // The virtual console of Linux has 512 glyphs at most and none of them is Chinese.
        Some("linux") => {
            Ok(Surroundings { chinese: false, ascii: true, true_colour: false, reason: Some(text!("term.linux")) })
        }
        _ => Ok(Surroundings { chinese: true, ascii: false, true_colour: false, reason: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn terminals_are_judged_by_their_name() {
        let cases = [(Some("xterm-256color"), true, false), (None, true, false), (Some("linux"), false, true)];
        for (name, chinese, ascii) in cases {
            let found = judge(name, true).expect("usable");
            assert_eq!((found.chinese, found.ascii), (chinese, ascii), "{name:?}");
            assert_eq!(found.reason.is_some(), !chinese, "{name:?}");
        }
    }

    #[test]
    fn all_colours_are_only_believed_of_who_says_so() {
        let cases = [
            ("TERM", "xterm-256color", false),
            ("TERM", "tmux-256color", false),
            ("TERM", "xterm-kitty", true),
            ("TERM", "xterm-direct", true),
            ("COLORTERM", "truecolor", true),
            ("COLORTERM", "yes", false),
            ("WT_SESSION", "8c3f", true),
        ];
        for (name, value, expected) in cases {
            let variable = |asked: &str| if asked == name { value.to_owned() } else { String::new() };
            assert_eq!(has_true_colour(variable), expected, "{name}={value}");
        }
    }

    #[test]
    fn what_cannot_be_used_comes_with_a_hint() {
        for (name, has_terminal) in [(Some("dumb"), true), (Some("xterm"), false), (None, false)] {
            let error = judge(name, has_terminal).expect_err("unusable");
            let hint = error.next_step().expect("a hint");
            assert!(Lang::ALL.iter().all(|lang| lang.has(hint.key()) && lang.has(error.message().key())));
        }
    }
}
