//! What many accounts have in common, lifted into `defaults` and profiles.
//!
//! A layer may only say what is right, overridden or taken back out for every account it reaches: an account that lacks
//! the field would manage it all of a sudden. So a profile is for accounts that all have the field, and `defaults` says
//! it where nearly all have it; the few others leave it unmanaged.

use std::collections::{BTreeMap, BTreeSet};

use super::ColumnKey;
use super::columns::may_lack;
use super::table::{Column, Table};

/// Fewer accounts than this are no group.
const MIN_ACCOUNTS: usize = 3;
/// A profile has to save at least so many characters.
const WORTH: usize = 200;
/// More profiles than this are more than a person would write.
const MAX_PROFILES: usize = 16;
/// What naming a profile costs an account, and what a profile's own frame costs.
const MENTION: usize = 18;
const FRAME: usize = 40;
/// A profile that sets variables and nothing else only moves them: it has to save so much more.
const VARS_ALONE: isize = 400;
/// What an empty block costs an account.
const EMPTY_BLOCK: usize = 14;
/// Candidates looked at per profile, the most promising first.
const LOOK_AT: usize = 64;

/// How a field stands, seen from what the layers so far say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellState {
    /// They say nothing.
    Silent,
    /// They say what the account has.
    Inherited,
    /// They say something else.
    Wrong,
    /// The inherited value is taken back out with `unmanaged:`; only the account's entry can set it.
    CutOut,
}

/// How the cells of one account stand, by column.
#[derive(Debug, Clone, Default)]
pub struct CellStates(BTreeMap<usize, CellState>);

impl CellStates {
    /// How a cell stands; silent until something is said of it.
    pub fn at(&self, column: usize) -> CellState {
        self.0.get(&column).copied().unwrap_or(CellState::Silent)
    }

    /// Says how a cell stands from now on.
    pub fn set(&mut self, column: usize, state: CellState) {
        self.0.insert(column, state);
    }
}

/// Cells of a layer: column and number.
pub type Cells = BTreeMap<usize, usize>;

/// A group of accounts and what they share.
#[derive(Debug)]
pub struct Group {
    /// What it says.
    pub cells: Cells,
    /// The accounts that list it, by line.
    pub members: Vec<usize>,
    /// The providers whose block it has, be it an empty one.
    pub blocks: BTreeSet<&'static str>,
}

/// What was lifted, and how every cell stands after it.
#[derive(Debug)]
pub struct Folded {
    /// Under every account.
    pub defaults: Cells,
    /// In the order in which accounts list them.
    pub groups: Vec<Group>,
    /// By line.
    pub cell_states: Vec<CellStates>,
    /// The columns that `defaults` says and that the account must leave alone, by line.
    pub cuts: Vec<BTreeSet<usize>>,
    /// The providers whose block no profile of the account has, so that its entry must, by line.
    pub blockless: Vec<BTreeSet<&'static str>>,
}

