//! The check of a block against what may stand there: with another validator of the same schema beside it, over every
//! provider.

use heeler::config::schema;
use heeler::model::Node;
use heeler::providers;
use serde_json::Value;

/// A source of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

const JUNK: &[&str] = &[
    "null",
    "true",
    "7",
    "-1",
    "1.5",
    "word",
    "''",
    "'7'",
    "[]",
    "{}",
    "[x]",
    "[null]",
    "[[x]]",
    "{x: y}",
    "[{x: y}]",
    "5000000000",
];

/// What the schema allows, in YAML, with something else in its place now and then.
fn document(schema: &Value, dice: &mut Dice) -> String {
    if dice.below(40) == 0 {
        return JUNK[dice.below(JUNK.len())].to_owned();
    }
    let words = schema["enum"].as_array().cloned().unwrap_or_default();
    if !words.is_empty() {
        return words[dice.below(words.len())].as_str().expect("a word").to_owned();
    }
    match schema["type"].as_str().unwrap_or_default() {
        "boolean" => ["true", "false"][dice.below(2)].to_owned(),
        "integer" => (schema["minimum"].as_u64().unwrap_or_default() + dice.below(50) as u64).to_string(),
        "string" => "'text'".to_owned(),
        "array" => {
            let items: Vec<String> = (0..dice.below(3)).map(|_| document(&schema["items"], dice)).collect();
            format!("[{}]", items.join(", "))
        }
        "object" => {
            let fields = schema["properties"].as_object().cloned().unwrap_or_default();
            let mut entries: Vec<String> = Vec::new();
            for (name, field) in &fields {
                let required =
                    schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known == name));
                if dice.below(if required { 25 } else { 3 }) > 0 {
                    entries.push(format!("{name}: {}", document(field, dice)));
                }
            }
            if schema["additionalProperties"].is_object() {
                entries.extend(
                    (0..dice.below(3)).map(|at| format!("k{at}: {}", document(&schema["additionalProperties"], dice))),
                );
            }
            if dice.below(30) == 0 {
                entries.push(format!("unheard_of: {}", JUNK[dice.below(JUNK.len())]));
            }
            format!("{{{}}}", entries.join(", "))
        }
        other => panic!("no document for {other:?} in {schema}"),
    }
}

/// The part of a schema that is about types: forms of values and one-ofs are rules of their own.
fn types_only(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, value)| {
                let is_rule = matches!(name.as_str(), "pattern" | "minLength" | "maxLength" | "allOf" | "format");
                !is_rule || (value.is_object() && *name != "allOf")
            });
            let mut kept: serde_json::Map<String, Value> =
                kept.map(|(name, value)| (name.clone(), types_only(value))).collect();
            if fields.get("format").is_some_and(|format| format == "uint32") {
                kept.insert("maximum".to_owned(), u32::MAX.into());
            }
            Value::Object(kept)
        }
        Value::Array(items) => items.iter().map(types_only).collect(),
        scalar => scalar.clone(),
    }
}

#[test]
fn a_block_is_refused_exactly_where_its_schema_does() {
    let config = schema::config();
    let mut dice = Dice(1);
    for provider in providers::ALL {
        let mut schema = types_only(&config["properties"]["accounts"]["items"]["properties"][provider.name()]);
        // A hold is the account's, wherever it stands: it is taken out before the block is checked.
        assert!(schema["properties"].as_object_mut().is_some_and(|fields| fields.remove("hold").is_some()));
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let mut refused = 0;
        for _ in 0..1500 {
            let text = document(&schema, &mut dice);
            let (node, wrong) = Node::parse(&text, 0);
            let node = node.unwrap_or_else(|| panic!("{wrong:?} in {text}"));
            let mut found = Vec::new();
            providers::check_block(*provider, &node, &mut found);
            assert!(found.iter().all(|found| found.help.is_some() && !found.label.is_empty()), "{found:#?}");
            assert!(found.iter().all(|found| !found.title.contains("cannot be read")), "{text}: {found:#?}");
            assert_eq!(validator.is_valid(&node.json()), found.is_empty(), "{}: {text}\n{found:#?}", provider.name());
            refused += usize::from(!found.is_empty());
        }
        assert!((100..1400).contains(&refused), "{} of {} refused: no test of both", refused, provider.name());
    }
}

#[test]
fn every_mistake_of_a_block_is_named_once() {
    let text = "{ account_tags: [1, a:b, 2], aws_regions: { include_onl: [], x: 1 }, metrics_config: { enabled: 1, tag_filters: [{ tags: 1 }, {}] } }";
    let node = Node::parse(text, 0).0.expect("YAML");
    let mut found = Vec::new();
    providers::check_block(providers::named("datadog").expect("a provider"), &node, &mut found);
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
