DROP TABLE batch_undo_skips;
DROP TABLE batch_undos;
ALTER TABLE flashes DROP COLUMN event_id;
DROP INDEX batches_undoes;
DROP INDEX events_undoes;
