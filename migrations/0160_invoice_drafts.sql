-- What staff compose before it is an invoice. Rows of invoices are never edited, so a draft is a document of its own.
create table invoice_draft (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    currency text not null references currency,
    -- Null: as the company gives.
    due_days int check (due_days between 0 and 365),
    notes text not null default '',
    -- Rises with each change: what was looked at is what is issued.
    version int not null default 1,
    invoice_id bigint unique references invoice,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index invoice_draft_open on invoice_draft (id desc) where invoice_id is null;
create index invoice_draft_client on invoice_draft (client_id, id desc);
create index invoice_draft_currency on invoice_draft (currency);

create table composed_line (
    draft_id bigint not null references invoice_draft on delete cascade,
    position int not null check (position > 0),
    description text not null,
    quantity int not null check (quantity between 1 and 100000),
    -- For each, without tax, minor units.
    amount bigint not null check (amount >= 0),
    taxable boolean not null,
    primary key (draft_id, position)
);

create function document_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M26 an issued draft is the invoice that was composed', d.id::text
        from invoice_draft d join invoice i on i.id = d.invoice_id
        left join composed_line l on l.draft_id = d.id
        group by d.id, i.id having i.client_id <> d.client_id or i.currency <> d.currency
            or i.subtotal <> coalesce(sum(l.quantity * l.amount), 0)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from document_violations()');
end $do$;
