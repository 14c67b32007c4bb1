//! Holds the source to its floors (an import goes down, never up, and no two files import each other, directly or round), and the docs to
//! files that exist.
//!
//! Reads `use` declarations and paths in code of `src/`, without strings, comments and `#[cfg(test)]` items, and finds the file that each
//! leads to: that of the last module in the path. A re-export (`pub use`) is an import of the file that makes it; `mod x;` is none.
//! `docs/architecture.md` describes the floors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What holds the program, from the top floor down. Places that share a floor may import each other one way only.
const FLOORS: &[&[&str]] = &[
    &["main", "lib"],
    &["cli"],
    &["server", "startup"],
    &["config"],
    &["routes"],
    &["pages", "portal"],
    &["web"],
    &["jobs"],
    &["imports", "exports", "mail", "sample"],
    &["changes"],
    &["list"],
    &["store"],
    &["domain"],
    &["db"],
];

/// The name by which `main.rs` knows the library.
const CRATE: &str = env!("CARGO_PKG_NAME");

#[test]
fn imports_go_down_and_never_round() {
    let mut files = Files::new();
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "", &mut files);
    let offences = offences(&imports(&files));
    assert!(offences.is_empty(), "\n{offences}");
}

/// Source text by its path below `src/`.
type Files = BTreeMap<String, String>;
/// The names that a file (first) takes from another (second).
type Imports = BTreeMap<(String, String), BTreeSet<String>>;

fn read_folder(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder of src") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(name, fs::read_to_string(&path).expect("source text"));
        }
    }
}

// ---------------------------------------------------------------------------------------------- the rules

/// Everything that breaks a rule, in words; empty when nothing does.
fn offences(imports: &Imports) -> String {
    let mut text = String::new();
    let edges: BTreeSet<_> = imports.keys().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    for circle in circles(&edges) {
        describe(&mut text, &format!("a circle of {} files", circle.len()), imports, |from, to| {
            circle.contains(from) && circle.contains(to)
        });
    }
    let between_places: BTreeSet<_> = edges.iter().map(|(from, to)| (place(from), place(to))).filter(|(from, to)| from != to).collect();
    for circle in circles(&between_places).iter().filter(|circle| circle.iter().all(|at| floor(at) == floor(circle.first().unwrap()))) {
        describe(&mut text, "a circle between neighbours of one floor", imports, |from, to| {
            place(from) != place(to) && circle.contains(place(from)) && circle.contains(place(to))
        });
    }
    let unknown: BTreeSet<_> = edges.iter().flat_map(|(from, to)| [place(from), place(to)]).filter(|at| floor(at).is_none()).collect();
    for place in unknown {
        writeln!(text, "no floor is named for src/{place}: add it to FLOORS").unwrap();
    }
    describe(&mut text, "imports that go up", imports, |from, to| floor(place(from)) > floor(place(to)) && floor(place(to)).is_some());
    text
}

fn describe(text: &mut String, what: &str, imports: &Imports, concerned: impl Fn(&str, &str) -> bool) {
    let mut concerned = imports.iter().filter(|((from, to), _)| concerned(from, to)).peekable();
    if concerned.peek().is_some() {
        writeln!(text, "{what}:").unwrap();
    }
    for ((from, to), names) in concerned {
        writeln!(text, "  {from} -> {to}: {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")).unwrap();
    }
}

/// The top folder or file of `src/` that a file belongs to, without its extension.
fn place(file: &str) -> &str {
    let top = file.split('/').next().unwrap_or_default();
    top.strip_suffix(".rs").unwrap_or(top)
}

/// Counted from the top.
fn floor(place: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&place))
}

/// The sets of nodes that lead to each other; those of one node are left out.
fn circles<'a>(edges: &BTreeSet<(&'a str, &'a str)>) -> Vec<BTreeSet<&'a str>> {
    let reached = |start: &'a str| {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            open.extend(
                edges.range((node, "")..).take_while(|(from, _)| *from == node).map(|(_, to)| *to).filter(|to| reached.insert(*to)),
            );
        }
        reached
    };
    let reached: BTreeMap<_, _> = edges.iter().map(|(from, _)| (*from, reached(from))).collect();
    let leads_to = |from: &str, to: &str| reached.get(from).is_some_and(|nodes| nodes.contains(to));
    let circles: BTreeSet<BTreeSet<_>> = reached
        .keys()
        .filter(|node| leads_to(node, node))
        .map(|node| reached.keys().copied().filter(|other| leads_to(node, other) && leads_to(other, node)).collect())
        .collect();
    circles.into_iter().filter(|circle: &BTreeSet<_>| circle.len() > 1).collect()
}

