//! What is said of answers that nobody can use, and of a vendor that makes everybody wait.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use heeler::transport::tls_errors::distrust;
use rustls::CertificateError;
use serde_json::json;

use crate::support::{self, ACCOUNTS, Folder, HEAD, Nobody, Run, keyed, parrot};

const ENTRY: &str = "accounts:\n  - { aws_account_id: \"210000000001\", datadog: { account_tags: [\"env:prod\"] } }\n";

fn plan_of(name: &str, answer: impl Fn(&str) -> String + Send + 'static) -> Run {
    let folder = Folder::new(name);
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    folder.run_at(&parrot(answer), "plan")
}

#[test]
fn a_redirect_says_where_to_and_that_nobody_follows() {
    let (nobody, url) = Nobody::home();
    let to = format!("{url}/login");
    let run = plan_of("redirect", move |_| format!("302 Found\r\nLocation: {to}?token=hunter2\r\n\r\n"));
    let run =
        run.exits(1).says(&["302 redirects to http://127.0.0.1:", "/login, and redirects are not followed", "DD_HOST"]);
    assert!(!run.out.contains("hunter2"), "{}", run.out);
    assert_eq!(nobody.visitors(), 0);
}

/// A row that cannot be told is one row; an answer of nothing else, as long as the vendor likes, is no listing.
#[test]
fn an_answer_of_rows_that_cannot_be_told_is_no_listing() {
    let zeros = |many: usize| vec!["0"; many].join(",");
    let wavefront = |rows: String| {
        format!(r#"{{"status":{{"result":"OK","code":200}},"response":{{"items":[{rows}],"moreItems":false}}}}"#)
    };
    let of_accounts = |rows: String| format!(r#"{{"accounts":[{rows}]}}"#);
    let of_data = |rows: String| format!(r#"{{"data":[{rows}]}}"#);
    type Listing<'a> = &'a dyn Fn(String) -> String;
    let vendors: [(&str, &str, &str, Listing<'_>); 4] = [
        ("datadog", "{ site: datadoghq.com }", "DD_HOST", &of_data),
        ("datadog_v1", "{ site: datadoghq.com }", "DD_HOST", &of_accounts),
        ("cloudcraft", "{}", "CLOUDCRAFT_HOST", &of_accounts),
        ("wavefront", "{ address: acme.wavefront.com }", "WAVEFRONT_ADDRESS", &wavefront),
    ];
    for (provider, settings, variable, listing) in vendors {
        let too_odd = "more than 10000 of its rows cannot be read, or told from others";
        let twins = vec![
            r#"{"id":"a","attributes":{"aws_account_id":"210000000001"},"account_id":"210000000001","role_name":"r"}"#;
            10_001
        ]
        .join(",");
        for (rows, said) in [(zeros(10_001), too_odd), (zeros(1_000_001), "more than 1,000,000 rows"), (twins, too_odd)]
        {
            let folder = Folder::new("odd");
            let removed = "removed: [{ aws_account_id: \"210000000001\", reason: gone }]";
            folder.write("heeler.yaml", &format!("version: 1\nproviders: {{ {provider}: {settings} }}\n{removed}\n"));
            let body = listing(rows);
            let url = parrot(move |_| format!("200 OK\r\n\r\n{body}"));
            let mut command = folder.heeler("plan --json plan.json");
            command
                .env("CLOUDCRAFT_API_KEY", support::API_KEY)
                .env("WAVEFRONT_TOKEN", support::API_KEY)
                .env(variable, &url);
            let run = Run::of(command.env("DD_API_KEY", support::API_KEY).env("DD_APP_KEY", support::APP_KEY))
                .exits(1)
                .says(&[said]);
            assert!(run.out.len() < 10_000, "{provider}: {}", run.out.len());
        }
    }
}

#[test]
fn a_web_page_is_no_answer() {
    let page = "<!DOCTYPE html><html><head><title>Please log in</title></head><body><b>x</b></body></html>";
    let run = plan_of("page", move |_| format!("200 OK\r\nContent-Type: text/html\r\n\r\n{page}"));
    let run = run.exits(1).says(&["web page", "is a proxy in between", "DD_HOST"]);
    assert!(
        !run.out.contains("<b>") && run.out.contains("nothing could be read") && !run.out.contains("no changes"),
        "{}",
        run.out
    );
    let run = plan_of("page-403", move |_| format!("403 Forbidden\r\nContent-Type: text/html\r\n\r\n{page}")).exits(1);
    let run = run.says(&["Datadog answered 403: a web page titled Please log in", "is a proxy in between", "DD_HOST"]);
    assert!(!run.out.contains("<b>"), "{}", run.out);
}

#[test]
fn an_answer_that_says_nothing_is_told_from_one_that_is_broken() {
    for (answer, said) in [
        ("200 OK\r\n\r\n", "the account listing cannot be read: it is empty"),
        ("200 OK\r\n\r\n[]", "the account listing cannot be read: it has another form than expected"),
        ("200 OK\r\n\r\nno list", "the account listing cannot be read: it is not JSON (line 1, column 2)"),
        ("204 No Content\r\n\r\n", "Datadog answered 204, which is no answer to this request"),
        ("206 Partial Content\r\n\r\n{\"data\":[]}", "Datadog answered 206, which is no answer to this request"),
    ] {
        plan_of("nothing", move |_| answer.to_owned()).exits(1).says(&[said]);
    }
}

#[test]
fn a_row_whose_id_leads_elsewhere_is_left_alone_and_not_said_to_have_none() {
    for (id, said) in [
        (
            "../../v1/x",
            "its live row, ../../v1/x, is left alone: its id has characters that cannot stand in the path of a request",
        ),
        ("", "its live row is left alone: it has no id"),
    ] {
        let mut row = support::row("210000000001");
        row["id"] = json!(id);
        let listing = json!({ "data": [row] });
        plan_of("odd-id", move |_| format!("200 OK\r\n\r\n{listing}")).exits(0).says(&[said, "unread: 1"]);
    }
}

/// A row with an escape in it that is nested too deeply is not taken for one that holds half a character.
#[test]
fn a_row_that_cannot_be_read_says_why() {
    let deep = format!("{}{}", "[".repeat(140), "]".repeat(140));
    for (odd, said) in [
        (deep.as_str(), "nested too deeply"),
        ("1e999", "a number that is too large"),
        ("\"\\ud800\"", "half a character"),
    ] {
        let row = support::row("210000000001").to_string();
        let row = row.replacen('{', &format!("{{\"caf\\u00e9\":\"\\u00e9\",\"odd\":{odd},"), 1);
        let run = plan_of("odd-row", move |_| format!("200 OK\r\n\r\n{{\"data\":[{row}]}}")).exits(0);
        let run = run.says(&[said, "unread: 1"]);
        assert_eq!(run.out.contains("half a character"), said == "half a character", "{}", run.out);
    }
}

#[test]
fn a_wait_that_nobody_waits_is_given_up_at_once() {
    for header in ["Retry-After: 4000", "Retry-After: 999999999999", "X-RateLimit-Reset: 4000"] {
        let run = plan_of("patience", move |_| format!("429 Too Many Requests\r\n{header}\r\n\r\n{{}}")).exits(1);
        run.says(&["the vendor asks to wait", "waits at most 300 s", "nothing could be read"]);
    }
}

/// What says whose row it is stays in the request, whatever the vendor says of it.
#[test]
fn a_refused_identity_is_not_left_out() {
    for field in ["aws_account_id", "data.attributes.aws_account_id"] {
        let mut row = support::row("210000000001");
        row["attributes"]["account_tags"] = json!(["env:old"]);
        let patches = Arc::new(AtomicUsize::new(0));
        let counted = patches.clone();
        let refusal = json!({ "errors": [{ "detail": "invalid value", "meta": { field: "is another one's" } }] });
        let url = parrot(move |request| match request {
            _ if request.starts_with("PATCH") => {
                counted.fetch_add(1, Ordering::SeqCst);
                let status = if request.contains("aws_account_id") { "400 Bad Request" } else { "200 OK" };
                format!("{status}\r\n\r\n{refusal}")
            }
            _ if request.contains(&format!("{ACCOUNTS}/")) => format!("200 OK\r\n\r\n{}", json!({ "data": row })),
            _ if request.contains(ACCOUNTS) => format!("200 OK\r\n\r\n{}", json!({ "data": [row] })),
            _ => "404 Not Found\r\n\r\n{}".to_owned(),
        });
        let folder = Folder::new("identity");
        folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
        folder.run_at(&url, "apply").exits(1).says(&["invalid value", "is another one's"]);
        assert_eq!(patches.load(Ordering::SeqCst), 1, "{field}");
    }
}

#[test]
fn what_cannot_be_sent_is_not_tried_again() {
    let folder = Folder::new("unusable");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    for host in ["http://127.0.0.1:99999", "http://[::1"] {
        let run = folder.run_at(host, "plan").exits(5).says(&["DD_HOST is not a plain URL"]);
        assert!(!run.err.contains("trying again"), "{}", run.err);
    }
    let mut command = folder.heeler("plan");
    keyed(&mut command, "https://127.0.0.1:9").env("SSL_CERT_FILE", "nowhere.pem");
    Run::of(&mut command).exits(1).says(&["SSL_CERT_FILE names nowhere.pem, which cannot be read"]);
}

#[test]
fn a_handshake_that_fails_says_what_to_do() {
    let (cut, expired, name) = (
        CertificateError::Other(rustls::OtherError(Arc::new(rustls::Error::DecryptError))),
        CertificateError::Expired,
        CertificateError::NotValidForName,
    );
    for (error, said) in [
        (expired, "has expired; is the clock of this machine right?"),
        (name, "is for another host; is DD_HOST right"),
        (CertificateError::UnknownIssuer, "set SSL_CERT_FILE"),
        (cut, "is not accepted (DecryptError); where a proxy"),
    ] {
        let error = std::io::Error::other(rustls::Error::InvalidCertificate(error));
        assert!(distrust(&error, "api.datadoghq.eu", "DD_HOST").unwrap().contains(said), "{error}");
    }
    // HTTPS where somebody speaks HTTP.
    let folder = Folder::new("http");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|mut stream| {
            drop(stream.read(&mut [0; 1]).and_then(|_| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")))
        })
    });
    let run = folder.run_at(&url, "plan").exits(1).says(&["does not speak HTTPS on this port; is DD_HOST right"]);
    assert!(!run.err.contains("trying again"), "{}", run.err);
}

/// A server of TLS closes the connection on HTTP, without a word or with an alert: it would do so each time.
#[test]
fn http_where_somebody_speaks_https_is_given_up_at_once() {
    let folder = Folder::new("https");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    const HANDSHAKE_FAILURE: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";
    for to_http in [&b""[..], HANDSHAKE_FAILURE] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            listener.incoming().flatten().for_each(|mut stream| {
                let mut first = [0; 1];
                let is_tls = stream.read(&mut first).is_ok() && first[0] == 0x16;
                drop(stream.write_all(if is_tls { HANDSHAKE_FAILURE } else { to_http }));
            })
        });
        let run = folder
            .run_at(&url, "plan")
            .exits(1)
            .says(&["speaks HTTPS on this port, and not HTTP; write https:// into DD_HOST"]);
        assert!(!run.err.contains("trying again"), "{}", run.err);
    }
}

