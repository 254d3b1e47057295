//! Phrases for findings, one key away: what earlier records say of the item, what its checklist offers, and what is said
//! of any.

use super::{Fill, Focus};
use crate::{
    app::{App, Overlay, dialog::Dialog, field::Field, form::Input, list::Narrowed, message::Effect, screens::Screen},
    checklist::Section,
    facility::Search,
    i18n::Lang,
    store::Phrase,
    text,
};

/// Measures that fit most findings, by their keys in the language files.
const MEASURES: &[&str] =
    &["phrase.at-once", "phrase.in-time", "phrase.training", "phrase.responsible", "phrase.equipment"];

impl App {
    /// Offers the phrases that fit the field in hand of a finding.
    pub(super) fn offer_phrases(&mut self) {
        let Screen::Fill(fill) = self.screen() else { return };
        let phrases = fill.phrases();
        if phrases.is_empty() {
            self.say(text!("fill.no-phrases"));
            return;
        }
        let list = Narrowed::new(phrases.len());
        self.overlay = Some(Overlay::Dialog(Dialog::Phrases { phrases, list }));
    }

    /// Puts the chosen phrase into the field in hand.
    pub(in crate::app) fn take_phrase(&mut self, phrase: &Phrase) -> Vec<Effect> {
        let now = self.now;
        let Screen::Fill(fill) = self.screen_mut() else { return Vec::new() };
        fill.write_phrase(phrase);
        let mut effects = fill.take_form(now);
        effects.push(fill.keep_place());
        effects
    }
}

/// Finds phrases by what is typed: Chinese, pinyin or initials.
pub(in crate::app) fn find_phrases(phrases: &[Phrase], typed: &str) -> Vec<usize> {
    if typed.is_empty() {
        return (0..phrases.len()).collect();
    }
    Search::new(typed).narrow(phrases.iter().map(|phrase| format!("{} {}", phrase.description, phrase.measure)))
}

impl Fill {
    /// Lists the phrases for the field in hand, the most used first; none outside a finding.
    ///
    /// A record is written in Chinese, whatever the language of the screen.
    fn phrases(&self) -> Vec<Phrase> {
        let Focus::Finding(form) = &self.focus else { return Vec::new() };
        let item = self.sheet().item(self.at);
        let known = self.past.phrases.get(&item.id).map_or(&[][..], Vec::as_slice);
        let standard = |description: String, measure: String| Phrase { description, measure, uses: 0 };
        if form.current().name == "finding.measure" {
            let mut phrases: Vec<Phrase> = Vec::new();
            for phrase in known.iter().filter(|phrase| !phrase.measure.is_empty()) {
                match phrases.iter_mut().find(|same| same.measure == phrase.measure) {
                    Some(same) => same.uses += phrase.uses,
                    None => phrases.push(Phrase { description: String::new(), ..phrase.clone() }),
                }
            }
            phrases.extend(MEASURES.iter().map(|key| standard(String::new(), Lang::Zh.t(key).into_owned())));
            return phrases;
        }
        let wanted = text!("phrase.not-met", item = item.text.zh.trim_end_matches('。')).show(Lang::Zh);
        let last = self.last_time(self.at).and_then(|last| last.finding.as_ref()).map(|finding| {
            standard(text!("phrase.again", finding = finding.description).show(Lang::Zh), finding.measure.clone())
        });
        let unknown = last.into_iter().chain([standard(wanted, String::new())]);
        let mut phrases = known.to_vec();
        for offered in self.offered().into_iter().map(|phrase| standard(phrase.clone(), String::new())) {
            if !phrases.iter().any(|known| known.description == offered.description) {
                phrases.push(offered);
            }
        }
        phrases.extend(unknown);
        phrases
    }

    /// Lists what the checklist offers for the item in hand: its own phrases, then those of the sections around it.
    fn offered(&self) -> Vec<&String> {
        let sections = &self.sheet().checklist().sections;
        let above = |section: &&Section| sections.iter().find(|other| Some(&other.id) == section.parent.as_ref());
        // A circle of sections cannot be read from a file; the bound keeps it from mattering.
        let around = std::iter::successors(self.section(self.at), above).take(sections.len());
        self.sheet().item(self.at).phrases.iter().chain(around.flat_map(|section| &section.phrases)).collect()
    }

    /// Writes a phrase into the finding: behind what is there; its measure only where there is none yet.
    fn write_phrase(&mut self, phrase: &Phrase) {
        let Focus::Finding(form) = &mut self.focus else { return };
        for (name, said) in [("finding.description", &phrase.description), ("finding.measure", &phrase.measure)] {
            let current = form.current().name == name;
            let Some(field) = form.fields.iter_mut().find(|field| field.name == name) else { continue };
            let Input::Text(text) = &mut field.input else { continue };
            if said.is_empty() || (!current && !text.is_empty()) {
                continue;
            }
            let before = text.text();
            let before = before.trim_end();
            // What is written into a record is Chinese, whatever the language of the screen.
            let joiner = Lang::Zh.t("finding.joiner");
            let gap = if before.is_empty() || before.ends_with(['。', '；', '，', '\n']) { "" } else { &joiner };
            *text = Field::lines(&format!("{before}{gap}{said}"));
        }
    }
}
