-- What one does with an entitlement: edit it, renew it, reopen it; and the products that forms suggest. The same steps as in ../../postgres,
-- in SQLite's words.

-- Counts its edits, as with customers and contacts.
ALTER TABLE entitlements ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
-- The one that this one renews. It restricts: the renewed one is what the dates of the whole chain are counted from, so its record stays
-- while a renewal exists.
ALTER TABLE entitlements ADD COLUMN renews_id BIGINT REFERENCES entitlements (id) ON DELETE RESTRICT CHECK (renews_id <> id);
-- One renewal each.
CREATE UNIQUE INDEX entitlements_renews ON entitlements (renews_id) WHERE renews_id IS NOT NULL;
-- It belongs to the same customer.
CREATE TRIGGER entitlements_renewal BEFORE INSERT ON entitlements
WHEN NEW.renews_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM entitlements WHERE id = NEW.renews_id AND customer_id = NEW.customer_id)
BEGIN
    SELECT RAISE(ABORT, 'an entitlement renews one of its own customer');
END;

-- The products that entitlements name, and how many do: kept by triggers, so that whatever writes entitlements keeps it.
CREATE TABLE products (
    name         TEXT PRIMARY KEY NOT NULL,
    entitlements BIGINT NOT NULL CHECK (entitlements >= 0)
) WITHOUT ROWID;
CREATE INDEX products_by_use ON products (entitlements DESC, name);
INSERT INTO products (name, entitlements) SELECT product, count(*) FROM entitlements GROUP BY product;
CREATE TRIGGER products_insert AFTER INSERT ON entitlements
BEGIN
    INSERT INTO products (name, entitlements) VALUES (NEW.product, 1) ON CONFLICT (name) DO UPDATE SET entitlements = entitlements + 1;
END;
CREATE TRIGGER products_delete AFTER DELETE ON entitlements
BEGIN
    UPDATE products SET entitlements = entitlements - 1 WHERE name = OLD.product;
    DELETE FROM products WHERE name = OLD.product AND entitlements = 0;
END;
CREATE TRIGGER products_update AFTER UPDATE OF product ON entitlements WHEN OLD.product <> NEW.product
BEGIN
    UPDATE products SET entitlements = entitlements - 1 WHERE name = OLD.product;
    DELETE FROM products WHERE name = OLD.product AND entitlements = 0;
    INSERT INTO products (name, entitlements) VALUES (NEW.product, 1) ON CONFLICT (name) DO UPDATE SET entitlements = entitlements + 1;
END;

-- Forms of entitlements can be open, too. The rows live for minutes: none is carried over.
DROP TABLE editing;
CREATE TABLE editing (
    -- Random, of one opening of a form.
    token        TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'user', 'entitlement')),
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

-- The history tells of renewals; and of invitations and settings, which follow: a table as large as this is made again once.
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
        CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end', 'reopen', 'renew', 'invite', 'restore')),
    customer_id  BIGINT,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'entitlement', 'user', 'settings')),
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
    CHECK ((customer_id IS NULL) = (subject_kind IN ('user', 'settings')))
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
