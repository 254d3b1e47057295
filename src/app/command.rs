//! The key map: what a person can do on each screen, by which keys, in one table.
//!
//! The bottom line, the help and the command palette are made from this table, so they cannot disagree with the keys.
//! Letters are only second names: a Chinese input method swallows them.

mod names;

use super::key::{Code, Key};

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Context {
    /// Making a workspace.
    Setup,
    /// The first screen.
    Home,
    /// The list of plans.
    Plans,
    /// A plan: its outline and clauses.
    Plan,
    /// Two plans side by side.
    Compare,
    /// The list of checklists.
    Checklists,
    /// A checklist, to be read.
    Checklist,
    /// The mistakes of a checklist.
    Mistakes,
    /// The register of units.
    Facilities,
    /// A unit.
    Facility,
    /// The tasks.
    Tasks,
    /// The findings.
    Findings,
    /// A finding.
    Finding,
    /// The records by how far their review is.
    Reviews,
    /// What hangs together with something.
    Trace,
    /// Choosing a checklist for a unit.
    Choosing,
    /// The list of records.
    Records,
    /// What several people said differently.
    Conflicts,
    /// The dashboard.
    Dashboard,
    /// What lies behind a number of the dashboard.
    Behind,
    /// Making a report.
    Reports,
    /// A record, to be read.
    Record,
    /// Filling in: moving among the items.
    Fill,
    /// Filling in: typing into a field.
    Typing,
    /// A question or a list in front of everything else.
    Dialog,
    /// The command palette.
    Palette,
    /// The help.
    Help,
}

/// What a person can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Shows the keys of this screen.
    Help,
    /// Opens the command palette.
    Palette,
    /// Goes back one level; never loses anything.
    Back,
    /// Ends the program.
    Quit,
    /// Opens or confirms what is selected.
    Open,
    /// Leaves a field, keeping what was typed.
    Leave,
    /// Goes to the next field.
    NextField,
    /// Goes to the field before.
    PreviousField,
    /// Begins an inspection.
    NewInspection,
    /// Goes to the records.
    Records,
    /// Goes to syncing, and to what several people said differently.
    Conflicts,
    /// Syncs with the hub, or stops syncing.
    Sync,
    /// Goes to the units.
    Facilities,
    /// Opens the page of a unit.
    Page,
    /// Goes to the tasks.
    Tasks,
    /// Goes to the findings.
    Findings,
    /// Goes to the dashboard.
    Dashboard,
    /// Counts again.
    Recount,
    /// Goes to the screen that makes reports.
    Reports,
    /// Says where reports go.
    Folder,
    /// Writes the report.
    WriteReport,
    /// Moves the draft to a newer version of its checklist.
    MoveDraft,
    /// Joins the drafts of one inspection.
    JoinDrafts,
    /// Gives up the draft, or takes it up again.
    GiveUp,
    /// Shows the next part of the findings: all, open, overdue, and so on.
    NextFilter,
    /// Says what became of a finding.
    Step,
    /// Assigns, closes or takes up again a task.
    TaskStep,
    /// Imports a register of units.
    ImportRegister,
    /// Changes the fields of a unit.
    EditUnit,
    /// Lets a unit take in another one that is the same.
    MergeUnit,
    /// Begins a re-inspection.
    Reinspect,
    /// Imports a ledger that districts filled in.
    ImportLedger,
    /// Writes a paper of the record in hand.
    Papers,
    /// Goes to the reviews.
    Reviews,
    /// Notes that the item in hand may stay.
    ApproveItem,
    /// Notes that the item in hand has to be corrected, and why.
    ReturnItem,
    /// Takes back what was noted at the item in hand.
    UnmarkItem,
    /// Gives the review.
    Decide,
    /// Corrects a finalised record in a new revision.
    Revise,
    /// Follows what hangs together with what is in hand.
    Trace,
    /// Notes that an item whose clause changed may stand.
    Accept,
    /// Goes to the checklists.
    Checklists,
    /// Goes to the plans.
    Plans,
    /// Imports a plan.
    Import,
    /// Generates checklists.
    Generate,
    /// Goes over to the other pane.
    OtherPane,
    /// Shows the document, or the list of clauses again.
    Source,
    /// Corrects what was read of a clause.
    Correct,
    /// Narrows the clauses to a topic, a kind, a date.
    Narrow,
    /// Narrows what is counted to a period, a topic, a district.
    NarrowCount,
    /// Folds or unfolds a heading.
    Fold,
    /// Compares a plan with another one.
    Compare,
    /// Shows what did not change, too.
    AllRows,
    /// Opens the checklist in an editor.
    Edit,
    /// Goes to the clause that an item comes from.
    Origin,
    /// Switches the language.
    Language,
    /// Goes on to the next set of colours.
    Theme,
    /// Answers 符合, yes, or the first word.
    Answer(u8),
    /// Takes the answer back.
    Clear,
    /// Cycles through the answers.
    Cycle,
    /// Answers 不适用.
    NotApplicable,
    /// Answers 合理缺项.
    Omission,
    /// Opens the note.
    Note,
    /// Opens the finding.
    Finding,
    /// Opens the files of the item.
    Evidence,
    /// Offers phrases for a finding.
    Phrases,
    /// Opens time, place and people.
    Details,
    /// Goes to the next unanswered item.
    NextUnanswered,
    /// Goes to the unanswered item before.
    PreviousUnanswered,
    /// Goes to the next item that stands in the way of finalising.
    NextBlocker,
    /// Goes to the one before.
    PreviousBlocker,
    /// Goes to the next section.
    NextSection,
    /// Goes to the section before.
    PreviousSection,
    /// Narrows the items.
    Filter,
    /// Takes a step back.
    Undo,
    /// Makes it again.
    Redo,
    /// Finalises the record.
    Finalise,
    /// Shows what could not be read.
    Damaged,
}

