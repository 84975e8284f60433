-- A change of a person who keeps the name leaves the index of names alone. Its twin in ../postgres has the same number and name.
drop trigger person_name_update;
create trigger person_name_update after update of name_folded on person when new.name_folded is not old.name_folded begin
    insert into person_name (person_name, rowid, name_folded) values ('delete', old.id, old.name_folded);
    insert into person_name (rowid, name_folded) values (new.id, new.name_folded);
end;