// ---------------------------------------------------------------------------------------------- from paths to files

/// A module by its path from the crate's root.
type Module = Vec<String>;

#[derive(Default)]
struct Program {
    /// The file that holds a module.
    files: BTreeMap<Module, String>,
    /// What `use` brings into a module: the name, and the path it stands for, as written.
    names: BTreeMap<(Module, String), Vec<String>>,
}

/// Where a path leads.
enum Target {
    Module(Module),
    /// Something that a module defines or re-exports.
    Item(Module, String),
}

/// What each file imports.
fn imports(files: &Files) -> Imports {
    let mut program = Program::default();
    let mut sources = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| !is_test(file)) {
        let source = Source::read(text, module_of(file));
        for module in &source.modules {
            program.files.insert(module.clone(), file.clone());
        }
        for (module, name, path) in &source.uses {
            program.names.insert((module.clone(), name.clone()), path.clone());
        }
        sources.push((file, source));
    }
    let mut imports = Imports::new();
    for (file, source) in sources {
        let used = source.uses.iter().map(|(module, _, path)| (module, path, true));
        for (module, path, is_use) in used.chain(source.paths.iter().map(|(module, path)| (module, path, false))) {
            let (to, name) = match program.resolve(module, path, 0) {
                Some(Target::Item(module, name)) => (module, name),
                Some(Target::Module(module)) if is_use => (module, "self".to_owned()),
                _ => continue,
            };
            if let Some(to) = program.files.get(&to).filter(|to| *to != file) {
                imports.entry((file.clone(), to.clone())).or_default().insert(name);
            }
        }
    }
    imports
}

/// Unit tests in a file of their own: `#[cfg(test)] mod tests;`.
fn is_test(file: &str) -> bool {
    file.ends_with("tests.rs") || file.contains("tests/")
}

/// `store/customers.rs` and `store/customers/mod.rs` are `store::customers`; the crate's roots are empty.
fn module_of(file: &str) -> Module {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "main" {
        return vec!["main.rs".to_owned()];
    }
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

impl Program {
    /// Follows a path from inside a module; `None` where it leaves the crate or begins with something that is no module.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<Target> {
        if depth > 8 {
            return None; // names that stand for each other
        }
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" | CRATE => Vec::new(),
            "self" => from.clone(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            name => match self.child(from, name) {
                Some(module) => module,
                None => match self.alias(from, name, path, depth)? {
                    Target::Module(module) => module,
                    Target::Item(..) => return None, // counted where `use` brings it in
                },
            },
        };
        while let Some((name, after)) = rest.split_first() {
            let next = match name.as_str() {
                "super" => Some(at[..at.len().checked_sub(1)?].to_vec()),
                "self" => Some(at.clone()),
                name => self.child(&at, name).or_else(|| match self.alias(&at, name, path, depth) {
                    Some(Target::Module(module)) => Some(module),
                    _ => None,
                }),
            };
            match next {
                Some(module) => (at, rest) = (module, after),
                None => return Some(Target::Item(at, name.clone())),
            }
        }
        Some(Target::Module(at))
    }

    fn child(&self, module: &Module, name: &str) -> Option<Module> {
        let child = [module.as_slice(), &[name.to_owned()]].concat();
        self.files.range::<Module, _>(&child..).next().is_some_and(|(module, _)| module.starts_with(&child)).then_some(child)
    }

    /// What a name that `use` brought into `module` stands for; `path` is the one being followed, which cannot explain itself.
    fn alias(&self, module: &Module, name: &str, path: &[String], depth: usize) -> Option<Target> {
        let alias = self.names.get(&(module.clone(), name.to_owned()))?;
        if alias == path { None } else { self.resolve(module, alias, depth + 1) }
    }
}

