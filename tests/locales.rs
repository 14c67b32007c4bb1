//! Holds the languages of the portal and of mails to each other, and to what the program asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The variables of each message, by its id.
type Messages = BTreeMap<String, BTreeSet<String>>;

fn messages(language: &str) -> Messages {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("locales/{language}.ftl"));
    let mut messages = Messages::new();
    let mut last = String::new();
    for line in fs::read_to_string(path).expect("a language").lines().filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '}']) && !line.is_empty() {
            let (id, _) = line.split_once(" =").unwrap_or_else(|| panic!("{language}: {line}"));
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{language}: {id}");
            id.clone_into(&mut last);
            assert!(messages.insert(last.clone(), BTreeSet::new()).is_none(), "{language} has {id} twice");
        }
        let names =
            line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().expect("a name"));
        messages.entry(last.clone()).or_default().extend(names.map(str::to_owned));
    }
    messages.remove("");
    messages
}

/// All source text and all templates.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| ["rs", "html", "txt"].iter().any(|known| extension == *known)) {
            all.push_str(&fs::read_to_string(&path).expect("text"));
        }
    }
}

fn program() -> String {
    let mut all = String::new();
    for folder in ["src", "templates"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut all);
    }
    all
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let (english, german) = (messages("en"), messages("de"));
    assert!(english.len() > 1);
    for (id, variables) in &english {
        assert_eq!(german.get(id), Some(variables), "{id} in German");
    }
    let missing: Vec<_> = german.keys().filter(|id| !english.contains_key(*id)).collect();
    assert!(missing.is_empty(), "not in English: {missing:?}");
}

#[test]
fn every_message_that_is_asked_for_exists() {
    let (messages, program) = (messages("en"), program());
    let asked = [".say(", ".say_with("].iter().flat_map(|call| program.split(call).skip(1));
    let ids = asked.filter_map(|rest| rest.trim_start().strip_prefix('"')).filter_map(|rest| rest.split('"').next());
    let ids = ids.filter(|id| !id.contains(' '));
    let missing: BTreeSet<_> = ids.filter(|id| !messages.contains_key(*id)).collect();
    assert!(missing.is_empty(), "asked for, but in no language: {missing:?}");
}

#[test]
fn no_message_is_unused() {
    let program = program();
    let unused: Vec<_> = messages("en").into_keys().filter(|id| !program.contains(&format!("\"{id}\""))).collect();
    assert!(unused.is_empty(), "in no source and no template: {unused:?}");
}
