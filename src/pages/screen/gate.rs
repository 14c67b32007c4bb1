//! Pages for whoever has not signed in, and what is answered to who has to sign in, or to give the password again, for what was asked.

use actix_web::http::StatusCode;
use askama::Template;
use form_urlencoded::Serializer;

use crate::domain::input::Input;
use crate::pages::refusal;
use crate::pages::view::{ConfirmPassword, Gate, KeptForm, SendKept, SignIn, draw};
use crate::web::address;
use crate::web::form::{LIMIT, parse};
use crate::web::request::Request;
use crate::web::respond::Reply;

/// How much of a form that is kept the rest of the form takes that keeps it, in bytes.
const AROUND_KEPT: usize = 8 << 10;

/// A page with one card.
pub fn gate(title: &str, card: &impl Template, status: StatusCode) -> Reply {
    Reply::html(status, draw(&Gate { title, card: &draw(card) }))
}

/// The page to sign in on.
pub fn sign_in_page(form: &SignIn, status: StatusCode) -> Reply {
    gate("Sign in", form, status)
}

/// The form that waits for somebody to sign in, or to give the password. It is sent to an address of this site, by a press.
pub fn kept_form(form: &Input) -> Option<KeptForm> {
    let (action, fields) = (form.get("kept_action"), form.get("kept_fields"));
    address::is_own(action).then(|| KeptForm { action: action.to_owned(), fields: fields.to_owned() })
}

/// A kept form, to be sent by a press: nothing is done that nobody sees. `label` is that of the button.
pub fn send_kept(kept: &KeptForm, heading: &str, sentence: &str, label: &str, leads_to: &str) -> Reply {
    let input = parse(kept.fields.as_bytes()).unwrap_or_default();
    let card = SendKept {
        heading: heading.to_owned(),
        sentence: sentence.to_owned(),
        label: label.to_owned(),
        action: kept.action.clone(),
        typed: refusal::typed(&input),
        fields: input.pairs().to_vec(),
        leads_to: leads_to.to_owned(),
    };
    gate(heading, &card, StatusCode::OK)
}

/// What is answered to who has to sign in for what was asked.
pub fn sign_in_instead(request: &Request, input: Option<&Input>) -> Reply {
    let leads_to = request.to_come_back_to();
    let to_sign_in = || format!("/sign-in?{}", Serializer::new(String::new()).append_pair("return", &leads_to).finish());
    let Some(input) = input.filter(|_| request.posted) else {
        // What a page asks by itself takes no form away from whoever has typed into it.
        return if request.path == address::EDITING {
            Reply::html(StatusCode::NO_CONTENT, String::new())
        } else {
            lead(request, to_sign_in())
        };
    };
    let kept = keep(request, input);
    let alert = if kept.is_some() {
        "Your session has ended. Sign in to go on: what you typed is kept."
    } else {
        "Your session has ended. Sign in to go on."
    };
    let form = SignIn { email: String::new(), leads_to, alert: Some(alert.to_owned()), kept };
    if !request.swaps {
        return sign_in_page(&form, StatusCode::UNAUTHORIZED);
    }
    in_pane(Reply::html(StatusCode::UNAUTHORIZED, draw(&form)))
}

/// Leads to another page first: also where a script would put it into the one that is open.
pub fn lead(request: &Request, to: String) -> Reply {
    if request.swaps { Reply::html(StatusCode::OK, String::new()).with("HX-Redirect", to) } else { Reply::see_other(to) }
}

/// What is answered to who has to set up a second factor before anything else.
pub fn set_up_instead(request: &Request) -> Reply {
    let leads_to = request.to_come_back_to();
    lead(request, format!("/account/second-factor?{}", Serializer::new(String::new()).append_pair("return", &leads_to).finish()))
}

/// What is answered to who has to give the password again for what was asked.
pub fn confirm_instead(request: &Request, input: Option<&Input>, action: &str) -> Reply {
    let kept = input.filter(|_| request.posted).and_then(|input| keep(request, input));
    let form = ConfirmPassword { action: action.to_owned(), leads_to: request.to_come_back_to(), alert: None, kept };
    if !request.swaps {
        return gate("Enter your password", &form, StatusCode::FORBIDDEN);
    }
    in_pane(Reply::html(StatusCode::FORBIDDEN, draw(&form)))
}

/// A form as it is kept, unless it is larger than any page sends: then it could not be sent again.
fn keep(request: &Request, input: &Input) -> Option<KeptForm> {
    let fields = Serializer::new(String::new()).extend_pairs(input.pairs()).finish();
    // Encoded once more, each `%`, `&`, `=` and `+` takes three bytes.
    let size: usize = fields.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum();
    (size + AROUND_KEPT <= LIMIT).then(|| KeptForm { action: request.address(), fields })
}

fn in_pane(reply: Reply) -> Reply {
    reply.with("HX-Retarget", "#detail".to_owned()).with("HX-Reswap", "innerHTML show:none scroll:top".to_owned())
}
