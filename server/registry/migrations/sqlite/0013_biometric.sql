-- Biometric and app-based entry systems that are given people's data, with consent and log (R113). Its twin stands in ../postgres with
-- the same number and name.

-- A system at a unit's doors. It never changes: people consent to what they have read, and other fields are another system.
create table entry_system (
    id integer primary key,
    unit_id integer not null references unit (id),
    name text not null,
    purpose text not null,
    -- who runs it, and who answers questions about it
    operator text not null,
    contact text not null,
    -- names of model::biometric::ExportField, with a space between them
    fields text not null,
    state text not null check (state in ('asked', 'approved', 'refused', 'ended')),
    answer text,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    decided_at integer,
    decided_by integer references account (id),
    ended_at integer,
    check (decided_by is null or created_by is null or decided_by <> created_by)
) strict;
create index entry_system_unit on entry_system (unit_id);
create index entry_system_state on entry_system (state, created_at);

-- What somebody answered; each answer is a row, the last one counts.
create table consent (
    id integer primary key,
    system_id integer not null references entry_system (id),
    person_id integer not null references person (id),
    answer text not null check (answer in ('given', 'refused', 'withdrawn')),
    at integer not null,
    by_account integer references account (id),
    -- the day on a signed paper; null for an answer in the portal
    signed_on text
) strict;
create index consent_system on consent (system_id, person_id, id);
create index consent_person on consent (person_id, id);

-- A file that was taken. sha256: of the file as it left.
create table biometric_export (
    id integer primary key,
    system_id integer not null references entry_system (id),
    at integer not null,
    by_account integer references account (id),
    people integer not null check (people >= 0),
    withdrawn integer not null check (withdrawn >= 0),
    sha256 blob not null check (length(sha256) = 32)
) strict;
create index biometric_export_system on biometric_export (system_id, id);
create table biometric_exported (
    export_id integer not null references biometric_export (id),
    person_id integer not null references person (id),
    -- 0: their data were in the file; 1: the file says that they are to be deleted there
    withdrawn integer not null check (withdrawn in (0, 1)),
    primary key (export_id, person_id)
) strict;
create index biometric_exported_person on biometric_exported (person_id, export_id);

-- A signed consent is one more kind of file. SQLite changes no check constraint: the table is made anew. No other table refers to it.
create table attachment_wider (
    id integer primary key,
    object text not null,
    purpose text not null check (purpose in ('scan', 'letter', 'minutes', 'evidence', 'consent')),
    sha256 blob not null check (length(sha256) = 32),
    bytes integer not null check (bytes > 0),
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    person_id integer references person (id),
    added_at integer not null,
    added_by integer references account (id)
) strict;
insert into attachment_wider (id, object, purpose, sha256, bytes, media_type, person_id, added_at, added_by)
    select id, object, purpose, sha256, bytes, media_type, person_id, added_at, added_by from attachment;
drop table attachment;
alter table attachment_wider rename to attachment;
create index attachment_object on attachment (object);
create index attachment_person on attachment (person_id);
create index attachment_sha256 on attachment (sha256);
