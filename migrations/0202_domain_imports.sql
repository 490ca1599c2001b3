-- Domains that a registrar's account holds and nobody here has, taken over together: listed, judged, looked at by
-- staff, carried out, and undone if it was wrong.
create table domain_import (
    id bigint generated always as identity primary key,
    plugin_id text not null,
    -- Of the clients that it creates.
    currency text not null references currency,
    state text not null default 'reading' check (state in
        ('reading', 'ready', 'importing', 'done', 'undoing', 'undone', 'discarded')),
    -- Where the registrar's list goes on, and whether its end was reached.
    cursor text,
    listed boolean not null default false,
    -- Why the last step failed; it is tried again.
    error text,
    started_by text not null,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
-- One at a time.
create unique index domain_import_open on domain_import (plugin_id)
    where state in ('reading', 'ready', 'importing', 'undoing');
create index domain_import_plugin on domain_import (plugin_id, id desc);

create table domain_import_row (
    id bigint generated always as identity primary key,
    import_id bigint not null references domain_import,
    name text not null check (name = lower(name)),
    tld text not null,
    remote_id text not null,
    expires_on date,
    -- As the registrar tells; null: not asked yet.
    owner jsonb,
    state text not null default 'found' check (state in
        ('found', 'match', 'new', 'skipped', 'imported', 'undone', 'kept')),
    -- Why it was skipped or kept, or by what its client was recognised.
    reason text not null default '',
    client_id bigint references client,
    domain_id bigint references domain,
    -- The client was created, or opened again, for this row.
    made_client boolean not null default false,
    unique (import_id, name)
);
create index domain_import_row_state on domain_import_row (import_id, state, id);
create index domain_import_row_client on domain_import_row (client_id) where client_id is not null;
create index domain_import_row_domain on domain_import_row (domain_id) where domain_id is not null;

-- Letters and digits of a tax number, for comparing.
create function bare_number(number text) returns text language sql immutable strict parallel safe
    return regexp_replace(upper(number), '[^A-Z0-9]', '', 'g');
create index client_tax_number on client (bare_number(tax_number)) where tax_number <> '';
