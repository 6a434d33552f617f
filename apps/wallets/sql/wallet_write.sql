-- Write all changes of a customer's credit if the book is at version `expected`; return the ids of new transfers and
-- grants by number, and those of the entries on the accounts that transfers take from by the transfer's id. If the book
-- has another version by now, write nothing and return NULL.
-- The database prepares a condition again for each call, so that one asks for all parts that few calls have.
-- Changed rows are written one by one: joined with the JSON, all rows of the customer would be read to find them.
-- Grants are taken from the JSON by their place, which costs less than a query for them.
-- Rows refer to new grants and charges by the number of their transfer, and to existing ones by id.
CREATE OR REPLACE FUNCTION wallet_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    posted jsonb := ledger_write(book, expected, changes -> 'ledger');
    moved jsonb := posted -> 'transfers';
    granted jsonb := '{}';
    listed jsonb;
    one jsonb;
    burned bigint;
    changed record;
BEGIN
    IF posted IS NULL THEN
        RETURN NULL;
    END IF;
    IF changes ? 'grants' THEN
        listed := changes -> 'grants';
        FOR place IN 0 .. jsonb_array_length(listed) - 1 LOOP
            one := listed -> place;
            burned := (one ->> 'id')::bigint;
            UPDATE wallets_grant g
            SET remaining_micros = (one ->> 'remaining_micros')::bigint, held_micros = (one ->> 'held_micros')::bigint,
                returned_micros = (one ->> 'returned_micros')::bigint,
                lapsed_micros = (one ->> 'lapsed_micros')::bigint, burn_key = one ->> 'burn_key',
                expires_at = (one ->> 'expires_at')::timestamptz, freezes = one -> 'freezes'
            WHERE g.id = burned AND g.organization_id = book;
        END LOOP;
    END IF;
    IF changes ? 'new_grants' THEN
        WITH given AS (
            SELECT COALESCE(r.id, nextval('wallets_grant_id_seq')) AS grant_id, r.*
            FROM jsonb_to_recordset(changes -> 'new_grants') AS r(
                id bigint, number bigint, source text, priority smallint, is_paid boolean, amount_micros bigint,
                remaining_micros bigint, held_micros bigint, paid_micros bigint, returned_micros bigint,
                lapsed_micros bigint, granted_at timestamptz, starts_at timestamptz, expires_at timestamptz,
                burn_key text, key text, description text
            )
        ), made AS (
            INSERT INTO wallets_grant (
                id, organization_id, source, priority, is_paid, amount_micros, remaining_micros, held_micros,
                paid_micros, returned_micros, lapsed_micros, granted_at, starts_at, expires_at, burn_key, key,
                description, transfer_id
            )
            SELECT g.grant_id, book, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
                g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
                g.expires_at, g.burn_key, g.key, g.description, (moved ->> g.number::text)::bigint
            FROM given g
        )
        SELECT jsonb_object_agg(g.number, g.grant_id) INTO granted FROM given g;
    END IF;
    IF changes ? 'consumptions' THEN
        INSERT INTO wallets_consumption (organization_id, grant_id, transfer_id, number, amount_micros, recorded_at)
        SELECT book, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint),
            COALESCE(r.transfer_id, (moved ->> r.transfer_number::text)::bigint), r.number, r.amount_micros,
            r.recorded_at
        FROM ROWS FROM (jsonb_to_recordset(changes -> 'consumptions') AS (
            grant_id bigint, grant_number bigint, transfer_id bigint, transfer_number bigint, number bigint,
            amount_micros bigint, recorded_at timestamptz
        )) WITH ORDINALITY AS r(
            grant_id, grant_number, transfer_id, transfer_number, number, amount_micros, recorded_at, place
        ) ORDER BY r.place;
    END IF;
    IF changes ? 'new_nets' THEN
        INSERT INTO wallets_chargenet (organization_id, transfer_id, amount_micros, undone_micros)
        SELECT book, (moved ->> r.number::text)::bigint, r.amount_micros, r.undone_micros
        FROM jsonb_to_recordset(changes -> 'new_nets') AS r(number bigint, amount_micros bigint, undone_micros bigint)
        ORDER BY r.number;
    END IF;
    IF changes ? 'slices' THEN
        INSERT INTO wallets_holdslice (organization_id, hold_id, grant_id, amount_micros, is_freeze)
        SELECT book, r.hold_id, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint), r.amount_micros,
            r.is_freeze
        FROM ROWS FROM (jsonb_to_recordset(changes -> 'slices') AS (
            hold_id uuid, grant_id bigint, grant_number bigint, amount_micros bigint, is_freeze boolean
        )) WITH ORDINALITY AS r(hold_id, grant_id, grant_number, amount_micros, is_freeze, place)
        ORDER BY r.place;
    END IF;
    IF changes ? 'days' THEN
        INSERT INTO wallets_daytotal AS kept (organization_id, day, kind, amount_micros, entry_count)
        SELECT book, r.day, r.kind, r.amount_micros, r.entry_count
        FROM jsonb_to_recordset(changes -> 'days') AS r(
            day date, kind text, amount_micros bigint, entry_count bigint
        )
        ON CONFLICT (organization_id, day, kind) DO UPDATE
        SET amount_micros = kept.amount_micros + EXCLUDED.amount_micros,
            entry_count = kept.entry_count + EXCLUDED.entry_count;
    END IF;
    IF changes ? 'buckets' THEN
        INSERT INTO wallets_bucket (id, organization_id, budget_id, value, held_micros)
        SELECT r.id, book, r.budget_id, r.value, r.held_micros
        FROM jsonb_populate_recordset(NULL::wallets_bucket, changes -> 'buckets') r
        ON CONFLICT (id) DO UPDATE SET held_micros = EXCLUDED.held_micros;
    END IF;
    IF changes ? 'periods' THEN
        INSERT INTO wallets_bucketperiod (
            organization_id, bucket_id, starts_on, ends_on, spent_micros, added_micros, alarms, reached_at, refused_at,
            is_closed, version
        )
        SELECT book, r.bucket_id, r.starts_on, r.ends_on, r.spent_micros, r.added_micros, r.alarms, r.reached_at,
            r.refused_at, r.is_closed, r.version
        FROM jsonb_populate_recordset(NULL::wallets_bucketperiod, changes -> 'periods') r
        ON CONFLICT (organization_id, bucket_id, starts_on) DO UPDATE
        SET spent_micros = EXCLUDED.spent_micros, added_micros = EXCLUDED.added_micros, alarms = EXCLUDED.alarms,
            reached_at = EXCLUDED.reached_at, refused_at = EXCLUDED.refused_at, is_closed = EXCLUDED.is_closed,
            version = EXCLUDED.version;
    END IF;
    IF changes ?| ARRAY[
        'returns', 'nets', 'charge_reversals', 'shortfalls', 'new_shortfalls', 'budgets', 'additions', 'alarms',
        'top_up'
    ] THEN
        IF changes ? 'returns' THEN
            INSERT INTO wallets_grantreturn (organization_id, grant_id, transfer_id)
            SELECT book, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint),
                (moved ->> r.transfer_number::text)::bigint
            FROM jsonb_to_recordset(changes -> 'returns') AS r(
                grant_id bigint, grant_number bigint, transfer_number bigint
            );
        END IF;
        IF changes ? 'nets' THEN
            FOR changed IN SELECT * FROM jsonb_populate_recordset(NULL::wallets_chargenet, changes -> 'nets') LOOP
                UPDATE wallets_chargenet n SET undone_micros = changed.undone_micros
                WHERE n.id = changed.id AND n.organization_id = book;
            END LOOP;
        END IF;
        IF changes ? 'charge_reversals' THEN
            INSERT INTO wallets_chargereversal (organization_id, charge_id, transfer_id, amount_micros)
            SELECT book, COALESCE(r.charge_id, (
                    SELECT n.id FROM wallets_chargenet n
                    WHERE n.organization_id = book AND n.transfer_id = (moved ->> r.charge_number::text)::bigint
                )), (moved ->> r.transfer_number::text)::bigint, r.amount_micros
            FROM jsonb_to_recordset(changes -> 'charge_reversals') AS r(
                charge_id bigint, charge_number bigint, transfer_number bigint, amount_micros bigint
            );
        END IF;
        IF changes ? 'shortfalls' THEN
            FOR changed IN SELECT * FROM jsonb_populate_recordset(NULL::wallets_shortfall, changes -> 'shortfalls') LOOP
                UPDATE wallets_shortfall s SET remaining_micros = changed.remaining_micros
                WHERE s.id = changed.id AND s.organization_id = book;
            END LOOP;
        END IF;
        IF changes ? 'new_shortfalls' THEN
            INSERT INTO wallets_shortfall (organization_id, transfer_id, amount_micros, remaining_micros, recorded_at)
            SELECT book, (moved ->> r.number::text)::bigint, r.amount_micros, r.remaining_micros, r.recorded_at
            FROM jsonb_to_recordset(changes -> 'new_shortfalls') AS r(
                number bigint, amount_micros bigint, remaining_micros bigint, recorded_at timestamptz
            ) ORDER BY r.number;
        END IF;
        IF changes ? 'budgets' THEN
            INSERT INTO wallets_budget (
                id, organization_id, slug, name, kind, scope, scope_digest, period, starts_on, ends_on, limit_micros,
                mode, thresholds, when_missing, counts_from, set_by, version, created_by, created_at, updated_at,
                ended_at
            )
            SELECT r.id, book, r.slug, r.name, r.kind, r.scope, r.scope_digest, r.period, r.starts_on, r.ends_on,
                r.limit_micros, r.mode, r.thresholds, r.when_missing, r.counts_from, r.set_by, r.version, r.created_by,
                r.created_at, r.updated_at, r.ended_at
            FROM jsonb_populate_recordset(NULL::wallets_budget, changes -> 'budgets') r
            ON CONFLICT (id) DO UPDATE
            SET name = EXCLUDED.name, limit_micros = EXCLUDED.limit_micros, mode = EXCLUDED.mode,
                thresholds = EXCLUDED.thresholds, when_missing = EXCLUDED.when_missing, set_by = EXCLUDED.set_by,
                version = EXCLUDED.version, updated_at = EXCLUDED.updated_at, ended_at = EXCLUDED.ended_at;
        END IF;
        IF changes ? 'additions' THEN
            INSERT INTO wallets_budgetaddition (
                organization_id, bucket_id, starts_on, amount_micros, reason, created_by, created_at
            )
            SELECT book, r.bucket_id, r.starts_on, r.amount_micros, r.reason, r.created_by, r.created_at
            FROM jsonb_populate_recordset(NULL::wallets_budgetaddition, changes -> 'additions') r;
        END IF;
        IF changes ? 'alarms' THEN
            UPDATE wallets_wallet w
            SET alert_thresholds_micros = r.alert_thresholds_micros, alert_mail = r.alert_mail,
                alarm_bits = r.alarm_bits, alarm_version = r.alarm_version, alarms_mailed = r.alarms_mailed
            FROM jsonb_populate_record(NULL::wallets_wallet, changes -> 'alarms') r WHERE w.organization_id = book;
        END IF;
        IF changes ? 'top_up' THEN
            PERFORM top_up_write(book, changes -> 'top_up');
        END IF;
    END IF;
    IF changes ? 'outbox' THEN
        PERFORM outbox_add(changes -> 'outbox');
    END IF;
    IF changes ? 'updated_at' THEN
        UPDATE wallets_wallet SET updated_at = (changes ->> 'updated_at')::timestamptz WHERE organization_id = book;
    END IF;
    RETURN jsonb_build_object('transfers', moved, 'entries', posted -> 'entries', 'grants', granted);
END $$;
