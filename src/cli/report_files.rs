//! The files of a report: its wording, its bytes in each format, and putting them where they belong, one whole file at a time.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use super::pdf;
use crate::{
    error::{Error, Kind as ErrorKind, Result},
    i18n::{Lang, listed},
    inspection::{Record, RecordId, Sheet},
    ledger::{self, Entry, rechecked_checklist},
    report::{
        Format, Kind, Output, Period, Tally,
        document::{Block, Cell, Document, Row, Table},
        format::{Filled, fill_form},
        papers::Paper,
        words::{About, Template},
    },
    store::{HandedOut, Workspace, read_bytes, read_text},
    text,
};

/// The folder of a workspace in which a person's own wording and forms lie.
pub const TEMPLATES: &str = "templates";

/// Reads the wording of a kind: the workspace's own, else the built-in one; kinds that are only tables have none.
pub fn template(workspace: &Workspace, kind: Kind) -> Result<Option<Template>> {
    let Some(built_in) = Template::built_in(kind) else { return Ok(None) };
    let path = workspace.root().join(TEMPLATES).join(format!("{}.md", kind.name()));
    if !path.is_file() {
        return Ok(Some(built_in));
    }
    let text = read_text(&path)?;
    Ok(Some(Template { text: text.trim_start_matches('\u{feff}').to_owned(), path: Some(path) }))
}

/// Returns the bureau's own form for Word files of a kind, which lies beside the wording and bears the same name; nothing where
/// there is none.
pub fn form(workspace: &Workspace, kind: Kind) -> Option<PathBuf> {
    Some(workspace.root().join(TEMPLATES).join(format!("{}.docx", kind.name()))).filter(|path| path.is_file())
}

/// Says what a form has no place for.
pub fn left_unplaced(unplaced: &[&'static str]) -> Error {
    let parts: Vec<_> = unplaced.iter().map(|name| format!("{{{{{name}}}}}")).collect();
    Error::input(text!("report-cli.unplaced", parts = listed(parts))).hint(text!("report-cli.unplaced.hint"))
}

/// Puts a paper about one record together, and hands it over with the name of its files, without ending.
pub fn paper<T>(
    workspace: &Workspace,
    id: &RecordId,
    kind: Kind,
    put: impl FnOnce(&Record, &Document<'_>, String) -> Result<T>,
) -> Result<T> {
    let stored = workspace.record(id)?;
    let record = stored.record();
    let checklist = workspace.checklist_of(record)?;
    let day = record.header.inspection.started.date_naive();
    let answers = record.answers.iter().cloned();
    let sheet = Sheet::new(Arc::clone(&checklist), &record.header.facility, day, answers);
    let template =
        template(workspace, kind)?.ok_or_else(|| Error::new(ErrorKind::Usage, text!("report-cli.no-kind")))?;
    let bureau = &workspace.settings().bureau;
    let register = workspace.facilities().found;
    let facility = register.iter().find(|unit| unit.is(&record.header.facility.id));
    let was = rechecked(workspace, record)?;
    let about = About { record, checklist: &checklist, sheet: &sheet, facility, bureau, was: &was };
    let document = Paper(about).document(kind, &template)?;
    let tail: String = id.0.chars().skip(id.0.chars().count().saturating_sub(8)).collect();
    let name = format!("{}_{day}_{tail}", document.lang.t(&kind.name_key()));
    put(record, &document, name)
}

/// Reads the findings that a record re-inspects; those of any other record are none.
fn rechecked(workspace: &Workspace, record: &Record) -> Result<Vec<Entry>> {
    if rechecked_checklist(&record.header.checklist.id).is_none() {
        return Ok(Vec::new());
    }
    let rows = workspace.findings(workspace.records().found).found;
    let ledgers = workspace.ledgers();
    let looked_at: Vec<_> = rows.iter().filter(|row| row.rechecks.contains(&record.header.id)).collect();
    // What goes on in a correction is named once, by the number under which it goes on.
    let goes_on = |row: &ledger::Row| looked_at.iter().any(|other| other.item == row.item && !other.withdrawn);
    let named = looked_at.iter().filter(|row| !row.withdrawn || !goes_on(row));
    named.map(|row| ledgers.entry(&row.id, &row.source.record)).collect()
}

/// The most characters that the names of what a report is narrowed to take in the name of its files.
const SCOPE_CHARS: usize = 60;

/// Names the files of a report about a period, without ending: what it is, its days, and what it is narrowed to.
///
/// Without the last, the report of one district would take the place of another's.
pub fn name(kind: Kind, tally: &Tally, lang: Lang) -> String {
    let Period { from, to } = tally.filter.period;
    let names: Vec<&str> = tally.scope.iter().map(|one| one.name.as_str()).collect();
    let scope = in_file_name(&names.join("_"));
    let scope = if scope.is_empty() { scope } else { format!("_{scope}") };
    format!("{}_{from}_{to}{scope}", lang.t(&kind.name_key()))
}

/// Makes names fit for the name of a file on every system; what had to be changed is told apart by a digest.
fn in_file_name(names: &str) -> String {
    let taken = |character: char| !character.is_control() && !"<>:\"/\\|?*".contains(character);
    let kept: String = names.chars().filter(|character| taken(*character)).take(SCOPE_CHARS).collect();
    let kept = kept.trim_matches([' ', '.']);
    if kept == names { names.to_owned() } else { format!("{kept}_{}", &blake3::hash(names.as_bytes()).to_hex()[..6]) }
}

/// Where the files of a report go.
pub struct Place<'place> {
    /// The folder.
    pub folder: &'place Path,
    /// The name of the files, without ending.
    pub name: String,
    /// The workspace that they report about.
    pub workspace: &'place Workspace,
    /// A bureau's own form for Word.
    pub form: Option<PathBuf>,
}

impl Place<'_> {
    /// Writes a report in a format, and adds each file to `written` as soon as it is there: where the disk refuses one, those
    /// before it are known. Whoever stops it finds no file of this format. Returns the placeholders that the form has not and that
    /// would have been filled.
    pub fn put(
        &self,
        document: &Document<'_>,
        tally: Option<&Tally>,
        output: Output,
        stopped: &dyn Fn() -> bool,
        written: &mut Vec<HandedOut>,
    ) -> Result<Vec<&'static str>> {
        let mut unplaced = Vec::new();
        let files = match output {
            Output::Json => vec![(".json".to_owned(), json(tally)?)],
            Output::Pdf | Output::Laid(Format::Docx) => {
                let filled = self.docx(document)?;
                unplaced = filled.unplaced;
                let bytes = if output == Output::Pdf { pdf::from_docx(&filled.bytes)? } else { filled.bytes };
                vec![(format!(".{}", output.ending()), bytes)]
            }
            Output::Laid(format) => {
                let end = |part: Option<String>| {
                    let part = part.map(|part| format!("_{part}")).unwrap_or_default();
                    format!("{part}.{}", format.ending())
                };
                format.files(document)?.into_iter().map(|(part, bytes)| (end(part), bytes)).collect()
            }
        };
        if stopped() {
            return Ok(Vec::new());
        }
        for (end, bytes) in files {
            written.push(self.workspace.hand_out(self.folder, &self.name, &end, &bytes)?);
        }
        Ok(unplaced)
    }

    /// Makes the Word file, in the bureau's own form where there is one.
    fn docx(&self, document: &Document<'_>) -> Result<Filled> {
        match &self.form {
            Some(form) => fill_form(&read_bytes(form)?, document, &self.workspace.settings().bureau)
                .map_err(|error| error.at(form)),
            None => Ok(Filled { bytes: Format::Docx.files(document)?.remove(0).1, unplaced: Vec::new() }),
        }
    }
}

