//! The JSON of plan, apply and drift: from what is known to the frozen structs of [`format`].
//!
//! No secret can reach it: a plan holds only names of variables.

mod action;
mod base_comparison;
mod drift;
mod explain;
pub mod format;
mod rows;
mod writing;

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use action::action;
pub use drift::drift_document;
pub use explain::explain_document;
use format::{DiagnosticJson, LimitCheckJson, ObsoleteTombstoneJson, Provider, SourceJson, Summary};
pub use format::{Document, ExplainDocument, schema};
use rows::{health_issues, held, isolated, isolated_now, managed, managed_now, refusal, row, unread};
pub use writing::{text, write};

use super::{Addressed, PlanView};
use crate::model::key::account_in;
use crate::model::limits::LimitCheck;
use crate::model::plan::{Managed, ObsoleteTombstone};
use crate::model::report::REPORT_FORMAT;
use crate::model::{self, Diagnostic, Outcome, Proof, Report, Source, Sources};

/// How far an apply has come.
pub struct Progress<'a> {
    /// Actions that have ended, by their index.
    pub outcomes: &'a BTreeMap<usize, Outcome>,
    /// Rows as they were read right before they were deleted, by the action's index.
    pub kept: &'a BTreeMap<usize, Box<RawValue>>,
    /// Managed accounts that were made so far: the plan's listing could not hold them.
    pub made: &'a [Managed],
    /// The end of the run, once it has ended.
    pub report: Option<&'a Report>,
    /// Every managed live account of the final listing, if there was one.
    pub managed: Option<&'a [Managed]>,
}

/// The document; of an apply as far as it has come.
pub fn document(view: &PlanView<'_>, command: &str, sources: &Sources, progress: Option<&Progress<'_>>) -> Document {
    let plan = view.plan;
    let model::Plan {
        preparations: _,
        names: _,
        actions,
        held_back,
        on_hold,
        read_only,
        unchanged,
        left_out,
        selected_only,
        row_counts: counted,
        unmanaged,
        obsolete_tombstones: obsolete,
        refusals,
        limit_checks: checks,
        diagnostics,
        unreadable,
        isolated,
        managed,
        descriptions,
        health_issues,
    } = plan;
    let (create, update, delete) = plan.counts();
    let providers = view.providers.iter().map(|Addressed { name, site, base, services, organization, via: _ }| {
        let counts = counted.get(name).copied().unwrap_or_default();
        let provider = Provider {
            site: site.clone(),
            base: base.clone(),
            services: services.clone(),
            organization: organization.clone(),
            declared: counts.declared,
            live: counts.live,
        };
        ((*name).to_owned(), provider)
    });
    let origin = |index: usize| view.base_comparison.as_ref()?.origins.get(index);
    let refused = !refusals.is_empty() || plan.is_refused() || diagnostics.iter().any(Diagnostic::is_error);
    Document {
        format: REPORT_FORMAT,
        tool: concat!("heeler ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: command.to_owned(),
        sandbox: view.sandbox,
        complete: plan.all_listings_read(),
        applyable: plan.all_listings_read() && !refused,
        digest: view.digest.clone(),
        providers: providers.collect(),
        left_out: left_out.keys().copied().collect(),
        selected_only: *selected_only,
        summary: Summary {
            create,
            update,
            delete,
            unchanged: unchanged.total(),
            disruptive: plan.disruptive(),
            costly: plan.costly(),
            on_hold: plan.differ_on_hold(),
            read_only: read_only.len(),
            unmanaged: unmanaged.len(),
            refused: refusals.len(),
            obsolete_tombstones: obsolete.len(),
            unread: plan.unread().count(),
            isolated: isolated_now(isolated, progress).count(),
        },
        limits: checks.iter().map(limit_check).collect(),
        actions: actions
            .iter()
            .enumerate()
            .map(|(index, action)| base_comparison::with_origin(self::action(index, action, progress), origin(index)))
            .collect(),
        held_back: held_back.iter().map(|action| self::action(usize::MAX, action, None)).collect(),
        on_hold: on_hold.iter().map(held).collect(),
        read_only: read_only.iter().map(held).collect(),
        refusals: refusals.iter().map(refusal).collect(),
        unmanaged: unmanaged.iter().map(|unmanaged| row(unmanaged, descriptions)).collect(),
        obsolete_tombstones: obsolete
            .iter()
            .map(|ObsoleteTombstone { identity, from, source }| ObsoleteTombstoneJson {
                account: account_in(identity).map(str::to_owned),
                from: (!from.is_empty()).then(|| from.clone()),
                id: identity.clone(),
                source: place(source),
            })
            .collect(),
        unreadable: unreadable.iter().map(unread).collect(),
        isolated: isolated_now(isolated, progress).map(|(row, all)| self::isolated(row, all)).collect(),
        diagnostics: diagnostics.iter().map(|found| diagnostic(found, sources)).collect(),
        managed: managed_now(managed, progress).iter().map(self::managed).collect(),
        comparison: view.base_comparison.as_ref().map(base_comparison::base_comparison),
        health_issues: health_issues.iter().map(self::health_issues).collect(),
        converged: progress.and_then(|progress| progress.report).map(|report| report.has_converged(plan)),
        proof: progress.and_then(|progress| progress.report).map(|report| proof(&report.proof)),
        error: None,
        drift: None,
    }
}

fn proof(proof: &Proof) -> &'static str {
    match proof {
        Proof::Converged => "as_planned",
        Proof::Differs(_) => "differs",
        Proof::Unreadable(_) => "unreadable",
        Proof::Stopped => "stopped",
        Proof::NotNeeded => "not_needed",
    }
}

/// A run that came to nothing: what is wrong with the config, or why it could not do its work. It approves nothing.
pub fn failed(command: &str, error: Option<String>, diagnostics: &[Diagnostic], sources: &Sources) -> Document {
    let plan = model::Plan { diagnostics: diagnostics.to_vec(), ..model::Plan::default() };
    let document = document(&PlanView::new(&plan, Vec::new(), false, String::new()), command, sources, None);
    Document { complete: false, applyable: false, error, ..document }
}

fn limit_check(check: &LimitCheck) -> LimitCheckJson {
    let LimitCheck { name, provider, used, limit, refused } = check;
    LimitCheckJson {
        name: name.word(),
        provider,
        used: *used,
        limit: *limit,
        ok: refused.is_none(),
        why: refused.clone(),
    }
}

fn diagnostic(found: &Diagnostic, sources: &Sources) -> DiagnosticJson {
    let Diagnostic {
        severity: _,
        title,
        place: at,
        label,
        help,
        also: _,
        reach,
        repeat: _,
        presumes_all_read: _,
        comes_first: _,
    } = found;
    DiagnosticJson {
        severity: if found.is_error() { "error" } else { "warning" },
        title: title.clone(),
        label: label.clone(),
        concerns: reach.words(),
        help: help.clone(),
        source: at.map(|at| place(&sources.locate(at))),
    }
}

fn place(source: &Source) -> SourceJson {
    let Source { file, line, column, layer } = source;
    SourceJson { file: file.to_string(), line: *line, column: *column, layer: layer.clone() }
}
