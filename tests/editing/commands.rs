//! `new`, `fmt`, `preview`, `schema` and `check --watch`.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::support::environment::{Environment, PLAN};

/// How long the program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn a_new_checklist_can_be_used_at_once() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let cases: [(&[&str], &str); 4] = [
        (&["kong-bai", "--title", "空白表"], "title = \"空白表\""),
        (&["zhuan-ti", "--topic", "medical-waste"], "bank = \"medical-waste/"),
        (&["fu-ben", "--from", "two-items"], "预检分诊"),
        (&["检查表一", "--topic", "finance"], "topic = \"finance\""),
    ];
    for (arguments, content) in cases {
        environment.run_there(&[&["new"], arguments].concat()).good();
        let path = format!("ws/checklists/{}.toml", arguments[0]);
        let text = environment.read(&path);
        assert!(text.contains(content), "{text}");
        environment.run_there(&["check", &path]).good();
        environment.run_there(&["preview", arguments[0]]).good();
    }
    environment.run_there(&["new", "x", "--topic", "no-such"]).fails(1, &["no-such", "fever-clinic"]);
}

#[test]
fn a_clause_becomes_a_checklist() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    let plan: Value =
        serde_json::from_str(&environment.run_there(&["plan", "show", "2026", "--format", "json"]).good())
            .expect("JSON");
    let clauses = plan["clauses"].as_array().expect("clauses");
    let on_site = clauses.iter().find(|clause| clause["scope"] == "on-site").expect("a clause to check");
    let id = on_site["id"].as_str().expect("an identity");
    environment.run_there(&["new", "tiao-mu", "--clause", id]).good();
    let text = environment.read("ws/checklists/tiao-mu.toml");
    assert!(text.contains(id), "{text}");
    environment.run_there(&["new", "mei-you", "--clause", "nothing"]).fails(1, &["nothing"]);
}

#[test]
fn what_is_there_is_not_overwritten() {
    let environment = Environment::with_workspace("en");
    let before = environment.read("ws/checklists/two-items.toml");
    environment.run_there(&["new", "two-items"]).fails(1, &["two-items"]);
    environment.run_there(&["new", "../two"]).fails(1, &["two"]);
    assert_eq!(environment.read("ws/checklists/two-items.toml"), before);
}

