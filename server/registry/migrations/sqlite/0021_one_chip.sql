-- A card that was printed on a blank has one chip that knows its own master key, whoever else writes at the same moment. Its twin stands in
-- ../postgres with the same number and name.
create unique index chip_taken on chip (card_id, blank_id) where state in ('made', 'issued');
