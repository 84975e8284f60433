-- Training classes: who is enrolled, who came to which session, who completed them, and what they cost (R49, R57, R156, R170). Its twin
-- stands in ../postgres with the same number and name.

-- unit_id: whose people, with those of the units below, may be enrolled. plan_id: the plan of certificates for which it is held. days: ISO
-- 8601, in their order, with spaces between. remark: why it was cancelled or taken up again.
create table training_class (
    id integer primary key,
    unit_id integer not null references unit (id),
    plan_id integer references certificate_plan (id),
    title text not null,
    topic text not null check (topic in ('cards', 'signatures', 'both')),
    audience text not null check (audience in ('users', 'it_staff', 'clerks', 'leaders')),
    days text not null,
    place text not null,
    content text,
    capacity integer not null check (capacity > 0),
    state text not null check (state in ('announced', 'held', 'cancelled')),
    remark text,
    version integer not null default 1,
    created_at integer not null,
    changed_at integer not null
) strict;
create index training_class_unit on training_class (unit_id);
create index training_class_plan on training_class (plan_id) where plan_id is not null;
create index training_class_open on training_class (days) where state = 'announced';

-- What it costs: as certificate_plan_cost has it.
create table training_class_cost (
    class_id integer not null references training_class (id),
    nth integer not null,
    number text,
    name text not null,
    quantity integer not null check (quantity >= 0),
    price integer not null check (price >= 0),
    priced_on text,
    primary key (class_id, nth)
) strict;

-- completed: said when the class is closed.
create table training_learner (
    class_id integer not null references training_class (id),
    person_id integer not null references person (id),
    completed integer check (completed in (0, 1)),
    enrolled_at integer not null,
    primary key (class_id, person_id)
) strict;
create index training_learner_person on training_learner (person_id);

-- session: from 1, two a day. how: by the chip of the card, by a code or link that stands on it, or by hand.
create table training_attendance (
    class_id integer not null,
    person_id integer not null,
    session integer not null check (session > 0),
    how text not null check (how in ('tap', 'code', 'hand')),
    noted_at integer not null,
    primary key (class_id, person_id, session),
    foreign key (class_id, person_id) references training_learner (class_id, person_id)
) strict;
