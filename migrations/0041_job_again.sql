-- Somebody asked for a job with the key of one that runs right now: it runs once more when it has ended,
-- because it may have read the state of things before the asker changed it.
alter table job add column again boolean not null default false,
    add constraint job_again check (not again or state = 'running');
