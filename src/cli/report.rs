//! `ducha report`: counts once, lays out in every format that is asked for, proves a report that was handed in.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{
    Session,
    arguments::{self, Report},
    now,
    report_files::{self, Place, TEMPLATES, template},
};
use crate::{
    error::{Error, Kind as ErrorKind, Result},
    i18n::Text,
    report::{
        self, Filter, Format, Kind, Material, Output, Period, Tally,
        document::Document,
        verify::Stated,
        words::{BUILT_IN, Template},
    },
    store::{HandedOut, Workspace, read_text, replace_file},
    task::CampaignId,
    text,
};

pub fn run(session: &Session, asked: &Report) -> Result<ExitCode> {
    if asked.schema {
        let schema = schemars::schema_for!(Tally);
        session.output.json(&schema)?;
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = session.workspace()?;
    if asked.templates {
        return put_templates(session, &workspace);
    }
    if let Some(file) = &asked.verify {
        return verify(session, &workspace, file);
    }
    let lang = session.lang;
    let named =
        |kind: Kind| text!("report-cli.kind-named", word = kind.name(), name = lang.t(&kind.name_key())).show(lang);
    let known = || lang.list(Kind::ALL.map(named));
    let kind = asked.kind.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::Usage, text!("report-cli.no-kind")).hint(text!("report-cli.kinds", known = known()))
    })?;
    let kind = Kind::named(kind).ok_or_else(|| {
        Error::new(ErrorKind::Usage, text!("report-cli.unknown-kind", typed = kind))
            .hint(text!("report-cli.kinds", known = known()))
    })?;
    check(session, asked, kind)?;
    if kind.is_of_record() {
        of_record(session, &workspace, asked, kind)
    } else {
        of_period(session, &workspace, asked, kind)
    }
}

/// Refuses what cannot come to anything before any file is written.
fn check(session: &Session, asked: &Report, kind: Kind) -> Result<()> {
    use arguments::Format as Wanted;
    let formats = &session.global.format;
    let refused = |said: Text, hint: Text| Err(Error::new(ErrorKind::Usage, said).hint(hint));
    if asked.out.is_some() && formats.iter().all(|format| *format == Wanted::Text) {
        return refused(text!("report-cli.out-unused"), text!("report-cli.out-unused.hint"));
    }
    if asked.form.is_some() && !formats.iter().any(|format| matches!(format, Wanted::Docx | Wanted::Pdf)) {
        return refused(text!("report-cli.form-unused"), text!("report-cli.form-unused.hint"));
    }
    let mut outputs = formats.iter().filter_map(|format| output(*format));
    match outputs.find(|output| !kind.outputs().contains(output)) {
        Some(Output::Json) => Err(report_files::no_json()),
        Some(_) => {
            let name = session.lang.t(&kind.name_key());
            refused(text!("report-cli.no-table", kind = name), text!("report-cli.no-table.hint"))
        }
        None => Ok(()),
    }
}

/// Returns as what a report is written for a format; none is for the terminal.
fn output(format: arguments::Format) -> Option<Output> {
    match format {
        arguments::Format::Text => None,
        arguments::Format::Json => Some(Output::Json),
        arguments::Format::Pdf => Some(Output::Pdf),
        arguments::Format::Docx => Some(Output::Laid(Format::Docx)),
        arguments::Format::Xlsx => Some(Output::Laid(Format::Xlsx)),
        arguments::Format::Html => Some(Output::Laid(Format::Html)),
        arguments::Format::Csv => Some(Output::Laid(Format::Csv)),
        arguments::Format::Md => Some(Output::Laid(Format::Markdown)),
        arguments::Format::Parquet => Some(Output::Laid(Format::Parquet)),
    }
}

