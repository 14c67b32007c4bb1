DROP TABLE import_parts;
DROP TABLE import_upload_files;
DROP TABLE import_uploads;
