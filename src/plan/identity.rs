//! Ids and fingerprints: what lets a clause be found again when the document is read a second time.
//!
//! A fingerprint changes with any change of wording. An id is made from the words without figures and punctuation, so it
//! survives a new value (90% → 95%) and a new place; a clause that was reworded takes over the id of the clause of the
//! previous reading that it resembles, between the same neighbours.

use std::collections::{HashMap, HashSet};

use super::{Clause, ClauseId, PlanId, numerals};

/// Makes the id of a plan from its year and from issuer and title, whose figures do not count.
pub(super) fn plan_id(year: Option<i32>, issuer: Option<&str>, title: &str) -> PlanId {
    let words: String = issuer.unwrap_or_default().chars().chain(title.chars()).filter(|char| is_word(*char)).collect();
    let digest = hex(&blake3::hash(words.as_bytes()).as_bytes()[..2]);
    PlanId(year.map_or_else(|| format!("plan-{digest}"), |year| format!("{year}-{digest}")))
}

/// Makes the digest of a text's words and figures; spaces and the width of punctuation do not count.
pub(super) fn fingerprint(normalised: &[char]) -> String {
    let mut text = String::with_capacity(normalised.len() * 3);
    text.extend(normalised.iter().filter(|char| **char != ' '));
    digest(&text)
}

/// Makes the digest of a text: twelve hexadecimal digits.
pub(super) fn digest(text: &str) -> String {
    hex(&blake3::hash(text.as_bytes()).as_bytes()[..6])
}

/// Writes bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| DIGITS[usize::from(digit)] as char).collect()
}

/// Says whether a character belongs to the words that identify a text.
fn is_word(char: char) -> bool {
    (matches!(char, '\u{4e00}'..='\u{9fff}') || char.is_ascii_alphabetic()) && !numerals::is_chinese(char)
}

/// Gives every clause its id, taking over those of `previous` where the clause is still the same one.
pub(super) fn assign(clauses: &mut [Clause], previous: &[Clause]) {
    let mut matched = vec![None; clauses.len()];
    if !previous.is_empty() {
        match_same_words(clauses, previous, &mut matched);
        match_reworded(clauses, previous, &mut matched);
    }
    let mut taken = Taken::default();
    taken.ids.extend(matched.iter().flatten().map(|&old| previous[old].id.0.clone()));
    for (clause, old) in clauses.iter_mut().zip(&matched) {
        clause.id = match old {
            Some(old) => previous[*old].id.clone(),
            None => taken.fresh(&clause.text),
        };
    }
}

/// Returns the words of a text, without figures and punctuation.
pub(super) fn key(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    words.extend(text.chars().filter(|char| is_word(*char)));
    words
}

/// The ids that are taken over, and how often each new one was asked for: a text that repeats itself gets numbered ids.
#[derive(Default)]
struct Taken {
    ids: HashSet<String>,
    copies: HashMap<[u8; 3], usize>,
}

impl Taken {
    fn fresh(&mut self, text: &str) -> ClauseId {
        let digest = blake3::hash(key(text).as_bytes());
        let [a, b, c, ..] = *digest.as_bytes();
        let mut base = hex(&[a, b, c]);
        base.insert(0, 'c');
        let copies = self.copies.entry([a, b, c]).or_insert(0);
        loop {
            *copies += 1;
            let id = if *copies == 1 { base.clone() } else { format!("{base}-{copies}") };
            if !self.ids.contains(&id) {
                return ClauseId(id);
            }
        }
    }
}

/// Matches clauses with the same fingerprint, then those with the same words, each in the order of the documents.
fn match_same_words(clauses: &[Clause], previous: &[Clause], matched: &mut [Option<usize>]) {
    let mut used = vec![false; previous.len()];
    let keys: [fn(&Clause) -> String; 2] = [|clause| clause.fingerprint.clone(), |clause| key(&clause.text)];
    for key_of in keys {
        let mut waiting: HashMap<String, Vec<usize>> = HashMap::new();
        for (old, clause) in previous.iter().enumerate().rev().filter(|(old, _)| !used[*old]) {
            waiting.entry(key_of(clause)).or_default().push(old);
        }
        for (new, clause) in clauses.iter().enumerate() {
            if matched[new].is_none() {
                matched[new] = waiting.get_mut(&key_of(clause)).and_then(Vec::pop);
                if let Some(old) = matched[new] {
                    used[old] = true;
                }
            }
        }
    }
}

/// Matches what was reworded: the most similar clause that stood between the same neighbours.
fn match_reworded(clauses: &[Clause], previous: &[Clause], matched: &mut [Option<usize>]) {
    const ALIKE: f64 = 0.5;
    const FURTHEST: usize = 24;
    let mut used: HashSet<usize> = matched.iter().flatten().copied().collect();
    let pairs_of = |clause: &Clause| -> HashSet<(char, char)> {
        let words: Vec<char> = key(&clause.text).chars().collect();
        words.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let mut after = 0;
    for new in 0..clauses.len() {
        if let Some(old) = matched[new] {
            after = old + 1;
            continue;
        }
        let pairs = pairs_of(&clauses[new]);
        let from = after.saturating_sub(FURTHEST / 2);
        let best = (from..previous.len().min(after + FURTHEST))
            .filter(|old| !used.contains(old))
            .map(|old| (old, similarity(&pairs, &pairs_of(&previous[old]))))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((old, _)) = best.filter(|(_, alike)| *alike >= ALIKE) {
            matched[new] = Some(old);
            used.insert(old);
            after = old + 1;
        }
    }
}

/// The Dice coefficient of two sets of neighbouring characters, from 0 to 1.
#[allow(clippy::cast_precision_loss)] // A clause has a few hundred characters.
fn similarity(a: &HashSet<(char, char)>, b: &HashSet<(char, char)>) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    2.0 * a.intersection(b).count() as f64 / (a.len() + b.len()) as f64
}
