//! Fleets in which chosen accounts are created, updated, deleted, or lose a region, planned through the library.

use std::fmt::Write;

use heeler::model::{Env, Outcome, Plan, Proof, Report};
use heeler::planner;
use heeler::render::{Addressed, Links, PlanView};
use heeler::run::PlanOptions;
use heeler::sandbox::{Sandbox, World};
use serde_json::{Value, json};

use crate::in_process::{self, block_on};

/// Where lines are looked at.
pub const BASE: &str = "https://github.com/acme/infra/blob/4f5a0c1d2e3b4a5968778695a4b3c2d1e0f9a8b7";

/// What shall become of which account.
#[derive(Debug, Clone, Default)]
pub struct Fleet {
    pub deletes: Vec<String>,
    pub disruptive: Vec<String>,
    pub updates: Vec<String>,
    pub creates: Vec<String>,
    /// Whether every change differs from every other, so that nothing is folded.
    pub varied: bool,
    /// Why accounts are deleted; each has a ticket of its own unless this says something.
    pub reason: String,
}

impl Fleet {
    /// So many of each kind, with ids all over the place.
    pub fn of(deletes: usize, disruptive: usize, updates: usize, creates: usize) -> Self {
        let mut ids = scattered();
        let mut some = |count: usize| ids.by_ref().take(count).collect();
        Fleet {
            deletes: some(deletes),
            disruptive: some(disruptive),
            updates: some(updates),
            creates: some(creates),
            ..Fleet::default()
        }
    }

    /// Nothing is folded.
    pub fn varied(self) -> Self {
        Fleet { varied: true, ..self }
    }

    fn config(&self) -> String {
        let mut text =
            "version: 1\nproviders: { datadog: { site: datadoghq.eu, organization: acme-prod } }\n".to_owned();
        text.push_str("limits: { creates: 99999, deletes: 99999, disruptive: 99999, costly: 99999 }\naccounts:\n");
        for (at, id) in self.disruptive.iter().enumerate() {
            let more =
                if self.varied { format!(", account_tags: [\"cost:old\", \"cost:c{at}\"]") } else { String::new() };
            let _ = writeln!(
                text,
                "- {{ aws_account_id: \"{id}\", name: loses-{at}, datadog: {{ aws_regions: {{ include_only: [eu-west-1] }}{more} }} }}"
            );
        }
        for (at, id) in self.updates.iter().enumerate() {
            let tag = if self.varied { at } else { 0 };
            let _ = writeln!(
                text,
                "- {{ aws_account_id: \"{id}\", name: tagged-{at}, datadog: {{ account_tags: [\"cost:old\", \"cost:c{tag}\"] }} }}"
            );
        }
        for (at, id) in self.creates.iter().enumerate() {
            let block = format!("auth_config: {{ role_name: DatadogIntegrationRole }}, account_tags: [\"cost:c{at}\"]");
            let _ = writeln!(text, "- {{ aws_account_id: \"{id}\", name: new-{at}, datadog: {{ {block} }} }}");
        }
        text.push_str("removed:\n");
        for (at, id) in self.deletes.iter().enumerate() {
            let reason = if self.reason.is_empty() { format!("closed, OPS-{at}") } else { self.reason.clone() };
            let _ = writeln!(text, "- {{ aws_account_id: \"{id}\", reason: {} }}", json!(reason));
        }
        text.replace("accounts:\nremoved:", "removed:").trim_end_matches("removed:\n").to_owned()
    }

    fn rows(&self) -> Vec<Value> {
        [&self.deletes, &self.disruptive, &self.updates].into_iter().flatten().map(|id| row(id)).collect()
    }

    /// The config, and a world it is planned in.
    pub fn world(&self) -> Run {
        Run::of(&[("heeler/accounts.yaml", &self.config())], self.rows())
    }
}

/// Ids all over the place, as AWS makes them; the same in every run.
pub fn scattered() -> impl Iterator<Item = String> {
    let mut state = 0u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        format!("{:012}", (mixed ^ (mixed >> 31)) % 1_000_000_000_000)
    })
}

/// A row as Datadog lists it.
pub fn row(account: &str) -> Value {
    json!({ "id": format!("5c0ffee0-0000-4000-8000-{account}"), "type": "account", "attributes": {
        "aws_account_id": account, "aws_partition": "aws", "account_tags": ["cost:old"],
        "auth_config": { "role_name": "DatadogIntegrationRole", "external_id": "00000000000000000000000000000000" },
        "aws_regions": { "include_only": ["eu-west-1", "us-east-1"] },
        "logs_config": { "lambda_forwarder": { "lambdas": [], "sources": [], "log_source_config": { "tag_filters": [] } } },
        "metrics_config": { "enabled": true, "automute_enabled": true, "collect_custom_metrics": false, "collect_cloudwatch_alarms": false,
            "namespace_filters": { "exclude_only": [] }, "tag_filters": [] },
        "resources_config": { "cloud_security_posture_management_collection": false, "extended_collection": false },
        "traces_config": { "xray_services": { "include_only": [] } },
        "created_at": "2026-01-02T03:04:05.678901Z", "modified_at": "2026-01-02T03:04:05.678901Z" } })
}

/// A config and a pretend vendor.
pub struct Run {
    pub config: heeler::run::Run,
    pub sandbox: Sandbox,
}

impl Run {
    pub fn of(texts: &[(&str, &str)], rows: Vec<Value>) -> Self {
        let config = heeler::run::Run::of_texts(texts.iter().copied(), &Env::default())
            .unwrap_or_else(|invalid| panic!("{:?}", invalid.diagnostics));
        let sandbox = Sandbox::new(World::empty(), 1);
        sandbox.edit("datadog", |known| *known = rows);
        Run { config, sandbox }
    }

    pub fn plan(&self) -> Plan {
        block_on(self.config.read_unguarded(&self.sandbox)).plan(&PlanOptions::default()).into_plan()
    }

    /// Does it and proves it.
    pub fn apply(&self, plan: &Plan) -> Report {
        let outcomes = block_on(in_process::apply(&self.config, &self.sandbox, plan, 1));
        let outcomes = outcomes.into_iter().map(|outcome| Outcome { millis: 0, ..outcome }).collect();
        let left = self.plan();
        let proof = if left.actions.is_empty() { Proof::Converged } else { Proof::Differs(Box::new(left)) };
        Report { outcomes, proof }
    }

    /// The plan on GitHub, outside the sandbox.
    pub fn view<'a>(&self, plan: &'a Plan) -> PlanView<'a> {
        let settings = self.config.config().desired.settings.values();
        let addressed = settings.map(|known| Addressed {
            name: known.provider,
            site: known.site.clone(),
            base: known.endpoint.base.clone(),
            services: known.service_bases(false),
            organization: known.organization.as_ref().map(|(name, _)| name.clone()),
            via: None,
        });
        let digest = planner::digest::digest(plan, &json!({ "datadog": "sandbox" }));
        let links = Links { base: Some(BASE.to_owned()), folder: String::new() };
        PlanView { links, ..PlanView::new(plan, addressed.collect(), false, digest) }
    }
}
