-- The list as it is shown, and what a search looks into. Rows are made in Rust (src/list), at the next start for customers that are
-- there already: folded texts and places in the order cannot be made in SQL.

DROP TABLE customer_search;

-- One row a customer, in the order of names: a page of the list is read from one place. A position lies between its neighbours'.
CREATE TABLE listing (
    position    INTEGER PRIMARY KEY NOT NULL,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    enabled     BOOLEAN NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    ref_id      TEXT NOT NULL,
    text        TEXT NOT NULL,
    -- Found by its qualifier alone (eid:, country:).
    hidden      TEXT NOT NULL
);
CREATE UNIQUE INDEX listing_customer ON listing (customer_id);
CREATE INDEX listing_filtered ON listing (enabled, kind);

-- Trigrams of the texts, and words of our own for filters and short needles. The rowid is the position, so hits
-- come in the order of names. automerge and crisismerge: a single save costs about a millisecond, not now and then a tenth of a second.
CREATE VIRTUAL TABLE listing_grams USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO listing_grams (listing_grams, rank) VALUES ('automerge', 16);
INSERT INTO listing_grams (listing_grams, rank) VALUES ('crisismerge', 64);

-- How many customers there are, by what the filters ask.
CREATE TABLE listing_counts (
    enabled   BOOLEAN NOT NULL,
    kind      TEXT NOT NULL,
    customers BIGINT NOT NULL,
    PRIMARY KEY (enabled, kind)
) WITHOUT ROWID;
INSERT INTO listing_counts VALUES (0, 'company', 0), (0, 'individual', 0), (1, 'company', 0), (1, 'individual', 0);
CREATE TRIGGER listing_added AFTER INSERT ON listing BEGIN
    UPDATE listing_counts SET customers = customers + 1 WHERE enabled = new.enabled AND kind = new.kind;
END;
CREATE TRIGGER listing_removed AFTER DELETE ON listing BEGIN
    UPDATE listing_counts SET customers = customers - 1 WHERE enabled = old.enabled AND kind = old.kind;
END;
CREATE TRIGGER listing_changed AFTER UPDATE OF enabled, kind ON listing WHEN old.enabled <> new.enabled OR old.kind <> new.kind BEGIN
    UPDATE listing_counts SET customers = customers - 1 WHERE enabled = old.enabled AND kind = old.kind;
    UPDATE listing_counts SET customers = customers + 1 WHERE enabled = new.enabled AND kind = new.kind;
END;

-- In which form the rows above and the folded columns were made; 0 is not at all. A program that makes them differently makes them anew.
CREATE TABLE search_state (
    id   INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    form INTEGER NOT NULL
);
INSERT INTO search_state (id, form) VALUES (1, 0);

-- A filter and an order at once.
CREATE INDEX customers_filtered ON customers (enabled, kind);
CREATE INDEX customers_filtered_by_ref ON customers (enabled, kind, ref_sort, id);
CREATE INDEX customers_filtered_by_change ON customers (enabled, kind, changed_at, id);
