//! `ducha lsp`: a language server over standard input and output, for editors that know the protocol.
//!
//! Answers come from the thread that reads requests; checking a file takes longer and happens beside it, always of the
//! newest text only. The workspace is only looked into, never locked: the program may be open at the same time.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use lsp_server::{Connection, Message, Notification, Request, Response};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionOptions, CompletionTextEdit, DiagnosticSeverity,
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentFormattingParams, GotoDefinitionResponse, Hover, HoverContents, HoverProviderCapability, Location,
    MarkupContent, MarkupKind, NumberOrString, OneOf, Position, PublishDiagnosticsParams, Range, ServerCapabilities,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, TextEdit, Uri,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Session,
    checking::{self, Around, Mistakes},
    file_uri,
};
use crate::{
    checklist::{Diagnostic, DiagnosticLevel},
    editor::{Assistant, Definition, FileSort, Lines, OfferKind, Surroundings, format},
    error::{Error, Kind, Result},
    i18n::Lang,
    plan::Topics,
    store::{FileKind, Workspace, file_kind},
    text,
};

pub fn run(session: &Session) -> Result<ExitCode> {
    let (connection, threads) = Connection::stdio();
    let capabilities = serde_json::to_value(capabilities()).unwrap_or_default();
    if connection.initialize(capabilities).is_err() {
        return Err(broken());
    }
    let (checks, work) = channel();
    let publish = connection.sender.clone();
    let lang = session.lang;
    let checker = thread::spawn(move || check_newest(&work, lang, |found| drop(publish.send(found))));
    let mut server = Server { lang, workspace: session.located(), around: None, documents: HashMap::new(), checks };
    server.look();
    let outcome = server.serve(&connection);
    // Both threads end when nobody is left to send to them.
    drop((server, connection));
    let _ = checker.join();
    let _ = threads.join();
    outcome.map(|()| ExitCode::SUCCESS)
}

fn broken() -> Error {
    Error::new(Kind::Usage, text!("editor.lsp-broken")).hint(text!("editor.lsp-broken.hint"))
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["\"", "[", "{", "=", ","].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        ..ServerCapabilities::default()
    }
}

/// What the checker is asked to do.
enum Order {
    /// Check a text.
    Check(Check),
    /// Look at the workspace anew.
    Look(Option<PathBuf>),
}

/// A text to be checked.
struct Check {
    uri: Uri,
    version: i32,
    text: Arc<str>,
}

/// Checks texts as they come, of each file only the newest, against the topics and plans of the workspace.
fn check_newest(work: &Receiver<Order>, lang: Lang, publish: impl Fn(Message)) {
    let mut around = Around::default();
    while let Ok(first) = work.recv() {
        let mut newest: Vec<Check> = Vec::new();
        for order in std::iter::once(first).chain(work.try_iter()) {
            match order {
                Order::Look(root) => around = Around::of(root),
                Order::Check(check) => {
                    newest.retain(|older| older.uri != check.uri);
                    newest.push(check);
                }
            }
        }
        for Check { uri, version, text } in newest {
            let diagnostics = diagnostics(&uri, &text, lang, &mut around);
            let found = PublishDiagnosticsParams { uri, diagnostics, version: Some(version) };
            publish(Notification::new("textDocument/publishDiagnostics".to_owned(), found).into());
        }
    }
}

fn diagnostics(uri: &Uri, text: &str, lang: Lang, around: &mut Around) -> Vec<lsp_types::Diagnostic> {
    let lines = Lines::new(text);
    let error = |error: &Error| {
        let (line, column) = error.place().map_or((1, 1), |place| (place.line.unwrap_or(1), place.column.unwrap_or(1)));
        // An error counts characters; what it points at has no end.
        let row = text.lines().nth(line - 1).unwrap_or_default();
        let units: usize = row.chars().take(column - 1).map(char::len_utf16).sum();
        let at = Position::new(number(line - 1), number(units));
        let message = joined(&error.summary(lang), error.next_step().map(|hint| hint.show(lang)));
        diagnostic(Range::new(at, at), DiagnosticSeverity::ERROR, None, message)
    };
    let path = path_of(uri);
    match checking::mistakes(&path, text, around) {
        Mistakes::Marked(found) => {
            let one = |one: &Diagnostic| {
                let severity = match one.level() {
                    DiagnosticLevel::Error => DiagnosticSeverity::ERROR,
                    DiagnosticLevel::Warning => DiagnosticSeverity::WARNING,
                };
                let message = joined(&one.message.show(lang), one.hint.as_ref().map(|hint| hint.show(lang)));
                diagnostic(range(&lines, text, &one.span), severity, Some(one.code.name()), message)
            };
            found.iter().map(one).collect()
        }
        Mistakes::Said(found) => found.iter().map(error).collect(),
    }
}

