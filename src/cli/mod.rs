//! The command line: one thin file a subcommand, and the loop that joins the core, the drawing and the terminal.
//!
//! What is printed for people goes through the language files; what is printed for programs is JSON. Errors go to standard
//! error with file, place, reason and next step; the exit code is 0, 1 for an error, 2 for wrong usage.

// The help of each argument stands in the language files, keyed by command and argument, and a test sees that none lacks.
#[allow(missing_docs)]
pub mod arguments;
mod check;
mod checking;
mod checklist;
mod conflict;
mod connecting;
mod draw;
mod facility;
mod facility_import;
mod file_uri;
mod fill;
mod fill_answers;
mod fill_plain;
mod finding;
mod finding_import;
mod fmt;
mod generate;
mod help;
mod hub;
mod init;
mod lsp;
mod new;
mod output;
mod pdf;
mod plan;
mod plan_correct;
mod plan_diff;
mod plan_explain;
mod preview;
mod record;
mod record_move;
mod record_revise;
mod report;
mod report_files;
mod report_work;
mod review;
mod schema;
pub mod shell;
mod shell_trace;
mod snippet;
mod sync;
mod sync_watch;
mod syncing;
mod task;
mod text_editor;
mod topic;
mod trace;
mod ui;
mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::FromArgMatches;

use crate::{
    error::{Error, Kind, Result},
    i18n::Lang,
    plan::Topics,
    store::{self, ChecklistFile, Workspace, locate},
    text,
};
use arguments::{Arguments, Command, Format, Global};
use output::Output;

/// What every subcommand gets.
struct Session {
    global: Global,
    lang: Lang,
    output: Output,
}

impl Session {
    /// Opens the workspace that is meant, or says that there is none and how to make one.
    fn workspace(&self) -> Result<Workspace> {
        let located = self
            .located()
            .ok_or_else(|| Error::new(Kind::Workspace, text!("workspace.none")).hint(text!("workspace.none.hint")))?;
        let workspace = Workspace::open(&located)?;
        store::start_log(workspace.root());
        Ok(workspace)
    }

    /// Finds the workspace that is meant.
    fn located(&self) -> Option<PathBuf> {
        located(&self.global)
    }

    /// Returns the topics in force: those of the workspace, or the built-in ones where there is none.
    fn topics(&self) -> Result<Topics> {
        self.located().map_or_else(|| Ok(Topics::built_in()), |root| Workspace::open(&root)?.topics())
    }

    /// Returns the checklists by which what is kept in Chinese is shown in another language; none where it is Chinese.
    fn naming(&self, workspace: &Workspace) -> Vec<ChecklistFile> {
        if self.lang == Lang::Zh { Vec::new() } else { workspace.checklists().found }
    }

    /// Says of which years the calendar has only the weekends, where working days were counted.
    fn remind_of_years<'year>(&self, workspace: &Workspace, unknown_years: impl IntoIterator<Item = &'year i32>) {
        for year in unknown_years {
            let error = Error::input(text!("calendar.unknown-year", year = year));
            let path = workspace.root().join("calendar.toml");
            self.output.remind(&error.at(path).hint(text!("calendar.unknown-year.hint")));
        }
    }

    /// Prints what could not be read; the exit code is that of an error where there was any.
    fn damaged<'e>(&self, damaged: impl IntoIterator<Item = &'e Error>) -> ExitCode {
        let mut code = ExitCode::SUCCESS;
        for error in damaged {
            self.output.error(error);
            code = ExitCode::FAILURE;
        }
        code
    }

    fn is_json(&self) -> bool {
        self.global.format.contains(&Format::Json)
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    // The language has to be known before the command line is understood, because its mistakes are explained in it.
    let typed: Vec<_> = std::env::args_os().collect();
    let lang = chosen_language(&typed);
    let matches = match help::command(lang).try_get_matches_from(&typed) {
        Ok(matches) => matches,
        Err(error) => return help::explain(&error, lang),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return help::explain(&error, lang),
    };
    let lang = language(&arguments.global, lang);
    let session = Session { lang, output: Output::new(lang), global: arguments.global };
    match run(&session, arguments.command) {
        Ok(code) => code,
        Err(error) => {
            session.output.error(&error);
            ExitCode::from(if error.kind() == Kind::Usage { 2 } else { 1 })
        }
    }
}

