//! Making small pictures beside the keys and beside everything else that takes long.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use super::Report;
use crate::{
    app::{Msg, Photograph},
    store::{Picture, Workspace, picture},
};

/// The picture that is wanted now: one is made at a time, and of what is wanted meanwhile only the last.
#[derive(Default)]
pub struct Pictures(Arc<Mutex<Wanted>>);

#[derive(Default)]
struct Wanted {
    next: Option<Photograph>,
    /// Whether somebody is there who takes the next one.
    busy: bool,
}

impl Pictures {
    /// Wants the picture of a photograph, and none that was wanted before.
    pub fn want(&self, of: Photograph, workspace: &Arc<Workspace>, report: &Arc<Report>) {
        let (workspace, report) = (Arc::clone(workspace), Arc::clone(report));
        self.want_made(of, move |of| {
            let made = make(&workspace, &of);
            report(Msg::Picture(of, made));
        });
    }

    fn want_made(&self, of: Photograph, make: impl Fn(Photograph) + Send + 'static) {
        {
            let mut wanted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            wanted.next = Some(of);
            if std::mem::replace(&mut wanted.busy, true) {
                return;
            }
        }
        let wanted = Arc::clone(&self.0);
        thread::spawn(move || {
            while let Some(of) = next(&wanted) {
                make(of);
            }
        });
    }
}

/// Takes what is wanted next; where that is nothing, nobody is busy any more.
fn next(wanted: &Mutex<Wanted>) -> Option<Photograph> {
    let mut wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner);
    wanted.busy = wanted.next.is_some();
    wanted.next.take()
}

fn make(workspace: &Workspace, of: &Photograph) -> Option<Picture> {
    match of {
        Photograph::Kept(file) => workspace.picture(file),
        Photograph::New(file) => picture(&file.path),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::store::InboxFile;

    fn photograph(name: &str) -> Photograph {
        Photograph::New(InboxFile { modified: None, path: name.into(), size: 1 })
    }

    #[test]
    fn of_what_is_wanted_while_one_is_made_only_the_last_is_made() {
        let pictures = Pictures::default();
        let (begun, begins) = channel();
        let (go_on, goes_on) = channel::<()>();
        pictures.want_made(photograph("1"), move |of| {
            begun.send(of).expect("somebody looks");
            // Whoever looks says when this one is ready, and then goes away.
            let _ = goes_on.recv();
        });
        assert_eq!(begins.recv(), Ok(photograph("1")));
        for name in ["2", "3", "4"] {
            pictures.want_made(photograph(name), |_| unreachable!("somebody is busy already"));
        }
        drop(go_on);
        assert_eq!(begins.iter().collect::<Vec<_>>(), [photograph("4")]);
    }
}
