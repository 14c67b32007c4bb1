DROP TABLE recovery_codes;
DROP TABLE second_factors;
DROP TABLE pending_sign_ins;
DROP TABLE known_browsers;
DROP TABLE attempts;
