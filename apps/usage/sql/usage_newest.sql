-- The newest rated events of an organization, at most `most` of its newest 100, newest day first. While a month is
-- written to its file but not detached yet, its events are in both tables; UNION returns them once.
CREATE OR REPLACE FUNCTION usage_newest(organization uuid, most integer) RETURNS TABLE (
    event bigint, organization_id uuid, event_id varchar, source varchar, meter_slug varchar, quantity_micros bigint,
    input_tokens bigint, output_tokens bigint, charge_micros bigint, occurred_at timestamptz, recorded_at timestamptz,
    counted_on date
)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
        SELECT * FROM (
            SELECT * FROM (
                SELECT e.id, e.organization_id, e.event_id, e.source, e.meter_slug, e.quantity_micros, e.input_tokens,
                    e.output_tokens, e.charge_micros, e.occurred_at, e.recorded_at, e.counted_on
                FROM usage_usageevent e WHERE e.organization_id = organization AND e.counted_on IS NOT NULL
                    AND e.voids IS NULL
                ORDER BY e.counted_on DESC, e.id DESC LIMIT 100
            ) AS attached LIMIT most
        ) AS first_attached
        UNION
        SELECT * FROM (
            SELECT * FROM (
                SELECT a.event, a.organization_id, a.event_id, a.source, a.meter_slug, a.quantity_micros, a.input_tokens,
                    a.output_tokens, a.charge_micros, a.occurred_at, a.recorded_at, a.counted_on
                FROM usage_recentarchivedevent a WHERE a.organization_id = organization
                ORDER BY a.counted_on DESC, a.event DESC LIMIT 100
            ) AS archived LIMIT most
        ) AS first_archived
        ORDER BY 12 DESC, 1 DESC LIMIT most;
END $$;
