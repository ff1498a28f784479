//! What the targets share: texts to a config, rows to a plan, and everything that would be shown of it.

use std::collections::BTreeMap;

use heeler::config::Invalid;
use heeler::model::{Env, Plan};
use heeler::planner::ProviderSnapshot;
use heeler::providers::datadog::wire;
use heeler::providers::row_isolation::Listed;
use heeler::providers::{self, Provider};
use heeler::render::escape_untrusted::escaped_line;
use heeler::render;
use heeler::run::{PlanOptions, Planned, Run, Snapshot};

/// The one provider there is.
pub fn datadog() -> &'static dyn Provider {
    providers::named(wire::key("").provider).expect("Datadog is known")
}

/// A config out of texts, with no environment.
pub fn load(texts: &[String]) -> Result<Run, Box<Invalid>> {
    let texts = texts.iter().enumerate().map(|(at, text)| (format!("{at}.yaml"), text.clone()));
    Run::of_texts(texts, &Env::default())
}

/// A plan of this config against these rows, and everything that is shown of it.
pub fn plan(run: &Run, listed: Listed) -> Plan {
    let provider = datadog();
    let snapshot = ProviderSnapshot { backend: provider.backend(), result: listed.isolate_duplicates(&wire::ROW_POINTERS) };
    let snapshot = Snapshot::of(run.clone().in_sandbox(), BTreeMap::from([(provider.name(), snapshot)]));
    let planned = snapshot.plan(&PlanOptions::default());
    show(&planned);
    planned.into_plan()
}

fn show(planned: &Planned) {
    let (view, sources) = (planned.view(), &planned.run().config().sources);
    harmless(&planned.to_text());
    harmless(&render::diagnostics::diagnostics(&view.plan.diagnostics, sources));
    let document = render::json::document(&view, "plan", sources, None);
    serde_json::to_string(&document).expect("a document is JSON");
}

/// Fails if a terminal could act on a text, apart from the colours heeler itself paints with.
pub fn harmless(text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        calm(&rest[..at]);
        let end = rest[at..].find('m').expect("an escape sequence that is no colour");
        let colour = &rest[at + 1..at + end];
        assert!(colour.strip_prefix('[').is_some_and(|codes| codes.chars().all(|c| c.is_ascii_digit() || c == ';')), "{colour:?} is no colour");
        rest = &rest[at + end + 1..];
    }
    calm(rest);
}

fn calm(text: &str) {
    for line in text.split('\n') {
        assert!(escaped_line(line) == line, "not made harmless: {line:?}");
    }
}
