-- Units, people, accounts, sessions, roles, audit. Its twin stands in ../postgres with the same number and name.
-- Instants are milliseconds since 1970-01-01T00:00:00Z; dates are ISO 8601 text; identifiers are 64-bit integers.

-- Allots numbers in order and without gaps (R8-R11): the row is changed in the transaction that uses the number.
create table counter (
    name text primary key,
    last integer not null,
    ceiling integer not null,
    check (last between 0 and ceiling)
) strict;
insert into counter (name, last, ceiling) values ('personnel_code', 0, 99999);

-- The tree as it is today. path holds the ids from the root, '/1/23/', so that a subtree is a range.
create table unit (
    id integer primary key,
    parent_id integer references unit (id),
    path text not null unique,
    class text not null check (class in ('province', 'specialised_agency', 'district', 'public_service_unit',
        'association', 'attached_unit', 'district_service_unit', 'commune')),
    name text not null,
    name_folded text not null,
    sort_key blob not null,
    code text unique,
    code_issued text,
    code_decision text,
    last_ordinal integer not null default 0,
    version integer not null default 1,
    created_at integer not null,
    closed_on text,
    check ((parent_id is null) = (class = 'province')),
    check ((code is null) = (code_issued is null))
) strict;
create unique index unit_root on unit (class) where class = 'province';
create index unit_parent on unit (parent_id);
create index unit_code_issued on unit (code_issued);

