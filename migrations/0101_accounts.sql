-- What accounts have besides: name servers of their server, quantities on top of the plan, addresses of their
-- own, and the vendor's user that the accounts of one client on one server share.
alter table server add column nameservers text[] not null default '{}' check (cardinality(nameservers) <= 13);
alter table service add column addons jsonb not null default '{}' check (jsonb_typeof(addons) = 'object');
-- Addresses that the vendor gave.
alter table service add column addresses text[] not null default '{}';

-- The pool of a server. An address is taken while the service that holds it lives or waits to.
create table server_address (
    id         bigint generated always as identity primary key,
    server_id  bigint not null references server,
    address    inet   not null check (masklen(address) = case family(address) when 4 then 32 else 128 end),
    service_id bigint references service,
    unique (server_id, address)
);
create index server_address_service on server_address (service_id) where service_id is not null;

create table remote_user (
    client_id bigint not null references client,
    server_id bigint not null references server,
    remote_id text   not null check (remote_id <> ''),
    primary key (client_id, server_id)
);
create index remote_user_server on remote_user (server_id);

-- What the vendor last told of how much an account uses.
alter table service add column usage jsonb;
alter table service add column usage_at timestamptz;
alter table service add column last_login_at timestamptz;
