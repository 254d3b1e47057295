//! What stands in front of a screen: help, command palette, questions and lists.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas, counted, plan_dialogs, returned, tasks,
    text::{height, pad, visible, width, wrap},
    widgets,
};
use crate::{
    app::{
        Against, Dialog, Field, Form, GenerateChoice, Narrowed, Overlay, Palette, Selection,
        command::{Binding, Command, Context, explained},
        move_said, move_summary,
    },
    checklist::{Checklist, ItemId, Request, Sort},
    inspection::{Blocker, Header, RecordId, Tally},
    ledger::Contradiction,
    percent,
    store::{MovedDraft, Phrase, open_draft_said},
    text,
    trace::Subject,
};

/// Draws what is in front; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, overlay: &Overlay) -> Option<Position> {
    match overlay {
        Overlay::Help { of, selection } => {
            draw_help(canvas, buffer, area, *of, *selection);
            None
        }
        Overlay::Palette(palette) => draw_palette(canvas, buffer, area, palette),
        Overlay::Dialog(dialog) => draw_dialog(canvas, buffer, area, dialog),
    }
}

/// The width of what the help says, within its frame.
const HELP_WIDTH: u16 = 72;

fn draw_help(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, of: Context, selection: Selection) {
    let shown: Vec<&Binding> = explained(of).collect();
    let introduced = canvas.t(intro(of));
    // Beside what is said: a blank line and the frame.
    let rows = height(&introduced, HELP_WIDTH.into()) + shown.len() + 3;
    let size = (HELP_WIDTH + 2, u16::try_from(rows).unwrap_or(area.height).max(12));
    let inside = widgets::popup(canvas, buffer, area, size, &canvas.t("help.title"));
    let used = widgets::paragraph(buffer, inside, &introduced, canvas.theme.text);
    let list = Rect { y: inside.y + used + 1, height: inside.height.saturating_sub(used + 1), ..inside };
    widgets::list(
        canvas,
        buffer,
        list,
        shown.len(),
        Selection(selection.0.min(shown.len().saturating_sub(1))),
        |row, _| {
            let binding = shown[row];
            let keys = std::iter::once(&binding.key).chain(binding.also).map(|key| key.show(canvas.lang()));
            let (keys, name) = match binding.command {
                Command::Answer(1) if of == Context::Conflicts => ("1-9".to_owned(), "help.decide"),
                Command::Answer(1) => ("1-9".to_owned(), "help.answer"),
                Command::Answer(_) if of == Context::Conflicts => ("0".to_owned(), "help.undecide"),
                Command::Answer(_) => ("0".to_owned(), Command::Clear.name_key()),
                command => (keys.collect::<Vec<_>>().join("  "), command.name_key()),
            };
            vec![Span::styled(format!(" {}", pad(&keys, 22)), canvas.theme.key), Span::raw(canvas.t(name))]
        },
    );
}

/// A few words on what a screen is for.
fn intro(of: Context) -> &'static str {
    match of {
        Context::Fill => "help.fill",
        Context::Typing => "help.typing",
        Context::Facilities | Context::Choosing | Context::Records => "help.list",
        Context::Tasks => "help.tasks",
        Context::Findings => "help.findings",
        Context::Finding => "help.finding",
        Context::Reviews => "help.reviews",
        Context::Trace => "help.trace",
        Context::Record => "help.record",
        Context::Facility => "help.facility",
        Context::Plans | Context::Plan => "help.plan",
        Context::Compare => "help.compare",
        Context::Checklists | Context::Checklist => "help.checklists",
        Context::Conflicts => "help.conflicts",
        Context::Dashboard | Context::Behind => "help.dashboard",
        Context::Reports => "help.reports",
        Context::Mistakes => "help.mistakes",
        Context::Setup => "help.setup",
        _ => "help.home",
    }
}

