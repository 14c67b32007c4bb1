-- Imports on the page: what was uploaded, how far its check or import is, and who works on it. A table of their own beside imports, which
-- holds what a batch has done: an upload exists before there is such a job, and may never become one.
-- The same steps as in ../../postgres, in SQLite's words.
CREATE TABLE import_uploads (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    stage       TEXT NOT NULL CHECK (stage IN ('uploading', 'checking', 'checked', 'running', 'failed', 'done', 'discarded')),
    mode        TEXT NOT NULL CHECK (mode IN ('both', 'create', 'update')),
    -- Why it failed, or why its files cannot be imported: sentences. Empty for nothing of that kind.
    trouble     TEXT NOT NULL DEFAULT '',
    -- What the check found, and what the import refused after it, as JSON; empty before.
    findings    TEXT NOT NULL DEFAULT '',
    -- Of the stage it is in: bytes that are read, rows that are done; rows_total is known once the rows are being imported.
    bytes_read  BIGINT NOT NULL DEFAULT 0,
    rows_done   BIGINT NOT NULL DEFAULT 0,
    rows_total  BIGINT NOT NULL DEFAULT 0,
    -- When the work that these count began, and how many rows had been done before.
    begun_at    TIMESTAMP NOT NULL,
    rows_before BIGINT NOT NULL DEFAULT 0,
    -- Somebody has pressed Import.
    approved    BOOLEAN NOT NULL DEFAULT FALSE,
    import_id   BIGINT REFERENCES imports (id),
    -- The server process that works on it, and until when it may be taken to be alive.
    worker      TEXT NOT NULL DEFAULT '',
    lease_until TIMESTAMP NOT NULL,
    -- Its files are still here.
    held        BOOLEAN NOT NULL DEFAULT TRUE,
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL
);
CREATE INDEX import_uploads_work ON import_uploads (id) WHERE stage IN ('checking', 'running');
CREATE INDEX import_uploads_held ON import_uploads (id) WHERE held;

-- One row for each file.
CREATE TABLE import_upload_files (
    upload_id BIGINT NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements')),
    name      TEXT NOT NULL,
    length    BIGINT NOT NULL,
    PRIMARY KEY (upload_id, subject)
);

-- The files in parts of one size, so that no statement takes long; 'wrong' is the file of wrong rows that the check makes.
CREATE TABLE import_parts (
    upload_id BIGINT NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements', 'wrong')),
    part      INTEGER NOT NULL,
    bytes     BLOB NOT NULL,
    PRIMARY KEY (upload_id, subject, part)
);