fn run(session: &Session, command: Option<Command>) -> Result<ExitCode> {
    let printed = |format: &Format| matches!(format, Format::Text | Format::Json);
    if !matches!(command, Some(Command::Report(_))) && !session.global.format.iter().all(printed) {
        return Err(
            Error::new(Kind::Usage, text!("report-cli.only-reports")).hint(text!("report-cli.only-reports.hint"))
        );
    }
    match command {
        None => ui::run(session, &arguments::Ui::default()),
        Some(Command::Ui(look)) => ui::run(session, &look),
        Some(Command::Init(init)) => init::run(session, &init),
        Some(Command::Plan(plan)) => plan::run(session, &plan),
        Some(Command::Generate(generate)) => generate::run(session, &generate),
        Some(Command::Check(check)) => check::run(session, &check),
        Some(Command::New(new)) => new::run(session, &new),
        Some(Command::Fmt(fmt)) => fmt::run(session, &fmt),
        Some(Command::Preview(preview)) => preview::run(session, &preview),
        Some(Command::Schema(schema)) => schema::run(session, &schema),
        Some(Command::Lsp) => lsp::run(session),
        Some(Command::Topic(topic)) => topic::run(session, &topic),
        Some(Command::Checklist(checklist)) => checklist::run(session, &checklist),
        Some(Command::Facility(facility)) => facility::run(session, &facility),
        Some(Command::Fill(fill)) => fill::run(session, &fill),
        Some(Command::Task(task)) => task::run(session, &task),
        Some(Command::Draw(draw)) => draw::run(session, &draw),
        Some(Command::Record(record)) => record::run(session, &record),
        Some(Command::Finding(finding)) => finding::run(session, &finding),
        Some(Command::Reinspect(wanted)) => finding::reinspect(session, &wanted),
        Some(Command::Review(review)) => review::run(session, &review),
        Some(Command::Trace(trace)) => trace::run(session, &trace),
        Some(Command::Report(report)) => report::run(session, &report),
        Some(Command::Hub(hub)) => hub::run(session, &hub),
        Some(Command::Sync(sync)) => sync::run(session, &sync),
        Some(Command::Conflict(conflict)) => conflict::run(session, &conflict),
        Some(Command::Verify(verify)) => verify::run(session, &verify),
        Some(Command::Completions(completions)) => {
            clap_complete::generate(
                completions.shell,
                &mut help::command(session.lang),
                "ducha",
                &mut std::io::stdout(),
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Finds the workspace that the command line, the folder, the environment or the settings name.
fn located(global: &Global) -> Option<PathBuf> {
    let current = std::env::current_dir().ok();
    let environment = std::env::var_os("DUCHA_WORKSPACE").filter(|value| !value.is_empty()).map(PathBuf::from);
    locate(global.workspace.as_deref(), current.as_deref(), environment.as_deref()).map(|located| located.root)
}

/// Chooses the language of a command: `--lang`, else that of the workspace, else `fallback`.
///
/// Editors, schedulers and remote shells seldom run in the language of the bureau.
fn language(global: &Global, fallback: Lang) -> Lang {
    let workspace = located(global).filter(|_| global.lang.is_none());
    workspace.and_then(|root| Workspace::look(&root).ok()).map_or(fallback, |workspace| workspace.settings().language)
}

/// Chooses the language in which the command line itself is explained: `--lang`, else that of the system.
fn chosen_language(typed: &[std::ffi::OsString]) -> Lang {
    let named = typed.iter().position(|word| word == "--lang").and_then(|at| typed.get(at + 1));
    let joined = typed.iter().find_map(|word| word.to_str()?.strip_prefix("--lang="));
    let named = joined.or_else(|| named.and_then(|word| word.to_str())).and_then(Lang::from_locale);
    named.unwrap_or_else(system_language)
}

/// Returns Chinese on a Chinese system and English elsewhere.
fn system_language() -> Lang {
    sys_locale::get_locale().and_then(|locale| Lang::from_locale(&locale)).unwrap_or(Lang::En)
}

/// Returns now, to the second, with the zone of this computer.
fn now() -> chrono::DateTime<chrono::FixedOffset> {
    use chrono::Timelike;
    let now = chrono::Local::now().fixed_offset();
    // Every second has a nanosecond 0.
    now.with_nanosecond(0).unwrap_or(now)
}
