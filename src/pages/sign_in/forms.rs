//! The forms of signing in, as they come back.

use actix_web::http::StatusCode;

use crate::domain::input::Input;
use crate::pages::screen::{failed_alone, gate, kept_form, sign_in_page};
use crate::pages::view::{SignIn, SignInCode};
use crate::store::Error;
use crate::web::address;
use crate::web::request::Request;
use crate::web::respond::Reply;

/// What is said to who gave a wrong e-mail or password, whichever of the two it was.
pub(super) const WRONG: &str = "The e-mail or the password is wrong.";

/// The first form again.
pub(super) fn again(form: &Input, alert: String, status: StatusCode) -> Reply {
    let leads_to = address::own(form.get("return").to_owned());
    let form = SignIn { email: form.get("email").to_owned(), leads_to, alert: Some(alert), kept: kept_form(form) };
    sign_in_page(&form, status)
}

/// The first form again, where the database is away: what waits for it is kept.
pub(super) fn not_now(request: &Request, form: &Input, error: &Error) -> Reply {
    let failed = failed_alone(request, error, None);
    match error {
        Error::Unavailable(why) => again(form, format!("{} Try again in a moment.", why.reason), failed.status),
        _ => failed,
    }
}

/// The form for the code.
pub(super) fn ask_code(form: &Input, pending: &str, alert: Option<String>, status: StatusCode) -> Reply {
    let card = SignInCode {
        pending: pending.to_owned(),
        leads_to: address::own(form.get("return").to_owned()),
        alert,
        kept: kept_form(form),
        recovery: form.get("use") == "recovery",
    };
    gate("Enter your code", &card, status)
}
