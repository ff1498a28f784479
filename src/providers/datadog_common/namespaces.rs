//! What v1 calls a namespace rule, and v2 a namespace: the same things under two names. Plain data and its two
//! directions.
//!
//! From both published lists as recorded on 2025-09-23, one to one; `service_quotas` is in the v1 list of 2024-04 and
//! in rows, and missing from the later list. Namespaces that v2 has gained since are in no v1 list.

/// v1's name and v2's, by v1's.
pub const PAIRS: &[(&str, &str)] = &[
    ("api_gateway", "AWS/ApiGateway"),
    ("application_elb", "AWS/ApplicationELB"),
    ("apprunner", "AWS/AppRunner"),
    ("appstream", "AWS/AppStream"),
    ("appsync", "AWS/AppSync"),
    ("athena", "AWS/Athena"),
    ("auto_scaling", "AWS/AutoScaling"),
    ("backup", "AWS/Backup"),
    ("bedrock", "AWS/Bedrock"),
    ("billing", "AWS/Billing"),
    ("budgeting", "AWS/Budgeting"),
    ("certificatemanager", "AWS/CertificateManager"),
    ("cloudfront", "AWS/CloudFront"),
    ("cloudhsm", "AWS/CloudHSM"),
    ("cloudsearch", "AWS/CloudSearch"),
    ("cloudwatch_events", "AWS/Events"),
    ("cloudwatch_logs", "AWS/Logs"),
    ("codebuild", "AWS/CodeBuild"),
    ("codewhisperer", "AWS/CodeWhisperer"),
    ("cognito", "AWS/Cognito"),
    ("config", "AWS/Config"),
    ("connect", "AWS/Connect"),
    ("directconnect", "AWS/DX"),
    ("dms", "AWS/DMS"),
    ("documentdb", "AWS/DocDB"),
    ("dynamodb", "AWS/DynamoDB"),
    ("dynamodbaccelerator", "AWS/DAX"),
    ("ebs", "AWS/EBS"),
    ("ec2", "AWS/EC2"),
    ("ec2api", "AWS/EC2/API"),
    ("ec2infrastructureperformance", "AWS/EC2/InfrastructurePerformance"),
    ("ec2spot", "AWS/EC2Spot"),
    ("ecr", "AWS/ECR"),
    ("ecs", "AWS/ECS"),
    ("efs", "AWS/EFS"),
    ("elasticache", "AWS/ElastiCache"),
    ("elasticbeanstalk", "AWS/ElasticBeanstalk"),
    ("elasticinference", "AWS/ElasticInference"),
    ("elastictranscoder", "AWS/ElasticTranscoder"),
    ("elb", "AWS/ELB"),
    ("emr", "AWS/ElasticMapReduce"),
    ("es", "AWS/ES"),
    ("eventbridge_pipes", "AWS/EventBridge/Pipes"),
    ("eventbridge_scheduler", "AWS/Scheduler"),
    ("firehose", "AWS/Firehose"),
    ("fsx", "AWS/FSx"),
    ("gamelift", "AWS/GameLift"),
    ("globalaccelerator", "AWS/GlobalAccelerator"),
    ("glue", "Glue"),
    ("inspector", "AWS/Inspector"),
    ("iot", "AWS/IoT"),
    ("keyspaces", "AWS/Cassandra"),
    ("kinesis", "AWS/Kinesis"),
    ("kinesis_analytics", "AWS/KinesisAnalytics"),
    ("kms", "AWS/KMS"),
    ("lambda", "AWS/Lambda"),
    ("lex", "AWS/Lex"),
    ("mediaconnect", "AWS/MediaConnect"),
    ("mediaconvert", "AWS/MediaConvert"),
    ("medialive", "AWS/MediaLive"),
    ("mediapackage", "AWS/MediaPackage"),
    ("mediastore", "AWS/MediaStore"),
    ("mediatailor", "AWS/MediaTailor"),
    ("memorydb", "AWS/MemoryDB"),
    ("ml", "AWS/ML"),
    ("mq", "AWS/AmazonMQ"),
    ("msk", "AWS/Kafka"),
    ("mwaa", "AmazonMWAA"),
    ("nat_gateway", "AWS/NATGateway"),
    ("neptune", "AWS/Neptune"),
    ("network_elb", "AWS/NetworkELB"),
    ("networkfirewall", "AWS/NetworkFirewall"),
    ("networkmanager", "AWS/Network Manager"),
    ("networkmonitor", "AWS/NetworkMonitor"),
    ("opensearchserverless", "AWS/AOSS"),
    ("opsworks", "AWS/OpsWorks"),
    ("pcs", "AWS/PCS"),
    ("polly", "AWS/Polly"),
    ("privatelinkendpoints", "AWS/PrivateLinkEndpoints"),
    ("privatelinkservices", "AWS/PrivateLinkServices"),
    ("rds", "AWS/RDS"),
    ("rdsproxy", "AWS/RDS/Proxy"),
    ("redshift", "AWS/Redshift"),
    ("rekognition", "AWS/Rekognition"),
    ("route53", "AWS/Route53"),
    ("route53resolver", "AWS/Route53Resolver"),
    ("s3", "AWS/S3"),
    ("s3storagelens", "AWS/S3/Storage-Lens"),
    ("sagemaker", "AWS/SageMaker"),
    ("sagemakerendpoints", "/aws/sagemaker/Endpoints"),
    ("sagemakerlabelingjobs", "AWS/Sagemaker/LabelingJobs"),
    ("sagemakermodelbuildingpipeline", "AWS/Sagemaker/ModelBuildingPipeline"),
    ("sagemakerprocessingjobs", "/aws/sagemaker/ProcessingJobs"),
    ("sagemakertrainingjobs", "/aws/sagemaker/TrainingJobs"),
    ("sagemakertransformjobs", "/aws/sagemaker/TransformJobs"),
    ("sagemakerworkteam", "AWS/SageMaker/Workteam"),
    ("service_quotas", "AWS/ServiceQuotas"),
    ("ses", "AWS/SES"),
    ("shield", "AWS/DDoSProtection"),
    ("sns", "AWS/SNS"),
    ("sqs", "AWS/SQS"),
    ("step_functions", "AWS/States"),
    ("storage_gateway", "AWS/StorageGateway"),
    ("swf", "AWS/SWF"),
    ("textract", "AWS/Textract"),
    ("transitgateway", "AWS/TransitGateway"),
    ("translate", "AWS/Translate"),
    ("trusted_advisor", "AWS/TrustedAdvisor"),
    ("usage", "AWS/Usage"),
    ("vpn", "AWS/VPN"),
    ("waf", "WAF"),
    ("wafv2", "AWS/WAFV2"),
    ("workspaces", "AWS/WorkSpaces"),
    ("xray", "AWS/X-Ray"),
];

