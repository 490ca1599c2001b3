-- Events get a place in one feed, and each subscriber reads it with a cursor of its own. What is simply
-- delivered leaves no row behind; "delivery" holds what failed, what waits behind it, and what is sent again.

-- Places have no gaps. One transaction at a time gives them, so that whoever has read up to a place has
-- missed nothing before it. Events are never removed, so neither this table nor the outbox pays for a
-- foreign key on every row.
create table feed (
    position bigint primary key,
    event_id bigint not null unique
);
alter table outbox drop constraint outbox_event_id_fkey;

create table feed_head (
    one boolean primary key default true check (one),
    -- The last place given.
    position bigint not null,
    -- Events with a higher id are in the outbox or in the feed; older ones may have left it.
    pruned_event bigint not null
) with (fillfactor = 50);

insert into feed (position, event_id)
    select row_number() over (order by id), id from event e where not exists (select 1 from outbox o where o.event_id = e.id);
insert into feed_head (position, pruned_event)
    select (select count(*) from feed), coalesce((select max(event_id) from feed), 0);

-- Events of a span of time, at next to no cost for writers.
create index event_occurred on event using brin (occurred_at) with (autosummarize = on);

-- Up to the present head every subscriber has its rows in "delivery".
-- "since_event" and "delivery.lease_until" are not used any more; a later release drops them.
alter table subscriber
    -- It has read the feed up to here.
    add column cursor bigint not null default 0,
    -- From here on, what it has read without leaving a row in "delivery" was delivered.
    add column since bigint not null default 0,
    -- Counts the nodes that took it and the changes made to it: who holds an older number writes nothing.
    add column fence bigint not null default 0,
    add column lease_until timestamptz,
    -- Different events in a row that failed.
    add column failures int not null default 0,
    -- Set while the whole subscriber is taken to be out of order.
    add column failing_since timestamptz,
    add column retry_at timestamptz,
    add column last_error text,
    add constraint subscriber_retry check (retry_at is null or failing_since is not null);
update subscriber set cursor = h.position, since = h.position from feed_head h;
alter table subscriber set (fillfactor = 50);

-- Without a time: waits behind an earlier event of the same thing.
alter table delivery alter column run_at drop not null;
update delivery d set run_at = null where state = 'pending' and exists (
    select 1 from delivery e where e.subscriber_id = d.subscriber_id and e.state = 'pending'
        and e.aggregate = d.aggregate and e.aggregate_id = d.aggregate_id and e.sequence < d.sequence);
drop index delivery_due;
create index delivery_due on delivery (subscriber_id, run_at) where state = 'pending' and run_at is not null;

-- Is, or was, an event owed to a subscriber? Its place is null while it is in the outbox, and after it has left the feed.
create function event_is_owed(id bigint, name text, place bigint, s subscriber) returns boolean language sql stable as $$
    select (s.events = '{}' or name = any (s.events)) and case
        when place is null then s.enabled and exists (select 1 from outbox o where o.event_id = id)
        else place > s.since and (place <= s.cursor or s.enabled) end
$$;

-- What must hold of events on their way.
create function event_violations(as_of timestamptz) returns table (rule text, detail text) language sql stable as $$
    select 'V3 an event is in the outbox or in the feed', e.id::text
        from event e, feed_head h where e.id > h.pruned_event
          and not exists (select 1 from outbox o where o.event_id = e.id)
          and not exists (select 1 from feed f where f.event_id = e.id)
    union all select 'V4 of what waits for a subscriber the first of each thing, and no other, has a time', subscriber_id || ' ' || aggregate || ' ' || aggregate_id
        from (select subscriber_id, aggregate, aggregate_id, run_at,
                     row_number() over (partition by subscriber_id, aggregate, aggregate_id order by sequence) as n
              from delivery where state = 'pending') x
        group by subscriber_id, aggregate, aggregate_id having not bool_and((run_at is not null) = (n = 1))
    union all select 'V5 an event is fanned out in time', event_id::text
        from outbox o join event e on e.id = o.event_id where e.occurred_at < as_of - interval '15 minutes'
    union all select 'V6 a subscriber that does not fail reads in time', s.id
        from subscriber s join lateral (select event_id from feed where position > s.cursor order by position limit 1) f on true
        join event e on e.id = f.event_id
        where s.enabled and s.failing_since is null and e.occurred_at < as_of - interval '15 minutes'
    union all select 'V7 the feed has no hole', 'before ' || max(position)
        from feed having count(*) <> max(position) - min(position) + 1 or max(position) > (select position from feed_head)
