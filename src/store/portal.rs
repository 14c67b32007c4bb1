//! What a contact sees in the portal.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Result;
use super::entitlements::StoredEntitlement;
use crate::db::schema::entitlements;
use crate::db::{Db, MultiBackend};
use crate::domain::entitlement::Entitlement;
use crate::domain::fold::fold;
use crate::domain::{ContactId, CustomerId};

/// How many entitlements a page shows.
pub const SHOWN: usize = 50;
/// How many are looked at for a search.
const SEARCHED: usize = 5_000;

/// The place of an entitlement in the portal's list: its first day and its id.
pub type Place = (NaiveDate, i64);

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whose.
    pub customer: CustomerId,
    /// Those that name this contact alone.
    pub contact: Option<ContactId>,
    /// All of these words stand in the product or the EID.
    pub words: Vec<String>,
    /// Those after this place alone.
    pub after: Option<Place>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Those that started last first.
    pub entitlements: Vec<Entitlement>,
    /// After which place to go on; `None` at the end.
    pub next: Option<Place>,
}

/// The entitlements that are asked for, so many at most. A search looks at a bounded number of them; where it may find more, `next` says so.
pub fn entitlements(db: &mut Db, ask: &Ask, most: usize) -> Result<Found> {
    let mut select = entitlements::table.filter(entitlements::customer_id.eq(ask.customer.0)).into_boxed::<MultiBackend>();
    if let Some(contact) = ask.contact {
        select = select.filter(entitlements::contact_id.eq(contact.0));
    }
    if let Some((day, id)) = ask.after {
        let same_day = entitlements::starts_on.eq(day).and(entitlements::id.lt(id));
        select = select.filter(entitlements::starts_on.lt(day).or(same_day));
    }
    let looked_at = if ask.words.is_empty() { most } else { SEARCHED };
    let mut rows: Vec<StoredEntitlement> = select
        .order((entitlements::starts_on.desc(), entitlements::id.desc()))
        .limit(i64::try_from(looked_at + 1).unwrap_or(i64::MAX))
        .select(StoredEntitlement::as_select())
        .load(db)?;
    let mut more = rows.len() > looked_at;
    rows.truncate(looked_at);
    let words: Vec<String> = ask.words.iter().map(|word| fold(word)).collect();
    let (all, mut last, mut found) = (rows.len(), None, Vec::new());
    for (index, entitlement) in rows.into_iter().map(Entitlement::from).enumerate() {
        last = Some((entitlement.draft.starts_on, entitlement.id.0));
        let text = fold(&format!("{} {}", entitlement.draft.product, entitlement.eid));
        if words.iter().all(|word| text.contains(word.as_str())) {
            found.push(entitlement);
        }
        if found.len() == most {
            more |= index + 1 < all;
            break;
        }
    }
    Ok(Found { entitlements: found, next: last.filter(|_| more) })
}
