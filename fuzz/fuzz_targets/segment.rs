//! What a member says on a hub: the revisions of a segment, and what the documents come to.

#![no_main]

use std::collections::BTreeMap;

use ducha::sync::{
    fields::unflatten,
    kind,
    merge::{History, Known, learn, view},
    segment,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut histories: BTreeMap<String, History> = BTreeMap::new();
    for revision in segment::read(text).unwrap_or_default() {
        let (id, document) = (revision.id(), revision.document.clone());
        let known = Known { revision: revision.into(), person: "林明".to_owned(), counts: true };
        learn(histories.entry(document).or_default(), id, known);
    }
    for (document, history) in &histories {
        let Some(kind) = kind::of(document) else { continue };
        let _ = kind.path(document, "2026/11");
        let _ = unflatten(&view(kind, history).fields, kind.shape);
    }
});
