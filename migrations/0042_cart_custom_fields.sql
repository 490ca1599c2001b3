-- The answers to the host's own questions about a product, by the id of the custom field.
alter table cart_item add column custom_fields jsonb not null default '{}';
