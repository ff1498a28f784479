//! Refusals: the fixtures of all three forms, accepted by heeler and, where one was recorded, given by the sandbox. And
//! what a refused create tells.

use heeler::model::plan::VendorError;
use heeler::model::{Method, Op, Request, Status};
use heeler::providers::wavefront::envelope;
use heeler::sandbox::VendorEmulator;
use heeler::sandbox::vendors::wavefront::Emulator;
use serde_json::{Value, json};

use crate::fixtures::{CLOUDWATCH, INTEGRATIONS, keys, response, sandbox, table};
use crate::{ISSUED, Vendor, apply, listing, one, plan};

#[test]
fn error_400_and_404_envelopes_unverified() {
    let body =
        |code: u16| json!({ "status": { "result": "ERROR", "message": "no such luck", "code": code } }).to_string();
    // Whichever of the two says so, the status of HTTP or the one in the envelope.
    for status in [400, 200] {
        assert!(
            matches!(envelope::open(&response(status, &body(400)), "it"), Err(VendorError::Invalid { message, .. }) if message.contains("no such luck"))
        );
    }
    for status in [404, 200] {
        assert!(matches!(envelope::open(&response(status, &body(404)), "it"), Err(VendorError::Gone(_))));
    }
    let (status, answer) = sandbox(&mut table(&[]), Method::Post, INTEGRATIONS, Some(json!({ "service": "EC2" })));
    assert_eq!((status, &answer["status"]["result"], &answer["status"]["code"]), (400, &json!("ERROR"), &json!(400)));
}

#[test]
fn error_404_plain() {
    let body = "error='not_found'\nmessage='nothing is there'\ntrackingId=0a0a0a0a-0000-4e67-876a-366145c8a759\n";
    let gone = envelope::refusal(&response(404, body));
    assert!(
        matches!(&gone, VendorError::Gone(_)) && gone.to_string().contains("message='nothing is there', trackingId="),
        "{gone}"
    );
    let request =
        Request::new("wavefront", Method::Get, format!("{INTEGRATIONS}/5d1e0b77-0001-4b2c-9d3e-0a1b2c3d4e5f"));
    let answer = Emulator.respond(&mut table(&[]), &request).unwrap();
    let text = String::from_utf8(answer.body).unwrap();
    assert!(
        answer.status == 404
            && text.lines().map(|line| line.split('=').next().unwrap()).eq(["error", "message", "trackingId"])
    );
}

#[test]
fn error_415() {
    let body =
        json!({ "error": "HTTP 415 Unsupported Media Type", "trackingId": "0b0b0b0b-0000-4138-a82d-12725376a3b0" })
            .to_string();
    let refused = envelope::refusal(&response(415, &body));
    let said =
        "Wavefront answered 415: HTTP 415 Unsupported Media Type, trackingId 0b0b0b0b-0000-4138-a82d-12725376a3b0";
    assert!(matches!(&refused, VendorError::Invalid { message, .. } if message == said), "{refused}");
    assert_eq!(keys(&serde_json::from_slice::<Value>(&Emulator.forbidden().body).unwrap()), ["error", "trackingId"]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_create_tells_the_external_id_that_was_issued_for_it() {
    let (none, issued) = (listing(&[]).to_string(), crate::envelope(&json!(ISSUED)).to_string());
    let refused =
        json!({ "status": { "result": "ERROR", "message": "cannot assume the role", "code": 400 } }).to_string();
    let vendor =
        Vendor::answering(vec![(200, none.clone()), (200, none.clone()), (200, none), (200, issued), (400, refused)]);
    let config = one(CLOUDWATCH);
    let plan = plan(&config, &vendor).await;
    assert!(matches!(plan.actions[0].op, Op::Create { .. }));
    let outcome = apply(&config, &vendor, &plan).await.pop().unwrap();
    let Status::Failed { why, unsure: false, .. } = outcome.status else { panic!("{outcome:?}") };
    assert!(why.contains("cannot assume the role") && why.contains(&format!("write `external_id: {ISSUED}`")), "{why}");
}
