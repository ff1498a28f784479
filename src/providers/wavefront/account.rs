//! The structs that are YAML schema and comparison for Wavefront's integrations with AWS, one for each of the three
//! services.
//!
//! Adding an attribute is one line here: it is the vendor's own name in snake_case. What every service has stands in
//! `service` once, and may also stand beside the services, where it counts for each that does not say otherwise.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::yaml_form;
use crate::model::RowSchema;
use crate::model::row_schema::BlockSchema;
use crate::providers::field_types::{Clearable, Region, RoleArn, RoleName, Set};
use crate::providers::schema_of;

/// A struct with what every service has, and fields of its own.
macro_rules! service {
    ($(#[$attribute:meta])* $name:ident needs $needs:tt { $($(#[$of_field:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(extend("x-one-of" = [["role_arn"], ["role_name"]], "x-needs" = $needs))]
        #[allow(dead_code)]
        pub struct $name {
            /// The role Wavefront assumes. Together with the service it is what an integration is known by.
            #[schemars(extend("x-auth" = true, "x-stops" = "change"))]
            role_arn: Option<RoleArn>,
            /// The same by its name in this account.
            #[schemars(extend("x-auth" = true, "x-stops" = "change"))]
            role_name: Option<RoleName>,
            /// What Wavefront presents when it assumes the role. Leave it out, or give one that Wavefront issued
            /// beforehand; it is settled when the integration is made.
            #[schemars(extend("x-auth" = true))]
            external_id: Option<String>,
            /// For people; Wavefront wants one.
            name: Option<String>,
            /// Whether it collects. Wavefront switches it off by itself when it cannot get in.
            #[schemars(extend("x-stops" = "off", "x-default" = true))]
            enabled: Option<bool>,
            /// How often it collects.
            #[schemars(extend("x-default" = 5))]
            refresh_rate_minutes: Option<NonZeroU32>,
            /// Point tags added to all that is collected. Alerts are scoped to them.
            #[schemars(extend("x-format" = "tags", "x-stops" = "tags"))]
            additional_tags: Option<BTreeMap<String, String>>,
            $($(#[$of_field])* $field: Option<$type>,)*
        }
    };
}

service! {
    /// What may stand under `wavefront:`. What stands beside the services counts for each of them.
    Account needs [] {
        /// Metrics out of CloudWatch.
        cloudwatch: CloudWatch,
        /// Events out of CloudTrail.
        cloudtrail: CloudTrail,
        /// Metrics about EC2 instances, which Wavefront calls AWS Metrics+.
        ec2: Ec2,
    }
}

service! {
    /// Metrics out of CloudWatch.
    CloudWatch needs ["name"] {
        /// Namespaces as CloudWatch spells them; all of them if empty.
        #[schemars(extend("x-stops" = "narrow"))]
        namespaces: Set<String>,
        /// Only metrics whose whole name matches.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        metric_filter_regex: Clearable,
        /// Which AWS tags become point tags.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        point_tag_filter_regex: Clearable,
        /// Only instances with these tags.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        instance_selection_tags: BTreeMap<String, String>,
        /// Only volumes with these tags.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        volume_selection_tags: BTreeMap<String, String>,
        /// More tags of instances, as `k1=v1, k1=v2`.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        instance_selection_tags_expr: Clearable,
        /// More tags of volumes, as `k1=v1, k1=v2`.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        volume_selection_tags_expr: Clearable,
        /// Over how many minutes requests are spread.
        thread_distribution_in_mins: u32,
        /// Only buckets whose name matches.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        s3_bucket_name_filter_regex: Clearable,
    }
}

service! {
    /// Events out of CloudTrail.
    CloudTrail needs ["name", "region", "bucket_name"] {
        /// Where the bucket is.
        #[schemars(extend("x-stops" = "change"))]
        region: Region,
        /// The bucket that CloudTrail writes to.
        #[schemars(extend("x-stops" = "change"))]
        bucket_name: String,
        /// What its keys begin with, without a slash at the end.
        #[schemars(extend("x-stops" = "change"))]
        prefix: Clearable,
        /// Which events are taken.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        filter_rule: Clearable,
    }
}

service! {
    /// Metrics about EC2 instances.
    Ec2 needs ["name"] {
        /// AWS tags that name a host.
        host_name_tags: Set<String>,
        /// Only metrics whose whole name matches.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        metric_filter_regex: Clearable,
        /// Which AWS tags become point tags.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        point_tag_filter_regex: Clearable,
        /// Only instances with these tags, as `k1=v1, k1=v2`.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        instance_selection_tags_expr: Clearable,
        /// Only volumes with these tags, as `k1=v1, k1=v2`.
        #[schemars(extend("x-stops" = "unless-emptied"))]
        volume_selection_tags_expr: Clearable,
        /// Namespaces of custom metrics.
        #[schemars(extend("x-stops" = "shrink"))]
        custom_namespaces: Set<String>,
    }
}

/// What an entry of `removed:` may say to Wavefront alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct Removal {
    /// Delete for good. An integration goes to Wavefront's trash otherwise.
    skip_trash: Option<bool>,
}

/// The three services of AWS, each a kind of row of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Metrics out of CloudWatch.
    CloudWatch,
    /// Events out of CloudTrail.
    CloudTrail,
    /// Metrics about EC2 instances.
    Ec2,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 3] = [Service::CloudWatch, Service::CloudTrail, Service::Ec2];

    /// The field of its block in YAML, and the name of its kind.
    pub fn name(self) -> &'static str {
        match self {
            Service::CloudWatch => "cloudwatch",
            Service::CloudTrail => "cloudtrail",
            Service::Ec2 => "ec2",
        }
    }

    /// As it stands under `service` on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Service::CloudWatch => "CLOUDWATCH",
            Service::CloudTrail => "CLOUDTRAIL",
            Service::Ec2 => "EC2",
        }
    }

    /// Its block on the wire.
    pub fn block(self) -> &'static str {
        match self {
            Service::CloudWatch => "cloudWatch",
            Service::CloudTrail => "cloudTrail",
            Service::Ec2 => "ec2",
        }
    }

    /// The service with this field in YAML.
    pub fn named(name: &str) -> Option<Self> {
        Service::ALL.into_iter().find(|service| service.name() == name)
    }

    /// The service that a row names, in whatever case.
    pub fn of_word(word: &str) -> Option<Self> {
        Service::ALL.into_iter().find(|service| service.word().eq_ignore_ascii_case(word))
    }
}

