DROP TABLE import_mappings;
DROP TABLE import_rows;
ALTER TABLE import_files DROP COLUMN derived;
ALTER TABLE imports DROP COLUMN options;
