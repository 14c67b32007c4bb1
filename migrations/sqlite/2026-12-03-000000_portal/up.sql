-- Contacts sign in to the portal. The same steps as in ../../postgres, in SQLite's words.

-- Whatever signs in: users and identities take their ids from here, so that one id is never of both. Sessions, second factors and links by
-- which a password is set belong to an account.
CREATE TABLE accounts (
    id   INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'identity'))
);
INSERT INTO accounts (id, kind) SELECT id, 'user' FROM users;

-- Who signs in to the portal: one a mailbox, whichever customers' contacts have it.
CREATE TABLE identities (
    id         BIGINT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- As contacts' (domain::identity).
    email_key  TEXT NOT NULL UNIQUE,
    -- A hash in PHC's format; NULL until the person has set one.
    password   TEXT,
    -- When a link was last made for an invitation; NULL where there never was one.
    invited_at TIMESTAMP,
    -- Until when that link can be used.
    invited_until TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    -- When somebody last signed in.
    seen_at    TIMESTAMP
);

-- What a contact sees: what names it, or all of the customer's. The default contact sees all in any case.
ALTER TABLE contacts ADD COLUMN reach TEXT NOT NULL DEFAULT 'own' CHECK (reach IN ('own', 'all'));
CREATE INDEX contacts_mailbox ON contacts (email_key) WHERE email_key IS NOT NULL;

-- What belonged to users belongs to accounts.
DROP INDEX sessions_user;
DROP INDEX sessions_age;
ALTER TABLE sessions RENAME TO old_sessions;
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,
    account_id   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at   TIMESTAMP NOT NULL,
    -- When a person last asked for something, to within a minute.
    seen_at      TIMESTAMP NOT NULL,
    -- When the password was last given.
    confirmed_at TIMESTAMP NOT NULL,
    -- Where from, and with which browser, as it was at sign-in.
    address      TEXT NOT NULL,
    browser      TEXT NOT NULL,
    -- In the portal: as which of the mailbox's contacts.
    contact_id   BIGINT REFERENCES contacts (id) ON DELETE CASCADE
);
INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, confirmed_at, address, browser)
SELECT id, token_hash, user_id, created_at, seen_at, confirmed_at, address, browser FROM old_sessions;
DROP TABLE old_sessions;
CREATE INDEX sessions_account ON sessions (account_id, id);
CREATE INDEX sessions_age ON sessions (created_at);
CREATE INDEX sessions_contact ON sessions (contact_id) WHERE contact_id IS NOT NULL;

DROP INDEX known_browsers_user;
ALTER TABLE known_browsers RENAME TO old_known_browsers;
CREATE TABLE known_browsers (
    token_hash TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    seen_at    TIMESTAMP NOT NULL,
    PRIMARY KEY (token_hash, account_id)
);
INSERT INTO known_browsers (token_hash, account_id, seen_at)
SELECT token_hash, user_id, seen_at FROM old_known_browsers;
DROP TABLE old_known_browsers;
CREATE INDEX known_browsers_account ON known_browsers (account_id, seen_at);

DROP INDEX pending_sign_ins_user;
ALTER TABLE pending_sign_ins RENAME TO old_pending_sign_ins;
CREATE TABLE pending_sign_ins (
    token_hash TEXT PRIMARY KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at TIMESTAMP NOT NULL
);
INSERT INTO pending_sign_ins (token_hash, account_id, created_at)
SELECT token_hash, user_id, created_at FROM old_pending_sign_ins;
DROP TABLE old_pending_sign_ins;
CREATE INDEX pending_sign_ins_account ON pending_sign_ins (account_id);

ALTER TABLE second_factors RENAME TO old_second_factors;
CREATE TABLE second_factors (
    account_id   BIGINT PRIMARY KEY NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- In base 32; NULL until a code has confirmed one.
    secret       TEXT,
    -- The step of the last code that was taken: it and all before it are used up.
    last_step    BIGINT NOT NULL,
    -- A secret that is being set up.
    candidate    TEXT,
    candidate_at TIMESTAMP
);
INSERT INTO second_factors (account_id, secret, last_step, candidate, candidate_at)
SELECT user_id, secret, last_step, candidate, candidate_at FROM old_second_factors;
DROP TABLE old_second_factors;

ALTER TABLE recovery_codes RENAME TO old_recovery_codes;
CREATE TABLE recovery_codes (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash  TEXT NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);
INSERT INTO recovery_codes (account_id, code_hash)
SELECT user_id, code_hash FROM old_recovery_codes;
DROP TABLE old_recovery_codes;

DROP INDEX password_links_user;
ALTER TABLE password_links RENAME TO old_password_links;
CREATE TABLE password_links (
    -- Who reads the database cannot use a link: the hash of its token alone is kept.
    token_hash  TEXT PRIMARY KEY NOT NULL,
    account_id  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at  TIMESTAMP NOT NULL,
    -- NULL as long as nobody has used it.
    used_at     TIMESTAMP,
    valid_until TIMESTAMP NOT NULL,
    -- The mail that it went out with. Each attempt to send makes its own, and whichever arrives can be used.
    mail_id     BIGINT
);
INSERT INTO password_links (token_hash, account_id, created_at, valid_until, used_at)
SELECT token_hash, user_id, created_at, strftime('%Y-%m-%d %H:%M:%f', created_at, '+3 days'), used_at FROM old_password_links;
DROP TABLE old_password_links;
CREATE INDEX password_links_account ON password_links (account_id);

-- What is mailed. Nothing secret stands here: a link is made when its mail goes out.
CREATE TABLE mails (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('invitation', 'reset', 'email_changed')),
    account_id BIGINT REFERENCES accounts (id) ON DELETE CASCADE,
    contact_id BIGINT REFERENCES contacts (id) ON DELETE SET NULL,
    recipient  TEXT NOT NULL,
    -- What the words need besides, as JSON.
    details    TEXT NOT NULL DEFAULT '{}',
    -- Of all attempts: whoever gets it twice sees it once.
    message_id TEXT NOT NULL UNIQUE,
    state      TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'refused', 'dropped')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     TIMESTAMP NOT NULL,
    -- When it was last tried: so many go out in a minute as are set, over all servers.
    attempted_at TIMESTAMP,
    -- What the mail server said last, or why it was dropped.
    answer     TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
CREATE INDEX mails_due ON mails (due_at, id) WHERE state = 'queued';
CREATE INDEX mails_attempted ON mails (attempted_at) WHERE attempted_at IS NOT NULL;
CREATE INDEX mails_contact ON mails (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX mails_account ON mails (account_id) WHERE account_id IS NOT NULL;

-- What administrators set on a page.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
-- The vendor's logo: one, or none.
CREATE TABLE logos (
    id         BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/svg+xml')),
    bytes      BLOB NOT NULL,
    -- Of the bytes, for the address.
    digest     TEXT NOT NULL
);

-- Invitations to many at once are a batch. Others refer to its table, so it is not made anew: a check alone may be changed so
-- (https://www.sqlite.org/lang_altertable.html#otheralter). In this way down restores the very same schema.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''sample'')', '''sample'', ''invitations'')') WHERE type = 'table' AND name = 'batches';
PRAGMA writable_schema = RESET;
