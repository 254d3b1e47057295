//! Output: one write a frame, as one synchronised update, and never to a terminal that was given back.

use std::{
    io::{self, Write, stdout},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    queue,
    terminal::{self, BeginSynchronizedUpdate, Clear, EndSynchronizedUpdate},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use super::ACTIVE;
use crate::view::text;

/// Says whether the terminal understands escape sequences; an old Windows console does not.
pub(super) fn is_ansi() -> bool {
    #[cfg(windows)]
    return crossterm::ansi_support::supports_ansi();
    #[cfg(not(windows))]
    true
}

/// Collects a frame and writes it at once; forgets what it holds when the terminal is no longer ours.
///
/// Unlike a `BufWriter` it writes nothing when it is dropped: half a frame behind the restored prompt would be seen.
struct Output {
    pending: Vec<u8>,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The lock first: `restore` clears ACTIVE before it takes the lock, so nothing is written behind it.
        let mut output = stdout().lock();
        let written = if ACTIVE.load(Ordering::SeqCst) { output.write_all(&self.pending) } else { Ok(()) };
        self.pending.clear();
        written.and_then(|()| output.flush())
    }
}

/// The terminal as ratatui sees it.
pub(super) struct Screen {
    backend: CrosstermBackend<Output>,
    /// Whether the terminal draws ambiguous characters two cells wide.
    wide: Arc<AtomicBool>,
    in_frame: bool,
}

impl Screen {
    pub(super) fn new(wide: Arc<AtomicBool>) -> Self {
        Self { backend: CrosstermBackend::new(Output { pending: Vec::new() }), wide, in_frame: false }
    }

    /// Draws with stand-ins, so that no character takes more cells than ratatui counts.
    fn draw_narrow<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>) -> io::Result<()> {
        let cells: Vec<(u16, u16, Cell)> = content.map(|(x, y, cell)| (x, y, narrowed(cell))).collect();
        self.backend.draw(cells.iter().map(|(x, y, cell)| (*x, *y, cell)))
    }
}

fn narrowed(cell: &Cell) -> Cell {
    let mut narrow = cell.clone();
    if text::is_ambiguous(cell.symbol()) {
        narrow.set_char(text::stand_in(cell.symbol()));
    }
    narrow
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        // crossterm writes these two on an old Windows console as well, where they would be seen.
        if is_ansi() {
            queue!(self.backend, BeginSynchronizedUpdate)?;
        }
        queue!(self.backend, Hide)?;
        self.in_frame = true;
        if self.wide.load(Ordering::Relaxed) { self.draw_narrow(content) } else { self.backend.draw(content) }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        queue!(self.backend, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        queue!(self.backend, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.backend.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        queue!(self.backend, MoveTo(x, y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        match clear_type {
            // In one write with the frame that follows, so that the empty screen is not seen.
            ClearType::All => queue!(self.backend, Clear(terminal::ClearType::All)),
            part => self.backend.clear_region(part),
        }
    }

    fn size(&self) -> io::Result<Size> {
        self.backend.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.backend.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_frame) && is_ansi() {
            queue!(self.backend, EndSynchronizedUpdate)?;
        }
        Write::flush(&mut self.backend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_wider_than_it_counts() {
        for (symbol, expected) in [("│", "|"), ("发", "发"), ("a", "a"), ("≥", "?"), ("…", ".")] {
            assert_eq!(narrowed(&Cell::new(symbol)).symbol(), expected);
        }
    }
}