/// What a key does somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where.
    pub contexts: &'static [Context],
    /// What.
    pub command: Command,
    /// The key that works with an input method on.
    pub key: Key,
    /// Second names.
    pub also: &'static [Key],
    /// Whether the bottom line shows it.
    pub shown: bool,
}

use Context as C;

/// The screens that are lists or pages, where no text is typed.
const PAGES: &[Context] = &[
    C::Home,
    C::Plans,
    C::Plan,
    C::Compare,
    C::Checklists,
    C::Checklist,
    C::Mistakes,
    C::Facility,
    C::Finding,
    C::Record,
    C::Trace,
    C::Conflicts,
    C::Dashboard,
    C::Behind,
    C::Reports,
];
/// The screens on which typing narrows the list.
const LISTS: &[Context] = &[C::Facilities, C::Tasks, C::Findings, C::Reviews, C::Choosing, C::Records];
const FILL: &[Context] = &[C::Fill];
/// The screens that count under a filter of their own.
const COUNTED: &[Context] = &[C::Dashboard, C::Reports];
/// Where a digit chooses.
const DIGITS: &[Context] = &[C::Fill, C::Conflicts];
const TYPING: &[Context] = &[C::Typing];
const HOME: &[Context] = &[C::Home];
const EVERYWHERE: &[Context] = &[
    C::Setup,
    C::Home,
    C::Plans,
    C::Plan,
    C::Compare,
    C::Checklists,
    C::Checklist,
    C::Mistakes,
    C::Facilities,
    C::Facility,
    C::Tasks,
    C::Findings,
    C::Finding,
    C::Reviews,
    C::Trace,
    C::Choosing,
    C::Records,
    C::Record,
    C::Conflicts,
    C::Dashboard,
    C::Behind,
    C::Reports,
    C::Fill,
    C::Typing,
    C::Dialog,
    C::Palette,
    C::Help,
];
const INSIDE: &[Context] = &[
    C::Home,
    C::Plans,
    C::Plan,
    C::Compare,
    C::Checklists,
    C::Checklist,
    C::Mistakes,
    C::Facilities,
    C::Facility,
    C::Tasks,
    C::Findings,
    C::Finding,
    C::Reviews,
    C::Trace,
    C::Choosing,
    C::Records,
    C::Record,
    C::Conflicts,
    C::Dashboard,
    C::Behind,
    C::Reports,
    C::Fill,
    C::Typing,
];

