//! What is to become of a row of the customers.

use super::super::reader::New;
use super::super::seen::Thing;
use super::{Owner, Planner, Verdict, remember, uneven};
use crate::changes::customers::taken;
use crate::domain::CustomerId;
use crate::domain::customer::{Customer, Kind};
use crate::domain::import::Subject;
use crate::imports::files::columns::Columns;
use crate::imports::files::customer::{self, Wanted};
use crate::imports::files::merge::{Name, Row};
use crate::imports::files::report::{Fault, Warning};

impl Planner<'_> {
    pub(super) fn customer(&mut self, columns: &Columns, row: &Row, new: &New<Wanted>, warnings: &mut Vec<Warning>) -> Verdict<Wanted> {
        let verdict = self.judge_customer(columns, row, new);
        let line = row.record.line;
        let odd = self.odd(columns, row, &verdict);
        warnings.extend(odd.into_iter().map(|fault| Warning { subject: Subject::Customers, line, fault }));
        let owned = match &verdict {
            Verdict::Changed(id, wanted) => Some(self.stored(*id, Some(wanted.enabled))),
            Verdict::Unchanged(id) | Verdict::Skipped(Some(id)) => Some(self.stored(*id, None)),
            _ => None,
        };
        if let Some(seen) = self.seen.as_deref_mut() {
            remember(seen, &row.customer, line, &verdict, owned.as_ref());
            // An individual is named by its own e-mail.
            let individual = match &verdict {
                Verdict::New(wanted) if wanted.draft.who.kind() == Kind::Individual => {
                    Some(Owner::Line(u32::try_from(line).unwrap_or(u32::MAX)))
                }
                Verdict::Changed(id, wanted) if wanted.draft.who.kind() == Kind::Individual => Some(Owner::Stored(*id)),
                _ => None,
            };
            if let Some(individual) = individual.filter(|_| !row.email_key.is_empty()) {
                seen.first(Thing::Email, &(individual, row.email_key.as_str()), line);
            }
        }
        verdict
    }

    fn judge_customer(&mut self, columns: &Columns, row: &Row, new: &New<Wanted>) -> Verdict<Wanted> {
        if let Some(fault) = uneven(columns, row) {
            return Verdict::Invalid(vec![fault]);
        }
        let Some(name) = row.customer.name() else {
            return Verdict::Invalid(vec![Fault::new(
                columns,
                "number",
                "The customer has neither a number nor a CRM ID, so it could not be told from others when the file comes again: give it a number.",
            )]);
        };
        let stored = self.known.id(name).and_then(|id| self.known.customer(id)).cloned();
        if let Some(fault) = self.twice(columns, row, stored.as_ref()) {
            return Verdict::Invalid(vec![fault]);
        }
        let wanted = new.take().filter(|_| stored.is_none()).unwrap_or_else(|| customer::read(columns, &row.record, stored.as_ref()));
        let mut faults = wanted.as_ref().err().cloned().unwrap_or_default();
        faults.extend(self.crm_taken(columns, row, stored.as_ref()));
        match (stored, wanted) {
            (None, _) if !self.mode.creates() => Verdict::Skipped(None),
            (Some(stored), _) if !self.mode.updates() => Verdict::Skipped(Some(stored.id.0)),
            (None, Ok(wanted)) if faults.is_empty() => Verdict::New(wanted),
            (Some(stored), Ok(wanted)) if faults.is_empty() => {
                if stored.draft == wanted.draft && stored.enabled == wanted.enabled {
                    Verdict::Unchanged(stored.id.0)
                } else {
                    Verdict::Changed(stored.id.0, wanted)
                }
            }
            _ => Verdict::Invalid(faults),
        }
    }

    /// The file has the customer already, by one of its names or as the same record.
    fn twice(&mut self, columns: &Columns, row: &Row, stored: Option<&Customer>) -> Option<Fault> {
        let seen = self.seen.as_deref_mut()?;
        let known = row.customer.names().find_map(|name| Some((name, seen.customer(name)?.line)));
        if let Some((name, line)) = known {
            let (field, label) = match name {
                Name::Number(_) => ("number", "Number"),
                Name::Crm(_) => ("crm_id", "CRM ID"),
            };
            return Some(Fault::new(
                columns,
                field,
                format!("{label} {} stands on line {line} already.", columns.cell(&row.record, field).trim()),
            ));
        }
        let stored = stored?;
        let line = seen.first(Thing::Other, &("customer", stored.id), row.record.line)?;
        let field = if row.customer.number.is_empty() { "crm_id" } else { "number" };
        Some(Fault::new(columns, field, format!("The row is of the same customer as line {line}, {}.", stored.number)))
    }

    fn crm_taken(&self, columns: &Columns, row: &Row, stored: Option<&Customer>) -> Option<Fault> {
        if row.customer.crm.is_empty() {
            return None;
        }
        let holder = self.known.id(Name::Crm(&row.customer.crm)).filter(|id| Some(CustomerId(*id)) != stored.map(|stored| stored.id))?;
        let holder = self.known.customer(holder)?;
        let name = format!("{} ({})", holder.name(), holder.number);
        let sentence = taken("crm_id", "CRM ID", columns.cell(&row.record, "crm_id").trim(), &name).sentence;
        Some(Fault::new(columns, "crm_id", sentence))
    }

    /// Keys that look as if a spreadsheet or a hand had changed them.
    fn odd(&mut self, columns: &Columns, row: &Row, verdict: &Verdict<Wanted>) -> Vec<Fault> {
        let mut odd = Vec::new();
        let Some(seen) = self.seen.as_deref_mut() else { return odd };
        let stored = match verdict {
            Verdict::Changed(id, _) | Verdict::Unchanged(id) => self.known.customer(*id),
            Verdict::New(_) => None,
            _ => return odd,
        };
        for name in row.customer.names() {
            let (field, label, key, known) = match name {
                Name::Number(key) => ("number", "Number", key, stored.map(|stored| &stored.number)),
                Name::Crm(key) => ("crm_id", "CRM ID", key, stored.map(|stored| &stored.draft.crm_id)),
            };
            let cell = columns.cell(&row.record, field).trim();
            if let Some(known) = known.filter(|known| *known != cell && self.known.id(name).is_some()) {
                odd.push(Fault::new(columns, field, format!("{label} {cell} is known as {known}: they differ by their spelling only.")));
            } else if let Some(known) = self.near.of(name).filter(|_| self.known.id(name).is_none()) {
                odd.push(Fault::new(
                    columns,
                    field,
                    format!("{label} {cell} is new, but {known} is known: has a spreadsheet cut the zeros in front?"),
                ));
            }
            if let Some(bare) = bare_number(key)
                && let Some(line) = seen.first(Thing::Other, &("zeros", field, bare), row.record.line)
            {
                odd.push(Fault::new(columns, field, format!("{label} {cell} differs from the one on line {line} by zeros in front only.")));
            }
        }
        odd
    }
}

/// A key of digits alone, without the zeros in front.
fn bare_number(key: &str) -> Option<&str> {
    key.bytes().all(|byte| byte.is_ascii_digit()).then(|| key.trim_start_matches('0'))
}
