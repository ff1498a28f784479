//! The `reason:` of an entry of `removed:` and of a `hold:`, which people read in the plan. What it must say is their
//! own affair; here it only has to say something.

use crate::model::{Diagnostic, Node};

/// What is wrong with a reason that says nothing; nothing if there is none at all, which the schemas know.
pub fn blank_reason(entry: &Node) -> Option<Diagnostic> {
    let reason = entry.get("reason")?;
    let is_blank = reason.is_text() && reason.text()?.trim().is_empty();
    is_blank.then(|| {
        let wrong = Diagnostic::error(reason.place(), "a reason without words").label("it is empty");
        wrong.help("say why, or name the ticket that does: plan shows it to whoever reviews it")
    })
}
