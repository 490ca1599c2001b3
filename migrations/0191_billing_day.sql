-- Periods that begin on a day of the month: the days before the first one are charged as a part of a period.
alter table product
    add column billing_day int check (billing_day between 1 and 28),
    add column join_days int check (join_days between 1 and 31);
alter table product add constraint product_day_or_trial_check check (billing_day is null or trial_days is null);
