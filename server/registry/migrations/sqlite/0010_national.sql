-- What the national database says of people, as its last export had it (R72, C26). Its twin stands in ../postgres with the same number and name.

-- null: the export says nothing of it. What differs from what is held in capitals alone is kept as it is held.
create table national_record (
    person_id integer primary key references person (id),
    name text,
    sex text check (sex in ('male', 'female')),
    born_on text,
    citizen_id text,
    position text,
    unit_code text,
    loaded_at integer not null,
    loaded_by text not null,
    -- the document by which the national database was asked to take over what is held here
    document text,
    reported_at integer,
    reported_by text,
    version integer not null default 1,
    check ((document is null) = (reported_at is null))
) strict;

create table import_mapping_wider (
    id integer primary key,
    kind text not null check (kind in ('units', 'people', 'national')),
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

create table import_run_wider (
    id integer primary key,
    kind text not null check (kind in ('units', 'people', 'national')),
    rows_told text not null,
    imported_at integer not null,
    imported_by text not null
) strict;
insert into import_run_wider select id, kind, rows_told, imported_at, imported_by from import_run;
drop table import_run;
alter table import_run_wider rename to import_run;
