-- What a plan of certificates is held against, kept as sums (R124): a request that is done stays done, so each is counted once, in the year of its
-- minutes or, without any, of its end in Việt Nam's time, with the title that its person had then. No backup has them: they are counted anew
-- as requests come in. Its twin stands in ../sqlite with the same number and name.
create table certificate_done (
    year bigint not null,
    operation text not null,
    kind text not null,
    unit_id bigint not null references unit (id),
    title text not null,
    many bigint not null check (many > 0),
    primary key (year, operation, kind, unit_id, title)
);

create function count_certificate_done() returns trigger language plpgsql as $$
begin
    insert into certificate_done as d (year, operation, kind, unit_id, title, many)
    values (cast(coalesce(substr(new.minutes_day, 1, 4), to_char(to_timestamp(new.changed_at / 1000) at time zone 'UTC' + interval '7 hours', 'YYYY')) as bigint),
        new.operation, new.kind, new.unit_id, coalesce((select p.position from person p where p.id = new.person_id), ''), 1)
    on conflict (year, operation, kind, unit_id, title) do update set many = d.many + 1;
    return null;
end $$;
create trigger certificate_request_came_done after insert on certificate_request
for each row when (new.state = 'done') execute function count_certificate_done();
create trigger certificate_request_got_done after update of state on certificate_request
for each row when (new.state = 'done' and old.state <> 'done') execute function count_certificate_done();

insert into certificate_done (year, operation, kind, unit_id, title, many)
select cast(coalesce(substr(r.minutes_day, 1, 4), to_char(to_timestamp(r.changed_at / 1000) at time zone 'UTC' + interval '7 hours', 'YYYY')) as bigint), r.operation, r.kind,
    r.unit_id, coalesce(p.position, ''), count(*)
from certificate_request r left join person p on p.id = r.person_id where r.state = 'done' group by 1, 2, 3, 4, 5;

drop index certificate_request_done;
drop index certificate_request_ended;
