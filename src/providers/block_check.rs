//! Checks a provider's block against its struct, and the struct's JSON Schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ALL;
use crate::model::check::check_knowing;
use crate::model::{Diagnostics, Node};

/// Checks a block of this provider against its struct. A key that is another provider's is told so.
pub fn check_block<T: DeserializeOwned + JsonSchema + 'static>(own: &str, block: &Node, out: &mut Diagnostics) {
    let elsewhere = |key: &str| {
        if key == "hold" {
            return Some("an account's entry may hold a block, a layer that accounts share may not".to_owned());
        }
        if matches!(key, "aws_account_id" | "aws_partition" | "profiles" | "unmanaged") {
            return Some(format!("it stands beside `{own}:`, in the account's entry"));
        }
        let others = ALL.iter().filter(|provider| provider.name() != own && provider.block().fields.contains_key(key));
        let names = others.map(|provider| format!("`{}:`", provider.name())).collect::<Vec<_>>();
        (!names.is_empty()).then(|| format!("it belongs under {}", names.join(" or ")))
    };
    check_knowing::<T>(own, block, &elsewhere, out);
}

/// A struct's JSON Schema without references.
pub fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("$schema");
    }
    schema
}
