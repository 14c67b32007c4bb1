//! The forms of signing in, as they come back.

use actix_web::http::StatusCode;

use crate::portal::request::Comer;
use crate::portal::respond::{Answer, form, page};
use crate::portal::view::{SignIn, SignInCode};

/// The form to sign in by. `alert` is what is wrong.
pub(super) fn first(comer: &Comer, email: &str, alert: Option<String>, status: StatusCode) -> Answer {
    let texts = comer.texts();
    page(texts, &texts.say("portal-sign-in"), false, &SignIn { texts, email: email.to_owned(), alert }, status)
}

/// The form for the code, or for a recovery code. `alert` is the message of what is wrong.
pub(super) fn code(comer: &Comer, pending: &str, alert: Option<&str>, recovery: bool) -> Answer {
    let texts = comer.texts();
    let heading = texts.say(if recovery { "portal-code-recovery" } else { "portal-code" });
    let (alert, is_wrong) = (alert.map(|id| texts.say(id)), alert.is_some());
    form(texts, &heading.clone(), false, &SignInCode { texts, heading, pending: pending.to_owned(), alert, recovery }, is_wrong)
}
