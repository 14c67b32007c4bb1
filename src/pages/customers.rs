//! The Customers page: the list with one customer open beside it, and what can be done with a customer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::form::{self, Draw, Number};
use super::path::Id;
use super::screen::{DetailPane, Done, change, show as show_screen};
use super::view::{ChooseType, Confirm, Form, Group};
use super::{detail, refusal, words};
use crate::db::Db;
use crate::domain::contact;
use crate::domain::customer::{self, Customer, Kind};
use crate::domain::input::{Errors, FieldError, Input};
use crate::domain::rules::{Task, counted};
use crate::domain::stored;
use crate::domain::text::isolated;
use crate::domain::{CustomerId, customer::Draft};
use crate::store::flashes::{Effect, Flash};
use crate::store::{Error, Result, contacts, customers, random_token};
use crate::web::address;
use crate::web::form::FormBody;
use crate::web::request::Request;

/// How many names of what goes along a question spells out.
const NAMED: usize = 5;

/// `GET /`: leads to the customers.
pub async fn root() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/customers")).finish()
}

/// `GET /customers`: the list, nothing selected.
pub async fn index(request: Request) -> HttpResponse {
    show_screen(request, |db, _| DetailPane::nothing(db)).await
}

/// `GET /customers/{id}`: the list with one customer open beside it.
pub async fn show(request: Request, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| detail::show(db, request, id.get("customer")?)).await
}

/// `GET /customers/new`: asks for the type, then shows the form.
pub async fn new(request: Request) -> HttpResponse {
    show_screen(request, |_, request| {
        let Some(kind) = request.param("type").as_deref().and_then(Kind::parse) else {
            let of = |kind: Kind| address::new_customer(&request.list, Some(kind));
            let choose = ChooseType {
                company: of(Kind::Company),
                individual: of(Kind::Individual),
                cancel: address::with_list("/customers", &request.list),
            };
            return Ok(DetailPane::other("New customer".to_owned(), None, &choose));
        };
        let form = new_form(request, kind, &form::blank_customer(), &Vec::new());
        Ok(DetailPane::other(form.heading.clone(), None, &form))
    })
    .await
}

/// `POST /customers`: creates a customer.
pub async fn create(request: Request, sent: FormBody) -> HttpResponse {
    change(
        request,
        sent.0,
        |db, request, input| {
            request.actor.may(Task::NewCustomer)?;
            let (number, draft, first) = check_new(input).map_err(Error::Invalid)?;
            let customer = customers::create(db, request.actor, &number, &draft, first.as_ref())?;
            let text = format!("{} is created, with the number {}.", isolated(&customer.name()), isolated(&customer.number));
            Ok(Done {
                path: address::screen(Some(customer.id)),
                flash: Some(Flash { text, effect: Effect::Created, customer: customer.id }),
            })
        },
        |_, request, input, error| {
            let (Error::Invalid(errors), Some(kind)) = (error, Kind::parse(input.get("type"))) else { return Ok(None) };
            let form = new_form(request, kind, input, errors);
            Ok(Some(DetailPane::other(form.heading.clone(), None, &form).with_status(StatusCode::UNPROCESSABLE_ENTITY)))
        },
    )
    .await
}

/// `GET /customers/{id}/edit`: the form.
pub async fn edit(request: Request, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        let customer = customers::find(db, id.get("customer")?)?;
        let form = edit_form(request, &customer, &Input::new(stored::customer(&customer)), &Vec::new());
        Ok(DetailPane::other(form.heading.clone(), Some(customer.id), &form))
    })
    .await
}

/// `POST /customers/{id}`: saves the form.
pub async fn update(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    let again = id;
    change(
        request,
        sent.0,
        move |db, request, input| {
            request.actor.may(Task::EditCustomer)?;
            let id = id.get("customer")?;
            let stored = customers::find(db, id)?;
            let draft = customer::check(stored.kind(), input).map_err(Error::Invalid)?;
            let customer = customers::edit(db, request.actor, id, input.get("version").parse().ok(), &draft)?;
            Ok(Done::changed(id, format!("{} is saved.", isolated(&customer.name()))))
        },
        move |db, request, input, error| match error {
            Error::Invalid(errors) => {
                let customer = customers::find(db, again.get("customer")?)?;
                let form = Form { version: input.get("version").parse().ok(), ..edit_form(request, &customer, input, errors) };
                Ok(Some(DetailPane::other(form.heading.clone(), Some(customer.id), &form).with_status(StatusCode::UNPROCESSABLE_ENTITY)))
            }
            Error::Stale => {
                let customer = customers::find(db, again.get("customer")?)?;
                let mut form = edit_form(request, &customer, input, &Vec::new());
                form.conflicts = form::conflicts(&form, &Input::new(stored::customer(&customer)));
                form.alert = Some(detail::sentence(STALE));
                Ok(Some(DetailPane::other(form.heading.clone(), Some(customer.id), &form).with_status(StatusCode::CONFLICT)))
            }
            Error::NotFound(what) => Ok(Some(DetailPane::error(&refusal::missing(request, what, Some(input))))),
            _ => Ok(None),
        },
    )
    .await
}

/// What is flash to who saves a version that is not the stored one.
pub(super) const STALE: &str = "Somebody else saved this record while your form was open, so yours is not saved yet. Compare below; saving now keeps what stands in this form.";

/// `POST /customers/{id}/disable`.
pub async fn disable(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| Ok(format!("{} is disabled.", isolated(&customers::disable(db, request.actor, id)?)))).await
}

