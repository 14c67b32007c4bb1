-- How common the index's grams are: of a sample of customers, so many hold it. Rare ones are left out; the empty gram is all of the sample.
CREATE TABLE gram_frequencies (
    gram      TEXT PRIMARY KEY NOT NULL,
    customers BIGINT NOT NULL
) WITHOUT ROWID;
