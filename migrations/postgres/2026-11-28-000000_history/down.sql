ALTER TABLE entitlements DROP COLUMN batch_id;
ALTER TABLE contacts DROP COLUMN batch_id;
ALTER TABLE customers DROP COLUMN batch_id;
DROP TABLE events;
DROP TABLE batches;
