-- The newest holds on a wallet, newest first, at most 100, as JSON; NULL if there are none.
-- Without `freezes`, credit that a dispute holds is left out, since it is not a reservation.
-- The literal limit makes the planner use the index for any requested number; `most` then ends the scan.
CREATE OR REPLACE FUNCTION wallet_newest_holds(book uuid, wallet_code text, freezes boolean, most integer) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    wallet bigint := (SELECT a.id FROM ledger_account a WHERE a.book_id = book AND a.code = wallet_code);
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.id, x.status, x.amount_micros, x.captured_micros, x.description, x.key, x.created_by, x.created_at,
            x.expires_at
        ))
        FROM (
            SELECT * FROM (
                SELECT * FROM ledger_hold h WHERE h.account_id = wallet
                    AND (freezes OR NOT EXISTS (
                        SELECT FROM wallets_holdslice s
                        WHERE s.organization_id = book AND s.hold_id = h.id AND s.is_freeze
                    ))
                ORDER BY h.created_at DESC, h.id DESC LIMIT 100
            ) AS newest LIMIT most
        ) AS x
    );
END $$;
