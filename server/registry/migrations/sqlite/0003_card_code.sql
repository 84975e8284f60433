-- Codes of cards (R88). Its twin stands in ../postgres with the same number and name.

-- Every code that was ever given, whatever became of its card: none is given twice. Upper and lower case are told apart (C6).
create table card_code (
    code text primary key check (length(code) = 4),
    given_at integer not null
) strict;
