//! The check of a block against its schema: every mistake in it, in one pass. `editors` holds it against JSON Schema.

use heeler::model::Node;
use heeler::model::check::Additions;
use heeler::providers;

#[test]
fn every_mistake_of_a_block_is_named_once() {
    let text = "{ account_tags: [1, a:b, 2], aws_regions: { include_onl: [], x: 1 }, metrics_config: { enabled: 1, tag_filters: [{ tags: 1 }, {}] } }";
    let node = Node::parse(text, 0).0.expect("YAML");
    let mut found = Vec::new();
    providers::check_block(
        providers::named("datadog").expect("a provider"),
        &node,
        Additions::Allowed,
        &[],
        &mut found,
    );
    let said: Vec<(&str, &str)> =
        found.iter().map(|found| (&text[found.place.expect("a place").range()], found.title.as_str())).collect();
    let wanted = [
        ("1", "an item of `account_tags` has the wrong type"),
        ("2", "an item of `account_tags` has the wrong type"),
        ("include_onl", "unknown key `include_onl` in `aws_regions`"),
        ("x", "unknown key `x` in `aws_regions`"),
        ("1", "`enabled` has the wrong type"),
        ("1", "`tags` has the wrong type"),
        ("{ tags: 1 }", "`namespace` is missing"),
        ("{}", "`namespace` is missing"),
    ];
    assert_eq!(said, wanted);
}
