//! Printing: for people on standard output, for programs as JSON, mistakes on standard error.

use std::{
    borrow::Cow,
    io::{self, IsTerminal, Write},
};

use serde::Serialize;

use crate::{
    error::{Error, Kind, Result},
    i18n::{Lang, Text},
    store::explained,
    term, text,
    view::text::{cut, pad, visible, width},
};

/// The cells that are left of a text at least, however little room there is.
const LEAST: usize = 20;

/// Where things are printed, and in which language.
pub struct Output {
    lang: Lang,
    out: io::Stdout,
}

impl Output {
    /// Prints in a language.
    pub fn new(lang: Lang) -> Self {
        Self { lang, out: io::stdout() }
    }

    /// Prints a line for people; what could steer a terminal in it is made visible.
    pub fn line(&self, line: &str) -> Result<()> {
        self.write(&format!("{}\n", visible(line)))
    }

    /// Prints a line in the middle of which stands a text of any length: a terminal gets as much of it as fits into `rows`
    /// rows, a file or another program everything.
    pub fn fitted(&self, parts: [&str; 3], rows: usize) -> Result<()> {
        let columns = self.out.is_terminal().then(|| term::size().ok()).flatten().map(|(columns, _)| columns.into());
        self.line(&fit(parts.map(visible), columns.map(|columns: usize| columns * rows)))
    }

    /// Prints a text of the language files.
    pub fn say(&self, said: &Text) -> Result<()> {
        self.line(&said.show(self.lang))
    }

    /// Prints what there is to say under labels of the language files, which stand in one column.
    pub fn labelled(&self, rows: &[(&str, String)]) -> Result<()> {
        let rows: Vec<_> = rows.iter().filter(|(_, said)| !said.is_empty()).collect();
        let column = rows.iter().map(|(label, _)| width(&self.lang.t(label))).max().unwrap_or(0);
        rows.iter().try_for_each(|(label, said)| self.line(&format!("{}  {said}", pad(&self.lang.t(label), column))))
    }

    /// Prints a text that is laid out already.
    pub fn raw(&self, text: &str) -> Result<()> {
        self.write(text)
    }

    /// Empties the screen where standard output is one.
    pub fn clear(&self) -> Result<()> {
        if self.out.is_terminal() { self.write("\u{1b}[2J\u{1b}[3J\u{1b}[H") } else { Ok(()) }
    }

    /// Prints a value for programs.
    pub fn json(&self, value: &impl Serialize) -> Result<()> {
        let json = serde_json::to_string_pretty(value)
            .map_err(|error| Error::new(Kind::Storage, text!("cli.not-json")).because(error))?;
        self.write(&format!("{json}\n"))
    }

    /// Prints what went wrong to standard error: what, where, what to do.
    pub fn error(&self, error: &Error) {
        self.complain("cli.error", error);
    }

    /// Prints to standard error what somebody should look at although it kept nothing from being done.
    pub fn remind(&self, error: &Error) {
        self.complain("cli.reminder", error);
    }

    fn complain(&self, label: &str, error: &Error) {
        let lang = self.lang;
        let place = error.place().map(|place| ("cli.place", place.to_string()));
        let hint = error.next_step().map(|hint| ("cli.hint", hint.show(lang)));
        let rows = [place, hint].into_iter().flatten();
        let rows: Vec<_> = rows.map(|(label, said)| format!("  {}{}\n", lang.t(label), visible(&said))).collect();
        let rows = rows.concat();
        let said = format!("{}{}\n{rows}", lang.t(label), visible(&error.summary(lang)));
        // Where standard error is closed there is nobody to tell.
        let _ = io::stderr().write_all(said.as_bytes());
    }

    /// Says whether colours may be printed.
    pub fn has_colour(&self) -> bool {
        self.out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
    }

    /// Writes to standard output; a reader that has gone away, such as `head`, is no error.
    fn write(&self, text: &str) -> Result<()> {
        let mut out = self.out.lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(explained(Error::new(Kind::Storage, text!("cli.not-printed")), error))
            }
            _ => Ok(()),
        }
    }
}

/// Joins the parts of a line, the middle one cut so that all of them fit into so many cells.
fn fit([before, middle, after]: [Cow<'_, str>; 3], cells: Option<usize>) -> String {
    let room = cells.map(|cells| cells.saturating_sub(width(&before) + width(&after)).max(LEAST));
    let middle = room.map_or_else(|| middle.clone(), |room| cut(&middle, room));
    format!("{before}{middle}{after}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_line_gives_way_where_there_is_little_room() {
        let long = "云".repeat(30);
        let cases = [
            ("云澜", Some(40), "单位 云澜 待核对"),
            (long.as_str(), None, &format!("单位 {long} 待核对")),
            (&long, Some(40), &format!("单位 {}… 待核对", "云".repeat(13))),
            (&long, Some(10), &format!("单位 {}… 待核对", "云".repeat(9))),
            ("\u{1b}[2J", Some(40), "单位 ^[[2J 待核对"),
        ];
        for (middle, cells, expected) in cases {
            let fitted = fit(["单位 ", middle, " 待核对"].map(visible), cells);
            assert_eq!(fitted, expected, "{middle} {cells:?}");
            assert!(cells.is_none_or(|cells| width(&fitted) <= cells.max(LEAST + 12)), "{fitted}");
        }
    }
}
