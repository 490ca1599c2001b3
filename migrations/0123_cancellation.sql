-- Why a service ends on its day, as whoever asked for it said.
alter table service add column end_reason text not null default '';