fn joined(message: &str, hint: Option<String>) -> String {
    hint.map_or_else(|| message.to_owned(), |hint| format!("{message}\n{hint}"))
}

fn diagnostic(
    range: Range,
    severity: DiagnosticSeverity,
    code: Option<&str>,
    message: String,
) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        range,
        severity: Some(severity),
        code: code.map(|code| NumberOrString::String(code.to_owned())),
        source: Some("ducha".to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

/// Says which sort of file with a schema it is; nothing where it is another one, in which nothing can be offered.
fn sort_of(path: &Path, text: &str) -> Option<FileSort> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match name.as_str() {
        "facilities.toml" => Some(FileSort::Facilities),
        _ if path.components().any(|part| part.as_os_str() == "records") => Some(FileSort::Record),
        _ => match file_kind(text, path) {
            FileKind::Topics => Some(FileSort::Topics),
            FileKind::Checklist => Some(FileSort::Checklist),
            FileKind::Other(_) => None,
        },
    }
}

fn path_of(uri: &Uri) -> PathBuf {
    file_uri::to_path(uri.as_str()).unwrap_or_else(|| PathBuf::from(uri.as_str()))
}

/// An open file.
struct Document {
    version: i32,
    text: String,
    lines: Lines,
}

impl Document {
    fn new(version: i32, text: String) -> Self {
        Self { version, lines: Lines::new(&text), text }
    }

    fn offset(&self, position: Position) -> usize {
        self.lines.offset(&self.text, position.line, position.character)
    }
}

struct Server {
    lang: Lang,
    workspace: Option<PathBuf>,
    /// What the workspace has, once it was needed; read again when something is saved.
    around: Option<Surroundings>,
    documents: HashMap<Uri, Document>,
    checks: Sender<Order>,
}

impl Server {
    fn serve(&mut self, connection: &Connection) -> Result<()> {
        for message in &connection.receiver {
            match message {
                Message::Request(request) => match connection.handle_shutdown(&request) {
                    Ok(true) => return Ok(()),
                    Ok(false) => drop(connection.sender.send(self.answer(request).into())),
                    Err(_) => return Err(broken()),
                },
                Message::Notification(notification) => self.note(notification),
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let found = match method.as_str() {
            "textDocument/completion" => read(params).map(|at| json(self.complete(&at))),
            "textDocument/hover" => read(params).map(|at| json(self.hover(&at))),
            "textDocument/definition" => read(params).map(|at| json(self.define(&at))),
            "textDocument/formatting" => read(params).map(|what| json(self.format(&what))),
            _ => return Response::new_err(id, lsp_server::ErrorCode::MethodNotFound as i32, method),
        };
        match found {
            Some(found) => Response::new_ok(id, found),
            None => Response::new_err(id, lsp_server::ErrorCode::InvalidParams as i32, method),
        }
    }

    fn note(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => {
                let Some(DidOpenTextDocumentParams { text_document: opened }) = read(params) else { return };
                if self.workspace.is_none() {
                    self.workspace =
                        crate::store::locate(None, path_of(&opened.uri).parent(), None).map(|found| found.root);
                    self.look();
                }
                self.documents.insert(opened.uri.clone(), Document::new(opened.version, opened.text));
                self.check(opened.uri);
            }
            "textDocument/didChange" => {
                let Some(changed) = read::<DidChangeTextDocumentParams>(params) else { return };
                let Some(document) = self.documents.get_mut(&changed.text_document.uri) else { return };
                for change in changed.content_changes {
                    let mut text = std::mem::take(&mut document.text);
                    match change.range {
                        Some(range) => {
                            let start = document.lines.offset(&text, range.start.line, range.start.character);
                            let end = document.lines.offset(&text, range.end.line, range.end.character);
                            text.replace_range(start..end.max(start), &change.text);
                        }
                        None => text = change.text,
                    }
                    *document = Document::new(changed.text_document.version, text);
                }
                self.check(changed.text_document.uri);
            }
            "textDocument/didSave" => {
                let Some(saved) = read::<DidSaveTextDocumentParams>(params) else { return };
                // A plan may have been imported meanwhile.
                self.around = None;
                self.look();
                self.check(saved.text_document.uri);
            }
            "textDocument/didClose" => {
                let Some(closed) = read::<DidCloseTextDocumentParams>(params) else { return };
                self.documents.remove(&closed.text_document.uri);
            }
            _ => {}
        }
    }

    /// Has the checker look at the workspace anew.
    fn look(&self) {
        // The checker ends only after the server.
        let _ = self.checks.send(Order::Look(self.workspace.clone()));
    }

    fn check(&self, uri: Uri) {
        let Some(document) = self.documents.get(&uri) else { return };
        let version = document.version;
        // The checker ends only after the server.
        let _ = self.checks.send(Order::Check(Check { uri, version, text: document.text.as_str().into() }));
    }

    /// Does something with the file at a place.
    fn at<T>(
        &mut self,
        place: &TextDocumentPositionParams,
        work: impl FnOnce(&Assistant<'_>, &Document, usize) -> T,
    ) -> Option<T> {
        if self.around.is_none() {
            self.around = Some(self.workspace.as_deref().map(look_around).unwrap_or_default());
        }
        let document = self.documents.get(&place.text_document.uri)?;
        let around = self.around.as_ref()?;
        let sort = sort_of(&path_of(&place.text_document.uri), &document.text)?;
        let assistant = Assistant { sort, text: &document.text, around, lang: self.lang };
        Some(work(&assistant, document, document.offset(place.position)))
    }

    fn complete(&mut self, place: &TextDocumentPositionParams) -> Option<Vec<CompletionItem>> {
        self.at(place, |assistant, document, offset| {
            let offers = assistant.complete(offset).into_iter().enumerate();
            let item = |(at, offer): (usize, crate::editor::Offer)| CompletionItem {
                kind: Some(match offer.kind {
                    OfferKind::Field => CompletionItemKind::FIELD,
                    OfferKind::Table => CompletionItemKind::STRUCT,
                    OfferKind::Word => CompletionItemKind::ENUM_MEMBER,
                    OfferKind::Identity => CompletionItemKind::REFERENCE,
                }),
                detail: Some(offer.detail),
                // What is typed so far begins with a quotation mark, by which editors then filter.
                filter_text: Some(offer.insert.clone()),
                // Fields are offered in the order in which they are written, not by the alphabet.
                sort_text: Some(format!("{at:05}")),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit {
                    range: range(&document.lines, &document.text, &offer.replace),
                    new_text: offer.insert,
                })),
                label: offer.label,
                ..CompletionItem::default()
            };
            offers.map(item).collect()
        })
    }

