-- What is measured of a product's services, by the key of its plugin, and charged by the month.
create table meter (
    id bigint generated always as identity primary key,
    product_id bigint not null references product,
    metric text not null,
    name text not null,
    unit text not null,
    -- How many of the plugin's count make a unit: 1000000000 bytes are a GB.
    unit_size bigint not null check (unit_size > 0),
    measure text not null check (measure in ('highest', 'added')),
    -- The first month that is charged.
    starts_on date not null check (extract(day from starts_on) = 1),
    retired_at timestamptz
);
create unique index meter_metric on meter (product_id, metric) where retired_at is null;

-- What its units cost in months from then on.
create table meter_price (
    meter_id bigint not null references meter,
    currency text not null references currency,
    starts_on date not null check (extract(day from starts_on) = 1),
    tiers jsonb not null,
    primary key (meter_id, currency, starts_on)
);

-- What was measured of a service in a month. Closed when the month was reckoned, charged or not.
create table usage_month (
    id bigint generated always as identity primary key,
    service_id bigint not null references service,
    metric text not null,
    month date not null check (extract(day from month) = 1),
    highest bigint not null check (highest >= 0),
    added bigint not null check (added >= 0),
    last bigint not null check (last >= 0),
    read_at timestamptz not null,
    closed_at timestamptz,
    -- Of a month that has a price: what was reckoned.
    meter_id bigint references meter,
    units bigint,
    currency text references currency,
    amount bigint check (amount >= 0),
    tiers jsonb,
    unique (service_id, metric, month),
    check ((amount is null) = (meter_id is null) and (amount is null) = (units is null)
        and (amount is null) = (currency is null) and (amount is null) = (tiers is null)),
    check (amount is null or closed_at is not null)
);
create index usage_month_open on usage_month (month) where closed_at is null;

-- It is invoiced like what staff charge by hand: on a day, once, and again only if that invoice is void.
alter table billable_item add column usage_id bigint references usage_month (id);
create unique index billable_item_usage_once on billable_item (usage_id);

do $do$ declare
    old text := (select pg_get_constraintdef(oid) from pg_constraint
                 where conname = 'invoice_line_kind_check' and conrelid = 'invoice_line'::regclass);
    mark text := '''domain_renew''::text';
begin
    if old is null or position(mark in old) = 0 then
        raise exception 'the kinds of lines have changed their shape';
    end if;
    alter table invoice_line drop constraint invoice_line_kind_check;
    execute 'alter table invoice_line add constraint invoice_line_kind_check ' || replace(old, mark, mark || ', ''usage''::text');
end $do$;

create function usage_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M42 what was reckoned of a month is charged once', u.id::text
        from usage_month u left join billable_item b on b.usage_id = u.id
        where coalesce(u.amount, 0) > 0 and (b.id is null or (b.amount, b.quantity, b.currency) <> (u.amount, 1, u.currency))
           or coalesce(u.amount, 0) = 0 and b.id is not null
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from usage_violations()');
end $do$;
