-- Keys of more kinds: being the same and being nearly the same are two things, and people are ordered by their last names. The same steps as in
-- ../../postgres, in SQLite's words. Keys are made in Rust (src/store/keys.rs), at the next start for records that are there already.

-- The order by last name, which is the name for a company.
ALTER TABLE customers ADD COLUMN last_sort BLOB NOT NULL DEFAULT x'';
-- What a number and a CRM ID have in common with those that nearly are the same.
ALTER TABLE customers ADD COLUMN number_near TEXT NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN crm_near TEXT;
CREATE INDEX customers_by_last_name ON customers (last_sort, id);
CREATE INDEX customers_filtered_by_last_name ON customers (enabled, kind, last_sort, id);
CREATE INDEX customers_number_near ON customers (number_near);
CREATE INDEX customers_crm_near ON customers (crm_near) WHERE crm_near IS NOT NULL;

-- In which form the keys are, and how far they have been made: of the customers and the contacts up to these ids. A program that makes them
-- differently makes them anew.
CREATE TABLE key_state (
    id        INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
    form      INTEGER NOT NULL,
    customers BIGINT NOT NULL,
    contacts  BIGINT NOT NULL
);
INSERT INTO key_state (id, form, customers, contacts) VALUES (1, 0, 0, 0);

-- A company with an enabled contact has a default: those that lost theirs get the oldest.
UPDATE contacts SET is_default = 1 WHERE id IN (
    SELECT min(id) FROM contacts WHERE enabled AND NOT own GROUP BY customer_id
) AND customer_id NOT IN (SELECT customer_id FROM contacts WHERE is_default);
