-- Keep an event of Stripe's, once, and ask for what handles it; return its version and state as they are kept.
CREATE OR REPLACE FUNCTION stripe_event_store(event jsonb, body text, messages jsonb) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO payments_stripeevent (
        event_id, type, object_id, api_version, livemode, account, is_thin, source, payload, state, attempts, waits_for,
        error, note, created_at, received_at, next_attempt_at
    )
    SELECT r.event_id, r.type, r.object_id, r.api_version, r.livemode, r.account, r.is_thin, r.source, body, 'received',
        0, '', '', '', r.created_at, r.received_at, r.received_at
    FROM jsonb_populate_record(NULL::payments_stripeevent, event) r
    ON CONFLICT (event_id) DO NOTHING;
    PERFORM outbox_add(messages);
    RETURN (
        SELECT json_build_array(e.api_version, e.state) FROM payments_stripeevent e
        WHERE e.event_id = event ->> 'event_id'
    );
END $$;
