-- What staff charge by hand: at once, on a day, or with the client's next invoice.
create table billable_item (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    description text not null,
    quantity int not null default 1 check (quantity between 1 and 100000),
    currency text not null references currency,
    -- For each, without tax, minor units.
    amount bigint not null check (amount > 0),
    taxable boolean not null default true,
    bill text not null check (bill in ('hand', 'next', 'day')),
    bill_on date,
    removed_at timestamptz,
    created_at timestamptz not null default now(),
    check ((bill = 'day') = (bill_on is not null))
);
create index billable_item_client on billable_item (client_id, id desc);
create index billable_item_currency on billable_item (currency);

alter table invoice_line add column billable_item_id bigint references billable_item;
-- An item is invoiced once; a void invoice lets it go.
create unique index invoice_line_item_once on invoice_line (billable_item_id) where not voided;
-- Items that wait for a day or an invoice.
create index billable_item_waiting on billable_item (bill_on, client_id) where bill <> 'hand' and removed_at is null;
