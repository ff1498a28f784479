//! The repository: what it says today, and what the next merge makes of it.

use std::collections::BTreeMap;

use crate::support::Folder;

/// What one account says.
#[derive(Debug, Clone)]
struct Account {
    tag: usize,
    region: &'static str,
    second_file: bool,
}

/// The config, as people think of it.
#[derive(Debug, Clone)]
pub struct Git {
    accounts: BTreeMap<u64, Account>,
    /// Tombstones.
    pub removed: Vec<u64>,
    comments: usize,
}

/// Accounts 1 to 3 are the test's own: no merge touches them.
const FIRST: u64 = 100_000_000_001;
const REGIONS: [&str; 3] = ["eu-west-1", "eu-central-1", "us-east-1"];

impl Git {
    pub fn new() -> Self {
        let account = |n: u64| (FIRST + n, Account { tag: 0, region: REGIONS[0], second_file: false });
        Git { accounts: (0..12).map(account).collect(), removed: Vec::new(), comments: 0 }
    }

    /// The same after merge number `merge`.
    pub fn later(&self, merge: usize) -> Self {
        let mut next = self.clone();
        // Whatever else a merge does, lines move.
        next.comments += 1;
        let theirs: Vec<u64> = self.accounts.keys().copied().filter(|id| *id > FIRST + 2).collect();
        let one = theirs[merge * 7 % theirs.len()];
        match merge % 5 {
            0 => next.accounts.get_mut(&one).unwrap().tag += 1,
            1 => drop(next.accounts.insert(
                FIRST + 100 + merge as u64,
                Account { tag: merge, region: REGIONS[0], second_file: merge.is_multiple_of(2) },
            )),
            2 => {
                next.accounts.remove(&one);
                next.removed.push(one);
            }
            3 => {
                // Nothing that anybody would send: accounts go to another file.
                next.accounts.values_mut().for_each(|account| account.second_file = !account.second_file);
            }
            _ => {
                next.accounts.get_mut(&one).unwrap().region = REGIONS[merge % 3];
                if next.removed.len() > 2 {
                    next.removed.remove(0);
                }
            }
        }
        next
    }

    pub fn write(&self, folder: &Folder) {
        self.write_to(folder, "heeler");
    }

    pub fn write_to(&self, folder: &Folder, name: &str) {
        let head = "version: 1\nproviders: { datadog: { site: datadoghq.com, organization: sandbox } }\nlimits: { creates: 25, costly: 25 }\n";
        let defaults = "defaults: { datadog: { auth_config: { role_name: Observer }, metrics_config: { enabled: true, \
                        namespace_filters: { exclude_only: [AWS/SQS, AWS/EC2] } } } }\n";
        let removed: String =
            self.removed.iter().map(|id| format!("  - {{ aws_account_id: \"{id}\", reason: closed }}\n")).collect();
        let removed = if removed.is_empty() { removed } else { format!("removed:\n{removed}") };
        let accounts = |second: bool| {
            let here = self.accounts.iter().filter(|(_, account)| account.second_file == second);
            let entries: String = here.map(|(id, account)| entry(*id, account)).collect();
            format!(
                "{}accounts:{}\n{entries}",
                "# a remark\n".repeat(self.comments),
                if entries.is_empty() { " []" } else { "" }
            )
        };
        folder.write(&format!("{name}/a.yaml"), &format!("{head}{defaults}{}{removed}", accounts(false)));
        folder.write(&format!("{name}/b.yaml"), &accounts(true));
    }
}

fn entry(id: u64, account: &Account) -> String {
    let Account { tag, region, second_file: _ } = account;
    format!(
        "  - aws_account_id: \"{id}\"\n    datadog: {{ account_tags: [\"env:prod\", \"version:{tag}\"], aws_regions: {{ include_only: [{region}] }} }}\n"
    )
}
