-- The least that moving credit can cost: functions that write the same rows to the product's own tables, with
-- constraints and triggers on, under the same locks, and decide nothing: the grant, the accounts and the amounts are
-- given. The limits against which `benchmarks.paths.movements` measures.
CREATE OR REPLACE FUNCTION benchmark_hold(
    org uuid, account bigint, given bigint, key text, amount bigint, at timestamptz
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    hold uuid := gen_random_uuid();
BEGIN
    UPDATE ledger_book SET version = version + 1 WHERE id = org;
    INSERT INTO ledger_hold (
        book_id, id, account_id, key, fingerprint, amount_micros, captured_micros, status, description, created_by, metadata,
        dimensions, bucket_ids, created_at, expires_at
    ) VALUES (
        org, hold, account, key, md5(key), amount, 0, 'pending', '', 'benchmark', '{}', '{}', '{}', at,
        at + interval '1 hour'
    );
    INSERT INTO wallets_holdslice (organization_id, hold_id, grant_id, amount_micros, is_freeze)
    VALUES (org, hold, given, amount, false);
    UPDATE wallets_grant SET held_micros = held_micros + amount WHERE id = given;
    UPDATE ledger_account SET held_micros = held_micros + amount, pending_holds = pending_holds + 1
    WHERE id = account AND balance_micros - held_micros >= amount;
    IF NOT FOUND THEN
        RAISE 'not covered';
    END IF;
    RETURN hold;
END $$;

-- A transfer with its two sides, both balances, the day's total and the wallet's moment.
CREATE OR REPLACE FUNCTION benchmark_transfer(
    org uuid, outof bigint, into_ bigint, delta bigint, key text, what text, at timestamptz,
    cause text DEFAULT 'tenants.organization', subject uuid DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
    amount bigint := abs(delta);
    place bigint;
    link bytea;
BEGIN
    UPDATE ledger_book SET number = number + 1, head = sha256(head || convert_to(key, 'UTF8')) WHERE id = org
    RETURNING number, head INTO place, link;
    INSERT INTO ledger_transfer (
        book_id, number, hash, key, fingerprint, source_id, destination_id, amount_micros, kind, description, created_by,
        cause_type, cause_id, metadata, grant_terms, effective_at, recorded_at
    ) VALUES (
        org, place, link, key, md5(key), outof, into_, amount, what, what, 'benchmark',
        cause, COALESCE(subject, org)::text, '{}', '{}', at, at
    ) RETURNING id INTO moved;
    INSERT INTO ledger_entry (
        book_id, account_id, transfer_id, amount_micros, balance_after_micros, account_version, effective_at, recorded_at
    )
    SELECT org, a.id, moved, s.side * amount, a.balance_micros + s.side * amount, a.version + 1, at, at
    FROM (VALUES (outof, -1), (into_, 1)) AS s(id, side) JOIN ledger_account a ON a.id = s.id;
    INSERT INTO wallets_daytotal (organization_id, day, kind, amount_micros, entry_count)
    VALUES (org, (at AT TIME ZONE 'UTC')::date, what, delta, 1)
    ON CONFLICT (organization_id, day, kind) DO UPDATE
    SET amount_micros = wallets_daytotal.amount_micros + delta, entry_count = wallets_daytotal.entry_count + 1;
    UPDATE wallets_wallet SET updated_at = at WHERE organization_id = org;
    UPDATE ledger_account SET version = version + 1,
        balance_micros = balance_micros + CASE id WHEN outof THEN -amount ELSE amount END
    WHERE id IN (outof, into_);
    RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION benchmark_charge(
    org uuid, account bigint, revenue bigint, given bigint, key text, amount bigint, at timestamptz,
    cause text DEFAULT 'tenants.organization', subject uuid DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE ledger_book SET version = version + 1 WHERE id = org;
    moved := benchmark_transfer(org, account, revenue, -amount, key, 'usage', at, cause, subject);
    UPDATE wallets_grant SET remaining_micros = remaining_micros - amount WHERE id = given;
    INSERT INTO wallets_consumption (organization_id, grant_id, transfer_id, number, amount_micros, recorded_at)
    SELECT org, given, moved, number, amount, at FROM ledger_book WHERE id = org;
    INSERT INTO wallets_chargenet (organization_id, transfer_id, amount_micros, undone_micros)
    VALUES (org, moved, amount, 0);
    RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION benchmark_capture(
    org uuid, account bigint, revenue bigint, given bigint, hold uuid, key text, amount bigint, at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    held bigint;
BEGIN
    UPDATE ledger_book SET version = version + 1 WHERE id = org;
    UPDATE ledger_hold SET status = 'captured', captured_micros = amount, closed_at = at
    WHERE id = hold AND status = 'pending' RETURNING amount_micros INTO held;
    UPDATE wallets_grant SET held_micros = held_micros - held WHERE id = given;
    UPDATE ledger_account SET held_micros = held_micros - held, pending_holds = pending_holds - 1 WHERE id = account;
    INSERT INTO ledger_holdtotal (book_id, account_id, status, hold_count, amount_micros)
    VALUES (org, account, 'captured', 1, held)
    ON CONFLICT (book_id, account_id, status) DO UPDATE SET hold_count = ledger_holdtotal.hold_count + 1,
        amount_micros = ledger_holdtotal.amount_micros + excluded.amount_micros;
    RETURN benchmark_charge(org, account, revenue, given, key, amount, at, 'ledger.hold', hold);
END $$;

CREATE OR REPLACE FUNCTION benchmark_grant(
    org uuid, account bigint, promotions bigint, key text, amount bigint, at timestamptz
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
BEGIN
    UPDATE ledger_book SET version = version + 1 WHERE id = org;
    INSERT INTO wallets_grant (
        organization_id, source, priority, is_paid, amount_micros, remaining_micros, held_micros, paid_micros, returned_micros,
        lapsed_micros, granted_at, burn_key, key, description, transfer_id
    ) VALUES (
        org, 'bonus', 20, false, amount, amount, 0, 0, 0, 0, at, '020' || md5(key), key, '',
        benchmark_transfer(org, promotions, account, amount, key, 'grant', at)
    ) RETURNING id INTO made;
    RETURN made;
END $$;

CREATE OR REPLACE FUNCTION benchmark_redeem(
    org uuid, account bigint, promotions bigint, hash text, call uuid, at timestamptz
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    redemption uuid := gen_random_uuid();
    code vouchers_voucher;
    terms vouchers_batch;
    made bigint;
BEGIN
    PERFORM 1 FROM vouchers_wrongcodes WHERE organization_id = org FOR NO KEY UPDATE;
    SELECT * INTO STRICT code FROM vouchers_voucher WHERE code_hash = hash FOR NO KEY UPDATE;
    SELECT * INTO STRICT terms FROM vouchers_batch WHERE id = code.batch_id AND state = 'active';
    IF code.redemption_count >= code.max_redemptions THEN
        RAISE 'used up';
    END IF;
    made := benchmark_grant(org, account, promotions, 'redemption:' || redemption, terms.amount_micros, at);
    INSERT INTO vouchers_redemption (
        id, voucher_id, batch_id, organization_id, number, amount_micros, grant_id, call_id, balance_after_micros,
        redeemed_by, redeemed_at
    ) SELECT redemption, code.id, terms.id, org, code.redemption_count + 1, terms.amount_micros, made, call,
        balance_micros, 'benchmark', at
    FROM ledger_account WHERE id = account;
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    ) VALUES ('notices.publish', '{}', 'benchmark:' || redemption, 'pending', 0, 0, '', at, at, at);
    UPDATE vouchers_voucher SET redemption_count = redemption_count + 1 WHERE id = code.id;
    RETURN redemption;
END $$;
