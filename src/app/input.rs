//! Keys that are no commands, and pasted text: to whatever is in front.

use super::{
    App, Overlay,
    dialog::Dialog,
    fill::Focus,
    home::Home,
    key::{Code, Key},
    message::Effect,
    palette::Palette,
    screens::Screen,
};

impl App {
    /// Says whether letters are text now, and not names of commands.
    pub(super) fn is_typing(&self) -> bool {
        match (&self.overlay, self.screen()) {
            (
                Some(
                    Overlay::Palette(_)
                    | Overlay::Dialog(
                        Dialog::Import(..)
                        | Dialog::Papers(..)
                        | Dialog::Passphrase(_)
                        | Dialog::Correct(_)
                        | Dialog::Filter(_)
                        | Dialog::Facets { .. }
                        | Dialog::Limits { .. }
                        | Dialog::Folder(_)
                        | Dialog::Phrases { .. }
                        | Dialog::Step { .. }
                        | Dialog::TaskStep { .. }
                        | Dialog::GiveUp(_)
                        | Dialog::Reason { .. }
                        | Dialog::Accept { .. }
                        | Dialog::Decide(_),
                    ),
                ),
                _,
            ) => true,
            (Some(Overlay::Dialog(Dialog::Unit(dialog))), _) => dialog.is_typed_into(),
            (Some(_), _) => false,
            (
                None,
                Screen::Setup(_)
                | Screen::Facilities(_)
                | Screen::Tasks(_)
                | Screen::Findings(_)
                | Screen::Reviews(_)
                | Screen::Choosing(_)
                | Screen::Records(_),
            ) => true,
            (None, Screen::Fill(fill)) => !matches!(fill.focus, Focus::Items),
            (None, _) => false,
        }
    }

    /// Takes a key that no command is bound to.
    pub(super) fn plain_key(&mut self, key: Key) -> Vec<Effect> {
        let Self { overlay, screens, data, lang, .. } = self;
        match overlay {
            Some(Overlay::Help { of, selection }) => {
                selection.key(key, super::command::explained(*of).count());
                return Vec::new();
            }
            Some(Overlay::Palette(palette)) => {
                let entries = &palette.entries;
                palette.list.key(key, |typed| Palette::narrow(entries, typed, *lang));
                return Vec::new();
            }
            Some(Overlay::Dialog(_)) => return self.dialog_key(key),
            None => {}
        }
        match screens.last_mut() {
            Some(Screen::Setup(setup)) => {
                setup.form.key(key);
                if key.code == Code::Enter {
                    let last = setup.form.at + 1 == setup.form.fields.len();
                    if last {
                        return setup.confirm();
                    }
                    setup.form.go(true);
                }
                *lang = setup.language();
            }
            Some(Screen::Home(home)) => {
                let count = Home::rows(data, self.now.date_naive()).len();
                home.selection.key(key, count);
            }
            Some(Screen::Plans(selection)) => drop(selection.key(key, data.plans.len())),
            Some(Screen::Plan(plan)) => super::navigate::plan_key(plan, key),
            Some(Screen::Conflicts(selection)) => drop(selection.key(key, data.dispute_rows())),
            Some(Screen::Dashboard(screen)) => screen.key(key),
            Some(Screen::Behind(screen)) => drop(screen.selection.key(key, screen.rows.len())),
            Some(Screen::Reports(screen)) => screen.key(key),
            Some(Screen::Compare(screen)) => {
                let count = screen.rows().len();
                screen.selection.key(key, count);
            }
            Some(Screen::Checklists(selection)) => drop(selection.key(key, data.checklists.len())),
            Some(Screen::Checklist(checklist, selection)) => drop(selection.key(key, checklist.items.len())),
            Some(Screen::Mistakes(screen)) => drop(screen.selection.key(key, screen.mistakes.len())),
            Some(Screen::Facilities(list)) => drop(list.key(key, |typed| data.find_facilities(typed))),
            Some(Screen::Tasks(list)) => drop(list.key(key, |typed| data.find_tasks(typed))),
            Some(Screen::Findings(screen)) => screen.key(key, data, self.now.date_naive()),
            Some(Screen::Reviews(screen)) => screen.key(key, data),
            Some(Screen::Finding(screen)) => screen.key(key),
            Some(Screen::Trace(screen)) => {
                let count = screen.row_count();
                screen.selection.key(key, count);
            }
            Some(Screen::Facility(screen)) => {
                let count = data.findings_of(&screen.facility).len() + data.records_of(&screen.facility).count();
                screen.selection.key(key, count);
            }
            Some(Screen::Choosing(choosing)) => {
                let checklists = &choosing.checklists;
                choosing.list.key(key, |typed| super::navigate::find_checklists(data, checklists, typed));
            }
            Some(Screen::Records(list)) => drop(list.key(key, |typed| data.find_records(typed))),
            Some(Screen::Record(record)) => {
                let count = record.items().len();
                record.selection.key(key, count);
            }
            Some(Screen::Fill(_)) => return self.fill_key(key),
            None => {}
        }
        Vec::new()
    }

