//! Accounts, fleets and files out of a provider's schema.

use std::collections::BTreeMap;
use std::fmt;

use heeler::model::schema::{BlockSchema, FieldSchema, FieldType, TextFormat, ValueType};
use heeler::providers::{self, Provider};
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// One provider, under a law.
#[derive(Clone, Copy)]
pub struct Each(pub &'static dyn Provider);

impl fmt::Debug for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// The providers whose rows are accounts. Those whose accounts have several kinds of rows are in `kinds`.
pub fn of_accounts() -> Vec<&'static dyn Provider> {
    providers::ALL.iter().copied().filter(|provider| is_of_accounts(*provider)).collect()
}

/// Whether an entry's block is about one row.
pub fn is_of_accounts(provider: &dyn Provider) -> bool {
    provider.kinds().iter().all(|kind| kind.block_path.is_empty())
}

/// Each of them, in turn or nearly so.
pub fn each() -> BoxedStrategy<Each> {
    select(of_accounts().into_iter().map(Each).collect::<Vec<_>>()).boxed()
}

/// A provider and two of its fleets.
pub fn two_fleets() -> BoxedStrategy<(Each, Fleet, Fleet)> {
    each().prop_flat_map(|each| (Just(each), fleet(each.0), fleet(each.0))).boxed()
}

/// As many cases as `PROPTEST_CASES` says, for each provider.
pub fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: usual.cases * of_accounts().len() as u32, ..usual }
}

/// The name a fleet's account goes by at its vendor, and the key of `removed:` for it.
pub fn identity(provider: &dyn Provider, id: &str, block: &Value) -> (&'static str, String) {
    let alias = provider.meta().alias_field.filter(|_| !provider.meta().needs_account);
    match alias.and_then(|field| Some((field, block.get(field)?.as_str()?))) {
        Some((field, name)) => (field, name.to_owned()),
        None => ("aws_account_id", id.to_owned()),
    }
}

/// A vendor refuses to switch an account between role and keys, and where the key is the identity another key is
/// another account: so whoever is in both fleets keeps its way in.
pub fn keeping_authentication(provider: &dyn Provider, earlier: &Fleet, mut later: Fleet) -> Fleet {
    let has_key = |block: &Value| block.to_string().contains("access_key_id");
    let fields = provider.block().fields.iter();
    let ways: Vec<&str> = fields.filter(|(_, field)| field.auth).map(|(name, _)| name).collect();
    for (id, block) in &mut later {
        let Some(known) = earlier.get(id) else { continue };
        let other_identity = identity(provider, id, known) != identity(provider, id, block);
        let other_kind = has_key(known) != has_key(block);
        if let Some(fields) = block.as_object_mut().filter(|_| other_identity || other_kind) {
            fields.retain(|name, _| !ways.contains(&name.as_str()));
            fields.extend(
                known
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| ways.contains(&name.as_str()))
                    .map(|(name, value)| (name.clone(), value.clone())),
            );
        }
    }
    later
}

/// Accounts by id, each with its block.
pub type Fleet = BTreeMap<String, Value>;

/// A few accounts, each with a block that can be created.
pub fn fleet(provider: &'static dyn Provider) -> BoxedStrategy<Fleet> {
    btree_map(account_id(), account(provider), 1..5)
        .prop_map(|fleet| fleet.into_iter().map(|(id, block)| (id.clone(), own_key(block, &id))).collect())
        .boxed()
}

/// The same block with an access key that is this account's: a key belongs to one.
pub fn own_key(mut block: Value, id: &str) -> Value {
    fn own(value: &mut Value, id: &str) {
        for (name, value) in value.as_object_mut().into_iter().flatten() {
            match value.as_str() {
                Some(key) if name == "access_key_id" => *value = format!("{key}{}", &id[10..]).into(),
                _ => own(value, id),
            }
        }
    }
    own(&mut block, id);
    block
}

/// Ids out of a small pool, so that fleets overlap.
pub fn account_id() -> BoxedStrategy<String> {
    (0..8u32).prop_map(|n| format!("2100000000{n:02}")).boxed()
}

