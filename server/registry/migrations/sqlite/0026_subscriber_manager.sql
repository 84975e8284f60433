-- What the subscriber manager's work needs besides: certificates that come in from tables (R119, R134), the public information page (R66, R159),
-- who is subscriber manager by which document (R171). Its twin stands in ../postgres with the same number and name.

create table import_mapping_wider (
    id integer primary key,
    kind text not null check (kind in ('units', 'people', 'national', 'certificates')),
    source text not null,
    source_folded text not null,
    columns text not null,
    changed_at integer not null,
    changed_by text not null,
    unique (kind, source_folded)
) strict;
insert into import_mapping_wider select id, kind, source, source_folded, columns, changed_at, changed_by from import_mapping;
drop table import_mapping;
alter table import_mapping_wider rename to import_mapping;

-- batches name their run, so both are made anew
create table import_run_wider (
    id integer primary key,
    kind text not null check (kind in ('units', 'people', 'national', 'certificates')),
    rows_told text not null,
    imported_at integer not null,
    imported_by text not null,
    account_id integer references account (id),
    existing integer not null default 0,
    faulty integer not null default 0,
    cancelled_at integer,
    failure text
) strict;
create table import_batch_wider (
    run_id integer not null references import_run_wider (id),
    at integer not null,
    size integer not null,
    -- JSON; null when the batch is done, and when the run was cancelled
    rows_waiting text,
    rows_told text not null,
    added integer not null default 0,
    changed integer not null default 0,
    existing integer not null default 0,
    faulty integer not null default 0,
    done_at integer,
    primary key (run_id, at)
) strict;
insert into import_run_wider (id, kind, rows_told, imported_at, imported_by, account_id, existing, faulty, cancelled_at, failure)
    select id, kind, rows_told, imported_at, imported_by, account_id, existing, faulty, cancelled_at, failure from import_run;
insert into import_batch_wider (run_id, at, size, rows_waiting, rows_told, added, changed, existing, faulty, done_at)
    select run_id, at, size, rows_waiting, rows_told, added, changed, existing, faulty, done_at from import_batch;
drop table import_batch;
drop table import_run;
alter table import_run_wider rename to import_run;
alter table import_batch_wider rename to import_batch;

-- one record a certificate, whether a table or its file told of it first
create index certificate_serial on certificate (serial);

-- Each time the page was published, in Markdown; the newest is shown.
create table information_page (
    id integer primary key,
    vi text not null,
    en text not null,
    published_at integer not null,
    published_by integer references account (id)
) strict;

-- Who is subscriber manager by delegation. office: `model::certificate::regime::ManagerOffice`; unit_id: the unit which that is; day and the
-- others: ISO dates; regime: the law under which it was given, whose default it takes the place of. ended_on: when it was ended before its time.
create table manager_delegation (
    id integer primary key,
    office text not null check (office in ('home_affairs', 'office', 'information')),
    unit_id integer not null references unit (id),
    number text not null,
    day text not null,
    authority text not null,
    valid_from text not null,
    valid_until text,
    regime text not null,
    ended_on text,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    check (valid_until is null or valid_until >= valid_from)
) strict;
