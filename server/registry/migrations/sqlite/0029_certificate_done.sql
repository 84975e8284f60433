-- What a plan of certificates is held against, kept as sums (R124): a request that is done stays done, so each is counted once, in the year of its
-- minutes or, without any, of its end in Việt Nam's time, with the title that its person had then. No backup has them: they are counted anew
-- as requests come in. Its twin stands in ../postgres with the same number and name.
create table certificate_done (
    year integer not null,
    operation text not null,
    kind text not null,
    unit_id integer not null references unit (id),
    title text not null,
    many integer not null check (many > 0),
    primary key (year, operation, kind, unit_id, title)
) strict, without rowid;

create trigger certificate_request_came_done after insert on certificate_request when new.state = 'done' begin
    insert into certificate_done (year, operation, kind, unit_id, title, many)
    values (cast(coalesce(substr(new.minutes_day, 1, 4), strftime('%Y', new.changed_at / 1000 + 25200, 'unixepoch')) as integer),
        new.operation, new.kind, new.unit_id, coalesce((select position from person where id = new.person_id), ''), 1)
    on conflict (year, operation, kind, unit_id, title) do update set many = many + 1;
end;
create trigger certificate_request_got_done after update of state on certificate_request when new.state = 'done' and old.state <> 'done' begin
    insert into certificate_done (year, operation, kind, unit_id, title, many)
    values (cast(coalesce(substr(new.minutes_day, 1, 4), strftime('%Y', new.changed_at / 1000 + 25200, 'unixepoch')) as integer),
        new.operation, new.kind, new.unit_id, coalesce((select position from person where id = new.person_id), ''), 1)
    on conflict (year, operation, kind, unit_id, title) do update set many = many + 1;
end;

insert into certificate_done (year, operation, kind, unit_id, title, many)
select cast(coalesce(substr(r.minutes_day, 1, 4), strftime('%Y', r.changed_at / 1000 + 25200, 'unixepoch')) as integer), r.operation, r.kind,
    r.unit_id, coalesce(p.position, ''), count(*)
from certificate_request r left join person p on p.id = r.person_id where r.state = 'done' group by 1, 2, 3, 4, 5;

drop index certificate_request_done;
drop index certificate_request_ended;
