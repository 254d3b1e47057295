//! What the lines of a filled-in template are: parts of a document.

use std::collections::{BTreeSet, HashMap};

use crate::{
    i18n::{Text, listed},
    report::{
        behind::{Behind, together},
        document::{Block, Document, Proof, Table},
    },
    text,
};

/// A line that is none: what is wrong with it, and how it is written.
pub struct Misread {
    /// What is wrong.
    pub reason: Text,
    /// The mark that is wrong.
    pub written: String,
}

/// The lines that were read.
pub struct Lines<'t> {
    /// What they come to.
    pub document: Document<'t>,
    tables: HashMap<&'static str, Table<'t>>,
    names: BTreeSet<&'static str>,
    behind: Behind<'t>,
}

impl<'t> Lines<'t> {
    /// Begins with nothing read, and the tables and records that may be asked for.
    pub fn new(tables: HashMap<&'static str, Table<'t>>, behind: Behind<'t>) -> Self {
        let names = tables.keys().copied().collect();
        Self { document: Document::empty(crate::i18n::Lang::Zh), tables, names, behind }
    }

    /// Reads a line.
    pub fn read(&mut self, line: &str) -> Result<(), Misread> {
        let document = &mut self.document;
        let heading = line.bytes().take_while(|byte| *byte == b'#').count();
        if let Some(title) = line.strip_prefix("# ") {
            document.title = plain(title);
        } else if let Some(text) =
            line.get(heading..).and_then(|rest| rest.strip_prefix(' ')).filter(|_| (2..=5).contains(&heading))
        {
            // The range was just checked.
            document.blocks.push(Block::Heading(u8::try_from(heading - 1).unwrap_or(1), plain(text)));
        } else if let Some(named) = line.strip_prefix(COUNTED) {
            self.counted(&plain(named.trim_matches(' ')))
                .map_err(|reason| Misread { reason, written: COUNTED.to_owned() })?;
        } else if let Some((name, value)) = line.split_once(':').filter(|(name, _)| MARKED.contains(name)) {
            self.marked(name, plain(value.trim_matches(' ')));
        } else if let Some(name) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            let table = self.tables.remove(name).ok_or_else(|| Misread {
                reason: if self.names.contains(name) {
                    text!("report.template-reason.table-twice", name = name)
                } else {
                    text!("report.template-reason.no-table", name = name, known = listed(&self.names))
                },
                written: line.to_owned(),
            })?;
            document.blocks.push(Block::Table(table));
        } else {
            document.blocks.push(Block::Paragraph(plain(line)));
        }
        Ok(())
    }

    /// Takes the records behind what was read last, by the names of their groups.
    fn counted(&mut self, named: &str) -> Result<(), Text> {
        let groups: Vec<&Proof<'_>> = named
            .split_whitespace()
            .map(|name| self.behind.get(name).ok_or_else(|| text!("report.template-reason.no-records", name = name)))
            .collect::<Result<_, _>>()?;
        let proof = match groups.as_slice() {
            [one] => (*one).clone(),
            several => together(several.iter().flat_map(|proof| proof.records()).copied()),
        };
        if let (Some(last), false) = (self.document.blocks.len().checked_sub(1), proof.records().is_empty()) {
            self.document.counted.insert(last, proof);
        }
        Ok(())
    }

    /// Puts what stands behind a mark in its place.
    fn marked(&mut self, name: &str, value: String) {
        let document = &mut self.document;
        match name {
            "to" => {
                document.addressee = value;
                document.blocks.push(Block::Addressee);
            }
            "annex" => match document.blocks.last_mut() {
                Some(Block::Annexes(names)) => names.push(value),
                _ => document.blocks.push(Block::Annexes(vec![value])),
            },
            "sign" => {
                document.signature = value;
                document.blocks.push(Block::Signature);
            }
            "date" => document.date = value,
            "number" => document.frame.number = value,
            "signer" => document.frame.signer = value,
            "copies" => document.frame.copies = value,
            "printer" => document.frame.printer = value,
            _ => document.frame.printed = value,
        }
    }
}

/// The mark of the records behind the paragraph before.
const COUNTED: &str = "counted:";

/// The marks with a value behind a colon.
const MARKED: [&str; 9] = ["to", "annex", "sign", "date", "number", "signer", "copies", "printer", "printed"];

/// Takes the escapes of values out of a text.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let taken = if character == '\\' { characters.next() } else { Some(character) };
        shown.extend(taken);
    }
    shown
}
