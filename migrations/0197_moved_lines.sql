-- Lines of unpaid invoices that went to other ones, merged or split: where it was, the line is void.
create table moved_line (
    from_id bigint primary key references invoice_line,
    to_id bigint not null unique references invoice_line,
    check (to_id > from_id)
);

create function moved_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M44 a line that went to another invoice is void where it was, and is what it was', o.id || ' to ' || n.id
        from moved_line m join invoice_line o on o.id = m.from_id join invoice_line n on n.id = m.to_id
        join invoice a on a.id = o.invoice_id join invoice b on b.id = n.invoice_id
        where not o.voided or a.state <> 'void' or (a.client_id, a.currency) is distinct from (b.client_id, b.currency)
            or (o.kind, o.description, o.service_id, o.domain_id, o.period, o.renews_from, o.billable_item_id, o.quantity,
                o.tax_rate, o.tax1_rate, o.tax2_rate, o.tax_included, case when o.tax_included then o.net + o.tax else o.net end)
            is distinct from
               (n.kind, n.description, n.service_id, n.domain_id, n.period, n.renews_from, n.billable_item_id, n.quantity,
                n.tax_rate, n.tax1_rate, n.tax2_rate, n.tax_included, case when n.tax_included then n.net + n.tax else n.net end)
    union all
    select 'M44 all lines of an invoice that was merged or split went to other ones', l.invoice_id::text
        from invoice_line l
        where l.invoice_id in (select o.invoice_id from moved_line m join invoice_line o on o.id = m.from_id)
            and not exists (select 1 from moved_line m where m.from_id = l.id)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from held_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from moved_violations()');
end $do$;