// ---------------------------------------------------------------------------------------------- from text to paths

/// What one file says.
#[derive(Default)]
struct Source {
    /// The file's module and those written inside it.
    modules: Vec<Module>,
    /// In this module, this name stands for this path.
    uses: Vec<(Module, String, Vec<String>)>,
    /// Paths in code.
    paths: Vec<(Module, Vec<String>)>,
}

impl Source {
    fn read(text: &str, module: Module) -> Source {
        let tokens = tokens(text);
        let token = |at: usize| tokens.get(at).map_or("", String::as_str);
        let mut source = Source { modules: vec![module.clone()], ..Source::default() };
        // The module that the cursor is in, with the depths of braces at which those around it go on.
        let (mut module, mut outer, mut depth) = (module, Vec::new(), 0_usize);
        let mut at = 0;
        while at < tokens.len() {
            match (token(at), token(at + 1)) {
                ("#", "[")
                    if token(at + 2) == "cfg" && (token(at + 4) == "test" || (token(at + 4) == "all" && token(at + 6) == "test")) =>
                {
                    at = after_item(&tokens, at);
                    continue;
                }
                ("mod", name) if token(at + 2) == "{" => {
                    outer.push(depth);
                    depth += 1;
                    module.push(name.to_owned());
                    source.modules.push(module.clone());
                    at += 3;
                    continue;
                }
                ("use", next) if is_name(next) || next == "{" => {
                    at += 1;
                    source.use_tree(&tokens, &mut at, &module, &mut Vec::new());
                    continue;
                }
                ("{", _) => depth += 1,
                ("}", _) => {
                    depth -= 1;
                    if outer.last() == Some(&depth) {
                        outer.pop();
                        module.pop();
                    }
                }
                (name, "::") if is_name(name) && (at == 0 || !["::", "."].contains(&token(at - 1))) => {
                    let mut path = vec![name.to_owned()];
                    while token(at + 1) == "::" && is_name(token(at + 2)) {
                        at += 2;
                        path.push(token(at).to_owned());
                    }
                    source.paths.push((module.clone(), path));
                }
                _ => {}
            }
            at += 1;
        }
        source
    }

    /// Reads one branch of a `use` declaration; `prefix` is what stands before it.
    fn use_tree(&mut self, tokens: &[String], at: &mut usize, module: &Module, prefix: &mut Vec<String>) {
        let token = |at: usize| tokens.get(at).map_or("", String::as_str);
        let length = prefix.len();
        while is_name(token(*at)) {
            prefix.push(token(*at).to_owned());
            *at += 1;
            if token(*at) != "::" {
                break;
            }
            *at += 1;
        }
        match token(*at) {
            "{" => {
                *at += 1;
                while !["}", ""].contains(&token(*at)) {
                    self.use_tree(tokens, at, module, prefix);
                    if token(*at) == "," {
                        *at += 1;
                    }
                }
                *at += 1;
            }
            "*" => {
                *at += 1;
                self.uses.push((module.clone(), "*".to_owned(), [prefix.as_slice(), &["*".to_owned()]].concat()));
            }
            next => {
                if prefix.last().is_some_and(|last| last == "self") && prefix.len() > 1 {
                    prefix.pop();
                }
                let mut name = prefix.last().cloned().unwrap_or_default();
                if next == "as" {
                    token(*at + 1).clone_into(&mut name);
                    *at += 2;
                }
                self.uses.push((module.clone(), name, prefix.clone()));
            }
        }
        prefix.truncate(length);
    }
}

/// The place after the item that begins (with its attributes) at `at`.
fn after_item(tokens: &[String], mut at: usize) -> usize {
    let mut open = 0_usize;
    let mut is_use = false;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "use" if open == 0 => is_use = true,
            "(" | "[" | "{" => open += 1,
            ")" | "]" | "}" => {
                open = open.saturating_sub(1);
                if tokens[at] == "}" && open == 0 && !is_use {
                    return at + 1;
                }
            }
            ";" if open == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_') && token != "as"
}

