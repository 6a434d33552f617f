-- Read what a decision on a customer's credit needs, at one version of the book, as JSON; NULL if there is no wallet.
-- query, besides those of ledger_open: shortfalls (number of oldest open ones), nets (number of newest charges that can
-- still be undone), undo (ids of transfers), grant_keys and grant_ids (grants that may be spent already).
-- days and labels (counters of budgets: of these days, of the buckets with these values or those of the holds' work),
-- budgets (all their buckets), buckets (by id). Live budgets are read if days are asked for.
-- first_grants: read only this number of grants with a remaining amount, the first in burn order; also those that back
-- the holds that were read, and the sums of the others with the moments between which the sums are valid.
-- Grants with a remaining amount, the buckets that count the holds that were read, and the slices of the holds that were
-- read, are always included. Rows that few calls need have statements of their own, so that other calls skip them.
-- Without the lock, each statement sees what was committed before it. If the book changes in between, it is read again:
-- a refusal writes nothing, so no write would notice the change.
-- Its statements use generic plans; otherwise the database would plan them for each call, which takes ten times as
-- long. A statement takes as long as several rows, so one statement reads all of `query`, and one looks for all rows
-- that seldom exist.
CREATE OR REPLACE FUNCTION wallet_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ledger json := ledger_open(book, at, query, lock);
    asked record;
    present record;
    held record;
    labels text[] := '{}';
    bucket_ids uuid[] := '{}';
    grant_ids bigint[] := '{}';
    paid bigint[];
    charges json;
    buckets json;
    spent json;
    backers bigint[] := '{}';
    grants json;
    backing json;
    unread json;
    slices json;
    short json := '[0, 0]';
    shortfalls json;
    opened record;
BEGIN
    SELECT COALESCE(r.grant_keys, '{}') AS grant_keys, COALESCE(r.grant_ids, '{}') AS grant_ids, r.undo,
        COALESCE(r.days, '{}') AS days, COALESCE(r.labels, '{}') AS labels, COALESCE(r.budgets, '{}') AS budgets,
        COALESCE(r.buckets, '{}') AS buckets, r.hold_ids, r.nets, r.shortfalls, r.first_grants
    INTO asked FROM jsonb_to_record(query) AS r(
        grant_keys text[], grant_ids bigint[], undo bigint[], days date[], labels text[], budgets uuid[],
        buckets uuid[], hold_ids uuid[], nets bigint, shortfalls bigint, first_grants bigint
    );
    grant_ids := asked.grant_ids;
    bucket_ids := asked.buckets;
    labels := asked.labels;
    IF query ? 'nets' THEN
        paid := ARRAY(
            SELECT x.transfer_id FROM (
                SELECT n.transfer_id FROM wallets_chargenet n
                WHERE n.organization_id = book AND n.undone_micros < n.amount_micros
                ORDER BY n.id DESC LIMIT asked.nets
            ) x UNION SELECT unnest(asked.undo)
        );
        grant_ids := grant_ids || ARRAY(SELECT c.grant_id FROM wallets_consumption c WHERE c.transfer_id = ANY(paid));
        SELECT json_agg(json_build_array(
            t.number, t.id, t.key, t.amount_micros, n.id, n.amount_micros, n.undone_micros, o.key, o.amount_micros,
            (
                SELECT json_build_array(
                    s.id, t.number, s.transfer_id, s.amount_micros, s.remaining_micros, s.recorded_at
                )
                FROM wallets_shortfall s WHERE s.organization_id = book AND s.transfer_id = t.id
            ),
            (
                SELECT json_agg(json_build_array(c.grant_id, c.amount_micros) ORDER BY c.id DESC)
                FROM wallets_consumption c WHERE c.transfer_id = t.id
            )
        )) INTO charges
        FROM ledger_transfer t
        LEFT JOIN wallets_chargenet n ON n.organization_id = book AND n.transfer_id = t.id
        LEFT JOIN ledger_transfer o ON o.book_id = book AND o.number = t.number + 1
        WHERE t.id = ANY(paid) AND t.book_id = book;
    END IF;
    IF ledger ->> 'holds' IS NOT NULL THEN
        -- Members 0, 6, 13 and 14 of a hold are its id, status, dimensions and buckets.
        SELECT ARRAY(SELECT (h ->> 0)::uuid FROM json_array_elements(ledger -> 'holds') h) AS ids,
            ARRAY(
                SELECT b.value::uuid FROM json_array_elements(ledger -> 'holds') h
                CROSS JOIN LATERAL json_array_elements_text(h -> 14) b WHERE h ->> 6 = 'pending'
            ) AS bucket_ids,
            ARRAY(
                SELECT v.value FROM json_array_elements(ledger -> 'holds') h
                CROSS JOIN LATERAL json_each_text(h -> 13) v
                WHERE query ? 'days' AND (h ->> 0)::uuid = ANY(asked.hold_ids)
            ) AS labels
        INTO held;
        bucket_ids := bucket_ids || held.bucket_ids;
        labels := labels || held.labels;
        SELECT json_agg(
            json_build_array(s.id, s.hold_id, s.grant_id, s.amount_micros, s.is_freeze) ORDER BY s.id
        ), array_agg(s.grant_id) INTO slices, backers
        FROM wallets_holdslice s WHERE s.organization_id = book AND s.hold_id = ANY(held.ids);
    END IF;
    SELECT EXISTS (SELECT FROM wallets_bucket x WHERE x.organization_id = book) AS has_buckets,
        EXISTS (SELECT FROM wallets_shortfall s WHERE s.organization_id = book AND s.remaining_micros > 0) AS is_short,
        (
            SELECT x.burn_key FROM wallets_grant x WHERE x.organization_id = book AND x.is_open
            ORDER BY x.burn_key LIMIT 1 OFFSET asked.first_grants
        ) AS next_key
    INTO present;
    IF present.has_buckets THEN
        SELECT json_agg(json_build_array(c.id, c.budget_id, c.value, c.held_micros, (
            SELECT json_agg(json_build_array(
                p.starts_on, p.ends_on, p.spent_micros, p.added_micros, p.alarms, p.reached_at, p.refused_at,
                p.is_closed, p.version
            ))
            FROM unnest(asked.days) AS d(day) CROSS JOIN LATERAL (
                SELECT * FROM wallets_bucketperiod x
                WHERE x.organization_id = book AND x.bucket_id = c.id AND x.starts_on <= d.day
                ORDER BY x.starts_on DESC LIMIT 1
            ) p
        ))) INTO buckets
        FROM (
            SELECT x.* FROM wallets_budget b
            JOIN wallets_bucket x ON x.organization_id = book AND x.budget_id = b.id AND x.value = ANY(labels)
            WHERE b.organization_id = book AND b.ended_at IS NULL
            UNION SELECT x.* FROM wallets_bucket x WHERE x.id = ANY(bucket_ids) AND x.organization_id = book
            UNION SELECT x.* FROM wallets_bucket x
            WHERE x.organization_id = book AND x.budget_id = ANY(asked.budgets)
        ) c;
    END IF;
    IF query ? 'grant_keys' OR query ? 'grant_ids' OR query ? 'nets' THEN
        SELECT json_agg(json_build_array(
            g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
            g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
            g.expires_at, g.key, g.description, g.freezes
        )) INTO spent
        FROM (
            SELECT * FROM wallets_grant x
            WHERE x.organization_id = book AND x.key = ANY(asked.grant_keys) AND NOT x.is_open
            UNION ALL SELECT * FROM wallets_grant x
            WHERE x.id = ANY(grant_ids) AND x.organization_id = book AND NOT x.is_open
        ) g;
    END IF;
    SELECT json_agg(json_build_array(
        g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
        g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
        g.expires_at, g.key, g.description, g.freezes
    )) INTO grants
    FROM (
        SELECT * FROM wallets_grant x WHERE x.organization_id = book AND x.is_open
        ORDER BY x.burn_key LIMIT asked.first_grants
    ) g;
    IF query ? 'first_grants' AND present.next_key IS NOT NULL THEN
        SELECT json_agg(json_build_array(
            g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
            g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
            g.expires_at, g.key, g.description, g.freezes
        )) INTO backing
        FROM wallets_grant g
        WHERE g.id = ANY(backers) AND g.organization_id = book AND g.is_open AND g.burn_key >= present.next_key;
        unread := wallet_unread_grants(book, present.next_key, backers, at);
    END IF;
    IF present.is_short THEN
        SELECT json_build_array(count(*), COALESCE(sum(s.remaining_micros), 0)) INTO short FROM wallets_shortfall s
        WHERE s.organization_id = book AND s.remaining_micros > 0;
        SELECT json_agg(json_build_array(
            s.id, t.number, s.transfer_id, s.amount_micros, s.remaining_micros, s.recorded_at
        )) INTO shortfalls
        FROM (
            SELECT * FROM wallets_shortfall x WHERE x.organization_id = book AND x.remaining_micros > 0
            ORDER BY x.id LIMIT asked.shortfalls
        ) s JOIN ledger_transfer t ON t.id = s.transfer_id;
    END IF;
    SELECT b.version, json_build_object(
        'ledger', ledger,
        'charges', charges,
        'terms', (
            SELECT json_build_array(
                o.version, o.billing_mode, o.postpaid_limit_micros, o.usage_billing_enabled, o.work_paused_at,
                o.work_pause_reason, o.anchor_day,
                o.monthly_resource_spend_limit_usd_micros, o.usd_rate_micros, o.pause_on_limit,
                o.resource_email_alerts, o.postpaid_paused_at IS NOT NULL
            )
            FROM tenants_organization o WHERE o.id = book
        ),
        'budgets', json_build_object(
            'days', asked.days, 'labels', labels, 'whole', asked.budgets,
            'definitions', (
                SELECT json_agg(row_to_json(x)::text) FROM wallets_budget x
                WHERE query ? 'days' AND x.organization_id = book AND x.ended_at IS NULL AND x.kind = 'own'
            ),
            'buckets', buckets
        ),
        'watch', json_build_array(
            json_build_array(
                w.alert_thresholds_micros, w.alert_mail, w.alarm_bits, w.alarm_version, w.alarms_mailed
            ),
            (SELECT top_up_open(book, at) FROM top_ups_topup t WHERE t.organization_id = book AND t.is_enabled)
        ),
        'grants', grants,
        'spent', spent,
        'backing', backing,
        'unread', unread,
        'slices', slices,
        'short', short,
        'shortfalls', shortfalls
    ) AS found INTO opened
    FROM wallets_wallet w JOIN ledger_book b ON b.id = book WHERE w.organization_id = book;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF lock OR opened.version = (ledger ->> 'version')::bigint THEN
        RETURN opened.found;
    END IF;
    RETURN wallet_open(book, at, query, lock);
END $$;
