-- Texts of mails that the host wrote itself; without a row, the text that ships with the program is sent.
create table mail_template (
    key text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    language text not null check (language ~ '^[a-z]{2,3}(-[a-z0-9]{2,8})?$'),
    subject text not null,
    body text not null,
    -- Also tells whether somebody else saved in between, so it is the clock's, not the transaction's.
    updated_at timestamptz not null default clock_timestamp(),
    primary key (key, language)
);

-- Whether a notice is sent at all; without a row it is.
create table mail_notice (
    key text primary key check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    enabled boolean not null
);

-- How often a mail was handed to the mail server, and in which language it is.
alter table mail add column attempts int not null default 0;
alter table mail add column language text not null default '';
create index mail_unsent on mail (state, id desc) where state <> 'sent';
