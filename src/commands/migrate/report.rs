//! What is said around a migrated config: what means something else, what was not proved, what is left, and what
//! Terraform is to forget.

use std::collections::{BTreeMap, BTreeSet};

use super::origin::{Origin, SourceResource};
use super::takeover::{Readings, Takeover};
use super::terraform::release::{Release, quoted};
use crate::commands::import::fields_left_out;
use crate::config::files::Text;
use crate::importer::{Imported, LeftOutRow, Note};
use crate::model::value::at;
use crate::model::{Key, Observed, ResourceNames};
use crate::render::style::{CHANGED, paint};
use crate::render::{counted, escape_untrusted::escaped_line, yaml};

/// Everything there is to say.
pub struct MigrationReport<'a> {
    /// Where it comes from.
    pub origin: Origin,
    /// What was taken over.
    pub taking: &'a Takeover,
    /// All there was.
    pub resources: &'a [SourceResource],
    /// The rows that the config declares now.
    pub handed: &'a BTreeSet<Key>,
    /// Whether anybody looked at what is live.
    pub proved: bool,
    /// What a config says that is to be carried over by hand.
    pub by_hand: &'a [String],
    /// Terraform's states, by name.
    pub states: &'a [String],
}

/// Accounts, and fields of each that somebody else manages and the config does not.
pub type InPart = [(Key, Vec<String>)];

const UNPROVED: &str = "NOT PROVED: --offline, so nobody compared this with what is live. `heeler plan` does: go on only if it shows no changes.";
const EMPTY: &str = "left out, so nobody manages them from now on, and what somebody else writes there stays. To keep one empty, write `[]`.";

/// Accounts named before the rest is only counted.
const MAX_NAMED: usize = 10;

/// Longer comments are broken up, where they can be.
const WIDTH: usize = 110;

impl MigrationReport<'_> {
    /// What stands above the config.
    pub fn head(&self) -> String {
        let mut lines = Vec::new();
        if !self.proved {
            lines.push(UNPROVED.to_owned());
        }
        if self.origin == Origin::Config {
            lines.push(
                "This takes the place of the blocks of the older API: take those out of the config it was made from."
                    .to_owned(),
            );
            if !self.by_hand.is_empty() {
                lines.push(format!("Carry over by hand: {}.", self.by_hand.join(", ")));
            }
        }
        let meanings = self.meanings();
        if !meanings.is_empty() {
            lines.push("What means something else from now on:".to_owned());
            lines.extend(meanings.iter().map(|(about, says)| wrapped(&format!("- {about}: {says}"), "  ")));
        }
        let head: String = lines.iter().map(|line| yaml::comment(line, 0)).collect();
        if head.is_empty() { head } else { format!("{head}\n") }
    }

    /// What means something else: what it is about and which accounts, and what it says.
    fn meanings(&self) -> Vec<(String, String)> {
        let of_handed = self.taking.meanings.iter().filter_map(|((about, says), rows)| {
            let rows: Vec<_> = rows.iter().filter(|(key, _)| self.handed.contains(*key)).collect();
            let one =
                |(key, names): &(&Key, &BTreeSet<String>)| match names.iter().map(String::as_str).collect::<Vec<_>>() {
                    none if none.is_empty() => key.name.clone(),
                    names => format!("{} with {}", key.name, names.join(" and ")),
                };
            let more = rows.len().saturating_sub(MAX_NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named = rows.iter().take(MAX_NAMED).map(one).collect::<Vec<_>>().join(", ");
            (!rows.is_empty())
                .then(|| (format!("{about} ({}: {named}{more})", counted(rows.len(), "account")), (*says).to_owned()))
        });
        let empty =
            (self.origin == Origin::Terraform).then(|| ("fields that hold nothing".to_owned(), EMPTY.to_owned()));
        of_handed.chain(empty.filter(|_| !self.handed.is_empty())).collect()
    }

    /// What each state is to forget, by its number.
    fn releases(&self) -> Vec<(usize, Release)> {
        let handed = self.taking.from.iter().filter(|(key, _)| self.handed.contains(*key)).flat_map(|(_, from)| from);
        let goes: BTreeSet<&usize> = handed.filter(|_| self.origin == Origin::Terraform).collect();
        let of_state = |state: usize| {
            let resources = self.resources.iter().enumerate().filter(move |(_, thing)| thing.state == state);
            Release::of(resources.map(|(at, thing)| (thing.label.as_str(), goes.contains(&at))))
        };
        (0..self.states.len())
            .map(|state| (state, of_state(state)))
            .filter(|(_, release)| !release.is_empty())
            .collect()
    }

    /// What is to be forgotten, as comments.
    pub fn commands(&self) -> String {
        let mut out = String::new();
        for (state, release) in self.releases() {
            let whose = if self.states.len() > 1 {
                format!(" In the configuration of {}:", self.states[state])
            } else {
                String::new()
            };
            let head = format!(
                "Once `heeler plan` shows no changes, let Terraform forget what heeler manages, and destroy nothing.{whose}"
            );
            out.push_str(&format!("\n{}", yaml::comment(&head, 0)));
            if !release.blocks.is_empty() {
                let head = "In the change that takes the resources out of its configuration, write (Terraform and OpenTofu, from 1.7):";
                out.push_str(&yaml::comment(head, 0));
                out.push_str(&indented(&release.removed()));
            }
            if !release.instances.is_empty() {
                out.push_str(&yaml::comment(
                    "Of these resources other instances stay. Run this, and then take these instances out of the configuration:",
                    0,
                ));
                let words: Vec<String> = release.instances.iter().map(|address| quoted(address)).collect();
                out.push_str(&indented(&format!("terraform state rm \\\n  {}", words.join(" \\\n  "))));
            }
        }
        out
    }

    /// The same as files. `rows` are what stays, and why.
    pub fn files(&self, rows: &[LeftOutRow]) -> Vec<Text> {
        let notes: Vec<String> = rows.iter().map(|row| format!("left out: {row}")).collect();
        let mut files = Vec::new();
        let mut taken = BTreeSet::new();
        for (state, release) in self.releases() {
            let of_state = if self.states.len() > 1 { suffix(&self.states[state], &mut taken) } else { String::new() };
            if !release.blocks.is_empty() {
                files
                    .push(Text { name: format!("terraform-removed{of_state}.tf"), text: release.removed_file(&notes) });
            }
            if !release.instances.is_empty() {
                files.push(Text { name: format!("terraform-state-rm{of_state}.sh"), text: release.script(&notes) });
            }
        }
        files
    }

    /// What of accounts that the config declares is managed elsewhere and not there, as comments.
    pub fn in_part(&self, in_part: &InPart, names: &ResourceNames) -> String {
        if in_part.is_empty() {
            return String::new();
        }
        let head = format!("Declared in part: fields that {} manages and the config does not:", self.origin.whose());
        let lines = in_part.iter().map(|(key, fields)| {
            yaml::comment(&wrapped(&format!("  {}: {}", names.name(key), fields.join(", ")), "    "), 0)
        });
        format!("\n{}{}", yaml::comment(&head, 0), lines.collect::<String>())
    }

    /// What is said on stderr besides.
    pub fn warnings(&self, imported: &Imported, in_part: &InPart) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.proved {
            warnings.push(UNPROVED.to_owned());
        }
        warnings.extend(self.meanings().iter().map(|(about, says)| format!("{about}: {says}")));
        let otherwise = imported.notes.iter().filter(|note| matches!(note, Note::LiveDiffers { .. })).count();
        if otherwise > 0 {
            let is = if otherwise == 1 { "is" } else { "are" };
            let whose = self.origin.whose();
            warnings.push(format!(
                "{} {is} live otherwise than {whose} says; what is live is written, and noted above the account",
                counted(otherwise, "field")
            ));
        }
        warnings.extend(fields_left_out(&imported.notes));
        if !in_part.is_empty() {
            let fields = in_part.iter().map(|(_, fields)| fields.len()).sum();
            warnings.push(format!(
                "{} declared in part: {} that {} manages and the config does not, named at the end",
                counted(in_part.len(), "account"),
                counted(fields, "field"),
                self.origin.whose()
            ));
        }
        let taken: BTreeSet<&usize> = self.taking.from.values().flatten().collect();
        let about = self.resources.iter().enumerate().filter(|(at, _)| taken.contains(at));
        let hidden: Vec<String> = about
            .flat_map(|(_, thing)| thing.hidden.iter().map(move |path| format!("{}: {path}", thing.label)))
            .collect();
        if !hidden.is_empty() {
            warnings.push(format!("not read, since the state marks them as sensitive: {}. The account and its role or key are taken from the live row; another field is left out, so nobody manages it from now on.", hidden.join("; ")));
        }
        warnings
    }
}

