//! A hub on a network, by a server that counts and fails as it is told to.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ducha::{
    error::{Error, Kind},
    i18n::Lang,
    sync::{
        hub::Hub,
        place::Place,
        remote::{Patience, Store},
    },
};

use super::{Office, RECORD_PATH, evidence_path, record};
use crate::support::dav::{Dav, Fault};

/// Opens a store whose server is given little time.
fn store(address: &str) -> Store {
    store_with(address, Duration::from_millis(300))
}

/// Opens a store whose server may be silent for so long.
fn store_with(address: &str, silence: Duration) -> Store {
    let Ok(Place::Remote(remote)) = Place::parse(address.as_ref()) else { panic!("{address}") };
    let patience = Patience { silence, pauses: vec![Duration::from_millis(1); 2] };
    Store::open(&remote, None, patience).expect("opened")
}

#[test]
fn an_object_goes_another_way_until_it_is_whole_and_is_read_back() {
    let server = Dav::start();
    let store = store(&server.hub());
    store.put("dev/a/1.seg", b"one").expect("put");
    let moves = |line: &String| !line.starts_with("PROPFIND") && !line.starts_with("MKCOL");
    let asked: Vec<String> = server.asked().into_iter().filter(moves).collect();
    let [put, moved, got] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(put.starts_with("PUT /hub/tmp/") && moved == &put.replace("PUT", "MOVE"), "{asked:?}");
    assert_eq!(got, "GET /hub/dev/a/1.seg");
    store.put("dev/a/1.seg", b"another").expect("replaced");
    assert_eq!(
        server.asked().len(),
        5,
        "folders that are there are not looked for again, but by the library before a move"
    );
    assert_eq!(store.get("dev/a/1.seg", 100).expect("read").as_deref(), Some(&b"another"[..]));
    assert_eq!(store.get("dev/a/2.seg", 100).expect("read"), None);
    assert_eq!(store.get("dev/a/1.seg", 3).expect_err("larger than allowed").message().key(), "storage.too-large");
    assert_eq!(store.list("dev/a").expect("listed"), ["1.seg"]);
    assert!(store.list("nowhere").expect("listed").is_empty());
    assert_eq!(server.objects(), ["/hub/dev/a/1.seg"], "nothing stays under way");
    let names: Vec<String> = (0..20).map(|number| format!("dev/a/{}.seg", number % 3)).collect();
    let found: Vec<_> = store.get_all(&names, 100).into_iter().map(|found| found.expect("read").is_some()).collect();
    assert_eq!(found, (0..20).map(|number| number % 3 == 1).collect::<Vec<_>>(), "in the order of the names");
    let objects: Vec<(String, Vec<u8>)> = (0..20).map(|number| (format!("ev/{number}"), vec![7; number])).collect();
    store.put_all(&objects).expect("put");
    assert_eq!(store.list("ev").expect("listed").len(), 20);
}

#[test]
fn two_people_who_put_one_object_do_not_meet_on_the_way() {
    let server = Dav::start();
    let under_way = || {
        let store = store(&server.hub());
        store.put("ev/aa/x", b"photograph").expect("put");
        store.put("ev/aa/x", b"photograph").expect("put");
        let puts = server.asked().into_iter().filter(|line| line.starts_with("PUT /hub/tmp/"));
        puts.collect::<Vec<_>>()
    };
    let (one, other) = (under_way(), under_way());
    assert_eq!((one.len(), &one[0]), (2, &one[1]), "what broke off is put in the same place again");
    assert_ne!(one[0], other[0]);
}

#[test]
fn what_a_killed_program_left_under_way_is_taken_away_and_what_is_under_way_is_not() {
    let server = Dav::start();
    store(&server.hub()).put("ev/aa/x", b"photograph").expect("put");
    server.has_had("/hub/tmp/0123456789abcdef", b"photo");
    server.has_had("/hub/tmp/.somebody-elses", b"kept");
    server.put("/hub/tmp/fedcba9876543210", b"photogr");
    store(&server.hub()).put("ev/aa/y", b"photograph").expect("put");
    assert_eq!(
        server.objects(),
        ["/hub/ev/aa/x", "/hub/ev/aa/y", "/hub/tmp/.somebody-elses", "/hub/tmp/fedcba9876543210"]
    );
    server.has_had("/hub/tmp/0123456789abcdef", b"photo");
    server.fails("DELETE /hub/tmp", 100, Fault::Answer(403, "", ""));
    store(&server.hub()).put("ev/aa/z", b"photograph").expect("a server that allows no more is no reason not to send");
    assert!(server.objects().contains(&"/hub/tmp/0123456789abcdef".to_owned()));
}

