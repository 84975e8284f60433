-- Chips of cards in the field, and what is looked at before a card becomes active. Its twin stands in ../sqlite with the same number and name.

-- wiped_at: since when the chip is being wiped, or is; it becomes no card again. signed_set: the key set whose signer signed what is on it;
-- null while that is being written anew.
alter table chip add column wiped_at bigint;
alter table chip add column signed_set bigint check (signed_set between 1 and 126);
update chip set signed_set = key_set where state = 'issued';

-- The key sets whose keys may be on a chip (chip::plan::sets): several while they are being changed.
create table chip_set (
    uid text not null references chip (uid),
    set_version bigint not null check (set_version between 1 and 126),
    primary key (uid, set_version)
);
insert into chip_set (uid, set_version) select uid, key_set from chip where key_set is not null;
create index chip_set_version on chip_set (set_version);

-- What the province asks for before a card becomes active. witness: a second person has looked at what was read back from its chip.
create table issue_rule (
    name text primary key check (name in ('witness')),
    required bigint not null default 0 check (required in (0, 1)),
    changed_at bigint,
    changed_by text,
    version bigint not null default 1
);
insert into issue_rule (name) values ('witness');

-- What was looked at, of the card as it was printed on that blank: what its chip held when the witness looked (SHA-256), and whether the
-- printed code, read again, is the card's.
create table card_look (
    card_id bigint primary key references card (id),
    blank_serial text not null,
    witnessed bytea check (length(witnessed) = 32),
    witnessed_at bigint,
    witnessed_by bigint references account (id),
    code_fits bigint check (code_fits in (0, 1)),
    code_read_at bigint,
    code_read_by bigint references account (id),
    check ((witnessed is null) = (witnessed_at is null)),
    check ((code_fits is null) = (code_read_at is null))
);
