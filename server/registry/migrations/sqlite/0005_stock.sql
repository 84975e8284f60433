-- Stock of blank cards (R34-R39, R92-R103, R176). Its twin stands in ../postgres with the same number and name.

-- Minutes of destruction are numbered in order and without gaps (R39).
insert into counter (name, last, ceiling) values ('destruction_minutes', 0, 999999);

-- The catalogue: what 838/QĐ-BNV says of a blank, as the supplier's papers state it. Measures in micrometres.
create table blank_type (
    id integer primary key,
    code text not null unique,
    name text not null,
    supplier text not null,
    chip text not null check (chip in ('raised', 'embedded', 'none')),
    interface text not null check (interface in ('contactless', 'dual', 'none')),
    chip_model text,
    memory_kb integer check (memory_kb in (2, 4, 8, 16)),
    material text not null,
    surface text not null check (surface in ('matt', 'gloss')),
    length_um integer not null,
    width_um integer not null,
    thickness_um integer not null,
    appraisal text,
    note text,
    version integer not null default 1,
    created_at integer not null,
    check ((chip = 'none') = (interface = 'none'))
) strict;

-- Where blanks lie: stores and issuing stations, each of a unit. quota: the most that may lie there or be on the way there.
create table stock_place (
    id integer primary key,
    name text not null unique,
    unit_id integer not null references unit (id),
    kind text not null check (kind in ('store', 'station')),
    quota integer check (quota > 0),
    minimum integer check (minimum > 0),
    version integer not null default 1,
    created_at integer not null
) strict;
create index stock_place_unit on stock_place (unit_id);

create table blank_lot (
    id integer primary key,
    number text not null,
    supplier text not null,
    supplier_folded text not null,
    type_id integer not null references blank_type (id),
    place_id integer not null references stock_place (id),
    document text not null,
    received_on text not null,
    stated integer not null check (stated > 0),
    counted integer not null check (counted > 0),
    note text,
    state text not null check (state in ('received', 'accepted', 'sent_back')),
    checks text not null default '',
    entered_at integer not null,
    entered_by integer references account (id),
    decided_at integer,
    decided_by integer references account (id),
    decision_note text,
    version integer not null default 1,
    constraint blank_lot_number_key unique (supplier_folded, number),
    check ((state = 'received') = (decided_at is null))
) strict;
create index blank_lot_place on blank_lot (place_id);
create index blank_lot_waiting on blank_lot (received_on) where state = 'received';

-- Numbered minutes with their list; the witness confirms, and only then the blanks are destroyed.
create table destruction (
    id integer primary key,
    number text not null unique,
    place_id integer not null references stock_place (id),
    on_day text not null,
    method text not null,
    count integer not null check (count > 0),
    state text not null check (state in ('waiting', 'done', 'refused')),
    made_at integer not null,
    made_by integer references account (id),
    ended_at integer,
    ended_by integer references account (id),
    reason text,
    version integer not null default 1,
    check ((state = 'waiting') = (ended_at is null))
) strict;
create index destruction_waiting on destruction (made_at) where state = 'waiting';

-- One blank. held_for: what it is reserved or was used for, `card:12`.
create table blank (
    id integer primary key,
    serial text not null unique,
    type_id integer not null references blank_type (id),
    lot_id integer not null references blank_lot (id),
    place_id integer not null references stock_place (id),
    state text not null check (state in ('received', 'on_hand', 'spare', 'moving', 'reserved', 'used', 'spoiled', 'destroyed',
        'missing', 'sent_back')),
    reason text check (reason in ('misprint', 'damaged', 'chip_fault', 'other')),
    held_for text,
    destruction_id integer references destruction (id),
    version integer not null default 1
) strict;
create index blank_place on blank (place_id, state, type_id, serial);
create index blank_lot_id on blank (lot_id, serial);
create index blank_destruction on blank (destruction_id) where destruction_id is not null;

create table destruction_blank (
    destruction_id integer not null references destruction (id),
    blank_id integer not null references blank (id),
    primary key (destruction_id, blank_id)
) strict, without rowid;
create trigger destruction_blank_no_update before update on destruction_blank begin select raise(abort, 'minutes are append-only'); end;
create trigger destruction_blank_no_delete before delete on destruction_blank begin select raise(abort, 'minutes are append-only'); end;

-- On the way from one place to another, until the other confirms.
create table blank_transfer (
    id integer primary key,
    from_place integer not null references stock_place (id),
    to_place integer not null references stock_place (id),
    count integer not null check (count > 0),
    document text,
    state text not null check (state in ('sent', 'arrived', 'turned_back')),
    sent_at integer not null,
    sent_by integer references account (id),
    ended_at integer,
    ended_by integer references account (id),
    note text,
    version integer not null default 1,
    check (from_place <> to_place),
    check ((state = 'sent') = (ended_at is null))
) strict;
create index blank_transfer_waiting on blank_transfer (to_place) where state = 'sent';

create table stock_count (
    id integer primary key,
    place_id integer not null references stock_place (id),
    on_day text not null,
    expected integer not null,
    found integer not null,
    missing integer not null,
    found_again integer not null,
    strange text not null,
    note text,
    at integer not null,
    account_id integer references account (id)
) strict;
create index stock_count_place on stock_count (place_id, at);

-- The ledger, in double entry: so many blanks of one type leave one account and enter another. An account is a state at a
-- place; the supplier's has neither. What was received is what the supplier's account has given.
create table blank_movement (
    id integer primary key,
    at integer not null,
    day text not null,
    event text not null,
    type_id integer not null references blank_type (id),
    from_state text,
    from_place integer references stock_place (id),
    to_state text not null,
    to_place integer not null references stock_place (id),
    count integer not null check (count > 0),
    document text,
    reason text,
    note text,
    account_id integer references account (id),
    check ((from_state is null) = (from_place is null))
) strict;
create index blank_movement_day on blank_movement (day);
create index blank_movement_document on blank_movement (document);
create trigger blank_movement_no_update before update on blank_movement begin select raise(abort, 'the ledger is append-only'); end;
create trigger blank_movement_no_delete before delete on blank_movement begin select raise(abort, 'the ledger is append-only'); end;

-- Which blanks moved.
create table blank_moved (
    movement_id integer not null references blank_movement (id),
    blank_id integer not null references blank (id),
    primary key (blank_id, movement_id)
) strict, without rowid;
create index blank_moved_movement on blank_moved (movement_id);
create trigger blank_moved_no_update before update on blank_moved begin select raise(abort, 'the ledger is append-only'); end;
create trigger blank_moved_no_delete before delete on blank_moved begin select raise(abort, 'the ledger is append-only'); end;