/// Draws what moving a draft to a newer version would come to, item by item.
fn draw_move(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, draft: &MovedDraft, selection: Selection) {
    let inside = widgets::popup(canvas, buffer, area, (100, 22), &canvas.t("command.move-draft"));
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let used = widgets::paragraph(buffer, room, &move_summary(draft, true).show(canvas.lang()), canvas.theme.text);
    let steps = &draft.moved.steps;
    let count = steps.len() + draft.moved.new.len();
    let list = Rect { y: inside.y + used + 1, height: inside.height.saturating_sub(used + 3), ..inside };
    widgets::list(canvas, buffer, list, count, selection, |row, _| {
        let asked = |checklist: &Checklist, id: &ItemId| {
            let item = checklist.item(id).map(|item| item.text.show(canvas.lang()).to_owned());
            visible(&item.unwrap_or_default()).replace('\n', " ")
        };
        let Some(step) = steps.get(row) else {
            let item = &draft.moved.new[row - steps.len()];
            let said = text!("editor.move-new", item = item, text = asked(&draft.to, item)).show(canvas.lang());
            return vec![Span::styled(format!(" {}", visible(&said)), canvas.theme.accent)];
        };
        let style = if step.again || step.to.is_none() { canvas.theme.warning } else { canvas.theme.text };
        vec![
            Span::styled(format!(" {}", visible(&move_said(step).show(canvas.lang()))), style),
            Span::styled(format!("  {}", asked(&draft.from, &step.from)), canvas.theme.dim),
        ]
    });
    let hint = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..room };
    widgets::paragraph(buffer, hint, &canvas.t("dialog.move"), canvas.theme.dim);
}

/// Draws the question whether drafts of one inspection are to become one.
fn draw_join(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, drafts: &[RecordId]) {
    let rows = u16::try_from(drafts.len()).unwrap_or(area.height);
    let inside = widgets::popup(canvas, buffer, area, (76, rows.saturating_add(8)), &canvas.t("command.join-drafts"));
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let known = drafts.iter().filter_map(|id| canvas.app.data.record(id));
    let shown = known.map(|row| row.draft_said(canvas.lang()).show(canvas.lang()));
    let said = shown.map(|said| format!("· {}", visible(&said))).chain([String::new(), canvas.t("join.ask")]);
    widgets::paragraph(buffer, room, &said.collect::<Vec<_>>().join("\n"), canvas.theme.text);
}

/// Draws the question why the open draft is given up; returns where the caret is.
fn draw_give_up(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, field: &Field) -> Option<Position> {
    let draft = canvas.app.fill().map(|fill| fill.editing().header());
    let said = |header: Header| {
        format!("{}\n{}\n", header.facility.name, open_draft_said(&header, canvas.lang()).show(canvas.lang()))
    };
    let asked = format!("{}{}", draft.map(said).unwrap_or_default(), canvas.t("void.ask"));
    draw_question(canvas, buffer, area, (76, 11), "command.give-up", &visible(&asked), field)
}

fn draw_settle(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, contradiction: &Contradiction, at: usize) {
    let inside = widgets::popup(canvas, buffer, area, (76, 10), &canvas.t("contradiction.settle"));
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let (event, lang) = (&contradiction.said[at], canvas.lang());
    let said = contradiction.shown(lang).swap_remove(at);
    let chosen = text!("contradiction.chosen", name = event.by, time = event.at.format("%m-%d %H:%M"), said = said);
    let lines = [contradiction.place().show(lang), chosen.show(lang), String::new(), canvas.t("contradiction.ask")];
    widgets::paragraph(buffer, room, &lines.map(|line| visible(&line).into_owned()).join("\n"), canvas.theme.text);
}

fn draw_palette(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, palette: &Palette) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (60, 18), &canvas.t("command.palette"));
    let (caret, below) = widgets::search(canvas, buffer, inside, &palette.list, palette.entries.len());
    widgets::list(canvas, buffer, below, palette.list.rows.len(), palette.list.selection, |row, room| {
        let (command, key) = palette.entries[palette.list.rows[row]];
        let key = key.map(|key| key.show(canvas.lang())).unwrap_or_default();
        vec![
            Span::raw(format!(" {}", pad(&canvas.t(command.name_key()), usize::from(room).saturating_sub(16)))),
            Span::styled(key, canvas.theme.key),
        ]
    });
    caret
}

