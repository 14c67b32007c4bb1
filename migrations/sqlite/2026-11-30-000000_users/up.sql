-- Users who sign in, and their sessions; who did something may be a user. The same steps as in ../../postgres, in SQLite's words.
CREATE TABLE users (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name       TEXT NOT NULL CHECK (name <> ''),
    email      TEXT NOT NULL CHECK (email <> ''),
    -- Made in Rust (domain::identity), as contacts' are.
    email_key  TEXT NOT NULL,
    role       TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'administrator')),
    enabled    BOOLEAN NOT NULL,
    -- A hash in PHC's format; NULL until the user has set one.
    password   TEXT,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    -- To within minutes.
    seen_at    TIMESTAMP
);
CREATE UNIQUE INDEX users_email ON users (email_key);

-- Somebody who can sign in and let others in is always left.
CREATE TRIGGER users_last_administrator BEFORE UPDATE OF role, enabled, password ON users
WHEN OLD.role = 'administrator' AND OLD.enabled AND OLD.password IS NOT NULL
    AND NOT (NEW.role = 'administrator' AND NEW.enabled AND NEW.password IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND enabled AND password IS NOT NULL AND id <> OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'users_last_administrator');
END;
CREATE TRIGGER users_last_administrator_deleted BEFORE DELETE ON users
WHEN OLD.role = 'administrator' AND OLD.enabled AND OLD.password IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND enabled AND password IS NOT NULL AND id <> OLD.id)
BEGIN
    SELECT RAISE(ABORT, 'users_last_administrator');
END;

-- A session is known by the hash of its token alone: who reads the database cannot take one over.
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    user_id      BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   TIMESTAMP NOT NULL,
    -- When a person last asked for something, to within a minute.
    seen_at      TIMESTAMP NOT NULL,
    -- When the password was last given.
    confirmed_at TIMESTAMP NOT NULL,
    -- Where from, and with which browser, as it was at sign-in.
    address      TEXT NOT NULL,
    browser      TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_age ON sessions (created_at);

-- Which user, where it was one. Users are never deleted, and there is no foreign key: it would be looked up for each event.
ALTER TABLE batches ADD COLUMN actor_id BIGINT;
-- The batch that this one takes back.
ALTER TABLE batches ADD COLUMN undoes BIGINT REFERENCES batches (id);
ALTER TABLE jobs ADD COLUMN actor_id BIGINT;
ALTER TABLE imports ADD COLUMN actor_id BIGINT;

-- Events of users belong to no customer; what was deleted or ended can come back.
DROP INDEX events_customer;
DROP INDEX events_batch;
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
    id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes
)
SELECT id, at, actor_kind, actor_name, task, customer_id, subject_kind, subject_id, subject_name, changes, record, reason, batch_id, undoes
FROM old_events;
DROP TABLE old_events;
CREATE INDEX events_customer ON events (customer_id, id);
CREATE INDEX events_batch ON events (batch_id, id) WHERE batch_id IS NOT NULL;
