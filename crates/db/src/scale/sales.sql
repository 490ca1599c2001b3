-- What was bought: one or two services each, and a domain for every second client.
CREATE TEMP TABLE s_offer ON COMMIT DROP AS
SELECT p.currency, row_number() OVER (PARTITION BY p.currency ORDER BY p.id) - 1 AS o, p.id AS price_id, p.amount,
       p.cycle_id, c.count * CASE c.unit WHEN 'year' THEN 12 ELSE 1 END AS months, c.name AS cycle, p.product_id,
       d.name AS product, d.plugin_id,
       (SELECT min(v.id) FROM server v WHERE v.group_id = d.server_group_id AND v.plugin_id = d.plugin_id) AS server_id
FROM price p JOIN billing_cycle c ON c.id = p.cycle_id JOIN product d ON d.id = p.product_id
WHERE p.retired_at IS NULL AND p.setup = 0 AND p.amount > 0 AND c.unit IN ('month', 'year') AND d.retired_at IS NULL;

CREATE TEMP TABLE s_tld ON COMMIT DROP AS
SELECT p.currency, row_number() OVER (PARTITION BY p.currency ORDER BY p.id) - 1 AS o, p.id AS tld_price_id,
       p.register, p.renew, t.id AS tld_id, t.name, t.plugin_id
FROM tld_price p JOIN tld t ON t.id = p.tld_id
WHERE p.retired_at IS NULL AND p.register > 0 AND t.enabled AND t.min_years = 1;

-- `age` counts whole months since the first day of the service.
CREATE TEMP TABLE s_service ON COMMIT DROP AS
SELECT s.*, (current_date - make_interval(months => age) - make_interval(days => (n * 13 + k * 5) % 28))::date AS anchor,
       1 + age / months AS invoices, (n * 31 + k * 17) % 100 AS luck
FROM (SELECT c.n, k, c.id AS client_id, c.currency, f.price_id, f.amount, f.cycle_id, f.months, f.cycle, f.product_id,
             f.product, f.plugin_id, f.server_id, CASE f.months WHEN 1 THEN (c.n * 7 + k) % 4 ELSE (c.n * 5 + k) % 20 END AS age
      FROM s_client c CROSS JOIN generate_series(1, 2) k
      JOIN (SELECT currency, count(*) AS offers FROM s_offer GROUP BY currency) q ON q.currency = c.currency
      JOIN s_offer f ON f.currency = c.currency AND f.o = (c.n / 8 + k) % q.offers
      WHERE k = 1 OR c.n % 2 = 0) s;

CREATE TEMP TABLE s_domain ON COMMIT DROP AS
SELECT c.n, c.id AS client_id, c.currency, t.tld_id, t.tld_price_id, t.register, t.renew, t.plugin_id,
       (ARRAY['blue','green','quiet','rapid','silver','sunny','little','northern'])[1 + c.n % 8] || '-'
           || (ARRAY['river','garden','bakery','studio','harbour','mountain','library'])[1 + c.n / 8 % 7]
           || '-' || c.id || '.' || t.name AS name,
       current_date - c.n * 11 % 360 AS registered_on, c.n % 50 = 1 AS unpaid
FROM s_client c JOIN (SELECT currency, count(*) AS tlds FROM s_tld GROUP BY currency) q ON q.currency = c.currency
JOIN s_tld t ON t.currency = c.currency AND t.o = c.n / 8 % q.tlds
WHERE c.n % 2 = 1;

-- Every period of every service, and every registration, is an invoice; the oldest gets the lowest number.
CREATE TEMP TABLE s_invoice ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY issued_on, client_id, k, i) AS x, u.*
FROM (SELECT n, k, i, client_id, currency, (anchor + make_interval(months => i * months))::date AS issued_on,
             daterange((anchor + make_interval(months => i * months))::date, (anchor + make_interval(months => (i + 1) * months))::date) AS period,
             price_id, NULL::bigint AS tld_price_id, amount AS net, product || ', ' || cycle AS description,
             -- Only a last period may be unpaid: a few by now overdue, a few not yet due.
             i = invoices - 1 AND luck < 8 AS unpaid
      FROM s_service CROSS JOIN LATERAL generate_series(0, invoices - 1) i
      UNION ALL
      SELECT n, 0, 0, client_id, currency, registered_on, NULL, NULL, tld_price_id, register, name || ', 1 year', unpaid
      FROM s_domain) u;
