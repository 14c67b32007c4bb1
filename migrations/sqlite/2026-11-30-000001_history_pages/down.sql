DROP INDEX imports_batch;
DROP INDEX batches_by_time;
DROP INDEX events_of_customer_by_batch;
DROP INDEX events_of_customer;
DROP INDEX events_by_task;
DROP INDEX events_by_program;
DROP INDEX events_by_user;
DROP INDEX events_by_time;
