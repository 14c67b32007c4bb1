//! The contacts pane of a company.

use super::access;
use super::offers::{more, offer, why_not};
use crate::domain::contact::Contact;
use crate::domain::numbers::{counted, thousands};
use crate::domain::panes::{PaneRow, Panes};
use crate::domain::places::Language;
use crate::domain::rules::{Refusal, Task};
use crate::domain::spelling::Needle;
use crate::domain::text::Email;
use crate::pages::contact_links;
use crate::pages::list::marked;
use crate::pages::view::{ContactRow, Contacts, Filter, Offer};
use crate::store::contacts;
use crate::store::detail::CustomerDetail;
use crate::web::address;
use crate::web::request::Request;

/// A company with more contacts than this offers to filter them.
const FILTERED: i64 = 10;

/// The contacts pane.
pub fn pane(request: &Request, detail: &CustomerDetail) -> Contacts {
    let (query, panes) = (&request.query, &request.panes);
    let path = address::screen(Some(detail.customer.id));
    let words = panes.needles();
    let with_all = |all| address::with_panes(&path, query, &Panes { all_contacts: all, ..panes.at(None) }, &[]) + "#contacts";
    Contacts {
        count: detail.contact_count,
        filter: (detail.contact_count > FILTERED).then(|| filter(request, detail)),
        rows: detail.contacts.iter().map(|contact| row(request, detail, contact, &words)).collect(),
        more: more(detail.contacts_found, contacts::SHOWN, panes.all_contacts, with_all),
        note: note(detail, &panes.find, panes.all_contacts),
        new: offer(request, Task::NewContact(detail.facts()), &format!("{path}/contacts/new")),
        invite_all: invite_all(request, detail),
        form: None,
        made_link: None,
        alert: None,
    }
}

fn invite_all(request: &Request, detail: &CustomerDetail) -> Option<(Offer, i64)> {
    let never_invited = detail.never_invited;
    let task = Task::InviteContacts { sends_mail: request.app.sends_mail, customer_enabled: detail.customer.enabled, never_invited };
    let offer = offer(request, task, &format!("{}/invite", address::screen(Some(detail.customer.id))));
    // One alone is invited from its row.
    offer.filter(|_| never_invited > 1).map(|offer| (offer, never_invited))
}

fn filter(request: &Request, detail: &CustomerDetail) -> Filter {
    let panes = Panes { find: String::new(), ..request.panes.at(None) };
    let mut carried = request.query.pairs();
    carried.extend(panes.pairs());
    let found = format!("{} of {}", thousands(detail.contacts_found), counted(detail.contact_count, "contact", "contacts"));
    Filter { action: address::screen(Some(detail.customer.id)), carried, text: request.panes.find.clone(), found }
}

fn note(detail: &CustomerDetail, find: &str, all: bool) -> String {
    if detail.contact_count == 0 {
        "None yet.".to_owned()
    } else if detail.contact_count > contacts::SEARCHED && !find.is_empty() {
        format!("Only the first {} of {} contacts are looked at.", thousands(contacts::SEARCHED), thousands(detail.contact_count))
    } else if detail.contacts_found == 0 {
        format!("No contact has “{find}”.")
    } else if all && detail.contacts_found > contacts::SHOWN {
        format!("These are the first {} of {}. Filter them to find others.", thousands(contacts::SHOWN), thousands(detail.contacts_found))
    } else {
        String::new()
    }
}

fn row(request: &Request, detail: &CustomerDetail, contact: &Contact, filter: &[Needle]) -> ContactRow {
    let facts = detail.contact_facts(contact);
    let offer = |task: Task, end: &str| offer(request, task, &format!("/contacts/{}/{end}", contact.id));
    let draft = &contact.draft;
    let is_marked = request.panes.contact() == Some(contact.id);
    // The search of the list has led to this one.
    let words = [filter, &if is_marked { request.query.search().needles() } else { Vec::new() }].concat();
    let email = draft.email.as_ref().map_or("", Email::as_str);
    ContactRow {
        id: contact.id.0,
        marked: is_marked,
        name: marked(&draft.full_name(), &words),
        email: marked(email, &words),
        mail: contact_links::mail(email),
        phone: marked(&draft.phone, &words),
        call: contact_links::phone(&draft.phone),
        language: draft.language.map_or("", Language::name).to_owned(),
        ref_id: marked(&draft.ref_id, &words),
        // Of the default contact its badge says so.
        reach: if !contact.default && contact.sees_all() { "Sees all entitlements" } else { "" },
        access: access::of(request, detail, contact),
        enabled: contact.enabled,
        default: contact.default,
        set_default: offer(Task::SetDefault(facts), "default"),
        edit: offer(Task::EditContact(facts), "edit"),
        disable: offer(Task::DisableContact(facts), "disable"),
        enable: offer(Task::EnableContact(facts), "enable"),
        delete: offer(Task::DeleteContact(facts), "delete"),
        held_by: match why_not(request, Task::DeleteContact(facts)) {
            Some(Refusal::NamedByEntitlements(count)) => {
                Some((counted(count, "entitlement", "entitlements"), held_at(request, detail, contact)))
            }
            _ => None,
        },
        form: None,
    }
}

/// Where the entitlement is that names a contact: on this page, or on the one with all of them.
fn held_at(request: &Request, detail: &CustomerDetail, contact: &Contact) -> String {
    let naming = detail.entitlements.iter().find(|(entitlement, _)| entitlement.draft.contact == Some(contact.id));
    let Some((entitlement, _)) = naming else {
        let panes = Panes { all_entitlements: true, ..request.panes.at(None) };
        return address::with_panes(&address::screen(Some(detail.customer.id)), &request.query, &panes, &[]) + "#entitlements";
    };
    address::fragment(&request.panes.at(Some(PaneRow::Entitlement(entitlement.id))))
}
