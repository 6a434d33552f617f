-- The figures of a customer's wallet at a moment, in micros, as JSON; NULL if there is no wallet.
-- credit: per source and whether it is spendable now (started, not expired): the remaining amount, the held part of it,
-- and the part held by holds that have ended but are not closed yet.
-- proven and since: the sums of the wallet's entries up to its checkpoint and after it.
CREATE OR REPLACE FUNCTION wallet_figures(book uuid, receivable_code text, unapplied_code text, at timestamptz) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_build_object(
            'account_id', a.id, 'posted', a.balance_micros, 'held', a.held_micros,
            'created_at', w.created_at, 'updated_at', w.updated_at,
            'pending', pending.all_micros, 'ended', pending.ended_micros,
            'credit', (
                SELECT json_agg(json_build_array(
                    credit.source, credit.is_spendable, credit.remaining, credit.held, credit.ended
                ))
                FROM (
                    SELECT g.source, now.is_spendable, sum(g.remaining_micros) AS remaining, sum(g.held_micros) AS held,
                        COALESCE(sum(ended.micros), 0) AS ended
                    FROM wallets_grant g
                    CROSS JOIN LATERAL (
                        SELECT (g.expires_at IS NULL OR g.expires_at > at)
                            AND (g.starts_at IS NULL OR g.starts_at <= at) AS is_spendable
                    ) AS now
                    LEFT JOIN (
                        SELECT s.grant_id, sum(s.amount_micros) AS micros
                        FROM ledger_hold h JOIN wallets_holdslice s ON s.organization_id = book AND s.hold_id = h.id
                        WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending' AND h.expires_at <= at
                        GROUP BY s.grant_id
                    ) AS ended ON ended.grant_id = g.id
                    WHERE g.organization_id = book AND g.is_open
                    GROUP BY g.source, now.is_spendable
                ) AS credit
            ),
            'overspend', (
                SELECT COALESCE(sum(s.remaining_micros), 0) FROM wallets_shortfall s
                WHERE s.organization_id = book AND s.remaining_micros > 0
            ),
            'purchased', (
                SELECT COALESCE(sum(g.amount_micros), 0) FROM wallets_grant g
                WHERE g.organization_id = book AND g.source = 'top_up'
            ),
            'has_signup', EXISTS (
                SELECT 1 FROM wallets_grant g WHERE g.organization_id = book AND g.source = 'signup'
            ),
            'receivable', (
                SELECT r.balance_micros FROM ledger_account r WHERE r.book_id = book AND r.code = receivable_code
            ),
            'unapplied', (
                SELECT u.balance_micros FROM ledger_account u WHERE u.book_id = book AND u.code = unapplied_code
            ),
            'proven', COALESCE(c.entries_micros, 0),
            'since', (
                SELECT COALESCE(sum(e.amount_micros), 0) FROM ledger_entry e
                WHERE e.book_id = book AND e.account_id = a.id AND e.account_version > COALESCE(c.through_version, 0)
            )
        )
        FROM wallets_wallet w
        JOIN ledger_account a ON a.id = w.account_id
        LEFT JOIN ledger_checkpoint c ON c.book_id = book AND c.account_id = a.id
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(h.amount_micros), 0) AS all_micros,
                COALESCE(sum(h.amount_micros) FILTER (WHERE h.expires_at <= at), 0) AS ended_micros
            FROM ledger_hold h WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending'
        ) AS pending
        WHERE w.organization_id = book
    );
END $$;