/// Writes the tally as JSON; a paper about one record has none.
fn json(tally: Option<&Tally>) -> Result<Vec<u8>> {
    let tally = tally.ok_or_else(no_json)?;
    serde_json::to_vec(tally).map_err(|error| Error::new(ErrorKind::Storage, text!("cli.not-json")).because(error))
}

/// Says that a paper about one record has no JSON.
pub fn no_json() -> Error {
    Error::new(ErrorKind::Usage, text!("report-cli.no-json")).hint(text!("report-cli.no-json.hint"))
}

/// How far a report is that is being laid out, shared by whoever lays it out and whoever watches.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    rows: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Progress {
    /// Returns how many rows of tables have been laid out.
    pub fn rows(&self) -> usize {
        self.rows.load(Ordering::Relaxed)
    }

    /// Asks to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Says whether it was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Counts the rows of a document as they are made, and tells `step` of each; once it was stopped, rows are empty.
    ///
    /// A format knows nothing of this: it goes through the rest of a long table at once, and nobody takes what it made.
    pub fn watch<'t>(&self, document: &mut Document<'t>, step: impl Fn() + Clone + Sync + 't) {
        let placed = document.blocks.iter_mut().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        for table in placed.chain(&mut document.proof) {
            self.watch_table(table, step.clone());
        }
    }

    fn watch_table<'t>(&self, table: &mut Table<'t>, step: impl Fn() + Sync + 't) {
        let (progress, columns) = (self.clone(), table.columns.len());
        let nothing: Box<dyn Fn(usize) -> Row<'t> + Sync + 't> = Box::new(|_| empty_row(0));
        let row = std::mem::replace(&mut table.row, nothing);
        table.row = Box::new(move |at| {
            if progress.is_stopped() {
                return empty_row(columns);
            }
            progress.rows.fetch_add(1, Ordering::Relaxed);
            step();
            row(at)
        });
    }
}

fn empty_row<'t>(columns: usize) -> Row<'t> {
    Row { cells: vec![Cell::None; columns], proof: crate::report::document::Proof::None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::Sort;

    #[test]
    fn names_fit_into_names_of_files() {
        let long = "长".repeat(80);
        let cases =
            [("", ""), ("澜城区_医院", "澜城区_医院"), ("甲/乙?", "甲乙_"), ("..", "_"), (long.as_str(), "长长")];
        for (names, begins) in cases {
            let shown = in_file_name(names);
            assert!(shown.starts_with(begins) && shown.chars().count() <= SCOPE_CHARS + 7, "{names}: {shown}");
            assert!(!shown.contains(['/', '?']) && !shown.ends_with('.'), "{shown}");
        }
        assert_ne!(in_file_name("甲/乙"), in_file_name("甲乙"));
    }

    #[test]
    fn rows_are_counted_until_somebody_stops() {
        let mut document = Document::empty(Lang::En);
        let columns = vec![crate::report::document::Column::new(Lang::En, "number", 3, Sort::Count)];
        let table = Table::new(Lang::En, "units", columns, 9, |at| Row {
            cells: vec![Cell::Count(at as u64)],
            proof: crate::report::document::Proof::None,
        });
        document.blocks.push(Block::Table(table));
        let progress = Progress::default();
        let stopper = progress.clone();
        progress.watch(&mut document, move || {
            if stopper.rows() == 4 {
                stopper.stop();
            }
        });
        let made: Vec<_> = document.tables().flat_map(Table::rows).map(|row| row.cells[0].clone()).collect();
        assert_eq!(made.len(), 9, "a format still finds as many rows as the table says");
        assert_eq!(made.iter().filter(|cell| **cell != Cell::None).count(), 4);
        assert_eq!(progress.rows(), 4);
    }
}
