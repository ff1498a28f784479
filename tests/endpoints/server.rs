//! Ledger's own side, on a loopback port. It shares nothing with heeler's but how a request is signed.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use crate::dialect::{KEY, signature};

/// What the vendor keeps, and how it is to behave.
#[derive(Default)]
pub struct Server {
    /// Names by account.
    pub entries: Mutex<BTreeMap<String, Vec<String>>>,
    /// Accounts that nobody can log in to.
    pub closed: BTreeSet<String>,
    /// The next answers to anything but a login, in place of what would be answered: status and body.
    pub instead: Mutex<Vec<(u16, String)>>,
    /// The same for logins.
    pub instead_of_login: Mutex<Vec<(u16, String)>>,
    /// An expired token is refused when so many requests with one have arrived.
    pub gathers: Option<Barrier>,
    /// What arrived, in that order.
    pub log: Mutex<Vec<String>>,
    /// Every token there was.
    pub tokens: Mutex<BTreeMap<String, Token>>,
}

/// Whose it is, and what for.
pub struct Token {
    account: String,
    writes: bool,
    expired: bool,
}

impl Server {
    /// A vendor with these accounts, each with one entry.
    pub fn of(accounts: &[&str]) -> Self {
        let entry = |account: &&str| ((*account).to_owned(), vec![format!("first of {account}")]);
        Server { entries: Mutex::new(accounts.iter().map(entry).collect()), ..Server::default() }
    }

    /// No token is good any more.
    pub fn expire(&self) {
        self.tokens.lock().unwrap().values_mut().for_each(|token| token.expired = true);
    }

    /// How many requests began with this.
    pub fn count(&self, what: &str) -> usize {
        self.log.lock().unwrap().iter().filter(|line| line.starts_with(what)).count()
    }

    fn login(&self, sent: &Value) -> (u16, String) {
        let account = sent["account"].as_str().unwrap().to_owned();
        let mut tokens = self.tokens.lock().unwrap();
        self.log.lock().unwrap().push(format!("login {account}"));
        if let Some(answer) = self.instead_of_login.lock().unwrap().pop() {
            return answer;
        }
        if self.closed.contains(&account) {
            return (400, json!({ "__type": "AccessDenied", "message": "closed" }).to_string());
        }
        let token = format!("Tok{account}n{:04}", tokens.len());
        tokens.insert(token.clone(), Token { account, writes: sent["writes"] == true, expired: false });
        (200, json!({ "token": token }).to_string())
    }

    async fn act(&self, token: &str, fields: &BTreeMap<String, String>) -> (u16, String) {
        let (account, writes, expired) = match self.tokens.lock().unwrap().get(token) {
            Some(token) => (token.account.clone(), token.writes, token.expired),
            None => return refusal(403, "UnknownToken", token),
        };
        let action = fields["Action"].as_str();
        self.log.lock().unwrap().push(format!("{action} {account}"));
        if expired {
            if let Some(barrier) = &self.gathers {
                barrier.wait().await;
            }
            return refusal(403, "ExpiredToken", "it has expired");
        }
        if let Some((status, body)) = self.instead.lock().unwrap().pop() {
            return (status, body.replace("TOKEN", token));
        }
        let mut entries = self.entries.lock().unwrap();
        let entries = entries.get_mut(&account).unwrap();
        match action {
            "List" => {
                let members: String =
                    entries.iter().map(|name| format!("<member><Name>{name}</Name><Age>1</Age></member>")).collect();
                let answer = format!("<ListResult><Entries>{members}</Entries></ListResult><Meta><Id>1</Id></Meta>");
                (200, format!("<ListResponse xmlns=\"https://ledger.example/\">\n{answer}</ListResponse>"))
            }
            "Add" if !writes => refusal(403, "AccessDenied", "this token only reads"),
            "Add" => {
                entries.push(fields["Name"].clone());
                (200, "<AddResponse/>".to_owned())
            }
            other => refusal(400, "InvalidAction", other),
        }
    }
}

/// A refusal in the vendor's form.
pub fn refusal(status: u16, code: &str, words: &str) -> (u16, String) {
    (status, format!("<ErrorResponse><Error><Code>{code}</Code><Message>{words}</Message></Error></ErrorResponse>"))
}

/// Serves for as long as the test's runtime lives; its address.
pub async fn serve(server: Arc<Server>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let server = server.clone();
            let service = service_fn(move |request| answer(server.clone(), request));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    base
}

async fn answer(server: Arc<Server>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
    assert_eq!((head.method.as_str(), header("accept")), ("POST", "text/xml"));
    let (status, text) = if head.uri.path() == "/login" {
        assert_eq!((header("x-ledger-key"), header("x-amz-target")), (KEY, "Ledger.Login"));
        assert_eq!(header("content-type"), "application/x-amz-json-1.1");
        server.login(&serde_json::from_slice(&body).unwrap())
    } else {
        assert_eq!(header("content-type"), "application/x-www-form-urlencoded");
        let token = header("x-ledger-token");
        assert_eq!(header("x-ledger-signature"), signature(token, "POST", "/", &body));
        let fields = form_urlencoded::parse(&body).into_owned().collect();
        server.act(token, &fields).await
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}
