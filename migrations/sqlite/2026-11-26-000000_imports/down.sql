DROP TABLE import_disabled;
DROP TABLE import_files;
DROP TABLE imports;
