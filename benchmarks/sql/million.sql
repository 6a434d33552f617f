-- A history with this many rows of each kind, written in bulk: half of them one customer's, the rest nine others'.
-- Triggers and foreign keys, which check rows one by one as services write them, are off for the session.
SET session_replication_role = replica;

-- The customer of a row and its time: spread over the last year, in the order of the ids.
CREATE TEMP TABLE customer AS
SELECT row_number() OVER (ORDER BY organization.slug) AS place, organization.id AS organization_id,
  purse.id AS purse_id, revenue.id AS revenue_id
FROM tenants_organization AS organization
JOIN ledger_account AS purse ON purse.code = 'org:' || organization.id || ':wallet'
JOIN ledger_account AS revenue ON revenue.code = 'org:' || organization.id || ':revenue';

CREATE TEMP TABLE happening AS
SELECT number, customer.*, now() - interval '360 days' + number * (interval '359 days' / {size}) AS at,
  1000 + number % 7919 AS amount, md5('row' || number)::uuid AS uuid
FROM generate_series(1, {size}) AS number
JOIN customer ON customer.place = CASE WHEN number % 2 = 0 THEN 1 ELSE 2 + number / 2 % 9 END;

INSERT INTO ledger_transfer (book_id, number, id, key, fingerprint, source_id, destination_id, amount_micros, kind, description,
  created_by, cause_type, cause_id, metadata, effective_at, recorded_at, hash, grant_terms)
SELECT organization_id, 1000 + number, 1000 + number, 'usage:' || number, md5('row' || number), purse_id, revenue_id, amount, 'usage', 'Usage: 1',
  'key:benchmark', 'usage.posting', number::text, '{{}}', at, at, sha256(convert_to('row' || number, 'UTF8')), '{{}}'
FROM happening ORDER BY number;

INSERT INTO ledger_entry (book_id, account_id, transfer_id, amount_micros, balance_after_micros, account_version,
  effective_at, recorded_at)
SELECT organization_id, account_id, 1000 + number, side * amount, sum(side * amount) OVER earlier, 100 + row_number() OVER earlier, at, at
FROM happening CROSS JOIN LATERAL (VALUES (purse_id, -1), (revenue_id, 1)) AS sides (account_id, side)
WINDOW earlier AS (PARTITION BY account_id ORDER BY number)
ORDER BY number;

INSERT INTO ledger_hold (book_id, id, account_id, key, fingerprint, amount_micros, captured_micros, status, description,
  created_by, metadata, dimensions, bucket_ids, created_at, expires_at, closed_at)
SELECT organization_id, uuid, purse_id, 'hold:' || number, md5('row' || number), amount, CASE WHEN captured THEN amount ELSE 0 END,
  CASE WHEN captured THEN 'captured' WHEN number % ({size} / 100) = 0 THEN 'expired' ELSE 'released' END, '', 'key:benchmark',
  '{{}}', '{{}}', '{{}}', at, at + interval '1 hour', at + interval '1 minute'
FROM happening CROSS JOIN LATERAL (SELECT number % 10 > 0 AS captured) AS ends ORDER BY number;

INSERT INTO ledger_holdtotal (book_id, account_id, status, hold_count, amount_micros)
SELECT book_id, account_id, status, count(*), sum(amount_micros) FROM ledger_hold WHERE status <> 'pending'
GROUP BY book_id, account_id, status;

INSERT INTO usage_usageposting (id, organization_id, kind, traffic_source, amount_micros, item_count, tokens,
  transfer_id, created_by, created_at)
SELECT uuid, organization_id, 'usage', 'api', amount, 10, 1200, 1000 + number, 'key:benchmark', at
FROM happening WHERE number % 10 < 2 ORDER BY number;

INSERT INTO usage_usageevent (organization_id, source, event_id, fingerprint, meter_slug, meter_id, occurred_at,
  recorded_at, quantity_micros, input_tokens, output_tokens, cost_currency, reported_cost_currency,
  model, model_sent, operation, event_type, operator, project, session, character, traffic_source, provider, variant, region, service_tier, key, "user", agent, tag,
  billing_mode, state, reason, counted_on, price_version_id, charge_micros, posting_id, created_by,
  credential)
