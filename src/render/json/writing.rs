//! JSON as text: pretty, and with everything escaped that a terminal or a CI runner could act upon. It is the same
//! document.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use crate::render::escape_untrusted::marked;

/// A document, and a last line break.
pub fn text(document: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    // Writing into memory does not fail, and no document has keys that are no strings.
    let _ = write(&mut bytes, document);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Writes a document, and a last line break.
///
/// # Errors
/// It cannot be written.
pub fn write(mut out: impl Write, document: &impl Serialize) -> io::Result<()> {
    document.serialize(&mut Serializer::with_formatter(&mut out, Escaping(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// Pretty, and escaping more than JSON demands.
struct Escaping(PrettyFormatter<'static>);

impl Formatter for Escaping {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        escaped(writer, fragment)
    }

    /// A vendor's row as it was sent. Beyond ASCII's blanks, nothing that is escaped here can stand outside of its
    /// strings.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        escaped(writer, fragment)
    }
}

fn escaped<W: ?Sized + Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut written = 0;
    for (at, c, _) in marked(fragment).filter(|(_, c, harmful)| *harmful && !matches!(c, '\t' | '\n' | '\r')) {
        writer.write_all(&fragment.as_bytes()[written..at])?;
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().try_for_each(|unit| write!(writer, "\\u{unit:04x}"))?;
        written = at + c.len_utf8();
    }
    writer.write_all(&fragment.as_bytes()[written..])
}