/// `POST /customers/{id}/enable`.
pub async fn enable(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    task(request, id, sent, |db, request, id| Ok(format!("{} is enabled.", isolated(&customers::enable(db, request.actor, id)?)))).await
}

/// `GET /customers/{id}/delete`: asks.
pub async fn confirm_delete(request: Request, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        let id = id.get("customer")?;
        let facts = customers::facts(db, id)?;
        detail::unless_refused(db, request, id, Task::DeleteCustomer(facts), |db| {
            let customer = customers::find(db, id)?;
            let people = contacts::of_customer(db, id)?;
            let count = contacts::count(db, id)?;
            let question = delete_question(request, &customer, count, people.iter().map(|contact| contact.draft.name.full()).collect());
            Ok(DetailPane::question(question.question.clone(), id, &question))
        })
    })
    .await
}

fn delete_question(request: &Request, customer: &Customer, count: i64, names: Vec<String>) -> Confirm {
    let counted = counted(count, "contact", "contacts");
    let (along, button) = match count {
        0 => (".".to_owned(), "Delete customer".to_owned()),
        _ => (format!(", and with it {counted}:"), format!("Delete customer and {counted}")),
    };
    let path = address::screen(Some(customer.id));
    Confirm {
        question: format!("Delete {}?", isolated(&customer.name())),
        sentences: vec![
            format!("This deletes the customer {} for good{along}", customer.number),
            "No entitlement exists for it.".to_owned(),
        ],
        along: words::shortened(names, NAMED),
        button,
        action: address::with_list(&format!("{path}/delete"), &request.list),
        token: random_token(),
        cancel: address::with_list(&path, &request.list),
        target: "#detail",
    }
}

/// `POST /customers/{id}/delete`: deletes a customer with its contacts.
pub async fn delete(request: Request, id: Id<CustomerId>, sent: FormBody) -> HttpResponse {
    let again = id;
    change(
        request,
        sent.0,
        move |db, request, _| {
            let id = id.get("customer")?;
            let name = customers::delete(db, request.actor, id)?;
            let text = format!("{} is deleted.", isolated(&name));
            Ok(Done { path: address::screen(None), flash: Some(Flash { text, effect: Effect::Deleted, customer: id }) })
        },
        move |db, request, _, error| detail::failed(db, request, again.get("customer")?, error),
    )
    .await
}

/// A task that changes a customer and leads back to it.
async fn task(
    request: Request,
    id: Id<CustomerId>,
    sent: FormBody,
    act: impl Fn(&mut Db, &Request, CustomerId) -> Result<String> + Send + 'static,
) -> HttpResponse {
    let again = id;
    change(
        request,
        sent.0,
        move |db, request, _| {
            let id = id.get("customer")?;
            Ok(Done::changed(id, act(db, request, id)?))
        },
        move |db, request, _, error| detail::failed(db, request, again.get("customer")?, error),
    )
    .await
}

fn check_new(input: &Input) -> std::result::Result<(String, Draft, Option<contact::Draft>), Errors> {
    let Some(kind) = Kind::parse(input.get("type")) else {
        return Err(vec![FieldError { field: "type", sentence: "Choose company or individual as the type.".to_owned() }]);
    };
    let first = (kind == Kind::Company && !contact::FIRST.are_blank(input)).then(|| contact::check(&contact::FIRST, input)).transpose();
    match (customer::check_number(input), customer::check(kind, input), first) {
        (Ok(number), Ok(draft), Ok(first)) => Ok((number, draft, first)),
        (number, draft, first) => Err([draft.err(), number.err(), first.err()].into_iter().flatten().flatten().collect()),
    }
}

fn new_form(request: &Request, kind: Kind, input: &Input, errors: &Errors) -> Form {
    let draw = Draw::new(input, errors);
    let mut groups = draw.customer(kind, &Number::Choose);
    if kind == Kind::Company {
        groups.push(Group {
            legend: "First contact",
            hint: "Optional: leave it empty, and add contacts later.",
            fields: draw.contact(&contact::FIRST, false),
        });
    }
    Form {
        heading: format!("New {}", kind.word()),
        action: address::with_list("/customers", &request.list),
        target: "#detail",
        token: kept_token(input),
        hidden: vec![("type", kind.word().to_owned())],
        submit: "Create customer",
        cancel: address::with_list("/customers", &request.list),
        note: required_note(kind),
        ..form::form(groups)
    }
}

fn edit_form(request: &Request, customer: &Customer, input: &Input, errors: &Errors) -> Form {
    let draw = Draw::new(input, errors);
    let groups = draw.customer(customer.kind(), &Number::Fixed(&customer.number));
    let path = address::screen(Some(customer.id));
    Form {
        heading: format!("Edit {}", isolated(&customer.name())),
        sub: format!("{} · {}", customer.number, customer.kind().label()),
        action: address::with_list(&path, &request.list),
        target: "#detail",
        version: Some(customer.version),
        submit: "Save",
        cancel: address::with_list(&path, &request.list),
        note: required_note(customer.kind()),
        ..form::form(groups)
    }
}

fn required_note(kind: Kind) -> &'static str {
    match kind {
        Kind::Company => "Name is the only required field.",
        Kind::Individual => "Last name is the only required field.",
    }
}

/// A form that comes back keeps its token: however often it is sent, it makes one record.
pub(super) fn kept_token(input: &Input) -> String {
    let token = input.get("token");
    if token.is_empty() { random_token() } else { token.to_owned() }
}
