-- What a client pays by one payment for several invoices, or for none: ahead.
create table collection (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    currency text not null references currency,
    -- What was asked for; of invoices, what they owed when it was asked for last.
    amount bigint not null check (amount > 0),
    state text not null default 'open' check (state in ('open', 'ended', 'paid')),
    created_at timestamptz not null default now()
);
create index collection_client on collection (client_id, id desc);
create index collection_currency on collection (currency);

-- An invoice is in one live collection at most.
create table collection_invoice (
    collection_id bigint not null references collection,
    invoice_id bigint not null references invoice,
    live boolean not null default true,
    primary key (collection_id, invoice_id)
);
create index collection_invoice_invoice on collection_invoice (invoice_id);
create unique index collection_invoice_live on collection_invoice (invoice_id) where live;

alter table gateway_payment add column collection_id bigint references collection;
alter table gateway_payment add constraint gateway_payment_one_purpose check (invoice_id is null or collection_id is null) not valid;
create index gateway_payment_collection on gateway_payment (collection_id) where collection_id is not null;
alter table payment add column collection_id bigint references collection;
create index payment_collection on payment (collection_id) where collection_id is not null;

-- One refund at a gateway may come from several invoices: a row for each.
alter table refund drop constraint refund_effect_id_key;
create unique index refund_effect on refund (effect_id, coalesce(invoice_id, 0)) where effect_id is not null;

create function collection_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M33 what is collected together is paid once it says so, by its own client', c.id::text
        from collection c left join payment p on p.collection_id = c.id
        where c.state = 'paid' and p.id is null or p.client_id <> c.client_id or p.currency <> c.currency
    union all select 'M34 an invoice is held by a collection of its own client that is open', l.invoice_id::text
        from collection_invoice l join collection c on c.id = l.collection_id join invoice i on i.id = l.invoice_id
        where l.live and c.state <> 'open' or i.client_id <> c.client_id or i.currency <> c.currency
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from collection_violations()');
end $do$;
