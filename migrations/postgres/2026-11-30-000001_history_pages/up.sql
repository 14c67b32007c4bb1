-- Indexes of the pages that show the history. The same steps as in ../../sqlite, in PostgreSQL's words.
-- A batch is one line there: its events are in none of the indexes of single events, so that an import writes as fast as before.

-- All activity, by day; of one user; of what has no user (this computer, the command line); of one task, one kind of record or both.
CREATE INDEX events_by_time ON events (at, id) WHERE batch_id IS NULL;
CREATE INDEX events_by_user ON events (actor_id, at, id) WHERE actor_id IS NOT NULL AND batch_id IS NULL;
CREATE INDEX events_by_program ON events (actor_kind, at, id) WHERE actor_id IS NULL AND batch_id IS NULL;
CREATE INDEX events_by_task ON events (task, subject_kind, at, id) WHERE batch_id IS NULL;

-- One customer: single events by kind of record, and the batches that changed something.
CREATE INDEX events_of_customer ON events (customer_id, subject_kind, at, id) WHERE batch_id IS NULL;
CREATE INDEX events_of_customer_by_batch ON events (customer_id, batch_id, id) WHERE batch_id IS NOT NULL;

CREATE INDEX batches_by_time ON batches (at, id);
CREATE INDEX imports_batch ON imports (batch_id) WHERE batch_id IS NOT NULL;
