//! What stands between heeler and its vendor, and has bad days on demand.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{ACCOUNTS, forward, parrot};

/// What every request of a run meets, or the one it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// 403, whatever is asked.
    Denied,
    /// 403 to the question whose keys these are.
    NobodysKeys,
    /// 403 to one of the catalogs.
    CatalogDenied,
    /// 401 to the listing.
    LoggedOut,
    /// 503 for longer than a read is tried.
    Down,
    /// A page of something else, as if it were the answer.
    Html,
    /// A redirect to a login.
    Login,
    /// A listing that ends in the middle, at the end of a block.
    Truncated,
    /// A listing of which one row, which nobody declares, has no id.
    BadRow,
    /// A listing that has such a row twice.
    Twice,
    /// A listing that says itself that rows are missing.
    Partial,
    /// One 502 that is over when it is asked again.
    Hiccup,
}

impl Trouble {
    pub const ALL: [Trouble; 12] = [
        Trouble::Denied,
        Trouble::NobodysKeys,
        Trouble::CatalogDenied,
        Trouble::LoggedOut,
        Trouble::Down,
        Trouble::Html,
        Trouble::Login,
        Trouble::Truncated,
        Trouble::BadRow,
        Trouble::Twice,
        Trouble::Partial,
        Trouble::Hiccup,
    ];

    /// Whether everything that is declared is read all the same: a read that is tried again gets through, and a bad row
    /// is one bad row.
    pub fn heals(self) -> bool {
        matches!(self, Trouble::Hiccup | Trouble::BadRow | Trouble::Twice)
    }
}

/// A vendor that is another one, with what befalls it on the way.
pub struct Between {
    pub url: String,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

impl Between {
    pub fn heeler_and(vendor: &str) -> Self {
        let trouble = Arc::new(Mutex::new(None));
        let (vendor, mine) = (vendor.to_owned(), trouble.clone());
        Between { url: parrot(move |said| answer(&vendor, said, &mut mine.lock().unwrap())), trouble }
    }

    /// From now on.
    pub fn suffers(&self, trouble: Option<Trouble>) {
        *self.trouble.lock().unwrap() = trouble;
    }
}

fn answer(vendor: &str, said: &str, trouble: &mut Option<Trouble>) -> String {
    let refused = |status: &str| format!("{status}\r\n\r\n{}", json!({ "errors": ["not now"] }));
    let asks = |path: &str| said.starts_with(&format!("GET {path}"));
    let listing = asks(&format!("{ACCOUNTS} "));
    match trouble {
        Some(Trouble::Denied) => refused("403 Forbidden"),
        Some(Trouble::NobodysKeys) if asks("/api/v2/current_user") => refused("403 Forbidden"),
        Some(Trouble::CatalogDenied) if asks("/api/v2/integration/aws/available_namespaces") => {
            refused("403 Forbidden")
        }
        Some(Trouble::LoggedOut) if listing => refused("401 Unauthorized"),
        Some(Trouble::Down) if listing => refused("503 Service Unavailable\r\nRetry-After: 90"),
        Some(Trouble::Html) if listing => {
            "200 OK\r\n\r\n<!DOCTYPE html><html><body>Please wait</body></html>".to_owned()
        }
        Some(Trouble::Login) if listing => "302 Found\r\nLocation: https://login.example/\r\n\r\n".to_owned(),
        Some(Trouble::Hiccup) if listing => {
            *trouble = None;
            refused("502 Bad Gateway")
        }
        Some(spoilt @ (Trouble::Truncated | Trouble::BadRow | Trouble::Twice | Trouble::Partial)) if listing => {
            let (head, body) = forward(vendor, said);
            format!("{head}\r\n\r\n{}", spoil(&body, *spoilt))
        }
        _ => {
            let (head, body) = forward(vendor, said);
            format!("{head}\r\n\r\n{body}")
        }
    }
}

fn spoil(listing: &str, how: Trouble) -> String {
    if how == Trouble::Truncated {
        // Behind a row's inner block: what ends with a brace does not look cut off.
        return listing[..=listing.rfind("}}").unwrap()].to_owned();
    }
    let mut listing: Value = serde_json::from_str(listing).unwrap();
    let rows = listing["data"].as_array_mut().unwrap();
    let count = rows.len();
    let nobodys = rows.iter().position(|row| row["attributes"]["aws_account_id"] == "900000000002").unwrap();
    match how {
        Trouble::BadRow => drop(rows[nobodys].as_object_mut().unwrap().remove("id")),
        Trouble::Twice => rows.push(rows[nobodys].clone()),
        _ => {
            rows.truncate(count / 2);
            listing["meta"] = json!({ "page": { "total_count": count } });
        }
    }
    listing.to_string()
}
