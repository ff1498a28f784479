//! The same config in layers: lists begun in one profile and added to by another and by the entry, texts with variables
//! in them. It asks for exactly what the flat one asks for.

use heeler::model::schema::additions::adding_to;
use heeler::model::schema::{BlockSchema, FieldSchema, FieldType, ValueType};
use heeler::providers::Provider;
use serde_json::{Map, Value, json};

/// A source of numbers that a seed determines.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// A flat config, as `generate::config` writes one, in layers.
pub fn layered(provider: &dyn Provider, flat: &str, seed: u64) -> String {
    let mut config: Value = serde_json::from_str(flat).expect("JSON");
    let mut dice = Dice(seed);
    let mut profiles = Map::new();
    for account in config["accounts"].as_array_mut().into_iter().flatten() {
        let Some(block) = account.get(provider.name()).and_then(Value::as_object).cloned() else { continue };
        let id = account["aws_account_id"].as_str().expect("an id").to_owned();
        let mut factored = Factored { dice: &mut dice, vars: Map::new() };
        let [own, middle, lowest] = factored.block(provider.block(), &block);
        let mut vars = [Map::new(), Map::new(), Map::new()];
        for (name, text) in factored.vars {
            let layer = dice.below(3);
            // What a lower layer says otherwise is hidden.
            vars.iter_mut().skip(layer + 1).for_each(|below| drop(below.insert(name.clone(), json!("hidden"))));
            vars[layer].insert(name, text);
        }
        let [own_vars, middle_vars, lowest_vars] = vars;
        profiles.insert(format!("low-{id}"), json!({ "vars": lowest_vars, provider.name(): lowest }));
        profiles.insert(format!("mid-{id}"), json!({ "vars": middle_vars, provider.name(): middle }));
        account["profiles"] = json!([format!("low-{id}"), format!("mid-{id}")]);
        account["vars"] = own_vars.into();
        account[provider.name()] = own.into();
    }
    config["profiles"] = profiles.into();
    config["defaults"] = json!({ "vars": { "v0": "hidden" } });
    config.to_string()
}

struct Factored<'a> {
    dice: &'a mut Dice,
    vars: Map<String, Value>,
}

impl Factored<'_> {
    /// The parts of a block that the entry and two profiles say, the nearest first.
    fn block(&mut self, schema: &BlockSchema, block: &Map<String, Value>) -> [Map<String, Value>; 3] {
        let mut parts = [Map::new(), Map::new(), Map::new()];
        for (name, value) in block {
            let Some(field) = schema.fields.get(name) else { continue };
            match (field.field_type, value) {
                (FieldType::Block(inner), Value::Object(below)) => {
                    let [own, middle, lowest] = self.block(inner, below);
                    parts[0].insert(name.clone(), own.into());
                    for (part, below) in parts.iter_mut().skip(1).zip([middle, lowest]) {
                        part.extend((!below.is_empty()).then(|| (name.clone(), below.into())));
                    }
                }
                (list, Value::Array(items)) if list.takes_additions() && self.dice.below(3) > 0 => {
                    let mut layers = [Vec::new(), Vec::new(), Vec::new()];
                    for item in items {
                        layers[self.dice.below(3)].push(self.varied(field, item));
                    }
                    let [own, middle, lowest] = layers;
                    parts[2].insert(name.clone(), lowest.into());
                    for (part, added) in parts.iter_mut().zip([own, middle]) {
                        part.extend((!added.is_empty()).then(|| (adding_to(name), added.into())));
                    }
                }
                _ => drop(parts[0].insert(name.clone(), self.varied(field, value))),
            }
        }
        parts
    }

    /// The value with variables in some of its texts.
    fn varied(&mut self, field: &FieldSchema, value: &Value) -> Value {
        match (field.field_type, value) {
            (FieldType::Keyed { item, .. }, Value::Array(rows)) => {
                rows.iter().map(|row| self.varied_row(item, row)).collect()
            }
            (FieldType::Keyed { item, .. }, row) => self.varied_row(item, row),
            (FieldType::Set(_) | FieldType::Value(ValueType::List(_)), Value::Array(items)) => {
                items.iter().map(|item| self.text(item)).collect()
            }
            (FieldType::Set(_) | FieldType::Value(ValueType::Text(_)), text) if field.legal_values.is_empty() => {
                self.text(text)
            }
            (FieldType::Value(ValueType::Map { .. }), Value::Object(texts)) => {
                texts.iter().map(|(name, text)| (name.clone(), self.text(text))).collect::<Map<_, _>>().into()
            }
            _ => value.clone(),
        }
    }

    fn varied_row(&mut self, schema: &BlockSchema, row: &Value) -> Value {
        let fields = row.as_object().into_iter().flatten();
        let varied = fields.map(|(name, value)| {
            let field = schema.fields.get(name).filter(|field| !field.is_key);
            (name.clone(), field.map_or_else(|| value.clone(), |field| self.varied(field, value)))
        });
        varied.collect::<Map<_, _>>().into()
    }

    fn text(&mut self, text: &Value) -> Value {
        let Some(known) = text.as_str().filter(|text| !text.is_empty() && text.is_ascii() && !text.contains('$'))
        else {
            return text.clone();
        };
        if self.dice.below(3) > 0 {
            return text.clone();
        }
        let name = format!("v{}", self.vars.len());
        let from = self.dice.below(known.len());
        let to = from + 1 + self.dice.below(known.len() - from);
        self.vars.insert(name.clone(), json!(known[from..to]));
        json!(format!("{}${{vars.{name}}}{}", &known[..from], &known[to..]))
    }
}
