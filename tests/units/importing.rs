//! Parts of an import: ways to write a value, and names out of tags.

use std::collections::{BTreeMap, BTreeSet};

use heeler::importer::account_draft::{Draft, Schemas};
use heeler::importer::account_names;
use heeler::importer::layers::ExistingConfig;
use heeler::importer::layers::table::{Table, build_table};
use heeler::importer::layers::value_forms::ValueForms;
use heeler::providers;
use serde_json::json;

#[test]
fn only_a_whole_id_is_named() {
    let forms = |word: &str| ValueForms::of(&json!(word), Some("210000000001"), "aws");
    let named = |word: &str| forms(word).by_account;
    assert_eq!(named("arn:aws:iam::210000000001:role/a"), "arn:aws:iam::${aws_account_id}:role/a");
    assert_eq!(named("210000000001-210000000001"), "${aws_account_id}-${aws_account_id}");
    for other in ["2100000000012", "9210000000001", "$210000000001", "210000000001210000000001"] {
        assert_eq!(named(other), other);
    }
    assert_eq!(forms("a:${b}").plain, "a:$${b}");
    assert_eq!(forms("arn:aws:lambda:x").by_partition, "arn:${aws_partition}:lambda:x");
    assert_eq!(forms("arn:aws-cn:lambda:x").by_partition, "arn:aws-cn:lambda:x");
    assert_eq!(ValueForms::of(&json!([true, 1]), None, "aws").by_partition, json!([true, 1]));
}

fn schemas() -> Schemas {
    BTreeMap::from([(providers::ALL[0].name(), providers::ALL[0].block())])
}

/// An account with these tags and nothing else.
fn draft(at: usize, tags: &[impl AsRef<str>]) -> Draft {
    let tags: Vec<&str> = tags.iter().map(AsRef::as_ref).collect();
    let leaves = BTreeMap::from([(vec!["account_tags".to_owned()], json!(tags))]);
    Draft {
        account: Some(format!("21{at:010}")),
        partition: "aws".to_owned(),
        name: None,
        blocks: BTreeMap::from([(providers::ALL[0].name(), leaves)]),
        empty: BTreeSet::new(),
        keys: BTreeSet::from([providers::ALL[0].kinds()[0].key(format!("21{at:010}"))]),
        notes: Vec::new(),
    }
}

/// What one account alone has takes room once, not once for every account.
#[test]
fn a_table_has_a_cell_for_what_is_there_and_none_for_what_is_not() {
    let table = |many: usize| {
        let tags = |at: usize| {
            ["managed:yes".to_owned(), format!("owner-{at}"), format!("key{at}:value"), format!("team:t{at}")]
        };
        let drafts: Vec<Draft> = (0..many).map(|at| draft(at, &tags(at))).collect();
        build_table(&drafts, &schemas(), &ExistingConfig { open: true, ..ExistingConfig::default() }, false)
    };
    let cells = |table: &Table| table.lines.iter().map(BTreeMap::len).sum::<usize>();
    let small = table(40);
    assert!(small.columns.len() > 80, "two tags of each account are nobody else's: {}", small.columns.len());
    assert_eq!(cells(&table(400)), 10 * cells(&small));
}

/// The names that accounts get for their tags.
fn named(fleet: &[&[&str]], taken: &[&str]) -> Vec<Option<String>> {
    let schemas = schemas();
    let mut drafts: Vec<Draft> = fleet.iter().enumerate().map(|(at, tags)| draft(at, tags)).collect();
    let ground =
        ExistingConfig { names: taken.iter().map(|name| (*name).to_owned()).collect(), ..ExistingConfig::default() };
    account_names::give(&mut drafts, &schemas, &BTreeMap::new(), &ground);
    drafts.into_iter().map(|draft| draft.name).collect()
}

#[test]
fn names_come_from_tags_and_are_nobody_elses() {
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(
        named(&[&["name:audit", "env:prod", "team:sec"], &["env:prod", "team:data"]], &[]),
        [name("audit"), name("data-prod")]
    );
    assert_eq!(
        named(&[&["env:prod", "team:data"], &["env:prod", "team:data", "service:lake"]], &[]),
        [None, name("lake-prod")]
    );
    assert_eq!(named(&[&["account:pay"], &["account:pay"], &["account:pay2"]], &["pay2"]), [None, None, None]);
    let telling_nothing: [&[&str]; 6] =
        [&["env:prod"], &["team:data"], &["name:210000000001"], &["name:a b"], &["name:x", "name:y"], &["names:x"]];
    assert_eq!(named(&telling_nothing, &[]), vec![None; 6]);
}
