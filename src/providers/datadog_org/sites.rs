//! Datadog's sites, who assumes roles for them, and what follows for an account's authentication.

use serde_json::json;

use crate::model::node::Entry;
use crate::model::{AccountFacts, Diagnostic, Diagnostics, Settings, Trust};

/// Datadog's sites, and the AWS account that assumes roles in partition `aws` and in `aws-us-gov`.
///
/// From Datadog's own CloudFormation templates (`DdAccountIdBySite`), which know no principal for `aws-cn`.
const SITES: &[(&str, &str, Option<&str>)] = &[
    ("datadoghq.com", "464622532012", None),
    ("us3.datadoghq.com", "464622532012", None),
    ("us5.datadoghq.com", "464622532012", None),
    ("datadoghq.eu", "464622532012", None),
    ("ap1.datadoghq.com", "417141415827", None),
    ("ap2.datadoghq.com", "412381753143", None),
    ("uk1.datadoghq.com", "117348461845", None),
    ("ddog-gov.com", "392588925713", Some("065115117704")),
    ("us2.ddog-gov.com", "382742775718", Some("486737091498")),
];

/// The names of Datadog's sites.
pub fn sites() -> impl Iterator<Item = &'static str> + Clone {
    SITES.iter().map(|(site, _, _)| *site)
}

/// The AWS account that assumes roles in `partition` for `site`; nothing where role authentication cannot work.
pub fn principal(site: &str, partition: &str) -> Option<&'static str> {
    let (_, commercial, gov) = SITES.iter().find(|(known, _, _)| *known == site)?;
    match partition {
        "aws" => Some(commercial),
        "aws-us-gov" => *gov,
        _ => None,
    }
}

/// A role where the site has nobody who could assume it is refused. `instead` is what to write.
pub fn check_role(settings: &Settings, facts: &AccountFacts, role: &Entry, instead: &str, out: &mut Diagnostics) {
    let known_site = sites().any(|site| site == settings.site);
    if known_site && principal(&settings.site, &facts.partition).is_none() {
        out.push(
            Diagnostic::error(role.key_place, format!("a role cannot be assumed in partition {} from {}", facts.partition, settings.site))
                .label("role authentication")
                .also(facts.partition_place, format!("this account is in {}", facts.partition))
                .help(format!("write `{instead}`: Datadog publishes no principal for a role there")),
        );
    }
}

/// Keys where a role would do are let through with a word. `instead` is what to write.
pub fn check_keys(facts: &AccountFacts, keys: &Entry, instead: &str, out: &mut Diagnostics) {
    if facts.partition == "aws" {
        out.push(
            Diagnostic::warning(keys.key_place, "access keys in partition aws")
                .label("long-lived keys")
                .help(format!("Datadog documents keys for GovCloud and China only; a role needs no secret: `{instead}`")),
        );
    }
}

/// Role, external id and the trust policy that lets Datadog assume the role.
pub fn trust(settings: &Settings, partition: &str, role_name: String, external_id: Option<String>) -> Trust {
    let policy = principal(&settings.site, partition).zip(external_id.as_deref()).map(|(principal, external_id)| {
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "AWS": format!("arn:{partition}:iam::{principal}:root") },
                "Action": "sts:AssumeRole",
                "Condition": { "StringEquals": { "sts:ExternalId": external_id } },
            }],
        })
    });
    Trust { role_name, external_id, policy }
}
