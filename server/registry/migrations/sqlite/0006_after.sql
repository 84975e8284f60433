-- What comes after a card is active: handed over, left behind, lent. Its twin stands in ../postgres with the same number and name.

-- The issuing desk's unit, which is the giving party of the minutes (R36).
alter table handover add column from_unit_id integer references unit (id);
-- Whether the handover still has the card: not one that was given up, nor what the unit did not find.
alter table handover_card add column held integer not null default 1 check (held in (0, 1));
create unique index handover_card_held on handover_card (card_id) where held = 1;

-- A temporary card ends by the clock.
create index card_temporary on card (state, expires_at) where temporary = 1;
create index departure_task_card on departure_task (card_id);
