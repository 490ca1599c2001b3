-- Each attempt at a request has a number that none before it had: a key that was given back and claimed again is not
-- mistaken for the claim of somebody who still works on the first.
create sequence idempotent_attempt as integer cycle;
