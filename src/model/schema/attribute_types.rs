//! The types that fields are declared with. Texts with a form of their own are declared beside the providers.

use std::marker::PhantomData;

use super::attribute::{AttributeType, Block, TextType};
use super::types::FieldType;
use super::value_type::{TextFormat, ValueType};
use crate::model::node::Node;

/// `true` or `false`.
pub enum Bool {}

impl AttributeType for Bool {
    const TYPE: FieldType = FieldType::Value(ValueType::Bool);
    type Value<'a> = bool;

    fn read(node: &Node) -> Option<bool> {
        match node.text().filter(|_| node.is_plain())? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }
}

/// A whole number between two.
pub enum UInt<const MIN: u64, const MAX: u64> {}

/// A number of things.
pub type Count = UInt<0, { i64::MAX as u64 }>;

/// A number of minutes, and the least there may be.
pub type Minutes<const MIN: u64> = UInt<MIN, { u32::MAX as u64 }>;

impl<const MIN: u64, const MAX: u64> AttributeType for UInt<MIN, MAX> {
    const TYPE: FieldType = FieldType::Value(ValueType::UInt { min: MIN, max: MAX });
    type Value<'a> = u64;

    fn read(node: &Node) -> Option<u64> {
        whole_number(node)
    }
}

/// A whole number as YAML's core schema has it.
pub fn whole_number(node: &Node) -> Option<u64> {
    let text = node.text().filter(|text| node.is_plain() && (!text.starts_with('0') || *text == "0"))?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Text without a form of its own.
pub enum Text {}

impl TextType for Text {
    const FORMAT: TextFormat = TextFormat::Any;
}

impl<T: TextType> AttributeType for T {
    const TYPE: FieldType = FieldType::Value(ValueType::Text(T::FORMAT));
    type Value<'a> = &'a str;

    fn read(node: &Node) -> Option<&str> {
        node.text().filter(|_| node.is_text())
    }
}

/// A list whose order means nothing.
pub struct Set<T>(PhantomData<T>);

impl<T: TextType> AttributeType for Set<T> {
    const TYPE: FieldType = FieldType::Set(T::FORMAT);
    type Value<'a> = &'a [Node];

    fn read(node: &Node) -> Option<&[Node]> {
        node.is_list().then(|| node.items())
    }
}

/// A list in an order that counts.
pub struct List<T>(PhantomData<T>);

impl<T: TextType> AttributeType for List<T> {
    const TYPE: FieldType = FieldType::Value(ValueType::List(T::FORMAT));
    type Value<'a> = &'a [Node];

    fn read(node: &Node) -> Option<&[Node]> {
        node.is_list().then(|| node.items())
    }
}

/// A map of texts whose keys are free.
pub enum Map {}

impl AttributeType for Map {
    const TYPE: FieldType = FieldType::Value(ValueType::Map { are_tags: false });
    type Value<'a> = &'a Node;

    fn read(node: &Node) -> Option<&Node> {
        node.is_map().then_some(node)
    }
}

/// The same where each entry is a tag of what is collected.
pub enum TagMap {}

impl AttributeType for TagMap {
    const TYPE: FieldType = FieldType::Value(ValueType::Map { are_tags: true });
    type Value<'a> = &'a Node;

    fn read(node: &Node) -> Option<&Node> {
        Map::read(node)
    }
}

/// Switches by name, where the names are the vendor's and not a schema's.
pub struct Switches<T>(PhantomData<T>);

impl<T: TextType> AttributeType for Switches<T> {
    const TYPE: FieldType = FieldType::Switches(T::FORMAT);
    type Value<'a> = &'a Node;

    fn read(node: &Node) -> Option<&Node> {
        Map::read(node)
    }
}

/// A list of blocks told apart by the field that is declared as their key.
pub struct Keyed<B>(PhantomData<B>);

impl<B: Block> AttributeType for Keyed<B> {
    const TYPE: FieldType = FieldType::Keyed { by: B::SCHEMA.key(), item: B::SCHEMA };
    type Value<'a> = &'a [Node];

    fn read(node: &Node) -> Option<&[Node]> {
        node.is_list().then(|| node.items())
    }
}

/// A secret by reference: the name of the environment variable that holds it.
pub enum Secret {}

impl AttributeType for Secret {
    const TYPE: FieldType = FieldType::Value(ValueType::Secret);
    type Value<'a> = &'a str;

    fn read(node: &Node) -> Option<&str> {
        node.get("env")?.text()
    }
}
