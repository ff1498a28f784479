//! What Terraform is to forget of one state: whole resources as `removed` blocks, which a change to its configuration
//! can carry, and single instances of a resource that stays as commands.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use crate::render::escape_untrusted::{escaped, escaped_line};

/// So many addresses are given to one command.
const BATCH: usize = 100;

/// What one state is to forget.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// Addresses of blocks, all instances of which go.
    pub blocks: BTreeSet<String>,
    /// Addresses of instances of which others stay.
    pub instances: BTreeSet<String>,
}

impl Release {
    /// Sorts addresses that go from those that stay.
    pub fn of<'a>(addresses: impl Iterator<Item = (&'a str, bool)>) -> Self {
        let mut of_block = BTreeMap::<Option<String>, (BTreeSet<String>, BTreeSet<String>)>::new();
        for (address, goes) in addresses {
            let (going, staying) = of_block.entry(address::block(address)).or_default();
            if goes { going } else { staying }.insert(address.to_owned());
        }
        let mut release = Release::default();
        for (block, (going, staying)) in of_block {
            match block {
                Some(block) if staying.is_empty() => drop(release.blocks.insert(block)),
                // An address that stands for something that stays as well is nobody's to forget.
                _ => release.instances.extend(going.difference(&staying).cloned()),
            }
        }
        release
    }

    /// Whether nothing goes.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.instances.is_empty()
    }

    /// The blocks as Terraform's language has them.
    pub fn removed(&self) -> String {
        let block = |address: &String| {
            format!("removed {{\n  from = {address}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}\n")
        };
        self.blocks.iter().map(block).collect::<Vec<_>>().join("\n")
    }

    /// The blocks as a file. `notes` are what stays, and why.
    pub fn removed_file(&self, notes: &[String]) -> String {
        const HEAD: &str = "\
# Terraform forgets what heeler manages from now on, and destroys nothing (Terraform and OpenTofu, from 1.7). Once `heeler plan` shows no
# changes, put this into the configuration of that state, in the same change that takes the resources out of it. `terraform plan` must then
# say of each that it will no longer be managed, and must not destroy any. After the apply these blocks can go.
";
        format!("{HEAD}{}\n{}", comments(notes), self.removed())
    }

    /// The commands as a script: one per batch, and what is gone already is no failure. `notes` are what stays, and
    /// why.
    pub fn script(&self, notes: &[String]) -> String {
        const HEAD: &str = "\
#!/bin/sh
# Terraform forgets what heeler manages from now on. Nothing is destroyed by it. Run it where the configuration of that state is, once
# `heeler plan` shows no changes; then take these instances out of the configuration, before anybody applies it again. It can be run again.
";
        const FORGET: &str = "\
set -eu

listed=$(terraform state list 2>/dev/null) || listed=
is_gone() { [ -n \"$listed\" ] && ! printf '%s\\n' \"$listed\" | grep -qxF -e \"$1\"; }

forget() {
  left=$#
  while [ \"$left\" -gt 0 ]; do
    address=$1
    shift
    left=$((left - 1))
    if is_gone \"$address\"; then echo \"forgotten already: $address\"; else set -- \"$@\" \"$address\"; fi
  done
  if [ \"$#\" -eq 0 ] || terraform state rm \"$@\"; then return 0; fi
  for address in \"$@\"; do
    if said=$(terraform state rm \"$address\" 2>&1); then
      printf '%s\\n' \"$said\"
      continue
    fi
    case $said in
    *'No matching objects'*) echo \"forgotten already: $address\" ;;
    *) printf '%s\\n' \"$said\" >&2; exit 1 ;;
    esac
  done
}
";
        let instances: Vec<String> = self.instances.iter().map(|address| quoted(address)).collect();
        let batches = instances.chunks(BATCH).map(|batch| format!("\nforget \\\n  {}\n", batch.join(" \\\n  ")));
        format!("{HEAD}{}{FORGET}{}", comments(notes), batches.collect::<String>())
    }
}

/// A word of a shell.
pub fn quoted(word: &str) -> String {
    format!("'{}'", escaped(word).replace('\'', "'\\''"))
}

fn comments(lines: &[String]) -> String {
    lines.iter().map(|line| format!("# {}\n", escaped_line(line))).collect()
}
