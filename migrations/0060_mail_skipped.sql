-- A snapin may hold a mail back: neither sent nor failed.
alter table mail drop constraint mail_state_check;
alter table mail add constraint mail_state_check check (state in ('queued', 'sent', 'failed', 'skipped'));
