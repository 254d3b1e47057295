//! What somebody who edits checklists waits for: `check` as a whole program, and the answers of the language server.
//!
//! `cargo bench --bench editing`; with `TAPLO=/path/to/taplo` its `check` of the same file stands beside ours.
//!
//! To be reached: `check` of everything that ships under 100 ms, of a checklist of 5,000 items under 200 ms and faster than
//! taplo; an answer of the language server on that checklist within 20 ms, while it is being changed.

mod support;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use ducha::{
    checklist,
    editor::{self, FileSort},
    i18n::Lang,
};
use serde_json::{Value, json};
use support::{DUCHA, Samples, made};

const ITEMS: usize = 5_000;
const TIMES: usize = 20;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let large = folder.path().join("large.toml");
    let text = checklist::write(&made::checklist("large", ITEMS, 60));
    fs::write(&large, &text).expect("a file");
    println!("{ITEMS} items, {} bytes", text.len());

    let banks = Path::new(env!("CARGO_MANIFEST_DIR")).join("checklists/banks");
    let start = timed(Command::new(DUCHA).args(["--lang", "zh", "--version"]));
    start.show("start of the program alone", None);
    timed(Command::new(DUCHA).args(["--lang", "zh", "check"]).arg(&banks)).show("check of what ships", Some(&start));
    let own = timed(Command::new(DUCHA).args(["--lang", "zh", "check"]).arg(&large));
    own.show("check of 5,000 items", Some(&start));
    if let Some(taplo) = std::env::var_os("TAPLO") {
        let schema = folder.path().join("schema.json");
        fs::write(&schema, FileSort::Checklist.schema(Lang::Zh)).expect("a file");
        let address = format!("file://{}", schema.display());
        timed(Command::new(&taplo).args(["check", "--schema", &address]).arg(&large))
            .show("taplo check of it", Some(&own));
        timed(Command::new(&taplo).args(["check", "--no-schema"]).arg(&large))
            .show("taplo check without the schema", Some(&own));
    }
    let mut laying_out = Samples::default();
    for _ in 0..TIMES {
        laying_out.time(|| editor::format(&text).expect("it is TOML"));
    }
    laying_out.show("laying it out", None);
    server(&large, &text);
}

/// Runs a command again and again.
fn timed(command: &mut Command) -> Samples {
    let mut samples = Samples::default();
    for _ in 0..TIMES {
        let ended = samples.time(|| command.stdout(Stdio::null()).stderr(Stdio::null()).status());
        ended.expect("the program starts");
    }
    samples
}

/// Types into the file and asks in between, as an editor does.
fn server(path: &Path, text: &str) {
    let mut client = Client::start();
    let uri = format!("file://{}", path.display());
    let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
    client.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    let line = text.lines().position(|line| line.starts_with("id = \"I04990\"")).expect("an item near the end");
    let place = |character: usize| json!({ "textDocument": { "uri": uri }, "position": { "line": line + 1, "character": character } });
    let mut version = 1;
    for (name, method, character) in [
        ("completion while typing", "textDocument/completion", 11),
        ("hover while typing", "textDocument/hover", 3),
        ("definition while typing", "textDocument/definition", 12),
    ] {
        let mut samples = Samples::default();
        for number in 0..TIMES * 5 {
            version += 1;
            let at = json!({ "line": line, "character": 0 });
            let change = json!({
                "textDocument": { "uri": uri, "version": version },
                "contentChanges": [{ "range": { "start": at, "end": at }, "text": if number % 2 == 0 { "# \n" } else { "" } }],
            });
            samples.time(|| {
                client.tell("textDocument/didChange", &change);
                client.ask(method, &place(character))
            });
        }
        samples.show(name, None);
    }
    client.child.kill().expect("it is there");
    client.child.wait().expect("it ends");
}

struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Client {
    fn start() -> Self {
        let mut command = Command::new(DUCHA);
        command.args(["--lang", "zh", "lsp"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut client = Self { child, input, output, asked: 0 };
        client.ask("initialize", &json!({ "capabilities": {} }));
        client.tell("initialized", &json!({}));
        client
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).expect("the server speaks");
            match line.trim().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().expect("a number"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the server speaks");
        serde_json::from_slice(&body).expect("JSON")
    }
}
