//! Where in an account a value stands: `metrics_config.tag_filters[AWS/EC2].tags`.

use std::fmt;
use std::sync::Arc;

/// One step down into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A field of a block.
    Field(Arc<str>),
    /// An entry of a keyed list, by its key.
    Entry(String),
    /// A position in a list as it is sent.
    Index(usize),
}

/// A dotted path below an account's block.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

impl Path {
    /// The block itself.
    pub fn root() -> Self {
        Path::default()
    }

    /// Reads `a.b.c`; keyed entries cannot be spelled this way.
    pub fn dotted(text: &str) -> Self {
        Path(text.split('.').map(|field| Step::Field(field.into())).collect())
    }

    /// The steps from the block down.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path, one step further down.
    pub fn then(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Path(steps)
    }

    /// This path, and the named field below it.
    pub fn field(&self, name: &str) -> Self {
        self.then(Step::Field(name.into()))
    }

    /// The same for a name that is shared already.
    pub fn key(&self, name: &Arc<str>) -> Self {
        self.then(Step::Field(name.clone()))
    }

    /// This path below a first field.
    pub fn under(&self, first: &str) -> Self {
        let mut steps = vec![Step::Field(first.into())];
        steps.extend(self.0.iter().cloned());
        Path(steps)
    }

    /// Whether `other` is this path, or lies below it.
    pub fn covers(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The first field, which for most vendors is the block that is sent whole.
    pub fn top(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Field(name)) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if at == 0 => write!(f, "{name}")?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Entry(key) => write!(f, "[{key}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
