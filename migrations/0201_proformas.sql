-- Proformas: what is asked for first and invoiced once it is paid. Until then a document is in no book, no tax report and
-- no series of invoices.
alter table invoice add column is_proforma boolean not null default false,
    add constraint invoice_proforma_open check (not is_proforma or (state in ('unpaid', 'void') and not credited));
create index invoice_proforma on invoice (client_id) where is_proforma and state = 'unpaid';

-- As what an invoice was asked for before it was one.
create table proforma (
    invoice_id bigint primary key references invoice,
    series text not null references number_series,
    number bigint not null check (number > 0),
    number_text text not null,
    issued_on date not null,
    unique (series, number)
);
create index proforma_number_search on proforma using gin (number_text gin_trgm_ops);

-- A printed number.
create function document_number(series text, number bigint, digits integer) returns text language sql immutable as $$
    select series || '-' || lpad(number::text, greatest(digits, length(number::text)), '0')
$$;

-- The rate of a currency to that of the books which counts on a day; none: it is that one, or none is known.
create function exchange_rate_on(currency text, day date) returns bigint language sql stable as $$
    select r.id from currency h join exchange_rate r on r.home = h.code
    where h.is_default and r.currency = $1 and r.day <= $2 order by r.day desc, r.id desc limit 1
$$;

create function proforma_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M45 an invoice is in the books, and a proforma is not', i.id::text
        from invoice i left join ledger_transaction t on t.key = 'invoice:' || i.id
        where i.number is not null and i.state <> 'credit' and (i.subtotal <> 0 or i.tax <> 0) and i.is_proforma = (t.id is not null)
    union all select 'M45 what was a proforma is an invoice', i.id::text
        from proforma p join invoice i on i.id = p.invoice_id
        where i.is_proforma or i.series = p.series or i.issued_on < p.issued_on
$$;

do $do$ declare
    audit text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    ageing text := pg_get_functiondef('owed_on(date, timestamptz)'::regprocedure);
    numbers text := 'from number_series s left join invoice i on i.series = s.series and i.number is not null
        group by s.series having count(i.id) <> s.next - s.first or coalesce(max(i.number), s.first - 1) <> s.next - 1';
    asked text := 'sum(i.total - coalesce(p.paid, 0)) as amount';
    mark text := 'union all select rule, detail from held_violations()';
    issued text := 'where i.issued_on <= day and';
begin
    if position(numbers in audit) = 0 or position(asked in audit) = 0 or position(mark in audit) = 0
        or position(issued in ageing) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    audit := replace(audit, numbers, 'from number_series s left join (
            select series, number from invoice where number is not null union all select series, number from proforma) n on n.series = s.series
        group by s.series having count(n.number) <> s.next - s.first or coalesce(max(n.number), s.first - 1) <> s.next - 1');
    audit := replace(audit, asked, 'sum(case when i.is_proforma then 0 else i.total end - coalesce(p.paid, 0)) as amount');
    execute replace(audit, mark, mark || ' union all select rule, detail from proforma_violations()');
    execute replace(ageing, issued, 'where not i.is_proforma and i.issued_on <= day and');
end $do$;
