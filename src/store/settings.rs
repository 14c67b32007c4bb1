//! The tables of settings and of the logo: what administrators set on a page.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Result;
use crate::db::Db;
use crate::db::schema::{logos, settings};
use crate::domain::input::Input;
use crate::domain::settings::{Draft, Settings, check, fields};
use crate::domain::vendor::{Logo, LogoKind, LogoName, Vendor};

/// Counts the edits, beside the fields.
const VERSION: &str = "version";
/// The one logo there is.
const LOGO: i64 = 1;

/// The settings; what was never set is as it is at first.
pub fn find(db: &mut Db) -> Result<Settings> {
    let rows: HashMap<String, String> = settings::table.select((settings::name, settings::value)).load(db)?.into_iter().collect();
    let mut form = Input::new(fields(&Draft::default()));
    for (name, value) in &rows {
        form.set(name, value.as_str());
    }
    let version = rows.get(VERSION).and_then(|version| version.parse().ok()).unwrap_or_default();
    // What a newer program wrote may not be understood here.
    Ok(Settings { draft: check(&form).unwrap_or_default(), version })
}

/// Saves the settings as their next version.
pub fn save(db: &mut Db, draft: &Draft, version: i32) -> Result<()> {
    for (name, value) in fields(draft).into_iter().chain([(VERSION.to_owned(), version.to_string())]) {
        diesel::delete(settings::table.find(&name)).execute(db)?;
        diesel::insert_into(settings::table).values((settings::name.eq(&name), settings::value.eq(&value))).execute(db)?;
    }
    Ok(())
}

/// The vendor as contacts see it.
pub fn vendor(db: &mut Db) -> Result<Vendor> {
    let Draft { vendor, accent, support, imprint, .. } = find(db)?.draft;
    Ok(Vendor { name: vendor, accent, support, imprint: Some(imprint).filter(|imprint| !imprint.is_empty()), logo: logo_name(db)? })
}

fn logo_name(db: &mut Db) -> Result<Option<LogoName>> {
    let row: Option<(String, String)> = logos::table.find(LOGO).select((logos::media_type, logos::digest)).first(db).optional()?;
    Ok(row.and_then(|(media_type, digest)| Some(LogoName { kind: LogoKind::parse(&media_type)?, digest })))
}

/// The logo, where there is one.
pub fn logo(db: &mut Db) -> Result<Option<Logo>> {
    let row: Option<(String, Vec<u8>, String)> =
        logos::table.find(LOGO).select((logos::media_type, logos::bytes, logos::digest)).first(db).optional()?;
    Ok(row.and_then(|(media_type, bytes, digest)| Some(Logo { kind: LogoKind::parse(&media_type)?, bytes, digest })))
}

/// Puts a logo in the place of the one there is, or removes that; says whether there was one.
pub fn set_logo(db: &mut Db, logo: Option<&Logo>) -> Result<bool> {
    let removed = diesel::delete(logos::table.find(LOGO)).execute(db)? > 0;
    if let Some(logo) = logo {
        diesel::insert_into(logos::table)
            .values((
                (logos::id.eq(LOGO), logos::media_type.eq(logo.kind.media_type())),
                (logos::bytes.eq(&logo.bytes), logos::digest.eq(&logo.digest)),
            ))
            .execute(db)?;
    }
    Ok(removed)
}
