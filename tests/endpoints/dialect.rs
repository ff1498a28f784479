//! Heeler's side of Ledger: how its endpoints are connected to, what authorizes a request, what requests and answers
//! look like.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use heeler::model::plan::VendorError;
use heeler::model::settings::{Credential, Protocol};
use heeler::model::{
    Body, Endpoint, EndpointConfig, Env, Method, ReadClient, ReadRequest, Request, Response, Retry, WriteClient,
    WriteRequest,
};
use heeler::providers::xml_answer::parsed;
use heeler::transport::{Access, Authorize, Connect, Head, Http, StaticHeaders};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};

/// The provider's name.
pub const LEDGER: &str = "ledger";
/// The key that every login needs.
pub const KEY: &str = "key-of-all-logins";
/// The service that gives out tokens.
const LOGIN: &str = "login";

/// A client for the Ledger at this address, and what it connects to.
pub fn client(base: &str) -> (Http, Arc<Accounts>) {
    let env: Env = [("LEDGER_KEY".to_owned(), KEY.to_owned())].into_iter().collect();
    let open = || Http::open(&BTreeMap::new(), &env).unwrap();
    let login = Logins { config: config(base, Protocol::AwsJson), env: env.clone() };
    let login = open().with_endpoints(LEDGER, Arc::new(login));
    let accounts =
        Arc::new(Accounts { login: Arc::new(login), config: config(base, Protocol::AwsQuery), made: Mutex::default() });
    (open().with_endpoints(LEDGER, accounts.clone()), accounts)
}

fn config(base: &str, protocol: Protocol) -> EndpointConfig {
    EndpointConfig {
        base: base.to_owned(),
        host_variable: "LEDGER_HOST",
        protocol,
        credentials: Vec::new(),
        headers: Vec::new(),
        limit: None,
    }
}

/// The endpoint for logging in: one for everybody, with a key out of the environment.
struct Logins {
    config: EndpointConfig,
    env: Env,
}

impl Connect for Logins {
    fn connect(&self, endpoint: &Endpoint) -> Result<(EndpointConfig, Arc<dyn Authorize>), String> {
        assert_eq!(*endpoint, Endpoint::of(LEDGER).service(LOGIN));
        let key = Credential { header: "x-ledger-key", scheme: None, variable: "LEDGER_KEY" };
        let config = EndpointConfig { credentials: vec![key], ..self.config.clone() };
        let keys = StaticHeaders::new(&config, &self.env).map_err(|error| error.to_string())?;
        Ok((config, Arc::new(keys)))
    }
}

/// The endpoints of accounts, each with a session of its own.
pub struct Accounts {
    login: Arc<Http>,
    config: EndpointConfig,
    /// Which have been connected to, in that order.
    pub made: Mutex<Vec<String>>,
}

impl Connect for Accounts {
    fn connect(&self, endpoint: &Endpoint) -> Result<(EndpointConfig, Arc<dyn Authorize>), String> {
        let account = endpoint.account.clone().ok_or("Ledger has an endpoint for each account")?;
        self.made.lock().unwrap().push(account.clone());
        let session = Session { account, login: self.login.clone(), tokens: Mutex::default() };
        Ok((self.config.clone(), Arc::new(session)))
    }
}

/// One account's tokens: one for reading and one for writing, and those that came before.
struct Session {
    account: String,
    login: Arc<Http>,
    tokens: Mutex<Vec<(Access, String)>>,
}

#[async_trait]
impl Authorize for Session {
    fn authorize(&self, head: &Head, body: &[u8], access: Access) -> Result<HeaderMap, String> {
        let tokens = self.tokens.lock().unwrap();
        let (_, token) = tokens.iter().rfind(|(known, _)| *known == access).ok_or("not logged in")?;
        let signature = signature(token, head.method.as_str(), head.url.path(), body);
        let headers = [("x-ledger-token", token.clone()), ("x-ledger-signature", signature)];
        let header =
            |(name, value): (_, String)| (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
        Ok(headers.into_iter().map(header).collect())
    }

    fn secrets(&self) -> Vec<String> {
        self.tokens.lock().unwrap().iter().map(|(_, token)| token.clone()).collect()
    }

    fn renews_on(&self, response: &Response) -> bool {
        response.status == 403 && code(response).as_deref() == Some("ExpiredToken")
    }

    async fn renew(&self, access: Access) -> Result<(), String> {
        let body = json!({ "account": self.account, "writes": access == Access::Write });
        let request = ReadRequest::post(Endpoint::of(LEDGER).service(LOGIN), "/login", Body::plain(body));
        let answer = self.login.read(request.header("x-amz-target", "Ledger.Login")).await;
        let answer = answer.map_err(|failure| failure.to_string())?;
        let said: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        let token = said["token"].as_str().ok_or_else(|| format!("no login for {}: {said}", self.account))?;
        self.tokens.lock().unwrap().push((access, token.to_owned()));
        Ok(())
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
