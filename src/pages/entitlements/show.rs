//! An entitlement in full, beside the list of entitlements.

use actix_web::http::StatusCode;

use crate::db::Db;
use crate::domain::EntitlementId;
use crate::domain::contact::Contact;
use crate::domain::customer::Kind;
use crate::domain::entitlement::{Entitlement, Facts};
use crate::domain::history::Scope;
use crate::domain::numbers::thousands;
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::rules::{Refusal, Task};
use crate::domain::text::Email;
use crate::pages::detail::{self, offer, sentence, why_not};
use crate::pages::history::draw;
use crate::pages::screen::DetailPane;
use crate::pages::view::{EntitlementShow, Linked, Notice, Offer, OtherRow};
use crate::pages::words;
use crate::store::entitlement_detail::EntitlementDetail;
use crate::store::{Result, entitlements, renewals};
use crate::web::address;
use crate::web::request::Request;
use crate::web::respond::Part;

/// An entitlement with nothing else open.
pub fn show(db: &mut Db, request: &Request, id: EntitlementId) -> Result<DetailPane> {
    if matches!(request.part, Part::Results | Part::Rows) {
        // Only the list beside it is asked for, with each letter that somebody types.
        return Ok(DetailPane::blank(entitlements::find(db, id)?.draft.product, id));
    }
    Ok(pane(&view(request, &EntitlementDetail::find(db, id, request.actor.today)?)))
}

/// An entitlement with a refusal: what was asked for cannot be done, and this is how things stand.
pub fn refused(db: &mut Db, request: &Request, id: EntitlementId, refusal: Refusal) -> Result<DetailPane> {
    let link = match refusal {
        Refusal::AlreadyRenewed(renewal) | Refusal::HeldByRenewal(renewal) => {
            Some((entitlements::find(db, renewal)?.eid, request.keeping(&address::entitlement(Some(renewal)))))
        }
        _ => None,
    };
    let notice = Notice { before: refusal.to_string(), link, after: String::new() };
    with_notice(db, request, id, notice, StatusCode::CONFLICT)
}

/// An entitlement with words about what was asked for.
pub fn with_alert(db: &mut Db, request: &Request, id: EntitlementId, words: &str, status: StatusCode) -> Result<DetailPane> {
    with_notice(db, request, id, sentence(words), status)
}

fn with_notice(db: &mut Db, request: &Request, id: EntitlementId, notice: Notice, status: StatusCode) -> Result<DetailPane> {
    let view = view(request, &EntitlementDetail::find(db, id, request.actor.today)?);
    Ok(pane(&EntitlementShow { alert: Some(notice), ..view }).with_status(status))
}

fn pane(view: &EntitlementShow) -> DetailPane {
    DetailPane::other(view.product.clone(), EntitlementId(view.id), view)
}

fn view(request: &Request, detail: &EntitlementDetail) -> EntitlementShow {
    let (entitlement, customer, today) = (&detail.entitlement, &detail.customer, request.actor.today);
    let (id, facts) = (entitlement.id, detail.facts(&request.actor));
    let path = address::entitlement(Some(id));
    let offer = |task: Task, end: &str| offer(request, task, &format!("{path}/{end}"));
    let at_customer = |panes: &Panes| request.to_customer(customer.id, id, panes);
    let linked = |to: Option<&renewals::Linked>| {
        to.map(|to| Linked { name: to.eid.clone(), href: request.keeping(&address::entitlement(Some(to.id))) })
    };
    let shown = i64::try_from(detail.others.len()).unwrap_or(i64::MAX);
    EntitlementShow {
        id: id.0,
        back: request.keeping_with("/entitlements", &[("around", &id.to_string())]),
        product: entitlement.draft.product.clone(),
        state: facts.state.into(),
        distance: words::distance_of(entitlement, request.app.zone, today),
        is_due: words::is_due(entitlement, today),
        eid: entitlement.eid.clone(),
        quantity: thousands(i64::from(entitlement.draft.quantity)),
        starts: words::day(entitlement.draft.starts_on),
        ends: words::end_of(entitlement, request.app.zone).unwrap_or_else(|| "no end".to_owned()),
        customer: Linked { name: customer.name(), href: at_customer(&Panes::default()) },
        number: customer.number.clone(),
        customer_disabled: !customer.enabled,
        contact: detail.contact.as_ref().filter(|_| customer.kind() == Kind::Company).map(|contact| Linked {
            name: contact.draft.full_name(),
            href: at_customer(&Panes::default().at(Some(PaneRow::Contact(contact.id)))),
        }),
        email: detail.contact.as_ref().map(email).unwrap_or_default(),
        created: words::when(request.actor.now, entitlement.created_at),
        changed: words::when(request.actor.now, entitlement.changed_at),
        changes: draw::latest(request, &detail.history, Scope::Entitlement(id)),
        history: format!("{}?subject=entitlements", address::history(customer.id)),
        renews: linked(detail.links.renewed.get(&id)),
        renewed_by: linked(detail.links.renewals.get(&id)),
        edit: offer(Task::EditEntitlement, "edit"),
        renew: offer(Task::RenewEntitlement(facts), "renew"),
        end: offer(Task::EndEntitlement(facts.state), "end"),
        reopen: offer(Task::ReopenEntitlement(facts), "reopen"),
        delete: offer(Task::DeleteEntitlement(facts), "delete"),
        alert: None,
        reasons: reasons(request, facts),
        others: detail.others.iter().map(|other| other_row(request, other)).collect(),
        other_count: detail.count - 1,
        all: (detail.count - 1 > shown).then(|| at_customer(&Panes { all_entitlements: true, ..Panes::default() })),
        new: request
            .actor
            .can(Task::NewEntitlement(detail.customer_facts()))
            .then(|| Offer { href: request.keeping(&format!("{}/entitlements/new", address::screen(Some(customer.id)))) }),
    }
}

fn email(contact: &Contact) -> String {
    contact.draft.email.as_ref().map_or_else(String::new, |email| Email::as_str(email).to_owned())
}

fn other_row(request: &Request, other: &Entitlement) -> OtherRow {
    OtherRow {
        product: other.draft.product.clone(),
        href: request.keeping(&address::entitlement(Some(other.id))),
        quantity: thousands(i64::from(other.draft.quantity)),
        from: words::day(other.draft.starts_on),
        to: other.last_day(request.app.zone).map(words::day).unwrap_or_default(),
        state: other.state(request.actor.today).into(),
    }
}

/// Where a person would look for a task that is missing, this says why.
fn reasons(request: &Request, facts: Facts) -> Vec<Notice> {
    let whys = [Task::RenewEntitlement(facts), Task::DeleteEntitlement(facts)];
    let mut reasons: Vec<Notice> = whys.into_iter().filter_map(|task| detail::entitlements::why(request, task)).map(sentence).collect();
    if let Some(refusal @ Refusal::Role(_)) = why_not(request, Task::EditEntitlement) {
        reasons.push(sentence(format!("You can view this entitlement but not change it. {refusal}")));
    }
    if let Some(until) = facts.reopenable_until().filter(|_| request.actor.can(Task::ReopenEntitlement(facts))) {
        reasons.push(sentence(format!("Can be reopened until {}.", until.format("%-d %B"))));
    }
    reasons
}
