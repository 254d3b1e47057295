//! What holds for every record and every sequence of changes.

use proptest::{collection::vec, prelude::*};

use super::{
    Answer, Details, Editing, Entry, Header, Record, Sheet, StoredRecord, arbitrary,
    file::{read_as_written, read_toml},
    header_end, read, read_header, write,
};
use crate::checklist::ItemId;

/// What an inspector does; more items are answered than the checklist has.
#[derive(Clone, Debug)]
enum Doing {
    Answer(usize, Option<Answer>),
    Details(Box<Details>),
    Undo,
    Redo,
}

fn doing() -> impl Strategy<Value = Doing> {
    prop_oneof![
        4 => (0..13_usize, proptest::option::of(arbitrary::answer())).prop_map(|(item, answer)| Doing::Answer(item, answer)),
        1 => arbitrary::details().prop_map(|details| Doing::Details(Box::new(details))),
        2 => Just(Doing::Undo),
        1 => Just(Doing::Redo),
    ]
}

fn opened(header: &Header, answers: Vec<(ItemId, Answer)>, journal: Vec<Entry>) -> Editing {
    let day = header.inspection.started.date_naive();
    let sheet = Sheet::new(arbitrary::checklist(), &header.facility, day, answers);
    Editing::open(header.clone(), sheet, journal)
}

fn carry_out(editing: &mut Editing, doing: Doing) -> Option<Entry> {
    let at = "2026-11-21T09:30:00+08:00".parse().expect("a time");
    match doing {
        Doing::Answer(item, answer) => editing.answer(&ItemId(format!("A{item}")), answer, at),
        Doing::Details(details) => editing.set_details(*details, at),
        Doing::Undo => editing.undo(at).ok().map(|(entry, _)| entry),
        Doing::Redo => editing.redo(at).ok().map(|(entry, _)| entry),
    }
}

/// What stays the same when everything is taken back: all but the count of steps.
fn content(record: Record) -> (Details, Vec<(ItemId, Answer)>) {
    let mut answers = record.answers;
    answers.sort_by(|one, other| one.0.cmp(&other.0));
    (record.header.inspection, answers)
}

fn reread(record: &Record) -> Record {
    let text = write(record, Some(&arbitrary::checklist())).expect("a record can be written");
    match read(&text) {
        Ok(StoredRecord::Draft(record)) => record,
        other => panic!("{other:?}\n{text}"),
    }
}

fn draft() -> impl Strategy<Value = Header> {
    arbitrary::header().prop_map(|header| Header { finalised: None, finalised_by: None, journal: 0, ..header })
}

