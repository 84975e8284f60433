-- For how long what is kept (Luật 91/2025/QH15, Điều 14). Its twin stands in ../sqlite with the same number and name.

-- days: null while no term is set. basis: the document that sets it.
create table retention_rule (
    subject text primary key check (subject in ('leaver', 'ended_request_scan', 'import_report', 'bulk_report')),
    days bigint check (days between 1 and 36525),
    basis text,
    changed_at bigint,
    changed_by text,
    version bigint not null default 1
);
insert into retention_rule (subject) values ('leaver'), ('ended_request_scan'), ('import_report'), ('bulk_report');
create index person_left on person (left_on) where left_on is not null and erased_at is null;
