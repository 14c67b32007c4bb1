DROP TABLE editing;
CREATE TABLE editing (
    -- Random, of one opening of a form.
    token        TEXT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('customer', 'contact')),
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
ALTER TABLE users DROP COLUMN version;
