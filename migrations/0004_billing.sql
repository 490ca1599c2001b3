-- Invoices, payments and the ledger. What the rules of money forbid, the schema refuses.
create table number_series (
    series text primary key,
    next bigint not null check (next > 0)
);
insert into number_series values ('INV', 1);

create table invoice (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    order_id bigint references sales_order,
    state text not null default 'draft' check (state in ('draft', 'unpaid', 'paid', 'void', 'refunded')),
    series text references number_series,
    number bigint check (number > 0),
    number_text text,
    currency text not null references currency,
    subtotal bigint not null default 0,
    tax bigint not null default 0,
    total bigint not null default 0 check (total >= 0),
    issued_on date,
    due_on date,
    paid_at timestamptz,
    voided_at timestamptz,
    -- Names and addresses as they were when it was issued.
    client_snapshot jsonb,
    seller_snapshot jsonb,
    digest bytea,
    notes text not null default '',
    created_at timestamptz not null default now(),
    unique (series, number),
    check (total = subtotal + tax),
    check ((state = 'draft') = (number is null)),
    check ((number is null) = (number_text is null)),
    check (number is null or (series is not null and digest is not null and issued_on is not null
        and due_on is not null and client_snapshot is not null and seller_snapshot is not null)),
    check ((state in ('paid', 'refunded')) = (paid_at is not null))
);
create index invoice_client on invoice (client_id, id desc);
create index invoice_state on invoice (state, id desc);
create index invoice_due on invoice (due_on) where state = 'unpaid';
create index invoice_paid_at on invoice (paid_at);
create index invoice_order on invoice (order_id);
create index invoice_currency on invoice (currency);
create index invoice_number_text on invoice (number_text);

create table invoice_line (
    id bigint generated always as identity primary key,
    invoice_id bigint not null references invoice,
    kind text not null check (kind in
        ('setup', 'recurring', 'one_time', 'domain_register', 'domain_transfer', 'domain_renew', 'manual')),
    description text not null,
    service_id bigint references service,
    domain_id bigint references domain,
    period daterange,
    price_id bigint references price,
    tld_price_id bigint references tld_price,
    quantity int not null default 1 check (quantity > 0),
    discount bigint not null default 0 check (discount >= 0),
    net bigint not null,
    tax_name text not null default '',
    tax_rate numeric(7, 5) not null default 0,
    tax bigint not null default 0,
    voided boolean not null default false,
    check (kind <> 'recurring' or (service_id is not null and period is not null and not isempty(period))),
    check (kind not in ('domain_register', 'domain_transfer', 'domain_renew') or domain_id is not null),
    -- A period of a service is invoiced at most once.
    constraint line_one_invoice_per_period exclude using gist (service_id with =, period with &&)
        where (kind = 'recurring' and not voided)
);
create index invoice_line_invoice on invoice_line (invoice_id);
create index invoice_line_service on invoice_line (service_id);
create index invoice_line_domain on invoice_line (domain_id);
create index invoice_line_price on invoice_line (price_id);
create index invoice_line_tld_price on invoice_line (tld_price_id);
create unique index invoice_line_setup_once on invoice_line (service_id) where kind = 'setup' and not voided;

create function invoice_digest(i bigint) returns bytea language sql stable as $$
    select sha256(convert_to(coalesce(string_agg(
        format('%s|%s|%s|%s|%s|%s', id, kind, coalesce(period::text, ''), net, tax_rate, tax), E'\n' order by id), ''), 'UTF8'))
    from invoice_line where invoice_id = i and not voided
$$;

-- Lines of an issued invoice stay as they are; voiding the invoice may release them.
create function guard_issued_line() returns trigger language plpgsql as $$
declare issued boolean;
begin
    select number is not null into issued from invoice where id = coalesce(old.invoice_id, new.invoice_id);
    if issued and tg_op = 'UPDATE' and new.voided and not old.voided
        and (new.invoice_id, new.kind, new.net, new.tax, new.tax_rate, new.quantity, new.discount, new.description)
          = (old.invoice_id, old.kind, old.net, old.tax, old.tax_rate, old.quantity, old.discount, old.description) then
        return new;
    end if;
    if issued then
        raise exception 'lines of an issued invoice are never changed' using errcode = 'integrity_constraint_violation';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger guard_issued_line before insert or update or delete on invoice_line
    for each row execute function guard_issued_line();

create table payment (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    gateway text not null,
    -- The gateway's own id: the same one cannot be recorded twice.
    transaction_ref text not null,
    currency text not null references currency,
    amount bigint not null check (amount > 0),
    received_on date not null,
    note text not null default '',
    created_at timestamptz not null default now(),
    unique (gateway, transaction_ref)
);
create index payment_client on payment (client_id, id desc);
create index payment_currency on payment (currency);
create index payment_received on payment (received_on);

create table allocation (
    payment_id bigint not null references payment,
    invoice_id bigint not null references invoice,
    amount bigint not null check (amount > 0),
    created_at timestamptz not null default now(),
    primary key (payment_id, invoice_id)
);
create index allocation_invoice on allocation (invoice_id);

-- Debits are positive, credits negative.
create table ledger_account (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('cash', 'receivable', 'client_credit', 'income', 'tax_payable')),
    client_id bigint references client,
    currency text not null references currency,
    -- Kept for client accounts by a trigger; system accounts are summed when asked.
    balance bigint not null default 0,
    check ((kind in ('receivable', 'client_credit')) = (client_id is not null)),
    unique nulls not distinct (kind, client_id, currency)
);
create index ledger_account_client on ledger_account (client_id);
create index ledger_account_currency on ledger_account (currency);

create table ledger_transaction (
    id bigint generated always as identity primary key,
    -- Why it exists, so that the same fact is never posted twice: 'payment:17'.
    key text not null unique,
    occurred_at timestamptz not null default now()
);
create table ledger_entry (
    transaction_id bigint not null references ledger_transaction,
    account_id bigint not null references ledger_account,
    amount bigint not null check (amount <> 0),
    currency text not null references currency,
    primary key (transaction_id, account_id)
);
create index ledger_entry_account on ledger_entry (account_id);
create index ledger_entry_currency on ledger_entry (currency);

create function ledger_zero_sum() returns trigger language plpgsql as $$ begin
    if exists (select 1 from ledger_entry where transaction_id = new.transaction_id
               group by currency having sum(amount) <> 0) then
        raise exception 'ledger transaction % does not balance', new.transaction_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_zero_sum after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_zero_sum();

create function ledger_append_only() returns trigger language plpgsql as $$ begin
    raise exception 'the ledger is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger ledger_entry_append_only before update or delete on ledger_entry
    for each row execute function ledger_append_only();
create trigger ledger_transaction_append_only before update or delete on ledger_transaction
    for each row execute function ledger_append_only();

create function ledger_balance() returns trigger language plpgsql as $$ begin
    update ledger_account a set balance = a.balance + n.amount
    from (select account_id, sum(amount) as amount from inserted group by account_id) n
    where a.id = n.account_id and a.client_id is not null;
    return null;
end $$;
create trigger ledger_balance after insert on ledger_entry
    referencing new table as inserted for each statement execute function ledger_balance();
