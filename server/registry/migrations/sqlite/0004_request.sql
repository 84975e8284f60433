-- Requests, lists, cards, handovers, leaving. Its twin stands in ../postgres with the same number and name.

-- What a card's type and stripe follow from where the kind of post does not tell it (R84, R87).
alter table person add column employment text check (employment in ('cadre', 'civil_servant', 'public_employee',
    'commune_official', 'commune_part_time', 'contract'));
alter table person add column rank text not null default 'ordinary' check (rank in ('senior', 'ordinary'));
-- Since when somebody is not in the province's service any more.
alter table person add column left_on text;

-- A file that belongs to something: the scan of a profile, a signed letter, signed minutes. object: 'request:7'.
create table attachment (
    id integer primary key,
    object text not null,
    purpose text not null check (purpose in ('scan', 'letter', 'minutes', 'evidence')),
    sha256 blob not null check (length(sha256) = 32),
    bytes integer not null check (bytes > 0),
    media_type text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    person_id integer references person (id),
    added_at integer not null,
    added_by integer references account (id)
) strict;
create index attachment_object on attachment (object);
create index attachment_person on attachment (person_id);
create index attachment_sha256 on attachment (sha256);

-- Why somebody gets, or loses, a card: coded, and more can be added (R28).
create table reason (
    code text primary key,
    use_for text not null check (use_for in ('first_issue', 'exchange', 'reissue', 'lock')),
    vi text not null,
    en text not null,
    retired_at integer
) strict;
insert into reason (code, use_for, vi, en) values
    ('new_recruit', 'first_issue', 'Tuyển dụng mới', 'Newly recruited'),
    ('roll_out', 'first_issue', 'Cấp lần đầu theo kế hoạch', 'First roll-out'),
    ('transfer', 'exchange', 'Chuyển đơn vị công tác', 'Moved to another unit'),
    ('wrong_data', 'exchange', 'Thông tin in trên thẻ bị sai', 'Wrong data on the card'),
    ('changed_data', 'exchange', 'Thông tin cá nhân, chức vụ thay đổi', 'Data or position changed'),
    ('damaged', 'exchange', 'Thẻ bị hỏng', 'Card damaged'),
    ('chip_fault', 'exchange', 'Chip không đọc được', 'Chip cannot be read'),
    ('expired', 'exchange', 'Thẻ hết hạn', 'Card expired'),
    ('lost', 'reissue', 'Mất thẻ', 'Card lost'),
    ('stolen', 'reissue', 'Thẻ bị lấy cắp', 'Card stolen'),
    ('card_lost', 'lock', 'Mất thẻ', 'Card lost'),
    ('retirement', 'lock', 'Nghỉ hưu', 'Retirement'),
    ('resignation', 'lock', 'Thôi việc', 'Resignation'),
    ('death', 'lock', 'Từ trần', 'Death'),
    ('moved_away', 'lock', 'Chuyển khỏi tỉnh', 'Moved to another province'),
    ('replaced', 'lock', 'Đã có thẻ mới', 'Replaced by a new card'),
    ('misuse', 'lock', 'Sử dụng thẻ sai quy định', 'Misuse');

-- The value of a field that was last compared with paper (R19-R21).
create table verified_field (
    person_id integer not null references person (id),
    field text not null,
    value text not null,
    verified_at integer not null,
    verified_by integer references account (id),
    request_id integer not null,
    primary key (person_id, field)
) strict;

-- The unit's list and its letter.
create table dossier (
    id integer primary key,
    unit_id integer not null references unit (id),
    title text not null,
    state text not null check (state in ('draft', 'submitted', 'checked', 'decided', 'dissolved')),
    letter_number text,
    letter_day text,
    signer text,
    note text,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    submitted_at integer,
    submitted_by integer references account (id),
    checked_at integer,
    checked_by integer references account (id),
    decided_at integer,
    decided_by integer references account (id),
    due_at integer,
    check ((submitted_at is null) = (letter_number is null))
) strict;
create unique index dossier_letter_number_key on dossier (unit_id, letter_number);
create index dossier_state on dossier (state, due_at);
create index dossier_unit on dossier (unit_id);

