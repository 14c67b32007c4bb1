//! A batch as a sentence: `Imported from customers.csv: created 212 customers`.

use super::line::{Counts, PastBatch, Source};
use super::sentence::{Part, Reader, Scope, Sentence, listed, words};
use crate::domain::numbers::counted;

/// A batch in words.
pub(super) fn of_batch(batch: &PastBatch, reader: Reader<'_>) -> Sentence {
    let own = matches!(reader.scope, Scope::Customer(_));
    let mut parts = match &batch.source {
        Source::Import(id, files) if files.is_empty() => vec![words("Imported from "), Part::Import(*id, "a file".to_owned())],
        Source::Import(id, files) => vec![words("Imported from "), Part::Import(*id, files.join(", "))],
        Source::Sample { removed: false } => vec![words("Loaded as sample data")],
        Source::Sample { removed: true } => vec![words("Removed sample data")],
        Source::Invitations => vec![words("Mailed invitations to the portal")],
        Source::Undo(_) => vec![words("Undid a whole import")],
        Source::Other => vec![words("Changed together")],
    };
    let changed = match batch.source {
        Source::Sample { removed: true } => "deleted",
        Source::Invitations => "invited",
        _ => "changed",
    };
    let clauses: Vec<String> = [("created", batch.created), (changed, batch.changed)]
        .into_iter()
        .filter(|(_, counts)| !counts.is_empty())
        .map(|(verb, counts)| format!("{verb} {}", counts_in_words(counts, own)))
        .collect();
    if !clauses.is_empty() {
        parts.push(words(format!(": {}", clauses.join(", "))));
    }
    Sentence { who: reader.who(batch.by.as_ref(), &batch.name), parts, name_last: true, details: Vec::new(), folded: false }
}

/// `212 customers and 3 contacts`; of one customer's history `this customer and 3 contacts`.
fn counts_in_words(counts: Counts, own: bool) -> String {
    let customers = match counts.customers {
        0 => None,
        _ if own => Some("this customer".to_owned()),
        count => Some(counted(count, "customer", "customers")),
    };
    let some = |count: i64, one: &str, many: &str| (count > 0).then(|| counted(count, one, many));
    let all = [customers, some(counts.contacts, "contact", "contacts"), some(counts.entitlements, "entitlement", "entitlements")];
    listed(&all.into_iter().flatten().collect::<Vec<_>>())
}
