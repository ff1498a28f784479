//! What moves the fingerprint of drift, and what does not.

use serde_json::{Value, json};

use crate::drift::{EACH, HEAD, LIVE, Look, ONE, look, row, rows};

#[test]
fn a_secret_is_no_difference() {
    let text = |env: &str| {
        let keys = format!("{{ access_key_id: AKIAUNITEXAMPLE00002, secret_access_key: {{ env: {env} }} }}");
        format!(
            "{HEAD}accounts: [{{ aws_account_id: \"{ONE}\", aws_partition: aws-us-gov, datadog: {{ auth_config: {keys} }} }}]\n"
        )
    };
    let mut live = row(ONE);
    live["attributes"]["aws_partition"] = json!("aws-us-gov");
    live["attributes"]["auth_config"] = json!({ "access_key_id": "AKIAUNITEXAMPLE00001" });
    for live in [vec![live], Vec::new()] {
        let one = look(&[("heeler.yaml", &text("FIRST"))], live.clone()).see();
        let other = look(&[("heeler.yaml", &text("SECOND"))], live).see();
        assert!(
            one.drift.items[0].changes.iter().all(|change| !change.path.to_string().contains("secret")),
            "{:?}",
            one.items()
        );
        assert!(!one.text.contains("FIRST"), "{}", one.text);
        assert_eq!(one.fingerprint(), other.fingerprint());
    }
}

#[test]
fn the_same_drift_has_the_same_fingerprint() {
    let text = format!("{HEAD}{EACH}");
    let first = look(&[("heeler.yaml", &text)], rows(&LIVE)).see();
    let same = |what: &str, look: Look<'_>| assert_eq!(look.see().fingerprint(), first.fingerprint(), "{what}");

    same("rows the other way round", look(&[("heeler.yaml", &text)], rows(&LIVE).into_iter().rev().collect()));
    same("more lines, another file name", look(&[("other.yaml", &format!("# one\n\n# two\n{text}"))], rows(&LIVE)));
    same(
        "lists the other way round",
        look(
            &[("heeler.yaml", &text.replace("\"env:stage\", \"team:web\"", "\"team:web\", \"env:stage\""))],
            rows(&LIVE),
        ),
    );
    same(
        "another name for people",
        look(&[("heeler.yaml", &text.replace("name: edited", "name: renamed"))], rows(&LIVE)),
    );
    same("another reason", look(&[("heeler.yaml", &text.replace("account closed", "OPS-1"))], rows(&LIVE)));
    same(
        "apply would refuse it",
        look(&[("heeler.yaml", &format!("{text}protect: [\"400000000004\"]\n"))], rows(&LIVE)),
    );
    let layered = text.replace("metrics_config: { enabled: false }, ", "")
        + "profiles: { quiet: { datadog: { metrics_config: { enabled: false } } } }\n";
    same(
        "from another layer",
        look(&[("heeler.yaml", &layered.replace("name: edited", "profiles: [quiet]"))], rows(&LIVE)),
    );
    let (accounts, removed) = EACH.split_once("removed:").unwrap();
    same(
        "several files",
        look(&[("a.yaml", &format!("removed:{removed}")), ("b.yaml", &format!("{HEAD}{accounts}"))], rows(&LIVE)),
    );
    let mut noisy = rows(&LIVE);
    noisy[1]["attributes"]["modified_at"] = json!("2031-01-01T00:00:00.1Z");
    noisy[1]["attributes"]["logs_config"] = json!({ "brand_new": [1] });
    noisy[1]["attributes"]["aws_regions"]["include_only"] = json!([]);
    noisy.push(row("400000000006"));
    same("what nobody manages", look(&[("heeler.yaml", &text)], noisy));
}

#[test]
fn other_drift_has_another_fingerprint() {
    let text = format!("{HEAD}{EACH}");
    let mut known = vec![look(&[("heeler.yaml", &text)], rows(&LIVE)).see().fingerprint().to_owned()];
    let mut is_new = |what: &str, look: Look<'_>| {
        let fingerprint = look.see().fingerprint().to_owned();
        assert!(!known.contains(&fingerprint), "{what}");
        known.push(fingerprint);
    };
    let with = |edit: &dyn Fn(&mut Vec<Value>)| {
        let mut live = rows(&LIVE);
        edit(&mut live);
        live
    };
    is_new(
        "another live value",
        look(&[("heeler.yaml", &text)], with(&|live| live[1]["attributes"]["account_tags"] = json!(["env:dev"]))),
    );
    is_new(
        "one field less",
        look(
            &[("heeler.yaml", &text)],
            with(&|live| live[1]["attributes"]["metrics_config"]["enabled"] = json!(false)),
        ),
    );
    is_new(
        "one account more",
        look(&[("heeler.yaml", &text)], with(&|live| live[0]["attributes"]["account_tags"] = json!([]))),
    );
    is_new("one account less", look(&[("heeler.yaml", &text)], with(&|live| drop(live.remove(2)))));
    is_new("missing, not changed", look(&[("heeler.yaml", &text)], with(&|live| drop(live.remove(1)))));
    is_new("made anew", look(&[("heeler.yaml", &text)], with(&|live| live[2]["id"] = json!("another"))));
    is_new("another wish", look(&[("heeler.yaml", &text.replace("team:web", "team:data"))], rows(&LIVE)));
    is_new("unmanaged counts", Look { strict: true, ..look(&[("heeler.yaml", &text)], rows(&LIVE)) });
    is_new("elsewhere", Look { world: "https://api.datadoghq.eu", ..look(&[("heeler.yaml", &text)], rows(&LIVE)) });
}