/// Names, `::` and single characters; strings, characters, lifetimes and comments are left out.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if let Some(length) = string(rest).or_else(|| character(rest)) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push(rest[..length].to_owned());
            length
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            tokens.extend((!first.is_whitespace()).then(|| first.to_string()));
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a comment in `/* */`, which may hold others.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of the string that the text begins with: `"…"`, `b"…"`, `r#"…"#`.
fn string(text: &str) -> Option<usize> {
    let bare = text.trim_start_matches(['b', 'c']);
    let raw = bare.strip_prefix('r').filter(|rest| rest.trim_start_matches('#').starts_with('"'));
    if let Some(rest) = raw {
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let end = format!("\"{}", &rest[..hashes]);
        let start = text.len() - rest.len() + hashes + 1;
        return Some(text[start..].find(&end).map_or(text.len(), |at| start + at + end.len()));
    }
    let inside = bare.strip_prefix('"').filter(|_| text.len() - bare.len() <= 1)?;
    let mut escaped = false;
    let end = inside.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(end.map_or(text.len(), |at| text.len() - inside.len() + at + 1))
}

/// The length of the character or lifetime that the text begins with.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        return Some(2 + escape.char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(escape.len(), |(at, _)| at + 1));
    }
    let first = inside.chars().next()?.len_utf8();
    let is_character = inside[first..].starts_with('\'');
    Some(if is_character { first + 2 } else { 1 + inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len()) })
}

// ---------------------------------------------------------------------------------------------- what the docs name

/// A file or folder of this repository that a doc names as `code`, or leads to by a link, exists; paths below `src/` may leave that out.
#[test]
fn docs_name_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut docs: Vec<_> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name)).into();
    docs.extend(fs::read_dir(root.join("docs")).expect("docs").map(|file| file.expect("a file").path()));
    for doc in docs.iter().filter(|doc| doc.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(doc).expect("a doc");
        let links =
            text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).filter(|to| !to.contains("://"));
        let folder = doc.parent().expect("a folder");
        let missing = |path: &&str| {
            let path = path.trim_end_matches("**");
            !root.join(path).exists() && !root.join("src").join(path).exists()
        };
        let broken: Vec<_> = links.filter(|to| !folder.join(to).exists()).chain(named_files(&text).filter(missing)).collect();
        assert!(broken.is_empty(), "{} names what does not exist: {broken:?}", doc.display());
    }
}

/// What stands between backquotes and looks like a path of this repository.
fn named_files(text: &str) -> impl Iterator<Item = &str> {
    let paragraphs = text.split("```").step_by(2);
    let code = paragraphs.flat_map(|paragraph| paragraph.split('`').skip(1).step_by(2));
    code.filter(|code| {
        let is_path = code.chars().all(|c| c.is_ascii_alphanumeric() || "/_-.*".contains(c)) && !code.starts_with(['/', '.', '-']);
        is_path
            && *code != "mod.rs"
            && (code.ends_with('/') || [".rs", ".md", ".toml", ".html"].iter().any(|extension| code.ends_with(extension)))
    })
}

// ---------------------------------------------------------------------------------------------- the check itself is checked

/// `a -> b: names` of small files.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let imports = imports(&files);
    imports.iter().map(|((from, to), names)| format!("{from} -> {to}: {}", names.iter().cloned().collect::<Vec<_>>().join(" "))).collect()
}

fn offences_of(files: &[(&str, &str)]) -> String {
    offences(&imports(&files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()))
}

