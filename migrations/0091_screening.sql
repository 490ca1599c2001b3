-- Orders are judged by plugins before they are fulfilled. `waiting`: not judged yet; `held`: staff decide;
-- `released`: staff let it go on.
alter table sales_order add column screening text not null default 'none'
    check (screening in ('none', 'waiting', 'passed', 'held', 'released'));

-- What each plugin said.
create table order_screening (
    order_id bigint not null references sales_order (id),
    plugin_id text not null,
    -- None: it could not say.
    risk text check (risk in ('accept', 'review', 'reject')),
    -- 0 harmless to 100 certain.
    score smallint not null default 0 check (score between 0 and 100),
    reasons jsonb not null default '[]' check (jsonb_typeof(reasons) = 'array'),
    error text,
    screened_at timestamptz not null default now(),
    primary key (order_id, plugin_id),
    check ((risk is null) = (error is not null))
);

-- What is held waits for staff: it is not forgotten.
do $$
declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    new text := replace(old, 'where o.state = ''pending'' and i.state = ''paid''',
        'where o.state = ''pending'' and o.screening <> ''held'' and i.state = ''paid''');
begin
    if new = old then
        raise exception 'the rule about paid orders was not found';
    end if;
    execute new;
end
$$;
