-- A wallet's reservations counted and summed as JSON; NULL if there is no such account.
-- ended: [status, count, micros] from stored totals; live and late: pending holds whose end has not, or has, passed.
-- thawed: [status, count, micros] of dispute freezes that have ended, to subtract from the totals, which include them.
CREATE OR REPLACE FUNCTION wallet_hold_totals(book uuid, wallet_code text, at timestamptz) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_build_object(
            'ended', (
                SELECT json_agg(json_build_array(t.status, t.hold_count, t.amount_micros))
                FROM ledger_holdtotal t WHERE t.book_id = book AND t.account_id = a.id
            ),
            'thawed', (
                SELECT json_agg(json_build_array(x.status, x.hold_count, x.micros))
                FROM (
                    SELECT h.status, count(*) AS hold_count, sum(h.amount_micros) AS micros
                    FROM wallets_holdslice s JOIN ledger_hold h ON h.id = s.hold_id
                    WHERE s.organization_id = book AND s.is_freeze AND h.book_id = book AND h.status <> 'pending'
                    GROUP BY h.status
                ) AS x
            ),
            'live', json_build_array(pending.live_count, pending.live_micros),
            'late', json_build_array(pending.late_count, pending.late_micros),
            'oldest', pending.oldest
        )
        FROM ledger_account a
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE is_live) AS live_count, count(*) FILTER (WHERE NOT is_live) AS late_count,
                COALESCE(sum(h.amount_micros) FILTER (WHERE is_live), 0) AS live_micros,
                COALESCE(sum(h.amount_micros) FILTER (WHERE NOT is_live), 0) AS late_micros,
                min(h.created_at) FILTER (WHERE is_live) AS oldest
            FROM ledger_hold h
            CROSS JOIN LATERAL (SELECT h.expires_at IS NULL OR h.expires_at > at AS is_live) AS now
            WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending'
                AND NOT EXISTS (
                    SELECT FROM wallets_holdslice s WHERE s.organization_id = book AND s.hold_id = h.id AND s.is_freeze
                )
        ) AS pending
        WHERE a.book_id = book AND a.code = wallet_code
    );
END $$;
