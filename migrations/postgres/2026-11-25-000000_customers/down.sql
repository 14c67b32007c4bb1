DROP TABLE flashes;
DROP TABLE form_tokens;
DROP TABLE number_sequence;
DROP TABLE customer_search;
DROP TABLE entitlements;
DROP TABLE contacts;
DROP TABLE addresses;
DROP TABLE customers;
