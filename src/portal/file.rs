//! What somebody has, as a CSV file that is made while it is sent. Each chunk admits whoever asks again, so that somebody who is disabled meanwhile
//! gets no whole file.

use actix_web::HttpResponse;
use csv::QuoteStyle;

use super::asked::{Asked, Needs};
use super::entitlements::{ask, rows};
use super::request::Visit;
use super::respond::Answer;
use crate::db::{Access, Db};
use crate::domain::csv::guarded;
use crate::domain::texts::Texts;
use crate::exports;
use crate::store::portal::{Ask, Place};
use crate::store::{Result, portal};
use crate::web::chunks::{self, Chunk};

/// Rows in a chunk.
const CHUNK: usize = 200;

/// `GET /portal/entitlements.csv`
pub async fn file(asked: Asked) -> HttpResponse {
    let first = match read(&asked, None).await {
        Ok(first) => first,
        Err(reply) => return asked.send(reply).await,
    };
    chunks::csv("entitlements.csv", "no-store", asked, first, async |asked, place| {
        read(asked, Some(place)).await.map_err(|_| actix_web::error::ErrorServiceUnavailable("the file could not be finished"))
    })
}

async fn read(asked: &Asked, after: Option<Place>) -> std::result::Result<Chunk<Place>, Answer> {
    asked.admit(Access::Read, Needs::Customer, move |db, visit| chunk(db, visit, after)).await
}

/// The lines after a place, with the names of the columns before the first.
fn chunk(db: &mut Db, visit: &Visit, after: Option<Place>) -> Result<Chunk<Place>> {
    let found = portal::entitlements(db, &Ask { after, ..ask(visit)? }, CHUNK)?;
    let texts = Texts::plain(visit.texts.locale);
    let heading = after.is_none().then(|| heading(texts));
    let rows = rows(db, texts, visit, &found.entitlements)?.into_iter().zip(&found.entitlements).map(|(row, entitlement)| {
        let end = entitlement.last_day(visit.request.app.zone).map(|day| day.to_string()).unwrap_or_default();
        let draft = &entitlement.draft;
        vec![row.eid, row.product, draft.quantity.to_string(), draft.starts_on.to_string(), end, row.contact]
    });
    let records: Vec<Vec<String>> = heading.into_iter().chain(rows).map(guard).collect();
    let lines = exports::written(&records, QuoteStyle::Always)?;
    // After the mark by which spreadsheets know UTF-8.
    let mark = if after.is_none() { "\u{feff}" } else { "" };
    Ok(([mark.as_bytes(), &lines].concat(), found.next))
}

/// The names of the columns.
fn heading(texts: Texts) -> Vec<String> {
    vec![
        texts.say("portal-eid"),
        texts.say("portal-product"),
        texts.say("portal-quantity"),
        texts.say("portal-start"),
        texts.say("portal-end"),
        texts.say("portal-contact"),
    ]
}

/// No cell is read as a formula.
fn guard(record: Vec<String>) -> Vec<String> {
    record.into_iter().map(|cell| guarded(&cell).into_owned()).collect()
}
