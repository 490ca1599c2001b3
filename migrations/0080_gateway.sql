-- Gateways that tell of payments themselves, and what they say.

-- A payment as its gateway last told of it.
create table gateway_payment (
    id bigint generated always as identity primary key,
    gateway text not null,
    remote_id text not null,
    client_id bigint references client,
    invoice_id bigint references invoice,
    -- As charged: maybe a currency that we do not use.
    currency text not null,
    amount bigint not null,
    state text not null default 'open' check (state in ('open', 'pending', 'paid', 'rejected', 'charged_back')),
    -- Why it was rejected, for the payer.
    reason text,
    -- Where the payer has to do something.
    action_url text,
    method text,
    subscription text,
    fee bigint,
    -- Given back, as the gateway says.
    refunded bigint not null default 0,
    -- What was recorded of it: once.
    payment_id bigint unique references payment,
    created_at timestamptz not null default now(),
    asked_at timestamptz not null default now(),
    unique (gateway, remote_id)
);
create index gateway_payment_client on gateway_payment (client_id);
create index gateway_payment_invoice on gateway_payment (invoice_id, id desc);
create index gateway_payment_unsettled on gateway_payment (gateway, asked_at) where state in ('open', 'pending');

-- A subscription that a gateway charges by itself, and the service that it pays for.
create table gateway_subscription (
    gateway text not null,
    remote_id text not null,
    service_id bigint not null references service,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (gateway, remote_id, service_id)
);
create index gateway_subscription_service on gateway_subscription (service_id);

-- Up to when the changed payments of a gateway were read.
create table gateway_poll (
    gateway text primary key,
    read_until timestamptz not null
);
