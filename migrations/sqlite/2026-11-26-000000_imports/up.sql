-- Imports of files, and how far each has come: what is done is written with the batch that did it, so that an import that broke off
-- goes on from there. The same steps as in ../../postgres, in SQLite's words.
CREATE TABLE imports (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('running', 'done')),
    mode       TEXT NOT NULL CHECK (mode IN ('both', 'create', 'update')),
    -- Customers that it creates have this very moment as created_at: it may bring a disabled one together with its entitlements.
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX imports_running ON imports (id) WHERE state = 'running';

-- One row for each file that an import has. The fingerprint tells whether it is still the same file; position counts records.
CREATE TABLE import_files (
    import_id   BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    subject     TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements')),
    fingerprint TEXT NOT NULL,
    position    BIGINT NOT NULL DEFAULT 0 CHECK (position >= 0),
    added       BIGINT NOT NULL DEFAULT 0,
    changed     BIGINT NOT NULL DEFAULT 0,
    unchanged   BIGINT NOT NULL DEFAULT 0,
    passed_over BIGINT NOT NULL DEFAULT 0,
    wrong       BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (import_id, subject)
);

-- Customers that were enabled before an import which disables them: it may still bring entitlements of theirs.
CREATE TABLE import_disabled (
    import_id   BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    PRIMARY KEY (import_id, customer_id)
);
CREATE INDEX import_disabled_customer ON import_disabled (customer_id);
