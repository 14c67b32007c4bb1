-- Back to two models of an import. Who asked, what a job has tried, and which files the command line had beside its fingerprints is lost.
DROP TABLE jobs;

ALTER TABLE imports RENAME TO new_imports;
ALTER TABLE import_files RENAME TO new_import_files;
ALTER TABLE import_parts RENAME TO new_import_parts;
DROP INDEX imports_running;

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

INSERT INTO sqlite_sequence (name, seq)
SELECT name, seq FROM (SELECT 'imports' AS name UNION ALL SELECT 'import_uploads'), (SELECT seq FROM sqlite_sequence WHERE name = 'new_imports');
INSERT INTO imports (id, state, mode, created_at, changed_at)
SELECT id, CASE state WHEN 'done' THEN 'done' ELSE 'running' END, mode, started_at, changed_at FROM new_imports WHERE approved;
INSERT INTO import_files (import_id, subject, fingerprint, position, added, changed, unchanged, passed_over, wrong)
SELECT f.import_id, f.subject, f.fingerprint, f.position, f.created, f.changed, f.unchanged, f.skipped, f.invalid
FROM new_import_files f JOIN new_imports i ON i.id = f.import_id WHERE i.approved;
INSERT INTO import_uploads (
    id, stage, mode, trouble, findings, bytes_read, rows_done, rows_total, begun_at, rows_before, approved, import_id, lease_until, held,
    created_at, changed_at
)
SELECT id, state, mode, trouble, findings, bytes_read, rows_read, rows_total, measured_at, rows_before, approved,
    CASE WHEN approved THEN id END, changed_at, has_parts, created_at, changed_at
FROM new_imports WHERE origin = 'page';
INSERT INTO import_upload_files (upload_id, subject, name, length)
SELECT f.import_id, f.subject, f.name, f.length FROM new_import_files f JOIN new_imports i ON i.id = f.import_id WHERE i.origin = 'page';

INSERT INTO import_parts (upload_id, subject, part, bytes)
SELECT import_id, CASE subject WHEN 'invalid' THEN 'wrong' ELSE subject END, part, bytes FROM new_import_parts;
DROP TABLE new_import_files;
DROP TABLE new_import_parts;
DROP TABLE new_imports;