fn draw_dialog(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, dialog: &Dialog) -> Option<Position> {
    match dialog {
        Dialog::Blockers(selection) => draw_blockers(canvas, buffer, area, *selection),
        Dialog::Finalise(tally) => draw_finalise(canvas, buffer, area, tally),
        Dialog::Import(what, panel) => return returned::draw_import(canvas, buffer, area, *what, panel),
        Dialog::Returned(held, selection) => returned::draw(canvas, buffer, area, held, *selection),
        Dialog::Register(held, selection) => returned::draw_register(canvas, buffer, area, held, *selection),
        Dialog::Papers(_, form) => return draw_papers(canvas, buffer, area, form),
        Dialog::Passphrase(field) => {
            // Whoever looks over the shoulder sees how much was typed, and nothing else.
            let hidden = Field::line(&"*".repeat(field.text().chars().count()));
            let asked = canvas.t("sync.screen.passphrase");
            return draw_question(canvas, buffer, area, (60, 7), "command.sync", &asked, &hidden);
        }
        Dialog::Filter(field) => {
            let popup = Rect { y: area.bottom().saturating_sub(3), height: area.height.min(3), ..area };
            let inside = widgets::popup(canvas, buffer, popup, (popup.width, 3), &canvas.t("plan.filter"));
            return widgets::field(canvas, buffer, inside, field);
        }
        Dialog::Limits { limits, list } => return counted::draw_limits(canvas, buffer, area, limits, list),
        Dialog::Join(drafts) => draw_join(canvas, buffer, area, drafts),
        Dialog::GiveUp(field) => return draw_give_up(canvas, buffer, area, field),
        Dialog::OthersTask(task) => tasks::draw_others(canvas, buffer, area, task),
        Dialog::Settle(contradiction, at) => draw_settle(canvas, buffer, area, contradiction, *at),
        Dialog::Move(draft, selection) => draw_move(canvas, buffer, area, draft, *selection),
        Dialog::Folder(field) => {
            let asked = canvas.t("reports.ask-folder");
            return draw_question(canvas, buffer, area, (76, 8), "command.folder", &asked, field);
        }
        Dialog::Correct(correcting) => return plan_dialogs::draw_correct(canvas, buffer, area, correcting),
        Dialog::Facets { facets, list } => return plan_dialogs::draw_facets(canvas, buffer, area, facets, list),
        Dialog::Ways { ways, selection } => plan_dialogs::draw_ways(canvas, buffer, area, ways, *selection),
        Dialog::Preview { files, notes, selection, .. } => {
            plan_dialogs::draw_preview(canvas, buffer, area, files, notes, *selection);
        }
        Dialog::Phrases { phrases, list } => return draw_phrases(canvas, buffer, area, phrases, list),
        Dialog::Compare { choices, selection, .. } => draw_compare(canvas, buffer, area, choices, *selection),
        Dialog::Generate { choices, selection, .. } => draw_generate(canvas, buffer, area, choices, *selection),
        Dialog::Step { actions, chosen, form, .. } => {
            return super::findings::draw_step(canvas, buffer, area, actions, *chosen, form);
        }
        Dialog::TaskStep { task, actions, chosen, form } => {
            return tasks::draw_step(canvas, buffer, area, task, (actions, *chosen), form);
        }
        Dialog::Unit(dialog) => return super::units::draw(canvas, buffer, area, dialog),
        Dialog::Reason { item, field } => {
            let asked = text!("review-screen.why", item = item).show(canvas.lang());
            return draw_question(canvas, buffer, area, (72, 7), "command.return-item", &visible(&asked), field);
        }
        Dialog::Accept { subject, field } => {
            let name = match subject {
                Subject::Item(_, item) => item.0.clone(),
                other => other.name(),
            };
            let asked = text!("trace.why", item = name).show(canvas.lang());
            return draw_question(canvas, buffer, area, (72, 7), "command.accept", &visible(&asked), field);
        }
        Dialog::Decide(form) => return super::reviews::draw_decide(canvas, buffer, area, form),
        Dialog::Item(selection) => draw_item(canvas, buffer, area, *selection),
        Dialog::Damaged(selection) => draw_damaged(canvas, buffer, area, *selection),
        Dialog::EndUnsaved => {
            let inside = widgets::popup(canvas, buffer, area, (64, 8), &canvas.t("command.quit"));
            widgets::paragraph(buffer, inside, &canvas.t("dialog.end-unsaved"), canvas.theme.error);
        }
    }
    None
}

