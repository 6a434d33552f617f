-- Read a customer's automatic top-up as JSON; NULL if it is off, or nothing may be charged: the customer is postpaid, or
-- not active, or uses the included quota alone.
-- Attempts count toward the caps of the UTC day and month in which they were made, unless they took no money.
CREATE OR REPLACE FUNCTION top_up_open(organization uuid, at timestamptz) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            json_build_array(
                t.threshold_micros, t.amount_micros, t.up_to_micros, t.most_per_charge_micros, t.most_per_day_micros,
                t.most_per_month_micros, t.payment_method_id <> '', t.stopped_reason
            ),
            json_build_array(t.retry_at, t.card_blocked_until, t.capped_until),
            (
                SELECT json_build_array(
                    COALESCE(sum(a.amount_micros) FILTER (WHERE a.created_at >= day.began), 0),
                    COALESCE(sum(a.amount_micros), 0)
                )
                FROM top_ups_topupattempt a, (SELECT date_trunc('day', at, 'UTC') AS began) AS day
                WHERE a.organization_id = organization AND a.created_at >= date_trunc('month', at, 'UTC')
                    AND a.state NOT IN ('declined', 'canceled')
            ),
            (
                SELECT json_build_array(a.id, a.amount_micros, a.state) FROM top_ups_topupattempt a
                WHERE a.organization_id = organization AND a.state IN ('requested', 'sent', 'action_required')
            )
        )
        FROM top_ups_topup t JOIN tenants_organization o ON o.id = t.organization_id
        WHERE t.organization_id = organization AND t.is_enabled AND o.status = 'active'
            AND o.billing_mode = 'prepaid' AND o.usage_billing_enabled
    );
END $$;
