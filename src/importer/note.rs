//! What is said above an entry about fields of it, as data: what was left out and why, what is live otherwise than
//! somebody else says. Warnings count these; their words stand in the one `Display` here.

use std::fmt;

use serde_json::Value;

use crate::model::value::inline;

/// The keys that lead to a field, of which the first is the provider's once the note is about an entry.
pub type NotePath = Vec<String>;

/// Something that is said above an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// The account is declared already, there, and this many of its fields are different live.
    DeclaredAt {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// How many fields differ.
        differing: usize,
    },
    /// A config cannot say what is live in these fields.
    LeftOut {
        /// Which: one, or those that exclude each other.
        fields: Vec<NotePath>,
        /// Why.
        why: String,
    },
    /// What is live is written, and somebody else says something else.
    LiveDiffers {
        /// Which field.
        field: NotePath,
        /// What is live.
        live: Option<Value>,
        /// What they say.
        said: Option<Value>,
        /// Who says so, for people.
        whose: &'static str,
    },
    /// A field that the config does not manage, which a rule couples with one that it does.
    NeededByRule {
        /// Which field.
        field: NotePath,
    },
    /// A managed field in which nothing is live, and nothing that can be written means so.
    NothingLive {
        /// Which field.
        field: NotePath,
    },
}

impl Note {
    /// One field is left out.
    pub fn left_out(field: &[String], why: impl Into<String>) -> Self {
        Note::LeftOut { fields: vec![field.to_vec()], why: why.into() }
    }

    /// The same note, its fields below these keys.
    pub fn below(mut self, place: &[String]) -> Self {
        match &mut self {
            Note::DeclaredAt { file: _, line: _, differing: _ } => {}
            Note::LeftOut { fields, why: _ } => {
                fields.iter_mut().for_each(|field| drop(field.splice(0..0, place.iter().cloned())));
            }
            Note::LiveDiffers { field, .. } | Note::NeededByRule { field } | Note::NothingLive { field } => {
                field.splice(0..0, place.iter().cloned());
            }
        }
        self
    }

    /// Whether it is about this field.
    pub fn is_about(&self, path: &[String]) -> bool {
        match self {
            Note::DeclaredAt { file: _, line: _, differing: _ } => false,
            Note::LeftOut { fields, why: _ } => fields.iter().any(|field| field == path),
            Note::LiveDiffers { field, .. } | Note::NeededByRule { field } | Note::NothingLive { field } => {
                field == path
            }
        }
    }
}

/// As a comment says it.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::DeclaredAt { file, line, differing } => {
                write!(f, "Declared at {file}:{line}; ")?;
                match differing {
                    0 => f.write_str("nothing differs")?,
                    1 => f.write_str("1 field differs")?,
                    many => write!(f, "{many} fields differ")?,
                }
                f.write_str(". This is what is live of what it manages.")
            }
            Note::LeftOut { fields, why } => {
                let is = if fields.len() == 1 { "is" } else { "are" };
                let fields: Vec<String> = fields.iter().map(|field| field.join(".")).collect();
                write!(f, "{} {is} left out: {why}", fields.join(", "))
            }
            Note::LiveDiffers { field, live, said, whose } => {
                let shown =
                    |value: &Option<Value>, nothing: &str| value.as_ref().map_or_else(|| nothing.to_owned(), inline);
                let (live, said) = (shown(live, "not set"), shown(said, "nothing"));
                write!(f, "{} is {live}, and stays so; {whose} says {said}.", field.join("."))
            }
            Note::NeededByRule { field } => write!(f, "{} is new here: a rule needs it", field.join(".")),
            Note::NothingLive { field } => {
                write!(f, "{} is not there: leave it out, or declare what it shall be.", field.join("."))
            }
        }
    }
}
