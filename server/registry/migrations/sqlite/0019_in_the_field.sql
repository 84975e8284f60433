-- Chips of cards in the field, and what is looked at before a card becomes active. Its twin stands in ../postgres with the same number and name.

-- wiped_at: since when the chip is being wiped, or is; it becomes no card again. signed_set: the key set whose signer signed what is on it;
-- null while that is being written anew.
alter table chip add column wiped_at integer;
alter table chip add column signed_set integer check (signed_set between 1 and 126);
update chip set signed_set = key_set where state = 'issued';

-- The key sets whose keys may be on a chip (chip::plan::sets): several while they are being changed.
create table chip_set (
    uid text not null references chip (uid),
    set_version integer not null check (set_version between 1 and 126),
    primary key (uid, set_version)
) strict, without rowid;
insert into chip_set (uid, set_version) select uid, key_set from chip where key_set is not null;
create index chip_set_version on chip_set (set_version);

-- What the province asks for before a card becomes active. witness: a second person has looked at what was read back from its chip.
create table issue_rule (
    name text primary key check (name in ('witness')),
    required integer not null default 0 check (required in (0, 1)),
    changed_at integer,
    changed_by text,
    version integer not null default 1
) strict;
insert into issue_rule (name) values ('witness');

-- What was looked at, of the card as it was printed on that blank: what its chip held when the witness looked (SHA-256), and whether the
-- printed code, read again, is the card's.
create table card_look (
    card_id integer primary key references card (id),
    blank_serial text not null,
    witnessed blob check (length(witnessed) = 32),
    witnessed_at integer,
    witnessed_by integer references account (id),
    code_fits integer check (code_fits in (0, 1)),
    code_read_at integer,
    code_read_by integer references account (id),
    check ((witnessed is null) = (witnessed_at is null)),
    check ((code_fits is null) = (code_read_at is null))
) strict;
