//! The help of the command line, from the language files, and the explanation of what was typed wrongly.

use std::{io::Write, process::ExitCode};

use clap::{
    Command, CommandFactory,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::arguments::Arguments;
use crate::{i18n::Lang, text};

/// The places in a help text of what goes with every command, and of the help and the version.
const GLOBAL: usize = 1_000;
const LAST: usize = 2_000;

/// Returns the command line with its help in a language.
pub fn command(lang: Lang) -> Command {
    localised(Arguments::command(), "cli.command", lang)
}

/// Puts the texts of `prefix` into a command, its arguments and its subcommands.
fn localised(command: Command, prefix: &str, lang: Lang) -> Command {
    let template = format!("{{about}}\n\n{}{{usage}}\n\n{{all-args}}", lang.t("cli.usage"));
    let names: Vec<_> = command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    let mut place = 0;
    let mut command = command
        .about(lang.t(&format!("{prefix}.about")).into_owned())
        .help_template(template)
        .subcommand_help_heading(lang.t("cli.commands").into_owned())
        .subcommand_value_name(lang.t("cli.usage-command").into_owned())
        .disable_help_flag(true)
        .mut_args(|argument| {
            let name = argument.get_id().as_str().to_owned();
            let heading = if argument.is_positional() { "cli.arguments" } else { "cli.options" };
            let own = format!("{prefix}.argument.{name}");
            let key = if lang.has(&own) { own } else { format!("cli.argument.{name}") };
            let takes_value = argument.get_action().takes_values();
            place += 1;
            // What goes with every command stands behind what only this one has.
            let order = if argument.is_global_set() { place + GLOBAL } else { place };
            argument
                .display_order(order)
                .help(lang.t(&key).into_owned())
                .help_heading(lang.t(heading).into_owned())
                .hide_possible_values(takes_value)
        })
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .display_order(LAST)
                .help(lang.t("cli.argument.help").into_owned())
                .help_heading(lang.t("cli.options").into_owned()),
        );
    if command.get_version().is_some() {
        command = command.disable_version_flag(true).arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .display_order(LAST + 1)
                .help(lang.t("cli.argument.version").into_owned())
                .help_heading(lang.t("cli.options").into_owned()),
        );
    }
    for name in names {
        let below = format!("{prefix}.{name}");
        command = command.mut_subcommand(name, |subcommand| localised(subcommand, &below, lang));
    }
    command
}

/// Explains what was typed wrongly, or prints the help that was asked for.
pub fn explain(error: &clap::Error, lang: Lang) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // The one word of the usage that clap gives no name to. It stands before anything else in brackets.
        let help = error.render().to_string().replacen("[OPTIONS]", &lang.t("cli.usage-options"), 1);
        // Where standard output is closed there is nobody to help.
        let _ = std::io::stdout().write_all(help.as_bytes());
        return ExitCode::SUCCESS;
    }
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(one)) => one.clone(),
        Some(ContextValue::Strings(several)) => several.join(" "),
        _ => String::new(),
    };
    let what = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let said = match error.kind() {
        ErrorKind::InvalidSubcommand => text!("cli.wrong.subcommand", typed = context(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => text!("cli.wrong.missing", what = what),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text!("cli.wrong.no-subcommand")
        }
        ErrorKind::UnknownArgument => text!("cli.wrong.unknown", what = what),
        ErrorKind::InvalidValue if value.is_empty() => text!("cli.wrong.no-value", what = what),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let valid = Some(context(ContextKind::ValidValue)).filter(|valid| !valid.is_empty());
            match valid.or_else(|| words_of(error)) {
                Some(valid) => text!("cli.wrong.value", what = what, value = value, valid = valid),
                None => text!("cli.wrong.bad-value", what = what, value = value),
            }
        }
        ErrorKind::WrongNumberOfValues => {
            let count = |kind| match error.get(kind) {
                Some(ContextValue::Number(count)) => *count,
                _ => 0,
            };
            let (wanted, given) = (count(ContextKind::ExpectedNumValues), count(ContextKind::ActualNumValues));
            text!("cli.wrong.count", what = what, wanted = wanted, given = given)
        }
        ErrorKind::ArgumentConflict => text!("cli.wrong.conflict", what = what, other = context(ContextKind::PriorArg)),
        _ => text!("cli.wrong.other", what = what),
    };
    let printed =
        format!("{}{}\n  {}{}\n", lang.t("cli.error"), said.show(lang), lang.t("cli.hint"), lang.t("cli.wrong.hint"));
    // Where standard error is closed there is nobody to tell.
    let _ = std::io::stderr().write_all(printed.as_bytes());
    ExitCode::from(2)
}

/// Returns the words that could have been typed, as far as what reads them names them, each between back quotes.
fn words_of(error: &clap::Error) -> Option<String> {
    let said = std::error::Error::source(error)?.to_string();
    let words: Vec<_> = said.split_once("expected")?.1.split('`').skip(1).step_by(2).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_is_explained_in_both_languages() {
        fn check(command: &Command, path: &str, lang: Lang) {
            let explained = |text: Option<&clap::builder::StyledStr>| {
                text.map(ToString::to_string).is_some_and(|text| !text.is_empty() && !text.starts_with("cli."))
            };
            assert!(explained(command.get_about()), "{path} in {lang:?}");
            for argument in command.get_arguments() {
                assert!(explained(argument.get_help()), "{path} {} in {lang:?}", argument.get_id());
            }
            for subcommand in command.get_subcommands() {
                check(subcommand, &format!("{path} {}", subcommand.get_name()), lang);
            }
        }
        for lang in Lang::ALL {
            let mut command = command(lang);
            command.build();
            check(&command, "ducha", lang);
        }
    }

    #[test]
    fn the_definitions_agree_with_themselves() {
        command(Lang::Zh).debug_assert();
    }
}
