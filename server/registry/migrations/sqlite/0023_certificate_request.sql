-- Requests for certificates on their way to the certification authority and back (R118, R119, R138). Its twin stands in ../postgres with the
-- same number and name.

-- A list of requests with its letter, which the subscriber manager sends. recipient: the authority.
create table certificate_list (
    id integer primary key,
    unit_id integer not null references unit (id),
    title text not null,
    state text not null check (state in ('draft', 'sent', 'answered', 'dissolved')),
    recipient text,
    letter_number text,
    letter_day text,
    signer text,
    due_at integer,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    sent_at integer,
    check (state not in ('sent', 'answered') or letter_number is not null)
) strict;
create unique index certificate_list_letter_number_key on certificate_list (unit_id, letter_number) where letter_number is not null;

-- certificate_id: the certificate that it is about; brought_id: the one that came. regime: the law by which it was asked for. answer: what was
-- said of it last, by whoever reviewed it or by the authority, whose document is reply_number of reply_day.
create table certificate_request (
    id integer primary key,
    operation text not null check (operation in ('new', 'renew', 'change', 'revoke', 'restore')),
    kind text not null check (kind in ('organisation', 'person', 'device')),
    unit_id integer not null references unit (id),
    person_id integer references person (id),
    device text,
    keeper_id integer references person (id),
    certificate_id integer references certificate (id),
    brought_id integer references certificate (id),
    regime text not null,
    reason text,
    answer text,
    state text not null check (state in
        ('asked', 'endorsed', 'sent_back', 'accepted', 'listed', 'sent', 'granted', 'received', 'done', 'refused', 'withdrawn')),
    list_id integer references certificate_list (id),
    reply_number text,
    reply_day text,
    minutes_number text,
    minutes_day text,
    due_at integer,
    asked_by integer references account (id),
    version integer not null default 1,
    asked_at integer not null,
    changed_at integer not null,
    check ((kind = 'person') = (person_id is not null)),
    check ((operation = 'new') = (certificate_id is null))
) strict;
create index certificate_request_unit on certificate_request (unit_id, state);
create index certificate_request_state on certificate_request (state, due_at);
create index certificate_request_list on certificate_request (list_id) where list_id is not null;
create index certificate_request_person on certificate_request (person_id) where person_id is not null;
create index certificate_request_brought on certificate_request (brought_id) where brought_id is not null;
-- nothing is asked for twice at the same time
create unique index certificate_request_certificate_key on certificate_request (certificate_id)
    where certificate_id is not null and state not in ('done', 'refused', 'withdrawn');
create unique index certificate_request_person_key on certificate_request (person_id)
    where operation = 'new' and person_id is not null and state not in ('done', 'refused', 'withdrawn');
