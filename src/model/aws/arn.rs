//! Amazon Resource Names: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. The resource may hold colons of its own.
//! Source: AWS General Reference, "Amazon Resource Names (ARNs)".

use super::account_id::is_account_id;
use super::partition::partition;

/// An ARN, taken apart. Parts that it leaves empty are empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, as it is written.
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The region; empty where the service has none.
    pub region: &'a str,
    /// The account, as it is written.
    pub account: &'a str,
    /// All that is left, such as `role/NAME`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes a text apart; nothing if it has not the six parts of an ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, resource] = parts[..] else { return None };
        Some(Arn { partition, service, region, account, resource })
    }

    /// The partition, if an account of a config can be in it.
    pub fn known_partition(&self) -> Option<&'static str> {
        partition(self.partition)
    }

    /// The account, if it is an account id.
    pub fn account_id(&self) -> Option<&'a str> {
        Some(self.account).filter(|account| is_account_id(account))
    }

    /// The IAM role that it names, if it names one in an account.
    pub fn role(&self) -> Option<Role<'a>> {
        if self.service != "iam" || !self.region.is_empty() {
            return None;
        }
        let path = self.resource.strip_prefix("role/")?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        Some(Role { partition: self.partition, account: self.account_id()?, name, is_plain: name == path })
    }
}

/// An IAM role's ARN, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role<'a> {
    /// The partition, as it is written.
    pub partition: &'a str,
    /// The AWS account's id.
    pub account: &'a str,
    /// The role's name, without its path.
    pub name: &'a str,
    /// Whether it has no path.
    pub is_plain: bool,
}
