//! The Customers page: the list with one customer open beside it, and what can be done with a customer.

use actix_web::HttpResponse;

use super::change::{self, Redirect, Returned, Subject, change, save};
use super::conflicts::StoredForm;
use super::detail::{self, signing_in};
use super::form::{self, Draw, Number};
use super::path::Id;
use super::screen::{DetailPane, show as show_screen};
use super::view::{ChooseType, Confirm, Form, Group, Welcome};
use super::{history, near, refusal, words};
use crate::changes::{self, opened::Present};
use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::customer::{self, Customer, Kind, NewCustomerForm};
use crate::domain::input::{Errors, Input};
use crate::domain::numbers::counted;
use crate::domain::rules::Task;
use crate::domain::text::isolated;
use crate::domain::{contact, identity, merge, stored};
use crate::store::detail::customer_facts;
use crate::store::{Error, Result, access, contacts, customers, random_token, samples};
use crate::web::address;
use crate::web::auth::Asked;
use crate::web::form::FormBody;
use crate::web::request::Request;
use crate::web::respond::Part;

/// How many names of what goes along a question spells out.
const NAMED: usize = 5;

/// `GET /`: leads to the customers.
pub async fn root() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("Location", "/customers")).finish()
}

/// `GET /customers`: the list, nothing selected.
pub async fn index(request: Asked) -> HttpResponse {
    show_screen(request, |db, request| {
        // The list alone is asked for with each letter that somebody types.
        let is_shown = !matches!(request.part, Part::Results | Part::Rows);
        let may_remove = is_shown && request.actor.can(Task::RemoveSample(1)) && samples::find(db, 0)?.more;
        let remove_sample = may_remove.then(|| address::with_list("/sample/remove", &request.query));
        let welcome = Welcome { empty: !customers::any(db)?, remove_sample };
        Ok(DetailPane::other("Customers".to_owned(), None, &welcome))
    })
    .await
}

/// `GET /customers/{id}`: the list with one customer open beside it.
pub async fn show(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| {
        let id = id.get()?;
        detail::show(db, request, id).or_else(|error| history::instead(db, request, id, error))
    })
    .await
}

/// `GET /customers/new`: asks for the type, then shows the form.
pub async fn new(request: Asked) -> HttpResponse {
    show_screen(request, |_, request| {
        let Some(kind) = request.param("type").as_deref().and_then(Kind::parse) else {
            let of = |kind: Kind| address::new_customer(&request.query, Some(kind));
            let choose = ChooseType {
                company: of(Kind::Company),
                individual: of(Kind::Individual),
                cancel: address::with_list("/customers", &request.query),
            };
            return Ok(DetailPane::other("New customer".to_owned(), None, &choose));
        };
        Ok(new_form(request, kind, &form::blank_customer(), &Errors::new()))
    })
    .await
}

/// `POST /customers/new`, `POST /customers`: creates a customer.
pub async fn create(request: Asked, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::None,
        |db, request, input| {
            let customer = changes::customers::create(db, &request.actor, input.checked(NewCustomerForm::check(input)))?;
            let typed: &[&str] = if input.get("number").trim().is_empty() { &["crm_id"] } else { &["number", "crm_id"] };
            near::ask_of_customer(db, input, &customer, typed)?;
            let text = format!("Created {} with the number {}.", isolated(&customer.name()), isolated(&customer.number));
            Ok(Redirect::created(customer.id, text))
        },
        |_, request, returned| {
            // Without a type there is no form: what was typed is shown with the error.
            let Some(kind) = Kind::parse(returned.input.get("type")) else {
                let error = refusal::of(request, &Error::Invalid(returned.errors.clone()), Some(returned.input));
                return Ok(DetailPane::error(&error));
            };
            Ok(new_form(request, kind, returned.input, returned.errors).with_status(returned.status()))
        },
    )
    .await
}

/// `GET /customers/{id}/edit`: the form.
pub async fn edit(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| edit_form(db, request, id, None)).await
}

