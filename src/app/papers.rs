//! The papers of one record: choosing which, as what and where, and what was written.

use super::{
    App, Overlay,
    dialog::Dialog,
    field::Field,
    form::{Form, FormField},
    key::{Code, Key},
    message::Effect,
    screens::Screen,
};
use crate::{
    error::Error,
    inspection::RecordId,
    report::{Kind, Output},
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

/// The keys of the names of the papers, in the order of the table above, and of as what they can be written.
const PAPER_NAMES: &[&str] = &[PAPERS[0].1, PAPERS[1].1, PAPERS[2].1, PAPERS[3].1];
const SHEET_NAMES: &[&str] = &names(Kind::OF_SHEET);
const WORDS_NAMES: &[&str] = &names(Kind::OF_WORDS);

/// Returns the keys of names.
const fn names<const COUNT: usize>(outputs: [Output; COUNT]) -> [&'static str; COUNT] {
    let mut names = [""; COUNT];
    let mut at = 0;
    while at < COUNT {
        names[at] = outputs[at].name_key();
        at += 1;
    }
    names
}

/// Returns the paper that is chosen.
fn chosen(form: &Form) -> Kind {
    PAPERS[form.choice_of("papers.paper").min(PAPERS.len() - 1)].0
}

/// Takes a key into the form: another paper can be written as something else.
pub(super) fn paper_key(key: Key, form: &mut Form) {
    match key.code {
        Code::Tab | Code::Up | Code::Down => form.go(!key.shift && key.code != Code::Up),
        _ if form.key(key) => {
            form.offer("papers.format", if chosen(form) == Kind::Checklist { SHEET_NAMES } else { WORDS_NAMES });
        }
        _ => {}
    }
}

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
            FormField::choice("papers.format", SHEET_NAMES, 0),
            FormField::text("papers.folder", Field::line(self.report_folder())),
        ]);
        self.overlay = Some(Overlay::Dialog(Dialog::Papers(record, form)));
    }

    /// Writes the paper that was chosen.
    pub(super) fn confirm_paper(&mut self, record: RecordId, form: &Form) -> Vec<Effect> {
        let kind = chosen(form);
        let outputs = kind.outputs();
        let output = outputs[form.choice_of("papers.format").min(outputs.len() - 1)];
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
