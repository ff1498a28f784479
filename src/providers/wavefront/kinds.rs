//! The kinds of rows that Wavefront has: one for each of the three services of AWS that it integrates with, and the
//! rest.

use std::sync::LazyLock;

use serde_json::Value;

use super::NAME;
use super::account::EXTERNAL_ID;
use super::delete_options::skips_trash;
use super::service::Service;
use super::yaml_form;
use crate::model::kind_output::{Output, OutputSource};
use crate::model::schema::{Block, Text};
use crate::model::{Kind, RowSchema, Unique};
use crate::schema;

/// Makes the kind of one service: integrations that an account's block asks for under the service's name. Wavefront
/// enforces no key, so a second create makes a second row. A delete goes to the trash, unless the tombstone says
/// otherwise.
macro_rules! service {
    ($name:literal, $service:literal, $stops:literal, $schema:expr) => {
        Kind {
            provider: NAME,
            vendor: "Wavefront",
            name: $name,
            noun: (concat!("Wavefront ", $service, " integration"), concat!("Wavefront ", $service, " integrations")),
            block_path: &[$name],
            schema: || $schema,
            unique: Unique::NotEnforced,
            delete_consequence: |said| match skips_trash(said) {
                true => concat!("stops ", $stops, ", and deletes the integration for good: it skips the trash"),
                false => concat!(
                    "stops ",
                    $stops,
                    "; the integration goes to the trash: while it is there, declaring it again brings it back"
                ),
            },
            outputs: &[Output { name: EXTERNAL_ID, source: OutputSource::Issued }],
            deleted_after: &[],
        }
    };
}

/// What entries can ask for, in the order of [`Service::ALL`].
pub static SERVICES: [Kind; 3] = [
    service!("cloudwatch", "CloudWatch", "CloudWatch metrics from this account", &CLOUDWATCH),
    service!("cloudtrail", "CloudTrail", "CloudTrail events from this account", &CLOUDTRAIL),
    service!("ec2", "EC2", "EC2 metrics from this account", &EC2),
];

/// What integrations with CloudWatch look like.
static CLOUDWATCH: LazyLock<RowSchema> =
    LazyLock::new(|| row_schema(Service::CloudWatch, |row| yaml_form::compared(Service::CloudWatch, &row)));
/// What integrations with CloudTrail look like.
static CLOUDTRAIL: LazyLock<RowSchema> =
    LazyLock::new(|| row_schema(Service::CloudTrail, |row| yaml_form::compared(Service::CloudTrail, &row)));
/// What integrations with EC2 look like.
static EC2: LazyLock<RowSchema> =
    LazyLock::new(|| row_schema(Service::Ec2, |row| yaml_form::compared(Service::Ec2, &row)));

fn row_schema(service: Service, to_yaml_form: fn(Value) -> Value) -> RowSchema {
    RowSchema {
        pointer: &[],
        to_yaml_form: Some(to_yaml_form),
        within: Some(service.name()),
        block: service.compared().clone(),
    }
}

impl Service {
    /// The kind of its integrations.
    pub fn kind(self) -> &'static Kind {
        match self {
            Service::CloudWatch => &SERVICES[0],
            Service::CloudTrail => &SERVICES[1],
            Service::Ec2 => &SERVICES[2],
        }
    }

    /// The service whose integrations are of this kind.
    pub fn of_kind(kind: &Kind) -> Option<Self> {
        Service::named(kind.name)
    }
}

/// An integration with something else than AWS: it can never be changed from here, and no entry can ask for it.
pub static OTHER: Kind = Kind {
    provider: NAME,
    vendor: "Wavefront",
    name: "other",
    noun: ("Wavefront integration with others than AWS", "Wavefront integrations with others than AWS"),
    block_path: &[],
    schema: || &NAME_ONLY,
    unique: Unique::NotEnforced,
    delete_consequence: |_| "stops what this integration collects",
    outputs: &[],
    deleted_after: &[],
};

/// What an integration is spoken of as whose service cannot be told.
pub static UNKNOWN: Kind = Kind {
    provider: NAME,
    vendor: "Wavefront",
    name: "integration",
    noun: ("Wavefront integration", "Wavefront integrations"),
    block_path: &[],
    schema: || &NAME_ONLY,
    unique: Unique::NotEnforced,
    delete_consequence: |_| "stops what this integration collects",
    outputs: &[],
    deleted_after: &[],
};

schema! {
    /// What is known of an integration that no entry can ask for.
    pub NotManageable [] {
        /// What people called it.
        name: Text,
    }
}

/// Nothing of such a row is compared; it is shown by its name.
static NAME_ONLY: LazyLock<RowSchema> = LazyLock::new(|| RowSchema {
    pointer: &[],
    to_yaml_form: None,
    within: None,
    block: NotManageable::SCHEMA.clone(),
});
