-- Orders, services, domains and invoices, with the ids they will have. Client ids of this run start
-- after those before it, and so do all the others.
CREATE TEMP TABLE s_bill ON COMMIT DROP AS
SELECT x.*, b.invoice + x.x AS invoice_id, b.line + x.x AS line_id, b.number + x.x - 1 AS number,
       coalesce(r.name, '') AS tax_name, coalesce(r.rate, 0)::numeric(7, 5) AS tax_rate,
       round(x.net * coalesce(r.rate, 0))::bigint AS tax, x.issued_on + 14 AS due_on,
       CASE WHEN NOT x.unpaid THEN least((x.issued_on + (x.n % 12)::int)::timestamptz + interval '10 hours', now()) END AS paid_at,
       CASE WHEN i = 0 THEN b.sale + row_number() OVER (PARTITION BY i = 0 ORDER BY x.x) END AS order_id
FROM s_invoice x
CROSS JOIN (SELECT (SELECT coalesce(max(id), 0) FROM invoice) AS invoice, (SELECT coalesce(max(id), 0) FROM invoice_line) AS line,
                   (SELECT coalesce(max(id), 0) FROM sales_order) AS sale,
                   (SELECT next FROM number_series WHERE series = 'INV') AS number) b
JOIN s_client c ON c.id = x.client_id
LEFT JOIN LATERAL (SELECT name, rate FROM tax_rule WHERE country IN (c.country, '') AND region = ''
                   ORDER BY country <> '' DESC LIMIT 1) r ON true;
CREATE UNIQUE INDEX ON s_bill (client_id, k, i);
ANALYZE s_bill;

CREATE TEMP TABLE s_sold ON COMMIT DROP AS
SELECT s.*, b.order_id, (SELECT coalesce(max(id), 0) FROM service) + row_number() OVER (ORDER BY b.order_id) AS id,
       l.unpaid, l.due_on < current_date AS overdue, b.paid_at AS first_paid_at,
       CASE WHEN NOT l.unpaid THEN upper(l.period) WHEN s.invoices > 1 THEN lower(l.period) END AS paid_through,
       upper(l.period) AS billed_through,
       CASE WHEN l.unpaid AND s.invoices = 1 THEN 'pending'
            WHEN l.unpaid AND l.due_on < current_date AND s.luck < 4 THEN 'suspended'
            WHEN s.luck >= 96 THEN 'terminated' ELSE 'active' END AS state
FROM s_service s JOIN s_bill b ON b.client_id = s.client_id AND b.k = s.k AND b.i = 0
JOIN s_bill l ON l.client_id = s.client_id AND l.k = s.k AND l.i = s.invoices - 1;
CREATE UNIQUE INDEX ON s_sold (client_id, k);
ANALYZE s_sold;

CREATE TEMP TABLE s_held ON COMMIT DROP AS
SELECT d.*, b.order_id, b.paid_at, (SELECT coalesce(max(id), 0) FROM domain) + row_number() OVER (ORDER BY b.order_id) AS id
FROM s_domain d JOIN s_bill b ON b.client_id = d.client_id AND b.k = 0;
CREATE UNIQUE INDEX ON s_held (client_id);
ANALYZE s_held;

INSERT INTO sales_order (id, client_id, state, currency, total, created_at, accepted_at) OVERRIDING SYSTEM VALUE
SELECT order_id, client_id, CASE WHEN unpaid THEN 'pending' ELSE 'active' END, currency, net + tax,
       issued_on + interval '9 hours', paid_at
FROM s_bill WHERE i = 0 ORDER BY order_id;

INSERT INTO service (id, client_id, order_id, product_id, server_id, state, label, cycle_id, price_id, currency, amount,
    anchor, paid_through, billed_through, fields, username, remote_id, suspend_reason, created_at, activated_at, terminated_at)
