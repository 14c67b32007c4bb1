//! Prepares the assets that are embedded in the program.
//!
//! Everything below `static/` is fingerprinted (its name contains a hash of its content, so browsers may keep it for a year)
//! and compressed once, as much as possible. The result is a table in Rust that `src/web/assets.rs` includes.
//!
//! - `css/*.css` become one `app.css`; `layers.css`, which states the order of the layers, comes first. The pictures that it shows are rewritten to
//!   the fingerprinted names.
//! - `js/*.js` stay modules; their imports of each other are rewritten to the fingerprinted names.
//! - `vendor/*.js`, `*.css` beside it and `*.svg` are not changed.
//!
//! The build fails when a template asks for an asset that does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// How a template asks for an asset's address.
const URL_CALL: &str = "assets::url(\"";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=templates");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets the manifest directory"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets the output directory"));

    let assets = collect(&root.join("static"));
    for name in referenced(&root.join("templates")) {
        assert!(assets.contains_key(&name), "a template asks for the asset `{name}`, which is not in static/");
    }
    fs::write(out.join("assets.rs"), table(&assets, &out)).expect("the table can be written");
}

/// An asset ready to be embedded.
struct Asset {
    /// `app-1a2b3c4d5e6f.css`
    name: String,
    content_type: &'static str,
    hash: String,
    bytes: Vec<u8>,
}

impl Asset {
    fn new(logical: &str, bytes: Vec<u8>) -> Self {
        let (stem, extension) = logical.rsplit_once('.').expect("an asset has an extension");
        let hash = hash(&bytes);
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("static/{logical}: no content type is known for .{other}"),
        };
        Self { name: format!("{stem}-{hash}.{extension}"), content_type, hash, bytes }
    }
}

/// All assets by their logical name (`app.css`, `main.js`).
fn collect(dir: &Path) -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    let mut add = |logical: &str, bytes: Vec<u8>| {
        let same = assets.insert(logical.to_owned(), Asset::new(logical, bytes));
        assert!(same.is_none(), "two files of static/ are called {logical}; addresses have no folders");
    };
    let pictures = files(dir, "svg");
    add("app.css", with_pictures(style_sheet(&dir.join("css")), &pictures).into_bytes());
    for (logical, text) in modules(&dir.join("js")) {
        add(&logical, text.into_bytes());
    }
    for file in files(&dir.join("vendor"), "js").iter().chain(&pictures).chain(&files(dir, "css")) {
        add(&file_name(file), read(file));
    }
    assets
}

/// All style sheets as one: the order of the layers first, then the components by name.
fn style_sheet(dir: &Path) -> Vec<u8> {
    let (first, rest): (Vec<_>, Vec<_>) = files(dir, "css").into_iter().partition(|f| file_name(f) == "layers.css");
    assert_eq!(first.len(), 1, "static/css/layers.css states the order of the layers");
    first.iter().chain(&rest).flat_map(|file| read(file)).collect()
}

/// A style sheet that shows pictures by fingerprinted names.
fn with_pictures(sheet: Vec<u8>, pictures: &[PathBuf]) -> String {
    let sheet = String::from_utf8(sheet).expect("style sheets are UTF-8");
    pictures.iter().fold(sheet, |sheet, file| {
        let name = file_name(file);
        sheet.replace(&format!("url(\"./{name}\")"), &format!("url(\"/static/{}\")", Asset::new(&name, read(file)).name))
    })
}

/// The scripts, importing each other by fingerprinted names. A hash covers what is imported, so it changes with that.
fn modules(dir: &Path) -> BTreeMap<String, String> {
    let sources: BTreeMap<_, _> =
        files(dir, "js").into_iter().map(|file| (file_name(&file), String::from_utf8(read(&file)).expect("scripts are UTF-8"))).collect();
    let mut done = BTreeMap::new();
    for name in sources.keys() {
        rewrite(name, &sources, &mut done, &mut Vec::new());
    }
    done
}

/// Rewrites the imports of one script, after those of the scripts that it imports.
fn rewrite(name: &str, sources: &BTreeMap<String, String>, done: &mut BTreeMap<String, String>, path: &mut Vec<String>) {
    if done.contains_key(name) {
        return;
    }
    assert!(!path.iter().any(|p| p == name), "static/js: scripts import each other in a circle: {path:?}, {name}");
    path.push(name.to_owned());
    let mut text = sources[name].clone();
    for other in sources.keys().filter(|other| *other != name) {
        let specifier = format!("\"./{other}\"");
        if text.contains(&specifier) {
            rewrite(other, sources, done, path);
            let fingerprinted = Asset::new(other, done[other].clone().into_bytes()).name;
            text = text.replace(&specifier, &format!("\"./{fingerprinted}\""));
        }
    }
    path.pop();
    done.insert(name.to_owned(), text);
}

/// The names of all assets that templates ask for.
fn referenced(dir: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in entries(dir) {
        if path.is_dir() {
            names.extend(referenced(&path));
        } else {
            let text = String::from_utf8_lossy(&read(&path)).into_owned();
            names.extend(text.split(URL_CALL).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    names
}

/// The Rust code of the table. The compressed bytes are written to files beside it.
fn table(assets: &BTreeMap<String, Asset>, out: &Path) -> String {
    let _ = fs::remove_dir_all(out.join("assets")); // of an earlier build
    fs::create_dir(out.join("assets")).expect("a folder can be made");
    let mut code = format!("static ASSETS: [(&str, &str, Asset); {}] = [\n", assets.len());
    for (logical, Asset { name, content_type, hash, bytes }) in assets {
        for (extension, bytes) in [("", bytes), (".br", &brotli(bytes)), (".gz", &gzip(bytes))] {
            fs::write(out.join(format!("assets/{name}{extension}")), bytes).expect("an asset can be written");
        }
        let file = |extension: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/assets/{name}{extension}\"))");
        writeln!(
            code,
            "    ({logical:?}, \"/static/{name}\", Asset {{ name: {name:?}, content_type: {content_type:?}, etag: {hash:?}, \
             plain: {}, brotli: {}, gzip: {} }}),",
            file(""),
            file(".br"),
            file(".gz"),
        )
        .expect("a string can be written to");
    }
    code + "];\n"
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).expect("bytes in memory compress");
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("bytes in memory compress");
    encoder.finish().expect("bytes in memory compress")
}

/// FNV-1a, the upper 48 of 64 bits: it names a version of a file and protects nothing.
/// Source: <http://www.isthe.com/chongo/tech/comp/fnv/>
fn hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{:012x}", hash >> 16)
}

/// The files of a folder with this extension, by name.
fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    entries(dir).into_iter().filter(|path| path.extension().is_some_and(|e| e == extension)).collect()
}

/// The contents of a folder in the order of their names, so that a build is the same on every machine.
fn entries(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir)
        .unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
        .map(|entry| entry.expect("a folder can be read").path())
        .collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a file has a name").to_string_lossy().into_owned()
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
