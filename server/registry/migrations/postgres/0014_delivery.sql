-- Files for the Ministry that the portal itself sends: how often it has tried, and what hindered it. Its twin stands in ../sqlite with
-- the same number and name.
alter table outbox_batch add column by_itself bigint not null default 0 check (by_itself in (0, 1));
alter table outbox_batch add column tries bigint not null default 0;
alter table outbox_batch add column tried_at bigint;
-- `unreachable`, `status.503`, `no_receipt`
alter table outbox_batch add column problem text;
