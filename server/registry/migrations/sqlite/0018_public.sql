-- What the public page needs. Its twin stands in ../postgres with the same number and name.

-- Which cards and chips changed, for processes that hold all cards in memory: each reads on from where it was (R89). Rows of the last hour
-- are kept, and no backup has them. mark: rises from commit to commit.
create table public_change (
    mark integer primary key autoincrement,
    card_id integer,
    uid text,
    at integer not null default (unixepoch()),
    check ((card_id is null) <> (uid is null))
) strict;

create trigger card_public_added after insert on card begin
    insert into public_change (card_id) values (new.id);
end;
create trigger card_public_changed after update of state, changed_at, expires_at, number, snapshot, type, blank_serial on card begin
    insert into public_change (card_id) values (new.id);
end;
-- a card that takes the place of another one changes what is told of that
create trigger card_public_replaced after update of state on card when new.replaces is not null begin
    insert into public_change (card_id) values (new.replaces);
end;
create trigger chip_public_added after insert on chip begin
    insert into public_change (uid) values (new.uid);
end;
create trigger chip_public_changed after update of card_id, blank_id, key_set, state on chip begin
    insert into public_change (uid) values (new.uid);
end;
create index card_replaces on card (replaces) where replaces is not null;

-- The last counter with which a chip proved a tap (SDMReadCtr), and when: a lower one is old, the same a copy. No audit entry: nothing
-- changes by a tap.
create table chip_tap (
    uid text primary key references chip (uid),
    counter integer not null check (counter between 0 and 16777215),
    at integer not null
) strict, without rowid;

-- Keys with which other programs ask for states of cards (door and document systems). token_hash: SHA-256 of the key, which was shown once.
-- scopes: names between spaces. quota: cards a minute.
create table api_key (
    id integer primary key,
    name text not null,
    scopes text not null,
    quota integer not null check (quota between 1 and 60000),
    token_hash blob not null unique check (length(token_hash) = 32),
    made_at integer not null,
    made_by integer references account (id),
    withdrawn_at integer,
    withdrawn_by integer references account (id)
) strict;
