-- Work on a selection: what somebody wanted done to each, and what became of it. No personal data.
create table bulk (
    id integer primary key,
    account_id integer not null references account (id),
    task text not null,
    -- code of the reason, where the task has one: `first_issue.roll_out`, `card_lost`
    reason text,
    created_at integer not null,
    -- somebody stopped it; it goes on when they say so
    stopped_at integer
) strict;
create index bulk_account on bulk (account_id, id);
create table bulk_item (
    bulk_id integer not null references bulk (id),
    -- place in the selection, from 1
    at integer not null,
    person_id integer not null references person (id),
    card_id integer references card (id),
    -- version of the card as it was chosen
    version integer not null,
    serial text,
    -- null while it waits, '' when it is done, else the failure as JSON
    answer text,
    done_at integer,
    primary key (bulk_id, at)
) strict;
