-- Write a redemption or a wrong code, and the wallet's changes, at the version `expected` of the book. Returns the ids
-- that `wallet_write` returns. Returns NULL if the book, the wrong codes, the voucher, or its batch has changed
-- since `changes.seen` was read, and then nothing is written.
CREATE OR REPLACE FUNCTION voucher_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    seen jsonb := changes -> 'seen';
    used jsonb := changes -> 'redemption';
    code jsonb;
    batch jsonb;
    moved jsonb := '{}';
BEGIN
    INSERT INTO vouchers_wrongcodes (organization_id, moments) VALUES (book, '[]') ON CONFLICT DO NOTHING;
    PERFORM 1 FROM vouchers_wrongcodes WHERE organization_id = book AND moments = seen -> 'wrong' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF changes ? 'wrong' THEN
        UPDATE vouchers_wrongcodes SET moments = changes -> 'wrong' WHERE organization_id = book;
    END IF;
    IF changes ? 'outbox' THEN
        PERFORM outbox_add(changes -> 'outbox');
    END IF;
    IF changes ? 'redemption' THEN
        code := seen -> 'voucher';
        PERFORM 1 FROM vouchers_voucher v
        WHERE v.id = (code ->> 'id')::bigint AND v.redemption_count = (code ->> 'redemption_count')::integer
            AND v.max_redemptions = (code ->> 'max_redemptions')::integer
            AND v.disabled_at IS NULL AND v.revoked_at IS NULL
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        -- Read after the voucher is locked, so that a batch switched off in the meantime is noticed.
        batch := seen -> 'batch';
        PERFORM 1 FROM vouchers_batch b
        WHERE b.id = (batch ->> 'id')::uuid AND b.state = batch ->> 'state'
            AND b.expires_at IS NOT DISTINCT FROM (batch ->> 'expires_at')::timestamptz;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    IF changes ? 'wallet' THEN
        moved := wallet_write(book, expected, changes -> 'wallet');
        IF moved IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF changes ? 'redemption' THEN
        INSERT INTO vouchers_redemption (
            id, voucher_id, batch_id, organization_id, number, amount_micros, grant_id, discount_id, call_id,
            balance_after_micros, redeemed_by, redeemed_at
        )
        VALUES (
            (used ->> 'id')::uuid, (used ->> 'voucher_id')::bigint, (used ->> 'batch_id')::uuid, book,
            (used ->> 'number')::integer, (used ->> 'amount_micros')::bigint,
            (moved -> 'grants' ->> (changes ->> 'grant_number'))::bigint, (used ->> 'discount_id')::bigint,
            (used ->> 'call_id')::uuid, (used ->> 'balance_after_micros')::bigint, used ->> 'redeemed_by',
            (used ->> 'redeemed_at')::timestamptz
        );
        UPDATE vouchers_voucher v SET redemption_count = (used ->> 'number')::integer
        WHERE v.id = (used ->> 'voucher_id')::bigint;
    END IF;
    RETURN moved;
END $$;
