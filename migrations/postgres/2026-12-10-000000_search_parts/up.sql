-- The list is read from customers, and searched by one index of our own on either engine (src/list/index): no positions, no extensions, and
-- nothing that two who save have to wait for. What customers are found by is made at the next start. The same steps as in ../../sqlite.

DROP TABLE listing;
DROP TABLE listing_counts;
DROP FUNCTION listing_count_added();
DROP FUNCTION listing_count_removed();
DROP FUNCTION listing_count_changed();
DROP TABLE gram_frequencies;
UPDATE search_state SET form = 0;

-- What a customer is found by, made of the customer and all that belongs to it. A search reads nothing else of those who are no hits.
CREATE TABLE search_texts (
    customer_id BIGINT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    sort_key    BYTEA NOT NULL,
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
    customer_id BIGINT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    revision    BIGINT NOT NULL
);

-- The parts of the list by name, each from its first customer to that of the next part. Their numbers are used once.
CREATE TABLE search_parts (
    part        BIGINT PRIMARY KEY NOT NULL,
    sort_key    BYTEA NOT NULL,
    customer_id BIGINT NOT NULL,
    size        BIGINT NOT NULL
);

CREATE TABLE search_part_sequence (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    last BIGINT NOT NULL
);
INSERT INTO search_part_sequence (id, last) VALUES (1, 0);

-- The customers of a part, in order, some hundreds a row; and the first of them. The number is made of the part's and of the row's.
CREATE TABLE search_slots (
    id          BIGINT PRIMARY KEY NOT NULL,
    sort_key    BYTEA NOT NULL,
    customer_id BIGINT NOT NULL,
    customers   BYTEA NOT NULL
);

-- Which customers of a part have a gram. The number is made of the part's and of the gram's. Sets are small already: no time is spent on
-- making them smaller, and all of them stay in their rows.
CREATE TABLE search_grams (
    id    BIGINT PRIMARY KEY NOT NULL,
    slots BYTEA NOT NULL
);
ALTER TABLE search_grams ALTER COLUMN slots SET STORAGE PLAIN;

-- How many customers there are, by what the filters ask: the sum of the rows. Whoever adds customers adds a row, and so waits for nobody;
-- the job that keeps the index adds them up.
CREATE TABLE customer_counts (
    id        BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    enabled   BOOLEAN NOT NULL,
    kind      TEXT NOT NULL,
    customers BIGINT NOT NULL
);
INSERT INTO customer_counts (enabled, kind, customers) SELECT enabled, kind, count(*) FROM customers GROUP BY enabled, kind;
CREATE FUNCTION customers_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customer_counts (enabled, kind, customers) SELECT enabled, kind, count(*) FROM added GROUP BY enabled, kind;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO customer_counts (enabled, kind, customers) SELECT enabled, kind, -count(*) FROM removed GROUP BY enabled, kind;
    ELSE
        INSERT INTO customer_counts (enabled, kind, customers)
        SELECT enabled, kind, sum(n) FROM (
            SELECT enabled, kind, 1 AS n FROM added UNION ALL SELECT enabled, kind, -1 FROM removed) AS both_ways
        GROUP BY enabled, kind HAVING sum(n) <> 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER customers_added AFTER INSERT ON customers REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION customers_counted();
CREATE TRIGGER customers_removed AFTER DELETE ON customers REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION customers_counted();
CREATE TRIGGER customers_changed AFTER UPDATE ON customers REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION customers_counted();

-- A filter and the order by name at once.
CREATE INDEX customers_filtered_by_name ON customers (enabled, kind, sort_key, id);
