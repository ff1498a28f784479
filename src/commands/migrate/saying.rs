//! What is said around a migrated config: what means something else, what was not proved, what is left, and what Terraform is to forget.

use std::collections::BTreeSet;

use super::source::{Origin, Thing};
use super::taking::Taking;
use super::terraform;
use crate::importer::Imported;
use crate::importer::adopted::STAYS;
use crate::model::Key;
use crate::render::style::{CHANGED, paint};
use crate::render::{clean::clean, counted, yaml};

/// Everything there is to say.
pub struct Said<'a> {
    /// Where it comes from.
    pub origin: Origin,
    /// What was taken over.
    pub taking: &'a Taking,
    /// All there was.
    pub things: &'a [Thing],
    /// The rows that the config declares now.
    pub handed: &'a BTreeSet<Key>,
    /// Whether anybody looked at what is live.
    pub proved: bool,
    /// What a config says that is to be carried over by hand.
    pub by_hand: &'a [String],
    /// What was not read, since it is marked as sensitive.
    pub hidden: &'a [(String, String)],
}

const UNPROVED: &str = "NOT PROVED: --offline, so nobody compared this with what is live. `heeler plan` does: go on only if it shows no changes.";
const EMPTY: &str = "Fields that hold nothing are left out: nobody manages them from now on, and what others write there stays. To keep one empty,
write `[]`. Terraform set all of them.";

impl Said<'_> {
    /// What stands above the config.
    pub fn head(&self) -> String {
        let mut lines = Vec::new();
        if !self.proved {
            lines.push(UNPROVED.to_owned());
        }
        if self.origin == Origin::Config {
            lines.push("This takes the place of the blocks of the older API: take those out of the config it was made from.".to_owned());
            if !self.by_hand.is_empty() {
                lines.push(format!("Carry over by hand: {}.", self.by_hand.join(", ")));
            }
        }
        let meanings = self.meanings();
        if !meanings.is_empty() {
            lines.push("What means something else from now on:".to_owned());
            lines.extend(meanings.iter().map(|(about, says)| format!("- {about}: {}", says.replace('\n', "\n  "))));
        }
        lines.iter().map(|line| yaml::comment(line, 0)).collect()
    }

    /// What means something else: what it is about, and for how many accounts, and what it says.
    fn meanings(&self) -> Vec<(String, String)> {
        let of_handed = self.taking.meanings.iter().filter_map(|((about, says), keys)| {
            let many = keys.intersection(self.handed).count();
            (many > 0).then(|| (format!("{about} ({})", counted(many, "account")), (*says).to_owned()))
        });
        let empty = (self.origin == Origin::Terraform).then(|| ("empty fields".to_owned(), EMPTY.to_owned()));
        of_handed.chain(empty.filter(|_| !self.handed.is_empty())).collect()
    }

    /// The addresses that Terraform is to forget.
    pub fn released(&self) -> Vec<&str> {
        let handed = self.taking.from.iter().filter(|(key, _)| self.handed.contains(*key)).flat_map(|(_, from)| from);
        let at: BTreeSet<&usize> = handed.filter(|_| self.origin == Origin::Terraform).collect();
        at.into_iter().map(|at| self.things[*at].label.as_str()).collect()
    }

    /// The commands for it, as comments.
    pub fn commands(&self) -> String {
        let released = self.released();
        if released.is_empty() {
            return String::new();
        }
        let head = "Once `heeler plan` shows no changes, let Terraform forget what heeler manages, then take it out of its configuration:";
        let commands = released.iter().map(|address| yaml::comment(&format!("  {}", terraform::command(address)), 0));
        format!("\n{}{}", yaml::comment(head, 0), commands.collect::<String>())
    }

    /// What is said on stderr besides.
    pub fn warnings(&self, imported: &Imported) -> String {
        let mut warnings = Vec::new();
        if !self.proved {
            warnings.push(UNPROVED.to_owned());
        }
        warnings.extend(self.meanings().iter().map(|(about, says)| format!("{about}: {}", says.replace('\n', " "))));
        let otherwise = imported.texts.iter().flat_map(|text| text.text.lines()).filter(|line| line.trim_start().starts_with('#'));
        let otherwise = otherwise.filter(|line| line.contains(STAYS)).count();
        if otherwise > 0 {
            let is = if otherwise == 1 { "is" } else { "are" };
            let whose = self.origin.whose();
            warnings.push(format!(
                "{} {is} live otherwise than {whose} says; what is live is written, and noted above the account",
                counted(otherwise, "field")
            ));
        }
        let hidden: Vec<String> = self.hidden.iter().filter(|(address, _)| self.is_about(address)).map(|(a, path)| format!("{a}: {path}")).collect();
        if !hidden.is_empty() {
            warnings.push(format!("not read, since the state marks them as sensitive: {}", hidden.join("; ")));
        }
        warnings.iter().map(|warning| format!("{} {}\n", paint(CHANGED, "warning:"), clean(warning))).collect()
    }

    fn is_about(&self, address: &str) -> bool {
        self.taking.from.values().flatten().any(|at| self.things[*at].label == address)
    }
}
