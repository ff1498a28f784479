//! What is written after `--faults`: how it is read, and how the dice keep to it.

use std::collections::BTreeMap;
use std::time::Duration;

use heeler::model::Method;
use heeler::sandbox::{Fault, Faults};

use crate::faults;
use crate::support::Folder;

#[test]
fn rates_are_what_they_say_and_halves_are_halves() {
    let faults = faults("429=0.1,5xx=0.2,reset-before=0.05,reset-after=0.05,malformed=0.1,edit=0.5");
    let met = |method| {
        let mut met = BTreeMap::<String, i32>::new();
        for fault in (1..=10_000).filter_map(|number| faults.fault_for(number, method)) {
            *met.entry(format!("{fault:?}")).or_default() += 1;
        }
        met
    };
    let (read, written) = (met(Method::Get), met(Method::Post));
    let failing =
        [500, 502, 503, 504].map(|status| [false, true].map(|done| format!("{:?}", Fault::Failing { status, done })));
    let others = [
        ("TooMany", 1000),
        ("Reset { done: false }", 500),
        ("Reset { done: true }", 500),
        ("Html", 500),
        ("HalfJson", 500),
    ];
    for (name, about) in failing.as_flattened().iter().map(|name| (name.as_str(), 250)).chain(others) {
        assert!((about - written[name]).abs() < about / 3, "{name}: {}", written[name]);
    }
    assert_eq!((read["Edited"], written.get("Edited")), (10_000 - written.values().sum::<i32>(), None));
}

#[test]
fn a_placed_fault_comes_before_the_dice() {
    let faults = faults("429=1").at(3, Fault::Truncated);
    assert_eq!(
        [2, 3, 4].map(|number| faults.fault_for(number, Method::Post)),
        [Fault::TooMany, Fault::Truncated, Fault::TooMany].map(Some)
    );
}

#[test]
fn what_cannot_be_read_is_named_with_what_is_known() {
    let wrong = [
        (
            "reset_after=0.1",
            "unknown fault `reset_after`: did you mean `reset-after`? known are 429, 5xx, reset-before, reset-after, truncate",
        ),
        ("chaos=1", "unknown fault `chaos`: known are 429"),
        ("", "unknown fault ``: known are 429"),
        ("429", "`429`: a rate lies between 0 and 1"),
        ("429=1.5", "`429=1.5`: a rate lies"),
        ("edit=-0.1", "`edit=-0.1`: a rate lies"),
        ("5xx=NaN", "`5xx=NaN`: a rate lies"),
        ("5xx=0.1=2", "`5xx=0.1=2`: a rate lies"),
        ("latency=50", "`latency=50`: a latency is a whole number of ms or s"),
        ("limit=50/10", "`limit=50/10`: a limit is requests per seconds"),
        ("limit=0/10s", "`limit=0/10s`: a limit is"),
        ("limit=1/0s", "`limit=1/0s`: a limit is"),
        ("late=2", "`late=2`: a rate, and perhaps the longest delay, such as 0.1 or 0.1/30s"),
        ("late=0.1/x", "`late=0.1/x`: a rate, and perhaps"),
        ("patch=other", "`patch=other`: what a PATCH does to a block is `deep` or `shallow`"),
        ("seed=x", "`seed=x`: a seed is a whole number"),
        ("429=0.1, 429=0.2", "`429` is given twice"),
        ("429=0.6,5xx=0.6", "the rates add up to 1.2"),
    ];
    for (text, says) in wrong {
        let said = Faults::parse(text).unwrap_err().to_string();
        assert!(said.contains(says), "{text}: {said}");
    }
    assert!(
        Faults::parse(
            "429=0.1,5xx=0.1,halfway=0.1,edit=0.1,malformed=0.1,truncate=0.1,reset-before=0.2,reset-after=0.2"
        )
        .is_ok()
    );
    assert_eq!(faults("latency=2s").latency(), Duration::from_secs(2));
}

#[test]
fn a_wrong_spec_is_wrong_usage() {
    let folder = Folder::new("faults");
    folder
        .run("sandbox --listen 127.0.0.1:0 --faults 429=0.1,edti=0.1")
        .exits(64)
        .says(&["--faults: unknown fault `edti`", "did you mean `edit`?"]);
    folder
        .run("sandbox --listen 127.0.0.1:0 --faults 429=0.1 --faults 429=0.2")
        .exits(64)
        .says(&["`429` is given twice"]);
    folder.run("sandbox --help").exits(0).says(&["--faults 429=0.1,5xx=0.1", "limit=50/10s  ", "reset-after=RATE"]);
}
