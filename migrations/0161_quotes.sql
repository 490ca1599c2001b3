-- Offers to a client: until a day, with the lines of a draft. What is accepted becomes an invoice.
create table quote (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    currency text not null references currency,
    state text not null default 'draft' check (state in ('draft', 'sent', 'accepted', 'declined', 'expired')),
    subject text not null,
    introduction text not null default '',
    terms text not null default '',
    -- The last day on which it can be accepted.
    valid_until date not null,
    -- Rises with each change: what was looked at is what is accepted.
    version int not null default 1,
    sent_at timestamptz,
    decided_at timestamptz,
    invoice_id bigint unique references invoice,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check ((state = 'accepted') = (invoice_id is not null)),
    check ((state in ('accepted', 'declined')) = (decided_at is not null))
);
create index quote_client on quote (client_id, id desc);
create index quote_state on quote (state, id desc);
create index quote_currency on quote (currency);
create index quote_expires on quote (valid_until, client_id) where state = 'sent';

alter table composed_line drop constraint composed_line_pkey, alter column draft_id drop not null,
    add column id bigint generated always as identity primary key,
    add column quote_id bigint references quote on delete cascade,
    add constraint composed_line_of_one check (num_nonnulls(draft_id, quote_id) = 1);
create unique index composed_line_draft on composed_line (draft_id, position);
create unique index composed_line_quote on composed_line (quote_id, position);

create function quote_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M27 an accepted quote is the invoice that was offered', q.id::text
        from quote q join invoice i on i.id = q.invoice_id
        left join composed_line l on l.quote_id = q.id
        group by q.id, i.id having i.client_id <> q.client_id or i.currency <> q.currency
            or i.subtotal <> coalesce(sum(l.quantity * l.amount), 0)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from document_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from quote_violations()');
end $do$;
