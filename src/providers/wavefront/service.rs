//! The three services of AWS that Wavefront integrates with, and how each is called in YAML and on the wire.

use std::sync::LazyLock;

use super::account::{CloudTrail, CloudWatch, Ec2};
use crate::model::schema::{Block, BlockSchema};

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

    /// What may stand in its block.
    pub fn schema(self) -> &'static BlockSchema {
        match self {
            Service::CloudWatch => CloudWatch::SCHEMA,
            Service::CloudTrail => CloudTrail::SCHEMA,
            Service::Ec2 => Ec2::SCHEMA,
        }
    }

    /// What of its block is compared with a row.
    pub fn compared(self) -> &'static BlockSchema {
        match self {
            Service::CloudWatch => &COMPARED[0],
            Service::CloudTrail => &COMPARED[1],
            Service::Ec2 => &COMPARED[2],
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

/// What is compared, in the order of [`Service::ALL`].
static COMPARED: LazyLock<[BlockSchema; 3]> = LazyLock::new(|| Service::ALL.map(|service| service.schema().compared()));
