//! The forms that single values have: ARNs, regions, tags, roles, keys, patterns. AWS's and the tags' forms; no
//! vendor's.

use crate::model::aws::Arn;
use crate::model::aws::access_key_id::is_access_key_id;
use crate::model::aws::account_id::is_account_id;
use crate::model::aws::partition::PARTITIONS;
use crate::model::aws::region::{REGIONS, is_region, partition_of};
use crate::model::characters::{is_invisible, odd_character};
use crate::model::schema::TextFormat;

/// What is to be said about a value.
pub enum FormatCheck {
    /// Nothing.
    Fine,
    /// It is refused.
    Wrong {
        /// One line, naming the thing.
        title: &'static str,
        /// Why.
        label: String,
        /// What to write instead.
        help: String,
    },
    /// It is refused where it would be new to the account: vendors hold values of other forms than the one that is
    /// meant here.
    UnlessHeld {
        /// One line, naming the thing.
        title: &'static str,
        /// Why.
        label: String,
        /// What to write instead.
        help: String,
    },
    /// It is let through with a word where it would be new to the account.
    OddIfNew {
        /// One line, naming the thing.
        title: &'static str,
        /// Why.
        label: String,
        /// What to write instead.
        help: String,
    },
    /// It is let through with a word.
    Odd {
        /// One line, naming the thing.
        title: &'static str,
        /// Why.
        label: String,
        /// What to write instead.
        help: String,
    },
}

fn unless_held<L: Into<String>, H: Into<String>>(title: &'static str, label: L, help: H) -> FormatCheck {
    FormatCheck::UnlessHeld { title, label: label.into(), help: help.into() }
}

fn wrong<L: Into<String>, H: Into<String>>(title: &'static str, label: L, help: H) -> FormatCheck {
    FormatCheck::Wrong { title, label: label.into(), help: help.into() }
}

fn odd(title: &'static str, label: impl Into<String>, help: impl Into<String>) -> FormatCheck {
    FormatCheck::Odd { title, label: label.into(), help: help.into() }
}

/// Judges `text` as a value of this format.
pub fn judge(format: TextFormat, text: &str, partition: Option<&str>) -> FormatCheck {
    // What AWS gives a form to has no control characters anywhere; vendors keep them in other texts.
    let is_aws_form = matches!(
        format,
        TextFormat::LambdaArn
            | TextFormat::Region
            | TextFormat::RoleName
            | TextFormat::RoleArn
            | TextFormat::AccessKeyId
    );
    if text.is_empty() && format != TextFormat::Clearable {
        let refused = if format == TextFormat::Any { unless_held } else { wrong };
        return refused("an empty value", "nothing between the quotes", "leave the key or the item out");
    }
    if has_control_characters(text) {
        let refused = if is_aws_form { wrong } else { unless_held };
        return refused(
            "a control character in a value",
            "a line break or another invisible character",
            "write the value on one line",
        );
    }
    match format {
        TextFormat::LambdaArn => lambda_arn(text, partition),
        TextFormat::Region => region(text, partition),
        TextFormat::Tag => tag(text, true),
        TextFormat::TagPattern => tag(text.strip_prefix('!').unwrap_or(text), false),
        TextFormat::RoleName => role_name(text),
        TextFormat::RoleArn => role_arn(text, partition),
        TextFormat::AccessKeyId => access_key_id(text),
        TextFormat::MetricPattern => metric_pattern(text),
        TextFormat::Any | TextFormat::Clearable | TextFormat::Catalog { .. } if text.trim() != text => {
            unless_held("spaces around a value", "they would be sent as they are", format!("write `{}`", text.trim()))
        }
        TextFormat::Any | TextFormat::Clearable | TextFormat::Catalog { .. } => FormatCheck::Fine,
    }
}

fn has_control_characters(text: &str) -> bool {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_control());
    }
    text.chars().any(char::is_control)
}

fn lambda_arn(text: &str, partition: Option<&str>) -> FormatCheck {
    const TITLE: &str = "not the ARN of a Lambda function";
    const HELP: &str = "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`";
    let parts: Vec<&str> = text.split(':').collect();
    let [arn, own, service, region_name, account, kind, name, ..] = parts[..] else {
        return wrong(TITLE, format!("{} of the 7 parts an ARN has", parts.len()), HELP);
    };
    let problem = match () {
        () if text.chars().any(char::is_whitespace) => "there is a space in it".to_owned(),
        () if arn != "arn" => "it does not begin with `arn:`".to_owned(),
        () if !PARTITIONS.contains(&own) => format!("`{own}` is not an AWS partition"),
        () if service != "lambda" => format!("it names service `{service}`"),
        () if !is_region(region_name) => format!("`{region_name}` is not a region"),
        () if account.is_empty() || !account.chars().all(|c| c.is_ascii_digit()) => {
            format!("`{account}` is not an account id")
        }
        () if kind != "function" => format!("`{kind}` stands where `function` belongs"),
        () if name.is_empty() => "the function's name is missing".to_owned(),
        () if partition.is_some_and(|partition| partition != own) => {
            return odd(
                "an ARN in another partition",
                format!("partition {own}"),
                format!("this account is in {}", partition.unwrap_or_default()),
            );
        }
        () if account.len() != 12 => {
            return odd(
                "an odd account id in an ARN",
                format!("{} digits", account.len()),
                "an AWS account id is twelve digits",
            );
        }
        () => return FormatCheck::Fine,
    };
    wrong(TITLE, problem, HELP)
}

