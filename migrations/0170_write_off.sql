-- Written off: what nobody will pay is no receivable any more. The invoice stays as it was issued.
alter table invoice drop constraint invoice_state_check;
alter table invoice add constraint invoice_state_check
    check (state in ('draft', 'unpaid', 'paid', 'void', 'refunded', 'credit', 'written_off'));
alter table ledger_account drop constraint ledger_account_kind_check;
alter table ledger_account add constraint ledger_account_kind_check
    check (kind in ('cash', 'receivable', 'client_credit', 'income', 'tax_payable', 'bad_debt'));

create table write_off (
    invoice_id bigint primary key references invoice,
    currency text not null references currency,
    -- What was still owed, and the tax in it.
    amount bigint not null check (amount > 0),
    tax bigint not null check (tax between 0 and amount),
    -- For staff.
    reason text not null,
    created_at timestamptz not null default now()
);
create index write_off_created on write_off (created_at);
create index write_off_currency on write_off (currency);

create or replace function owed_on(day date, until timestamptz)
    returns table (client_id bigint, currency text, late int, owed bigint) language sql stable as $$
    select i.client_id, i.currency, day - i.due_on, (i.total - coalesce(a.paid, 0))::bigint
    from invoice i left join lateral (
        select sum(amount) as paid from allocation where invoice_id = i.id and created_at < until) a on true
    where i.issued_on <= day and i.total > coalesce(a.paid, 0)
      and (i.state = 'unpaid' or (i.state in ('paid', 'refunded') and i.paid_at >= until)
           or (i.state = 'void' and i.voided_at >= until)
           or (i.state = 'written_off' and exists (select 1 from write_off w where w.invoice_id = i.id and w.created_at >= until)))
$$;

create function write_off_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M30 what is written off of an invoice is what was owed on it', i.id::text
        from invoice i left join write_off w on w.invoice_id = i.id
        where (i.state = 'written_off' or w.invoice_id is not null)
          and (i.state <> 'written_off' or w.amount is distinct from
               i.total - coalesce((select sum(amount) from allocation where invoice_id = i.id), 0)
               or not exists (select 1 from ledger_transaction t where t.key = 'write_off:' || i.id))
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
    c4 text := 'where l.service_id = s.id and i.state = ''unpaid'' and i.due_on < as_of::date';
begin
    if position(mark in old) = 0 or position(c4 in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    -- Who was suspended for what is written off later has not paid.
    old := replace(old, c4, 'where l.service_id = s.id and i.state in (''unpaid'', ''written_off'') and i.due_on < as_of::date');
    execute replace(old, mark, mark || ' union all select rule, detail from write_off_violations()');
end $do$;
