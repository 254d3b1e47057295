//! How wide the terminal draws characters of ambiguous width, found out by drawing some and asking for the cursor.

use std::{
    io::{self, Write, stdout},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use crossterm::{
    cursor::{self, MoveTo},
    queue,
    style::Print,
};

use super::{Event, Listener};

/// What is drawn: a circled digit and a border, which a terminal may treat differently.
const SAMPLE: &str = "①│";

/// How long the first frame may wait for the answer; a terminal on the same machine takes about a millisecond.
const FIRST_FRAME: Duration = Duration::from_millis(20);

/// How long giving the terminal back may wait for the answer, which would else end up in the shell's input.
///
/// Just above the two seconds after which crossterm stops waiting.
const GIVING_BACK: Duration = Duration::from_millis(2100);

/// How wide characters of ambiguous width (`①`, `“`, `│`) are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguity {
    /// The terminal has not answered.
    #[default]
    Unknown,
    /// One cell, as ratatui counts.
    Narrow,
    /// Two cells: an old console with a Chinese font, or a terminal that was set so.
    Wide,
}

impl Ambiguity {
    /// Judges from how many columns the cursor moved over the sample.
    fn from_columns(columns: u16) -> Self {
        match columns {
            0 | 1 => Self::Unknown,
            2 => Self::Narrow,
            _ => Self::Wide,
        }
    }
}

/// A question that is on its way.
pub(super) struct Probe {
    found: Arc<AtomicU8>,
    wide: Arc<AtomicBool>,
    outstanding: Arc<AtomicBool>,
    answered: Mutex<Receiver<()>>,
}

impl Probe {
    /// Draws the sample, asks, and waits a moment for the answer; a later one is sent as [`Event::Wide`].
    ///
    /// To be called before the first frame, which clears the sample away.
    pub(super) fn start(listener: Listener) -> Self {
        let (done, answered) = mpsc::channel();
        let (found, wide) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicBool::new(false)));
        let outstanding = Arc::new(AtomicBool::new(false));
        let probe = Self {
            found: Arc::clone(&found),
            wide: Arc::clone(&wide),
            outstanding: Arc::clone(&outstanding),
            answered: Mutex::new(answered),
        };
        if let Ok(start) = draw_sample() {
            outstanding.store(true, Ordering::SeqCst);
            thread::spawn(move || {
                let columns = cursor::position().map_or(0, |(end, _)| end.saturating_sub(start));
                let ambiguity = Ambiguity::from_columns(columns);
                found.store(ambiguity as u8, Ordering::SeqCst);
                if ambiguity == Ambiguity::Wide {
                    wide.store(true, Ordering::SeqCst);
                    listener(Event::Wide);
                }
                outstanding.store(false, Ordering::SeqCst);
                let _ = done.send(());
            });
            // Windows answers at once; whatever the first frame writes before would be measured with the sample.
            probe.wait(if cfg!(windows) { GIVING_BACK } else { FIRST_FRAME });
        }
        probe
    }

    /// Returns the flag that says whether the answer was [`Ambiguity::Wide`].
    pub(super) fn wide(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wide)
    }

    /// Returns the flag that says whether the answer is still waited for.
    pub(super) fn outstanding(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.outstanding)
    }

    /// Returns the answer as far as there is one.
    pub(super) fn found(&self) -> Ambiguity {
        [Ambiguity::Unknown, Ambiguity::Narrow, Ambiguity::Wide]
            .into_iter()
            .find(|ambiguity| *ambiguity as u8 == self.found.load(Ordering::SeqCst))
            .unwrap_or_default()
    }

    /// Waits until nobody waits for an answer any more, at most two seconds after the start.
    pub(super) fn finish(&self) {
        self.wait(GIVING_BACK);
    }

    fn wait(&self, limit: Duration) {
        // An error means that the answer was taken already or will never come: both end the wait.
        let _ = self.answered.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(limit);
    }
}

/// Draws the sample, returns the column it starts in, and asks at once where the answer comes as text.
///
/// `cursor::position` asks again from its own thread, perhaps when a frame is drawn already. It takes the first answer,
/// which is to the question asked here. Windows is asked through its interface, which answers at once.
fn draw_sample() -> io::Result<u16> {
    let mut output = stdout().lock();
    if cfg!(windows) {
        let (start, _) = cursor::position()?;
        queue!(output, Print(SAMPLE))?;
        output.flush().map(|()| start)
    } else {
        queue!(output, MoveTo(0, 0), Print(SAMPLE), Print("\x1b[6n"))?;
        output.flush().map(|()| 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_of_the_sample_tells() {
        let cases = [(0, Ambiguity::Unknown), (2, Ambiguity::Narrow), (3, Ambiguity::Wide), (4, Ambiguity::Wide)];
        for (columns, ambiguity) in cases {
            assert_eq!(Ambiguity::from_columns(columns), ambiguity, "{columns}");
        }
    }
}
