//! What is nearly the same as something of a customer: a slip of the hand that made two of one, or two that are easily taken for each other.
//! Whoever saves it is asked once; afterwards the page of the customer names it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::view::Notice;
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::customer::Customer;
use crate::domain::identity;
use crate::domain::input::{Errors, FieldError, Holder, Input, Record};
use crate::domain::text::isolated;
use crate::store::detail::CustomerDetail;
use crate::store::{Error, Result, contacts, near};
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
        let before = format!("The e-mail of {} is nearly the same as that of", isolated(&one.draft.full_name()));
        notice(before, isolated(&other.draft.full_name()), format!("#contact-{}", other.id), ".".to_owned())
    }));
    notices
}

/// The hidden field of a form with a value that was asked about: sending the form again is the answer.
const CONFIRMED: &str = "near";

/// Asks whether a saved customer is to have a number or a CRM ID that is nearly another one's. Of these fields only those that were typed.
///
/// # Errors
/// [`Error::Invalid`] with the questions that are not answered yet, which takes back what was saved.
pub fn ask_of_customer(db: &mut Db, input: &Input, customer: &Customer, typed: &[&str]) -> Result<()> {
    let mut questions = Errors::new();
    for other in near::of(db, customer)? {
        let (field, label) = if other.field == "number" { ("number", "Number") } else { ("crm_id", "CRM ID") };
        if typed.contains(&field) && questions.iter().all(|question| question.field != field) {
            let holder = Holder { name: other.name, record: Record::Customer(other.id) };
            questions.push(FieldError::near(field, label, &other.value, holder));
        }
    }
    ask(input, questions)
}

/// Asks whether a saved contact is to have an e-mail that is nearly that of another contact of the customer.
///
/// # Errors
/// As [`ask_of_customer`].
pub fn ask_of_contact(db: &mut Db, input: &Input, contact: &Contact) -> Result<()> {
    let Some(email) = &contact.draft.email else { return Ok(()) };
    let near = identity::near_email(email.as_str());
    let others = contacts::all_of(db, contact.customer)?.into_iter().filter(|other| other.id != contact.id);
    let question = others.filter_map(|other| {
        let email = other.draft.email.as_ref()?.as_str();
        let holder = Holder { name: other.draft.full_name(), record: Record::Contact(other.id) };
        (identity::near_email(email) == near).then(|| FieldError::near("email", "E-mail", email, holder))
    });
    ask(input, question.take(1).collect())
}

fn ask(input: &Input, questions: Errors) -> Result<()> {
    let is_answered = |question: &FieldError| confirmed(input).any(|value| value == input.get(question.field));
    let open: Errors = questions.into_iter().filter(|question| !is_answered(question)).collect();
    if open.is_empty() { Ok(()) } else { Err(Error::Invalid(open)) }
}

fn confirmed(input: &Input) -> impl Iterator<Item = &str> {
    input.pairs().iter().filter(|(name, _)| name == CONFIRMED).map(|(_, value)| value.as_str())
}

/// What a form that comes back with questions sends along.
pub fn answers(input: &Input, errors: &Errors) -> Vec<(&'static str, String)> {
    let asked = errors.iter().filter(|error| error.is_question).map(|error| input.get(error.field));
    confirmed(input).chain(asked).map(|value| (CONFIRMED, value.to_owned())).collect()
}
