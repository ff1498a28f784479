//! Links to lines of files, where the repository and the commit are known.

use crate::model::Source;

/// How files are shown on the web, if they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// What stands before a file's path, such as `https://github.com/acme/infra/blob/4f5a0c1`; nothing if that is not known.
    pub base: Option<String>,
    /// Where the working directory is in the repository; empty at its root.
    pub folder: String,
}

impl Links {
    /// The address of a place, if there is one: files outside the repository have none.
    pub fn to(&self, source: &Source) -> Option<String> {
        let base = self.base.as_deref()?;
        let steps = self.folder.split('/').chain(source.file.split('/'));
        let mut path: Vec<String> = Vec::new();
        for step in steps {
            match step {
                "" | "." => {}
                ".." => drop(path.pop()?),
                step => path.push(encoded(step)),
            }
        }
        let inside = !source.file.starts_with('/') && !path.is_empty();
        inside.then(|| format!("{base}/{}#L{}", path.join("/"), source.line))
    }
}

/// A step of a path as it stands in an address.
fn encoded(step: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    step.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
