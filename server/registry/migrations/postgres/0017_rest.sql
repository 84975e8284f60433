-- Imports in batches, the lists that a request stood on, a handover that came to nothing. Its twin stands in ../sqlite with the same number and name.

-- account_id: who began it on the page; null for the command line. failure: why it waits, as JSON.
alter table import_run add column account_id bigint references account (id);
alter table import_run add column existing bigint not null default 0;
alter table import_run add column faulty bigint not null default 0;
alter table import_run add column cancelled_at bigint;
alter table import_run add column failure text;
-- Rows that wait to be imported, a batch in a transaction. They are taken out with it: what is left is their report.
create table import_batch (
    run_id bigint not null references import_run (id),
    at bigint not null,
    size bigint not null,
    -- JSON; null when the batch is done, and when the run was cancelled
    rows_waiting text,
    rows_told text not null,
    added bigint not null default 0,
    changed bigint not null default 0,
    existing bigint not null default 0,
    faulty bigint not null default 0,
    done_at bigint,
    primary key (run_id, at)
);

-- Which lists a request stands, or stood, on (R22). left_at: when it went back, or to another list.
create table listing (
    dossier_id bigint not null references dossier (id),
    request_id bigint not null references request (id),
    left_at bigint,
    primary key (dossier_id, request_id)
);
create index listing_request on listing (request_id);
insert into listing (dossier_id, request_id) select dossier_id, id from request where dossier_id is not null;

-- A handover may end without a single card having reached its holder.
alter table handover drop constraint handover_state_check;
alter table handover add constraint handover_state_check
    check (state in ('draft', 'given', 'disputed', 'received', 'delivered', 'cancelled', 'failed'));
update handover set state = 'failed' where state = 'delivered'
    and not exists (select 1 from handover_card c where c.handover_id = handover.id and c.delivered_at is not null);