/// Draws the question which paper of a record is to be written; returns where the caret is.
fn draw_papers(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, form: &Form) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (72, 11), &canvas.t("command.papers"));
    let used = widgets::paragraph(buffer, inside, &canvas.t("papers.hint"), canvas.theme.dim) + 1;
    let room = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    widgets::form(canvas, buffer, room, form, 1)
}

/// Draws a question that is answered in one line, under the name of the command; returns where the caret is.
fn draw_question(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    size: (u16, u16),
    command: &str,
    asked: &str,
    field: &Field,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, size, &canvas.t(command));
    let used = widgets::paragraph(buffer, inside, asked, canvas.theme.text) + 1;
    widgets::field(canvas, buffer, Rect { y: inside.y + used, height: 1, ..inside }, field)
}

/// Draws the phrases for a finding; returns where the caret is.
fn draw_phrases(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    phrases: &[Phrase],
    list: &Narrowed,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (area.width.min(90), 16), &canvas.t("command.phrases"));
    let (caret, below) = widgets::search(canvas, buffer, inside, list, phrases.len());
    let uses = |phrase: &Phrase| match phrase.uses {
        0 => String::new(),
        uses => text!("phrase.uses", count = uses).show(canvas.lang()) + " ",
    };
    let uses_width = phrases.iter().map(|phrase| width(&uses(phrase))).max().unwrap_or(0);
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, _| {
        let phrase = &phrases[list.rows[row]];
        let uses = uses(phrase);
        let arrow = if phrase.description.is_empty() || phrase.measure.is_empty() { "" } else { " → " };
        let said = format!("{}{arrow}{}", phrase.description, phrase.measure).replace('\n', " ");
        vec![
            Span::styled(format!(" {}", pad(&uses, uses_width)), canvas.theme.dim),
            Span::raw(visible(&said).into_owned()),
        ]
    });
    caret
}

/// Draws what a plan can be compared with.
fn draw_compare(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, choices: &[Against], selection: Selection) {
    let inside = widgets::popup(canvas, buffer, area, (74, 14), &canvas.t("command.compare"));
    widgets::list(canvas, buffer, inside, choices.len(), selection, |row, _| {
        let name = match &choices[row] {
            Against::Previous => canvas.t("plan.against-previous"),
            Against::Plan(id) => {
                let known = canvas.app.data.plans.iter().find(|plan| plan.id == *id);
                format!("{id} {}", known.map_or("", |plan| plan.title.as_str()))
            }
        };
        vec![Span::raw(format!(" {}", visible(&name)))]
    });
}

fn draw_blockers(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let Some(fill) = canvas.app.fill() else { return };
    let blockers = fill.blockers();
    let title = text!("dialog.blockers", count = blockers.len()).show(canvas.lang());
    let inside = widgets::popup(canvas, buffer, area, (76, 18), &title);
    widgets::list(canvas, buffer, inside, blockers.len(), selection, |row, _| {
        let blocker: Blocker = blockers[row];
        let item = blocker.position().map(|at| fill.sheet().item(at).text.show(canvas.lang())).unwrap_or_default();
        vec![
            Span::styled(format!(" {} {} ", canvas.symbols.blocker, blocker.show(canvas.lang())), canvas.theme.error),
            Span::raw(visible(item).into_owned()),
        ]
    });
}