#[test]
fn a_sign_changes_with_the_object() {
    let server = Dav::start();
    let store = store(&server.hub());
    store.put("heads/a.toml", b"one").expect("put");
    let before = store.signs("heads").expect("listed");
    assert_eq!(store.signs("heads").expect("listed"), before);
    store.put("heads/a.toml", b"two").expect("put");
    assert_ne!(store.signs("heads").expect("listed"), before);
}

/// What a server does, the message that comes of it, and whether it is tried again.
const TROUBLES: [(Fault, &str, bool); 28] = [
    (Fault::Answer(400, "", ""), "remote.refused", false),
    (Fault::Answer(401, "", ""), "remote.login", false),
    (Fault::Answer(403, "", ""), "remote.forbidden", false),
    (Fault::Answer(403, "", "<Error><Code>RequestTimeTooSkewed</Code></Error>"), "remote.clock", false),
    (Fault::Answer(403, "", "<Error><Code>QuotaExceeded</Code></Error>"), "remote.full", false),
    (Fault::Answer(405, "", ""), "remote.no-store", false),
    (Fault::Answer(408, "", ""), "remote.silent", true),
    (Fault::Answer(409, "", ""), "remote.conflict", false),
    (Fault::Answer(412, "", ""), "remote.condition", false),
    (Fault::Answer(413, "", ""), "remote.too-large", false),
    (Fault::Answer(423, "", ""), "remote.locked", true),
    (Fault::Answer(429, "Retry-After: 0\r\n", ""), "remote.too-often", true),
    (Fault::Answer(500, "", ""), "remote.server", true),
    (Fault::Answer(501, "", ""), "remote.no-store", false),
    (Fault::Answer(502, "", ""), "remote.server", true),
    (Fault::Answer(503, "", ""), "remote.busy", true),
    (Fault::Answer(507, "", ""), "remote.full", false),
    (Fault::Answer(511, "", ""), "remote.portal", false),
    (Fault::Answer(200, "Content-Type: text/html; charset=utf-8\r\n", "<html>login</html>"), "remote.portal", false),
    (Fault::Answer(200, "", "\n<!DOCTYPE HTML><html>login</html>"), "remote.portal", false),
    (Fault::Answer(204, "", ""), "remote.strange", false),
    (Fault::Answer(301, "", "<Error><Code>PermanentRedirect</Code></Error>"), "remote.moved", false),
    (Fault::Answer(307, "Location: /hub/hub.toml\r\n", ""), "remote.redirected", false),
    (Fault::Hangup, "remote.broke-off", true),
    (Fault::Silence, "remote.silent", true),
    (Fault::TooShort, "remote.broke-off", true),
    (Fault::Noise, "remote.broke-off", true),
    (Fault::Answer(302, "Location: /portal\r\n", ""), "remote.portal", false),
];

#[test]
fn whatever_goes_wrong_is_said_in_its_own_words_and_tried_again_where_that_helps() {
    for (fault, expected, again) in TROUBLES {
        let server = Dav::start();
        let store = store(&server.hub());
        server.fails("GET /portal", 9, Fault::Answer(200, "Content-Type: text/html\r\n", "<html>login</html>"));
        server.fails("GET", 99, fault);
        let error = store.get("hub.toml", 100).expect_err("it fails");
        assert_eq!(error.message().key(), expected, "{fault:?}: {error}");
        assert!(error.next_step().is_some() && error.path().is_some(), "{fault:?}");
        let said = error.summary(Lang::Zh);
        assert!(
            !said.contains("context") && said.chars().count() < 60,
            "nothing that is meant for programmers: {said}"
        );
        let tries = server.asked().iter().filter(|line| line.ends_with("hub.toml")).count();
        // `sync --watch` waits for what passes by itself, and ends where somebody has to do something here.
        let for_a_person = ["login", "forbidden", "clock", "no-store", "moved", "redirected"];
        let for_a_person = for_a_person.contains(&expected.trim_start_matches("remote."));
        assert_eq!(error.kind() == Kind::Usage, for_a_person, "{fault:?}");
        // A connection that was closed is opened once more by the library itself.
        let once = tries == 1 || expected == "remote.redirected";
        assert!(if again { tries >= 3 } else { once }, "{fault:?} was tried {tries} times");
    }
}

