//! Heeler's side of Ledger, as a provider's folder would have it: its settings, how to log in to an account, what
//! requests and answers look like.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use heeler::model::account_login::{Access, AccountCredentials, AccountLogin, UnauthorizedRequest};
use heeler::model::plan::VendorError;
use heeler::model::settings::{Credential, Protocol};
use heeler::model::{
    Body, Endpoint, EndpointConfig, Env, Method, ReadClient, ReadRequest, Request, Response, Retry, Settings,
    WriteClient, WriteRequest,
};
use heeler::providers::xml_answer::parsed;
use heeler::transport::Http;
use serde::Deserialize;
use serde_json::{Value, json};

/// The provider's name.
pub const LEDGER: &str = "ledger";
/// The key that every login needs.
pub const KEY: &str = "key-of-all-logins";
/// The service that gives out tokens.
const LOGIN: &str = "login";

/// A client for the Ledger at this address.
pub fn client(base: &str) -> Http {
    let env: Env = [("LEDGER_KEY".to_owned(), KEY.to_owned())].into_iter().collect();
    Http::open(&[(LEDGER, settings(base))].into(), &env).unwrap()
}

/// Requests to accounts go to the provider's own endpoint; the service that logs in has a key and another protocol.
pub fn settings(base: &str) -> Settings {
    let config = |protocol, credentials| EndpointConfig {
        base: base.to_owned(),
        host_variable: "LEDGER_HOST",
        protocol,
        credentials,
        headers: vec![("accept", "text/xml")],
        limit: None,
    };
    let key = Credential { header: "x-ledger-key", scheme: None, variable: "LEDGER_KEY" };
    Settings {
        provider: LEDGER,
        endpoint: config(Protocol::AwsQuery, Vec::new()),
        services: [(LOGIN, config(Protocol::AwsJson, vec![key]))].into(),
        login: Some(Arc::new(Login)),
        site: base.to_owned(),
        via: None,
        organization: None,
    }
}

/// Accounts have a token for reading and one for writing.
#[derive(Debug)]
struct Login;

impl AccountLogin for Login {
    fn request(&self, account: &str, access: Access) -> ReadRequest {
        let body = json!({ "account": account, "writes": access == Access::Write });
        let request = ReadRequest::post(Endpoint::of(LEDGER).service(LOGIN), "/login", Body::plain(body));
        request.header("x-amz-target", "Ledger.Login")
    }

    /// Careless, as others may be: what is wrong repeats the answer.
    fn credentials(&self, answer: &Response) -> Result<AccountCredentials, String> {
        let said: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        let token = said["token"].as_str().ok_or_else(|| format!("no login: {said}"))?;
        Ok(AccountCredentials::new([("token", token.to_owned())]))
    }

    fn headers(
        &self,
        credentials: &AccountCredentials,
        request: &UnauthorizedRequest<'_>,
    ) -> Vec<(&'static str, String)> {
        let UnauthorizedRequest { method, url, body } = request;
        let token = credentials.get("token");
        let signature = signature(token, method.as_str(), url.path(), body);
        vec![("x-ledger-token", token.to_owned()), ("x-ledger-signature", signature)]
    }

    fn has_expired(&self, answer: &Response) -> bool {
        answer.status == 403 && code(answer).as_deref() == Some("ExpiredToken")
    }
}

/// What both sides make of a request; nothing that keeps a secret outside of a test.
pub fn signature(token: &str, method: &str, path: &str, body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in [token.as_bytes(), method.as_bytes(), path.as_bytes(), body] {
        hasher.write(part);
        hasher.write_u8(0);
    }
    format!("{:016x}", hasher.finish())
}

/// Every entry of an account.
pub async fn list(client: &dyn ReadClient, account: &str) -> Result<Vec<String>, VendorError> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "ListResult")]
        result: Entries,
    }
    #[derive(Deserialize)]
    struct Entries {
        #[serde(rename = "Entries", default)]
        entries: Members,
    }
    #[derive(Deserialize, Default)]
    struct Members {
        #[serde(default)]
        member: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        #[serde(rename = "Name")]
        name: String,
    }
    let request = ReadRequest::post(endpoint(account), "/", Body::form([("Action", "List")]));
    let response = client.read(request).await?;
    accepted(&response)?;
    let answer: Answer = parsed("the list of entries", &response.body)?;
    Ok(answer.result.entries.member.into_iter().map(|entry| entry.name).collect())
}

/// Adds an entry.
pub async fn add(client: &dyn WriteClient, account: &str, name: &str) -> Result<(), VendorError> {
    let body = Body::form([("Action", "Add"), ("Name", name)]);
    let request = Request::new(endpoint(account), Method::Post, "/").with_body(body);
    accepted(&client.write(WriteRequest::new(request, Retry::Never)).await?)
}

fn endpoint(account: &str) -> Endpoint {
    Endpoint::of(LEDGER).account(account)
}

fn accepted(response: &Response) -> Result<(), VendorError> {
    let said = || String::from_utf8_lossy(&response.body).into_owned();
    match response.status {
        200 => Ok(()),
        _ if response.is_limited() => Err(VendorError::Limited(said())),
        401 | 403 => Err(VendorError::Denied(said())),
        500.. => Err(VendorError::Failing(said())),
        _ => Err(VendorError::Invalid { message: said(), fields: Vec::new() }),
    }
}

fn code(response: &Response) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        #[serde(rename = "Error")]
        error: Reason,
    }
    #[derive(Deserialize)]
    struct Reason {
        #[serde(rename = "Code")]
        code: String,
    }
    parsed::<Refusal>("a refusal", &response.body).ok().map(|refusal| refusal.error.code)
}
