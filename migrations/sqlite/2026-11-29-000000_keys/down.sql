DROP TABLE key_state;
DROP INDEX customers_crm_near;
DROP INDEX customers_number_near;
DROP INDEX customers_filtered_by_last_name;
DROP INDEX customers_by_last_name;
ALTER TABLE customers DROP COLUMN crm_near;
ALTER TABLE customers DROP COLUMN number_near;
ALTER TABLE customers DROP COLUMN last_sort;
