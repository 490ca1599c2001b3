-- A refund that staff made themselves has no effect at a gateway.
alter table refund alter column effect_id drop not null;
