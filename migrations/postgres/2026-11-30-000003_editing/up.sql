-- Two people and one record: who has a form of it open, and which forms have saved which of its versions. The same steps as in ../../sqlite,
-- in PostgreSQL's words. Records and users are named without foreign keys: these rows do not live long.

-- Forms of stored records that are open, as their scripts tell again and again. A row holds nobody up: it is only shown to others.
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

-- The versions of its record that a form has saved: sent once more, after Back, it is in no conflict with itself.
CREATE TABLE form_saves (
    token    TEXT NOT NULL,
    version  INTEGER NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (token, version)
);
CREATE INDEX form_saves_by_age ON form_saves (saved_at);
