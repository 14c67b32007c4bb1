//! The form that takes files.

use super::draw;
use super::wording::{At, steps};
use crate::db::Db;
use crate::domain::import::Mode;
use crate::imports::record;
use crate::pages::screen::DetailPane;
use crate::pages::view::ImportStart;
use crate::store::{Result, random_token};
use crate::web::address;
use crate::web::request::Request;

/// How many earlier imports the form lists.
const LISTED: i64 = 10;
/// The fields for files: name, label, hint.
const FILES: [(&str, &str, &str); 3] = [
    ("customers", "Customers", "Matched by number, or by CRM ID where there is no number, or by what you choose."),
    ("contacts", "Contacts of companies", "Matched by e-mail within the customer, which each row names by number, CRM ID or name."),
    ("entitlements", "Entitlements", "Matched by EID."),
];

/// The form with this mode chosen, and the latest imports; with a sentence about what was sent before. Files have to be chosen again: no page
/// may do that for anybody.
pub(super) fn form(db: &mut Db, request: &Request, mode: Mode, alert: Option<String>) -> Result<DetailPane> {
    let latest = record::latest(db, LISTED)?;
    let form = ImportStart {
        action: address::with_list(address::IMPORT, &request.query),
        token: random_token(),
        alert,
        files: FILES,
        modes: draw::MODES.map(|(offered, label)| (offered.word(), label, offered == mode)),
        help: address::with_list(address::IMPORT_HELP, &request.query),
        cancel: address::with_list("/customers", &request.query),
        latest: latest.iter().map(|import| draw::row(request, import)).collect(),
        steps: steps(At::Upload, false),
    };
    Ok(DetailPane::other("Import".to_owned(), None, &form))
}
