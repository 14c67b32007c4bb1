-- Customers whose entry in the list an import has left to its end. The same steps as in ../../postgres.

CREATE TABLE listing_behind (
    customer_id BIGINT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE
);
