//! Checks of answers that every dialect shares: malformed JSON, and signs that a listing is not complete.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
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
pub const MOST_ROWS: usize = 1_000_000;
/// What is said of a list that holds more.
const TOO_MANY: &str = "too many rows";

/// The value that an answer, or a part of one, says.
///
/// # Errors
/// It makes no sense.
pub fn parsed<'a, T: Deserialize<'a>>(what: &str, text: &'a [u8]) -> Result<T, VendorError> {
    serde_json::from_slice(text).map_err(|error| {
        let too_many = error.to_string().starts_with(TOO_MANY);
        let why =
            if too_many { "it holds more than 1,000,000 rows".to_owned() } else { json_errors::why(text, &error) };
        VendorError::Unreadable(format!("{what} cannot be read: {why}"))
    })
}

/// A status that is not the success that was asked for, in the vendor's words.
pub fn said(vendor: &str, status: u16, words: &str) -> String {
    match (words, status) {
        ("", 200..=299) => format!("{vendor} answered {status}, which is no answer to this request"),
        ("", _) => format!("{vendor} answered {status}"),
        (words, _) => format!("{vendor} answered {status}: {words}"),
    }
}

/// The rows that a listing has under `field`, if nothing in it or around it says that there are more.
///
/// # Errors
/// It is no listing, or not all of one.
pub fn whole<'a>(what: &str, response: &'a Response, field: &str) -> Result<Vec<&'a RawValue>, VendorError> {
    let Fields(fields) = parsed(what, &response.body)?;
    let wrong = |why: &str| VendorError::Unreadable(format!("{what} {why}"));
    let mut lists = fields.iter().filter(|(name, _)| name == field);
    let (list, other) = (lists.next(), lists.next());
    let (Some((_, list)), None) = (list, other) else {
        let why = if other.is_some() {
            format!("has `{field}` twice")
        } else {
            format!("has no `{field}`; an empty one has")
        };
        return Err(wrong(&why));
    };
    let Rows(rows) = parsed::<Rows<&RawValue>>(what, list.get().as_bytes())?;
    let mut beside = Vec::new();
    for (name, value) in fields.iter().filter(|(name, _)| name != field) {
        beside.push((name.as_str(), parsed::<Value>(what, value.get().as_bytes())?));
    }
    if beside.iter().any(|(name, value)| *name == "errors" && !is_void(value)) {
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
fn goes_on(fields: &[(&str, Value)], listed: usize) -> Option<String> {
    let mut found = Found { listed: listed as u64, complete: false, sure: None, likely: None };
    fields.iter().for_each(|(name, value)| found.look(name, value, name.to_string()));
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
    fn look(&mut self, name: &str, value: &Value, path: String) {
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
                fields.iter().for_each(|(name, value)| self.look(name, value, format!("{path}.{name}")))
            }
            _ => {}
        }
    }
}

/// The rows of a list, if they are no more than any organization has: of an answer that has no other end than that of
/// memory nothing is read.
#[derive(Debug)]
pub struct Rows<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = list.next_element()? {
                    if rows.len() == MOST_ROWS {
                        return Err(A::Error::custom(TOO_MANY));
                    }
                    rows.push(row);
                }
                Ok(rows)
            }
        }
        deserializer.deserialize_seq(Each(PhantomData)).map(Rows)
    }
}

/// The fields of an object in their order, doubles included.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Each).map(Fields)
    }
}
