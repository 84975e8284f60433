-- Plans of certificates: what is asked for by year, operation, kind, group of units and position, and what it costs (R122–R127, R160). Its
-- twin stands in ../postgres with the same number and name.

-- words: the choice of words in which its amounts are written. goal: certificates that it wants in all (R139). document: by which it was
-- fixed. remark: what was said of it last.
create table certificate_plan (
    id integer primary key,
    unit_id integer not null references unit (id),
    title text not null,
    first_year integer not null,
    last_year integer not null,
    words text not null check (words in ('province', 'ministry', 'plain')),
    goal integer,
    state text not null check (state in ('draft', 'proposed', 'fixed')),
    document_number text,
    document_day text,
    remark text,
    version integer not null default 1,
    created_at integer not null,
    changed_at integer not null,
    check (first_year <= last_year),
    check (state <> 'fixed' or document_number is not null)
) strict;
create index certificate_plan_unit on certificate_plan (unit_id);

create table certificate_plan_row (
    plan_id integer not null references certificate_plan (id),
    nth integer not null,
    year integer not null,
    operation text not null check (operation in ('new', 'renew', 'change', 'revoke', 'restore')),
    kind text not null check (kind in ('organisation', 'person', 'device')),
    unit_group text not null,
    position text not null,
    quantity integer not null check (quantity >= 0),
    primary key (plan_id, nth),
    unique (plan_id, year, operation, kind, unit_group, position),
    check ((kind = 'organisation') = (position = 'unit'))
) strict;

-- How many classes its document says, where that is not what its people need (C23).
create table certificate_plan_class (
    plan_id integer not null references certificate_plan (id),
    year integer not null,
    stated integer not null check (stated >= 0),
    primary key (plan_id, year)
) strict;

-- What it costs. part: what one class costs, or the rest. number: as the document numbers its lines (C25). price: in đồng, from the day
-- priced_on.
create table certificate_plan_cost (
    plan_id integer not null references certificate_plan (id),
    part text not null check (part in ('class', 'rest')),
    nth integer not null,
    section text,
    number text,
    name text not null,
    quantity integer not null check (quantity >= 0),
    price integer not null check (price >= 0),
    priced_on text,
    primary key (plan_id, part, nth)
) strict;

-- When which positions of which groups of units get certificates (R140). unit_groups, positions: names with spaces between; none where it only
-- prepares.
create table certificate_wave (
    plan_id integer not null references certificate_plan (id),
    nth integer not null,
    from_year integer not null,
    from_quarter integer not null check (from_quarter between 1 and 4),
    to_year integer not null,
    to_quarter integer not null check (to_quarter between 1 and 4),
    goal integer check (goal between 1 and 100),
    unit_groups text not null,
    positions text not null,
    primary key (plan_id, nth),
    check (from_year * 4 + from_quarter <= to_year * 4 + to_quarter)
) strict;

-- Applications, the share of the units named that is to use each, and those units (R129, R152, R161).
create table certificate_target (
    plan_id integer not null references certificate_plan (id),
    application text not null,
    nth integer not null,
    percent integer not null check (percent between 1 and 100),
    primary key (plan_id, application)
) strict;
create table certificate_target_unit (
    plan_id integer not null,
    application text not null,
    unit_id integer not null references unit (id),
    primary key (plan_id, application, unit_id),
    foreign key (plan_id, application) references certificate_target (plan_id, application)
) strict;

-- Where a certificate is used (R129, R142).
create table certificate_use (
    certificate_id integer not null references certificate (id),
    application text not null check (application in ('documents', 'mail', 'one_stop', 'network', 'public_services', 'declaration')),
    noted_at integer not null,
    primary key (certificate_id, application)
) strict;

-- what a plan is held against
create index certificate_request_done on certificate_request (minutes_day, unit_id, person_id, operation, kind)
    where state = 'done' and minutes_day is not null;
create index certificate_request_ended on certificate_request (changed_at, unit_id, person_id, operation, kind)
    where state = 'done' and minutes_day is null;
create index certificate_person_held on certificate (person_id) where kind = 'person' and state in ('received', 'in_use');
