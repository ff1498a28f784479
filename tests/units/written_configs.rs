//! Configs out of the schemas of all providers, with something else in one place now and then.

use heeler::model::schema::additions::adding_to;
use heeler::model::schema::{BlockSchema, FieldSchema, FieldType, TextFormat, ValueType};
use heeler::providers;

/// A source of numbers that is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const JUNK: &[&str] = &[
    "null",
    "true",
    "7",
    "-1",
    "1.5",
    "word",
    "''",
    "'7'",
    "[]",
    "{}",
    "[x]",
    "[null]",
    "[[x]]",
    "{x: y}",
    "[{x: y}]",
    "5000000000",
    "yes",
    "' x '",
    "[a, '']",
    "['a b']",
    "xx-nope-1",
    "'eu-central-1 '",
    "AKIA12",
    "{env: X}",
    "{env: '1'}",
    "'${name}'",
    "{env: A, b: c}",
    "'arn:aws:iam::210000000001:role/'",
    "'arn:aws:iam::21:role/x'",
    "[a:b, c, d:]",
];

/// What may stand in a block, in YAML, with something else in its place now and then.
pub struct Writer {
    dice: Dice,
    /// One in so many values is something else.
    wrong: usize,
    /// Whether `KEY+` can add to what a layer below says.
    adds: bool,
}

impl Writer {
    pub fn new(seed: u64, wrong: usize) -> Self {
        Writer { dice: Dice(seed), wrong, adds: false }
    }

    fn block(&mut self, block: &BlockSchema) -> String {
        if self.dice.below(self.wrong) == 0 {
            return self.dice.of(JUNK).to_owned();
        }
        let arm = if block.arms.is_empty() { 0 } else { self.dice.below(block.arms.len()) };
        let mut entries = Vec::new();
        for (name, field) in block.fields.iter() {
            let in_another = block.is_in_arm(name) && !block.arms[arm].contains(&name);
            if in_another && self.dice.below(self.wrong) > 0 {
                continue;
            }
            if self.dice.below(if field.required { self.wrong } else { 2 }) > 0 {
                let key = self.key(field);
                entries.push(format!("{key}: {}", self.field(field)));
                if self.dice.below(self.wrong) == 0 {
                    entries.push(format!("{}: {}", adding_to(name), self.field(field)));
                }
            }
        }
        if self.dice.below(self.wrong) == 0 {
            entries.push(format!("unheard_of: {}", self.dice.of(JUNK)));
        }
        format!("{{{}}}", entries.join(", "))
    }

    /// The field's name, or `KEY+` where a layer can add to it.
    fn key(&mut self, field: &FieldSchema) -> String {
        let adds = self.adds && field.field_type.takes_additions() && self.dice.below(2) == 0;
        if adds { adding_to(field.name) } else { field.name.to_owned() }
    }

    fn field(&mut self, field: &FieldSchema) -> String {
        if self.dice.below(self.wrong) == 0 {
            return self.dice.of(JUNK).to_owned();
        }
        match field.field_type {
            FieldType::Value(ValueType::Bool) => self.dice.of(&["true", "false"]).to_owned(),
            FieldType::Value(ValueType::UInt { min, .. }) => (min + self.dice.below(50) as u64).to_string(),
            FieldType::Value(ValueType::Enum(words)) => self.dice.of(words).to_owned(),
            FieldType::Value(ValueType::Map { .. }) => self.dice.of(&["{}", "{a: b}", "{a: b, c: d}"]).to_owned(),
            FieldType::Value(ValueType::Secret) => "{env: SOME_SECRET}".to_owned(),
            FieldType::Value(ValueType::Text(format)) => self.text(format, field),
            FieldType::Value(ValueType::List(format)) | FieldType::Set(format) => {
                let items: Vec<String> = (0..self.dice.below(3)).map(|_| self.text(format, field)).collect();
                format!("[{}]", items.join(", "))
            }
            FieldType::Switches(_) => self.dice.of(&["{}", "{ec2: true}", "{sqs: false, rds: true}"]).to_owned(),
            FieldType::Keyed { item, .. } => {
                let around = std::mem::replace(&mut self.adds, false);
                let rows: Vec<String> = (0..self.dice.below(3)).map(|_| self.block(item)).collect();
                self.adds = around;
                format!("[{}]", rows.join(", "))
            }
            FieldType::Block(block) => self.block(block),
        }
    }

    fn text(&mut self, format: TextFormat, field: &FieldSchema) -> String {
        let listed = [field.legal_values, field.examples, format.known()].into_iter().find(|words| !words.is_empty());
        let text = match (listed, format) {
            (Some(words), _) => self.dice.of(words),
            (None, TextFormat::LambdaArn) => "arn:aws:lambda:eu-west-1:210000000001:function:dd",
            (None, TextFormat::RoleArn) => "arn:aws:iam::${aws_account_id}:role/path/r",
            (None, TextFormat::AccessKeyId) => "AKIAEXAMPLE00000001",
            (None, TextFormat::Tag | TextFormat::TagPattern) => self.dice.of(&["env:prod", "team:a"]),
            (None, TextFormat::MetricPattern) => "aws.ec2.*",
            (None, _) => self.dice.of(&["text", "some-name", "x"]),
        };
        format!("\"{text}\"")
    }