#[test]
fn an_answer_from_below_a_path_of_the_variable_names_it() {
    let folder = Folder::new("odd-path");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    for status in ["404 Not Found", "501 Not Implemented"] {
        let url = parrot(move |_| format!("{status}\r\n\r\n{{\"errors\":[\"no such thing\"]}}"));
        let said = "is DD_HOST right? Requests go below its path /datadog/v9";
        folder.run_at(&format!("{url}/datadog/v9/"), "plan").exits(1).says(&["no such thing", said]);
        let run = folder.run_at(&url, "plan").exits(1);
        assert!(!format!("{}{}", run.out, run.err).contains("Requests go below"), "{}", run.out);
    }
}

#[test]
fn an_error_of_the_network_is_said_once() {
    let folder = Folder::new("refused");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    let run = folder.run_at("http://127.0.0.1:9", "plan").exits(1).says(&[
        "was not sent: nobody answers at 127.0.0.1:9: Connection refused",
        "is DD_HOST right?",
        "Plan: none. INCOMPLETE: nothing could be read.",
    ]);
    // Two requests are tried several times for one cause.
    assert_eq!(run.err.matches("trying again").count(), 1, "{}", run.err);
    for line in run.out.lines().chain(run.err.lines()) {
        assert!(line.matches(ACCOUNTS).count() <= 1 && !line.contains("error sending request"), "{line}");
    }
}

#[test]
fn an_answer_is_withheld_for_a_whole_key_and_not_for_a_word() {
    let row = |tag: &str| {
        let mut row = support::row("210000000001");
        row["attributes"]["account_tags"] = json!([tag]);
        json!({ "data": [row] })
    };
    let repeated = row(&format!("k:{}", support::API_KEY));
    plan_of("repeated", move |_| format!("200 OK\r\n\r\n{repeated}"))
        .exits(1)
        .says(&["is withheld: it repeats a key or a secret that was sent"]);

    let folder = Folder::new("words");
    folder.write("heeler.yaml", &format!("{HEAD}{ENTRY}"));
    let answer = row("datadog").to_string();
    let url = parrot(move |_| format!("200 OK\r\n\r\n{answer}"));
    for key in ["datadog", "account", "attributes", "210000000001"] {
        let mut command = folder.heeler("plan");
        Run::of(keyed(&mut command, &url).env("DD_API_KEY", key).env("DD_APP_KEY", "any"))
            .exits(0)
            .says(&["1 to update"]);
    }
}
