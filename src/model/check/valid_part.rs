//! What is left of a node without the parts that do not fit.

use crate::model::node::Node;

/// How much of a node is as it should be.
pub(super) enum Fit {
    /// All of it.
    Whole,
    /// What is left without the rest.
    Part(Node),
    /// Nothing of it.
    Nothing,
}

/// What is kept of a map or list, copied only once something is left out.
pub(super) struct Kept<T> {
    kept: Vec<T>,
    whole: bool,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { kept: Vec::new(), whole: true }
    }
}

impl<T> Kept<T> {
    pub(super) fn leaves_out(&mut self) {
        self.whole = false;
    }

    pub(super) fn add(&mut self, fit: Fit, part: T, with: impl FnOnce(T, Node) -> T) {
        match fit {
            Fit::Whole => self.kept.push(part),
            Fit::Part(node) => {
                self.whole = false;
                self.kept.push(with(part, node));
            }
            Fit::Nothing => self.whole = false,
        }
    }

    pub(super) fn fit(self, remade: impl FnOnce(Vec<T>) -> Node) -> Fit {
        if self.whole { Fit::Whole } else { Fit::Part(remade(self.kept)) }
    }
}