/// A block that is complete enough to be created.
pub fn account(provider: &'static dyn Provider) -> BoxedStrategy<Value> {
    let schema = provider.block();
    // What is needed and stands in an arm is there whenever that arm is.
    let needed: Vec<_> =
        schema.needs.iter().filter(|field| !schema.is_in_arm(field)).map(|field| named_value(schema, field)).collect();
    (block(schema), needed)
        .prop_map(|(block, needed)| {
            let mut fields = block.as_object().cloned().unwrap_or_default();
            fields.extend(needed);
            lawful(Value::Object(fields))
        })
        .boxed()
}

/// A field of a block with a value.
pub fn named_value(schema: &BlockSchema, name: &str) -> BoxedStrategy<(String, Value)> {
    let field = schema.fields.get(name).expect("a field");
    let name = name.to_owned();
    field_value(field).prop_map(move |value| (name.clone(), value)).boxed()
}

/// Any block the schema allows, perhaps an empty one.
pub fn block(schema: &BlockSchema) -> BoxedStrategy<Value> {
    let arms = schema.arms;
    let fields: Vec<_> = schema
        .fields
        .iter()
        .map(|(name, field)| {
            proptest::option::of(field_value(field)).prop_map(move |value| value.map(|value| (name.to_owned(), value)))
        })
        .collect();
    let leads: Vec<_> =
        arms.iter().map(|arm| field_value(schema.fields.get(arm[0]).expect("the lead of an arm"))).collect();
    (fields, leads, any::<prop::sample::Index>())
        .prop_map(move |(fields, leads, choice)| {
            let mut fields: Map<String, Value> = fields.into_iter().flatten().collect();
            if !arms.is_empty() {
                let chosen = choice.index(arms.len());
                let in_another =
                    |name: &str| arms.iter().enumerate().any(|(at, arm)| at != chosen && arm.contains(&name));
                fields.retain(|name, _| !in_another(name));
                fields.insert(arms[chosen][0].to_owned(), leads[chosen].clone());
                if fields.contains_key("access_key_id") {
                    fields.insert("secret_access_key".to_owned(), json!({ "env": "LAW_SECRET" }));
                }
                // An external id must have been issued first; the sandbox issues one.
                fields.remove("external_id");
            }
            Value::Object(fields)
        })
        .boxed()
}

/// A value for one field.
pub fn field_value(field: &FieldSchema) -> BoxedStrategy<Value> {
    match field.field_type {
        FieldType::Keyed { by, item } => {
            let keys = word(item.fields.get(by).expect("a key"));
            let keyed = move |(key, mut entry): (String, Value)| {
                entry[by] = json!(key);
                entry
            };
            btree_map(keys, block(item), 0..3).prop_map(move |entries| entries.into_iter().map(keyed).collect()).boxed()
        }
        FieldType::Set(_) | FieldType::Value(ValueType::List(_)) => {
            btree_set(word(field), 0..4).prop_map(|items| items.into_iter().map(Value::from).collect()).boxed()
        }
        FieldType::Switches(_) => btree_map(word(field), any::<bool>(), 0..3)
            .prop_map(|switches| switches.into_iter().map(|(name, on)| (name, Value::from(on))).collect())
            .boxed(),
        FieldType::Block(inner) => block(inner),
        FieldType::Value(ValueType::Bool) => any::<bool>().prop_map(Value::from).boxed(),
        FieldType::Value(ValueType::Secret) => Just(json!({ "env": "LAW_SECRET" })).boxed(),
        FieldType::Value(ValueType::Map { .. }) => {
            btree_map(of(&["env", "team"]), of(&["prod", "dev"]), 0..3).prop_map(|tags| json!(tags)).boxed()
        }
        FieldType::Value(ValueType::UInt { min, max }) => (min.max(1)..=max.min(60)).prop_map(Value::from).boxed(),
        FieldType::Value(ValueType::Text(_) | ValueType::Enum(_)) => word(field).prop_map(Value::from).boxed(),
    }
}

fn of(words: &[&str]) -> BoxedStrategy<String> {
    select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()).boxed()
}

