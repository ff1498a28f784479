//! No answer repeats a token: each account's own are looked for, those that have expired too.

use heeler::model::Failure;
use heeler::model::plan::VendorError;

use crate::dialect::list;
use crate::server::{Server, refusal};
use crate::{FIRST, SECOND, ledger};

#[tokio::test]
async fn each_accounts_tokens_are_kept_out_of_its_answers() {
    let (server, http, _) = ledger(Server::of(&[FIRST, SECOND])).await;
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
