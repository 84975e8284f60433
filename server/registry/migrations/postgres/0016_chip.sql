-- Chips of cards, and what was done to each (chip::plan). Its twin stands in ../sqlite with the same number and name.

-- uid: seven bytes as capital hexadecimal digits. state: what the journal says that the chip is. content: SHA-256 of what it was given
-- (chip::content::Content::hash), which names nobody; host: where its link leads. The card and the blank that it was made or is being made for.
create table chip (
    uid text primary key check (length(uid) = 14),
    card_id bigint references card (id),
    blank_id bigint references blank (id),
    profile text check (profile in ('A', 'B', 'C')),
    key_set bigint check (key_set between 1 and 126),
    content bytea check (length(content) = 32),
    host text,
    state text not null check (state in ('unknown', 'blank', 'making', 'made', 'issued', 'blanking')),
    -- how often it was written, and for how long in all
    tries bigint not null default 0,
    milliseconds bigint not null default 0,
    changed_at bigint not null,
    check (state <> 'issued' or content is not null)
);
create index chip_card on chip (card_id) where card_id is not null;

-- The journal, in the order of nth from 0: chip::plan::Entry as JSON. Written before what it speaks of is sent to the chip. It holds hashes,
-- versions of keys and names of files: no key, and nothing about anybody.
create table chip_entry (
    uid text not null references chip (uid),
    nth bigint not null check (nth >= 0),
    entry text not null,
    at bigint not null,
    by_account bigint references account (id),
    primary key (uid, nth)
);
create trigger chip_entry_no_update before update on chip_entry for each row execute function refuse('the journal of a chip is append-only');
create trigger chip_entry_no_delete before delete on chip_entry for each row execute function refuse('the journal of a chip is append-only');
create trigger chip_entry_no_truncate before truncate on chip_entry for each statement execute function refuse('the journal of a chip is append-only');
