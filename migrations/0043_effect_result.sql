-- What an action of a plugin brought to light: a message and data; secrets among it sealed.
alter table effect add column result jsonb;
alter table effect add column result_sealed text check (result_sealed like 'v1:%');
