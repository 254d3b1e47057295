//! Waiting for input without spending any time on it.
//!
//! crossterm can only wait in turns, and spends the last millisecond of each asking again and again: a third of a percent
//! of a processor, all day long, in a laptop that runs on its battery. So on Unix, once a turn has brought nothing, the rest of
//! the waiting is done by the system.

use std::{io, time::Duration};

use crossterm::event;

/// How long one turn of crossterm lasts, and so how soon the thread notices that it is to pause.
///
/// Long enough that a busy machine does not end it before crossterm has looked at what it has.
const TURN: Duration = Duration::from_millis(400);

/// Where the reading thread waits.
pub(super) struct Waiting {
    #[cfg(unix)]
    system: Option<unix::System>,
}

/// Ends the wait of the reading thread from another one.
#[derive(Clone, Default)]
pub(super) struct Waker {
    #[cfg(unix)]
    bell: Option<std::sync::Arc<std::os::unix::net::UnixStream>>,
}

impl Waker {
    /// Ends the wait; where it is crossterm that waits the end of its turn does.
    pub(super) fn wake(&self) {
        #[cfg(unix)]
        if let Some(bell) = &self.bell {
            // A bell that is full of rings rings all the same.
            let _ = io::Write::write(&mut &**bell, b"!");
        }
    }
}

impl Waiting {
    /// Prepares waiting; what ends it from outside comes with it.
    #[cfg(unix)]
    pub(super) fn new() -> (Self, Waker) {
        match unix::System::new() {
            Ok((system, bell)) => (Self { system: Some(system) }, Waker { bell: Some(std::sync::Arc::new(bell)) }),
            Err(error) => {
                tracing::warn!(%error, "input is waited for in turns");
                (Self { system: None }, Waker::default())
            }
        }
    }

    /// Prepares waiting: the console of Windows waits in turns without spending time.
    #[cfg(not(unix))]
    pub(super) fn new() -> (Self, Waker) {
        (Self {}, Waker::default())
    }

    /// Says whether there is an event to be read, after waiting for one; false also when something else ended the wait.
    ///
    /// `in_turns` while another thread reads from crossterm as well: what it sets aside makes the terminal ready no more.
    #[cfg(unix)]
    pub(super) fn for_event(&self, in_turns: bool) -> io::Result<bool> {
        // One turn of crossterm first: what it has read already makes the terminal ready no more.
        if event::poll(TURN)? {
            return Ok(true);
        }
        let Some(system) = self.system.as_ref().filter(|_| !in_turns) else { return Ok(false) };
        match system.wait() {
            // crossterm hears of a new size in the same moment, but perhaps a little later.
            unix::Ready::Input | unix::Ready::Size | unix::Ready::Unknown => event::poll(TURN),
            unix::Ready::Woken => Ok(false),
            unix::Ready::Gone => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Says whether there is an event to be read, after waiting for one for a while.
    #[cfg(not(unix))]
    pub(super) fn for_event(&self, _: bool) -> io::Result<bool> {
        event::poll(TURN)
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        io::{self, Read, Stdin, stdin},
        os::unix::net::UnixStream,
    };

    use rustix::{
        event::{PollFd, PollFlags, poll},
        io::Errno,
    };

    /// What ended a wait.
    pub(super) enum Ready {
        /// Something was typed.
        Input,
        /// The terminal may have a new size.
        Size,
        /// Another thread wants something.
        Woken,
        /// The terminal is gone.
        Gone,
        /// The system cannot wait for this terminal.
        Unknown,
    }

    /// What the system is to wait for.
    pub(super) struct System {
        terminal: Stdin,
        size: UnixStream,
        bell: UnixStream,
    }

    impl System {
        pub(super) fn new() -> io::Result<(Self, UnixStream)> {
            let (size, signal) = UnixStream::pair()?;
            let (bell, ring) = UnixStream::pair()?;
            for stream in [&size, &signal, &bell, &ring] {
                stream.set_nonblocking(true)?;
            }
            signal_hook::low_level::pipe::register(signal_hook::consts::SIGWINCH, signal)?;
            Ok((Self { terminal: stdin(), size, bell }, ring))
        }

        pub(super) fn wait(&self) -> Ready {
            let wanted = PollFlags::IN;
            let mut watched =
                [PollFd::new(&self.terminal, wanted), PollFd::new(&self.size, wanted), PollFd::new(&self.bell, wanted)];
            loop {
                match poll(&mut watched, None) {
                    Ok(_) => break,
                    Err(Errno::INTR) => {}
                    Err(_) => return Ready::Unknown,
                }
            }
            let [terminal, size, bell] = [0, 1, 2].map(|at| watched[at].revents());
            if bell.contains(PollFlags::IN) {
                drain(&self.bell);
                return Ready::Woken;
            }
            if size.contains(PollFlags::IN) {
                drain(&self.size);
                return Ready::Size;
            }
            if terminal.contains(PollFlags::IN) && !terminal.intersects(PollFlags::HUP | PollFlags::ERR) {
                return Ready::Input;
            }
            if terminal.intersects(PollFlags::HUP | PollFlags::ERR) { Ready::Gone } else { Ready::Unknown }
        }
    }

    /// Takes what has come, so that it is not heard again.
    fn drain(mut stream: &UnixStream) {
        let mut taken = [0; 64];
        while matches!(stream.read(&mut taken), Ok(1..)) {}
    }
}
