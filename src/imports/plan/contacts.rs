//! What is to become of a row of the contacts.

use std::collections::HashMap;

use super::super::reader::New;
use super::super::seen::Thing;
use super::{Owner, Plan, Planner, Verdict, refused, uneven};
use crate::domain::customer::Kind;
use crate::domain::rules::Refusal;
use crate::imports::files::columns::Columns;
use crate::imports::files::contact::{self, Wanted};
use crate::imports::files::merge::{Name, Row};
use crate::imports::files::report::Fault;

impl Planner<'_> {
    pub(super) fn contact(
        &mut self,
        columns: &Columns,
        row: &Row,
        new: &New<Wanted>,
        rows: &HashMap<Name<'_>, usize>,
        plan: &Plan,
    ) -> (Verdict<Wanted>, Option<Owner>) {
        if let Some(fault) = uneven(columns, row) {
            return (Verdict::Invalid(vec![fault]), None);
        }
        let owned = match self.owner(columns, row, rows, plan) {
            Ok(owned) => owned,
            Err(verdict) => return (refused(verdict), None),
        };
        let lasting = self.lasting(owned.owner);
        if owned.kind == Kind::Individual {
            let field = if row.customer.number.is_empty() { "customer_crm_id" } else { "customer_number" };
            return (Verdict::Invalid(vec![Fault::new(columns, field, Refusal::Individual.to_string())]), None);
        }
        if let Some(line) =
            self.seen.as_deref_mut().and_then(|seen| seen.first(Thing::Email, &(lasting, row.email_key.as_str()), row.record.line))
        {
            let reason = format!("E-mail {} of this customer stands on line {line} already.", columns.cell(&row.record, "email").trim());
            return (Verdict::Invalid(vec![Fault::new(columns, "email", reason)]), None);
        }
        let stored = match owned.owner {
            Owner::Stored(id) => self.known.contact(id, &row.email_key),
            Owner::Row(_) | Owner::Line(_) => None,
        };
        if let Some(stored) = stored.filter(|_| !self.mode.updates()) {
            return (Verdict::Skipped(Some(stored.id.0)), Some(owned.owner));
        }
        if stored.is_none() && !self.mode.creates() {
            return (Verdict::Skipped(None), Some(owned.owner));
        }
        let wanted = new.take().filter(|_| stored.is_none());
        let wanted = match wanted.unwrap_or_else(|| contact::read(columns, &row.record, stored)) {
            Ok(wanted) => wanted,
            Err(faults) => return (Verdict::Invalid(faults), None),
        };
        if wanted.default == Some(true)
            && let Some(line) = self.seen.as_deref_mut().and_then(|seen| seen.first(Thing::Other, &("default", lasting), row.record.line))
        {
            let reason = format!("A customer has one default at most, and line {line} is it already.");
            return (Verdict::Invalid(vec![Fault::new(columns, "default", reason)]), None);
        }
        let verdict = match stored {
            None => Verdict::New(wanted),
            Some(stored) => {
                let default = wanted.default.is_none_or(|default| default == stored.default);
                if default && stored.draft == wanted.draft && stored.enabled == wanted.enabled {
                    Verdict::Unchanged(stored.id.0)
                } else {
                    Verdict::Changed(stored.id.0, wanted)
                }
            }
        };
        (verdict, Some(owned.owner))
    }

    /// A customer by what stays when the batch is over.
    pub(super) fn lasting(&self, owner: Owner) -> Owner {
        match owner {
            Owner::Row(index) => Owner::Line(u32::try_from(self.reading.batch.rows.customers[index].record.line).unwrap_or(u32::MAX)),
            owner => owner,
        }
    }
}
