-- Lock an event and the checkout session that it is about, and read what settling the session needs, as JSON; NULL if
-- another worker holds the event. The session is found by its id at Stripe, else by the id in its metadata. If it pays
-- installments, their contracts are locked too.
CREATE OR REPLACE FUNCTION session_open(event bigint, stripe text, named uuid, intent text) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    locked payments_stripeevent;
    session payments_checkoutsession;
    owner tenants_organization;
    payment json;
    installments bigint[];
    parts json;
    contracts json;
BEGIN
    SELECT * INTO locked FROM payments_stripeevent WHERE id = event FOR NO KEY UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO session FROM payments_checkoutsession WHERE stripe_id = stripe FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        SELECT * INTO session FROM payments_checkoutsession WHERE id = named FOR NO KEY UPDATE;
    END IF;
    IF NOT FOUND THEN
        RETURN json_build_object('event', locked);
    END IF;
    SELECT * INTO owner FROM tenants_organization WHERE id = session.organization_id;
    SELECT to_json(p) INTO payment FROM payments_stripepayment p
    WHERE p.organization_id = owner.id AND p.key = 'checkout:' || session.id;
    installments := ARRAY(
        SELECT p.installment_id FROM payments_checkoutpart p WHERE p.session_id = session.id ORDER BY p.position
    );
    IF installments <> '{}' THEN
        parts := (
            SELECT json_agg(json_build_array(p.installment_id, p.amount_micros, nextval('payments_paymentpart_id_seq'))
                ORDER BY p.position)
            FROM payments_checkoutpart p WHERE p.session_id = session.id
        );
        contracts := installment_open(installments, ARRAY(
            SELECT 'checkout:' || session.id || ':' || place FROM generate_series(0, cardinality(installments)) place
        ));
    END IF;
    RETURN json_build_object(
        'event', locked,
        'session', session,
        'parts', parts,
        'contracts', contracts,
        'organization', owner,
        'payment', payment,
        'issues', (
            SELECT json_agg(i.key) FROM payments_paymentissue i
            WHERE i.resolved_at IS NULL AND i.key IN ('debt:' || owner.id, 'underpaid:session:' || session.id)
        ),
        'waiting', EXISTS (
            SELECT FROM payments_stripeevent x
            WHERE x.state = 'received' AND x.waits_for <> '' AND x.waits_for IN (
                stripe, intent, session.payment_intent_id, payment ->> 'charge_id'
            )
        ),
        'grant_id', nextval('wallets_grant_id_seq')
    );
END $$;
