//! The sandbox as a process, and within one: what it says on stderr, which external ids it takes, what it does not
//! serve.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use heeler::sandbox::Faults;
use serde_json::json;

use crate::support::{ACCOUNTS, Folder};
use crate::{send, served};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// `heeler sandbox` on a free port.
struct Serving {
    child: Child,
    host: String,
}

impl Serving {
    fn of(folder: &Folder, args: &str) -> Self {
        let mut command = folder.heeler(&format!("sandbox --listen 127.0.0.1:0 {args}"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let host = line.split("http://").nth(1).unwrap().split(';').next().unwrap().to_owned();
        Serving { child, host }
    }

    fn post(&self, path: &str, body: &serde_json::Value) -> u16 {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let body = body.to_string();
        let keys = "DD-API-KEY: any\r\nDD-APPLICATION-KEY: any\r\nConnection: close";
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{keys}\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        )
        .unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        heard.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn stderr(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        self.child.wait().unwrap();
        said
    }
}

fn pinned() -> serde_json::Value {
    let auth = json!({ "role_name": "dd", "external_id": "0123456789abcdef0123456789abcdef" });
    let account = json!({ "aws_account_id": "210000000001", "aws_partition": "aws", "auth_config": auth });
    json!({ "data": { "type": "account", "attributes": account } })
}

#[test]
fn writes_are_said_to_who_asks_and_every_request_to_who_asks_twice() {
    let folder = Folder::new("said");
    let write = format!("sandbox: POST {ACCOUNTS}: 400");
    let question = format!("sandbox: GET {ACCOUNTS}: 200");
    for (flags, says_write, says_question) in [("", false, false), ("-v", true, false), ("-vv", true, true)] {
        let serving = Serving::of(&folder, flags);
        serving.post(ACCOUNTS, &pinned());
        send(&serving.host, "GET", ACCOUNTS).unwrap();
        let said = serving.stderr();
        assert_eq!((said.contains(&write), said.contains(&question)), (says_write, says_question), "{flags}: {said}");
    }
    folder.write("heeler.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\naccounts:\n  - { aws_account_id: \"210000000001\", datadog: { auth_config: { role_name: dd } } }\n");
    let run = folder.run("apply --sandbox -vv").exits(0);
    assert!(run.err.contains(&format!("sandbox: POST {ACCOUNTS}: 200")) && run.err.contains(&question), "{}", run.err);
}

#[test]
fn an_external_id_that_a_config_pins_can_be_rehearsed() {
    let folder = Folder::new("pinned");
    let datadog = "datadog: { auth_config: { role_name: dd, external_id: 0123456789abcdef0123456789abcdef } }";
    let wavefront = "wavefront: { role_name: observer, external_id: anyOneAtAll12345, name: one, cloudwatch: {} }";
    let providers = "{ datadog: { site: datadoghq.eu }, wavefront: { address: acme.wavefront.com } }";
    let account = format!("{{ aws_account_id: \"210000000001\", name: one, {datadog}, {wavefront} }}");
    folder.write("heeler.yaml", &format!("version: 1\nproviders: {providers}\naccounts:\n  - {account}\n"));
    folder.run("apply --sandbox").exits(0).says(&["Converged"]);
    for (flags, status) in [("", 400), ("--external-ids issued", 400), ("--external-ids any", 200)] {
        let serving = Serving::of(&folder, flags);
        assert_eq!(serving.post(ACCOUNTS, &pinned()), status, "{flags}");
        serving.stderr();
    }
}

/// A form is names and texts, as in process. `curl --data` calls JSON a form too.
#[test]
fn a_form_is_read_as_one_and_json_as_json() {
    let (sandbox, host) = served(Faults::none());
    let sent = [
        (
            FORM,
            "Action=ListRoles&Path=%2Facme%2F&Note=one+and+two",
            json!({ "Action": "ListRoles", "Path": "/acme/", "Note": "one and two" }),
        ),
        (FORM, r#"{"data":{"type":"account"}}"#, json!({ "data": { "type": "account" } })),
        ("application/json", r#"{"data":1}"#, json!({ "data": 1 })),
        ("text/plain", "a=b", json!("a=b")),
    ];
    for (content_type, body, read) in sent {
        let mut stream = TcpStream::connect(&host).unwrap();
        let keys = "DD-API-KEY: any\r\nDD-APPLICATION-KEY: any\r\nConnection: close";
        let length = body.len();
        write!(stream, "POST {ACCOUNTS} HTTP/1.1\r\nHost: {host}\r\n{keys}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        stream.read_to_string(&mut String::new()).unwrap();
        assert_eq!(sandbox.log().last().unwrap().body, Some(read), "{content_type}: {body}");
    }
}

#[test]
fn what_is_not_emulated_says_so() {
    let folder = Folder::new("unserved");
    let serving = Serving::of(&folder, "");
    for path in
        ["/api/v2/integration/aws/some_future_thing", "/api/v1/integration/aws/some_future_thing", "/api/v2/users", "/"]
    {
        let heard = send(&serving.host, "GET", path).unwrap();
        assert!(
            heard.status == 501 && heard.body.contains("the sandbox does not serve this path"),
            "{path}: {} {}",
            heard.status,
            heard.body
        );
    }
    serving.stderr();
}
