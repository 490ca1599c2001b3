-- Payments, what they pay, and the books.
CREATE TEMP TABLE s_paid ON COMMIT DROP AS
SELECT b.invoice_id, b.client_id, b.currency, b.net + b.tax AS total, b.paid_at,
       (SELECT coalesce(max(id), 0) FROM payment) + row_number() OVER (ORDER BY b.paid_at, b.invoice_id) AS id
FROM s_bill b WHERE NOT b.unpaid;

INSERT INTO payment (id, client_id, gateway, transaction_ref, currency, amount, received_on, created_at)
OVERRIDING SYSTEM VALUE
SELECT id, client_id, current_setting('scale.gateway'), 'BANK-' || invoice_id, currency, total, paid_at::date, paid_at
FROM s_paid ORDER BY id;
INSERT INTO allocation (payment_id, invoice_id, amount, created_at) SELECT id, invoice_id, total, paid_at FROM s_paid ORDER BY id;
SELECT setval(pg_get_serial_sequence('payment', 'id'), top) FROM (SELECT max(id) AS top FROM payment) t WHERE top IS NOT NULL;

INSERT INTO ledger_account (kind, client_id, currency)
SELECT kind, NULL, currency FROM (SELECT DISTINCT currency FROM s_bill) c, unnest(ARRAY['cash', 'income', 'tax_payable']) kind
ON CONFLICT DO NOTHING;
INSERT INTO ledger_account (kind, client_id, currency, balance)
SELECT kind, c.id, c.currency, CASE kind WHEN 'receivable' THEN coalesce(o.owed, 0) ELSE 0 END
FROM s_client c LEFT JOIN (SELECT client_id, sum(net + tax) AS owed FROM s_bill WHERE unpaid GROUP BY client_id) o ON o.client_id = c.id,
     unnest(ARRAY['receivable', 'client_credit']) kind
ORDER BY c.id;

CREATE TEMP TABLE s_account ON COMMIT DROP AS
SELECT client_id, currency, max(id) FILTER (WHERE kind = 'receivable') AS receivable,
       max(id) FILTER (WHERE kind = 'client_credit') AS credit
FROM ledger_account WHERE client_id IN (SELECT id FROM s_client) GROUP BY client_id, currency;
CREATE TEMP TABLE s_book ON COMMIT DROP AS
SELECT currency, max(id) FILTER (WHERE kind = 'cash') AS cash, max(id) FILTER (WHERE kind = 'income') AS income,
       max(id) FILTER (WHERE kind = 'tax_payable') AS tax_payable
FROM ledger_account WHERE client_id IS NULL GROUP BY currency;
ANALYZE s_account;

-- Debits are positive, credits negative: from one account to another, and the tax apart.
CREATE TEMP TABLE s_posting ON COMMIT DROP AS
SELECT (SELECT coalesce(max(id), 0) FROM ledger_transaction) + row_number() OVER (ORDER BY occurred_at, key) AS id, p.*
FROM (SELECT 'invoice:' || b.invoice_id AS key, b.issued_on + interval '9 hours' AS occurred_at, b.currency, a.receivable AS debit,
             k.income AS credit, b.net + b.tax AS amount, k.tax_payable AS tax_account, b.tax
      FROM s_bill b JOIN s_account a ON a.client_id = b.client_id JOIN s_book k ON k.currency = b.currency
      UNION ALL
      SELECT 'payment:' || p.id, p.paid_at, p.currency, k.cash, a.credit, p.total, NULL, 0
      FROM s_paid p JOIN s_account a ON a.client_id = p.client_id JOIN s_book k ON k.currency = p.currency
      UNION ALL
      SELECT 'allocation:' || p.id || ':' || p.invoice_id, p.paid_at, p.currency, a.credit, a.receivable, p.total, NULL, 0
      FROM s_paid p JOIN s_account a ON a.client_id = p.client_id) p;

INSERT INTO ledger_transaction (id, key, occurred_at) OVERRIDING SYSTEM VALUE
SELECT id, key, occurred_at FROM s_posting ORDER BY id;
INSERT INTO ledger_entry (transaction_id, account_id, amount, currency)
SELECT id, account, sum, currency FROM (
    SELECT id, debit AS account, amount AS sum, currency FROM s_posting
    UNION ALL SELECT id, credit, tax - amount, currency FROM s_posting
    UNION ALL SELECT id, tax_account, -tax, currency FROM s_posting WHERE tax <> 0) e ORDER BY id;
SELECT setval(pg_get_serial_sequence('ledger_transaction', 'id'), top)
FROM (SELECT max(id) AS top FROM ledger_transaction) t WHERE top IS NOT NULL;
