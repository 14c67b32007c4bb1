-- The list of entitlements: what each is ordered and filtered by. The same steps as in ../../postgres, in SQLite's words. Made in Rust (src/store/keys.rs), at the next start
-- for entitlements that are there already.

-- The first day on which it no longer counts; 9999-12-31 for none.
ALTER TABLE entitlements ADD COLUMN over_from DATE NOT NULL DEFAULT '9999-12-31';
-- The collation key of the product.
ALTER TABLE entitlements ADD COLUMN product_sort BLOB NOT NULL DEFAULT x'';
-- 0 not yet started, 1 running, 2 ended: as of the day on which it was last looked at. Each midnight some move on.
ALTER TABLE entitlements ADD COLUMN stage INTEGER NOT NULL DEFAULT 0 CHECK (stage IN (0, 1, 2));
CREATE INDEX entitlements_by_end ON entitlements (stage, over_from, id);
CREATE INDEX entitlements_by_start ON entitlements (stage, starts_on, id);
CREATE INDEX entitlements_by_product ON entitlements (stage, product_sort, id);
CREATE INDEX entitlements_by_id ON entitlements (stage, id);

-- How far these have been made: up to this id.
ALTER TABLE key_state ADD COLUMN entitlements BIGINT NOT NULL DEFAULT 0;
