//! A customer in full, as the right pane shows it: what it is, what may be done, and why what is missing is missing.

mod access;
mod contacts;
pub(super) mod entitlements;
mod fields;
mod offers;
pub mod signing_in;

use actix_web::http::StatusCode;

pub use self::offers::{offer, why_not};
use super::near;
use super::screen::DetailPane;
use super::view::{Detail, Form, MadeLink, Notice};
use super::words;
use crate::db::Db;
use crate::domain::customer::Kind;
use crate::domain::numbers::{counted, thousands};
use crate::domain::panes::PaneRow;
use crate::domain::query::Query;
use crate::domain::rules::{CustomerFacts, Refusal, Task};
use crate::domain::text::isolated;
use crate::domain::{ContactId, CustomerId, EntitlementId};
use crate::store::detail::CustomerDetail;
use crate::store::{Result, customers, entitlements as entitlements_store};
use crate::web::address;
use crate::web::request::Request;
use crate::web::respond::Part;
use crate::web::screen::{Screen, Selected};

/// A customer with nothing else open.
pub fn show(db: &mut Db, request: &Request, id: CustomerId) -> Result<DetailPane> {
    if matches!(request.part, Part::Results | Part::Rows) {
        // Only the list beside it is asked for, with each letter that somebody types.
        return Ok(DetailPane::blank(customers::name(db, id)?, Some(id)));
    }
    Ok(DetailPane::detail(view(request, &find(db, request, id)?), StatusCode::OK))
}

/// A customer with one of its entitlements marked.
pub fn show_entitlement(db: &mut Db, request: &Request, id: CustomerId, entitlement: EntitlementId) -> Result<DetailPane> {
    show(db, &request.at(Some(PaneRow::Entitlement(entitlement))), id)
}

/// A customer with what its panes show.
pub fn find(db: &mut Db, request: &Request, id: CustomerId) -> Result<CustomerDetail> {
    CustomerDetail::find(db, id, &request.panes, request.actor.today, request.actor.now)
}

/// A customer with a refusal where the task was asked for: it cannot be done, and this is how things stand.
pub fn refused(db: &mut Db, request: &Request, id: CustomerId, refusal: Refusal) -> Result<DetailPane> {
    let notice = match refusal {
        Refusal::AlreadyRenewed(renewal) | Refusal::HeldByRenewal(renewal) => {
            let eid = entitlements_store::find(db, renewal)?.eid;
            Notice { before: refusal.to_string(), link: Some((eid, format!("/entitlements/{renewal}"))), after: String::new() }
        }
        _ => sentence(refusal.to_string()),
    };
    with_notice(db, request, id, notice, StatusCode::CONFLICT)
}

/// A customer with words about what was asked for, where it was asked for.
pub fn with_alert(db: &mut Db, request: &Request, id: CustomerId, words: &str, status: StatusCode) -> Result<DetailPane> {
    with_notice(db, request, id, sentence(words), status)
}

fn with_notice(db: &mut Db, request: &Request, id: CustomerId, notice: Notice, status: StatusCode) -> Result<DetailPane> {
    let mut detail = view(request, &find(db, request, id)?);
    let alert = match (request.part, &mut detail.contacts) {
        (Part::Contacts, Some(contacts)) => &mut contacts.alert,
        (Part::Entitlements, _) => &mut detail.entitlements.alert,
        _ => &mut detail.alert,
    };
    *alert = Some(notice);
    Ok(DetailPane::detail(detail, status))
}

