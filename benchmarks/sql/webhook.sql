-- The least that a paid top-up can cost: one function that stores the delivery with the request to apply it, and one
-- that applies it, each writing the same rows to the product's own tables. The limits against which
-- `benchmarks.paths.webhook` measures; the grant's transfer is the function of `movements.sql`.
CREATE OR REPLACE FUNCTION benchmark_take(
    event text, about text, version text, body text, at timestamptz
) RETURNS void LANGUAGE sql AS $$
    WITH stored AS (
        INSERT INTO payments_stripeevent (
            event_id, type, object_id, api_version, livemode, account, is_thin, source, payload, state, attempts,
            waits_for, error, note, created_at, received_at, next_attempt_at
        ) VALUES (
            event, 'checkout.session.completed', about, version, false, '', false, 'webhook', body, 'received', 0,
            '', '', '', at, at, at
        ) ON CONFLICT DO NOTHING
    )
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    ) VALUES (
        'payments.handle_stripe_event', jsonb_build_object('event_id', event), 'stripe-event:' || event, 'pending',
        0, 0, '', at, at, at
    ) ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION benchmark_settle(
    event text, session uuid, org uuid, cash bigint, account bigint, amount bigint, at timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    UPDATE payments_checkoutsession SET state = 'paid', updated_at = at WHERE id = session;
    UPDATE ledger_book SET version = version + 1 WHERE id = org;
    INSERT INTO wallets_grant (
        organization_id, source, priority, is_paid, amount_micros, remaining_micros, held_micros, paid_micros,
        returned_micros, lapsed_micros, granted_at, burn_key, key, description, transfer_id
    ) VALUES (
        org, 'top_up', 30, true, amount, amount, 0, amount, 0, 0, at, '030' || md5(session::text),
        'top-up:' || session, 'Top-up', benchmark_transfer(
            org, cash, account, amount, 'top-up:' || session, 'grant', at, 'payments.checkout_session', session
        )
    ) RETURNING id INTO made;
    UPDATE payments_stripepayment SET grant_id = made, settled_at = at
    WHERE organization_id = org AND checkout_id = session;
    UPDATE payments_stripeevent SET state = 'handled', settled_at = at WHERE event_id = event;
    INSERT INTO auditlog_logentry (
        content_type_id, object_pk, object_repr, action, changes_text, changes, timestamp
    )
    SELECT kind.id, session::text, event, 1, '', jsonb_build_object('settled_at', jsonb_build_array('None', at)), at
    FROM django_content_type AS kind
    WHERE app_label = 'payments' AND model IN ('checkoutsession', 'stripepayment', 'stripeevent');
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    ) VALUES ('notices.publish', '{}', 'benchmark:' || session, 'pending', 0, 0, '', at, at, at);
END $$;
