-- Options of services can be changed.

-- Settings of the product that its options set differently for this service, as its vendor has it.
alter table service add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object');

alter table plan_change add column options jsonb not null default '[]' check (jsonb_typeof(options) = 'array');
-- What they were.
alter table plan_change add column from_options jsonb not null default '[]' check (jsonb_typeof(from_options) = 'array');
