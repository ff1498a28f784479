//! What v1 says of an account, in v2's words. v1 leaves some of it open, and the account as v2 lists it settles that:
//! which regions there were when others were excluded, and what was excluded by default when rules were written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::namespaces::{EC2, EXCLUDED_BY_DEFAULT, SWITCHES, in_v2};
use super::regions::{REGIONS, known_with};
use crate::model::value::{at, is_void};
use crate::providers::Meaning;

/// v2's attributes, and what means something else there.
#[derive(Debug, Default)]
pub struct Translated {
    /// Only what v1 said.
    pub attributes: Value,
    /// By what it is about.
    pub meanings: BTreeMap<&'static str, Meaning>,
}

const REGIONS_FREEZE: &str = "v2 has no `excluded_regions`: it lists the regions that are collected. Datadog fixed that list when the \
    exclusion was written, and regions to come are not in it: add them by hand, or write `include_all: true`.";
const REGIONS_NEITHER: &str = "regions that v1 did not exclude are not collected either: Datadog did not know them when the exclusion was \
    written, or somebody changed it since. Compare the list with what you want.";
const RULES_FOLD: &str = "v1's rules said what differs from Datadog's defaults; this is the whole list. What Datadog excludes by default \
    (AWS/SQS, AWS/ElasticMapReduce, later AWS/Usage) is in it as far as it was then, and what it will exclude later is not.";
const RULES_UNKNOWN: &str = "such a rule has no name in v2 that heeler knows: look at `namespace_filters` yourself.";
const PSEUDO: &str = "v1's rules `collect_custom_metrics` and `crawl_alarms` were no namespaces: they are the switches \
    `collect_custom_metrics` and `collect_cloudwatch_alarms`.";
const FILTERS_JOIN: &str = "`filter_tags` (AWS/EC2) and v1's tag filters are one list now. Whoever declares it declares all of it, so filters \
    that nobody managed before are in it too.";
const FILTER_COMMA: &str = "v2 lists several tags as one text with commas between them, and so they are written, since a plan is to be empty. \
    To make each a filter of its own, write them as items of the list: `heeler plan` then shows that change.";
const FILTER_CUSTOM: &str =
    "the tag filter for `custom` has no name in v2 that anybody has seen: it is left out, and stays as it is.";
const RESOURCES: &str = "v2 has no such switch, but `resources_config.extended_collection`: it is left out.";
const SECRET: &str =
    "a reference takes its place: set that variable where apply runs. Rotate a key that was in a state file.";

/// v1's switches, and where v2 has them.
const SWITCHED: &[(&str, &str, &str)] = &[
    ("metrics_collection_enabled", "metrics_config", "enabled"),
    ("extended_resource_collection_enabled", "resources_config", "extended_collection"),
    ("cspm_resource_collection_enabled", "resources_config", "cloud_security_posture_management_collection"),
];

/// Translates a block in v1's words. `whole` says whether rules that it does not name are managed too; `live` is v2's
/// view.
pub fn in_v2_words(block: &Map<String, Value>, whole: bool, live: Option<&Value>) -> Translated {
    let mut new = Translated { attributes: json!({}), meanings: BTreeMap::new() };
    authentication(block, &mut new);
    if let Some(tags) = block.get("host_tags") {
        new.attributes["account_tags"] = tags.clone();
    }
    if let Some(excluded) = block.get("excluded_regions") {
        let regions = regions(&words(excluded), live);
        let included = words(at(&regions, "include_only"));
        let neither = REGIONS.iter().any(|region| !included.contains(region) && !words(excluded).contains(region));
        new.mean(!is_void(excluded), "aws_regions", REGIONS_FREEZE);
        new.mean(!included.is_empty() && neither, "aws_regions.include_only", REGIONS_NEITHER);
        new.attributes["aws_regions"] = regions;
    }
    for (name, above, field) in SWITCHED {
        if let Some(on) = block.get(*name).filter(|on| !is_void(on)) {
            new.attributes[*above][*field] = on.clone();
        }
    }
    new.mean(
        at(&Value::Object(block.clone()), "resource_collection_enabled") == true,
        "resource_collection_enabled",
        RESOURCES,
    );
    beside_cspm(live, &mut new);
    if let Some(rules) = block.get("account_specific_namespace_rules") {
        self::rules(rules, whole, live, &mut new);
    }
    filters(block, live, &mut new);
    if let Some(logs) = block.get("logs") {
        for (name, field) in [("lambdas", "lambdas"), ("services", "sources")] {
            if let Some(values) = logs.get(name) {
                new.attributes["logs_config"]["lambda_forwarder"][field] = values.clone();
            }
        }
    }
    new
}

