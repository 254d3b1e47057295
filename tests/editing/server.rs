//! The language server, driven as an editor drives it.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::environment::{Environment, PLAN};

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An editor that speaks with the real program.
struct Client {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    sent: u64,
}

impl Client {
    fn start(environment: &Environment) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ducha"));
        command.args(["--workspace", "ws", "lsp"]).env_clear().envs(environment.variables());
        command.current_dir(environment.path("")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let input = child.stdin.take().expect("a pipe");
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let mut client = Self { child, input, messages, sent: 0 };
        client.ask("initialize", json!({ "capabilities": {} }));
        client.tell("initialized", json!({}));
        client
    }

    fn write(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        self.input.flush().expect("the server listens");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks something and returns the answer; what comes in between is dropped.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("an answer");
            if message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Waits for what was found in a version of the file.
    fn diagnostics(&self, version: i64) -> Vec<Value> {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("diagnostics");
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == version {
                return message["params"]["diagnostics"].as_array().expect("a list").clone();
            }
        }
    }

    fn at(&mut self, method: &str, uri: &str, line: usize, character: usize) -> Value {
        let place = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
        self.ask(method, place)
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        drop(self.input);
        assert!(self.child.wait().expect("it ends").success());
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

const FILE: &str = "id = \"x\"\ntitle = \"𠮷题\"\nversion = 1\ntopic = \"fever-clinic\"\n\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\n[[item]]\nid = \"A1\"\nsection = \"s\"\ntext = \"𠮷问\"\nanswer = \"yes-no\"\n";

fn uri(environment: &Environment) -> String {
    let path = environment.path("ws/checklists/x.toml").to_string_lossy().replace('\\', "/");
    format!("file:///{}", path.trim_start_matches('/'))
}

#[test]
fn mistakes_are_told_while_typing_in_utf_16() {
    let environment = Environment::with_workspace("zh");
    let mut client = Client::start(&environment);
    let uri = uri(&environment);
    client.open(&uri, FILE);
    assert_eq!(client.diagnostics(1), [] as [Value; 0]);
    let change = json!({
        "textDocument": { "uri": uri, "version": 2 },
        "contentChanges": [
            { "range": { "start": { "line": 13, "character": 0 }, "end": { "line": 13, "character": 6 } }, "text": "anwser" },
            { "range": { "start": { "line": 12, "character": 10 }, "end": { "line": 12, "character": 11 } }, "text": "\" ]" },
        ],
    });
    client.tell("textDocument/didChange", change);
    let found = client.diagnostics(2);
    let codes: Vec<_> = found.iter().map(|one| one["code"].as_str().unwrap_or_default()).collect();
    assert!(codes.contains(&"C001") && codes.contains(&"C003"), "{found:?}");
    let unknown = found.iter().find(|one| one["code"] == "C003").expect("found before");
    assert_eq!(unknown["range"]["start"], json!({ "line": 13, "character": 0 }));
    assert!(unknown["message"].as_str().is_some_and(|said| said.contains("answer")), "{unknown}");
    let syntax = found.iter().find(|one| one["code"] == "C001").expect("found before");
    assert_eq!(syntax["range"]["start"]["line"], 12);
    client.end();
}

#[test]
fn fields_values_and_identities_are_offered_explained_and_found() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let mut client = Client::start(&environment);
    let uri = uri(&environment);
    let text = format!("{FILE}when = {{ item = \"A1\", is = \"yes\" }}\n");
    client.open(&uri, &text);
    let labels = |offers: &Value| -> Vec<String> {
        let offers = offers.as_array().expect("a list").iter();
        offers.map(|offer| offer["label"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let fields = client.at("textDocument/completion", &uri, 15, 0);
    assert!(labels(&fields).contains(&"rectify_days".to_owned()), "{fields}");
    let words = client.at("textDocument/completion", &uri, 13, 12);
    assert!(labels(&words).contains(&"percent".to_owned()), "{words}");
    let edit = &words[0]["textEdit"];
    assert_eq!(edit["range"]["start"], json!({ "line": 13, "character": 9 }));
    assert_eq!(edit["range"]["end"], json!({ "line": 13, "character": 17 }));
    let topics = client.at("textDocument/completion", &uri, 3, 9);
    assert!(labels(&topics).contains(&"medical-waste".to_owned()), "{topics}");
    let hover = client.at("textDocument/hover", &uri, 3, 12);
    assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains("发热门诊")), "{hover}");
    let field = client.at("textDocument/hover", &uri, 13, 2);
    assert!(field["contents"]["value"].as_str().is_some_and(|said| said.contains("答案类型")), "{field}");
    let item = client.at("textDocument/definition", &uri, 14, 17);
    assert_eq!(item["range"]["start"], json!({ "line": 10, "character": 5 }), "{item}");
    client.end();
}

/// A workspace with a plan, and the text of the checklist that was generated from it.
fn generated() -> (Environment, String) {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    environment.run_there(&["generate", "2026", "--topic", "medical-waste"]).good();
    let folder = environment.path("ws/checklists");
    let generated = std::fs::read_dir(folder).expect("checklists").flatten().map(|entry| entry.path());
    let path = generated.into_iter().find(|path| path.to_string_lossy().contains("2026")).expect("a checklist");
    let text = std::fs::read_to_string(&path).expect("a checklist");
    (environment, text)
}

#[test]
fn a_clause_leads_to_its_line_in_the_plan() {
    let (environment, text) = generated();
    let (line, row) = text.lines().enumerate().find(|(_, row)| row.contains("fingerprint = ")).expect("a clause");
    let at = row.find("id = \"").expect("an identity") + 8;
    let character = row[..at].chars().map(char::len_utf16).sum();
    let mut client = Client::start(&environment);
    let uri = uri(&environment);
    client.open(&uri, &text);
    let hover = client.at("textDocument/hover", &uri, line, character);
    assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains("原文第")), "{hover}");
    let found = client.at("textDocument/definition", &uri, line, character);
    let target = found["uri"].as_str().unwrap_or_default();
    assert!(target.contains("/plans/"), "{found}");
    client.end();
}

