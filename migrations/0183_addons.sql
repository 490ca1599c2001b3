-- Add-ons: products that are sold with others, and services that belong to another.

alter table product add column is_addon boolean not null default false;
create table product_addon (
    product_id bigint not null references product,
    addon_id bigint not null references product,
    primary key (product_id, addon_id),
    check (product_id <> addon_id)
);
create index product_addon_addon on product_addon (addon_id);

alter table service add column parent_id bigint references service check (parent_id <> id);
create index service_parent on service (parent_id) where parent_id is not null;

-- What an add-on is to belong to: another choice of the cart, or a service.
alter table cart_item add column parent_item_id bigint references cart_item on delete cascade;
alter table cart_item add column parent_id bigint references service;
alter table cart_item add constraint cart_item_one_parent check (parent_item_id is null or parent_id is null);
create index cart_item_parent_item on cart_item (parent_item_id) where parent_item_id is not null;
create index cart_item_parent on cart_item (parent_id) where parent_id is not null;

create function addon_violations(as_of timestamptz) returns table (rule text, detail text) language sql stable as $$
    select 'M39 an add-on has the client of its service, which is no add-on', a.id::text
        from service a join service p on p.id = a.parent_id where p.client_id <> a.client_id or p.parent_id is not null
    union all select 'M40 an add-on ends with its service', a.id::text
        from service a join service p on p.id = a.parent_id
        where p.state = 'terminated' and p.terminated_at < as_of - interval '1 day' and a.state in ('active', 'suspended')
          and not exists (select 1 from effect e where e.subject = 'service' and e.subject_id = a.id
              and e.state in ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
$$;
do $do$ declare
    old text := pg_get_functiondef('violations(timestamptz)'::regprocedure);
    mark text := 'union all select rule, detail from credit_violations()';
begin
    if position(mark in old) = 0 then
        raise exception 'the self-audit has changed its shape';
    end if;
    execute replace(old, mark, mark || ' union all select rule, detail from addon_violations(as_of)');
end $do$;
