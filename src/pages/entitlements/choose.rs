//! Whose is a new entitlement? The customer is found by typing.

use crate::db::Db;
use crate::domain::customer::Customer;
use crate::domain::query::Query;
use crate::list;
use crate::pages::screen::DetailPane;
use crate::pages::view::{ChooseCustomer, CustomerChoice};
use crate::store::{Result, customers};
use crate::web::address;
use crate::web::request::Request;
use crate::web::screen::Selected;

/// So many customers are offered; whoever looks for another one types more.
const OFFERED: usize = 10;

/// The question, with the customers that a text finds.
pub fn ask(db: &mut Db, request: &Request) -> Result<DetailPane> {
    let text = request.param("find").unwrap_or_default();
    let query = Query { text: text.trim().to_owned().into(), enabled: Some(true), ..Query::default() };
    let page = list::page(db, &query, request.app.zone)?;
    let ids: Vec<_> = page.rows.iter().take(OFFERED).map(|row| row.id).collect();
    let choice = |customer: Customer| CustomerChoice {
        name: customer.name(),
        href: request.keeping(&format!("{}/entitlements/new", address::screen(Some(customer.id)))),
        number: customer.number,
    };
    let choices: Vec<_> = customers::find_all(db, &ids)?.into_iter().map(choice).collect();
    let found = match (page.rows.len(), choices.len()) {
        (0, _) => "No enabled customer matches. Entitlements can only be created for enabled customers.".to_owned(),
        (all, shown) if all > shown => format!("The first {shown}. Type more to narrow them down."),
        (1, _) => "1 customer".to_owned(),
        (all, _) => format!("{all} customers"),
    };
    let view = ChooseCustomer {
        action: "/entitlements/new".to_owned(),
        carried: request.entitlements.pairs(),
        text,
        choices,
        found,
        cancel: request.keeping("/entitlements"),
    };
    Ok(DetailPane::other("New entitlement".to_owned(), Selected::Nothing, &view))
}
