-- What is known of the VAT number of a client.
create table vat_number (
    client_id bigint primary key references client,
    number text not null,
    state text not null check (state in ('waiting', 'valid', 'invalid', 'confirmed')),
    -- The register's number of the consultation, or the name of who confirmed it.
    reference text not null default '',
    -- The name that the register has.
    holder text not null default '',
    -- Why there is no answer, or why the number is not valid.
    note text not null default '',
    -- When the register, or a person, last said what it is.
    checked_at timestamptz,
    asked_at timestamptz,
    check ((state in ('valid', 'confirmed')) <= (checked_at is not null))
);
-- Those to ask after again.
create index vat_number_asked on vat_number (asked_at nulls first, client_id) where state in ('waiting', 'valid');
