-- New prices of options that services have, for periods that begin on a day or later: one for each option of a service.
create table option_price_change (
    service_id bigint not null references service,
    option_id bigint not null references product_option,
    -- What it has of the option, and what that costs: if it has something else by then, nothing is changed.
    value_id bigint references option_value,
    units int not null,
    was bigint not null,
    becomes bigint not null check (becomes <> was),
    takes_effect date not null,
    told_at timestamptz,
    primary key (service_id, option_id)
);
create index option_price_change_option on option_price_change (option_id);
create index option_price_change_value on option_price_change (value_id);
