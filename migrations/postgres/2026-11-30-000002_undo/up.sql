-- Undo: of one change, and of a batch as a whole. The same steps as in ../../sqlite, in PostgreSQL's words.

-- Each event is taken back once: two who do so at once cannot both. (An undo is an event, and can be taken back in turn.)
CREATE UNIQUE INDEX events_undoes ON events (undoes) WHERE undoes IS NOT NULL;
CREATE UNIQUE INDEX batches_undoes ON batches (undoes) WHERE undoes IS NOT NULL;

-- The event that a message offers to take back.
ALTER TABLE flashes ADD COLUMN event_id BIGINT;

-- A batch that is being taken back, or was.
CREATE TABLE batch_undos (
    batch_id   BIGINT PRIMARY KEY NOT NULL REFERENCES batches (id),
    -- The batch of what is done for it.
    undo_id    BIGINT NOT NULL REFERENCES batches (id),
    state      TEXT NOT NULL CHECK (state IN ('running', 'failed', 'done')),
    -- Why it failed; empty otherwise.
    trouble    TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    -- Where it continues: what is being taken back, and below which id.
    step       TEXT NOT NULL CHECK (step IN ('entitlements', 'events', 'contacts', 'customers', 'end')),
    position   BIGINT NOT NULL,
    -- Records and changes: all of them once they are counted, those taken back, and those that were not.
    total      BIGINT,
    restored   BIGINT NOT NULL DEFAULT 0,
    skipped    BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);

-- What was not taken back, and why.
CREATE TABLE batch_undo_skips (
    batch_id     BIGINT NOT NULL REFERENCES batch_undos (batch_id),
    -- Counted from 1.
    position     BIGINT NOT NULL,
    customer_id  BIGINT NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'entitlement')),
    subject_name TEXT NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (batch_id, position)
);
