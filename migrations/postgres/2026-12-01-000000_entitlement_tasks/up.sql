-- What one does with an entitlement: edit it, renew it, reopen it; and the products that forms suggest. The same steps as in ../../sqlite,
-- in PostgreSQL's words.

-- Counts its edits, as with customers and contacts.
ALTER TABLE entitlements ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0);
-- The one that this one renews. It restricts: the renewed one is what the dates of the whole chain are counted from, so its record stays
-- while a renewal exists.
ALTER TABLE entitlements ADD COLUMN renews_id BIGINT REFERENCES entitlements (id) ON DELETE RESTRICT CHECK (renews_id <> id);
-- One renewal each.
CREATE UNIQUE INDEX entitlements_renews ON entitlements (renews_id) WHERE renews_id IS NOT NULL;
-- It belongs to the same customer.
CREATE FUNCTION entitlements_renewal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM entitlements WHERE id = NEW.renews_id AND customer_id = NEW.customer_id) THEN
        RAISE EXCEPTION 'an entitlement renews one of its own customer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entitlements_renewal BEFORE INSERT ON entitlements
    FOR EACH ROW WHEN (NEW.renews_id IS NOT NULL) EXECUTE FUNCTION entitlements_renewal();

-- The products that entitlements name, and how many do: kept by triggers, so that whatever writes entitlements keeps it. Ordered by bytes, so
-- that the beginning of a name is found in the index.
CREATE TABLE products (
    name         TEXT COLLATE "C" PRIMARY KEY NOT NULL,
    entitlements BIGINT NOT NULL CHECK (entitlements >= 0)
);
CREATE INDEX products_by_use ON products (entitlements DESC, name);
INSERT INTO products (name, entitlements) SELECT product, count(*) FROM entitlements GROUP BY product;

-- Adds what a statement has changed. Everybody counts the same few products: two who did so in different orders would wait for each other. So
-- they first take the lock that a change of the list takes in any case (`lock_list` in src/db/lock.rs, the same number), and one after the
-- other it is.
CREATE FUNCTION products_count(names TEXT[], counts BIGINT[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF names IS NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(51839991328);
    INSERT INTO products (name, entitlements) SELECT name, 0 FROM unnest(names) AS name ON CONFLICT (name) DO NOTHING;
    UPDATE products SET entitlements = entitlements + count FROM unnest(names, counts) AS change (changed, count) WHERE name = changed;
    DELETE FROM products WHERE name = ANY (names) AND entitlements = 0;
END $$;
CREATE FUNCTION products_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM products_count(array_agg(product), array_agg(count)) FROM (SELECT product, count(*) FROM added GROUP BY product) AS change;
    RETURN NULL;
END $$;
CREATE FUNCTION products_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM products_count(array_agg(product), array_agg(-count)) FROM (SELECT product, count(*) FROM removed GROUP BY product) AS change;
    RETURN NULL;
END $$;
CREATE FUNCTION products_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM products_count(array_agg(product), array_agg(count)) FROM (
        SELECT product, sum(number)::BIGINT AS count
        FROM (SELECT product, 1 AS number FROM added UNION ALL SELECT product, -1 FROM removed) AS counted
        GROUP BY product HAVING sum(number) <> 0
    ) AS change;
    RETURN NULL;
END $$;
CREATE TRIGGER products_insert AFTER INSERT ON entitlements
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION products_insert();
CREATE TRIGGER products_delete AFTER DELETE ON entitlements
    REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION products_delete();
CREATE TRIGGER products_update AFTER UPDATE ON entitlements
    REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION products_update();

-- Forms of entitlements can be open, too.
ALTER TABLE editing DROP CONSTRAINT editing_subject_kind_check;
ALTER TABLE editing ADD CONSTRAINT editing_subject_kind_check CHECK (subject_kind IN ('customer', 'contact', 'user', 'entitlement'));

-- The history tells of renewals; and of invitations and settings, which follow: a table as large as this is made again once.
ALTER TABLE events DROP CONSTRAINT events_task_check;
ALTER TABLE events ADD CONSTRAINT events_task_check
    CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end', 'reopen', 'renew', 'invite', 'restore'));
ALTER TABLE events DROP CONSTRAINT events_subject_kind_check;
ALTER TABLE events ADD CONSTRAINT events_subject_kind_check CHECK (subject_kind IN ('customer', 'contact', 'entitlement', 'user', 'settings'));
ALTER TABLE events DROP CONSTRAINT events_customer_check;
ALTER TABLE events ADD CONSTRAINT events_customer_check CHECK ((customer_id IS NULL) = (subject_kind IN ('user', 'settings')));