fn region(text: &str, partition: Option<&str>) -> FormatCheck {
    let near = || crate::model::diagnostic::did_you_mean(text, REGIONS.iter().copied());
    if !is_region(text) {
        return wrong(
            "not an AWS region",
            "a region looks like eu-central-1",
            near().unwrap_or_else(|| "write a region such as `eu-central-1`".to_owned()),
        );
    }
    if !REGIONS.contains(&text) {
        let label = format!("heeler knows no `{text}`: if this is a slip, the region that was meant is missing here");
        let newer = "a region that AWS has opened since this heeler was built is sent as it is written";
        let help = near().map_or_else(|| newer.to_owned(), |near| format!("{near} If not: {newer}"));
        return odd("an unknown AWS region", label, help);
    }
    let home = partition_of(text);
    match partition {
        Some(partition) if partition != home => odd(
            "a region of another partition",
            format!("{text} is in {home}"),
            format!("this account is in {partition}"),
        ),
        _ => FormatCheck::Fine,
    }
}

fn tag(text: &str, on_telemetry: bool) -> FormatCheck {
    const MAX_LENGTH: usize = 200;
    let looks_like_none =
        |c: &char| !c.is_ascii() && (c.is_whitespace() || is_invisible(*c) || matches!(c, '\u{ff0c}' | '\u{ff1a}'));
    let odd_one = text.chars().find(looks_like_none).and_then(odd_character);
    let problem = match () {
        () if odd_one.is_some() => format!("there is {} in it", odd_one.unwrap_or_default()),
        () if text.chars().any(char::is_whitespace) => "there is a space in it".to_owned(),
        () if text.contains(',') => "a comma separates tags: this is more than one".to_owned(),
        () if text.starts_with(':') => "the key is missing".to_owned(),
        () if text.ends_with(':') => "the value is missing".to_owned(),
        () if text.chars().count() > MAX_LENGTH => "longer than 200 characters".to_owned(),
        () if on_telemetry && !text.contains(':') => {
            let (label, help) = ("not of the form key:value".to_owned(), tag_help(text));
            let help = format!("{help}; if it is meant so, leave it: once an account has it, plan is silent about it");
            return FormatCheck::OddIfNew { title: "a tag without a value", label, help };
        }
        () => return FormatCheck::Fine,
    };
    unless_held("a malformed tag", problem, tag_help(text))
}

/// What to write in place of a malformed tag, or of several with commas between.
fn tag_help(text: &str) -> String {
    let meant: Option<Vec<String>> = text.split(',').map(tag_meant).collect();
    let meant = meant.map(|tags| tags.into_iter().map(|tag| format!("`{tag}`")).collect::<Vec<_>>().join(" and "));
    meant.map_or("write `key:value`".to_owned(), |meant| format!("write {meant}"))
}

/// The tag that a malformed one was most likely meant to be.
fn tag_meant(text: &str) -> Option<String> {
    let text: String =
        text.chars().filter(|c| !is_invisible(*c)).map(|c| if c == '\u{ff1a}' { ':' } else { c }).collect();
    let (key, value) = text.split_once(':').or_else(|| text.split_once('='))?;
    let (key, value) = (key.trim(), value.trim());
    let is_word = |word: &str| !word.is_empty() && word.len() < 100 && word.chars().all(|c| !c.is_whitespace());
    (is_word(key) && is_word(value)).then(|| format!("{key}:{value}"))
}

fn role_name(text: &str) -> FormatCheck {
    const TITLE: &str = "not the name of an IAM role";
    if let Some((_, name)) = text.split_once(":role/") {
        return wrong(TITLE, "this is an ARN", format!("write only the name: `{name}`"));
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c);
    match text.chars().find(|c| !legal(*c)) {
        Some(c) => wrong(TITLE, format!("`{c}` cannot stand in it"), "letters, digits and `+=,.@-_/`"),
        None if text.len() > 576 => wrong(TITLE, "longer than 576 characters", "shorten it"),
        None => FormatCheck::Fine,
    }
}

fn role_arn(text: &str, partition: Option<&str>) -> FormatCheck {
    const TITLE: &str = "not the ARN of an IAM role";
    const HELP: &str = "write `arn:aws:iam::ACCOUNT:role/NAME`";
    let Some(Arn { partition: own, service: "iam", region: "", account, resource }) = Arn::parse(text) else {
        return wrong(TITLE, "it does not begin as `arn:aws:iam::` and an account id do", HELP);
    };
    let name = resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    match name {
        _ if !PARTITIONS.contains(&own) => wrong(TITLE, format!("`{own}` is not an AWS partition"), HELP),
        _ if !is_account_id(account) => wrong(TITLE, format!("`{account}` is not an account id"), HELP),
        None | Some("") => wrong(TITLE, "it names no role", HELP),
        Some(_) if resource.chars().any(|c| !c.is_ascii_graphic()) => {
            wrong(TITLE, "there is a space in it, or another odd character", HELP)
        }
        Some(_) if partition.is_some_and(|partition| partition != own) => wrong(
            "an ARN in another partition",
            format!("partition {own}"),
            format!("this account is in {}", partition.unwrap_or_default()),
        ),
        Some(_) => FormatCheck::Fine,
    }
}

fn access_key_id(text: &str) -> FormatCheck {
    if is_access_key_id(text) {
        FormatCheck::Fine
    } else {
        wrong(
            "not an AWS access key id",
            "it begins with AKIA, then at least 12 capitals and digits",
            "copy it from IAM; the secret belongs under `secret_access_key`",
        )
    }
}

fn metric_pattern(text: &str) -> FormatCheck {
    const TITLE: &str = "not a metric name pattern";
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '*');
    match text.chars().find(|c| !legal(*c)) {
        Some(c) => unless_held(
            TITLE,
            format!("`{c}` cannot stand in it"),
            "lower-case letters, digits, `.`, `_` and `*`, as in `aws.ec2.network_in`",
        ),
        None => FormatCheck::Fine,
    }
}
