//! What is not written: held back because no approved plan contains it, on hold, or read only.

use super::escape::Markdown;
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::plan::{HeldFinding, OnHold};
use crate::model::{Action, FieldChange, Plan};
use crate::render::{PlanView, hold};

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
    let row = |row: &OnHold| {
        let OnHold { key, account: _, name, source, cause: _, finding } = row;
        let mut what = Markdown::new().text(&hold::words(row));
        match finding {
            HeldFinding::Nothing => {}
            HeldFinding::Differs(action) => {
                let changes: Vec<FieldChange> = action.changes().cloned().collect();
                let would = table::op(action).own(" ").and(&table::change(action, &changes, &[]));
                what = what.own("; would be: ").and(&would);
            }
            HeldFinding::Refused(refusal) => what = what.own("; it would be refused: ").text(&refusal.reason()),
            HeldFinding::Unread(error) => what = what.own("; it could not be read: ").text(&error.to_string()),
        }
        (
            vec![
                table::resource(&view.plan.names, key, name.as_deref()),
                what,
                Markdown::new().place(source, &view.links),
            ],
            1,
        )
    };
    let form = Form::rows(Frame::table(&["not written (=)", "why", "where"]), on_hold.iter().chain(read_only).map(row));
    Part::cut(55, form.rest("| ", " more that are not written, left out here for length | | |\n"))
}
