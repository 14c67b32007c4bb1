//! Who asks in the portal. That is found in the reading or the transaction that the answer needs anyway, so that somebody who was disabled is
//! out with the next request. A user's cookie is never looked at here.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::db::Db;
use crate::domain::actor::Principal;
use crate::domain::contact::Contact;
use crate::domain::locale::Locale;
use crate::domain::text::Email;
use crate::domain::texts::Texts;
use crate::domain::{ContactId, CustomerId};
use crate::store::identities::{self, Identity};
use crate::store::sessions::{self, Session};
use crate::store::{Error, Result, contacts};
use crate::web::app::App;
use crate::web::request::Request;
use crate::web::session::PORTAL;
use crate::web::sign_in::Arrival;

/// A request of which it is not known who sent it: for the pages that anybody may see.
#[derive(Clone)]
pub struct Comer {
    /// What is asked for.
    pub request: Request,
    /// The tokens of the portal's cookie.
    pub tokens: Vec<String>,
    /// What the browser may be known by.
    pub known: Vec<String>,
    /// The languages that the browser asks for.
    pub accepted: Option<String>,
}

/// A request of somebody who has signed in.
pub struct Visit {
    /// What is asked for, and by whom.
    pub request: Request,
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub identity: Identity,
    /// All that the mailbox leads to.
    pub places: Vec<(ContactId, CustomerId)>,
    /// As which of them; `None` where that is still to be chosen.
    pub contact: Option<Contact>,
    /// As which it was, if nobody can sign in as that one any more: another is chosen by the person alone.
    pub lost: Option<ContactId>,
    /// In whose language.
    pub texts: Texts,
}

impl Comer {
    /// What is said to whoever has not signed in.
    pub fn texts(&self) -> Texts {
        Texts::of(Locale::of(None, self.accepted.as_deref()))
    }

    /// What signing in looks at.
    pub fn arrival(&self) -> Arrival<'_> {
        Arrival { request: &self.request, tokens: &self.tokens, known: &self.known }
    }

    /// Who sent it: nobody, where the session has ended, or leads to no enabled contact of an enabled customer any more.
    pub fn admit(&self, db: &mut Db) -> Result<Option<Visit>> {
        for token in &self.tokens {
            let found = sessions::find_in_portal(db, token, self.request.actor.now, &self.request.app.lifetimes)?;
            let Some((session, identity, chosen)) = found else { continue };
            let places = identities::contacts_of(db, &identity.email_key)?;
            if !places.is_empty() {
                return self.visit(db, session, identity, places, chosen).map(Some);
            }
        }
        Ok(None)
    }

    fn visit(
        &self,
        db: &mut Db,
        session: Session,
        identity: Identity,
        places: Vec<(ContactId, CustomerId)>,
        chosen: Option<ContactId>,
    ) -> Result<Visit> {
        let here = match (&places[..], chosen) {
            ([only], None) => Some(only),
            _ => places.iter().find(|(id, _)| Some(*id) == chosen),
        };
        let lost = chosen.filter(|_| here.is_none());
        let contact = here.map(|(id, _)| contacts::find(db, *id)).transpose()?;
        let who = contact.as_ref().map_or_else(Principal::nobody, Principal::contact);
        let language = contact.as_ref().and_then(|contact| contact.draft.language);
        let texts = Texts::of(Locale::of(language, self.accepted.as_deref()));
        Ok(Visit { request: self.request.by(who, Some(session.clone())), session, identity, places, contact, lost, texts })
    }
}

impl Visit {
    /// The e-mail to sign in with, as it is written.
    pub fn email(&self) -> &str {
        let own = self.contact.as_ref().and_then(|contact| contact.draft.email.as_ref());
        own.map_or(&self.identity.email_key, Email::as_str)
    }

    /// As which contact.
    ///
    /// # Errors
    /// [`Error::NotFound`] where that is still to be chosen.
    pub fn contact(&self) -> Result<&Contact> {
        self.contact.as_ref().ok_or(Error::NotFound("contact"))
    }
}

impl FromRequest for Comer {
    type Error = actix_web::Error;
    type Future = Ready<std::result::Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let accepted = request.headers().get("accept-language").and_then(|value| value.to_str().ok()).map(str::to_owned);
        ready(
            request
                .app_data::<Data<App>>()
                .map(|app| Self {
                    request: Request::of(request, app),
                    tokens: PORTAL.tokens(request, app.is_secure()),
                    known: PORTAL.known_tokens(request, app.is_secure()),
                    accepted,
                })
                .ok_or_else(|| actix_web::error::ErrorInternalServerError("the application is not set up")),
        )
    }
}
