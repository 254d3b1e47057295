//! What several people said differently: what is in dispute, what was decided here, what anybody decided before.
//!
//! A decision is a file of this workspace until it is sent; until then it can be changed and taken back.

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::{
    exchange::{open, read_state},
    fields::unescape,
    keys::DeviceKeys,
    kind,
    merge::{Candidate, resolutions},
    revision::RevisionId,
    rows::{rows, rows_in, rows_text},
    state::{Archive, HISTORIES, OpenConflict, OpenValue},
    wording::Wording,
    work::Choice,
};
use crate::{
    checklist::ItemId,
    error::{Error, Kind, Result},
    i18n::Lang,
    inspection::{Disputed, RecordField, RecordId, StoredRecord},
    ledger::{Contradiction, FindingId},
    store::Workspace,
    text,
};

const CHOICES: &str = "choices.toml";

/// A conflict, with what was decided here and is not sent yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// What is in dispute.
    #[serde(flatten)]
    pub conflict: OpenConflict,
    /// The value that was decided on, counted from 1.
    pub decided: Option<usize>,
    /// The same for people, in each language.
    #[serde(skip)]
    pub worded: [Worded; 2],
}

/// What is in dispute in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worded {
    /// Where: the unit, the item, and what of it.
    pub place: String,
    /// The values in their order.
    pub values: Vec<String>,
}

impl Worded {
    fn new(conflict: &OpenConflict, wording: &Wording, lang: Lang) -> Self {
        let OpenConflict { document, field, values, .. } = conflict;
        let value = |value: &OpenValue| wording.value(document, field, value.value.as_deref(), lang);
        Self { place: wording.place(document, field, lang), values: values.iter().map(value).collect() }
    }
}

impl Dispute {
    fn new(conflict: OpenConflict, choices: &[Choice], wording: &Wording) -> Self {
        let worded = [Lang::Zh, Lang::En].map(|lang| Worded::new(&conflict, wording, lang));
        Self { decided: decided_on(&conflict, choices), worded, conflict }
    }

    /// Returns the words in a language.
    pub fn worded(&self, lang: Lang) -> &Worded {
        &self.worded[usize::from(lang == Lang::En)]
    }

    /// Says which field of a record it is about, where it is about that record.
    pub fn of_record(&self, id: &RecordId) -> Option<Disputed> {
        let document = self.conflict.document.strip_prefix("record/")?;
        let place = self.conflict.field.strip_prefix("answer/").and_then(|within| within.split_once('/'));
        let (item, path) = match place {
            Some((item, path)) => (Some(ItemId(unescape(item))), path),
            None => (None, self.conflict.field.as_str()),
        };
        (document == id.0).then(|| Disputed { item, field: RecordField::at(path), decided: self.decided.is_some() })
    }
}

/// Lists what of a draft is in dispute.
pub fn of_record(disputes: &[Dispute], id: &RecordId) -> Vec<Disputed> {
    disputes.iter().filter_map(|dispute| dispute.of_record(id)).collect()
}

/// Lists what is in dispute, as the last sync left it.
pub fn disputes(workspace: &Workspace) -> Result<Vec<Dispute>> {
    let Some(state) = read_state(workspace)? else { return Ok(Vec::new()) };
    let choices = choices(workspace)?;
    let open = state.documents.into_conflicts().into_iter();
    let wording = Wording::new(workspace);
    Ok(open.map(|conflict| Dispute::new(conflict, &choices, &wording)).collect())
}

/// What `conflicts.toml` says of something that is in dispute.
#[derive(Serialize)]
#[serde(untagged)]
enum Row<'conflict> {
    Field(FieldRow<'conflict>),
    Finding(FindingRow<'conflict>),
}

/// What it says of a conflict.
#[derive(Serialize)]
struct FieldRow<'conflict> {
    /// What is in dispute, for people.
    place: String,
    document: &'conflict str,
    field: &'conflict str,
    late: bool,
    value: Vec<ValueRow<'conflict>>,
}