/// What Terraform replaced and has not destroyed yet; of what is live, which account it is.
pub fn deposed(resources: &[SourceResource], snapshots: Option<&Readings>) -> Vec<LeftOutRow> {
    let read = snapshots.into_iter().flatten().filter_map(|(_, snapshot)| snapshot.result.as_ref().ok());
    let rows = read.filter(|_| !resources.is_empty()).flat_map(|found| found.rows.values());
    let by_id: BTreeMap<&str, &Observed> = rows.map(|row| (row.id.0.as_str(), row)).collect();
    let said = |thing: &SourceResource| {
        let id = at(&thing.says, "id").as_str();
        let live = id.and_then(|id| by_id.get(id));
        let live = live.map_or_else(String::new, |row| format!("; it is live as {}", row.key.name));
        let id = id.map_or_else(String::new, |id| format!(" ({id})"));
        let why = format!(
            "a deposed object{id} is in the state, which Terraform will destroy at its next apply, unless a `removed` block of the resource is in it{live}"
        );
        LeftOutRow::unknown(&thing.label, why)
    };
    resources.iter().map(said).collect()
}

/// Warnings as lines.
pub fn warned(warnings: impl IntoIterator<Item = String>) -> String {
    let line = |warning: String| format!("{} {}\n", paint(CHANGED, "warning:"), escaped_line(&warning));
    warnings.into_iter().map(line).collect()
}

/// What tells the files of one state from those of others: the end of its name.
fn suffix(state: &str, taken: &mut BTreeSet<String>) -> String {
    let parts: Vec<&str> =
        state.trim_end_matches(".json").split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".").collect();
    let end = parts[parts.len().saturating_sub(2)..].join("-");
    let end: String =
        end.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' }).collect();
    let end = end.trim_matches('-');
    let names = std::iter::once(format!("-{end}")).chain((2..).map(|number| format!("-{end}-{number}")));
    names.into_iter().find(|name| taken.insert(name.clone())).unwrap_or_default()
}

fn indented(text: &str) -> String {
    text.lines().filter(|line| !line.is_empty()).map(|line| yaml::comment(&format!("  {line}"), 0)).collect()
}

/// The words on lines that are not too long; all but the first begin with `indent`.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push_str(if line.is_empty() { "" } else { " " });
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines.join("\n")
}
