//! Style sheet, scripts and icons: embedded, fingerprinted and compressed by `build.rs`.
//!
//! An address contains a hash of the content, so browsers may keep an asset for a year: a changed one has another address.

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// The last part of its address, with the hash: `app-1a2b3c4d5e6f.css`.
    pub name: &'static str,
    pub content_type: &'static str,
    /// The hash alone, without quotation marks. Each encoding needs an entity tag of its own: add `-br` or `-gz` for those.
    pub etag: &'static str,
    pub plain: &'static [u8],
    /// The same bytes by brotli, quality 11.
    pub brotli: &'static [u8],
    /// The same bytes by gzip, level 9.
    pub gzip: &'static [u8],
}

// `static ASSETS: [(&str, &str, Asset); N]`: logical name, address, asset, by logical name.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Returns the address of an asset by its name in `static/`: `url("app.css")` is `/static/app-1a2b3c4d5e6f.css`.
///
/// The build fails when a template asks for a name that does not exist, so the empty address of an unknown name is never used.
#[must_use]
pub fn url(logical: &str) -> &'static str {
    ASSETS.binary_search_by_key(&logical, |(name, _, _)| *name).map_or("", |i| ASSETS[i].1)
}

/// Returns the asset with this fingerprinted name.
#[must_use]
pub fn find(fingerprinted: &str) -> Option<&'static Asset> {
    ASSETS.iter().map(|(_, _, asset)| asset).find(|asset| asset.name == fingerprinted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_its_asset() {
        for logical in ["app.css", "main.js", "theme.js", "htmx.min.js", "icons.svg", "favicon.svg"] {
            let name = url(logical).strip_prefix("/static/").expect(logical);
            let asset = find(name).expect(logical);
            assert_eq!(asset.name, name);
            assert!(name.contains(asset.etag));
            assert!(asset.brotli.len() < asset.plain.len());
        }
        assert!(find("app.css").is_none());
        assert_eq!(url("unknown.css"), "");
    }

    #[test]
    fn the_style_sheet_shows_fingerprinted_pictures() {
        let sheet = find(url("app.css").trim_start_matches("/static/")).expect("the style sheet");
        assert!(String::from_utf8_lossy(sheet.plain).contains(&format!("url(\"{}\")", url("marks.svg"))));
    }

    #[test]
    fn scripts_import_fingerprinted_names() {
        for (_, _, asset) in ASSETS.iter().filter(|(.., asset)| asset.content_type.starts_with("text/javascript")) {
            let text = String::from_utf8_lossy(asset.plain);
            for specifier in text.split("\"./").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(find(specifier).is_some(), "{} imports {specifier}", asset.name);
            }
        }
    }

    #[test]
    fn a_first_visit_is_small() {
        // Those who visit the portal load what is its own besides the one style sheet that both sides share.
        let of_administration = ASSETS.iter().filter(|(.., asset)| !asset.name.starts_with("portal-"));
        let bytes: usize = of_administration.map(|(_, _, asset)| asset.brotli.len()).sum();
        assert!(bytes < 48 * 1024, "{bytes} bytes");
    }

    #[test]
    fn vendored_files_are_as_their_list_says() {
        use sha2::{Digest, Sha256};
        let list = include_str!("../../static/vendor/README.md");
        for (name, bytes) in [
            ("htmx.min.js", &include_bytes!("../../static/vendor/htmx.min.js")[..]),
            ("icons.svg", &include_bytes!("../../static/icons.svg")[..]),
            ("marks.svg", &include_bytes!("../../static/marks.svg")[..]),
        ] {
            let sum = Sha256::digest(bytes).iter().fold(String::new(), |sum, byte| format!("{sum}{byte:02x}"));
            assert!(list.contains(&sum), "{name} is {sum}");
        }
    }
}
