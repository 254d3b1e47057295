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
        assert!(office.run(1, &["verify"]).good().contains("全部完好"));
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
    office.run(1, &["sync"]).fails(1, &["在同步库中的文件已损坏", "下次同步时自动补回"]);
    damaged_says(&office, 0, &["verify", "--hub", &office.hub(), "--restore"], "已补回同步库 1 项");
    office.run(1, &["sync"]).good();
    assert_eq!(office.people[1].read(&evidence_path(PHOTO)), PHOTO);
}

#[test]
fn whoever_cannot_take_evidence_asks_for_it_and_an_ordinary_sync_of_whoever_has_it_puts_it_back() {
    for options in [&[][..], &["--encrypt"]] {
        let office = Office::with(&["林明", "王芳"], options);
        office.people[0].write(&evidence_path(PHOTO), PHOTO);
        office.run(0, &["sync"]).good();
        let kept = |path: &std::path::PathBuf| path.iter().any(|part| part == "ev");
        let object = office.objects().into_iter().find(kept).expect("it is on the hub");
        for damaged in [None, Some("x")] {
            damaged.map_or_else(|| fs::remove_file(&object), |bytes| fs::write(&object, bytes)).expect("damaged");
            if office.people[1].path(&evidence_path(PHOTO)).exists() {
                fs::remove_file(office.people[1].path(&evidence_path(PHOTO))).expect("gone");
                damaged_says(&office, 1, &["verify", "--restore"], "已将 1 处");
            }
            // Whoever has it has nothing to say, and nobody has asked yet.
            assert_eq!(office.sync(0)["given"], 0);
            office.run(1, &["sync"]).fails(1, &["下次同步时自动补回"]);
            damaged_says(&office, 1, &["verify"], "尚未取到");
            damaged_says(&office, 1, &["verify", "--hub", &office.hub()], "ev/");
            let said = office.run(0, &["sync"]).good();
            assert!(said.contains("同事取不到的 1 份文件已补回"), "{said}");
            office.sync(1);
            assert_eq!(office.agree(&evidence_path(PHOTO)), PHOTO);
            assert!(office.run(1, &["verify"]).good().contains("全部完好"));
            assert_eq!(office.sync(0)["given"], 0, "nobody asks any more");
        }
    }
}

#[test]
fn what_is_damaged_in_the_mirror_comes_from_the_hub_again() {
    let office = Office::with(&["林明", "王芳", "赵刚"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    office.answer(0, "T1", "conforms", "林明");
    office.settle();
    let mirror = office.people[1].path("ws/.ducha/sync/mirror");
    let good = |name: &str| {
        let of = |path: &std::path::PathBuf| path.strip_prefix(&mirror).expect("inside").starts_with(name);
        let found = crate::support::tester::files_below(&mirror).into_iter().filter(of).collect::<Vec<_>>();
        found.into_iter().map(|path| (fs::read(&path).expect("read"), path)).collect::<Vec<_>>()
    };
    for (name, damage) in [("hub.toml", Some("x")), ("hub.toml", None), ("roster", Some("x")), ("roster", None)] {
        let before = good(name);
        for (_, path) in &before {
            damage.map_or_else(|| fs::remove_file(path), |bytes| fs::write(path, bytes)).expect("damaged");
        }
        damaged_says(&office, 1, &["verify"], "损坏：.ducha/sync/mirror");
        office.sync(1);
        for (bytes, path) in before {
            assert_eq!(fs::read(&path).expect("there again"), bytes, "{}", path.display());
        }
        assert!(office.run(1, &["verify"]).good().contains("全部完好"));
    }
    for restore in [true, false] {
        let before = good("dev");
        for (_, path) in &before {
            fs::write(path, "x").expect("damaged");
        }
        damaged_says(&office, 1, &["verify"], "完好副本在 同步库中");
        if restore {
            damaged_says(&office, 1, &["verify", "--restore"], "已从同步库取回");
            assert!(office.run(1, &["verify"]).good().contains("全部完好"));
        } else {
            // Whatever is put together of them makes them come again.
            office.answer(0, "T2", "conforms", "林明");
            office.sync(0);
            office.answer(1, "T3", "conforms", "王芳");
            office.settle();
            let merged = office.agree(RECORD_PATH);
            assert!(["T1", "T2", "T3"].iter().all(|item| merged.contains(item)), "{merged}");
            assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定的内容"));
        }
    }
    // Without the hub nothing tells what it was.
    fs::write(mirror.join("hub.toml"), "x").expect("damaged");
    fs::rename(office.hub(), format!("{}-elsewhere", office.hub())).expect("unplugged");
    office.run(1, &["sync"]).fails(1, &["没有这个文件夹"]);
    fs::rename(format!("{}-elsewhere", office.hub()), office.hub()).expect("plugged in");
    office.sync(1);
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
        assert!(office.run(1, &["verify", "--hub", &hub]).good().contains("全部完好"));
        for damaged in [None, Some("")] {
            damaged.map_or_else(|| fs::remove_file(&object), |bytes| fs::write(&object, bytes)).expect("damaged");
            damaged_says(&office, 1, &["verify", "--hub", &hub], "ev/");
            damaged_says(&office, 1, &["verify", "--hub", &hub, "--restore"], "已补回同步库 1 项");
            assert!(office.run(1, &["verify", "--hub", &hub]).good().contains("全部完好"));
        }
    }
}
