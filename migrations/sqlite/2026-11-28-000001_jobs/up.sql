-- Work that outlives a request: one queue for all kinds of it, and one row for each thing to work on. A worker claims a job, and holds it for as
-- long as it renews the lease. The same steps as in ../../postgres, in SQLite's words.
CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind        TEXT NOT NULL,
    -- What it works on: the import's id. 0 for kinds that have one job only.
    subject_id  BIGINT NOT NULL DEFAULT 0,
    state       TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    -- How often it was claimed since it last made progress.
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- Grows with each claim: what an earlier worker still wants to write is refused by it.
    fence       BIGINT NOT NULL DEFAULT 0,
    -- The server process that claimed it, by a random name, and until when it may be taken to be alive.
    worker      TEXT NOT NULL DEFAULT '',
    lease_until TIMESTAMP NOT NULL,
    due_at      TIMESTAMP NOT NULL,
    -- Who asked for it: it acts in this name and role.
    actor_kind  TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    actor_role  TEXT NOT NULL,
    -- Why it failed; empty otherwise.
    trouble     TEXT NOT NULL DEFAULT '',
    -- What it had seen when it was last done: a job that repeats is not queued again before this changes.
    checkpoint  TEXT NOT NULL DEFAULT '',
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    UNIQUE (kind, subject_id)
);
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE state IN ('queued', 'running');

-- Imports of the page and of the command line become one table, with states: what was import_uploads keeps its id, and so its address.
ALTER TABLE imports RENAME TO old_imports;
ALTER TABLE import_files RENAME TO old_import_files;
ALTER TABLE import_parts RENAME TO old_import_parts;
DROP INDEX imports_running;

CREATE TABLE imports (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    origin      TEXT NOT NULL CHECK (origin IN ('page', 'command_line')),
    state       TEXT NOT NULL CHECK (state IN ('uploading', 'checking', 'checked', 'running', 'failed', 'done', 'discarded')),
    mode        TEXT NOT NULL CHECK (mode IN ('both', 'create', 'update')),
    -- Why it failed, or why its files cannot be imported: sentences. Empty otherwise.
    trouble     TEXT NOT NULL DEFAULT '',
    -- What the check found, and what the import rejected after it, as JSON; empty before.
    findings    TEXT NOT NULL DEFAULT '',
    -- Of the present state: bytes that are read, rows that are checked; rows_total is known once rows are being imported.
    bytes_read  BIGINT NOT NULL DEFAULT 0,
    rows_read   BIGINT NOT NULL DEFAULT 0,
    rows_total  BIGINT NOT NULL DEFAULT 0,
    -- When these counts began, and how many rows had been imported before.
    measured_at TIMESTAMP NOT NULL,
    rows_before BIGINT NOT NULL DEFAULT 0,
    -- Somebody has pressed Import.
    approved    BOOLEAN NOT NULL DEFAULT FALSE,
    -- Its files are still in import_parts.
    has_parts   BOOLEAN NOT NULL DEFAULT FALSE,
    -- The batch that what it creates and changes belongs to.
    batch_id    BIGINT REFERENCES batches (id),
    -- Who brought the files.
    actor_kind  TEXT NOT NULL,
    actor_name  TEXT NOT NULL,
    actor_role  TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    -- The created_at of what it creates: it may bring a disabled customer together with its entitlements.
    started_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL
);
CREATE INDEX imports_running ON imports (id) WHERE state = 'running';
CREATE INDEX imports_with_parts ON imports (id) WHERE has_parts;

-- One row for each file that an import has, with what became of its rows: position counts records. The fingerprint tells whether a file of the
-- command line is still the same; empty for uploaded files, which do not change.
CREATE TABLE import_files (
    import_id   BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    subject     TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements')),
    name        TEXT NOT NULL,
    length      BIGINT NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    position    BIGINT NOT NULL DEFAULT 0 CHECK (position >= 0),
    created     BIGINT NOT NULL DEFAULT 0,
    changed     BIGINT NOT NULL DEFAULT 0,
    unchanged   BIGINT NOT NULL DEFAULT 0,
    skipped     BIGINT NOT NULL DEFAULT 0,
    invalid     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (import_id, subject)
);

