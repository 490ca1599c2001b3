-- Offers to people who are no clients yet: what is known of them until they accept, and the link by which they do.
alter table quote alter column client_id drop not null,
    add column prospect jsonb check (jsonb_typeof(prospect) = 'object'),
    -- Of the link that was sent last; the link itself is in the mail only.
    add column token_hash bytea unique,
    add constraint quote_for_one check (num_nonnulls(client_id, prospect) = 1),
    add constraint quote_accepted_by_client check (state <> 'accepted' or client_id is not null),
    add constraint quote_draft_without_link check (state <> 'draft' or token_hash is null);
create index quote_prospect_expires on quote (valid_until) where state = 'sent' and client_id is null;
