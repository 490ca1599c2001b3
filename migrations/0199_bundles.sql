-- Products that are sold together: a promotion that counts for all of them.
create table bundle (
    id bigint generated always as identity primary key,
    name text not null,
    slug text not null unique,
    description text not null default '',
    promotion_id bigint not null unique references promotion,
    position integer not null default 0,
    retired_at timestamptz
);
create table bundle_item (
    bundle_id bigint not null references bundle,
    product_id bigint not null references product,
    cycle_id bigint not null references billing_cycle,
    position integer not null,
    primary key (bundle_id, product_id)
);
create index bundle_item_product on bundle_item (product_id);
create index bundle_item_cycle on bundle_item (cycle_id);