    /// Takes pasted text into whatever field has the caret.
    pub(super) fn paste(&mut self, pasted: &str) -> Vec<Effect> {
        let Self { overlay, screens, data, lang, .. } = self;
        match (overlay, screens.last_mut()) {
            (Some(Overlay::Palette(palette)), _) => {
                let entries = &palette.entries;
                palette.list.paste(pasted, |typed| Palette::narrow(entries, typed, *lang));
            }
            (Some(Overlay::Dialog(Dialog::Limits { limits, list })), _) => {
                list.paste(pasted, |typed| super::counting::find_limits(data, limits, typed, *lang));
            }
            (Some(Overlay::Dialog(Dialog::Correct(correcting))), _) => correcting.paste(pasted, data, *lang),
            (Some(Overlay::Dialog(Dialog::Unit(dialog))), _) => dialog.paste(pasted, data),
            (Some(Overlay::Dialog(Dialog::Facets { facets, list })), _) => {
                list.paste(pasted, |typed| super::plan::find_facets(data, facets, typed, *lang));
            }
            (
                Some(Overlay::Dialog(
                    Dialog::Step { form, .. }
                    | Dialog::TaskStep { form, .. }
                    | Dialog::Decide(form)
                    | Dialog::Papers(_, form),
                )),
                _,
            ) => {
                form.paste(pasted);
            }
            (Some(Overlay::Dialog(Dialog::Phrases { phrases, list })), _) => {
                list.paste(pasted, |typed| super::fill::find_phrases(phrases, typed));
            }
            (Some(Overlay::Dialog(Dialog::Import(_, panel))), _) => {
                panel.field.paste(pasted);
                return vec![panel.typed()];
            }
            (Some(Overlay::Dialog(Dialog::Filter(field))), _) => {
                field.paste(pasted);
                let typed = field.text();
                self.narrow_plan(&typed);
            }
            (Some(Overlay::Dialog(dialog)), _) => {
                if let Some(field) = dialog.answer_field() {
                    field.paste(pasted);
                }
            }
            (Some(_), _) | (None, None) => {}
            (None, Some(Screen::Setup(setup))) => drop(setup.form.paste(pasted)),
            (None, Some(Screen::Facilities(list))) => list.paste(pasted, |typed| data.find_facilities(typed)),
            (None, Some(Screen::Tasks(list))) => list.paste(pasted, |typed| data.find_tasks(typed)),
            (None, Some(Screen::Findings(screen))) => screen.paste(pasted, data, self.now.date_naive()),
            (None, Some(Screen::Reviews(screen))) => screen.paste(pasted, data),
            (None, Some(Screen::Choosing(choosing))) => {
                let checklists = &choosing.checklists;
                choosing.list.paste(pasted, |typed| super::navigate::find_checklists(data, checklists, typed));
            }
            (None, Some(Screen::Records(list))) => {
                list.paste(pasted, |typed| data.find_records(typed));
            }
            (None, Some(Screen::Fill(fill))) => return fill.paste(pasted),
            (None, Some(_)) => {}
        }
        Vec::new()
    }
}