/// A customer with the link by which one of its contacts is invited, which is told here and nowhere else.
pub fn with_invitation(db: &mut Db, request: &Request, id: CustomerId, contact: ContactId, link: MadeLink) -> Result<DetailPane> {
    let request = request.at(Some(PaneRow::Contact(contact)));
    let mut detail = view(&request, &find(db, &request, id)?);
    match &mut detail.contacts {
        Some(contacts) => contacts.made_link = Some(link),
        None => detail.made_link = Some(link),
    }
    Ok(DetailPane::detail(detail, StatusCode::OK))
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

/// A customer with a form open in its contacts pane: in the place of the contact that it edits, or above all for a new one.
pub fn with_contact_form(
    db: &mut Db,
    request: &Request,
    id: CustomerId,
    edited: Option<ContactId>,
    form: Form,
    status: StatusCode,
) -> Result<DetailPane> {
    let request = request.at(edited.map(PaneRow::Contact));
    let mut detail = view(&request, &find(db, &request, id)?);
    let title = format!("{} · {}", form.heading, detail.name);
    if let Some(contacts) = &mut detail.contacts {
        contacts.new = None;
        match contacts.rows.iter_mut().find(|row| edited == Some(ContactId(row.id))) {
            Some(row) => row.form = Some(Box::new(form)),
            None => contacts.form = Some(form),
        }
    }
    Ok(DetailPane { title, ..DetailPane::detail(detail, status) })
}

/// A form of an entitlement: by itself beside the list of entitlements; otherwise in the pane of its customer, in the place of the entitlement that
/// it edits, or above all for a new one.
pub fn with_entitlement_form(
    request: &Request,
    customer: &CustomerDetail,
    edited: Option<EntitlementId>,
    form: Form,
    status: StatusCode,
) -> DetailPane {
    if request.screen == Screen::Entitlements {
        let heading = format!("{} for {}", form.heading, isolated(&customer.customer.name()));
        let selected = request.panes.entitlement().map_or(Selected::Nothing, Selected::Entitlement);
        return DetailPane::other(heading.clone(), selected, &Form { inner: false, heading, ..form }).with_status(status);
    }
    let mut detail = view(request, customer);
    let title = format!("{} · {}", form.heading, detail.name);
    let pane = &mut detail.entitlements;
    pane.new = None;
    match pane.rows.iter_mut().find(|row| edited == Some(EntitlementId(row.id))) {
        Some(row) => row.form = Some(Box::new(form)),
        None => pane.form = Some(form),
    }
    DetailPane { title, ..DetailPane::detail(detail, status) }
}

/// A sentence without a link.
pub fn sentence(text: impl Into<String>) -> Notice {
    Notice { before: text.into(), link: None, after: String::new() }
}

fn view(request: &Request, detail: &CustomerDetail) -> Detail {
    let customer = &detail.customer;
    let (id, facts) = (customer.id, detail.facts());
    let (fields, empty_fields) = fields::fields(customer);
    let path = address::screen(Some(id));
    let offer = |task: Task, end: &str| offer(request, task, &format!("{path}{end}"));
    Detail {
        id: id.0,
        back: address::with("/customers", &request.query, &[("around", &id.to_string())]),
        from: request.query.from.clone(),
        name: customer.name(),
        enabled: customer.enabled,
        company: customer.kind() == Kind::Company,
        number: customer.number.clone(),
        ref_id: customer.draft.ref_id.clone(),
        shared_ref: shared_ref(detail),
        created: words::when(request.actor.now, customer.created_at),
        changed: words::when(request.actor.now, customer.changed_at),
        changed_by: changed_by(request, detail),
        history: address::with_list(&address::history(id), &request.query),
        edit: offer(Task::EditCustomer, "/edit"),
        disable: offer(Task::DisableCustomer(facts), "/disable"),
        enable: offer(Task::EnableCustomer(facts), "/enable"),
        delete: offer(Task::DeleteCustomer(facts), "/delete"),
        disable_title: signing_in::disable_title(detail.sign_ins),
        alert: None,
        reasons: [reasons(request, facts, detail), near::notices(request, detail)].concat(),
        fields,
        empty_fields,
        entitlements: entitlements::pane(request, detail),
        access: detail.own.as_ref().map(|own| access::of(request, detail, own)),
        made_link: None,
        contacts: (customer.kind() == Kind::Company).then(|| contacts::pane(request, detail)),
    }
}

/// Who changed the customer last. What a batch created has no event: then nobody is named rather than who came before.
fn changed_by(request: &Request, detail: &CustomerDetail) -> Option<String> {
    let author = detail.last_change.as_ref().filter(|author| author.at >= detail.customer.changed_at)?;
    Some(author.who(&request.actor).within_sentence())
}

/// Where a person would look for a task that is missing, this says why.
fn reasons(request: &Request, facts: CustomerFacts, detail: &CustomerDetail) -> Vec<Notice> {
    let mut reasons = Vec::new();
    match why_not(request, Task::DeleteCustomer(facts)) {
        Some(Refusal::HeldByEntitlements(count)) => reasons.push(Notice {
            before: "Can’t delete:".to_owned(),
            link: Some((counted(count, "entitlement", "entitlements"), held_at(detail))),
            after: String::new(),
        }),
        Some(refusal @ Refusal::Role(_)) => reasons.push(sentence(format!("You can view this customer but not change it. {refusal}"))),
        _ => {}
    }
    if !facts.enabled {
        reasons.push(sentence("Nobody can sign in for this customer while it is disabled."));
    }
    reasons
}

/// The one entitlement that holds a customer, or the pane of them all.
fn held_at(detail: &CustomerDetail) -> String {
    match detail.entitlements.as_slice() {
        [(only, _)] => format!("#entitlement-{}", only.id),
        _ => "#entitlements".to_owned(),
    }
}

fn shared_ref(detail: &CustomerDetail) -> Option<(String, String)> {
    // A quotation mark cannot stand in a phrase: then the Ref ID is searched for as it is.
    let ref_id = &detail.customer.draft.ref_id;
    let text = if ref_id.contains('"') { ref_id.clone() } else { format!("ref:=\"{ref_id}\"") };
    let search = Query { text: text.into(), ..Query::default() };
    (detail.sharing_ref > 0).then(|| {
        let words = format!("{} customers share this Ref ID", thousands(detail.sharing_ref + 1));
        (words, address::with_list(&address::screen(Some(detail.customer.id)), &search))
    })
}
