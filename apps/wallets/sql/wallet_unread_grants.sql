-- Sums, in micros, of the open grants from `unread_from` on in burn order, without those in `backers`, as JSON:
-- unread_from; the remaining amount of spendable ones (started, not expired); the held part of the others; the
-- remaining amount and the held part of the spendable included quota; and the span of time in which the same grants
-- are spendable.
CREATE OR REPLACE FUNCTION wallet_unread_grants(book uuid, unread_from text, backers bigint[], at timestamptz) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            unread_from,
            COALESCE(sum(g.remaining_micros) FILTER (WHERE g.is_spendable), 0),
            COALESCE(sum(g.held_micros) FILTER (WHERE NOT g.is_spendable), 0),
            COALESCE(sum(g.remaining_micros) FILTER (WHERE g.is_spendable AND g.source = 'included_quota'), 0),
            COALESCE(sum(g.held_micros) FILTER (WHERE g.is_spendable AND g.source = 'included_quota'), 0),
            GREATEST(
                max(g.expires_at) FILTER (WHERE g.expires_at <= at), max(g.starts_at) FILTER (WHERE g.starts_at <= at)
            ),
            LEAST(min(g.expires_at) FILTER (WHERE g.expires_at > at), min(g.starts_at) FILTER (WHERE g.starts_at > at))
        )
        FROM (
            SELECT x.source, x.remaining_micros, x.held_micros, x.expires_at, x.starts_at,
                (x.expires_at IS NULL OR x.expires_at > at) AND (x.starts_at IS NULL OR x.starts_at <= at)
                    AS is_spendable
            FROM wallets_grant x
            WHERE x.organization_id = book AND x.is_open AND x.burn_key >= unread_from
                AND (backers IS NULL OR x.id <> ALL(backers))
        ) AS g
    );
END $$;
