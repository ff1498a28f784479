//! A comment that fits: parts that may be shortened, parts that may only be said more tersely, and how much of each
//! there is room for.

use super::escape::{Markdown, Verbatim};

/// The most bytes of a comment. GitHub takes 65,536 characters; whoever posts it may add a few.
pub const MAX_COMMENT_BYTES: usize = 60_000;

/// What is said where something was left out, or said more tersely.
const SHORTENED: &str = "\nShortened to fit into a comment; the job's log and the JSON report hold all of it.\n";

/// What stands around the items of a part. Neighbours in the same frame share it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frame {
    open: String,
    close: String,
    folded: bool,
}

impl Frame {
    /// A table with these columns.
    pub fn table(columns: &[&'static str]) -> Self {
        let cells = |cell: &dyn Fn(&'static str) -> &'static str| {
            columns.iter().map(|name| format!(" {} |", cell(name))).collect::<String>()
        };
        Frame {
            open: format!("|{}\n|{}\n", cells(&|name| name), cells(&|_| "---")),
            close: "\n".to_owned(),
            folded: false,
        }
    }

    /// A list, or lines of prose.
    pub fn lines() -> Self {
        Frame { open: String::new(), close: "\n".to_owned(), folded: false }
    }

    /// A fence; see [`super::escape::fence`].
    pub fn fenced(fence: &str, info: &'static str) -> Self {
        Frame { open: format!("{fence}{info}\n"), close: format!("{fence}\n\n"), folded: false }
    }

    /// This frame, folded away under a summary.
    pub fn folded(self, summary: &Markdown) -> Self {
        let Frame { open, close, folded: _ } = self;
        let open = format!("<details><summary>{}</summary>\n\n{open}", summary.as_str());
        Frame { open, close: format!("{close}</details>\n\n"), folded: true }
    }

    /// Whether nobody sees it before opening it.
    pub fn is_folded(&self) -> bool {
        self.folded
    }

    /// A fence, folded away under a summary.
    pub fn details(fence: &str, info: &'static str, summary: &'static str) -> Self {
        Frame::fenced(fence, info).folded(&Markdown::new().own(summary))
    }
}

/// Something in a frame, and how many accounts it speaks of.
#[derive(Debug, Clone)]
pub struct Item {
    text: String,
    weight: usize,
}

/// One way to say a part.
#[derive(Debug, Clone)]
pub struct Form {
    intro: Markdown,
    frame: Frame,
    items: Vec<Item>,
    rest: (&'static str, &'static str),
}

impl Form {
    /// Rows of a table.
    pub fn rows(frame: Frame, rows: impl IntoIterator<Item = (Vec<Markdown>, usize)>) -> Self {
        let row = |(cells, weight): (Vec<Markdown>, usize)| {
            let cells: String = cells.iter().map(|cell| format!(" {} |", cell.as_str())).collect();
            Item { text: format!("|{cells}\n"), weight }
        };
        Form {
            intro: Markdown::new(),
            frame,
            items: rows.into_iter().map(row).collect(),
            rest: ("| | ", " more, left out here for length | |\n"),
        }
    }

    /// Lines of prose.
    pub fn lines(lines: impl IntoIterator<Item = (Markdown, usize)>) -> Self {
        let line = |(line, weight): (Markdown, usize)| Item { text: format!("{}\n", line.as_str()), weight };
        Form {
            intro: Markdown::new(),
            frame: Frame::lines(),
            items: lines.into_iter().map(line).collect(),
            rest: ("- and ", " more\n"),
        }
    }

    /// Lines of a fence.
    pub fn fenced(frame: Frame, lines: impl IntoIterator<Item = (Verbatim, usize)>) -> Self {
        let line = |(line, weight): (Verbatim, usize)| Item { text: line.as_str().to_owned(), weight };
        Form {
            intro: Markdown::new(),
            frame,
            items: lines.into_iter().map(line).collect(),
            rest: ("and ", " more, left out here for length\n"),
        }
    }

    /// Words before it.
    pub fn after(self, intro: Markdown) -> Self {
        Form { intro, ..self }
    }

    /// What is said of those that are left out, around their number.
    pub fn rest(self, before: &'static str, after: &'static str) -> Self {
        Form { rest: (before, after), ..self }
    }

    /// What the first `shown` items take, at most.
    fn size(&self, shown: usize) -> usize {
        let Form { intro, frame, items, rest: _ } = self;
        if items.is_empty() && intro.is_empty() {
            return 0;
        }
        let around = intro.len() + frame.open.len() + frame.close.len();
        around + items[..shown].iter().map(|item| item.text.len()).sum::<usize>() + self.rest_of(shown).len()
    }

    fn rest_of(&self, shown: usize) -> String {
        let left: usize = self.items[shown..].iter().map(|item| item.weight).sum();
        if left == 0 { String::new() } else { format!("{}{left}{}", self.rest.0, self.rest.1) }
    }

    /// How many items fit into so many bytes.
    fn fitting(&self, room: usize) -> usize {
        let bare = self.size(0);
        let mut size = bare;
        let fits = self.items.iter().take_while(|item| {
            size += item.text.len();
            size <= room
        });
        let shown = fits.count();
        // The last item takes the line about the rest with it.
        if shown + 1 == self.items.len() && self.size(shown + 1) <= room { shown + 1 } else { shown }
    }
}

/// A part of a comment.
pub struct Part {
    /// From the richest to the tersest; never empty.
    forms: Vec<Form>,
    /// The order in which parts are shortened, the smallest number first; nothing for a part that is cut only when
    /// every terser form is used up.
    rank: Option<u8>,
}

impl Part {
    /// Is never shortened while a terser form of anything is left.
    pub fn kept(forms: Vec<Form>) -> Self {
        Part { forms, rank: None }
    }

    /// Words that are always said; they must be few.
    pub fn fixed(words: Markdown) -> Self {
        Part::kept(vec![Form::lines([]).after(words)])
    }

    /// The bytes of it that are seen without opening anything.
    fn seen(&self) -> usize {
        let richest = self.forms.first().filter(|form| !form.frame.folded);
        richest.map_or(0, |form| form.size(form.items.len()))
    }

    /// Is shortened where room is short.
    pub fn cut(rank: u8, form: Form) -> Self {
        Part { forms: vec![form], rank: Some(rank) }
    }
}

/// The parts as one text of at most so many bytes: what may be shortened goes first, then what must stay is said more
/// tersely.
pub fn fit(parts: &[Part], most: usize) -> String {
    let most = most.saturating_sub(SHORTENED.len());
    let mut chosen: Vec<Chosen> = parts.iter().map(Chosen::at_first).collect();
    make_terser(&mut chosen, most, |_| true);
    // What is folded away takes no room from what everybody sees.
    let seen: usize = parts.iter().filter(|part| part.rank.is_some()).map(Part::seen).sum();
    make_terser(&mut chosen, most - seen.min(most / 3), |form| form.frame.folded);
    while size(&chosen) > most {
        let over = size(&chosen) - most;
        let Some(widest) = chosen.iter_mut().filter(|part| part.shown > 0).max_by_key(|part| part.size()) else {
            break;
        };
        widest.shown = widest.form().fitting(widest.size().saturating_sub(over)).min(widest.shown - 1);
    }
    let mut later: Vec<usize> = (0..parts.len()).filter(|at| parts[*at].rank.is_some()).collect();
    later.sort_by_key(|at| (parts[*at].seen() == 0, std::cmp::Reverse(parts[*at].rank)));
    for at in later {
        let room = most.saturating_sub(size(&chosen)) + chosen[at].size();
        chosen[at].shown = chosen[at].form().fitting(room);
    }
    let whole = chosen.iter().all(|part| part.form == 0 && part.shown == part.form().items.len());
    format!("{}{}", assembled(&chosen), if whole { "" } else { SHORTENED })
}

fn size(chosen: &[Chosen<'_>]) -> usize {
    chosen.iter().map(Chosen::size).sum()
}

/// Says the longest part more tersely, again and again, until all of them fit or nothing that `may` be is left.
fn make_terser(chosen: &mut [Chosen<'_>], most: usize, may: impl Fn(&Form) -> bool) {
    while size(chosen) > most {
        let terser = chosen.iter_mut().filter(|part| part.can_be_terser() && may(part.form()));
        let Some(longest) = terser.max_by_key(|part| part.size()) else { return };
        longest.form += 1;
        longest.shown = longest.form().items.len();
    }
}

/// A part, the form it has, and how much of it is shown.
struct Chosen<'a> {
    part: &'a Part,
    form: usize,
    shown: usize,
}

impl<'a> Chosen<'a> {
    fn at_first(part: &'a Part) -> Self {
        let shown = if part.rank.is_none() { part.forms[0].items.len() } else { 0 };
        Chosen { part, form: 0, shown }
    }

    fn form(&self) -> &'a Form {
        &self.part.forms[self.form]
    }

    fn size(&self) -> usize {
        self.form().size(self.shown)
    }

    fn can_be_terser(&self) -> bool {
        self.form + 1 < self.part.forms.len()
    }
}

fn assembled(chosen: &[Chosen<'_>]) -> String {
    let mut out = String::new();
    let mut open: Option<&Frame> = None;
    for part in chosen {
        let Form { intro, frame, items, rest: _ } = part.form();
        let nothing = if frame.folded { part.shown == 0 } else { items.is_empty() };
        if nothing && intro.is_empty() {
            continue;
        }
        if open != Some(frame) || !intro.is_empty() {
            close(&mut out, open.take());
            out.push_str(intro.as_str());
        }
        if open.is_none() && !items.is_empty() {
            out.push_str(&frame.open);
            open = Some(frame);
        }
        items[..part.shown].iter().for_each(|item| out.push_str(&item.text));
        out.push_str(&part.form().rest_of(part.shown));
    }
    close(&mut out, open);
    format!("{}\n", out.trim_end())
}

fn close(out: &mut String, frame: Option<&Frame>) {
    if let Some(frame) = frame {
        out.push_str(&frame.close);
    }
}