/// Draws what came out, what was found, what is doubtful, and the one question.
fn draw_finalise(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, tally: &Tally) {
    let Some(fill) = canvas.app.fill() else { return };
    let inside = widgets::popup(canvas, buffer, area, (76, 21), &canvas.t("command.finalise"));
    let room = |y: u16| Rect {
        x: inside.x + 2,
        y: inside.y + y.min(inside.height),
        width: inside.width.saturating_sub(4),
        height: inside.height.saturating_sub(y),
    };
    let answered = ("dialog.answered", format!("{}/{}", tally.answered, tally.items));
    let open = ("dialog.open-findings", tally.open_findings.to_string());
    let rows = match fill.sheet().checklist().sort {
        Sort::OnSite => {
            let failed = text!("dialog.failed-of", failed = tally.failed, critical = tally.critical_failed);
            vec![
                ("dialog.rate", tally.score_rate().map_or_else(|| "-".to_owned(), percent::show)),
                answered,
                ("dialog.conforming", tally.conforming.to_string()),
                ("dialog.failed", failed.show(canvas.lang())),
                open,
            ]
        }
        Sort::Progress => vec![
            answered,
            ("verdict.done", tally.conforming.to_string()),
            ("verdict.not-done", tally.failed.to_string()),
            open,
        ],
    };
    let grades = &fill.sheet().checklist().scoring.grades;
    let grade = tally.grade.and_then(|at| grades.get(at)).map(|grade| grade.title.show(canvas.lang()).to_owned());
    let mut y = 1;
    for (label, shown) in grade.map(|grade| ("dialog.grade", grade)).into_iter().chain(rows) {
        let line = Rect { height: 1, ..room(y) };
        y += widgets::labelled(canvas, buffer, line, &pad(&canvas.t(label), 16), &shown, canvas.theme.title);
    }
    y += 1;
    for said in doubts(canvas, fill) {
        y += widgets::paragraph(buffer, room(y), &format!("{} {said}", canvas.symbols.blocker), canvas.theme.warning);
    }
    let question = canvas.t("dialog.finalise");
    let below = u16::try_from(super::text::height(&question, usize::from(inside.width.saturating_sub(4)))).unwrap_or(2);
    let findings = findings(canvas, fill);
    let space = usize::from(inside.height.saturating_sub(y + below + 1));
    let cut = findings.len() > space;
    for (style, said) in findings.iter().take(space.saturating_sub(usize::from(cut))) {
        let line = Rect { height: 1, ..room(y) };
        super::text::put_line(buffer, line.x, line.y, line.width, &[Span::styled(said.clone(), *style)]);
        y += 1;
    }
    if cut && space > 0 {
        let more = text!("dialog.more-findings", count = findings.len() + 1 - space).show(canvas.lang());
        y += widgets::paragraph(buffer, Rect { height: 1, ..room(y) }, &more, canvas.theme.dim);
    }
    widgets::paragraph(buffer, room(y + 1), &question, canvas.theme.warning);
}

/// Lists what does not stand in the way of finalising but should be looked at.
fn doubts(canvas: &Canvas<'_>, fill: &crate::app::fill::Fill) -> Vec<String> {
    let details = fill.editing().details();
    let statutory = fill.sheet().checklist().sort == Sort::OnSite;
    let alone = details.inspectors.iter().filter(|name| !name.trim().is_empty()).count() < 2;
    let few = (statutory && alone).then(|| canvas.t("dialog.one-inspector"));
    let clock = (!details.clock_set.is_empty())
        .then(|| text!("dialog.clock-set", count = details.clock_set.len()).show(canvas.lang()));
    let missing = fill.missing_files();
    let missing = (missing > 0).then(|| text!("dialog.missing-files", count = missing).show(canvas.lang()));
    [few, clock, missing].into_iter().flatten().collect()
}