impl<'conflict> FieldRow<'conflict> {
    fn new(conflict: &'conflict OpenConflict, wording: &Wording, lang: Lang) -> Self {
        let OpenConflict { document, field, late, values } = conflict;
        let Worded { place, values: shown } = Worded::new(conflict, wording, lang);
        let value = shown.into_iter().zip(values).map(|(shown, value)| ValueRow { shown, value }).collect();
        Self { place, document, field, late: *late, value }
    }
}

#[derive(Serialize)]
struct ValueRow<'conflict> {
    /// The value, for people.
    shown: String,
    #[serde(flatten)]
    value: &'conflict OpenValue,
}

/// What it says of a finding about which people contradict one another.
#[derive(Serialize)]
struct FindingRow<'conflict> {
    /// What is in dispute, for people.
    place: String,
    finding: &'conflict FindingId,
    value: Vec<EntryRow<'conflict>>,
}

/// What somebody entered about a finding.
#[derive(Serialize)]
struct EntryRow<'conflict> {
    /// What was done, for people.
    shown: String,
    by: &'conflict str,
    at: DateTime<FixedOffset>,
}

impl<'conflict> FindingRow<'conflict> {
    fn new(contradiction: &'conflict Contradiction, lang: Lang) -> Self {
        let said = contradiction.shown(lang).into_iter().zip(&contradiction.said);
        let value = said.map(|(shown, event)| EntryRow { shown, by: &event.by, at: event.at }).collect();
        Self { place: contradiction.place().show(lang), finding: &contradiction.finding, value }
    }
}

#[derive(Serialize)]
struct File<'conflict> {
    conflict: Vec<Row<'conflict>>,
}

/// Makes `conflicts.toml` in the language of the workspace; nothing where nothing is in dispute.
pub(super) fn file(
    workspace: &Workspace,
    conflicts: &[OpenConflict],
    contradictions: &[Contradiction],
) -> Result<Option<String>> {
    if conflicts.is_empty() && contradictions.is_empty() {
        return Ok(None);
    }
    let (wording, lang) = (Wording::new(workspace), workspace.settings().language);
    let fields = conflicts.iter().map(|conflict| Row::Field(FieldRow::new(conflict, &wording, lang)));
    let findings = contradictions.iter().map(|contradiction| Row::Finding(FindingRow::new(contradiction, lang)));
    let body = toml::to_string(&File { conflict: fields.chain(findings).collect() })
        .map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    Ok(Some(format!("# {}\n\n{body}", lang.t("sync.conflicts-comment"))))
}

fn decided_on(conflict: &OpenConflict, choices: &[Choice]) -> Option<usize> {
    let choice = choices.iter().find(|choice| is_of(choice, conflict))?;
    conflict.values.iter().position(|value| value.value == choice.value).map(|at| at + 1)
}

fn is_of(choice: &Choice, conflict: &OpenConflict) -> bool {
    (&choice.document, &choice.field) == (&conflict.document, &conflict.field)
}

/// Decides on a value, counted from 1, or with 0 takes back what was decided; it is sent with the next sync.
pub fn choose(workspace: &Workspace, conflict: &OpenConflict, value: usize) -> Result<()> {
    let missing = || Error::new(Kind::NotFound, text!("conflict.missing")).hint(text!("conflict.missing.hint"));
    let chosen = value.checked_sub(1).map(|at| conflict.values.get(at).ok_or_else(missing)).transpose()?;
    let made_of = match chosen {
        Some(_) => {
            require_open(workspace, conflict, value)?;
            seen(workspace, conflict)?
        }
        None => Vec::new(),
    };
    change_choices(workspace, |choices| {
        choices.retain(|choice| !is_of(choice, conflict));
        choices.extend(chosen.map(|chosen| Choice {
            document: conflict.document.clone(),
            field: conflict.field.clone(),
            value: chosen.value.clone(),
            made_of,
        }));
    })
}

