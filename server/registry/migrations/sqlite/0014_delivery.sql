-- Files for the Ministry that the portal itself sends: how often it has tried, and what hindered it. Its twin stands in ../postgres with
-- the same number and name.
alter table outbox_batch add column by_itself integer not null default 0 check (by_itself in (0, 1));
alter table outbox_batch add column tries integer not null default 0;
alter table outbox_batch add column tried_at integer;
-- `unreachable`, `status.503`, `no_receipt`
alter table outbox_batch add column problem text;
