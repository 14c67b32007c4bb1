-- Two administrators and one user. The same steps as in ../../sqlite, in PostgreSQL's words.

-- Counts the edits that the history tells of: a form names the one that it was opened with.
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

ALTER TABLE editing DROP CONSTRAINT editing_subject_kind_check;
ALTER TABLE editing ADD CONSTRAINT editing_subject_kind_check CHECK (subject_kind IN ('customer', 'contact', 'user'));
