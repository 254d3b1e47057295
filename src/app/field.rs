//! A text field: what is typed, where the caret is, with its own undo.
//!
//! The editing itself is ratatui-textarea's; this module fixes the keys and never sees the terminal.

use ratatui::style::Style;
use ratatui_textarea::{Input, Key as AreaKey, TextArea, WrapMode};

use super::key::{Code, Key};

/// A text field, of one line or of several.
#[derive(Clone, Debug)]
pub struct Field {
    area: TextArea<'static>,
    one_line: bool,
}

impl Field {
    /// Makes a field of one line, with the caret behind its text.
    pub fn line(text: &str) -> Self {
        let mut field = Self::new(&text.replace(['\n', '\r'], " "), true);
        field.area.set_wrap_mode(WrapMode::None);
        field
    }

    /// Makes a field of several lines, with the caret behind its text.
    pub fn lines(text: &str) -> Self {
        let mut field = Self::new(text, false);
        field.area.set_wrap_mode(WrapMode::Glyph);
        field
    }

    fn new(text: &str, one_line: bool) -> Self {
        let mut area = TextArea::new(text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect());
        // The caret is the terminal's own, where the input method opens its window; the painted one is taken away.
        area.set_cursor_style(Style::default());
        area.set_cursor_line_style(Style::default());
        area.move_cursor(ratatui_textarea::CursorMove::Bottom);
        area.move_cursor(ratatui_textarea::CursorMove::End);
        Self { area, one_line }
    }

    /// Returns what is typed.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Says whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Says whether the field has one line.
    pub fn is_one_line(&self) -> bool {
        self.one_line
    }

    /// Returns the widget, for the view to draw.
    pub fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    /// Takes a key; returns whether the text changed.
    ///
    /// Enter begins a new line in a field of several and means nothing in a field of one.
    pub fn key(&mut self, key: Key) -> bool {
        if self.one_line && matches!(key.code, Code::Enter | Code::Up | Code::Down) {
            return false;
        }
        match (key.ctrl, key.code) {
            (true, Code::Char('z')) => self.area.undo(),
            (true, Code::Char('y')) => self.area.redo(),
            _ => match area_key(key.code) {
                Some(code) => self.area.input(Input { key: code, ctrl: key.ctrl, alt: key.alt, shift: key.shift }),
                None => false,
            },
        }
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = if self.one_line { text.replace('\n', " ") } else { text };
        self.area.insert_str(text)
    }
}

fn area_key(code: Code) -> Option<AreaKey> {
    Some(match code {
        Code::Char(letter) => AreaKey::Char(letter),
        Code::Enter => AreaKey::Enter,
        Code::Backspace => AreaKey::Backspace,
        Code::Delete => AreaKey::Delete,
        Code::Left => AreaKey::Left,
        Code::Right => AreaKey::Right,
        Code::Up => AreaKey::Up,
        Code::Down => AreaKey::Down,
        Code::Home => AreaKey::Home,
        Code::End => AreaKey::End,
        Code::PageUp => AreaKey::PageUp,
        Code::PageDown => AreaKey::PageDown,
        Code::Tab | Code::Esc | Code::Insert | Code::Function(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(mut field: Field, script: &str) -> String {
        for key in Key::script(script).expect("a script") {
            field.key(key);
        }
        field.text()
    }

    #[test]
    fn enter_is_a_new_line_only_where_there_are_several() {
        assert_eq!(typed(Field::lines("甲"), "Enter <text 乙>"), "甲\n乙");
        assert_eq!(typed(Field::line("甲"), "Enter <text 乙>"), "甲乙");
    }

    #[test]
    fn undo_and_redo_stay_inside_the_field() {
        assert_eq!(typed(Field::lines(""), "<text 缺> Ctrl-Z"), "");
        assert_eq!(typed(Field::lines(""), "<text 缺> Ctrl-Z Ctrl-Y"), "缺");
    }

    #[test]
    fn pasted_line_ends_are_one_kind() {
        let mut several = Field::lines("");
        several.paste("一\r\n二\r三");
        assert_eq!(several.text(), "一\n二\n三");
        let mut one = Field::line("");
        one.paste("一\r\n二");
        assert_eq!(one.text(), "一 二");
    }
}
