-- The history: who did what to which record, when, from what to what. The same steps as in ../../postgres, in SQLite's words.

-- Many changes that are one to a person: an import, sample data.
CREATE TABLE batches (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('import', 'sample')),
    actor_kind TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    at         TIMESTAMP NOT NULL
);

-- One row a change, written in the change's own transaction. Customers and subjects are named without foreign keys: their history stays
-- when they are deleted.
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
CREATE INDEX events_customer ON events (customer_id, id);
CREATE INDEX events_batch ON events (batch_id, id) WHERE batch_id IS NOT NULL;

-- What a batch created needs no event each: the record carries its batch. Without foreign keys, which would be looked up for each of a
-- million rows; batches are never deleted.
ALTER TABLE customers ADD COLUMN batch_id BIGINT;
ALTER TABLE contacts ADD COLUMN batch_id BIGINT;
ALTER TABLE entitlements ADD COLUMN batch_id BIGINT;
