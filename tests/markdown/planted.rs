//! A plan, a comparison, a report and a drift with given words in every place that a config, a vendor or a file's name
//! can fill.

use std::collections::{BTreeMap, BTreeSet};

use heeler::model::base_comparison::{Origin, Shadowed, Weakened};
use heeler::model::drift::{Class, Drift, Drifted, Refused};
use heeler::model::effect::Effect;
use heeler::model::path::Step;
use heeler::model::plan::{Changes, ObsoleteTombstone, Refusal, Unmanaged, UnreadPart, Unreadable};
use heeler::model::refusal::RefusedOp;
use heeler::model::row_description::{Described, Descriptions};
use heeler::model::vendor_error::VendorError;
use heeler::model::{
    Action, BaseComparison, Change, Diagnostic, FieldChange, Key, Op, Outcome, Path as Field, Plan, Proof, RemoteId,
    Report, Source, Status, Trust,
};
use heeler::providers::datadog::kinds::ACCOUNT;
use serde_json::{Value, json};

/// Words for as many places as there are, the same ones again when they run out.
pub struct Words<'a> {
    all: &'a [String],
    next: usize,
}

impl<'a> Words<'a> {
    pub fn of(all: &'a [String]) -> Self {
        Words { all, next: 0 }
    }

    pub fn word(&mut self) -> String {
        self.next += 1;
        self.all[self.next % self.all.len()].clone()
    }

    pub fn name(&mut self) -> Option<String> {
        Some(self.word())
    }

    fn key(&mut self) -> Key {
        ACCOUNT.key(self.word())
    }

    fn source(&mut self) -> Source {
        Source {
            file: format!("f{}", self.word()).into(),
            line: 3,
            column: 1,
            layer: Some(format!("profile {}", self.word())),
        }
    }

    fn path(&mut self) -> Field {
        Field::dotted("metrics_config.tag_filters").then(Step::Entry(self.word())).field("tags")
    }

    fn change(&mut self, disruption: bool) -> FieldChange {
        let change = match self.next % 5 {
            0 => Change::Set { before: Value::from(self.word()), after: Value::from(self.word()) },
            1 => Change::Set { before: Value::Null, after: json!({ "include_only": [self.word(), self.word()] }) },
            2 => Change::Secret { env: self.word() },
            3 => Change::Elements {
                before: (0..9).map(|_| Value::from(self.word())).collect(),
                after: vec![Value::from(self.word())],
            },
            _ => {
                Change::Set { before: json!({ "exclude_only": [self.word()] }), after: json!({ "include_all": true }) }
            }
        };
        FieldChange {
            path: self.path(),
            change,
            effect: if disruption { Effect::LESS } else { Effect::NONE },
            source: self.source(),
            element_sources: vec![(Value::from(self.word()), self.source())],
        }
    }

    fn action(&mut self, action: &Action, index: usize) -> Action {
        let mut action = Action {
            key: self.key(),
            account: None,
            name: self.name(),
            source: self.source(),
            needs: BTreeSet::new(),
            op: action.op.clone(),
        };
        action.key.name.push_str(&index.to_string());
        let changes = |words: &mut Self, disruption: bool| {
            Changes::new((0..5).map(|at| words.change(disruption && at < 2)).collect()).unwrap()
        };
        match &mut action.op {
            Op::Create { changes: all, .. } => *all = changes(self, false),
            Op::Update { changes: all, .. } => *all = changes(self, all.any_disruptive()),
            Op::Delete { description: described, .. } => **described = self.described(),
        }
        action
    }

    fn described(&mut self) -> Described {
        Described {
            name: self.name(),
            role: self.name(),
            access_key: self.name(),
            tags: vec![self.word(), self.word()],
        }
    }

    fn error(&mut self, kind: usize) -> VendorError {
        match kind % 3 {
            0 => VendorError::Invalid { message: self.word(), fields: vec![self.word()] },
            1 => VendorError::Unreadable(self.word()),
            _ => VendorError::Failing(self.word()),
        }
    }

