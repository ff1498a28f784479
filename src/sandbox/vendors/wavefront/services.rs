//! The services of AWS that the emulator's integrations may be of. Plain data.

/// One of them.
#[derive(Debug)]
pub struct Service {
    /// Its name under `service`.
    pub word: &'static str,
    /// The field that its settings stand in.
    pub block: &'static str,
    /// Which of those there must be.
    pub required: &'static [&'static str],
}

const SERVICES: &[Service] = &[
    Service { word: "CLOUDWATCH", block: "cloudWatch", required: &[] },
    Service { word: "CLOUDTRAIL", block: "cloudTrail", required: &["region", "bucketName"] },
    Service { word: "EC2", block: "ec2", required: &[] },
];

impl Service {
    /// The service that a row names, in whatever case.
    pub fn named(word: &str) -> Option<&'static Service> {
        SERVICES.iter().find(|service| service.word.eq_ignore_ascii_case(word))
    }
}