SELECT organization_id, 'benchmark', 'event-' || number, uuid, 'chat', meter.id, at, at, 120000000, 100, 20, '', '', 'large',
  '', '', '', '', 'p1', 's1', '', 'api', '', '', '', '', '', '', '', '', CASE WHEN number % ({size} / 100) = 0 THEN 'byok' ELSE '' END, 'rated', '', at::date,
  version.id, amount, md5('row' || number - number % 10 + number % 2)::uuid, 'key:benchmark',
  'key:benchmark'
FROM happening, (SELECT min(id) AS id FROM pricing_meter) AS meter, (SELECT min(id) AS id FROM pricing_priceversion) AS
  version
ORDER BY number;

INSERT INTO wallets_grant (organization_id, burn_key, source, priority, is_paid, amount_micros, remaining_micros, held_micros,
  paid_micros, lapsed_micros, returned_micros, granted_at, key, description, transfer_id)
SELECT organization_id, '020' || lpad(number::text, 49, '0'), 'voucher', 20, false, amount, 0, 0, 0, 0, 0, at, 'voucher:' || number, 'Voucher', 1000 + number
FROM happening ORDER BY number;

INSERT INTO wallets_consumption (organization_id, number, grant_id, transfer_id, amount_micros, recorded_at)
SELECT happening.organization_id, 1000 + number, wallets_grant.id, 1000 + number, amount, at
FROM happening JOIN wallets_grant ON wallets_grant.key = 'voucher:' || number ORDER BY number;

INSERT INTO vouchers_batch (id, kind, origin, state, amount_micros, currency, code_count, generated_count, prefix,
  max_redemptions, max_per_organization, tag, note, key_fingerprint, created_by, created_at,
  generated_at, downloaded_by)
SELECT md5('batch' || number)::uuid, 'credit', 'generated', 'active', 5000000, 'USD', 1000, 1000, 'B' || number, 1, 1,
  'benchmark', '', 'benchmark', 'staff:benchmark', at, at, ''
FROM happening WHERE number % 1000 = 0 OR number = {size};

INSERT INTO vouchers_voucher (batch_id, number, code_hash, masked, max_redemptions, redemption_count)
SELECT md5('batch' || least({size}, 1000 * ((number + 999) / 1000)))::uuid, number, md5('row' || number),
  'B-…' || number, 1, 1
FROM happening ORDER BY number;

INSERT INTO vouchers_redemption (id, voucher_id, batch_id, organization_id, number, amount_micros, grant_id, call_id,
  balance_after_micros, redeemed_by, redeemed_at)
SELECT uuid, voucher.id, voucher.batch_id, happening.organization_id, 1, 5000000, wallets_grant.id, uuid, 0, 'user:benchmark', at
FROM happening JOIN vouchers_voucher AS voucher ON voucher.code_hash = md5('row' || happening.number)
JOIN wallets_grant ON wallets_grant.key = 'voucher:' || happening.number ORDER BY happening.number;

UPDATE ledger_account SET balance_micros = last.balance_after_micros, version = last.account_version
FROM (SELECT DISTINCT ON (account_id) account_id, balance_after_micros, account_version FROM ledger_entry
  ORDER BY account_id, account_version DESC) AS last
WHERE last.account_id = ledger_account.id;

UPDATE ledger_book SET number = last.number, version = last.number
FROM (SELECT book_id, max(number) AS number FROM ledger_transfer GROUP BY book_id) AS last
WHERE last.book_id = ledger_book.id;

INSERT INTO auditlog_logentry (content_type_id, object_pk, object_id, object_repr, action, changes_text, changes,
  serialized_data, timestamp, cid, additional_data, remote_port, actor_email)
SELECT kind.id, organization_id::text, NULL, 'Customer', 1, '', '{{"name": ["a", "b"]}}', NULL, at, uuid::text, NULL,
  NULL, NULL
FROM happening, (SELECT id FROM django_content_type WHERE app_label = 'tenants' AND model = 'organization') AS kind
ORDER BY number;

DROP TABLE happening;
DROP TABLE customer;
SET session_replication_role = DEFAULT;