#[test]
fn whoever_stops_need_not_wait_for_a_silent_server() {
    let server = Dav::start();
    let Ok(Place::Remote(remote)) = Place::parse(server.hub().as_ref()) else { panic!("{}", server.hub()) };
    // Longer than any test goes on.
    let patience = Patience { silence: Duration::from_secs(3600), pauses: Vec::new() };
    server.fails("", 1000, Fault::Silence);
    let asks: [fn(&Store) -> Option<Error>; 5] = [
        |store| store.get("hub.toml", 100).err(),
        |store| store.put("hub.toml", b"x").err(),
        |store| store.list("heads").err(),
        |store| store.get_all(&["a".to_owned(), "b".to_owned()], 100).pop().and_then(Result::err),
        |store| store.put_all(&[("a".to_owned(), vec![1])]).err(),
    ];
    for ask in asks {
        let store = Store::open(&remote, None, patience.clone()).expect("opened");
        let stopping = Arc::new(AtomicBool::new(false));
        store.heed(&stopping);
        server.asked();
        let stop = std::thread::spawn({
            let asked = server.asked_so_far();
            move || {
                while asked() == 0 {
                    std::thread::yield_now();
                }
                stopping.store(true, Ordering::Relaxed);
            }
        });
        assert_eq!(ask(&store).expect("stopped").message().key(), "sync.stopped");
        stop.join().expect("it was asked");
    }
}

#[test]
fn a_server_says_how_wrong_the_clock_is() {
    let server = Dav::start();
    let store = store(&server.hub());
    store.get("hub.toml", 100).expect("asked");
    assert_eq!(store.own_clock_ahead(), None, "this server does not say what time it is");
    server.fails("GET", 1, Fault::Answer(200, "Date: Mon, 01 Jan 2001 00:00:00 GMT\r\n", "x"));
    store.get("hub.toml", 100).expect("asked");
    assert!(store.own_clock_ahead().is_some_and(|ahead| ahead.num_days() > 365 * 20));
}

#[test]
fn what_passes_costs_nothing() {
    for (fault, _, _) in TROUBLES.into_iter().filter(|(_, _, again)| *again) {
        for request in ["GET /hub/heads/", "PUT /hub/tmp/", "MOVE", "PROPFIND /hub/heads/"] {
            if matches!(fault, Fault::TooShort) && request != "GET /hub/heads/" {
                // Only what is fetched has a length that could be a lie.
                continue;
            }
            let server = Dav::start();
            // Long enough for a machine with more to do: a stall would count as one more fault.
            let store = store_with(&server.hub(), Duration::from_millis(1500));
            server.fails(request, 1, fault);
            store.put("heads/a.toml", b"one").unwrap_or_else(|error| panic!("{fault:?} at {request}: {error}"));
            assert_eq!(store.list("heads").expect("listed"), ["a.toml"]);
            assert_eq!(server.object("/hub/heads/a.toml"), b"one");
        }
    }
}

#[test]
fn half_an_upload_and_another_content_read_back_are_put_again() {
    let server = Dav::start();
    let store = store(&server.hub());
    for fault in [Fault::Half, Fault::TooLong] {
        let request = if matches!(fault, Fault::Half) { "PUT" } else { "GET" };
        server.fails(request, 1, fault);
        store.put("heads/a.toml", b"twelve bytes").unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(server.object("/hub/heads/a.toml"), b"twelve bytes", "{fault:?}");
    }
    server.fails("GET", 9, Fault::Answer(200, "", "something else"));
    let error = store.put("heads/a.toml", b"twelve bytes").expect_err("read back");
    assert_eq!(error.message().key(), "storage.read-back");
}

#[test]
fn a_folder_that_somebody_took_away_is_made_again() {
    let server = Dav::start();
    let store = store(&server.hub());
    store.put("heads/a.toml", b"one").expect("put");
    server.fails("PUT", 1, Fault::Answer(409, "", ""));
    store.put("heads/a.toml", b"two").expect("put");
    server.fails("PUT", 9, Fault::Answer(409, "", ""));
    assert_eq!(store.put("heads/a.toml", b"two").expect_err("no folder").message().key(), "remote.no-folder");
}

