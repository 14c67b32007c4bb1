//! A customer in full, as the right pane shows it: what it is, what may be done, and why what is missing is missing.

use actix_web::http::StatusCode;

use super::near;
use super::screen::DetailPane;
use super::view::{ContactRow, Contacts, Detail, EntitlementRow, EntitlementState, Entitlements, Fact, Form, Notice, Offer};
use super::words;
use crate::db::Db;
use crate::domain::CustomerId;
use crate::domain::contact::Contact;
use crate::domain::customer::{Customer, Kind, Who};
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::places::Language;
use crate::domain::query::Query;
use crate::domain::rules::{CustomerFacts, Refusal, Task, counted, thousands};
use crate::domain::text::Email;
use crate::store::detail::CustomerDetail;
use crate::store::{Result, contacts, customers, entitlements};
use crate::web::address;
use crate::web::request::Request;
use crate::web::respond::Part;

/// A customer with nothing else open.
pub fn show(db: &mut Db, request: &Request, id: CustomerId) -> Result<DetailPane> {
    if matches!(request.part, Part::Results | Part::Rows) {
        // Only the list beside it is asked for, with each letter that somebody types.
        return Ok(DetailPane::blank(customers::name(db, id)?, Some(id)));
    }
    Ok(DetailPane::detail(view(request, &CustomerDetail::find(db, id)?), StatusCode::OK))
}

/// A customer with a refusal where the task was asked for: it cannot be done, and this is how things stand.
pub fn refused(db: &mut Db, request: &Request, id: CustomerId, refusal: Refusal) -> Result<DetailPane> {
    let mut detail = view(request, &CustomerDetail::find(db, id)?);
    let alert = match (request.part, &mut detail.contacts) {
        (Part::Contacts, Some(contacts)) => &mut contacts.alert,
        (Part::Entitlements, _) => &mut detail.entitlements.alert,
        _ => &mut detail.alert,
    };
    *alert = Some(sentence(refusal.to_string()));
    Ok(DetailPane::detail(detail, StatusCode::CONFLICT))
}

/// A question or a form that can only be opened if the rules allow what follows.
pub fn unless_refused(
    db: &mut Db,
    request: &Request,
    id: CustomerId,
    task: Task,
    open: impl FnOnce(&mut Db) -> Result<DetailPane>,
) -> Result<DetailPane> {
    match request.actor.may(task) {
        Err(refusal) => refused(db, request, id, refusal),
        Ok(()) => open(db),
    }
}

/// A customer with a form open in its contacts pane.
pub fn with_contact_form(db: &mut Db, request: &Request, id: CustomerId, form: Form, status: StatusCode) -> Result<DetailPane> {
    let mut detail = view(request, &CustomerDetail::find(db, id)?);
    let title = format!("{} · {}", form.heading, detail.name);
    if let Some(contacts) = &mut detail.contacts {
        contacts.new = None;
        contacts.form = Some(form);
    }
    Ok(DetailPane { title, ..DetailPane::detail(detail, status) })
}

/// A customer with a form open in its entitlements pane.
pub fn with_entitlement_form(request: &Request, customer: &CustomerDetail, form: Form, status: StatusCode) -> DetailPane {
    let mut detail = view(request, customer);
    let title = format!("{} · {}", form.heading, detail.name);
    detail.entitlements.new = None;
    detail.entitlements.form = Some(form);
    DetailPane { title, ..DetailPane::detail(detail, status) }
}

/// A sentence without a link.
pub fn sentence(text: impl Into<String>) -> Notice {
    Notice { before: text.into(), link: None, after: String::new() }
}