const fn bind(contexts: &'static [Context], command: Command, key: Key, also: &'static [Key], shown: bool) -> Binding {
    Binding { contexts, command, key, also, shown }
}

const ENTER: Key = Key::plain(Code::Enter);
const TAB: Key = Key::plain(Code::Tab);
const ESC: Key = Key::plain(Code::Esc);

/// Every key of the program.
pub const BINDINGS: &[Binding] = &[
    bind(HOME, Command::NewInspection, Key::char('1'), &[Key::ctrl('n')], true),
    bind(HOME, Command::Records, Key::char('2'), &[], true),
    bind(HOME, Command::Facilities, Key::char('3'), &[], true),
    bind(HOME, Command::Checklists, Key::char('4'), &[], true),
    bind(HOME, Command::Plans, Key::char('5'), &[], true),
    bind(HOME, Command::Tasks, Key::char('6'), &[], true),
    bind(HOME, Command::Findings, Key::char('7'), &[], true),
    bind(HOME, Command::Dashboard, Key::char('8'), &[], true),
    bind(HOME, Command::Reviews, Key::function(4), &[], true),
    bind(HOME, Command::Conflicts, Key::char('9'), &[], false),
    bind(HOME, Command::Reports, Key::char('0'), &[], true),
    bind(&[C::Conflicts], Command::Sync, Key::function(2), &[Key::char('s')], true),
    bind(DIGITS, Command::Answer(1), Key::char('1'), &[], false),
    bind(DIGITS, Command::Answer(2), Key::char('2'), &[], false),
    bind(DIGITS, Command::Answer(3), Key::char('3'), &[], false),
    bind(DIGITS, Command::Answer(4), Key::char('4'), &[], false),
    bind(DIGITS, Command::Answer(5), Key::char('5'), &[], false),
    bind(DIGITS, Command::Answer(6), Key::char('6'), &[], false),
    bind(DIGITS, Command::Answer(7), Key::char('7'), &[], false),
    bind(DIGITS, Command::Answer(8), Key::char('8'), &[], false),
    bind(DIGITS, Command::Answer(9), Key::char('9'), &[], false),
    bind(DIGITS, Command::Answer(0), Key::char('0'), &[], false),
    bind(FILL, Command::Open, ENTER, &[], false),
    bind(FILL, Command::NextUnanswered, TAB, &[], true),
    bind(FILL, Command::PreviousUnanswered, Key::shift(Code::Tab), &[], false),
    bind(FILL, Command::Note, Key::ctrl('n'), &[], true),
    bind(FILL, Command::Finding, Key::function(2), &[], true),
    bind(FILL, Command::Evidence, Key::ctrl('e'), &[], true),
    bind(FILL, Command::Finalise, Key::function(9), &[], true),
    bind(FILL, Command::Undo, Key::ctrl('z'), &[], true),
    bind(FILL, Command::Redo, Key::ctrl('y'), &[], false),
    bind(FILL, Command::Filter, Key::char('/'), &[Key::ctrl('f')], true),
    bind(FILL, Command::Details, Key::function(5), &[], true),
    bind(FILL, Command::MoveDraft, Key::ctrl('u'), &[], false),
    bind(FILL, Command::JoinDrafts, Key::ctrl('g'), &[], false),
    bind(FILL, Command::NotApplicable, Key::function(3), &[], false),
    bind(FILL, Command::Omission, Key::function(4), &[], false),
    bind(FILL, Command::NextBlocker, Key::function(8), &[Key::char('n')], false),
    bind(FILL, Command::PreviousBlocker, Key::shift(Code::Function(8)), &[Key::char('N')], false),
    bind(FILL, Command::NextSection, Key::plain(Code::Right), &[], false),
    bind(FILL, Command::PreviousSection, Key::plain(Code::Left), &[], false),
    bind(FILL, Command::Cycle, Key::char(' '), &[], false),
    bind(FILL, Command::Clear, Key::plain(Code::Delete), &[Key::plain(Code::Backspace)], false),
    bind(FILL, Command::GiveUp, Key::ctrl('d'), &[], false),
    bind(TYPING, Command::Leave, Key::ctrl('s'), &[], true),
    bind(TYPING, Command::NextField, TAB, &[], true),
    bind(TYPING, Command::Phrases, Key::function(3), &[], false),
    bind(TYPING, Command::PreviousField, Key::shift(Code::Tab), &[], false),
    bind(&[C::Setup], Command::Open, Key::ctrl('s'), &[], true),
    bind(&[C::Setup], Command::NextField, TAB, &[Key::plain(Code::Down)], true),
    bind(&[C::Setup], Command::PreviousField, Key::shift(Code::Tab), &[Key::plain(Code::Up)], false),
    bind(&[C::Setup], Command::Language, Key::function(6), &[], true),
    bind(&[C::Home, C::Plans, C::Plan, C::Checklists], Command::Open, ENTER, &[], true),
    bind(&[C::Facilities, C::Tasks, C::Choosing, C::Records, C::Dialog, C::Palette], Command::Open, ENTER, &[], true),
    bind(&[C::Facility, C::Findings, C::Reviews], Command::Open, ENTER, &[], true),
    bind(&[C::Findings, C::Reviews], Command::NextFilter, TAB, &[], true),
    bind(&[C::Record], Command::ApproveItem, Key::char('1'), &[], true),
    bind(&[C::Record], Command::ReturnItem, Key::char('2'), &[], true),
    bind(&[C::Record], Command::UnmarkItem, Key::char('0'), &[], false),
    bind(&[C::Record], Command::Decide, Key::function(9), &[], true),
    bind(&[C::Record], Command::Revise, Key::function(4), &[], true),
    bind(&[C::Record], Command::Papers, Key::function(2), &[], true),
    bind(&[C::Findings], Command::ImportLedger, Key::function(2), &[], true),
    bind(&[C::Finding], Command::Step, Key::function(2), &[], true),
    bind(&[C::Tasks], Command::TaskStep, Key::function(2), &[], true),
    bind(&[C::Finding, C::Record], Command::Reinspect, Key::function(5), &[], true),
    bind(&[C::Finding], Command::Open, ENTER, &[], true),
    bind(&[C::Facility], Command::NewInspection, Key::function(2), &[Key::ctrl('n')], true),
    bind(&[C::Facilities], Command::ImportRegister, Key::function(2), &[], true),
    bind(&[C::Facility], Command::EditUnit, Key::function(4), &[], true),
    bind(&[C::Facility], Command::MergeUnit, Key::function(5), &[], true),
    bind(&[C::Facilities, C::Tasks, C::Findings, C::Finding, C::Record], Command::Page, Key::function(3), &[], true),
    bind(COUNTED, Command::NextField, TAB, &[], true),
    bind(COUNTED, Command::PreviousField, Key::shift(Code::Tab), &[], false),
    bind(&[C::Dashboard, C::Behind, C::Reports], Command::Open, ENTER, &[], true),
    bind(&[C::Reports], Command::WriteReport, Key::function(9), &[], true),
    bind(COUNTED, Command::NarrowCount, Key::function(2), &[], true),
    bind(&[C::Reports], Command::Folder, Key::function(4), &[], true),
    bind(&[C::Behind], Command::Origin, Key::function(4), &[Key::ctrl('o')], true),
    bind(&[C::Dashboard, C::Behind, C::Reports], Command::Recount, Key::function(5), &[], true),
    bind(&[C::Dashboard], Command::Reports, Key::function(9), &[], true),
    bind(&[C::Plans], Command::Import, Key::function(2), &[Key::char('i')], true),
    bind(&[C::Plan, C::Finding], Command::OtherPane, TAB, &[], true),
    bind(&[C::Plan], Command::Filter, Key::char('/'), &[Key::ctrl('f')], true),
    bind(&[C::Plan], Command::Narrow, Key::function(2), &[], true),
    bind(&[C::Plan], Command::Fold, Key::char(' '), &[], false),
    bind(&[C::Plan], Command::Source, Key::function(3), &[], true),
    bind(&[C::Plan], Command::Correct, Key::function(4), &[], true),
    bind(&[C::Plans, C::Plan], Command::Compare, Key::function(8), &[], true),
    bind(&[C::Compare], Command::AllRows, Key::function(3), &[], true),
    bind(&[C::Checklists, C::Checklist], Command::Edit, Key::function(2), &[Key::char('e')], true),
    bind(&[C::Mistakes], Command::Edit, ENTER, &[Key::function(2), Key::char('e')], true),
    bind(&[C::Checklist], Command::Origin, Key::function(4), &[Key::ctrl('o')], true),
    bind(FILL, Command::Origin, Key::ctrl('o'), &[], false),
    bind(&[C::Plan, C::Checklists], Command::Generate, Key::function(5), &[Key::char('g')], true),
    bind(&[C::Checklist], Command::NextSection, Key::plain(Code::Right), &[], false),
    bind(&[C::Checklist], Command::PreviousSection, Key::plain(Code::Left), &[], false),
    bind(&[C::Trace], Command::Open, ENTER, &[], true),
    bind(&[C::Trace], Command::Accept, Key::function(2), &[], true),
    bind(PAGES, Command::Trace, Key::ctrl('t'), &[], false),
    bind(LISTS, Command::Trace, Key::ctrl('t'), &[], false),
    bind(INSIDE, Command::Damaged, Key::function(7), &[], false),
    bind(INSIDE, Command::Language, Key::function(6), &[], false),
    bind(EVERYWHERE, Command::Back, ESC, &[], true),
    bind(PAGES, Command::Quit, Key::ctrl('q'), &[Key::char('q')], false),
    bind(
        &[C::Setup, C::Facilities, C::Tasks, C::Findings, C::Reviews, C::Choosing, C::Records, C::Fill, C::Typing],
        Command::Quit,
        Key::ctrl('q'),
        &[],
        false,
    ),
    bind(INSIDE, Command::Palette, Key::ctrl('p'), &[], false),
    bind(PAGES, Command::Help, Key::function(1), &[Key::char('?')], true),
    bind(FILL, Command::Help, Key::function(1), &[Key::char('?')], true),
    bind(LISTS, Command::Help, Key::function(1), &[], true),
    bind(&[C::Typing, C::Setup, C::Help], Command::Help, Key::function(1), &[], true),
];

/// Finds what a key does somewhere; outside text fields the key must have been folded.
pub fn command(context: Context, key: Key) -> Option<Command> {
    bindings(context).find(|binding| binding.key == key || binding.also.contains(&key)).map(|binding| binding.command)
}

/// Lists what can be done somewhere, in the order of the table.
pub fn bindings(context: Context) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| binding.contexts.contains(&context))
}

/// Lists what the help of a screen explains: the digits that answer are one row of it.
pub fn explained(context: Context) -> impl Iterator<Item = &'static Binding> {
    bindings(context).filter(|binding| !matches!(binding.command, Command::Answer(2..)))
}

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