OVERRIDING SYSTEM VALUE
SELECT id, client_id, order_id, product_id, server_id, state,
       CASE WHEN plugin_id IS NULL THEN 'site' || id || '.example' ELSE 'user' || id || '@example.org' END,
       cycle_id, price_id, currency, amount, anchor, paid_through, billed_through,
       CASE WHEN plugin_id IS NULL THEN '{}' ELSE jsonb_build_object('mailbox', 'user' || id) END,
       CASE WHEN plugin_id IS NOT NULL AND state <> 'pending' THEN 'user' || id END,
       CASE WHEN plugin_id IS NOT NULL AND state <> 'pending' THEN 'scale-' || id END,
       CASE WHEN state = 'suspended' THEN 'overdue' END, anchor + interval '9 hours', first_paid_at,
       CASE WHEN state = 'terminated' THEN now() END
FROM s_sold ORDER BY id;

INSERT INTO domain (id, client_id, order_id, name, tld_id, plugin_id, kind, state, years, currency, amount, remote_id,
    registered_on, expires_on, created_at, activated_at) OVERRIDING SYSTEM VALUE
SELECT id, client_id, order_id, name, tld_id, plugin_id, 'register', CASE WHEN unpaid THEN 'pending' ELSE 'active' END, 1,
       currency, renew, CASE WHEN NOT unpaid THEN 'scale-' || id END, CASE WHEN NOT unpaid THEN registered_on END,
       CASE WHEN NOT unpaid THEN (registered_on + interval '1 year')::date END, registered_on + interval '9 hours', paid_at
FROM s_held ORDER BY id;

INSERT INTO invoice (id, client_id, order_id, state, series, number, number_text, currency, subtotal, tax, total,
    issued_on, due_on, paid_at, client_snapshot, seller_snapshot, digest, created_at) OVERRIDING SYSTEM VALUE
SELECT b.invoice_id, b.client_id, b.order_id, CASE WHEN b.unpaid THEN 'unpaid' ELSE 'paid' END, 'INV', b.number,
       'INV-' || lpad(b.number::text, 6, '0'), b.currency, b.net, b.tax, b.net + b.tax, b.issued_on, b.due_on, b.paid_at,
       jsonb_build_object('name', c.first_name || ' ' || c.last_name, 'company', c.company, 'address1', c.address1,
           'address2', c.address2, 'city', c.city, 'region', c.region, 'postcode', c.postcode, 'country', c.country,
           'tax_number', c.tax_number, 'email', c.email),
       seller.value,
       -- What invoice_digest says of its one line.
       sha256(convert_to(format('%s|%s|%s|%s|%s|%s', b.line_id,
           CASE WHEN b.period IS NULL THEN 'domain_register' ELSE 'recurring' END, coalesce(b.period::text, ''), b.net, b.tax_rate, b.tax), 'UTF8')),
       b.issued_on + interval '9 hours'
FROM s_bill b JOIN client c ON c.id = b.client_id
CROSS JOIN (SELECT coalesce((SELECT value FROM setting WHERE key = 'company'), '{}') AS value) seller
ORDER BY b.invoice_id;

INSERT INTO invoice_line (id, invoice_id, kind, description, service_id, domain_id, period, price_id, tld_price_id, net,
    tax_name, tax_rate, tax) OVERRIDING SYSTEM VALUE
SELECT b.line_id, b.invoice_id, CASE WHEN b.period IS NULL THEN 'domain_register' ELSE 'recurring' END, b.description,
       s.id, d.id, b.period, b.price_id, b.tld_price_id, b.net, b.tax_name, b.tax_rate, b.tax
FROM s_bill b LEFT JOIN s_sold s ON s.client_id = b.client_id AND s.k = b.k
LEFT JOIN s_held d ON d.client_id = b.client_id AND b.k = 0
ORDER BY b.line_id;

UPDATE number_series SET next = (SELECT max(number) + 1 FROM s_bill)
WHERE series = 'INV' AND EXISTS (SELECT FROM s_bill);
SELECT setval(pg_get_serial_sequence(name, 'id'), top) FROM (VALUES
    ('sales_order', (SELECT max(id) FROM sales_order)), ('service', (SELECT max(id) FROM service)),
    ('domain', (SELECT max(id) FROM domain)), ('invoice', (SELECT max(id) FROM invoice)),
    ('invoice_line', (SELECT max(id) FROM invoice_line))) AS t (name, top) WHERE top IS NOT NULL;
