-- Reports: the right to see them, what several of them compute alike, and the indexes that they read.

-- Who may give rights may see reports, and can give that away.
update role set permissions = array_append(permissions, 'reports:read')
    where 'staff:write' = any (permissions) and not 'reports:read' = any (permissions);

-- What is charged by a cycle, as the amount of a month, in minor units: half away from zero for each service, so that
-- parts sum to the whole. A year has 365.2425 days.
create function monthly_worth(amount bigint, count int, unit text) returns bigint language sql immutable as $$
    select round(amount * case when unit in ('day', 'week') then 365.2425 else 1 end
        / (count * case unit when 'month' then 1 when 'week' then 84 else 12 end))::bigint
$$;

-- What was owed on each invoice at the end of a day, and how many days late it was then. `until` is the moment at which
-- the day ends where the company is. A payment counts from when it was used for the invoice.
create function owed_on(day date, until timestamptz)
    returns table (client_id bigint, currency text, late int, owed bigint) language sql stable as $$
    select i.client_id, i.currency, day - i.due_on, (i.total - coalesce(a.paid, 0))::bigint
    from invoice i left join lateral (
        select sum(amount) as paid from allocation where invoice_id = i.id and created_at < until) a on true
    where i.issued_on <= day and i.total > coalesce(a.paid, 0)
      and (i.state = 'unpaid' or (i.state in ('paid', 'refunded') and i.paid_at >= until)
           or (i.state = 'void' and i.voided_at >= until))
$$;

create index invoice_issued on invoice (issued_on);
-- The ledger only grows, in the order of time.
create index ledger_transaction_occurred on ledger_transaction using brin (occurred_at) with (pages_per_range = 32, autosummarize = on);
