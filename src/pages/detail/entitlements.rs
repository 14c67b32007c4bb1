//! The entitlements pane of a customer.

use super::offers::{more, offer, why_not};
use crate::domain::customer::Kind;
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::numbers::thousands;
use crate::domain::panes::Panes;
use crate::domain::rules::{Refusal, Task};
use crate::pages::view::{EntitlementRow, Entitlements, Offer};
use crate::pages::words;
use crate::store::detail::CustomerDetail;
use crate::store::entitlements;
use crate::store::renewals::Linked;
use crate::web::address;
use crate::web::request::Request;

/// The entitlements pane.
pub fn pane(request: &Request, detail: &CustomerDetail) -> Entitlements {
    let (query, panes, facts) = (&request.query, &request.panes, detail.facts());
    let path = address::screen(Some(detail.customer.id));
    let with_all = |all| address::with_panes(&path, query, &Panes { all_entitlements: all, ..panes.at(None) }, &[]) + "#entitlements";
    Entitlements {
        count: facts.entitlements,
        rows: detail.entitlements.iter().map(|(entitlement, contact)| row(request, detail, entitlement, contact)).collect(),
        more: more(facts.entitlements, entitlements::SHOWN, panes.all_entitlements, with_all),
        new: offer(request, Task::NewEntitlement(facts), &format!("{path}/entitlements/new")),
        why_no_new: why_not(request, Task::NewEntitlement(facts))
            .filter(|refusal| *refusal == Refusal::NoEntitlementWhileDisabled)
            .map(|refusal| refusal.to_string()),
        form: None,
        shows_contact: facts.kind == Kind::Company,
        alert: None,
    }
}

fn row(request: &Request, detail: &CustomerDetail, entitlement: &Entitlement, contact: &str) -> EntitlementRow {
    let facts = detail.entitlement_facts(&request.actor, entitlement);
    let (today, state) = (facts.today, facts.state);
    let linked = |to: Option<&Linked>| to.map(|to| (to.eid.clone(), request.keeping(&format!("/entitlements/{}", to.id))));
    let reopen = offer_of(request, entitlement, Task::ReopenEntitlement(facts), "reopen");
    let offer = |task: Task, end: &str| offer_of(request, entitlement, task, end);
    let draft = &entitlement.draft;
    EntitlementRow {
        id: entitlement.id.0,
        marked: request.panes.entitlement() == Some(entitlement.id),
        eid: entitlement.eid.clone(),
        href: request.to_entitlement(entitlement.customer, entitlement.id),
        product: draft.product.clone(),
        contact: contact.to_owned(),
        quantity: thousands(i64::from(draft.quantity)),
        from: words::day(draft.starts_on),
        to: words::end_of(entitlement, request.app.zone).unwrap_or_default(),
        starts: if state == State::NotYetStarted { words::soon("starts", today, draft.starts_on) } else { String::new() },
        ends: draft.ends_on.filter(|_| state == State::Running).map(|last| words::soon("ends", today, last)).unwrap_or_default(),
        state: state.into(),
        renews: linked(detail.links.renewed.get(&entitlement.id)),
        renewed_by: linked(detail.links.renewals.get(&entitlement.id)),
        edit: offer(Task::EditEntitlement, "edit"),
        renew: offer(Task::RenewEntitlement(facts), "renew"),
        end: offer(Task::EndEntitlement(state), "end"),
        reopen_until: match facts.reopenable_until().filter(|_| reopen.is_some()) {
            Some(until) => format!("Can be reopened until {}", until.format("%-d %B")),
            None => String::new(),
        },
        reopen,
        delete: offer(Task::DeleteEntitlement(facts), "delete"),
        whys: [Task::RenewEntitlement(facts), Task::DeleteEntitlement(facts)].iter().filter_map(|task| why(request, *task)).collect(),
        form: None,
    }
}

fn offer_of(request: &Request, entitlement: &Entitlement, task: Task, end: &str) -> Option<Offer> {
    offer(request, task, &format!("/entitlements/{}/{end}", entitlement.id))
}

/// Why a task is missing, where the row does not say so otherwise.
pub fn why(request: &Request, task: Task) -> Option<&'static str> {
    Some(match why_not(request, task)? {
        Refusal::RenewalNeedsEnd => "Can’t renew: it has no end",
        Refusal::RenewalOfEnded => "Can’t renew: it was ended by hand",
        Refusal::EntitlementStarted => "Has started, so its record is kept",
        Refusal::HeldByRenewal(_) => "Has been renewed, so its record is kept",
        _ => return None,
    })
}
