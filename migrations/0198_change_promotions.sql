-- Codes for changes of plan.
alter table promotion
    add column counts_for text not null default 'orders' check (counts_for in ('orders', 'changes', 'both')),
    add constraint promotion_of_changes check (counts_for = 'orders' or kind in ('percent', 'amount'));
alter table promotion_use
    alter column order_id drop not null,
    add column plan_change_id bigint unique references plan_change,
    add constraint promotion_use_of_one check (num_nonnulls(order_id, plan_change_id) = 1);
