//! How `accounts`, `removed` and `protect` name an account: an AWS account id, or the access key id that a vendor knows it
//! by. What is neither is refused here, with what to write instead.

use crate::model::aws::access_key_id::is_access_key_id;
use crate::model::aws::account_id::is_account_id;
use crate::model::characters::odd_character;
use crate::model::{Diagnostic, Node};

/// An identity as `protect`, `removed` and `accounts` name it: quoted, and if it is all digits, twelve of them.
///
/// # Errors
/// What is wrong with it.
pub fn identity(node: &Node, what: &str) -> Result<String, Box<Diagnostic>> {
    let Some(text) = node.text().filter(|_| !node.is_null()) else {
        let wrong = Diagnostic::error(node.place(), format!("{what} is {}", node.describe()))
            .label("an account id belongs here");
        return Err(Box::new(wrong.help("write twelve digits in quotes: `\"210000000003\"`")));
    };
    let is_account = is_account_id(text);
    if is_access_key_id(text) || is_account && !node.is_plain() {
        return Ok(text.to_owned());
    }
    let numeric = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '_' || c == '-' || c == '.');
    let digits: String = text.chars().filter(char::is_ascii_digit).take(13).collect();
    let written = if digits.len() == 12 {
        format!("write `\"{digits}\"`")
    } else {
        "write the account's id, twelve digits in quotes".to_owned()
    };
    if node.is_plain() && numeric {
        let wrong = Diagnostic::error(node.place(), "an unquoted account id")
            .label("YAML reads this as a number, and eats leading zeros");
        return Err(Box::new(wrong.help(if digits.len() == 12 {
            format!("quote it: `\"{digits}\"`")
        } else {
            written
        })));
    }
    let odd = text.chars().find_map(|c| Some((c, odd_character(c)?)));
    let (label, help) = match odd {
        Some((_, name)) => (format!("there is {name} in it"), written),
        None if text.chars().any(|c| c.is_numeric() && !c.is_ascii()) => {
            ("other digits than 0 to 9".to_owned(), "type the digits anew, in quotes".to_owned())
        }
        None if text.contains("${") => {
            ("names are not filled in here".to_owned(), "write the id itself, twelve digits in quotes".to_owned())
        }
        None if digits.len() == 12 => ("something stands beside the digits".to_owned(), written),
        None if numeric => (
            format!("{} digits", text.chars().filter(char::is_ascii_digit).count()),
            "an AWS account id is twelve digits".to_owned(),
        ),
        None => (
            "not twelve digits".to_owned(),
            format!("{written}, such as `\"210000000003\"`; names are for people and identify nothing"),
        ),
    };
    Err(Box::new(Diagnostic::error(node.place(), "not an AWS account id").label(label).help(help)))
}
