//! Types of fields whose values are out of a list that Datadog publishes, with what was on it for editors to complete.
//! A plan asks Datadog for the list itself.

use super::namespaces::PAIRS;
use crate::model::schema::TextFormat;
use crate::model::{Desired, ReadRequest};
use crate::text_types;

text_types! {
    /// An AWS namespace as CloudWatch spells it.
    Namespace = TextFormat::Catalog { name: "namespaces", known: &NAMESPACES };
    /// A rule about a namespace.
    NamespaceRule = TextFormat::Catalog { name: "namespace rules", known: &NAMESPACE_RULES };
    /// A source of logs.
    LogSource = TextFormat::Catalog { name: "log sources", known: LOG_SOURCES };
}

/// Those of these catalogs, each with the path that lists it, that the declared accounts name values out of.
pub fn needed(
    provider: &'static str,
    catalogs: [(&'static str, &'static str); 2],
    declared: &[&Desired],
) -> Vec<(&'static str, ReadRequest)> {
    let is_used = |catalog: &str| declared.iter().any(|desired| desired.schema().block.uses(&desired.node, catalog));
    let used = catalogs.into_iter().filter(|(catalog, _)| is_used(catalog));
    used.map(|(catalog, path)| (catalog, ReadRequest::get(provider, path))).collect()
}

const NAMESPACE_RULES: [&str; PAIRS.len()] = one_side(false);
const NAMESPACES: [&str; PAIRS.len()] = one_side(true);

/// v2's names for namespaces, or v1's.
const fn one_side(in_v2: bool) -> [&'static str; PAIRS.len()] {
    let mut names = [""; PAIRS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = if in_v2 { PAIRS[at].1 } else { PAIRS[at].0 };
        at += 1;
    }
    names
}

/// Sources that Datadog has listed.
const LOG_SOURCES: &[&str] = &[
    "apigw-access-logs",
    "apigw-execution-logs",
    "appsync",
    "batch",
    "cloudfront",
    "cloudtrail",
    "codebuild",
    "dms",
    "docdb",
    "ecs",
    "eks",
    "eks-container-insights",
    "elb",
    "elbv2",
    "lambda",
    "lambda-edge",
    "mwaa",
    "network-firewall",
    "pcs",
    "rds",
    "redshift",
    "redshift-serverless",
    "route53",
    "route53-resolver",
    "s3",
    "ssm",
    "states",
    "verified-access",
    "vpc",
    "vpn",
    "waf",
];
