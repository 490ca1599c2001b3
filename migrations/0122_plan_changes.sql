-- Services that become another product or are paid in another rhythm.

-- A cycle as one word: `3 month`, `one_time`, `free`.
alter table billing_cycle add column term text not null generated always as
    (case kind when 'recurring' then count::text || ' ' || unit else kind end) stored;

-- What clients may change a product to by themselves.
create table product_path (
    product_id bigint not null references product,
    to_product_id bigint not null references product,
    primary key (product_id, to_product_id),
    check (product_id <> to_product_id)
);
create index product_path_to on product_path (to_product_id);

create table plan_change (
    id bigint generated always as identity primary key,
    service_id bigint not null references service,
    client_id bigint not null references client,
    -- waiting: for the payment of its invoice. scheduled: for its day.
    state text not null check (state in ('waiting', 'scheduled', 'done', 'cancelled')),
    product_id bigint not null references product,
    cycle_id bigint not null references billing_cycle,
    price_id bigint not null references price,
    amount bigint not null check (amount >= 0),
    -- What it was.
    from_product_id bigint not null references product,
    from_cycle_id bigint not null references billing_cycle,
    from_price_id bigint not null references price,
    from_amount bigint not null,
    from_anchor date not null,
    -- First day of the new product.
    starts_on date not null,
    -- First day that no document about the change covers: the next period begins there.
    settled_through date not null,
    -- The invoice over the difference, or the credit note.
    invoice_id bigint references invoice,
    actor text not null,
    created_at timestamptz not null,
    ended_at timestamptz,
    check ((state in ('done', 'cancelled')) = (ended_at is not null)),
    check (state <> 'waiting' or invoice_id is not null)
);
create unique index plan_change_one_open on plan_change (service_id) where state in ('waiting', 'scheduled');
create index plan_change_service on plan_change (service_id, id desc);
create index plan_change_client on plan_change (client_id);
create index plan_change_open on plan_change (starts_on) where state in ('waiting', 'scheduled');
create index plan_change_invoice on plan_change (invoice_id);
create index plan_change_product on plan_change (product_id);
create index plan_change_cycle on plan_change (cycle_id);
create index plan_change_price on plan_change (price_id);
create index plan_change_from_product on plan_change (from_product_id);
create index plan_change_from_cycle on plan_change (from_cycle_id);
create index plan_change_from_price on plan_change (from_price_id);

create function plan_violations(as_of timestamptz) returns table (rule text, detail text) language sql stable as $$
    select 'C9 a change that waits has an invoice that is owed', c.id::text
        from plan_change c join invoice i on i.id = c.invoice_id
        where c.state = 'waiting' and i.state <> 'unpaid' and coalesce(i.paid_at, i.voided_at) < as_of - interval '15 minutes'
    union all select 'C10 a change is made when its day has come', c.id::text
        from plan_change c where c.state = 'scheduled' and c.starts_on < as_of::date - 2
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
    -- Periods before the last change of the rhythm were counted from another anchor.
    c2 text := 'where l.kind = ''recurring'' and not l.voided and c.unit in (''month'', ''year'')';
begin
    if position(mark in old) = 0 or position(c2 in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    old := replace(old, c2, c2 || ' and lower(l.period) >= s.anchor');
    execute replace(old, mark, mark || ' union all select rule, detail from plan_violations(as_of)');
end $do$;
