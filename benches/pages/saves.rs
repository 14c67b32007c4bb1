//! Forms that are filled in and saved, each once.

use fastrand::Rng;

use crate::client::{Connection, DETAIL, Request};
use crate::page::Form;

/// What a save changes: it is searched for, so the search's index changes too.
const FIELD: &str = "phone";

/// The edit forms of customers with another telephone number in each, ready to be sent.
pub fn prepared(line: &mut Connection, ids: &[u64]) -> Vec<Request> {
    let mut rng = Rng::new();
    ids.iter().map(|id| changed(&form(line, *id), &format!("+49 30 {:07}", rng.u32(..10_000_000)))).collect()
}

/// Whether a form is really saved.
pub fn check(line: &mut Connection, id: u64) {
    let before = form(line, id);
    let phone = if before.get(FIELD) == "+49 30 1" { "+49 30 2" } else { "+49 30 1" };
    assert!(line.succeeds(&changed(&before, phone)), "the form was not taken");
    let after = form(line, id);
    assert_eq!(after.get(FIELD), phone, "what was saved is not there");
    assert_ne!(after.get("version"), before.get("version"), "what was saved is the same version");
}

fn form(line: &mut Connection, id: u64) -> Form {
    let answer = line.send(&Request::get(format!("/customers/{id}/edit")).with(DETAIL)).expect("an answer");
    Form::of(&String::from_utf8_lossy(&answer.body))
}

fn changed(form: &Form, phone: &str) -> Request {
    let mut form = Form { action: form.action.clone(), fields: form.fields.clone() };
    form.set(FIELD, phone);
    Request::post(&form.action, form.encoded()).with(DETAIL)
}
