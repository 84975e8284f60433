-- Other systems that are told at once when what is told of a card changes. Its twin stands in ../postgres with the same number and name.

-- secret: what messages are signed with, sealed by the vault and bound to the address. problem: what hindered the last message.
create table webhook (
    id integer primary key,
    name text not null,
    url text not null,
    secret blob not null,
    made_at integer not null,
    made_by integer references account (id),
    withdrawn_at integer,
    withdrawn_by integer references account (id),
    delivered_at integer,
    problem text
) strict;

-- Messages that wait, written in the transaction of what they tell. What they say of the card is read when they are sent. card_id: none for a
-- message that only tries the way. The id is the message's name for the other side and is never used again.
create table webhook_message (
    id integer primary key autoincrement,
    webhook_id integer not null references webhook (id),
    card_id integer references card (id),
    happened_at integer not null,
    tries integer not null default 0,
    due_at integer not null
) strict;
create index webhook_message_due on webhook_message (due_at);
create index webhook_message_webhook on webhook_message (webhook_id);
create index webhook_message_card on webhook_message (card_id);
