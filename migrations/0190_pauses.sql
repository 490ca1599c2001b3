-- A service that is paused is switched off and not invoiced; the days that were paid for are kept.
alter table service add column paused_on date;
-- It goes on by itself then.
alter table service add column paused_until date check (paused_until is null or (paused_on is not null and paused_until > paused_on));
-- The first day that was not invoiced when a pause ended: later than the end of the last period.
alter table service add column resumed_from date;
-- The first day that is charged, of a service whose periods begin later than that.
alter table service add column begins_on date check (begins_on < anchor or begins_on is null);
-- The first day that has to be paid for.
alter table service add column covered_until date
    generated always as (greatest(coalesce(paid_through, begins_on, anchor), resumed_from)) stored;
create index service_paused on service (paused_until) where paused_until is not null;

create or replace function void_moves_billed_through() returns trigger language plpgsql as $$ begin
    update service s set billed_through = greatest(s.resumed_from, coalesce((select max(upper(l.period)) from invoice_line l
        where l.service_id = s.id and l.kind = 'recurring' and not l.voided), s.anchor))
    where s.id in (select service_id from changed where kind = 'recurring' and voided);
    return null;
end $$;

do $do$ declare
    old text := pg_get_functiondef('billing_violations(timestamptz)'::regprocedure);
    start text := 'when ''recurring'' then coalesce((select max(upper(l.period))';
    stop text := 'not l.voided), s.anchor) end';
begin
    if position(start in old) = 0 or position(stop in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    old := replace(old, start, 'when ''recurring'' then greatest(s.resumed_from, coalesce((select max(upper(l.period))');
    execute replace(old, stop, 'not l.voided), s.anchor)) end');
end $do$;