$$;

create or replace function violations(as_of timestamptz default now()) returns table (rule text, detail text) language sql stable as $$
    -- money
    select 'M1 a ledger transaction sums to zero per currency', transaction_id::text
        from ledger_entry group by transaction_id, currency having sum(amount) <> 0
    union all select 'M2 an entry has the currency of its account', e.transaction_id::text
        from ledger_entry e join ledger_account a on a.id = e.account_id where e.currency <> a.currency
    union all select 'M3 a kept balance equals the sum of its entries', a.id::text
        from ledger_account a left join ledger_entry e on e.account_id = a.id where a.client_id is not null
        group by a.id having a.balance <> coalesce(sum(e.amount), 0)
    union all select 'M4 a client''s credit is never negative', a.id::text
        from ledger_account a join ledger_entry e on e.account_id = a.id where a.kind = 'client_credit'
        group by a.id having -sum(e.amount) < 0
    union all select 'M5 an invoice''s total is the sum of its lines', i.id::text
        from invoice i left join invoice_line l on l.invoice_id = i.id and not l.voided
        where i.state not in ('draft', 'void') group by i.id having i.total <> coalesce(sum(l.net + l.tax), 0)
    union all select 'M6 tax is rounded once per rate', l.invoice_id || ' at ' || l.tax_rate
        from invoice_line l where not l.voided group by l.invoice_id, l.tax_rate having sum(l.tax) <> round(sum(l.net) * l.tax_rate)
    union all select 'M7 a line''s net is its price times its quantity less its discount', l.id::text
        from invoice_line l left join price p on p.id = l.price_id left join tld_price t on t.id = l.tld_price_id
        where (p.id is not null or t.id is not null) and l.net <> l.quantity * (case l.kind
            when 'setup' then p.setup when 'domain_register' then t.register when 'domain_transfer' then t.transfer
            when 'domain_renew' then t.renew else p.amount end) - l.discount
    union all select 'M8 a price has the currency of its invoice', l.id::text
        from invoice_line l join invoice i on i.id = l.invoice_id left join price p on p.id = l.price_id
        left join tld_price t on t.id = l.tld_price_id where coalesce(p.currency, t.currency, i.currency) <> i.currency
    union all select 'M9 an issued invoice is unchanged', i.id::text
        from invoice i where i.number is not null and i.state <> 'void' and i.digest is distinct from invoice_digest(i.id)
    union all select 'M10 numbers of a series have no gap', s.series
        from number_series s left join invoice i on i.series = s.series and i.number is not null
        group by s.series, s.next having count(i.id) <> s.next - 1 or coalesce(max(i.number), 0) <> s.next - 1
    union all select 'M11 paid if and only if its allocations make its total', i.id::text
        from invoice i left join allocation a on a.invoice_id = i.id where i.state in ('unpaid', 'paid')
        group by i.id having (i.state = 'paid') <> (coalesce(sum(a.amount), 0) = i.total)
    union all select 'M12 never more allocated than its total', i.id::text
        from invoice i join allocation a on a.invoice_id = i.id group by i.id having sum(a.amount) > i.total
    union all select 'M13 never more allocated than was paid', p.id::text
        from payment p join allocation a on a.payment_id = p.id group by p.id having sum(a.amount) > p.amount
    union all select 'M14 a payment has the currency of the invoices it pays', p.id::text
        from allocation a join payment p on p.id = a.payment_id join invoice i on i.id = a.invoice_id where p.currency <> i.currency
    union all select 'M15 a payment pays invoices of its own client', p.id::text
        from allocation a join payment p on p.id = a.payment_id join invoice i on i.id = a.invoice_id where p.client_id <> i.client_id
    union all select 'M16 a payment is posted to the ledger', p.id::text
        from payment p where not exists (select 1 from ledger_transaction t where t.key = 'payment:' || p.id)
    union all select 'M18 what a client owes is its unpaid invoices', a.id::text
        from ledger_account a where a.kind = 'receivable' and a.balance <> coalesce((
            select sum(i.total - coalesce((select sum(amount) from allocation where invoice_id = i.id), 0))
            from invoice i where i.client_id = a.client_id and i.currency = a.currency and i.state = 'unpaid'), 0)
    -- calendar
    union all select 'C1 periods of a service join without a hole', service_id::text
        from (select service_id, period, lag(upper(period)) over (partition by service_id order by lower(period)) as p
              from invoice_line where kind = 'recurring' and not voided) x where p is not null and p <> lower(period)
    union all select 'C2 a period starts a whole number of cycles after the anchor', l.id::text
        from invoice_line l join service s on s.id = l.service_id join billing_cycle c on c.id = s.cycle_id
        where l.kind = 'recurring' and not l.voided and c.unit in ('month', 'year') and not exists (
            select 1 from (select (extract(year from lower(l.period)) - extract(year from s.anchor))::int * 12
                                + (extract(month from lower(l.period)) - extract(month from s.anchor))::int as m) k
            where k.m >= 0 and k.m % (c.count * case c.unit when 'year' then 12 else 1 end) = 0
              and (s.anchor + k.m * interval '1 month')::date = lower(l.period))
    union all select 'C3 paid_through is the end of the last paid period', s.id::text
        from service s where s.paid_through is distinct from (
            select max(upper(l.period)) from invoice_line l join invoice i on i.id = l.invoice_id
            where l.service_id = s.id and l.kind = 'recurring' and not l.voided and i.state = 'paid')
    union all select 'C4 nobody who has paid is suspended as overdue', s.id::text
        from service s where s.state = 'suspended' and s.suspend_reason = 'overdue' and not exists (
            select 1 from invoice_line l join invoice i on i.id = l.invoice_id
            where l.service_id = s.id and i.state = 'unpaid' and i.due_on < as_of::date)
    union all select 'C5 a domain expires when its paid years end', d.name
        from domain d join effect r on r.subject = 'domain' and r.subject_id = d.id and r.state = 'succeeded' and r.kind = 'domain.register'
        where d.state = 'active' and d.registered_on is not null and d.expires_on <> (d.registered_on + ((
            (r.request ->> 'years')::int + coalesce((select sum((e.request ->> 'years')::int) from effect e
            where e.kind = 'domain.renew' and e.subject = 'domain' and e.subject_id = d.id and e.state = 'succeeded'), 0)
            ) * interval '1 year'))::date
    -- side effects
    union all select 'E1 an effect is settled in time', key
        from effect where state in ('planned', 'sent', 'unknown') and planned_at < as_of - interval '15 minutes'
    union all select 'E2 a success names what the provider made', key from effect where state = 'succeeded' and provider_ref is null
    union all select 'E3 an active service was created exactly once', s.id::text
        from service s join product p on p.id = s.product_id
        where s.state in ('active', 'suspended') and p.plugin_id is not null and 1 <> (
            select count(*) from effect e where e.kind = 'service.create' and e.subject = 'service' and e.subject_id = s.id and e.state = 'succeeded')
    union all select 'E7 an active domain was obtained exactly once', d.name
        from domain d where d.state = 'active' and 1 <> (
            select count(*) from effect e where e.kind in ('domain.register', 'domain.transfer')
            and e.subject = 'domain' and e.subject_id = d.id and e.state = 'succeeded')
    union all select 'E8 nothing of a paid order is forgotten', 'order ' || o.id
        from sales_order o join invoice i on i.order_id = o.id
        where o.state = 'pending' and i.state = 'paid' and i.paid_at < as_of - interval '15 minutes'
          and coalesce((select (value ->> 'accept_paid_orders')::boolean from setting where key = 'automation'), true)
          and not exists (select 1 from service s join product p on p.id = s.product_id
              where s.order_id = o.id and s.state = 'pending' and p.setup_when = 'manual')
    -- events
    union all select 'V1 the events of a thing count without a gap', aggregate || ' ' || aggregate_id
        from event group by aggregate, aggregate_id having max(sequence) <> count(*)
    union all select 'V2 a paid invoice said so exactly once', i.id::text
        from invoice i where i.state = 'paid' and 1 <> (select count(*) from event e
            where e.aggregate = 'invoice' and e.aggregate_id = i.id and e.name = 'Invoice-Paid')
    union all select rule, detail from event_violations(as_of)
    -- records
    union all select 'S1 the audit chain is unbroken', a.id::text
        from (select l as row, l.id, l.seal, lag(l.seal) over (order by l.seal_no) as previous from audit_log l where l.seal_no is not null) a
        where a.seal <> audit_digest(a.previous, a.row)
    union all select 'S2 nobody disabled is logged in', s.id::text
        from session s left join user_account u on u.id = s.user_id left join staff t on t.id = s.staff_id
        left join client c on c.id = s.client_id
        where s.expires_at > as_of and (u.disabled_at is not null or t.disabled_at is not null or c.state = 'closed')
    union all select 'S3 an erased client holds no personal data', id::text
        from client where erased_at is not null and (email <> '' or first_name <> '' or last_name <> '')
$$;
