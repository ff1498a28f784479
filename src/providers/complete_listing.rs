//! Checks of answers that every dialect shares: malformed JSON, and signs that a listing is not complete.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::plan::VendorError;
use crate::model::value::is_void;
use crate::model::{Response, json_errors};

/// Fields that say where a listing goes on, unless they are empty. Case and underscores aside.
const NEXT: &[&str] = &[
    "next",
    "nextpage",
    "nextlink",
    "nexturl",
    "nexttoken",
    "nextpagetoken",
    "nextcursor",
    "nextoffset",
    "nextnumber",
    "after",
];
/// Fields that say that it goes on, if they are true.
const MORE: &[&str] =
    &["more", "hasmore", "moreitems", "hasnext", "hasnextpage", "truncated", "istruncated", "incomplete", "partial"];
/// Fields that say how many rows there are.
const TOTAL: &[&str] = &["total", "totalcount", "totalitems", "totalrecords", "totalfilteredcount"];
/// Fields that say how many pages there are.
const PAGES: &[&str] = &["totalpages", "pagecount"];

/// More rows than any organization has.
pub const MAX_ROWS: usize = 1_000_000;

/// The value that an answer, or a part of one, says.
///
/// # Errors
/// It makes no sense.
pub fn parsed<'a, T: Deserialize<'a>>(what: &str, text: &'a [u8]) -> Result<T, VendorError> {
    serde_json::from_slice(text).map_err(|error| unreadable(what, text, &error))
}

fn unreadable(what: &str, text: &[u8], error: &serde_json::Error) -> VendorError {
    VendorError::Unreadable(format!("{what} cannot be read: {}", json_errors::why(text, error)))
}

/// The rows that a listing has under `field`, if nothing in it or around it says that there are more.
///
/// # Errors
/// It is no listing, or not all of one.
pub fn whole<'a>(what: &str, response: &'a Response, field: &str) -> Result<Vec<&'a RawValue>, VendorError> {
    let mut json = serde_json::Deserializer::from_slice(&response.body);
    let read = Listing { field }.deserialize(&mut json).and_then(|listing| json.end().map(|()| listing));
    let (mut lists, beside) = read.map_err(|error| unreadable(what, &response.body, &error))?;
    let wrong = |why: &str| VendorError::Unreadable(format!("{what} {why}"));
    let rows = match (lists.pop(), lists.is_empty()) {
        (Some(rows), true) => rows.all(what)?,
        (Some(_), false) => return Err(wrong(&format!("has `{field}` twice"))),
        (None, _) => return Err(wrong(&format!("has no `{field}`; an empty one has"))),
    };
    if beside.iter().any(|(name, value)| name == "errors" && !is_void(value)) {
        return Err(wrong("says itself that it is not complete"));
    }
    match goes_on(&beside, rows.len()).or_else(|| next_link(response)) {
        Some(why) => Err(wrong(&format!("has further pages, which this version of heeler cannot follow ({why})"))),
        None => Ok(rows),
    }
}

/// Where a `Link` header says that there is more.
pub fn next_link(response: &Response) -> Option<String> {
    let links = response.headers.iter().filter(|(name, _)| name == "link").flat_map(|(_, value)| value.split(','));
    let is_next = |link: &str| {
        link.split(';').skip(1).filter_map(|part| part.trim().split_once('=')).any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').split_whitespace().any(|word| word.eq_ignore_ascii_case("next"))
        })
    };
    links.into_iter().any(is_next).then(|| "Link: rel=\"next\"".to_owned())
}

/// The field that says that there are more rows than these.
fn goes_on(fields: &[(String, Value)], listed: usize) -> Option<String> {
    let mut found = Found { listed: listed as u64, complete: false, sure: None, likely: None };
    fields.iter().for_each(|(name, value)| found.note(name, value, name.clone()));
    found.sure.or(found.likely.filter(|_| !found.complete))
}

struct Found {
    listed: u64,
    /// Whether a total says that these are all.
    complete: bool,
    sure: Option<String>,
    /// A number may be where the next page would begin if there was one.
    likely: Option<String>,
}

impl Found {
    fn note(&mut self, name: &str, value: &Value, path: String) {
        let bare: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let is = |known: &[&str]| known.contains(&bare.as_str());
        match value {
            Value::Object(_) | Value::String(_) if is(NEXT) && !is_void(value) && value != "" => {
                self.sure = self.sure.take().or(Some(path))
            }
            Value::Number(_) if is(NEXT) => self.likely = self.likely.take().or(Some(path)),
            Value::Bool(true) if is(MORE) => self.sure = self.sure.take().or(Some(path)),
            Value::Number(number) if is(TOTAL) => match number.as_u64() {
                Some(total) if total > self.listed => self.sure = self.sure.take().or(Some(path)),
                _ => self.complete = true,
            },
            Value::Number(number) if is(PAGES) && number.as_u64().is_some_and(|pages| pages > 1) => {
                self.sure = self.sure.take().or(Some(path))
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| self.note(name, value, format!("{path}.{name}")))
            }
            _ => {}
        }
    }
}

/// The rows of a list, if they are no more than any organization has: of an answer that has no other end than that of
/// memory nothing is read.
#[derive(Debug)]
pub struct Rows<T>(Option<Vec<T>>);

impl<T> Rows<T> {
    /// None at all.
    pub fn none() -> Self {
        Rows(Some(Vec::new()))
    }

    /// All of them; `what` is the list, for people.
    ///
    /// # Errors
    /// There are more than any organization has.
    pub fn all(self, what: &str) -> Result<Vec<T>, VendorError> {
        let too_many = || VendorError::Unreadable(format!("{what} cannot be read: it holds more than 1,000,000 rows"));
        self.0.ok_or_else(too_many)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Rows<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while rows.len() < MAX_ROWS {
                    let Some(row) = list.next_element()? else { return Ok(Rows(Some(rows))) };
                    rows.push(row);
                }
                let mut is_too_long = false;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    is_too_long = true;
                }
                Ok(Rows((!is_too_long).then_some(rows)))
            }
        }
        deserializer.deserialize_seq(Each(PhantomData))
    }
}

/// An object: the rows it has under `field`, each time it has it, and its other fields in their order, doubles included.
struct Listing<'f> {
    field: &'f str,
}

impl<'de> DeserializeSeed<'de> for Listing<'_> {
    type Value = (Vec<Rows<&'de RawValue>>, Vec<(String, Value)>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Listing<'_> {
    type Value = (Vec<Rows<&'de RawValue>>, Vec<(String, Value)>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut lists, mut beside) = (Vec::new(), Vec::new());
        while let Some(name) = map.next_key::<String>()? {
            if name == self.field {
                lists.push(map.next_value()?);
            } else {
                beside.push((name, map.next_value()?));
            }
        }
        Ok((lists, beside))
    }
}