-- The tree through time: what a unit was called, what it was, where it hung, from one date to the next.
create table unit_version (
    unit_id integer not null references unit (id),
    valid_from text not null,
    valid_to text,
    parent_id integer references unit (id),
    class text not null,
    name text not null,
    code text,
    code_issued text,
    decision text,
    primary key (unit_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
) strict;

-- Authorised posts (biên chế) by unit and kind (R4); the newest row of a kind counts.
create table authorised_post (
    unit_id integer not null references unit (id),
    kind text not null check (kind in ('civil_servant', 'public_employee', 'contract_68', 'contract_43')),
    valid_from text not null,
    number integer not null check (number >= 0),
    decision text,
    primary key (unit_id, kind, valid_from)
) strict;

create table person (
    id integer primary key,
    personnel_code text unique,
    identification_code text unique,
    name text not null,
    name_folded text not null,
    sort_key blob not null,
    sex text check (sex in ('male', 'female')),
    born_on text,
    citizen_id text unique,
    citizen_id_reason text,
    email text,
    unit_id integer not null references unit (id),
    ordinal integer not null,
    kind text not null check (kind in ('civil_servant', 'public_employee', 'contract_68', 'contract_43')),
    position text,
    started_on text,
    doubtful integer not null default 0,
    version integer not null default 1,
    created_at integer not null,
    erased_at integer,
    unique (unit_id, ordinal)
) strict;
create index person_unit on person (unit_id, sort_key);
create index person_listed on person (sort_key, id) where erased_at is null;
create index person_doubtful on person (unit_id) where doubtful = 1 and erased_at is null;
create index person_doubtful_since on person (created_at, sort_key, id) where doubtful = 1 and erased_at is null;
create index person_erased on person (id) where erased_at is not null;

-- Folded names only, without positions: 'nguyen' finds Nguyễn; remove_diacritics 2 for what folding left.
create virtual table person_name using fts5 (
    name_folded, content = 'person', content_rowid = 'id', detail = none, columnsize = 0,
    prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
-- what is erased is gone from the index, too
insert into person_name (person_name, rank) values ('secure-delete', 1);
create trigger person_name_insert after insert on person begin
    insert into person_name (rowid, name_folded) values (new.id, new.name_folded);
end;
create trigger person_name_update after update of name_folded on person begin
    insert into person_name (person_name, rowid, name_folded) values ('delete', old.id, old.name_folded);
    insert into person_name (rowid, name_folded) values (new.id, new.name_folded);
end;
create trigger person_name_delete after delete on person begin
    insert into person_name (person_name, rowid, name_folded) values ('delete', old.id, old.name_folded);
end;

-- Where a person served, with the ordinal given there (R13): an ordinal is never given twice in a unit.
create table assignment (
    person_id integer not null references person (id),
    unit_id integer not null references unit (id),
    ordinal integer not null,
    identification_code text,
    valid_from text not null,
    valid_to text,
    primary key (unit_id, ordinal)
) strict;
create index assignment_person on assignment (person_id);
create index assignment_code on assignment (identification_code);

-- Official accounts (tài khoản công vụ, R17).
create table account (
    id integer primary key,
    login text not null unique,
    display_name text not null,
    name_folded text not null,
    person_id integer unique references person (id),
    state text not null check (state in ('invited', 'active', 'disabled')),
    password_hash text,
    totp_sealed blob,
    totp_last_step integer not null default 0,
    version integer not null default 1,
    created_at integer not null,
    activated_at integer
) strict;

create table activation (
    token_hash blob primary key,
    account_id integer not null references account (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer
) strict;
create index activation_account on activation (account_id);

create table recovery_code (
    account_id integer not null references account (id),
    code_hash blob not null,
    used_at integer,
    primary key (account_id, code_hash)
) strict;

-- factor: 'password' until the second factor was shown, then 'full'; 'enrol' when one must be set up first.
create table session (
    id_hash blob primary key,
    account_id integer not null references account (id),
    factor text not null check (factor in ('password', 'enrol', 'full')),
    pending_totp blob,
    created_at integer not null,
    seen_at integer not null,
    confirmed_at integer,
    agent text not null,
    ended_at integer
) strict;
create index session_account on session (account_id);
create index session_seen on session (seen_at);

-- A browser that signed in to an account before: a stranger's failures do not slow it down.
create table known_device (
    token_hash blob not null,
    account_id integer not null references account (id),
    created_at integer not null,
    seen_at integer not null,
    primary key (token_hash, account_id)
) strict;

-- Failures to sign in, by login and by where they came from; they delay that source only.
create table attempt (
    login_hash blob not null,
    source text not null,
    failures integer not null,
    last_at integer not null,
    primary key (login_hash, source)
) strict;

-- A role on a unit, for its subtree. Proposed by one, decided by another, never about oneself.
create table role_grant (
    id integer primary key,
    account_id integer not null references account (id),
    role text not null,
    unit_id integer not null references unit (id),
    valid_from text not null,
    valid_to text,
    decision text not null,
    state text not null check (state in ('proposed', 'in_force', 'refused', 'ended')),
    proposed_by integer references account (id),
    proposed_at integer not null,
    decided_by integer references account (id),
    decided_at integer,
    version integer not null default 1,
    check (decided_by is null or proposed_by is null or decided_by <> proposed_by),
    check (decided_by is null or decided_by <> account_id),
    check (valid_to is null or valid_to >= valid_from)
) strict;
create index role_grant_account on role_grant (account_id);
create index role_grant_state on role_grant (state);

-- Who did what to one object. The trigger holds what model::duty says, administrators included.
create table duty (
    object text not null,
    act text not null check (act in ('asked', 'verified', 'approved', 'issued', 'witnessed')),
    actor text not null,
    at integer not null,
    primary key (object, act, actor)
) strict, without rowid;
create trigger duty_separation before insert on duty
when exists (
    select 1 from duty d where d.object = new.object and d.actor = new.actor and (
        (d.act = 'asked' and new.act = 'approved') or (d.act = 'approved' and new.act = 'asked')
        or (d.act = 'verified' and new.act = 'approved') or (d.act = 'approved' and new.act = 'verified')
        or (d.act = 'approved' and new.act = 'issued') or (d.act = 'issued' and new.act = 'approved')
        or (d.act = 'issued' and new.act = 'witnessed') or (d.act = 'witnessed' and new.act = 'issued')))
begin
    select raise(abort, 'separation of duties');
end;
create trigger duty_no_update before update on duty begin select raise(abort, 'duty is append-only'); end;
create trigger duty_no_delete before delete on duty begin select raise(abort, 'duty is append-only'); end;

-- The audit log: hash-chained, leaves of an RFC 9162 tree. nodes: the inner nodes that this leaf completed, 32 bytes each.
create table audit_entry (
    seq integer primary key,
    at integer not null,
    actor text not null,
    action text not null,
    object text not null,
    facts text not null,
    personal blob,
    leaf blob not null,
    chain blob not null,
    nodes blob not null
) strict;
create index audit_entry_object on audit_entry (object, seq);
create index audit_entry_actor on audit_entry (actor, seq);
create index audit_entry_action on audit_entry (action, seq);
create index audit_entry_at on audit_entry (at);
create trigger audit_entry_no_update before update on audit_entry begin select raise(abort, 'the audit log is append-only'); end;
create trigger audit_entry_no_delete before delete on audit_entry begin select raise(abort, 'the audit log is append-only'); end;

-- Personal fields of an entry; the chain holds only their salted hash, so a row here can be erased.
create table audit_personal (
    seq integer primary key references audit_entry (seq),
    person_id integer,
    salt blob not null,
    body text not null
) strict;
create index audit_personal_person on audit_personal (person_id);

create table audit_state (
    id integer primary key check (id = 1),
    size integer not null,
    chain blob not null,
    frontier blob not null
) strict;
insert into audit_state (id, size, chain, frontier) values (1, 0, zeroblob(32), x'');

create table audit_head (
    size integer primary key,
    root blob not null,
    chain blob not null,
    at integer not null,
    key blob not null,
    signature blob not null
) strict;
create trigger audit_head_no_update before update on audit_head begin select raise(abort, 'signed heads are append-only'); end;
create trigger audit_head_no_delete before delete on audit_head begin select raise(abort, 'signed heads are append-only'); end;
