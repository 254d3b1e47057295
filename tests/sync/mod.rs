//! Several workspaces that sync through a folder, by the real program.

mod conflicts;
mod findings;
mod hostile;
mod joining;
mod killing;
#[cfg(feature = "remote")]
mod remote;
mod removed;
mod restoring;
mod reviews;
#[cfg(feature = "remote")]
mod servers;
#[cfg(all(feature = "remote", target_os = "linux"))]
mod tls;
mod together;
mod voiding;

use std::{
    fs,
    path::{Path, PathBuf},
};

use ducha::checklist::Digest;
use serde_json::Value;

use crate::support::{
    environment::{Environment, Run, write_workspace},
    tester::files_below,
};

/// A record that was begun and has no answers yet.
fn record() -> String {
    let checklist = include_bytes!("../data/valid/two-items.toml");
    include_str!("../data/valid/record.toml").replace("DIGEST", &Digest::of(checklist).0)
}

/// Where a photograph is kept, by what it says.
fn evidence_path(content: &str) -> String {
    let digest = Digest::of(content.as_bytes());
    format!("ws/evidence/{}/{}.jpg", &digest.hex()[..2], digest.hex())
}

/// Where the record stands in a workspace.
const RECORD_PATH: &str = "ws/records/2026/11/01KAJ0000000000000000000AA.toml";

/// Some people with a computer each, and a folder that they all reach.
struct Office {
    shared: tempfile::TempDir,
    /// Where the hub is.
    address: String,
    /// Who one is for it, where it wants to know.
    login: Option<(&'static str, &'static str)>,
    people: Vec<Environment>,
}

impl Office {
    /// Founds a hub and lets everybody else join as inspectors.
    fn with(names: &[&str], options: &[&str]) -> Self {
        let shared = tempfile::tempdir().expect("a shared folder");
        let address = shared.path().to_string_lossy().into_owned();
        Self::begin(shared, address, None, names, options)
    }

    /// Does the same with a hub on a server.
    #[cfg(feature = "remote")]
    fn at(address: &str, login: Option<(&'static str, &'static str)>, names: &[&str], options: &[&str]) -> Self {
        let shared = tempfile::tempdir().expect("a folder");
        Self::begin(shared, address.to_owned(), login, names, options)
    }

    fn begin(
        shared: tempfile::TempDir,
        address: String,
        login: Option<(&'static str, &'static str)>,
        names: &[&str],
        options: &[&str],
    ) -> Self {
        let people: Vec<_> = names
            .iter()
            .map(|name| {
                let environment = Environment::new();
                write_workspace(&environment.path("ws"), "zh");
                let settings = environment.read("ws/ducha.toml").replace("林明", name);
                environment.write("ws/ducha.toml", settings);
                environment
            })
            .collect();
        let office = Self { shared, address, login, people };
        let hub = office.hub();
        office.run(0, &[&["hub", "init", &hub], options].concat()).good();
        for (who, name) in names.iter().enumerate().skip(1) {
            let said = office.run(0, &["hub", "invite", name]).good();
            let code = said.split_once('：').map_or("", |(_, code)| code.trim()).to_owned();
            office.run(who, &["hub", "join", &hub, &code]).good();
            office.sync(0);
            office.sync(who);
        }
        office
    }

    fn hub(&self) -> String {
        self.address.clone()
    }

    /// Returns the variables that go to the program beside those of its home.
    fn variables(&self) -> Vec<(&'static str, &'static str)> {
        // The passwords of whoever runs the tests are nobody's business.
        let mut variables = vec![("DUCHA_PASSPHRASE", "correct horse"), ("DUCHA_KEYRING", "off")];
        if let Some((user, secret)) = self.login {
            variables.extend([("DUCHA_HUB_USER", user), ("DUCHA_HUB_SECRET", secret)]);
        }
        variables
    }

    /// Runs the program on somebody's computer.
    fn run(&self, who: usize, arguments: &[&str]) -> Run {
        let environment = &self.people[who];
        let mut program = environment.program();
        program.args(["--workspace", "ws"]).args(arguments).envs(self.variables());
        environment.finish(&mut program)
    }

    /// Fills in a record without any new answer.
    fn fill(&self, who: usize, arguments: &[&str]) -> Run {
        self.people[who].write("nothing.toml", "");
        self.run(who, &[&["fill", "--answers", "nothing.toml"], arguments].concat())
    }

    #[track_caller]
    fn sync(&self, who: usize) -> Value {
        let said = self.run(who, &["sync", "--format", "json"]).good();
        serde_json::from_str(&said).expect("JSON")
    }

    /// Lets everybody sync until nobody has anything new.
    fn settle(&self) {
        for _ in 0..2 {
            (0..self.people.len()).for_each(|who| drop(self.sync(who)));
        }
    }

    /// Changes a file of somebody's workspace by hand.
    #[track_caller]
    fn change(&self, who: usize, path: &str, from: &str, to: &str) {
        let before = self.people[who].read(path);
        assert!(before.contains(from), "{from} in\n{before}");
        self.people[who].write(path, before.replacen(from, to, 1));
    }

    /// Adds an answer to the record by hand.
    fn answer(&self, who: usize, item: &str, verdict: &str, by: &str) {
        let before = self.people[who].read(RECORD_PATH);
        let answer = format!(
            "\n[[answer]]\nitem = \"{item}\"\nverdict = \"{verdict}\"\nby = \"{by}\"\nat = \"2026-11-21T10:5{who}:00+08:00\"\n"
        );
        self.people[who].write(RECORD_PATH, format!("{before}{answer}"));
    }

    /// Says whether a file is the same, byte for byte, on every computer.
    #[track_caller]
    fn agree(&self, path: &str) -> String {
        let first = self.people[0].read(path);
        for environment in &self.people[1..] {
            assert_eq!(environment.read(path), first);
        }
        first
    }

    fn objects(&self) -> Vec<PathBuf> {
        files_below(self.shared.path())
    }
}

/// Copies a folder with everything in it.
fn copy(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).expect("inside"));
        fs::create_dir_all(target.parent().expect("a folder")).expect("made");
        fs::copy(file, target).expect("copied");
    }
}
