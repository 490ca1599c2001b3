-- Money given back through the gateway that took it.
create table refund (
    id bigint generated always as identity primary key,
    payment_id bigint not null references payment,
    -- Whose payment is taken back; none: it was credit of the client.
    invoice_id bigint references invoice,
    effect_id bigint not null unique references effect,
    gateway text not null,
    remote_id text not null,
    currency text not null references currency,
    amount bigint not null check (amount > 0),
    -- The part that was the client's credit.
    from_credit bigint not null default 0 check (from_credit between 0 and amount),
    note text not null default '',
    created_at timestamptz not null default now(),
    unique (gateway, remote_id),
    check (invoice_id is not null or from_credit = amount)
);
create index refund_payment on refund (payment_id);
create index refund_invoice on refund (invoice_id);
create index refund_currency on refund (currency);

create function refund_within_payment() returns trigger language plpgsql as $$ begin
    if (select sum(amount) from refund where payment_id = new.payment_id)
        > (select amount from payment where id = new.payment_id) then
        raise exception 'more of payment % is given back than was paid', new.payment_id
            using errcode = 'integrity_constraint_violation';
    end if;
    return null;
end $$;
create trigger refund_within_payment after insert or update on refund
    for each row execute function refund_within_payment();
