//! Keys and secrets, end to end: where they go, and where they must never be seen. Part of `tests/cli.rs`.

use std::fs;

use serde_json::json;

use crate::support::{self, ACCOUNTS, API_KEY, APP_KEY, Folder, GOV, HEAD, Run};

#[test]
fn a_secret_that_is_not_set_is_named_before_the_first_write() {
    let folder = Folder::new("unset");
    folder.write("heeler.yaml", &format!("{HEAD}{GOV}"));
    let (sandbox, url) = support::served_here(&[support::row("400000000002")]);
    folder.run_at(&url, "plan").exits(0).says(&["(secret, from GOV_SECRET)"]);
    folder.run_at(&url, "apply").exits(1).says(&["GOV_SECRET", "do: set what is missing"]);
    assert!(sandbox.log().iter().all(|request| !request.write), "it wrote: {:?}", sandbox.log());
    let secret = "gov/secret+0123456789abcdef";
    let run =
        Run::of(support::keyed(&mut folder.heeler("apply -vvv --json report.json"), &url).env("GOV_SECRET", secret))
            .exits(0);
    let sent =
        sandbox.log().into_iter().filter_map(|request| request.body).find(|body| body.to_string().contains(secret));
    assert!(sent.is_some(), "the secret was never sent");
    let report = folder.json("report.json").to_string();
    assert!([run.out, run.err, report].iter().all(|text| !text.contains(secret)));
}

#[test]
fn keys_and_secrets_are_in_no_output_though_the_vendor_repeats_them() {
    let refuses =
        |said: &str| format!("400 Bad Request\r\n\r\n{}", json!({ "errors": [{ "title": "No", "detail": said }] }));
    never_repeated("refuses", 1, refuses);
}

#[test]
fn keys_and_secrets_are_in_no_output_though_the_vendor_spells_them_otherwise() {
    let refuses =
        |said: &str| format!("400 Bad Request\r\n\r\n{}", json!({ "errors": [{ "title": "No", "detail": said }] }));
    never_repeated("spells", 1, move |said| refuses(said).replace("Gov/", "Gov\\/").replace('+', "\\u002b"));
}

#[test]
fn keys_and_secrets_are_in_no_output_though_the_vendor_takes_them_for_an_answer() {
    never_repeated("answers", 3, |said| format!("200 OK\r\n\r\n{}", json!({ "data": said })));
}

/// A vendor that lists nothing, and repeats every other request, headers and body.
fn never_repeated(name: &str, code: i32, answer: impl Fn(&str) -> String + Send + 'static) {
    let secret = "Gov/Secret+0123456789abcdef";
    let folder = Folder::new(name);
    let nothing = |said: &str| said.starts_with(&format!("GET {ACCOUNTS}"));
    let url = support::parrot(
        move |said| if nothing(said) { "200 OK\r\n\r\n{\"data\":[]}".to_owned() } else { answer(said) },
    );
    folder.write("plain/heeler.yaml", &format!("{HEAD}{}", &GOV[..GOV.rfind("  - ").unwrap()]));
    folder.write("guarded/heeler.yaml", &HEAD.replace("datadoghq.com", "datadoghq.com, organization: acme"));
    for (args, code) in [("apply plain --json report.json -vvvv", code), ("plan guarded -vv", 1)] {
        let run = Run::of(support::keyed(&mut folder.heeler(args), &url).env("GOV_SECRET", secret))
            .exits(code)
            .says(&["/api/v2/"]);
        let report = fs::read_to_string(folder.path("report.json")).unwrap();
        for hidden in [API_KEY, APP_KEY, secret] {
            assert!(
                [&run.out, &run.err, &report].iter().all(|text| !text.contains(hidden)),
                "{hidden} in\n{}{}",
                run.out,
                run.err
            );
        }
    }
}

#[test]
fn a_literal_secret_is_not_shown_by_the_error_about_it() {
    let folder = Folder::new("literal");
    for secret in [
        "hid/den+value",
        "{ env: \"hid/den+value\" }",
        "\n          hid/den+value",
        "|\n          hid/den+value",
        "[hid/den+value]",
    ] {
        folder.write(
            "heeler.yaml",
            &format!("{HEAD}{}", GOV.replace("{ env: GOV_SECRET } }", secret).replace("{ access", "\n        access"))
                .replace(", secret", "\n        secret"),
        );
        let run = folder.run("validate").exits(5).says(&["secret_access_key"]);
        assert!(!run.out.contains("den+value"), "{secret:?}:\n{}", run.out);
    }
}
