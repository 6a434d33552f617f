-- Read what a decision on a customer's credit needs, at one version of the book, as JSON; NULL if there is no wallet.
-- query, besides those of ledger_open: shortfalls (number of oldest open ones), nets (number of newest charges that can
-- still be undone), undo (ids of transfers), grant_keys and grant_ids (grants that may be spent already).
-- days and labels (counters of budgets: of these days, of the buckets with these values or those of the holds' work),
-- budgets (all their buckets), buckets (by id). Live budgets are read if days are asked for.
-- first_grants: of the grants with a remaining amount only so many, the first in burn order, those that back the holds that
-- were read, and the sums of the others with the moments between which they hold.
-- Grants with a remaining amount, the buckets that count the holds that were read, and the slices of the holds that were
-- read, are always included. What few calls need has statements of its own, so that other calls do not pay for them.
-- Without the lock, each statement sees what was committed before it. If the book changes in between, it is read again:
-- a refusal writes nothing, so no write would notice the change.
-- Its statements use generic plans: planning them for each call, as the database would choose, costs ten times more.
CREATE OR REPLACE FUNCTION wallet_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ledger json := ledger_open(book, at, query, lock);
    hold_keys text[] := '{}';
    hold_ids uuid[] := '{}';
    grant_keys text[] := '{}';
    grant_ids bigint[] := '{}';
    days date[] := '{}';
    labels text[] := '{}';
    whole uuid[] := '{}';
    bucket_ids uuid[] := '{}';
    paid bigint[];
    charges json;
    definitions json;
    buckets json;
    spent json;
    backers bigint[] := '{}';
    grants json;
    unread_from text;
    backing json;
    unread json;
    slices json;
    short json := '[0, 0]';
    shortfalls json;
    opened json;
BEGIN
    IF query ? 'grant_keys' THEN
        grant_keys := ARRAY(SELECT jsonb_array_elements_text(query -> 'grant_keys'));
    END IF;
    IF query ? 'grant_ids' THEN
        grant_ids := ARRAY(SELECT jsonb_array_elements_text(query -> 'grant_ids'));
    END IF;
    IF query ? 'budgets' THEN
        whole := ARRAY(SELECT jsonb_array_elements_text(query -> 'budgets')::uuid);
    END IF;
    IF query ? 'buckets' THEN
        bucket_ids := ARRAY(SELECT jsonb_array_elements_text(query -> 'buckets')::uuid);
    END IF;
    IF query ? 'nets' THEN
        paid := ARRAY(
            SELECT x.transfer_id FROM (
                SELECT n.transfer_id FROM wallets_chargenet n
                WHERE n.organization_id = book AND n.undone_micros < n.amount_micros
                ORDER BY n.id DESC LIMIT (query ->> 'nets')::bigint
            ) x UNION SELECT jsonb_array_elements_text(query -> 'undo')::bigint
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
        hold_keys := ARRAY(SELECT jsonb_array_elements_text(query -> 'hold_keys'));
        hold_ids := ARRAY(SELECT jsonb_array_elements_text(query -> 'hold_ids'));
        bucket_ids := bucket_ids || ARRAY(
            SELECT unnest(h.bucket_ids) FROM ledger_hold h
            WHERE h.book_id = book AND h.status = 'pending' AND (h.expires_at <= at OR h.id = ANY(hold_ids))
        );
        SELECT json_agg(
            json_build_array(s.id, s.hold_id, s.grant_id, s.amount_micros, s.is_freeze) ORDER BY s.id
        ), array_agg(s.grant_id) INTO slices, backers
        FROM wallets_holdslice s
        WHERE s.organization_id = book AND s.hold_id IN (
            SELECT x.id FROM ledger_hold x WHERE x.book_id = book AND x.key = ANY(hold_keys)
            UNION SELECT unnest(hold_ids)
            UNION SELECT x.id FROM ledger_hold x
            WHERE x.book_id = book AND x.status = 'pending' AND x.expires_at <= at
        );
    END IF;
    IF query ? 'days' THEN
        days := ARRAY(SELECT jsonb_array_elements_text(query -> 'days')::date);
        labels := ARRAY(SELECT jsonb_array_elements_text(query -> 'labels')) || ARRAY(
            SELECT v.value FROM ledger_hold h CROSS JOIN LATERAL jsonb_each_text(h.dimensions) v
            WHERE h.book_id = book AND h.id = ANY(hold_ids)
        );
        SELECT json_agg(row_to_json(b)::text) INTO definitions FROM wallets_budget b
        WHERE b.organization_id = book AND b.ended_at IS NULL AND b.kind = 'own';
    END IF;
    PERFORM 1 FROM wallets_bucket x WHERE x.organization_id = book LIMIT 1;
    IF FOUND THEN
        SELECT json_agg(json_build_array(c.id, c.budget_id, c.value, c.held_micros, (
            SELECT json_agg(json_build_array(
                p.starts_on, p.ends_on, p.spent_micros, p.added_micros, p.alarms, p.reached_at, p.refused_at,
                p.is_closed, p.version
            ))
            FROM unnest(days) AS d(day) CROSS JOIN LATERAL (
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
            UNION SELECT x.* FROM wallets_bucket x WHERE x.organization_id = book AND x.budget_id = ANY(whole)
        ) c;
    END IF;
    IF query ? 'grant_keys' OR query ? 'grant_ids' OR query ? 'nets' THEN
        SELECT json_agg(json_build_array(
            g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
            g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
            g.expires_at, g.key, g.description
        )) INTO spent
        FROM (
            SELECT * FROM wallets_grant x
            WHERE x.organization_id = book AND x.key = ANY(grant_keys) AND NOT x.is_open
            UNION ALL SELECT * FROM wallets_grant x
            WHERE x.id = ANY(grant_ids) AND x.organization_id = book AND NOT x.is_open
        ) g;
    END IF;
    SELECT json_agg(json_build_array(
        g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
        g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
        g.expires_at, g.key, g.description
    )) INTO grants
    FROM (
        SELECT * FROM wallets_grant x WHERE x.organization_id = book AND x.is_open
        ORDER BY x.burn_key LIMIT (query ->> 'first_grants')::bigint
    ) g;
    IF query ? 'first_grants' THEN
        SELECT x.burn_key INTO unread_from FROM wallets_grant x
        WHERE x.organization_id = book AND x.is_open
        ORDER BY x.burn_key LIMIT 1 OFFSET (query ->> 'first_grants')::bigint;
        IF FOUND THEN
            SELECT json_agg(json_build_array(
                g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
                g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
                g.expires_at, g.key, g.description
            )) INTO backing
            FROM wallets_grant g
            WHERE g.id = ANY(backers) AND g.organization_id = book AND g.is_open
                AND g.burn_key >= unread_from;
            unread := wallet_unread_grants(book, unread_from, backers, at);
        END IF;
    END IF;
    PERFORM 1 FROM wallets_shortfall s WHERE s.organization_id = book AND s.remaining_micros > 0 LIMIT 1;
    IF FOUND THEN
        SELECT json_build_array(count(*), COALESCE(sum(s.remaining_micros), 0)) INTO short FROM wallets_shortfall s
        WHERE s.organization_id = book AND s.remaining_micros > 0;
        SELECT json_agg(json_build_array(
            s.id, t.number, s.transfer_id, s.amount_micros, s.remaining_micros, s.recorded_at
        )) INTO shortfalls
        FROM (
            SELECT * FROM wallets_shortfall x WHERE x.organization_id = book AND x.remaining_micros > 0
            ORDER BY x.id LIMIT (query ->> 'shortfalls')::bigint
        ) s JOIN ledger_transfer t ON t.id = s.transfer_id;
    END IF;
    SELECT json_build_object(
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
            'days', days, 'labels', labels, 'whole', whole,
            'definitions', definitions, 'buckets', buckets
        ),
        'watch', json_build_array(
            json_build_array(
                w.alert_thresholds_micros, w.alert_mail, w.alarm_bits, w.alarm_version, w.alarms_mailed
            ),
            top_up_open(book, at)
        ),
        'grants', grants,
        'spent', spent,
        'backing', backing,
        'unread', unread,
        'slices', slices,
        'short', short,
        'shortfalls', shortfalls
    ) INTO opened FROM wallets_wallet w WHERE w.organization_id = book;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF lock THEN
        RETURN opened;
    END IF;
    PERFORM 1 FROM ledger_book b WHERE b.id = book AND b.version = (ledger ->> 'version')::bigint;
    IF NOT FOUND THEN
        RETURN wallet_open(book, at, query, lock);
    END IF;
    RETURN opened;
END $$;
