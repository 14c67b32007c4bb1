UPDATE batches SET kind = 'import' WHERE kind = 'invitations';
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''sample'', ''invitations'')', '''sample'')') WHERE type = 'table' AND name = 'batches';
PRAGMA writable_schema = RESET;
DROP TABLE logos;
DROP TABLE settings;
DROP TABLE mails;
DROP INDEX sessions_account;
DROP INDEX sessions_age;
DROP INDEX sessions_contact;
ALTER TABLE sessions RENAME TO old_sessions;
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    user_id   BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at   TIMESTAMP NOT NULL,
    -- When a person last asked for something, to within a minute.
    seen_at      TIMESTAMP NOT NULL,
    -- When the password was last given.
    confirmed_at TIMESTAMP NOT NULL,
    -- Where from, and with which browser, as it was at sign-in.
    address      TEXT NOT NULL,
    browser      TEXT NOT NULL
);
INSERT INTO sessions (id, token_hash, user_id, created_at, seen_at, confirmed_at, address, browser)
SELECT id, token_hash, account_id, created_at, seen_at, confirmed_at, address, browser FROM old_sessions WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_sessions;
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_age ON sessions (created_at);
DROP INDEX known_browsers_account;
ALTER TABLE known_browsers RENAME TO old_known_browsers;
CREATE TABLE known_browsers (
    token_hash TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    seen_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (token_hash, user_id)
);
INSERT INTO known_browsers (token_hash, user_id, seen_at)
SELECT token_hash, account_id, seen_at FROM old_known_browsers WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_known_browsers;
CREATE INDEX known_browsers_user ON known_browsers (user_id, seen_at);
DROP INDEX pending_sign_ins_account;
ALTER TABLE pending_sign_ins RENAME TO old_pending_sign_ins;
CREATE TABLE pending_sign_ins (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
INSERT INTO pending_sign_ins (token_hash, user_id, created_at)
SELECT token_hash, account_id, created_at FROM old_pending_sign_ins WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_pending_sign_ins;
CREATE INDEX pending_sign_ins_user ON pending_sign_ins (user_id);
ALTER TABLE second_factors RENAME TO old_second_factors;
CREATE TABLE second_factors (
    user_id   BIGINT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- In base 32; NULL until a code has confirmed one.
    secret       TEXT,
    -- The step of the last code that was taken: it and all before it are used up.
    last_step    BIGINT NOT NULL,
    -- A secret that is being set up.
    candidate    TEXT,
    candidate_at TIMESTAMP
);
INSERT INTO second_factors (user_id, secret, last_step, candidate, candidate_at)
SELECT account_id, secret, last_step, candidate, candidate_at FROM old_second_factors WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_second_factors;
ALTER TABLE recovery_codes RENAME TO old_recovery_codes;
CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash  TEXT NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
INSERT INTO recovery_codes (user_id, code_hash)
SELECT account_id, code_hash FROM old_recovery_codes WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_recovery_codes;
DROP INDEX password_links_account;
ALTER TABLE password_links RENAME TO old_password_links;
CREATE TABLE password_links (
    -- Who reads the database cannot use a link: the hash of its token alone is kept.
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL,
    -- NULL as long as nobody has used it.
    used_at    TIMESTAMP
);
INSERT INTO password_links (token_hash, user_id, created_at, used_at)
SELECT token_hash, account_id, created_at, used_at FROM old_password_links WHERE account_id IN (SELECT id FROM users);
DROP TABLE old_password_links;
CREATE INDEX password_links_user ON password_links (user_id);
DROP INDEX contacts_mailbox;
ALTER TABLE contacts DROP COLUMN reach;
DROP TABLE identities;
DROP TABLE accounts;
