//! What follows the right password, or the right code: a session in the place of the one before.

use crate::db::Db;
use crate::domain::{ContactId, CustomerId};
use crate::portal::request::Comer;
use crate::portal::respond::Answer;
use crate::store::identities::{self, Identity};
use crate::store::{Result, sessions};
use crate::web::session::PORTAL;
use crate::web::sign_in::{self, Begun};

/// What a mailbox leads to.
type Places = Vec<(ContactId, CustomerId)>;

/// An identity, held until the transaction ends, and what it leads to; `None` where nobody may sign in with it (any more).
pub(super) fn held(db: &mut Db, found: &Identity) -> Result<Option<(Identity, Places)>> {
    identities::hold(db, std::slice::from_ref(&found.email_key))?;
    let Some((identity, _)) = identities::by_key(db, &found.email_key)? else { return Ok(None) };
    let places = identities::contacts_of(db, &identity.email_key)?;
    Ok((identity.id == found.id && !places.is_empty()).then_some((identity, places)))
}

/// Begins a session. Where the mailbox leads to one contact, it is chosen.
pub(super) fn begin(db: &mut Db, comer: &Comer, identity: &Identity, places: &[(ContactId, CustomerId)]) -> Result<Begun> {
    identities::set_seen(db, identity.id, comer.request.actor.now)?;
    let begun = sign_in::begin(db, comer.arrival(), identity.id.into())?;
    if let [(contact, _)] = places {
        sessions::choose(db, &begun.token, *contact)?;
    }
    Ok(begun)
}

/// Lets somebody in.
pub(super) fn answer(comer: &Comer, begun: &Begun) -> Answer {
    tracing::info!(request = comer.request.request_id, from = comer.request.peer, "signed in to the portal");
    let secure = comer.request.app.is_secure();
    let reply = Answer::see_other("/portal").with("Set-Cookie", PORTAL.set(&begun.token, secure));
    reply.with("Set-Cookie", PORTAL.set_known(&begun.known, secure))
}
