//! Limits: how many accounts one run may create, delete, or disrupt, and what confirms more. An account counts once per
//! provider.

use super::{ConfirmMode, PlanInput};
use crate::model::plan::{LimitCheck, limit_noun};
use crate::model::{Diagnostic, Place, Plan};

/// Counts what the plan does against the three limits.
pub fn check(input: &PlanInput<'_>, plan: &mut Plan) {
    let ((creates, _, deletes), disruptive) = (plan.counts(), plan.disruptive());
    let (limits, flags, written) = (input.desired.limits, input.confirm, &input.desired.confirm);
    let checks = [
        ("creates", creates, limits.creates, flags.creates.or(written.creates)),
        ("deletes", deletes, limits.deletes, flags.deletes.or(written.deletes)),
        ("disruptive", disruptive, limits.disruptive, flags.disruptive.or(written.disruptive)),
    ];
    // A part of what is planned may be within a limit that all of it exceeds.
    let whole = input.only.is_none() && plan.all_rows_read() && plan.left_out.is_empty() && plan.held_back.is_empty();
    for (name, used, limit, confirmed) in checks {
        if let (true, Some((number, Some(place))), true) = (used <= limit, confirmed, whole) {
            plan.diagnostics.push(leftover_confirm(name, number, (used, limit), place));
        }
        plan.limit_checks.push(LimitCheck {
            name,
            used,
            limit,
            refused: refused(name, used, limit, confirmed.map(|(number, _)| number), input.confirm_mode),
        });
    }
}

fn refused(
    name: &'static str,
    used: usize,
    limit: usize,
    confirmed: Option<usize>,
    confirm_mode: ConfirmMode,
) -> Option<String> {
    let (flag, noun) = (format!("`--confirm-{name} {used}`"), limit_noun(name));
    match confirmed {
        _ if used <= limit => None,
        Some(number) if number == used || (confirm_mode == ConfirmMode::AtMost && used < number) => None,
        Some(number) => Some(format!(
            "{used} {noun} are planned, but {number} are confirmed; confirm {used} (`confirm: {{ {name}: {used} }}` or {flag})"
        )),
        None => Some(format!(
            "{noun} planned: {used}, limit: {limit}; if they are all meant, confirm the exact number: `confirm: {{ {name}: {used} }}` in the config, or {flag}"
        )),
    }
}

fn leftover_confirm(name: &'static str, number: usize, (used, limit): (usize, usize), place: Place) -> Diagnostic {
    let name = limit_noun(name);
    let (title, label) = match used {
        0 => (format!("{name} are confirmed ({number}), but none are planned"), "has done its work"),
        _ => (
            format!("{name} are confirmed ({number}), but the {used} planned are within the limit of {limit}"),
            "confirms nothing",
        ),
    };
    Diagnostic::warning(place, title).label(label).help("delete it, so that it cannot confirm anything else")
}
