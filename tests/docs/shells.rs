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
        (
            "trackersync convert --only activities,w",
            "activities,weight",
        ),
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
    // Nothing of ours where INPUT stands: the shell offers files.
    let script = "source completions/trackersync.bash; COMP_WORDS=(trackersync convert ''); COMP_CWORD=2; \
                  _trackersync trackersync '' convert; echo ${#COMPREPLY[@]}";
    assert_eq!(shell("bash", &["--norc", "-c"], script), "0\n");
}

/// Types a line into an interactive zsh, presses Tab and prints what then stands there.
const ZSH: &str = r#"
zmodload zsh/zpty
seen=$(mktemp)
zpty -b shell zsh -f -i
zpty -w shell "fpath=($PWD/completions \$fpath); autoload -U compinit; compinit -u -D; \
  bindkey '^I' complete-word; show() { print -r -- \$BUFFER > $seen }; zle -N show; \
  bindkey '^X' show; print -r ready > $seen"
wait_for_it() { repeat 400; do [[ -s $seen ]] && break; zpty -r -t shell drop || sleep 0.05; done }
wait_for_it
for line in "${(@f)LINES_TO_TYPE}"; do
  : > $seen
  zpty -wn shell $'\x15'$line$'\t\x18'
  wait_for_it
  cat $seen
done
rm $seen
zpty -d shell
"#;

#[test]
fn zsh_completes_commands_files_and_names_after_a_comma() {
    if !is_there("zsh") {
        return;
    }
    let typed = [
        ("trackersync con", "trackersync convert "),
        (
            "trackersync convert CHANGE",
            "trackersync convert CHANGELOG.md ",
        ),
        (
            "trackersync convert CHANGELOG.md --dry",
            "trackersync convert CHANGELOG.md --dry-run ",
        ),
        (
            "trackersync convert --only activities,w",
            "trackersync convert --only activities,weight,",
        ),
        (
            "trackersync convert --timezone Europe/Pari",
            "trackersync convert --timezone Europe/Paris ",
        ),
    ];
    let lines = typed.map(|(line, _)| line).join("\n");
    let script = format!("LINES_TO_TYPE='{lines}'{ZSH}");
    let text = shell("zsh", &["-f", "-c"], &script);
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        typed.map(|(_, then)| then)
    );
}

#[test]
fn fish_completes_commands_files_and_names_after_a_comma() {
    if !is_there("fish") {
        return;
    }
    for (line, expected) in [
        ("trackersync conv", "convert"),
        ("trackersync convert --time", "--timezone"),
        ("trackersync convert CHANGE", "CHANGELOG.md"),
        (
            "trackersync convert --only activities,w",
            "activities,weight",
        ),
        ("trackersync convert --only activities,", "activities,sleep"),
        ("trackersync convert --timezone Europe/Pari", "Europe/Paris"),
    ] {
        let script = format!("source completions/trackersync.fish; complete -C '{line}'");
        let replies = shell("fish", &["--no-config", "-c"], &script);
        assert!(
            replies.lines().any(|l| l.starts_with(expected)),
            "{line}: {replies}"
        );
    }
}
