-- The newest rated events of an organization, newest day first, at most 100, as JSON; NULL where there is none.
CREATE OR REPLACE FUNCTION usage_newest_events(organization uuid, most integer) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.event_id, x.source, x.meter_slug, x.quantity_micros, x.input_tokens, x.output_tokens, x.charge_micros,
            x.occurred_at, x.recorded_at
        ))
        FROM (
            SELECT * FROM (
                SELECT * FROM usage_usageevent e WHERE e.organization_id = organization AND e.counted_on IS NOT NULL
                ORDER BY e.counted_on DESC, e.id DESC LIMIT 100
            ) AS newest LIMIT most
        ) AS x
    );
END $$;
