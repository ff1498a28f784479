//! How a block is declared: one line for each field, with its doc comment as description and its attributes in
//! brackets.

/// Declares a block: what may stand in it, and handles to read it by.
///
/// Attributes are the methods of [`FieldSchema`](crate::model::schema::FieldSchema), and of
/// [`BlockSchema`](crate::model::schema::BlockSchema) for the block itself; the fields that they name are fields of the
/// block.
///
/// ```
/// use heeler::model::schema::{Block, Bool, DisruptiveWhen::Off, Secret, Text};
///
/// heeler::schema! {
///     /// A role, or keys.
///     pub Login [one_of: &[&[role], &[key, secret]], needs: &[role]] {
///         /// Who comes in.
///         role: Text,
///         /// The key's name.
///         key: Text,
///         /// The key.
///         secret: Secret [secret_with: key],
///         /// Whether anybody comes in.
///         enabled: Bool [disruptive_when: Off],
///     }
/// }
/// assert_eq!(Login::SCHEMA.fields.keys().collect::<Vec<_>>(), ["enabled", "key", "role", "secret"]);
/// assert_eq!(Login::secret.name(), "secret");
/// ```
///
/// A misspelt attribute does not compile:
///
/// ```compile_fail,E0599
/// use heeler::model::schema::{Bool, DisruptiveWhen::Off};
///
/// heeler::schema! {
///     /// A login.
///     pub Login [] {
///         /// Whether anybody comes in.
///         enabled: Bool [disruptive_if: Off],
///     }
/// }
/// ```
///
/// Nor does a name that is no field, be it in an attribute:
///
/// ```compile_fail,E0425
/// use heeler::model::schema::{Secret, Text};
///
/// heeler::schema! {
///     /// A login.
///     pub Login [] {
///         /// The key's name.
///         key: Text,
///         /// The key.
///         secret: Secret [secret_with: kee],
///     }
/// }
/// ```
///
/// or where values are read:
///
/// ```compile_fail,E0599
/// use heeler::model::Node;
/// use heeler::model::schema::{Text, View};
///
/// heeler::schema! {
///     /// A login.
///     pub Login [] {
///         /// Who comes in.
///         role: Text,
///     }
/// }
/// fn role(node: &Node) -> Option<&str> {
///     View::<Login>::of(node).value(Login::roll)
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! schema {
    ($(
        $(#[doc = $doc:literal])+
        $visibility:vis $name:ident [$($word:ident $(: $value:expr)?),* $(,)?] {
            $(
                $(#[doc = $field_doc:literal])+
                $field:ident: $type:ty $([$($field_word:ident $(: $field_value:expr)?),+ $(,)?])?
            ),* $(,)?
        }
    )+) => {$(
        $(#[doc = $doc])+
        $visibility enum $name {}

        #[allow(non_upper_case_globals)]
        impl $name {
            $(
                $(#[doc = $field_doc])+
                pub const $field: $crate::model::schema::Attribute<$name, $type> =
                    $crate::model::schema::Attribute::named(stringify!($field));
            )*
        }

        impl $crate::model::schema::Block for $name {
            #[allow(non_upper_case_globals)]
            const SCHEMA: &'static $crate::model::schema::BlockSchema = {
                $(const $field: &str = stringify!($field);)*
                const NAMES: &[&str] = &[$($field),*];
                static FIELDS: [$crate::model::schema::FieldSchema; NAMES.len()] = $crate::model::schema::fields::sorted([
                    $($crate::model::schema::FieldSchema::new(
                        $field,
                        concat!($($field_doc, "\n"),+),
                        <$type as $crate::model::schema::AttributeType>::TYPE,
                    )$($(.$field_word($($field_value)?))+)?),*
                ]);
                static BLOCK: $crate::model::schema::BlockSchema =
                    $crate::model::schema::BlockSchema::new(concat!($($doc, "\n"),+), &FIELDS)
                        $(.$word($($value)?))*;
                &BLOCK
            };
        }

        impl $crate::model::schema::AttributeType for $name {
            const TYPE: $crate::model::schema::FieldType =
                $crate::model::schema::FieldType::Block(<$name as $crate::model::schema::Block>::SCHEMA);
            type Value<'a> = $crate::model::schema::View<'a, $name>;

            fn read(node: &$crate::model::Node) -> Option<$crate::model::schema::View<'_, $name>> {
                node.is_map().then(|| $crate::model::schema::View::of(node))
            }
        }
    )+};
}

/// Declares a type of field that takes one of a few words.
#[doc(hidden)]
#[macro_export]
macro_rules! enum_type {
    ($(#[doc = $doc:literal])+ $visibility:vis $name:ident = $words:expr) => {
        $(#[doc = $doc])+
        $visibility enum $name {}

        impl $crate::model::schema::AttributeType for $name {
            const TYPE: $crate::model::schema::FieldType =
                $crate::model::schema::FieldType::Value($crate::model::schema::ValueType::Enum(&$words));
            type Value<'a> = &'a str;

            fn read(node: &$crate::model::Node) -> Option<&str> {
                node.text().filter(|_| node.is_text())
            }
        }
    };
}
