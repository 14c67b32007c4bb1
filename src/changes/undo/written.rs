//! An event that is to be taken back, read.

use crate::domain::event::{EventTask, FieldChange, SubjectKind};
use crate::domain::{CustomerId, undo};
use crate::store::events::StoredEvent;

/// An event that is to be taken back, read.
pub(super) struct Written<'a> {
    pub event: &'a StoredEvent,
    pub task: EventTask,
    pub kind: SubjectKind,
    pub customer: CustomerId,
    pub changes: Vec<FieldChange>,
}

impl<'a> Written<'a> {
    /// Reads an event; `None` for one that cannot be taken back, or that a newer program wrote.
    pub fn read(event: &'a StoredEvent) -> Option<Self> {
        let (task, changes) = (EventTask::parse(&event.task)?, undo::changes(&event.changes));
        undo::can_be_undone(task, &changes).then_some(())?;
        Some(Self {
            event,
            task,
            kind: SubjectKind::parse(&event.subject_kind).filter(|kind| SubjectKind::OF_CUSTOMERS.contains(kind))?,
            customer: CustomerId(event.customer_id?),
            changes,
        })
    }

    /// What it wrote into a field, and what was there before.
    pub fn change(&self, field: &str) -> Option<&FieldChange> {
        self.changes.iter().find(|change| change.field == field)
    }
}
