//! Answers of somebody who is not the vendor's API: a proxy's page, a login, a redirect.

use serde::de::IgnoredAny;
use url::Url;

use super::unreached::Route;
use crate::model::settings::Protocol;
use crate::model::{EndpointConfig, Failure, Response};

/// The longest address of a redirect that is repeated, in characters.
const MAX_ADDRESS_LENGTH: usize = 200;

/// A good answer, unless it is a web page.
///
/// # Errors
/// It is a page.
pub fn not_a_page(response: Response, what: String, config: &EndpointConfig) -> Result<Response, Failure> {
    if !is_page(&response.body, config.protocol) {
        return Ok(response);
    }
    let variable = config.host_variable;
    let why = format!(
        "{} came with a web page; is a proxy in between that wants a login, or is {variable} another server?",
        response.status
    );
    Err(Failure::NotTheVendor { what, why })
}

/// A refusal that does not lead elsewhere. Redirects are not followed, since the keys would go along.
///
/// # Errors
/// It does.
pub fn not_a_redirect(
    response: Response,
    what: String,
    config: &EndpointConfig,
    route: &Route,
) -> Result<Response, Failure> {
    if !(300..400).contains(&response.status) {
        return Ok(or_another_server(without_page(response, config), route));
    }
    let variable = config.host_variable;
    let to = response.header("location").map_or_else(|| "elsewhere".to_owned(), |to| format!("to {}", shown(to)));
    let status = response.status;
    let why = format!(
        "{status} redirects {to}, and redirects are not followed, since the keys would go along; is {variable} right, or a proxy in between?"
    );
    Err(Failure::NotTheVendor { what, why })
}

/// A refusal, in which a web page is its title alone.
fn without_page(response: Response, config: &EndpointConfig) -> Response {
    if !is_page(&response.body, config.protocol) {
        return response;
    }
    let text = String::from_utf8_lossy(&response.body);
    let title = text
        .split_once("<title>")
        .and_then(|(_, rest)| rest.split_once("</title>"))
        .map_or("", |(title, _)| title.trim());
    let said: String =
        title.chars().take(MAX_ADDRESS_LENGTH).filter(|c| !c.is_control() && !"<>".contains(*c)).collect();
    let page = if said.is_empty() { "a web page".to_owned() } else { format!("a web page titled {said}") };
    let body = format!("{page}; is a proxy in between, or is {} another server?", config.host_variable).into_bytes();
    Response { body, ..response }
}

/// A 404 in words that no API has: where a variable names the host, it may be another server's. Below a path that the
/// variable names, any answer that there is no such thing may be about that path.
fn or_another_server(response: Response, route: &Route) -> Response {
    let is_json = serde_json::from_slice::<IgnoredAny>(&response.body).is_ok();
    let Some(variable) = route.variable else { return response };
    let below = match &route.path {
        Some(path) if matches!(response.status, 404 | 405 | 501) => format!(" Requests go below its path {path}"),
        None if response.status == 404 && !is_json => String::new(),
        _ => return response,
    };
    let said = String::from_utf8_lossy(&response.body);
    let said: String = said.trim().chars().take(MAX_ADDRESS_LENGTH).collect();
    Response { body: format!("{said}; is {variable} right?{below}").into_bytes(), ..response }
}

/// Whether a body is a web page: markup, where none belongs.
fn is_page(body: &[u8], protocol: Protocol) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii_start();
    let begins = |with: &str| body.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    match protocol {
        Protocol::Json | Protocol::AwsJson => begins("<"),
        Protocol::AwsQuery => begins("<!doctype html") || begins("<html"),
    }
}

/// Where a redirect leads, without what may be a secret: user, password, query.
fn shown(location: &str) -> String {
    let to = match Url::parse(location) {
        Ok(url) => format!("{}{}", url.origin().ascii_serialization(), url.path()),
        Err(_) => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    to.chars().take(MAX_ADDRESS_LENGTH).collect()
}
