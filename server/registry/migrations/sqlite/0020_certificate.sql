-- Certificates of digital signatures, and the tokens that hold their keys (R118, R120, R154, R155). Its twin stands in ../postgres with the
-- same number and name.

-- USB tokens, SIMs and modules: an inventory of its own. holder_id: who answers for it. due_on: by when it has to be back, ISO date.
create table certificate_token (
    id integer primary key,
    kind text not null check (kind in ('usb', 'sim', 'hsm')),
    model text,
    serial text not null,
    unit_id integer not null references unit (id),
    holder_id integer references person (id),
    state text not null check (state in ('in_store', 'held', 'locked', 'due_back', 'lost', 'collected', 'given_back')),
    due_on text,
    -- what was said of it last
    remark text,
    version integer not null default 1,
    created_at integer not null,
    changed_at integer not null
) strict;
create unique index certificate_token_serial_key on certificate_token (kind, serial);
create index certificate_token_unit on certificate_token (unit_id, state);
create index certificate_token_holder on certificate_token (holder_id) where holder_id is not null;

-- person_id: whose it is, where it is a person's. holder_id: who keeps it, which for a unit's is its clerk (R155). der: the certificate
-- itself; it and the subject go when the person's data are erased. serial: capital hexadecimal digits.
create table certificate (
    id integer primary key,
    kind text not null check (kind in ('organisation', 'person', 'device')),
    serial text not null,
    subject text not null,
    subject_folded text not null,
    issuer text not null,
    algorithm text not null,
    fingerprint blob not null check (length(fingerprint) = 32),
    der blob,
    -- milliseconds since 1970
    valid_from integer not null,
    valid_until integer not null,
    unit_id integer not null references unit (id),
    person_id integer references person (id),
    holder_id integer references person (id),
    token_id integer references certificate_token (id),
    state text not null check (state in ('received', 'in_use', 'replaced', 'expired', 'revoked')),
    revoked_on text,
    remark text,
    version integer not null default 1,
    created_at integer not null,
    changed_at integer not null,
    check ((kind = 'person') = (person_id is not null)),
    check (state <> 'in_use' or holder_id is not null)
) strict;
create unique index certificate_fingerprint_key on certificate (fingerprint);
create index certificate_unit on certificate (unit_id, state);
create index certificate_until on certificate (state, valid_until);
create index certificate_person on certificate (person_id) where person_id is not null;
create index certificate_holder on certificate (holder_id) where holder_id is not null;
create index certificate_token_of on certificate (token_id) where token_id is not null;
