//! Checking a node against what may stand there: every mistake in it, each at its own place, in one pass.
//!
//! [`Expected`] says what may stand where; [`remedy`] says what to write instead. A struct is then read from what fits.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, Diagnostics, Tally, brief, did_you_mean, listed};
use super::expected::{Expected, Fields};
use super::node::{Entry, Node};
use super::source::Place;
use super::{key_remedy, remedy};

/// Where else a key belongs, in words; nothing if nowhere.
pub type Elsewhere<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads `node`, which stands under the key `name`, as a `T`, reporting all that does not fit. Returns what fits, if
/// anything does.
pub fn check<T: DeserializeOwned + JsonSchema + 'static>(name: &str, node: &Node, out: &mut Diagnostics) -> Option<T> {
    check_knowing(name, node, &|_| None, out)
}

/// The same where an unknown key may belong somewhere else.
pub fn check_knowing<T: DeserializeOwned + JsonSchema + 'static>(
    name: &str,
    node: &Node,
    elsewhere: Elsewhere<'_>,
    out: &mut Diagnostics,
) -> Option<T> {
    let expected = Expected::of::<T>();
    let root = if let Expected::Block(fields) = expected { Some(fields) } else { None };
    let mut check = Check { root, elsewhere, path: Vec::new(), tally: Tally::default(), out };
    let fit = check.value(&Spot { name, key_place: node.place(), row_of: None }, expected, node);
    let fits = match fit {
        Fit::Whole => node.clone(),
        Fit::Part(part) => part,
        Fit::Nothing => return None,
    };
    match T::deserialize(fits.value()) {
        Ok(value) => Some(value),
        // What is expected and what a `T` is read from are made from one struct, so this is a mistake of this program.
        Err(_) => {
            out.push(
                Diagnostic::error(node.place(), format!("`{}` cannot be read", brief(name)))
                    .help("please report this as a mistake of heeler's"),
            );
            None
        }
    }
}

/// How much of a node is as it should be.
enum Fit {
    Whole,
    /// What is left without the rest.
    Part(Node),
    Nothing,
}

/// Where a value stands, for messages.
#[derive(Clone, Copy)]
struct Spot<'a> {
    /// The key it stands under, directly or in a list.
    name: &'a str,
    key_place: Place,
    /// If it is an item of a list: by which field such items are told apart; empty where they have none.
    row_of: Option<&'a str>,
}

struct Check<'a> {
    root: Option<&'a Fields>,
    elsewhere: Elsewhere<'a>,
    /// The keys that lead from the root to the block under way.
    path: Vec<&'a str>,
    tally: Tally,
    out: &'a mut Diagnostics,
}

