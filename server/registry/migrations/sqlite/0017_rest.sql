-- Imports in batches, the lists that a request stood on, a handover that came to nothing. Its twin stands in ../postgres with the same number and name.

-- account_id: who began it on the page; null for the command line. failure: why it waits, as JSON.
alter table import_run add column account_id integer references account (id);
alter table import_run add column existing integer not null default 0;
alter table import_run add column faulty integer not null default 0;
alter table import_run add column cancelled_at integer;
alter table import_run add column failure text;
-- Rows that wait to be imported, a batch in a transaction. They are taken out with it: what is left is their report.
create table import_batch (
    run_id integer not null references import_run (id),
    at integer not null,
    size integer not null,
    -- JSON; null when the batch is done, and when the run was cancelled
    rows_waiting text,
    rows_told text not null,
    added integer not null default 0,
    changed integer not null default 0,
    existing integer not null default 0,
    faulty integer not null default 0,
    done_at integer,
    primary key (run_id, at)
) strict;

-- Which lists a request stands, or stood, on (R22). left_at: when it went back, or to another list.
create table listing (
    dossier_id integer not null references dossier (id),
    request_id integer not null references request (id),
    left_at integer,
    primary key (dossier_id, request_id)
) strict;
create index listing_request on listing (request_id);
insert into listing (dossier_id, request_id) select dossier_id, id from request where dossier_id is not null;

-- A handover may end without a single card having reached its holder.
create table handover_wider (
    id integer primary key,
    number text not null unique,
    unit_id integer not null references unit (id),
    state text not null check (state in ('draft', 'given', 'disputed', 'received', 'delivered', 'cancelled', 'failed')),
    discrepancy text,
    settled text,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    given_at integer,
    given_by integer references account (id),
    received_at integer,
    received_by integer references account (id),
    due_at integer,
    from_unit_id integer references unit (id),
    check (given_by is null or received_by is null or given_by <> received_by)
) strict;
insert into handover_wider select id, number, unit_id, state, discrepancy, settled, version, created_at, created_by, given_at,
    given_by, received_at, received_by, due_at, from_unit_id from handover;
create table handover_card_wider (
    handover_id integer not null references handover_wider (id),
    card_id integer not null references card (id),
    found integer,
    delivered_at integer,
    delivered_by integer references account (id),
    held integer not null default 1 check (held in (0, 1)),
    primary key (handover_id, card_id)
) strict;
insert into handover_card_wider select handover_id, card_id, found, delivered_at, delivered_by, held from handover_card;
drop table handover_card;
drop table handover;
alter table handover_wider rename to handover;
alter table handover_card_wider rename to handover_card;
create index handover_unit on handover (unit_id, state);
create index handover_state on handover (state, due_at);
create index handover_card_card on handover_card (card_id);
create unique index handover_card_held on handover_card (card_id) where held = 1;
update handover set state = 'failed' where state = 'delivered'
    and not exists (select 1 from handover_card c where c.handover_id = handover.id and c.delivered_at is not null);
