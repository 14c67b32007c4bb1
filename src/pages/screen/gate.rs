//! Pages for whoever has not signed in, and what is answered to who has to sign in first.

use actix_web::http::StatusCode;
use askama::Template;

use super::pane::draw;
use crate::domain::input::Input;
use crate::pages::view::{Gate, KeptForm, SignIn};
use crate::web::request::Request;
use crate::web::respond::{Part, Reply};

/// A page with one card.
pub fn gate(title: &str, card: &impl Template, status: StatusCode) -> Reply {
    Reply::html(status, draw(&Gate { title, card: &draw(card) }))
}

/// The page to sign in on.
pub fn sign_in_page(form: &SignIn, status: StatusCode) -> Reply {
    gate("Sign in", form, status)
}

/// What is answered to who has to sign in for what was asked.
pub fn sign_in_instead(request: &Request, input: Option<&Input>) -> Reply {
    let leads_to = request.to_come_back_to();
    let to_sign_in = || format!("/sign-in?{}", form_urlencoded::Serializer::new(String::new()).append_pair("return", &leads_to).finish());
    let Some(input) = input.filter(|_| request.posted) else {
        return if request.part == Part::Full {
            Reply::see_other(to_sign_in())
        } else {
            Reply::html(StatusCode::OK, String::new()).with("HX-Redirect", to_sign_in())
        };
    };
    let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(input.pairs()).finish();
    let form = SignIn {
        email: String::new(),
        leads_to: leads_to.clone(),
        alert: Some("Your session has ended. Sign in to go on: what you typed is kept.".to_owned()),
        kept: Some(KeptForm { action: request.address(), fields }),
    };
    if request.part == Part::Full {
        return sign_in_page(&form, StatusCode::UNAUTHORIZED);
    }
    let reply = Reply::html(StatusCode::UNAUTHORIZED, draw(&form));
    reply.with("HX-Retarget", "#detail".to_owned()).with("HX-Reswap", "innerHTML show:none scroll:top".to_owned())
}