-- No id is given twice.
INSERT INTO sqlite_sequence (name, seq) SELECT 'imports', seq FROM sqlite_sequence WHERE name = 'import_uploads';
INSERT INTO imports (
    id, origin, state, mode, trouble, findings, bytes_read, rows_read, rows_total, measured_at, rows_before, approved, has_parts,
    actor_kind, actor_name, actor_role, created_at, started_at, changed_at
)
SELECT u.id, 'page', u.stage, u.mode, u.trouble, u.findings, u.bytes_read, u.rows_done, u.rows_total, u.begun_at, u.rows_before, u.approved, u.held,
    'local', 'This computer', 'editor', u.created_at, coalesce(i.created_at, u.created_at), u.changed_at
FROM import_uploads u LEFT JOIN old_imports i ON i.id = u.import_id;
INSERT INTO import_files (import_id, subject, name, length, position, created, changed, unchanged, skipped, invalid)
SELECT u.id, f.subject, f.name, f.length, coalesce(d.position, 0), coalesce(d.added, 0), coalesce(d.changed, 0), coalesce(d.unchanged, 0),
    coalesce(d.passed_over, 0), coalesce(d.wrong, 0)
FROM import_upload_files f
JOIN import_uploads u ON u.id = f.upload_id
LEFT JOIN old_import_files d ON d.import_id = u.import_id AND d.subject = f.subject;

-- Those of the command line get ids of their own; started_at tells which they were.
INSERT INTO imports (origin, state, mode, measured_at, approved, actor_kind, actor_name, actor_role, created_at, started_at, changed_at)
SELECT 'command_line', state, mode, created_at, TRUE, 'command_line', 'Command line', 'administrator', created_at, created_at, changed_at
FROM old_imports WHERE id NOT IN (SELECT import_id FROM import_uploads WHERE import_id IS NOT NULL) ORDER BY id;
INSERT INTO import_files (import_id, subject, name, length, fingerprint, position, created, changed, unchanged, skipped, invalid)
SELECT i.id, d.subject, d.subject || '.csv', 0, d.fingerprint, d.position, d.added, d.changed, d.unchanged, d.passed_over, d.wrong
FROM imports i JOIN old_imports o ON o.created_at = i.started_at JOIN old_import_files d ON d.import_id = o.id
WHERE i.origin = 'command_line' AND o.id = (SELECT min(id) FROM old_imports WHERE created_at = i.started_at);

-- Files in parts of one size, so that no statement takes long; 'invalid' is the file of invalid rows that the check makes.
CREATE TABLE import_parts (
    import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL CHECK (subject IN ('customers', 'contacts', 'entitlements', 'invalid')),
    part      INTEGER NOT NULL,
    bytes     BLOB NOT NULL,
    PRIMARY KEY (import_id, subject, part)
);
INSERT INTO import_parts (import_id, subject, part, bytes)
SELECT upload_id, CASE subject WHEN 'wrong' THEN 'invalid' ELSE subject END, part, bytes FROM old_import_parts;

DROP TABLE import_disabled;
DROP TABLE old_import_files;
DROP TABLE old_import_parts;
DROP TABLE import_upload_files;
DROP TABLE import_uploads;
DROP TABLE old_imports;

INSERT INTO jobs (kind, subject_id, state, lease_until, due_at, actor_kind, actor_name, actor_role, created_at, changed_at)
SELECT 'import', id, 'queued', changed_at, changed_at, actor_kind, actor_name, actor_role, changed_at, changed_at
FROM imports WHERE origin = 'page' AND state IN ('checking', 'running');
