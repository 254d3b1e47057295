use super::*;

#[test]
fn files_are_found_by_their_place_and_put_back_there() {
    let cases = [
        ("records/2026/11/01ABC.toml", "record/01ABC"),
        ("checklists/fever-clinic.toml", "checklist/fever-clinic"),
        ("checklists/发热门诊.toml", "checklist/发热门诊"),
        ("checklists/banks/waste.toml", "bank/waste"),
        ("checklists/.versions/00ff.toml", "version/00ff"),
        ("checklists/topics.toml", "topics"),
        ("facilities.toml", "facilities"),
        ("facilities/东塘镇.toml", "register/东塘镇"),
        ("plans/p1/corrections.toml", "corrections/p1"),
        ("plans/p1/plan.toml", "plan/p1/plan.toml"),
        ("plans/p1/.as-written.toml", "plan/p1/.as-written.toml"),
        ("tasks/2026-fever/t1.toml", "task/2026-fever/t1"),
        ("evidence/00/00ff.jpg", "evidence/00/00ff.jpg"),
        ("reviews/2026/11/01V.toml", "review/2026/11/01V"),
        ("review.toml", "review-rules"),
    ];
    for (path, document) in cases {
        let (kind, found) = at(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(found, document, "{path}");
        assert_eq!(kind.path(document, "2026/11").as_deref(), Some(path), "{document}");
    }
    for path in [
        "ducha.toml",
        "facilities/.a.toml",
        "facilities/a/b.toml",
        ".ducha/keys",
        "conflicts.toml",
        "records/01.toml",
        "checklists/.ducha-1.tmp",
    ] {
        assert!(at(path).is_none(), "{path}");
    }
}

#[test]
fn a_name_that_leads_elsewhere_gives_no_path() {
    let cases = [
        "record/../../x",
        "record/..",
        "record/a/b",
        "checklist/..\\..\\x",
        "checklist/c:evil",
        "checklist/",
        "evidence/00/..",
        "evidence/00/nul.txt",
        "plan/p1",
        "plan/../plan.toml",
        "plan/p1/corrections.toml",
        "checklist/topics",
        "evidence/00/.hidden",
        "facilities/x",
        "evidence/00/a\u{0}b",
        "unknown/x",
        "review/x",
        "review/2026/../x",
    ];
    for document in cases {
        assert_eq!(of(document).and_then(|kind| kind.path(document, "2026/11")), None, "{document}");
    }
    assert_eq!(named("record").expect("a kind").path("record/x", "../.."), None);
}

#[test]
fn a_review_is_written_once_by_the_person_whom_it_names() {
    let kind = named("review").expect("a kind");
    let revision = |by: &str, parents: usize| {
        let known = Revision {
            document: "review/2026/11/01V".to_owned(),
            parents: Vec::new(),
            at: "2026-11-21T16:00:00+08:00".parse().expect("a moment"),
            clear: Vec::new(),
            text: None,
            set: [("by".to_owned(), format!("\"{by}\""))].into(),
        };
        Revision { parents: vec![known.id(); parents], ..known }
    };
    let cases = [("王芳", 0, true), ("王芳 ", 0, true), ("林明", 0, false), ("王芳", 1, false)];
    for (by, parents, expected) in cases {
        assert_eq!(kind.may_say(&revision(by, parents), "王芳"), expected, "{by} {parents}");
    }
    assert!(named("record").expect("a kind").may_say(&revision("林明", 1), "王芳"));
}

#[test]
fn what_two_people_merged_into_a_unit_was_merged() {
    for document in ["facilities", "register/东塘镇"] {
        let kind = of(document).expect("a kind");
        for field in ["former", "former_codes", "former_names"] {
            assert_eq!(kind.rule(&format!("facility/F001/{field}")), Rule::Together, "{document} {field}");
        }
        assert_eq!(kind.rule("facility/F001/name"), Rule::Ask, "{document}");
    }
}
