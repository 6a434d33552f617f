-- Read the requested parts of one book as JSON; NULL if there is no such book.
-- With `lock`, lock the book's row until the transaction ends; everything else is read after the lock is granted.
-- The version is read first, so that the write notices a change that commits between these statements.
-- query: codes (accounts), keys (transfers), hold_keys, hold_ids. Pending holds that have expired by `at` are always read.
-- A statement takes as long as several rows, so one statement reads all of `query`; holds are read only if there are
-- any.
CREATE OR REPLACE FUNCTION ledger_open(book uuid, at timestamptz, query jsonb, lock boolean) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    asked record;
    opened record;
    transfers json;
    found_ids uuid[];
    holds json;
BEGIN
    IF lock THEN
        PERFORM 1 FROM ledger_book WHERE id = book FOR NO KEY UPDATE;
    END IF;
    SELECT * INTO asked FROM jsonb_to_record(query) AS r(
        codes text[], keys text[], hold_keys text[], hold_ids uuid[]
    );
    SELECT b.version, b.number, encode(b.head, 'hex') AS head, b.unit, (
        SELECT json_agg(json_build_array(
            a.id, a.code, a.unit, a.balance_micros, a.held_micros, a.pending_holds, a.version,
            COALESCE((
                SELECT c.through_version FROM ledger_checkpoint c WHERE c.book_id = book AND c.account_id = a.id
            ), 0)
        ))
        FROM ledger_account a WHERE a.book_id = book AND a.code = ANY(asked.codes)
    ) AS accounts INTO opened FROM ledger_book b WHERE b.id = book;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF query ? 'keys' THEN
        SELECT json_agg(json_build_array(
            t.id, t.number, t.key, t.fingerprint, t.source_id, s.code, t.destination_id, d.code, t.amount_micros,
            t.kind, t.description, t.created_by, t.cause_type, t.cause_id, t.metadata, t.grant_terms,
            encode(t.hash, 'hex'), t.reverses_id, t.effective_at, t.recorded_at
        )) INTO transfers
        FROM ledger_transfer t
        JOIN ledger_account s ON s.id = t.source_id JOIN ledger_account d ON d.id = t.destination_id
        WHERE t.book_id = book AND t.key = ANY(asked.keys);
    END IF;
    found_ids := asked.hold_ids || ARRAY(
        SELECT x.id FROM ledger_hold x WHERE x.book_id = book AND x.key = ANY(asked.hold_keys)
        UNION ALL SELECT x.id FROM ledger_hold x
        WHERE x.book_id = book AND x.status = 'pending' AND x.expires_at <= at
    );
    IF found_ids <> '{}' THEN
        SELECT json_agg(json_build_array(
            h.id, h.account_id, h.key, h.fingerprint, h.amount_micros, h.captured_micros, h.status, h.description,
            h.created_by, h.created_at, h.expires_at, h.closed_at, h.metadata, h.dimensions, h.bucket_ids
        )) INTO holds
        FROM (
            -- OFFSET 0 keeps the book out of this scan, which could otherwise read all holds of the book to find few.
            SELECT * FROM ledger_hold x WHERE x.id = ANY(found_ids) OFFSET 0
        ) h WHERE h.book_id = book;
    END IF;
    RETURN json_build_object(
        'version', opened.version, 'number', opened.number, 'head', opened.head, 'unit', opened.unit,
        'accounts', opened.accounts, 'transfers', transfers, 'holds', holds
    );
END $$;
