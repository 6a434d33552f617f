-- Write the changes of one book that is at version `expected`; return the ids of the new transfers, and of the entries
-- on the accounts that they take from, by the transfer's number.
-- Changed holds are written one by one: joined with the JSON, all holds of the book would be read to find them.
-- If the book has another version by now, write nothing and return NULL.
CREATE OR REPLACE FUNCTION ledger_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    posted_ids jsonb := '{}';
    entry_ids jsonb := '{}';
    changed record;
BEGIN
    UPDATE ledger_book
    SET version = version + 1, number = (changes ->> 'number')::bigint, head = (changes ->> 'head')::bytea
    WHERE id = book AND version = expected;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF changes ? 'transfers' THEN
        WITH posted AS (
            INSERT INTO ledger_transfer (
                id, book_id, number, key, fingerprint, source_id, destination_id, amount_micros, kind, description,
                created_by, cause_type, cause_id, metadata, grant_terms, hash, reverses_id, effective_at, recorded_at
            )
            SELECT COALESCE(r.id, nextval('ledger_transfer_id_seq')), book, r.number, r.key, r.fingerprint,
                r.source_id, r.destination_id, r.amount_micros, r.kind, r.description, r.created_by, r.cause_type,
                r.cause_id, r.metadata, r.grant_terms, r.hash, r.reverses_id, r.effective_at, r.recorded_at
            FROM jsonb_populate_recordset(NULL::ledger_transfer, changes -> 'transfers') r
            RETURNING id, number, effective_at, recorded_at
        ), sides AS (
            INSERT INTO ledger_entry (
                book_id, account_id, transfer_id, amount_micros, balance_after_micros, account_version, effective_at,
                recorded_at
            )
            SELECT book, r.account_id, p.id, r.amount_micros, r.balance_after_micros, r.account_version,
                p.effective_at, p.recorded_at
            FROM jsonb_to_recordset(changes -> 'entries') AS r(
                number bigint, account_id bigint, amount_micros bigint, balance_after_micros bigint,
                account_version bigint
            ) JOIN posted p ON p.number = r.number
            ORDER BY r.number, r.amount_micros
            RETURNING id, transfer_id, amount_micros
        )
        SELECT jsonb_object_agg(p.number, p.id), jsonb_object_agg(p.number, s.id) INTO posted_ids, entry_ids
        FROM posted p JOIN sides s ON s.transfer_id = p.id AND s.amount_micros < 0;
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
        FOR changed IN SELECT * FROM jsonb_populate_recordset(NULL::ledger_hold, changes -> 'changed_holds') LOOP
            UPDATE ledger_hold h
            SET status = changed.status, captured_micros = changed.captured_micros, expires_at = changed.expires_at,
                closed_at = changed.closed_at
            WHERE h.id = changed.id AND h.book_id = book;
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
        UPDATE ledger_account a
        SET balance_micros = r.balance_micros, held_micros = r.held_micros, pending_holds = r.pending_holds,
            version = r.version
        FROM jsonb_populate_recordset(NULL::ledger_account, changes -> 'accounts') r
        WHERE a.id = r.id AND a.book_id = book;
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
