use super::*;
use crate::sync::merge::Conflict;

fn at(minute: u32) -> DateTime<FixedOffset> {
    format!("2026-11-21T10:{minute:02}:00+08:00").parse().expect("a moment")
}

fn said(document: &str, parents: &[&Revision], minute: u32, set: &[(&str, &str)]) -> Revision {
    let set = set.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let parents = parents.iter().map(|parent| parent.id()).collect();
    Revision { document: document.to_owned(), parents, at: at(minute), clear: Vec::new(), text: None, set }
}

fn history(revisions: &[&Revision]) -> History {
    let known =
        |revision: &Revision| Known { revision: Arc::new(revision.clone()), person: "某人".to_owned(), counts: true };
    revisions.iter().map(|revision| (revision.id(), known(revision))).collect()
}

/// Everything that was said, by documents.
fn all(revisions: &[Revision]) -> BTreeMap<String, History> {
    let mut all: BTreeMap<String, History> = BTreeMap::new();
    for revision in revisions {
        all.entry(revision.document.clone()).or_default().extend(history(&[revision]));
    }
    all
}

/// What a draft comes to with those that were joined into it.
fn came_to(revisions: &[Revision], document: &str) -> View {
    let all = all(revisions);
    let mut wanted = BTreeMap::from([(document.to_owned(), all[document].clone())]);
    with_joined(&mut wanted, |more| {
        more.iter().filter_map(|document| Some((document.clone(), all.get(document)?.clone()))).collect()
    });
    view(record_kind(document).expect("a record"), &wanted[document])
}

fn join_of(into: &str, from: &str) -> Join {
    Join { into: RecordId(into.into()), from: RecordId(from.into()) }
}

fn disputed(view: &View) -> Vec<&str> {
    view.conflicts.iter().map(|Conflict { field, .. }| field.as_str()).collect()
}

/// Two drafts of one inspection: one item was answered differently in them, one only in the second.
fn two() -> Vec<Revision> {
    vec![
        said("record/A", &[], 1, &[("id", "\"A\""), ("journal", "3"), ("answer/T1/response", "1")]),
        said(
            "record/B",
            &[],
            2,
            &[("id", "\"B\""), ("journal", "9"), ("answer/T1/response", "2"), ("answer/T2/response", "1")],
        ),
    ]
}

#[test]
fn answers_come_together_and_what_differs_is_in_dispute() {
    let mut revisions = two();
    revisions.extend(steps(&[join_of("A", "B")], &all(&two()), at(5)));
    let view = came_to(&revisions, "record/A");
    assert_eq!(disputed(&view), ["answer/T1/response"]);
    assert_eq!(view.conflicts[0].candidates.len(), 2);
    let field = |field: &str| view.fields.get(field).map(String::as_str);
    assert_eq!(field("answer/T2/response"), Some("1"));
    assert_eq!((field("id"), field("journal"), field("joined")), (Some("\"A\""), Some("3"), Some("[\"B\"]")));
    let closed = came_to(&revisions, "record/B");
    assert_eq!(goes_on_in("record/B", &closed).as_deref(), Some("record/A"));
    assert_eq!(closed.fields.get("answer/T1/response").map(String::as_str), Some("2"), "it stays as it was");
}

#[test]
fn two_devices_that_join_the_same_drafts_have_said_the_same() {
    let (one, other) =
        (steps(&[join_of("A", "B")], &all(&two()), at(5)), steps(&[join_of("A", "B")], &all(&two()), at(7)));
    assert_ne!(one, other);
    let single = [two(), one.clone()].concat();
    let both = [two(), one, other].concat();
    for document in ["record/A", "record/B"] {
        let (single, both) = (came_to(&single, document), came_to(&both, document));
        assert_eq!((&single.fields, &single.conflicts), (&both.fields, &both.conflicts), "{document}");
    }
    assert!(steps(&[join_of("A", "B")], &all(&both), at(9)).is_empty(), "it is said already");
}

#[test]
fn what_is_said_of_the_closed_draft_later_replaces_what_it_said_before() {
    let mut revisions = two();
    revisions.extend(steps(&[join_of("A", "B")], &all(&two()), at(5)));
    let later = said("record/B", &[&revisions[1]], 8, &[("answer/T1/response", "1"), ("answer/T2/response", "2")]);
    revisions.push(later);
    let view = came_to(&revisions, "record/A");
    assert!(view.conflicts.is_empty(), "{:?}", view.conflicts);
    assert_eq!(view.fields.get("answer/T2/response").map(String::as_str), Some("2"));
}

#[test]
fn a_draft_brings_those_that_were_joined_into_it_before() {
    let mut revisions = two();
    revisions.push(said("record/C", &[], 3, &[("answer/T3/response", "1")]));
    // One joins the second and the third, another one the first and the second, before either knows of the other.
    let known = all(&revisions);
    revisions.extend(steps(&[join_of("B", "C")], &known, at(5)));
    revisions.extend(steps(&[join_of("A", "B")], &known, at(6)));
    let view = came_to(&revisions, "record/A");
    assert!(view.fields.contains_key("answer/T3/response"), "{:?}", view.fields);
}

#[test]
fn drafts_that_name_each_other_come_to_an_end() {
    let mut revisions = two();
    revisions.push(said("record/A", &[&revisions[0]], 3, &[("joined", "[\"B\", \"A\", \"gone\"]")]));
    revisions.push(said("record/B", &[&revisions[1]], 4, &[("joined", "[\"A\"]")]));
    for document in ["record/A", "record/B"] {
        assert!(came_to(&revisions, document).fields.contains_key("answer/T2/response"), "{document}");
    }
}

#[test]
fn what_was_finalised_in_the_meantime_stays_two() {
    let mut revisions = two();
    revisions.push(said("record/B", &[&revisions[1]], 3, &[("final", "{ finalised_by = \"王芳\" }")]));
    assert!(steps(&[join_of("A", "B")], &all(&revisions), at(5)).is_empty());
}
