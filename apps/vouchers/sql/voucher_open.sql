-- Read what a redemption needs, with the customer's wallet at one version of the book, as JSON; NULL if there is no
-- wallet. With `lock`, the wrong codes, the voucher, and the book are locked, in this order.
-- query: wallet (the argument of wallet_open), code_hash, call_id.
CREATE OR REPLACE FUNCTION voucher_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    hash text := query ->> 'code_hash';
    wallet json;
    opened json;
BEGIN
    IF lock THEN
        INSERT INTO vouchers_wrongcodes (organization_id, moments) VALUES (book, '[]') ON CONFLICT DO NOTHING;
        PERFORM 1 FROM vouchers_wrongcodes WHERE organization_id = book FOR NO KEY UPDATE;
        PERFORM 1 FROM vouchers_voucher WHERE code_hash = hash FOR NO KEY UPDATE;
    END IF;
    wallet := wallet_open(book, at, query -> 'wallet', lock);
    IF wallet IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT json_build_object(
        'wallet', wallet,
        'wrong', (SELECT w.moments FROM vouchers_wrongcodes w WHERE w.organization_id = book),
        'known', (
            SELECT json_build_array(
                b.kind, b.origin, b.prefix, r.amount_micros, r.balance_after_micros, r.redeemed_at, b.credit_days
            )
            FROM vouchers_redemption r JOIN vouchers_batch b ON b.id = r.batch_id
            WHERE r.organization_id = book AND r.call_id = (query ->> 'call_id')::uuid
        ),
        'voucher', (
            SELECT json_build_array(
                v.id, b.id, v.masked, v.max_redemptions, v.redemption_count,
                v.disabled_at IS NOT NULL, v.revoked_at IS NOT NULL,
                b.kind, b.origin, b.state, b.amount_micros, b.currency, b.prefix, b.max_per_organization,
                b.max_codes_per_organization, b.starts_at, b.expires_at, b.credit_days,
                NOT EXISTS (SELECT 1 FROM vouchers_batch_organizations n WHERE n.batch_id = b.id)
                AND NOT EXISTS (SELECT 1 FROM vouchers_batch_plans n WHERE n.batch_id = b.id),
                EXISTS (
                    SELECT 1 FROM vouchers_batch_organizations n WHERE n.batch_id = b.id AND n.organization_id = book
                )
                OR EXISTS (
                    SELECT 1 FROM vouchers_batch_plans n JOIN plans_subscription s ON s.plan_id = n.plan_id
                    WHERE n.batch_id = b.id AND s.organization_id = book AND s.started_at <= at
                    AND (s.ended_at IS NULL OR s.ended_at > at)
                ),
                (SELECT count(*) FROM vouchers_redemption r WHERE r.organization_id = book AND r.voucher_id = v.id),
                (SELECT count(*) FROM vouchers_redemption r WHERE r.organization_id = book AND r.batch_id = b.id)
            )
            FROM vouchers_voucher v JOIN vouchers_batch b ON b.id = v.batch_id WHERE v.code_hash = hash
        )
    ) INTO opened;
    RETURN opened;
END $$;
