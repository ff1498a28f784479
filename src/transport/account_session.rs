//! The credentials of one account that has an endpoint of its own: got by its provider's login, kept here.

use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::authorize::{Authorize, Head};
use crate::model::account_login::{Access, AccountCredentials, AccountLogin, UnauthorizedRequest};
use crate::model::lock::lock;
use crate::model::{ReadClient, Response};

/// One account's credentials: those in use for each access, and those before them, whose answers may be under way.
pub struct AccountSession {
    account: String,
    login: Arc<dyn AccountLogin>,
    /// What is sent whoever is logged in.
    headers: HeaderMap,
    /// In the order in which they came.
    known: Mutex<Vec<(Access, AccountCredentials)>>,
}

impl AccountSession {
    /// Has no credentials yet.
    pub fn new(account: &str, login: Arc<dyn AccountLogin>, headers: HeaderMap) -> Self {
        AccountSession { account: account.to_owned(), login, headers, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Vec<(Access, AccountCredentials)>> {
        lock(&self.known)
    }
}

#[async_trait]
impl Authorize for AccountSession {
    fn authorize(&self, head: &Head, body: &[u8], access: Access) -> Result<HeaderMap, String> {
        let known = self.known();
        let (_, credentials) = known.iter().rfind(|(of, _)| *of == access).ok_or("not logged in")?;
        let request = UnauthorizedRequest { method: head.method, url: &head.url, body };
        let mut headers = self.headers.clone();
        for (name, value) in self.login.headers(credentials, &request) {
            let unsendable = |_| format!("what authorizes it cannot be sent in the header {name}");
            let mut value = HeaderValue::from_str(&value).map_err(unsendable)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        Ok(headers)
    }

    fn secrets(&self) -> Vec<String> {
        self.known().iter().flat_map(|(_, credentials)| credentials.values()).map(str::to_owned).collect()
    }

    fn renews_on(&self, response: &Response) -> bool {
        self.login.has_expired(response)
    }

    async fn renew(&self, access: Access, client: &dyn ReadClient) -> Result<(), String> {
        let request = self.login.request(&self.account, access);
        if request.request().endpoint.account.is_some() {
            return Err("a login cannot need another login".to_owned());
        }
        let of_account = |why: String| format!("account {}: {why}", self.account);
        let answer = client.read(request).await.map_err(|failure| of_account(failure.to_string()))?;
        let credentials = self.login.credentials(&answer).map_err(of_account)?;
        self.known().push((access, credentials));
        Ok(())
    }
}
