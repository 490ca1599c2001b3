-- An invoice holds at least what was given back of it: a credit note frees only what is left there.
create function held_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M43 what was given back of an invoice is held there', r.payment_id || ' on ' || r.invoice_id
        from refund r left join allocation a on (a.payment_id, a.invoice_id) = (r.payment_id, r.invoice_id)
        where r.invoice_id is not null
        group by r.payment_id, r.invoice_id having sum(r.amount - r.from_credit) > coalesce(max(a.amount), 0)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from held_violations()');
end $do$;
