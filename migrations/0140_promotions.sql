-- Promotions: codes that take something off what is ordered, and for some periods off what recurs.
create table promotion (
    id bigint generated always as identity primary key,
    code text not null unique check (code ~ '^[A-Z0-9][A-Z0-9_-]{2,39}$'),
    note text not null default '',
    kind text not null check (kind in ('percent', 'amount', 'price', 'setup')),
    percent numeric(7, 5) check (percent > 0 and percent <= 1),
    -- For so many periods of a service, the first included; null: for all.
    periods int default 1 check (periods > 0),
    starts_on date,
    ends_on date,
    max_uses int check (max_uses > 0),
    uses int not null default 0 check (uses >= 0),
    clients text not null default 'all' check (clients in ('all', 'new', 'existing')),
    once_per_client boolean not null default false,
    -- Counts for one thing in the cart, the first that it covers.
    one_item boolean not null default false,
    retired_at timestamptz,
    created_at timestamptz not null default now(),
    constraint promotion_within_its_uses check (uses <= max_uses),
    check ((kind = 'percent') = (percent is not null)),
    check (ends_on >= starts_on)
);
-- What is taken off, or the price instead, in each currency; minor units.
create table promotion_amount (
    promotion_id bigint not null references promotion on delete cascade,
    currency text not null references currency,
    amount bigint not null check (amount >= 0),
    primary key (promotion_id, currency)
);
create index promotion_amount_currency on promotion_amount (currency);
-- What it covers; without a product and without an extension: everything.
create table promotion_product (
    promotion_id bigint not null references promotion on delete cascade,
    product_id bigint not null references product,
    primary key (promotion_id, product_id)
);
create index promotion_product_product on promotion_product (product_id);
create table promotion_tld (
    promotion_id bigint not null references promotion on delete cascade,
    tld_id bigint not null references tld,
    primary key (promotion_id, tld_id)
);
create index promotion_tld_tld on promotion_tld (tld_id);
-- The rhythms of products that it covers; none: all.
create table promotion_cycle (
    promotion_id bigint not null references promotion on delete cascade,
    cycle_id bigint not null references billing_cycle,
    primary key (promotion_id, cycle_id)
);
create index promotion_cycle_cycle on promotion_cycle (cycle_id);
-- One of these has to be in the same cart, or to be the client's already; none: nothing has to.
create table promotion_requires (
    promotion_id bigint not null references promotion on delete cascade,
    product_id bigint not null references product,
    primary key (promotion_id, product_id)
);
create index promotion_requires_product on promotion_requires (product_id);

create table promotion_use (
    id bigint generated always as identity primary key,
    promotion_id bigint not null references promotion,
    client_id bigint not null references client,
    order_id bigint not null unique references sales_order,
    -- As the promotion said when it was used.
    once boolean not null,
    used_at timestamptz not null default now(),
    -- The order was cancelled.
    released_at timestamptz
);
create index promotion_use_promotion on promotion_use (promotion_id, id desc);
create index promotion_use_client on promotion_use (client_id, promotion_id);
create unique index promotion_use_once on promotion_use (promotion_id, client_id) where once and released_at is null;

-- What a service was promised, as the promotion was then; it counts while the service is that product in that rhythm.
create table service_discount (
    service_id bigint primary key references service,
    promotion_id bigint not null references promotion,
    product_id bigint not null references product,
    cycle_id bigint not null references billing_cycle,
    kind text not null check (kind in ('percent', 'amount', 'price')),
    percent numeric(7, 5),
    amount bigint,
    periods int,
    check ((kind = 'percent') = (percent is not null) and (kind = 'percent') = (amount is null))
);
create index service_discount_promotion on service_discount (promotion_id);
create index service_discount_product on service_discount (product_id);
create index service_discount_cycle on service_discount (cycle_id);

alter table cart add column promotion_id bigint references promotion;
create index cart_promotion on cart (promotion_id);
alter table invoice_line add column promotion_id bigint references promotion;
create index invoice_line_promotion on invoice_line (promotion_id, service_id) where promotion_id is not null;
alter table invoice_line add constraint invoice_line_discount_of check (discount = 0 or promotion_id is not null) not valid;

create function promotion_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M17 a promotion counts its uses', p.id::text
        from promotion p left join promotion_use u on u.promotion_id = p.id and u.released_at is null
        group by p.id having p.uses <> count(u.id)
    union all select 'M21 a promotion counts for no more periods than it promised', d.service_id::text
        from service_discount d join invoice_line l on l.service_id = d.service_id and l.promotion_id = d.promotion_id
        where l.kind = 'recurring' and not l.voided group by d.service_id having count(*) > d.periods
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from promotion_violations()');
end $do$;
