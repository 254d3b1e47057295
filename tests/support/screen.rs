//! What is on the screen, as a person sees it.

use ducha::{
    app::App,
    view::{self, Look, text::width},
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, style::Modifier};

/// A drawn screen.
pub struct Drawn {
    /// The rows, without the blanks at their ends.
    pub rows: Vec<String>,
    /// What is shown in reverse, row by row.
    pub selected: Vec<String>,
    /// The column and row of the caret, from 0; none while it is hidden.
    pub caret: Option<(u16, u16)>,
}

impl Drawn {
    /// Draws the core's state.
    pub fn new(app: &App, look: &Look) -> Self {
        let mut terminal = Terminal::new(TestBackend::new(app.size.0, app.size.1)).expect("a terminal in memory");
        terminal.draw(|frame| view::draw(frame, app, look)).expect("drawing");
        let backend = terminal.backend();
        let caret = backend.cursor_position();
        let buffer = backend.buffer();
        let rows = 0..buffer.area.height;
        Self {
            rows: rows.clone().map(|y| text_of(buffer, y, Modifier::empty()).trim_end().to_owned()).collect(),
            selected: rows
                .map(|y| text_of(buffer, y, Modifier::REVERSED).trim().to_owned())
                .filter(|row| !row.is_empty())
                .collect(),
            caret: backend.cursor_visible().then_some((caret.x, caret.y)),
        }
    }

    /// Returns the whole screen, and below it where the caret is and what is selected.
    pub fn show(&self) -> String {
        let caret = self.caret.map_or_else(|| "-".to_owned(), |(x, y)| format!("{x},{y}"));
        format!("{}\ncaret {caret}; selected {:?}\n", self.rows.join("\n"), self.selected)
    }

    pub fn has(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.contains(text))
    }

    /// Returns what stands in the row of the caret, up to the caret.
    pub fn before_caret(&self) -> String {
        let Some((column, row)) = self.caret else { return String::new() };
        let mut cells = 0;
        let fits = |character: &char| {
            cells += width(&character.to_string());
            cells <= usize::from(column)
        };
        self.rows[usize::from(row)].chars().take_while(fits).collect()
    }
}

/// Returns the text of the cells of a row that have a modifier; the cell behind a wide character is part of it.
fn text_of(buffer: &Buffer, y: u16, wanted: Modifier) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        if cell.modifier.contains(wanted) {
            text.push_str(cell.symbol());
        }
        x += u16::try_from(width(cell.symbol()).max(1)).expect("a narrow cell");
    }
    text
}
