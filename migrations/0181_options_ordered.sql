-- Options can be ordered. What was chosen stays with the service as it was sold: names and amounts are not read again.
-- The plugin's setting that an option fills, and what it is filled with; empty: the value's name.
alter table product_option add column setting text not null default '';
alter table option_value add column code text not null default '';

-- Option → value of a choice, 1 for yes, or how many.
alter table cart_item add column options jsonb not null default '{}' check (jsonb_typeof(options) = 'object');

-- As in the crate `domain`, `options::Chosen`. Of the amount, so much is for them.
alter table service add column options jsonb not null default '[]' check (jsonb_typeof(options) = 'array');
alter table service add column options_amount bigint not null default 0 check (options_amount >= 0);

create function option_violations() returns table (rule text, detail text) language sql stable as $$
    select 'M38 what a service costs for its options is their sum', s.id::text from service s
        where s.options <> '[]' or s.options_amount <> 0
        group by s.id having s.options_amount <> (
            select coalesce(sum((o ->> 'amount')::bigint), 0) from jsonb_array_elements(s.options) o)
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from option_violations()');
end $do$;
