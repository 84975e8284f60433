-- The file of a certificate has a table of its own: lists and counts read through certificates by the hundred thousand, and never through their
-- files. Its twin stands in ../sqlite with the same number and name.

-- It goes when the person's data are erased. list_url, status_url: where its authority's revocation list lies, and where its authority is asked
-- (OCSP); empty where it names none, null until it was looked for.
create table certificate_file (
    certificate_id bigint primary key references certificate (id),
    der bytea not null,
    list_url text,
    status_url text
);
create index certificate_file_unread on certificate_file (certificate_id) where list_url is null;
create index certificate_file_list on certificate_file (list_url) where list_url <> '';
create index certificate_file_status on certificate_file (status_url) where status_url <> '';
insert into certificate_file (certificate_id, der) select id, der from certificate where der is not null;
alter table certificate drop column der;

-- the order of lists
create index certificate_end on certificate (valid_until, id);
-- whoever keeps what is a unit's, looked for when they leave or move (R168)
create index certificate_kept on certificate (holder_id) where kind <> 'person' and state in ('received', 'in_use');
-- what is under way is a small part of what was ever asked for
create index certificate_request_open on certificate_request (state, due_at) where state not in ('done', 'refused', 'withdrawn');
-- what was done is summed unit by unit
create index certificate_done_unit on certificate_done (unit_id, year);
