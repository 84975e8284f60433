-- Events for the Ministry's card database (R106), and the days that its clock counts. Its twin stands in ../postgres with the same number and name.

-- Days that are not what their day of the week says. Holidays that follow the moon are entered each year when they are announced.
create table holiday (
    day text primary key,
    name text not null,
    worked integer not null default 0 check (worked in (0, 1))
) strict;
insert into holiday (day, name) values
    ('2026-01-01', 'Tết Dương lịch'), ('2026-04-30', 'Ngày Chiến thắng'), ('2026-05-01', 'Ngày Quốc tế lao động'),
    ('2026-09-02', 'Quốc khánh'), ('2027-01-01', 'Tết Dương lịch'), ('2027-04-30', 'Ngày Chiến thắng'),
    ('2027-05-01', 'Ngày Quốc tế lao động'), ('2027-09-02', 'Quốc khánh'), ('2028-01-01', 'Tết Dương lịch'),
    ('2028-04-30', 'Ngày Chiến thắng'), ('2028-05-01', 'Ngày Quốc tế lao động'), ('2028-09-02', 'Quốc khánh');

-- Events that were handed over together, as one file. sha256: of the file as it was made.
create table outbox_batch (
    id integer primary key,
    made_at integer not null,
    made_by integer references account (id),
    events integer not null check (events > 0),
    sha256 blob not null check (length(sha256) = 32),
    receipt text,
    received_at integer,
    returned_at integer,
    answer text,
    version integer not null default 1,
    check (receipt is null or returned_at is null)
) strict;

-- What is to be told to others, once: written in the transaction of what it tells. What a card says is read when the file is made, so
-- that nothing of it stays here when a person is erased.
create table outbox (
    id integer primary key,
    kind text not null check (kind in ('register', 'issue', 'exchange', 'reissue', 'lock', 'unlock', 'invalidate', 'recover')),
    card_id integer not null references card (id),
    happened_at integer not null,
    due_on text not null,
    batch_id integer references outbox_batch (id),
    received_at integer,
    tries integer not null default 0
) strict;
create index outbox_waiting on outbox (due_on, id) where batch_id is null;
create index outbox_batch_id on outbox (batch_id);
create index outbox_card on outbox (card_id);
