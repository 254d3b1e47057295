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
    /// Judges from the column, from 0, in which the cursor stands behind the sample.
    fn from_column(column: u16) -> Self {
        match column {
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
    answered: Mutex<Receiver<()>>,
}

impl Probe {
    /// Draws the sample, asks, and waits a moment for the answer; a later one is sent as [`Event::Wide`].
    ///
    /// To be called before the first frame, which draws over the sample.
    pub(super) fn start(listener: Listener) -> Self {
        let (done, answered) = mpsc::channel();
        let (found, wide) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicBool::new(false)));
        let probe = Self { found: Arc::clone(&found), wide: Arc::clone(&wide), answered: Mutex::new(answered) };
        if draw_sample().is_ok() {
            thread::spawn(move || {
                let ambiguity = cursor::position().map_or(Ambiguity::Unknown, |(x, _)| Ambiguity::from_column(x));
                found.store(ambiguity as u8, Ordering::SeqCst);
                if ambiguity == Ambiguity::Wide {
                    wide.store(true, Ordering::SeqCst);
                    listener(Event::Wide);
                }
                let _ = done.send(());
            });
            probe.wait(FIRST_FRAME);
        }
        probe
    }

    /// Returns the flag that says whether the answer was [`Ambiguity::Wide`].
    pub(super) fn wide(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wide)
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

/// Draws the sample and, where the answer comes as text, asks at once.
///
/// `cursor::position` asks again from its own thread, perhaps when a frame is drawn already. It takes the first answer,
/// which is to the question asked here.
fn draw_sample() -> io::Result<()> {
    let mut output = stdout().lock();
    queue!(output, MoveTo(0, 0), Print(SAMPLE))?;
    if cfg!(not(windows)) {
        queue!(output, Print("\x1b[6n"))?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_behind_the_sample_tells() {
        let cases = [(0, Ambiguity::Unknown), (2, Ambiguity::Narrow), (3, Ambiguity::Wide), (4, Ambiguity::Wide)];
        for (column, ambiguity) in cases {
            assert_eq!(Ambiguity::from_column(column), ambiguity, "{column}");
        }
    }
}
