//! What is to become of a row of the entitlements.

use std::collections::HashMap;

use super::super::reader::New;
use super::super::seen::{Seen, Thing};
use super::{Owned, Owner, Person, Plan, Planner, Verdict, refused, uneven};
use crate::domain::customer::Kind;
use crate::domain::entitlement::Entitlement;
use crate::domain::fold;
use crate::domain::import::Subject;
use crate::domain::rules::Refusal;
use crate::domain::text::Email;
use crate::imports::files::columns::Columns;
use crate::imports::files::entitlement::{self, Wanted};
use crate::imports::files::merge::{Name, Row};
use crate::imports::files::report::{Fault, Warning};

type Planned = (Verdict<Wanted>, String, Option<Owner>, Person);

impl Planner<'_> {
    pub(super) fn entitlement(
        &mut self,
        columns: &Columns,
        row: &Row,
        (eid, new): (&Result<String, Vec<Fault>>, &New<Wanted>),
        rows: &HashMap<Name<'_>, usize>,
        people: &HashMap<(Owner, &str), Person>,
        plan: &mut Plan,
    ) -> Planned {
        let without = |verdict| (verdict, String::new(), None, Person::Nobody);
        if let Some(fault) = uneven(columns, row) {
            return without(Verdict::Invalid(vec![fault]));
        }
        let owned = match self.owner(columns, row, rows, plan) {
            Ok(owned) => owned,
            Err(verdict) => return without(refused(verdict)),
        };
        let eid = match eid.clone() {
            Ok(eid) => eid,
            Err(faults) => return without(Verdict::Invalid(faults)),
        };
        let fault = |field, reason: String| Verdict::Invalid(vec![Fault::new(columns, field, reason)]);
        if let Some(seen) = self.seen.as_deref_mut() {
            if let Some(line) = seen.first(Thing::Eid, &eid, row.record.line) {
                return without(fault("eid", format!("EID {eid} stands on line {line} already.")));
            }
            let other = spelled_otherwise(seen, &eid, row.record.line).map(|line| format!("the one on line {line}"));
            if let Some(other) = other.or_else(|| self.near.of_eid(&eid).map(|known| format!("{known}, which is known,"))) {
                let fault = Fault::new(columns, "eid", format!("EID {eid} differs from {other} by its spelling only."));
                plan.warnings.push(Warning { subject: Subject::Entitlements, line: row.record.line, fault });
            }
        }
        let stored = self.known.entitlement(&eid);
        if stored.is_some_and(|stored| owned.owner != Owner::Stored(stored.customer.0)) {
            return without(fault("eid", format!("EID {eid} belongs to another customer.")));
        }
        match stored {
            None if !self.mode.creates() => return without(Verdict::Skipped(None)),
            Some(stored) if !self.mode.updates() => return without(Verdict::Skipped(Some(stored.id.0))),
            None if !owned.entitled => {
                let field = if row.customer.number.is_empty() { "customer_crm_id" } else { "customer_number" };
                return without(fault(field, Refusal::NoEntitlementWhileDisabled.to_string()));
            }
            _ => {}
        }
        let person = match self.person(columns, row, &owned, stored, rows, people) {
            Ok(person) => person,
            Err(fault) => return without(Verdict::Invalid(vec![fault])),
        };
        let wanted = new.take().filter(|_| stored.is_none());
        let wanted = match wanted.unwrap_or_else(|| entitlement::read(columns, &row.record, stored)) {
            Ok(wanted) => wanted,
            Err(faults) => return without(Verdict::Invalid(faults)),
        };
        let verdict = match stored {
            None => Verdict::New(wanted),
            Some(stored) => {
                let names = stored.draft.contact.map_or(Person::Nobody, |id| Person::Stored(id.0));
                if stored.draft == wanted.draft && stored.ended_at == wanted.ended_at && names == person {
                    Verdict::Unchanged(stored.id.0)
                } else {
                    Verdict::Changed(stored.id.0, wanted)
                }
            }
        };
        (verdict, eid, Some(owned.owner), person)
    }

    /// Whom an entitlement names: an individual's always itself, a company's the contact with the e-mail.
    fn person(
        &self,
        columns: &Columns,
        row: &Row,
        owned: &Owned,
        stored: Option<&Entitlement>,
        rows: &HashMap<Name<'_>, usize>,
        people: &HashMap<(Owner, &str), Person>,
    ) -> Result<Person, Fault> {
        let email = columns.get(&row.record, "contact_email").map(str::trim);
        let unknown = |email: &str| Fault::new(columns, "contact_email", format!("The customer has no contact with the e-mail {email}."));
        if owned.kind == Kind::Individual {
            let (person, own) = match owned.owner {
                Owner::Row(index) => (Person::Own(index), String::new()),
                Owner::Line(_) => (Person::Earlier, String::new()),
                Owner::Stored(id) => {
                    let own = self.known.own(id);
                    let key = own.and_then(|own| own.draft.email.as_ref()).map(|email| fold::key(Email::as_str(email)));
                    (own.map_or(Person::Nobody, |own| Person::Stored(own.id.0)), key.unwrap_or_default())
                }
            };
            let in_batch =
                row.customer.name().and_then(|name| rows.get(&name)).map(|index| &self.reading.batch.rows.customers[*index].email_key);
            let met = || {
                self.seen
                    .as_ref()
                    .is_some_and(|seen| seen.line(Thing::Email, &(self.lasting(owned.owner), row.email_key.as_str())).is_some())
            };
            return match email {
                Some(email) if !email.is_empty() && row.email_key != own && in_batch != Some(&row.email_key) && !met() => {
                    Err(unknown(email))
                }
                _ => Ok(person),
            };
        }
        match email {
            None => Ok(stored.and_then(|stored| stored.draft.contact).map_or(Person::Nobody, |id| Person::Stored(id.0))),
            Some("") => Ok(Person::Nobody),
            Some(email) => {
                if let Some(person) = people.get(&(owned.owner, row.email_key.as_str())) {
                    return Ok(*person);
                }
                if let Owner::Stored(id) = owned.owner
                    && let Some(contact) = self.known.contact(id, &row.email_key)
                {
                    return Ok(Person::Stored(contact.id.0));
                }
                let key = (self.lasting(owned.owner), row.email_key.as_str());
                match self.seen.as_ref().and_then(|seen| seen.line(Thing::Email, &key)) {
                    Some(_) => Ok(Person::Earlier),
                    None => Err(unknown(email)),
                }
            }
        }
    }
}

/// The line of an EID that differs by its case only. Of EIDs in capitals, as they are made here, no second entry is kept.
fn spelled_otherwise(seen: &mut Seen, eid: &str, line: u64) -> Option<u32> {
    let capitals = eid.to_uppercase();
    if capitals == eid {
        return seen.line(Thing::Other, &("eid", &capitals));
    }
    let first = seen.first(Thing::Other, &("eid", &capitals), line);
    seen.line(Thing::Eid, &capitals).or(first)
}
