//! The house rules that can be checked: arrows between modules, sizes of files, and the language files.

mod languages;
mod source;

use source::sources;

/// The modules from top to bottom, as `src/lib.rs` has them: each may use what stands below it.
const MODULES: [&str; 21] = [
    "cli",
    "term",
    "view",
    "app",
    "trace",
    "report",
    "sync",
    "store",
    "editor",
    "ledger",
    "inspection",
    "task",
    "checklist",
    "plan",
    "facility",
    "calendar",
    "moments",
    "percent",
    "table",
    "error",
    "i18n",
];

/// Modules that touch neither disk nor environment nor clock nor terminal.
const PURE: [&str; 13] = [
    "view",
    "app",
    "editor",
    "ledger",
    "inspection",
    "task",
    "checklist",
    "plan",
    "facility",
    "calendar",
    "moments",
    "percent",
    "table",
];

/// What such a module must not use of the standard library.
const OUTSIDE: [&str; 5] = ["fs", "io", "env", "net", "process"];

/// Ways of writing to the disk.
const WRITING: [&str; 7] =
    ["fs::write", "fs::rename", "fs::create_dir", "fs::remove", "fs::copy", "File::create", "OpenOptions"];

/// The most lines a file may have.
const LONGEST: usize = 500;

/// Files that are longer for a reason.
const LONGER: [&str; 0] = [];

/// Says where a module stands; files of the crate's root stand above all.
fn level(module: &str) -> Option<usize> {
    MODULES.iter().position(|known| *known == module)
}

#[test]
fn modules_use_only_what_stands_below_them() {
    for source in sources() {
        let Some(own) = level(source.module()) else { continue };
        for path in source.paths_of("crate") {
            let used = path.split("::").next().unwrap_or_default();
            if let Some(used_level) = level(used) {
                assert!(used_level >= own, "{} uses crate::{path}", source.path);
            }
        }
    }
}

#[test]
fn errors_and_texts_depend_on_nothing_else() {
    for source in sources().iter().filter(|source| matches!(source.module(), "error" | "i18n")) {
        for path in source.paths_of("crate") {
            let first = path.split("::").next().unwrap_or_default();
            assert!(!MODULES.contains(&first) || first == "i18n", "{} uses crate::{path}", source.path);
        }
    }
}

#[test]
fn the_domain_and_the_core_do_no_input_or_output() {
    for source in sources().iter().filter(|source| PURE.contains(&source.module())) {
        for path in source.paths_of("std") {
            let first = path.split("::").next().unwrap_or_default();
            // Reading bytes that are in memory already, as an archive, is no input.
            let in_memory = matches!(path.as_str(), "io::Cursor" | "io::Read");
            assert!(in_memory || !OUTSIDE.contains(&first), "{} uses std::{path}", source.path);
        }
        for clock in ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"] {
            assert!(!source.code.contains(clock), "{} asks for the time", source.path);
        }
    }
}

#[test]
fn only_the_terminal_module_talks_to_the_terminal() {
    for source in sources().iter().filter(|source| source.module() != "term") {
        let paths = source.paths_of("crossterm");
        assert!(paths.is_empty(), "{} uses crossterm::{paths:?}", source.path);
    }
}

#[test]
fn only_the_store_writes_files() {
    for source in sources().iter().filter(|source| source.module() != "store") {
        for way in WRITING {
            assert!(!source.code.contains(way), "{} has {way}", source.path);
        }
    }
}

#[test]
fn files_are_short_enough_to_be_read() {
    for source in sources() {
        let long = source.lines > LONGEST && !LONGER.contains(&source.path.as_str());
        assert!(!long, "{} has {} lines", source.path, source.lines);
    }
}

#[test]
fn the_map_names_every_module() {
    let map = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).expect("the map");
    for module in MODULES {
        assert!(map.contains(&format!("mod {module};\n")) && map.contains(&format!("`{module}`")), "{module}");
    }
    let declared = map.lines().filter(|line| line.starts_with("pub mod ") || line.starts_with("mod ")).count();
    assert_eq!(declared, MODULES.len(), "a module that the map does not have");
}
