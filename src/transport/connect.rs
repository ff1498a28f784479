//! How endpoints are reached: where each is, and with which credentials. A connection is made when a first request is
//! sent there.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use reqwest::{Client, redirect};
use tokio::sync::OnceCell;

use super::account_session::AccountSession;
use super::answer::chain;
use super::authorize::{Authorize, StaticHeaders};
use super::credentials::{self, CredentialError};
use super::open_error::{cannot_log_in, no_certificates, no_https};
use super::rate_limit::rate_limiter::RateLimiter;
use super::renewal::Renewal;
use super::timeouts;
use super::tls_errors;
use super::unreached::Route;
use crate::model::account_login::Access;
use crate::model::address::Address;
use crate::model::lock::lock;
use crate::model::{Endpoint, EndpointConfig, Env, Error, Settings};

/// The endpoints of one provider, as its settings say.
struct ProviderEndpoints {
    settings: Settings,
    /// The keys out of the environment, by service.
    keys: BTreeMap<Option<&'static str>, Arc<StaticHeaders>>,
}

impl ProviderEndpoints {
    /// Those of a provider.
    ///
    /// # Errors
    /// Keys are missing.
    fn new(settings: &Settings, env: &Env) -> Result<Self, CredentialError> {
        let services = settings.services.iter().map(|(service, config)| (Some(*service), config));
        let keys = std::iter::once((None, &settings.endpoint))
            .chain(services)
            .map(|(service, config)| Ok((service, Arc::new(StaticHeaders::new(config, env)?))));
        Ok(ProviderEndpoints { settings: settings.clone(), keys: keys.collect::<Result<_, _>>()? })
    }

    /// Where an endpoint is, and what authorizes its requests.
    ///
    /// # Errors
    /// There is no such endpoint, or its address would send keys in the clear; why, for people.
    fn connect(&self, endpoint: &Endpoint) -> Result<(EndpointConfig, Arc<dyn Authorize>), String> {
        let Endpoint { provider, service, account } = endpoint;
        let config = self.settings.endpoint_of(*service).clone();
        Address::parse(&config.base).map_err(|why| format!("the address of {provider} is {why}"))?;
        let keys = self.keys.get(service).or_else(|| self.keys.get(&None));
        match (account, &self.settings.login, keys) {
            (Some(account), Some(login), _) => {
                let headers = credentials::same_headers(&config);
                Ok((config, Arc::new(AccountSession::new(account, login.clone(), headers))))
            }
            (None, _, Some(keys)) => Ok((config, keys.clone())),
            _ => Err(format!("provider {provider} has one endpoint for all accounts")),
        }
    }
}

/// How requests of one endpoint are sent.
pub struct Connection {
    /// What sends them.
    pub client: Client,
    /// Where to.
    pub config: EndpointConfig,
    /// What authorizes them.
    pub credentials: Arc<dyn Authorize>,
    /// When they may go.
    pub rate_limiter: Arc<RateLimiter>,
    /// The way there, as people can mend it.
    pub route: Route,
    reads: Renewal,
    writes: Renewal,
    wants_tls: OnceCell<bool>,
}

impl Connection {
    /// The renewals of what authorizes such requests.
    pub fn renewal(&self, access: Access) -> &Renewal {
        match access {
            Access::Read => &self.reads,
            Access::Write => &self.writes,
        }
    }

    /// Whether who answers at an `http://` address wants HTTPS, so that nothing sent there can ever be done. Asked once,
    /// without keys, after an answer did not come.
    pub async fn wants_tls(&self) -> bool {
        let Some(rest) = self.config.base.strip_prefix("http://") else { return false };
        let asks = async || tls_errors::is_answered_in_tls(self.client.get(format!("https://{rest}"))).await;
        *self.wants_tls.get_or_init(asks).await
    }
}

