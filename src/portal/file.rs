//! What somebody has, as a CSV file that is made while it is sent. Each chunk is a reading of its own that admits whoever asks again, so that a
//! slow reader holds no connection, and somebody who is disabled meanwhile gets no whole file.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::stream;

use super::asked::{Asked, Needs};
use super::entitlements::{ask, rows};
use super::request::Visit;
use super::respond::Answer;
use crate::db::{Access, Db};
use crate::domain::csv::guarded;
use crate::domain::texts::Texts;
use crate::store::portal::{Ask, Place};
use crate::store::{Result, portal};

/// Rows in a chunk.
const CHUNK: usize = 200;

/// How far the file has come.
enum Step {
    /// What is at hand is to be sent, and then what follows.
    Ready(String, Option<Place>),
    /// What follows this place is to be read.
    Beyond(Place),
    /// All is sent.
    End,
}

/// `GET /portal/entitlements.csv`
pub async fn file(asked: Asked) -> HttpResponse {
    let (text, next) = match read(&asked, None).await {
        Ok(first) => first,
        Err(reply) => return asked.send(reply).await,
    };
    let steps = stream::try_unfold((asked, Step::Ready(text, next)), |(asked, step)| async move {
        let (text, next) = match step {
            Step::Ready(text, next) => (text, next),
            // Half a file is never taken for a whole one: the connection ends without the file's end.
            Step::Beyond(place) => read(&asked, Some(place)).await.map_err(|_| std::io::Error::other("the file could not be finished"))?,
            Step::End => return Ok(None),
        };
        Ok::<_, std::io::Error>(Some((Bytes::from(text), (asked, next.map_or(Step::End, Step::Beyond)))))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8; header=present"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"entitlements.csv\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .streaming(steps)
}

async fn read(asked: &Asked, after: Option<Place>) -> std::result::Result<(String, Option<Place>), Answer> {
    asked.admit(Access::Read, Needs::Customer, move |db, visit| chunk(db, visit, after)).await
}

/// The lines after a place, with the names of the columns before the first.
fn chunk(db: &mut Db, visit: &Visit, after: Option<Place>) -> Result<(String, Option<Place>)> {
    let found = portal::entitlements(db, &Ask { after, ..ask(visit)? }, CHUNK)?;
    let texts = Texts::plain(visit.texts.locale);
    let mut text = if after.is_none() { heading(texts) } else { String::new() };
    for (row, entitlement) in rows(db, texts, visit, &found.entitlements)?.into_iter().zip(&found.entitlements) {
        let end = entitlement.last_day(visit.request.app.zone).map(|day| day.to_string()).unwrap_or_default();
        let draft = &entitlement.draft;
        text += &line(&[row.eid, row.product, draft.quantity.to_string(), draft.starts_on.to_string(), end, row.contact]);
    }
    Ok((text, found.next))
}

/// The names of the columns, after the mark by which spreadsheets know UTF-8.
fn heading(texts: Texts) -> String {
    let names = [
        texts.say("portal-eid"),
        texts.say("portal-product"),
        texts.say("portal-quantity"),
        texts.say("portal-start"),
        texts.say("portal-end"),
        texts.say("portal-contact"),
    ];
    format!("\u{feff}{}", line(&names))
}

/// A line of a file, its cells guarded from being read as formulas.
fn line(cells: &[String]) -> String {
    let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", guarded(cell).replace('"', "\"\""))).collect();
    format!("{}\r\n", quoted.join(","))
}
