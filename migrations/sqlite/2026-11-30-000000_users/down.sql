DELETE FROM events WHERE subject_kind = 'user' OR task IN ('reopen', 'restore');
DROP INDEX events_customer;
DROP INDEX events_batch;
ALTER TABLE events RENAME TO new_events;
CREATE TABLE events (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at           TIMESTAMP NOT NULL,
    actor_kind   TEXT NOT NULL,
    -- As it was at that moment.
    actor_name   TEXT NOT NULL,
    task         TEXT NOT NULL CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end')),
    customer_id  BIGINT NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'entitlement')),
    subject_id   BIGINT NOT NULL,
    -- As it was at that moment.
    subject_name TEXT NOT NULL,
    -- [{"field", "old", "new"}] as JSON.
    changes      TEXT NOT NULL,
    -- Of a deletion: the whole record as JSON, so that it can come back under its ids. Empty otherwise.
    record       TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    batch_id     BIGINT REFERENCES batches (id),
    -- The event that this one takes back.
    undoes       BIGINT REFERENCES events (id)
);
INSERT INTO events (
    id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes
)
SELECT id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes
FROM new_events;
DROP TABLE new_events;
CREATE INDEX events_customer ON events (customer_id, id);
CREATE INDEX events_batch ON events (batch_id, id) WHERE batch_id IS NOT NULL;
ALTER TABLE imports DROP COLUMN actor_id;
ALTER TABLE jobs DROP COLUMN actor_id;
ALTER TABLE batches DROP COLUMN undoes;
ALTER TABLE batches DROP COLUMN actor_id;
DROP TABLE sessions;
DROP TABLE users;
