//! The list pane, of whichever list the screen has.

mod customers;
mod entitlements;
mod marked;

pub use customers::{count, is_empty, row};
pub use marked::marked;

use super::view::{Listed, Results, Rows};
use crate::db::Db;
use crate::store::Result;
use crate::web::request::Request;
use crate::web::screen::{Screen, Selected};

/// What the list has, in words.
pub fn listed(request: &Request) -> &'static Listed {
    match request.screen {
        Screen::Customers => &customers::LISTED,
        Screen::Entitlements => &entitlements::LISTED,
    }
}

/// What was typed into its search box.
pub fn text(request: &Request) -> &str {
    match request.screen {
        Screen::Customers => &request.query.text,
        Screen::Entitlements => &request.entitlements.text,
    }
}

/// All below the search box.
pub fn results(db: &mut Db, request: &Request, selected: Selected) -> Result<Results> {
    match request.screen {
        Screen::Customers => customers::results(db, request, selected.customer()),
        Screen::Entitlements => entitlements::results(db, request, selected.entitlement()),
    }
}

/// Rows that are added to the list.
pub fn more(db: &mut Db, request: &Request, selected: Selected) -> Result<Rows> {
    match request.screen {
        Screen::Customers => customers::more(db, request, selected.customer()),
        Screen::Entitlements => entitlements::more(db, request, selected.entitlement()),
    }
}