-- One person's case. unit_id: where the person served when it was handed in.
create table request (
    id integer primary key,
    person_id integer not null references person (id),
    unit_id integer not null references unit (id),
    case_name text not null check (case_name in ('first_issue', 'exchange', 'reissue')),
    reason text not null references reason (code),
    note text,
    state text not null check (state in ('draft', 'submitted', 'returned', 'verified', 'listed', 'proposed', 'checked',
        'approved', 'refused', 'fulfilled', 'withdrawn')),
    dossier_id integer references dossier (id),
    -- stands on the printed profile; grows with each handing in
    stamp integer not null default 0,
    copies integer not null default 0,
    answer text,
    version integer not null default 1,
    created_at integer not null,
    created_by integer references account (id),
    submitted_at integer,
    verified_at integer,
    verified_by integer references account (id),
    changed_at integer not null,
    check (state not in ('listed', 'proposed', 'checked') or dossier_id is not null),
    check (state not in ('verified', 'listed', 'proposed', 'checked', 'approved', 'fulfilled') or verified_at is not null)
) strict;
-- one case of a person at a time
create unique index request_open on request (person_id) where state not in ('refused', 'fulfilled', 'withdrawn');
create index request_unit on request (unit_id, state);
create index request_dossier on request (dossier_id);
create index request_state on request (state, changed_at);
create index request_person on request (person_id);

-- What the holder asks to have changed, and what unit HR said of it.
create table request_field (
    request_id integer not null references request (id),
    field text not null,
    value text not null,
    verdict text check (verdict in ('accepted', 'returned')),
    remark text,
    primary key (request_id, field)
) strict;

-- A card, from its approval on. snapshot: what is printed and written, JSON; its SHA-256 stays when the person is erased (R72).
create table card (
    id integer primary key,
    person_id integer not null references person (id),
    request_id integer unique references request (id),
    unit_id integer not null references unit (id),
    number text,
    code text not null unique references card_code (code),
    type text not null,
    state text not null check (state in ('approved', 'printed', 'active', 'suspended', 'locked', 'invalidated', 'expired',
        'recovered', 'cancelled')),
    snapshot text,
    snapshot_sha256 blob not null check (length(snapshot_sha256) = 32),
    source text not null,
    portrait_sha256 blob,
    replaces integer references card (id),
    temporary integer not null default 0,
    issued_on text,
    expires_at integer,
    lock_reason text references reason (code),
    locked_at integer,
    lock_confirmed_at integer,
    station text,
    blank_serial text,
    version integer not null default 1,
    approved_at integer not null,
    changed_at integer not null
) strict;
-- R32: at most one active card of a person
create unique index card_active on card (person_id) where state = 'active';
create index card_person on card (person_id);
create index card_unit on card (unit_id, state);
create index card_state on card (state, changed_at);
create index card_number on card (number);
create index card_portrait on card (portrait_sha256);

-- The issue ledger (sổ theo dõi cấp phát thẻ, R35): one line an event of a card, never changed.
create table card_event (
    id integer primary key,
    card_id integer not null references card (id),
    event text not null,
    from_state text not null,
    to_state text not null,
    at integer not null,
    by_account integer references account (id),
    -- the blank that it was on then
    blank_serial text,
    reason text references reason (code)
) strict;
create index card_event_card on card_event (card_id, id);
create index card_event_at on card_event (at, id);
create trigger card_event_no_update before update on card_event begin select raise(abort, 'the issue ledger is append-only'); end;
create trigger card_event_no_delete before delete on card_event begin select raise(abort, 'the issue ledger is append-only'); end;

-- Cards on their way to a unit, with numbered minutes (R36).
create table handover (
    id integer primary key,
    number text not null unique,
    unit_id integer not null references unit (id),
    state text not null check (state in ('draft', 'given', 'disputed', 'received', 'delivered', 'cancelled')),
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
    check (given_by is null or received_by is null or given_by <> received_by)
) strict;
create index handover_unit on handover (unit_id, state);
create index handover_state on handover (state, due_at);
create table handover_card (
    handover_id integer not null references handover (id),
    card_id integer not null references card (id),
    found integer,
    delivered_at integer,
    delivered_by integer references account (id),
    primary key (handover_id, card_id)
) strict;
create index handover_card_card on handover_card (card_id);

-- A person leaves, and what has to be done about it (R6, R29, R167).
create table departure (
    id integer primary key,
    person_id integer not null references person (id),
    unit_id integer not null references unit (id),
    kind text not null check (kind in ('retirement', 'resignation', 'death', 'moved_away')),
    on_day text not null,
    decision text not null,
    version integer not null default 1,
    reported_at integer not null,
    reported_by integer references account (id),
    taken_back_at integer
) strict;
create unique index departure_open on departure (person_id) where taken_back_at is null;
create table departure_task (
    departure_id integer not null references departure (id),
    task text not null check (task in ('lock_card', 'invalidate_card', 'recover_card')),
    card_id integer not null references card (id),
    due_at integer not null,
    done_at integer,
    primary key (departure_id, task, card_id)
) strict;
create index departure_task_open on departure_task (due_at) where done_at is null;

-- Forms that have been taken: the same form sent once more is answered as the first time, and does nothing.
create table form_taken (
    account_id integer not null references account (id),
    key text not null,
    answer text not null,
    at integer not null,
    primary key (account_id, key)
) strict, without rowid;
create index form_taken_at on form_taken (at);
