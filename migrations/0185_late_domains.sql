-- What happens with a domain after its expiry. Days of grace: it is renewed, maybe for a fee; then of redemption: it is
-- restored for another. None: nobody said.
alter table tld add column grace_days int check (grace_days between 0 and 365);
alter table tld add column redemption_days int check (redemption_days between 0 and 365);
alter table tld add constraint tld_late_days_check check ((grace_days is null) = (redemption_days is null));

-- Fees besides the renewal, without tax unless prices include it. No redemption fee: not restored in this currency.
create table tld_late_fee (
    tld_id bigint not null references tld,
    currency text not null references currency,
    grace bigint not null default 0 check (grace >= 0),
    redemption bigint check (redemption >= 0),
    primary key (tld_id, currency)
);
create index tld_late_fee_currency on tld_late_fee (currency);

do $do$ declare
    old text := (select pg_get_constraintdef(oid) from pg_constraint
        where conname = 'invoice_line_kind_check' and conrelid = 'invoice_line'::regclass);
    mark text := '''domain_renew''::text';
begin
    if old is null or position(mark in old) = 0 then
        raise exception 'the kinds of lines have changed their shape';
    end if;
    alter table invoice_line drop constraint invoice_line_kind_check;
    execute 'alter table invoice_line add constraint invoice_line_kind_check '
        || replace(old, mark, mark || ', ''domain_grace''::text, ''domain_redemption''::text');
end $do$;
alter table invoice_line add constraint invoice_line_late_check
    check (kind not in ('domain_grace', 'domain_redemption') or (domain_id is not null and renews_from is not null)) not valid;
-- A fee is charged once for each expiry.
create unique index invoice_line_late_once on invoice_line (domain_id, renews_from, kind)
    where kind in ('domain_grace', 'domain_redemption') and not voided;

create function late_domain_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M37 a domain is charged for being late after its expiry only', l.id::text
        from invoice_line l join invoice i on i.id = l.invoice_id
        where l.kind in ('domain_grace', 'domain_redemption') and not l.voided and i.issued_on <= l.renews_from
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from event_violations(as_of)';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from late_domain_violations()');
end $do$;

-- A renewal waits for the fee that goes with it, and may be a restore.
do $do$ declare
    old text := pg_get_functiondef('billing_violations(timestamptz)'::regprocedure);
    mark text := 'and l.renews_from is not null and not exists (
            select 1 from effect e where e.subject = ''domain'' and e.subject_id = d.id and e.kind = ''domain.renew''';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit of billing has changed its shape';
    end if;
    execute replace(old, mark, 'and l.renews_from is not null and not exists (
            select 1 from invoice_line f join invoice o on o.id = f.invoice_id and o.state <> ''paid''
            where f.domain_id = d.id and f.renews_from = l.renews_from and not f.voided
              and f.kind in (''domain_grace'', ''domain_redemption'')) and not exists (
            select 1 from effect e where e.subject = ''domain'' and e.subject_id = d.id and e.kind in (''domain.renew'', ''domain.restore'')');
end $do$;
