//! Links of the pages lead somewhere: to a file that is there, and to a heading that it has.

use std::path::Path;

use super::{ROOT, page};

#[test]
fn every_link_leads_to_a_file_and_to_a_heading_of_it() {
    for page in page::all() {
        for link in links(&page::read(&page)) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => Path::new(ROOT).join(&page),
                file => Path::new(ROOT).join(&page).parent().unwrap().join(file),
            };
            assert!(target.exists(), "{page} links to {link}");
            let headings = || page::headings(&std::fs::read_to_string(&target).unwrap());
            assert!(anchor.is_empty() || headings().contains(&anchor.to_owned()), "{page} links to {link}");
        }
    }
}

/// What a page links to, but for other sites.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    targets.filter(|link| !link.is_empty() && !link.contains("://")).map(str::to_owned).collect()
}