#[test]
fn clauses_that_changed_or_are_gone_are_told_while_typing() {
    let (environment, text) = generated();
    let at = text.find("fingerprint = \"").expect("a clause") + 15;
    let changed = format!("{}0000{}", &text[..at], &text[at + 4..]);
    let row = &text[..at].rfind("id = \"").expect("an identity") + 6;
    let gone = format!("{}none{}", &text[..row], &text[row..]);
    let mut client = Client::start(&environment);
    let codes = |client: &Client| -> Vec<String> {
        let found = client.diagnostics(1);
        let codes = found.iter().filter_map(|one| one["code"].as_str()).map(str::to_owned);
        codes.filter(|code| code != "C107").collect()
    };
    // Told beside mistakes too, and whatever plan the checklist as a whole comes from.
    let other = gone.replacen("plan = ", "# plan = ", 1);
    let misspelt = text.replacen("topic = \"medical-waste\"", "topic = \"medical-wast\"", 1);
    let cases: [(_, _, &[&str]); 5] = [
        ("as-it-is", &text, &[]),
        ("changed", &changed, &["C109"]),
        ("gone", &gone, &["C108"]),
        ("misspelt", &misspelt, &["C110"]),
        ("other", &format!("titel = 1\n{other}"), &["C003", "C108"]),
    ];
    for (name, text, expected) in cases {
        client.open(&uri(&environment).replace("x.toml", &format!("{name}.toml")), text);
        assert_eq!(codes(&client), expected, "{name}");
    }
    client.end();
}

#[test]
fn every_mistake_of_the_register_is_told() {
    let environment = Environment::with_workspace("zh");
    let mut client = Client::start(&environment);
    let uri = uri(&environment).replace("checklists/x.toml", "facilities.toml");
    let unit = |id: &str, more: &str| format!("[[facility]]\nid = \"{id}\"\nname = \"{id}院\"\n{more}\n");
    let text = [
        unit("F1", "type = 3"),
        unit("F2", "type = \"hospital\""),
        unit("F2", "type = \"hospital\""),
        unit("F4", "adress = \"路\""),
    ]
    .concat();
    client.open(&uri, &text);
    let found = client.diagnostics(1);
    let mut lines: Vec<_> = found.iter().map(|one| one["range"]["start"]["line"].as_u64().expect("a line")).collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 3, "{found:?}");
    assert!(lines[0] < 4 && (8..12).contains(&lines[1]) && lines[2] >= 12, "{found:?}");
    environment.write("wrong/facilities.toml", &text);
    let said = environment.run_there(&["check", "wrong/facilities.toml"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("错误 3 处") && said.err.contains("facilities.toml"), "{said:?}");
    client.end();
}

#[test]
fn a_file_is_laid_out_on_request() {
    let environment = Environment::with_workspace("en");
    let mut client = Client::start(&environment);
    let uri = uri(&environment);
    client.open(&uri, "id='x' # 注\n\n\n\ntitle =  \"题\"");
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let edits = client.ask("textDocument/formatting", json!({ "textDocument": { "uri": uri }, "options": options }));
    assert_eq!(edits[0]["newText"], "id = 'x' # 注\n\ntitle = \"题\"\n");
    client.end();
}