impl Folded {
    /// Before anything is lifted. `made` says which providers' blocks the profiles have that accounts list already.
    pub fn nothing(table: &Table, cell_states: Vec<CellStates>, made: &[BTreeSet<&'static str>]) -> Self {
        let cuts = vec![BTreeSet::new(); table.lines.len()];
        let mut blockless = table.managed.clone();
        blockless.iter_mut().zip(made).for_each(|(blocks, made)| blocks.retain(|provider| !made.contains(provider)));
        Folded { defaults: Cells::new(), groups: Vec::new(), cell_states, cuts, blockless }
    }
}

/// Folds on from how everything stands before; `open` says whether `defaults` may be written.
pub fn fold(table: &Table, mut folded: Folded, open: bool) -> Folded {
    if open {
        lift_defaults(table, &mut folded);
    }
    while folded.groups.len() < MAX_PROFILES {
        let Some(group) = best_group(table, &folded) else { break };
        for line in &group.members {
            say(table, &group.cells, *line, &mut folded.cell_states);
            folded.blockless[*line].retain(|provider| !group.blocks.contains(provider));
        }
        folded.groups.push(group);
    }
    folded
}

/// Every field that all accounts of its provider have, or nearly all, with the value that at least half of them share.
/// A list that accounts follow comes before another that as many have: what they add to it is written for that list.
fn lift_defaults(table: &Table, folded: &mut Folded) {
    for (at, column) in table.columns.iter().enumerate().filter(|(_, column)| column.folds) {
        let (having, reached) = (&column.lines, table.reached(column));
        let may_lack = may_lack(reached - having.len(), reached, column.may_be_cut);
        let numbers = having.iter().filter_map(|line| table.number(*line, at));
        let followed = column.shared.map(|shared| (shared, numbers.clone().filter(|number| *number == shared).count()));
        let Some((number, alike)) = followed.or_else(|| most_common(numbers)).filter(|_| may_lack) else { continue };
        let owing = having
            .iter()
            .filter(|line| table.number(**line, at) == Some(number) && is_owed(folded.cell_states[**line].at(at)))
            .count();
        if owing > 1 && are_enough(&column.column_key, alike, reached) {
            let cells = Cells::from([(at, number)]);
            having.iter().for_each(|line| say(table, &cells, *line, &mut folded.cell_states));
            let reached = (0..table.lines.len()).filter(|line| table.reaches(*line, &column.column_key));
            for line in reached.filter(|line| having.binary_search(line).is_err()) {
                folded.cuts[line].insert(at);
                folded.cell_states[line].set(at, CellState::CutOut);
            }
            folded.defaults.extend(cells);
        }
    }
}

/// Whether so many accounts are alike that `defaults` says it. A variable whose default is wrong for the next account
/// says something of it that nobody meant; what is added to a list has no place there.
fn are_enough(column_key: &ColumnKey, alike: usize, reached: usize) -> bool {
    match column_key {
        ColumnKey::Partition | ColumnKey::Field(..) => alike * 2 >= reached,
        ColumnKey::Var(_) => alike * 4 >= reached * 3,
        ColumnKey::Added(..) => false,
    }
}

/// The group whose profile would save the most, if any saves enough.
fn best_group(table: &Table, folded: &Folded) -> Option<Group> {
    let cell_states = &folded.cell_states;
    let mut owing = BTreeMap::<(usize, usize), Vec<usize>>::new();
    for (line, cells) in table.lines.iter().enumerate() {
        let owed = cells.iter().filter(|(at, _)| is_owed(cell_states[line].at(**at)) && table.columns[**at].folds);
        owed.for_each(|(at, cell)| owing.entry((*at, cell.number)).or_default().push(line));
    }
    let mut candidates: Vec<(usize, Vec<usize>)> = owing
        .into_iter()
        .filter(|(_, members)| members.len() >= MIN_ACCOUNTS)
        .map(|((at, number), members)| (table.columns[at].costs[number] * (members.len() - 1), members))
        .collect();
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    candidates.dedup_by(|a, b| a.1 == b.1);
    let judged = candidates.into_iter().take(LOOK_AT).map(|(_, members)| judge(table, folded, members));
    let best = judged.max_by(|(a, first), (b, second)| a.cmp(b).then_with(|| second.members.cmp(&first.members)));
    best.filter(|(saved, _)| *saved >= WORTH as isize).map(|(_, group)| group)
}

/// What a profile for these accounts would say, and how many characters it would save.
fn judge(table: &Table, folded: &Folded, members: Vec<usize>) -> (isize, Group) {
    let cell_states = &folded.cell_states;
    let mut cells = Cells::new();
    let mut saved = -(FRAME as isize) - (MENTION * members.len()) as isize;
    let may_set = may_set_vars(table, &members);
    let may_say = |column: &Column| column.folds && (may_set || !matches!(column.column_key, ColumnKey::Var(_)));
    // What all of them have, the first has.
    let of_first = table.lines[members[0]].keys().map(|at| (*at, &table.columns[*at]));
    for (at, column) in of_first.filter(|(_, column)| may_say(column)) {
        let numbers: Option<Vec<usize>> = members.iter().map(|line| table.number(*line, at)).collect();
        let Some(numbers) =
            numbers.filter(|_| members.iter().all(|line| cell_states[*line].at(at) != CellState::CutOut))
        else {
            continue;
        };
        let owed = members
            .iter()
            .zip(&numbers)
            .filter(|(line, _)| is_owed(cell_states[**line].at(at)))
            .map(|(_, number)| *number);
        let Some((number, owing)) = most_common(owed) else { continue };
        let alike = numbers.iter().filter(|known| **known == number).count();
        let cost = |number: usize| column.costs[number] as isize;
        let broken = members
            .iter()
            .zip(&numbers)
            .filter(|(line, known)| **known != number && cell_states[**line].at(at) == CellState::Inherited);
        let gain = cost(number) * (owing as isize - 1) - broken.map(|(_, known)| cost(*known)).sum::<isize>();
        // No account takes back what is added to a list.
        let may_override = column.shared.is_none();
        if gain > 0 && (alike == members.len() || may_override && alike * 4 > members.len() * 3) {
            cells.insert(at, number);
            saved += gain;
        }
    }
    let mut blocks: BTreeSet<&str> = cells.keys().filter_map(|at| table.columns[*at].column_key.provider()).collect();
    let empty = empty_blocks(table, folded, &members, &cells);
    for provider in folded.blockless[members[0]].iter().filter(|_| may_set) {
        let saving = empty.iter().filter(|(_, known)| known == provider).count();
        if members.iter().all(|line| table.managed[*line].contains(provider)) && saving > 0 {
            blocks.insert(provider);
            saved += (saving * EMPTY_BLOCK) as isize;
        }
    }
    if cells.keys().all(|at| matches!(table.columns[*at].column_key, ColumnKey::Var(_))) {
        saved -= VARS_ALONE;
    }
    (saved, Group { cells, members, blocks })
}

/// The blocks that would be empty in the entries of these accounts, if a profile says these cells.
fn empty_blocks(table: &Table, folded: &Folded, members: &[usize], cells: &Cells) -> BTreeSet<(usize, &'static str)> {
    let is_left = |line: usize, at: usize, number: usize| {
        folded.cell_states[line].at(at) != CellState::Inherited && cells.get(&at) != Some(&number)
    };
    let blocks = members.iter().flat_map(|line| folded.blockless[*line].iter().map(move |provider| (*line, *provider)));
    blocks
        .filter(|(line, provider)| {
            let own = table.lines[*line].iter();
            let mut own = own.filter(|(at, _)| table.columns[**at].column_key.provider() == Some(provider));
            !own.any(|(at, cell)| is_left(*line, *at, cell.number))
        })
        .collect()
}

/// Whether these are all the accounts in which some variable stands for the same: then a profile of theirs is about
/// that, and may set variables. In any other they would surprise.
fn may_set_vars(table: &Table, members: &[usize]) -> bool {
    let Some(first) = members.first() else { return false };
    let of_first = table.lines[*first].iter().map(|(at, cell)| (*at, cell.number));
    let vars = of_first.filter(|(at, _)| matches!(table.columns[*at].column_key, ColumnKey::Var(_)));
    vars.into_iter().any(|(at, number)| {
        let alike = table.columns[at].lines.iter().filter(|line| table.number(**line, at) == Some(number));
        alike.eq(members)
    })
}

/// The number that occurs most often, and how often; the smallest of several.
fn most_common(numbers: impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    let mut counts = BTreeMap::<usize, usize>::new();
    numbers.for_each(|number| *counts.entry(number).or_default() += 1);
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn is_owed(state: CellState) -> bool {
    match state {
        CellState::Silent | CellState::Wrong => true,
        CellState::Inherited | CellState::CutOut => false,
    }
}

/// An account comes under a layer.
fn say(table: &Table, cells: &Cells, line: usize, cell_states: &mut [CellStates]) {
    for (at, number) in cells {
        let says_it = table.number(line, *at) == Some(*number);
        cell_states[line].set(*at, if says_it { CellState::Inherited } else { CellState::Wrong });
    }
}
