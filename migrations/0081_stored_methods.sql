-- Ways to pay that gateways keep, and charges of them.

-- How a gateway knows a client.
create table gateway_customer (
    gateway text not null,
    client_id bigint not null references client,
    -- None: it is being made, or was removed.
    remote_id text,
    -- Counts how often it was removed: part of the key under which the gateway makes it.
    generation int not null default 1,
    -- The stored way to pay that is proposed first: one of all gateways.
    default_method text,
    default_label text,
    primary key (gateway, client_id),
    unique (gateway, remote_id),
    check ((default_method is null) = (default_label is null)),
    check (default_method is null or remote_id is not null)
);
create unique index gateway_customer_default on gateway_customer (client_id) where default_method is not null;
create index gateway_customer_client on gateway_customer (client_id);

-- Charges are about invoices, refunds about payments.
alter table effect drop constraint effect_subject_check;
alter table effect add constraint effect_subject_check check (subject in ('service', 'domain', 'invoice', 'payment'));
