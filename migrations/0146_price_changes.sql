-- A price that takes the place of another one also for services that are charged the old one, for periods that begin on
-- a day or later.
create table price_change (
    id bigint generated always as identity primary key,
    old_price_id bigint not null unique references price,
    new_price_id bigint not null references price,
    takes_effect date not null,
    created_at timestamptz not null default now(),
    check (old_price_id <> new_price_id)
);
create index price_change_new on price_change (new_price_id);

-- Which service's client was told.
create table price_notice (
    change_id bigint not null references price_change on delete cascade,
    service_id bigint not null references service,
    told_at timestamptz not null,
    primary key (change_id, service_id)
);
create index price_notice_service on price_notice (service_id);
