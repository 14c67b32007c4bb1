DROP TABLE form_saves;
DROP TABLE editing;
