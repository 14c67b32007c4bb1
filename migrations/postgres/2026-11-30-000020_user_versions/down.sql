DELETE FROM editing WHERE subject_kind = 'user';
ALTER TABLE editing DROP CONSTRAINT editing_subject_kind_check;
ALTER TABLE editing ADD CONSTRAINT editing_subject_kind_check CHECK (subject_kind IN ('customer', 'contact'));
ALTER TABLE users DROP COLUMN version;
