-- What a domain was promised, as the promotion was then: off so many registrations, transfers and renewals of it.
create table domain_discount (
    domain_id bigint primary key references domain,
    promotion_id bigint not null references promotion,
    kind text not null check (kind in ('percent', 'amount', 'price')),
    percent numeric(7, 5),
    amount bigint,
    periods int,
    check ((kind = 'percent') = (percent is not null) and (kind = 'percent') = (amount is null))
);
create index domain_discount_promotion on domain_discount (promotion_id);
