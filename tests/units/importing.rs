//! Parts of an import: ways to write a value, and names out of tags.

use std::collections::{BTreeMap, BTreeSet};

use heeler::importer::account_names;
use heeler::importer::draft::{Draft, Schemas};
use heeler::importer::layers::ExistingConfig;
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

/// The names that accounts get for their tags.
fn named(fleet: &[&[&str]], taken: &[&str]) -> Vec<Option<String>> {
    let provider = providers::ALL[0];
    let schemas: Schemas = BTreeMap::from([(provider.name(), provider.block())]);
    let draft = |(at, tags): (usize, &&[&str])| Draft {
        account: Some(format!("21000000000{at}")),
        partition: "aws".to_owned(),
        name: None,
        blocks: BTreeMap::from([(provider.name(), BTreeMap::from([(vec!["account_tags".to_owned()], json!(tags))]))]),
        keys: BTreeSet::from([provider.kinds()[0].key(format!("21000000000{at}"))]),
        notes: Vec::new(),
    };
    let mut drafts: Vec<Draft> = fleet.iter().enumerate().map(draft).collect();
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
