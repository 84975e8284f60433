-- Whether a certificate is used (R129, R135). Its twin stands in ../sqlite with the same number and name.

-- in_use_since: the day on which its keeper had it, as far as the records know. used_on: the last day on which somebody is known to have
-- signed with it. Both ISO dates.
alter table certificate add column in_use_since text;
alter table certificate add column used_on text;
update certificate set in_use_since = to_char(to_timestamp(created_at / 1000 + 25200) at time zone 'UTC', 'YYYY-MM-DD') where state = 'in_use';
create index certificate_quiet on certificate (coalesce(used_on, in_use_since)) where state = 'in_use';
-- units without any are looked for by kind
create index certificate_live on certificate (unit_id, kind) where state in ('received', 'in_use');
