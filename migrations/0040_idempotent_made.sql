-- What the work under an idempotency key made or changed, for a caller whose answer was lost.
alter table idempotent_request
    add column made_kind text,
    add column made_id bigint,
    add constraint idempotent_request_made check ((made_kind is null) = (made_id is null) and (made_kind is null or committed_at is not null));
