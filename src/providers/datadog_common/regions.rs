//! The regions Datadog knows, in its own order, and since when.
//!
//! Excluded regions are kept as the included others at that time. So when Datadog gets to know more regions, every row
//! that excludes any shows those as excluded too (recorded: 94 rows of one organization, between 2025-09 and 2026-02).

use std::collections::BTreeSet;

/// All of them. v1 drops a region it does not know (terraform-provider-datadog#2304).
pub const REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "sa-east-1",
    "ap-south-1",
    "ca-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "ap-east-2",
    "ap-southeast-6",
    "ap-southeast-7",
    "mx-central-1",
];

/// Those listed in 2025-09, and those added by 2026-02. Any other is newer.
pub const GENERATIONS: [&[&str]; 2] = [REGIONS.split_at(30).0, REGIONS.split_at(30).1];

/// The regions Datadog knew when somebody wrote these exclusions, as far as they tell: none that is newer than each of
/// them.
pub fn known_with(excluded: &BTreeSet<&str>) -> impl Iterator<Item = &'static str> {
    let generation =
        |region: &str| GENERATIONS.iter().position(|known| known.contains(&region)).unwrap_or(GENERATIONS.len());
    let newest = excluded.iter().map(|region| generation(region)).max().unwrap_or(GENERATIONS.len());
    REGIONS.iter().copied().filter(move |region| generation(region) <= newest)
}
