//! `heeler explain` of accounts that are not written: on hold, or read only.

use serde_json::{Value, json};

use crate::explain::{explain, lines};
use crate::support::{Folder, keeps_to};

/// What keeps an account from being written is said, and the `{}` that makes a block is hidden by nobody.
#[test]
fn what_is_not_written_is_said_with_its_layer() {
    let folder = Folder::new("explain-hold");
    folder.write(
        "heeler.yaml",
        "version: 1
providers: { datadog: { site: datadoghq.eu }, cloudcraft: { read_only: true }, wavefront: { address: acme.wavefront.com } }
defaults: { aws_partition: aws, datadog: { account_tags: [a:1], read_only: true } }
profiles:
  gov: { aws_partition: aws, datadog: {} }
accounts:
  - aws_account_id: \"210000000001\"
    aws_partition: aws
    profiles: [gov]
    datadog: {}
    cloudcraft: { role_name: cc }
    wavefront: { role_name: wf, name: n, ec2: {}, hold: { reason: OPS-2, until: \"2999-01-01\" } }
  - { aws_account_id: \"210000000002\", datadog: { read_only: false }, hold: { reason: OPS-1 } }
",
    );
    let says = |args: &[&str]| lines(&explain(&folder, args).exits(0));
    let whole = says(&["210000000001"]);
    for line in [
        "not written: cloudcraft (read only, heeler.yaml:2); datadog (read only, heeler.yaml:3); wavefront (on hold: OPS-2, until 2999-01-01, heeler.yaml:12)",
        "cloudcraft.read_only true providers heeler.yaml:2",
        "datadog.read_only true defaults heeler.yaml:3",
        "wavefront.hold.reason OPS-2 account heeler.yaml:12",
        "wavefront.hold.until 2999-01-01 account heeler.yaml:12",
    ] {
        assert!(whole.contains(&line.to_owned()), "{line}\n{whole:#?}");
    }
    let head = |id: &str, more: &[&str]| {
        let more: Vec<String> = more.iter().map(|line| (*line).to_owned()).collect();
        [vec![id.to_owned()], more].concat()
    };
    assert_eq!(
        says(&["210000000001", "datadog"]),
        head(
            "210000000001 heeler.yaml:7",
            &[
                "profiles: gov",
                "not written: datadog (read only, heeler.yaml:3)",
                "FIELD VALUE LAYER WHERE",
                "datadog.read_only true defaults heeler.yaml:3",
                "datadog.account_tags a:1 defaults heeler.yaml:3",
                "The layers say, the nearest first:",
                "account heeler.yaml:10 datadog: {}",
                "profile gov heeler.yaml:5 datadog: {}",
            ]
        )
    );
    assert_eq!(
        says(&["210000000001", "aws_partition"])[3..],
        head(
            "FIELD VALUE LAYER WHERE",
            &[
                "aws_partition aws account heeler.yaml:8",
                "The layers say, the nearest first:",
                "account heeler.yaml:8 aws_partition: aws",
                "profile gov heeler.yaml:5 aws_partition: aws (hidden by a nearer layer)",
                "defaults heeler.yaml:3 aws_partition: aws (hidden by a nearer layer)",
            ]
        )[..]
    );
    assert_eq!(
        says(&["210000000002", "datadog.read_only"]),
        head(
            "210000000002 heeler.yaml:13",
            &[
                "not written: datadog (on hold: OPS-1, heeler.yaml:13)",
                "FIELD VALUE LAYER WHERE",
                "datadog.read_only false account heeler.yaml:13",
                "The layers say, the nearest first:",
                "account heeler.yaml:13 read_only: false",
                "defaults heeler.yaml:3 read_only: true (hidden by a nearer layer)",
            ]
        )
    );
    assert!(says(&["210000000002", "hold"]).contains(&"hold.reason OPS-1 account heeler.yaml:13".to_owned()));
    explain(&folder, &["210000000001", "datadog.hold"]).exits(0).says(&["Nothing says `datadog.hold`."]);
    explain(&folder, &["210000000001", "read_only"]).exits(64).says(&["datadog.read_only, cloudcraft.read_only"]);
    let run = explain(&folder, &["210000000001", "--json", "-"]).exits(0);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let held = &document["accounts"][0]["not_written"];
    assert_eq!((&held[1]["by"], &held[2]["reason"]), (&json!("read_only"), &json!("OPS-2")), "{held:#}");
    keeps_to(&folder.schema("schema explain"), &document, "with holds");
}
