-- What the columns of a source of imports are, as somebody said: {"folded heading": "field"}, "" for one that is left out.
create table import_mapping (
    id integer primary key,
    kind text not null check (kind in ('units', 'people')),
    source text not null,
    source_folded text not null,
    columns text not null,
    changed_at integer not null,
    changed_by text not null,
    unique (kind, source_folded)
) strict;

-- What became of each row of an import, for its report: lines, outcomes, codes and remarks, no personal data.
create table import_run (
    id integer primary key,
    kind text not null check (kind in ('units', 'people')),
    rows_told text not null,
    imported_at integer not null,
    imported_by text not null
) strict;
