-- What the tasks of plugins did when they last ran. When they run next, the schedule says.
create table plugin_task (
    plugin_id text not null,
    task text not null,
    started_at timestamptz not null,
    -- How long it took, in milliseconds.
    ms bigint not null check (ms >= 0),
    -- Why it failed; none: it ran to its end.
    error text,
    -- A line for each thing done or skipped.
    lines jsonb not null default '[]' check (jsonb_typeof(lines) = 'array'),
    primary key (plugin_id, task)
);
