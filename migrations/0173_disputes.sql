-- Disputes: the payer's bank takes a payment back, for now or for good.
create table dispute (
    id bigint generated always as identity primary key,
    gateway text not null,
    remote_id text not null,
    payment_id bigint not null references payment,
    currency text not null references currency,
    -- As the gateway says, and what was taken of the payment here.
    amount bigint not null,
    taken bigint not null check (taken >= 0),
    state text not null check (state in ('open', 'won', 'lost')),
    reason text not null default '',
    fee bigint,
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    -- What was recorded when it was won.
    restored_id bigint unique references payment,
    unique (gateway, remote_id),
    check ((state = 'open') = (closed_at is null))
);
create index dispute_payment on dispute (payment_id);
create index dispute_state on dispute (state, id desc);
create index dispute_currency on dispute (currency);

-- What of it an invoice held, which is owed again.
create table dispute_part (
    dispute_id bigint not null references dispute,
    invoice_id bigint not null references invoice,
    amount bigint not null check (amount > 0),
    primary key (dispute_id, invoice_id)
);
create index dispute_part_invoice on dispute_part (invoice_id);

alter table refund add column dispute_id bigint references dispute;
create index refund_dispute on refund (dispute_id) where dispute_id is not null;

-- An invoice whose payment was taken back is owed again: nothing is done about it while that is disputed, and it is late
-- from that day on at the earliest.
alter table invoice add column is_disputed boolean not null default false;
alter table invoice add column reopened_on date;

create function dispute_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M35 what a dispute took is restored once it is won, and only then', d.id::text
        from dispute d left join payment p on p.id = d.restored_id
        left join (select dispute_id, sum(amount) as taken from refund where dispute_id is not null group by dispute_id) r
            on r.dispute_id = d.id
        where coalesce(r.taken, 0) <> d.taken
           or coalesce(p.amount, 0) <> case d.state when 'won' then d.taken else 0 end
    union all select 'M36 an invoice is disputed while a dispute over it is open', i.id::text
        from invoice i where i.is_disputed is distinct from exists (
            select 1 from dispute_part p join dispute d on d.id = p.dispute_id where p.invoice_id = i.id and d.state = 'open')
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
    v2 text := 'from invoice i where i.state = ''paid'' and 1 <> (';
begin
    if position(mark in old) = 0 or position(v2 in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    old := replace(old, v2, 'from invoice i where i.state = ''paid'' and 1 + (select count(*) from event e
            where e.aggregate = ''invoice'' and e.aggregate_id = i.id and e.name = ''InvoiceUnpaid'') <> (');
    execute replace(old, mark, mark || ' union all select rule, detail from dispute_violations()');
end $do$;
