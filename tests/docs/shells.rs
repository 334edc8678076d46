//! The completions, sourced by the shells they are for.

use std::process::Command;

use super::stage::{is_there, root};

/// Runs a script in a shell and returns what it printed.
fn shell(program: &str, arguments: &[&str], script: &str) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(script)
        .current_dir(root())
        .env("TERM", "dumb")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {text}{error}");
    text
}

#[test]
fn bash_completes_commands_options_and_values() {
    if !is_there("bash") {
        return;
    }
    for (line, expected) in [
        ("trackersync conv", "convert"),
        ("trackersync convert --time", "--timezone"),
        ("trackersync completions el", "elvish"),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let last = words.len() - 1;
        let script = format!(
            "source completions/trackersync.bash; COMP_WORDS=({line}); COMP_CWORD={last}; \
             _trackersync trackersync {} {}; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            words.last().unwrap(),
            words.iter().rev().nth(1).unwrap()
        );
        let replies = shell("bash", &["--norc", "-c"], &script);
        assert!(replies.lines().any(|l| l == expected), "{line}: {replies}");
    }
}

#[test]
fn zsh_loads_its_completion() {
    if !is_there("zsh") {
        return;
    }
    let script = "autoload -U compinit; fpath=($PWD/completions $fpath); compinit -u -D; \
                  autoload +X _trackersync; print -r -- $_comps[trackersync]; print -r -- $+functions[_trackersync]";
    let text = shell("zsh", &["-f", "-c"], script);
    assert_eq!(text, "_trackersync\n1\n");
}

#[test]
fn fish_completes_commands_and_options() {
    if !is_there("fish") {
        return;
    }
    for (line, expected) in [
        ("trackersync conv", "convert"),
        ("trackersync convert --time", "--timezone"),
    ] {
        let script = format!("source completions/trackersync.fish; complete -C '{line}'");
        let replies = shell("fish", &["--no-config", "-c"], &script);
        assert!(
            replies.lines().any(|l| l.starts_with(expected)),
            "{line}: {replies}"
        );
    }
}
