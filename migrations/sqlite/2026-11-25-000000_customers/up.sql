-- Customers, their addresses, contacts and entitlements. The same steps as in ../../postgres, in SQLite's words.
-- AUTOINCREMENT: an id is never given twice, since bookmarks and late saves rely on it.
-- Folded columns (*_key, sort_key, text) are made in Rust (domain::fold, domain::collate), so that both engines agree.

CREATE TABLE customers (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number      TEXT NOT NULL,
    number_key  TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('company', 'individual')),
    enabled     BOOLEAN NOT NULL CHECK (enabled IN (0, 1)),
    name        TEXT NOT NULL CHECK (name <> ''),
    sort_key    BLOB NOT NULL,
    email       TEXT NOT NULL DEFAULT '',
    language    TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    fax         TEXT NOT NULL DEFAULT '',
    crm_id      TEXT NOT NULL DEFAULT '',
    crm_key     TEXT,
    ref_id      TEXT NOT NULL DEFAULT '',
    ref_key     TEXT NOT NULL DEFAULT '',
    ref_sort    BLOB NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX customers_number ON customers (number_key);
CREATE UNIQUE INDEX customers_crm ON customers (crm_key) WHERE crm_key IS NOT NULL;
CREATE INDEX customers_by_name ON customers (sort_key, id);
CREATE INDEX customers_by_ref ON customers (ref_sort, id);
CREATE INDEX customers_by_change ON customers (changed_at, id);
CREATE INDEX customers_ref ON customers (ref_key);

-- No shipping row: the same as billing. No billing row: none is known.
CREATE TABLE addresses (
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    purpose     TEXT NOT NULL CHECK (purpose IN ('billing', 'shipping')),
    street      TEXT NOT NULL DEFAULT '',
    city        TEXT NOT NULL DEFAULT '',
    state       TEXT NOT NULL DEFAULT '',
    postal_code TEXT NOT NULL DEFAULT '',
    country     TEXT NOT NULL DEFAULT '' CHECK (country = '' OR length(country) = 2),
    PRIMARY KEY (customer_id, purpose)
) WITHOUT ROWID;

-- An individual has exactly one contact, itself (own).
CREATE TABLE contacts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    own         BOOLEAN NOT NULL CHECK (own IN (0, 1)),
    enabled     BOOLEAN NOT NULL CHECK (enabled IN (0, 1)),
    is_default  BOOLEAN NOT NULL CHECK (is_default IN (0, 1)),
    first_name  TEXT NOT NULL DEFAULT '',
    middle_name TEXT NOT NULL DEFAULT '',
    last_name   TEXT NOT NULL CHECK (last_name <> ''),
    sort_key    BLOB NOT NULL,
    email       TEXT NOT NULL DEFAULT '',
    email_key   TEXT,
    language    TEXT NOT NULL DEFAULT '',
    phone       TEXT NOT NULL DEFAULT '',
    ref_id      TEXT NOT NULL DEFAULT '',
    version     INTEGER NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    CHECK (own OR email_key IS NOT NULL),
    CHECK (NOT (own AND is_default)),
    CHECK ((email = '') = (email_key IS NULL)),
    UNIQUE (customer_id, id)
);
CREATE UNIQUE INDEX contacts_email ON contacts (customer_id, email_key) WHERE email_key IS NOT NULL;
CREATE UNIQUE INDEX contacts_default ON contacts (customer_id) WHERE is_default;
CREATE UNIQUE INDEX contacts_own ON contacts (customer_id) WHERE own;
CREATE INDEX contacts_by_name ON contacts (customer_id, sort_key, id);

CREATE TABLE entitlements (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    eid         TEXT NOT NULL UNIQUE,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    contact_id  BIGINT,
    product     TEXT NOT NULL CHECK (product <> ''),
    quantity    INTEGER NOT NULL CHECK (quantity > 0),
    starts_on   DATE NOT NULL,
    ends_on     DATE CHECK (ends_on >= starts_on),
    -- Set by "End now"; the dates stay as they were ordered.
    ended_at    TIMESTAMP,
    created_at  TIMESTAMP NOT NULL,
    changed_at  TIMESTAMP NOT NULL,
    -- Names a contact of the same customer, or none.
    FOREIGN KEY (customer_id, contact_id) REFERENCES contacts (customer_id, id) ON DELETE RESTRICT
);
CREATE INDEX entitlements_customer ON entitlements (customer_id, starts_on, id);
CREATE INDEX entitlements_contact ON entitlements (contact_id) WHERE contact_id IS NOT NULL;

-- The folded text that a search looks into, beside the customer and not in it: a contact's change leaves the wide row alone. What is
-- hidden from words is found by its qualifier alone (eid:, country:).
CREATE TABLE customer_search (
    customer_id BIGINT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    text        TEXT NOT NULL,
    hidden      TEXT NOT NULL
);

-- The last number given to a customer that brought none.
CREATE TABLE number_sequence (
    id   INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO number_sequence (id, last) VALUES (1, 0);

-- A form sent twice makes one record: its token, and where the first answer led.
CREATE TABLE form_tokens (
    token      TEXT PRIMARY KEY NOT NULL,
    location   TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX form_tokens_age ON form_tokens (created_at);

-- What a task did, told once on the page it leads to.
CREATE TABLE flashes (
    token       TEXT PRIMARY KEY NOT NULL,
    text        TEXT NOT NULL,
    effect      TEXT NOT NULL,
    customer_id BIGINT NOT NULL,
    created_at  TIMESTAMP NOT NULL
);
CREATE INDEX flashes_age ON flashes (created_at);
