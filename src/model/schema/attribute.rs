//! Reading values out of a node by the names that a schema declares: a name that is no field of the block does not
//! compile.
//!
//! Values are borrowed and keep their places, which what is said about them needs; nothing is copied.

use std::marker::PhantomData;

use super::types::{BlockSchema, FieldType};
use super::value_type::TextFormat;
use crate::model::node::{Entry, Node};
use crate::model::source::Place;

/// A declared block.
pub trait Block: 'static {
    /// What may stand in it.
    const SCHEMA: &'static BlockSchema;
}

/// What a field can be declared as.
pub trait AttributeType: 'static {
    /// What may stand there.
    const TYPE: FieldType;
    /// What is read of it.
    type Value<'a>;

    /// Reads a value; nothing if it is of another type, which has then been said.
    fn read(node: &Node) -> Option<Self::Value<'_>>;
}

/// A text of one form, which may stand in lists and as a name.
pub trait TextType: 'static {
    /// Its form.
    const FORMAT: TextFormat;
}

/// The name of a field of `B`, and what is read of it.
pub struct Attribute<B, T> {
    name: &'static str,
    of: PhantomData<fn() -> (B, T)>,
}

impl<B, T> Attribute<B, T> {
    /// The field of this name.
    pub const fn named(name: &'static str) -> Self {
        Attribute { name, of: PhantomData }
    }

    /// Its key in YAML.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// A node that was checked as a `B`.
pub struct View<'a, B> {
    node: &'a Node,
    of: PhantomData<fn() -> B>,
}

impl<B> Clone for View<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for View<'_, B> {}

impl<'a, B: Block> View<'a, B> {
    /// Sees a node as such a block.
    pub fn of(node: &'a Node) -> Self {
        View { node, of: PhantomData }
    }

    /// The node.
    pub fn node(self) -> &'a Node {
        self.node
    }

    /// What stands in a field; nothing if it is left out, or is of another type.
    pub fn get<T: AttributeType>(self, field: Attribute<B, T>) -> Option<At<'a, T::Value<'a>>> {
        let entry = self.node.entry(field.name)?;
        Some(At { entry, value: T::read(&entry.node)? })
    }

    /// What stands in a field, without its place.
    pub fn value<T: AttributeType>(self, field: Attribute<B, T>) -> Option<T::Value<'a>> {
        self.get(field).map(|found| found.value)
    }

    /// What is written in a field, whatever it is.
    pub fn entry<T>(self, field: Attribute<B, T>) -> Option<&'a Entry> {
        self.node.entry(field.name)
    }
}

/// A value where it was written.
#[derive(Clone, Copy)]
pub struct At<'a, V> {
    /// Its entry.
    pub entry: &'a Entry,
    /// The value.
    pub value: V,
}

impl<V> At<'_, V> {
    /// Where the key was written.
    pub fn key_place(&self) -> Place {
        self.entry.key_place
    }

    /// Where the value was written.
    pub fn place(&self) -> Place {
        self.entry.node.place()
    }
}
