//! The history of one customer: what was done to it, to its contacts and to its entitlements. It outlives the customer.

pub(super) mod draw;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::detail::{offer, signing_in};
use super::path::Id;
use super::screen::{DetailPane, show as show_screen};
use super::view::{Choice, CustomerHistory, Gone, History};
use super::words;
use crate::db::Db;
use crate::domain::customer::{Customer, Kind};
use crate::domain::event::SubjectKind;
use crate::domain::history::{Older, Scope};
use crate::domain::rules::Task;
use crate::domain::{CustomerId, clock};
use crate::store::history::{self, Deletion, Page};
use crate::store::{Error, Result, access, customers, detail::customer_facts};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::request::Request;
use crate::web::respond::Part;

/// The kinds of records that one can choose between, by the word of the address.
const CHOICES: [(&str, &str, Option<SubjectKind>); 4] = [
    ("All", "", None),
    ("Customer", "customer", Some(SubjectKind::Customer)),
    ("Contacts", "contacts", Some(SubjectKind::Contact)),
    ("Entitlements", "entitlements", Some(SubjectKind::Entitlement)),
];

/// `GET /customers/{id}/history`.
pub async fn show(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        let id = id.get()?;
        match customers::find(db, id) {
            Ok(customer) => of_customer(db, request, &customer),
            Err(error) => instead(db, request, id, error),
        }
    })
    .await
}

/// What is shown in the place of a customer that is not there: how it was deleted, with its history.
///
/// # Errors
/// The error, where there never was one.
pub fn instead(db: &mut Db, request: &Request, id: CustomerId, error: Error) -> Result<DetailPane> {
    if !matches!(error, Error::NotFound(_)) {
        return Err(error);
    }
    let deletion = history::deletion(db, id)?.ok_or(error)?;
    let page = history::of_customer(db, id, None, None, older(request))?;
    let path = address::history(id);
    let list = List { request, path: &path, kind: "", batch: "" };
    let history = History { end: String::new(), ..list.history(id, &page) };
    Ok(gone(request, &deletion, history).with_status(StatusCode::NOT_FOUND))
}

fn gone(request: &Request, deletion: &Deletion, history: History) -> DetailPane {
    let view = Gone {
        back: address::with_list("/customers", &request.query),
        name: deletion.name.clone(),
        number: deletion.number.clone(),
        by: deletion.author.who(&request.actor).within_sentence(),
        at: words::when(request.actor.now, deletion.author.at),
        reason: deletion.reason.clone(),
        history,
    };
    DetailPane::other(format!("{} was deleted", deletion.name), None, &view)
}

fn of_customer(db: &mut Db, request: &Request, customer: &Customer) -> Result<DetailPane> {
    let (id, title) = (customer.id, format!("History of {}", customer.name()));
    if matches!(request.part, Part::Results | Part::Rows) {
        return Ok(DetailPane::blank(title, Some(id)));
    }
    let asked = request.param("subject").unwrap_or_default();
    let (_, word, kind) = CHOICES.into_iter().find(|(_, word, _)| *word == asked).unwrap_or(CHOICES[0]);
    let batch = request.param("batch").and_then(|batch| batch.parse().ok());
    let page = history::of_customer(db, id, kind, batch, older(request))?;
    let (path, facts) = (address::history(id), customer_facts(db, id)?);
    let list = List { request, path: &path, kind: word, batch: &batch.map(|batch| batch.to_string()).unwrap_or_default() };
    let choice = |(label, word, _): (&'static str, &'static str, Option<SubjectKind>)| Choice {
        label,
        href: List { kind: word, ..list }.href(""),
        chosen: word == list.kind,
        key: "",
    };
    let own = address::screen(Some(id));
    let offered = |task: Task, end: &str| offer(request, task, &format!("{own}{end}"));
    let end = match (&page.older, batch, kind) {
        (None, None, None) => {
            let created = clock::day(customer.created_at, request.app.zone);
            format!("Nothing is older: the customer was created on {}.", created.format("%-d %B %Y"))
        }
        _ if page.lines.is_empty() => "Nothing of this kind has happened.".to_owned(),
        _ => String::new(),
    };
    let view = CustomerHistory {
        id: id.0,
        back: address::with("/customers", &request.query, &[("around", &id.to_string())]),
        details: address::with_list(&own, &request.query),
        name: customer.name(),
        enabled: customer.enabled,
        number: customer.number.clone(),
        company: customer.kind() == Kind::Company,
        edit: offered(Task::EditCustomer, "/edit"),
        disable: offered(Task::DisableCustomer(facts), "/disable"),
        enable: offered(Task::EnableCustomer(facts), "/enable"),
        delete: offered(Task::DeleteCustomer(facts), "/delete"),
        disable_title: signing_in::disable_title(access::of_customer(db, id)?),
        choices: CHOICES.map(choice).into(),
        history: History { end, ..list.history(id, &page) },
    };
    Ok(DetailPane::other(title, Some(id), &view))
}

/// From where older lines are asked for.
pub(super) fn older(request: &Request) -> Older {
    request.param("older").map(|older| Older::parse(&older)).unwrap_or_default()
}

/// The addresses of the pages of one list of lines.
#[derive(Clone, Copy)]
struct List<'a> {
    request: &'a Request,
    path: &'a str,
    kind: &'a str,
    batch: &'a str,
}

impl List<'_> {
    fn href(&self, older: &str) -> String {
        let pairs = [("subject", self.kind), ("batch", self.batch), ("older", older)];
        let pairs: Vec<(&str, &str)> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        address::with(self.path, &self.request.query, &pairs)
    }

    fn history(&self, id: CustomerId, page: &Page) -> History {
        let more = |batch: &str| List { batch, kind: "", ..*self }.href("");
        History {
            days: draw::days(self.request, page, Scope::Customer(id), more),
            newest: (!older(self.request).is_first()).then(|| self.href("")),
            older: page.older.map(|older| self.href(&older.encode())),
            end: String::new(),
        }
    }
}