/// Makes a report about a period.
fn of_period(session: &Session, workspace: &Workspace, asked: &Report, kind: Kind) -> Result<ExitCode> {
    if asked.record.is_some() {
        return Err(Error::new(ErrorKind::Usage, text!("report-cli.record-unused"))
            .hint(text!("report-cli.record-unused.hint")));
    }
    let made = now();
    let lang = kind.language(session.lang);
    let as_of = asked.as_of.unwrap_or_else(|| made.date_naive());
    let material = Material::gather(workspace)?.on(workspace, as_of)?;
    for trouble in &material.troubles {
        session.output.error(trouble);
    }
    // What cannot be read is left out, which the report says too; whoever makes it learns why.
    for unread in &material.unread {
        session.output.remind(unread);
    }
    let filter = filter(asked, workspace, &material, as_of)?;
    let tally = report::count(&material, &filter, as_of, made, lang);
    let template = template(workspace, kind)?;
    if let Some(reminder) = template.as_ref().and_then(Template::reminder) {
        session.output.remind(&reminder);
    }
    let document = report::document(kind, &tally, template.as_ref(), lang)?;
    let name = report_files::name(kind, &tally, lang);
    Order::new(session, workspace, asked, (kind, name)).put(&document, Some(&tally))?;
    Ok(if material.troubles.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes a paper about one record.
fn of_record(session: &Session, workspace: &Workspace, asked: &Report, kind: Kind) -> Result<ExitCode> {
    let wanted = asked.record.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::Usage, text!("report-cli.no-record")).hint(text!("report-cli.no-record.hint"))
    })?;
    let id = workspace.find_record(wanted)?;
    report_files::paper(workspace, &id, kind, |record, document, name| {
        if record.header.finalised.is_none() {
            let said = Error::input(text!("report-cli.unfinished", record = id));
            session.output.remind(&said.hint(text!("report-cli.unfinished.hint")));
        }
        Order::new(session, workspace, asked, (kind, name)).put(document, None)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads what the report is narrowed to.
fn filter(asked: &Report, workspace: &Workspace, material: &Material, as_of: chrono::NaiveDate) -> Result<Filter> {
    let whole = asked.period.as_deref().map(Period::read).transpose()?.unwrap_or_else(|| Period::year_to(as_of));
    let period = Period { from: asked.from.unwrap_or(whole.from), to: asked.to.unwrap_or(whole.to) };
    if period.from > period.to {
        return Err(Error::new(ErrorKind::Usage, text!("report-cli.backwards", from = period.from, to = period.to))
            .hint(text!("report-cli.backwards.hint")));
    }
    let plan = asked.plan.as_deref().map(|plan| workspace.find_plan(plan)).transpose()?;
    let campaign = asked.campaign.as_ref().map(|typed| {
        let titled = material.campaigns.iter().find(|(id, title)| *title == typed && *id != typed);
        CampaignId(titled.map_or(typed, |(id, _)| id).clone())
    });
    if let Some(campaign) = &campaign {
        workspace.campaign(campaign)?;
    }
    let filter = Filter {
        plan: plan.map(|plan| plan.0),
        campaign: campaign.map(|campaign| campaign.0),
        topic: asked.topic.clone(),
        district: asked.district.clone(),
        checklist: asked.checklist.clone(),
        facility_type: asked.facility_type.clone(),
        inspector: asked.inspector.clone(),
        ..Filter::of(period)
    };
    filter.resolved(material)
}

/// Puts the built-in wording into the workspace, as examples to edit; what is there stays as it is.
fn put_templates(session: &Session, workspace: &Workspace) -> Result<ExitCode> {
    workspace.require_writable()?;
    for (kind, text) in BUILT_IN {
        let path = workspace.root().join(TEMPLATES).join(format!("{}.md", kind.name()));
        if path.exists() {
            session.output.say(&text!("report-cli.kept", path = path.display()))?;
        } else {
            replace_file(&path, text.as_bytes())?;
            session.output.say(&text!("report-cli.written", path = path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A report on its way into files.
struct Order<'order> {
    session: &'order Session,
    asked: &'order Report,
    place: Place<'order>,
}

impl<'order> Order<'order> {
    fn new(
        session: &'order Session,
        workspace: &'order Workspace,
        asked: &'order Report,
        (kind, name): (Kind, String),
    ) -> Self {
        let folder = asked.out.as_deref().unwrap_or(Path::new("."));
        let form = asked.form.clone().or_else(|| report_files::form(workspace, kind));
        Self { session, asked, place: Place { folder, name, workspace, form } }
    }

    /// Puts a report into every format that is asked for; one that fails does not keep the others back.
    fn put(&self, document: &Document<'_>, tally: Option<&Tally>) -> Result<()> {
        let mut failed = None;
        for format in &self.session.global.format {
            if let Err(error) = self.put_one(document, tally, *format)
                && let Some(before) = failed.replace(error)
            {
                self.session.output.error(&before);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn put_one(&self, document: &Document<'_>, tally: Option<&Tally>, format: arguments::Format) -> Result<()> {
        let Some(output) = output(format) else {
            let markdown = Format::Markdown.files(document)?.remove(0).1;
            return self.session.output.raw(&String::from_utf8_lossy(&markdown));
        };
        // Data without a folder goes to standard output.
        if let Some(tally) = tally.filter(|_| output == Output::Json && self.asked.out.is_none()) {
            return self.session.output.json(tally);
        }
        let mut written = Vec::new();
        let put = self.place.put(document, tally, output, &|| false, &mut written);
        for HandedOut { path, kept } in written {
            self.session.output.say(&text!("report-cli.written", path = path.display()))?;
            if let Some(kept) = kept {
                let said = Error::input(text!("report-cli.changed-since")).hint(text!("report-cli.changed-since.hint"));
                self.session.output.remind(&said.at(kept));
            }
        }
        let unplaced = put?;
        if let Some(form) = self.place.form.as_ref().filter(|_| !unplaced.is_empty()) {
            self.session.output.remind(&report_files::left_unplaced(&unplaced).at(form));
        }
        Ok(())
    }
}

/// Counts a report again and says whether it still says the same.
fn verify(session: &Session, workspace: &Workspace, file: &Path) -> Result<ExitCode> {
    let stated = Stated::read(&read_text(file)?).map_err(|error| error.at(file))?;
    let material = Material::gather(workspace)?.on(workspace, stated.as_of)?;
    let tally = report::count(&material, &stated.filter, stated.as_of, stated.made, stated.language);
    let differences = stated.against(&tally)?;
    let shown = |value: &Option<serde_json::Value>| value.as_ref().map_or_else(|| "-".to_owned(), shown_value);
    if session.is_json() {
        let list: Vec<_> = differences
            .listed
            .iter()
            .map(|one| json!({ "path": one.path, "stated": one.stated, "found": one.found }))
            .collect();
        session
            .output
            .json(&json!({ "equal": differences.count == 0, "count": differences.count, "differences": list }))?;
    } else if differences.count == 0 {
        session.output.say(&text!("report-cli.equal", records = tally.records.len()))?;
    } else {
        session.output.say(&text!("report-cli.differs", count = differences.count))?;
        for one in &differences.listed {
            let (path, stated, found) = (&one.path, shown(&one.stated), shown(&one.found));
            session.output.say(&text!("report-cli.difference", path = path, stated = stated, found = found))?;
        }
        let rest = differences.count - differences.listed.len();
        if rest > 0 {
            session.output.say(&text!("report-cli.differs-more", count = rest))?;
        }
    }
    Ok(if differences.count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Shows a value of a report in a line; of one that holds many others its beginning says enough.
fn shown_value(value: &serde_json::Value) -> String {
    const MOST: usize = 120;
    let shown = value.to_string();
    let cut: String = shown.chars().take(MOST).collect();
    if cut.len() < shown.len() { format!("{cut}…") } else { shown }
}
