DROP INDEX customers_filtered_by_name;
DROP TRIGGER customers_changed ON customers;
DROP TRIGGER customers_removed ON customers;
DROP TRIGGER customers_added ON customers;
DROP FUNCTION customers_counted();
DROP TABLE customer_counts;
DROP TABLE search_grams;
DROP TABLE search_slots;
DROP TABLE search_part_sequence;
DROP TABLE search_parts;
DROP TABLE search_dirty;
DROP TABLE search_texts;
-- The version before makes an index with them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

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

CREATE TABLE gram_frequencies (
    gram      TEXT PRIMARY KEY NOT NULL,
    customers BIGINT NOT NULL
);
UPDATE search_state SET form = 0;