/// What says which row it is, or is settled when one is made: never part of a row's comparison.
pub const SETTLED: [&str; 3] = ["role_arn", "role_name", "external_id"];

/// The block's JSON Schema.
pub static SCHEMA: LazyLock<Value> = LazyLock::new(schema_of::<Account>);

/// What layers and checks need to know of it.
pub static BLOCK: LazyLock<BlockSchema> = LazyLock::new(|| BlockSchema::of_schema(&SCHEMA));

/// What its integrations look like.
pub static CLOUDWATCH: LazyLock<RowSchema> =
    LazyLock::new(|| shape(Service::CloudWatch, |row| yaml_form::compared(Service::CloudWatch, &row)));
/// What its integrations look like.
pub static CLOUDTRAIL: LazyLock<RowSchema> =
    LazyLock::new(|| shape(Service::CloudTrail, |row| yaml_form::compared(Service::CloudTrail, &row)));
/// What its integrations look like.
pub static EC2: LazyLock<RowSchema> =
    LazyLock::new(|| shape(Service::Ec2, |row| yaml_form::compared(Service::Ec2, &row)));

fn shape(service: Service, spell: fn(Value) -> Value) -> RowSchema {
    let mut block = BLOCK.block(service.name()).cloned().unwrap_or_default();
    block.arms.clear();
    block.fields.retain(|field, _| !SETTLED.contains(&field.as_str()));
    RowSchema { pointer: &[], to_yaml_form: spell, within: Some(service.name()), block }
}
