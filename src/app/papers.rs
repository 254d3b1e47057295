//! The papers of one record: choosing which, as what and where, and what was written.

use super::{
    App, Overlay,
    dialog::Dialog,
    field::Field,
    form::{Form, FormField},
    message::Effect,
    screens::Screen,
};
use crate::{
    error::Error,
    inspection::RecordId,
    report::{Format, Kind, Output},
    store::HandedOut,
    text,
};

/// The papers, each with the key of its name.
const PAPERS: [(Kind, &str); 4] = [
    (Kind::Checklist, "report.kind.checklist"),
    (Kind::SiteRecord, "report.kind.site-record"),
    (Kind::Notice, "report.kind.notice"),
    (Kind::Opinion, "report.kind.opinion"),
];

/// As what every paper can be written, each with the key of its name.
const OUTPUTS: [(Output, &str); 4] = [
    (Output::Laid(Format::Docx), "reports.format.docx"),
    (Output::Pdf, "reports.format.pdf"),
    (Output::Laid(Format::Html), "reports.format.html"),
    (Output::Laid(Format::Markdown), "reports.format.md"),
];

/// The keys of the names, in the order of the tables above.
const PAPER_NAMES: &[&str] = &[PAPERS[0].1, PAPERS[1].1, PAPERS[2].1, PAPERS[3].1];
const OUTPUT_NAMES: &[&str] = &[OUTPUTS[0].1, OUTPUTS[1].1, OUTPUTS[2].1, OUTPUTS[3].1];

/// A paper that is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct PaperOrder {
    /// Of which record.
    pub record: RecordId,
    /// Which.
    pub kind: Kind,
    /// As what.
    pub output: Output,
    /// Where, as it was typed; within the workspace unless it says otherwise.
    pub folder: String,
}

impl App {
    /// Asks which paper of the record in hand is to be written.
    pub(super) fn ask_for_paper(&mut self) {
        let Screen::Record(screen) = self.screen() else { return };
        let record = screen.record.record().header.id.clone();
        let form = Form::new(vec![
            FormField::choice("papers.paper", PAPER_NAMES, 0),
            FormField::choice("papers.format", OUTPUT_NAMES, 0),
            FormField::text("papers.folder", Field::line(self.report_folder())),
        ]);
        self.overlay = Some(Overlay::Dialog(Dialog::Papers(record, form)));
    }

    /// Writes the paper that was chosen.
    pub(super) fn confirm_paper(&mut self, record: RecordId, form: &Form) -> Vec<Effect> {
        let (kind, _) = PAPERS[form.choice_of("papers.paper").min(PAPERS.len() - 1)];
        let (output, _) = OUTPUTS[form.choice_of("papers.format").min(OUTPUTS.len() - 1)];
        let typed = form.text_of("papers.folder");
        let folder = if typed.is_empty() { self.report_folder().to_owned() } else { typed };
        self.say(text!("reports.begun"));
        vec![Effect::WritePaper(Box::new(PaperOrder { record, kind, output, folder }))]
    }

    /// Says where the paper stands.
    pub(super) fn take_paper(&mut self, written: Result<HandedOut, Error>) {
        match written {
            Ok(HandedOut { path, kept: None }) => self.say(text!("report-cli.written", path = path.display())),
            Ok(HandedOut { path, kept: Some(_) }) => self.say(text!("papers.beside", path = path.display())),
            Err(error) => self.complain(error),
        }
    }
}