/// Returns what the file is made of in which a person sees a conflict, as the last sync left both.
///
/// Refuses what a sync has changed since it was shown: nobody decides on what they have not seen.
fn seen(workspace: &Workspace, conflict: &OpenConflict) -> Result<Vec<RevisionId>> {
    let state = read_state(workspace)?.unwrap_or_default();
    let Some(row) = state.documents.get(&conflict.document) else { return Ok(Vec::new()) };
    if !state.documents.conflicts_of(&conflict.document).contains(conflict) {
        return Err(Error::new(Kind::NotFound, text!("conflict.changed")).hint(text!("conflict.changed.hint")));
    }
    Ok(row.made_of.to_vec())
}

/// Refuses what would come to nothing, because the record says for good what it says.
fn require_open(workspace: &Workspace, conflict: &OpenConflict, value: usize) -> Result<()> {
    if conflict.late {
        return match value {
            1 => Ok(()),
            _ => Err(Error::new(Kind::Usage, text!("conflict.late")).hint(text!("conflict.late.hint"))),
        };
    }
    // Who finalised it is itself in dispute where two people did; then only a person can say.
    let record = conflict.document.strip_prefix("record/").filter(|_| conflict.field != "final");
    let is_finalised = |id: &str| matches!(workspace.record(&RecordId(id.into())), Ok(StoredRecord::Finalised(_)));
    if let Some(id) = record.filter(|id| is_finalised(id)) {
        let hint = text!("conflict.finalised.hint", id = id);
        return Err(Error::new(Kind::Usage, text!("conflict.finalised")).hint(hint));
    }
    Ok(())
}

/// Reads what is decided and waits to be sent.
pub(super) fn choices(workspace: &Workspace) -> Result<Vec<Choice>> {
    rows(workspace, CHOICES)
}

/// Takes out what was sent; what a person has decided in the meantime was not.
pub(super) fn were_sent(workspace: &Workspace, sent: &[Choice]) -> Result<()> {
    change_choices(workspace, |waiting| waiting.retain(|choice| !sent.contains(choice)))
}

/// Changes what is decided: a person decides on one thread while what was decided before is sent on another.
fn change_choices(workspace: &Workspace, change: impl FnOnce(&mut Vec<Choice>)) -> Result<()> {
    workspace.change_sync_file(CHOICES, |bytes| {
        let mut choices = rows_in(workspace, CHOICES, bytes)?;
        change(&mut choices);
        Ok(rows_text(choices)?.into_bytes())
    })
}

/// A conflict that somebody decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The document.
    pub document: String,
    /// The field.
    pub field: String,
    /// What was chosen, by whom and when.
    pub chosen: OpenValue,
    /// What else there was to choose from.
    pub others: Vec<OpenValue>,
    /// What the field says by now, by whom and since when, where that is something else than was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<OpenValue>,
}

/// Lists what was in dispute and is not any more, with who decided it, by document and field; it needs no hub.
pub fn decided(workspace: &Workspace, keys: &DeviceKeys) -> Result<Vec<Decision>> {
    let objects = workspace.mirror();
    let mirror = open(&objects)?;
    let state = read_state(workspace)?.unwrap_or_default();
    let mut archive = Archive::new(&mirror, mirror.roster().open_keys(keys));
    let shown = |one: Candidate| OpenValue { value: one.value, by: one.person, at: one.at };
    let mut found = Vec::new();
    let mut documents: Vec<&str> = state.documents.names().collect();
    documents.sort_unstable();
    for documents in documents.chunks(HISTORIES) {
        let wanted = documents.iter().map(|document| (*document).to_owned()).collect();
        for (document, history) in archive.histories(&state, &wanted) {
            let Some(kind) = kind::of(&document) else { continue };
            found.extend(resolutions(kind, &history).into_iter().map(|one| Decision {
                document: document.clone(),
                field: one.field,
                others: one.candidates.into_iter().filter(|other| other.value != one.chosen.value).map(shown).collect(),
                chosen: shown(one.chosen),
                later: one.later.map(shown),
            }));
        }
    }
    Ok(found)
}
