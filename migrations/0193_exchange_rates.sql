-- So many units of `currency` were one unit of `home`, the default currency. Rows stay: a correction is a newer row, and
-- documents keep the row that counted when they were issued.
create table exchange_rate (
    id bigint generated always as identity primary key,
    home text not null references currency (code),
    currency text not null references currency (code),
    day date not null,
    rate numeric(24, 10) not null check (rate > 0),
    source text not null check (source in ('ecb', 'hand')),
    actor text not null,
    recorded_at timestamptz not null,
    check (home <> currency)
);
create index exchange_rate_latest on exchange_rate (home, currency, day desc, id desc);
create unique index exchange_rate_published_once on exchange_rate (home, currency, day) where source = 'ecb';

create function guard_exchange_rate() returns trigger language plpgsql as $$
begin
    raise exception 'exchange rates are never changed: record a new one';
end $$;
create trigger guard_exchange_rate before update or delete on exchange_rate
    for each statement execute function guard_exchange_rate();

alter table invoice add column exchange_rate_id bigint references exchange_rate (id);

create function exchange_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M41 a document has a rate of its own currency', i.id::text
        from invoice i join exchange_rate r on r.id = i.exchange_rate_id where r.currency <> i.currency
    union all
    select 'M41 a credit note has the rate of what it corrects', n.id::text
        from invoice n join invoice_line l on l.invoice_id = n.id
        join invoice_line c on c.id = l.corrects join invoice i on i.id = c.invoice_id
        where n.state = 'credit' and n.exchange_rate_id is not null
        group by n.id having n.exchange_rate_id <> all (array_agg(coalesce(i.exchange_rate_id, 0)))
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from exchange_violations()');
end $do$;
