-- Two levels of tax, prices that include it, where it is rounded, and why an invoice was taxed so.
alter table tax_rule add column level smallint not null default 1 check (level in (1, 2));
-- Of level 2: also on the tax of level 1.
alter table tax_rule add column compound boolean not null default false check (level = 2 or not compound);
alter table tax_rule drop constraint tax_rule_country_region_key;
alter table tax_rule add constraint tax_rule_country_region_key unique (country, region, level);

-- `tax` and `tax_rate` are both taxes together; where there is one only, they are that one.
alter table invoice_line add column tax1_rate numeric(7, 5),
    add column tax2_name text not null default '',
    add column tax2_rate numeric(7, 5) not null default 0,
    add column tax2 bigint not null default 0,
    add column tax2_compound boolean not null default false,
    -- The price had the tax in it: net + tax is what was asked for.
    add column tax_included boolean not null default false;
alter table invoice_line add constraint invoice_line_two_taxes
    check ((tax1_rate is null) = (tax2_rate = 0) and (tax2_rate <> 0 or (tax2 = 0 and tax2_name = '' and not tax2_compound))) not valid;

create or replace function guard_issued_line() returns trigger language plpgsql as $$
declare issued boolean;
begin
    select number is not null into issued from invoice where id = coalesce(old.invoice_id, new.invoice_id);
    if issued and tg_op = 'UPDATE' and new.voided and not old.voided
        and (new.invoice_id, new.kind, new.net, new.tax, new.tax_rate, new.tax2, new.tax2_rate, new.tax_included, new.quantity, new.discount, new.description)
          = (old.invoice_id, old.kind, old.net, old.tax, old.tax_rate, old.tax2, old.tax2_rate, old.tax_included, old.quantity, old.discount, old.description) then
        return new;
    end if;
    if issued then
        raise exception 'lines of an issued invoice are never changed' using errcode = 'integrity_constraint_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;

alter table invoice add column tax_rounding text not null default 'invoice' check (tax_rounding in ('invoice', 'line')),
    -- What was known of the client and decided its tax. Null: issued before it was kept.
    add column tax_basis jsonb;
create index invoice_tax_reason on invoice (issued_on, (tax_basis ->> 'reason')) where tax_basis ->> 'reason' in ('consumer', 'reverse_charge');

-- What is left of an amount when tax of this rate is taken out of it, rounded half away from zero, exactly.
create function less_tax(gross numeric, rate numeric) returns numeric language sql immutable as $$
    select sign(gross) * div(2 * abs(gross) * 10000000000 + trunc((1 + rate) * 10000000000), 2 * trunc((1 + rate) * 10000000000))
$$;

create function tax_violations() returns table (rule text, detail text) language sql stable as $$
    with line as (
        select l.*, i.tax_rounding, coalesce(l.tax1_rate, l.tax_rate) as first, l.tax2_compound::int as compound,
               case when i.tax_rounding = 'line' then l.id end as alone
        from invoice_line l join invoice i on i.id = l.invoice_id
        where not l.voided and l.kind <> 'credit' and (l.tax2_rate <> 0 or l.tax_included or i.tax_rounding = 'line')
    )
    select 'M22 two taxes are rounded once each', invoice_id::text from line
        where tax2_rate <> 0 and not tax_included and tax_rounding = 'invoice'
        group by invoice_id, first, tax2_rate, compound
        having sum(tax - tax2) <> round(sum(net) * first)
            or sum(tax2) <> round((sum(net) + compound * sum(tax - tax2)) * tax2_rate)
    union all select 'M23 tax is rounded on each line where the invoice says so', id::text from line
        where tax_rounding = 'line' and not tax_included
          and (tax - tax2 <> round(net * first) or tax2 <> round((net + compound * (tax - tax2)) * tax2_rate))
    union all select 'M24 a price that includes tax is net and tax', invoice_id::text from line
        where tax_included group by invoice_id, alone, first, tax2_rate, compound
        having sum(net) <> less_tax(sum(net + tax), first + tax2_rate + compound * first * tax2_rate)
    union all select 'M25 a reverse charge names a confirmed number and no tax', id::text from invoice
        where issued_on is not null and tax_basis ->> 'reason' = 'reverse_charge'
          and (tax <> 0 or coalesce(tax_basis ->> 'number', '') = '' or tax_basis ->> 'checked_at' is null)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from billing_violations(as_of)';
    m6 text := 'not l.voided and l.kind <> ''credit'' group by l.invoice_id, l.tax_rate';
begin
    if position(mark in old) = 0 or position(m6 in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    -- Lines with two taxes, with tax in their price or with tax of their own have rules of their own.
    old := replace(old, m6, 'not l.voided and l.kind <> ''credit'' and l.tax2_rate = 0 and not l.tax_included and not exists '
        || '(select 1 from invoice r where r.id = l.invoice_id and r.tax_rounding = ''line'') group by l.invoice_id, l.tax_rate');
    execute replace(old, mark, mark || ' union all select rule, detail from tax_violations()');
end $do$;
