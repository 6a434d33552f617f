-- The newest rated events of an organization as JSON, at most `most` of its newest 100; NULL where there is none.
CREATE OR REPLACE FUNCTION usage_newest_events(organization uuid, most integer) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.event_id, x.source, x.meter_slug, x.quantity_micros, x.input_tokens, x.output_tokens, x.charge_micros,
            x.occurred_at, x.recorded_at
        ))
        FROM usage_newest(organization, most) AS x
    );
END $$;
