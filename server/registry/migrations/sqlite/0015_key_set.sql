-- The cards' key sets, and ceremonies in which they are drawn. No key stands here. Its twin stands in ../postgres with the same number and name.

-- decision: the document by which the ceremony is held. set_id, check_values, public_key: of the draft, once it is drawn.
create table key_ceremony (
    id integer primary key,
    set_version integer not null check (set_version between 1 and 126),
    state text not null check (state in ('proposed', 'agreed', 'drawn', 'kept', 'refused', 'broken_off')),
    decision text not null,
    set_id blob check (length(set_id) = 5),
    check_values text,
    public_key blob check (length(public_key) = 32),
    proposed_at integer not null,
    proposed_by integer references account (id),
    decided_at integer,
    decided_by integer references account (id),
    drawn_at integer,
    ended_at integer,
    ended_by integer references account (id),
    reason text,
    version integer not null default 1
) strict;
-- one at a time
create unique index key_ceremony_under_way on key_ceremony ((ended_at is null)) where ended_at is null;

-- component, share: sealed by the vault, and gone as soon as they are not needed. actor: the person, whatever the account.
create table key_custodian (
    ceremony_id integer not null references key_ceremony (id),
    number integer not null check (number between 1 and 3),
    account_id integer not null references account (id),
    actor text not null,
    component blob,
    given_at integer,
    share blob,
    shown_at integer,
    confirmed_at integer,
    primary key (ceremony_id, number),
    unique (ceremony_id, actor),
    check (component is null or given_at is not null),
    check (share is null or confirmed_at is null)
) strict, without rowid;

-- demonstration: drawn without custodians, so that nobody has shares of it.
create table key_set (
    set_version integer primary key check (set_version between 1 and 126),
    set_id blob not null check (length(set_id) = 5),
    state text not null check (state in ('prepared', 'in_use', 'retired', 'destroyed')),
    check_values text not null,
    public_key blob not null check (length(public_key) = 32),
    key_id blob not null check (length(key_id) = 4),
    ceremony_id integer references key_ceremony (id),
    demonstration integer not null default 0 check (demonstration in (0, 1)),
    prepared_at integer not null,
    used_at integer,
    used_by integer references account (id),
    retired_at integer,
    retired_by integer references account (id),
    destroyed_at integer,
    destroyed_by integer references account (id),
    reason text,
    version integer not null default 1
) strict;
-- cards are issued with one set
create unique index key_set_in_use on key_set (state) where state = 'in_use';
-- which draw it was, and what its signatures are checked with, is known for ever
create trigger key_set_no_delete before delete on key_set begin select raise(abort, 'a key set is never forgotten'); end;
create trigger key_set_same before update on key_set
when new.set_version <> old.set_version or new.set_id <> old.set_id or new.public_key <> old.public_key
    or new.key_id <> old.key_id or new.check_values <> old.check_values
begin
    select raise(abort, 'a key set stays which it is');
end;

-- The first of two shares, until the second comes or its time is over. Sealed by the vault.
create table key_restore (
    set_version integer primary key references key_set (set_version),
    account_id integer not null references account (id),
    actor text not null,
    share blob not null,
    at integer not null
) strict;