impl<'a> Check<'a> {
    fn value(&mut self, spot: &Spot<'_>, expected: &'a Expected, node: &Node) -> Fit {
        let fits = match (expected, node) {
            (Expected::Block(fields), node) if node.is_map() => return self.block(spot, fields, node),
            (Expected::List(item), node) if node.is_list() => return self.list(spot, item, "", node),
            (Expected::Rows(by, row), node) if node.is_list() => return self.rows(spot, by, row, node),
            (Expected::Map(value), node) if node.is_map() => return self.map(value, node),
            (Expected::Secret, node) => return self.secret(spot, node),
            (Expected::Switch, node) => {
                node.is_plain()
                    && node
                        .text()
                        .is_some_and(|text| matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE"))
            }
            (Expected::Text(_), node) => node.is_text(),
            (Expected::Number(least, most), node) => {
                remedy::whole_number(node).is_some_and(|number| (*least..=*most).contains(&number))
            }
            (Expected::Word(words), node) => node.is_text() && words.iter().any(|word| node.text() == Some(word)),
            (Expected::Anything, _) => true,
            (Expected::Block(_) | Expected::List(_) | Expected::Rows(..) | Expected::Map(_), _) => false,
        };
        if fits {
            return Fit::Whole;
        }
        self.tally.push(node.place(), self.out, || wrong(spot, expected, node));
        Fit::Nothing
    }

    fn block(&mut self, spot: &Spot<'_>, fields: &'a Fields, node: &Node) -> Fit {
        let mut kept = Kept::default();
        let (mut unknown, mut lacks) = (false, false);
        for entry in node.entries() {
            let Some((name, expected)) = fields.fields.get_key_value(&*entry.key) else {
                unknown = true;
                self.unknown(spot, fields, entry);
                kept.leaves_out();
                continue;
            };
            if entry.node.is_null() {
                self.tally.push(entry.key_place, self.out, || no_value(entry, &remedy::of_null(expected)));
                kept.leaves_out();
                lacks |= fields.required.contains(name);
                continue;
            }
            self.path.push(name);
            let spot = Spot { name, key_place: entry.key_place, row_of: None };
            let fit = self.value(&spot, expected, &entry.node);
            self.path.pop();
            lacks |= matches!(fit, Fit::Nothing) && fields.required.contains(name);
            kept.add(fit, entry.clone(), |entry, node| Entry { node, ..entry });
        }
        for missing in fields.required.iter().filter(|field| node.entry(field).is_none()) {
            // What is missing may be there under a misspelt name, and that has been said.
            if !unknown {
                self.tally.push(node.place(), self.out, || {
                    let wrong = Diagnostic::error(node.place(), format!("`{missing}` is missing"))
                        .label(format!("has no `{missing}`"));
                    wrong.help(format!("add `{missing}: ...`"))
                });
            }
            lacks = true;
        }
        if lacks { Fit::Nothing } else { kept.fit(|entries| node.with_entries(entries)) }
    }

    fn list(&mut self, spot: &Spot<'_>, item: &'a Expected, by: &str, list: &Node) -> Fit {
        let spot = Spot { row_of: Some(by), ..*spot };
        let mut kept = Kept::default();
        for node in list.items() {
            if node.is_null() {
                self.empty_item(&spot, node);
                kept.leaves_out();
            } else {
                let fit = self.value(&spot, item, node);
                kept.add(fit, node.clone(), |_, node| node);
            }
        }
        kept.fit(|items| list.with_items(items))
    }

    fn rows(&mut self, spot: &Spot<'_>, by: &str, row: &'a Fields, list: &Node) -> Fit {
        let spot = Spot { row_of: Some(by), ..*spot };
        let mut kept = Kept::default();
        for node in list.items() {
            if node.is_null() {
                self.empty_item(&spot, node);
                kept.leaves_out();
            } else if node.is_map() {
                let fit = self.block(&spot, row, node);
                kept.add(fit, node.clone(), |_, node| node);
            } else {
                let help = remedy::of_row(by, row, node);
                self.tally.push(node.place(), self.out, || wrong_type(&spot, node, "a map of keys", help));
                kept.leaves_out();
            }
        }
        kept.fit(|items| list.with_items(items))
    }

    fn map(&mut self, value: &'a Expected, map: &Node) -> Fit {
        let mut kept = Kept::default();
        for entry in map.entries() {
            let spot = Spot { name: &entry.key, key_place: entry.key_place, row_of: None };
            if entry.node.is_null() {
                self.tally.push(entry.key_place, self.out, || no_value(entry, "write a value, or leave the key out"));
                kept.leaves_out();
            } else {
                let fit = self.value(&spot, value, &entry.node);
                kept.add(fit, entry.clone(), |entry, node| Entry { node, ..entry });
            }
        }
        kept.fit(|entries| map.with_entries(entries))
    }

    /// Nothing of what stands there is shown: it may be the secret.
    fn secret(&mut self, spot: &Spot<'_>, node: &Node) -> Fit {
        let name = spot.name;
        if let [Entry { key, node: variable, .. }] = node.entries()
            && &**key == "env"
            && variable.is_text()
        {
            return Fit::Whole;
        }
        let is_literal = node.text().is_some();
        let place =
            node.entries().iter().find(|entry| &*entry.key != "env").map_or(spot.key_place, |entry| entry.key_place);
        self.tally.push(place, self.out, || {
            let (title, label) = match is_literal {
                true => (format!("a literal secret under `{name}`"), "a secret does not belong into a file"),
                false => (format!("`{name}` is no reference to a secret"), "not of the form `{ env: NAME }`"),
            };
            let help = match is_literal {
                true => "write `{ env: NAME }`, and set NAME in the environment of apply; if this one was ever committed, replace it",
                false => "write `{ env: NAME }` and nothing else, and set NAME in the environment of apply",
            };
            Diagnostic::error(place, title).label(label).help(help)
        });
        Fit::Nothing
    }

    fn empty_item(&mut self, spot: &Spot<'_>, node: &Node) {
        let place = if node.place().range().is_empty() { spot.key_place } else { node.place() };
        self.tally.push(place, self.out, || {
            let label = if place == node.place() {
                "null, or nothing after the dash"
            } else {
                "nothing stands after a dash, or between two commas"
            };
            Diagnostic::error(place, format!("an empty item of `{}`", brief(spot.name)))
                .label(label)
                .help("leave the item out")
        });
    }

    fn unknown(&mut self, spot: &Spot<'_>, fields: &Fields, entry: &Entry) {
        let Check { root, elsewhere, path, tally, out } = self;
        tally.push(entry.key_place, out, || {
            let known = listed(fields.fields.keys().map(String::as_str));
            let known =
                if known.is_empty() { "nothing may stand here".to_owned() } else { format!("known here: {known}") };
            let other = || elsewhere(&entry.key);
            let help = key_remedy::of_key(entry, fields, *root, path)
                .or_else(|| if path.is_empty() { other() } else { None })
                .or_else(|| did_you_mean(&entry.key, fields.fields.keys().map(String::as_str)))
                .or_else(other);
            let help = help.map_or(known.clone(), |help| format!("{help} ({known})"));
            let within = if spot.name.is_empty() { String::new() } else { format!(" in `{}`", brief(spot.name)) };
            Diagnostic::error(entry.key_place, format!("unknown key `{}`{within}", brief(&entry.key)))
                .label("nothing is known under this name")
                .help(help)
        });
    }
}

/// What is kept of a map or list, copied only once something is left out.
struct Kept<T> {
    kept: Vec<T>,
    whole: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { kept: Vec::new(), whole: true }
    }
}

