//! What was not understood is the one thing that is said: nothing else is called missing that may stand there.

use std::collections::{BTreeMap, BTreeSet};

use heeler::config::files;
use heeler::model::{Diagnostic, Env};

use crate::{load, wrong};

/// The files of an example, by name; of those of a whole fleet, a few.
fn example(name: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let texts = files::read(&[format!("examples/configs/{name}").into()], &Env::default(), &mut out);
    assert!(out.is_empty() && !texts.is_empty(), "{name}");
    let is_enough =
        |name: &str| !name.contains("accounts/") || ["govcloud", "prod-"].iter().any(|few| name.contains(few));
    texts.into_iter().filter(|text| is_enough(&text.name)).map(|text| (text.name, text.text)).collect()
}

/// The titles of all that is wrong with these files, warnings too.
fn titles(files: &[(String, String)]) -> Vec<String> {
    let texts: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let found = load(&texts).map_or_else(|wrong| wrong.diagnostics, |loaded| loaded.warnings);
    found.into_iter().map(|Diagnostic { title, .. }| title).collect()
}

/// Where keys stand in a text: the range of each, and its word.
fn keys(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split(" #").next().unwrap_or_default();
        for (colon, _) in code.match_indices(':').filter(|_| !code.trim_start().starts_with('#')) {
            let before = &code[..colon];
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |last| last + 1);
            let begins = before[..start].chars().last().is_none_or(|c| " {\n".contains(c));
            if begins && start < colon && code[colon + 1..].starts_with([' ', '\n']) {
                found.push((at + start, &text[at + start..at + colon]));
            }
        }
        at += line.len();
    }
    found
}

#[test]
fn a_misspelt_key_is_one_mistake() {
    let mut misspelt = 0;
    for name in ["quickstart", "everything", "fleet"] {
        let files = example(name);
        let mut tried = BTreeSet::new();
        for (which, (_, text)) in files.iter().enumerate() {
            for (at, key) in keys(text).into_iter().filter(|(_, key)| key.len() > 3) {
                let indentation = at - text[..at].rfind('\n').map_or(0, |end| end + 1);
                if !tried.insert((key, indentation)) {
                    continue;
                }
                let mut files = files.clone();
                files[which].1.remove(at + 2);
                let found = titles(&files);
                // Variables and profiles are called what people like.
                let is_said = |title: &String| {
                    ["unknown", "undeclared", "nothing uses"].iter().any(|word| title.starts_with(word))
                };
                let is_one = found.len() < 2 && found.iter().all(is_said);
                assert!(is_one, "{name}: {key} without its third letter: {found:#?}");
                misspelt += found.len();
            }
        }
    }
    assert!(misspelt > 80, "{misspelt}");
}

#[test]
fn a_file_that_is_not_yaml_is_one_mistake() {
    for name in ["quickstart", "everything", "fleet"] {
        // Each key at the top in a file of its own.
        let mut files = BTreeMap::new();
        for (name, text) in example(name) {
            let mut key = String::new();
            for line in text.split_inclusive('\n') {
                if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                    key = line.split(':').next().unwrap_or_default().to_owned();
                }
                files.entry(format!("{name}.{key}.yaml")).or_insert_with(String::new).push_str(line);
            }
        }
        let files: Vec<_> = files.into_iter().collect();
        assert_eq!(titles(&files), [""; 0], "{name}");
        for which in 0..files.len() {
            let mut files = files.clone();
            files[which].1.push_str("\n - [\n");
            let found = titles(&files);
            assert_eq!(found.len(), 1, "{name}: {}: {found:#?}", files[which].0);
        }
    }
}

#[test]
fn what_is_wrong_elsewhere_is_said_all_the_same() {
    let text = "version: 1\nproviders: { datadog: { sit: datadoghq.eu } }\nprofile: {}\naccounts:\n  - aws_acount_id: '210000000001'\n    datadog: { metrics_config: { enable: true } }\n  - aws_account_id: '21000000000'\n    datadog: {}\n";
    insta::assert_snapshot!(wrong(&[("heeler.yaml", text)]));
}
