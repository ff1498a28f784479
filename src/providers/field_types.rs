//! Types that account structs of every dialect are made of: sets, secrets, and strings with a form or a catalog.
//!
//! Each says in its JSON Schema what the planner and the config checks need to know (see [`crate::model::row_schema`]).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::model::Node;

/// The partition of this name, as rows tell it; nothing for one that no entry can be in.
pub fn partition(name: &str) -> Option<&'static str> {
    ["aws", "aws-cn", "aws-us-gov"].into_iter().find(|known| *known == name)
}

/// Whether a block names a role under a key that is not one of a role's: a misspelt one, which is said where keys are
/// checked.
pub fn names_a_role(block: &Node) -> bool {
    let sounds_so = |key: &str| ["role", "arn"].iter().any(|word| key.to_ascii_lowercase().contains(word));
    block.entries().iter().any(|entry| sounds_so(&entry.key) && !["role_name", "role_arn"].contains(&&*entry.key))
}

/// A list whose order means nothing.
#[derive(Debug, Deserialize)]
pub struct Set<T>(#[allow(dead_code)] Vec<T>);

impl<T: JsonSchema> JsonSchema for Set<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Set_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "x-list": "set", "items": T::json_schema(generator) })
    }
}

/// Switches by name, where the names are the vendor's and not a schema's.
#[derive(Debug, Deserialize)]
#[serde(transparent, bound(deserialize = ""))]
pub struct Switches<K>(#[allow(dead_code)] BTreeMap<String, bool>, #[serde(skip)] PhantomData<K>);

impl<K: JsonSchema> JsonSchema for Switches<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Switches_{}", K::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut names = K::json_schema(generator);
        let catalog = names.remove("x-catalog");
        let mut schema =
            json_schema!({ "type": "object", "x-switches": true, "additionalProperties": { "type": "boolean" } });
        if let Some(catalog) = catalog {
            schema.insert("x-catalog".to_owned(), catalog);
        }
        schema
    }
}

/// A string with a form that can be checked offline, or a list the vendor publishes.
macro_rules! word {
    ($(#[$doc:meta])* $name:ident, { $($key:literal : $value:expr),* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        pub struct $name(#[allow(dead_code)] String);

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", $($key: $value),* })
            }
        }
    };
}

word!(
    /// `key:value`, as it is put on telemetry.
    Tag, { "x-format": "tag" });
word!(
    /// `key:value` with `*`, `?` and a leading `!`, as filters know it.
    TagPattern, { "x-format": "tag-pattern" });
word!(
    /// The ARN of a Lambda function.
    LambdaArn, { "x-format": "lambda-arn" });
word!(
    /// An AWS region.
    Region, { "x-format": "region" });
word!(
    /// The name of an IAM role, without its ARN.
    RoleName, { "x-format": "role-name", "minLength": 1, "maxLength": 576 });
word!(
    /// The ARN of an IAM role.
    RoleArn, { "x-format": "role-arn" });
word!(
    /// An AWS access key id.
    AccessKeyId, { "x-format": "access-key-id" });
word!(
    /// Text that an empty string clears.
    Clearable, { "x-format": "clearable" });
word!(
    /// A pattern over metric names.
    MetricPattern, { "x-format": "metric-pattern" });
word!(
    /// An AWS namespace as CloudWatch spells it, out of the vendor's catalog.
    Namespace, { "x-catalog": "namespaces" });
word!(
    /// A rule about a namespace, out of the vendor's catalog.
    NamespaceRule, { "x-catalog": "namespace rules" });
word!(
    /// A source of logs, out of the vendor's catalog.
    LogSource, { "x-catalog": "log sources" });

/// A secret by reference: the name of the environment variable that holds it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    #[allow(dead_code)]
    env: String,
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "A secret by reference: the environment variable that holds it when apply runs.",
            "properties": { "env": { "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" } },
            "required": ["env"],
            "additionalProperties": false
        })
    }
}
