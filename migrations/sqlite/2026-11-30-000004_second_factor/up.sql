-- Limits of signing in, browsers that are known, second factors. The same steps as in ../../postgres, in SQLite's words.

-- How often somebody tried lately: an account, a network address, a browser. No e-mail stands here, only its hash.
CREATE TABLE attempts (
    bucket TEXT PRIMARY KEY NOT NULL,
    tries  INTEGER NOT NULL,
    -- When the first of them was.
    since  TIMESTAMP NOT NULL
);
CREATE INDEX attempts_age ON attempts (since);

-- A browser from which a user has signed in before: strangers' tries do not keep it out.
CREATE TABLE known_browsers (
    token_hash TEXT NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seen_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (token_hash, user_id)
);
CREATE INDEX known_browsers_user ON known_browsers (user_id, seen_at);

-- Who has given the password, and owes the code. It is no session: nothing is seen with it.
CREATE TABLE pending_sign_ins (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX pending_sign_ins_user ON pending_sign_ins (user_id);

-- Time-based codes (RFC 6238). The secret has to be known to compute them, so it is stored as it is.
CREATE TABLE second_factors (
    user_id      BIGINT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- In base 32; NULL until a code has confirmed one.
    secret       TEXT,
    -- The step of the last code that was taken: it and all before it are used up.
    last_step    BIGINT NOT NULL,
    -- A secret that is being set up.
    candidate    TEXT,
    candidate_at TIMESTAMP
);

-- Each counts once.
CREATE TABLE recovery_codes (
    user_id   BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
