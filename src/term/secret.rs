//! Asking for a passphrase on the command line, without showing it.

use std::io::{self, IsTerminal, Write, stderr, stdin};

use crossterm::{
    event::{self, Event, KeyCode, KeyEventKind, KeyModifiers},
    terminal,
};

/// Raw mode that ends however it is left.
struct Raw;

impl Drop for Raw {
    fn drop(&mut self) {
        // A terminal that is gone has no mode.
        let _ = terminal::disable_raw_mode();
    }
}

/// Asks for a passphrase; nothing where there is no terminal to ask on, or it was cancelled.
pub fn ask_secret(prompt: &str) -> io::Result<Option<String>> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return Ok(None);
    }
    write!(stderr(), "{prompt}")?;
    stderr().flush()?;
    terminal::enable_raw_mode()?;
    let raw = Raw;
    let typed = read()?;
    drop(raw);
    writeln!(stderr())?;
    Ok(typed.filter(|typed| !typed.is_empty()))
}

fn read() -> io::Result<Option<String>> {
    let mut typed = String::new();
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(Some(typed)),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('c' | 'd') if control => return Ok(None),
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(letter) if !control => typed.push(letter),
            _ => {}
        }
    }
}
