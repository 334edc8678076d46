//! What was typed, as a command that can be copied into a shell.

use super::clean::quoted;

/// What was typed, to be shown again in a command to copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The INPUTs.
    pub inputs: Vec<String>,
    /// OUT, where it was named.
    pub output: Option<String>,
    /// Options that shape the output, as `--timezone=Europe/Paris`.
    pub options: Vec<String>,
}

/// INPUTs that a command to copy repeats; more are not worth the lines.
const REPEATED: usize = 6;

impl Typed {
    /// Returns the command that converts the same INPUTs, with more options.
    #[must_use]
    pub fn command(&self, more: &[&str]) -> String {
        let inputs: Vec<String> = match self.inputs.len() {
            0 | REPEATED.. => vec!["INPUT...".to_owned()],
            _ => self.inputs.iter().map(|i| quoted(i)).collect(),
        };
        let options = self.options.iter().map(|o| quoted(o));
        let more = more.iter().map(|o| quoted(o));
        let words: Vec<String> = inputs.into_iter().chain(options).chain(more).collect();
        format!("trackersync convert {}", words.join(" "))
    }
}
