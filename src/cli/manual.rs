//! Man pages and completions, made from the definition of the parser.
//!
//! The makers of clap write long help as one paragraph and know no lists with commas; here examples
//! stay lines, exit codes become a table, and `--only a,b` completes after each comma.

use std::io;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::exit::EXIT_CODES;

/// Returns the command as the man pages show it: with the options that only the long help has, which
/// would stand there without a word.
#[must_use]
pub fn manual() -> Command {
    fn open(command: Command) -> Command {
        let command = command.mut_args(|option| option.hide_short_help(false));
        command.mut_subcommands(open)
    }
    open(super::command())
}

/// Returns the man page of a command, whose full name is given with blanks.
///
/// # Errors
/// None in practice; those of the writer are passed on.
pub fn man_page(command: Command, name: &str) -> io::Result<Vec<u8>> {
    let help = command.get_after_long_help().map(ToString::to_string);
    let is_top = command.get_name() == name && !name.contains(' ');
    let has_codes = is_top || ["convert", "validate"].iter().any(|c| name.ends_with(c));
    let title: &'static str = Box::leak(name.replace(' ', "-").into_boxed_str());
    let below = command.has_subcommands();
    let command = command.name(title).bin_name(name);
    let man = Man::new(command.disable_help_subcommand(true));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if below {
        man.render_subcommands_section(&mut page)?;
    }
    sections(&help.unwrap_or_default()).to_writer(&mut page)?;
    if has_codes {
        exit_status().to_writer(&mut page)?;
    }
    if !is_top {
        let mut roff = Roff::new();
        roff.control("SH", ["SEE ALSO"])
            .text([roman("trackersync(1)")]);
        roff.to_writer(&mut page)?;
    }
    Ok(page)
}

/// The parts of the text below the long help: a title with a colon, then lines. Exit codes have a
/// table of their own.
fn sections(help: &str) -> Roff {
    let mut roff = Roff::new();
    for part in help.split("\n\n") {
        let (title, body) = match part.split_once(":\n") {
            Some((title, body)) if !title.contains('\n') => (title, body),
            _ => ("Notes", part),
        };
        if title == "Exit codes" {
            continue;
        }
        roff.control("SH", [title.to_uppercase().as_str()]);
        let plain = |line| str::strip_prefix(line, "  ").unwrap_or(line);
        let lines = body.lines().map(plain);
        if title == "Examples" {
            let lines: Vec<_> = lines.map(|line| roman(format!("{line}\n"))).collect();
            roff.control("nf", []).text(lines).control("fi", []);
        } else {
            roff.text([roman(lines.collect::<Vec<_>>().join(" "))]);
        }
    }
    roff
}

fn exit_status() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_CODES {
        roff.control("TP", ["6"])
            .text([roman(code.to_string())])
            .text([roman(*meaning)]);
    }
    roff
}

/// Returns the completions of a shell.
#[must_use]
pub fn completions(shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "trackersync", &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let names = super::values::names_of_only();
    match shell {
        Shell::Bash => bash(&text, &names.join(" ")),
        Shell::Zsh => {
            let list = format!(":TYPES:_values -s , output {}' \\\n", names.join(" "));
            // After the first INPUT there may be options too.
            between(&text, ":TYPES:((", "))' \\\n", &list).replace("\n'*::", "\n'*:")
        }
        Shell::Fish => {
            let list = format!(" -r -f -a \"(__fish_append , {})\"\n", names.join(" "));
            let only = " -l only -d 'Make only these outputs (comma-separated)'";
            between(
                &text,
                &format!("{only} -r -f -a \""),
                "\"\n",
                &format!("{only}{list}"),
            )
        }
        _ => text,
    }
}

/// After a comma the next name; and files where INPUT stands, not the options.
fn bash(text: &str, names: &str) -> String {
    let one = format!("compgen -W \"{names}\" -- \"${{cur}}\"");
    let list =
        format!("compgen -P \"${{cur%\"${{cur##*,}}\"}}\" -W \"{names}\" -- \"${{cur##*,}}\"");
    let files = [
        "convert", "upload", "validate", "inspect", "verify", "maintain",
    ];
    let mut takes_files = false;
    let mut out = String::new();
    for line in text.replace(&one, &list).lines() {
        if let Some(name) = line.trim().strip_prefix("trackersync__subcmd__") {
            takes_files = files.iter().any(|f| name == format!("{f})"));
        }
        // What stands after the cases would offer the options where a file is typed.
        let is_last = out.ends_with("esac\n") && line.contains("COMPREPLY");
        if takes_files && is_last {
            continue;
        }
        let plain = " || ${COMP_CWORD} -eq 2 ]]";
        match line.contains(plain) && takes_files {
            true => out += &line.replace(plain, " ]]"),
            false => out += line,
        }
        out.push('\n');
    }
    out
}

/// Replaces every stretch that begins and ends with these texts.
fn between(text: &str, begin: &str, end: &str, with: &str) -> String {
    let mut parts = text.split(begin);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += with;
        out += part.split_once(end).map_or(part, |(_, rest)| rest);
    }
    out
}
