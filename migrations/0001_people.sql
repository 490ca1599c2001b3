-- Who there is: staff, clients, their logins and contacts; and how they get in.
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create table setting (
    key text primary key,
    value jsonb not null,
    updated_at timestamptz not null default now()
);

create table currency (
    code text primary key check (code ~ '^[A-Z]{3}$'),
    is_default boolean not null default false,
    enabled boolean not null default true
);
create unique index currency_one_default on currency (is_default) where is_default;

create table role (
    id bigint generated always as identity primary key,
    name text not null unique,
    permissions text[] not null
);

create table staff (
    id bigint generated always as identity primary key,
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text not null,
    role_id bigint not null references role,
    disabled_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz not null default now()
);
create index staff_role on staff (role_id);

create table client (
    id bigint generated always as identity primary key,
    state text not null default 'active' check (state in ('active', 'inactive', 'closed')),
    first_name text not null,
    last_name text not null,
    company text not null default '',
    email text not null,
    phone text not null default '',
    address1 text not null default '',
    address2 text not null default '',
    city text not null default '',
    region text not null default '',
    postcode text not null default '',
    country text not null check (country ~ '^[A-Z]{2}$'),
    tax_number text not null default '',
    tax_exempt boolean not null default false,
    currency text not null references currency,
    language text not null default 'en',
    notes text not null default '',
    erased_at timestamptz,
    created_at timestamptz not null default now()
);
create index client_currency on client (currency);
create index client_email on client (lower(email));
create index client_search on client using gin ((first_name || ' ' || last_name || ' ' || company || ' ' || email) gin_trgm_ops);

create table user_account (
    id bigint generated always as identity primary key,
    email text not null unique check (email = lower(email)),
    password_hash text not null,
    disabled_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz not null default now()
);

-- Several logins for a client, several clients for a login.
create table client_user (
    client_id bigint not null references client,
    user_id bigint not null references user_account,
    is_owner boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (client_id, user_id)
);
create index client_user_user on client_user (user_id);

create table contact (
    id bigint generated always as identity primary key,
    client_id bigint not null references client,
    name text not null,
    email text not null,
    phone text not null default '',
    gets_invoices boolean not null default false,
    gets_support boolean not null default false,
    created_at timestamptz not null default now()
);
create index contact_client on contact (client_id);

create table session (
    id bigint generated always as identity primary key,
    token_hash bytea not null unique,
    staff_id bigint references staff,
    user_id bigint references user_account,
    client_id bigint references client,
    via text not null check (via in ('password', 'autologin', 'impersonation')),
    ip text not null default '',
    user_agent text not null default '',
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    check ((staff_id is null) <> (user_id is null)),
    check ((user_id is null) = (client_id is null))
);
create index session_staff on session (staff_id);
create index session_user_account on session (user_id);
create index session_client on session (client_id);
create index session_expires on session (expires_at);

-- Links of a mail that work once: password resets.
create table one_time_token (
    token_hash bytea primary key,
    purpose text not null check (purpose in ('password_reset')),
    staff_id bigint references staff,
    user_id bigint references user_account,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null default now(),
    check ((staff_id is null) <> (user_id is null))
);
create index one_time_token_staff on one_time_token (staff_id);
create index one_time_token_user on one_time_token (user_id);

-- A token acts for a member of staff or for one client; its scopes only narrow that.
create table api_token (
    id bigint generated always as identity primary key,
    name text not null,
    token_hash bytea not null unique,
    staff_id bigint references staff,
    client_id bigint references client,
    scopes text[] not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null default now(),
    check ((staff_id is null) <> (client_id is null))
);
create index api_token_staff on api_token (staff_id);
create index api_token_client on api_token (client_id);

create table autologin_site (
    id bigint generated always as identity primary key,
    name text not null unique,
    key_id text not null unique,
    key_sealed text not null check (key_sealed like 'v1:%'),
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
-- A signed link works once: using it is inserting its nonce.
create table autologin_nonce (
    nonce text primary key,
    user_id bigint not null references user_account,
    expires_at timestamptz not null,
    used_at timestamptz not null default now()
);
create index autologin_nonce_user on autologin_nonce (user_id);
create index autologin_nonce_expires on autologin_nonce (expires_at);

-- Failed attempts per key (address, account) in the current window; shared by all nodes.
create table throttle (
    key text primary key,
    attempts int not null,
    window_ends timestamptz not null
);

-- Requests with an idempotency key: who works on one, and the answer that repeats of it get.
-- Both texts are sealed: a request may hold a password, an answer a token.
create table idempotent_request (
    actor text not null,
    key text not null,
    request_sealed text not null check (request_sealed like 'v1:%'),
    -- Only the current attempt may commit work in the name of this key.
    attempt int not null default 1,
    leased_until timestamptz not null,
    -- Set in the same transaction as the work.
    committed_at timestamptz,
    status int,
    location text,
    answer_sealed text check (answer_sealed like 'v1:%'),
    created_at timestamptz not null default now(),
    primary key (actor, key),
    check ((status is null) = (answer_sealed is null))
);
