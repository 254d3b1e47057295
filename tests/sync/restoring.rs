//! What is lost or damaged somewhere, and comes back.

use std::fs;

use super::{Office, RECORD_PATH, evidence_path, record};

const PHOTO: &str = "发热门诊的照片";

/// Looks through something that is damaged, and expects some words.
#[track_caller]
fn damaged_says(office: &Office, who: usize, arguments: &[&str], words: &str) {
    let said = office.run(who, arguments);
    assert!(said.code == 1 && said.out.contains(words), "{words} in {said:?}");
}

#[test]
fn a_photograph_that_was_attached_reaches_everybody() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let photo = office.people[0].write("入口.jpg", PHOTO).to_string_lossy().into_owned();
    let answers = format!(
        "facility = \"F001\"\nchecklist = \"two-items\"\n\n[[answer]]\nitem = \"T1\"\nverdict = \"conforms\"\nevidence = ['{photo}']\n"
    );
    let answers = office.people[0].write("answers.toml", answers).to_string_lossy().into_owned();
    office.run(0, &["fill", "--answers", &answers]).good();
    office.settle();
    assert_eq!(office.agree(&evidence_path(PHOTO)), PHOTO);
}

#[test]
fn damage_stays_where_it_is_and_is_restored() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let photo = evidence_path(PHOTO);
    office.people[0].write(&photo, PHOTO);
    office.settle();
    for damaged in ["", "发热门诊的照月"] {
        office.people[1].write(&photo, damaged);
        office.run(1, &["sync"]).fails(1, &["已损坏，没有发送"]);
        office.sync(0);
        assert_eq!(office.people[0].read(&photo), PHOTO);
        let said = office.run(1, &["verify"]);
        assert!(said.code == 1 && said.out.contains("完好副本在 同步库中"), "{said:?}");
        damaged_says(&office, 1, &["verify", "--restore"], "已将 1 处");
        office.sync(1);
        assert_eq!(office.agree(&photo), PHOTO);
        assert!(office.run(1, &["verify"]).good().contains("损坏 0 处"));
    }
    fs::remove_file(office.people[1].path(&photo)).expect("gone");
    assert!(office.run(1, &["verify"]).out.contains("文件不见了"));
    damaged_says(&office, 1, &["verify", "--restore"], "已将 1 处");
    office.sync(1);
    assert_eq!(office.agree(&photo), PHOTO);
}

#[test]
fn a_finalised_record_that_was_altered_is_not_sent_and_is_restored() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let locked = record().replacen(
        "revision = 1\n",
        "revision = 1\nfinalised = \"2026-11-21T11:00:00+08:00\"\nfinalised_by = \"林明\"\n",
        1,
    );
    office.people[0].write(RECORD_PATH, &locked);
    office.settle();
    for who in [0, 1] {
        office.people[who].write(RECORD_PATH, locked.replace("人民医院", "中心医院"));
        office.run(who, &["sync"]).fails(1, &["在本机被改动，没有发送"]);
        office.sync(1 - who);
        assert_eq!(office.people[1 - who].read(RECORD_PATH), locked);
        let said = office.run(who, &["verify"]);
        assert!(said.code == 1 && said.out.contains("办结后被改动"), "{said:?}");
        office.run(who, &["verify", "--restore"]).fails(1, &[]);
        office.sync(who);
        assert_eq!(office.agree(RECORD_PATH), locked);
    }
}

#[test]
fn a_segment_that_a_hub_has_lost_comes_back_from_whoever_has_it() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    office.answer(0, "T1", "conforms", "林明");
    office.settle();
    let segments: Vec<_> =
        office.objects().into_iter().filter(|path| path.extension().is_some_and(|end| end == "seg")).collect();
    for lost in segments {
        let good = fs::read(&lost).expect("read");
        fs::remove_file(&lost).expect("lost");
        damaged_says(&office, 1, &["verify", "--hub", &office.hub()], "尚未送到");
        damaged_says(&office, 1, &["verify", "--hub", &office.hub(), "--restore"], "已补回同步库 1 项");
        assert_eq!(fs::read(&lost).expect("there again"), good);
        fs::remove_file(&lost).expect("lost");
        let said = office.run(1, &["sync", "--to", &office.hub()]).good();
        assert!(said.contains("已补回"), "{said}");
        assert_eq!(fs::read(&lost).expect("there again"), good);
    }
}

#[test]
fn evidence_that_comes_damaged_is_told_as_such_and_comes_once_it_was_mended() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(&evidence_path(PHOTO), PHOTO);
    office.run(0, &["sync"]).good();
    let kept = |path: &std::path::PathBuf| path.iter().any(|part| part == "ev");
    let object = office.objects().into_iter().find(kept).expect("it is on the hub");
    fs::write(object, "x").expect("damaged");
    office.run(1, &["sync"]).fails(1, &["在同步库中的文件已损坏", "ducha verify --hub"]);
    damaged_says(&office, 0, &["verify", "--hub", &office.hub(), "--restore"], "已补回同步库 1 项");
    office.run(1, &["sync"]).good();
    assert_eq!(office.people[1].read(&evidence_path(PHOTO)), PHOTO);
}

#[test]
fn evidence_that_a_hub_has_lost_or_damaged_is_named_and_comes_back() {
    for options in [&[][..], &["--encrypt"]] {
        let office = Office::with(&["林明", "王芳"], options);
        office.people[0].write(&evidence_path(PHOTO), PHOTO);
        office.settle();
        let kept = |path: &std::path::PathBuf| path.iter().any(|part| part == "ev");
        let object = office.objects().into_iter().find(kept).expect("it is on the hub");
        let hub = office.hub();
        assert!(office.run(1, &["verify", "--hub", &hub]).good().contains("损坏 0 处"));
        for damaged in [None, Some("")] {
            damaged.map_or_else(|| fs::remove_file(&object), |bytes| fs::write(&object, bytes)).expect("damaged");
            damaged_says(&office, 1, &["verify", "--hub", &hub], "ev/");
            damaged_says(&office, 1, &["verify", "--hub", &hub, "--restore"], "已补回同步库 1 项");
            assert!(office.run(1, &["verify", "--hub", &hub]).good().contains("损坏 0 处"));
        }
    }
}
