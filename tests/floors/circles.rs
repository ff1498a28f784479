//! No circle inside any folder.

use std::collections::BTreeMap;
use std::fs;

use crate::imports::{all_modules, code, imports, parts, paths};

/// What stands in one folder, by name, and what of the same folder it imports: name by name, with the import that shows
/// it.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// The files and folders that stand in one folder never import each other in a circle: each can be understood with
/// what it imports, and nothing of that leads back to it.
///
/// A folder's `mod.rs` is none of them: it declares and re-exports what stands in the folder. What a file names through
/// the folder itself, such as `super::Node` or `crate::model::Node`, is looked up in the `use` lines of its `mod.rs`
/// and counts for the file that these name; what the `mod.rs` defines itself counts for none. All files below a folder
/// count as that folder. A call of a method that is for the folder alone (`pub(super)`) counts for the file that defines
/// it, if only one does; who calls other methods is not seen.
#[test]
fn no_circle_inside_a_folder() {
    let files: BTreeMap<Vec<String>, String> = all_modules()
        .into_iter()
        .map(|(path, module)| (module, code(&fs::read_to_string(path).expect("a source file"))))
        .collect();
    let folders: Vec<&[String]> = files.keys().map(Vec::as_slice).filter(|folder| has_files(&files, folder)).collect();
    let graphs: Vec<(String, Graph)> =
        folders.iter().map(|folder| (folder.join("::"), graph(&files, folder))).collect();
    let imports: usize = graphs.iter().flat_map(|(_, graph)| graph.values()).map(BTreeMap::len).sum();
    assert!(graphs.len() > 20 && imports > 300, "{} folders, {imports} imports", graphs.len());

    let found: Vec<String> = graphs
        .iter()
        .filter_map(|(folder, graph)| Some(format!("{folder}: {}", shown(graph, &circle(graph)?))))
        .collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn circles_are_seen() {
    let files = [
        ("f", "pub mod a;\npub use b::{Inner, Other as Renamed};\nfn own() {}"),
        ("f::a", "use super::Renamed;"),
        ("f::b", "use crate::f::c::{deep::X, Y};"),
        ("f::c", "use super::own;"),
        ("f::c::deep", "use crate::{f::{d::Z}, g};"),
        ("f::d", "fn one() { super::a::start() }"),
    ];
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let mut files: BTreeMap<Vec<String>, String> =
        files.into_iter().map(|(path, text)| (module(path), text.to_owned())).collect();
    let seen = graph(&files, &module("f"));
    assert_eq!(circle(&seen).expect("a circle"), ["a", "b", "c", "d", "a"]);
    assert!(shown(&seen, &circle(&seen).unwrap()).starts_with("a (f::b::Other) -> b (f::c::"), "{seen:?}");
    files.insert(module("f::d"), String::new());
    assert_eq!(circle(&graph(&files, &module("f"))), None);
    files.insert(module("f::d"), "impl S {\n    pub(super) fn deep(&self) {}\n}\nuse super::c::Y;".to_owned());
    files.insert(module("f::c"), "fn go(s: &S) { s.deep() }".to_owned());
    let seen = graph(&files, &module("f"));
    assert_eq!(circle(&seen).map(|circle| shown(&seen, &circle)).as_deref(), Some("c (.deep()) -> d (f::c::Y) -> c"));
}

fn has_files(files: &BTreeMap<Vec<String>, String>, folder: &[String]) -> bool {
    !folder.is_empty() && files.keys().any(|module| module.len() > folder.len() && module.starts_with(folder))
}

fn graph(files: &BTreeMap<Vec<String>, String>, folder: &[String]) -> Graph {
    let depth = folder.len();
    let inside = |path: &[String]| path.starts_with(folder).then(|| path.get(depth).cloned()).flatten();
    let mut graph: Graph = files.keys().filter_map(|module| Some((inside(module)?, BTreeMap::new()))).collect();
    let re_exports = files.get(folder).map(|text| re_exports(text, folder)).unwrap_or_default();
    let methods = folder_methods(files, folder);
    for (module, text) in files {
        let Some(from) = inside(module) else { continue };
        for (name, to) in methods.iter().filter(|(name, to)| **to != from && text.contains(&format!(".{name}("))) {
            graph.entry(from.clone()).or_default().entry(to.clone()).or_insert_with(|| format!(".{name}()"));
        }
        for named in imports(text, module) {
            let Some(first) = inside(&named) else { continue };
            let origin = if graph.contains_key(&first) { Some(&named) } else { re_exports.get(&first) };
            let Some((to, origin)) = origin.and_then(|origin| Some((inside(origin)?, origin))) else { continue };
            if to != from && graph.contains_key(&to) {
                graph.entry(from.clone()).or_default().entry(to).or_insert_with(|| origin.join("::"));
            }
        }
    }
    graph
}

/// The methods that only the files of a folder may call, by name, each with the file that defines it; none of a name that
/// several define.
fn folder_methods(files: &BTreeMap<Vec<String>, String>, folder: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::<String, Vec<&String>>::new();
    let own = files.iter().filter(|(module, _)| module.len() == folder.len() + 1 && module.starts_with(folder));
    for (module, text) in own {
        let heads = text.lines().filter_map(|line| line.strip_prefix("    pub(super) "));
        let functions = heads.filter_map(|head| head.trim_start_matches("async ").strip_prefix("fn "));
        for name in functions.filter_map(|rest| rest.split(['(', '<']).next()) {
            found.entry(name.to_owned()).or_default().push(&module[folder.len()]);
        }
    }
    let alone = |(name, mut files): (String, Vec<&String>)| {
        files.dedup();
        (files.len() == 1).then(|| (name, files[0].clone()))
    };
    found.into_iter().filter_map(alone).collect()
}

/// What the `use` lines of a folder's `mod.rs` name, by the name it then has there.
fn re_exports(text: &str, folder: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for statement in text.split(';') {
        let Some((before, named)) = statement.rsplit_once("use ") else { continue };
        if !before.is_empty() && !before.ends_with(['\n', ' ']) {
            continue;
        }
        for (name, path) in named_paths(named.trim()) {
            let path = match path.split_first() {
                Some((first, rest)) if first == "crate" => rest.to_vec(),
                Some((first, rest)) if first == "super" => [&folder[..folder.len() - 1], rest].concat(),
                _ => [folder, &path[..]].concat(),
            };
            found.insert(name, path);
        }
    }
    found
}

/// As [`paths`], each with the name by which it is then known: its last step, or what follows `as`.
fn named_paths(rest: &str) -> Vec<(String, Vec<String>)> {
    if let Some((head, list)) = rest.split_once('{') {
        let steps = paths(head).concat();
        let inner = parts(list).flat_map(named_paths);
        return inner.map(|(name, path)| (name, [steps.clone(), path].concat())).collect();
    }
    let (path, name) = rest.split_once(" as ").map_or((rest, None), |(path, name)| (path, Some(name)));
    let path = paths(path).concat();
    let name = name.or_else(|| path.last().map(String::as_str)).unwrap_or_default().trim().to_owned();
    vec![(name, path)]
}

/// A circle, as the names along it, the first again at the end; nothing if there is none.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    let mut done = Vec::new();
    graph.keys().find_map(|start| leads_back(graph, start, &mut Vec::new(), &mut done))
}

fn leads_back(graph: &Graph, at: &str, way: &mut Vec<String>, done: &mut Vec<String>) -> Option<Vec<String>> {
    if let Some(first) = way.iter().position(|before| before == at) {
        return Some([&way[first..], &[at.to_owned()]].concat());
    }
    if done.iter().any(|known| known == at) {
        return None;
    }
    way.push(at.to_owned());
    let found = graph.get(at)?.keys().find_map(|next| leads_back(graph, next, way, done));
    way.pop();
    done.push(at.to_owned());
    found
}

/// A circle with what shows each of its steps: `a (model::b::X) -> b (model::a::Y) -> a`.
fn shown(graph: &Graph, circle: &[String]) -> String {
    let step = |two: &[String]| format!("{} ({}) -> ", two[0], graph[&two[0]][&two[1]]);
    circle.windows(2).map(step).chain(circle.last().cloned()).collect()
}
