//! What a change to the config weakens, which comes first, and whom a changed default does not reach.

use super::all_accounts::{Named, tersely};
use super::escape::{Markdown, place};
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::base_comparison::{Origin, Shadowed, Weakened};
use crate::model::{BaseComparison, ResourceNames};
use crate::render::PlanView;
use crate::render::base_comparison::released;

/// What an entry under `protect:` names, for lists of accounts of several kinds.
const PROTECTED: &str = "account";

/// What the config no longer says, marked `!`. Nothing of it is dropped.
pub fn weakened(view: &PlanView<'_>) -> Vec<Part> {
    let Some(BaseComparison { base: _, weakened, shadowed: _, origins: _ }) = &view.base_comparison else {
        return Vec::new();
    };
    if weakened.is_empty() {
        return Vec::new();
    }
    let mut sorted = Sorted::default();
    weakened.iter().for_each(|weakened| sorted.add(&view.plan.names, weakened));
    let mut parts = vec![Part::fixed(Markdown::new().own("> **! Weakened by this change:**\n\n"))];
    for (title, what, at, named) in [
        (
            "! No longer declared, and not removed: left alone",
            "left alone: no longer declared, and not removed",
            "was",
            &sorted.accounts,
        ),
        ("! No longer written: on hold", "no longer written: on hold", "now", &sorted.on_hold),
        ("! No longer written: read only", "no longer written: read only", "now", &sorted.read_only),
        ("! No longer deleted: read only", "no longer deleted: read only", "now", &sorted.put_off),
        ("! Fields that are no longer managed", "no longer managed", "was", &sorted.fields),
        (
            "! No longer removed, and still live: left alone",
            "left alone: no longer removed, and still live",
            "was",
            &sorted.tombstones,
        ),
        (
            "! No longer protected",
            "no longer protected: it may be deleted, and its authentication may change",
            "was",
            &sorted.protections,
        ),
    ] {
        let rows = named.iter().map(|named| row(named, what));
        let frame = Frame::table(&["", "account", "from now on", at]);
        let rows = (!named.is_empty()).then(|| Form::rows(frame, rows));
        let forms: Vec<Form> = rows.into_iter().chain(tersely(title, named, false)).collect();
        parts.extend((!forms.is_empty()).then(|| Part::kept(forms)));
    }
    if !sorted.others.is_empty() {
        let lines = sorted.others.into_iter().map(|line| Markdown::new().own("- **!** ").and(&line).own("\n"));
        parts.push(Part::fixed(Markdown::joined(lines, "").own("\n")));
    }
    parts
}

/// What is given up, by how it is said.
#[derive(Default)]
struct Sorted<'a> {
    accounts: Vec<Named<'a>>,
    on_hold: Vec<Named<'a>>,
    read_only: Vec<Named<'a>>,
    put_off: Vec<Named<'a>>,
    fields: Vec<Named<'a>>,
    tombstones: Vec<Named<'a>>,
    protections: Vec<Named<'a>>,
    others: Vec<Markdown>,
}

