//! The trust policy that lets a vendor assume a role.

use serde_json::{Value, json};

/// A policy by which the AWS account `principal` of a partition may assume the role it stands on, if it names this
/// external id.
pub fn trust_policy(partition: &str, principal: &str, external_id: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:{partition}:iam::{principal}:root") },
            "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": external_id } },
        }],
    })
}
