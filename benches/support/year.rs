//! Years of work of a bureau: records with three findings each, and the ledger files with what became of them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ducha::{
    checklist::{Checklist, Digest, ItemId},
    facility::FacilityId,
    inspection::{self, Finding, Response, StoredRecord, Verdict},
    ledger::{Action, Event, register, write_ledger},
    store::Workspace,
};

use super::made;

/// How many units the records are spread over.
const UNITS: usize = 2_000;

/// How many districts the units lie in.
const DISTRICTS: usize = 12;

/// Writes records with three findings each, and the ledger files with what became of them: one of each is made, the others
/// are its text with other numbers in it.
pub fn put_records(workspace: &Workspace, count: usize) {
    let checklist = made::checklist("made", 16, 40);
    made::put_checklist(workspace, &checklist);
    let kept = workspace.checklist(&checklist.id).expect("the checklist is good");
    let mut record = made::record(1, made::now(), &checklist, &kept.digest);
    record.header.facility.id = FacilityId("UNIT".to_owned());
    record.header.facility.name = "NAME".into();
    record.header.facility.district = "DISTRICT".into();
    record.header.id = inspection::RecordId("RECORD".into());
    for (item, answer) in &mut record.answers {
        if ["I00003", "I00004", "I00005"].map(|id| ItemId(id.to_owned())).contains(item) {
            answer.response = Some(Response::Verdict(Verdict::Fails));
            let description = format!("登记缺 {item} 等三例，未见当日交接签名");
            let due = "2026-10-01".parse().ok();
            answer.finding = Some(Finding { description, due, ..Finding::default() });
        }
    }
    let record = made::summed_up(record, &checklist);
    let text = inspection::write(&record, Some(&checklist)).expect("a record can be written");
    let of_all = Digest::of(text.as_bytes());
    let ledgers = ledgers(&text, checklist);
    for number in 0..count {
        let day = made::now() - chrono::Days::new(u64::try_from(number * 900 / count).expect("a small number"));
        let id = format!("01KA{number:022}");
        let unit = number % UNITS;
        let with_numbers = |text: &str| {
            text.replace("RECORD", &id)
                .replace("UNIT", &format!("U{unit:05}"))
                .replace("NAME", &made::unit_name(unit))
                .replace("DISTRICT", &format!("第{}区", unit % DISTRICTS))
                .replace("2026-11-02", &day.format("%Y-%m-%d").to_string())
        };
        let record = with_numbers(&text);
        let ledger =
            with_numbers(&ledgers[number % ledgers.len()].replace(of_all.0.as_str(), &Digest::of(record.as_bytes()).0));
        for (sort, text) in [("records", record), ("findings", ledger)] {
            let folder = workspace.root().join(sort).join(day.format("%Y/%m").to_string());
            fs::create_dir_all(&folder).expect("the workspace can be written to");
            fs::write(folder.join(format!("{id}.toml")), text).expect("the workspace can be written to");
        }
    }
}

/// Makes the ledgers of a record: as it was found, reported as put right, and closed.
fn ledgers(text: &str, checklist: Checklist) -> [String; 3] {
    let Ok(StoredRecord::Finalised(finalised)) = inspection::read(text) else { panic!("it was finalised") };
    let checklist = Arc::new(checklist);
    let ways: [&[Action]; 3] = [&[], &[Action::Submitted], &[Action::Submitted, Action::Passed]];
    ways.map(|way| {
        let mut ledger = register(&finalised, Some(&Digest::of(text.as_bytes())), &checklist, &[]);
        for finding in &mut ledger.finding {
            let event = |action: &Action| Event {
                reason: "已补登记，交接双方已签名".to_owned(),
                ..Event::new(made::now(), "区县联络员", *action)
            };
            finding.event.extend(way.iter().map(event));
        }
        write_ledger(&ledger).expect("a ledger can be written")
    })
}

/// Lists the files of a sort, `records` or `findings`.
pub fn files_of(root: &Path, sort: &str) -> Vec<PathBuf> {
    let inside = |folder: &PathBuf| fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let years: Vec<_> = inside(&root.join(sort)).collect();
    let months: Vec<_> = years.iter().flat_map(inside).collect();
    months.iter().flat_map(inside).collect()
}
