//! Limits: how many accounts one run may create, delete, or stop collecting from, and what confirms more.

use std::collections::BTreeSet;

use super::{Exactness, Input};
use crate::model::plan::Gate;
use crate::model::{Action, Diagnostic, Op, Place, Plan};

/// Counts, and opens or closes the three gates.
pub fn check(input: &Input<'_>, plan: &mut Plan) {
    let count = |wanted: &dyn Fn(&Action) -> bool| {
        let accounts: BTreeSet<&str> =
            plan.actions.iter().filter(|action| wanted(action)).map(|action| action.account.as_deref().unwrap_or(&action.key.name)).collect();
        accounts.len()
    };
    let creates = count(&|action| matches!(action.op, Op::Create { .. }));
    let deletes = count(&|action| matches!(action.op, Op::Delete { .. }));
    let removals = count(&Action::is_removal);
    let (limits, flags, written) = (input.desired.limits, input.confirm, &input.desired.confirm);
    let gates = [
        ("creates", creates, limits.creates, flags.creates.or(written.creates)),
        ("deletes", deletes, limits.deletes, flags.deletes.or(written.deletes)),
        ("removals", removals, limits.removals, flags.removals.or(written.removals)),
    ];
    for (name, used, limit, confirmed) in gates {
        let whole = input.only.is_none() && plan.is_complete();
        if let (0, Some((number, Some(place))), true) = (used, confirmed, whole) {
            plan.diagnostics.push(spent_confirm(name, number, place));
        }
        plan.gates.push(Gate { name, used, limit, refused: refused(name, used, limit, confirmed.map(|(number, _)| number), input.exactness) });
    }
}

fn refused(name: &str, used: usize, limit: usize, confirmed: Option<usize>, exactness: Exactness) -> Option<String> {
    let flag = format!("`--confirm-{name} {used}`");
    match confirmed {
        _ if used == 0 => None,
        Some(number) if number == used || (exactness == Exactness::AtMost && used < number) => None,
        Some(number) => {
            Some(format!("{used} {name} are planned, but {number} are confirmed; confirm {used} (`confirm: {{ {name}: {used} }}` or {flag})"))
        }
        None if used <= limit => None,
        None => Some(format!(
            "{name} planned: {used}, limit: {limit}; if they are all meant, confirm the exact number: `confirm: {{ {name}: {used} }}` in the config, or {flag}"
        )),
    }
}

fn spent_confirm(name: &str, number: usize, place: Place) -> Diagnostic {
    Diagnostic::warning(place, format!("{name} are confirmed ({number}), but none are planned"))
        .label("has done its work")
        .help("delete it, so that it cannot confirm anything else")
}
