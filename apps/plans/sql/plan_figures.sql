-- An organization's plan at a moment, and the quota granted for the period that contains it, as JSON.
-- plan: the newest subscription that had started and not ended by then, with its plan; NULL if there is none.
CREATE OR REPLACE FUNCTION plan_figures(organization uuid, at timestamptz) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN json_build_object(
        'granted', (
            SELECT COALESCE(sum(q.amount_micros), 0) FROM plans_includedquota q
            WHERE q.organization_id = organization AND q.period_start <= at AND q.period_end > at
        ),
        'plan', (
            SELECT json_build_object(
                'subscription_id', s.id, 'status', s.status, 'source', s.source, 'anchor_month', s.anchor_month,
                'name', p.name, 'cadence', p.cadence, 'unit_system', p.unit_system, 'list_quota', p.list_quota_micros,
                'carries_unit_usage', p.carries_unit_usage, 'explorer_units', p.explorer_units_micros,
                'developer_units', p.developer_units_micros, 'credits', p.credits_micros
            )
            FROM plans_subscription s JOIN plans_plan p ON p.id = s.plan_id
            WHERE s.organization_id = organization AND s.started_at <= at AND (s.ended_at IS NULL OR s.ended_at > at)
            ORDER BY s.started_at DESC LIMIT 1
        )
    );
END $$;
