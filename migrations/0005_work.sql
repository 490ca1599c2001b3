-- Events and their deliveries, jobs, effects on the outside, mail, and the audit log.
create table aggregate_sequence (
    aggregate text not null,
    aggregate_id bigint not null,
    last bigint not null,
    primary key (aggregate, aggregate_id)
);

create table event (
    id bigint generated always as identity primary key,
    aggregate text not null,
    aggregate_id bigint not null,
    sequence bigint not null check (sequence > 0),
    name text not null,
    version int not null default 1,
    payload jsonb not null,
    actor text not null,
    request_id text not null default '',
    occurred_at timestamptz not null default now(),
    unique (aggregate, aggregate_id, sequence)
);
create index event_name on event (name, id desc);

-- Events that are not yet fanned out. A row lives from the event's commit to its fan-out: nothing is
-- ever read by "id greater than the last one", which would miss ids that commit late.
create table outbox (event_id bigint primary key references event);

create table subscriber (
    id text primary key,
    plugin_id text not null,
    key text not null,
    label text not null,
    -- Canonical names; empty: every event.
    events text[] not null default '{}',
    enabled boolean not null default true,
    -- Events up to this one are not owed to it.
    since_event bigint not null default 0,
    created_at timestamptz not null default now()
);

create table delivery (
    id bigint generated always as identity primary key,
    subscriber_id text not null references subscriber,
    event_id bigint not null references event,
    aggregate text not null,
    aggregate_id bigint not null,
    sequence bigint not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    attempts int not null default 0,
    run_at timestamptz not null default now(),
    lease_until timestamptz,
    last_error text,
    -- Of the first success: replays do not move it.
    delivered_at timestamptz,
    created_at timestamptz not null default now(),
    unique (subscriber_id, event_id)
);
create index delivery_event on delivery (event_id);
create index delivery_due on delivery (run_at) where state = 'pending';
create index delivery_order on delivery (subscriber_id, aggregate, aggregate_id, sequence) where state = 'pending';
create index delivery_state on delivery (state, id desc);

create table job (
    id bigint generated always as identity primary key,
    kind text not null,
    payload jsonb not null default '{}',
    state text not null default 'ready' check (state in ('ready', 'running', 'done', 'dead')),
    priority smallint not null default 0,
    run_at timestamptz not null default now(),
    attempts int not null default 0,
    max_attempts int not null default 20,
    -- At most one unfinished job has a given key.
    unique_key text,
    lease_until timestamptz,
    worker text,
    last_error text,
    created_at timestamptz not null default now(),
    finished_at timestamptz
);
create index job_ready on job (priority desc, run_at, id) where state = 'ready';
create index job_running on job (lease_until) where state = 'running';
create index job_state on job (state, id desc);
create unique index job_unique on job (unique_key) where state in ('ready', 'running');

-- Things done again and again: whoever moves next_at forward runs it.
create table schedule (
    task text primary key,
    next_at timestamptz not null,
    last_at timestamptz
);

create table effect (
    id bigint generated always as identity primary key,
    -- Handed to the vendor where it takes one; the same for every attempt.
    key text not null unique,
    kind text not null,
    subject text not null check (subject in ('service', 'domain')),
    subject_id bigint not null,
    plugin_id text not null,
    state text not null default 'planned' check (state in
        ('planned', 'sent', 'pending', 'unknown', 'succeeded', 'failed', 'needs_human')),
    request jsonb not null default '{}',
    -- Secrets of the request.
    request_sealed text check (request_sealed like 'v1:%'),
    provider_ref text,
    pending_ref text,
    error_kind text,
    error text,
    public_error text,
    attempts int not null default 0,
    -- Counts the attempts that were let through; a stale one cannot write its outcome.
    fence bigint not null default 0,
    actor text not null,
    planned_at timestamptz not null default now(),
    finished_at timestamptz,
    check ((state in ('succeeded', 'failed')) = (finished_at is not null)),
    check (state <> 'succeeded' or provider_ref is not null)
);
-- One operation at a time on one thing.
create unique index effect_one_live on effect (subject, subject_id)
    where state in ('planned', 'sent', 'pending', 'unknown');
-- A thing is created once.
create unique index effect_created_once on effect (subject, subject_id)
    where state = 'succeeded' and kind in ('service.create', 'domain.register', 'domain.transfer');
create index effect_subject on effect (subject, subject_id, id desc);
create index effect_state on effect (state, id desc);
create index effect_open on effect (planned_at) where state in ('planned', 'sent', 'unknown');

create table mail (
    id bigint generated always as identity primary key,
    template text not null,
    -- What it is about and which time: the same notice is not written twice.
    occasion text not null,
    client_id bigint references client,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null default 'queued' check (state in ('queued', 'sent', 'failed')),
    last_error text,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    unique (template, occasion, recipient)
);
create index mail_client on mail (client_id, id desc);

create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    subject_id bigint,
    detail jsonb not null default '{}',
    ip text not null default '',
    request_id text not null default '',
    -- Given by the sealing job, so that writers need not queue for the end of the chain.
    seal_no bigint unique,
    seal bytea,
    check ((seal_no is null) = (seal is null))
);
create index audit_log_subject on audit_log (subject, subject_id, id desc);
create index audit_log_unsealed on audit_log (id) where seal_no is null;

create function audit_digest(previous bytea, a audit_log) returns bytea language sql immutable as $$
    select sha256(coalesce(previous, '') || convert_to(
        a.id || '|' || extract(epoch from a.at) || '|' || a.actor || '|' || a.action || '|' || a.subject || '|'
        || coalesce(a.subject_id::text, '') || '|' || a.detail::text, 'UTF8'))
$$;
create function audit_append_only() returns trigger language plpgsql as $$ begin
    if tg_op = 'UPDATE' and old.seal_no is null
        and (new.id, new.at, new.actor, new.action, new.subject, new.detail, new.ip)
          = (old.id, old.at, old.actor, old.action, old.subject, old.detail, old.ip)
        and new.subject_id is not distinct from old.subject_id then
        return new;
    end if;
    raise exception 'the audit log is append-only' using errcode = 'integrity_constraint_violation';
end $$;
create trigger audit_append_only before update or delete on audit_log
    for each row execute function audit_append_only();