#[test]
fn an_address_where_no_files_can_be_kept_is_named_as_such() {
    let cases = [
        // A server for pages only, one that was moved, and one that knows nothing of folders.
        ("PROPFIND", Fault::Answer(405, "Content-Type: text/html\r\n", "<html>"), "remote.no-store", "HTTP 405"),
        ("PUT", Fault::Answer(405, "", ""), "remote.no-store", "HTTP 405"),
        ("PUT", Fault::Answer(301, "Location: https://nas.example.cn/dav/\r\n", ""), "remote.moved", "nas.example.cn"),
        ("PROPFIND", Fault::Answer(302, "Location: /login\r\n", ""), "remote.moved", "/login"),
        ("MKCOL", Fault::Answer(200, "", "<html>login</html>"), "remote.portal", "网页"),
        ("PUT", Fault::Answer(404, "", ""), "remote.no-folder", "HTTP 404"),
        ("PROPFIND", Fault::Answer(207, "", "<a><b>"), "remote.strange", "看不懂"),
    ];
    for (request, fault, expected, said) in cases {
        let server = Dav::start();
        let store = store(&server.hub());
        server.fails(request, 99, fault);
        let listed = store.list("heads").and_then(|_| store.put("heads/a.toml", b"one"));
        let error = listed.expect_err("it fails");
        let summary = error.summary(Lang::Zh);
        assert_eq!(error.message().key(), expected, "{request} {fault:?}: {summary}");
        assert!(summary.contains(said) && !summary.contains("context"), "{request} {fault:?}: {summary}");
        assert!(server.objects().iter().all(|name| name.starts_with("/hub/tmp/")), "{:?}", server.objects());
    }
}

#[test]
fn nobody_there_and_no_certificate_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let error = store(&format!("webdav+http://{closed}/hub")).get("hub.toml", 100).expect_err("nobody");
    assert_eq!(error.message().key(), "remote.no-way", "{error}");
    let plain = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = plain.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut connection in plain.incoming().flatten() {
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            let _ = connection.read(&mut [0; 4096]);
        }
    });
    let error = store(&format!("webdav+https://{address}/hub")).get("hub.toml", 100).expect_err("no TLS");
    assert_eq!(error.message().key(), "remote.not-encrypted", "{error}");
}

#[test]
fn refusals_of_a_bucket_are_sorted_as_well() {
    let cases = [
        (Fault::Answer(404, "", "<Error><Code>NoSuchBucket</Code></Error>"), "remote.no-bucket"),
        (Fault::Answer(403, "", "<Error><Code>SignatureDoesNotMatch</Code></Error>"), "remote.forbidden"),
        (Fault::Answer(503, "", "<Error><Code>SlowDown</Code></Error>"), "remote.busy"),
    ];
    for (fault, expected) in cases {
        let server = Dav::start();
        server.fails("GET", 9, fault);
        let error = store(&format!("s3+http://{}/bucket/hub", server.host())).list("heads").expect_err("it fails");
        assert_eq!(error.message().key(), expected, "{fault:?}: {error}");
    }
}

#[test]
fn two_people_sync_through_a_server_and_a_sync_with_nothing_new_asks_little() {
    let server = Dav::start();
    let office = Office::at(&server.hub(), None, &["林明", "王芳"], &["--encrypt"]);
    office.people[0].write(RECORD_PATH, record());
    office.people[0].write(&evidence_path("发热门诊的照片"), "发热门诊的照片");
    office.settle();
    office.agree(RECORD_PATH);
    office.agree(&evidence_path("发热门诊的照片"));
    server.asked();
    office.sync(0);
    let asked = server.asked();
    assert!(asked.len() <= 5, "{asked:?}");
    office.sync(0);
    let asked = server.asked();
    assert_eq!(asked, ["GET /hub/hub.toml", "PROPFIND /hub/roster/", "PROPFIND /hub/heads/"]);
    office.answer(1, "T1", "conforms", "王芳");
    office.sync(1);
    server.asked();
    office.sync(0);
    let asked = server.asked();
    assert_eq!(asked.len(), 5, "and of a device with news one head and one segment: {asked:?}");
    assert!(office.people[0].read(RECORD_PATH).contains("T1"));
    let said = office.run(0, &["hub", "status"]).good();
    assert!(said.contains(&server.hub()) && said.contains("可以连接"), "{said}");
    assert!(office.run(0, &["verify", "--hub", &server.hub()]).good().contains("全部完好"));
}

