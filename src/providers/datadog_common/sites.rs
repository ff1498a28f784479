//! Datadog's sites, who assumes roles for them, and what follows for an account's authentication.

use crate::model::aws::trust_policy::trust_policy;
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
pub const NAMES: [&str; SITES.len()] = {
    let mut names = [""; SITES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = SITES[at].0;
        at += 1;
    }
    names
};

/// The same, one by one.
pub fn sites() -> impl Iterator<Item = &'static str> + Clone {
    NAMES.into_iter()
}

/// What Datadog's documentation and people call some sites.
const NICKNAMES: &[(&str, &str)] = &[
    ("us", "datadoghq.com"),
    ("us1", "datadoghq.com"),
    ("eu", "datadoghq.eu"),
    ("eu1", "datadoghq.eu"),
    ("us3", "us3.datadoghq.com"),
    ("us5", "us5.datadoghq.com"),
    ("ap1", "ap1.datadoghq.com"),
    ("ap2", "ap2.datadoghq.com"),
    ("uk1", "uk1.datadoghq.com"),
    ("gov", "ddog-gov.com"),
    ("us1-fed", "ddog-gov.com"),
    ("us1.ddog-gov.com", "ddog-gov.com"),
    ("us2-fed", "us2.ddog-gov.com"),
];

/// The site that is meant by a page's or an API's address, an organization's own subdomain, a short name or a slip of
/// the pen. Another region is never guessed: whoever followed that would send keys there.
pub fn guessed(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    let host = text
        .split_once("://")
        .map_or(text.as_str(), |(_, rest)| rest)
        .split(['/', '?', '#', ':'])
        .next()
        .unwrap_or_default();
    let labels: Vec<&str> = host.split('.').filter(|label| !matches!(*label, "" | "app" | "api" | "www")).collect();
    let nickname = |name: &str| NICKNAMES.iter().find(|(known, _)| *known == name).map(|(_, site)| *site);
    if let Some(site) = nickname(&labels.join(".")) {
        return Some(site);
    }
    let (name, before) = labels.split_at_checked(labels.len().checked_sub(2)?).map(|(before, name)| (name, before))?;
    let domain =
        ["datadoghq.com", "datadoghq.eu", "ddog-gov.com"].into_iter().find(|domain| is_nearly(name, domain))?;
    let Some(region) = before.iter().find(|label| is_region(label)) else {
        return sites().find(|site| *site == domain);
    };
    let named = nickname(region).filter(|site| site.ends_with(domain) || region.starts_with("eu"));
    sites().find(|site| *site == format!("{region}.{domain}")).or(named)
}

/// Whether the last two parts of a host are a domain, but for a slip or two. `com` and `eu` are never taken for each
/// other.
fn is_nearly(labels: &[&str], domain: &str) -> bool {
    let (Some((name, end)), [written, written_end]) = (domain.split_once('.'), labels) else { return false };
    let ends = *written_end == end
        || (end == "com" && matches!(*written_end, "co" | "con" | "cm" | "om" | "comm"))
        || (end == "eu" && matches!(*written_end, "ue" | "e" | "euu"));
    ends && strsim::osa_distance(written, name) <= 2
}

/// Whether a part of a host names a region: `us1`, `eu`, `ap2`.
fn is_region(label: &str) -> bool {
    let letters = label.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(label, "us" | "eu")
        || (letters.len() == 2 && label.len() > 2 && letters.bytes().all(|byte| byte.is_ascii_lowercase()))
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
            Diagnostic::error(
                role.key_place,
                format!("a role cannot be assumed in partition {} from {}", facts.partition, settings.site),
            )
            .label("role authentication")
            .also(facts.partition_place, format!("this account is in {}", facts.partition))
            .help(format!("write `{instead}` in the account's entry: Datadog publishes no principal for a role there"))
            .if_all_is_read(),
        );
    }
}

/// Keys where a role would do are let through with a word. `instead` is what to write.
pub fn check_keys(facts: &AccountFacts, keys: &Entry, instead: &str, out: &mut Diagnostics) {
    if facts.partition == "aws" {
        out.push(
            Diagnostic::warning(keys.key_place, "access keys in partition aws")
                .label("long-lived keys")
                .help(format!(
                    "Datadog documents keys for GovCloud and China only; a role needs no secret: `{instead}`"
                ))
                .if_all_is_read(),
        );
    }
}

/// Role, external id and the trust policy that lets Datadog assume the role.
pub fn trust(settings: &Settings, partition: &str, role_name: String, external_id: Option<String>) -> Trust {
    let policy = principal(&settings.site, partition)
        .zip(external_id.as_deref())
        .map(|(principal, external_id)| trust_policy(partition, principal, external_id));
    Trust { role_name, external_id, policy }
}

#[cfg(test)]
mod tests {
    use super::guessed;

    #[test]
    fn a_site_as_people_have_it_and_never_another_region() {
        for (site, written) in [
            (
                "datadoghq.com",
                "US1 us app.datadoghq.com https://app.datadoghq.com/ api.datadoghq.com acme.datadoghq.com us1.datadoghq.com DATADOGHQ.COM",
            ),
            (
                "datadoghq.com",
                "datadoghq.com/ datadog.com app.datadog.com datadoghq.co datadohq.com https://acme.datadoghq.com/account/login?next=x",
            ),
            (
                "datadoghq.eu",
                "EU1 eu app.datadoghq.eu https://api.datadoghq.eu/ acme.datadoghq.eu eu1.datadoghq.com datadog.eu datadoghq.eu. datadoghq.ue",
            ),
            (
                "us3.datadoghq.com",
                "us3 US3 https://us3.datadoghq.com/ app.us3.datadoghq.com api.us3.datadoghq.com us3.datadog.com",
            ),
            ("us5.datadoghq.com", "us5 api.us5.datadoghq.com acme.us5.datadoghq.com"),
            ("ap1.datadoghq.com", "AP1 https://ap1.datadoghq.com"),
            ("ap2.datadoghq.com", "ap2 app.ap2.datadoghq.com"),
            ("ddog-gov.com", "gov US1-FED app.ddog-gov.com us1.ddog-gov.com"),
            ("us2.ddog-gov.com", "us2-fed https://us2.ddog-gov.com/"),
        ] {
            written.split(' ').for_each(|text| assert_eq!(guessed(text), Some(site), "{text}"));
        }
        for text in "us2.datadoghq.com us4 ap3.datadoghq.com us3.datadoghq.eu datadoghq.net datadoghq.au datadoghq datadoghq.com.evil.com evil.com ."
            .split(' ')
        {
            assert_eq!(guessed(text), None, "{text}");
        }
        assert_eq!((guessed(""), guessed("https://")), (None, None));
    }
}