/// Lists the findings, those of critical items first.
fn findings(canvas: &Canvas<'_>, fill: &crate::app::fill::Fill) -> Vec<(ratatui::style::Style, String)> {
    let sheet = fill.sheet();
    let mut failed: Vec<usize> = (0..sheet.checklist().items.len()).filter(|&at| sheet.is_finding(at)).collect();
    failed.sort_by_key(|&at| !sheet.item(at).critical);
    let line = |at: usize| {
        let item = sheet.item(at);
        let mark = if item.critical { canvas.symbols.critical } else { " " };
        let style = if item.critical { canvas.theme.fail } else { canvas.theme.text };
        let finding = sheet.answer(at).and_then(|answer| answer.finding.as_ref());
        let description = finding.map_or_else(String::new, |finding| finding.description.replace('\n', " "));
        (style, format!("{}{mark}{:>3} {}", canvas.symbols.fail, fill.number(at), visible(&description)))
    };
    failed.into_iter().map(line).collect()
}

fn draw_generate(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    choices: &[GenerateChoice],
    selection: Selection,
) {
    let inside = widgets::popup(canvas, buffer, area, (70, 20), &canvas.t("command.generate"));
    widgets::list(canvas, buffer, inside, choices.len(), selection, |row, room| {
        let choice = &choices[row];
        let name = match &choice.request {
            Request::Everything => canvas.t("dialog.generate.everything"),
            Request::Section(_) => text!("dialog.generate.section", section = choice.name).show(canvas.lang()),
            Request::Topic(_) => choice.name.clone(),
        };
        let count = text!("dialog.generate.clauses", count = choice.clauses).show(canvas.lang());
        vec![
            Span::raw(format!(" {}", pad(&visible(&name), usize::from(room).saturating_sub(18)))),
            Span::styled(count, canvas.theme.dim),
        ]
    });
}

/// Draws everything about the item in hand, for texts that do not fit beside the list.
fn draw_item(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let Some(fill) = canvas.app.fill() else { return };
    let item = fill.sheet().item(fill.at());
    let inside = widgets::popup(canvas, buffer, area, (area.width.min(100), area.height), &canvas.t("item.question"));
    let said = super::fill::everything_about(canvas, item);
    let shown = visible(&said);
    let lines = wrap(&shown, usize::from(inside.width.saturating_sub(1)));
    let last = lines.len().saturating_sub(1);
    widgets::list(canvas, buffer, inside, lines.len(), Selection(selection.0.min(last)), |row, _| {
        vec![Span::raw(lines[row].to_owned())]
    });
}

fn draw_damaged(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let damaged: Vec<_> = canvas.app.data.all_damaged().collect();
    let inside =
        widgets::popup(canvas, buffer, area, (area.width.min(110), area.height.min(26)), &canvas.t("command.damaged"));
    if damaged.is_empty() {
        widgets::paragraph(buffer, inside, &canvas.t("dialog.nothing-damaged"), canvas.theme.text);
        return;
    }
    let half = inside.height / 2;
    let list = Rect { height: half, ..inside };
    widgets::list(canvas, buffer, list, damaged.len(), selection, |row, _| {
        let place = canvas.place(damaged[row]).unwrap_or_default();
        vec![Span::raw(visible(&place).into_owned())]
    });
    if let Some(error) = damaged.get(selection.0) {
        let hint = error.next_step().map(|hint| hint.show(canvas.lang())).unwrap_or_default();
        let place = canvas.place(error).unwrap_or_default();
        let said = format!("{place}\n{}\n{hint}", error.summary(canvas.lang()));
        let below = Rect { y: inside.y + half + 1, height: inside.height.saturating_sub(half + 1), ..inside };
        widgets::paragraph(buffer, below, &said, canvas.theme.error);
    }
}
