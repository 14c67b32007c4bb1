-- Indexes that wait for the end of an import into an empty database, and are made then (or at the next start): that is several times as
-- quick as keeping them row by row.
CREATE TABLE deferred_indexes (
    name       TEXT PRIMARY KEY NOT NULL,
    definition TEXT NOT NULL
);
