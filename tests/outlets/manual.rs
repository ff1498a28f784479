//! Manual pages: every command has one, titled and with its examples as typed.

use crate::read;
use crate::support::Folder;

#[test]
fn manual_pages_are_titled_and_keep_their_examples_as_typed() {
    let folder = Folder::new("pages");
    folder.run("man --dir man1").exits(0);
    for name in folder.path("man1").read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        let page = read(&folder, &format!("man1/{name}"));
        let name = name.trim_end_matches(".1");
        let title = page.lines().find(|line| line.starts_with(".TH ")).unwrap();
        assert!(
            title.starts_with(&format!(".TH {name} 1"))
                && title.contains(concat!("\"heeler ", env!("CARGO_PKG_VERSION"), "\"")),
            "{title}"
        );
        assert!(!page.contains(".SH EXTRA"), "{name}");
        if page.contains("Example") {
            let (_, notes) = page.split_once(".SH NOTES\n.nf\n").unwrap_or_else(|| panic!("{name} is filled"));
            assert!(notes.contains("Example") && notes.contains("\n.fi\n"), "{name}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::new("man");
    folder.run("man --dir man/man1").exits(0);
    let help = folder.run("--help").exits(0).out;
    let listed = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0.to_owned();
    let commands = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        let page = read(&folder, &format!("man/man1/heeler-{command}.1"));
        assert!(page.contains(&format!("heeler {command}")) && page.contains(".SH DESCRIPTION"), "{command}: {page}");
    }
    assert!(!help.contains("Write manual pages"));
}
