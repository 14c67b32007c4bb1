-- The list is read from customers, and searched by one index of our own on either engine (src/list/index): no positions, and nothing that
-- two who save have to wait for. What customers are found by is made at the next start. The same steps as in ../../postgres.

DROP TABLE listing;
DROP TABLE listing_counts;
DROP TABLE listing_grams;
DROP TABLE gram_frequencies;
UPDATE search_state SET form = 0;

-- What a customer is found by, made of the customer and all that belongs to it. A search reads nothing else of those who are no hits.
CREATE TABLE search_texts (
    customer_id INTEGER PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    sort_key    BLOB NOT NULL,
    enabled     BOOLEAN NOT NULL,
    kind        TEXT NOT NULL,
    created_at  TIMESTAMP NOT NULL,
    text        TEXT NOT NULL,
    -- Found by its qualifier alone (country:, ends:, access:).
    hidden      TEXT NOT NULL
);

-- Customers that the parts of the index do not hold as they are: each search compares them one by one. A revision tells whether one was
-- saved again while a part was made.
CREATE TABLE search_dirty (
    customer_id INTEGER PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    revision    BIGINT NOT NULL
);

-- The parts of the list by name, each from its first customer to that of the next part. Their numbers are used once.
CREATE TABLE search_parts (
    part        BIGINT PRIMARY KEY NOT NULL,
    sort_key    BLOB NOT NULL,
    customer_id BIGINT NOT NULL,
    size        BIGINT NOT NULL
);

CREATE TABLE search_part_sequence (
    id   INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO search_part_sequence (id, last) VALUES (1, 0);

-- The customers of a part, in order, some hundreds a row; and the first of them. The number is made of the part's and of the row's.
CREATE TABLE search_slots (
    id          INTEGER PRIMARY KEY NOT NULL,
    sort_key    BLOB NOT NULL,
    customer_id BIGINT NOT NULL,
    customers   BLOB NOT NULL
);

-- Which customers of a part have a gram. The number is made of the part's and of the gram's.
CREATE TABLE search_grams (
    id    INTEGER PRIMARY KEY NOT NULL,
    slots BLOB NOT NULL
);

-- How many customers there are, by what the filters ask: the sum of the rows.
CREATE TABLE customer_counts (
    id        INTEGER PRIMARY KEY NOT NULL,
    enabled   BOOLEAN NOT NULL,
    kind      TEXT NOT NULL,
    customers BIGINT NOT NULL
);
INSERT INTO customer_counts (enabled, kind, customers) VALUES (0, 'company', 0), (0, 'individual', 0), (1, 'company', 0), (1, 'individual', 0);
UPDATE customer_counts SET customers =
    (SELECT count(*) FROM customers WHERE customers.enabled = customer_counts.enabled AND customers.kind = customer_counts.kind);
CREATE TRIGGER customers_added AFTER INSERT ON customers BEGIN
    UPDATE customer_counts SET customers = customers + 1 WHERE enabled = new.enabled AND kind = new.kind;
END;
CREATE TRIGGER customers_removed AFTER DELETE ON customers BEGIN
    UPDATE customer_counts SET customers = customers - 1 WHERE enabled = old.enabled AND kind = old.kind;
END;
CREATE TRIGGER customers_changed AFTER UPDATE OF enabled, kind ON customers WHEN old.enabled <> new.enabled OR old.kind <> new.kind BEGIN
    UPDATE customer_counts SET customers = customers - 1 WHERE enabled = old.enabled AND kind = old.kind;
    UPDATE customer_counts SET customers = customers + 1 WHERE enabled = new.enabled AND kind = new.kind;
END;

-- A filter and the order by name at once.
CREATE INDEX customers_filtered_by_name ON customers (enabled, kind, sort_key, id);