#[test]
fn an_empty_server_is_no_order_to_delete_and_a_hub_of_a_newer_version_is_said() {
    let server = Dav::start();
    let office = Office::at(&server.hub(), None, &["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    let marker = server.object("/hub/hub.toml");
    let newer = String::from_utf8(marker).expect("text").replace("format = 1", "format = 2");
    server.put("/hub/hub.toml", newer.as_bytes());
    office.run(0, &["sync"]).fails(1, &["更新版本的 ducha", "升级"]);
    server.lose();
    office.run(0, &["sync"]).fails(1, &["没有同步库", "请核对地址"]);
    assert!(server.objects().is_empty());
    office.agree(RECORD_PATH);
}

#[test]
fn an_interruption_at_any_request_loses_nothing() {
    let server = Dav::start();
    let office = Office::at(&server.hub(), None, &["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    for (number, request) in
        ["GET /hub/hub.toml", "PROPFIND /hub/heads", "PUT /hub/tmp", "MOVE", "GET /hub/heads"].iter().enumerate()
    {
        let item = format!("T{}", 10 + number);
        office.answer(0, &item, "conforms", "林明");
        server.fails(request, 1, Fault::Answer(403, "", ""));
        office.run(0, &["sync"]).fails(2, &["不允许"]);
        office.settle();
        assert!(office.agree(RECORD_PATH).contains(&item), "{request}");
    }
}

#[test]
fn a_password_is_asked_for_by_nobody_kept_sealed_and_used() {
    let server = Dav::start();
    // wang:geheim
    server.wants("d2FuZzpnZWhlaW0=");
    let address = server.hub().replace("http://", "http://wang@");
    let office = Office::at(&address, Some(("wang", "geheim")), &["林明", "王芳"], &[]);
    let run = |office: &Office, secret: Option<&str>, arguments: &[&str]| {
        let environment = &office.people[0];
        let mut program = environment.program();
        program.args(["--workspace", "ws"]).args(arguments);
        program.env("DUCHA_PASSPHRASE", "correct horse").env("DUCHA_KEYRING", "off");
        if let Some(secret) = secret {
            program.env("DUCHA_HUB_SECRET", secret);
        }
        environment.finish(&mut program)
    };
    run(&office, None, &["sync"]).fails(2, &["没有密码", "DUCHA_HUB_SECRET"]);
    run(&office, Some("falsch"), &["sync"]).fails(2, &["不认用户名或密码", "hub login"]);
    assert!(run(&office, Some("geheim"), &["hub", "login", &address]).good().contains("口令加密"));
    run(&office, None, &["sync"]).good();
    for file in crate::support::tester::files_below(&office.people[0].path("ws")) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).expect("read")).into_owned();
        assert!(!text.contains("geheim"), "{}", file.display());
    }
    run(&office, None, &["hub", "init", "webdav+http://wang:geheim@host/x"]).fails(2, &["不能写密码", "wang:***@host"]);
    run(&office, None, &["hub", "login", "ftp://host/x"]).fails(2, &["看不懂", "webdav+https://"]);
}

#[test]
fn a_relay_carries_what_is_good_on_and_the_rest_not() {
    let (district, province) = (Dav::start(), Dav::start());
    let office = Office::at(&district.hub(), None, &["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.people[0].write(&evidence_path("照片"), "照片");
    office.settle();
    let carrier = Office::with(&["省级"], &[]);
    let (from, to) = (district.hub(), province.hub());
    let relay = || carrier.run(0, &["sync", "--relay", &from, &to]);
    assert!(relay().good().contains("文件"), "it says what went on");
    let carried = |name: &&String| !name.starts_with("/hub/invites") && !name.starts_with("/hub/joins");
    for name in district.objects().iter().filter(carried) {
        assert_eq!(province.object(name), district.object(name), "{name}");
    }
    let said = relay().good();
    assert!(said.contains("转送 0 批、文件 0 个"), "{said}");
    office.answer(1, "T1", "conforms", "王芳");
    office.settle();
    let bad = district.objects().into_iter().find(|name| name.contains("/ev/")).expect("a file");
    let before = province.object(&bad);
    district.put(&bad.replace(&bad[bad.len() - 1..], "z"), b"no digest");
    assert!(relay().good().contains("转送 1 批"), "one segment was new");
    assert_eq!(province.object(&bad), before);
    // Whoever belongs to the hub can read the copy.
    office.run(0, &["sync", "--from", &to]).good();
    // A hub that suddenly has another founder has no list of members that fits, and the copy is left alone.
    let other = Office::at(&Dav::start().hub(), None, &["赵刚"], &[]);
    let stranger = Dav::start();
    other.run(0, &["sync", "--to", &stranger.hub()]).good();
    district.put("/hub/hub.toml", &stranger.object("/hub/hub.toml"));
    let before: Vec<Vec<u8>> = province.objects().iter().map(|name| province.object(name)).collect();
    relay().fails(1, &["签名不符"]);
    let after: Vec<Vec<u8>> = province.objects().iter().map(|name| province.object(name)).collect();
    assert_eq!(after, before);
}