/// `POST /customers/{id}/edit`, `POST /customers/{id}`: saves the form.
pub async fn update(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    save(
        request,
        form,
        Subject::Customer(id),
        move |db, request, input| {
            let before = customers::find(db, id.get()?)?;
            let input = &merge::decided(input, &Input::new(stored::customer(&before)));
            let draft = input.checked(customer::check(before.kind(), input));
            let customer = changes::customers::edit(db, &request.actor, before.id, &form::opened(input), draft)?;
            if identity::near(&customer.draft.crm_id) != identity::near(&before.draft.crm_id) {
                near::ask_of_customer(db, input, &customer, &["crm_id"])?;
            }
            Ok(Redirect::changed(customer.id, format!("Saved {}.", isolated(&customer.name()))))
        },
        move |db, request, returned| edit_form(db, request, id, Some(returned)),
    )
    .await
}

/// `GET /customers/{id}/disable`: asks for a reason.
pub async fn confirm_disable(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| disable_question(db, request, id, None)).await
}

/// `POST /customers/{id}/disable`.
pub async fn disable(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    let disable = move |db: &mut Db, request: &Request, input: &Input| {
        let customer = changes::customers::disable(db, &form::because(request, input)?, id.get()?)?;
        let effect = signing_in::lost(access::of_customer(db, customer.id)?);
        Ok(Redirect::changed(customer.id, format!("Disabled {}. {effect}", isolated(&customer.name())).trim_end()))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| disable_question(db, request, id, Some(returned));
    save(request, form, Subject::Customer(id), disable, again).await
}

/// `POST /customers/{id}/enable`.
pub async fn enable(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    change(request, form, Subject::Customer(id), move |db, request, _| {
        let customer = changes::customers::enable(db, &request.actor, id.get()?)?;
        let effect = signing_in::regained(access::of_customer(db, customer.id)?);
        Ok(Redirect::changed(customer.id, format!("Enabled {}. {effect}", isolated(&customer.name())).trim_end()))
    })
    .await
}

/// `GET` of `/customers/{id}/enable`.
pub async fn not_done(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    change::not_done(request, Subject::Customer(id)).await
}

/// `GET /customers/{id}/delete`: asks.
pub async fn confirm_delete(request: Asked, id: Id<CustomerId>) -> HttpResponse {
    show_screen(request, move |db, request| delete_question(db, request, id, None)).await
}

/// `POST /customers/{id}/delete`: deletes a customer with its contacts.
pub async fn delete(request: Asked, id: Id<CustomerId>, form: FormBody) -> HttpResponse {
    let delete = move |db: &mut Db, request: &Request, input: &Input| {
        let customer = changes::customers::delete(db, &form::because(request, input)?, id.get()?)?;
        Ok(Redirect::deleted(customer.id, format!("Deleted {}.", isolated(&customer.name()))))
    };
    let again = move |db: &mut Db, request: &Request, returned: &Returned<'_>| delete_question(db, request, id, Some(returned));
    save(request, form, Subject::Customer(id), delete, again).await
}

/// Asks why before a customer is disabled; or asks again, with what is wrong with the reason.
fn disable_question(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let id = id.get()?;
    let task = Task::DisableCustomer(customer_facts(db, id)?);
    detail::unless_refused(db, request, id, task, |db| {
        let name = isolated(&customers::name(db, id)?);
        let sentences = ["Nobody can sign in for it until it is enabled again.".to_owned(), signing_in::lost(access::of_customer(db, id)?)];
        let path = address::screen(Some(id));
        let question = Confirm {
            question: format!("Disable {name}?"),
            sentences: sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect(),
            along: Vec::new(),
            button: "Disable customer".to_owned(),
            danger: false,
            reason: Some(form::reason(returned, true)),
            action: request.keeping(&format!("{path}/disable")),
            token: String::new(),
            cancel: request.keeping(&path),
            target: "#detail",
        };
        Ok(form::asked(&question, id, returned))
    })
}

/// Asks before a customer is deleted; or asks again, with what is wrong with the reason.
fn delete_question(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let id = id.get()?;
    let task = Task::DeleteCustomer(customer_facts(db, id)?);
    detail::unless_refused(db, request, id, task, |db| {
        let customer = customers::find(db, id)?;
        let people = contacts::of_customer(db, id, contacts::SHOWN)?;
        let count = contacts::count(db, id)?;
        let names = people.iter().map(|contact| contact.draft.full_name()).collect();
        let reason = form::reason(returned, false);
        Ok(form::asked(&Confirm { reason: Some(reason), ..deletion(request, &customer, count, names) }, id, returned))
    })
}

fn deletion(request: &Request, customer: &Customer, count: i64, names: Vec<String>) -> Confirm {
    let counted = counted(count, "contact", "contacts");
    let (along, button) = match count {
        0 => (".".to_owned(), "Delete customer".to_owned()),
        _ => (format!(", along with {counted}:"), format!("Delete customer and {counted}")),
    };
    let path = address::screen(Some(customer.id));
    Confirm {
        question: format!("Delete {}?", isolated(&customer.name())),
        sentences: vec![
            format!("This permanently deletes customer {}{along}", customer.number),
            "There are no entitlements for this customer.".to_owned(),
        ],
        along: words::shortened(names, NAMED),
        button,
        danger: true,
        reason: None,
        action: address::with_list(&format!("{path}/delete"), &request.query),
        token: random_token(),
        cancel: request.keeping(&path),
        target: "#detail",
    }
}

fn new_form(request: &Request, kind: Kind, input: &Input, errors: &Errors) -> DetailPane {
    let draw = Draw::new(input, errors);
    let mut groups = draw.customer(kind, &Number::Choose);
    if kind == Kind::Company {
        groups.push(Group {
            legend: "First contact",
            hint: "Optional: leave it empty and add contacts later.",
            fields: draw.contact(&contact::FIRST, false),
        });
    }
    let form = Form {
        heading: format!("New {}", kind.word()),
        action: address::new_customer(&request.query, Some(kind)),
        target: "#detail",
        token: form::kept_token(input),
        hidden: [vec![("type", kind.word().to_owned())], near::answers(input, errors)].concat(),
        submit: "Create customer",
        cancel: address::with_list("/customers", &request.query),
        note: required_note(kind),
        ..form::form(groups)
    };
    DetailPane::other(form.heading.clone(), None, &form)
}

/// The form of a stored customer; or what was typed into it, with what is wrong.
fn edit_form(db: &mut Db, request: &Request, id: Id<CustomerId>, returned: Option<&Returned<'_>>) -> Result<DetailPane> {
    let customer = customers::find(db, id.get()?)?;
    let path = address::screen(Some(customer.id));
    let check = |input: &Input| customer::check(customer.kind(), input).map(|draft| Input::new(stored::customer_draft(&draft)));
    let sheet = StoredForm::of(db, request, Present::from(&customer), returned, check)?;
    let (input, errors) = (&sheet.input, sheet.errors);
    let form = Form {
        heading: format!("Edit {}", isolated(&customer.name())),
        sub: format!("{} · {}", customer.number, customer.kind().label()),
        action: request.keeping(&format!("{path}/edit")),
        target: "#detail",
        hidden: near::answers(input, errors),
        submit: "Save",
        cancel: request.keeping(&path),
        note: required_note(customer.kind()),
        ..form::form(Draw::new(input, errors).customer(customer.kind(), &Number::Fixed(&customer.number)))
    };
    let form = sheet.finish(request, form);
    let pane = DetailPane::other(form.heading.clone(), Some(customer.id), &form);
    Ok(match returned {
        Some(returned) => pane.with_status(returned.status()),
        None => pane,
    })
}

fn required_note(kind: Kind) -> &'static str {
    match kind {
        Kind::Company => "Only the name is required.",
        Kind::Individual => "Only the last name is required.",
    }
}
