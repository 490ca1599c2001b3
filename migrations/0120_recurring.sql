-- What recurs: how far each service is invoiced, and the daily run that goes on from there.

-- Days between making an invoice and its due date; none: as the settings say.
alter table billing_cycle add column invoice_days int check (invoice_days between 0 and 365);
-- Each due date of each service on an invoice of its own.
alter table client add column separate_invoices boolean not null default false;
-- Charge a stored way to pay when invoices are due.
alter table client add column auto_charge boolean not null default true;
alter table client add column late_fees boolean not null default true;
alter table client add column reminders boolean not null default true;

-- End of the last period that is on an invoice: the next one starts here. None: it does not recur.
alter table service add column billed_through date;
-- No period that starts on this day or later is invoiced; the service ends then.
alter table service add column ends_on date;
-- Until this day it is neither suspended nor terminated for unpaid invoices.
alter table service add column spared_until date;

update service s set billed_through = coalesce((select max(upper(l.period)) from invoice_line l
    where l.service_id = s.id and l.kind = 'recurring' and not l.voided), s.anchor)
from billing_cycle c where c.id = s.cycle_id and c.kind = 'recurring';

create index service_to_bill on service (cycle_id, billed_through) include (client_id)
    where state in ('active', 'suspended') and billed_through is not null;
create index service_ends on service (ends_on) where ends_on is not null and state in ('active', 'suspended');

-- A line keeps `billed_through` of its service right, whoever writes it.
create function line_moves_billed_through() returns trigger language plpgsql as $$ begin
    update service s set billed_through = greatest(s.billed_through, n.until)
    from (select service_id, max(upper(period)) as until from inserted where kind = 'recurring' group by service_id) n
    where s.id = n.service_id;
    return null;
end $$;
create trigger line_moves_billed_through after insert on invoice_line
    referencing new table as inserted for each statement execute function line_moves_billed_through();

create function void_moves_billed_through() returns trigger language plpgsql as $$ begin
    update service s set billed_through = coalesce((select max(upper(l.period)) from invoice_line l
        where l.service_id = s.id and l.kind = 'recurring' and not l.voided), s.anchor)
    where s.id in (select service_id from changed where kind = 'recurring' and voided);
    return null;
end $$;
create trigger void_moves_billed_through after update on invoice_line
    referencing new table as changed for each statement execute function void_moves_billed_through();

-- Lines may join an issued invoice only in the transaction that issues it. Asked once for a statement, where the
-- older trigger looked at every line.
alter table invoice add column issued_by xid8;
drop trigger guard_issued_line on invoice_line;
create trigger guard_issued_line before update or delete on invoice_line
    for each row execute function guard_issued_line();
create function guard_new_line() returns trigger language plpgsql as $$ begin
    if exists (select 1 from inserted n join invoice i on i.id = n.invoice_id
               where i.number is not null and i.issued_by is distinct from pg_current_xact_id()) then
        raise exception 'lines of an issued invoice are never changed' using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger guard_new_line after insert on invoice_line
    referencing new table as inserted for each statement execute function guard_new_line();

-- The entries of a transaction are written by one statement, and balance when it ends.
drop trigger ledger_zero_sum on ledger_entry;
create or replace function ledger_zero_sum() returns trigger language plpgsql as $$
declare unbalanced bigint;
begin
    select transaction_id into unbalanced from inserted group by transaction_id, currency having sum(amount) <> 0 limit 1;
    if unbalanced is not null then
        raise exception 'ledger transaction % does not balance', unbalanced using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger ledger_zero_sum after insert on ledger_entry
    referencing new table as inserted for each statement execute function ledger_zero_sum();

-- A renewal of a domain is invoiced once for each expiry date.
alter table invoice_line add column renews_from date;
create unique index invoice_line_renewal_once on invoice_line (domain_id, renews_from)
    where kind = 'domain_renew' and renews_from is not null and not voided;

alter table invoice_line drop constraint invoice_line_kind_check;
alter table invoice_line add constraint invoice_line_kind_check check (kind in
    ('setup', 'recurring', 'one_time', 'domain_register', 'domain_transfer', 'domain_renew', 'manual', 'late_fee'));

-- The daily tasks: one row for each task and day.
create table task_run (
    task text not null,
    day date not null,
    state text not null default 'running' check (state in ('running', 'done', 'failed')),
    started_at timestamptz not null,
    ended_at timestamptz,
    -- What it did, by name: {"invoices": 12}.
    counts jsonb not null default '{}',
    error text,
    primary key (task, day),
    check ((state = 'running') = (ended_at is null))
);
create index task_run_day on task_run (day desc);

-- The clients that a task still has to look at on a day. A worker takes some, does its work for them and deletes them
-- in one transaction, so that a run that dies goes on where it stopped, and several workers share one run.
create table task_client (
    task text not null,
    day date not null,
    client_id bigint not null references client,
    primary key (task, day, client_id)
);
create index task_client_client on task_client (client_id);

-- What a task could not do, and why. It is tried again at every run, and leaves when it works.
create table parked (
    task text not null,
    client_id bigint not null references client,
    reason text not null,
    since date not null,
    last_on date not null,
    primary key (task, client_id)
);
create index parked_client on parked (client_id);

-- Which steps of its plan an invoice has seen: reminders, charges, late fees. Each once.
create table dunning_step (
    invoice_id bigint not null references invoice,
    kind text not null check (kind in ('reminder', 'charge', 'late_fee')),
    -- Days after the due date; negative before.
    step int not null,
    taken_on date not null,
    primary key (invoice_id, kind, step)
);

-- Days after the due date; none: as the settings say; -1: never.
alter table product add column suspend_after int check (suspend_after >= -1);
alter table product add column terminate_after int check (terminate_after >= -1);
-- Suspend and terminate services of this client for unpaid invoices.
alter table client add column auto_suspend boolean not null default true;

create function billing_violations(as_of timestamptz) returns table (rule text, detail text) language sql stable as $$
    select 'C6 a service is invoiced up to the end of its last period', s.id::text
        from service s join billing_cycle y on y.id = s.cycle_id
        where s.billed_through is distinct from case y.kind when 'recurring' then coalesce((select max(upper(l.period))
            from invoice_line l where l.service_id = s.id and l.kind = 'recurring' and not l.voided), s.anchor) end
    union all select 'C7 a domain whose renewal was paid is renewed', d.name
        from invoice_line l join invoice i on i.id = l.invoice_id and i.state = 'paid' and i.paid_at < as_of - interval '15 minutes'
        join domain d on d.id = l.domain_id and d.state in ('active', 'expired')
        where l.kind = 'domain_renew' and not l.voided and l.renews_from is not null and not exists (
            select 1 from effect e where e.subject = 'domain' and e.subject_id = d.id and e.kind = 'domain.renew'
              and e.state <> 'failed' and e.request ->> 'from' = l.renews_from::text)
    union all select 'C8 the daily tasks ended', t.task || ' ' || t.day
        from task_run t where t.state <> 'done' and t.day < as_of::date - 1
          and not exists (select 1 from task_run n where n.task = t.task and n.day > t.day and n.state = 'done')
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from event_violations(as_of)';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from billing_violations(as_of)');
end $do$;
