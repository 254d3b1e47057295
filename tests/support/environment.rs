//! A clean home directory in which the real program runs, whatever the environment of the caller.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use portable_pty::CommandBuilder;
use tempfile::TempDir;

/// The files of the small workspace that most tests begin with, and where they stand in it.
const FILES: [(&str, &str); 3] = [
    ("facilities.toml", include_str!("../data/valid/facilities.toml")),
    ("checklists/every-answer.toml", include_str!("../data/valid/every-answer.toml")),
    ("checklists/two-items.toml", include_str!("../data/valid/two-items.toml")),
];

/// What stands for the number of a record.
const ID: &str = "ID------------------------";

/// A small plan of an invented city.
pub const PLAN: &str = include_str!("../data/valid/plan.txt");

/// A home directory of its own, with a folder to work in.
pub struct Environment {
    home: TempDir,
}

/// What a run of the program came to, with everything that differs from run to run replaced.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Environment {
    pub fn new() -> Self {
        Self { home: tempfile::Builder::new().prefix("ducha-test-").tempdir().expect("a home directory") }
    }

    /// Makes the small workspace in `~/ws`.
    pub fn with_workspace(language: &str) -> Self {
        let environment = Self::new();
        write_workspace(&environment.path("ws"), language);
        environment
    }

    /// Returns a path in the home directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file in the home directory, with the folders above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside the home directory")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    /// Returns every variable the program gets; nothing else of the caller's environment reaches it.
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        let path = |name: &str| self.path(name).into_os_string();
        let mut variables = vec![
            ("HOME", path("")),
            ("USERPROFILE", path("")),
            ("APPDATA", path("roaming")),
            ("LOCALAPPDATA", path("local")),
            ("XDG_CONFIG_HOME", path(".config")),
            ("XDG_DATA_HOME", path(".local/share")),
            ("XDG_CACHE_HOME", path(".cache")),
            ("LANG", "zh_CN.UTF-8".into()),
            ("TZ", "Asia/Shanghai".into()),
            ("TERM", "xterm-256color".into()),
        ];
        let kept = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];
        variables.extend(kept.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        variables
    }

    /// Returns the program, to be run in the home directory.
    pub fn program(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ducha"));
        command.env_clear().envs(self.variables()).current_dir(self.home.path());
        command
    }

    /// Returns the program, to be run in a terminal.
    pub fn in_terminal(&self, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(assert_cmd::cargo::cargo_bin!("ducha"));
        command.args(arguments);
        command.env_clear();
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        command.cwd(self.home.path());
        command
    }

    /// Runs the program in the home directory.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.finish(self.program().args(arguments))
    }

    /// Runs the program with the small workspace.
    pub fn run_there(&self, arguments: &[&str]) -> Run {
        self.run(&[&["--workspace", "ws"], arguments].concat())
    }

    /// Runs a prepared command.
    pub fn finish(&self, command: &mut Command) -> Run {
        let output = command.output().expect("the program starts");
        let text = |bytes: Vec<u8>| self.redacted(&String::from_utf8(bytes).expect("UTF-8"));
        Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Replaces the home directory and the numbers of records by words; a number by as many characters.
    pub fn redacted(&self, text: &str) -> String {
        let slashes = |text: &str| if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
        redact(&slashes(text).replace(&slashes(&self.home.path().to_string_lossy()), "~"))
    }
}

impl Run {
    /// Checks that it went well, and returns what was printed.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Checks the exit code, and that what was said on standard error has these words.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for word in words {
            assert!(self.err.contains(word), "{word} is not in:\n{}", self.err);
        }
    }
}

/// Makes the small workspace in a folder.
pub fn write_workspace(root: &Path, language: &str) {
    let settings =
        format!("format = 1\nbureau = \"云澜市卫生健康委员会\"\ninspector = \"林明\"\nlanguage = \"{language}\"\n");
    for (name, content) in FILES.into_iter().chain([("ducha.toml", settings.as_str())]) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("inside the workspace")).expect("a folder");
        fs::write(path, content).expect("a file of the workspace");
    }
}

/// Replaces numbers of records by `ID`.
fn redact(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut word = String::new();
    let put = |word: &mut String, redacted: &mut String| {
        let is_id = word.len() == 26 && word.starts_with('0') && !word.contains(|letter: char| letter.is_lowercase());
        redacted.push_str(if is_id { ID } else { word });
        word.clear();
    };
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            word.push(character);
        } else {
            put(&mut word, &mut redacted);
            redacted.push(character);
        }
    }
    put(&mut word, &mut redacted);
    redact_findings(&redacted)
}

/// Replaces the middle of numbers of findings, such as `2026-6GZEG1AZ-01`, which comes from the number of the record.
fn redact_findings(text: &str) -> String {
    let parts: Vec<_> = text.split('-').collect();
    let is_year = |part: &str| part.len() >= 4 && part[part.len() - 4..].bytes().all(|byte| byte.is_ascii_digit());
    let is_middle = |part: &str| {
        let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        part.len() == 8 && part.bytes().all(capital)
    };
    let shown = parts.iter().enumerate().map(|(at, part)| {
        let after_year =
            at > 0 && parts[at - 1].is_char_boundary(parts[at - 1].len().saturating_sub(4)) && is_year(parts[at - 1]);
        if after_year && is_middle(part) { "RECORDID" } else { *part }
    });
    shown.collect::<Vec<_>>().join("-")
}
