-- What the public page needs. Its twin stands in ../sqlite with the same number and name.

-- Which cards and chips changed, for processes that hold all cards in memory: each reads on from where it was (R89). Rows of the last hour
-- are kept, and no backup has them. mark: the transaction that wrote it, so that one which began earlier and ends later is not missed.
create table public_change (
    id bigint generated always as identity primary key,
    mark bigint not null default (pg_current_xact_id()::text::bigint),
    card_id bigint,
    uid text,
    at bigint not null default (extract(epoch from now())::bigint),
    check ((card_id is null) <> (uid is null))
);
create index public_change_mark on public_change (mark);
create index public_change_at on public_change (at);

create function note_public_card() returns trigger language plpgsql as $$
begin
    insert into public_change (card_id) values (new.id);
    -- a card that takes the place of another one changes what is told of that
    if tg_op = 'UPDATE' and new.replaces is not null then
        insert into public_change (card_id) values (new.replaces);
    end if;
    return null;
end $$;
create function note_public_chip() returns trigger language plpgsql as $$
begin
    insert into public_change (uid) values (new.uid);
    return null;
end $$;
create trigger card_public_added after insert on card for each row execute function note_public_card();
create trigger card_public_changed after update of state, changed_at, expires_at, number, snapshot, type, blank_serial on card
for each row execute function note_public_card();
create trigger chip_public_added after insert on chip for each row execute function note_public_chip();
create trigger chip_public_changed after update of card_id, blank_id, key_set, state on chip
for each row execute function note_public_chip();
create index card_replaces on card (replaces) where replaces is not null;

-- The last counter with which a chip proved a tap (SDMReadCtr), and when: a lower one is old, the same a copy. No audit entry: nothing
-- changes by a tap.
create table chip_tap (
    uid text primary key references chip (uid),
    counter bigint not null check (counter between 0 and 16777215),
    at bigint not null
);
