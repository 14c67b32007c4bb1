//! What is nearly the same as something of a customer: a slip of the hand that made two of one, or two that are easily taken for each other.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::view::Notice;
use crate::domain::identity;
use crate::domain::text::isolated;
use crate::store::detail::CustomerDetail;
use crate::web::address;
use crate::web::request::Request;

/// Names other customers with nearly the same number or CRM ID, and contacts with nearly the same e-mail; each with a link.
pub fn notices(request: &Request, detail: &CustomerDetail) -> Vec<Notice> {
    /// So many pairs of contacts are named.
    const PAIRS: usize = 2;
    let notice = |before: String, name: String, href: String, after: String| Notice { before, link: Some((name, href)), after };
    let mut notices: Vec<Notice> = detail
        .near
        .iter()
        .map(|other| {
            let before = format!("Nearly the same {} as", other.field);
            let href = address::with_list(&address::screen(Some(other.id)), &request.query);
            notice(before, isolated(&other.name), href, format!(" ({}).", isolated(&other.value)))
        })
        .collect();
    let mut first_with = HashMap::new();
    let mails = detail.contacts.iter().filter_map(|contact| Some((contact, contact.draft.email.as_ref()?.as_str())));
    let pairs = mails.filter_map(|(contact, email)| match first_with.entry(identity::near_email(email)) {
        Entry::Vacant(place) => {
            place.insert(contact);
            None
        }
        Entry::Occupied(first) => Some((*first.get(), contact)),
    });
    notices.extend(pairs.take(PAIRS).map(|(one, other)| {
        let before = format!("The e-mail of {} is nearly the same as that of", isolated(&one.draft.name.full()));
        notice(before, isolated(&other.draft.name.full()), format!("#contact-{}", other.id), ".".to_owned())
    }));
    notices
}
