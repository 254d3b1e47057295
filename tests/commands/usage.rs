//! Help, and what is said about a command that was typed wrongly.

use crate::support::environment::Environment;

#[test]
fn help_speaks_both_languages_without_a_home_directory_or_workspace() {
    let environment = Environment::new();
    let commands: [&[&str]; 8] =
        [&[], &["init"], &["plan"], &["plan", "import"], &["generate"], &["check"], &["record", "show"], &["ui"]];
    for command in commands {
        let chinese = environment.run(&[command, &["--help"]].concat()).good();
        let english = environment.run(&[command, &["--help", "--lang", "en"]].concat()).good();
        assert!(chinese.contains("用法：ducha") && chinese.contains("显示帮助"), "{chinese}");
        assert!(english.contains("Usage: ducha"), "{english}");
        let stray: String = english.chars().filter(|character| !character.is_ascii()).collect();
        assert!(stray.is_empty() || stray.chars().all(|mark| "一二督查…".contains(mark)), "{stray} in\n{english}");
    }
    assert!(environment.run(&["--version"]).good().starts_with("ducha "));
}

#[test]
fn a_command_typed_wrongly_is_explained() {
    let environment = Environment::new();
    let cases: [(&[&str], &str); 9] = [
        (&["nonsense"], "没有命令“nonsense”"),
        (&["plan"], "请写明子命令"),
        (&["plan", "import"], "缺少参数"),
        (&["plan", "list", "--nonsense"], "--nonsense"),
        (&["plan", "list", "--format", "xml"], "xml"),
        (&["generate", "2026", "--topic", "a", "--section", "b"], "不能与"),
        (&["--workspace"], "缺少"),
        (&["finding", "list", "--state", "foo"], "“foo”无效，可用：open correcting awaiting transferred closed"),
        (&["sync", "--watch", "--every", "0"], "“0”无效\n"),
    ];
    for (arguments, said) in cases {
        let run = environment.run(arguments);
        assert_eq!(run.out, "", "{arguments:?}");
        run.fails(2, &[said, "错误：", "--help"]);
    }
}

#[test]
fn the_language_of_the_system_is_followed_and_can_be_chosen() {
    let environment = Environment::new();
    let cases = [
        ("zh_CN.UTF-8", None, "错误："),
        ("en_US.UTF-8", None, "Error:"),
        ("C", None, "Error:"),
        ("C", Some("zh"), "错误："),
    ];
    for (system, chosen, said) in cases {
        let mut command = environment.program();
        command.env("LANG", system).args(["record", "list"]);
        if let Some(lang) = chosen {
            command.args(["--lang", lang]);
        }
        environment.finish(&mut command).fails(1, &[said]);
    }
}

#[test]
fn a_workspace_is_spoken_of_in_its_own_language_unless_another_is_chosen() {
    let environment = Environment::with_workspace("zh");
    let cases = [("en_US.UTF-8", None, "错误："), ("C", None, "错误："), ("zh_CN.UTF-8", Some("en"), "Error:")];
    for (system, chosen, said) in cases {
        let mut command = environment.program();
        command.env("LANG", system).args(["--workspace", "ws", "record", "show", "none"]);
        if let Some(lang) = chosen {
            command.args(["--lang", lang]);
        }
        environment.finish(command.current_dir(environment.path(""))).fails(1, &[said]);
    }
}

#[test]
fn completions_are_printed_for_every_shell() {
    let environment = Environment::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(environment.run(&["completions", shell]).good().contains("ducha"), "{shell}");
    }
}

#[test]
fn without_a_terminal_the_screen_program_says_so() {
    let environment = Environment::with_workspace("zh");
    let run = environment.run_there(&[]);
    assert_ne!(run.code, 0, "{run:?}");
    assert!(run.err.contains("错误："), "{run:?}");
    assert!(!run.out.contains('\u{1b}'), "{run:?}");
}

#[test]
fn what_could_steer_a_terminal_is_printed_as_marks() {
    let environment = Environment::with_workspace("zh");
    let unit = "[[facility]]\nid = \"1\"\nname = \"红\\u001b[31m字\"\ntype = \"clinic\"\n";
    environment.write("ws/facilities.toml", unit);
    let printed = environment.run_there(&["facility", "list"]).good();
    assert!(printed.contains('红') && !printed.contains('\u{1b}'), "{printed:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_in_the_language_of_the_reader() {
    use std::process::{Command, Stdio};
    let environment = Environment::with_workspace("zh");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("ducha"));
    command.args(["--workspace", "ws", "report", "summary"]).env_clear().envs(environment.variables());
    command.current_dir(environment.path("")).stdout(full).stderr(Stdio::piped());
    let output = command.output().expect("the program starts");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(!output.status.success() && said.contains("无法输出：磁盘空间已满"), "{said}");
    assert!(!said.contains("os error"), "{said}");
}
