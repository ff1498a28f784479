//! The JSON Schema for editors takes exactly what heeler takes: both judge configs that are right, and such with
//! something else in one place.

use heeler::config::json_schema as schema;
use heeler::model::{Diagnostic, Node};

use crate::load;
use crate::written_configs::Writer;

/// What no JSON Schema can say of one file, by the title of what heeler says: several places tell it together, names
/// are filled in, or it depends on the environment.
const NOT_FOR_A_SCHEMA: &[&str] = &[
    // Several places together.
    "is declared twice",
    "two entries for",
    "undeclared profile",
    "is removed twice",
    "is declared and removed under",
    "on one account",
    "without a role",
    "without a service",
    "of another account",
    "in another partition",
    "without extended collection",
    "without an account id",
    "an account without",
    "a role cannot be assumed",
    "`aws_account_id` is missing",
    // Names that are filled in.
    "${",
    "is no text to every reader of YAML",
    // What the layers below say.
    "adds to nothing",
    "beside an `unmanaged` of it",
    // What another entry says.
    "is removed while it is on hold",
    "is removed while it is read only",
    // The environment, and addresses.
    "holds heeler's own key",
    "not the address of a cluster",
    "no Datadog site",
    "no Wavefront cluster",
    "is no host of",
    // Keys that stand twice: JSON has none.
    "stands twice in one map",
    // A whole config is in several files.
    "`version` is missing",
];

fn is_for_a_schema(found: &Diagnostic) -> bool {
    !NOT_FOR_A_SCHEMA.iter().any(|known| found.title.contains(known))
}

#[test]
fn editors_take_what_heeler_takes() {
    let validator = jsonschema::validator_for(&schema::config()).expect("a schema");
    let (mut taken, mut refused, mut disagreements) = (0, 0, Vec::new());
    for (seed, wrong) in [(1, 1_000_000), (2, 60), (3, 25)] {
        let mut writer = Writer::new(seed, wrong);
        for _ in 0..400 {
            let text = writer.config();
            let node = Node::parse(&text, 0).0.unwrap_or_else(|| panic!("no YAML: {text}"));
            let found = load(&[("heeler.yaml", &text)]).err().map(|invalid| invalid.diagnostics).unwrap_or_default();
            let said: Vec<&Diagnostic> =
                found.iter().filter(|found| found.is_error() && is_for_a_schema(found)).collect();
            let is_told = |found: &&Diagnostic| found.help.is_some() && !found.label.is_empty();
            assert!(said.iter().all(is_told), "{text}: {said:#?}");
            assert!(said.iter().all(|found| !found.title.contains("cannot be read")), "{text}: {said:#?}");
            let said: Vec<&str> = said.iter().map(|found| found.title.as_str()).collect();
            let of_schema: Vec<String> =
                validator.iter_errors(&node.json()).map(|error| format!("{}: {error}", error.instance_path)).collect();
            if said.is_empty() != of_schema.is_empty() {
                disagreements.push(format!("{text}\nheeler: {said:#?}\nthe schema: {of_schema:#?}"));
            }
            *(if said.is_empty() { &mut taken } else { &mut refused }) += 1;
        }
    }
    let shown = disagreements.iter().take(5).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(disagreements.is_empty(), "{} disagreements, such as\n{shown}", disagreements.len());
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused: no test of both");
}

/// What no account uses is judged as well.
#[test]
fn they_agree_on_grants_in_a_layer_that_no_account_uses() {
    let validator = jsonschema::validator_for(&schema::config()).expect("a schema");
    for (layer, grant, is_right) in [
        ("defaults: { cloudcraft: { write_access", "a b", false),
        ("defaults: { cloudcraft: { write_access", "team/a", true),
        ("defaults: { cloudcraft: { write_access", "team/${name}", true),
        ("profiles: { p: { cloudcraft: { read_access+", "team/", false),
    ] {
        let closed = "}".repeat(layer.matches('{').count());
        let text =
            format!("version: 1\nproviders: {{ cloudcraft: {{}} }}\n{layer}: ['{grant}'] {closed}\naccounts: []");
        let node = Node::parse(&text, 0).0.expect("YAML");
        assert_eq!(
            (load(&[("heeler.yaml", &text)]).is_ok(), validator.is_valid(&node.json())),
            (is_right, is_right),
            "{text}"
        );
    }
}

#[test]
fn everything_is_described_and_nothing_has_a_name_of_the_program() {
    fn walk(schema: &serde_json::Value, path: &str) {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            // The names of switches are the vendor's.
            let is_switch = schema["additionalProperties"]["type"] == "boolean";
            assert!(is_switch || field["description"].as_str().is_some_and(|text| !text.is_empty()), "{path}");
            walk(field, &path);
        }
        for below in ["items", "additionalProperties"].into_iter().filter(|below| schema[*below].is_object()) {
            walk(&schema[below], &format!("{path}.{below}"));
        }
    }
    let schema = schema::config();
    walk(&schema, "");
    let text = schema.to_string();
    for name in ["Block\"", "Head\"", "Removed\"", "DeleteOptions\"", "Settled\"", "uint"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn the_schema_of_the_reports_names_no_type_of_rust() {
    use heeler::render::json::{Document, ExplainDocument, schema};
    for text in [schema::<Document>().to_string(), schema::<ExplainDocument>().to_string()] {
        for name in ["Document\"", "uint", "int64", "Json\""] {
            assert!(!text.contains(name), "{name}");
        }
    }
}
