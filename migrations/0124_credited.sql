-- A void invoice whose amounts credit notes took back: both count, and make nothing together. One that was withdrawn as
-- if it had never been does not count.
alter table invoice add column credited boolean not null default false;
alter table invoice add constraint invoice_credited_check check (not credited or state = 'void');
