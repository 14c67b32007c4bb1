ALTER TABLE events DROP CONSTRAINT events_customer_check;
DELETE FROM events WHERE subject_kind = 'user' OR task IN ('reopen', 'restore');
ALTER TABLE events DROP CONSTRAINT events_subject_kind_check;
ALTER TABLE events ADD CONSTRAINT events_subject_kind_check CHECK (subject_kind IN ('customer', 'contact', 'entitlement'));
ALTER TABLE events DROP CONSTRAINT events_task_check;
ALTER TABLE events ADD CONSTRAINT events_task_check
    CHECK (task IN ('create', 'edit', 'disable', 'enable', 'delete', 'set_default', 'end'));
ALTER TABLE events ALTER COLUMN customer_id SET NOT NULL;
ALTER TABLE events DROP COLUMN actor_id;
ALTER TABLE imports DROP COLUMN actor_id;
ALTER TABLE jobs DROP COLUMN actor_id;
ALTER TABLE batches DROP COLUMN undoes;
ALTER TABLE batches DROP COLUMN actor_id;
DROP TABLE sessions;
DROP TABLE users;
DROP FUNCTION users_keep_administrator;