    /// A plan with something in every corner.
    pub fn plan(&mut self, seed: &Plan) -> Plan {
        let actions: Vec<Action> =
            seed.actions.iter().enumerate().map(|(at, action)| self.action(action, at)).collect();
        let mut plan = Plan {
            preparations: Vec::new(),
            held_back: seed.actions.iter().enumerate().map(|(at, action)| self.action(action, at)).collect(),
            unmanaged: (0..3)
                .map(|_| Unmanaged {
                    key: self.key(),
                    id: RemoteId(self.word()),
                    account: self.name(),
                    not_manageable: None,
                    named: false,
                })
                .collect(),
            obsolete_tombstones: (0..2)
                .map(|_| ObsoleteTombstone { identity: self.word(), from: vec![self.word()], source: self.source() })
                .collect(),
            refusals: (0..2)
                .map(|_| {
                    let wish = RefusedOp::Create { changes: Vec::new() };
                    let (key, account, name, source) = (self.key(), self.name(), self.name(), self.source());
                    Refusal {
                        key,
                        account,
                        name,
                        source,
                        op: wish,
                        why: self.word(),
                        because_of: Some(self.source()),
                        help: self.word(),
                    }
                })
                .collect(),
            diagnostics: (0..2).map(|_| self.diagnostic()).collect(),
            unreadable: (0..3)
                .map(|at| {
                    let part = match at {
                        0 => UnreadPart::Provider,
                        1 => UnreadPart::Account(self.word()),
                        _ => UnreadPart::Row(self.key()),
                    };
                    Unreadable { provider: "datadog", part, error: self.error(at) }
                })
                .collect(),
            limit_checks: seed.limit_checks.clone(),
            row_counts: seed.row_counts.clone(),
            actions,
            ..Plan::default()
        };
        let mut descriptions = Descriptions::default();
        plan.unmanaged.iter().for_each(|row| descriptions.add(&row.key, &row.id, self.described()));
        plan.descriptions = descriptions;
        plan
    }

    pub fn diagnostic(&mut self) -> Diagnostic {
        Diagnostic::nowhere(self.word()).label(format!("l{}", self.word())).help(self.word())
    }

    pub fn comparison(&mut self, plan: &Plan) -> BaseComparison {
        let paths = vec![self.path(), self.path()];
        BaseComparison {
            base: self.word(),
            weakened: vec![
                Weakened::Account { key: self.key(), name: self.name(), was: self.source() },
                Weakened::Fields { key: self.key(), name: self.name(), paths, was: self.source() },
                Weakened::Protection { identity: self.word(), was: self.source() },
                Weakened::Guard { provider: "datadog", organization: self.word() },
                Weakened::Organization { provider: "datadog", from: self.word(), to: self.word() },
                Weakened::Site { provider: "datadog", from: self.word(), to: self.word() },
                Weakened::Tombstone { key: self.key(), reason: self.word(), was: self.source() },
                Weakened::DeletePutOff { key: self.key(), name: self.name(), now: self.source() },
            ],
            shadowed: vec![Shadowed {
                key: self.key(),
                name: self.name(),
                layer: self.word(),
                path: self.path(),
                by: self.source(),
            }],
            origins: vec![Origin::Both { pending: [self.path()].into() }; plan.actions.len()],
        }
    }

    pub fn report(&mut self, plan: &Plan) -> Report {
        let outcome = |(at, _): (usize, &Action)| {
            let status = match at % 4 {
                0 => Status::Failed { why: self.word(), fields: vec![self.word(), self.word()], unsure: true },
                1 => Status::Stale((0..3).map(|_| self.change(true)).collect()),
                2 => Status::Skipped(self.word()),
                _ => Status::Done,
            };
            let policy = json!({ "Statement": [{ "Principal": { "AWS": self.word() } }] });
            Outcome {
                status,
                row: None,
                trust: Some(Trust { role_name: self.word(), external_id: self.name(), policy: Some(policy) }),
                issued: BTreeMap::from([("external_id", Value::from(self.word()))]),
                millis: 1,
            }
        };
        let outcomes = plan.actions.iter().enumerate().map(outcome).collect();
        let left = Plan { actions: plan.actions.clone(), ..Plan::default() };
        let proof =
            if self.next.is_multiple_of(2) { Proof::Differs(Box::new(left)) } else { Proof::Unreadable(self.word()) };
        Report { outcomes, proof }
    }

    pub fn drift(&mut self) -> Drift {
        let item = |(at, class): (usize, Class)| Drifted {
            class,
            key: self.key(),
            account: self.name(),
            name: self.name(),
            row: Some(RemoteId(self.word())),
            source: Some(self.source()),
            reason: self.name(),
            changes: vec![self.change(true), self.change(false)],
            trashed: Some(RemoteId(self.word())),
            refused: Some(Refused { why: self.word(), help: self.word(), read_only: true }),
            named: at % 3 == 0,
            counts: at % 2 == 0,
        };
        let classes =
            [Class::Changed, Class::Changed, Class::Missing, Class::Lingering, Class::Unmanaged, Class::Unmanaged];
        Drift { items: classes.into_iter().enumerate().map(item).collect(), fingerprint: self.name() }
    }
}
