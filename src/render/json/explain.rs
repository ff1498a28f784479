//! From explained accounts to the JSON of `heeler explain`.

use super::format::{
    CutJson, ExplainDocument, ExplainedAccountJson, ExplainedValueJson, LayerSaysJson, NotWrittenJson,
};
use super::place;
use crate::model::desired::HoldCause;
use crate::model::explanation::{ExplainedCut, ExplainedValue, Explanation, LayerSays, NotWritten};
use crate::model::report::REPORT_FORMAT;

/// The document of an explain run.
pub fn explain_document(accounts: &[Explanation]) -> ExplainDocument {
    ExplainDocument {
        format: REPORT_FORMAT,
        tool: concat!("heeler ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: "explain",
        accounts: accounts.iter().map(account).collect(),
    }
}

fn account(explained: &Explanation) -> ExplainedAccountJson {
    let Explanation { id, name, source, profiles, providers, not_written, vars, values, unmanaged, layers, protected } =
        explained;
    ExplainedAccountJson {
        id: id.clone(),
        name: name.clone(),
        source: place(source),
        profiles: profiles.clone(),
        providers: providers.clone(),
        not_written: not_written.iter().map(self::not_written).collect(),
        vars: vars.iter().map(value).collect(),
        values: values.iter().map(value).collect(),
        unmanaged: unmanaged.iter().map(cut).collect(),
        layers: (!layers.is_empty()).then(|| layers.iter().map(says).collect()),
        protected: protected.as_ref().map(place),
    }
}

fn not_written(NotWritten { provider, cause, source }: &NotWritten) -> NotWrittenJson {
    let (by, reason, until) = match cause {
        HoldCause::Hold { reason, until, past: _ } => ("hold", Some(reason.clone()), until.clone()),
        HoldCause::ReadOnly => ("read_only", None, None),
    };
    NotWrittenJson { provider, by, reason, until, source: place(source) }
}

fn value(explained: &ExplainedValue) -> ExplainedValueJson {
    let ExplainedValue { path, is_element, value, source, written, vars } = explained;
    ExplainedValueJson {
        path: path.clone(),
        is_element: *is_element,
        value: value.clone(),
        source: source.as_ref().map(place),
        written: written.clone(),
        vars: vars.clone(),
    }
}

fn cut(ExplainedCut { path, source }: &ExplainedCut) -> CutJson {
    CutJson { path: path.clone(), source: place(source) }
}

fn says(layer: &LayerSays) -> LayerSaysJson {
    let LayerSays { path, key, value, source, counts, taken_out } = layer;
    LayerSaysJson {
        path: path.clone(),
        key: key.clone(),
        value: value.clone(),
        source: place(source),
        counts: *counts,
        taken_out: *taken_out,
    }
}
