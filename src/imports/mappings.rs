//! Decisions about columns that people have kept under a name, for the next file with the same columns.

use base64::Engine as _;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::db::Db;
use crate::db::schema::import_mappings;
use crate::domain::actor::Actor;
use crate::domain::identity;
use crate::domain::import::Subject;
use crate::domain::rules::Task;
use crate::imports::files::fields::normal;
use crate::imports::files::look::Options;
use crate::store::Result;

/// The longest name, in characters.
pub const NAME: usize = 100;
/// The most that are offered for a file.
const OFFERED: i64 = 10;

/// A mapping that was kept.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: i64,
    pub name: String,
    pub options: Options,
}

/// What files with the same columns share, in whatever order they stand.
#[must_use]
pub fn signature<'a>(columns: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = columns.map(normal).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(names.join("\n")))
}

/// Those that were kept for files with these columns, the latest first.
pub fn offered(db: &mut Db, subject: Subject, signature: &str) -> Result<Vec<Kept>> {
    let rows: Vec<(i64, String, String)> = import_mappings::table
        .filter(import_mappings::subject.eq(subject.word()))
        .filter(import_mappings::signature.eq(signature))
        .order((import_mappings::changed_at.desc(), import_mappings::id.desc()))
        .limit(OFFERED)
        .select((import_mappings::id, import_mappings::name, import_mappings::options))
        .load(db)?;
    Ok(rows.into_iter().map(kept).collect())
}

/// The one of a name.
pub fn named(db: &mut Db, subject: Subject, name: &str) -> Result<Option<Kept>> {
    let row: Option<(i64, String, String)> = import_mappings::table
        .filter(import_mappings::subject.eq(subject.word()))
        .filter(import_mappings::name_key.eq(identity::key(name)))
        .select((import_mappings::id, import_mappings::name, import_mappings::options))
        .first(db)
        .optional()?;
    Ok(row.map(kept))
}

/// Keeps decisions under a name; what was kept under it before is replaced.
///
/// # Errors
/// [`Error::Refused`](crate::store::Error::Refused).
pub fn keep(db: &mut Db, actor: &Actor, subject: Subject, name: &str, signature: &str, options: &Options) -> Result<()> {
    actor.may(Task::Import)?;
    let lasting = Options { mapping: options.mapping.lasting(), ..options.clone() };
    // A structure of words and texts can always be written.
    let text = serde_json::to_string(&lasting).unwrap_or_default();
    let changes = (
        import_mappings::name.eq(name),
        import_mappings::signature.eq(signature),
        import_mappings::options.eq(&text),
        import_mappings::changed_at.eq(actor.now),
    );
    let key = identity::key(name);
    let same = import_mappings::table.filter(import_mappings::subject.eq(subject.word())).filter(import_mappings::name_key.eq(&key));
    if diesel::update(same).set(changes).execute(db)? == 0 {
        diesel::insert_into(import_mappings::table)
            .values((import_mappings::subject.eq(subject.word()), import_mappings::name_key.eq(&key), changes))
            .execute(db)?;
    }
    Ok(())
}

fn kept((id, name, options): (i64, String, String)) -> Kept {
    // What another version of the program wrote may be unreadable: then all is guessed.
    Kept { id, name, options: serde_json::from_str(&options).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_and_spelling_of_columns_do_not_matter() {
        let one = signature(["Account Name", "Billing-City", ""].into_iter());
        assert_eq!(one, signature(["billing_city", "ACCOUNT NAME"].into_iter()));
        assert_ne!(one, signature(["billing_city"].into_iter()));
    }
}