impl<'a> Sorted<'a> {
    fn add(&mut self, names: &ResourceNames, weakened: &'a Weakened) {
        let words = Markdown::new;
        match weakened {
            Weakened::Account { key, name, was } => {
                self.accounts.push(Named::row(names, key, name.as_deref(), Some(was)))
            }
            Weakened::Fields { key, name, paths, was } => {
                let named = Named::row(names, key, name.as_deref(), Some(was))
                    .for_fields(paths.iter().map(ToString::to_string));
                self.fields.push(named);
            }
            Weakened::Withheld { what, key, name, now } => {
                let named = Named::row(names, key, name.as_deref(), Some(now));
                if *what == "hold" { self.on_hold.push(named) } else { self.read_only.push(named) }
            }
            Weakened::DeletePutOff { key, name, now } => {
                self.put_off.push(Named::row(names, key, name.as_deref(), Some(now)))
            }
            Weakened::Protection { identity, was } => self.protections.push(Named {
                what: PROTECTED.to_owned(),
                identity,
                name: None,
                fields: Vec::new(),
                source: Some(was),
            }),
            Weakened::Limit { name, from, to } => {
                let limit = words().own("The limit of ").own(name.noun());
                self.others.push(match to {
                    Some(to) => limit.own(" rises from ").number(*from).own(" to ").number(*to).own("."),
                    None => limit.own(", so far ").number(*from).own(", is gone."),
                });
            }
            Weakened::Confirmed { name, number } => {
                self.others
                    .push(words().number(*number).own(" ").own(name.noun()).own(" are confirmed beyond the limit."));
            }
            Weakened::Released { what, provider, rows, was: _ } => {
                let who = match rows {
                    0 => words().own(provider).own(" is"),
                    1 => words().own("1 ").own(provider).own(" row is"),
                    _ => words().number(*rows).own(" ").own(provider).own(" rows are"),
                };
                let who = who.own(" no longer ").own(released(what));
                self.others.push(who.own(": what differs there is written from now on."));
            }
            Weakened::Ownership => {
                self.others.push(words().own(
                    "The config owns every account now: what no entry names is deleted (`ownership: exclusive`).",
                ));
            }
            Weakened::Guard { provider, organization } => {
                let guard = words().own("Keys of any organization are let in at ").own(provider);
                self.others.push(guard.own(" now; so far it was ").brief(organization, 60).own(" only."));
            }
            Weakened::Organization { provider, from, to } => {
                let guard = words().own("The organization at ").own(provider).own(" is ").brief(to, 60);
                self.others.push(guard.own(" now; so far it was ").brief(from, 60).own("."));
            }
            Weakened::Site { provider, from, to } => {
                let site = words().own("The site of ").own(provider).own(" is ").brief(to, 60);
                self.others.push(site.own(" now; so far it was ").brief(from, 60).own("."));
            }
            Weakened::Tombstone { key, reason: _, was } => {
                self.tombstones.push(Named::row(names, key, None, Some(was)))
            }
        }
    }
}

/// A place in the config before the change has no line in this commit, so it has no link.
fn row(named: &Named<'_>, weakened: &'static str) -> (Vec<Markdown>, usize) {
    let Named { what, identity, name, fields, source } = named;
    let account = Markdown::new().brief(identity, 200);
    let account = if what == PROTECTED { account } else { account.own(" ").text(what) };
    let account = if let Some(name) = name { account.own(" ").text(name) } else { account };
    let fields = Markdown::joined(fields.iter().map(|field| Markdown::new().code(field)), ", ");
    let fields = if fields.is_empty() { fields } else { fields.own(" ") };
    let was = source.map_or_else(Markdown::new, |source| Markdown::new().code(&place(source)));
    (vec![Markdown::new().own("**!**"), account, fields.own(weakened), was], 1)
}

/// Whom a changed default or profile does not reach.
pub fn shadowed(view: &PlanView<'_>) -> Option<Part> {
    let shadowed = &view.base_comparison.as_ref()?.shadowed;
    let row = |Shadowed { key, name, layer, path, by }: &Shadowed| {
        let says = Markdown::new().code(&path.to_string()).own(" in ").brief(layer, 60);
        let by = Markdown::new().place(by, &view.links);
        (vec![table::resource(&view.plan.names, key, name.as_deref()), says, by], 1)
    };
    let form = Form::rows(Frame::table(&["not reached", "by the change of", "own value in"]), shadowed.iter().map(row));
    Some(Part::cut(70, form.rest("| ", " more are not reached, left out here for length | | |\n")))
}

/// How many actions are new, and how many were pending before the change.
pub fn shares(view: &PlanView<'_>) -> Option<Markdown> {
    let BaseComparison { base, weakened: _, shadowed: _, origins } = view.base_comparison.as_ref()?;
    let of = |is_wanted: fn(&Origin) -> bool| origins.iter().filter(|origin| is_wanted(origin)).count();
    let (new, pending) = (of(|origin| *origin == Origin::ThisChange), of(|origin| *origin == Origin::Pending));
    let both = of(|origin| matches!(origin, Origin::Both { .. }));
    let words = Markdown::new().own("Compared with ").code(base).own(": ").number(new).own(" new with this change, ");
    let words = words.number(pending).own(" pending before it");
    let words = if both > 0 { words.own(", ").number(both).own(" partly pending before it") } else { words };
    (!origins.is_empty()).then(|| words.own(".\n\n"))
}

/// Where nothing could be compared, silence about what is given up means nothing.
pub fn uncompared(view: &PlanView<'_>) -> Option<Markdown> {
    let words = Markdown::new().own(
        "> **! Not compared:** the config before the change is invalid, so nobody knows what this change weakens (",
    );
    Some(words.code(view.uncompared.as_deref()?).own(").\n\n"))
}
