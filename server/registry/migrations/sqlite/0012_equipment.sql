-- Readers, printers, scanners and support kits of units (R40, R41). Its twin stands in ../postgres with the same number and name.

create table equipment (
    id integer primary key,
    kind text not null check (kind in ('reader', 'printer', 'scanner', 'support')),
    model text not null,
    -- serial or inventory number, as it is written on the device
    serial text,
    unit_id integer not null references unit (id),
    state text not null check (state in ('planned', 'in_use', 'broken', 'in_repair', 'retired')),
    acquired_on text,
    -- in đồng
    price integer check (price >= 0),
    -- of the plan
    phase integer check (phase > 0),
    note text,
    version integer not null default 1,
    created_at integer not null,
    changed_at integer not null
) strict;
create unique index equipment_serial_key on equipment (kind, serial);
create index equipment_unit on equipment (unit_id, state);
create index equipment_state on equipment (state, kind);
create index equipment_phase on equipment (phase, kind);
