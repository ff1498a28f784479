//! Bytes as one text or two, read as a config; what is valid is planned, what is not is explained.
//!
//! Nothing panics, nothing takes long, nothing shown can drive a terminal, and no delete comes of texts that ask for
//! none.
#![no_main]

use heeler::model::Response;
use heeler::model::plan::Op;
use heeler::providers::datadog::wire;
use heeler::render::diagnostics::diagnostics;
use heeler_fuzz::{harmless, load, plan};
use libfuzzer_sys::fuzz_target;

/// Between two texts.
const BETWEEN: &str = "\n=====\n";
/// One live account, which only `removed:` or `exclusive` may touch with a delete.
const LIVE: &str = include_str!("../seeds/listing/one.json");

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let texts: Vec<String> = text.splitn(2, BETWEEN).map(str::to_owned).collect();
    match load(&texts) {
        Err(invalid) => {
            assert!(!invalid.diagnostics.is_empty(), "refused without a word");
            harmless(&diagnostics(&invalid.diagnostics, &invalid.sources));
        }
        Ok(run) => {
            let loaded = run.config();
            harmless(&diagnostics(&loaded.warnings, &loaded.sources));
            for desired in loaded.desired.entries.values() {
                wire::create(desired);
            }
            let rows = wire::read_listing(&Response::new(200, LIVE.into())).expect("one row");
            let plan = plan(&run, rows);
            // A backslash may spell either word some other way.
            let asked = ["removed", "exclusive", "\\"].iter().any(|word| text.contains(word));
            let deletes = plan.actions.iter().any(|action| matches!(action.op, Op::Delete { .. }));
            assert!(asked || !deletes, "a delete that nobody asked for");
        }
    }
});
