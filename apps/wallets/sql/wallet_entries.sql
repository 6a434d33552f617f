-- A page of a wallet's entries recorded since a moment, newest first, at most 5,001, with their transfers, as JSON;
-- NULL if there are none. With `behind`, the page begins after the entry of that version, recorded at `behind_at`.
CREATE OR REPLACE FUNCTION wallet_entries(
    book uuid, wallet_code text, since timestamptz, behind_at timestamptz, behind bigint, most integer
) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    wallet bigint := (SELECT a.id FROM ledger_account a WHERE a.book_id = book AND a.code = wallet_code);
BEGIN
    RETURN (
        SELECT json_agg(
            json_build_array(
                e.id, e.account_version, e.amount_micros, e.balance_after_micros, e.effective_at, e.recorded_at,
                t.id, t.kind, t.description, t.created_by, t.metadata
            )
            ORDER BY e.recorded_at DESC, e.account_version DESC
        )
        FROM (
            SELECT * FROM (
                SELECT * FROM ledger_entry x
                WHERE x.account_id = wallet AND x.recorded_at >= since
                    AND (x.recorded_at, x.account_version) < (COALESCE(behind_at, 'infinity'), COALESCE(behind, 0))
                ORDER BY x.recorded_at DESC, x.account_version DESC LIMIT 5001
            ) AS page LIMIT most
        ) AS e
        JOIN ledger_transfer t ON t.id = e.transfer_id
    );
END $$;