impl Translated {
    fn mean(&mut self, applies: bool, about: &'static str, says: &'static str) {
        if applies {
            self.meanings.entry(about).or_insert_with(|| Meaning { says, names: BTreeSet::new() });
        }
    }

    /// The same, for one of several that are named.
    fn mean_of(&mut self, name: &str, about: &'static str, says: &'static str) {
        self.mean(true, about, says);
        if let Some(meaning) = self.meanings.get_mut(about) {
            meaning.names.insert(name.to_owned());
        }
    }

    /// Keys are in the state of another tool, or where a reference says; their secret is in neither API.
    pub fn mean_secret(&mut self) {
        self.mean(true, "secret_access_key", SECRET);
    }
}

fn authentication(block: &Map<String, Value>, new: &mut Translated) {
    let said = |name: &str| {
        block.get(name).filter(|value| value.as_str().is_none_or(|text| !text.is_empty()) && !value.is_null())
    };
    if let Some(key) = said("access_key_id") {
        new.attributes["auth_config"] = json!({ "access_key_id": key });
        // A reference is no secret; anything else is not even copied.
        if let Some(reference) = said("secret_access_key").filter(|secret| secret.is_object()) {
            new.attributes["auth_config"]["secret_access_key"] = reference.clone();
        } else {
            new.mean_secret();
        }
    } else if let Some(role) = said("role_name") {
        new.attributes["auth_config"] = json!({ "role_name": role });
    }
}

fn words(value: &Value) -> BTreeSet<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The others of the regions there were: as v2 lists them, if none of the excluded is among them; else of those that
/// Datadog knew with the excluded ones.
fn regions(excluded: &BTreeSet<&str>, live: Option<&Value>) -> Value {
    if excluded.is_empty() {
        return json!({ "include_all": true });
    }
    let listed = live.map(|live| at(at(live, "aws_regions"), "include_only")).filter(|listed| !is_void(listed));
    match listed.filter(|listed| words(listed).is_disjoint(excluded)) {
        Some(listed) => json!({ "include_only": listed }),
        None => {
            json!({ "include_only": known_with(excluded).filter(|region| !excluded.contains(region)).collect::<Vec<_>>() })
        }
    }
}

/// CSPM cannot stand alone in v2; where v1 was silent, what is live stands beside it.
fn beside_cspm(live: Option<&Value>, new: &mut Translated) {
    let extended =
        live.map(|live| at(at(live, "resources_config"), "extended_collection").clone()).filter(|on| *on == true);
    let resources = &mut new.attributes["resources_config"];
    let alone = at(resources, "cloud_security_posture_management_collection") == true
        && resources.get("extended_collection").is_none();
    match extended {
        Some(on) if alone => resources["extended_collection"] = on,
        _ if resources.is_null() => {
            drop(new.attributes.as_object_mut().and_then(|fields| fields.remove("resources_config")))
        }
        _ => {}
    }
}

fn rules(rules: &Value, whole: bool, live: Option<&Value>, new: &mut Translated) {
    let rules = rules.as_object().cloned().unwrap_or_default();
    let mut namespaces = BTreeMap::new();
    for (rule, on) in &rules {
        match (in_v2(rule), SWITCHES.iter().find(|(switch, _)| switch == rule)) {
            (Some(namespace), _) => drop(namespaces.insert(namespace, *on == true)),
            (None, Some(_)) => new.mean_of(rule, "metrics_config.collect_...", PSEUDO),
            (None, None) => new.mean_of(rule, "metrics_config.namespace_filters (unknown rules)", RULES_UNKNOWN),
        }
    }
    for (switch, field) in SWITCHES.iter().filter(|(switch, _)| whole || rules.contains_key(*switch)) {
        new.attributes["metrics_config"][*field] = json!(rules.get(*switch).is_some_and(|on| *on == true));
    }
    if whole || !namespaces.is_empty() {
        new.attributes["metrics_config"]["namespace_filters"] = folded(&namespaces, live);
        new.mean(true, "metrics_config.namespace_filters", RULES_FOLD);
    }
}

