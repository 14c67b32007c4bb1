-- Two administrators and one user. The same steps as in ../../postgres, in SQLite's words.

-- Counts the edits that the history tells of: a form names the one that it was opened with.
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Forms that are open tell so again within half a minute: nothing is copied.
DROP TABLE editing;
CREATE TABLE editing (
    -- Random, of one opening of a form.
    token        TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact', 'user')),
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