    fn hover(&mut self, place: &TextDocumentPositionParams) -> Option<Hover> {
        self.at(place, |assistant, document, offset| {
            let (value, span) = assistant.explain(offset)?;
            Some(Hover {
                contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
                range: Some(range(&document.lines, &document.text, &span)),
            })
        })?
    }

    fn define(&mut self, place: &TextDocumentPositionParams) -> Option<GotoDefinitionResponse> {
        let workspace = self.workspace.clone();
        let location = self.at(place, |assistant, document, offset| match assistant.define(offset)? {
            Definition::Here(span) => {
                Some(Location::new(place.text_document.uri.clone(), range(&document.lines, &document.text, &span)))
            }
            Definition::PlanLine(plan, line) => {
                let path = Workspace::look(&workspace?).ok()?.plan_document(&plan).ok()?;
                let at = Position::new(number(line - 1), 0);
                Some(Location::new(file_uri::from_path(&path).parse().ok()?, Range::new(at, at)))
            }
        })??;
        Some(GotoDefinitionResponse::Scalar(location))
    }

    fn format(&self, what: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
        let document = self.documents.get(&what.text_document.uri)?;
        let new_text = format(&document.text)?;
        let everything = range(&document.lines, &document.text, &(0..document.text.len()));
        Some(if new_text == document.text { Vec::new() } else { vec![TextEdit { range: everything, new_text }] })
    }
}

/// Reads what a workspace has; what is damaged is left out, for that is said elsewhere.
fn look_around(root: &Path) -> Surroundings {
    let Ok(workspace) = Workspace::look(root) else { return Surroundings::default() };
    Surroundings {
        topics: workspace.topics().unwrap_or_else(|_| Topics::built_in()).all().to_vec(),
        plans: workspace.plans().found.iter().filter_map(|row| workspace.plan(&row.id).ok()).collect(),
        banks: workspace.banks().found,
    }
}

fn range(lines: &Lines, text: &str, span: &std::ops::Range<usize>) -> Range {
    let position = |offset| {
        let (line, unit) = lines.position(text, offset);
        Position::new(line, unit)
    };
    Range::new(position(span.start), position(span.end))
}

fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn read<T: DeserializeOwned>(params: serde_json::Value) -> Option<T> {
    serde_json::from_value(params).ok()
}

fn json(value: impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}
