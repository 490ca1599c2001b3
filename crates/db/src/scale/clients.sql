-- Clients, each with one login and two accounts of the ledger. The later the id, the younger the client.
CREATE TEMP TABLE s_client ON COMMIT DROP AS
SELECT n, first_client + n AS id, first_user + n AS user_id,
       (ARRAY['Ada','Bruno','Clara','David','Elena','Felix','Greta','Hugo','Ines','Jakob','Karin','Luca','Marta','Nils','Olga','Paul'])[1 + n % 16] AS first_name,
       (ARRAY['Berger','Costa','Dubois','Ferrer','Garcia','Hofer','Ivanov','Jansen','Keller','Lopez','Moreau','Novak','Olsen'])[1 + n / 16 % 13] AS last_name,
       (ARRAY['ES','DE','FR','AT','IT','NL','PT','US'])[1 + n % 8] AS country,
       CASE WHEN n % 8 = 7 THEN 'USD' ELSE 'EUR' END AS currency,
       now() - (1 - n::float8 / total) * interval '900 days' - interval '1 hour' AS created_at
FROM (SELECT generate_series(1, current_setting('scale.clients')::int) AS n) g,
     (SELECT current_setting('scale.clients')::int AS total,
             (SELECT coalesce(max(id), 0) FROM client) AS first_client,
             (SELECT coalesce(max(id), 0) FROM user_account) AS first_user) b;
CREATE UNIQUE INDEX ON s_client (id);
CREATE UNIQUE INDEX ON s_client (n);
ANALYZE s_client;

INSERT INTO client (id, first_name, last_name, company, email, phone, address1, city, postcode, country, currency, created_at)
OVERRIDING SYSTEM VALUE
SELECT id, first_name, last_name, CASE WHEN n % 5 = 0 THEN last_name || ' & Co. ' || n ELSE '' END,
       lower(first_name || '.' || last_name || '.' || id) || '@clients.example', '+34.9' || lpad(n::text, 8, '0'),
       'Main Street ' || n % 200 + 1, 'Town ' || n % 97 + 1, lpad((n % 99999)::text, 5, '0'), country, currency, created_at
FROM s_client ORDER BY id;

INSERT INTO user_account (id, email, password_hash, created_at) OVERRIDING SYSTEM VALUE
SELECT user_id, lower(first_name || '.' || last_name || '.' || id) || '@clients.example',
       current_setting('scale.password_hash'), created_at
FROM s_client ORDER BY id;

INSERT INTO client_user (client_id, user_id, is_owner, created_at)
SELECT id, user_id, true, created_at FROM s_client ORDER BY id;

SELECT setval(pg_get_serial_sequence('client', 'id'), (SELECT max(id) FROM client)),
       setval(pg_get_serial_sequence('user_account', 'id'), (SELECT max(id) FROM user_account));
