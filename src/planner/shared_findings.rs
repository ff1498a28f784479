//! What is found of values that many accounts share: each is said once, at its place, with the accounts that it is
//! about. What is found of one sort never takes the place of what is found of another.

use std::collections::BTreeMap;

use serde_json::Value;

use super::catalogs::CatalogFindings;
use super::diff::Difference;
use super::grandfathered_values::GrandfatheredValues;
use super::vendor_additions::VendorAdditionFindings;
use crate::model::observation::Catalog;
use crate::model::{Desired, DesiredState, Diagnostics};

/// All that was found so far.
pub struct SharedFindings<'a> {
    /// Values that are refused where they are new.
    doubtful: GrandfatheredValues<'a>,
    /// Values that are on no list of the vendor's.
    catalogs: CatalogFindings<'a>,
    /// What the vendor has added to lists.
    additions: VendorAdditionFindings,
}

impl<'a> SharedFindings<'a> {
    /// Nothing yet, of this config.
    pub fn of(desired: &'a DesiredState) -> Self {
        SharedFindings {
            doubtful: GrandfatheredValues::of(desired),
            catalogs: CatalogFindings::default(),
            additions: VendorAdditionFindings::default(),
        }
    }

    /// Whether there may be something to say of an account of which nothing differs: of values that have to be judged
    /// by what it holds, or that are on no list of the vendor's.
    pub fn may_have_any(&mut self, desired: &'a Desired, catalogs: &BTreeMap<&'static str, Catalog>) -> bool {
        !self.doubtful.is_empty() || !self.catalogs.know_all(desired, catalogs)
    }

    /// Checks every value that has a catalog.
    pub fn check_catalogs(
        &mut self,
        desired: &'a Desired,
        live: Option<&Value>,
        catalogs: &'a BTreeMap<&'static str, Catalog>,
    ) {
        self.catalogs.check(desired, live, catalogs);
    }

    /// Judges the doubtful values of an account by what it holds, and notes what the vendor has added to its lists.
    pub fn judge(&mut self, desired: &'a Desired, live: Option<&Value>, difference: &Difference) {
        self.doubtful.judge(desired, live);
        difference.vendor_additions.iter().for_each(|grown| self.additions.note(desired, grown));
    }

    /// What was found.
    pub fn diagnostics(self) -> Diagnostics {
        let SharedFindings { doubtful, catalogs, additions } = self;
        [catalogs.diagnostics(), additions.diagnostics(), doubtful.diagnostics()].concat()
    }
}