#[test]
fn paths_lead_to_files() {
    let store = ("store/mod.rs", "pub mod customers; pub mod error; pub use error::Error; pub fn open() {}");
    let error = ("store/error.rs", "pub struct Error;");
    let customers = ("store/customers.rs", "use super::Error; pub fn find() {}");
    let rest = ["store/customers.rs -> store/mod.rs: Error", "store/mod.rs -> store/error.rs: Error"];
    for (text, expected) in [
        ("use crate::store::{self, customers::find as look, Error};", vec!["customers.rs: find", "mod.rs: Error self"]),
        ("use crate::store; fn f() { store::customers::find(); store::open() }", vec!["customers.rs: find", "mod.rs: open self"]),
        ("use crate::store::customers as c; fn f() { c::find() }", vec!["customers.rs: find self"]),
        ("fn f() { let x = crate::store::customers::find::<u8>(); }", vec!["customers.rs: find"]),
        ("use crate::store::*;", vec!["mod.rs: *"]),
        ("mod inner { use super::super::store::open; }", vec!["mod.rs: open"]),
        ("#[diesel(table_name = crate::store::customers)] struct Row;", vec![]),
        ("#[diesel(table_name = crate::store::customers::table)] struct Row;", vec!["customers.rs: table"]),
        ("pub(in crate::store) fn f() {}", vec![]),
    ] {
        let mut expected: Vec<_> = expected.iter().map(|edge| format!("pages.rs -> store/{edge}")).chain(rest.map(str::to_owned)).collect();
        expected.sort();
        assert_eq!(found(&[store, error, customers, ("pages.rs", text)]), expected, "{text}");
    }
}

#[test]
fn what_is_no_code_is_not_read() {
    let store = ("store.rs", "pub fn open() {}");
    for text in [
        "// use crate::store::open;",
        "/* use /* */ crate::store::open; */",
        "//! `crate::store::open`\n/// [`crate::store::open`]\nfn f() {}",
        r##"const A: &str = "use crate::store::open;"; const B: &str = r#"" crate::store::open "#; const C: &[u8] = b"\" crate::store::open";"##,
        "const A: char = '\"'; fn f<'a>() { '\\''; } // crate::store::open",
        "#[cfg(test)] mod tests { use crate::store::open; fn f() {} }",
        "#[cfg(test)]\n#[allow(unused)]\nuse crate::store::{open};",
        "#[cfg(test)] fn f() -> [u8; 1] { crate::store::open() }",
        "use std::fmt; use diesel::{prelude::*, store::open}; fn f() { Vec::new(); fmt::write(); self::f() }",
    ] {
        assert_eq!(found(&[store, ("pages.rs", text)]), Vec::<String>::new(), "{text}");
    }
    assert_eq!(
        found(&[store, ("pages.rs", "#[cfg(test)] mod tests { fn f() {} } use crate::store::open;")]),
        ["pages.rs -> store.rs: open"]
    );
}

#[test]
fn a_circle_is_named_with_what_ties_it() {
    let text = offences_of(&[
        ("list/a.rs", "use super::b::B;"),
        ("list/b.rs", "fn f() { super::c::c() }"),
        ("list/c.rs", "use crate::list::a::A;"),
        ("list/d.rs", "use super::a::A;"),
    ]);
    assert_eq!(text, "a circle of 3 files:\n  list/a.rs -> list/b.rs: B\n  list/b.rs -> list/c.rs: c\n  list/c.rs -> list/a.rs: A\n");
    let face = [("db/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;"), ("db/a.rs", ""), ("db/b.rs", "use super::A;")];
    assert_eq!(offences_of(&face), "a circle of 2 files:\n  db/b.rs -> db/mod.rs: A\n  db/mod.rs -> db/b.rs: B\n");
}

#[test]
fn an_import_that_goes_up_is_named() {
    let down = [("main.rs", "fn main() { clientele::cli::run() }"), ("cli.rs", "use crate::web::form::read;"), ("web/form.rs", "")];
    assert_eq!(offences_of(&down), "");
    let up = [("store/customers.rs", "use crate::web::form::read;"), ("web/form.rs", "")];
    assert_eq!(offences_of(&up), "imports that go up:\n  store/customers.rs -> web/form.rs: read\n");
    let unknown = [("attic.rs", "use crate::web::form::read;"), ("web/form.rs", "")];
    assert!(offences_of(&unknown).contains("no floor is named for src/attic"));
}

#[test]
fn neighbours_import_each_other_one_way_only() {
    let files = [("imports/a.rs", "use crate::exports::a;"), ("imports/b.rs", ""), ("exports.rs", "use crate::imports::b::b;")];
    let text = offences_of(&files);
    assert_eq!(text, "a circle between neighbours of one floor:\n  exports.rs -> imports/b.rs: b\n  imports/a.rs -> exports.rs: a\n");
}
