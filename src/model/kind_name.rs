//! What `from:` and `--only` call kinds of rows: `wavefront` for all rows of a provider, `wavefront.ec2` for one kind.

use std::fmt;

use super::kind::Kind;

/// All rows of a provider, or those of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindName {
    provider: String,
    kind: Option<String>,
}

impl KindName {
    /// Reads `wavefront`, or `wavefront.ec2`.
    pub fn read(text: &str) -> Self {
        let (provider, kind) = text.split_once('.').map_or((text, None), |(provider, kind)| (provider, Some(kind)));
        KindName { provider: provider.to_owned(), kind: kind.map(str::to_owned) }
    }

    /// Whether it is about this provider, be it about one kind of its rows.
    pub fn is_of(&self, provider: &str) -> bool {
        self.provider == provider
    }

    /// Whether it is about rows of this kind, as this provider lists them.
    pub fn covers(&self, provider: &str, kind: &Kind) -> bool {
        self.is_of(provider) && self.kind.as_deref().is_none_or(|known| known == kind.name)
    }

    /// Whether some row may be meant by both.
    pub fn overlaps(&self, other: &KindName) -> bool {
        let same_kind = self.kind.is_none() || other.kind.is_none() || self.kind == other.kind;
        self.provider == other.provider && same_kind
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KindName { provider, kind } = self;
        f.write_str(provider)?;
        kind.iter().try_for_each(|kind| write!(f, ".{kind}"))
    }
}
