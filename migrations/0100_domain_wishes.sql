-- What a client wanted with a domain besides: extra services of the registrar, by its codes, and whois privacy.
alter table domain add column services text[] not null default '{}';
alter table domain add column privacy boolean not null default false;