fn view(request: &Request, detail: &CustomerDetail) -> Detail {
    let customer = &detail.customer;
    let (id, facts) = (customer.id, detail.facts());
    let path = address::screen(Some(id));
    let offer = |task: Task, end: &str| offer(request, task, &format!("{path}{end}"));
    Detail {
        id: id.0,
        back: address::with("/customers", &request.query, &[("around", &id.to_string())]),
        name: customer.name(),
        enabled: customer.enabled,
        company: customer.kind() == Kind::Company,
        number: customer.number.clone(),
        ref_id: customer.draft.ref_id.clone(),
        shared_ref: shared_ref(detail),
        created: words::when(request.actor.now, customer.created_at),
        changed: words::when(request.actor.now, customer.changed_at),
        edit: offer(Task::EditCustomer, "/edit"),
        disable: offer(Task::DisableCustomer(facts), "/disable"),
        enable: offer(Task::EnableCustomer(facts), "/enable"),
        delete: offer(Task::DeleteCustomer(facts), "/delete"),
        locks_out: locks_out(detail.can_sign_in).filter(|_| request.actor.can(Task::DisableCustomer(facts))),
        alert: None,
        reasons: [reasons(request, facts), near::notices(request, detail)].concat(),
        fields: fields(customer),
        entitlements: entitlements_pane(request, detail),
        contacts: (customer.kind() == Kind::Company).then(|| contacts_pane(request, detail)),
    }
}

/// The address of a task, where it may be offered.
fn offer(request: &Request, task: Task, path: &str) -> Option<Offer> {
    request.actor.can(task).then(|| Offer { href: address::with_list(path, &request.query) })
}

/// Why a task cannot be done now, if it cannot.
fn why_not(request: &Request, task: Task) -> Option<Refusal> {
    request.actor.may(task).err()
}

fn locks_out(people: i64) -> Option<String> {
    match people {
        0 => None,
        1 => Some("Disabling this customer locks out 1 person.".to_owned()),
        many => Some(format!("Disabling this customer locks out {} people.", thousands(many))),
    }
}

/// Where a person would look for a task that is missing, this says why.
fn reasons(request: &Request, facts: CustomerFacts) -> Vec<Notice> {
    let mut reasons = Vec::new();
    match why_not(request, Task::DeleteCustomer(facts)) {
        Some(Refusal::HeldByEntitlements(count)) => reasons.push(Notice {
            before: "Cannot be deleted:".to_owned(),
            link: Some((counted(count, "entitlement", "entitlements"), "#entitlements".to_owned())),
            after: format!("{} for this customer.", if count == 1 { " exists" } else { " exist" }),
        }),
        Some(refusal @ Refusal::Role(_)) => reasons.push(sentence(format!("You can view this customer but not change it. {refusal}"))),
        _ => {}
    }
    if !facts.enabled {
        reasons.push(sentence("Nobody can sign in for this customer while it is disabled."));
    }
    reasons
}

fn shared_ref(detail: &CustomerDetail) -> Option<(String, String)> {
    // A quotation mark cannot stand in a phrase: then the Ref ID is searched for as it is.
    let ref_id = &detail.customer.draft.ref_id;
    let text = if ref_id.contains('"') { ref_id.clone() } else { format!("ref:=\"{ref_id}\"") };
    let search = Query { text, ..Query::default() };
    (detail.sharing_ref > 0).then(|| {
        let words = format!("{} customers share this Ref ID", thousands(detail.sharing_ref + 1));
        (words, address::with_list(&address::screen(Some(detail.customer.id)), &search))
    })
}

