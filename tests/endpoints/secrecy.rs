//! No answer repeats a token: each account's own are looked for, those that have expired too.

use heeler::model::Failure;
use heeler::model::plan::VendorError;
use serde_json::json;

use crate::dialect::{KEY, client, list, settings};
use crate::server::{Server, refusal};
use crate::{FIRST, SECOND, ledger};

#[tokio::test]
async fn each_accounts_tokens_are_kept_out_of_its_answers() {
    let (server, http) = ledger(Server::of(&[FIRST, SECOND])).await;
    for account in [FIRST, SECOND] {
        list(&http, account).await.unwrap();
        server.instead.lock().unwrap().push(refusal(400, "Odd", "you sent TOKEN"));
        let error = list(&http, account).await.unwrap_err().to_string();
        assert!(error.contains("you sent") && error.contains("[redacted]"), "{error}");
        assert!(!error.contains(&format!("Tok{account}")), "{error}");

        let page = "<ListResponse><ListResult><Entries><member><Name>TOKEN</Name></member></Entries></ListResult></ListResponse>";
        server.instead.lock().unwrap().push((200, page.to_owned()));
        let error = list(&http, account).await.unwrap_err();
        assert!(matches!(error, VendorError::NoAnswer(Failure::Withheld { .. })), "{error}");
    }
    // The first login made the token that ends in n0000. It has expired, and is a secret still.
    server.expire();
    server.instead.lock().unwrap().push(refusal(400, "Odd", &format!("you once sent Tok{FIRST}n0000")));
    let error = list(&http, FIRST).await.unwrap_err().to_string();
    assert!(error.contains("you once sent") && !error.contains("n0000"), "{error}");
}

/// What a login that failed was answered with goes into an error, without keys and tokens.
#[tokio::test]
async fn a_refused_login_repeats_neither_key_nor_token() {
    let (server, http) = ledger(Server::of(&[FIRST])).await;
    list(&http, FIRST).await.unwrap();
    server.expire();
    let words = json!({ "message": format!("{KEY} was good for Tok{FIRST}n0000 once") }).to_string();
    server.instead_of_login.lock().unwrap().push((200, words.replace(KEY, "a key")));
    let error = list(&http, FIRST).await.unwrap_err().to_string();
    assert!(error.contains("no login") && error.contains(" once") && !error.contains("n0000"), "{error}");
    server.instead_of_login.lock().unwrap().push((400, words));
    let error = list(&http, FIRST).await.unwrap_err().to_string();
    assert!(error.contains("no login") && error.contains("[redacted]") && !error.contains(KEY), "{error}");
}

/// Whatever settings say: keys are never sent in the clear to another machine.
#[tokio::test]
async fn no_key_is_sent_in_the_clear() {
    for plain in ["http://ledger.example", "http://user:word@127.0.0.1:1"] {
        let error = list(&client(plain), FIRST).await.unwrap_err();
        assert!(matches!(&error, VendorError::NoAnswer(Failure::NotSent { .. })), "{error}");
        assert!(error.to_string().contains("the address of ledger is ") && !error.to_string().contains("word"));
    }
    assert_eq!(settings("https://ledger.example").bases().count(), 2, "the login's address is looked at too");
}
