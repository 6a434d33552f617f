-- The least that closing an organization's month can cost: one call that locks it, adds its days up and seals the month.
-- The limit against which `benchmarks.paths.month` measures.
CREATE OR REPLACE FUNCTION benchmark_close(org uuid, first date, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM usage_meteredorganization WHERE organization_id = org FOR NO KEY UPDATE;
    UPDATE usage_charactermonth SET billed_at = at WHERE organization_id = org AND month = first;
    INSERT INTO usage_monthclose (
        organization_id, month, state, attempts, error, event_count, usage_micros, minimum_micros, character_count,
        closed_at, closed_by
    )
    SELECT org, first, 'closed', 1, '', coalesce(sum(event_count), 0), coalesce(sum(charge_micros), 0), 0,
        coalesce((SELECT high_water_mark FROM usage_charactermonth WHERE organization_id = org AND month = first), 0),
        at, 'benchmark'
    FROM usage_usageday WHERE organization_id = org AND day >= first AND day < first + interval '1 month';
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    ) VALUES ('notices.publish', '{}', 'benchmark:' || org || first, 'pending', 0, 0, '', at, at, at);
END $$;
