UPDATE events SET task = 'create' WHERE task = 'renew';
ALTER TABLE events DROP CONSTRAINT events_task_check;
ALTER TABLE events ADD CONSTRAINT events_task_check
    CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end', 'reopen', 'restore'));
DELETE FROM editing WHERE subject_kind = 'entitlement';
ALTER TABLE editing DROP CONSTRAINT editing_subject_kind_check;
ALTER TABLE editing ADD CONSTRAINT editing_subject_kind_check CHECK (subject_kind IN ('customer', 'contact', 'user'));
DROP TRIGGER products_update ON entitlements;
DROP TRIGGER products_delete ON entitlements;
DROP TRIGGER products_insert ON entitlements;
DROP FUNCTION products_update, products_delete, products_insert, products_count;
DROP TABLE products;
DROP TRIGGER entitlements_renewal ON entitlements;
DROP FUNCTION entitlements_renewal;
DROP INDEX entitlements_renews;
ALTER TABLE entitlements DROP COLUMN renews_id;
ALTER TABLE entitlements DROP COLUMN version;
