-- How the life of a sold service begins and ends: free days first, and so many periods.
alter table product
    add column trial_days int check (trial_days between 1 and 365),
    add column term_periods int check (term_periods between 1 and 600),
    add column after_term text not null default 'end' check (after_term in ('end', 'free'));

-- The first day that the term does not cover, and what becomes of the service then.
alter table service
    add column term_until date,
    add column after_term text check (after_term in ('end', 'free')),
    add constraint service_term_check check ((term_until is null) = (after_term is null));

-- Nothing is invoiced for a period that begins on this day or later.
alter table service add column bills_until date generated always as (least(ends_on, term_until)) stored;
-- The day on which it is terminated.
alter table service add column over_on date
    generated always as (least(ends_on, case after_term when 'end' then term_until end)) stored;
create index service_over on service (over_on) where over_on is not null and state in ('active', 'suspended');
