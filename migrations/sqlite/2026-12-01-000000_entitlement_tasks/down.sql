DELETE FROM events WHERE subject_kind = 'settings';
UPDATE events SET task = 'edit' WHERE task = 'invite';
UPDATE events SET task = 'create' WHERE task = 'renew';
DROP INDEX events_customer;
DROP INDEX events_batch;
DROP INDEX events_by_time;
DROP INDEX events_by_user;
DROP INDEX events_by_program;
DROP INDEX events_by_task;
DROP INDEX events_of_customer;
DROP INDEX events_of_customer_by_batch;
DROP INDEX events_undoes;
ALTER TABLE events RENAME TO old_events;
CREATE TABLE events (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at           TIMESTAMP NOT NULL,
    actor_kind   TEXT NOT NULL,
    -- As it was at that moment.
    actor_name   TEXT NOT NULL,
    task         TEXT NOT NULL
        CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end', 'reopen', 'restore')),
    customer_id  BIGINT,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'entitlement', 'user')),
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
    undoes       BIGINT REFERENCES events (id),
    -- Which user, where it was one.
    actor_id     BIGINT,
    CHECK ((customer_id IS NULL) = (subject_kind = 'user'))
);
INSERT INTO events (
    id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes,
    actor_id
)
SELECT
    id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes,
    actor_id
FROM old_events;
DROP TABLE old_events;
CREATE INDEX events_customer ON events (customer_id, id);
CREATE INDEX events_batch ON events (batch_id, id) WHERE batch_id IS NOT NULL;
CREATE INDEX events_by_time ON events (at, id) WHERE batch_id IS NULL;
CREATE INDEX events_by_user ON events (actor_id, at, id) WHERE actor_id IS NOT NULL AND batch_id IS NULL;
CREATE INDEX events_by_program ON events (actor_kind, at, id) WHERE actor_id IS NULL AND batch_id IS NULL;
CREATE INDEX events_by_task ON events (task, subject_kind, at, id) WHERE batch_id IS NULL;
CREATE INDEX events_of_customer ON events (customer_id, subject_kind, at, id) WHERE batch_id IS NULL;
CREATE INDEX events_of_customer_by_batch ON events (customer_id, batch_id, id) WHERE batch_id IS NOT NULL;
CREATE UNIQUE INDEX events_undoes ON events (undoes) WHERE undoes IS NOT NULL;
DROP TABLE editing;
CREATE TABLE editing (
    -- Random, of one opening of a form.
    token        TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'user')),
    subject_id   BIGINT NOT NULL,
    actor_kind   TEXT NOT NULL,
    -- The user, where the actor is one.
    actor_id     BIGINT,
    actor_name   TEXT NOT NULL,
    since        TIMESTAMP NOT NULL,
    -- From then on it counts as closed.
    until        TIMESTAMP NOT NULL
);
CREATE INDEX editing_subject ON editing (subject_kind, subject_id);
DROP TRIGGER products_update;
DROP TRIGGER products_delete;
DROP TRIGGER products_insert;
DROP TABLE products;
DROP TRIGGER entitlements_renewal;
DROP INDEX entitlements_renews;
ALTER TABLE entitlements DROP COLUMN renews_id;
ALTER TABLE entitlements DROP COLUMN version;