/// As v2 lists it, if it is what the rules come to on some day's defaults; else what they come to on today's.
fn folded(rules: &BTreeMap<&'static str, bool>, live: Option<&Value>) -> Value {
    let filters = live.map(|live| at(at(live, "metrics_config"), "namespace_filters"));
    let fits = |excluded: &Value| {
        let excluded = words(excluded);
        let as_ruled = rules.iter().all(|(namespace, on)| excluded.contains(namespace) != *on);
        as_ruled
            && excluded.iter().all(|namespace| rules.contains_key(namespace) || EXCLUDED_BY_DEFAULT.contains(namespace))
    };
    // v1 shows a row that v2 has written with `include_only` as a rule for every other namespace.
    let allows = |included: &Value| {
        let included = words(included);
        let off = |namespace: &str| rules.get(namespace).map_or(EXCLUDED_BY_DEFAULT.contains(&namespace), |on| !on);
        super::namespaces::PAIRS.iter().all(|(_, namespace)| off(namespace) != included.contains(namespace))
    };
    if let Some(listed) = filters.and_then(|filters| filters.get("exclude_only")).filter(|listed| fits(listed)) {
        return json!({ "exclude_only": listed });
    }
    if let Some(listed) = filters.and_then(|filters| filters.get("include_only")).filter(|listed| allows(listed)) {
        return json!({ "include_only": listed });
    }
    let mut excluded: BTreeSet<&str> =
        EXCLUDED_BY_DEFAULT.iter().copied().filter(|namespace| rules.get(namespace) != Some(&true)).collect();
    excluded.extend(rules.iter().filter(|(_, on)| !**on).map(|(namespace, _)| *namespace));
    json!({ "exclude_only": excluded })
}

/// The tags in a text that separates them by commas.
fn tags_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|tag| !tag.is_empty())
}

/// The tags of a list, some of whose texts may be several, separated by commas: v1 takes them so.
fn separate(tags: &Value) -> Value {
    let texts = tags.as_array().into_iter().flatten();
    texts
        .flat_map(|tag| tag.as_str().map_or_else(|| vec![tag.clone()], |text| tags_of(text).map(Value::from).collect()))
        .collect()
}

/// EC2's filter and those of `/filtering`, beside whatever v2 lists for other namespaces.
fn filters(block: &Map<String, Value>, live: Option<&Value>, new: &mut Translated) {
    let (ec2, others) = (block.get("filter_tags"), block.get("tag_filters"));
    if ec2.is_none() && others.is_none() {
        return;
    }
    let mut by_namespace: BTreeMap<String, Value> =
        ec2.map(|tags| (EC2.to_owned(), separate(tags))).into_iter().collect();
    for filter in others.into_iter().filter_map(Value::as_array).flatten() {
        let rule = at(filter, "namespace").as_str().unwrap_or_default();
        let text = at(filter, "tag_filter_str").as_str().unwrap_or_default();
        let tags: Vec<&str> = tags_of(text).collect();
        match in_v2(rule) {
            Some(namespace) => drop(by_namespace.insert(namespace.to_owned(), json!(tags))),
            None if tags.is_empty() => {}
            None => new.mean_of(text, "metrics_config.tag_filters (custom)", FILTER_CUSTOM),
        }
    }
    let listed = live.map(|live| at(at(live, "metrics_config"), "tag_filters")).and_then(Value::as_array);
    for filter in listed.into_iter().flatten() {
        let (Some(namespace), tags) = (at(filter, "namespace").as_str(), at(filter, "tags")) else { continue };
        // The same tags are written as v2 lists them.
        if by_namespace.get(namespace).is_none_or(|said| words(said) == words(&separate(tags))) {
            by_namespace.insert(namespace.to_owned(), tags.clone());
        }
    }
    by_namespace.retain(|_, tags| !is_void(tags));
    for (namespace, _) in by_namespace.iter().filter(|(_, tags)| words(tags).iter().any(|tag| tag.contains(','))) {
        new.mean_of(namespace, "metrics_config.tag_filters (commas)", FILTER_COMMA);
    }
    new.mean(!by_namespace.is_empty(), "metrics_config.tag_filters", FILTERS_JOIN);
    let filters = by_namespace.into_iter().map(|(namespace, tags)| json!({ "namespace": namespace, "tags": tags }));
    new.attributes["metrics_config"]["tag_filters"] = filters.collect();
}
