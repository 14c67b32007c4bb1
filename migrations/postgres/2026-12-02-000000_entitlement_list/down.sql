ALTER TABLE key_state DROP COLUMN entitlements;
DROP INDEX entitlements_by_id;
DROP INDEX entitlements_by_product;
DROP INDEX entitlements_by_start;
DROP INDEX entitlements_by_end;
ALTER TABLE entitlements DROP COLUMN stage;
ALTER TABLE entitlements DROP COLUMN product_sort;
ALTER TABLE entitlements DROP COLUMN over_from;