#[test]
fn laying_out_keeps_comments_and_is_done_once() {
    let environment = Environment::with_workspace("zh");
    let text = environment.read("ws/checklists/two-items.toml");
    let untidy = format!("# 注一\n\n\n\n{}", text.replace(" = ", "=").replace("\n[[item]]", "\n\n\n[[item]] # 注二"));
    environment.write("ws/checklists/two-items.toml", &untidy);
    let before = environment.run_there(&["preview", "two-items"]).good();
    let told = environment.run_there(&["fmt", "--check"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("two-items"), "{told:?}");
    assert_eq!(environment.read("ws/checklists/two-items.toml"), untidy);
    environment.run_there(&["fmt"]).good();
    let tidy = environment.read("ws/checklists/two-items.toml");
    assert!(tidy.starts_with("# 注一\n\nid = ") && tidy.contains("[[item]] # 注二\n"), "{tidy}");
    environment.run_there(&["fmt", "--check"]).good();
    assert_eq!(environment.run_there(&["preview", "two-items"]).good(), before);
}

#[test]
fn a_file_that_is_not_toml_is_named_and_left_alone() {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/checklists/a.toml", "id = ");
    let told = environment.run_there(&["fmt"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("a.toml"), "{told:?}");
    assert_eq!(environment.read("ws/checklists/a.toml"), "id = ");
}

#[test]
fn a_preview_is_a_page_that_needs_nothing_else() {
    let environment = Environment::with_workspace("zh");
    environment.run_there(&["preview", "every-answer", "--html", "表.html"]).good();
    let page = environment.read("表.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("@page") && page.contains("□ 不符合"));
    environment.write("ws/checklists/bad.toml", "id = \"bad\"\n");
    let refused = environment.run_there(&["preview", "ws/checklists/bad.toml"]);
    assert_eq!(refused.code, 1);
    assert!(refused.out.contains("C005"), "{refused:?}");
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the stand-in for a browser is that of Linux")]
fn a_preview_opens_in_the_browser_or_says_where_it_is() {
    let environment = Environment::with_workspace("zh");
    let opener = environment.write("bin/xdg-open", "#!/bin/sh\ncp \"$1\" \"$HOME/opened.html\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let folder = opener.parent().expect("a folder").display().to_string();
    let with_path = |path: String, arguments: &[&str]| {
        let mut command = environment.program();
        command
            .env("PATH", path)
            .env("TMPDIR", environment.path(""))
            .args(["--workspace", "ws", "preview"])
            .args(arguments);
        environment.finish(&mut command)
    };
    with_path(format!("{folder}:/usr/bin:/bin"), &["two-items", "--open"]).good();
    // The browser runs beside the program.
    let opened = environment.path("opened.html");
    let seen = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(50));
        fs::read_to_string(&opened).is_ok_and(|page| page.contains("</html>"))
    });
    assert!(seen, "the page was not opened");
    let refused = with_path("/nowhere".to_owned(), &["two-items", "--html", "表.html", "--open"]);
    refused.fails(1, &["网页无法打开", "表.html"]);
    assert!(environment.read("表.html").contains("</html>"), "the page is there all the same");
}

#[test]
fn schemas_are_printed_and_lie_in_the_workspace() {
    let environment = Environment::with_workspace("zh");
    for sort in ["checklist", "topics", "facilities", "record"] {
        let printed = environment.run(&["--lang", "zh", "schema", sort]).good();
        let schema: Value = serde_json::from_str(&printed).expect("JSON");
        assert!(schema["properties"].is_object());
        environment.run_there(&["checklist", "list"]).good();
        assert_eq!(environment.read(&format!("ws/.ducha/schema/{sort}.json")), printed);
    }
    environment.run(&["schema", "other"]).fails(2, &["other"]);
}

#[test]
fn new_files_name_the_schema() {
    let environment = Environment::new();
    environment.run(&["init", "ws", "--yes"]).good();
    let text = environment.read("ws/checklists/fever-clinic.toml");
    let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema ")).expect("a schema");
    assert!(environment.path("ws/checklists").join(named).is_file(), "{named}");
}

#[test]
#[cfg_attr(windows, ignore = "a program cannot be sent Ctrl-C alone there")]
fn watching_tells_of_each_change_until_it_is_ended() {
    let environment = Environment::with_workspace("zh");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ducha"));
    command.args(["--workspace", "ws", "check", "--watch"]).env_clear().envs(environment.variables());
    let mut child = command.current_dir(environment.path("")).stdout(Stdio::piped()).spawn().expect("it starts");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, lines) = channel();
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line))));
    let await_line = |wanted: &str| loop {
        let line = lines.recv_timeout(PATIENCE).expect(wanted);
        if line.contains(wanted) {
            return;
        }
    };
    await_line("错误 0 处");
    environment.write("ws/checklists/bad.toml", "id = \"bad\"\n");
    await_line("C005");
    fs::remove_file(environment.path("ws/checklists/bad.toml")).expect("removed");
    await_line("错误 0 处");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn the_versions_that_were_used_are_listed() {
    let environment = Environment::with_workspace("zh");
    let listed = environment.run_there(&["checklist", "history", "two-items"]).good();
    assert!(listed.contains("使用中") && listed.contains("记录 0 份"), "{listed}");
    let mut tester = crate::support::tester::Tester::of(environment);
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1");
    let environment = tester.environment();
    let text = environment.read("ws/checklists/two-items.toml");
    environment.write("ws/checklists/two-items.toml", text.replacen("version = 1", "version = 2", 1));
    let printed = environment.run_there(&["checklist", "history", "two-items", "--format", "json"]).good();
    let history: Value = serde_json::from_str(&printed).expect("JSON");
    let used: Vec<_> =
        history.as_array().expect("a list").iter().map(|one| (&one["in_use"], &one["records"])).collect();
    assert_eq!(used, [(&Value::Bool(true), &Value::from(0)), (&Value::Bool(false), &Value::from(1))]);
}