/// A text of the form that a field wants.
pub fn word(field: &FieldSchema) -> BoxedStrategy<String> {
    if !field.examples.is_empty() {
        return of(field.examples);
    }
    if let FieldType::Value(ValueType::Enum(words)) = field.field_type {
        return of(words);
    }
    match field.field_type.text_format().unwrap_or(TextFormat::Any) {
        TextFormat::Tag => of(&["env:prod", "env:dev", "team:data", "team:web", "pii:yes"]),
        TextFormat::TagPattern => of(&["env:prod", "!env:dev", "team:*", "datadog:true"]),
        TextFormat::Clearable => of(&["", "one", "two"]),
        TextFormat::Region => of(&["eu-central-1", "us-east-1", "ap-south-1", "sa-east-1"]),
        TextFormat::RoleName => of(&["DatadogIntegrationRole", "dd-role", "Other"]),
        TextFormat::RoleArn => {
            of(&["arn:aws:iam::${aws_account_id}:role/law", "arn:aws:iam::${aws_account_id}:role/some/path/Other"])
        }
        TextFormat::AccessKeyId => of(&["AKIAEXAMPLE00000001", "AKIAEXAMPLE00000002", "AKIAEXAMPLE00000003"]),
        TextFormat::LambdaArn => of(&[
            "arn:aws:lambda:eu-west-1:210000000001:function:dd",
            "arn:aws:lambda:us-east-1:210000000002:function:forwarder",
        ]),
        TextFormat::MetricPattern => of(&["aws.ec2.network_in", "aws.rds.*", "aws.s3.bucket_size_bytes"]),
        TextFormat::Catalog { name: "namespace rules", .. } => {
            of(&["auto_scaling", "ec2", "sqs", "opsworks", "collect_custom_metrics", "eventbridge_pipes"])
        }
        TextFormat::Catalog { name: "namespaces", .. } => {
            of(&["AWS/EC2", "AWS/SQS", "AWS/RDS", "AWS/Lambda", "AWS/S3"])
        }
        TextFormat::Catalog { name: "log sources", .. } => of(&["s3", "lambda", "elbv2", "waf"]),
        TextFormat::Catalog { name, .. } => panic!("no words of the catalog {name}"),
        TextFormat::Any => of(&["one", "two", "three"]),
    }
}

/// What a vendor would refuse by a rule of its own is bent until it would not: Datadog wants extended collection under
/// CSPM, so whoever switches the one off says something of the other.
pub fn lawful(mut block: Value) -> Value {
    const CSPM: &str = "cloud_security_posture_management_collection";
    const CSPM_V1: &str = "cspm_resource_collection_enabled";
    if let Some(resources) = block.get_mut("resources_config") {
        let wanted = resources[CSPM] == json!(true);
        resources[CSPM] = json!(wanted);
        if wanted {
            resources["extended_collection"] = json!(true);
        }
    }
    if block.get(CSPM_V1) == Some(&json!(true)) {
        block["extended_resource_collection_enabled"] = json!(true);
    } else if block.get("extended_resource_collection_enabled").is_some() {
        block[CSPM_V1] = json!(false);
    }
    block
}

/// A config of one file. JSON is YAML.
pub fn config(provider: &dyn Provider, fleet: &Fleet, extra: &Value) -> String {
    let accounts: Vec<Value> =
        fleet.iter().map(|(id, block)| json!({ "aws_account_id": id, provider.name(): block })).collect();
    let mut config = json!({
        "version": 1,
        "providers": { provider.name(): settings(provider) },
        "limits": { "creates": 1000, "deletes": 1000, "disruptive": 1000, "costly": 1000 },
        "accounts": accounts,
    });
    for (key, value) in extra.as_object().into_iter().flatten() {
        config[key] = value.clone();
    }
    config.to_string()
}

/// What a config says of a provider itself.
pub fn settings(provider: &dyn Provider) -> Value {
    let known = [("site", "datadoghq.eu"), ("address", "acme.wavefront.com")].into_iter();
    known
        .filter(|(name, _)| provider.settings_block().fields.contains_key(name))
        .map(|(name, place)| (name.to_owned(), json!(place)))
        .collect()
}
