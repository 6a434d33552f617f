-- Read the requested parts of one book as JSON; NULL if there is no such book.
-- With `lock`, lock the book's row until the transaction ends; everything else is read after the lock is granted.
-- The version is read first, so that the write notices a change that commits between these statements.
-- query: codes (accounts), keys (transfers), hold_keys, hold_ids. Pending holds that have expired by `at` are always read.
CREATE OR REPLACE FUNCTION ledger_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    codes text[] := ARRAY(SELECT jsonb_array_elements_text(query -> 'codes'));
    keys text[] := '{}';
    hold_keys text[] := '{}';
    hold_ids uuid[] := '{}';
    opened record;
    transfers json;
    holds json;
BEGIN
    IF lock THEN
        PERFORM 1 FROM ledger_book WHERE id = book FOR NO KEY UPDATE;
    END IF;
    SELECT b.version, b.number, encode(b.head, 'hex') AS head, b.unit, (
        SELECT json_agg(json_build_array(
            a.id, a.code, a.unit, a.balance_micros, a.held_micros, a.pending_holds, a.version,
            COALESCE((
                SELECT c.through_version FROM ledger_checkpoint c WHERE c.book_id = book AND c.account_id = a.id
            ), 0)
        ))
        FROM ledger_account a WHERE a.book_id = book AND a.code = ANY(codes)
    ) AS accounts INTO opened FROM ledger_book b WHERE b.id = book;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF query ? 'keys' THEN
        keys := ARRAY(SELECT jsonb_array_elements_text(query -> 'keys'));
        SELECT json_agg(json_build_array(
            t.id, t.number, t.key, t.fingerprint, t.source_id, s.code, t.destination_id, d.code, t.amount_micros,
            t.kind, t.description, t.created_by, t.cause_type, t.cause_id, t.metadata, t.grant_terms,
            encode(t.hash, 'hex'), t.reverses_id, t.effective_at, t.recorded_at
        )) INTO transfers
        FROM ledger_transfer t
        JOIN ledger_account s ON s.id = t.source_id JOIN ledger_account d ON d.id = t.destination_id
        WHERE t.book_id = book AND t.key = ANY(keys);
    END IF;
    IF query ? 'hold_keys' THEN
        hold_keys := ARRAY(SELECT jsonb_array_elements_text(query -> 'hold_keys'));
    END IF;
    IF query ? 'hold_ids' THEN
        hold_ids := ARRAY(SELECT jsonb_array_elements_text(query -> 'hold_ids'));
    END IF;
    SELECT json_agg(json_build_array(
        h.id, h.account_id, h.key, h.fingerprint, h.amount_micros, h.captured_micros, h.status, h.description,
        h.created_by, h.created_at, h.expires_at, h.closed_at, h.metadata, h.dimensions, h.bucket_ids
    )) INTO holds
    FROM ledger_hold h WHERE h.id IN (
        SELECT x.id FROM ledger_hold x WHERE x.book_id = book AND x.key = ANY(hold_keys)
        UNION SELECT x.id FROM ledger_hold x WHERE x.id = ANY(hold_ids) AND x.book_id = book
        UNION SELECT x.id FROM ledger_hold x
        WHERE x.book_id = book AND x.status = 'pending' AND x.expires_at <= at
    );
    RETURN json_build_object(
        'version', opened.version, 'number', opened.number, 'head', opened.head, 'unit', opened.unit,
        'accounts', opened.accounts, 'transfers', transfers, 'holds', holds
    );
END $$;
