-- Write what a movement of a customer's credit starts: a new attempt with the message that sends it, or a reached cap.
-- There is at most one live attempt; if there is one by now, none is added, and the message finds nothing to send.
CREATE OR REPLACE FUNCTION top_up_write(organization uuid, changes jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF changes ? 'attempt' THEN
        INSERT INTO top_ups_topupattempt (
            id, organization_id, amount_micros, tax_micros, tax_category, tax_rate, tax_reason, tax_vatex_code, currency, state, is_for_refusal, payment_method_id,
            card_fingerprint, payment_intent_id, reason, created_at
        )
        SELECT r.id, organization, r.amount_micros, 0, '', 0, '', '', r.currency, 'requested', r.is_for_refusal, '', '', '', '',
            r.created_at
        FROM jsonb_populate_record(NULL::top_ups_topupattempt, changes -> 'attempt') r
        ON CONFLICT DO NOTHING;
        PERFORM outbox_add(jsonb_build_array(changes -> 'message'));
    END IF;
    IF changes ? 'capped_until' THEN
        UPDATE top_ups_topup SET capped_until = (changes ->> 'capped_until')::timestamptz
        WHERE organization_id = organization;
    END IF;
END $$;
