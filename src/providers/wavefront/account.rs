//! The schemas of Wavefront's integrations with AWS, one for each of the three services.
//!
//! Adding an attribute is one line here: it is the vendor's own name in snake_case. What every service has stands in
//! `service` once, and may also stand beside the services, where it counts for each that does not say otherwise.

use crate::model::schema::DisruptiveWhen::{Change, Exchange, Interval, Narrow, Off, Shrink, Tags, UnlessEmptied};
use crate::model::schema::{Bool, DefaultValue, Map, Minutes, Set, TagMap, Text};
use crate::providers::field_types::{Clearable, Region, RoleArn, RoleName};
use crate::schema;

/// The field that says what Wavefront presents when it assumes the role.
pub const EXTERNAL_ID: &str = Account::external_id.name();
/// The field that says whether an integration collects. It is written by requests of its own.
pub const ENABLED: &str = Account::enabled.name();

/// A block with what every service has, and fields of its own.
macro_rules! service {
    ($(#[doc = $doc:literal])+ $name:ident needs $needs:expr; { $($fields:tt)* }) => {
        schema! {
            $(#[doc = $doc])+
            pub $name [one_of: &[&[role_arn], &[role_name]], needs: $needs] {
                /// The role Wavefront assumes. Together with the service it is what an integration is known by.
                role_arn: RoleArn [auth, disruptive_when: Change, not_compared],
                /// The same by its name in this account.
                role_name: RoleName [auth, disruptive_when: Change, not_compared],
                /// What Wavefront presents when it assumes the role. Leave it out, or give one that Wavefront issued
                /// beforehand; it is settled when the integration is made.
                external_id: Text [auth, not_compared],
                /// For people; Wavefront wants one.
                name: Text,
                /// Whether it collects. Wavefront switches it off by itself when it cannot get in.
                enabled: Bool [disruptive_when: Off, default: DefaultValue::Bool(true)],
                /// How often it collects.
                refresh_rate_minutes: Minutes<1> [disruptive_when: Interval, default: DefaultValue::UInt(5)],
                /// Point tags added to all that is collected. Alerts are scoped to them.
                additional_tags: TagMap [disruptive_when: Tags],
                $($fields)*
            }
        }
    };
}

service! {
    /// What may stand under `wavefront:`. What stands beside the services counts for each of them.
    Account needs &[]; {
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
    CloudWatch needs &[name]; {
        /// Namespaces as CloudWatch spells them; all of them if empty.
        namespaces: Set<Text> [disruptive_when: Narrow, billed],
        /// Only metrics whose whole name matches.
        metric_filter_regex: Clearable [disruptive_when: UnlessEmptied],
        /// Which AWS tags become point tags.
        point_tag_filter_regex: Clearable [disruptive_when: UnlessEmptied],
        /// Only instances with these tags.
        instance_selection_tags: Map [disruptive_when: UnlessEmptied],
        /// Only volumes with these tags.
        volume_selection_tags: Map [disruptive_when: UnlessEmptied],
        /// More tags of instances, as `k1=v1, k1=v2`.
        instance_selection_tags_expr: Clearable [disruptive_when: UnlessEmptied],
        /// More tags of volumes, as `k1=v1, k1=v2`.
        volume_selection_tags_expr: Clearable [disruptive_when: UnlessEmptied],
        /// Over how many minutes requests are spread.
        thread_distribution_in_mins: Minutes<0>,
        /// Only buckets whose name matches.
        s3_bucket_name_filter_regex: Clearable [disruptive_when: UnlessEmptied],
    }
}

service! {
    /// Events out of CloudTrail.
    CloudTrail needs &[name, region, bucket_name]; {
        /// Where the bucket is.
        region: Region [disruptive_when: Exchange],
        /// The bucket that CloudTrail writes to.
        bucket_name: Text [disruptive_when: Exchange],
        /// What its keys begin with, without a slash at the end.
        prefix: Clearable [disruptive_when: Exchange],
        /// Which events are taken.
        filter_rule: Clearable [disruptive_when: UnlessEmptied],
    }
}

service! {
    /// Metrics about EC2 instances.
    Ec2 needs &[name]; {
        /// AWS tags that name a host.
        host_name_tags: Set<Text>,
        /// Only metrics whose whole name matches.
        metric_filter_regex: Clearable [disruptive_when: UnlessEmptied],
        /// Which AWS tags become point tags.
        point_tag_filter_regex: Clearable [disruptive_when: UnlessEmptied],
        /// Only instances with these tags, as `k1=v1, k1=v2`.
        instance_selection_tags_expr: Clearable [disruptive_when: UnlessEmptied],
        /// Only volumes with these tags, as `k1=v1, k1=v2`.
        volume_selection_tags_expr: Clearable [disruptive_when: UnlessEmptied],
        /// Namespaces of custom metrics.
        custom_namespaces: Set<Text> [disruptive_when: Shrink],
    }
}