/// Rules that are no namespaces: v2 has switches for them under `metrics_config`.
pub const SWITCHES: &[(&str, &str)] =
    &[("collect_custom_metrics", "collect_custom_metrics"), ("crawl_alarms", "collect_cloudwatch_alarms")];

/// Rules that v1 spells one way in its list and another in rows that v2 has written: the row's spelling, and the list's
/// (recorded).
pub const SPELLINGS: &[(&str, &str)] =
    &[("event_bridge_pipes", "eventbridge_pipes"), ("event_bridge_scheduler", "eventbridge_scheduler")];

/// What v2 excludes unless told otherwise; AWS/Usage since 2025-08-22 (published specification).
pub const EXCLUDED_BY_DEFAULT: &[&str] = &["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"];

/// v2's name of the namespace that EC2's tag filter is about; v1 has a field of its own for it.
pub const EC2: &str = "AWS/EC2";

/// A rule's name as v1's list spells it.
pub fn as_listed(rule: &str) -> &str {
    SPELLINGS.iter().find(|(in_row, _)| *in_row == rule).map_or(rule, |(_, listed)| listed)
}

/// v2's name of the namespace a rule is about; nothing for a rule that is no namespace.
pub fn in_v2(rule: &str) -> Option<&'static str> {
    let listed = as_listed(rule);
    PAIRS.binary_search_by(|(v1, _)| v1.cmp(&listed)).ok().map(|at| PAIRS[at].1)
}

/// The rule about a namespace of v2; nothing where v1 has none.
pub fn in_v1(namespace: &str) -> Option<&'static str> {
    PAIRS.iter().find(|(_, v2)| *v2 == namespace).map(|(v1, _)| *v1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_maps_to_v2_and_back() {
        assert_eq!(PAIRS.len(), 114);
        assert!(PAIRS.is_sorted_by(|a, b| a.0 < b.0), "the table is searched by v1's name");
        assert_eq!(PAIRS.iter().map(|(_, v2)| v2).collect::<BTreeSet<_>>().len(), PAIRS.len(), "one to one");
        for (v1, v2) in PAIRS {
            assert_eq!((in_v2(v1), in_v1(v2)), (Some(*v2), Some(*v1)));
        }
    }

    #[test]
    fn the_odd_ones_are_where_they_belong() {
        for (rule, switch) in SWITCHES {
            assert_eq!((in_v2(rule), in_v1(switch)), (None, None));
        }
        assert!(EXCLUDED_BY_DEFAULT.iter().all(|namespace| in_v1(namespace).is_some()));
        for (in_row, listed) in SPELLINGS {
            assert!(in_v2(listed).is_some() && in_v2(in_row) == in_v2(listed), "however a row spells it");
        }
        assert_eq!(in_v1(EC2), Some("ec2"));
        assert_eq!(in_v2("AWS/EC2"), None);
    }
}
