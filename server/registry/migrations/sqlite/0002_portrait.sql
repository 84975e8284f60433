-- Portraits (R80). Its twin stands in ../postgres with the same number and name.
-- The bytes are a blob, named by their SHA-256; the row comes after the blob, and a blob without a row is harmless.

-- The present portrait of a person, and those before it: what was printed on a card is named by its hash for good.
create table portrait (
    id integer primary key,
    person_id integer not null references person (id),
    sha256 blob not null check (length(sha256) = 32),
    bytes integer not null check (bytes > 0),
    width integer not null check (width >= 600),
    height integer not null check (height * 3 = width * 4),
    added_at integer not null,
    added_by integer references account (id),
    replaced_at integer check (replaced_at >= added_at)
) strict;
create unique index portrait_present on portrait (person_id) where replaced_at is null;
create index portrait_person on portrait (person_id);
create index portrait_sha256 on portrait (sha256);
