DROP INDEX customers_filtered_by_name;
DROP TRIGGER customers_changed;
DROP TRIGGER customers_removed;
DROP TRIGGER customers_added;
DROP TABLE customer_counts;
DROP TABLE search_grams;
DROP TABLE search_slots;
DROP TABLE search_part_sequence;
DROP TABLE search_parts;
DROP TABLE search_dirty;
DROP TABLE search_texts;

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

CREATE VIRTUAL TABLE listing_grams USING fts5 (text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1');
INSERT INTO listing_grams (listing_grams, rank) VALUES ('automerge', 16);
INSERT INTO listing_grams (listing_grams, rank) VALUES ('crisismerge', 64);

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

CREATE TABLE gram_frequencies (
    gram      TEXT PRIMARY KEY NOT NULL,
    customers BIGINT NOT NULL
) WITHOUT ROWID;
UPDATE search_state SET form = 0;