/// Whose rate limit requests count against: an address, the keys, and the account whose credentials are used.
type Counted = (String, Vec<&'static str>, Option<String>);

/// Every connection of a run. Endpoints at one address with the same keys share a rate limiter: an emulator is the
/// address of several vendors.
pub struct Connections {
    providers: BTreeMap<&'static str, ProviderEndpoints>,
    made: Mutex<BTreeMap<Endpoint, Arc<Connection>>>,
    rate_limiters: Mutex<BTreeMap<Counted, Arc<RateLimiter>>>,
    /// By whether they are for this machine.
    clients: Mutex<BTreeMap<bool, Client>>,
    env: Env,
}

impl Connections {
    /// No connection yet.
    pub fn new(env: &Env) -> Self {
        // A second call in one process finds the same provider installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Connections {
            providers: BTreeMap::new(),
            made: Mutex::default(),
            rate_limiters: Mutex::default(),
            clients: Mutex::default(),
            env: env.clone(),
        }
    }

    /// Adds the endpoints of a provider.
    ///
    /// # Errors
    /// Keys are missing, or HTTPS cannot be set up.
    pub fn add(&mut self, provider: &'static str, settings: &Settings) -> Result<(), Error> {
        let endpoints = ProviderEndpoints::new(settings, &self.env).map_err(|error| cannot_log_in(provider, error))?;
        settings.bases().try_for_each(|base| self.client(base).map(drop))?;
        self.providers.insert(provider, endpoints);
        Ok(())
    }

    /// The connection to an endpoint.
    ///
    /// # Errors
    /// There is none; why, for people.
    pub fn to(&self, endpoint: &Endpoint) -> Result<Arc<Connection>, String> {
        let mut made = lock(&self.made);
        if let Some(connection) = made.get(endpoint) {
            return Ok(connection.clone());
        }
        let endpoints = self.providers.get(endpoint.provider);
        let endpoints = endpoints.ok_or_else(|| format!("provider {} is not set up", endpoint.provider))?;
        let (config, credentials) = endpoints.connect(endpoint)?;
        let connection = Arc::new(Connection {
            client: self.client(&config.base).map_err(|error| chain(&error))?,
            rate_limiter: self.rate_limiter(endpoint, &config),
            route: Route::new(&config, &self.env),
            config,
            credentials,
            reads: Renewal::new(),
            writes: Renewal::new(),
            wants_tls: OnceCell::new(),
        });
        made.insert(endpoint.clone(), connection.clone());
        Ok(connection)
    }

    /// What sends requests to an address.
    ///
    /// # Errors
    /// HTTPS cannot be set up.
    fn client(&self, base: &str) -> Result<Client, Error> {
        let is_loopback = is_loopback(base);
        let mut clients = lock(&self.clients);
        if let Some(client) = clients.get(&is_loopback) {
            return Ok(client.clone());
        }
        Ok(clients.entry(is_loopback).or_insert(client(is_loopback, &self.env)?).clone())
    }

    fn rate_limiter(&self, endpoint: &Endpoint, config: &EndpointConfig) -> Arc<RateLimiter> {
        let keys = config.credentials.iter().map(|credential| credential.variable).collect();
        let mut rate_limiters = lock(&self.rate_limiters);
        let counted = (config.base.clone(), keys, endpoint.account.clone());
        rate_limiters.entry(counted).or_insert_with(|| Arc::new(RateLimiter::new(config.limit))).clone()
    }
}

fn is_loopback(base: &str) -> bool {
    Address::parse(base).is_ok_and(|address| address.is_loopback)
}

/// A client; for this machine one that goes through no proxy.
fn client(is_loopback: bool, env: &Env) -> Result<Client, Error> {
    let builder = Client::builder()
        .user_agent(concat!("heeler/", env!("CARGO_PKG_VERSION")))
        .timeout(timeouts::TIMEOUT)
        .connect_timeout(timeouts::CONNECT_TIMEOUT)
        .read_timeout(timeouts::IDLE_TIMEOUT)
        // A redirect would carry the keys to another host.
        .redirect(redirect::Policy::none());
    let builder = if is_loopback { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| certificates_are_there(env).err().unwrap_or_else(|| no_https(error)))
}

/// The library that reads this file says nothing of one that is not there.
fn certificates_are_there(env: &Env) -> Result<(), Error> {
    const VARIABLE: &str = "SSL_CERT_FILE";
    let Some(path) = env.plain(VARIABLE).map(PathBuf::from) else { return Ok(()) };
    let why = match fs::read_to_string(&path) {
        Ok(text) if text.contains("-----BEGIN ") => return Ok(()),
        Ok(_) => "holds no certificate".to_owned(),
        Err(error) => format!("cannot be read: {error}"),
    };
    Err(no_certificates(VARIABLE, &path, &why))
}
