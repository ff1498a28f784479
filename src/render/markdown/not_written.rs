//! What is not written: held back because no approved plan contains it, on hold, or read only.

use super::escape::Markdown;
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::plan::{OnHold, OnHoldFinding, RefusedOp};
use crate::model::{Action, FieldChange, Plan};
use crate::render::folding::{Block, fold};
use crate::render::{Links, PlanView, hold};

/// What no approved plan contains.
pub fn held_back(view: &PlanView<'_>) -> Part {
    let row = |action: &Action| {
        let Action { key, account: _, name, source, needs: _, op: _ } = action;
        let changes: Vec<FieldChange> = action.changes().cloned().collect();
        let change = table::op(action).own(" ").and(&table::change(action, &changes, &[]));
        (
            vec![
                table::resource(&view.plan.names, key, name.as_deref()),
                change,
                Markdown::new().place(source, &view.links),
            ],
            1,
        )
    };
    let form = Form::rows(Frame::table(&["held back", "change", "where"]), view.plan.held_back.iter().map(row));
    Part::cut(65, form.rest("| ", " more held back, left out here for length | | |\n"))
}

/// What its own entry holds, and what is read only.
pub fn on_hold(view: &PlanView<'_>) -> Part {
    let Plan { on_hold, read_only, .. } = view.plan;
    let row = |block: &Block<'_, OnHold>| {
        let who = table::resources(&view.plan.names, &block.actions, false, &view.links);
        (vec![who, why(block, &view.links), table::places(block, &view.links)], block.actions.len())
    };
    let blocks = [fold(on_hold), fold(read_only)];
    let form = Form::rows(Frame::table(&["not written (=)", "why", "where"]), blocks.iter().flatten().map(row));
    Part::cut(55, form.rest("| ", " more that are not written, left out here for length | | |\n"))
}

/// What keeps these rows from being written, where that is said, and what would be done otherwise.
fn why(block: &Block<'_, OnHold>, links: &Links) -> Markdown {
    let Some(first) = block.actions.first() else { return Markdown::new() };
    let why = Markdown::new().text(&hold::words(first));
    let why = match hold::said_at(block) {
        Some(source) => why.own(" (").place(source, links).own(")"),
        None => why,
    };
    match &first.finding {
        OnHoldFinding::Nothing => why,
        OnHoldFinding::Differs(action) => {
            let would = table::op(action).own(" ").and(&table::change(action, &block.common, &block.differing));
            why.own("; would be: ").and(&would)
        }
        OnHoldFinding::Refused(refusal) => {
            let why = why.own("; it would be refused: ").text(&refusal.reason());
            let creating = matches!(refusal.op, RefusedOp::Create { .. });
            match block.common.is_empty() {
                true => why,
                false => why.own("; what differs: ").and(&table::changes(&block.common, creating)),
            }
        }
        OnHoldFinding::Unread(error) => why.own("; it could not be read: ").text(&error.to_string()),
    }
}
