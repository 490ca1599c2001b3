-- Credit that staff give or take. What they give is used like a payment, but no money came in; what they take is kept
-- like a refund of payments, but no money went out.
alter table ledger_account drop constraint ledger_account_kind_check;
alter table ledger_account add constraint ledger_account_kind_check
    check (kind in ('cash', 'receivable', 'client_credit', 'income', 'tax_payable', 'bad_debt', 'adjustment'));

create table credit_adjustment (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    currency text not null references currency,
    -- Negative: taken.
    amount bigint not null check (amount <> 0),
    -- For staff.
    reason text not null,
    created_at timestamptz not null default now()
);
create index credit_adjustment_client on credit_adjustment (client_id, id desc);
create index credit_adjustment_currency on credit_adjustment (currency);

alter table payment add column adjustment_id bigint unique references credit_adjustment;
alter table payment add constraint payment_adjustment_check check ((gateway = 'adjustment') = (adjustment_id is not null)) not valid;
alter table refund add column adjustment_id bigint references credit_adjustment;
alter table refund add constraint refund_adjustment_check
    check ((gateway = 'adjustment') = (adjustment_id is not null) and (adjustment_id is null or from_credit = amount)) not valid;
create index refund_adjustment on refund (adjustment_id) where adjustment_id is not null;

create function adjustment_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M31 credit given or taken by hand is what it says', c.id::text
        from credit_adjustment c left join payment p on p.adjustment_id = c.id
        left join (select adjustment_id, sum(amount) as taken from refund where adjustment_id is not null group by adjustment_id) r
            on r.adjustment_id = c.id
        where coalesce(p.amount, 0) - coalesce(r.taken, 0) <> c.amount or p.client_id <> c.client_id
           or (c.amount < 0 and not exists (select 1 from ledger_transaction t where t.key = 'adjustment:' || c.id))
    union all select 'M32 no more of a payment is used and given back than was paid', p.id::text
        from payment p left join (select payment_id, sum(amount) as used from allocation group by payment_id) a on a.payment_id = p.id
        left join (select payment_id, sum(from_credit) as back from refund group by payment_id) r on r.payment_id = p.id
        where coalesce(a.used, 0) + coalesce(r.back, 0) > p.amount
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from adjustment_violations()');
end $do$;
