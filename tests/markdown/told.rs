//! A comment says no other values than the text does.

use std::fs;
use std::path::Path;

use heeler::render::{markdown, text};
use serde_json::Value;

use crate::fleet::{Fleet, Run};

#[test]
fn every_value_of_the_text_is_in_the_comment() {
    let mut values = 0;
    for example in ["examples/configs/quickstart", "examples/configs/fleet"] {
        let run = example_of(Path::new(example));
        values += same_values(&run);
    }
    values += same_values(&Fleet::of(2, 3, 4, 5).varied().world());
    assert!(values > 60, "only {values} values were compared");
}

fn same_values(run: &Run) -> usize {
    let plan = run.plan();
    let view = run.view(&plan);
    let said = anstream::adapter::strip_str(&text::plan(&view, "plan")).to_string();
    let comment = markdown::plan(&view);
    let values: Vec<&str> = said.lines().filter(|line| line.starts_with("    ")).flat_map(values_of).collect();
    for value in &values {
        assert!(comment.contains(value), "{value:?} is not in\n{comment}\nbut in\n{said}");
    }
    values.len()
}

/// The words of a line without its signs: a path, a value, an account.
fn values_of(line: &str) -> impl Iterator<Item = &str> {
    let bare = |words: &'static [&'static str]| move |part: &&str| !words.iter().any(|word| part.contains(word));
    let parts = line.split("  ").map(str::trim).filter(|part| !part.is_empty());
    let own = &["! stops all", "! can stop", "already so", "differs, see", " more, all in"];
    parts
        .filter(bare(own))
        .flat_map(|part| part.trim_start_matches("+ ").trim_start_matches("- ").split(" -> "))
        .flat_map(|part| part.split(", "))
}

fn example_of(folder: &Path) -> Run {
    let mut texts = Vec::new();
    read(folder, &mut texts);
    texts.sort();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let world: Value = serde_json::from_str(&fs::read_to_string(folder.join("world.json")).unwrap()).unwrap();
    Run::of(&texts, world["datadog"]["data"].as_array().unwrap().clone())
}

fn read(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read(&entry, texts);
        } else if entry.extension().is_some_and(|extension| extension == "yaml") {
            texts.push((entry.display().to_string(), fs::read_to_string(&entry).unwrap()));
        }
    }
}
