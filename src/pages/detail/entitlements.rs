//! The entitlements pane of a customer.

use super::offers::{more, offer, why_not};
use crate::domain::customer::Kind;
use crate::domain::entitlement::{Entitlement, State};
use crate::domain::panes::Panes;
use crate::domain::rules::{Refusal, Task, thousands};
use crate::pages::view::{EntitlementRow, EntitlementState, Entitlements};
use crate::pages::words;
use crate::store::detail::CustomerDetail;
use crate::store::entitlements;
use crate::web::address;
use crate::web::request::Request;

/// The entitlements pane.
pub fn pane(request: &Request, detail: &CustomerDetail) -> Entitlements {
    let (query, panes, facts) = (&request.query, &request.panes, detail.facts());
    let path = address::screen(Some(detail.customer.id));
    let with_all = |all| address::with_panes(&path, query, &Panes { all_entitlements: all, ..panes.at(None) }, &[]) + "#entitlements";
    Entitlements {
        count: facts.entitlements,
        rows: detail.entitlements.iter().map(|(entitlement, contact)| row(request, entitlement, contact)).collect(),
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

fn row(request: &Request, entitlement: &Entitlement, contact: &str) -> EntitlementRow {
    let today = request.actor.today;
    let state = entitlement.state(today);
    let offer = |task: Task, end: &str| offer(request, task, &format!("/entitlements/{}/{end}", entitlement.id));
    let draft = &entitlement.draft;
    EntitlementRow {
        id: entitlement.id.0,
        marked: request.panes.entitlement() == Some(entitlement.id),
        eid: entitlement.eid.clone(),
        product: draft.product.clone(),
        contact: contact.to_owned(),
        quantity: thousands(i64::from(draft.quantity)),
        from: words::day(draft.starts_on),
        to: match (entitlement.ended_at, draft.ends_on) {
            (Some(ended), _) => format!("ended {}", words::day(ended.and_utc().with_timezone(&request.app.zone).date_naive())),
            (None, Some(last)) => words::day(last),
            (None, None) => String::new(),
        },
        starts: if state == State::NotYetStarted { words::soon("starts", today, draft.starts_on) } else { String::new() },
        ends: draft.ends_on.filter(|_| state == State::Running).map(|last| words::soon("ends", today, last)).unwrap_or_default(),
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