fn fields(customer: &Customer) -> Vec<Fact> {
    let draft = &customer.draft;
    let one = |text: &str| vec![if text.is_empty() { "—".to_owned() } else { text.to_owned() }];
    let several = |lines: Vec<String>| if lines.is_empty() { one("") } else { lines };
    let mut fields = Vec::new();
    if let Who::Individual(person) = &draft.who {
        fields.extend([("First name", one(&person.first)), ("Middle name", one(&person.middle)), ("Last name", one(&person.last))]);
    }
    fields.extend([
        ("CRM ID", one(&draft.crm_id)),
        ("Ref ID", one(&draft.ref_id)),
        ("E-mail", one(draft.email.as_ref().map_or("", Email::as_str))),
        ("Language", one(draft.language.map_or("", Language::name))),
        ("Phone", one(&draft.phone)),
        ("Fax", one(&draft.fax)),
        ("Billing address", several(draft.billing.lines())),
        ("Shipping address", draft.shipping.as_ref().map_or_else(|| one("Same as billing"), |address| several(address.lines()))),
        ("Description", several(draft.description.lines().map(str::to_owned).collect())),
    ]);
    let fact = |(label, lines): (&'static str, Vec<String>)| Fact { label, wide: label == "Description" && lines != one(""), lines };
    fields.into_iter().map(fact).collect()
}

fn contacts_pane(request: &Request, detail: &CustomerDetail) -> Contacts {
    Contacts {
        count: detail.contact_count,
        note: shown_only(detail.contact_count, contacts::SHOWN, "contacts"),
        rows: detail.contacts.iter().map(|contact| contact_row(request, detail, contact)).collect(),
        new: offer(request, Task::NewContact(detail.facts()), &format!("{}/contacts/new", address::screen(Some(detail.customer.id)))),
        form: None,
        alert: None,
    }
}

fn contact_row(request: &Request, detail: &CustomerDetail, contact: &Contact) -> ContactRow {
    let facts = detail.contact_facts(contact);
    let offer = |task: Task, end: &str| offer(request, task, &format!("/contacts/{}/{end}", contact.id));
    ContactRow {
        id: contact.id.0,
        name: contact.draft.name.full(),
        email: contact.draft.email.as_ref().map_or_else(String::new, ToString::to_string),
        phone: contact.draft.phone.clone(),
        language: contact.draft.language.map_or("", Language::name).to_owned(),
        ref_id: contact.draft.ref_id.clone(),
        enabled: contact.enabled,
        default: contact.default,
        set_default: offer(Task::SetDefault(facts), "default"),
        edit: offer(Task::EditContact(facts), "edit"),
        disable: offer(Task::DisableContact(facts), "disable"),
        enable: offer(Task::EnableContact(facts), "enable"),
        delete: offer(Task::DeleteContact(facts), "delete"),
        why_no_delete: match why_not(request, Task::DeleteContact(facts)) {
            Some(Refusal::NamedByEntitlements(count)) => Some(format!("Named by {}", counted(count, "entitlement", "entitlements"))),
            _ => None,
        },
    }
}

fn entitlements_pane(request: &Request, detail: &CustomerDetail) -> Entitlements {
    let facts = detail.facts();
    Entitlements {
        count: facts.entitlements,
        note: shown_only(facts.entitlements, entitlements::SHOWN, "entitlements"),
        rows: detail.entitlements.iter().map(|(entitlement, contact)| entitlement_row(request, entitlement, contact)).collect(),
        new: offer(request, Task::NewEntitlement(facts), &format!("{}/entitlements/new", address::screen(Some(detail.customer.id)))),
        why_no_new: why_not(request, Task::NewEntitlement(facts))
            .filter(|refusal| *refusal == Refusal::NoEntitlementWhileDisabled)
            .map(|refusal| refusal.to_string()),
        form: None,
        shows_contact: facts.kind == Kind::Company,
        alert: None,
    }
}

fn entitlement_row(request: &Request, entitlement: &Entitlement, contact: &str) -> EntitlementRow {
    let state = entitlement.state(request.actor.today);
    let offer = |task: Task, end: &str| offer(request, task, &format!("/entitlements/{}/{end}", entitlement.id));
    let draft = &entitlement.draft;
    EntitlementRow {
        id: entitlement.id.0,
        eid: entitlement.eid.clone(),
        product: draft.product.clone(),
        contact: if contact.is_empty() { "—".to_owned() } else { contact.to_owned() },
        quantity: thousands(i64::from(draft.quantity)),
        from: words::day(draft.starts_on),
        to: match (entitlement.ended_at, draft.ends_on) {
            (Some(ended), _) => format!("ended {}", words::day(ended.and_utc().with_timezone(&request.app.zone).date_naive())),
            (None, Some(last)) => words::day(last),
            (None, None) => "—".to_owned(),
        },
        state: match state {
            State::NotYetStarted => EntitlementState::NotYetStarted,
            State::Running => EntitlementState::Running,
            State::Ended => EntitlementState::Ended,
        },
        end: offer(Task::EndEntitlement(state), "end"),
        delete: offer(Task::DeleteEntitlement(state), "delete"),
        why_no_delete: (why_not(request, Task::DeleteEntitlement(state)) == Some(Refusal::EntitlementStarted))
            .then_some("Has started, so its record is kept"),
    }
}

fn shown_only(count: i64, shown: i64, what: &str) -> Option<String> {
    (count > shown).then(|| format!("Showing the first {} of {} {what}.", thousands(shown), thousands(count)))
}
