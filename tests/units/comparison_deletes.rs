//! A config before and after a change to it: deletes that the change puts off, or releases.

use crate::comparison::{FIRST, SECOND, accounts, compared, gives_up};

#[test]
fn a_tombstone_taken_out_too_early() {
    let removed =
        |entry: &str| format!("accounts: [{{ aws_account_id: '{SECOND}', datadog: {{}} }}]\nremoved: [{entry}]");
    let tomb = removed(&format!("{{ aws_account_id: '{FIRST}', reason: closed }}"));
    gives_up(&tomb, &removed(""), &["tombstone 210000000001 closed base.yaml:4"]);
    assert_eq!(
        compared(&tomb, &removed(""), &[SECOND]).weakened(),
        Vec::<String>::new(),
        "its row is gone: it has done its work"
    );
    gives_up(&tomb, &accounts("{}", "{}"), &[]);
    gives_up(&removed(&format!("{{ aws_account_id: '{FIRST}', reason: closed, id: another }}")), &removed(""), &[]);
}

/// What `removed:` or `ownership: exclusive` asks for is not done where nothing is written, and is done once more is.
#[test]
fn a_delete_that_is_put_off_or_released() {
    let with =
        |read_only: &str, rest: &str| format!("providers: {{ datadog: {{ site: datadoghq.com{read_only} }} }}\n{rest}");
    let removed = |protect: &str| format!("{protect}removed: [{{ aws_account_id: '{FIRST}', reason: closed }}]\n");
    let exclusive = format!("ownership: exclusive\naccounts: [{{ aws_account_id: '{SECOND}', datadog: {{}} }}]\n");
    let read_only = ", read_only: true";
    let put_off = "put off 210000000001 heeler.yaml:2";
    gives_up(&with("", &removed("")), &with(read_only, &removed("")), &[put_off]);
    let protected = removed(&format!("protect: ['{FIRST}']\n"));
    gives_up(&with("", &removed("")), &with(read_only, &protected), &[put_off]);
    gives_up(&with("", &protected), &with(read_only, &protected), &[]);
    let withheld = "withheld read_only 210000000002 heeler.yaml:2";
    gives_up(&with("", &exclusive), &with(read_only, &exclusive), &[withheld, put_off]);
    let released = |rows: usize| format!("released read_only datadog {rows} base.yaml:2");
    gives_up(&with(read_only, &removed("")), &with("", &removed("")), &[&released(1)]);
    gives_up(&with(read_only, &exclusive), &with("", &exclusive), &[&released(2)]);
    gives_up(&with(read_only, &protected), &with("", &protected), &[&released(0)]);
}
