-- Write a redemption or a wrong code, and the wallet's changes, at the version `expected` of the book. Returns the ids of
-- new transfers and grants by number. Returns NULL if the book, the wrong codes, the voucher, or its batch has changed
-- since `changes.seen` was read, and then nothing is written.
CREATE OR REPLACE FUNCTION voucher_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    seen jsonb := changes -> 'seen';
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
        PERFORM 1 FROM vouchers_voucher v JOIN jsonb_populate_record(NULL::vouchers_voucher, seen -> 'voucher') s
            ON s.id = v.id AND s.redemption_count = v.redemption_count AND s.max_redemptions = v.max_redemptions
        WHERE v.disabled_at IS NULL AND v.revoked_at IS NULL FOR NO KEY UPDATE OF v;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        -- Read after the voucher is locked, so that a batch switched off in the meantime is noticed.
        PERFORM 1 FROM vouchers_batch b JOIN jsonb_populate_record(NULL::vouchers_batch, seen -> 'batch') s
            ON s.id = b.id AND s.state = b.state AND s.expires_at IS NOT DISTINCT FROM b.expires_at;
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
        SELECT r.id, r.voucher_id, r.batch_id, book, r.number, r.amount_micros,
            (moved -> 'grants' ->> (changes ->> 'grant_number'))::bigint, r.discount_id, r.call_id,
            r.balance_after_micros, r.redeemed_by, r.redeemed_at
        FROM jsonb_populate_record(NULL::vouchers_redemption, changes -> 'redemption') r;
        UPDATE vouchers_voucher v SET redemption_count = r.number
        FROM jsonb_populate_record(NULL::vouchers_redemption, changes -> 'redemption') r WHERE v.id = r.voucher_id;
    END IF;
    RETURN moved;
END $$;
