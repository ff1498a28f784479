//! What a change to the config gives up, which comes first, and whom a changed default does not reach.

use super::all_accounts::{Named, tersely};
use super::escape::{Markdown, place};
use super::size_limit::{Form, Frame, Part};
use super::table;
use crate::model::comparison::{Origin, Shadowed, Weakened};
use crate::model::{Comparison, ResourceNames};
use crate::render::PlanView;
use crate::render::comparison::released;

/// What the config no longer says, marked `!`. Nothing of it is dropped.
pub fn weakened(view: &PlanView<'_>) -> Vec<Part> {
    let Some(Comparison { base: _, weakened, shadowed: _, origins: _ }) = &view.comparison else { return Vec::new() };
    if weakened.is_empty() {
        return Vec::new();
    }
    let mut sorted = Sorted::default();
    weakened.iter().for_each(|weakened| sorted.add(&view.plan.names, weakened));
    let mut parts = vec![Part::said(Markdown::new().own("> **! This change gives up:**\n\n"))];
    for (title, what, at, named) in [
        (
            "! Neither declared nor removed any more, so left alone",
            "is left alone from now on",
            "was",
            &sorted.accounts,
        ),
        ("! Not written any more: on hold", "is not written any more: on hold", "now", &sorted.on_hold),
        ("! Not written any more: read only", "is not written any more: read only", "now", &sorted.read_only),
        ("! Fields that are not managed any more", " not managed any more", "was", &sorted.fields),
        ("! Not removed any more, and still live: left alone", "stays, and is left alone", "was", &sorted.tombstones),
        ("! Not protected any more", "is not protected any more", "was", &sorted.protections),
    ] {
        let rows = named.iter().map(|named| row(named, what));
        let frame = Frame::table(&["", "account", "given up", at]);
        let rows = (!named.is_empty()).then(|| Form::rows(frame, rows));
        let forms: Vec<Form> = rows.into_iter().chain(tersely(title, named, false)).collect();
        parts.extend((!forms.is_empty()).then(|| Part::kept(forms)));
    }
    if !sorted.others.is_empty() {
        let lines = sorted.others.into_iter().map(|line| Markdown::new().own("- **!** ").and(&line).own("\n"));
        parts.push(Part::said(Markdown::joined(lines, "").own("\n")));
    }
    parts
}

/// What is given up, by how it is said.
#[derive(Default)]
struct Sorted<'a> {
    accounts: Vec<Named<'a>>,
    on_hold: Vec<Named<'a>>,
    read_only: Vec<Named<'a>>,
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
            Weakened::Protection { identity, was } => self.protections.push(Named {
                what: "account".to_owned(),
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
                let rows = words().number(*rows).own(" ").own(provider).own(" rows are no longer ");
                self.others.push(rows.own(released(what)).own(": what differs there is written."));
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
    let account = Markdown::new().brief(identity, 200).own(" ").text(what);
    let account = if let Some(name) = name { account.own(" ").text(name) } else { account };
    let fields = Markdown::joined(fields.iter().map(|field| Markdown::new().code(field)), ", ");
    let was = source.map_or_else(Markdown::new, |source| Markdown::new().code(&place(source)));
    (vec![Markdown::new().own("**!**"), account, fields.own(weakened), was], 1)
}

/// Whom a changed default or profile does not reach.
pub fn shadowed(view: &PlanView<'_>) -> Option<Part> {
    let shadowed = &view.comparison.as_ref()?.shadowed;
    let row = |Shadowed { key, name, layer, path, by }: &Shadowed| {
        let says = Markdown::new().brief(layer, 60).own(" changes ").code(&path.to_string());
        let by = Markdown::new().place(by, &view.links);
        (vec![table::resource(&view.plan.names, key, name.as_deref()), says, by], 1)
    };
    let form = Form::rows(Frame::table(&["not reached", "although", "because of"]), shadowed.iter().map(row));
    Some(Part::cut(70, form.rest("| ", " more are not reached, left out here for length | | |\n")))
}

/// How many actions are new, and how many were pending before the change.
pub fn shares(view: &PlanView<'_>) -> Option<Markdown> {
    let Comparison { base, weakened: _, shadowed: _, origins } = view.comparison.as_ref()?;
    let of = |wanted: Origin| origins.iter().filter(|origin| **origin == wanted).count();
    let (new, pending, both) = (of(Origin::ThisChange), of(Origin::Pending), of(Origin::Both));
    let words = Markdown::new().own("Compared with ").code(base).own(": ").number(new).own(" from this change, ");
    let words = words.number(pending).own(" pending before it");
    let words = if both > 0 { words.own(", ").number(both).own(" of both") } else { words };
    (!origins.is_empty()).then(|| words.own(".\n\n"))
}

/// Where nothing could be compared, silence about what is given up means nothing.
pub fn uncompared(view: &PlanView<'_>) -> Option<Markdown> {
    let words = Markdown::new().own(
        "> **! Not compared:** the config before the change is invalid, so what this change gives up is not known (",
    );
    Some(words.code(view.uncompared.as_deref()?).own(").\n\n"))
}
