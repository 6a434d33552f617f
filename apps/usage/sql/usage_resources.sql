-- The charges of meters flagged as persistent resources in a month, in micros: [by day totals, minimums, usage of the
-- month].
CREATE OR REPLACE FUNCTION usage_resources(organization uuid, first date, ending date) RETURNS json
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    flagged bigint[] := ARRAY(SELECT m.id FROM pricing_meter m WHERE m.is_persistent_resource);
BEGIN
    IF flagged = '{}' THEN
        RETURN '[0, 0, 0]';
    END IF;
    RETURN json_build_array(
        (
            SELECT COALESCE(sum(d.charge_micros), 0) FROM usage_usageday d
            WHERE d.organization_id = organization AND d.day >= first AND d.day < ending AND d.meter_id = ANY(flagged)
        ),
        (
            SELECT COALESCE(sum(c.amount_micros), 0) FROM usage_minimumcharge c
            WHERE c.organization_id = organization AND c.counted_on >= first AND c.counted_on < ending
                AND c.meter_id = ANY(flagged)
        ),
        (
            SELECT COALESCE(sum(c.charge_micros), 0) FROM usage_counter c
            WHERE c.organization_id = organization AND c.month = first AND c.meter_id = ANY(flagged)
        )
    );
END $$;