impl<T> Kept<T> {
    fn leaves_out(&mut self) {
        self.whole = false;
    }

    fn add(&mut self, fit: Fit, part: T, with: impl FnOnce(T, Node) -> T) {
        match fit {
            Fit::Whole => self.kept.push(part),
            Fit::Part(node) => {
                self.whole = false;
                self.kept.push(with(part, node));
            }
            Fit::Nothing => self.whole = false,
        }
    }

    fn fit(self, remade: impl FnOnce(Vec<T>) -> Node) -> Fit {
        if self.whole { Fit::Whole } else { Fit::Part(remade(self.kept)) }
    }
}

/// `key:` with nothing after it.
pub fn no_value(entry: &Entry, help: &str) -> Diagnostic {
    let place = if entry.node.place().range().is_empty() { entry.key_place } else { entry.node.place() };
    Diagnostic::error(place, format!("`{}` has no value", brief(&entry.key)))
        .label("null, or nothing after the colon")
        .help(help)
}

/// A value that is not what belongs there.
fn wrong(spot: &Spot<'_>, expected: &Expected, node: &Node) -> Diagnostic {
    if let (Expected::Word(words), true) = (expected, node.is_text()) {
        let text = node.text().unwrap_or_default();
        let list = format!("one of: {}", words.join(", "));
        let help = did_you_mean(text, words.iter().map(String::as_str))
            .map_or(list.clone(), |guess| format!("{guess} ({list})"));
        return Diagnostic::error(node.place(), format!("`{}` cannot be `{}`", brief(spot.name), brief(text)))
            .label("not a legal value")
            .help(help);
    }
    wrong_type(spot, node, remedy::wanted(expected), remedy::of_value(expected, node))
}

fn wrong_type(spot: &Spot<'_>, node: &Node, wanted: &str, help: String) -> Diagnostic {
    let name = brief(spot.name);
    let what = if spot.row_of.is_some() { format!("an item of `{name}`") } else { format!("`{name}`") };
    let label = format!("this is {}, but {wanted} belongs here", remedy::described(node));
    Diagnostic::error(node.place(), format!("{what} has the wrong type")).label(label).help(help)
}
