-- Write the changes of one book that is at version `expected`; return the ids of the new transfers by number, and those
-- of the entries on the accounts that they take from by the transfer's id.
-- Changed rows are written one by one, each taken from the JSON by its place: joined with the JSON, all holds of the
-- book would be read to find them, and a query for them costs as much as the change. Their ids are variables: the
-- planner may prefer the comparison of a book to that of an expression, and read all rows of the book.
-- If the book has another version by now, write nothing and return NULL.
CREATE OR REPLACE FUNCTION ledger_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    posted_ids jsonb := '{}';
    entry_ids jsonb := '{}';
    listed jsonb;
    one jsonb;
    ended uuid;
    moved bigint;
BEGIN
    UPDATE ledger_book
    SET version = version + 1, number = (changes ->> 'number')::bigint, head = (changes ->> 'head')::bytea
    WHERE id = book AND version = expected;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF changes ? 'transfers' THEN
        WITH given AS (
            SELECT COALESCE(r.id, nextval('ledger_transfer_id_seq')) AS transfer_id, r.*
            FROM jsonb_to_recordset(changes -> 'transfers') AS r(
                id bigint, number bigint, key text, fingerprint text, source_id bigint, destination_id bigint,
                amount_micros bigint, kind text, description text, created_by text, cause_type text, cause_id text,
                metadata jsonb, grant_terms jsonb, hash bytea, reverses_id bigint, effective_at timestamptz,
                recorded_at timestamptz, source_balance bigint, source_version bigint, destination_balance bigint,
                destination_version bigint
            )
        ), posted AS (
            INSERT INTO ledger_transfer (
                id, book_id, number, key, fingerprint, source_id, destination_id, amount_micros, kind, description,
                created_by, cause_type, cause_id, metadata, grant_terms, hash, reverses_id, effective_at, recorded_at
            )
            SELECT g.transfer_id, book, g.number, g.key, g.fingerprint, g.source_id, g.destination_id,
                g.amount_micros, g.kind, g.description, g.created_by, g.cause_type, g.cause_id, g.metadata,
                g.grant_terms, g.hash, g.reverses_id, g.effective_at, g.recorded_at
            FROM given g
        ), sides AS (
            INSERT INTO ledger_entry (
                book_id, account_id, transfer_id, amount_micros, balance_after_micros, account_version, effective_at,
                recorded_at
            )
            SELECT book, s.account_id, g.transfer_id, s.amount_micros, s.balance, s.version, g.effective_at,
                g.recorded_at
            FROM given g CROSS JOIN LATERAL (
                VALUES (g.source_id, -g.amount_micros, g.source_balance, g.source_version),
                    (g.destination_id, g.amount_micros, g.destination_balance, g.destination_version)
            ) AS s(account_id, amount_micros, balance, version)
            ORDER BY g.number, s.amount_micros
            RETURNING id, transfer_id, amount_micros
        )
        SELECT (SELECT jsonb_object_agg(g.number, g.transfer_id) FROM given g),
            (SELECT jsonb_object_agg(s.transfer_id, s.id) FROM sides s WHERE s.amount_micros < 0)
        INTO posted_ids, entry_ids;
    END IF;
    IF changes ? 'notes' THEN
        INSERT INTO ledger_booknote (book_id, number, what, body, hash, recorded_at)
        SELECT book, r.number, r.what, r.body, r.hash, r.recorded_at
        FROM jsonb_populate_recordset(NULL::ledger_booknote, changes -> 'notes') r;
    END IF;
    IF changes ? 'new_holds' THEN
        INSERT INTO ledger_hold (
            book_id, id, account_id, key, fingerprint, amount_micros, captured_micros, status, description, created_by,
            created_at, expires_at, closed_at, metadata, dimensions, bucket_ids
        )
        SELECT book, r.id, r.account_id, r.key, r.fingerprint, r.amount_micros, r.captured_micros, r.status,
            r.description, r.created_by, r.created_at, r.expires_at, r.closed_at, r.metadata, r.dimensions, r.bucket_ids
        FROM jsonb_populate_recordset(NULL::ledger_hold, changes -> 'new_holds') r;
    END IF;
    IF changes ? 'changed_holds' THEN
        listed := changes -> 'changed_holds';
        FOR place IN 0 .. jsonb_array_length(listed) - 1 LOOP
            one := listed -> place;
            ended := (one ->> 'id')::uuid;
            UPDATE ledger_hold h
            SET status = one ->> 'status', captured_micros = (one ->> 'captured_micros')::bigint,
                expires_at = (one ->> 'expires_at')::timestamptz, closed_at = (one ->> 'closed_at')::timestamptz
            WHERE h.id = ended AND h.book_id = book;
        END LOOP;
    END IF;
    IF changes ? 'totals' THEN
        INSERT INTO ledger_holdtotal AS kept (book_id, account_id, status, hold_count, amount_micros)
        SELECT book, r.account_id, r.status, r.hold_count, r.amount_micros
        FROM jsonb_populate_recordset(NULL::ledger_holdtotal, changes -> 'totals') r
        ON CONFLICT (book_id, account_id, status) DO UPDATE
        SET hold_count = kept.hold_count + EXCLUDED.hold_count,
            amount_micros = kept.amount_micros + EXCLUDED.amount_micros;
    END IF;
    IF changes ? 'accounts' THEN
        listed := changes -> 'accounts';
        FOR place IN 0 .. jsonb_array_length(listed) - 1 LOOP
            one := listed -> place;
            moved := (one ->> 'id')::bigint;
            UPDATE ledger_account a
            SET balance_micros = (one ->> 'balance_micros')::bigint, held_micros = (one ->> 'held_micros')::bigint,
                pending_holds = (one ->> 'pending_holds')::integer, version = (one ->> 'version')::bigint
            WHERE a.id = moved AND a.book_id = book;
        END LOOP;
    END IF;
    IF changes ? 'checkpoints' THEN
        INSERT INTO ledger_checkpoint (book_id, account_id, through_version, entries_micros, checked_at)
        SELECT book, r.account_id, 0, 0, r.checked_at
        FROM jsonb_populate_recordset(NULL::ledger_checkpoint, changes -> 'checkpoints') r
        ON CONFLICT DO NOTHING;
        UPDATE ledger_checkpoint c
        SET through_version = r.through_version, entries_micros = c.entries_micros + (
            SELECT sum(e.amount_micros) FROM ledger_entry e
            WHERE e.account_id = c.account_id AND e.account_version > c.through_version
                AND e.account_version <= r.through_version
        )
        FROM jsonb_populate_recordset(NULL::ledger_checkpoint, changes -> 'checkpoints') r
        WHERE c.account_id = r.account_id AND c.book_id = book;
    END IF;
    RETURN jsonb_build_object('transfers', posted_ids, 'entries', entry_ids);
END $$;
