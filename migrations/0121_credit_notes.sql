-- Credit notes: documents that take back a part of what was invoiced. Their amounts are negative.
insert into number_series values ('CN', 1);

alter table invoice drop constraint invoice_state_check;
alter table invoice add constraint invoice_state_check
    check (state in ('draft', 'unpaid', 'paid', 'void', 'refunded', 'credit'));
alter table invoice drop constraint invoice_total_check;
alter table invoice add constraint invoice_total_check check (case state when 'credit' then total <= 0 else total >= 0 end);

-- The line of which this one takes something back.
alter table invoice_line add column corrects bigint references invoice_line;
create index invoice_line_corrects on invoice_line (corrects) where corrects is not null;
alter table invoice_line drop constraint invoice_line_kind_check;
alter table invoice_line add constraint invoice_line_kind_check check (kind in
    ('setup', 'recurring', 'one_time', 'domain_register', 'domain_transfer', 'domain_renew', 'manual', 'late_fee',
     'change', 'credit'));
alter table invoice_line add constraint invoice_line_credit_check
    check ((kind = 'credit') = (corrects is not null) and (kind <> 'credit' or (net <= 0 and tax <= 0)));

create function credit_within_line() returns trigger language plpgsql as $$ begin
    if exists (select 1 from inserted n join invoice_line l on l.id = n.corrects
               where (select sum(c.net + c.tax) from invoice_line c where c.corrects = l.id and not c.voided) + l.net + l.tax < 0) then
        raise exception 'more is taken back than was invoiced' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger credit_within_line after insert on invoice_line
    referencing new table as inserted for each statement execute function credit_within_line();

-- What a credit note gives is used like a payment, but no money came in.
alter table payment add column credit_note_id bigint unique references invoice;
alter table payment add constraint payment_credit_note_check check ((gateway = 'credit-note') = (credit_note_id is not null));

create function credit_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M19 what is taken back of a line is within it', l.id::text
        from invoice_line l join invoice_line c on c.corrects = l.id and not c.voided
        group by l.id having l.net + sum(c.net) < 0 or l.tax + sum(c.tax) < 0
    union all select 'M20 a credit note gives what it says', i.id::text
        from invoice i left join payment p on p.credit_note_id = i.id
        where i.state = 'credit' and (p.amount is distinct from -i.total or p.client_id <> i.client_id)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from billing_violations(as_of)';
    m6 text := 'from invoice_line l where not l.voided group by l.invoice_id, l.tax_rate';
begin
    if position(mark in old) = 0 or position(m6 in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    -- The tax of what is taken back is its share of the line's tax, so that all parts make the whole.
    old := replace(old, m6, 'from invoice_line l where not l.voided and l.kind <> ''credit'' group by l.invoice_id, l.tax_rate');
    execute replace(old, mark, mark || ' union all select rule, detail from credit_violations()');
end $do$;
