//! Counting, previewing and writing reports beside the keys of the terminal program.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::report_files::{self, Place, Progress, name, template};
use crate::{
    app::{Counted, Now, PaperOrder, ReportOrder, Writing, Written},
    error::Result,
    i18n::{Lang, Text},
    report::{
        self, Filter, Kind, Material, Output, Preview, Tally,
        document::{Document, Table},
        format::fill_form,
        words::Template,
    },
    store::{HandedOut, Workspace, path_of, read_bytes},
    text,
};

/// How often the screen is told how far a report is.
const TELL: Duration = Duration::from_millis(100);

/// How many rows are laid out between two looks at the clock.
const ROWS: usize = 64;

/// Counts what the workspace has under a filter, terms judged as of the day.
pub fn count(workspace: &Workspace, filter: &Filter, lang: Lang, made: Now) -> Counted {
    let counted = Material::gather(workspace)
        .map(|material| Arc::new(report::count(&material, filter, made.date_naive(), made, lang)));
    counted.map_err(Arc::new)
}

/// Puts together what a report will look like.
pub fn preview(workspace: &Workspace, kind: Kind, tally: &Tally) -> Result<Preview> {
    let template = template(workspace, kind)?;
    let reminder = template.as_ref().and_then(Template::reminder);
    let document = report::document(kind, tally, template.as_ref(), tally.language)?;
    let mut preview = Preview::of(&document, reminder.as_ref());
    if let Some(form) = report_files::form(workspace, kind) {
        preview.reminders.extend(in_form(workspace, &document, &form)?);
    }
    Ok(preview)
}

/// Says which form a Word file is written in, and of a paper what it has no place for; an error is what is wrong with the form.
fn in_form(workspace: &Workspace, document: &Document<'_>, form: &Path) -> Result<Vec<Text>> {
    let shown = form.strip_prefix(workspace.root()).unwrap_or(form).display();
    let mut said = vec![text!("report.in-form", path = shown)];
    if document.draft {
        let filled = fill_form(&read_bytes(form)?, document, &workspace.settings().bureau);
        let unplaced = filled.map_err(|error| error.at(form))?.unplaced;
        if !unplaced.is_empty() {
            let left = report_files::left_unplaced(&unplaced);
            said.extend([Some(left.message()), left.next_step()].into_iter().flatten().cloned());
        }
    }
    Ok(said)
}

/// Writes a paper of a record.
pub fn paper(workspace: &Workspace, order: &PaperOrder) -> Result<HandedOut> {
    report_files::paper(workspace, &order.record, order.kind, |_, document, name| {
        let folder = workspace.root().join(path_of(&order.folder));
        let mut written = Vec::new();
        let form = report_files::form(workspace, order.kind);
        let place = Place { folder: &folder, name, workspace, form };
        place.put(document, None, order.output, &|| false, &mut written)?;
        written.pop().ok_or_else(report_files::no_json)
    })
}

/// How far a report is, told to the screen now and then while its rows are laid out, on whatever thread.
struct Telling<'tell> {
    tell: &'tell (dyn Fn(Writing) + Sync),
    progress: &'tell Progress,
    state: Mutex<Told>,
}

/// What was told last.
struct Told {
    writing: Writing,
    /// How many rows had been laid out before this format.
    before: usize,
    at: Instant,
}

impl Telling<'_> {
    /// Tells that the next format is begun.
    fn begin(&self, number: usize, output: Output) {
        // Nothing is left half done under it.
        let mut told = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        told.before = self.progress.rows();
        told.writing = Writing { output, number, ..told.writing };
        (self.tell)(told.writing);
    }

    /// Tells after another row, unless it was told a moment ago.
    fn step(&self) {
        let rows = self.progress.rows();
        if !rows.is_multiple_of(ROWS) {
            return;
        }
        // Whoever else has it is telling.
        let Ok(mut told) = self.state.try_lock() else { return };
        if told.at.elapsed() >= TELL {
            told.at = Instant::now();
            (self.tell)(Writing { rows: rows - told.before, ..told.writing });
        }
    }
}

/// Writes a report in every format that is asked for, one whole file after the other, and tells how far it is.
///
/// The first format that cannot be written is what is said; the others are written all the same.
pub fn write(
    workspace: &Workspace,
    order: &ReportOrder,
    progress: &Progress,
    tell: &(dyn Fn(Writing) + Sync),
) -> Written {
    let mut written = Written { files: Vec::new(), trouble: None, stopped: false };
    let tally = order.tally.as_ref();
    let made = template(workspace, order.kind);
    let made = made.and_then(|template| report::document(order.kind, tally, template.as_ref(), tally.language));
    let mut document = match made {
        Ok(document) => document,
        Err(error) => return Written { trouble: Some(error), ..written },
    };
    let expected = document.tables().map(|table: &Table<'_>| table.count).sum();
    let first = order.outputs.first().copied().unwrap_or(Output::Json);
    let writing = Writing { output: first, number: 1, of: order.outputs.len(), rows: 0, expected };
    let state = Mutex::new(Told { writing, before: 0, at: Instant::now() });
    let telling = Arc::new(Telling { tell, progress, state });
    let stepping = Arc::clone(&telling);
    progress.watch(&mut document, move || stepping.step());
    let folder = workspace.root().join(path_of(&order.folder));
    let name = name(order.kind, tally, tally.language);
    let place = Place { folder: &folder, name, workspace, form: report_files::form(workspace, order.kind) };
    for (number, output) in (1..).zip(&order.outputs) {
        telling.begin(number, *output);
        let had = written.files.len();
        let put = place.put(&document, Some(tally), *output, &|| progress.is_stopped(), &mut written.files);
        if progress.is_stopped() && written.files.len() == had {
            return Written { stopped: true, ..written };
        }
        if let Err(error) = put {
            written.trouble.get_or_insert(error);
        }
    }
    written
}
