-- The list as it is shown, and what a search looks into. Rows are made in Rust (src/list), at the next start for customers that are
-- there already: folded texts and places in the order cannot be made in SQL.

DROP TABLE customer_search;

-- One row a customer, in the order of names. A position lies between its neighbours'.
CREATE TABLE listing (
    position    BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    enabled     BOOLEAN NOT NULL,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    ref_id      TEXT NOT NULL,
    text        TEXT NOT NULL,
    -- Found by its qualifier alone (eid:, country:).
    hidden      TEXT NOT NULL,
    -- Both texts in letters that pg_trgm knows whatever the database's locale, with words of our own for filters and short needles.
    grams       TEXT NOT NULL,
    -- Some thousand neighbours in the order.
    bucket      INTEGER NOT NULL GENERATED ALWAYS AS ((position >> 32)::integer) STORED
);
CREATE UNIQUE INDEX listing_customer ON listing (customer_id);
CREATE INDEX listing_filtered ON listing (enabled, kind, position);
-- Its index needed extensions; a later migration takes both away.

-- How many customers there are, by what the filters ask. Statements are counted, not rows: an import adds thousands at once.
CREATE TABLE listing_counts (
    enabled   BOOLEAN NOT NULL,
    kind      TEXT NOT NULL,
    customers BIGINT NOT NULL,
    PRIMARY KEY (enabled, kind)
);
INSERT INTO listing_counts VALUES (false, 'company', 0), (false, 'individual', 0), (true, 'company', 0), (true, 'individual', 0);
CREATE FUNCTION listing_count_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE listing_counts c SET customers = c.customers + a.n
    FROM (SELECT enabled, kind, count(*) AS n FROM added GROUP BY 1, 2) a WHERE c.enabled = a.enabled AND c.kind = a.kind;
    RETURN NULL;
END $$;
CREATE FUNCTION listing_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE listing_counts c SET customers = c.customers - r.n
    FROM (SELECT enabled, kind, count(*) AS n FROM removed GROUP BY 1, 2) r WHERE c.enabled = r.enabled AND c.kind = r.kind;
    RETURN NULL;
END $$;
CREATE FUNCTION listing_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE listing_counts c SET customers = c.customers + d.n
    FROM (SELECT enabled, kind, sum(n) AS n FROM (
            SELECT enabled, kind, 1 AS n FROM added UNION ALL SELECT enabled, kind, -1 FROM removed) both_ways
          GROUP BY 1, 2 HAVING sum(n) <> 0) d
    WHERE c.enabled = d.enabled AND c.kind = d.kind;
    RETURN NULL;
END $$;
CREATE TRIGGER listing_added AFTER INSERT ON listing REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION listing_count_added();
CREATE TRIGGER listing_removed AFTER DELETE ON listing REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION listing_count_removed();
CREATE TRIGGER listing_changed AFTER UPDATE ON listing REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION listing_count_changed();

-- In which form the rows above and the folded columns were made; 0 is not at all. A program that makes them differently makes them anew.
CREATE TABLE search_state (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    form INTEGER NOT NULL
);
INSERT INTO search_state (id, form) VALUES (1, 0);

-- A filter and an order at once.
CREATE INDEX customers_filtered ON customers (enabled, kind, id);
CREATE INDEX customers_filtered_by_ref ON customers (enabled, kind, ref_sort, id);
CREATE INDEX customers_filtered_by_change ON customers (enabled, kind, changed_at, id);
