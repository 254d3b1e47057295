//! Real servers, and what is killed while it talks to them.

use super::{Office, RECORD_PATH, evidence_path, killing::survives, record};
use crate::support::servers::Server;

#[test]
fn two_people_sync_through_every_server_that_is_installed() {
    for server in Server::all() {
        println!("{}", server.name);
        let office = Office::at(&server.hub, server.login, &["林明", "王芳"], &["--encrypt"]);
        office.people[0].write(RECORD_PATH, record());
        office.people[0].write(&evidence_path("发热门诊的照片"), "发热门诊的照片");
        office.settle();
        office.answer(0, "T1", "conforms", "林明");
        office.answer(1, "T2", "fails", "王芳");
        office.settle();
        let merged = office.agree(RECORD_PATH);
        assert!(merged.contains("item = \"T1\"") && merged.contains("item = \"T2\""), "{}: {merged}", server.name);
        office.agree(&evidence_path("发热门诊的照片"));
        assert!(office.run(0, &["verify", "--hub", &office.hub()]).good().contains("全部完好"), "{}", server.name);
    }
}

#[test]
fn whoever_is_killed_in_the_middle_of_talking_to_a_server_loses_nothing() {
    for server in Server::all() {
        println!("{}", server.name);
        survives(&Office::at(&server.hub, server.login, &["林明", "王芳"], &[]));
    }
}
