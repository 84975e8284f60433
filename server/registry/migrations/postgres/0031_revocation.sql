-- What certification authorities say of certificates that are in force here (R120). Its twin stands in ../sqlite with the same number and name.

-- since when its authority says that it is revoked, in milliseconds since 1970
alter table certificate add column revoked_there bigint;
create index certificate_revoked_there on certificate (revoked_there) where revoked_there is not null and state in ('received', 'in_use');

-- Files of authorities, as they were fetched last: no backup has them. content: the last one that was good. problem: why the last try brought
-- none. due_at: when it is tried next.
create table revocation_list (
    url text primary key,
    content bytea,
    fetched_at bigint,
    problem text,
    due_at bigint not null
);
create table revocation_answer (
    certificate_id bigint primary key references certificate (id),
    content bytea,
    fetched_at bigint,
    problem text,
    due_at bigint not null
);
