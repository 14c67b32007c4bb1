DROP INDEX customers_filtered_by_change;
DROP INDEX customers_filtered_by_ref;
DROP INDEX customers_filtered;
DROP TABLE search_state;
DROP TABLE listing;
DROP TABLE listing_counts;
DROP TABLE listing_grams;
CREATE TABLE customer_search (
    customer_id BIGINT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    text        TEXT NOT NULL,
    hidden      TEXT NOT NULL
);
