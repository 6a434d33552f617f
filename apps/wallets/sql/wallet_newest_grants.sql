-- The newest grants of an organization, newest first, at most 100, as JSON; NULL if there are none.
CREATE OR REPLACE FUNCTION wallet_newest_grants(organization uuid, most integer) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.id, x.source, x.priority, x.amount_micros, x.remaining_micros, x.description, x.granted_at,
            x.expires_at
        ))
        FROM (
            SELECT * FROM (
                SELECT * FROM wallets_grant g WHERE g.organization_id = organization
                ORDER BY g.granted_at DESC, g.id DESC LIMIT 100
            ) AS newest LIMIT most
        ) AS x
    );
END $$;
