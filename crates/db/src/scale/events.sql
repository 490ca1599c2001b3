-- What plugins did, and what was told of it all; everything dispatched long ago.
INSERT INTO effect (key, kind, subject, subject_id, plugin_id, state, provider_ref, attempts, fence, actor, planned_at, finished_at, request)
SELECT kind || ':' || subject_id || ':scale', kind, subject, subject_id, plugin_id, 'succeeded', 'scale-' || subject_id, 1, 1,
       'system:orders', at, at, request
FROM (SELECT 'service.create' AS kind, 'service' AS subject, id AS subject_id, plugin_id, first_paid_at AS at, '{}'::jsonb AS request
      FROM s_sold WHERE plugin_id IS NOT NULL AND state <> 'pending'
      UNION ALL SELECT 'service.suspend', 'service', id, plugin_id, now(), '{"reason": "overdue"}'
      FROM s_sold WHERE plugin_id IS NOT NULL AND state = 'suspended'
      UNION ALL SELECT 'service.terminate', 'service', id, plugin_id, now(), '{}'
      FROM s_sold WHERE plugin_id IS NOT NULL AND state = 'terminated'
      UNION ALL SELECT 'domain.register', 'domain', id, plugin_id, paid_at, '{"years": 1}' FROM s_held WHERE NOT unpaid) e
ORDER BY at, subject, subject_id;

CREATE TEMP TABLE s_event ON COMMIT DROP AS
SELECT 'client' AS aggregate, c.id AS aggregate_id, 1 AS sequence, current_setting('scale.client_created') AS name,
       jsonb_build_object('client_id', c.id, 'user_id', c.user_id, 'name', coalesce(nullif(t.company, ''), t.first_name || ' ' || t.last_name),
           'email', t.email, 'currency', t.currency) AS payload, c.created_at AS at
FROM s_client c JOIN client t ON t.id = c.id
UNION ALL
SELECT 'invoice', invoice_id, 1, current_setting('scale.invoice_created'),
       jsonb_build_object('invoice_id', invoice_id, 'client_id', client_id, 'number', 'INV-' || lpad(number::text, 6, '0'),
           'total', jsonb_build_object('minor', net + tax, 'currency', currency), 'due', due_on), issued_on + interval '9 hours'
FROM s_bill
UNION ALL
SELECT 'invoice', invoice_id, 2, current_setting('scale.invoice_paid'),
       jsonb_build_object('invoice_id', invoice_id, 'client_id', client_id,
           'total', jsonb_build_object('minor', net + tax, 'currency', currency)), paid_at
FROM s_bill WHERE NOT unpaid
UNION ALL
SELECT 'order', order_id, 1, current_setting('scale.order_accepted'),
       jsonb_build_object('order_id', order_id, 'client_id', client_id), paid_at
FROM s_bill WHERE i = 0 AND NOT unpaid;

INSERT INTO event (aggregate, aggregate_id, sequence, name, payload, actor, occurred_at)
SELECT aggregate, aggregate_id, sequence, name, payload, 'system:scale', at FROM s_event ORDER BY at, aggregate, aggregate_id, sequence;
INSERT INTO aggregate_sequence (aggregate, aggregate_id, last)
SELECT aggregate, aggregate_id, max(sequence) FROM s_event GROUP BY aggregate, aggregate_id;
-- All of it has its place in the feed, and nobody subscribed to this past.
INSERT INTO feed (position, event_id)
SELECT h.position + row_number() OVER (ORDER BY e.id), e.id FROM event e, feed_head h
WHERE NOT EXISTS (SELECT 1 FROM feed f WHERE f.event_id = e.id) AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = e.id);
UPDATE feed_head SET position = coalesce((SELECT max(position) FROM feed), position);
UPDATE subscriber SET cursor = h.position, since = h.position FROM feed_head h;
