//! Types of fields whose values are out of a list that Datadog publishes, with what was on it for editors to complete.
//! A plan asks Datadog for the list itself.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::namespaces::PAIRS;
use crate::model::observation::Catalog;
use crate::model::plan::VendorError;
use crate::model::schema::TextFormat;
use crate::model::{ReadClient, ReadRequest, Response};
use crate::providers::Scope;
use crate::text_types;

text_types! {
    /// An AWS namespace as CloudWatch spells it.
    Namespace = TextFormat::Catalog { name: "namespaces", known: &NAMESPACES };
    /// A rule about a namespace.
    NamespaceRule = TextFormat::Catalog { name: "namespace rules", known: &NAMESPACE_RULES };
    /// A source of logs.
    LogSource = TextFormat::Catalog { name: "log sources", known: LOG_SOURCES };
}

/// How a dialect reads the answer to a request for the catalog of this name.
type Reading = fn(&str, &Response) -> Result<BTreeSet<String>, VendorError>;

/// Reads those of these catalogs, each with the path that lists it, that the declared accounts name values out of. One
/// that cannot be read is an error of its own, and keeps nothing else from being read.
pub async fn read(
    client: &dyn ReadClient,
    provider: &'static str,
    catalogs: [(&'static str, &'static str); 2],
    scope: &Scope<'_>,
    reading: Reading,
) -> BTreeMap<&'static str, Catalog> {
    let names_one =
        |catalog: &str| scope.declared.iter().any(|desired| desired.schema().block.uses(&desired.node, catalog));
    let needed = catalogs.into_iter().filter(|(catalog, _)| scope.with_catalogs && names_one(catalog));
    let asked = needed.map(|(catalog, path)| async move {
        let answer = client.read(ReadRequest::get(provider, path)).await;
        (catalog, answer.map_err(VendorError::from).and_then(|answer| reading(catalog, &answer)))
    });
    join_all(asked).await.into_iter().collect()
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
