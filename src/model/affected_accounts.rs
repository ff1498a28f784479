//! How far a mistake reaches: the accounts that it concerns.

/// How far a mistake reaches: the accounts that it concerns, where it stands in a layer that they share, the first of
/// them by name; and how many mistakes it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach(Option<Box<ReachedAccounts>>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ReachedAccounts {
    named: Vec<String>,
    accounts: usize,
    mistakes: usize,
}

impl Reach {
    const MAX_NAMED: usize = 10;

    /// Adds an account. Accounts are added one after the other, so the same one twice in a row is one.
    pub fn add(&mut self, account: &str) {
        let counted = self.0.get_or_insert_default();
        if counted.named.last().is_some_and(|last| last == account) {
            return;
        }
        counted.accounts += 1;
        // The last one is kept beyond those shown, so that it is known when it comes again.
        counted.named.truncate(Reach::MAX_NAMED);
        counted.named.push(account.to_owned());
    }

    /// Adds all accounts that `other` has.
    pub fn extend(&mut self, other: Reach) {
        let Some(other) = other.0 else { return };
        other.named.iter().for_each(|account| self.add(account));
        self.0.get_or_insert_default().accounts += other.accounts.saturating_sub(other.named.len());
    }

    /// Lets it stand for so many mistakes of which the others are not shown.
    pub fn stand_for(&mut self, mistakes: usize) {
        self.0.get_or_insert_default().mistakes = mistakes;
    }

    /// How many mistakes it stands for: one, unless something else was said.
    pub fn mistakes(&self) -> usize {
        self.0.as_ref().map_or(1, |counted| counted.mistakes.max(1))
    }

    /// Forgets the accounts.
    pub fn forget_accounts(&mut self) {
        let mistakes = self.mistakes();
        self.0 = (mistakes > 1).then(|| Box::new(ReachedAccounts { mistakes, ..ReachedAccounts::default() }));
    }

    /// How many accounts it concerns.
    pub fn accounts(&self) -> usize {
        self.0.as_ref().map_or(0, |counted| counted.accounts)
    }

    /// The accounts in words; nothing if there are none.
    pub fn words(&self) -> Option<String> {
        let ReachedAccounts { named, accounts, mistakes: _ } = &**self.0.as_ref()?;
        let shown = &named[..named.len().min(Reach::MAX_NAMED)];
        let list = shown.join(", ");
        match *accounts {
            0 => None,
            1 => Some(format!("concerns account {list}")),
            all if all > shown.len() => Some(format!("concerns {all} accounts: {list} and {} more", all - shown.len())),
            all => Some(format!("concerns {all} accounts: {list}")),
        }
    }
}
