-- What the national database says of people, as its last export had it (R72, C26). Its twin stands in ../sqlite with the same number and name.

-- null: the export says nothing of it. What differs from what is held in capitals alone is kept as it is held.
create table national_record (
    person_id bigint primary key references person (id),
    name text,
    sex text check (sex in ('male', 'female')),
    born_on text,
    citizen_id text,
    position text,
    unit_code text,
    loaded_at bigint not null,
    loaded_by text not null,
    -- the document by which the national database was asked to take over what is held here
    document text,
    reported_at bigint,
    reported_by text,
    version bigint not null default 1,
    check ((document is null) = (reported_at is null))
);

alter table import_mapping drop constraint import_mapping_kind_check;
alter table import_mapping add constraint import_mapping_kind_check check (kind in ('units', 'people', 'national'));
alter table import_run drop constraint import_run_kind_check;
alter table import_run add constraint import_run_kind_check check (kind in ('units', 'people', 'national'));
