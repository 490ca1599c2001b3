-- Most invoices take nothing back: they need not look for it. On a table that has just grown much, the planner chose to
-- read every line ever invoiced to find that there is nothing to check.
create or replace function credit_within_line() returns trigger language plpgsql as $$ begin
    if not exists (select 1 from inserted where corrects is not null) then
        return null;
    end if;
    if exists (select 1 from inserted n join invoice_line l on l.id = n.corrects
               where (select sum(c.net + c.tax) from invoice_line c where c.corrects = l.id and not c.voided) + l.net + l.tax < 0) then
        raise exception 'more is taken back than was invoiced' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
