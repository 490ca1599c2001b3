-- Options: what a buyer chooses with a product and pays for with each period. A group of them serves several products.
create table option_group (
    id bigint generated always as identity primary key,
    name text not null unique,
    created_at timestamptz not null default now()
);
create table option_group_product (
    product_id bigint not null references product,
    group_id bigint not null references option_group on delete cascade,
    primary key (product_id, group_id)
);
create index option_group_product_group on option_group_product (group_id);

create table product_option (
    id bigint generated always as identity primary key,
    group_id bigint not null references option_group,
    name text not null,
    kind text not null check (kind in ('choice', 'yes_no', 'quantity')),
    -- A choice is shown as a list of buttons instead of a drop-down.
    radio boolean not null default false,
    least int check (least >= 0),
    most int check (most between 1 and 1000000),
    step int check (step >= 1),
    -- Lower comes first.
    position int not null default 0,
    retired_at timestamptz,
    check ((kind = 'quantity') = (most is not null)),
    check (num_nulls(least, most, step) in (0, 3)),
    check (least <= most)
);
create unique index product_option_name on product_option (group_id, lower(name)) where retired_at is null;

-- A value of a choice, the yes of a yes or no, or a tier of a quantity: each unit beyond the first `above`.
create table option_value (
    id bigint generated always as identity primary key,
    option_id bigint not null references product_option on delete cascade,
    name text not null default '',
    above int not null default 0 check (above >= 0),
    -- Not offered in the shop.
    hidden boolean not null default false,
    position int not null default 0,
    retired_at timestamptz
);
create index option_value_option on option_value (option_id, position, id);

-- Minor units; a value without a price in a currency and rhythm is not sold that way.
create table option_price (
    value_id bigint not null references option_value on delete cascade,
    currency text not null references currency,
    cycle_id bigint not null references billing_cycle,
    amount bigint not null check (amount >= 0),
    setup bigint not null default 0 check (setup >= 0),
    primary key (value_id, currency, cycle_id)
);
create index option_price_currency on option_price (currency);
create index option_price_cycle on option_price (cycle_id);
