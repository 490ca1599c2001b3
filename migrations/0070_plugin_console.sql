-- What plugins were asked, and how it went. Secrets are masked before they come here.
create table plugin_call (
    id bigint generated always as identity primary key,
    plugin_id text not null,
    operation text not null,
    subject text,
    subject_id bigint,
    -- Joins the call with its log lines.
    correlation text not null,
    -- The key of the effect it belongs to; of other calls a random one.
    idempotency_key text not null,
    -- What was asked, as far as a repetition of a reading call needs it.
    argument jsonb not null default 'null',
    started_at timestamptz not null,
    ms bigint not null,
    outcome text not null check (outcome in ('ok', 'declined', 'invalid', 'config', 'unsupported', 'not_found',
        'temporary', 'unknown', 'timeout', 'panic', 'busy', 'too_large')),
    error text,
    exchanges jsonb not null default '[]',
    -- Exchanges that were made; `exchanges` may hold fewer.
    exchange_count int not null default 0
);
create index plugin_call_plugin on plugin_call (plugin_id, id desc);
create index plugin_call_failed on plugin_call (plugin_id, id desc) where outcome <> 'ok';
create index plugin_call_subject on plugin_call (subject, subject_id, id desc);
create index plugin_call_correlation on plugin_call (correlation);
create index plugin_call_started on plugin_call (started_at);

-- How many calls ended how and how fast, by the minute: complete even where single calls are not kept.
create table plugin_pulse (
    plugin_id text not null,
    minute timestamptz not null,
    operation text not null,
    outcome text not null,
    -- Upper bound of the duration in milliseconds; of the slowest the largest number.
    up_to_ms int not null,
    calls bigint not null,
    primary key (plugin_id, minute, operation, outcome, up_to_ms)
);
create index plugin_pulse_minute on plugin_pulse (minute);

-- What was not kept because there was too much of it.
create table plugin_lost (
    plugin_id text not null,
    minute timestamptz not null,
    -- Calls that were counted, but not written down.
    calls bigint not null default 0,
    -- Lines of the program's log.
    lines bigint not null default 0,
    primary key (plugin_id, minute)
);
create index plugin_lost_minute on plugin_lost (minute);

-- What plugins want staff to do.
create table todo (
    id bigint generated always as identity primary key,
    plugin_id text not null,
    key text not null,
    title text not null,
    text text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    done_at timestamptz,
    done_by text,
    check ((done_at is null) = (done_by is null))
);
-- The same key changes the text of the open one.
create unique index todo_open on todo (plugin_id, key) where done_at is null;
create index todo_state on todo ((done_at is null), id desc);
