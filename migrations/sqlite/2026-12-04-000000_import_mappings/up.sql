-- What people have decided about an import's files, as JSON; empty as long as all of it is guessed.
ALTER TABLE imports ADD COLUMN options TEXT NOT NULL DEFAULT '';
-- The file's rows stand in another file of the import: contacts in that of the customers.
ALTER TABLE import_files ADD COLUMN derived BOOLEAN NOT NULL DEFAULT FALSE;

-- Rows that a check shows: the first as they would be stored, those that change with what they change, and those that are invalid.
CREATE TABLE import_rows (
    import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    place     INTEGER NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('new', 'changed', 'invalid')),
    subject   TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements')),
    line      BIGINT NOT NULL,
    -- The columns it is about, each between line breaks, so that one of them can be looked for.
    about     TEXT NOT NULL,
    -- What is shown of it, as JSON.
    details   TEXT NOT NULL,
    PRIMARY KEY (import_id, place)
);

-- Decisions that people have kept for the next file with the same columns. The signature is a digest of the names of the columns.
CREATE TABLE import_mappings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    subject    TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements')),
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL,
    signature  TEXT NOT NULL,
    options    TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    UNIQUE (subject, name_key)
);
CREATE INDEX import_mappings_signature ON import_mappings (signature);
