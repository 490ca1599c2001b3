-- Carts, orders, and what they turn into: services and domains.
create table cart (
    id bigint generated always as identity primary key,
    token_hash bytea not null unique,
    client_id bigint references client,
    currency text not null references currency,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index cart_client on cart (client_id);
create index cart_currency on cart (currency);
create index cart_updated on cart (updated_at);

-- A cart holds choices, never prices.
create table cart_item (
    id bigint generated always as identity primary key,
    cart_id bigint not null references cart on delete cascade,
    kind text not null check (kind in ('product', 'domain_register', 'domain_transfer')),
    product_id bigint references product,
    cycle_id bigint references billing_cycle,
    fields jsonb not null default '{}',
    password_sealed text check (password_sealed like 'v1:%'),
    domain text,
    years int check (years between 1 and 10),
    auth_code_sealed text check (auth_code_sealed like 'v1:%'),
    check ((kind = 'product') = (product_id is not null and cycle_id is not null)),
    check ((kind <> 'product') = (domain is not null and years is not null))
);
create unique index cart_item_domain on cart_item (cart_id, domain) where domain is not null;
create index cart_item_cart on cart_item (cart_id);
create index cart_item_product on cart_item (product_id);
create index cart_item_cycle on cart_item (cycle_id);

-- "order" is a word of SQL.
create table sales_order (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    state text not null default 'pending' check (state in ('pending', 'active', 'cancelled', 'fraud')),
    currency text not null references currency,
    total bigint not null check (total >= 0),
    -- The cart it came from: the same cart cannot be checked out twice.
    cart_id bigint unique,
    ip text not null default '',
    notes text not null default '',
    created_at timestamptz not null default now(),
    accepted_at timestamptz
);
create index sales_order_client on sales_order (client_id, id desc);
create index sales_order_state on sales_order (state, id desc);
create index sales_order_created on sales_order (created_at);
create index sales_order_currency on sales_order (currency);

create table service (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    order_id bigint references sales_order,
    product_id bigint not null references product,
    server_id bigint references server,
    state text not null default 'pending'
        check (state in ('pending', 'active', 'suspended', 'terminated', 'cancelled', 'fraud')),
    label text not null,
    cycle_id bigint not null references billing_cycle,
    price_id bigint not null references price,
    currency text not null references currency,
    -- Charged each cycle, without tax.
    amount bigint not null check (amount >= 0),
    anchor date not null,
    -- End of the last paid period: derived from paid lines.
    paid_through date,
    fields jsonb not null default '{}',
    password_sealed text check (password_sealed like 'v1:%'),
    username text,
    remote_id text,
    suspend_reason text,
    created_at timestamptz not null default now(),
    activated_at timestamptz,
    terminated_at timestamptz,
    check ((state = 'suspended') = (suspend_reason is not null))
);
create index service_client on service (client_id, id desc);
create index service_state on service (state, id desc);
create index service_order on service (order_id);
create index service_product on service (product_id);
create index service_server on service (server_id) where state in ('pending', 'active', 'suspended');
create index service_server_all on service (server_id);
create index service_cycle on service (cycle_id);
create index service_price on service (price_id);
create index service_currency on service (currency);
create index service_due on service (paid_through) where state in ('active', 'suspended');
create index service_label on service using gin (label gin_trgm_ops);
create unique index service_remote on service (server_id, remote_id) where remote_id is not null and state <> 'terminated';

create table service_field_value (
    service_id bigint not null references service,
    field_id bigint not null references custom_field,
    value text not null,
    primary key (service_id, field_id)
);
create index service_field_value_field on service_field_value (field_id);

create table domain (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    order_id bigint references sales_order,
    name text not null check (name = lower(name)),
    tld_id bigint not null references tld,
    plugin_id text not null,
    kind text not null check (kind in ('register', 'transfer')),
    state text not null default 'pending' check (state in
        ('pending', 'registering', 'transferring', 'active', 'expired', 'transferred_away', 'cancelled', 'fraud')),
    years int not null check (years between 1 and 10),
    currency text not null references currency,
    -- Price of a year's renewal, without tax.
    amount bigint not null check (amount >= 0),
    auto_renew boolean not null default true,
    nameservers text[] not null default '{}',
    contacts jsonb,
    extra jsonb not null default '{}',
    auth_code_sealed text check (auth_code_sealed like 'v1:%'),
    remote_id text,
    registered_on date,
    expires_on date,
    created_at timestamptz not null default now(),
    activated_at timestamptz
);
create unique index domain_live_name on domain (name)
    where state in ('pending', 'registering', 'transferring', 'active', 'expired');
create index domain_client on domain (client_id, id desc);
create index domain_state on domain (state, id desc);
create index domain_order on domain (order_id);
create index domain_tld on domain (tld_id);
create index domain_currency on domain (currency);
create index domain_expires on domain (expires_on) where state in ('active', 'expired');
create index domain_name_search on domain using gin (name gin_trgm_ops);