    /// A whole config.
    pub fn config(&mut self) -> String {
        let mut parts = vec!["version: 1".to_owned()];
        let maybe = |writer: &mut Self| writer.dice.below(3) == 0;
        let settings: Vec<String> = providers::ALL
            .iter()
            .map(|provider| format!("{}: {}", provider.name(), self.block(provider.settings_block())))
            .collect();
        parts.push(format!("providers: {{{}}}", settings.join(", ")));
        if maybe(self) {
            parts.push(format!("ownership: {}", self.dice.of(&["declared", "exclusive", "mine", "7"])));
        }
        if maybe(self) {
            parts.push(format!(
                "protect: [{}]",
                self.dice.of(&["", "\"210000000001\"", "AKIAEXAMPLE00000001", "21", "x"])
            ));
        }
        if maybe(self) {
            parts.push(format!(
                "limits: {}",
                self.dice.of(&[
                    "{creates: 3}",
                    "{removals: 2}",
                    "{costly: 4, updates: 0}",
                    "{deletes: -1}",
                    "{creates: '3'}",
                    "7"
                ])
            ));
        }
        if maybe(self) {
            parts.push(format!("defaults: {}", self.layer()));
        }
        if maybe(self) {
            self.adds = true;
            parts.push(format!("profiles: {{p: {}}}", self.layer()));
        }
        self.adds = true;
        let accounts: Vec<String> = (0..self.dice.below(3)).map(|at| self.account(at)).collect();
        self.adds = false;
        parts.push(format!("accounts: [{}]", accounts.join(", ")));
        if maybe(self) {
            let removed = self.dice.of(&[
                "{aws_account_id: \"210000000009\", reason: gone}",
                "{access_key_id: AKIAEXAMPLE00000001, reason: gone}",
                "{reason: gone}",
                "{aws_account_id: \"210000000009\"}",
                "{aws_account_id: \"210000000009\", reason: gone, from: []}",
                "{aws_account_id: \"210000000009\", reason: gone, from: [wavefront.ec2], wavefront: {skip_trash: true}}",
                "{aws_account_id: \"210000000009\", reason: gone, from: [nobody]}",
                "{aws_account_id: \"210000000009\", reason: gone, wavefront: {skip_trash: 1}}",
            ]);
            parts.push(format!("removed: [{removed}]"));
        }
        parts.join("\n")
    }

    fn layer(&mut self) -> String {
        let mut entries = Vec::new();
        for provider in providers::ALL.iter().filter(|_| self.dice.below(2) == 0).collect::<Vec<_>>() {
            entries.push(format!("{}: {}", provider.name(), self.block(provider.block())));
        }
        if self.dice.below(4) == 0 {
            entries.push(format!("aws_partition: {}", self.dice.of(&["aws", "aws-cn", "aws-us-gov", "aws-gov"])));
        }
        entries.extend(self.vars());
        format!("{{{}}}", entries.join(", "))
    }

    fn vars(&mut self) -> Option<String> {
        let right = ["{}", "{a: b}", "{a-b: x, _c: \"7\"}", "{a: ''}"];
        let wrong = ["{a: 7}", "{1a: b}", "{a.b: c}", "{a: [b]}", "{a: }", "x", "[a]"];
        let is_wrong = self.dice.below(self.wrong) < 4;
        (self.dice.below(3) == 0).then(|| format!("vars: {}", self.dice.of(if is_wrong { &wrong } else { &right })))
    }

    fn account(&mut self, at: usize) -> String {
        let mut entries = vec![format!("aws_account_id: \"21000000000{at}\"")];
        let provider = providers::ALL[self.dice.below(providers::ALL.len())];
        let block = self.block(provider.block());
        // By its length, so that the dice fall as they did.
        let says = match block.len() % 12 {
            0 => "{read_only: x, ",
            1 => "{read_only: , ",
            2 | 3 => "{read_only: true, ",
            4 => "{read_only: false, ",
            _ => "{",
        };
        entries.push(format!("{}: {}", provider.name(), block.replacen('{', says, 1)));
        if self.dice.below(3) == 0 {
            let hold = self.dice.of(&[
                "{reason: x}",
                "{reason: x, until: \"2030-01-31\"}",
                "{until: soon}",
                "{reason: x, until: soon}",
                "x",
            ]);
            entries.push(format!("hold: {hold}"));
        }
        entries.extend(self.vars());
        if self.dice.below(3) == 0 {
            let paths = self.dice.of(&[
                "[datadog]",
                "[datadog.logs_config]",
                "[datadog_v1.account_specific_namespace_rules.ec2]",
                "[datadog.auth_config.secret_access_key.env]",
                "[wavefront.ec2.name]",
                "[nobody.x]",
                "[datadog.account_tags.x]",
                "[7]",
            ]);
            entries.push(format!("unmanaged: {paths}"));
        }
        format!("{{{}}}", entries.join(", "))
    }
}