proptest! {
    #[test]
    fn a_record_that_was_written_is_read_as_it_was(record in arbitrary::record()) {
        let text = write(&record, None).expect("a record can be written");
        let stored = read(&text).expect("what was written can be read");
        prop_assert_eq!(stored.record(), &record);
        prop_assert_eq!(matches!(stored, StoredRecord::Finalised(_)), record.header.finalised.is_some());
        let again = write(stored.record(), None).expect("written");
        prop_assert_eq!(&again, &text, "writing again changes nothing");
    }

    #[test]
    fn both_readers_read_the_same(record in arbitrary::record(), lines in vec(any::<[proptest::sample::Index; 2]>(), 0..3)) {
        let text = write(&record, None).expect("a record can be written");
        let mut mixed: Vec<&str> = text.lines().collect();
        for [one, other] in &lines {
            let (one, other) = (one.index(mixed.len()), other.index(mixed.len()));
            mixed.swap(one, other);
        }
        for text in [mixed.join("\n"), text] {
            if let Some(read) = read_as_written(&text) {
                let stored = read_toml(&text);
                prop_assert_eq!(stored.as_ref().ok().map(StoredRecord::record), Some(&read), "{}", text);
            }
        }
    }

    #[test]
    fn the_head_alone_says_what_the_whole_file_says(record in arbitrary::record(), more in any::<proptest::sample::Index>()) {
        let text = write(&record, None).expect("a record can be written");
        let end = header_end(&text);
        let whole = !text[end..].contains("\n[summary]");
        prop_assert!(!whole || read_header(&text).is_ok(), "{}", text);
        // A list reads a beginning of the file: it gives the same head, or says that it has to read all.
        let cut = (end..=text.len()).filter(|&at| text.is_char_boundary(at)).collect::<Vec<_>>();
        if let Ok(header) = read_header(&text[..*more.get(&cut)]) {
            prop_assert_eq!(header, record.header);
        }
    }

    #[test]
    fn a_byte_order_mark_changes_nothing(record in arbitrary::record()) {
        let text = format!("\u{feff}{}", write(&record, None).expect("a record can be written"));
        let stored = read(&text).expect("read");
        prop_assert_eq!(stored.record(), &record);
        prop_assert_eq!(read_header(&text).ok(), read_header(&text[3..]).ok());
    }

    #[test]
    fn whatever_is_in_a_file_reading_it_does_not_panic(text in "(\\PC|[\n\r\"=\\[\\]#])*") {
        let _ = read(&text);
        let _ = read_header(&text);
    }

    #[test]
    fn every_answer_is_kept_whether_the_checklist_knows_its_item_or_not(
        answers in vec(arbitrary::answer(), 0..16), header in draft()
    ) {
        let answers: Vec<_> = (0..).zip(answers).map(|(at, answer)| (ItemId(format!("A{at}")), answer)).collect();
        let record = opened(&header, answers.clone(), Vec::new()).record();
        let kept: std::collections::HashSet<_> = record.answers.iter().map(|(item, _)| item.clone()).collect();
        prop_assert_eq!(kept.len(), answers.len());
        for (item, answer) in &answers {
            let after = record.answers.iter().find(|(known, _)| known == item).map(|(_, answer)| answer).expect("kept");
            prop_assert_eq!((&after.note, &after.finding, &after.by), (&answer.note, &answer.finding, &answer.by));
        }
    }

    #[test]
    fn taking_everything_back_gives_the_beginning(header in draft(), doings in vec(doing(), 0..20)) {
        let mut editing = opened(&header, Vec::new(), Vec::new());
        let before = content(editing.record());
        for doing in doings {
            carry_out(&mut editing, doing);
            prop_assert_eq!(editing.sheet().day(), editing.details().started.date_naive());
        }
        let after = content(editing.record());
        let mut back = 0;
        while carry_out(&mut editing, Doing::Undo).is_some() {
            back += 1;
        }
        prop_assert_eq!(content(editing.record()), before);
        for _ in 0..back {
            carry_out(&mut editing, Doing::Redo);
        }
        // What had been undone before can be made again too, so it is taken back to where it was.
        while content(editing.record()) != after && carry_out(&mut editing, Doing::Undo).is_some() {}
        prop_assert_eq!(content(editing.record()), after);
    }

    #[test]
    fn the_journal_leads_to_the_same_record_from_any_save(
        header in draft(), doings in vec(doing(), 1..20), saved in any::<proptest::sample::Index>()
    ) {
        let mut editing = opened(&header, Vec::new(), Vec::new());
        let saved = saved.index(doings.len());
        let mut file = reread(&editing.record());
        let mut journal = Vec::new();
        for (at, doing) in doings.into_iter().enumerate() {
            journal.extend(carry_out(&mut editing, doing));
            if at == saved {
                file = reread(&editing.record());
            }
        }
        let json = serde_json::to_string(&journal).expect("written");
        let journal: Vec<Entry> = serde_json::from_str(&json).expect("read");
        let mut reopened = opened(&file.header, file.answers, journal);
        prop_assert_eq!(content(reopened.record()), content(editing.record()));
        prop_assert_eq!(reopened.header(), editing.header());
        // Undo goes on where it was, too.
        loop {
            let (one, other) = (carry_out(&mut editing, Doing::Undo), carry_out(&mut reopened, Doing::Undo));
            prop_assert_eq!(&one, &other);
            if one.is_none() {
                break;
            }
        }
        prop_assert_eq!(content(reopened.record()), content(editing.record()));
    }
}
