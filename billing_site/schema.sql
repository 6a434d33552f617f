-- Written by manage.py write_schema from the migrations and pins of SHA-256 a8ee6d0b6ba5bff76def2277090606d88cacc97520edae415115bce0b18981cf

CREATE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
                DECLARE
                    _pgtrigger_ignore TEXT[];
                    _result BOOLEAN;
                BEGIN
                    BEGIN
                        SELECT INTO _pgtrigger_ignore
                            CURRENT_SETTING('pgtrigger.ignore');
                        EXCEPTION WHEN OTHERS THEN
                    END;
                    IF _pgtrigger_ignore IS NOT NULL THEN
                        SELECT trigger_name = ANY(_pgtrigger_ignore)
                        INTO _result;
                        RETURN _result;
                    ELSE
                        RETURN FALSE;
                    END IF;
                END;
            $$;

CREATE FUNCTION public.backoffice_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.contract_shown(organization uuid) RETURNS uuid
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    RETURN (
        SELECT c.id FROM contracts_contract c
        WHERE c.organization_id = organization AND c.status <> 'draft' AND c.offered_at IS NOT NULL
        ORDER BY
            CASE WHEN c.status IN ('active', 'past_due') THEN 0 WHEN c.status = 'pending_payment' THEN 1 ELSE 2 END,
            c.ended_at DESC, c.offered_at DESC, c.id DESC
        LIMIT 1
    );
END $$;

CREATE FUNCTION public.installment_ids() RETURNS json
    LANGUAGE sql
    AS $$
    SELECT json_build_object(
        'payment', nextval('contracts_installmentpayment_id_seq'),
        'surplus', nextval('contracts_installmentsurplus_id_seq'),
        'received', nextval('ledger_transfer_id_seq'),
        'beyond', nextval('ledger_transfer_id_seq'),
        'service', nextval('ledger_transfer_id_seq'),
        'grant', nextval('wallets_grant_id_seq')
    )
$$;

CREATE FUNCTION public.installment_open(asked bigint[], keys text[]) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    owner uuid;
BEGIN
    SELECT i.organization_id INTO owner FROM contracts_installment i WHERE i.id = ANY(asked) LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM contracts_contract c WHERE c.organization_id = owner ORDER BY c.id FOR NO KEY UPDATE;
    RETURN json_build_object(
        'organization', (SELECT to_json(o) FROM tenants_organization o WHERE o.id = owner),
        'contracts', (SELECT json_agg(c) FROM contracts_contract c WHERE c.organization_id = owner),
        'installments', (
            SELECT json_agg(i) FROM contracts_installment i
            WHERE i.organization_id = owner AND i.contract_id IN (
                SELECT x.contract_id FROM contracts_installment x WHERE x.id = ANY(asked)
            )
        ),
        'payments', (
            SELECT json_agg(p) FROM contracts_installmentpayment p
            WHERE p.organization_id = owner AND p.key = ANY(keys)
        ),
        'surpluses', (
            SELECT json_agg(s) FROM contracts_installmentsurplus s
            WHERE s.organization_id = owner AND s.key = ANY(keys)
        ),
        'drawn', (SELECT json_object_agg(x.id, installment_ids()) FROM unnest(asked) AS x(id))
    );
END $$;

CREATE FUNCTION public.ledger_open(book uuid, at timestamp with time zone, query jsonb, lock boolean) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.ledger_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.outbox_add(messages jsonb) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO outbox_outboxmessage (
        task, arguments, key, state, attempts, sends, last_error, available_at, next_send_at, created_at
    )
    SELECT r.task, r.arguments, r.key, 'pending', 0, 0, '', r.available_at, r.available_at, r.created_at
    FROM jsonb_to_recordset(messages) AS r(
        task text, arguments jsonb, key text, available_at timestamptz, created_at timestamptz
    )
    ON CONFLICT (key) DO NOTHING
$$;

CREATE FUNCTION public.pgtrigger_billed_58303() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_billed_once_16c34() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_bonus_given_dc10e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_contract never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_closed_once_6382a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a closed month never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_closed_once_92608() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of dunning_dunningcase never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_confirmed_8ee51() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a confirmed bank line stays confirmed' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_currency_0bced() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of tenants_organization never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_currency_4c1a5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM tenants_organization WHERE id = NEW.organization_id AND currency <> NEW.currency) THEN RAISE EXCEPTION 'a price book must be in the currency of its organization' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_decision_fed46() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of approvals_approval never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_drawn_once_e98dd() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of papers_paper never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_end_8acf1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the end of a published price can only move from a future time to a future time' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_ended_3b43d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of ledger_hold never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_ends_once_33f34() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an alias of a model ends once' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_ends_once_bed9e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a closed request cannot change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_0a8cb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of approvals_approval never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_104e6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of ledger_hold never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_110f9() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_12560() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_unitalert never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_12a88() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_contractversion never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_1b0e2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_budget never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_1d9cc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_monthclose never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_1db64() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installment never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_1e6df() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of vouchers_batch never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_1e9e0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of approvals_bulkrun never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_2013e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of webhooks_webhookevent never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_24524() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_shortfall never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_3024a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of bank_bankline never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_318a5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of invoices_writeoff never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_3ab82() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of dunning_dunningcase never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_3ce40() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of dunning_disputedinvoice never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_4a5e5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of ledger_book never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_4e0fa() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_grant never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_57709() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of pricing_pricelistimport never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_591b4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_wallet never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_66ecf() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_reportendpoint never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_6866d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_bucketperiod never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_6b3ef() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installmentdiscount never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_6d744() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of bank_bankfile never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_7cded() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of payments_payout never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_8033d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of mail_mailmessage never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_85d18() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of invoices_documentpaper never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_87089() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_servicerevenue never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_97f33() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of ledger_holdtotal never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_9c8a2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of approvals_bulkrow never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_9d035() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_chargenet never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_9d98c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_eventid never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_b0c57() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_contract never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_b1f14() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of billing_profiles_numberrange never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_b4b00() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a tax rate that a document has used is only ended' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_b5ce1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of invoices_money never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_b7458() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of ledger_account never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_c053c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of backoffice_importedfile never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_c13cf() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_c1a9f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installmentsurplus never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_c5d03() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an alias of a model never changes; it can end' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_c980d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_bucket never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_ccc45() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_cf947() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of payments_balancetransaction never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_d82f5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of top_ups_topupattempt never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_da16c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of top_ups_topup never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_dc102() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of vouchers_voucher never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_dc72a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of wallets_daytotal never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_e21da() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of proofs_dayroot never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_f1be2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of payments_payoutpart never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_f7d22() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of papers_paper never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_fa08b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installmentrefund never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_fc4eb() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_usageevent never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_facts_fcb61() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of usage_activecharacter never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_fixed_1f44a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_fixed_61e57() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_fixed_fc7f3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_forward_a772b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the numbers of a range never go back' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_imported_9050b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an imported file never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_imported_cec85() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an imported file never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_05ef8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_monthclose is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_07ba3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_money is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_08532() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_payout is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_0bb2a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_eventid is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_141a1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_transfer is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_1563a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a document with a number is kept' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_16c7a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_consumption is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_18ba7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_approval is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_1904b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_sellerbook is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_215f1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_daytotal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_23911() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_budgetaddition is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_2c690() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_skippedfirststep is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_2d320() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_stripepayment is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_30750() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_booknote is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_308b4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_bankline is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_3283a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_dayroot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_3407f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_batch is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_39e1a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_application is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_3cd0b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_soloaction is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_43c1d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_shortfall is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_46eb7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_eventcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_47eec() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_minimumcharge is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_4cd52() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a range that has given numbers is kept' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_56176() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_accesschange is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_56633() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_62c2d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentsurplus is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_63f93() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_activecharacter is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_67f37() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'top_ups_topupattempt is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_70628() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_contract is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_70bff() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_chargereversal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_732c8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_bulkrun is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_7b8c7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_wallet is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_7e730() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentrefund is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_7ec2f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an alias of a model is kept' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_7f11e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_bulkrow is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_81a34() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'papers_paper is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_8e702() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_dunningevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_903bc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_holdslice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_946e0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_contractprice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_962ce() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_redemption is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_9649c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_balancetransaction is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_96b4d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_dayhead is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_9875a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_othereventid is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_99586() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_99cd1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'an installment with payments cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_9d49d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_book is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_9f1a1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_usageposting is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a3406() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentpayment is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a3f85() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_dunningcase is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a4d0b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_budget is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a6cd9() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_auditlink is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a8894() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentdiscount is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_a8961() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_batchevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_af4ed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_account is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_af6e7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_writeoff is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b2554() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_paymentreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b3180() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_topupinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b4923() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_disputedinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b5594() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_grantreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b67af() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pricing_pricelink is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_b7759() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_chargenet is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_bc48d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'plans_includedquota is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_c43fa() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_vendorbill is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_c4f70() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_serviceagreement is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_c50cd() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a tax rate that a document has used is only ended' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_ca544() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_cf71f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_servicerevenue is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_d0a29() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'snapshots_balancesnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_d1017() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_paymentpart is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_da777() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_grant is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_dc8f2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_archivedmonth is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_dce58() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_dispute is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_dd63f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_redemptionreversal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_dea94() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_voucher is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_e01e5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_hold is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_e065b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_costrun is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_e2b5a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_costcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_e371e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'top_ups_topup is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_ea7b5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_holdtotal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_eea98() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_f4d1b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'snapshots_costsnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_f88df() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_usageevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_f982e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_stripeevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_fc1a8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_documentpaper is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_fc79a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_payoutpart is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_fd094() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_refund is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_ff978() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_bankstatement is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_kept_fff29() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_01190() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_paymentreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_01da0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_04e06() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_soloaction is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_08a9a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentrefund is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_0b9be() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_bankline is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_0dd82() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_approval is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_0f8a0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_voucher is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_10144() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_application is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_1a6fc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_holdslice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_1f0a5() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_dunningevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_242d3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_dunningcase is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_28b2c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_refund is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_28d48() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_daytotal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_2a0ea() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_accesschange is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_2b240() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_activecharacter is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_2f1fd() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'snapshots_balancesnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_33941() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_bulkrun is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_35de6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_paymentpart is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_36486() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_stripeevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_3a3ba() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_costcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_3f3be() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_costrun is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_4104c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_wallet is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_49161() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_eventcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_498c7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_grant is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_4d091() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_payoutpart is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_4d835() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_balancetransaction is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_4ff80() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_payout is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_51b3f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_othereventid is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_56851() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_hold is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_598c0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_chargereversal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_5aba9() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_grantreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_5b9ab() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'papers_paper is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_5f5c4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'snapshots_costsnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_60dc4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_account is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_63088() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_monthclose is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_65a6f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_redemptionreversal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_6817b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentdiscount is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_687c0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'plans_includedquota is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_6c8b6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_money is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_6d34e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_book is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_7028c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_topupinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_706cd() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'top_ups_topupattempt is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_749aa() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_batchevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_7683c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_archivedmonth is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_77968() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'approvals_bulkrow is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_79253() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_serviceagreement is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_7ed11() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_dispute is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_7fcd6() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_consumption is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_81313() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_sellerbook is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_86084() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_servicerevenue is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_8a135() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_dayhead is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_8c607() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_chargenet is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_8daf1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_contract is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_8fee3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'pricing_pricelink is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_990c3() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_budget is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_9a573() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_usageevent is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_9d4f8() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_auditlink is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_a2818() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_shortfall is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_a57a4() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentsurplus is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_a6331() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_contractprice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_a9bfd() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_skippedfirststep is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_aa4b2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_vendorbill is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_abb65() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_usageposting is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_ac198() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'top_ups_topup is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_ac616() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_documentpaper is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_b1e6b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_minimumcharge is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_b8471() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_booknote is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_b9f44() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'contracts_installmentpayment is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_baf54() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'invoices_writeoff is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_bb5f7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'payments_stripepayment is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_bedc2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_holdtotal is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_cb651() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_redemption is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_d044b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'proofs_dayroot is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_dda4f() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_eventid is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_e0fa2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'wallets_budgetaddition is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_e2065() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'ledger_transfer is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_e62fc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'dunning_disputedinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_f0c57() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'vouchers_batch is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_not_emptied_fc6a2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'bank_bankstatement is append-only' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_outcome_4fd5b() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of approvals_bulkrow never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_paid_e31b1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a paid top_ups_topupattempt stays paid' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_pattern_ec31c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of billing_profiles_numberrange never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_priced_bd309() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM pricing_priceversion WHERE meter_id = OLD.id AND status <> 'draft') THEN RAISE EXCEPTION 'what a priced meter counts cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_priced_once_f59f0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a priced character never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_purpose_3cf86() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of pricing_pricebook never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_rank_rises_171cf() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the rank of an event never falls' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_rate_by_day_02ddc() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
            INSERT INTO tenants_usdrate (organization_id, day, rate_micros)
            SELECT NEW.id, CASE WHEN TG_OP = 'INSERT' THEN DATE '0001-01-01'
                ELSE COALESCE(NEW.usd_rate_date, (NEW.updated_at AT TIME ZONE 'UTC')::date) END, NEW.usd_rate_micros
            WHERE TG_OP = 'INSERT' OR (OLD.usd_rate_micros, OLD.usd_rate_date)
                IS DISTINCT FROM (NEW.usd_rate_micros, NEW.usd_rate_date)
            ON CONFLICT (organization_id, day) DO UPDATE SET rate_micros = EXCLUDED.rate_micros;
            RETURN NULL;
        
                END;
            $$;

CREATE FUNCTION public.pgtrigger_rated_once_a8640() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a rated event never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_sent_18875() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of proofs_dayroot never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_start_a83c2() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the start of a price list is fixed once it is published' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_starts_pending_bd109() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a request must start as pending' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_stays_final_dba60() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_stays_published_2749c() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a published price never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_stays_settled_9b184() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'a settled installment never changes' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_taxed_e58de() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the tax of a top_ups_topupattempt never changes once it is sent' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_terms_22cd7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    IF EXISTS (SELECT 1 FROM plans_subscription WHERE plan_id = OLD.id) THEN RAISE EXCEPTION 'the terms of a plan that was ever used cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_unchanged_30ad0() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'usage_recentarchivedevent is written once' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_undone_once_26b9e() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of invoices_writeoff never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_undone_once_f4dd7() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installmentrefund never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.pgtrigger_version_4fd48() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    NEW.version = OLD.version + 1; RETURN NEW;
                END;
            $$;

CREATE FUNCTION public.pgtrigger_version_by_change_54e4a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
            UPDATE tenants_organization SET version = version + 1
            WHERE id IN (OLD.organization_id, NEW.organization_id);
            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)
                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN
                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
            END IF;
            RETURN NULL;
        
                END;
            $$;

CREATE FUNCTION public.pgtrigger_version_by_change_8729d() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
            UPDATE tenants_organization SET version = version + 1
            WHERE id IN (OLD.organization_id, NEW.organization_id);
            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)
                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN
                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
            END IF;
            RETURN NULL;
        
                END;
            $$;

CREATE FUNCTION public.pgtrigger_version_by_row_1d666() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
            UPDATE tenants_organization SET version = version + 1
            WHERE id IN (OLD.organization_id, NEW.organization_id);
            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)
                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN
                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
            END IF;
            RETURN NULL;
        
                END;
            $$;

CREATE FUNCTION public.pgtrigger_version_by_row_5cc6a() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    
            UPDATE tenants_organization SET version = version + 1
            WHERE id IN (OLD.organization_id, NEW.organization_id);
            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)
                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN
                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)
                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;
            END IF;
            RETURN NULL;
        
                END;
            $$;

CREATE FUNCTION public.pgtrigger_withdrawn_once_9c976() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
                
                BEGIN
                    IF ("public"._pgtrigger_should_ignore(TG_NAME) IS TRUE) THEN
                        IF (TG_OP = 'DELETE') THEN
                            RETURN OLD;
                        ELSE
                            RETURN NEW;
                        END IF;
                    END IF;
                    RAISE EXCEPTION 'the facts of contracts_installmentdiscount never change' USING ERRCODE = 'integrity_constraint_violation';
                END;
            $$;

CREATE FUNCTION public.plan_figures(organization uuid, at timestamp with time zone) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN json_build_object(
        'granted', (
            SELECT COALESCE(sum(q.amount_micros), 0) FROM plans_includedquota q
            WHERE q.organization_id = organization AND q.period_start <= at AND q.period_end > at
        ),
        'plan', (
            SELECT json_build_object(
                'subscription_id', s.id, 'status', s.status, 'source', s.source, 'anchor_month', s.anchor_month,
                'name', p.name, 'cadence', p.cadence, 'unit_system', p.unit_system, 'list_quota', p.list_quota_micros,
                'carries_unit_usage', p.carries_unit_usage, 'explorer_units', p.explorer_units_micros,
                'developer_units', p.developer_units_micros, 'credits', p.credits_micros
            )
            FROM plans_subscription s JOIN plans_plan p ON p.id = s.plan_id
            WHERE s.organization_id = organization AND s.started_at <= at AND (s.ended_at IS NULL OR s.ended_at > at)
            ORDER BY s.started_at DESC LIMIT 1
        )
    );
END $$;

CREATE FUNCTION public.plans_fixed_anchor() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM plans_subscription WHERE organization_id = OLD.id) THEN
        RAISE EXCEPTION 'the anchor day of a subscribed organization never changes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.price_open(organizations uuid[], currencies text[], slugs text[], models text[], starts timestamp with time zone, ends timestamp with time zone) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    WITH meter AS MATERIALIZED (
        SELECT m.* FROM pricing_meter m WHERE m.slug = ANY(slugs) OR m.kind = 'character'
    ), book AS MATERIALIZED (
        SELECT b.* FROM pricing_pricebook b
        WHERE b.organization_id = ANY(organizations) OR b.purpose = 'cost'
            OR b.organization_id IS NULL AND b.currency = ANY(currencies)
    ), alias AS MATERIALIZED (
        SELECT a.* FROM meter m JOIN pricing_modelalias a ON a.meter_id = m.id
        WHERE (a.name = ANY(models) OR a.expression <> '')
            AND a.effective_from <= ends AND (a.effective_to IS NULL OR a.effective_to > starts)
    ), asked AS MATERIALIZED (
        SELECT unnest(array_append(models, '')) AS model
        UNION SELECT a.target FROM alias a
        UNION SELECT substring(o.model FROM a.expression)
            FROM alias a JOIN unnest(models) AS o(model) ON a.target = '*' AND o.model ~ a.expression
    )
    SELECT json_build_object(
        'meters', (SELECT json_agg(to_json(m)) FROM meter m),
        'books', (SELECT json_agg(to_json(b)) FROM book b),
        'versions', (
            SELECT json_agg(to_json(v)) FROM book b CROSS JOIN meter m CROSS JOIN asked
            JOIN pricing_priceversion v ON v.book_id = b.id AND v.meter_id = m.id AND v.model = asked.model
            WHERE v.status = 'published' AND v.effective_from <= ends
                AND (v.effective_to IS NULL OR v.effective_to > starts)
        ),
        'aliases', (SELECT json_agg(to_json(a)) FROM alias a),
        'named', (
            SELECT json_agg(json_build_array(b.id, m.id, always.named, (
                SELECT json_agg(json_build_array(v.effective_from, v.effective_to)) FROM pricing_priceversion v
                WHERE NOT always.named AND v.book_id = b.id AND v.meter_id = m.id AND v.model <> ''
                    AND v.status = 'published' AND v.effective_from <= ends
                    AND (v.effective_to IS NULL OR v.effective_to > starts)
            )))
            FROM book b CROSS JOIN meter m CROSS JOIN LATERAL (
                SELECT EXISTS (
                    SELECT FROM pricing_priceversion v
                    WHERE v.book_id = b.id AND v.meter_id = m.id AND v.model <> '' AND v.status = 'published'
                        AND v.effective_from <= starts AND (v.effective_to IS NULL OR v.effective_to > ends)
                ) AS named
            ) AS always
        )
    )
$$;

CREATE FUNCTION public.session_open(event bigint, stripe text, named uuid, intent text) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.stripe_event_store(event jsonb, body text, messages jsonb) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    INSERT INTO payments_stripeevent (
        event_id, type, object_id, api_version, livemode, account, is_thin, source, payload, state, attempts, waits_for,
        error, note, created_at, received_at, next_attempt_at
    )
    SELECT r.event_id, r.type, r.object_id, r.api_version, r.livemode, r.account, r.is_thin, r.source, body, 'received',
        0, '', '', '', r.created_at, r.received_at, r.received_at
    FROM jsonb_populate_record(NULL::payments_stripeevent, event) r
    ON CONFLICT (event_id) DO NOTHING;
    PERFORM outbox_add(messages);
    RETURN (
        SELECT json_build_array(e.api_version, e.state) FROM payments_stripeevent e
        WHERE e.event_id = event ->> 'event_id'
    );
END $$;

CREATE FUNCTION public.top_up_open(organization uuid, at timestamp with time zone) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            json_build_array(
                t.threshold_micros, t.amount_micros, t.up_to_micros, t.most_per_charge_micros, t.most_per_day_micros,
                t.most_per_month_micros, t.payment_method_id <> '', t.stopped_reason
            ),
            json_build_array(t.retry_at, t.card_blocked_until, t.capped_until),
            (
                SELECT json_build_array(
                    COALESCE(sum(a.amount_micros) FILTER (WHERE a.created_at >= day.began), 0),
                    COALESCE(sum(a.amount_micros), 0)
                )
                FROM top_ups_topupattempt a, (SELECT date_trunc('day', at, 'UTC') AS began) AS day
                WHERE a.organization_id = organization AND a.created_at >= date_trunc('month', at, 'UTC')
                    AND a.state NOT IN ('declined', 'canceled')
            ),
            (
                SELECT json_build_array(a.id, a.amount_micros, a.state) FROM top_ups_topupattempt a
                WHERE a.organization_id = organization AND a.state IN ('requested', 'sent', 'action_required')
            )
        )
        FROM top_ups_topup t JOIN tenants_organization o ON o.id = t.organization_id
        WHERE t.organization_id = organization AND t.is_enabled AND o.status = 'active'
            AND o.billing_mode = 'prepaid' AND o.usage_billing_enabled
    );
END $$;

CREATE FUNCTION public.top_up_write(organization uuid, changes jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.usage_newest(organization uuid, most integer) RETURNS TABLE(event bigint, organization_id uuid, event_id character varying, source character varying, meter_slug character varying, quantity_micros bigint, input_tokens bigint, output_tokens bigint, charge_micros bigint, occurred_at timestamp with time zone, recorded_at timestamp with time zone, counted_on date)
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN QUERY
        SELECT * FROM (
            SELECT * FROM (
                SELECT e.id, e.organization_id, e.event_id, e.source, e.meter_slug, e.quantity_micros, e.input_tokens,
                    e.output_tokens, e.charge_micros, e.occurred_at, e.recorded_at, e.counted_on
                FROM usage_usageevent e WHERE e.organization_id = organization AND e.counted_on IS NOT NULL
                    AND e.voids IS NULL
                ORDER BY e.counted_on DESC, e.id DESC LIMIT 100
            ) AS attached LIMIT most
        ) AS first_attached
        UNION
        SELECT * FROM (
            SELECT * FROM (
                SELECT a.event, a.organization_id, a.event_id, a.source, a.meter_slug, a.quantity_micros, a.input_tokens,
                    a.output_tokens, a.charge_micros, a.occurred_at, a.recorded_at, a.counted_on
                FROM usage_recentarchivedevent a WHERE a.organization_id = organization
                ORDER BY a.counted_on DESC, a.event DESC LIMIT 100
            ) AS archived LIMIT most
        ) AS first_archived
        ORDER BY 12 DESC, 1 DESC LIMIT most;
END $$;

CREATE FUNCTION public.usage_newest_events(organization uuid, most integer) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.event_id, x.source, x.meter_slug, x.quantity_micros, x.input_tokens, x.output_tokens, x.charge_micros,
            x.occurred_at, x.recorded_at
        ))
        FROM usage_newest(organization, most) AS x
    );
END $$;

CREATE FUNCTION public.usage_open(at timestamp with time zone, query jsonb, digests uuid[]) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    organizations uuid[] := ARRAY(SELECT jsonb_array_elements_text(query -> 'organizations')::uuid ORDER BY 1);
    currencies text[] := ARRAY(SELECT jsonb_array_elements_text(query -> 'currencies'));
    slugs text[] := ARRAY(SELECT jsonb_array_elements_text(query -> 'slugs'));
    reserved uuid[] := ARRAY(SELECT jsonb_array_elements_text(query -> 'holds')::uuid);
    ids regclass := pg_get_serial_sequence('usage_usageevent', 'id');
    opened json;
BEGIN
    INSERT INTO usage_meteredorganization (organization_id, created_at)
    SELECT metered, at FROM unnest(organizations) metered ON CONFLICT DO NOTHING;
    PERFORM 1 FROM usage_meteredorganization m
    WHERE m.organization_id = ANY(organizations) ORDER BY m.organization_id FOR NO KEY UPDATE;
    SELECT json_build_object(
        'prices', price_open(
            organizations, currencies, slugs, ARRAY(SELECT jsonb_array_elements_text(query -> 'models')),
            (query ->> 'starts')::timestamptz, (query ->> 'ends')::timestamptz
        ),
        'known', (
            SELECT json_agg(json_build_array(
                e.organization_id, e.asked, e.digest, e.fingerprint, e.priced_by, e.rank, e.facts, (
                SELECT json_agg(c.fingerprint ORDER BY c.id) FROM usage_eventcorrection c
                WHERE c.organization_id = e.organization_id AND c.digest = e.digest
                )
            ))
            FROM (
                SELECT key::uuid AS organization, digests[(value ->> 0)::int : (value ->> 1)::int] AS digests
                FROM jsonb_each(query -> 'ids') OFFSET 0
            ) AS r
            CROSS JOIN LATERAL (
                SELECT x.digest AS asked, x.* FROM usage_eventid x
                WHERE x.organization_id = r.organization AND x.digest = ANY(r.digests)
                UNION ALL
                SELECT o.digest, x.* FROM usage_othereventid o
                JOIN usage_eventid x ON x.organization_id = o.organization_id AND x.digest = o.main
                WHERE o.organization_id = r.organization AND o.digest = ANY(r.digests)
            ) AS e
        ),
        'months', (
            SELECT json_agg(json_build_array(c.organization_id, c.month, c.state))
            FROM jsonb_to_recordset(query -> 'months') AS r(organization uuid, month date)
            JOIN usage_monthclose c ON c.organization_id = r.organization AND c.month = r.month
        ),
        'counters', (
            SELECT json_agg(json_build_array(
                c.organization_id, c.month, c.price_version_id, c.event_count, c.quantity_micros, c.input_tokens,
                c.output_tokens, c.exact_price::text, c.charge_micros, c.months
            ))
            FROM jsonb_to_recordset(query -> 'months') AS r(organization uuid, month date)
            JOIN usage_counter c ON c.organization_id = r.organization AND c.month = r.month
            JOIN pricing_meter m ON m.id = c.meter_id AND (m.slug = ANY(slugs) OR m.kind = 'character')
        ),
        'characters', (
            SELECT json_agg(json_build_array(
                a.organization_id, a.month, a.character, a.activated_at, a.counted_on
            ))
            FROM jsonb_to_recordset(query -> 'characters') AS r(organization uuid, month date, "character" text)
            CROSS JOIN LATERAL (
                SELECT * FROM usage_activecharacter x
                WHERE x.organization_id = r.organization AND x.month = r.month AND x.character = r.character OFFSET 0
            ) AS a
        ),
        'seen', (
            SELECT json_agg(json_build_array(
                d.organization_id, d.kind, d.value, d.last_day, d.last_day_from, d.previous_day, d.previous_day_from,
                d.earlier_day
            ))
            FROM (
                SELECT r.organization, r.kind, r.value
                FROM jsonb_to_recordset(query -> 'seen') AS r(organization uuid, kind text, value text)
                UNION
                SELECT h.book_id, 'project', h.dimensions ->> 'project'
                FROM ledger_hold h WHERE h.id = ANY(reserved) AND h.book_id = ANY(organizations)
            ) AS r
            CROSS JOIN LATERAL (
                SELECT * FROM usage_distinctid x
                WHERE x.organization_id = r.organization AND x.kind = r.kind AND x.value = r.value OFFSET 0
            ) AS d
        ),
        'holds', (
            SELECT json_object_agg(h.id, h.dimensions)
            FROM ledger_hold h WHERE h.id = ANY(reserved) AND h.book_id = ANY(organizations)
        ),
        'events', ARRAY(
            SELECT nextval(ids) FROM generate_series(1, (query ->> 'events')::int)
        )
    ) INTO opened;
    RETURN opened;
END $$;

CREATE FUNCTION public.usage_resources(organization uuid, first date, ending date) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    flagged bigint[] := ARRAY(SELECT m.id FROM pricing_meter m WHERE m.is_persistent_resource);
BEGIN
    IF flagged = '{}' THEN
        RETURN '[0, 0, 0]';
    END IF;
    RETURN json_build_array(
        (
            SELECT COALESCE(sum(d.charge_micros), 0) FROM usage_usageday d
            WHERE d.organization_id = organization AND d.day >= first AND d.day < ending AND d.meter_id = ANY(flagged)
        ),
        (
            SELECT COALESCE(sum(c.amount_micros), 0) FROM usage_minimumcharge c
            WHERE c.organization_id = organization AND c.counted_on >= first AND c.counted_on < ending
                AND c.meter_id = ANY(flagged)
        ),
        (
            SELECT COALESCE(sum(c.charge_micros), 0) FROM usage_counter c
            WHERE c.organization_id = organization AND c.month = first AND c.meter_id = ANY(flagged)
        )
    );
END $$;

CREATE FUNCTION public.voucher_open(book uuid, at timestamp with time zone, query jsonb, lock boolean) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.voucher_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

CREATE FUNCTION public.wallet_entries(book uuid, wallet_code text, since timestamp with time zone, behind_at timestamp with time zone, behind bigint, most integer) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    wallet bigint := (SELECT a.id FROM ledger_account a WHERE a.book_id = book AND a.code = wallet_code);
BEGIN
    RETURN (
        SELECT json_agg(
            json_build_array(
                e.id, e.account_version, e.amount_micros, e.balance_after_micros, e.effective_at, e.recorded_at,
                t.id, t.kind, t.description, t.created_by, t.metadata
            )
            ORDER BY e.recorded_at DESC, e.account_version DESC
        )
        FROM (
            SELECT * FROM (
                SELECT * FROM ledger_entry x
                WHERE x.account_id = wallet AND x.recorded_at >= since
                    AND (x.recorded_at, x.account_version) < (COALESCE(behind_at, 'infinity'), COALESCE(behind, 0))
                ORDER BY x.recorded_at DESC, x.account_version DESC LIMIT 5001
            ) AS page LIMIT most
        ) AS e
        JOIN ledger_transfer t ON t.id = e.transfer_id
    );
END $$;

CREATE FUNCTION public.wallet_figures(book uuid, receivable_code text, unapplied_code text, at timestamp with time zone) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_build_object(
            'account_id', a.id, 'posted', a.balance_micros, 'held', a.held_micros,
            'created_at', w.created_at, 'updated_at', w.updated_at,
            'pending', pending.all_micros, 'ended', pending.ended_micros,
            'credit', (
                SELECT json_agg(json_build_array(
                    credit.source, credit.is_spendable, credit.remaining, credit.held, credit.ended
                ))
                FROM (
                    SELECT g.source, now.is_spendable, sum(g.remaining_micros) AS remaining, sum(g.held_micros) AS held,
                        COALESCE(sum(ended.micros), 0) AS ended
                    FROM wallets_grant g
                    CROSS JOIN LATERAL (
                        SELECT (g.expires_at IS NULL OR g.expires_at > at)
                            AND (g.starts_at IS NULL OR g.starts_at <= at) AS is_spendable
                    ) AS now
                    LEFT JOIN (
                        SELECT s.grant_id, sum(s.amount_micros) AS micros
                        FROM ledger_hold h JOIN wallets_holdslice s ON s.organization_id = book AND s.hold_id = h.id
                        WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending' AND h.expires_at <= at
                        GROUP BY s.grant_id
                    ) AS ended ON ended.grant_id = g.id
                    WHERE g.organization_id = book AND g.is_open
                    GROUP BY g.source, now.is_spendable
                ) AS credit
            ),
            'overspend', (
                SELECT COALESCE(sum(s.remaining_micros), 0) FROM wallets_shortfall s
                WHERE s.organization_id = book AND s.remaining_micros > 0
            ),
            'purchased', (
                SELECT COALESCE(sum(g.amount_micros), 0) FROM wallets_grant g
                WHERE g.organization_id = book AND g.source = 'top_up'
            ),
            'has_signup', EXISTS (
                SELECT 1 FROM wallets_grant g WHERE g.organization_id = book AND g.source = 'signup'
            ),
            'receivable', (
                SELECT r.balance_micros FROM ledger_account r WHERE r.book_id = book AND r.code = receivable_code
            ),
            'unapplied', (
                SELECT u.balance_micros FROM ledger_account u WHERE u.book_id = book AND u.code = unapplied_code
            ),
            'proven', COALESCE(c.entries_micros, 0),
            'since', (
                SELECT COALESCE(sum(e.amount_micros), 0) FROM ledger_entry e
                WHERE e.book_id = book AND e.account_id = a.id AND e.account_version > COALESCE(c.through_version, 0)
            )
        )
        FROM wallets_wallet w
        JOIN ledger_account a ON a.id = w.account_id
        LEFT JOIN ledger_checkpoint c ON c.book_id = book AND c.account_id = a.id
        CROSS JOIN LATERAL (
            SELECT COALESCE(sum(h.amount_micros), 0) AS all_micros,
                COALESCE(sum(h.amount_micros) FILTER (WHERE h.expires_at <= at), 0) AS ended_micros
            FROM ledger_hold h WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending'
        ) AS pending
        WHERE w.organization_id = book
    );
END $$;

CREATE FUNCTION public.wallet_hold_totals(book uuid, wallet_code text, at timestamp with time zone) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_build_object(
            'ended', (
                SELECT json_agg(json_build_array(t.status, t.hold_count, t.amount_micros))
                FROM ledger_holdtotal t WHERE t.book_id = book AND t.account_id = a.id
            ),
            'thawed', (
                SELECT json_agg(json_build_array(x.status, x.hold_count, x.micros))
                FROM (
                    SELECT h.status, count(*) AS hold_count, sum(h.amount_micros) AS micros
                    FROM wallets_holdslice s JOIN ledger_hold h ON h.id = s.hold_id
                    WHERE s.organization_id = book AND s.is_freeze AND h.book_id = book AND h.status <> 'pending'
                    GROUP BY h.status
                ) AS x
            ),
            'live', json_build_array(pending.live_count, pending.live_micros),
            'late', json_build_array(pending.late_count, pending.late_micros),
            'oldest', pending.oldest
        )
        FROM ledger_account a
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE is_live) AS live_count, count(*) FILTER (WHERE NOT is_live) AS late_count,
                COALESCE(sum(h.amount_micros) FILTER (WHERE is_live), 0) AS live_micros,
                COALESCE(sum(h.amount_micros) FILTER (WHERE NOT is_live), 0) AS late_micros,
                min(h.created_at) FILTER (WHERE is_live) AS oldest
            FROM ledger_hold h
            CROSS JOIN LATERAL (SELECT h.expires_at IS NULL OR h.expires_at > at AS is_live) AS now
            WHERE h.book_id = book AND h.account_id = a.id AND h.status = 'pending'
                AND NOT EXISTS (
                    SELECT FROM wallets_holdslice s WHERE s.organization_id = book AND s.hold_id = h.id AND s.is_freeze
                )
        ) AS pending
        WHERE a.book_id = book AND a.code = wallet_code
    );
END $$;

CREATE FUNCTION public.wallet_moved(organization uuid, kinds text[], first date, ending date) RETURNS numeric
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT COALESCE(sum(d.amount_micros), 0) FROM wallets_daytotal d
        WHERE d.organization_id = organization AND d.day >= first AND d.day < ending AND d.kind = ANY(kinds)
    );
END $$;

CREATE FUNCTION public.wallet_newest_grants(organization uuid, most integer) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.id, x.source, x.priority, x.amount_micros, x.remaining_micros, x.description, x.granted_at,
            x.expires_at
        ))
        FROM (
            SELECT * FROM (
                SELECT * FROM wallets_grant g WHERE g.organization_id = organization
                ORDER BY g.granted_at DESC, g.id DESC LIMIT 100
            ) AS newest LIMIT most
        ) AS x
    );
END $$;

CREATE FUNCTION public.wallet_newest_holds(book uuid, wallet_code text, freezes boolean, most integer) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    wallet bigint := (SELECT a.id FROM ledger_account a WHERE a.book_id = book AND a.code = wallet_code);
BEGIN
    RETURN (
        SELECT json_agg(json_build_array(
            x.id, x.status, x.amount_micros, x.captured_micros, x.description, x.key, x.created_by, x.created_at,
            x.expires_at
        ))
        FROM (
            SELECT * FROM (
                SELECT * FROM ledger_hold h WHERE h.account_id = wallet
                    AND (freezes OR NOT EXISTS (
                        SELECT FROM wallets_holdslice s
                        WHERE s.organization_id = book AND s.hold_id = h.id AND s.is_freeze
                    ))
                ORDER BY h.created_at DESC, h.id DESC LIMIT 100
            ) AS newest LIMIT most
        ) AS x
    );
END $$;

CREATE FUNCTION public.wallet_open(book uuid, at timestamp with time zone, query jsonb, lock boolean) RETURNS json
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    ledger json := ledger_open(book, at, query, lock);
    asked record;
    present record;
    held record;
    labels text[] := '{}';
    bucket_ids uuid[] := '{}';
    grant_ids bigint[] := '{}';
    paid bigint[];
    charges json;
    buckets json;
    spent json;
    backers bigint[] := '{}';
    grants json;
    backing json;
    unread json;
    slices json;
    short json := '[0, 0]';
    shortfalls json;
    opened record;
BEGIN
    SELECT COALESCE(r.grant_keys, '{}') AS grant_keys, COALESCE(r.grant_ids, '{}') AS grant_ids, r.undo,
        COALESCE(r.days, '{}') AS days, COALESCE(r.labels, '{}') AS labels, COALESCE(r.budgets, '{}') AS budgets,
        COALESCE(r.buckets, '{}') AS buckets, r.hold_ids, r.nets, r.shortfalls, r.first_grants
    INTO asked FROM jsonb_to_record(query) AS r(
        grant_keys text[], grant_ids bigint[], undo bigint[], days date[], labels text[], budgets uuid[],
        buckets uuid[], hold_ids uuid[], nets bigint, shortfalls bigint, first_grants bigint
    );
    grant_ids := asked.grant_ids;
    bucket_ids := asked.buckets;
    labels := asked.labels;
    IF query ? 'nets' THEN
        paid := ARRAY(
            SELECT x.transfer_id FROM (
                SELECT n.transfer_id FROM wallets_chargenet n
                WHERE n.organization_id = book AND n.undone_micros < n.amount_micros
                ORDER BY n.id DESC LIMIT asked.nets
            ) x UNION SELECT unnest(asked.undo)
        );
        grant_ids := grant_ids || ARRAY(SELECT c.grant_id FROM wallets_consumption c WHERE c.transfer_id = ANY(paid));
        SELECT json_agg(json_build_array(
            t.number, t.id, t.key, t.amount_micros, n.id, n.amount_micros, n.undone_micros, o.key, o.amount_micros,
            (
                SELECT json_build_array(
                    s.id, t.number, s.transfer_id, s.amount_micros, s.remaining_micros, s.recorded_at
                )
                FROM wallets_shortfall s WHERE s.organization_id = book AND s.transfer_id = t.id
            ),
            (
                SELECT json_agg(json_build_array(c.grant_id, c.amount_micros) ORDER BY c.id DESC)
                FROM wallets_consumption c WHERE c.transfer_id = t.id
            )
        )) INTO charges
        FROM ledger_transfer t
        LEFT JOIN wallets_chargenet n ON n.organization_id = book AND n.transfer_id = t.id
        LEFT JOIN ledger_transfer o ON o.book_id = book AND o.number = t.number + 1
        WHERE t.id = ANY(paid) AND t.book_id = book;
    END IF;
    IF ledger ->> 'holds' IS NOT NULL THEN
        -- Members 0, 6, 13 and 14 of a hold are its id, status, dimensions and buckets.
        SELECT ARRAY(SELECT (h ->> 0)::uuid FROM json_array_elements(ledger -> 'holds') h) AS ids,
            ARRAY(
                SELECT b.value::uuid FROM json_array_elements(ledger -> 'holds') h
                CROSS JOIN LATERAL json_array_elements_text(h -> 14) b WHERE h ->> 6 = 'pending'
            ) AS bucket_ids,
            ARRAY(
                SELECT v.value FROM json_array_elements(ledger -> 'holds') h
                CROSS JOIN LATERAL json_each_text(h -> 13) v
                WHERE query ? 'days' AND (h ->> 0)::uuid = ANY(asked.hold_ids)
            ) AS labels
        INTO held;
        bucket_ids := bucket_ids || held.bucket_ids;
        labels := labels || held.labels;
        SELECT json_agg(
            json_build_array(s.id, s.hold_id, s.grant_id, s.amount_micros, s.is_freeze) ORDER BY s.id
        ), array_agg(s.grant_id) INTO slices, backers
        FROM wallets_holdslice s WHERE s.organization_id = book AND s.hold_id = ANY(held.ids);
    END IF;
    SELECT EXISTS (SELECT FROM wallets_bucket x WHERE x.organization_id = book) AS has_buckets,
        EXISTS (SELECT FROM wallets_shortfall s WHERE s.organization_id = book AND s.remaining_micros > 0) AS is_short,
        (
            SELECT x.burn_key FROM wallets_grant x WHERE x.organization_id = book AND x.is_open
            ORDER BY x.burn_key LIMIT 1 OFFSET asked.first_grants
        ) AS next_key
    INTO present;
    IF present.has_buckets THEN
        SELECT json_agg(json_build_array(c.id, c.budget_id, c.value, c.held_micros, (
            SELECT json_agg(json_build_array(
                p.starts_on, p.ends_on, p.spent_micros, p.added_micros, p.alarms, p.reached_at, p.refused_at,
                p.is_closed, p.version
            ))
            FROM unnest(asked.days) AS d(day) CROSS JOIN LATERAL (
                SELECT * FROM wallets_bucketperiod x
                WHERE x.organization_id = book AND x.bucket_id = c.id AND x.starts_on <= d.day
                ORDER BY x.starts_on DESC LIMIT 1
            ) p
        ))) INTO buckets
        FROM (
            SELECT x.* FROM wallets_budget b
            JOIN wallets_bucket x ON x.organization_id = book AND x.budget_id = b.id AND x.value = ANY(labels)
            WHERE b.organization_id = book AND b.ended_at IS NULL
            UNION SELECT x.* FROM wallets_bucket x WHERE x.id = ANY(bucket_ids) AND x.organization_id = book
            UNION SELECT x.* FROM wallets_bucket x
            WHERE x.organization_id = book AND x.budget_id = ANY(asked.budgets)
        ) c;
    END IF;
    IF query ? 'grant_keys' OR query ? 'grant_ids' OR query ? 'nets' THEN
        SELECT json_agg(json_build_array(
            g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
            g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
            g.expires_at, g.key, g.description, g.freezes
        )) INTO spent
        FROM (
            SELECT * FROM wallets_grant x
            WHERE x.organization_id = book AND x.key = ANY(asked.grant_keys) AND NOT x.is_open
            UNION ALL SELECT * FROM wallets_grant x
            WHERE x.id = ANY(grant_ids) AND x.organization_id = book AND NOT x.is_open
        ) g;
    END IF;
    SELECT json_agg(json_build_array(
        g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
        g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
        g.expires_at, g.key, g.description, g.freezes
    )) INTO grants
    FROM (
        SELECT * FROM wallets_grant x WHERE x.organization_id = book AND x.is_open
        ORDER BY x.burn_key LIMIT asked.first_grants
    ) g;
    IF query ? 'first_grants' AND present.next_key IS NOT NULL THEN
        SELECT json_agg(json_build_array(
            g.id, g.burn_key, g.transfer_id, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
            g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
            g.expires_at, g.key, g.description, g.freezes
        )) INTO backing
        FROM wallets_grant g
        WHERE g.id = ANY(backers) AND g.organization_id = book AND g.is_open AND g.burn_key >= present.next_key;
        unread := wallet_unread_grants(book, present.next_key, backers, at);
    END IF;
    IF present.is_short THEN
        SELECT json_build_array(count(*), COALESCE(sum(s.remaining_micros), 0)) INTO short FROM wallets_shortfall s
        WHERE s.organization_id = book AND s.remaining_micros > 0;
        SELECT json_agg(json_build_array(
            s.id, t.number, s.transfer_id, s.amount_micros, s.remaining_micros, s.recorded_at
        )) INTO shortfalls
        FROM (
            SELECT * FROM wallets_shortfall x WHERE x.organization_id = book AND x.remaining_micros > 0
            ORDER BY x.id LIMIT asked.shortfalls
        ) s JOIN ledger_transfer t ON t.id = s.transfer_id;
    END IF;
    SELECT b.version, json_build_object(
        'ledger', ledger,
        'charges', charges,
        'terms', (
            SELECT json_build_array(
                o.version, o.billing_mode, o.postpaid_limit_micros, o.usage_billing_enabled, o.work_paused_at,
                o.work_pause_reason, o.anchor_day,
                o.monthly_resource_spend_limit_usd_micros, o.usd_rate_micros, o.pause_on_limit,
                o.resource_email_alerts, o.postpaid_paused_at IS NOT NULL
            )
            FROM tenants_organization o WHERE o.id = book
        ),
        'budgets', json_build_object(
            'days', asked.days, 'labels', labels, 'whole', asked.budgets,
            'definitions', (
                SELECT json_agg(row_to_json(x)::text) FROM wallets_budget x
                WHERE query ? 'days' AND x.organization_id = book AND x.ended_at IS NULL AND x.kind = 'own'
            ),
            'buckets', buckets
        ),
        'watch', json_build_array(
            json_build_array(
                w.alert_thresholds_micros, w.alert_mail, w.alarm_bits, w.alarm_version, w.alarms_mailed
            ),
            (SELECT top_up_open(book, at) FROM top_ups_topup t WHERE t.organization_id = book AND t.is_enabled)
        ),
        'grants', grants,
        'spent', spent,
        'backing', backing,
        'unread', unread,
        'slices', slices,
        'short', short,
        'shortfalls', shortfalls
    ) AS found INTO opened
    FROM wallets_wallet w JOIN ledger_book b ON b.id = book WHERE w.organization_id = book;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF lock OR opened.version = (ledger ->> 'version')::bigint THEN
        RETURN opened.found;
    END IF;
    RETURN wallet_open(book, at, query, lock);
END $$;

CREATE FUNCTION public.wallet_unread_grants(book uuid, unread_from text, backers bigint[], at timestamp with time zone) RETURNS json
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
BEGIN
    RETURN (
        SELECT json_build_array(
            unread_from,
            COALESCE(sum(g.remaining_micros) FILTER (WHERE g.is_spendable), 0),
            COALESCE(sum(g.held_micros) FILTER (WHERE NOT g.is_spendable), 0),
            COALESCE(sum(g.remaining_micros) FILTER (WHERE g.is_spendable AND g.source = 'included_quota'), 0),
            COALESCE(sum(g.held_micros) FILTER (WHERE g.is_spendable AND g.source = 'included_quota'), 0),
            GREATEST(
                max(g.expires_at) FILTER (WHERE g.expires_at <= at), max(g.starts_at) FILTER (WHERE g.starts_at <= at)
            ),
            LEAST(min(g.expires_at) FILTER (WHERE g.expires_at > at), min(g.starts_at) FILTER (WHERE g.starts_at > at))
        )
        FROM (
            SELECT x.source, x.remaining_micros, x.held_micros, x.expires_at, x.starts_at,
                (x.expires_at IS NULL OR x.expires_at > at) AND (x.starts_at IS NULL OR x.starts_at <= at)
                    AS is_spendable
            FROM wallets_grant x
            WHERE x.organization_id = book AND x.is_open AND x.burn_key >= unread_from
                AND (backers IS NULL OR x.id <> ALL(backers))
        ) AS g
    );
END $$;

CREATE FUNCTION public.wallet_write(book uuid, expected bigint, changes jsonb) RETURNS jsonb
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
DECLARE
    posted jsonb := ledger_write(book, expected, changes -> 'ledger');
    moved jsonb := posted -> 'transfers';
    granted jsonb := '{}';
    listed jsonb;
    one jsonb;
    burned bigint;
    changed record;
BEGIN
    IF posted IS NULL THEN
        RETURN NULL;
    END IF;
    IF changes ? 'grants' THEN
        listed := changes -> 'grants';
        FOR place IN 0 .. jsonb_array_length(listed) - 1 LOOP
            one := listed -> place;
            burned := (one ->> 'id')::bigint;
            UPDATE wallets_grant g
            SET remaining_micros = (one ->> 'remaining_micros')::bigint, held_micros = (one ->> 'held_micros')::bigint,
                returned_micros = (one ->> 'returned_micros')::bigint,
                lapsed_micros = (one ->> 'lapsed_micros')::bigint, burn_key = one ->> 'burn_key',
                expires_at = (one ->> 'expires_at')::timestamptz, freezes = one -> 'freezes'
            WHERE g.id = burned AND g.organization_id = book;
        END LOOP;
    END IF;
    IF changes ? 'new_grants' THEN
        WITH given AS (
            SELECT COALESCE(r.id, nextval('wallets_grant_id_seq')) AS grant_id, r.*
            FROM jsonb_to_recordset(changes -> 'new_grants') AS r(
                id bigint, number bigint, source text, priority smallint, is_paid boolean, amount_micros bigint,
                remaining_micros bigint, held_micros bigint, paid_micros bigint, returned_micros bigint,
                lapsed_micros bigint, granted_at timestamptz, starts_at timestamptz, expires_at timestamptz,
                burn_key text, key text, description text
            )
        ), made AS (
            INSERT INTO wallets_grant (
                id, organization_id, source, priority, is_paid, amount_micros, remaining_micros, held_micros,
                paid_micros, returned_micros, lapsed_micros, granted_at, starts_at, expires_at, burn_key, key,
                description, transfer_id
            )
            SELECT g.grant_id, book, g.source, g.priority, g.is_paid, g.amount_micros, g.remaining_micros,
                g.held_micros, g.paid_micros, g.returned_micros, g.lapsed_micros, g.granted_at, g.starts_at,
                g.expires_at, g.burn_key, g.key, g.description, (moved ->> g.number::text)::bigint
            FROM given g
        )
        SELECT jsonb_object_agg(g.number, g.grant_id) INTO granted FROM given g;
    END IF;
    IF changes ? 'consumptions' THEN
        INSERT INTO wallets_consumption (organization_id, grant_id, transfer_id, number, amount_micros, recorded_at)
        SELECT book, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint),
            COALESCE(r.transfer_id, (moved ->> r.transfer_number::text)::bigint), r.number, r.amount_micros,
            r.recorded_at
        FROM ROWS FROM (jsonb_to_recordset(changes -> 'consumptions') AS (
            grant_id bigint, grant_number bigint, transfer_id bigint, transfer_number bigint, number bigint,
            amount_micros bigint, recorded_at timestamptz
        )) WITH ORDINALITY AS r(
            grant_id, grant_number, transfer_id, transfer_number, number, amount_micros, recorded_at, place
        ) ORDER BY r.place;
    END IF;
    IF changes ? 'new_nets' THEN
        INSERT INTO wallets_chargenet (organization_id, transfer_id, amount_micros, undone_micros)
        SELECT book, (moved ->> r.number::text)::bigint, r.amount_micros, r.undone_micros
        FROM jsonb_to_recordset(changes -> 'new_nets') AS r(number bigint, amount_micros bigint, undone_micros bigint)
        ORDER BY r.number;
    END IF;
    IF changes ? 'slices' THEN
        INSERT INTO wallets_holdslice (organization_id, hold_id, grant_id, amount_micros, is_freeze)
        SELECT book, r.hold_id, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint), r.amount_micros,
            r.is_freeze
        FROM ROWS FROM (jsonb_to_recordset(changes -> 'slices') AS (
            hold_id uuid, grant_id bigint, grant_number bigint, amount_micros bigint, is_freeze boolean
        )) WITH ORDINALITY AS r(hold_id, grant_id, grant_number, amount_micros, is_freeze, place)
        ORDER BY r.place;
    END IF;
    IF changes ? 'days' THEN
        INSERT INTO wallets_daytotal AS kept (organization_id, day, kind, amount_micros, entry_count)
        SELECT book, r.day, r.kind, r.amount_micros, r.entry_count
        FROM jsonb_to_recordset(changes -> 'days') AS r(
            day date, kind text, amount_micros bigint, entry_count bigint
        )
        ON CONFLICT (organization_id, day, kind) DO UPDATE
        SET amount_micros = kept.amount_micros + EXCLUDED.amount_micros,
            entry_count = kept.entry_count + EXCLUDED.entry_count;
    END IF;
    IF changes ? 'buckets' THEN
        INSERT INTO wallets_bucket (id, organization_id, budget_id, value, held_micros)
        SELECT r.id, book, r.budget_id, r.value, r.held_micros
        FROM jsonb_populate_recordset(NULL::wallets_bucket, changes -> 'buckets') r
        ON CONFLICT (id) DO UPDATE SET held_micros = EXCLUDED.held_micros;
    END IF;
    IF changes ? 'periods' THEN
        INSERT INTO wallets_bucketperiod (
            organization_id, bucket_id, starts_on, ends_on, spent_micros, added_micros, alarms, reached_at, refused_at,
            is_closed, version
        )
        SELECT book, r.bucket_id, r.starts_on, r.ends_on, r.spent_micros, r.added_micros, r.alarms, r.reached_at,
            r.refused_at, r.is_closed, r.version
        FROM jsonb_populate_recordset(NULL::wallets_bucketperiod, changes -> 'periods') r
        ON CONFLICT (organization_id, bucket_id, starts_on) DO UPDATE
        SET spent_micros = EXCLUDED.spent_micros, added_micros = EXCLUDED.added_micros, alarms = EXCLUDED.alarms,
            reached_at = EXCLUDED.reached_at, refused_at = EXCLUDED.refused_at, is_closed = EXCLUDED.is_closed,
            version = EXCLUDED.version;
    END IF;
    IF changes ?| ARRAY[
        'returns', 'nets', 'charge_reversals', 'shortfalls', 'new_shortfalls', 'budgets', 'additions', 'alarms',
        'top_up'
    ] THEN
        IF changes ? 'returns' THEN
            INSERT INTO wallets_grantreturn (organization_id, grant_id, transfer_id)
            SELECT book, COALESCE(r.grant_id, (granted ->> r.grant_number::text)::bigint),
                (moved ->> r.transfer_number::text)::bigint
            FROM jsonb_to_recordset(changes -> 'returns') AS r(
                grant_id bigint, grant_number bigint, transfer_number bigint
            );
        END IF;
        IF changes ? 'nets' THEN
            FOR changed IN SELECT * FROM jsonb_populate_recordset(NULL::wallets_chargenet, changes -> 'nets') LOOP
                UPDATE wallets_chargenet n SET undone_micros = changed.undone_micros
                WHERE n.id = changed.id AND n.organization_id = book;
            END LOOP;
        END IF;
        IF changes ? 'charge_reversals' THEN
            INSERT INTO wallets_chargereversal (organization_id, charge_id, transfer_id, amount_micros)
            SELECT book, COALESCE(r.charge_id, (
                    SELECT n.id FROM wallets_chargenet n
                    WHERE n.organization_id = book AND n.transfer_id = (moved ->> r.charge_number::text)::bigint
                )), (moved ->> r.transfer_number::text)::bigint, r.amount_micros
            FROM jsonb_to_recordset(changes -> 'charge_reversals') AS r(
                charge_id bigint, charge_number bigint, transfer_number bigint, amount_micros bigint
            );
        END IF;
        IF changes ? 'shortfalls' THEN
            FOR changed IN SELECT * FROM jsonb_populate_recordset(NULL::wallets_shortfall, changes -> 'shortfalls') LOOP
                UPDATE wallets_shortfall s SET remaining_micros = changed.remaining_micros
                WHERE s.id = changed.id AND s.organization_id = book;
            END LOOP;
        END IF;
        IF changes ? 'new_shortfalls' THEN
            INSERT INTO wallets_shortfall (organization_id, transfer_id, amount_micros, remaining_micros, recorded_at)
            SELECT book, (moved ->> r.number::text)::bigint, r.amount_micros, r.remaining_micros, r.recorded_at
            FROM jsonb_to_recordset(changes -> 'new_shortfalls') AS r(
                number bigint, amount_micros bigint, remaining_micros bigint, recorded_at timestamptz
            ) ORDER BY r.number;
        END IF;
        IF changes ? 'budgets' THEN
            INSERT INTO wallets_budget (
                id, organization_id, slug, name, kind, scope, scope_digest, period, starts_on, ends_on, limit_micros,
                mode, thresholds, when_missing, counts_from, set_by, version, created_by, created_at, updated_at,
                ended_at
            )
            SELECT r.id, book, r.slug, r.name, r.kind, r.scope, r.scope_digest, r.period, r.starts_on, r.ends_on,
                r.limit_micros, r.mode, r.thresholds, r.when_missing, r.counts_from, r.set_by, r.version, r.created_by,
                r.created_at, r.updated_at, r.ended_at
            FROM jsonb_populate_recordset(NULL::wallets_budget, changes -> 'budgets') r
            ON CONFLICT (id) DO UPDATE
            SET name = EXCLUDED.name, limit_micros = EXCLUDED.limit_micros, mode = EXCLUDED.mode,
                thresholds = EXCLUDED.thresholds, when_missing = EXCLUDED.when_missing, set_by = EXCLUDED.set_by,
                version = EXCLUDED.version, updated_at = EXCLUDED.updated_at, ended_at = EXCLUDED.ended_at;
        END IF;
        IF changes ? 'additions' THEN
            INSERT INTO wallets_budgetaddition (
                organization_id, bucket_id, starts_on, amount_micros, reason, created_by, created_at
            )
            SELECT book, r.bucket_id, r.starts_on, r.amount_micros, r.reason, r.created_by, r.created_at
            FROM jsonb_populate_recordset(NULL::wallets_budgetaddition, changes -> 'additions') r;
        END IF;
        IF changes ? 'alarms' THEN
            UPDATE wallets_wallet w
            SET alert_thresholds_micros = r.alert_thresholds_micros, alert_mail = r.alert_mail,
                alarm_bits = r.alarm_bits, alarm_version = r.alarm_version, alarms_mailed = r.alarms_mailed
            FROM jsonb_populate_record(NULL::wallets_wallet, changes -> 'alarms') r WHERE w.organization_id = book;
        END IF;
        IF changes ? 'top_up' THEN
            PERFORM top_up_write(book, changes -> 'top_up');
        END IF;
    END IF;
    IF changes ? 'outbox' THEN
        PERFORM outbox_add(changes -> 'outbox');
    END IF;
    IF changes ? 'updated_at' THEN
        UPDATE wallets_wallet SET updated_at = (changes ->> 'updated_at')::timestamptz WHERE organization_id = book;
    END IF;
    RETURN jsonb_build_object('transfers', moved, 'entries', posted -> 'entries', 'grants', granted);
END $$;

CREATE TABLE public.approvals_accesschange (
    id bigint NOT NULL,
    what character varying(20) NOT NULL,
    detail character varying(300) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by_id integer,
    person_id integer NOT NULL
);

ALTER TABLE public.approvals_accesschange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.approvals_accesschange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.approvals_approval (
    id bigint NOT NULL,
    kind character varying(60) NOT NULL,
    subject_type character varying(100) NOT NULL,
    subject_id character varying(64) NOT NULL,
    about character varying(300) NOT NULL,
    arguments jsonb NOT NULL,
    fingerprint character varying(64) NOT NULL,
    key character varying(200) NOT NULL,
    amount_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    preview jsonb NOT NULL,
    reason text NOT NULL,
    status character varying(8) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    decision_note text NOT NULL,
    used_at timestamp with time zone,
    decided_by_id integer,
    organization_id uuid,
    requested_by_id integer NOT NULL,
    is_size_known boolean NOT NULL,
    CONSTRAINT approvals_approval_agreed_has_decider CHECK (((NOT ((status)::text = ANY (ARRAY[('approved'::character varying)::text, ('rejected'::character varying)::text, ('used'::character varying)::text]))) OR ((decided_at IS NOT NULL) AND (decided_by_id IS NOT NULL)))),
    CONSTRAINT approvals_approval_expires_later CHECK ((expires_at > requested_at)),
    CONSTRAINT approvals_approval_maker_is_not_checker CHECK (((decided_by_id IS NULL) OR (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL))))),
    CONSTRAINT approvals_approval_pending_is_undecided CHECK (((NOT ((status)::text = 'pending'::text)) OR ((decided_at IS NULL) AND (decided_by_id IS NULL)))),
    CONSTRAINT approvals_approval_used_has_moment CHECK (((((status)::text = 'used'::text) AND (used_at IS NOT NULL)) OR ((NOT ((status)::text = 'used'::text)) AND (used_at IS NULL))))
);

ALTER TABLE public.approvals_approval ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.approvals_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.approvals_bulkrow (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    about character varying(300) NOT NULL,
    amount_micros bigint NOT NULL,
    arguments jsonb NOT NULL,
    key character varying(200) NOT NULL,
    state character varying(7) NOT NULL,
    outcome text NOT NULL,
    ended_at timestamp with time zone,
    run_id bigint NOT NULL,
    organization_id uuid,
    CONSTRAINT approvals_bulkrow_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT approvals_bulkrow_ended_has_moment CHECK ((((ended_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (ended_at IS NOT NULL)))),
    CONSTRAINT approvals_bulkrow_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.approvals_bulkrow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.approvals_bulkrow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.approvals_bulkrun (
    id bigint NOT NULL,
    kind character varying(60) NOT NULL,
    title character varying(100) NOT NULL,
    currency character varying(3) NOT NULL,
    amount_micros bigint NOT NULL,
    row_count integer NOT NULL,
    digest character varying(64) NOT NULL,
    reason text NOT NULL,
    key character varying(200) NOT NULL,
    state character varying(7) NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    approval_id bigint,
    requested_by_id integer NOT NULL,
    CONSTRAINT approvals_bulkrun_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT approvals_bulkrun_done_has_ended CHECK ((((ended_at IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (ended_at IS NULL)))),
    CONSTRAINT approvals_bulkrun_row_count_check CHECK ((row_count >= 0)),
    CONSTRAINT approvals_bulkrun_started_has_moment CHECK ((((started_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (started_at IS NOT NULL))))
);

ALTER TABLE public.approvals_bulkrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.approvals_bulkrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.approvals_soloaction (
    id bigint NOT NULL,
    scope character varying(8) NOT NULL,
    currency character varying(3) NOT NULL,
    amount_micros bigint NOT NULL,
    kind character varying(60) NOT NULL,
    subject_type character varying(100) NOT NULL,
    subject_id character varying(64) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    key character varying(200) NOT NULL,
    done_at timestamp with time zone NOT NULL,
    organization_id uuid,
    person_id integer NOT NULL,
    CONSTRAINT approvals_soloaction_customer_is_named CHECK ((((organization_id IS NOT NULL) AND ((scope)::text = 'customer'::text)) OR ((NOT ((scope)::text = 'customer'::text)) AND (organization_id IS NULL)))),
    CONSTRAINT approvals_soloaction_not_negative CHECK ((amount_micros >= 0))
);

ALTER TABLE public.approvals_soloaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.approvals_soloaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auditlog_logentry (
    id integer NOT NULL,
    object_pk character varying(255) NOT NULL,
    object_id bigint,
    object_repr text NOT NULL,
    action smallint NOT NULL,
    changes jsonb,
    "timestamp" timestamp with time zone NOT NULL,
    actor_id integer,
    content_type_id integer NOT NULL,
    remote_addr inet,
    additional_data jsonb,
    serialized_data jsonb,
    cid character varying(255),
    changes_text text NOT NULL,
    remote_port integer,
    actor_email character varying(254),
    CONSTRAINT auditlog_logentry_action_check CHECK ((action >= 0)),
    CONSTRAINT auditlog_logentry_remote_port_check CHECK ((remote_port >= 0))
);

ALTER TABLE public.auditlog_logentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auditlog_logentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user (
    id integer NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    username character varying(150) NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL
);

CREATE TABLE public.auth_user_groups (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.auth_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.auth_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_user_user_permissions (
    id bigint NOT NULL,
    user_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattempt (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    get_data text NOT NULL,
    post_data text NOT NULL,
    failures_since_start integer NOT NULL,
    CONSTRAINT axes_accessattempt_failures_since_start_check CHECK ((failures_since_start >= 0))
);

ALTER TABLE public.axes_accessattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accessattemptexpiration (
    access_attempt_id integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.axes_accessfailurelog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    locked_out boolean NOT NULL
);

ALTER TABLE public.axes_accessfailurelog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accessfailurelog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.axes_accesslog (
    id integer NOT NULL,
    user_agent character varying(255) NOT NULL,
    ip_address inet,
    username character varying(255),
    http_accept character varying(1025) NOT NULL,
    path_info character varying(255) NOT NULL,
    attempt_time timestamp with time zone NOT NULL,
    logout_time timestamp with time zone,
    session_hash character varying(64) NOT NULL
);

ALTER TABLE public.axes_accesslog ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.axes_accesslog_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.backoffice_importedfile (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    file_name character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    content bytea NOT NULL,
    line_count integer NOT NULL,
    problems jsonb NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    imported_by character varying(200) NOT NULL,
    imported_at timestamp with time zone,
    CONSTRAINT backoffice_importedfile_line_count_check CHECK ((line_count >= 0))
);

ALTER TABLE public.backoffice_importedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backoffice_importedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.backoffice_note (
    id bigint NOT NULL,
    text text NOT NULL,
    is_pinned boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    author_id integer NOT NULL,
    organization_id uuid NOT NULL,
    subject_type character varying(100) NOT NULL,
    subject_id character varying(64) NOT NULL
);

ALTER TABLE public.backoffice_note ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backoffice_note_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.backoffice_note_mentioned (
    id bigint NOT NULL,
    note_id bigint NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.backoffice_note_mentioned ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backoffice_note_mentioned_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.backoffice_preference (
    id bigint NOT NULL,
    style character varying(13) NOT NULL,
    time_zone character varying(64) NOT NULL,
    user_id integer NOT NULL
);

ALTER TABLE public.backoffice_preference ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backoffice_preference_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.backoffice_savedview (
    id bigint NOT NULL,
    list_name character varying(100) NOT NULL,
    name character varying(60) NOT NULL,
    query character varying(1000) NOT NULL,
    is_shared boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    owner_id integer NOT NULL,
    is_default boolean NOT NULL,
    mailed character varying(6) NOT NULL,
    mailed_on date,
    team_id integer
);

ALTER TABLE public.backoffice_savedview ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.backoffice_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_bankfile (
    id bigint NOT NULL,
    format character varying(8) NOT NULL,
    file_name character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    content bytea NOT NULL,
    line_count integer NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    imported_by character varying(200) NOT NULL,
    imported_at timestamp with time zone,
    account_id bigint,
    CONSTRAINT bank_bankfile_line_count_check CHECK ((line_count >= 0))
);

ALTER TABLE public.bank_bankfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bank_bankfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_bankidentity (
    id bigint NOT NULL,
    iban character varying(34) NOT NULL,
    name character varying(200) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    line_id bigint NOT NULL
);

ALTER TABLE public.bank_bankidentity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bank_bankidentity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_bankline (
    id bigint NOT NULL,
    key character varying(80) NOT NULL,
    amount_micros bigint NOT NULL,
    booking_date date NOT NULL,
    value_date date NOT NULL,
    is_reversal boolean NOT NULL,
    bank_reference character varying(100) NOT NULL,
    end_to_end_id character varying(100) NOT NULL,
    text character varying(1000) NOT NULL,
    party_name character varying(200) NOT NULL,
    party_iban character varying(34) NOT NULL,
    return_code character varying(35) NOT NULL,
    state character varying(9) NOT NULL,
    grade character varying(6) NOT NULL,
    score smallint NOT NULL,
    reason character varying(500) NOT NULL,
    is_unidentified boolean NOT NULL,
    decided_by character varying(200) NOT NULL,
    decided_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    document_id uuid,
    money_id uuid,
    organization_id uuid,
    statement_id bigint NOT NULL,
    CONSTRAINT bank_bankline_confirmed_is_booked CHECK (((NOT ((state)::text = 'confirmed'::text)) OR ((NOT is_unidentified) AND (organization_id IS NOT NULL) AND (((document_id IS NULL) AND (money_id IS NOT NULL)) OR ((document_id IS NOT NULL) AND (money_id IS NULL)))))),
    CONSTRAINT bank_bankline_moves CHECK ((NOT (amount_micros = 0))),
    CONSTRAINT bank_bankline_unidentified_is_set_aside CHECK (((NOT is_unidentified) OR ((amount_micros > 0) AND ((state)::text = 'set_aside'::text))))
);

ALTER TABLE public.bank_bankline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bank_bankline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_bankstatement (
    id bigint NOT NULL,
    reference character varying(100) NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    opening_micros bigint,
    closing_micros bigint,
    line_count integer NOT NULL,
    new_count integer NOT NULL,
    warning character varying(300) NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    file_id bigint NOT NULL,
    CONSTRAINT bank_bankstatement_line_count_check CHECK ((line_count >= 0)),
    CONSTRAINT bank_bankstatement_new_count_check CHECK ((new_count >= 0))
);

ALTER TABLE public.bank_bankstatement ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bank_bankstatement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_csvformat (
    id bigint NOT NULL,
    delimiter character varying(1) NOT NULL,
    decimal_mark character varying(1) NOT NULL,
    days character varying(11) NOT NULL,
    booking_date character varying(100) NOT NULL,
    amount character varying(100) NOT NULL,
    value_date character varying(100) NOT NULL,
    debit character varying(100) NOT NULL,
    text character varying(100) NOT NULL,
    party_name character varying(100) NOT NULL,
    party_iban character varying(100) NOT NULL,
    bank_reference character varying(100) NOT NULL,
    end_to_end_id character varying(100) NOT NULL,
    account_id bigint NOT NULL
);

ALTER TABLE public.bank_csvformat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bank_csvformat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.bank_sellerbook (
    id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    seller_id bigint NOT NULL
);

CREATE TABLE public.billing_profiles_billingprofile (
    street character varying(200) NOT NULL,
    street_extra character varying(200) NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(100) NOT NULL,
    region character varying(6) NOT NULL,
    country character varying(2) NOT NULL,
    organization_id uuid NOT NULL,
    legal_name character varying(200) NOT NULL,
    kind character varying(8) NOT NULL,
    vat_number character varying(20) NOT NULL,
    exemption_reason character varying(200) NOT NULL,
    exemption_certificate character varying(100) NOT NULL,
    exempt_from date,
    exempt_to date,
    language character varying(2) NOT NULL,
    terms_days smallint,
    delivery character varying(5) NOT NULL,
    e_invoice character varying(7) NOT NULL,
    purchase_order character varying(100) NOT NULL,
    buyer_reference character varying(100) NOT NULL,
    tags character varying(40)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    owner_id integer,
    seller_id bigint NOT NULL,
    CONSTRAINT billing_profiles_billingprofile_exemption_dated CHECK ((((NOT ((exemption_reason)::text = ''::text)) AND (exempt_from IS NOT NULL)) OR ((exempt_from IS NULL) AND (exempt_to IS NULL) AND ((exemption_certificate)::text = ''::text) AND ((exemption_reason)::text = ''::text)))),
    CONSTRAINT billing_profiles_billingprofile_exemption_days CHECK (((exempt_to IS NULL) OR (exempt_to >= exempt_from))),
    CONSTRAINT billing_profiles_billingprofile_terms_days_check CHECK ((terms_days >= 0))
);

CREATE TABLE public.billing_profiles_exchangerate (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    day date NOT NULL,
    rate_micros bigint NOT NULL,
    source character varying(100) NOT NULL,
    seller_id bigint NOT NULL,
    CONSTRAINT billing_profiles_exchangerate_positive CHECK ((rate_micros > 0))
);

ALTER TABLE public.billing_profiles_exchangerate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_exchangerate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_profiles_externalid (
    id bigint NOT NULL,
    system character varying(40) NOT NULL,
    value character varying(100) NOT NULL,
    profile_id uuid NOT NULL
);

ALTER TABLE public.billing_profiles_externalid ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_externalid_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_profiles_numberrange (
    id bigint NOT NULL,
    kind character varying(11) NOT NULL,
    year smallint NOT NULL,
    pattern character varying(40) NOT NULL,
    next_number integer NOT NULL,
    last_issue_date date,
    seller_id bigint NOT NULL,
    CONSTRAINT billing_profiles_numberrange_dated CHECK ((((last_issue_date IS NULL) AND (next_number = 1)) OR ((EXTRACT(year FROM last_issue_date) = (year)::numeric) AND (next_number > 1)))),
    CONSTRAINT billing_profiles_numberrange_next_number_check CHECK ((next_number >= 0)),
    CONSTRAINT billing_profiles_numberrange_year_check CHECK ((year >= 0))
);

ALTER TABLE public.billing_profiles_numberrange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_numberrange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_profiles_seller (
    id bigint NOT NULL,
    street character varying(200) NOT NULL,
    street_extra character varying(200) NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(100) NOT NULL,
    region character varying(6) NOT NULL,
    country character varying(2) NOT NULL,
    legal_name character varying(200) NOT NULL,
    trade_name character varying(200) NOT NULL,
    register_text character varying(200) NOT NULL,
    vat_number character varying(20) NOT NULL,
    tax_number character varying(30) NOT NULL,
    logo bytea NOT NULL,
    footer text NOT NULL,
    terms_text text NOT NULL,
    language character varying(2) NOT NULL,
    time_zone character varying(60) NOT NULL,
    tax_currency character varying(3) NOT NULL,
    tax_engine character varying(6) NOT NULL,
    untaxed_category character varying(1) NOT NULL,
    untaxed_reason character varying(200) NOT NULL,
    prices_include_tax boolean NOT NULL,
    tax_point character varying(7) NOT NULL,
    bad_debt_relief character varying(12) NOT NULL,
    terms_days smallint NOT NULL,
    review_days smallint NOT NULL,
    credit_notes_share_numbers boolean NOT NULL,
    closed_through date,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    usage_tax_code character varying(13) NOT NULL,
    service_tax_code character varying(13) NOT NULL,
    credit_tax_code character varying(13) NOT NULL,
    mail_sender character varying(254) NOT NULL,
    CONSTRAINT billing_profiles_seller_review_days_check CHECK ((review_days >= 0)),
    CONSTRAINT billing_profiles_seller_terms CHECK (((terms_days >= 1) AND (terms_days <= 365))),
    CONSTRAINT billing_profiles_seller_terms_days_check CHECK ((terms_days >= 0))
);

ALTER TABLE public.billing_profiles_seller ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_seller_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_profiles_sellerbankaccount (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    iban character varying(34) NOT NULL,
    bic character varying(11) NOT NULL,
    bank_name character varying(100) NOT NULL,
    seller_id bigint NOT NULL
);

ALTER TABLE public.billing_profiles_sellerbankaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_sellerbankaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.billing_profiles_taxrate (
    id bigint NOT NULL,
    product character varying(7) NOT NULL,
    country character varying(2) NOT NULL,
    region character varying(6) NOT NULL,
    customer_kind character varying(8) NOT NULL,
    needs_vat_number boolean NOT NULL,
    category character varying(2) NOT NULL,
    rate_thousandths integer NOT NULL,
    reason character varying(200) NOT NULL,
    vatex_code character varying(30) NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    used boolean NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seller_id bigint NOT NULL,
    CONSTRAINT billing_profiles_taxrate_days CHECK (((valid_to IS NULL) OR (valid_to >= valid_from))),
    CONSTRAINT billing_profiles_taxrate_rate_of_category CHECK (((((category)::text = 'S'::text) AND ((rate_thousandths >= 1) AND (rate_thousandths <= 100000))) OR ((NOT ((category)::text = 'S'::text)) AND (rate_thousandths = 0)))),
    CONSTRAINT billing_profiles_taxrate_rate_thousandths_check CHECK ((rate_thousandths >= 0)),
    CONSTRAINT billing_profiles_taxrate_region_of_country CHECK ((((region)::text = ''::text) OR (NOT ((country)::text = ''::text)))),
    CONSTRAINT billing_profiles_taxrate_untaxed_has_reason CHECK ((((category)::text = ANY (ARRAY[('S'::character varying)::text, ('Z'::character varying)::text])) OR (NOT ((reason)::text = ''::text))))
);

ALTER TABLE public.billing_profiles_taxrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.billing_profiles_taxrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_contract (
    id uuid NOT NULL,
    status character varying(15) NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    term smallint NOT NULL,
    auto_renew boolean NOT NULL,
    bonus_credits_micros bigint NOT NULL,
    bonus_granted_at timestamp with time zone,
    notes text NOT NULL,
    payment_link_url character varying(2048) NOT NULL,
    revision integer NOT NULL,
    offered_at timestamp with time zone,
    activated_at timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    bonus_taken_back_id bigint,
    organization_id uuid NOT NULL,
    canceled_from date,
    CONSTRAINT contracts_contract_active_has_moment CHECK (((NOT ((status)::text = ANY (ARRAY[('active'::character varying)::text, ('past_due'::character varying)::text]))) OR (activated_at IS NOT NULL))),
    CONSTRAINT contracts_contract_bonus_not_negative CHECK ((bonus_credits_micros >= 0)),
    CONSTRAINT contracts_contract_ended_has_moment CHECK ((((ended_at IS NOT NULL) AND ((status)::text = ANY (ARRAY[('expired'::character varying)::text, ('cancelled'::character varying)::text]))) OR ((NOT ((status)::text = ANY (ARRAY[('expired'::character varying)::text, ('cancelled'::character varying)::text]))) AND (ended_at IS NULL)))),
    CONSTRAINT contracts_contract_ends_after_start CHECK ((end_date > start_date)),
    CONSTRAINT contracts_contract_revision_check CHECK ((revision >= 0)),
    CONSTRAINT contracts_contract_term_check CHECK ((term >= 0))
);

CREATE TABLE public.contracts_contractprice (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    contract_id uuid NOT NULL,
    version_id bigint NOT NULL,
    price_id bigint NOT NULL
);

ALTER TABLE public.contracts_contractprice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_contractprice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_contractversion (
    id bigint NOT NULL,
    number smallint NOT NULL,
    kind character varying(9) NOT NULL,
    term smallint NOT NULL,
    effective_date date NOT NULL,
    anchor_date date NOT NULL,
    first_month integer NOT NULL,
    term_months smallint NOT NULL,
    payment_frequency character varying(10) NOT NULL,
    credit_portion_micros bigint NOT NULL,
    service_portion_micros bigint NOT NULL,
    onetime_credit_micros bigint NOT NULL,
    onetime_service_micros bigint NOT NULL,
    credit_period_limit smallint,
    service_period_limit smallint,
    payment_terms_days smallint NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    contract_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    discount_percent_micros bigint NOT NULL,
    discount_micros bigint NOT NULL,
    discount_periods smallint,
    discount_until date,
    prices jsonb NOT NULL,
    custom_lines jsonb NOT NULL,
    CONSTRAINT contracts_contractversion_credit_period_limit_check CHECK ((credit_period_limit >= 0)),
    CONSTRAINT contracts_contractversion_discount_periods_check CHECK ((discount_periods >= 0)),
    CONSTRAINT contracts_contractversion_first_month_check CHECK ((first_month >= 0)),
    CONSTRAINT contracts_contractversion_number_check CHECK ((number >= 0)),
    CONSTRAINT contracts_contractversion_onetime_within_portions CHECK (((onetime_credit_micros >= 0) AND (onetime_credit_micros <= credit_portion_micros) AND (onetime_service_micros >= 0) AND (onetime_service_micros <= service_portion_micros))),
    CONSTRAINT contracts_contractversion_payment_terms_days_check CHECK ((payment_terms_days >= 0)),
    CONSTRAINT contracts_contractversion_service_period_limit_check CHECK ((service_period_limit >= 0)),
    CONSTRAINT contracts_contractversion_term_check CHECK ((term >= 0)),
    CONSTRAINT contracts_contractversion_term_months_check CHECK ((term_months >= 0))
);

ALTER TABLE public.contracts_contractversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_contractversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_installment (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    due_date date NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    is_one_time boolean NOT NULL,
    amount_micros bigint NOT NULL,
    credit_micros bigint NOT NULL,
    service_micros bigint NOT NULL,
    discount_micros bigint NOT NULL,
    paid_micros bigint NOT NULL,
    refunded_micros bigint NOT NULL,
    state character varying(14) NOT NULL,
    is_invoiced boolean NOT NULL,
    overdue_at timestamp with time zone,
    settled_at timestamp with time zone,
    contract_id uuid NOT NULL,
    grant_id bigint,
    organization_id uuid NOT NULL,
    service_transfer_id bigint,
    version_id bigint NOT NULL,
    agreed_discount_micros bigint NOT NULL,
    pay_by date NOT NULL,
    canceled_credit_micros bigint NOT NULL,
    canceled_service_micros bigint NOT NULL,
    CONSTRAINT contracts_installment_credit_and_service_are_the_amount CHECK (((amount_micros = (credit_micros + service_micros)) AND (credit_micros >= 0) AND (service_micros >= 0))),
    CONSTRAINT contracts_installment_paid_within_payable CHECK (((discount_micros >= 0) AND (paid_micros >= 0) AND (paid_micros <= (amount_micros - discount_micros)))),
    CONSTRAINT contracts_installment_parts_of_terms_not_negative CHECK (((agreed_discount_micros >= 0) AND (canceled_credit_micros >= 0) AND (canceled_service_micros >= 0))),
    CONSTRAINT contracts_installment_period_is_one CHECK ((period_end > period_start)),
    CONSTRAINT contracts_installment_position_check CHECK (("position" >= 0)),
    CONSTRAINT contracts_installment_refunded_within_paid CHECK (((refunded_micros >= 0) AND (refunded_micros <= paid_micros))),
    CONSTRAINT contracts_installment_reversed_is_refunded_whole CHECK ((((paid_micros > 0) AND (refunded_micros = paid_micros) AND ((state)::text = 'reversed'::text)) OR ((NOT ((state)::text = 'reversed'::text)) AND ((paid_micros = 0) OR (refunded_micros < paid_micros))))),
    CONSTRAINT contracts_installment_settled_has_its_postings CHECK ((((settled_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('paid'::character varying)::text, ('reversed'::character varying)::text])) AND (paid_micros = (amount_micros - discount_micros)) AND (((credit_micros = 0) AND (grant_id IS NULL)) OR ((credit_micros > 0) AND (grant_id IS NOT NULL))) AND (((service_micros = 0) AND (service_transfer_id IS NULL)) OR ((service_micros > 0) AND (service_transfer_id IS NOT NULL)))) OR ((NOT ((state)::text = ANY (ARRAY[('paid'::character varying)::text, ('reversed'::character varying)::text]))) AND (grant_id IS NULL) AND (refunded_micros = 0) AND (service_transfer_id IS NULL) AND (settled_at IS NULL)))),
    CONSTRAINT contracts_installment_state_fits_what_was_paid CHECK (((NOT ((state)::text = ANY (ARRAY[('due'::character varying)::text, ('partially_paid'::character varying)::text, ('nothing_due'::character varying)::text]))) OR ((discount_micros < amount_micros) AND (paid_micros = 0) AND ((state)::text = 'due'::text)) OR ((paid_micros > 0) AND (paid_micros < (amount_micros - discount_micros)) AND ((state)::text = 'partially_paid'::text)) OR ((amount_micros = 0) AND ((state)::text = 'nothing_due'::text))))
);

ALTER TABLE public.contracts_installment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_installment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_installmentdiscount (
    id bigint NOT NULL,
    key character varying(150) NOT NULL,
    asked_micros bigint NOT NULL,
    amount_micros bigint NOT NULL,
    withdrawn_at timestamp with time zone,
    description character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT contracts_installmentdiscount_within_what_was_asked CHECK (((amount_micros >= 0) AND (amount_micros <= asked_micros) AND (asked_micros > 0)))
);

ALTER TABLE public.contracts_installmentdiscount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_installmentdiscount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_installmentpayment (
    id bigint NOT NULL,
    key character varying(150) NOT NULL,
    amount_micros bigint NOT NULL,
    received_in character varying(20) NOT NULL,
    reference character varying(255) NOT NULL,
    created_by character varying(200) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    value_date date,
    CONSTRAINT contracts_installmentpayment_positive CHECK ((amount_micros > 0))
);

ALTER TABLE public.contracts_installmentpayment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_installmentpayment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_installmentrefund (
    id bigint NOT NULL,
    key character varying(150) NOT NULL,
    order_key character varying(150) NOT NULL,
    kind character varying(7) NOT NULL,
    amount_micros bigint NOT NULL,
    paid_to character varying(20) NOT NULL,
    was_settled boolean NOT NULL,
    credit_micros bigint NOT NULL,
    unearned_micros bigint NOT NULL,
    earned_micros bigint NOT NULL,
    promo_credit_micros bigint NOT NULL,
    promo_unearned_micros bigint NOT NULL,
    promo_earned_micros bigint NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    surplus_id bigint,
    value_date date,
    CONSTRAINT contracts_installmentrefund_parts_are_the_amount CHECK ((((amount_micros = ((credit_micros + unearned_micros) + earned_micros)) AND was_settled) OR ((credit_micros = 0) AND (earned_micros = 0) AND (unearned_micros = 0) AND (NOT was_settled)))),
    CONSTRAINT contracts_installmentrefund_positive CHECK ((amount_micros > 0))
);

ALTER TABLE public.contracts_installmentrefund ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_installmentrefund_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_installmentsurplus (
    id bigint NOT NULL,
    key character varying(150) NOT NULL,
    amount_micros bigint NOT NULL,
    returned_micros bigint NOT NULL,
    received_in character varying(20) NOT NULL,
    reference character varying(255) NOT NULL,
    created_by character varying(200) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    CONSTRAINT contracts_installmentsurplus_positive CHECK ((amount_micros > 0)),
    CONSTRAINT contracts_installmentsurplus_returned_within_amount CHECK (((returned_micros >= 0) AND (returned_micros <= amount_micros)))
);

ALTER TABLE public.contracts_installmentsurplus ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_installmentsurplus_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.contracts_serviceagreement (
    id uuid NOT NULL,
    description character varying(500) NOT NULL,
    charge_type character varying(8) NOT NULL,
    amount_micros bigint NOT NULL,
    start_date date NOT NULL,
    end_date date,
    active boolean NOT NULL,
    next_due_date date,
    billed_at timestamp with time zone,
    revision integer NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid,
    bill_by character varying(7) NOT NULL,
    CONSTRAINT contracts_serviceagreement_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT contracts_serviceagreement_ends_after_start CHECK (((end_date IS NULL) OR (end_date > start_date))),
    CONSTRAINT contracts_serviceagreement_revision_check CHECK ((revision >= 0))
);

CREATE TABLE public.contracts_servicerevenue (
    id bigint NOT NULL,
    period_start date NOT NULL,
    period_end date NOT NULL,
    amount_micros bigint NOT NULL,
    recognized_micros bigint NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    canceled_micros bigint NOT NULL,
    CONSTRAINT contracts_servicerevenue_within_the_amount CHECK (((amount_micros > 0) AND (canceled_micros >= 0) AND (recognized_micros >= 0) AND (amount_micros >= (canceled_micros + recognized_micros))))
);

ALTER TABLE public.contracts_servicerevenue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.contracts_servicerevenue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.demo_history (
    id bigint NOT NULL,
    leads_up_to timestamp with time zone NOT NULL,
    made_until timestamp with time zone NOT NULL,
    is_complete boolean NOT NULL
);

ALTER TABLE public.demo_history ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.demo_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id integer NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.dunning_customerpolicy (
    organization_id uuid NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    policy_id bigint
);

CREATE TABLE public.dunning_disputedinvoice (
    id bigint NOT NULL,
    reason character varying(500) NOT NULL,
    opened_by character varying(200) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT dunning_dispute_decided_later CHECK (((decided_at IS NULL) OR (decided_at >= opened_at)))
);

ALTER TABLE public.dunning_disputedinvoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_disputedinvoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_dunningcase (
    id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    steps_done smallint NOT NULL,
    last_on date,
    last_days smallint NOT NULL,
    overdue_micros bigint NOT NULL,
    next_on date,
    wait character varying(13) NOT NULL,
    problem character varying(500) NOT NULL,
    held_until date,
    hold_reason character varying(500) NOT NULL,
    promised_on date,
    promised_micros bigint NOT NULL,
    paused_postpaid boolean NOT NULL,
    suspended_work boolean NOT NULL,
    closed_at timestamp with time zone,
    closed_because character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    seller_id bigint NOT NULL,
    closed_note character varying(1000) NOT NULL,
    closed_by character varying(200) NOT NULL,
    CONSTRAINT dunning_case_closed_has_a_reason CHECK ((((closed_at IS NULL) AND ((closed_because)::text = ''::text)) OR ((closed_at IS NOT NULL) AND (NOT paused_postpaid) AND (NOT suspended_work) AND (NOT ((closed_because)::text = ''::text))))),
    CONSTRAINT dunning_case_promise_not_negative CHECK ((promised_micros >= 0)),
    CONSTRAINT dunning_dunningcase_last_days_check CHECK ((last_days >= 0)),
    CONSTRAINT dunning_dunningcase_steps_done_check CHECK ((steps_done >= 0))
);

CREATE TABLE public.dunning_dunningevent (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    outcome character varying(7) NOT NULL,
    happened_on date NOT NULL,
    days smallint NOT NULL,
    letter character varying(8) NOT NULL,
    overdue_micros bigint NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    case_id uuid NOT NULL,
    fee_id uuid,
    organization_id uuid NOT NULL,
    restriction character varying(7) NOT NULL,
    CONSTRAINT dunning_dunningevent_days_check CHECK ((days >= 0)),
    CONSTRAINT dunning_dunningevent_position_check CHECK (("position" >= 0)),
    CONSTRAINT dunning_event_skipped_has_a_reason CHECK ((((outcome)::text = 'taken'::text) OR ((fee_id IS NULL) AND ((outcome)::text = 'skipped'::text) AND (NOT ((reason)::text = ''::text)))))
);

ALTER TABLE public.dunning_dunningevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_dunningevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_dunningpolicy (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    currency character varying(3) NOT NULL,
    is_default boolean NOT NULL,
    minimum_micros bigint NOT NULL,
    grace_days smallint NOT NULL,
    is_automatic boolean NOT NULL,
    is_used boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    seller_id bigint NOT NULL,
    CONSTRAINT dunning_dunningpolicy_grace_days_check CHECK ((grace_days >= 0)),
    CONSTRAINT dunning_policy_minimum_not_negative CHECK ((minimum_micros >= 0))
);

ALTER TABLE public.dunning_dunningpolicy ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_dunningpolicy_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_dunningstep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    days smallint NOT NULL,
    letter character varying(8) NOT NULL,
    fee_micros bigint NOT NULL,
    policy_id bigint NOT NULL,
    restriction character varying(7) NOT NULL,
    CONSTRAINT dunning_dunningstep_days_check CHECK ((days >= 0)),
    CONSTRAINT dunning_dunningstep_position_check CHECK (("position" >= 0)),
    CONSTRAINT dunning_step_fee_not_negative CHECK ((fee_micros >= 0))
);

ALTER TABLE public.dunning_dunningstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_dunningstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.dunning_skippedfirststep (
    id bigint NOT NULL,
    currency character varying(3) NOT NULL,
    due_date date NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    seller_id bigint NOT NULL
);

ALTER TABLE public.dunning_skippedfirststep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.dunning_skippedfirststep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_idempotentcall (
    id uuid NOT NULL,
    caller character varying(300) NOT NULL,
    key character varying(255) NOT NULL,
    method character varying(8) NOT NULL,
    path character varying(500) NOT NULL,
    request_sha256 character varying(64) NOT NULL,
    state character varying(7) NOT NULL,
    attempt integer NOT NULL,
    lease_ends_at timestamp with time zone NOT NULL,
    status smallint,
    content_type character varying(100) NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    organization_id uuid,
    CONSTRAINT idempotency_idempotentcall_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT idempotency_idempotentcall_done_has_its_answer CHECK ((((completed_at IS NULL) AND ((state)::text = 'running'::text) AND (status IS NULL)) OR ((completed_at IS NOT NULL) AND ((state)::text = 'done'::text) AND (status IS NOT NULL)))),
    CONSTRAINT idempotency_idempotentcall_status_check CHECK ((status >= 0))
);

CREATE TABLE public.invoices_application (
    id uuid NOT NULL,
    amount_micros bigint NOT NULL,
    net_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    value_date date NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    undoes_id uuid,
    document_id uuid NOT NULL,
    money_id uuid NOT NULL,
    CONSTRAINT invoices_application_is_net_and_tax CHECK ((amount_micros = (net_micros + tax_micros))),
    CONSTRAINT invoices_application_signed CHECK ((((amount_micros > 0) AND (undoes_id IS NULL)) OR ((amount_micros < 0) AND (undoes_id IS NOT NULL))))
);

CREATE TABLE public.invoices_document (
    id uuid NOT NULL,
    type character varying(11) NOT NULL,
    kind character varying(11) NOT NULL,
    state character varying(13) NOT NULL,
    currency character varying(3) NOT NULL,
    note character varying(1000) NOT NULL,
    period_start date,
    period_end date,
    exact_micros bigint NOT NULL,
    carried_in_micros bigint NOT NULL,
    carried_out_micros bigint NOT NULL,
    given_micros bigint NOT NULL,
    book_number bigint,
    finalize_on date,
    is_held boolean NOT NULL,
    hold_reason character varying(500) NOT NULL,
    freed_at timestamp with time zone,
    number character varying(60) NOT NULL,
    sequence integer,
    issue_date date,
    due_date date,
    tax_date date,
    finalized_at timestamp with time zone,
    net_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    total_micros bigint NOT NULL,
    prices_include_tax boolean NOT NULL,
    tax_point character varying(7) NOT NULL,
    bad_debt_relief character varying(12) NOT NULL,
    language character varying(2) NOT NULL,
    purchase_order character varying(100) NOT NULL,
    buyer_reference character varying(100) NOT NULL,
    iban character varying(34) NOT NULL,
    bic character varying(11) NOT NULL,
    bank_name character varying(100) NOT NULL,
    terms_text text NOT NULL,
    footer text NOT NULL,
    returned_net_micros bigint NOT NULL,
    returned_tax_micros bigint NOT NULL,
    returned_to character varying(15) NOT NULL,
    paid_micros bigint NOT NULL,
    credited_net_micros bigint NOT NULL,
    credited_tax_micros bigint NOT NULL,
    written_off_micros bigint NOT NULL,
    is_given_up boolean NOT NULL,
    paid_on date,
    version integer NOT NULL,
    overdue_told_at timestamp with time zone,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    credited_id uuid,
    installment_id bigint,
    number_range_id bigint,
    organization_id uuid NOT NULL,
    seller_id bigint NOT NULL,
    period_key character varying(30) NOT NULL,
    agreement_id uuid,
    tax_currency character varying(3) NOT NULL,
    converted_tax_micros bigint NOT NULL,
    exchange_rate_micros bigint,
    exchange_rate_on date,
    exchange_rate_source character varying(100) NOT NULL,
    tax_calculation_id bigint,
    is_on_account boolean NOT NULL,
    CONSTRAINT invoices_document_credit_note_credits CHECK ((((credited_id IS NULL) AND (returned_net_micros = 0) AND (returned_tax_micros = 0) AND ((type)::text = 'invoice'::text)) OR ((credited_id IS NOT NULL) AND (paid_micros = 0) AND ((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('final'::character varying)::text])) AND ((type)::text = 'credit_note'::text) AND ((returned_net_micros >= 0) AND (returned_net_micros <= net_micros)) AND ((returned_tax_micros >= 0) AND (returned_tax_micros <= tax_micros))))),
    CONSTRAINT invoices_document_finalized_has_number CHECK ((((due_date IS NULL) AND (finalized_at IS NULL) AND (issue_date IS NULL) AND ((number)::text = ''::text) AND (number_range_id IS NULL) AND (sequence IS NULL) AND ((state)::text = 'draft'::text)) OR ((NOT ((state)::text = 'draft'::text)) AND (NOT ((number)::text = ''::text)) AND (due_date >= issue_date) AND (finalized_at IS NOT NULL) AND (NOT is_held) AND (issue_date IS NOT NULL) AND (number_range_id IS NOT NULL) AND (sequence IS NOT NULL) AND (tax_date IS NOT NULL)))),
    CONSTRAINT invoices_document_left_not_negative CHECK (((total_micros >= (((paid_micros + credited_net_micros) + credited_tax_micros) + written_off_micros)) AND ((credited_net_micros >= 0) AND (credited_net_micros <= net_micros)) AND ((credited_tax_micros >= 0) AND (credited_tax_micros <= tax_micros)) AND (paid_micros >= 0) AND (written_off_micros >= 0))),
    CONSTRAINT invoices_document_of_an_agreement CHECK ((((agreement_id IS NOT NULL) AND ((kind)::text = 'agreement'::text)) OR ((NOT ((kind)::text = 'agreement'::text)) AND (agreement_id IS NULL)))),
    CONSTRAINT invoices_document_of_an_installment CHECK ((((installment_id IS NOT NULL) AND ((kind)::text = 'installment'::text)) OR ((NOT ((kind)::text = 'installment'::text)) AND (installment_id IS NULL)))),
    CONSTRAINT invoices_document_on_account_sells_credit CHECK (((NOT is_on_account) OR ((kind)::text = 'top_up'::text))),
    CONSTRAINT invoices_document_period_is_one CHECK ((((period_end IS NULL) AND (period_start IS NULL)) OR (period_end > period_start))),
    CONSTRAINT invoices_document_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT invoices_document_state_fits_what_is_left CHECK ((((state)::text = ANY (ARRAY[('draft'::character varying)::text, ('uncollectible'::character varying)::text])) OR (((state)::text = 'final'::text) AND ((type)::text = 'credit_note'::text)) OR ((paid_micros = 0) AND ((state)::text = 'open'::text) AND (total_micros > (((paid_micros + credited_net_micros) + credited_tax_micros) + written_off_micros)) AND ((type)::text = 'invoice'::text)) OR ((paid_micros > 0) AND ((state)::text = 'part_paid'::text) AND (total_micros > (((paid_micros + credited_net_micros) + credited_tax_micros) + written_off_micros)) AND ((type)::text = 'invoice'::text)) OR (((state)::text = 'paid'::text) AND (total_micros = (((paid_micros + credited_net_micros) + credited_tax_micros) + written_off_micros)) AND ((type)::text = 'invoice'::text)) OR ((paid_micros = 0) AND ((state)::text = 'void'::text) AND (total_micros = (((paid_micros + credited_net_micros) + credited_tax_micros) + written_off_micros)) AND ((type)::text = 'invoice'::text)))),
    CONSTRAINT invoices_document_tax_currency_has_rate CHECK ((((converted_tax_micros = 0) AND (exchange_rate_micros IS NULL) AND (exchange_rate_on IS NULL) AND ((tax_currency)::text = ''::text)) OR ((NOT ((tax_currency)::text = ''::text)) AND (exchange_rate_micros > 0) AND (exchange_rate_on IS NOT NULL)))),
    CONSTRAINT invoices_document_total_is_net_and_tax CHECK (((net_micros >= 0) AND (tax_micros >= 0) AND (total_micros = (net_micros + tax_micros)))),
    CONSTRAINT invoices_document_version_check CHECK ((version >= 0)),
    CONSTRAINT invoices_document_window_of_usage CHECK ((((book_number IS NOT NULL) AND ((kind)::text = 'usage'::text) AND (period_end IS NOT NULL) AND ((type)::text = 'invoice'::text)) OR ((book_number IS NOT NULL) AND ((kind)::text = 'credit_used'::text) AND (period_end IS NOT NULL)) OR ((book_number IS NULL) AND (carried_in_micros = 0) AND (carried_out_micros = 0) AND (exact_micros = 0) AND (finalize_on IS NULL) AND (freed_at IS NULL) AND (given_micros = 0) AND (NOT is_held))))
);

CREATE TABLE public.invoices_documentline (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    product character varying(7) NOT NULL,
    text character varying(500) NOT NULL,
    quantity character varying(100) NOT NULL,
    amount_micros bigint NOT NULL,
    is_reduction boolean NOT NULL,
    is_given boolean NOT NULL,
    exact_micros bigint,
    period_start date,
    period_end date,
    meter character varying(64) NOT NULL,
    model character varying(128) NOT NULL,
    reason character varying(500) NOT NULL,
    tax_category character varying(2) NOT NULL,
    tax_rate integer NOT NULL,
    credited_line_id bigint,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    tax_rule_id bigint,
    CONSTRAINT invoices_documentline_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT invoices_documentline_position_check CHECK (("position" >= 0)),
    CONSTRAINT invoices_documentline_tax_rate_check CHECK ((tax_rate >= 0))
);

ALTER TABLE public.invoices_documentline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_documentline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_documentpaper (
    id bigint NOT NULL,
    pdf bytea NOT NULL,
    sha256 character varying(64) NOT NULL,
    xml bytea,
    xml_problem character varying(1000) NOT NULL,
    handled_at timestamp with time zone,
    drawn_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    letters_outside character varying(200) NOT NULL
);

ALTER TABLE public.invoices_documentpaper ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_documentpaper_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_documentparty (
    id bigint NOT NULL,
    street character varying(200) NOT NULL,
    street_extra character varying(200) NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(100) NOT NULL,
    region character varying(6) NOT NULL,
    country character varying(2) NOT NULL,
    side character varying(6) NOT NULL,
    legal_name character varying(200) NOT NULL,
    kind character varying(8) NOT NULL,
    vat_number character varying(20) NOT NULL,
    tax_number character varying(30) NOT NULL,
    register_text character varying(200) NOT NULL,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.invoices_documentparty ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_documentparty_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_documenttax (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    category character varying(2) NOT NULL,
    rate integer NOT NULL,
    base_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    reason character varying(300) NOT NULL,
    vatex_code character varying(30) NOT NULL,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT invoices_documenttax_position_check CHECK (("position" >= 0)),
    CONSTRAINT invoices_documenttax_rate_check CHECK ((rate >= 0))
);

ALTER TABLE public.invoices_documenttax ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_documenttax_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_invoicedmonth (
    id bigint NOT NULL,
    month date NOT NULL,
    freed_at timestamp with time zone,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.invoices_invoicedmonth ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_invoicedmonth_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_money (
    id uuid NOT NULL,
    key character varying(150) NOT NULL,
    source character varying(11) NOT NULL,
    received_in character varying(15) NOT NULL,
    amount_micros bigint NOT NULL,
    applied_micros bigint NOT NULL,
    paid_back_micros bigint NOT NULL,
    value_date date NOT NULL,
    reference character varying(255) NOT NULL,
    returned_at timestamp with time zone,
    created_by character varying(200) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    credit_note_id uuid,
    organization_id uuid NOT NULL,
    CONSTRAINT invoices_money_of_its_source CHECK ((((credit_note_id IS NULL) AND ((source)::text = ANY (ARRAY[('bank'::character varying)::text, ('stripe'::character varying)::text]))) OR ((credit_note_id IS NOT NULL) AND ((source)::text = 'credit_note'::text)))),
    CONSTRAINT invoices_money_unapplied_not_negative CHECK (((amount_micros > 0) AND (applied_micros >= 0) AND (paid_back_micros >= 0) AND (amount_micros >= (applied_micros + paid_back_micros))))
);

CREATE TABLE public.invoices_taxcalculation (
    id bigint NOT NULL,
    reference character varying(100) NOT NULL,
    digest character varying(64) NOT NULL,
    question jsonb NOT NULL,
    state character varying(8) NOT NULL,
    attempt integer NOT NULL,
    stripe_id character varying(255) NOT NULL,
    answer jsonb,
    error character varying(500) NOT NULL,
    expires_at timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    organization_id uuid NOT NULL,
    CONSTRAINT invoices_taxcalculation_answered_has_answer CHECK (((NOT ((state)::text = 'answered'::text)) OR ((NOT ((stripe_id)::text = ''::text)) AND (answer IS NOT NULL) AND (answered_at IS NOT NULL) AND (expires_at IS NOT NULL)))),
    CONSTRAINT invoices_taxcalculation_attempt_check CHECK ((attempt >= 0))
);

ALTER TABLE public.invoices_taxcalculation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.invoices_taxcalculation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.invoices_writeoff (
    id uuid NOT NULL,
    net_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    reason character varying(500) NOT NULL,
    undone_at timestamp with time zone,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    document_id uuid NOT NULL,
    organization_id uuid NOT NULL
);

CREATE TABLE public.ledger_account (
    id bigint NOT NULL,
    code character varying(120) NOT NULL,
    role character varying(24) NOT NULL,
    unit character varying(24) NOT NULL,
    balance_micros bigint NOT NULL,
    held_micros bigint NOT NULL,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    book_id uuid NOT NULL,
    pending_holds integer NOT NULL,
    CONSTRAINT ledger_account_held_not_negative CHECK ((held_micros >= 0)),
    CONSTRAINT ledger_account_holds_not_negative CHECK ((pending_holds >= 0)),
    CONSTRAINT ledger_account_version_not_negative CHECK ((version >= 0))
);

ALTER TABLE public.ledger_account ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_book (
    id uuid NOT NULL,
    unit character varying(24) NOT NULL,
    version bigint NOT NULL,
    number bigint NOT NULL,
    head bytea NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_book_number_not_negative CHECK ((number >= 0)),
    CONSTRAINT ledger_book_version_not_negative CHECK ((version >= 0))
)
WITH (fillfactor='40');

CREATE TABLE public.ledger_booknote (
    id bigint NOT NULL,
    number bigint NOT NULL,
    what character varying(24) NOT NULL,
    body jsonb NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    book_id uuid NOT NULL
);

ALTER TABLE public.ledger_booknote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_booknote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_checkpoint (
    id bigint NOT NULL,
    through_version bigint NOT NULL,
    entries_micros bigint NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    book_id uuid NOT NULL
);

ALTER TABLE public.ledger_checkpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_checkpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_entry (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    balance_after_micros bigint NOT NULL,
    account_version bigint NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    account_id bigint NOT NULL,
    book_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    CONSTRAINT ledger_entry_amount_not_zero CHECK ((NOT (amount_micros = 0)))
);

ALTER TABLE public.ledger_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_hold (
    id uuid NOT NULL,
    key character varying(200) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    amount_micros bigint NOT NULL,
    captured_micros bigint NOT NULL,
    status character varying(8) NOT NULL,
    description character varying(500) NOT NULL,
    metadata jsonb NOT NULL,
    dimensions jsonb NOT NULL,
    bucket_ids uuid[] NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    closed_at timestamp with time zone,
    account_id bigint NOT NULL,
    book_id uuid NOT NULL,
    CONSTRAINT ledger_hold_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT ledger_hold_captured_not_negative CHECK ((captured_micros >= 0)),
    CONSTRAINT ledger_hold_captured_within_amount CHECK ((captured_micros <= amount_micros)),
    CONSTRAINT ledger_hold_captures_only_when_captured CHECK ((((status)::text = 'captured'::text) OR (captured_micros = 0))),
    CONSTRAINT ledger_hold_closed_when_not_pending CHECK ((((closed_at IS NULL) AND ((status)::text = 'pending'::text)) OR ((NOT ((status)::text = 'pending'::text)) AND (closed_at IS NOT NULL))))
);

CREATE TABLE public.ledger_holdtotal (
    id bigint NOT NULL,
    status character varying(8) NOT NULL,
    hold_count bigint NOT NULL,
    amount_micros bigint NOT NULL,
    account_id bigint NOT NULL,
    book_id uuid NOT NULL,
    CONSTRAINT ledger_holdtotal_of_ended_holds CHECK ((NOT ((status)::text = 'pending'::text)))
);

ALTER TABLE public.ledger_holdtotal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_holdtotal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ledger_transfer (
    id bigint NOT NULL,
    number bigint NOT NULL,
    key character varying(200) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    amount_micros bigint NOT NULL,
    kind character varying(24) NOT NULL,
    description character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    cause_type character varying(48) NOT NULL,
    cause_id character varying(64) NOT NULL,
    metadata jsonb NOT NULL,
    hash bytea NOT NULL,
    grant_terms jsonb NOT NULL,
    effective_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    book_id uuid NOT NULL,
    destination_id bigint NOT NULL,
    reverses_id bigint,
    source_id bigint NOT NULL,
    CONSTRAINT ledger_transfer_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT ledger_transfer_has_a_cause CHECK (((NOT ((cause_type)::text = ''::text)) AND (NOT ((cause_id)::text = ''::text)))),
    CONSTRAINT ledger_transfer_number_positive CHECK ((number > 0)),
    CONSTRAINT ledger_transfer_two_accounts CHECK ((NOT (source_id = destination_id)))
);

ALTER TABLE public.ledger_transfer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.ledger_transfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mail_contact (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(31) NOT NULL,
    purposes character varying(9)[] NOT NULL,
    language character varying(2) NOT NULL,
    bounced_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT mail_contact_known_purposes CHECK (((purposes <@ ARRAY['billing'::character varying(9), 'alerts'::character varying(9), 'technical'::character varying(9)]) AND (
CASE
    WHEN (purposes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(purposes, 1), 0)
END > 0)))
);

CREATE TABLE public.mail_mailmessage (
    id uuid NOT NULL,
    template character varying(40) NOT NULL,
    key character varying(250) NOT NULL,
    context text NOT NULL,
    address character varying(254) NOT NULL,
    subject character varying(250) NOT NULL,
    attached_id uuid,
    attached_sha256 character varying(64) NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    state character varying(10) NOT NULL,
    detail character varying(500) NOT NULL,
    provider_id character varying(250) NOT NULL,
    handled_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    contact_id uuid,
    organization_id uuid NOT NULL,
    CONSTRAINT mail_mailmessage_sent_has_a_time CHECK ((((sent_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('sent'::character varying)::text, ('delivered'::character varying)::text, ('bounced'::character varying)::text]))) OR ((sent_at IS NULL) AND ((state)::text = ANY (ARRAY[('queued'::character varying)::text, ('failed'::character varying)::text, ('suppressed'::character varying)::text])))))
);

CREATE TABLE public.mail_mailoptout (
    id bigint NOT NULL,
    template character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    contact_id uuid NOT NULL
);

ALTER TABLE public.mail_mailoptout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mail_mailoptout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.otp_static_staticdevice (
    id integer NOT NULL,
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    user_id integer NOT NULL,
    throttling_failure_count integer NOT NULL,
    throttling_failure_timestamp timestamp with time zone,
    created_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT otp_static_staticdevice_throttling_failure_count_check CHECK ((throttling_failure_count >= 0))
);

ALTER TABLE public.otp_static_staticdevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.otp_static_staticdevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.otp_static_statictoken (
    id integer NOT NULL,
    token character varying(16) NOT NULL,
    device_id integer NOT NULL
);

ALTER TABLE public.otp_static_statictoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.otp_static_statictoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.otp_totp_totpdevice (
    id integer NOT NULL,
    name character varying(64) NOT NULL,
    confirmed boolean NOT NULL,
    key character varying(80) NOT NULL,
    step smallint NOT NULL,
    t0 bigint NOT NULL,
    digits smallint NOT NULL,
    tolerance smallint NOT NULL,
    drift smallint NOT NULL,
    last_t bigint NOT NULL,
    user_id integer NOT NULL,
    throttling_failure_count integer NOT NULL,
    throttling_failure_timestamp timestamp with time zone,
    created_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT otp_totp_totpdevice_digits_check CHECK ((digits >= 0)),
    CONSTRAINT otp_totp_totpdevice_step_check CHECK ((step >= 0)),
    CONSTRAINT otp_totp_totpdevice_throttling_failure_count_check CHECK ((throttling_failure_count >= 0)),
    CONSTRAINT otp_totp_totpdevice_tolerance_check CHECK ((tolerance >= 0))
);

ALTER TABLE public.otp_totp_totpdevice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.otp_totp_totpdevice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_heartbeat (
    id bigint NOT NULL,
    job character varying(100) NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    last_error text NOT NULL,
    schedule character varying(200) NOT NULL,
    is_on boolean NOT NULL
);

ALTER TABLE public.outbox_heartbeat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outbox_heartbeat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_outboxmessage (
    id bigint NOT NULL,
    task character varying(100) NOT NULL,
    arguments jsonb NOT NULL,
    key character varying(255),
    state character varying(7) NOT NULL,
    attempts integer NOT NULL,
    sends integer NOT NULL,
    last_error text NOT NULL,
    available_at timestamp with time zone NOT NULL,
    next_send_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    started_at timestamp with time zone,
    done_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_outboxmessage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT outbox_outboxmessage_done_has_a_time CHECK ((((done_at IS NOT NULL) AND ((state)::text = 'done'::text)) OR ((NOT ((state)::text = 'done'::text)) AND (done_at IS NULL)))),
    CONSTRAINT outbox_outboxmessage_sends_check CHECK ((sends >= 0))
);

ALTER TABLE public.outbox_outboxmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outbox_outboxmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.papers_paper (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    number character varying(60) NOT NULL,
    sequence integer,
    issue_date date NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    amount_micros bigint NOT NULL,
    language character varying(2) NOT NULL,
    title character varying(120) NOT NULL,
    content jsonb NOT NULL,
    content_sha256 character varying(64) NOT NULL,
    pdf bytea,
    sha256 character varying(64) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    seller_id bigint NOT NULL,
    number_range_id bigint,
    contract_id uuid,
    money_id uuid,
    payment_id bigint,
    CONSTRAINT papers_paper_about_what_its_kind_says CHECK ((((contract_id IS NOT NULL) AND ((kind)::text = 'order_form'::text) AND (money_id IS NULL) AND (payment_id IS NULL)) OR ((contract_id IS NULL) AND ((kind)::text = 'receipt'::text) AND (money_id IS NOT NULL) AND (payment_id IS NULL)) OR ((contract_id IS NULL) AND ((kind)::text = 'receipt'::text) AND (money_id IS NULL) AND (payment_id IS NOT NULL)) OR ((contract_id IS NULL) AND ((kind)::text = 'statement'::text) AND (money_id IS NULL) AND (payment_id IS NULL)))),
    CONSTRAINT papers_paper_drawn_has_hash CHECK ((((pdf IS NULL) AND ((sha256)::text = ''::text)) OR ((pdf IS NOT NULL) AND (NOT ((sha256)::text = ''::text))))),
    CONSTRAINT papers_paper_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT papers_paper_statement_has_no_number CHECK (((((kind)::text = 'statement'::text) AND ((number)::text = ''::text) AND (number_range_id IS NULL) AND (sequence IS NULL)) OR ((NOT ((kind)::text = 'statement'::text)) AND (NOT ((number)::text = ''::text)) AND (number_range_id IS NOT NULL) AND (sequence IS NOT NULL))))
);

CREATE TABLE public.payments_balancetransaction (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    type character varying(60) NOT NULL,
    category character varying(60) NOT NULL,
    source_id character varying(255) NOT NULL,
    payment_intent_id character varying(255) NOT NULL,
    amount_micros bigint NOT NULL,
    fee_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    is_exchanged boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    booked_at timestamp with time zone,
    organization_id uuid,
    payout_id bigint
);

ALTER TABLE public.payments_balancetransaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_balancetransaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_checkoutpart (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    amount_micros bigint NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    session_id uuid NOT NULL,
    CONSTRAINT payments_checkoutpart_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT payments_checkoutpart_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.payments_checkoutpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_checkoutpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_checkoutsession (
    id uuid NOT NULL,
    purpose character varying(12) NOT NULL,
    amount_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    saves_method boolean NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(10) NOT NULL,
    stripe_id character varying(255),
    customer_id character varying(255) NOT NULL,
    payment_intent_id character varying(255) NOT NULL,
    url text NOT NULL,
    expires_at timestamp with time zone,
    request_key character varying(255) NOT NULL,
    last_failure text NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    attempt_id uuid,
    contract_id uuid,
    organization_id uuid NOT NULL,
    tax_category character varying(2) NOT NULL,
    tax_rate integer NOT NULL,
    tax_reason character varying(300) NOT NULL,
    tax_vatex_code character varying(30) NOT NULL,
    tax_rule bigint,
    CONSTRAINT payments_checkoutsession_amount_not_negative CHECK (((amount_micros >= 0) AND (tax_micros >= 0))),
    CONSTRAINT payments_checkoutsession_known_at_stripe_once_open CHECK ((((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('failed'::character varying)::text])) OR (stripe_id IS NOT NULL))),
    CONSTRAINT payments_checkoutsession_purpose_has_its_row CHECK ((((attempt_id IS NULL) AND (contract_id IS NULL) AND ((purpose)::text = ANY (ARRAY[('top_up'::character varying)::text, ('save_card'::character varying)::text]))) OR ((attempt_id IS NOT NULL) AND (contract_id IS NULL) AND ((purpose)::text = 'confirmation'::text)) OR ((attempt_id IS NULL) AND (contract_id IS NOT NULL) AND ((purpose)::text = ANY (ARRAY[('installment'::character varying)::text, ('setup'::character varying)::text]))))),
    CONSTRAINT payments_checkoutsession_tax_rate_check CHECK ((tax_rate >= 0))
);

CREATE TABLE public.payments_dispute (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    amount_micros bigint NOT NULL,
    claimed_micros bigint NOT NULL,
    claimed_currency character varying(3) NOT NULL,
    outcome character varying(7) NOT NULL,
    status character varying(40) NOT NULL,
    reason character varying(100) NOT NULL,
    respond_by timestamp with time zone,
    holds jsonb NOT NULL,
    frozen_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    withdrawn_micros bigint NOT NULL,
    reinstated_at timestamp with time zone,
    reinstated_micros bigint NOT NULL,
    taken_micros bigint NOT NULL,
    lost_micros bigint NOT NULL,
    closed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    payment_id bigint NOT NULL,
    CONSTRAINT payments_dispute_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT payments_dispute_moved_not_negative CHECK (((reinstated_micros >= 0) AND (withdrawn_micros >= 0)))
);

ALTER TABLE public.payments_dispute ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_dispute_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_invoicepart (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    amount_micros bigint NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    invoice_id bigint NOT NULL,
    CONSTRAINT payments_invoicepart_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT payments_invoicepart_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.payments_invoicepart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_invoicepart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_mandate (
    id bigint NOT NULL,
    customer_id character varying(255) NOT NULL,
    payment_method_id character varying(255) NOT NULL,
    customer_default_id character varying(255) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    contract_id uuid NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.payments_mandate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_mandate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_paymentissue (
    id bigint NOT NULL,
    key character varying(255) NOT NULL,
    kind character varying(16) NOT NULL,
    subject character varying(255) NOT NULL,
    detail text NOT NULL,
    expected_micros bigint,
    actual_micros bigint,
    currency character varying(3) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by character varying(200) NOT NULL,
    resolution character varying(500) NOT NULL,
    organization_id uuid
);

ALTER TABLE public.payments_paymentissue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_paymentissue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_paymentlink (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    stripe_id character varying(255) NOT NULL,
    url character varying(2048) NOT NULL,
    is_active boolean NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.payments_paymentlink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_paymentlink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_paymentpart (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    amount_micros bigint NOT NULL,
    returned_micros bigint NOT NULL,
    installment_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    payment_id bigint NOT NULL,
    CONSTRAINT payments_paymentpart_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT payments_paymentpart_returned_within_amount CHECK (((returned_micros >= 0) AND (returned_micros <= amount_micros)))
);

ALTER TABLE public.payments_paymentpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_paymentpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_paymentreturn (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    unapplied_micros bigint NOT NULL,
    undone_at timestamp with time zone,
    dispute_id bigint,
    organization_id uuid NOT NULL,
    refund_id uuid,
    payment_id bigint NOT NULL,
    CONSTRAINT payments_paymentreturn_refund_or_dispute CHECK ((((dispute_id IS NOT NULL) AND (refund_id IS NULL)) OR ((dispute_id IS NULL) AND (refund_id IS NOT NULL)))),
    CONSTRAINT payments_paymentreturn_shares_within_amount CHECK (((amount_micros > 0) AND (tax_micros >= 0) AND (unapplied_micros >= 0) AND (amount_micros >= (tax_micros + unapplied_micros))))
);

ALTER TABLE public.payments_paymentreturn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_paymentreturn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_payout (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    amount_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    status character varying(40) NOT NULL,
    is_automatic boolean NOT NULL,
    arrival_date date NOT NULL,
    created_at timestamp with time zone NOT NULL,
    split_at timestamp with time zone,
    undone_at timestamp with time zone
);

ALTER TABLE public.payments_payout ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_payout_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_payoutpart (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    posted_at timestamp with time zone,
    undone_at timestamp with time zone,
    organization_id uuid,
    payout_id bigint NOT NULL,
    CONSTRAINT payments_payoutpart_moves CHECK ((NOT (amount_micros = 0))),
    CONSTRAINT payments_payoutpart_undone_was_posted CHECK (((undone_at IS NULL) OR (posted_at IS NOT NULL)))
);

ALTER TABLE public.payments_payoutpart ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_payoutpart_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_refund (
    id uuid NOT NULL,
    stripe_id character varying(255),
    amount_micros bigint NOT NULL,
    state character varying(9) NOT NULL,
    taken_micros bigint NOT NULL,
    lost_micros bigint NOT NULL,
    booked_at timestamp with time zone,
    undone_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    failure character varying(500) NOT NULL,
    requested_by character varying(200) NOT NULL,
    request_key character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    payment_id bigint NOT NULL,
    credit_micros bigint,
    part_id bigint,
    CONSTRAINT payments_refund_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT payments_refund_credit_is_of_a_part CHECK ((((credit_micros IS NULL) AND (part_id IS NULL)) OR ((credit_micros >= 0) AND (part_id IS NOT NULL)))),
    CONSTRAINT payments_refund_undone_was_booked CHECK (((undone_at IS NULL) OR ((booked_at IS NOT NULL) AND ((state)::text = 'failed'::text))))
);

CREATE TABLE public.payments_stripecustomer (
    id bigint NOT NULL,
    stripe_id character varying(255) NOT NULL,
    livemode boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deleted_at timestamp with time zone,
    organization_id uuid NOT NULL,
    language character varying(10) NOT NULL
);

ALTER TABLE public.payments_stripecustomer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_stripecustomer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_stripeevent (
    id bigint NOT NULL,
    event_id character varying(255) NOT NULL,
    type character varying(100) NOT NULL,
    object_id character varying(255) NOT NULL,
    api_version character varying(100) NOT NULL,
    livemode boolean NOT NULL,
    account character varying(255) NOT NULL,
    is_thin boolean NOT NULL,
    source character varying(7) NOT NULL,
    payload text NOT NULL,
    state character varying(8) NOT NULL,
    attempts integer NOT NULL,
    waits_for character varying(255) NOT NULL,
    error text NOT NULL,
    note character varying(500) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT payments_stripeevent_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT payments_stripeevent_settled_has_moment CHECK ((((settled_at IS NULL) AND ((state)::text = 'received'::text)) OR ((NOT ((state)::text = 'received'::text)) AND (settled_at IS NOT NULL))))
);

ALTER TABLE public.payments_stripeevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_stripeevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_stripeinvoice (
    id bigint NOT NULL,
    purpose character varying(12) NOT NULL,
    reference character varying(200) NOT NULL,
    stripe_id character varying(255),
    amount_micros bigint NOT NULL,
    paid_micros bigint NOT NULL,
    total_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    coupon_micros bigint NOT NULL,
    credited_micros bigint NOT NULL,
    balance_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(13) NOT NULL,
    charged_to character varying(255) NOT NULL,
    number character varying(100) NOT NULL,
    hosted_url character varying(2048) NOT NULL,
    due_at timestamp with time zone,
    overdue_at timestamp with time zone,
    failed_at timestamp with time zone,
    retry_at timestamp with time zone,
    ended_by_us boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    contract_id uuid,
    document_id uuid,
    organization_id uuid NOT NULL,
    noted_micros bigint NOT NULL,
    settled_here_micros bigint NOT NULL,
    CONSTRAINT payments_stripeinvoice_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT payments_stripeinvoice_of_its_purpose CHECK ((((contract_id IS NULL) AND (document_id IS NOT NULL) AND ((purpose)::text = 'document'::text)) OR ((contract_id IS NOT NULL) AND (document_id IS NULL) AND ((purpose)::text = 'installments'::text)))),
    CONSTRAINT payments_stripeinvoice_paid_not_negative CHECK ((paid_micros >= 0))
);

ALTER TABLE public.payments_stripeinvoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_stripeinvoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_stripepayment (
    id bigint NOT NULL,
    key character varying(200) NOT NULL,
    payment_intent_id character varying(255) NOT NULL,
    charge_id character varying(255) NOT NULL,
    amount_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    unapplied_micros bigint NOT NULL,
    unapplied_reason character varying(500) NOT NULL,
    applied_micros bigint NOT NULL,
    refunded_micros bigint NOT NULL,
    disputed_micros bigint NOT NULL,
    recovered_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    received_in character varying(15) NOT NULL,
    settled_at timestamp with time zone,
    flagged_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    checkout_id uuid,
    grant_id bigint,
    invoice_id bigint,
    organization_id uuid NOT NULL,
    CONSTRAINT payments_stripepayment_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT payments_stripepayment_refunded_not_negative CHECK ((refunded_micros >= 0)),
    CONSTRAINT payments_stripepayment_shares_within_amount CHECK (((applied_micros >= 0) AND (tax_micros >= 0) AND (unapplied_micros >= 0) AND (applied_micros <= unapplied_micros) AND (amount_micros >= (tax_micros + unapplied_micros))))
);

ALTER TABLE public.payments_stripepayment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_stripepayment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_striperequest (
    id bigint NOT NULL,
    reference character varying(200) NOT NULL,
    operation character varying(40) NOT NULL,
    target character varying(255) NOT NULL,
    params jsonb NOT NULL,
    key character varying(255) NOT NULL,
    attempt integer NOT NULL,
    state character varying(8) NOT NULL,
    stripe_id character varying(255) NOT NULL,
    answer jsonb,
    error text NOT NULL,
    key_stored_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT payments_striperequest_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT payments_striperequest_done_has_answer CHECK (((NOT ((state)::text = 'done'::text)) OR (answer IS NOT NULL)))
);

ALTER TABLE public.payments_striperequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_striperequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_sweepmark (
    id bigint NOT NULL,
    livemode boolean NOT NULL,
    swept_until timestamp with time zone NOT NULL
);

ALTER TABLE public.payments_sweepmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_sweepmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.payments_topupinvoice (
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    payment_id bigint NOT NULL,
    document_id uuid NOT NULL
);

ALTER TABLE public.payments_topupinvoice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_topupinvoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.plans_includedquota (
    id bigint NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone NOT NULL,
    amount_micros bigint NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    grant_id bigint,
    organization_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    CONSTRAINT plans_includedquota_grant_where_amount CHECK ((((amount_micros = 0) AND (grant_id IS NULL)) OR ((amount_micros > 0) AND (grant_id IS NOT NULL)))),
    CONSTRAINT plans_includedquota_period_runs CHECK ((period_end > period_start))
);

ALTER TABLE public.plans_includedquota ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.plans_includedquota_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.plans_plan (
    id bigint NOT NULL,
    slug character varying(80) NOT NULL,
    name character varying(100) NOT NULL,
    currency character varying(3) NOT NULL,
    list_quota_micros bigint NOT NULL,
    carries_unit_usage boolean NOT NULL,
    unit_system character varying(18) NOT NULL,
    cadence character varying(7) NOT NULL,
    explorer_units_micros bigint NOT NULL,
    developer_units_micros bigint NOT NULL,
    credits_micros bigint NOT NULL,
    is_legacy boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT plans_plan_allocates_its_own_units CHECK ((((credits_micros = 0) AND ((unit_system)::text = 'explorer_developer'::text)) OR ((developer_units_micros = 0) AND (explorer_units_micros = 0) AND ((unit_system)::text = 'credits'::text)))),
    CONSTRAINT plans_plan_allocates_nothing_without_cadence CHECK (((NOT ((cadence)::text = 'none'::text)) OR ((credits_micros = 0) AND (developer_units_micros = 0) AND (explorer_units_micros = 0)))),
    CONSTRAINT plans_plan_amounts_not_negative CHECK (((credits_micros >= 0) AND (developer_units_micros >= 0) AND (explorer_units_micros >= 0) AND (list_quota_micros >= 0))),
    CONSTRAINT plans_plan_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE public.plans_plan ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.plans_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.plans_subscription (
    id uuid NOT NULL,
    status character varying(9) NOT NULL,
    source character varying(8) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    anchor_month smallint NOT NULL,
    quota_granted_until timestamp with time zone NOT NULL,
    quota_error character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    plan_id bigint NOT NULL,
    CONSTRAINT plans_subscription_anchor_month CHECK (((anchor_month >= 1) AND (anchor_month <= 12))),
    CONSTRAINT plans_subscription_anchor_month_check CHECK ((anchor_month >= 0)),
    CONSTRAINT plans_subscription_ended_when_canceled CHECK ((((ended_at IS NOT NULL) AND ((status)::text = 'cancelled'::text)) OR ((NOT ((status)::text = 'cancelled'::text)) AND (ended_at IS NULL)))),
    CONSTRAINT plans_subscription_ends_after_start CHECK (((ended_at IS NULL) OR (ended_at >= started_at)))
);

CREATE TABLE public.pricing_keptprices (
    id bigint NOT NULL,
    until timestamp with time zone,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    price_list_id bigint NOT NULL
);

ALTER TABLE public.pricing_keptprices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_keptprices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_meter (
    id bigint NOT NULL,
    slug character varying(64) NOT NULL,
    name character varying(100) NOT NULL,
    unit character varying(32) NOT NULL,
    kind character varying(9) NOT NULL,
    counts character varying(10) NOT NULL,
    unique_of character varying(7) NOT NULL,
    is_message boolean NOT NULL,
    is_persistent_resource boolean NOT NULL,
    explorer_units_micros bigint NOT NULL,
    developer_units_micros bigint NOT NULL,
    credits_micros bigint NOT NULL,
    unknown_models character varying(10) NOT NULL,
    breakdowns jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    kind_weights jsonb NOT NULL,
    cost_from character varying(5) NOT NULL,
    CONSTRAINT pricing_meter_characters_count_characters CHECK (((((counts)::text = 'characters'::text) AND ((kind)::text = 'character'::text)) OR ((NOT ((kind)::text = 'character'::text)) AND (NOT ((counts)::text = 'characters'::text))))),
    CONSTRAINT pricing_meter_tokens_count_tokens CHECK (((((counts)::text = 'tokens'::text) AND ((kind)::text = 'token'::text)) OR ((NOT ((kind)::text = 'token'::text)) AND (NOT ((counts)::text = 'tokens'::text))))),
    CONSTRAINT pricing_meter_unique_of_a_dimension CHECK (((((counts)::text = 'unique'::text) AND (NOT ((unique_of)::text = ''::text))) OR ((NOT ((counts)::text = 'unique'::text)) AND ((unique_of)::text = ''::text)))),
    CONSTRAINT pricing_meter_units_not_negative CHECK (((credits_micros >= 0) AND (developer_units_micros >= 0) AND (explorer_units_micros >= 0))),
    CONSTRAINT pricing_meter_weights_of_tokens CHECK ((((counts)::text = 'tokens'::text) OR (kind_weights = '{}'::jsonb)))
);

ALTER TABLE public.pricing_meter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_meter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_modelalias (
    id bigint NOT NULL,
    name character varying(128) NOT NULL,
    expression character varying(650) NOT NULL,
    target character varying(128) NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    effective_to timestamp with time zone,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    approval character varying(20) NOT NULL,
    meter_id bigint NOT NULL,
    CONSTRAINT pricing_modelalias_ends_after_it_starts CHECK (((effective_to IS NULL) OR (effective_to > effective_from))),
    CONSTRAINT pricing_modelalias_in_normal_form CHECK (((NOT ((name)::text = ''::text)) AND (NOT ((target)::text = ''::text)) AND (NOT ((name)::text = (target)::text)) AND (NOT ((name)::text ~ '[A-Z]|^\s|\s$'::text)))),
    CONSTRAINT pricing_modelalias_patterns_have_an_expression CHECK (((((expression)::text = ''::text) AND ((name)::text ~ '^[^*#]+$'::text)) OR ((NOT ((expression)::text = ''::text)) AND ((name)::text ~ '[*#]'::text))))
);

ALTER TABLE public.pricing_modelalias ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_modelalias_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_pricebook (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    currency character varying(3) NOT NULL,
    purpose character varying(6) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid,
    account character varying(64) NOT NULL,
    CONSTRAINT pricing_pricebook_account_of_costs CHECK ((((account)::text = ''::text) OR (((purpose)::text = 'cost'::text) AND (NOT ((account)::text ~ '[A-Z]|^\s|\s$'::text))))),
    CONSTRAINT pricing_pricebook_cost_is_ours CHECK ((((purpose)::text = 'charge'::text) OR (organization_id IS NULL))),
    CONSTRAINT pricing_pricebook_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE public.pricing_pricebook ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_pricebook_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_pricelink (
    id bigint NOT NULL,
    number bigint NOT NULL,
    what character varying(9) NOT NULL,
    body jsonb NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    book_id bigint NOT NULL,
    version_id bigint NOT NULL,
    CONSTRAINT pricing_pricelink_number_positive CHECK ((number > 0))
);

ALTER TABLE public.pricing_pricelink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_pricelink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_pricelistimport (
    id bigint NOT NULL,
    file_name character varying(200) NOT NULL,
    sha256 character varying(64) NOT NULL,
    content bytea NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    markup_ppm bigint NOT NULL,
    markups jsonb NOT NULL,
    rate_micros bigint NOT NULL,
    other_tiers_standard boolean NOT NULL,
    model_count integer NOT NULL,
    new_count integer NOT NULL,
    changed_count integer NOT NULL,
    same_count integer NOT NULL,
    gone jsonb NOT NULL,
    problems jsonb NOT NULL,
    warnings jsonb NOT NULL,
    aliases jsonb NOT NULL,
    state character varying(9) NOT NULL,
    reason character varying(500) NOT NULL,
    discarded_for character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    book_id bigint NOT NULL,
    meter_id bigint NOT NULL,
    step_micros bigint NOT NULL,
    ends_gone boolean NOT NULL,
    unread jsonb NOT NULL,
    CONSTRAINT pricing_pricelistimport_markup_bounds CHECK (((markup_ppm >= '-1000000'::integer) AND (markup_ppm <= 100000000) AND (rate_micros > 0) AND (step_micros >= 0)))
);

ALTER TABLE public.pricing_pricelistimport ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_pricelistimport_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pricing_priceversion (
    id bigint NOT NULL,
    model character varying(128) NOT NULL,
    scheme character varying(9) NOT NULL,
    micros_per_million bigint,
    input_micros_per_million bigint,
    output_micros_per_million bigint,
    tiers jsonb NOT NULL,
    cells jsonb NOT NULL,
    package_size_micros bigint NOT NULL,
    package_price_micros bigint NOT NULL,
    minimum_micros bigint NOT NULL,
    effective_from timestamp with time zone NOT NULL,
    effective_to timestamp with time zone,
    end_set_at timestamp with time zone,
    status character varying(9) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    published_by character varying(200) NOT NULL,
    published_at timestamp with time zone,
    approval character varying(20) NOT NULL,
    book_id bigint NOT NULL,
    meter_id bigint NOT NULL,
    price_list_id bigint,
    took_over_from_id bigint,
    CONSTRAINT pricing_priceversion_amounts_not_negative CHECK ((((micros_per_million IS NULL) OR (micros_per_million >= 0)) AND ((input_micros_per_million IS NULL) OR (input_micros_per_million >= 0)) AND ((output_micros_per_million IS NULL) OR (output_micros_per_million >= 0)) AND (minimum_micros >= 0) AND (package_price_micros >= 0) AND (package_size_micros >= 0))),
    CONSTRAINT pricing_priceversion_ends_after_it_starts CHECK (((effective_to IS NULL) OR (effective_to > effective_from))),
    CONSTRAINT pricing_priceversion_model_in_normal_form CHECK ((NOT ((model)::text ~ '[A-Z]|^\s|\s$'::text))),
    CONSTRAINT pricing_priceversion_published_says_when CHECK ((((published_at IS NULL) AND ((status)::text = 'draft'::text)) OR ((NOT ((status)::text = 'draft'::text)) AND (published_at IS NOT NULL)))),
    CONSTRAINT pricing_priceversion_scheme_has_its_terms CHECK ((((micros_per_million IS NOT NULL) AND ((scheme)::text = 'per_unit'::text)) OR ((micros_per_million IS NOT NULL) AND ((scheme)::text = 'per_token'::text)) OR ((input_micros_per_million IS NOT NULL) AND ((scheme)::text = 'per_token'::text)) OR ((output_micros_per_million IS NOT NULL) AND ((scheme)::text = 'per_token'::text)) OR (((scheme)::text = ANY (ARRAY[('graduated'::character varying)::text, ('volume'::character varying)::text])) AND (NOT (tiers = '[]'::jsonb))) OR ((package_size_micros > 0) AND ((scheme)::text = 'package'::text)) OR (((scheme)::text = 'cells'::text) AND (NOT (cells = '{}'::jsonb)))))
);

ALTER TABLE public.pricing_priceversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pricing_priceversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.proofs_auditlink (
    number bigint NOT NULL,
    hash bytea NOT NULL,
    entry_id integer NOT NULL,
    CONSTRAINT proofs_auditlink_number_positive CHECK ((number > 0))
);

CREATE TABLE public.proofs_dayhead (
    id bigint NOT NULL,
    chain character varying(48) NOT NULL,
    day date NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT proofs_dayhead_number_positive CHECK ((number > 0))
);

ALTER TABLE public.proofs_dayhead ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.proofs_dayhead_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.proofs_dayroot (
    day date NOT NULL,
    root bytea NOT NULL,
    leaf_count integer NOT NULL,
    key_id character varying(64) NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT proofs_dayroot_leaf_count_check CHECK ((leaf_count >= 0))
);

CREATE TABLE public.proofs_proofmark (
    chain character varying(48) NOT NULL,
    number bigint NOT NULL,
    hash bytea NOT NULL,
    sums jsonb NOT NULL,
    proven_at timestamp with time zone NOT NULL,
    found text NOT NULL
);

CREATE TABLE public.snapshots_balancesnapshot (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    provider character varying(40) NOT NULL,
    collected_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT snapshots_balancesnapshot_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE public.snapshots_balancesnapshot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.snapshots_balancesnapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.snapshots_collectionfailure (
    id bigint NOT NULL,
    figure character varying(7) NOT NULL,
    provider character varying(40) NOT NULL,
    reason character varying(13) NOT NULL,
    detail character varying(500) NOT NULL,
    failed_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.snapshots_collectionfailure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.snapshots_collectionfailure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.snapshots_collectionsource (
    id bigint NOT NULL,
    upstream character varying(40) NOT NULL,
    external_account character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT snapshots_collectionsource_account_where_upstream CHECK (((((external_account)::text = ''::text) AND ((upstream)::text = ''::text)) OR ((NOT ((upstream)::text = ''::text)) AND ((external_account)::text ~ '^[A-Za-z0-9_-]{1,100}$'::text))))
);

ALTER TABLE public.snapshots_collectionsource ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.snapshots_collectionsource_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.snapshots_costsnapshot (
    id bigint NOT NULL,
    year smallint NOT NULL,
    month smallint NOT NULL,
    run character varying(40) NOT NULL,
    currency character varying(3) NOT NULL,
    monthly_fees_micros bigint NOT NULL,
    one_time_fees_micros bigint NOT NULL,
    usage_fees_micros bigint NOT NULL,
    total_micros bigint NOT NULL,
    usage_lines jsonb NOT NULL,
    provider character varying(40) NOT NULL,
    collected_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT snapshots_costsnapshot_adds_up CHECK ((total_micros = ((monthly_fees_micros + one_time_fees_micros) + usage_fees_micros))),
    CONSTRAINT snapshots_costsnapshot_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT snapshots_costsnapshot_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT snapshots_costsnapshot_month_check CHECK ((month >= 0)),
    CONSTRAINT snapshots_costsnapshot_year_check CHECK ((year >= 0))
);

ALTER TABLE public.snapshots_costsnapshot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.snapshots_costsnapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_apikey (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(24) NOT NULL,
    secret_sha256 character varying(64) NOT NULL,
    scopes jsonb NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    revoked_by character varying(200) NOT NULL,
    last_used_at timestamp with time zone,
    organization_id uuid,
    CONSTRAINT tenants_apikey_expires_after_creation CHECK ((expires_at > created_at)),
    CONSTRAINT tenants_apikey_hash_is_sha256 CHECK (((secret_sha256)::text ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE public.tenants_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_identitylink (
    id bigint NOT NULL,
    issuer character varying(255) NOT NULL,
    external_organization_id character varying(255) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.tenants_identitylink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_identitylink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_organization (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    slug character varying(80) NOT NULL,
    currency character varying(3) NOT NULL,
    billing_mode character varying(8) NOT NULL,
    anchor_day smallint NOT NULL,
    status character varying(9) NOT NULL,
    postpaid_limit_micros bigint NOT NULL,
    usd_rate_micros bigint NOT NULL,
    usd_rate_date date,
    usage_billing_enabled boolean NOT NULL,
    monthly_resource_spend_limit_usd_micros bigint,
    pause_on_limit boolean NOT NULL,
    resource_email_alerts boolean NOT NULL,
    work_paused_at timestamp with time zone,
    work_pause_reason character varying(200) NOT NULL,
    postpaid_paused_at timestamp with time zone,
    version bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT tenants_organization_anchor_day CHECK (((anchor_day >= 1) AND (anchor_day <= 31))),
    CONSTRAINT tenants_organization_anchor_day_check CHECK ((anchor_day >= 0)),
    CONSTRAINT tenants_organization_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tenants_organization_limit_not_negative CHECK ((postpaid_limit_micros >= 0)),
    CONSTRAINT tenants_organization_pause_has_a_reason CHECK (((((work_pause_reason)::text = ''::text) AND (work_paused_at IS NULL)) OR ((work_paused_at IS NOT NULL) AND (NOT ((work_pause_reason)::text = ''::text))))),
    CONSTRAINT tenants_organization_rate_positive CHECK ((usd_rate_micros > 0))
);

CREATE TABLE public.tenants_platformkeyversion (
    id bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT tenants_platformkeyversion_one_row CHECK ((id = 1))
);

ALTER TABLE public.tenants_platformkeyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_platformkeyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.tenants_project (
    id uuid NOT NULL,
    name character varying(200) NOT NULL,
    slug character varying(80) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL
);

CREATE TABLE public.tenants_usdrate (
    id bigint NOT NULL,
    day date NOT NULL,
    rate_micros bigint NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.tenants_usdrate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tenants_usdrate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.top_ups_topup (
    organization_id uuid NOT NULL,
    is_enabled boolean NOT NULL,
    threshold_micros bigint NOT NULL,
    amount_micros bigint,
    up_to_micros bigint,
    most_per_charge_micros bigint NOT NULL,
    most_per_day_micros bigint NOT NULL,
    most_per_month_micros bigint NOT NULL,
    consented_by character varying(200) NOT NULL,
    consented_at timestamp with time zone,
    consent_text text NOT NULL,
    customer_id character varying(255) NOT NULL,
    payment_method_id character varying(255) NOT NULL,
    card_fingerprint character varying(100) NOT NULL,
    card_brand character varying(40) NOT NULL,
    card_last4 character varying(4) NOT NULL,
    card_exp_month smallint,
    card_exp_year smallint,
    retry_at timestamp with time zone,
    card_blocked_until timestamp with time zone,
    capped_until timestamp with time zone,
    stopped_at timestamp with time zone,
    stopped_reason character varying(60) NOT NULL,
    updated_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT top_ups_topup_amount_or_up_to CHECK (((NOT is_enabled) OR ((amount_micros > 0) AND (up_to_micros IS NULL)) OR ((amount_micros IS NULL) AND (up_to_micros > 0)))),
    CONSTRAINT top_ups_topup_card_exp_month_check CHECK ((card_exp_month >= 0)),
    CONSTRAINT top_ups_topup_card_exp_year_check CHECK ((card_exp_year >= 0)),
    CONSTRAINT top_ups_topup_enabled_with_consent CHECK (((NOT is_enabled) OR ((consented_at IS NOT NULL) AND (NOT ((consented_by)::text = ''::text))))),
    CONSTRAINT top_ups_topup_stopped_has_reason CHECK ((((stopped_at IS NULL) AND ((stopped_reason)::text = ''::text)) OR ((stopped_at IS NOT NULL) AND (NOT ((stopped_reason)::text = ''::text)))))
);

CREATE TABLE public.top_ups_topupattempt (
    id uuid NOT NULL,
    amount_micros bigint NOT NULL,
    tax_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(15) NOT NULL,
    is_for_refusal boolean NOT NULL,
    payment_method_id character varying(255) NOT NULL,
    card_fingerprint character varying(100) NOT NULL,
    payment_intent_id character varying(255) NOT NULL,
    reason character varying(60) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    action_until timestamp with time zone,
    settled_at timestamp with time zone,
    retry_at timestamp with time zone,
    organization_id uuid NOT NULL,
    tax_category character varying(2) NOT NULL,
    tax_rate integer NOT NULL,
    tax_reason character varying(300) NOT NULL,
    tax_vatex_code character varying(30) NOT NULL,
    tax_rule bigint,
    CONSTRAINT top_ups_topupattempt_amount_positive CHECK (((amount_micros > 0) AND (tax_micros >= 0))),
    CONSTRAINT top_ups_topupattempt_ended_is_settled CHECK ((((settled_at IS NULL) AND ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('sent'::character varying)::text, ('action_required'::character varying)::text]))) OR ((NOT ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('sent'::character varying)::text, ('action_required'::character varying)::text]))) AND (settled_at IS NOT NULL)))),
    CONSTRAINT top_ups_topupattempt_tax_rate_check CHECK ((tax_rate >= 0))
);

CREATE TABLE public.usage_activecharacter (
    id bigint NOT NULL,
    month date NOT NULL,
    "character" character varying(128) NOT NULL,
    activated_at timestamp with time zone NOT NULL,
    counted_on date NOT NULL,
    late boolean NOT NULL,
    charge_micros bigint NOT NULL,
    meter_id bigint,
    organization_id uuid NOT NULL,
    price_version_id bigint,
    posting_id uuid,
    CONSTRAINT usage_activecharacter_priced_is_posted CHECK ((((charge_micros = 0) AND (posting_id IS NULL) AND (price_version_id IS NULL)) OR ((posting_id IS NOT NULL) AND (price_version_id IS NOT NULL))))
);

ALTER TABLE public.usage_activecharacter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_activecharacter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_archivedmonth (
    month date NOT NULL,
    file character varying(255) NOT NULL,
    sha256 character varying(64) NOT NULL,
    row_count bigint NOT NULL,
    charge_micros bigint NOT NULL,
    archived_at timestamp with time zone NOT NULL,
    CONSTRAINT usage_archivedmonth_is_a_first_day CHECK ((EXTRACT(day FROM month) = (1)::numeric)),
    CONSTRAINT usage_archivedmonth_not_negative CHECK ((row_count >= 0))
);

CREATE TABLE public.usage_breakdowntotal (
    id bigint NOT NULL,
    is_month boolean NOT NULL,
    day date NOT NULL,
    by character varying(32) NOT NULL,
    value_1 character varying(128) NOT NULL,
    value_2 character varying(128) NOT NULL,
    cost_currency character varying(3) NOT NULL,
    is_other boolean NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    charge_micros bigint NOT NULL,
    cost_picos numeric(38,0) NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    kind character varying(32) NOT NULL
);

ALTER TABLE public.usage_breakdowntotal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_breakdowntotal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_callday (
    id bigint NOT NULL,
    day date NOT NULL,
    model character varying(128) NOT NULL,
    provider character varying(64) NOT NULL,
    service_tier character varying(16) NOT NULL,
    variant character varying(32) NOT NULL,
    region character varying(32) NOT NULL,
    operation character varying(128) NOT NULL,
    operator character varying(128) NOT NULL,
    above bigint NOT NULL,
    names character varying(600) NOT NULL,
    of character varying(32) NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    amount bigint NOT NULL,
    charge_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    meter_id bigint NOT NULL,
    billing_mode character varying(8) NOT NULL
);

ALTER TABLE public.usage_callday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_callday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_charactermonth (
    id bigint NOT NULL,
    month date NOT NULL,
    high_water_mark bigint NOT NULL,
    charged_micros bigint NOT NULL,
    billed_at timestamp with time zone,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_charactermonth_counts_up CHECK ((high_water_mark >= 0))
);

ALTER TABLE public.usage_charactermonth ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_charactermonth_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_costcorrection (
    id bigint NOT NULL,
    day date NOT NULL,
    model character varying(128) NOT NULL,
    key character varying(128) NOT NULL,
    cost_currency character varying(3) NOT NULL,
    event_count bigint NOT NULL,
    charge_micros bigint NOT NULL,
    cost_picos numeric(38,0) NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    run_id bigint NOT NULL,
    provider character varying(64) NOT NULL
);

ALTER TABLE public.usage_costcorrection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_costcorrection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_costrun (
    id bigint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    cost_version_id bigint NOT NULL,
    undoes_id bigint,
    CONSTRAINT usage_costrun_days_in_order CHECK ((last_day >= first_day))
);

ALTER TABLE public.usage_costrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_costrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_counter (
    id bigint NOT NULL,
    month date NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    exact_price numeric(50,0) NOT NULL,
    charge_micros bigint NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    price_version_id bigint NOT NULL,
    months jsonb NOT NULL,
    CONSTRAINT usage_counter_within_bounds CHECK (((charge_micros >= 0) AND (charge_micros <= '4611686018427387904'::bigint) AND ((quantity_micros >= 0) AND (quantity_micros <= '4611686018427387904'::bigint))))
);

ALTER TABLE public.usage_counter ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_counter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_distinctid (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    value character varying(128) NOT NULL,
    last_day date NOT NULL,
    last_day_from timestamp with time zone,
    previous_day date,
    previous_day_from timestamp with time zone,
    earlier_day date,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_distinctid_days_in_order CHECK ((((previous_day IS NULL) OR ((last_day_from IS NOT NULL) AND (previous_day < last_day))) AND ((previous_day_from IS NULL) OR ((last_day_from > previous_day_from) AND (previous_day IS NOT NULL))) AND ((earlier_day IS NULL) OR ((earlier_day < previous_day) AND (previous_day_from IS NOT NULL)))))
);

ALTER TABLE public.usage_distinctid ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_distinctid_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_distinctidday (
    id bigint NOT NULL,
    kind character varying(9) NOT NULL,
    day date NOT NULL,
    id_count bigint NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.usage_distinctidday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_distinctidday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_eventcorrection (
    id bigint NOT NULL,
    digest uuid NOT NULL,
    event bigint NOT NULL,
    void bigint,
    replacement bigint,
    fingerprint uuid,
    month date NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_eventcorrection_has_a_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT usage_eventcorrection_replacement_is_whole CHECK ((((fingerprint IS NULL) AND (replacement IS NULL)) OR ((fingerprint IS NOT NULL) AND (replacement IS NOT NULL))))
);

ALTER TABLE public.usage_eventcorrection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_eventcorrection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_eventid (
    organization_id uuid NOT NULL,
    digest uuid NOT NULL,
    event bigint NOT NULL,
    fingerprint uuid NOT NULL,
    priced_by uuid NOT NULL,
    rank smallint NOT NULL,
    facts smallint NOT NULL,
    month date NOT NULL
);

CREATE TABLE public.usage_futureusage (
    id bigint NOT NULL,
    counts_from timestamp with time zone NOT NULL,
    day date NOT NULL,
    operation character varying(128) NOT NULL,
    event_type character varying(128) NOT NULL,
    "character" character varying(128) NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    charge_micros bigint NOT NULL,
    meter_id bigint,
    organization_id uuid NOT NULL
);

ALTER TABLE public.usage_futureusage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_futureusage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_lateusageday (
    id bigint NOT NULL,
    day date NOT NULL,
    corrects_month date NOT NULL,
    model character varying(128) NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    charge_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    meter_id bigint NOT NULL
);

ALTER TABLE public.usage_lateusageday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_lateusageday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_marginalarm (
    id bigint NOT NULL,
    day date NOT NULL,
    model character varying(128) NOT NULL,
    charge_usd_micros bigint NOT NULL,
    cost_usd_micros bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid
);

ALTER TABLE public.usage_marginalarm ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_marginalarm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_meteredorganization (
    organization_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    filling jsonb DEFAULT '{}'::jsonb NOT NULL
);

CREATE TABLE public.usage_minimumcharge (
    id bigint NOT NULL,
    month date NOT NULL,
    model character varying(128) NOT NULL,
    minimum_micros bigint NOT NULL,
    counted_on date NOT NULL,
    amount_micros bigint NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    posting_id uuid NOT NULL,
    CONSTRAINT usage_minimumcharge_not_zero CHECK ((NOT (amount_micros = 0)))
);

ALTER TABLE public.usage_minimumcharge ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_minimumcharge_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_monthclose (
    id bigint NOT NULL,
    month date NOT NULL,
    state character varying(6) NOT NULL,
    attempts integer NOT NULL,
    error character varying(500) NOT NULL,
    event_count bigint NOT NULL,
    usage_micros bigint NOT NULL,
    minimum_micros bigint NOT NULL,
    character_count bigint NOT NULL,
    closed_at timestamp with time zone,
    closed_by character varying(200) NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_monthclose_closed_says_when CHECK ((((closed_at IS NOT NULL) AND ((error)::text = ''::text) AND ((state)::text = 'closed'::text)) OR ((closed_at IS NULL) AND ((state)::text = 'failed'::text) AND (NOT ((error)::text = ''::text)))))
);

ALTER TABLE public.usage_monthclose ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_monthclose_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_monthfigure (
    id bigint NOT NULL,
    month date NOT NULL,
    model character varying(128) NOT NULL,
    billing_mode character varying(8) NOT NULL,
    quantity_micros bigint NOT NULL,
    decided_at timestamp with time zone,
    decided_by character varying(200) NOT NULL,
    decided_source character varying(200) NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_monthfigure_not_negative CHECK ((quantity_micros >= 0))
);

ALTER TABLE public.usage_monthfigure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_monthfigure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_monthvalue (
    id bigint NOT NULL,
    month date NOT NULL,
    model character varying(128) NOT NULL,
    billing_mode character varying(8) NOT NULL,
    value character varying(128) NOT NULL,
    event_count bigint NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_monthvalue_not_negative CHECK ((event_count >= 0))
);

ALTER TABLE public.usage_monthvalue ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_monthvalue_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_othereventid (
    organization_id uuid NOT NULL,
    digest uuid NOT NULL,
    main uuid NOT NULL
);

CREATE TABLE public.usage_recentarchivedevent (
    event bigint NOT NULL,
    event_id character varying(200) NOT NULL,
    source character varying(200) NOT NULL,
    meter_slug character varying(64) NOT NULL,
    quantity_micros bigint,
    input_tokens bigint,
    output_tokens bigint,
    charge_micros bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    counted_on date NOT NULL,
    organization_id uuid NOT NULL
);

CREATE TABLE public.usage_reportendpoint (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    report_format character varying(9) NOT NULL,
    secret bytea,
    secret_hint character varying(4) NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamp with time zone,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    closed_by character varying(200) NOT NULL,
    closed_at timestamp with time zone,
    meter_id bigint,
    organization_id uuid NOT NULL,
    has_span_ids boolean NOT NULL,
    CONSTRAINT usage_reportendpoint_closed_by_somebody CHECK ((((closed_at IS NULL) AND ((closed_by)::text = ''::text)) OR ((closed_at IS NOT NULL) AND (NOT ((closed_by)::text = ''::text))))),
    CONSTRAINT usage_reportendpoint_overlap_has_a_secret CHECK ((((previous_secret IS NULL) AND (previous_secret_until IS NULL)) OR ((previous_secret IS NOT NULL) AND (previous_secret_until IS NOT NULL) AND (secret IS NOT NULL)))),
    CONSTRAINT usage_reportendpoint_spans_are_of_traces CHECK (((NOT has_span_ids) OR ((report_format)::text = 'otel'::text)))
);

CREATE TABLE public.usage_reportfinding (
    id bigint NOT NULL,
    kind character varying(7) NOT NULL,
    meter_slug character varying(64) NOT NULL,
    model character varying(128) NOT NULL,
    name character varying(64) NOT NULL,
    report_count bigint NOT NULL,
    tokens bigint NOT NULL,
    last_event_id character varying(200) NOT NULL,
    first_seen_on date NOT NULL,
    last_seen_on date NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.usage_reportfinding ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_reportfinding_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_unitalert (
    id bigint NOT NULL,
    unit character varying(15) NOT NULL,
    threshold_micros bigint NOT NULL,
    is_low boolean NOT NULL,
    version integer NOT NULL,
    mailed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_unitalert_not_negative CHECK ((threshold_micros >= 0)),
    CONSTRAINT usage_unitalert_version_check CHECK ((version >= 0))
);

ALTER TABLE public.usage_unitalert ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_unitalert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_unknownmodel (
    id bigint NOT NULL,
    model character varying(128) NOT NULL,
    provider character varying(64) NOT NULL,
    waiting_count bigint NOT NULL,
    event_count bigint NOT NULL,
    tokens bigint NOT NULL,
    charge_micros bigint NOT NULL,
    first_seen_on date NOT NULL,
    last_seen_on date NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT usage_unknownmodel_is_named CHECK ((NOT ((model)::text = ''::text)))
);

ALTER TABLE public.usage_unknownmodel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_unknownmodel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_usageday (
    id bigint NOT NULL,
    day date NOT NULL,
    model character varying(128) NOT NULL,
    operation character varying(128) NOT NULL,
    event_type character varying(128) NOT NULL,
    operator character varying(128) NOT NULL,
    billing_mode character varying(8) NOT NULL,
    cost_currency character varying(3) NOT NULL,
    event_count bigint NOT NULL,
    quantity_micros bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    charge_micros bigint NOT NULL,
    cost_picos numeric(38,0) NOT NULL,
    meter_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    provider character varying(64) NOT NULL,
    CONSTRAINT usage_usageday_within_bounds CHECK (((input_tokens >= '-4611686018427387904'::bigint) AND (input_tokens <= '4611686018427387904'::bigint) AND ((output_tokens >= '-4611686018427387904'::bigint) AND (output_tokens <= '4611686018427387904'::bigint)) AND ((quantity_micros >= '-4611686018427387904'::bigint) AND (quantity_micros <= '4611686018427387904'::bigint))))
);

ALTER TABLE public.usage_usageday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_usageday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_usageevent (
    id bigint NOT NULL,
    source character varying(200) NOT NULL,
    event_id character varying(200) NOT NULL,
    fingerprint uuid NOT NULL,
    meter_slug character varying(64) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    quantity_micros bigint,
    reported_micros bigint,
    input_tokens bigint,
    output_tokens bigint,
    amounts jsonb,
    cost_picos bigint,
    cost_currency character varying(3) NOT NULL,
    model character varying(128) NOT NULL,
    model_sent character varying(200) NOT NULL,
    operation character varying(128) NOT NULL,
    event_type character varying(128) NOT NULL,
    operator character varying(128) NOT NULL,
    project character varying(128) NOT NULL,
    session character varying(128) NOT NULL,
    "character" character varying(128) NOT NULL,
    traffic_source character varying(32) NOT NULL,
    provider character varying(64) NOT NULL,
    variant character varying(32) NOT NULL,
    region character varying(32) NOT NULL,
    service_tier character varying(16) NOT NULL,
    key character varying(128) NOT NULL,
    "user" character varying(128) NOT NULL,
    agent character varying(128) NOT NULL,
    tag character varying(128) NOT NULL,
    billing_mode character varying(8) NOT NULL,
    state character varying(11) NOT NULL,
    reason character varying(32) NOT NULL,
    counted_on date,
    corrects_month date,
    exact_price numeric(50,0),
    charge_micros bigint NOT NULL,
    voids bigint,
    created_by character varying(200) NOT NULL,
    credential character varying(24) NOT NULL,
    cost_version_id bigint,
    meter_id bigint,
    organization_id uuid NOT NULL,
    price_version_id bigint,
    posting_id uuid,
    reported_cost_picos bigint,
    reported_cost_currency character varying(3) NOT NULL,
    CONSTRAINT usage_usageevent_rated_is_posted CHECK ((((counted_on IS NOT NULL) AND (posting_id IS NOT NULL) AND ((reason)::text = ''::text) AND ((state)::text = 'rated'::text)) OR ((charge_micros = 0) AND (counted_on IS NULL) AND (posting_id IS NULL) AND ((state)::text = ANY (ARRAY[('quarantined'::character varying)::text, ('voided'::character varying)::text])) AND (NOT ((reason)::text = ''::text)))))
)
PARTITION BY RANGE (recorded_at);

ALTER TABLE public.usage_usageevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_usageevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usage_usageposting (
    id uuid NOT NULL,
    kind character varying(9) NOT NULL,
    traffic_source character varying(32) NOT NULL,
    amount_micros bigint NOT NULL,
    item_count integer NOT NULL,
    tokens bigint NOT NULL,
    resources character varying(64)[] DEFAULT '{}'::character varying(64)[] NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    hold_id uuid,
    organization_id uuid NOT NULL,
    transfer_id bigint,
    CONSTRAINT usage_usageposting_moves_money_or_is_zero CHECK ((((amount_micros = 0) AND (transfer_id IS NULL)) OR ((NOT (amount_micros = 0)) AND (transfer_id IS NOT NULL))))
);

CREATE TABLE public.usage_vendorbill (
    id bigint NOT NULL,
    vendor character varying(64) NOT NULL,
    models_begin_with character varying(128) NOT NULL,
    currency character varying(3) NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    amount_micros bigint NOT NULL,
    reason character varying(500) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    meter_id bigint NOT NULL,
    account character varying(64) NOT NULL,
    CONSTRAINT usage_vendorbill_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT usage_vendorbill_days_in_order CHECK ((last_day >= first_day))
);

ALTER TABLE public.usage_vendorbill ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usage_vendorbill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_batch (
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    origin character varying(9) NOT NULL,
    state character varying(10) NOT NULL,
    amount_micros bigint NOT NULL,
    currency character varying(3) NOT NULL,
    code_count integer NOT NULL,
    generated_count integer NOT NULL,
    prefix character varying(16) NOT NULL,
    max_redemptions integer NOT NULL,
    max_per_organization integer NOT NULL,
    max_codes_per_organization integer,
    starts_at timestamp with time zone,
    expires_at timestamp with time zone,
    credit_days integer,
    tag character varying(60) NOT NULL,
    note text NOT NULL,
    key_fingerprint character varying(16) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    generated_at timestamp with time zone,
    downloaded_by character varying(200) NOT NULL,
    downloaded_at timestamp with time zone,
    CONSTRAINT vouchers_batch_active_is_complete CHECK (((NOT ((state)::text = ANY (ARRAY[('active'::character varying)::text, ('disabled'::character varying)::text]))) OR (generated_count = code_count))),
    CONSTRAINT vouchers_batch_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT vouchers_batch_code_count CHECK (((code_count >= 1) AND (code_count <= 100000))),
    CONSTRAINT vouchers_batch_code_count_check CHECK ((code_count >= 0)),
    CONSTRAINT vouchers_batch_credit_days_check CHECK ((credit_days >= 0)),
    CONSTRAINT vouchers_batch_currency_code CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT vouchers_batch_downloaded_after_generation CHECK (((downloaded_at IS NULL) OR ((generated_at IS NOT NULL) AND ((origin)::text = 'generated'::text)))),
    CONSTRAINT vouchers_batch_expires_after_start CHECK (((starts_at IS NULL) OR (expires_at IS NULL) OR (expires_at > starts_at))),
    CONSTRAINT vouchers_batch_generated_count_check CHECK ((generated_count >= 0)),
    CONSTRAINT vouchers_batch_generated_within_count CHECK ((generated_count <= code_count)),
    CONSTRAINT vouchers_batch_limits_positive CHECK (((max_per_organization >= 1) AND (max_redemptions >= max_per_organization) AND ((max_codes_per_organization IS NULL) OR (max_codes_per_organization >= 1)))),
    CONSTRAINT vouchers_batch_max_codes_per_organization_check CHECK ((max_codes_per_organization >= 0)),
    CONSTRAINT vouchers_batch_max_per_organization_check CHECK ((max_per_organization >= 0)),
    CONSTRAINT vouchers_batch_max_redemptions_check CHECK ((max_redemptions >= 0))
);

CREATE TABLE public.vouchers_batch_organizations (
    id bigint NOT NULL,
    batch_id uuid NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.vouchers_batch_organizations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vouchers_batch_organizations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_batch_plans (
    id bigint NOT NULL,
    batch_id uuid NOT NULL,
    plan_id bigint NOT NULL
);

ALTER TABLE public.vouchers_batch_plans ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vouchers_batch_plans_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_batchevent (
    id bigint NOT NULL,
    action character varying(40) NOT NULL,
    reason text NOT NULL,
    details jsonb NOT NULL,
    done_by character varying(200) NOT NULL,
    done_at timestamp with time zone NOT NULL,
    batch_id uuid NOT NULL,
    voucher_id bigint
);

ALTER TABLE public.vouchers_batchevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vouchers_batchevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_redemption (
    id uuid NOT NULL,
    number integer NOT NULL,
    amount_micros bigint NOT NULL,
    call_id uuid NOT NULL,
    balance_after_micros bigint NOT NULL,
    redeemed_by character varying(200) NOT NULL,
    redeemed_at timestamp with time zone NOT NULL,
    batch_id uuid NOT NULL,
    discount_id bigint,
    grant_id bigint,
    organization_id uuid NOT NULL,
    voucher_id bigint NOT NULL,
    CONSTRAINT vouchers_redemption_amount_not_negative CHECK ((amount_micros >= 0)),
    CONSTRAINT vouchers_redemption_gave_one_thing CHECK ((((discount_id IS NULL) AND (grant_id IS NOT NULL)) OR ((discount_id IS NOT NULL) AND (grant_id IS NULL)))),
    CONSTRAINT vouchers_redemption_number_check CHECK ((number >= 0)),
    CONSTRAINT vouchers_redemption_numbered_from_one CHECK ((number >= 1))
);

CREATE TABLE public.vouchers_redemptionreversal (
    id bigint NOT NULL,
    taken_micros bigint NOT NULL,
    reason text NOT NULL,
    taken_by character varying(200) NOT NULL,
    taken_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    CONSTRAINT vouchers_redemptionreversal_not_negative CHECK ((taken_micros >= 0))
);

ALTER TABLE public.vouchers_redemptionreversal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vouchers_redemptionreversal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_voucher (
    id bigint NOT NULL,
    number integer NOT NULL,
    code_hash character varying(64) NOT NULL,
    masked character varying(80) NOT NULL,
    max_redemptions integer NOT NULL,
    redemption_count integer NOT NULL,
    disabled_at timestamp with time zone,
    revoked_at timestamp with time zone,
    batch_id uuid NOT NULL,
    CONSTRAINT vouchers_voucher_limit_positive CHECK ((max_redemptions >= 1)),
    CONSTRAINT vouchers_voucher_max_redemptions_check CHECK ((max_redemptions >= 0)),
    CONSTRAINT vouchers_voucher_number_check CHECK ((number >= 0)),
    CONSTRAINT vouchers_voucher_redemption_count_check CHECK ((redemption_count >= 0)),
    CONSTRAINT vouchers_voucher_within_limit CHECK ((redemption_count <= max_redemptions))
);

ALTER TABLE public.vouchers_voucher ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.vouchers_voucher_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.vouchers_wrongcodes (
    organization_id uuid NOT NULL,
    moments jsonb NOT NULL
);

CREATE TABLE public.wallets_bucket (
    id uuid NOT NULL,
    value character varying(128) NOT NULL,
    held_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    budget_id uuid NOT NULL,
    CONSTRAINT wallets_bucket_held_not_negative CHECK ((held_micros >= 0))
);

CREATE TABLE public.wallets_bucketperiod (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    spent_micros bigint NOT NULL,
    added_micros bigint NOT NULL,
    alarms smallint[] NOT NULL,
    reached_at timestamp with time zone,
    refused_at timestamp with time zone,
    is_closed boolean NOT NULL,
    version bigint NOT NULL,
    bucket_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_bucketperiod_added_not_negative CHECK ((added_micros >= 0)),
    CONSTRAINT wallets_bucketperiod_ends_after_start CHECK (((ends_on IS NULL) OR (ends_on > starts_on)))
);

ALTER TABLE public.wallets_bucketperiod ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_bucketperiod_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_budget (
    id uuid NOT NULL,
    slug character varying(64) NOT NULL,
    name character varying(100) NOT NULL,
    kind character varying(9) NOT NULL,
    scope jsonb NOT NULL,
    scope_digest character varying(64) NOT NULL,
    period character varying(14) NOT NULL,
    starts_on date,
    ends_on date,
    limit_micros bigint,
    mode character varying(4) NOT NULL,
    thresholds smallint[] NOT NULL,
    when_missing character varying(6) NOT NULL,
    counts_from date NOT NULL,
    kept_from date,
    set_by character varying(8) NOT NULL,
    version bigint NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_budget_limit_not_negative CHECK ((limit_micros >= 0)),
    CONSTRAINT wallets_budget_own_has_a_limit CHECK ((((kind)::text = 'resources'::text) OR (limit_micros IS NOT NULL)))
);

CREATE TABLE public.wallets_budgetaddition (
    id bigint NOT NULL,
    starts_on date NOT NULL,
    amount_micros bigint NOT NULL,
    reason character varying(200) NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    bucket_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_budgetaddition_positive CHECK ((amount_micros > 0))
);

ALTER TABLE public.wallets_budgetaddition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_budgetaddition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_chargenet (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    undone_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    CONSTRAINT wallets_chargenet_undone_within_amount CHECK (((undone_micros >= 0) AND (undone_micros <= amount_micros)))
);

ALTER TABLE public.wallets_chargenet ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_chargenet_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_chargereversal (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    charge_id bigint NOT NULL,
    transfer_id bigint NOT NULL,
    CONSTRAINT wallets_chargereversal_amount_positive CHECK ((amount_micros > 0))
);

ALTER TABLE public.wallets_chargereversal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_chargereversal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_consumption (
    id bigint NOT NULL,
    number bigint NOT NULL,
    amount_micros bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    grant_id bigint NOT NULL,
    CONSTRAINT wallets_consumption_not_zero CHECK ((NOT (amount_micros = 0)))
);

ALTER TABLE public.wallets_consumption ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_consumption_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_daytotal (
    id bigint NOT NULL,
    day date NOT NULL,
    kind character varying(24) NOT NULL,
    amount_micros bigint NOT NULL,
    entry_count bigint NOT NULL,
    organization_id uuid NOT NULL
);

ALTER TABLE public.wallets_daytotal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_daytotal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_grant (
    id bigint NOT NULL,
    source character varying(14) NOT NULL,
    priority smallint NOT NULL,
    is_paid boolean NOT NULL,
    amount_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    held_micros bigint NOT NULL,
    paid_micros bigint NOT NULL,
    returned_micros bigint NOT NULL,
    lapsed_micros bigint NOT NULL,
    freezes jsonb,
    granted_at timestamp with time zone NOT NULL,
    starts_at timestamp with time zone,
    expires_at timestamp with time zone,
    burn_key character varying(52) NOT NULL,
    key character varying(200) NOT NULL,
    description character varying(500) NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    is_open boolean GENERATED ALWAYS AS ((remaining_micros > 0)) STORED,
    CONSTRAINT wallets_grant_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT wallets_grant_held_not_negative CHECK ((held_micros >= 0)),
    CONSTRAINT wallets_grant_held_within_remaining CHECK ((held_micros <= remaining_micros)),
    CONSTRAINT wallets_grant_lapsed_not_negative CHECK ((lapsed_micros >= 0)),
    CONSTRAINT wallets_grant_paid_not_negative CHECK ((paid_micros >= 0)),
    CONSTRAINT wallets_grant_remaining_within_amount CHECK ((remaining_micros <= amount_micros)),
    CONSTRAINT wallets_grant_returned_not_negative CHECK ((returned_micros >= 0))
)
WITH (fillfactor='70');

ALTER TABLE public.wallets_grant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_grant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_grantreturn (
    id bigint NOT NULL,
    grant_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL
);

ALTER TABLE public.wallets_grantreturn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_grantreturn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_holdslice (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    is_freeze boolean NOT NULL,
    grant_id bigint NOT NULL,
    hold_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_holdslice_positive CHECK ((amount_micros > 0))
);

ALTER TABLE public.wallets_holdslice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_holdslice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_refusal (
    id bigint NOT NULL,
    minute timestamp with time zone NOT NULL,
    reason character varying(22) NOT NULL,
    budget character varying(64) NOT NULL,
    bucket character varying(128) NOT NULL,
    count integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    last_work jsonb NOT NULL,
    last_requested_micros bigint NOT NULL,
    last_missing_micros bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_refusal_counted CHECK ((count > 0))
);

ALTER TABLE public.wallets_refusal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_refusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_shortfall (
    id bigint NOT NULL,
    amount_micros bigint NOT NULL,
    remaining_micros bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    transfer_id bigint NOT NULL,
    CONSTRAINT wallets_shortfall_amount_positive CHECK ((amount_micros > 0)),
    CONSTRAINT wallets_shortfall_remaining_within_amount CHECK (((remaining_micros >= 0) AND (remaining_micros <= amount_micros)))
);

ALTER TABLE public.wallets_shortfall ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_shortfall_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wallets_wallet (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    alert_thresholds_micros bigint[] NOT NULL,
    alert_mail boolean NOT NULL,
    alarm_bits integer NOT NULL,
    alarm_version bigint NOT NULL,
    alarms_mailed jsonb NOT NULL,
    account_id bigint NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT wallets_wallet_alarms_of_thresholds CHECK (((alert_thresholds_micros[1] = 0) AND (
CASE
    WHEN (alert_thresholds_micros IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(alert_thresholds_micros, 1), 0)
END <= 9) AND (alarm_bits >= 0) AND (alarm_bits < 512)))
);

ALTER TABLE public.wallets_wallet ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wallets_wallet_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.webhooks_webhookdelivery (
    id uuid NOT NULL,
    state character varying(9) NOT NULL,
    tries jsonb NOT NULL,
    failures smallint NOT NULL,
    next_try_at timestamp with time zone,
    leased_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT webhooks_webhookdelivery_failures_check CHECK ((failures >= 0)),
    CONSTRAINT webhooks_webhookdelivery_pending_is_due CHECK ((((next_try_at IS NOT NULL) AND ((state)::text = 'pending'::text)) OR ((NOT ((state)::text = 'pending'::text)) AND (leased_until IS NULL) AND (next_try_at IS NULL))))
);

CREATE TABLE public.webhooks_webhookendpoint (
    id uuid NOT NULL,
    url character varying(2000) NOT NULL,
    description character varying(200) NOT NULL,
    types jsonb NOT NULL,
    secret bytea NOT NULL,
    secret_hint character varying(4) NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamp with time zone,
    last_success_at timestamp with time zone,
    failing_since timestamp with time zone,
    failures integer NOT NULL,
    last_failure_at timestamp with time zone,
    told_of character varying(8) NOT NULL,
    disabled_at timestamp with time zone,
    disabled_because character varying(21) NOT NULL,
    version integer NOT NULL,
    created_by character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL,
    CONSTRAINT webhooks_webhookendpoint_disabled_has_a_reason CHECK ((((disabled_at IS NULL) AND ((disabled_because)::text = ''::text)) OR ((disabled_at IS NOT NULL) AND (NOT ((disabled_because)::text = ''::text))))),
    CONSTRAINT webhooks_webhookendpoint_failing_has_failures CHECK ((((failing_since IS NULL) AND (failures = 0)) OR ((failing_since IS NOT NULL) AND (failures > 0)))),
    CONSTRAINT webhooks_webhookendpoint_failures_check CHECK ((failures >= 0)),
    CONSTRAINT webhooks_webhookendpoint_overlap_has_a_secret CHECK ((((previous_secret IS NULL) AND (previous_secret_until IS NULL)) OR ((previous_secret IS NOT NULL) AND (previous_secret_until IS NOT NULL)))),
    CONSTRAINT webhooks_webhookendpoint_version_check CHECK ((version >= 0))
);

CREATE TABLE public.webhooks_webhookevent (
    id uuid NOT NULL,
    sequence bigint NOT NULL,
    type character varying(40) NOT NULL,
    key character varying(150) NOT NULL,
    body text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    organization_id uuid NOT NULL
);

CREATE TABLE public.webhooks_webhooksequence (
    organization_id uuid NOT NULL,
    last bigint NOT NULL
);

INSERT INTO public.auditlog_logentry VALUES
	(1, '1', 1, 'Viewer', 1, '{"permissions": {"type": "m2m", "objects": ["Approvals | approval | Can view approval", "Approvals | row of a bulk action | Can view row of a bulk action", "Approvals | bulk action | Can view bulk action", "Approvals | action without approval | Can view action without approval", "Audit log | log entry | Can view log entry", "Back office | imported file | Can view imported file", "Back office | note | Can view note", "Back office | preference | Can view preference", "Back office | saved view | Can add saved view", "Back office | saved view | Can change saved view", "Back office | saved view | Can delete saved view", "Back office | saved view | Can view saved view", "Bank | bank file | Can view bank file", "Bank | bank identity | Can view bank identity", "Bank | bank line | Can view bank line", "Bank | bank statement | Can view bank statement", "Bank | CSV format | Can view CSV format", "Bank | seller book | Can view seller book", "Sellers and billing profiles | billing profile | Can view billing profile", "Sellers and billing profiles | exchange rate | Can view exchange rate", "Sellers and billing profiles | external id | Can view external id", "Sellers and billing profiles | number range | Can view number range", "Sellers and billing profiles | seller | Can view seller", "Sellers and billing profiles | seller bank account | Can view seller bank account", "Sellers and billing profiles | tax rate | Can view tax rate", "Contracts | contract | Can view contract", "Contracts | price of a contract | Can view price of a contract", "Contracts | contract version | Can view contract version", "Contracts | installment | Can view installment", "Contracts | installment discount | Can view installment discount", "Contracts | installment payment | Can view installment payment", "Contracts | installment refund | Can view installment refund", "Contracts | installment overpayment | Can view installment overpayment", "Contracts | service agreement | Can view service agreement", "Contracts | month of service revenue | Can view month of service revenue", "Demo | history | Can view history", "Dunning | customer policy | Can view customer policy", "Dunning | disputed invoice | Can view disputed invoice", "Dunning | dunning case | Can view dunning case", "Dunning | step of a dunning case | Can view step of a dunning case", "Dunning | dunning policy | Can view dunning policy", "Dunning | dunning step | Can view dunning step", "Dunning | skipped first step | Can view skipped first step", "Idempotency | idempotent call | Can view idempotent call", "Invoices | payment of an invoice | Can view payment of an invoice", "Invoices | invoice | Can view invoice", "Invoices | invoice line | Can view invoice line", "Invoices | paper of an invoice | Can view paper of an invoice", "Invoices | invoice party | Can view invoice party", "Invoices | invoice tax | Can view invoice tax", "Invoices | invoiced month | Can view invoiced month", "Invoices | money received | Can view money received", "Invoices | tax calculation | Can view tax calculation", "Invoices | write-off of an invoice | Can view write-off of an invoice", "Ledger | account | Can view account", "Ledger | book | Can view book", "Ledger | book note | Can view book note", "Ledger | checkpoint | Can view checkpoint", "Ledger | entry | Can view entry", "Ledger | hold | Can view hold", "Ledger | hold total | Can view hold total", "Ledger | transfer | Can view transfer", "Email | contact | Can view contact", "Email | email | Can view email", "Email | email opt-out | Can view email opt-out", "Outbox | scheduled job | Can view scheduled job", "Outbox | outbox message | Can view outbox message", "Papers | paper | Can view paper", "Payments | balance transaction | Can view balance transaction", "Payments | checkout part | Can view checkout part", "Payments | checkout session | Can view checkout session", "Payments | dispute | Can view dispute", "Payments | invoice part | Can view invoice part", "Payments | mandate | Can view mandate", "Payments | payment issue | Can view payment issue", "Payments | payment link | Can view payment link", "Payments | payment part | Can view payment part", "Payments | payment return | Can view payment return", "Payments | payout | Can view payout", "Payments | payout part | Can view payout part", "Payments | refund | Can view refund", "Payments | Stripe customer | Can view Stripe customer", "Payments | Stripe event | Can view Stripe event", "Payments | Stripe invoice | Can view Stripe invoice", "Payments | Stripe payment | Can view Stripe payment", "Payments | Stripe request | Can view Stripe request", "Payments | sweep mark | Can view sweep mark", "Payments | top-up invoice | Can view top-up invoice", "Plans | included quota | Can view included quota", "Plans | plan | Can view plan", "Plans | subscription | Can view subscription", "Pricing | kept prices | Can view kept prices", "Pricing | meter | Can view meter", "Pricing | alias of a model | Can view alias of a model", "Pricing | price book | Can view price book", "Pricing | price link | Can view price link", "Pricing | price list | Can view price list", "Pricing | price version | Can view price version", "Proofs | audit link | Can view audit link", "Proofs | day head | Can view day head", "Proofs | day root | Can view day root", "Proofs | proof mark | Can view proof mark", "Snapshots | balance snapshot | Can view balance snapshot", "Snapshots | collection failure | Can view collection failure", "Snapshots | collection source | Can view collection source", "Snapshots | cost snapshot | Can view cost snapshot", "Tenants | API key | Can view API key", "Tenants | identity link | Can view identity link", "Tenants | organization | Can view organization", "Tenants | platform key version | Can view platform key version", "Tenants | project | Can view project", "Tenants | US dollar rate | Can view US dollar rate", "Automatic top-up | automatic top-up | Can view automatic top-up", "Automatic top-up | top-up attempt | Can view top-up attempt", "Usage | active character | Can view active character", "Usage | archived month | Can view archived month", "Usage | breakdown total | Can view breakdown total", "Usage | call day | Can view call day", "Usage | character month | Can view character month", "Usage | cost difference | Can view cost difference", "Usage | cost correction | Can view cost correction", "Usage | counter | Can view counter", "Usage | distinct id | Can view distinct id", "Usage | distinct id day | Can view distinct id day", "Usage | event correction | Can view event correction", "Usage | event id | Can view event id", "Usage | future usage | Can view future usage", "Usage | late usage day | Can view late usage day", "Usage | margin alarm | Can view margin alarm", "Usage | metered organization | Can view metered organization", "Usage | minimum charge | Can view minimum charge", "Usage | month close | Can view month close", "Usage | month figure | Can view month figure", "Usage | month value | Can view month value", "Usage | other event id | Can view other event id", "Usage | quarantined event | Can view quarantined event", "Usage | recent archived event | Can view recent archived event", "Usage | report endpoint | Can view report endpoint", "Usage | report finding | Can view report finding", "Usage | unit alert | Can view unit alert", "Usage | unknown model | Can view unknown model", "Usage | usage day | Can view usage day", "Usage | usage event | Can view usage event", "Usage | usage posting | Can view usage posting", "Usage | vendor bill | Can view vendor bill", "Vouchers | voucher batch | Can view voucher batch", "Vouchers | voucher event | Can view voucher event", "Vouchers | redemption | Can view redemption", "Vouchers | redemption reversal | Can view redemption reversal", "Vouchers | voucher | Can view voucher", "Vouchers | wrong voucher codes | Can view wrong voucher codes", "Wallets | bucket | Can view bucket", "Wallets | bucket period | Can view bucket period", "Wallets | budget | Can view budget", "Wallets | budget addition | Can view budget addition", "Wallets | charge net | Can view charge net", "Wallets | charge reversal | Can view charge reversal", "Wallets | consumption | Can view consumption", "Wallets | day total | Can view day total", "Wallets | grant | Can view grant", "Wallets | grant return | Can view grant return", "Wallets | hold slice | Can view hold slice", "Wallets | refusal | Can view refusal", "Wallets | shortfall | Can view shortfall", "Wallets | wallet | Can view wallet", "Webhooks | webhook delivery | Can view webhook delivery", "Webhooks | webhook endpoint | Can view webhook endpoint", "Webhooks | webhook event | Can view webhook event", "Webhooks | webhook sequence | Can view webhook sequence"], "operation": "add"}}', now(), NULL, 3, NULL, NULL, NULL, NULL, '', NULL, NULL),
	(2, '2', 2, 'Support', 1, '{"permissions": {"type": "m2m", "objects": ["Approvals | approval | Can view approval", "Approvals | row of a bulk action | Can view row of a bulk action", "Approvals | bulk action | Can view bulk action", "Approvals | action without approval | Can view action without approval", "Audit log | log entry | Can view log entry", "Back office | imported file | Can view imported file", "Back office | note | Can add note", "Back office | note | Can change note", "Back office | note | Can view note", "Back office | preference | Can view preference", "Back office | saved view | Can add saved view", "Back office | saved view | Can change saved view", "Back office | saved view | Can delete saved view", "Back office | saved view | Can view saved view", "Back office | staff permission | Can export lists", "Back office | staff permission | Can replay webhooks and send parked work again", "Back office | staff permission | Can see what the API answers a customer", "Bank | bank file | Can view bank file", "Bank | bank identity | Can view bank identity", "Bank | bank line | Can view bank line", "Bank | bank statement | Can view bank statement", "Bank | CSV format | Can view CSV format", "Bank | seller book | Can view seller book", "Sellers and billing profiles | billing profile | Can view billing profile", "Sellers and billing profiles | exchange rate | Can view exchange rate", "Sellers and billing profiles | external id | Can view external id", "Sellers and billing profiles | number range | Can view number range", "Sellers and billing profiles | seller | Can view seller", "Sellers and billing profiles | seller bank account | Can view seller bank account", "Sellers and billing profiles | tax rate | Can view tax rate", "Contracts | contract | Can view contract", "Contracts | price of a contract | Can view price of a contract", "Contracts | contract version | Can view contract version", "Contracts | installment | Can view installment", "Contracts | installment discount | Can view installment discount", "Contracts | installment payment | Can view installment payment", "Contracts | installment refund | Can view installment refund", "Contracts | installment overpayment | Can view installment overpayment", "Contracts | service agreement | Can view service agreement", "Contracts | month of service revenue | Can view month of service revenue", "Demo | history | Can view history", "Dunning | customer policy | Can view customer policy", "Dunning | disputed invoice | Can view disputed invoice", "Dunning | dunning case | Can view dunning case", "Dunning | step of a dunning case | Can view step of a dunning case", "Dunning | dunning policy | Can view dunning policy", "Dunning | dunning step | Can view dunning step", "Dunning | skipped first step | Can view skipped first step", "Idempotency | idempotent call | Can view idempotent call", "Invoices | payment of an invoice | Can view payment of an invoice", "Invoices | invoice | Can view invoice", "Invoices | invoice line | Can view invoice line", "Invoices | paper of an invoice | Can view paper of an invoice", "Invoices | invoice party | Can view invoice party", "Invoices | invoice tax | Can view invoice tax", "Invoices | invoiced month | Can view invoiced month", "Invoices | money received | Can view money received", "Invoices | tax calculation | Can view tax calculation", "Invoices | write-off of an invoice | Can view write-off of an invoice", "Ledger | account | Can view account", "Ledger | book | Can view book", "Ledger | book note | Can view book note", "Ledger | checkpoint | Can view checkpoint", "Ledger | entry | Can view entry", "Ledger | hold | Can view hold", "Ledger | hold total | Can view hold total", "Ledger | transfer | Can view transfer", "Email | contact | Can view contact", "Email | email | Can view email", "Email | email opt-out | Can view email opt-out", "Outbox | scheduled job | Can view scheduled job", "Outbox | outbox message | Can view outbox message", "Papers | paper | Can view paper", "Payments | balance transaction | Can view balance transaction", "Payments | checkout part | Can view checkout part", "Payments | checkout session | Can view checkout session", "Payments | dispute | Can view dispute", "Payments | invoice part | Can view invoice part", "Payments | mandate | Can view mandate", "Payments | payment issue | Can view payment issue", "Payments | payment link | Can view payment link", "Payments | payment part | Can view payment part", "Payments | payment return | Can view payment return", "Payments | payout | Can view payout", "Payments | payout part | Can view payout part", "Payments | refund | Can view refund", "Payments | Stripe customer | Can view Stripe customer", "Payments | Stripe event | Can view Stripe event", "Payments | Stripe invoice | Can view Stripe invoice", "Payments | Stripe payment | Can view Stripe payment", "Payments | Stripe request | Can view Stripe request", "Payments | sweep mark | Can view sweep mark", "Payments | top-up invoice | Can view top-up invoice", "Plans | included quota | Can view included quota", "Plans | plan | Can view plan", "Plans | subscription | Can view subscription", "Pricing | kept prices | Can view kept prices", "Pricing | meter | Can view meter", "Pricing | alias of a model | Can view alias of a model", "Pricing | price book | Can view price book", "Pricing | price link | Can view price link", "Pricing | price list | Can view price list", "Pricing | price version | Can view price version", "Proofs | audit link | Can view audit link", "Proofs | day head | Can view day head", "Proofs | day root | Can view day root", "Proofs | proof mark | Can view proof mark", "Snapshots | balance snapshot | Can view balance snapshot", "Snapshots | collection failure | Can view collection failure", "Snapshots | collection source | Can view collection source", "Snapshots | cost snapshot | Can view cost snapshot", "Tenants | API key | Can add API key", "Tenants | API key | Can change API key", "Tenants | API key | Can view API key", "Tenants | identity link | Can add identity link", "Tenants | identity link | Can view identity link", "Tenants | organization | Can view organization", "Tenants | platform key version | Can view platform key version", "Tenants | project | Can view project", "Tenants | US dollar rate | Can view US dollar rate", "Automatic top-up | automatic top-up | Can view automatic top-up", "Automatic top-up | top-up attempt | Can view top-up attempt", "Usage | active character | Can view active character", "Usage | archived month | Can view archived month", "Usage | breakdown total | Can view breakdown total", "Usage | call day | Can view call day", "Usage | character month | Can view character month", "Usage | cost difference | Can view cost difference", "Usage | cost correction | Can view cost correction", "Usage | counter | Can view counter", "Usage | distinct id | Can view distinct id", "Usage | distinct id day | Can view distinct id day", "Usage | event correction | Can view event correction", "Usage | event id | Can view event id", "Usage | future usage | Can view future usage", "Usage | late usage day | Can view late usage day", "Usage | margin alarm | Can view margin alarm", "Usage | metered organization | Can view metered organization", "Usage | minimum charge | Can view minimum charge", "Usage | month close | Can view month close", "Usage | month figure | Can view month figure", "Usage | month value | Can view month value", "Usage | other event id | Can view other event id", "Usage | quarantined event | Can view quarantined event", "Usage | recent archived event | Can view recent archived event", "Usage | report endpoint | Can add report endpoint", "Usage | report endpoint | Can change report endpoint", "Usage | report endpoint | Can view report endpoint", "Usage | report finding | Can view report finding", "Usage | unit alert | Can view unit alert", "Usage | unknown model | Can view unknown model", "Usage | usage day | Can view usage day", "Usage | usage event | Can view usage event", "Usage | usage posting | Can view usage posting", "Usage | vendor bill | Can view vendor bill", "Vouchers | voucher batch | Can view voucher batch", "Vouchers | voucher event | Can view voucher event", "Vouchers | redemption | Can view redemption", "Vouchers | redemption reversal | Can view redemption reversal", "Vouchers | voucher | Can view voucher", "Vouchers | wrong voucher codes | Can view wrong voucher codes", "Wallets | bucket | Can view bucket", "Wallets | bucket period | Can view bucket period", "Wallets | budget | Can view budget", "Wallets | budget addition | Can view budget addition", "Wallets | charge net | Can view charge net", "Wallets | charge reversal | Can view charge reversal", "Wallets | consumption | Can view consumption", "Wallets | day total | Can view day total", "Wallets | grant | Can view grant", "Wallets | grant return | Can view grant return", "Wallets | hold slice | Can view hold slice", "Wallets | refusal | Can view refusal", "Wallets | shortfall | Can view shortfall", "Wallets | wallet | Can view wallet", "Webhooks | webhook delivery | Can view webhook delivery", "Webhooks | webhook endpoint | Can view webhook endpoint", "Webhooks | webhook event | Can view webhook event", "Webhooks | webhook sequence | Can view webhook sequence"], "operation": "add"}}', now(), NULL, 3, NULL, NULL, NULL, NULL, '', NULL, NULL),
	(3, '3', 3, 'Billing', 1, '{"permissions": {"type": "m2m", "objects": ["Approvals | approval | Can view approval", "Approvals | row of a bulk action | Can view row of a bulk action", "Approvals | bulk action | Can view bulk action", "Approvals | action without approval | Can view action without approval", "Audit log | log entry | Can view log entry", "Back office | imported file | Can view imported file", "Back office | note | Can add note", "Back office | note | Can change note", "Back office | note | Can view note", "Back office | preference | Can view preference", "Back office | saved view | Can add saved view", "Back office | saved view | Can change saved view", "Back office | saved view | Can delete saved view", "Back office | saved view | Can view saved view", "Back office | staff permission | Can export lists", "Back office | staff permission | Can grant, deduct, reverse, refund, settle and write off", "Back office | staff permission | Can replay webhooks and send parked work again", "Back office | staff permission | Can see what the API answers a customer", "Bank | bank file | Can add bank file", "Bank | bank file | Can change bank file", "Bank | bank file | Can delete bank file", "Bank | bank file | Can view bank file", "Bank | bank identity | Can add bank identity", "Bank | bank identity | Can change bank identity", "Bank | bank identity | Can delete bank identity", "Bank | bank identity | Can view bank identity", "Bank | bank line | Can add bank line", "Bank | bank line | Can change bank line", "Bank | bank line | Can delete bank line", "Bank | bank line | Can view bank line", "Bank | bank statement | Can add bank statement", "Bank | bank statement | Can change bank statement", "Bank | bank statement | Can delete bank statement", "Bank | bank statement | Can view bank statement", "Bank | CSV format | Can add CSV format", "Bank | CSV format | Can change CSV format", "Bank | CSV format | Can delete CSV format", "Bank | CSV format | Can view CSV format", "Bank | seller book | Can add seller book", "Bank | seller book | Can change seller book", "Bank | seller book | Can delete seller book", "Bank | seller book | Can view seller book", "Sellers and billing profiles | billing profile | Can add billing profile", "Sellers and billing profiles | billing profile | Can change billing profile", "Sellers and billing profiles | billing profile | Can delete billing profile", "Sellers and billing profiles | billing profile | Can view billing profile", "Sellers and billing profiles | exchange rate | Can view exchange rate", "Sellers and billing profiles | external id | Can add external id", "Sellers and billing profiles | external id | Can change external id", "Sellers and billing profiles | external id | Can delete external id", "Sellers and billing profiles | external id | Can view external id", "Sellers and billing profiles | number range | Can view number range", "Sellers and billing profiles | seller | Can view seller", "Sellers and billing profiles | seller bank account | Can view seller bank account", "Sellers and billing profiles | tax rate | Can view tax rate", "Contracts | contract | Can add contract", "Contracts | contract | Can change contract", "Contracts | contract | Can delete contract", "Contracts | contract | Can view contract", "Contracts | price of a contract | Can add price of a contract", "Contracts | price of a contract | Can change price of a contract", "Contracts | price of a contract | Can delete price of a contract", "Contracts | price of a contract | Can view price of a contract", "Contracts | contract version | Can add contract version", "Contracts | contract version | Can change contract version", "Contracts | contract version | Can delete contract version", "Contracts | contract version | Can view contract version", "Contracts | installment | Can add installment", "Contracts | installment | Can change installment", "Contracts | installment | Can delete installment", "Contracts | installment | Can view installment", "Contracts | installment discount | Can add installment discount", "Contracts | installment discount | Can change installment discount", "Contracts | installment discount | Can delete installment discount", "Contracts | installment discount | Can view installment discount", "Contracts | installment payment | Can add installment payment", "Contracts | installment payment | Can change installment payment", "Contracts | installment payment | Can delete installment payment", "Contracts | installment payment | Can view installment payment", "Contracts | installment refund | Can add installment refund", "Contracts | installment refund | Can change installment refund", "Contracts | installment refund | Can delete installment refund", "Contracts | installment refund | Can view installment refund", "Contracts | installment overpayment | Can add installment overpayment", "Contracts | installment overpayment | Can change installment overpayment", "Contracts | installment overpayment | Can delete installment overpayment", "Contracts | installment overpayment | Can view installment overpayment", "Contracts | service agreement | Can add service agreement", "Contracts | service agreement | Can change service agreement", "Contracts | service agreement | Can delete service agreement", "Contracts | service agreement | Can view service agreement", "Contracts | month of service revenue | Can add month of service revenue", "Contracts | month of service revenue | Can change month of service revenue", "Contracts | month of service revenue | Can delete month of service revenue", "Contracts | month of service revenue | Can view month of service revenue", "Demo | history | Can view history", "Dunning | customer policy | Can add customer policy", "Dunning | customer policy | Can change customer policy", "Dunning | customer policy | Can delete customer policy", "Dunning | customer policy | Can view customer policy", "Dunning | disputed invoice | Can add disputed invoice", "Dunning | disputed invoice | Can change disputed invoice", "Dunning | disputed invoice | Can delete disputed invoice", "Dunning | disputed invoice | Can view disputed invoice", "Dunning | dunning case | Can add dunning case", "Dunning | dunning case | Can change dunning case", "Dunning | dunning case | Can delete dunning case", "Dunning | dunning case | Can view dunning case", "Dunning | step of a dunning case | Can add step of a dunning case", "Dunning | step of a dunning case | Can change step of a dunning case", "Dunning | step of a dunning case | Can delete step of a dunning case", "Dunning | step of a dunning case | Can view step of a dunning case", "Dunning | dunning policy | Can add dunning policy", "Dunning | dunning policy | Can change dunning policy", "Dunning | dunning policy | Can delete dunning policy", "Dunning | dunning policy | Can view dunning policy", "Dunning | dunning step | Can add dunning step", "Dunning | dunning step | Can change dunning step", "Dunning | dunning step | Can delete dunning step", "Dunning | dunning step | Can view dunning step", "Dunning | skipped first step | Can add skipped first step", "Dunning | skipped first step | Can change skipped first step", "Dunning | skipped first step | Can delete skipped first step", "Dunning | skipped first step | Can view skipped first step", "Idempotency | idempotent call | Can view idempotent call", "Invoices | payment of an invoice | Can add payment of an invoice", "Invoices | payment of an invoice | Can change payment of an invoice", "Invoices | payment of an invoice | Can delete payment of an invoice", "Invoices | payment of an invoice | Can view payment of an invoice", "Invoices | invoice | Can add invoice", "Invoices | invoice | Can change invoice", "Invoices | invoice | Can delete invoice", "Invoices | invoice | Can view invoice", "Invoices | invoice line | Can add invoice line", "Invoices | invoice line | Can change invoice line", "Invoices | invoice line | Can delete invoice line", "Invoices | invoice line | Can view invoice line", "Invoices | paper of an invoice | Can add paper of an invoice", "Invoices | paper of an invoice | Can change paper of an invoice", "Invoices | paper of an invoice | Can delete paper of an invoice", "Invoices | paper of an invoice | Can view paper of an invoice", "Invoices | invoice party | Can add invoice party", "Invoices | invoice party | Can change invoice party", "Invoices | invoice party | Can delete invoice party", "Invoices | invoice party | Can view invoice party", "Invoices | invoice tax | Can add invoice tax", "Invoices | invoice tax | Can change invoice tax", "Invoices | invoice tax | Can delete invoice tax", "Invoices | invoice tax | Can view invoice tax", "Invoices | invoiced month | Can add invoiced month", "Invoices | invoiced month | Can change invoiced month", "Invoices | invoiced month | Can delete invoiced month", "Invoices | invoiced month | Can view invoiced month", "Invoices | money received | Can add money received", "Invoices | money received | Can change money received", "Invoices | money received | Can delete money received", "Invoices | money received | Can view money received", "Invoices | tax calculation | Can add tax calculation", "Invoices | tax calculation | Can change tax calculation", "Invoices | tax calculation | Can delete tax calculation", "Invoices | tax calculation | Can view tax calculation", "Invoices | write-off of an invoice | Can add write-off of an invoice", "Invoices | write-off of an invoice | Can change write-off of an invoice", "Invoices | write-off of an invoice | Can delete write-off of an invoice", "Invoices | write-off of an invoice | Can view write-off of an invoice", "Ledger | account | Can view account", "Ledger | book | Can view book", "Ledger | book note | Can view book note", "Ledger | checkpoint | Can view checkpoint", "Ledger | entry | Can view entry", "Ledger | hold | Can view hold", "Ledger | hold total | Can view hold total", "Ledger | transfer | Can view transfer", "Email | contact | Can add contact", "Email | contact | Can change contact", "Email | contact | Can delete contact", "Email | contact | Can view contact", "Email | email | Can add email", "Email | email | Can change email", "Email | email | Can delete email", "Email | email | Can view email", "Email | email opt-out | Can add email opt-out", "Email | email opt-out | Can change email opt-out", "Email | email opt-out | Can delete email opt-out", "Email | email opt-out | Can view email opt-out", "Outbox | scheduled job | Can view scheduled job", "Outbox | outbox message | Can view outbox message", "Papers | paper | Can view paper", "Payments | balance transaction | Can add balance transaction", "Payments | balance transaction | Can change balance transaction", "Payments | balance transaction | Can delete balance transaction", "Payments | balance transaction | Can view balance transaction", "Payments | checkout part | Can add checkout part", "Payments | checkout part | Can change checkout part", "Payments | checkout part | Can delete checkout part", "Payments | checkout part | Can view checkout part", "Payments | checkout session | Can add checkout session", "Payments | checkout session | Can change checkout session", "Payments | checkout session | Can delete checkout session", "Payments | checkout session | Can view checkout session", "Payments | dispute | Can add dispute", "Payments | dispute | Can change dispute", "Payments | dispute | Can delete dispute", "Payments | dispute | Can view dispute", "Payments | invoice part | Can add invoice part", "Payments | invoice part | Can change invoice part", "Payments | invoice part | Can delete invoice part", "Payments | invoice part | Can view invoice part", "Payments | mandate | Can add mandate", "Payments | mandate | Can change mandate", "Payments | mandate | Can delete mandate", "Payments | mandate | Can view mandate", "Payments | payment issue | Can add payment issue", "Payments | payment issue | Can change payment issue", "Payments | payment issue | Can delete payment issue", "Payments | payment issue | Can view payment issue", "Payments | payment link | Can add payment link", "Payments | payment link | Can change payment link", "Payments | payment link | Can delete payment link", "Payments | payment link | Can view payment link", "Payments | payment part | Can add payment part", "Payments | payment part | Can change payment part", "Payments | payment part | Can delete payment part", "Payments | payment part | Can view payment part", "Payments | payment return | Can add payment return", "Payments | payment return | Can change payment return", "Payments | payment return | Can delete payment return", "Payments | payment return | Can view payment return", "Payments | payout | Can add payout", "Payments | payout | Can change payout", "Payments | payout | Can delete payout", "Payments | payout | Can view payout", "Payments | payout part | Can add payout part", "Payments | payout part | Can change payout part", "Payments | payout part | Can delete payout part", "Payments | payout part | Can view payout part", "Payments | refund | Can add refund", "Payments | refund | Can change refund", "Payments | refund | Can delete refund", "Payments | refund | Can view refund", "Payments | Stripe customer | Can add Stripe customer", "Payments | Stripe customer | Can change Stripe customer", "Payments | Stripe customer | Can delete Stripe customer", "Payments | Stripe customer | Can view Stripe customer", "Payments | Stripe event | Can add Stripe event", "Payments | Stripe event | Can change Stripe event", "Payments | Stripe event | Can delete Stripe event", "Payments | Stripe event | Can view Stripe event", "Payments | Stripe invoice | Can add Stripe invoice", "Payments | Stripe invoice | Can change Stripe invoice", "Payments | Stripe invoice | Can delete Stripe invoice", "Payments | Stripe invoice | Can view Stripe invoice", "Payments | Stripe payment | Can add Stripe payment", "Payments | Stripe payment | Can change Stripe payment", "Payments | Stripe payment | Can delete Stripe payment", "Payments | Stripe payment | Can view Stripe payment", "Payments | Stripe request | Can add Stripe request", "Payments | Stripe request | Can change Stripe request", "Payments | Stripe request | Can delete Stripe request", "Payments | Stripe request | Can view Stripe request", "Payments | sweep mark | Can add sweep mark", "Payments | sweep mark | Can change sweep mark", "Payments | sweep mark | Can delete sweep mark", "Payments | sweep mark | Can view sweep mark", "Payments | top-up invoice | Can add top-up invoice", "Payments | top-up invoice | Can change top-up invoice", "Payments | top-up invoice | Can delete top-up invoice", "Payments | top-up invoice | Can view top-up invoice", "Plans | included quota | Can add included quota", "Plans | included quota | Can change included quota", "Plans | included quota | Can delete included quota", "Plans | included quota | Can view included quota", "Plans | plan | Can add plan", "Plans | plan | Can change plan", "Plans | plan | Can delete plan", "Plans | plan | Can view plan", "Plans | subscription | Can add subscription", "Plans | subscription | Can change subscription", "Plans | subscription | Can delete subscription", "Plans | subscription | Can view subscription", "Pricing | kept prices | Can add kept prices", "Pricing | kept prices | Can change kept prices", "Pricing | kept prices | Can delete kept prices", "Pricing | kept prices | Can view kept prices", "Pricing | meter | Can add meter", "Pricing | meter | Can change meter", "Pricing | meter | Can delete meter", "Pricing | meter | Can view meter", "Pricing | alias of a model | Can add alias of a model", "Pricing | alias of a model | Can change alias of a model", "Pricing | alias of a model | Can delete alias of a model", "Pricing | alias of a model | Can view alias of a model", "Pricing | price book | Can add price book", "Pricing | price book | Can change price book", "Pricing | price book | Can delete price book", "Pricing | price book | Can view price book", "Pricing | price link | Can add price link", "Pricing | price link | Can change price link", "Pricing | price link | Can delete price link", "Pricing | price link | Can view price link", "Pricing | price list | Can add price list", "Pricing | price list | Can change price list", "Pricing | price list | Can delete price list", "Pricing | price list | Can view price list", "Pricing | price version | Can add price version", "Pricing | price version | Can change price version", "Pricing | price version | Can delete price version", "Pricing | price version | Can view price version", "Proofs | audit link | Can view audit link", "Proofs | day head | Can view day head", "Proofs | day root | Can view day root", "Proofs | proof mark | Can view proof mark", "Snapshots | balance snapshot | Can add balance snapshot", "Snapshots | balance snapshot | Can change balance snapshot", "Snapshots | balance snapshot | Can delete balance snapshot", "Snapshots | balance snapshot | Can view balance snapshot", "Snapshots | collection failure | Can add collection failure", "Snapshots | collection failure | Can change collection failure", "Snapshots | collection failure | Can delete collection failure", "Snapshots | collection failure | Can view collection failure", "Snapshots | collection source | Can add collection source", "Snapshots | collection source | Can change collection source", "Snapshots | collection source | Can delete collection source", "Snapshots | collection source | Can view collection source", "Snapshots | cost snapshot | Can add cost snapshot", "Snapshots | cost snapshot | Can change cost snapshot", "Snapshots | cost snapshot | Can delete cost snapshot", "Snapshots | cost snapshot | Can view cost snapshot", "Tenants | API key | Can add API key", "Tenants | API key | Can change API key", "Tenants | API key | Can view API key", "Tenants | identity link | Can add identity link", "Tenants | identity link | Can view identity link", "Tenants | organization | Can add organization", "Tenants | organization | Can change organization", "Tenants | organization | Can view organization", "Tenants | platform key version | Can view platform key version", "Tenants | project | Can add project", "Tenants | project | Can change project", "Tenants | project | Can view project", "Tenants | US dollar rate | Can view US dollar rate", "Automatic top-up | automatic top-up | Can view automatic top-up", "Automatic top-up | top-up attempt | Can view top-up attempt", "Usage | active character | Can view active character", "Usage | archived month | Can view archived month", "Usage | breakdown total | Can view breakdown total", "Usage | call day | Can view call day", "Usage | character month | Can view character month", "Usage | cost difference | Can view cost difference", "Usage | cost correction | Can view cost correction", "Usage | counter | Can view counter", "Usage | distinct id | Can view distinct id", "Usage | distinct id day | Can view distinct id day", "Usage | event correction | Can view event correction", "Usage | event id | Can view event id", "Usage | future usage | Can view future usage", "Usage | late usage day | Can view late usage day", "Usage | margin alarm | Can view margin alarm", "Usage | metered organization | Can view metered organization", "Usage | minimum charge | Can view minimum charge", "Usage | month close | Can view month close", "Usage | month figure | Can view month figure", "Usage | month value | Can view month value", "Usage | other event id | Can view other event id", "Usage | quarantined event | Can view quarantined event", "Usage | recent archived event | Can view recent archived event", "Usage | report endpoint | Can add report endpoint", "Usage | report endpoint | Can change report endpoint", "Usage | report endpoint | Can view report endpoint", "Usage | report finding | Can view report finding", "Usage | unit alert | Can view unit alert", "Usage | unknown model | Can view unknown model", "Usage | usage day | Can view usage day", "Usage | usage event | Can view usage event", "Usage | usage posting | Can view usage posting", "Usage | vendor bill | Can view vendor bill", "Vouchers | voucher batch | Can add voucher batch", "Vouchers | voucher batch | Can change voucher batch", "Vouchers | voucher batch | Can delete voucher batch", "Vouchers | voucher batch | Can download the codes of a batch, once", "Vouchers | voucher batch | Can view voucher batch", "Vouchers | voucher event | Can add voucher event", "Vouchers | voucher event | Can change voucher event", "Vouchers | voucher event | Can delete voucher event", "Vouchers | voucher event | Can view voucher event", "Vouchers | redemption | Can add redemption", "Vouchers | redemption | Can change redemption", "Vouchers | redemption | Can delete redemption", "Vouchers | redemption | Can view redemption", "Vouchers | redemption reversal | Can add redemption reversal", "Vouchers | redemption reversal | Can change redemption reversal", "Vouchers | redemption reversal | Can delete redemption reversal", "Vouchers | redemption reversal | Can view redemption reversal", "Vouchers | voucher | Can add voucher", "Vouchers | voucher | Can change voucher", "Vouchers | voucher | Can delete voucher", "Vouchers | voucher | Can view voucher", "Vouchers | wrong voucher codes | Can add wrong voucher codes", "Vouchers | wrong voucher codes | Can change wrong voucher codes", "Vouchers | wrong voucher codes | Can delete wrong voucher codes", "Vouchers | wrong voucher codes | Can view wrong voucher codes", "Wallets | bucket | Can view bucket", "Wallets | bucket period | Can view bucket period", "Wallets | budget | Can view budget", "Wallets | budget addition | Can view budget addition", "Wallets | charge net | Can view charge net", "Wallets | charge reversal | Can view charge reversal", "Wallets | consumption | Can view consumption", "Wallets | day total | Can view day total", "Wallets | grant | Can view grant", "Wallets | grant return | Can view grant return", "Wallets | hold slice | Can view hold slice", "Wallets | refusal | Can view refusal", "Wallets | shortfall | Can view shortfall", "Wallets | wallet | Can view wallet", "Webhooks | webhook delivery | Can view webhook delivery", "Webhooks | webhook endpoint | Can view webhook endpoint", "Webhooks | webhook event | Can view webhook event", "Webhooks | webhook sequence | Can view webhook sequence"], "operation": "add"}}', now(), NULL, 3, NULL, NULL, NULL, NULL, '', NULL, NULL),
	(4, '4', 4, 'Approver', 1, '{"permissions": {"type": "m2m", "objects": ["Approvals | approval | Can approve or reject requests of others", "Approvals | approval | Can view approval", "Approvals | row of a bulk action | Can view row of a bulk action", "Approvals | bulk action | Can view bulk action", "Approvals | action without approval | Can view action without approval", "Audit log | log entry | Can view log entry", "Back office | imported file | Can view imported file", "Back office | note | Can view note", "Back office | preference | Can view preference", "Back office | saved view | Can add saved view", "Back office | saved view | Can change saved view", "Back office | saved view | Can delete saved view", "Back office | saved view | Can view saved view", "Back office | staff permission | Can export lists", "Bank | bank file | Can view bank file", "Bank | bank identity | Can view bank identity", "Bank | bank line | Can view bank line", "Bank | bank statement | Can view bank statement", "Bank | CSV format | Can view CSV format", "Bank | seller book | Can view seller book", "Sellers and billing profiles | billing profile | Can view billing profile", "Sellers and billing profiles | exchange rate | Can view exchange rate", "Sellers and billing profiles | external id | Can view external id", "Sellers and billing profiles | number range | Can view number range", "Sellers and billing profiles | seller | Can view seller", "Sellers and billing profiles | seller bank account | Can view seller bank account", "Sellers and billing profiles | tax rate | Can view tax rate", "Contracts | contract | Can view contract", "Contracts | price of a contract | Can view price of a contract", "Contracts | contract version | Can view contract version", "Contracts | installment | Can view installment", "Contracts | installment discount | Can view installment discount", "Contracts | installment payment | Can view installment payment", "Contracts | installment refund | Can view installment refund", "Contracts | installment overpayment | Can view installment overpayment", "Contracts | service agreement | Can view service agreement", "Contracts | month of service revenue | Can view month of service revenue", "Demo | history | Can view history", "Dunning | customer policy | Can view customer policy", "Dunning | disputed invoice | Can view disputed invoice", "Dunning | dunning case | Can view dunning case", "Dunning | step of a dunning case | Can view step of a dunning case", "Dunning | dunning policy | Can view dunning policy", "Dunning | dunning step | Can view dunning step", "Dunning | skipped first step | Can view skipped first step", "Idempotency | idempotent call | Can view idempotent call", "Invoices | payment of an invoice | Can view payment of an invoice", "Invoices | invoice | Can view invoice", "Invoices | invoice line | Can view invoice line", "Invoices | paper of an invoice | Can view paper of an invoice", "Invoices | invoice party | Can view invoice party", "Invoices | invoice tax | Can view invoice tax", "Invoices | invoiced month | Can view invoiced month", "Invoices | money received | Can view money received", "Invoices | tax calculation | Can view tax calculation", "Invoices | write-off of an invoice | Can view write-off of an invoice", "Ledger | account | Can view account", "Ledger | book | Can view book", "Ledger | book note | Can view book note", "Ledger | checkpoint | Can view checkpoint", "Ledger | entry | Can view entry", "Ledger | hold | Can view hold", "Ledger | hold total | Can view hold total", "Ledger | transfer | Can view transfer", "Email | contact | Can view contact", "Email | email | Can view email", "Email | email opt-out | Can view email opt-out", "Outbox | scheduled job | Can view scheduled job", "Outbox | outbox message | Can view outbox message", "Papers | paper | Can view paper", "Payments | balance transaction | Can view balance transaction", "Payments | checkout part | Can view checkout part", "Payments | checkout session | Can view checkout session", "Payments | dispute | Can view dispute", "Payments | invoice part | Can view invoice part", "Payments | mandate | Can view mandate", "Payments | payment issue | Can view payment issue", "Payments | payment link | Can view payment link", "Payments | payment part | Can view payment part", "Payments | payment return | Can view payment return", "Payments | payout | Can view payout", "Payments | payout part | Can view payout part", "Payments | refund | Can view refund", "Payments | Stripe customer | Can view Stripe customer", "Payments | Stripe event | Can view Stripe event", "Payments | Stripe invoice | Can view Stripe invoice", "Payments | Stripe payment | Can view Stripe payment", "Payments | Stripe request | Can view Stripe request", "Payments | sweep mark | Can view sweep mark", "Payments | top-up invoice | Can view top-up invoice", "Plans | included quota | Can view included quota", "Plans | plan | Can view plan", "Plans | subscription | Can view subscription", "Pricing | kept prices | Can view kept prices", "Pricing | meter | Can view meter", "Pricing | alias of a model | Can view alias of a model", "Pricing | price book | Can view price book", "Pricing | price link | Can view price link", "Pricing | price list | Can view price list", "Pricing | price version | Can view price version", "Proofs | audit link | Can view audit link", "Proofs | day head | Can view day head", "Proofs | day root | Can view day root", "Proofs | proof mark | Can view proof mark", "Snapshots | balance snapshot | Can view balance snapshot", "Snapshots | collection failure | Can view collection failure", "Snapshots | collection source | Can view collection source", "Snapshots | cost snapshot | Can view cost snapshot", "Tenants | API key | Can view API key", "Tenants | identity link | Can view identity link", "Tenants | organization | Can view organization", "Tenants | platform key version | Can view platform key version", "Tenants | project | Can view project", "Tenants | US dollar rate | Can view US dollar rate", "Automatic top-up | automatic top-up | Can view automatic top-up", "Automatic top-up | top-up attempt | Can view top-up attempt", "Usage | active character | Can view active character", "Usage | archived month | Can view archived month", "Usage | breakdown total | Can view breakdown total", "Usage | call day | Can view call day", "Usage | character month | Can view character month", "Usage | cost difference | Can view cost difference", "Usage | cost correction | Can view cost correction", "Usage | counter | Can view counter", "Usage | distinct id | Can view distinct id", "Usage | distinct id day | Can view distinct id day", "Usage | event correction | Can view event correction", "Usage | event id | Can view event id", "Usage | future usage | Can view future usage", "Usage | late usage day | Can view late usage day", "Usage | margin alarm | Can view margin alarm", "Usage | metered organization | Can view metered organization", "Usage | minimum charge | Can view minimum charge", "Usage | month close | Can view month close", "Usage | month figure | Can view month figure", "Usage | month value | Can view month value", "Usage | other event id | Can view other event id", "Usage | quarantined event | Can view quarantined event", "Usage | recent archived event | Can view recent archived event", "Usage | report endpoint | Can view report endpoint", "Usage | report finding | Can view report finding", "Usage | unit alert | Can view unit alert", "Usage | unknown model | Can view unknown model", "Usage | usage day | Can view usage day", "Usage | usage event | Can view usage event", "Usage | usage posting | Can view usage posting", "Usage | vendor bill | Can view vendor bill", "Vouchers | voucher batch | Can view voucher batch", "Vouchers | voucher event | Can view voucher event", "Vouchers | redemption | Can view redemption", "Vouchers | redemption reversal | Can view redemption reversal", "Vouchers | voucher | Can view voucher", "Vouchers | wrong voucher codes | Can view wrong voucher codes", "Wallets | bucket | Can view bucket", "Wallets | bucket period | Can view bucket period", "Wallets | budget | Can view budget", "Wallets | budget addition | Can view budget addition", "Wallets | charge net | Can view charge net", "Wallets | charge reversal | Can view charge reversal", "Wallets | consumption | Can view consumption", "Wallets | day total | Can view day total", "Wallets | grant | Can view grant", "Wallets | grant return | Can view grant return", "Wallets | hold slice | Can view hold slice", "Wallets | refusal | Can view refusal", "Wallets | shortfall | Can view shortfall", "Wallets | wallet | Can view wallet", "Webhooks | webhook delivery | Can view webhook delivery", "Webhooks | webhook endpoint | Can view webhook endpoint", "Webhooks | webhook event | Can view webhook event", "Webhooks | webhook sequence | Can view webhook sequence"], "operation": "add"}}', now(), NULL, 3, NULL, NULL, NULL, NULL, '', NULL, NULL),
	(5, '5', 5, 'Administrator', 1, '{"permissions": {"type": "m2m", "objects": ["Administration | log entry | Can add log entry", "Administration | log entry | Can change log entry", "Administration | log entry | Can delete log entry", "Administration | log entry | Can view log entry", "Approvals | change of access | Can add change of access", "Approvals | change of access | Can change change of access", "Approvals | change of access | Can delete change of access", "Approvals | change of access | Can view change of access", "Approvals | approval | Can add approval", "Approvals | approval | Can change approval", "Approvals | approval | Can approve or reject requests of others", "Approvals | approval | Can delete approval", "Approvals | approval | Can view approval", "Approvals | row of a bulk action | Can add row of a bulk action", "Approvals | row of a bulk action | Can change row of a bulk action", "Approvals | row of a bulk action | Can delete row of a bulk action", "Approvals | row of a bulk action | Can view row of a bulk action", "Approvals | bulk action | Can add bulk action", "Approvals | bulk action | Can change bulk action", "Approvals | bulk action | Can delete bulk action", "Approvals | bulk action | Can view bulk action", "Approvals | action without approval | Can add action without approval", "Approvals | action without approval | Can change action without approval", "Approvals | action without approval | Can delete action without approval", "Approvals | action without approval | Can view action without approval", "Audit log | log entry | Can add log entry", "Audit log | log entry | Can change log entry", "Audit log | log entry | Can delete log entry", "Audit log | log entry | Can view log entry", "Authentication and Authorization | group | Can add group", "Authentication and Authorization | group | Can change group", "Authentication and Authorization | group | Can delete group", "Authentication and Authorization | group | Can view group", "Authentication and Authorization | permission | Can add permission", "Authentication and Authorization | permission | Can change permission", "Authentication and Authorization | permission | Can delete permission", "Authentication and Authorization | permission | Can view permission", "Authentication and Authorization | user | Can add user", "Authentication and Authorization | user | Can change user", "Authentication and Authorization | user | Can delete user", "Authentication and Authorization | user | Can view user", "Axes | access attempt | Can add access attempt", "Axes | access attempt | Can change access attempt", "Axes | access attempt | Can delete access attempt", "Axes | access attempt | Can view access attempt", "Axes | access attempt expiration | Can add access attempt expiration", "Axes | access attempt expiration | Can change access attempt expiration", "Axes | access attempt expiration | Can delete access attempt expiration", "Axes | access attempt expiration | Can view access attempt expiration", "Axes | access failure | Can add access failure", "Axes | access failure | Can change access failure", "Axes | access failure | Can delete access failure", "Axes | access failure | Can view access failure", "Axes | access log | Can add access log", "Axes | access log | Can change access log", "Axes | access log | Can delete access log", "Axes | access log | Can view access log", "Back office | imported file | Can add imported file", "Back office | imported file | Can change imported file", "Back office | imported file | Can delete imported file", "Back office | imported file | Can view imported file", "Back office | note | Can add note", "Back office | note | Can change note", "Back office | note | Can delete note", "Back office | note | Can view note", "Back office | preference | Can add preference", "Back office | preference | Can change preference", "Back office | preference | Can delete preference", "Back office | preference | Can view preference", "Back office | saved view | Can add saved view", "Back office | saved view | Can change saved view", "Back office | saved view | Can delete saved view", "Back office | saved view | Can view saved view", "Back office | staff permission | Can export lists", "Back office | staff permission | Can grant, deduct, reverse, refund, settle and write off", "Back office | staff permission | Can replay webhooks and send parked work again", "Back office | staff permission | Can see what the API answers a customer", "Bank | bank file | Can add bank file", "Bank | bank file | Can change bank file", "Bank | bank file | Can delete bank file", "Bank | bank file | Can view bank file", "Bank | bank identity | Can add bank identity", "Bank | bank identity | Can change bank identity", "Bank | bank identity | Can delete bank identity", "Bank | bank identity | Can view bank identity", "Bank | bank line | Can add bank line", "Bank | bank line | Can change bank line", "Bank | bank line | Can delete bank line", "Bank | bank line | Can view bank line", "Bank | bank statement | Can add bank statement", "Bank | bank statement | Can change bank statement", "Bank | bank statement | Can delete bank statement", "Bank | bank statement | Can view bank statement", "Bank | CSV format | Can add CSV format", "Bank | CSV format | Can change CSV format", "Bank | CSV format | Can delete CSV format", "Bank | CSV format | Can view CSV format", "Bank | seller book | Can add seller book", "Bank | seller book | Can change seller book", "Bank | seller book | Can delete seller book", "Bank | seller book | Can view seller book", "Sellers and billing profiles | billing profile | Can add billing profile", "Sellers and billing profiles | billing profile | Can change billing profile", "Sellers and billing profiles | billing profile | Can delete billing profile", "Sellers and billing profiles | billing profile | Can view billing profile", "Sellers and billing profiles | exchange rate | Can add exchange rate", "Sellers and billing profiles | exchange rate | Can change exchange rate", "Sellers and billing profiles | exchange rate | Can delete exchange rate", "Sellers and billing profiles | exchange rate | Can view exchange rate", "Sellers and billing profiles | external id | Can add external id", "Sellers and billing profiles | external id | Can change external id", "Sellers and billing profiles | external id | Can delete external id", "Sellers and billing profiles | external id | Can view external id", "Sellers and billing profiles | number range | Can add number range", "Sellers and billing profiles | number range | Can change number range", "Sellers and billing profiles | number range | Can delete number range", "Sellers and billing profiles | number range | Can view number range", "Sellers and billing profiles | seller | Can add seller", "Sellers and billing profiles | seller | Can change seller", "Sellers and billing profiles | seller | Can delete seller", "Sellers and billing profiles | seller | Can view seller", "Sellers and billing profiles | seller bank account | Can add seller bank account", "Sellers and billing profiles | seller bank account | Can change seller bank account", "Sellers and billing profiles | seller bank account | Can delete seller bank account", "Sellers and billing profiles | seller bank account | Can view seller bank account", "Sellers and billing profiles | tax rate | Can add tax rate", "Sellers and billing profiles | tax rate | Can change tax rate", "Sellers and billing profiles | tax rate | Can delete tax rate", "Sellers and billing profiles | tax rate | Can view tax rate", "Content Types | content type | Can add content type", "Content Types | content type | Can change content type", "Content Types | content type | Can delete content type", "Content Types | content type | Can view content type", "Contracts | contract | Can add contract", "Contracts | contract | Can change contract", "Contracts | contract | Can delete contract", "Contracts | contract | Can view contract", "Contracts | price of a contract | Can add price of a contract", "Contracts | price of a contract | Can change price of a contract", "Contracts | price of a contract | Can delete price of a contract", "Contracts | price of a contract | Can view price of a contract", "Contracts | contract version | Can add contract version", "Contracts | contract version | Can change contract version", "Contracts | contract version | Can delete contract version", "Contracts | contract version | Can view contract version", "Contracts | installment | Can add installment", "Contracts | installment | Can change installment", "Contracts | installment | Can delete installment", "Contracts | installment | Can view installment", "Contracts | installment discount | Can add installment discount", "Contracts | installment discount | Can change installment discount", "Contracts | installment discount | Can delete installment discount", "Contracts | installment discount | Can view installment discount", "Contracts | installment payment | Can add installment payment", "Contracts | installment payment | Can change installment payment", "Contracts | installment payment | Can delete installment payment", "Contracts | installment payment | Can view installment payment", "Contracts | installment refund | Can add installment refund", "Contracts | installment refund | Can change installment refund", "Contracts | installment refund | Can delete installment refund", "Contracts | installment refund | Can view installment refund", "Contracts | installment overpayment | Can add installment overpayment", "Contracts | installment overpayment | Can change installment overpayment", "Contracts | installment overpayment | Can delete installment overpayment", "Contracts | installment overpayment | Can view installment overpayment", "Contracts | service agreement | Can add service agreement", "Contracts | service agreement | Can change service agreement", "Contracts | service agreement | Can delete service agreement", "Contracts | service agreement | Can view service agreement", "Contracts | month of service revenue | Can add month of service revenue", "Contracts | month of service revenue | Can change month of service revenue", "Contracts | month of service revenue | Can delete month of service revenue", "Contracts | month of service revenue | Can view month of service revenue", "Demo | history | Can add history", "Demo | history | Can change history", "Demo | history | Can delete history", "Demo | history | Can view history", "Dunning | customer policy | Can add customer policy", "Dunning | customer policy | Can change customer policy", "Dunning | customer policy | Can delete customer policy", "Dunning | customer policy | Can view customer policy", "Dunning | disputed invoice | Can add disputed invoice", "Dunning | disputed invoice | Can change disputed invoice", "Dunning | disputed invoice | Can delete disputed invoice", "Dunning | disputed invoice | Can view disputed invoice", "Dunning | dunning case | Can add dunning case", "Dunning | dunning case | Can change dunning case", "Dunning | dunning case | Can delete dunning case", "Dunning | dunning case | Can view dunning case", "Dunning | step of a dunning case | Can add step of a dunning case", "Dunning | step of a dunning case | Can change step of a dunning case", "Dunning | step of a dunning case | Can delete step of a dunning case", "Dunning | step of a dunning case | Can view step of a dunning case", "Dunning | dunning policy | Can add dunning policy", "Dunning | dunning policy | Can change dunning policy", "Dunning | dunning policy | Can delete dunning policy", "Dunning | dunning policy | Can view dunning policy", "Dunning | dunning step | Can add dunning step", "Dunning | dunning step | Can change dunning step", "Dunning | dunning step | Can delete dunning step", "Dunning | dunning step | Can view dunning step", "Dunning | skipped first step | Can add skipped first step", "Dunning | skipped first step | Can change skipped first step", "Dunning | skipped first step | Can delete skipped first step", "Dunning | skipped first step | Can view skipped first step", "Idempotency | idempotent call | Can add idempotent call", "Idempotency | idempotent call | Can change idempotent call", "Idempotency | idempotent call | Can delete idempotent call", "Idempotency | idempotent call | Can view idempotent call", "Invoices | payment of an invoice | Can add payment of an invoice", "Invoices | payment of an invoice | Can change payment of an invoice", "Invoices | payment of an invoice | Can delete payment of an invoice", "Invoices | payment of an invoice | Can view payment of an invoice", "Invoices | invoice | Can add invoice", "Invoices | invoice | Can change invoice", "Invoices | invoice | Can delete invoice", "Invoices | invoice | Can view invoice", "Invoices | invoice line | Can add invoice line", "Invoices | invoice line | Can change invoice line", "Invoices | invoice line | Can delete invoice line", "Invoices | invoice line | Can view invoice line", "Invoices | paper of an invoice | Can add paper of an invoice", "Invoices | paper of an invoice | Can change paper of an invoice", "Invoices | paper of an invoice | Can delete paper of an invoice", "Invoices | paper of an invoice | Can view paper of an invoice", "Invoices | invoice party | Can add invoice party", "Invoices | invoice party | Can change invoice party", "Invoices | invoice party | Can delete invoice party", "Invoices | invoice party | Can view invoice party", "Invoices | invoice tax | Can add invoice tax", "Invoices | invoice tax | Can change invoice tax", "Invoices | invoice tax | Can delete invoice tax", "Invoices | invoice tax | Can view invoice tax", "Invoices | invoiced month | Can add invoiced month", "Invoices | invoiced month | Can change invoiced month", "Invoices | invoiced month | Can delete invoiced month", "Invoices | invoiced month | Can view invoiced month", "Invoices | money received | Can add money received", "Invoices | money received | Can change money received", "Invoices | money received | Can delete money received", "Invoices | money received | Can view money received", "Invoices | tax calculation | Can add tax calculation", "Invoices | tax calculation | Can change tax calculation", "Invoices | tax calculation | Can delete tax calculation", "Invoices | tax calculation | Can view tax calculation", "Invoices | write-off of an invoice | Can add write-off of an invoice", "Invoices | write-off of an invoice | Can change write-off of an invoice", "Invoices | write-off of an invoice | Can delete write-off of an invoice", "Invoices | write-off of an invoice | Can view write-off of an invoice", "Ledger | account | Can add account", "Ledger | account | Can change account", "Ledger | account | Can delete account", "Ledger | account | Can view account", "Ledger | book | Can add book", "Ledger | book | Can change book", "Ledger | book | Can delete book", "Ledger | book | Can view book", "Ledger | book note | Can add book note", "Ledger | book note | Can change book note", "Ledger | book note | Can delete book note", "Ledger | book note | Can view book note", "Ledger | checkpoint | Can add checkpoint", "Ledger | checkpoint | Can change checkpoint", "Ledger | checkpoint | Can delete checkpoint", "Ledger | checkpoint | Can view checkpoint", "Ledger | entry | Can add entry", "Ledger | entry | Can change entry", "Ledger | entry | Can delete entry", "Ledger | entry | Can view entry", "Ledger | hold | Can add hold", "Ledger | hold | Can change hold", "Ledger | hold | Can delete hold", "Ledger | hold | Can view hold", "Ledger | hold total | Can add hold total", "Ledger | hold total | Can change hold total", "Ledger | hold total | Can delete hold total", "Ledger | hold total | Can view hold total", "Ledger | transfer | Can add transfer", "Ledger | transfer | Can change transfer", "Ledger | transfer | Can delete transfer", "Ledger | transfer | Can view transfer", "Email | contact | Can add contact", "Email | contact | Can change contact", "Email | contact | Can delete contact", "Email | contact | Can view contact", "Email | email | Can add email", "Email | email | Can change email", "Email | email | Can delete email", "Email | email | Can view email", "Email | email opt-out | Can add email opt-out", "Email | email opt-out | Can change email opt-out", "Email | email opt-out | Can delete email opt-out", "Email | email opt-out | Can view email opt-out", "Otp_Static | static device | Can add static device", "Otp_Static | static device | Can change static device", "Otp_Static | static device | Can delete static device", "Otp_Static | static device | Can view static device", "Otp_Static | static token | Can add static token", "Otp_Static | static token | Can change static token", "Otp_Static | static token | Can delete static token", "Otp_Static | static token | Can view static token", "Otp_Totp | TOTP device | Can add TOTP device", "Otp_Totp | TOTP device | Can change TOTP device", "Otp_Totp | TOTP device | Can delete TOTP device", "Otp_Totp | TOTP device | Can view TOTP device", "Outbox | scheduled job | Can add scheduled job", "Outbox | scheduled job | Can change scheduled job", "Outbox | scheduled job | Can delete scheduled job", "Outbox | scheduled job | Can view scheduled job", "Outbox | outbox message | Can add outbox message", "Outbox | outbox message | Can change outbox message", "Outbox | outbox message | Can delete outbox message", "Outbox | outbox message | Can view outbox message", "Papers | paper | Can add paper", "Papers | paper | Can change paper", "Papers | paper | Can delete paper", "Papers | paper | Can view paper", "Payments | balance transaction | Can add balance transaction", "Payments | balance transaction | Can change balance transaction", "Payments | balance transaction | Can delete balance transaction", "Payments | balance transaction | Can view balance transaction", "Payments | checkout part | Can add checkout part", "Payments | checkout part | Can change checkout part", "Payments | checkout part | Can delete checkout part", "Payments | checkout part | Can view checkout part", "Payments | checkout session | Can add checkout session", "Payments | checkout session | Can change checkout session", "Payments | checkout session | Can delete checkout session", "Payments | checkout session | Can view checkout session", "Payments | dispute | Can add dispute", "Payments | dispute | Can change dispute", "Payments | dispute | Can delete dispute", "Payments | dispute | Can view dispute", "Payments | invoice part | Can add invoice part", "Payments | invoice part | Can change invoice part", "Payments | invoice part | Can delete invoice part", "Payments | invoice part | Can view invoice part", "Payments | mandate | Can add mandate", "Payments | mandate | Can change mandate", "Payments | mandate | Can delete mandate", "Payments | mandate | Can view mandate", "Payments | payment issue | Can add payment issue", "Payments | payment issue | Can change payment issue", "Payments | payment issue | Can delete payment issue", "Payments | payment issue | Can view payment issue", "Payments | payment link | Can add payment link", "Payments | payment link | Can change payment link", "Payments | payment link | Can delete payment link", "Payments | payment link | Can view payment link", "Payments | payment part | Can add payment part", "Payments | payment part | Can change payment part", "Payments | payment part | Can delete payment part", "Payments | payment part | Can view payment part", "Payments | payment return | Can add payment return", "Payments | payment return | Can change payment return", "Payments | payment return | Can delete payment return", "Payments | payment return | Can view payment return", "Payments | payout | Can add payout", "Payments | payout | Can change payout", "Payments | payout | Can delete payout", "Payments | payout | Can view payout", "Payments | payout part | Can add payout part", "Payments | payout part | Can change payout part", "Payments | payout part | Can delete payout part", "Payments | payout part | Can view payout part", "Payments | refund | Can add refund", "Payments | refund | Can change refund", "Payments | refund | Can delete refund", "Payments | refund | Can view refund", "Payments | Stripe customer | Can add Stripe customer", "Payments | Stripe customer | Can change Stripe customer", "Payments | Stripe customer | Can delete Stripe customer", "Payments | Stripe customer | Can view Stripe customer", "Payments | Stripe event | Can add Stripe event", "Payments | Stripe event | Can change Stripe event", "Payments | Stripe event | Can delete Stripe event", "Payments | Stripe event | Can view Stripe event", "Payments | Stripe invoice | Can add Stripe invoice", "Payments | Stripe invoice | Can change Stripe invoice", "Payments | Stripe invoice | Can delete Stripe invoice", "Payments | Stripe invoice | Can view Stripe invoice", "Payments | Stripe payment | Can add Stripe payment", "Payments | Stripe payment | Can change Stripe payment", "Payments | Stripe payment | Can delete Stripe payment", "Payments | Stripe payment | Can view Stripe payment", "Payments | Stripe request | Can add Stripe request", "Payments | Stripe request | Can change Stripe request", "Payments | Stripe request | Can delete Stripe request", "Payments | Stripe request | Can view Stripe request", "Payments | sweep mark | Can add sweep mark", "Payments | sweep mark | Can change sweep mark", "Payments | sweep mark | Can delete sweep mark", "Payments | sweep mark | Can view sweep mark", "Payments | top-up invoice | Can add top-up invoice", "Payments | top-up invoice | Can change top-up invoice", "Payments | top-up invoice | Can delete top-up invoice", "Payments | top-up invoice | Can view top-up invoice", "Plans | included quota | Can add included quota", "Plans | included quota | Can change included quota", "Plans | included quota | Can delete included quota", "Plans | included quota | Can view included quota", "Plans | plan | Can add plan", "Plans | plan | Can change plan", "Plans | plan | Can delete plan", "Plans | plan | Can view plan", "Plans | subscription | Can add subscription", "Plans | subscription | Can change subscription", "Plans | subscription | Can delete subscription", "Plans | subscription | Can view subscription", "Pricing | kept prices | Can add kept prices", "Pricing | kept prices | Can change kept prices", "Pricing | kept prices | Can delete kept prices", "Pricing | kept prices | Can view kept prices", "Pricing | meter | Can add meter", "Pricing | meter | Can change meter", "Pricing | meter | Can delete meter", "Pricing | meter | Can view meter", "Pricing | alias of a model | Can add alias of a model", "Pricing | alias of a model | Can change alias of a model", "Pricing | alias of a model | Can delete alias of a model", "Pricing | alias of a model | Can view alias of a model", "Pricing | price book | Can add price book", "Pricing | price book | Can change price book", "Pricing | price book | Can delete price book", "Pricing | price book | Can view price book", "Pricing | price link | Can add price link", "Pricing | price link | Can change price link", "Pricing | price link | Can delete price link", "Pricing | price link | Can view price link", "Pricing | price list | Can add price list", "Pricing | price list | Can change price list", "Pricing | price list | Can delete price list", "Pricing | price list | Can view price list", "Pricing | price version | Can add price version", "Pricing | price version | Can change price version", "Pricing | price version | Can delete price version", "Pricing | price version | Can view price version", "Proofs | audit link | Can add audit link", "Proofs | audit link | Can change audit link", "Proofs | audit link | Can delete audit link", "Proofs | audit link | Can view audit link", "Proofs | day head | Can add day head", "Proofs | day head | Can change day head", "Proofs | day head | Can delete day head", "Proofs | day head | Can view day head", "Proofs | day root | Can add day root", "Proofs | day root | Can change day root", "Proofs | day root | Can delete day root", "Proofs | day root | Can view day root", "Proofs | proof mark | Can add proof mark", "Proofs | proof mark | Can change proof mark", "Proofs | proof mark | Can delete proof mark", "Proofs | proof mark | Can view proof mark", "Sessions | session | Can add session", "Sessions | session | Can change session", "Sessions | session | Can delete session", "Sessions | session | Can view session", "Snapshots | balance snapshot | Can add balance snapshot", "Snapshots | balance snapshot | Can change balance snapshot", "Snapshots | balance snapshot | Can delete balance snapshot", "Snapshots | balance snapshot | Can view balance snapshot", "Snapshots | collection failure | Can add collection failure", "Snapshots | collection failure | Can change collection failure", "Snapshots | collection failure | Can delete collection failure", "Snapshots | collection failure | Can view collection failure", "Snapshots | collection source | Can add collection source", "Snapshots | collection source | Can change collection source", "Snapshots | collection source | Can delete collection source", "Snapshots | collection source | Can view collection source", "Snapshots | cost snapshot | Can add cost snapshot", "Snapshots | cost snapshot | Can change cost snapshot", "Snapshots | cost snapshot | Can delete cost snapshot", "Snapshots | cost snapshot | Can view cost snapshot", "Tenants | API key | Can add API key", "Tenants | API key | Can change API key", "Tenants | API key | Can delete API key", "Tenants | API key | Can view API key", "Tenants | identity link | Can add identity link", "Tenants | identity link | Can change identity link", "Tenants | identity link | Can delete identity link", "Tenants | identity link | Can view identity link", "Tenants | organization | Can add organization", "Tenants | organization | Can change organization", "Tenants | organization | Can delete organization", "Tenants | organization | Can view organization", "Tenants | platform key version | Can add platform key version", "Tenants | platform key version | Can change platform key version", "Tenants | platform key version | Can delete platform key version", "Tenants | platform key version | Can view platform key version", "Tenants | project | Can add project", "Tenants | project | Can change project", "Tenants | project | Can delete project", "Tenants | project | Can view project", "Tenants | US dollar rate | Can add US dollar rate", "Tenants | US dollar rate | Can change US dollar rate", "Tenants | US dollar rate | Can delete US dollar rate", "Tenants | US dollar rate | Can view US dollar rate", "Automatic top-up | automatic top-up | Can add automatic top-up", "Automatic top-up | automatic top-up | Can change automatic top-up", "Automatic top-up | automatic top-up | Can delete automatic top-up", "Automatic top-up | automatic top-up | Can view automatic top-up", "Automatic top-up | top-up attempt | Can add top-up attempt", "Automatic top-up | top-up attempt | Can change top-up attempt", "Automatic top-up | top-up attempt | Can delete top-up attempt", "Automatic top-up | top-up attempt | Can view top-up attempt", "Usage | active character | Can add active character", "Usage | active character | Can change active character", "Usage | active character | Can delete active character", "Usage | active character | Can view active character", "Usage | archived month | Can add archived month", "Usage | archived month | Can change archived month", "Usage | archived month | Can delete archived month", "Usage | archived month | Can view archived month", "Usage | breakdown total | Can add breakdown total", "Usage | breakdown total | Can change breakdown total", "Usage | breakdown total | Can delete breakdown total", "Usage | breakdown total | Can view breakdown total", "Usage | call day | Can add call day", "Usage | call day | Can change call day", "Usage | call day | Can delete call day", "Usage | call day | Can view call day", "Usage | character month | Can add character month", "Usage | character month | Can change character month", "Usage | character month | Can delete character month", "Usage | character month | Can view character month", "Usage | cost difference | Can add cost difference", "Usage | cost difference | Can change cost difference", "Usage | cost difference | Can delete cost difference", "Usage | cost difference | Can view cost difference", "Usage | cost correction | Can add cost correction", "Usage | cost correction | Can change cost correction", "Usage | cost correction | Can delete cost correction", "Usage | cost correction | Can view cost correction", "Usage | counter | Can add counter", "Usage | counter | Can change counter", "Usage | counter | Can delete counter", "Usage | counter | Can view counter", "Usage | distinct id | Can add distinct id", "Usage | distinct id | Can change distinct id", "Usage | distinct id | Can delete distinct id", "Usage | distinct id | Can view distinct id", "Usage | distinct id day | Can add distinct id day", "Usage | distinct id day | Can change distinct id day", "Usage | distinct id day | Can delete distinct id day", "Usage | distinct id day | Can view distinct id day", "Usage | event correction | Can add event correction", "Usage | event correction | Can change event correction", "Usage | event correction | Can delete event correction", "Usage | event correction | Can view event correction", "Usage | event id | Can add event id", "Usage | event id | Can change event id", "Usage | event id | Can delete event id", "Usage | event id | Can view event id", "Usage | future usage | Can add future usage", "Usage | future usage | Can change future usage", "Usage | future usage | Can delete future usage", "Usage | future usage | Can view future usage", "Usage | late usage day | Can add late usage day", "Usage | late usage day | Can change late usage day", "Usage | late usage day | Can delete late usage day", "Usage | late usage day | Can view late usage day", "Usage | margin alarm | Can add margin alarm", "Usage | margin alarm | Can change margin alarm", "Usage | margin alarm | Can delete margin alarm", "Usage | margin alarm | Can view margin alarm", "Usage | metered organization | Can add metered organization", "Usage | metered organization | Can change metered organization", "Usage | metered organization | Can delete metered organization", "Usage | metered organization | Can view metered organization", "Usage | minimum charge | Can add minimum charge", "Usage | minimum charge | Can change minimum charge", "Usage | minimum charge | Can delete minimum charge", "Usage | minimum charge | Can view minimum charge", "Usage | month close | Can add month close", "Usage | month close | Can change month close", "Usage | month close | Can delete month close", "Usage | month close | Can view month close", "Usage | month figure | Can add month figure", "Usage | month figure | Can change month figure", "Usage | month figure | Can delete month figure", "Usage | month figure | Can view month figure", "Usage | month value | Can add month value", "Usage | month value | Can change month value", "Usage | month value | Can delete month value", "Usage | month value | Can view month value", "Usage | other event id | Can add other event id", "Usage | other event id | Can change other event id", "Usage | other event id | Can delete other event id", "Usage | other event id | Can view other event id", "Usage | quarantined event | Can add quarantined event", "Usage | quarantined event | Can change quarantined event", "Usage | quarantined event | Can delete quarantined event", "Usage | quarantined event | Can view quarantined event", "Usage | recent archived event | Can add recent archived event", "Usage | recent archived event | Can change recent archived event", "Usage | recent archived event | Can delete recent archived event", "Usage | recent archived event | Can view recent archived event", "Usage | report endpoint | Can add report endpoint", "Usage | report endpoint | Can change report endpoint", "Usage | report endpoint | Can delete report endpoint", "Usage | report endpoint | Can view report endpoint", "Usage | report finding | Can add report finding", "Usage | report finding | Can change report finding", "Usage | report finding | Can delete report finding", "Usage | report finding | Can view report finding", "Usage | unit alert | Can add unit alert", "Usage | unit alert | Can change unit alert", "Usage | unit alert | Can delete unit alert", "Usage | unit alert | Can view unit alert", "Usage | unknown model | Can add unknown model", "Usage | unknown model | Can change unknown model", "Usage | unknown model | Can delete unknown model", "Usage | unknown model | Can view unknown model", "Usage | usage day | Can add usage day", "Usage | usage day | Can change usage day", "Usage | usage day | Can delete usage day", "Usage | usage day | Can view usage day", "Usage | usage event | Can add usage event", "Usage | usage event | Can change usage event", "Usage | usage event | Can delete usage event", "Usage | usage event | Can view usage event", "Usage | usage posting | Can add usage posting", "Usage | usage posting | Can change usage posting", "Usage | usage posting | Can delete usage posting", "Usage | usage posting | Can view usage posting", "Usage | vendor bill | Can add vendor bill", "Usage | vendor bill | Can change vendor bill", "Usage | vendor bill | Can delete vendor bill", "Usage | vendor bill | Can view vendor bill", "Vouchers | voucher batch | Can add voucher batch", "Vouchers | voucher batch | Can change voucher batch", "Vouchers | voucher batch | Can delete voucher batch", "Vouchers | voucher batch | Can download the codes of a batch, once", "Vouchers | voucher batch | Can view voucher batch", "Vouchers | voucher event | Can add voucher event", "Vouchers | voucher event | Can change voucher event", "Vouchers | voucher event | Can delete voucher event", "Vouchers | voucher event | Can view voucher event", "Vouchers | redemption | Can add redemption", "Vouchers | redemption | Can change redemption", "Vouchers | redemption | Can delete redemption", "Vouchers | redemption | Can view redemption", "Vouchers | redemption reversal | Can add redemption reversal", "Vouchers | redemption reversal | Can change redemption reversal", "Vouchers | redemption reversal | Can delete redemption reversal", "Vouchers | redemption reversal | Can view redemption reversal", "Vouchers | voucher | Can add voucher", "Vouchers | voucher | Can change voucher", "Vouchers | voucher | Can delete voucher", "Vouchers | voucher | Can view voucher", "Vouchers | wrong voucher codes | Can add wrong voucher codes", "Vouchers | wrong voucher codes | Can change wrong voucher codes", "Vouchers | wrong voucher codes | Can delete wrong voucher codes", "Vouchers | wrong voucher codes | Can view wrong voucher codes", "Wallets | bucket | Can add bucket", "Wallets | bucket | Can change bucket", "Wallets | bucket | Can delete bucket", "Wallets | bucket | Can view bucket", "Wallets | bucket period | Can add bucket period", "Wallets | bucket period | Can change bucket period", "Wallets | bucket period | Can delete bucket period", "Wallets | bucket period | Can view bucket period", "Wallets | budget | Can add budget", "Wallets | budget | Can change budget", "Wallets | budget | Can delete budget", "Wallets | budget | Can view budget", "Wallets | budget addition | Can add budget addition", "Wallets | budget addition | Can change budget addition", "Wallets | budget addition | Can delete budget addition", "Wallets | budget addition | Can view budget addition", "Wallets | charge net | Can add charge net", "Wallets | charge net | Can change charge net", "Wallets | charge net | Can delete charge net", "Wallets | charge net | Can view charge net", "Wallets | charge reversal | Can add charge reversal", "Wallets | charge reversal | Can change charge reversal", "Wallets | charge reversal | Can delete charge reversal", "Wallets | charge reversal | Can view charge reversal", "Wallets | consumption | Can add consumption", "Wallets | consumption | Can change consumption", "Wallets | consumption | Can delete consumption", "Wallets | consumption | Can view consumption", "Wallets | day total | Can add day total", "Wallets | day total | Can change day total", "Wallets | day total | Can delete day total", "Wallets | day total | Can view day total", "Wallets | grant | Can add grant", "Wallets | grant | Can change grant", "Wallets | grant | Can delete grant", "Wallets | grant | Can view grant", "Wallets | grant return | Can add grant return", "Wallets | grant return | Can change grant return", "Wallets | grant return | Can delete grant return", "Wallets | grant return | Can view grant return", "Wallets | hold slice | Can add hold slice", "Wallets | hold slice | Can change hold slice", "Wallets | hold slice | Can delete hold slice", "Wallets | hold slice | Can view hold slice", "Wallets | refusal | Can add refusal", "Wallets | refusal | Can change refusal", "Wallets | refusal | Can delete refusal", "Wallets | refusal | Can view refusal", "Wallets | shortfall | Can add shortfall", "Wallets | shortfall | Can change shortfall", "Wallets | shortfall | Can delete shortfall", "Wallets | shortfall | Can view shortfall", "Wallets | wallet | Can add wallet", "Wallets | wallet | Can change wallet", "Wallets | wallet | Can delete wallet", "Wallets | wallet | Can view wallet", "Webhooks | webhook delivery | Can add webhook delivery", "Webhooks | webhook delivery | Can change webhook delivery", "Webhooks | webhook delivery | Can delete webhook delivery", "Webhooks | webhook delivery | Can view webhook delivery", "Webhooks | webhook endpoint | Can add webhook endpoint", "Webhooks | webhook endpoint | Can change webhook endpoint", "Webhooks | webhook endpoint | Can delete webhook endpoint", "Webhooks | webhook endpoint | Can view webhook endpoint", "Webhooks | webhook event | Can add webhook event", "Webhooks | webhook event | Can change webhook event", "Webhooks | webhook event | Can delete webhook event", "Webhooks | webhook event | Can view webhook event", "Webhooks | webhook sequence | Can add webhook sequence", "Webhooks | webhook sequence | Can change webhook sequence", "Webhooks | webhook sequence | Can delete webhook sequence", "Webhooks | webhook sequence | Can view webhook sequence"], "operation": "add"}}', now(), NULL, 3, NULL, NULL, NULL, NULL, '', NULL, NULL);

INSERT INTO public.auth_group VALUES
	(1, 'Viewer'),
	(2, 'Support'),
	(3, 'Billing'),
	(4, 'Approver'),
	(5, 'Administrator');

INSERT INTO public.auth_group_permissions VALUES
	(1, 1, 513),
	(2, 1, 517),
	(3, 1, 521),
	(4, 1, 525),
	(5, 1, 529),
	(6, 1, 533),
	(7, 1, 537),
	(8, 1, 541),
	(9, 1, 545),
	(10, 1, 549),
	(11, 1, 553),
	(12, 1, 557),
	(13, 1, 561),
	(14, 1, 565),
	(15, 1, 56),
	(16, 1, 569),
	(17, 1, 573),
	(18, 1, 64),
	(19, 1, 578),
	(20, 1, 69),
	(21, 1, 582),
	(22, 1, 73),
	(23, 1, 586),
	(24, 1, 77),
	(25, 1, 590),
	(26, 1, 81),
	(27, 1, 594),
	(28, 1, 85),
	(29, 1, 598),
	(30, 1, 89),
	(31, 1, 602),
	(32, 1, 93),
	(33, 1, 606),
	(34, 1, 97),
	(35, 1, 610),
	(36, 1, 101),
	(37, 1, 614),
	(38, 1, 105),
	(39, 1, 618),
	(40, 1, 109),
	(41, 1, 622),
	(42, 1, 113),
	(43, 1, 626),
	(44, 1, 117),
	(45, 1, 630),
	(46, 1, 121),
	(47, 1, 634),
	(48, 1, 125),
	(49, 1, 638),
	(50, 1, 129),
	(51, 1, 642),
	(52, 1, 133),
	(53, 1, 646),
	(54, 1, 137),
	(55, 1, 650),
	(56, 1, 141),
	(57, 1, 654),
	(58, 1, 145),
	(59, 1, 658),
	(60, 1, 149),
	(61, 1, 662),
	(62, 1, 153),
	(63, 1, 666),
	(64, 1, 157),
	(65, 1, 670),
	(66, 1, 161),
	(67, 1, 674),
	(68, 1, 165),
	(69, 1, 678),
	(70, 1, 169),
	(71, 1, 682),
	(72, 1, 173),
	(73, 1, 686),
	(74, 1, 177),
	(75, 1, 690),
	(76, 1, 181),
	(77, 1, 694),
	(78, 1, 185),
	(79, 1, 698),
	(80, 1, 189),
	(81, 1, 702),
	(82, 1, 193),
	(83, 1, 197),
	(84, 1, 710),
	(85, 1, 201),
	(86, 1, 714),
	(87, 1, 715),
	(88, 1, 716),
	(89, 1, 717),
	(90, 1, 718),
	(91, 1, 205),
	(92, 1, 209),
	(93, 1, 722),
	(94, 1, 213),
	(95, 1, 726),
	(96, 1, 217),
	(97, 1, 221),
	(98, 1, 225),
	(99, 1, 229),
	(100, 1, 233),
	(101, 1, 237),
	(102, 1, 241),
	(103, 1, 245),
	(104, 1, 249),
	(105, 1, 253),
	(106, 1, 257),
	(107, 1, 261),
	(108, 1, 265),
	(109, 1, 269),
	(110, 1, 273),
	(111, 1, 277),
	(112, 1, 281),
	(113, 1, 285),
	(114, 1, 289),
	(115, 1, 293),
	(116, 1, 297),
	(117, 1, 301),
	(118, 1, 305),
	(119, 1, 309),
	(120, 1, 313),
	(121, 1, 317),
	(122, 1, 321),
	(123, 1, 325),
	(124, 1, 329),
	(125, 1, 333),
	(126, 1, 337),
	(127, 1, 341),
	(128, 1, 345),
	(129, 1, 349),
	(130, 1, 353),
	(131, 1, 357),
	(132, 1, 361),
	(133, 1, 365),
	(134, 1, 369),
	(135, 1, 373),
	(136, 1, 377),
	(137, 1, 381),
	(138, 1, 385),
	(139, 1, 389),
	(140, 1, 393),
	(141, 1, 397),
	(142, 1, 401),
	(143, 1, 405),
	(144, 1, 409),
	(145, 1, 413),
	(146, 1, 417),
	(147, 1, 421),
	(148, 1, 425),
	(149, 1, 429),
	(150, 1, 433),
	(151, 1, 437),
	(152, 1, 441),
	(153, 1, 445),
	(154, 1, 449),
	(155, 1, 453),
	(156, 1, 457),
	(157, 1, 461),
	(158, 1, 465),
	(159, 1, 469),
	(160, 1, 473),
	(161, 1, 477),
	(162, 1, 481),
	(163, 1, 485),
	(164, 1, 489),
	(165, 1, 493),
	(166, 1, 497),
	(167, 1, 501),
	(168, 1, 505),
	(169, 1, 509),
	(170, 2, 513),
	(171, 2, 517),
	(172, 2, 521),
	(173, 2, 525),
	(174, 2, 529),
	(175, 2, 533),
	(176, 2, 537),
	(177, 2, 541),
	(178, 2, 545),
	(179, 2, 549),
	(180, 2, 553),
	(181, 2, 557),
	(182, 2, 561),
	(183, 2, 565),
	(184, 2, 56),
	(185, 2, 569),
	(186, 2, 573),
	(187, 2, 64),
	(188, 2, 578),
	(189, 2, 69),
	(190, 2, 582),
	(191, 2, 73),
	(192, 2, 586),
	(193, 2, 77),
	(194, 2, 590),
	(195, 2, 81),
	(196, 2, 594),
	(197, 2, 85),
	(198, 2, 598),
	(199, 2, 89),
	(200, 2, 602),
	(201, 2, 93),
	(202, 2, 606),
	(203, 2, 97),
	(204, 2, 610),
	(205, 2, 101),
	(206, 2, 614),
	(207, 2, 105),
	(208, 2, 618),
	(209, 2, 109),
	(210, 2, 622),
	(211, 2, 113),
	(212, 2, 626),
	(213, 2, 117),
	(214, 2, 630),
	(215, 2, 121),
	(216, 2, 634),
	(217, 2, 125),
	(218, 2, 638),
	(219, 2, 129),
	(220, 2, 642),
	(221, 2, 133),
	(222, 2, 646),
	(223, 2, 134),
	(224, 2, 137),
	(225, 2, 650),
	(226, 2, 138),
	(227, 2, 139),
	(228, 2, 141),
	(229, 2, 654),
	(230, 2, 145),
	(231, 2, 658),
	(232, 2, 149),
	(233, 2, 662),
	(234, 2, 153),
	(235, 2, 666),
	(236, 2, 157),
	(237, 2, 670),
	(238, 2, 161),
	(239, 2, 674),
	(240, 2, 165),
	(241, 2, 678),
	(242, 2, 169),
	(243, 2, 682),
	(244, 2, 173),
	(245, 2, 686),
	(246, 2, 177),
	(247, 2, 690),
	(248, 2, 181),
	(249, 2, 694),
	(250, 2, 185),
	(251, 2, 698),
	(252, 2, 189),
	(253, 2, 702),
	(254, 2, 704),
	(255, 2, 705),
	(256, 2, 706),
	(257, 2, 707),
	(258, 2, 708),
	(259, 2, 193),
	(260, 2, 710),
	(261, 2, 197),
	(262, 2, 201),
	(263, 2, 714),
	(264, 2, 715),
	(265, 2, 716),
	(266, 2, 717),
	(267, 2, 718),
	(268, 2, 205),
	(269, 2, 209),
	(270, 2, 722),
	(271, 2, 213),
	(272, 2, 726),
	(273, 2, 217),
	(274, 2, 221),
	(275, 2, 225),
	(276, 2, 229),
	(277, 2, 233),
	(278, 2, 237),
	(279, 2, 241),
	(280, 2, 245),
	(281, 2, 249),
	(282, 2, 253),
	(283, 2, 257),
	(284, 2, 261),
	(285, 2, 265),
	(286, 2, 269),
	(287, 2, 273),
	(288, 2, 277),
	(289, 2, 281),
	(290, 2, 285),
	(291, 2, 289),
	(292, 2, 293),
	(293, 2, 297),
	(294, 2, 301),
	(295, 2, 305),
	(296, 2, 309),
	(297, 2, 313),
	(298, 2, 317),
	(299, 2, 321),
	(300, 2, 325),
	(301, 2, 329),
	(302, 2, 333),
	(303, 2, 337),
	(304, 2, 341),
	(305, 2, 345),
	(306, 2, 349),
	(307, 2, 353),
	(308, 2, 357),
	(309, 2, 361),
	(310, 2, 365),
	(311, 2, 369),
	(312, 2, 373),
	(313, 2, 377),
	(314, 2, 381),
	(315, 2, 385),
	(316, 2, 389),
	(317, 2, 393),
	(318, 2, 397),
	(319, 2, 401),
	(320, 2, 405),
	(321, 2, 409),
	(322, 2, 413),
	(323, 2, 417),
	(324, 2, 421),
	(325, 2, 425),
	(326, 2, 429),
	(327, 2, 433),
	(328, 2, 437),
	(329, 2, 441),
	(330, 2, 445),
	(331, 2, 449),
	(332, 2, 453),
	(333, 2, 457),
	(334, 2, 461),
	(335, 2, 465),
	(336, 2, 469),
	(337, 2, 473),
	(338, 2, 477),
	(339, 2, 481),
	(340, 2, 485),
	(341, 2, 489),
	(342, 2, 493),
	(343, 2, 497),
	(344, 2, 498),
	(345, 2, 499),
	(346, 2, 501),
	(347, 2, 505),
	(348, 2, 509),
	(349, 3, 56),
	(350, 3, 64),
	(351, 3, 69),
	(352, 3, 73),
	(353, 3, 77),
	(354, 3, 81),
	(355, 3, 85),
	(356, 3, 86),
	(357, 3, 87),
	(358, 3, 88),
	(359, 3, 89),
	(360, 3, 90),
	(361, 3, 91),
	(362, 3, 92),
	(363, 3, 93),
	(364, 3, 94),
	(365, 3, 95),
	(366, 3, 96),
	(367, 3, 97),
	(368, 3, 101),
	(369, 3, 105),
	(370, 3, 109),
	(371, 3, 113),
	(372, 3, 117),
	(373, 3, 121),
	(374, 3, 125),
	(375, 3, 126),
	(376, 3, 127),
	(377, 3, 129),
	(378, 3, 130),
	(379, 3, 131),
	(380, 3, 133),
	(381, 3, 134),
	(382, 3, 137),
	(383, 3, 138),
	(384, 3, 139),
	(385, 3, 141),
	(386, 3, 145),
	(387, 3, 149),
	(388, 3, 153),
	(389, 3, 157),
	(390, 3, 161),
	(391, 3, 165),
	(392, 3, 169),
	(393, 3, 173),
	(394, 3, 177),
	(395, 3, 181),
	(396, 3, 185),
	(397, 3, 186),
	(398, 3, 187),
	(399, 3, 188),
	(400, 3, 189),
	(401, 3, 193),
	(402, 3, 197),
	(403, 3, 198),
	(404, 3, 199),
	(405, 3, 200),
	(406, 3, 201),
	(407, 3, 205),
	(408, 3, 209),
	(409, 3, 213),
	(410, 3, 217),
	(411, 3, 221),
	(412, 3, 225),
	(413, 3, 229),
	(414, 3, 233),
	(415, 3, 237),
	(416, 3, 241),
	(417, 3, 245),
	(418, 3, 249),
	(419, 3, 253),
	(420, 3, 257),
	(421, 3, 261),
	(422, 3, 265),
	(423, 3, 266),
	(424, 3, 267),
	(425, 3, 268),
	(426, 3, 269),
	(427, 3, 270),
	(428, 3, 271),
	(429, 3, 272),
	(430, 3, 273),
	(431, 3, 274),
	(432, 3, 275),
	(433, 3, 276),
	(434, 3, 277),
	(435, 3, 278),
	(436, 3, 279),
	(437, 3, 280),
	(438, 3, 281),
	(439, 3, 282),
	(440, 3, 283),
	(441, 3, 284),
	(442, 3, 285),
	(443, 3, 286),
	(444, 3, 287),
	(445, 3, 288),
	(446, 3, 289),
	(447, 3, 290),
	(448, 3, 291),
	(449, 3, 292),
	(450, 3, 293),
	(451, 3, 294),
	(452, 3, 295),
	(453, 3, 296),
	(454, 3, 297),
	(455, 3, 298),
	(456, 3, 299),
	(457, 3, 300),
	(458, 3, 301),
	(459, 3, 302),
	(460, 3, 303),
	(461, 3, 304),
	(462, 3, 305),
	(463, 3, 306),
	(464, 3, 307),
	(465, 3, 308),
	(466, 3, 309),
	(467, 3, 310),
	(468, 3, 311),
	(469, 3, 312),
	(470, 3, 313),
	(471, 3, 314),
	(472, 3, 315),
	(473, 3, 316),
	(474, 3, 317),
	(475, 3, 318),
	(476, 3, 319),
	(477, 3, 320),
	(478, 3, 321),
	(479, 3, 322),
	(480, 3, 323),
	(481, 3, 324),
	(482, 3, 325),
	(483, 3, 326),
	(484, 3, 327),
	(485, 3, 328),
	(486, 3, 329),
	(487, 3, 330),
	(488, 3, 331),
	(489, 3, 332),
	(490, 3, 333),
	(491, 3, 334),
	(492, 3, 335),
	(493, 3, 336),
	(494, 3, 337),
	(495, 3, 338),
	(496, 3, 339),
	(497, 3, 340),
	(498, 3, 341),
	(499, 3, 342),
	(500, 3, 343);
INSERT INTO public.auth_group_permissions VALUES
	(501, 3, 344),
	(502, 3, 345),
	(503, 3, 346),
	(504, 3, 347),
	(505, 3, 348),
	(506, 3, 349),
	(507, 3, 350),
	(508, 3, 351),
	(509, 3, 352),
	(510, 3, 353),
	(511, 3, 354),
	(512, 3, 355),
	(513, 3, 356),
	(514, 3, 357),
	(515, 3, 358),
	(516, 3, 359),
	(517, 3, 360),
	(518, 3, 361),
	(519, 3, 362),
	(520, 3, 363),
	(521, 3, 364),
	(522, 3, 365),
	(523, 3, 366),
	(524, 3, 367),
	(525, 3, 368),
	(526, 3, 369),
	(527, 3, 370),
	(528, 3, 371),
	(529, 3, 372),
	(530, 3, 373),
	(531, 3, 374),
	(532, 3, 375),
	(533, 3, 376),
	(534, 3, 377),
	(535, 3, 378),
	(536, 3, 379),
	(537, 3, 380),
	(538, 3, 381),
	(539, 3, 382),
	(540, 3, 383),
	(541, 3, 384),
	(542, 3, 385),
	(543, 3, 386),
	(544, 3, 387),
	(545, 3, 388),
	(546, 3, 389),
	(547, 3, 390),
	(548, 3, 391),
	(549, 3, 392),
	(550, 3, 393),
	(551, 3, 394),
	(552, 3, 395),
	(553, 3, 396),
	(554, 3, 397),
	(555, 3, 398),
	(556, 3, 399),
	(557, 3, 400),
	(558, 3, 401),
	(559, 3, 402),
	(560, 3, 403),
	(561, 3, 404),
	(562, 3, 405),
	(563, 3, 406),
	(564, 3, 407),
	(565, 3, 408),
	(566, 3, 409),
	(567, 3, 410),
	(568, 3, 411),
	(569, 3, 412),
	(570, 3, 413),
	(571, 3, 414),
	(572, 3, 415),
	(573, 3, 416),
	(574, 3, 417),
	(575, 3, 418),
	(576, 3, 419),
	(577, 3, 420),
	(578, 3, 421),
	(579, 3, 422),
	(580, 3, 423),
	(581, 3, 424),
	(582, 3, 425),
	(583, 3, 429),
	(584, 3, 433),
	(585, 3, 437),
	(586, 3, 441),
	(587, 3, 445),
	(588, 3, 449),
	(589, 3, 453),
	(590, 3, 457),
	(591, 3, 461),
	(592, 3, 465),
	(593, 3, 469),
	(594, 3, 473),
	(595, 3, 477),
	(596, 3, 481),
	(597, 3, 485),
	(598, 3, 489),
	(599, 3, 493),
	(600, 3, 497),
	(601, 3, 498),
	(602, 3, 499),
	(603, 3, 501),
	(604, 3, 505),
	(605, 3, 509),
	(606, 3, 513),
	(607, 3, 517),
	(608, 3, 521),
	(609, 3, 525),
	(610, 3, 529),
	(611, 3, 533),
	(612, 3, 537),
	(613, 3, 541),
	(614, 3, 545),
	(615, 3, 549),
	(616, 3, 550),
	(617, 3, 551),
	(618, 3, 552),
	(619, 3, 553),
	(620, 3, 554),
	(621, 3, 555),
	(622, 3, 556),
	(623, 3, 557),
	(624, 3, 558),
	(625, 3, 559),
	(626, 3, 560),
	(627, 3, 561),
	(628, 3, 562),
	(629, 3, 563),
	(630, 3, 564),
	(631, 3, 565),
	(632, 3, 566),
	(633, 3, 567),
	(634, 3, 568),
	(635, 3, 569),
	(636, 3, 570),
	(637, 3, 571),
	(638, 3, 572),
	(639, 3, 573),
	(640, 3, 574),
	(641, 3, 575),
	(642, 3, 576),
	(643, 3, 577),
	(644, 3, 578),
	(645, 3, 579),
	(646, 3, 580),
	(647, 3, 581),
	(648, 3, 582),
	(649, 3, 583),
	(650, 3, 584),
	(651, 3, 585),
	(652, 3, 586),
	(653, 3, 587),
	(654, 3, 588),
	(655, 3, 589),
	(656, 3, 590),
	(657, 3, 591),
	(658, 3, 592),
	(659, 3, 593),
	(660, 3, 594),
	(661, 3, 595),
	(662, 3, 596),
	(663, 3, 597),
	(664, 3, 598),
	(665, 3, 599),
	(666, 3, 600),
	(667, 3, 601),
	(668, 3, 602),
	(669, 3, 603),
	(670, 3, 604),
	(671, 3, 605),
	(672, 3, 606),
	(673, 3, 607),
	(674, 3, 608),
	(675, 3, 609),
	(676, 3, 610),
	(677, 3, 611),
	(678, 3, 612),
	(679, 3, 613),
	(680, 3, 614),
	(681, 3, 615),
	(682, 3, 616),
	(683, 3, 617),
	(684, 3, 618),
	(685, 3, 619),
	(686, 3, 620),
	(687, 3, 621),
	(688, 3, 622),
	(689, 3, 623),
	(690, 3, 624),
	(691, 3, 625),
	(692, 3, 626),
	(693, 3, 627),
	(694, 3, 628),
	(695, 3, 629),
	(696, 3, 630),
	(697, 3, 631),
	(698, 3, 632),
	(699, 3, 633),
	(700, 3, 634),
	(701, 3, 635),
	(702, 3, 636),
	(703, 3, 637),
	(704, 3, 638),
	(705, 3, 639),
	(706, 3, 640),
	(707, 3, 641),
	(708, 3, 642),
	(709, 3, 643),
	(710, 3, 644),
	(711, 3, 645),
	(712, 3, 646),
	(713, 3, 647),
	(714, 3, 648),
	(715, 3, 649),
	(716, 3, 650),
	(717, 3, 651),
	(718, 3, 652),
	(719, 3, 653),
	(720, 3, 654),
	(721, 3, 655),
	(722, 3, 656),
	(723, 3, 657),
	(724, 3, 658),
	(725, 3, 659),
	(726, 3, 660),
	(727, 3, 661),
	(728, 3, 662),
	(729, 3, 663),
	(730, 3, 664),
	(731, 3, 665),
	(732, 3, 666),
	(733, 3, 667),
	(734, 3, 668),
	(735, 3, 669),
	(736, 3, 670),
	(737, 3, 671),
	(738, 3, 672),
	(739, 3, 673),
	(740, 3, 674),
	(741, 3, 675),
	(742, 3, 676),
	(743, 3, 677),
	(744, 3, 678),
	(745, 3, 679),
	(746, 3, 680),
	(747, 3, 681),
	(748, 3, 682),
	(749, 3, 686),
	(750, 3, 690),
	(751, 3, 694),
	(752, 3, 698),
	(753, 3, 702),
	(754, 3, 703),
	(755, 3, 704),
	(756, 3, 705),
	(757, 3, 706),
	(758, 3, 707),
	(759, 3, 708),
	(760, 3, 710),
	(761, 3, 714),
	(762, 3, 715),
	(763, 3, 716),
	(764, 3, 717),
	(765, 3, 718),
	(766, 3, 722),
	(767, 3, 726),
	(768, 4, 513),
	(769, 4, 517),
	(770, 4, 521),
	(771, 4, 525),
	(772, 4, 529),
	(773, 4, 533),
	(774, 4, 537),
	(775, 4, 541),
	(776, 4, 545),
	(777, 4, 549),
	(778, 4, 553),
	(779, 4, 557),
	(780, 4, 561),
	(781, 4, 565),
	(782, 4, 56),
	(783, 4, 569),
	(784, 4, 573),
	(785, 4, 64),
	(786, 4, 65),
	(787, 4, 578),
	(788, 4, 69),
	(789, 4, 582),
	(790, 4, 73),
	(791, 4, 586),
	(792, 4, 77),
	(793, 4, 590),
	(794, 4, 81),
	(795, 4, 594),
	(796, 4, 85),
	(797, 4, 598),
	(798, 4, 89),
	(799, 4, 602),
	(800, 4, 93),
	(801, 4, 606),
	(802, 4, 97),
	(803, 4, 610),
	(804, 4, 101),
	(805, 4, 614),
	(806, 4, 105),
	(807, 4, 618),
	(808, 4, 109),
	(809, 4, 622),
	(810, 4, 113),
	(811, 4, 626),
	(812, 4, 117),
	(813, 4, 630),
	(814, 4, 121),
	(815, 4, 634),
	(816, 4, 125),
	(817, 4, 638),
	(818, 4, 129),
	(819, 4, 642),
	(820, 4, 133),
	(821, 4, 646),
	(822, 4, 137),
	(823, 4, 650),
	(824, 4, 141),
	(825, 4, 654),
	(826, 4, 145),
	(827, 4, 658),
	(828, 4, 149),
	(829, 4, 662),
	(830, 4, 153),
	(831, 4, 666),
	(832, 4, 157),
	(833, 4, 670),
	(834, 4, 161),
	(835, 4, 674),
	(836, 4, 165),
	(837, 4, 678),
	(838, 4, 169),
	(839, 4, 682),
	(840, 4, 173),
	(841, 4, 686),
	(842, 4, 177),
	(843, 4, 690),
	(844, 4, 181),
	(845, 4, 694),
	(846, 4, 185),
	(847, 4, 698),
	(848, 4, 189),
	(849, 4, 702),
	(850, 4, 193),
	(851, 4, 706),
	(852, 4, 197),
	(853, 4, 710),
	(854, 4, 201),
	(855, 4, 714),
	(856, 4, 715),
	(857, 4, 716),
	(858, 4, 717),
	(859, 4, 718),
	(860, 4, 205),
	(861, 4, 209),
	(862, 4, 722),
	(863, 4, 213),
	(864, 4, 726),
	(865, 4, 217),
	(866, 4, 221),
	(867, 4, 225),
	(868, 4, 229),
	(869, 4, 233),
	(870, 4, 237),
	(871, 4, 241),
	(872, 4, 245),
	(873, 4, 249),
	(874, 4, 253),
	(875, 4, 257),
	(876, 4, 261),
	(877, 4, 265),
	(878, 4, 269),
	(879, 4, 273),
	(880, 4, 277),
	(881, 4, 281),
	(882, 4, 285),
	(883, 4, 289),
	(884, 4, 293),
	(885, 4, 297),
	(886, 4, 301),
	(887, 4, 305),
	(888, 4, 309),
	(889, 4, 313),
	(890, 4, 317),
	(891, 4, 321),
	(892, 4, 325),
	(893, 4, 329),
	(894, 4, 333),
	(895, 4, 337),
	(896, 4, 341),
	(897, 4, 345),
	(898, 4, 349),
	(899, 4, 353),
	(900, 4, 357),
	(901, 4, 361),
	(902, 4, 365),
	(903, 4, 369),
	(904, 4, 373),
	(905, 4, 377),
	(906, 4, 381),
	(907, 4, 385),
	(908, 4, 389),
	(909, 4, 393),
	(910, 4, 397),
	(911, 4, 401),
	(912, 4, 405),
	(913, 4, 409),
	(914, 4, 413),
	(915, 4, 417),
	(916, 4, 421),
	(917, 4, 425),
	(918, 4, 429),
	(919, 4, 433),
	(920, 4, 437),
	(921, 4, 441),
	(922, 4, 445),
	(923, 4, 449),
	(924, 4, 453),
	(925, 4, 457),
	(926, 4, 461),
	(927, 4, 465),
	(928, 4, 469),
	(929, 4, 473),
	(930, 4, 477),
	(931, 4, 481),
	(932, 4, 485),
	(933, 4, 489),
	(934, 4, 493),
	(935, 4, 497),
	(936, 4, 501),
	(937, 4, 505),
	(938, 4, 509),
	(939, 5, 1),
	(940, 5, 2),
	(941, 5, 3),
	(942, 5, 4),
	(943, 5, 5),
	(944, 5, 6),
	(945, 5, 7),
	(946, 5, 8),
	(947, 5, 9),
	(948, 5, 10),
	(949, 5, 11),
	(950, 5, 12),
	(951, 5, 13),
	(952, 5, 14),
	(953, 5, 15),
	(954, 5, 16),
	(955, 5, 17),
	(956, 5, 18),
	(957, 5, 19),
	(958, 5, 20),
	(959, 5, 21),
	(960, 5, 22),
	(961, 5, 23),
	(962, 5, 24),
	(963, 5, 25),
	(964, 5, 26),
	(965, 5, 27),
	(966, 5, 28),
	(967, 5, 29),
	(968, 5, 30),
	(969, 5, 31),
	(970, 5, 32),
	(971, 5, 33),
	(972, 5, 34),
	(973, 5, 35),
	(974, 5, 36),
	(975, 5, 37),
	(976, 5, 38),
	(977, 5, 39),
	(978, 5, 40),
	(979, 5, 41),
	(980, 5, 42),
	(981, 5, 43),
	(982, 5, 44),
	(983, 5, 45),
	(984, 5, 46),
	(985, 5, 47),
	(986, 5, 48),
	(987, 5, 49),
	(988, 5, 50),
	(989, 5, 51),
	(990, 5, 52),
	(991, 5, 53),
	(992, 5, 54),
	(993, 5, 55),
	(994, 5, 56),
	(995, 5, 57),
	(996, 5, 58),
	(997, 5, 59),
	(998, 5, 60),
	(999, 5, 61),
	(1000, 5, 62);
INSERT INTO public.auth_group_permissions VALUES
	(1001, 5, 63),
	(1002, 5, 64),
	(1003, 5, 65),
	(1004, 5, 66),
	(1005, 5, 67),
	(1006, 5, 68),
	(1007, 5, 69),
	(1008, 5, 70),
	(1009, 5, 71),
	(1010, 5, 72),
	(1011, 5, 73),
	(1012, 5, 74),
	(1013, 5, 75),
	(1014, 5, 76),
	(1015, 5, 77),
	(1016, 5, 78),
	(1017, 5, 79),
	(1018, 5, 80),
	(1019, 5, 81),
	(1020, 5, 82),
	(1021, 5, 83),
	(1022, 5, 84),
	(1023, 5, 85),
	(1024, 5, 86),
	(1025, 5, 87),
	(1026, 5, 88),
	(1027, 5, 89),
	(1028, 5, 90),
	(1029, 5, 91),
	(1030, 5, 92),
	(1031, 5, 93),
	(1032, 5, 94),
	(1033, 5, 95),
	(1034, 5, 96),
	(1035, 5, 97),
	(1036, 5, 98),
	(1037, 5, 99),
	(1038, 5, 100),
	(1039, 5, 101),
	(1040, 5, 102),
	(1041, 5, 103),
	(1042, 5, 104),
	(1043, 5, 105),
	(1044, 5, 106),
	(1045, 5, 107),
	(1046, 5, 108),
	(1047, 5, 109),
	(1048, 5, 110),
	(1049, 5, 111),
	(1050, 5, 112),
	(1051, 5, 113),
	(1052, 5, 114),
	(1053, 5, 115),
	(1054, 5, 116),
	(1055, 5, 117),
	(1056, 5, 118),
	(1057, 5, 119),
	(1058, 5, 120),
	(1059, 5, 121),
	(1060, 5, 122),
	(1061, 5, 123),
	(1062, 5, 124),
	(1063, 5, 125),
	(1064, 5, 126),
	(1065, 5, 127),
	(1066, 5, 128),
	(1067, 5, 129),
	(1068, 5, 130),
	(1069, 5, 131),
	(1070, 5, 132),
	(1071, 5, 133),
	(1072, 5, 134),
	(1073, 5, 135),
	(1074, 5, 136),
	(1075, 5, 137),
	(1076, 5, 138),
	(1077, 5, 139),
	(1078, 5, 140),
	(1079, 5, 141),
	(1080, 5, 142),
	(1081, 5, 143),
	(1082, 5, 144),
	(1083, 5, 145),
	(1084, 5, 146),
	(1085, 5, 147),
	(1086, 5, 148),
	(1087, 5, 149),
	(1088, 5, 150),
	(1089, 5, 151),
	(1090, 5, 152),
	(1091, 5, 153),
	(1092, 5, 154),
	(1093, 5, 155),
	(1094, 5, 156),
	(1095, 5, 157),
	(1096, 5, 158),
	(1097, 5, 159),
	(1098, 5, 160),
	(1099, 5, 161),
	(1100, 5, 162),
	(1101, 5, 163),
	(1102, 5, 164),
	(1103, 5, 165),
	(1104, 5, 166),
	(1105, 5, 167),
	(1106, 5, 168),
	(1107, 5, 169),
	(1108, 5, 170),
	(1109, 5, 171),
	(1110, 5, 172),
	(1111, 5, 173),
	(1112, 5, 174),
	(1113, 5, 175),
	(1114, 5, 176),
	(1115, 5, 177),
	(1116, 5, 178),
	(1117, 5, 179),
	(1118, 5, 180),
	(1119, 5, 181),
	(1120, 5, 182),
	(1121, 5, 183),
	(1122, 5, 184),
	(1123, 5, 185),
	(1124, 5, 186),
	(1125, 5, 187),
	(1126, 5, 188),
	(1127, 5, 189),
	(1128, 5, 190),
	(1129, 5, 191),
	(1130, 5, 192),
	(1131, 5, 193),
	(1132, 5, 194),
	(1133, 5, 195),
	(1134, 5, 196),
	(1135, 5, 197),
	(1136, 5, 198),
	(1137, 5, 199),
	(1138, 5, 200),
	(1139, 5, 201),
	(1140, 5, 202),
	(1141, 5, 203),
	(1142, 5, 204),
	(1143, 5, 205),
	(1144, 5, 206),
	(1145, 5, 207),
	(1146, 5, 208),
	(1147, 5, 209),
	(1148, 5, 210),
	(1149, 5, 211),
	(1150, 5, 212),
	(1151, 5, 213),
	(1152, 5, 214),
	(1153, 5, 215),
	(1154, 5, 216),
	(1155, 5, 217),
	(1156, 5, 218),
	(1157, 5, 219),
	(1158, 5, 220),
	(1159, 5, 221),
	(1160, 5, 222),
	(1161, 5, 223),
	(1162, 5, 224),
	(1163, 5, 225),
	(1164, 5, 226),
	(1165, 5, 227),
	(1166, 5, 228),
	(1167, 5, 229),
	(1168, 5, 230),
	(1169, 5, 231),
	(1170, 5, 232),
	(1171, 5, 233),
	(1172, 5, 234),
	(1173, 5, 235),
	(1174, 5, 236),
	(1175, 5, 237),
	(1176, 5, 238),
	(1177, 5, 239),
	(1178, 5, 240),
	(1179, 5, 241),
	(1180, 5, 242),
	(1181, 5, 243),
	(1182, 5, 244),
	(1183, 5, 245),
	(1184, 5, 246),
	(1185, 5, 247),
	(1186, 5, 248),
	(1187, 5, 249),
	(1188, 5, 250),
	(1189, 5, 251),
	(1190, 5, 252),
	(1191, 5, 253),
	(1192, 5, 254),
	(1193, 5, 255),
	(1194, 5, 256),
	(1195, 5, 257),
	(1196, 5, 258),
	(1197, 5, 259),
	(1198, 5, 260),
	(1199, 5, 261),
	(1200, 5, 262),
	(1201, 5, 263),
	(1202, 5, 264),
	(1203, 5, 265),
	(1204, 5, 266),
	(1205, 5, 267),
	(1206, 5, 268),
	(1207, 5, 269),
	(1208, 5, 270),
	(1209, 5, 271),
	(1210, 5, 272),
	(1211, 5, 273),
	(1212, 5, 274),
	(1213, 5, 275),
	(1214, 5, 276),
	(1215, 5, 277),
	(1216, 5, 278),
	(1217, 5, 279),
	(1218, 5, 280),
	(1219, 5, 281),
	(1220, 5, 282),
	(1221, 5, 283),
	(1222, 5, 284),
	(1223, 5, 285),
	(1224, 5, 286),
	(1225, 5, 287),
	(1226, 5, 288),
	(1227, 5, 289),
	(1228, 5, 290),
	(1229, 5, 291),
	(1230, 5, 292),
	(1231, 5, 293),
	(1232, 5, 294),
	(1233, 5, 295),
	(1234, 5, 296),
	(1235, 5, 297),
	(1236, 5, 298),
	(1237, 5, 299),
	(1238, 5, 300),
	(1239, 5, 301),
	(1240, 5, 302),
	(1241, 5, 303),
	(1242, 5, 304),
	(1243, 5, 305),
	(1244, 5, 306),
	(1245, 5, 307),
	(1246, 5, 308),
	(1247, 5, 309),
	(1248, 5, 310),
	(1249, 5, 311),
	(1250, 5, 312),
	(1251, 5, 313),
	(1252, 5, 314),
	(1253, 5, 315),
	(1254, 5, 316),
	(1255, 5, 317),
	(1256, 5, 318),
	(1257, 5, 319),
	(1258, 5, 320),
	(1259, 5, 321),
	(1260, 5, 322),
	(1261, 5, 323),
	(1262, 5, 324),
	(1263, 5, 325),
	(1264, 5, 326),
	(1265, 5, 327),
	(1266, 5, 328),
	(1267, 5, 329),
	(1268, 5, 330),
	(1269, 5, 331),
	(1270, 5, 332),
	(1271, 5, 333),
	(1272, 5, 334),
	(1273, 5, 335),
	(1274, 5, 336),
	(1275, 5, 337),
	(1276, 5, 338),
	(1277, 5, 339),
	(1278, 5, 340),
	(1279, 5, 341),
	(1280, 5, 342),
	(1281, 5, 343),
	(1282, 5, 344),
	(1283, 5, 345),
	(1284, 5, 346),
	(1285, 5, 347),
	(1286, 5, 348),
	(1287, 5, 349),
	(1288, 5, 350),
	(1289, 5, 351),
	(1290, 5, 352),
	(1291, 5, 353),
	(1292, 5, 354),
	(1293, 5, 355),
	(1294, 5, 356),
	(1295, 5, 357),
	(1296, 5, 358),
	(1297, 5, 359),
	(1298, 5, 360),
	(1299, 5, 361),
	(1300, 5, 362),
	(1301, 5, 363),
	(1302, 5, 364),
	(1303, 5, 365),
	(1304, 5, 366),
	(1305, 5, 367),
	(1306, 5, 368),
	(1307, 5, 369),
	(1308, 5, 370),
	(1309, 5, 371),
	(1310, 5, 372),
	(1311, 5, 373),
	(1312, 5, 374),
	(1313, 5, 375),
	(1314, 5, 376),
	(1315, 5, 377),
	(1316, 5, 378),
	(1317, 5, 379),
	(1318, 5, 380),
	(1319, 5, 381),
	(1320, 5, 382),
	(1321, 5, 383),
	(1322, 5, 384),
	(1323, 5, 385),
	(1324, 5, 386),
	(1325, 5, 387),
	(1326, 5, 388),
	(1327, 5, 389),
	(1328, 5, 390),
	(1329, 5, 391),
	(1330, 5, 392),
	(1331, 5, 393),
	(1332, 5, 394),
	(1333, 5, 395),
	(1334, 5, 396),
	(1335, 5, 397),
	(1336, 5, 398),
	(1337, 5, 399),
	(1338, 5, 400),
	(1339, 5, 401),
	(1340, 5, 402),
	(1341, 5, 403),
	(1342, 5, 404),
	(1343, 5, 405),
	(1344, 5, 406),
	(1345, 5, 407),
	(1346, 5, 408),
	(1347, 5, 409),
	(1348, 5, 410),
	(1349, 5, 411),
	(1350, 5, 412),
	(1351, 5, 413),
	(1352, 5, 414),
	(1353, 5, 415),
	(1354, 5, 416),
	(1355, 5, 417),
	(1356, 5, 418),
	(1357, 5, 419),
	(1358, 5, 420),
	(1359, 5, 421),
	(1360, 5, 422),
	(1361, 5, 423),
	(1362, 5, 424),
	(1363, 5, 425),
	(1364, 5, 426),
	(1365, 5, 427),
	(1366, 5, 428),
	(1367, 5, 429),
	(1368, 5, 430),
	(1369, 5, 431),
	(1370, 5, 432),
	(1371, 5, 433),
	(1372, 5, 434),
	(1373, 5, 435),
	(1374, 5, 436),
	(1375, 5, 437),
	(1376, 5, 438),
	(1377, 5, 439),
	(1378, 5, 440),
	(1379, 5, 441),
	(1380, 5, 442),
	(1381, 5, 443),
	(1382, 5, 444),
	(1383, 5, 445),
	(1384, 5, 446),
	(1385, 5, 447),
	(1386, 5, 448),
	(1387, 5, 449),
	(1388, 5, 450),
	(1389, 5, 451),
	(1390, 5, 452),
	(1391, 5, 453),
	(1392, 5, 454),
	(1393, 5, 455),
	(1394, 5, 456),
	(1395, 5, 457),
	(1396, 5, 458),
	(1397, 5, 459),
	(1398, 5, 460),
	(1399, 5, 461),
	(1400, 5, 462),
	(1401, 5, 463),
	(1402, 5, 464),
	(1403, 5, 465),
	(1404, 5, 466),
	(1405, 5, 467),
	(1406, 5, 468),
	(1407, 5, 469),
	(1408, 5, 470),
	(1409, 5, 471),
	(1410, 5, 472),
	(1411, 5, 473),
	(1412, 5, 474),
	(1413, 5, 475),
	(1414, 5, 476),
	(1415, 5, 477),
	(1416, 5, 478),
	(1417, 5, 479),
	(1418, 5, 480),
	(1419, 5, 481),
	(1420, 5, 482),
	(1421, 5, 483),
	(1422, 5, 484),
	(1423, 5, 485),
	(1424, 5, 486),
	(1425, 5, 487),
	(1426, 5, 488),
	(1427, 5, 489),
	(1428, 5, 490),
	(1429, 5, 491),
	(1430, 5, 492),
	(1431, 5, 493),
	(1432, 5, 494),
	(1433, 5, 495),
	(1434, 5, 496),
	(1435, 5, 497),
	(1436, 5, 498),
	(1437, 5, 499),
	(1438, 5, 500),
	(1439, 5, 501),
	(1440, 5, 502),
	(1441, 5, 503),
	(1442, 5, 504),
	(1443, 5, 505),
	(1444, 5, 506),
	(1445, 5, 507),
	(1446, 5, 508),
	(1447, 5, 509),
	(1448, 5, 510),
	(1449, 5, 511),
	(1450, 5, 512),
	(1451, 5, 513),
	(1452, 5, 514),
	(1453, 5, 515),
	(1454, 5, 516),
	(1455, 5, 517),
	(1456, 5, 518),
	(1457, 5, 519),
	(1458, 5, 520),
	(1459, 5, 521),
	(1460, 5, 522),
	(1461, 5, 523),
	(1462, 5, 524),
	(1463, 5, 525),
	(1464, 5, 526),
	(1465, 5, 527),
	(1466, 5, 528),
	(1467, 5, 529),
	(1468, 5, 530),
	(1469, 5, 531),
	(1470, 5, 532),
	(1471, 5, 533),
	(1472, 5, 534),
	(1473, 5, 535),
	(1474, 5, 536),
	(1475, 5, 537),
	(1476, 5, 538),
	(1477, 5, 539),
	(1478, 5, 540),
	(1479, 5, 541),
	(1480, 5, 542),
	(1481, 5, 543),
	(1482, 5, 544),
	(1483, 5, 545),
	(1484, 5, 546),
	(1485, 5, 547),
	(1486, 5, 548),
	(1487, 5, 549),
	(1488, 5, 550),
	(1489, 5, 551),
	(1490, 5, 552),
	(1491, 5, 553),
	(1492, 5, 554),
	(1493, 5, 555),
	(1494, 5, 556),
	(1495, 5, 557),
	(1496, 5, 558),
	(1497, 5, 559),
	(1498, 5, 560),
	(1499, 5, 561),
	(1500, 5, 562);
INSERT INTO public.auth_group_permissions VALUES
	(1501, 5, 563),
	(1502, 5, 564),
	(1503, 5, 565),
	(1504, 5, 566),
	(1505, 5, 567),
	(1506, 5, 568),
	(1507, 5, 569),
	(1508, 5, 570),
	(1509, 5, 571),
	(1510, 5, 572),
	(1511, 5, 573),
	(1512, 5, 574),
	(1513, 5, 575),
	(1514, 5, 576),
	(1515, 5, 577),
	(1516, 5, 578),
	(1517, 5, 579),
	(1518, 5, 580),
	(1519, 5, 581),
	(1520, 5, 582),
	(1521, 5, 583),
	(1522, 5, 584),
	(1523, 5, 585),
	(1524, 5, 586),
	(1525, 5, 587),
	(1526, 5, 588),
	(1527, 5, 589),
	(1528, 5, 590),
	(1529, 5, 591),
	(1530, 5, 592),
	(1531, 5, 593),
	(1532, 5, 594),
	(1533, 5, 595),
	(1534, 5, 596),
	(1535, 5, 597),
	(1536, 5, 598),
	(1537, 5, 599),
	(1538, 5, 600),
	(1539, 5, 601),
	(1540, 5, 602),
	(1541, 5, 603),
	(1542, 5, 604),
	(1543, 5, 605),
	(1544, 5, 606),
	(1545, 5, 607),
	(1546, 5, 608),
	(1547, 5, 609),
	(1548, 5, 610),
	(1549, 5, 611),
	(1550, 5, 612),
	(1551, 5, 613),
	(1552, 5, 614),
	(1553, 5, 615),
	(1554, 5, 616),
	(1555, 5, 617),
	(1556, 5, 618),
	(1557, 5, 619),
	(1558, 5, 620),
	(1559, 5, 621),
	(1560, 5, 622),
	(1561, 5, 623),
	(1562, 5, 624),
	(1563, 5, 625),
	(1564, 5, 626),
	(1565, 5, 627),
	(1566, 5, 628),
	(1567, 5, 629),
	(1568, 5, 630),
	(1569, 5, 631),
	(1570, 5, 632),
	(1571, 5, 633),
	(1572, 5, 634),
	(1573, 5, 635),
	(1574, 5, 636),
	(1575, 5, 637),
	(1576, 5, 638),
	(1577, 5, 639),
	(1578, 5, 640),
	(1579, 5, 641),
	(1580, 5, 642),
	(1581, 5, 643),
	(1582, 5, 644),
	(1583, 5, 645),
	(1584, 5, 646),
	(1585, 5, 647),
	(1586, 5, 648),
	(1587, 5, 649),
	(1588, 5, 650),
	(1589, 5, 651),
	(1590, 5, 652),
	(1591, 5, 653),
	(1592, 5, 654),
	(1593, 5, 655),
	(1594, 5, 656),
	(1595, 5, 657),
	(1596, 5, 658),
	(1597, 5, 659),
	(1598, 5, 660),
	(1599, 5, 661),
	(1600, 5, 662),
	(1601, 5, 663),
	(1602, 5, 664),
	(1603, 5, 665),
	(1604, 5, 666),
	(1605, 5, 667),
	(1606, 5, 668),
	(1607, 5, 669),
	(1608, 5, 670),
	(1609, 5, 671),
	(1610, 5, 672),
	(1611, 5, 673),
	(1612, 5, 674),
	(1613, 5, 675),
	(1614, 5, 676),
	(1615, 5, 677),
	(1616, 5, 678),
	(1617, 5, 679),
	(1618, 5, 680),
	(1619, 5, 681),
	(1620, 5, 682),
	(1621, 5, 683),
	(1622, 5, 684),
	(1623, 5, 685),
	(1624, 5, 686),
	(1625, 5, 687),
	(1626, 5, 688),
	(1627, 5, 689),
	(1628, 5, 690),
	(1629, 5, 691),
	(1630, 5, 692),
	(1631, 5, 693),
	(1632, 5, 694),
	(1633, 5, 695),
	(1634, 5, 696),
	(1635, 5, 697),
	(1636, 5, 698),
	(1637, 5, 699),
	(1638, 5, 700),
	(1639, 5, 701),
	(1640, 5, 702),
	(1641, 5, 703),
	(1642, 5, 704),
	(1643, 5, 705),
	(1644, 5, 706),
	(1645, 5, 707),
	(1646, 5, 708),
	(1647, 5, 709),
	(1648, 5, 710),
	(1649, 5, 711),
	(1650, 5, 712),
	(1651, 5, 713),
	(1652, 5, 714),
	(1653, 5, 715),
	(1654, 5, 716),
	(1655, 5, 717),
	(1656, 5, 718),
	(1657, 5, 719),
	(1658, 5, 720),
	(1659, 5, 721),
	(1660, 5, 722),
	(1661, 5, 723),
	(1662, 5, 724),
	(1663, 5, 725),
	(1664, 5, 726);

INSERT INTO public.auth_permission VALUES
	(1, 'Can add log entry', 1, 'add_logentry'),
	(2, 'Can change log entry', 1, 'change_logentry'),
	(3, 'Can delete log entry', 1, 'delete_logentry'),
	(4, 'Can view log entry', 1, 'view_logentry'),
	(5, 'Can add permission', 2, 'add_permission'),
	(6, 'Can change permission', 2, 'change_permission'),
	(7, 'Can delete permission', 2, 'delete_permission'),
	(8, 'Can view permission', 2, 'view_permission'),
	(9, 'Can add group', 3, 'add_group'),
	(10, 'Can change group', 3, 'change_group'),
	(11, 'Can delete group', 3, 'delete_group'),
	(12, 'Can view group', 3, 'view_group'),
	(13, 'Can add user', 4, 'add_user'),
	(14, 'Can change user', 4, 'change_user'),
	(15, 'Can delete user', 4, 'delete_user'),
	(16, 'Can view user', 4, 'view_user'),
	(17, 'Can add content type', 5, 'add_contenttype'),
	(18, 'Can change content type', 5, 'change_contenttype'),
	(19, 'Can delete content type', 5, 'delete_contenttype'),
	(20, 'Can view content type', 5, 'view_contenttype'),
	(21, 'Can add session', 6, 'add_session'),
	(22, 'Can change session', 6, 'change_session'),
	(23, 'Can delete session', 6, 'delete_session'),
	(24, 'Can view session', 6, 'view_session'),
	(25, 'Can add TOTP device', 7, 'add_totpdevice'),
	(26, 'Can change TOTP device', 7, 'change_totpdevice'),
	(27, 'Can delete TOTP device', 7, 'delete_totpdevice'),
	(28, 'Can view TOTP device', 7, 'view_totpdevice'),
	(29, 'Can add static device', 8, 'add_staticdevice'),
	(30, 'Can change static device', 8, 'change_staticdevice'),
	(31, 'Can delete static device', 8, 'delete_staticdevice'),
	(32, 'Can view static device', 8, 'view_staticdevice'),
	(33, 'Can add static token', 9, 'add_statictoken'),
	(34, 'Can change static token', 9, 'change_statictoken'),
	(35, 'Can delete static token', 9, 'delete_statictoken'),
	(36, 'Can view static token', 9, 'view_statictoken'),
	(37, 'Can add access attempt', 10, 'add_accessattempt'),
	(38, 'Can change access attempt', 10, 'change_accessattempt'),
	(39, 'Can delete access attempt', 10, 'delete_accessattempt'),
	(40, 'Can view access attempt', 10, 'view_accessattempt'),
	(41, 'Can add access log', 11, 'add_accesslog'),
	(42, 'Can change access log', 11, 'change_accesslog'),
	(43, 'Can delete access log', 11, 'delete_accesslog'),
	(44, 'Can view access log', 11, 'view_accesslog'),
	(45, 'Can add access failure', 12, 'add_accessfailurelog'),
	(46, 'Can change access failure', 12, 'change_accessfailurelog'),
	(47, 'Can delete access failure', 12, 'delete_accessfailurelog'),
	(48, 'Can view access failure', 12, 'view_accessfailurelog'),
	(49, 'Can add access attempt expiration', 13, 'add_accessattemptexpiration'),
	(50, 'Can change access attempt expiration', 13, 'change_accessattemptexpiration'),
	(51, 'Can delete access attempt expiration', 13, 'delete_accessattemptexpiration'),
	(52, 'Can view access attempt expiration', 13, 'view_accessattemptexpiration'),
	(53, 'Can add log entry', 14, 'add_logentry'),
	(54, 'Can change log entry', 14, 'change_logentry'),
	(55, 'Can delete log entry', 14, 'delete_logentry'),
	(56, 'Can view log entry', 14, 'view_logentry'),
	(57, 'Can add change of access', 15, 'add_accesschange'),
	(58, 'Can change change of access', 15, 'change_accesschange'),
	(59, 'Can delete change of access', 15, 'delete_accesschange'),
	(60, 'Can view change of access', 15, 'view_accesschange'),
	(61, 'Can add approval', 16, 'add_approval'),
	(62, 'Can change approval', 16, 'change_approval'),
	(63, 'Can delete approval', 16, 'delete_approval'),
	(64, 'Can view approval', 16, 'view_approval'),
	(65, 'Can approve or reject requests of others', 16, 'decide_approval'),
	(66, 'Can add action without approval', 17, 'add_soloaction'),
	(67, 'Can change action without approval', 17, 'change_soloaction'),
	(68, 'Can delete action without approval', 17, 'delete_soloaction'),
	(69, 'Can view action without approval', 17, 'view_soloaction'),
	(70, 'Can add row of a bulk action', 18, 'add_bulkrow'),
	(71, 'Can change row of a bulk action', 18, 'change_bulkrow'),
	(72, 'Can delete row of a bulk action', 18, 'delete_bulkrow'),
	(73, 'Can view row of a bulk action', 18, 'view_bulkrow'),
	(74, 'Can add bulk action', 19, 'add_bulkrun'),
	(75, 'Can change bulk action', 19, 'change_bulkrun'),
	(76, 'Can delete bulk action', 19, 'delete_bulkrun'),
	(77, 'Can view bulk action', 19, 'view_bulkrun'),
	(78, 'Can add scheduled job', 20, 'add_heartbeat'),
	(79, 'Can change scheduled job', 20, 'change_heartbeat'),
	(80, 'Can delete scheduled job', 20, 'delete_heartbeat'),
	(81, 'Can view scheduled job', 20, 'view_heartbeat'),
	(82, 'Can add outbox message', 21, 'add_outboxmessage'),
	(83, 'Can change outbox message', 21, 'change_outboxmessage'),
	(84, 'Can delete outbox message', 21, 'delete_outboxmessage'),
	(85, 'Can view outbox message', 21, 'view_outboxmessage'),
	(86, 'Can add contact', 22, 'add_contact'),
	(87, 'Can change contact', 22, 'change_contact'),
	(88, 'Can delete contact', 22, 'delete_contact'),
	(89, 'Can view contact', 22, 'view_contact'),
	(90, 'Can add email', 23, 'add_mailmessage'),
	(91, 'Can change email', 23, 'change_mailmessage'),
	(92, 'Can delete email', 23, 'delete_mailmessage'),
	(93, 'Can view email', 23, 'view_mailmessage'),
	(94, 'Can add email opt-out', 24, 'add_mailoptout'),
	(95, 'Can change email opt-out', 24, 'change_mailoptout'),
	(96, 'Can delete email opt-out', 24, 'delete_mailoptout'),
	(97, 'Can view email opt-out', 24, 'view_mailoptout'),
	(98, 'Can add webhook sequence', 25, 'add_webhooksequence'),
	(99, 'Can change webhook sequence', 25, 'change_webhooksequence'),
	(100, 'Can delete webhook sequence', 25, 'delete_webhooksequence'),
	(101, 'Can view webhook sequence', 25, 'view_webhooksequence'),
	(102, 'Can add webhook endpoint', 26, 'add_webhookendpoint'),
	(103, 'Can change webhook endpoint', 26, 'change_webhookendpoint'),
	(104, 'Can delete webhook endpoint', 26, 'delete_webhookendpoint'),
	(105, 'Can view webhook endpoint', 26, 'view_webhookendpoint'),
	(106, 'Can add webhook event', 27, 'add_webhookevent'),
	(107, 'Can change webhook event', 27, 'change_webhookevent'),
	(108, 'Can delete webhook event', 27, 'delete_webhookevent'),
	(109, 'Can view webhook event', 27, 'view_webhookevent'),
	(110, 'Can add webhook delivery', 28, 'add_webhookdelivery'),
	(111, 'Can change webhook delivery', 28, 'change_webhookdelivery'),
	(112, 'Can delete webhook delivery', 28, 'delete_webhookdelivery'),
	(113, 'Can view webhook delivery', 28, 'view_webhookdelivery'),
	(114, 'Can add top-up attempt', 29, 'add_topupattempt'),
	(115, 'Can change top-up attempt', 29, 'change_topupattempt'),
	(116, 'Can delete top-up attempt', 29, 'delete_topupattempt'),
	(117, 'Can view top-up attempt', 29, 'view_topupattempt'),
	(118, 'Can add automatic top-up', 30, 'add_topup'),
	(119, 'Can change automatic top-up', 30, 'change_topup'),
	(120, 'Can delete automatic top-up', 30, 'delete_topup'),
	(121, 'Can view automatic top-up', 30, 'view_topup'),
	(122, 'Can add platform key version', 31, 'add_platformkeyversion'),
	(123, 'Can change platform key version', 31, 'change_platformkeyversion'),
	(124, 'Can delete platform key version', 31, 'delete_platformkeyversion'),
	(125, 'Can view platform key version', 31, 'view_platformkeyversion'),
	(126, 'Can add project', 32, 'add_project'),
	(127, 'Can change project', 32, 'change_project'),
	(128, 'Can delete project', 32, 'delete_project'),
	(129, 'Can view project', 32, 'view_project'),
	(130, 'Can add organization', 33, 'add_organization'),
	(131, 'Can change organization', 33, 'change_organization'),
	(132, 'Can delete organization', 33, 'delete_organization'),
	(133, 'Can view organization', 33, 'view_organization'),
	(134, 'Can add identity link', 34, 'add_identitylink'),
	(135, 'Can change identity link', 34, 'change_identitylink'),
	(136, 'Can delete identity link', 34, 'delete_identitylink'),
	(137, 'Can view identity link', 34, 'view_identitylink'),
	(138, 'Can add API key', 35, 'add_apikey'),
	(139, 'Can change API key', 35, 'change_apikey'),
	(140, 'Can delete API key', 35, 'delete_apikey'),
	(141, 'Can view API key', 35, 'view_apikey'),
	(142, 'Can add US dollar rate', 36, 'add_usdrate'),
	(143, 'Can change US dollar rate', 36, 'change_usdrate'),
	(144, 'Can delete US dollar rate', 36, 'delete_usdrate'),
	(145, 'Can view US dollar rate', 36, 'view_usdrate'),
	(146, 'Can add book note', 37, 'add_booknote'),
	(147, 'Can change book note', 37, 'change_booknote'),
	(148, 'Can delete book note', 37, 'delete_booknote'),
	(149, 'Can view book note', 37, 'view_booknote'),
	(150, 'Can add checkpoint', 38, 'add_checkpoint'),
	(151, 'Can change checkpoint', 38, 'change_checkpoint'),
	(152, 'Can delete checkpoint', 38, 'delete_checkpoint'),
	(153, 'Can view checkpoint', 38, 'view_checkpoint'),
	(154, 'Can add entry', 39, 'add_entry'),
	(155, 'Can change entry', 39, 'change_entry'),
	(156, 'Can delete entry', 39, 'delete_entry'),
	(157, 'Can view entry', 39, 'view_entry'),
	(158, 'Can add hold', 40, 'add_hold'),
	(159, 'Can change hold', 40, 'change_hold'),
	(160, 'Can delete hold', 40, 'delete_hold'),
	(161, 'Can view hold', 40, 'view_hold'),
	(162, 'Can add hold total', 41, 'add_holdtotal'),
	(163, 'Can change hold total', 41, 'change_holdtotal'),
	(164, 'Can delete hold total', 41, 'delete_holdtotal'),
	(165, 'Can view hold total', 41, 'view_holdtotal'),
	(166, 'Can add transfer', 42, 'add_transfer'),
	(167, 'Can change transfer', 42, 'change_transfer'),
	(168, 'Can delete transfer', 42, 'delete_transfer'),
	(169, 'Can view transfer', 42, 'view_transfer'),
	(170, 'Can add book', 43, 'add_book'),
	(171, 'Can change book', 43, 'change_book'),
	(172, 'Can delete book', 43, 'delete_book'),
	(173, 'Can view book', 43, 'view_book'),
	(174, 'Can add account', 44, 'add_account'),
	(175, 'Can change account', 44, 'change_account'),
	(176, 'Can delete account', 44, 'delete_account'),
	(177, 'Can view account', 44, 'view_account'),
	(178, 'Can add idempotent call', 45, 'add_idempotentcall'),
	(179, 'Can change idempotent call', 45, 'change_idempotentcall'),
	(180, 'Can delete idempotent call', 45, 'delete_idempotentcall'),
	(181, 'Can view idempotent call', 45, 'view_idempotentcall'),
	(182, 'Can add seller', 46, 'add_seller'),
	(183, 'Can change seller', 46, 'change_seller'),
	(184, 'Can delete seller', 46, 'delete_seller'),
	(185, 'Can view seller', 46, 'view_seller'),
	(186, 'Can add billing profile', 47, 'add_billingprofile'),
	(187, 'Can change billing profile', 47, 'change_billingprofile'),
	(188, 'Can delete billing profile', 47, 'delete_billingprofile'),
	(189, 'Can view billing profile', 47, 'view_billingprofile'),
	(190, 'Can add seller bank account', 48, 'add_sellerbankaccount'),
	(191, 'Can change seller bank account', 48, 'change_sellerbankaccount'),
	(192, 'Can delete seller bank account', 48, 'delete_sellerbankaccount'),
	(193, 'Can view seller bank account', 48, 'view_sellerbankaccount'),
	(194, 'Can add tax rate', 49, 'add_taxrate'),
	(195, 'Can change tax rate', 49, 'change_taxrate'),
	(196, 'Can delete tax rate', 49, 'delete_taxrate'),
	(197, 'Can view tax rate', 49, 'view_taxrate'),
	(198, 'Can add external id', 50, 'add_externalid'),
	(199, 'Can change external id', 50, 'change_externalid'),
	(200, 'Can delete external id', 50, 'delete_externalid'),
	(201, 'Can view external id', 50, 'view_externalid'),
	(202, 'Can add number range', 51, 'add_numberrange'),
	(203, 'Can change number range', 51, 'change_numberrange'),
	(204, 'Can delete number range', 51, 'delete_numberrange'),
	(205, 'Can view number range', 51, 'view_numberrange'),
	(206, 'Can add exchange rate', 52, 'add_exchangerate'),
	(207, 'Can change exchange rate', 52, 'change_exchangerate'),
	(208, 'Can delete exchange rate', 52, 'delete_exchangerate'),
	(209, 'Can view exchange rate', 52, 'view_exchangerate'),
	(210, 'Can add budget', 53, 'add_budget'),
	(211, 'Can change budget', 53, 'change_budget'),
	(212, 'Can delete budget', 53, 'delete_budget'),
	(213, 'Can view budget', 53, 'view_budget'),
	(214, 'Can add bucket', 54, 'add_bucket'),
	(215, 'Can change bucket', 54, 'change_bucket'),
	(216, 'Can delete bucket', 54, 'delete_bucket'),
	(217, 'Can view bucket', 54, 'view_bucket'),
	(218, 'Can add budget addition', 55, 'add_budgetaddition'),
	(219, 'Can change budget addition', 55, 'change_budgetaddition'),
	(220, 'Can delete budget addition', 55, 'delete_budgetaddition'),
	(221, 'Can view budget addition', 55, 'view_budgetaddition'),
	(222, 'Can add charge net', 56, 'add_chargenet'),
	(223, 'Can change charge net', 56, 'change_chargenet'),
	(224, 'Can delete charge net', 56, 'delete_chargenet'),
	(225, 'Can view charge net', 56, 'view_chargenet'),
	(226, 'Can add day total', 57, 'add_daytotal'),
	(227, 'Can change day total', 57, 'change_daytotal'),
	(228, 'Can delete day total', 57, 'delete_daytotal'),
	(229, 'Can view day total', 57, 'view_daytotal'),
	(230, 'Can add grant', 58, 'add_grant'),
	(231, 'Can change grant', 58, 'change_grant'),
	(232, 'Can delete grant', 58, 'delete_grant'),
	(233, 'Can view grant', 58, 'view_grant'),
	(234, 'Can add consumption', 59, 'add_consumption'),
	(235, 'Can change consumption', 59, 'change_consumption'),
	(236, 'Can delete consumption', 59, 'delete_consumption'),
	(237, 'Can view consumption', 59, 'view_consumption'),
	(238, 'Can add grant return', 60, 'add_grantreturn'),
	(239, 'Can change grant return', 60, 'change_grantreturn'),
	(240, 'Can delete grant return', 60, 'delete_grantreturn'),
	(241, 'Can view grant return', 60, 'view_grantreturn'),
	(242, 'Can add hold slice', 61, 'add_holdslice'),
	(243, 'Can change hold slice', 61, 'change_holdslice'),
	(244, 'Can delete hold slice', 61, 'delete_holdslice'),
	(245, 'Can view hold slice', 61, 'view_holdslice'),
	(246, 'Can add refusal', 62, 'add_refusal'),
	(247, 'Can change refusal', 62, 'change_refusal'),
	(248, 'Can delete refusal', 62, 'delete_refusal'),
	(249, 'Can view refusal', 62, 'view_refusal'),
	(250, 'Can add shortfall', 63, 'add_shortfall'),
	(251, 'Can change shortfall', 63, 'change_shortfall'),
	(252, 'Can delete shortfall', 63, 'delete_shortfall'),
	(253, 'Can view shortfall', 63, 'view_shortfall'),
	(254, 'Can add wallet', 64, 'add_wallet'),
	(255, 'Can change wallet', 64, 'change_wallet'),
	(256, 'Can delete wallet', 64, 'delete_wallet'),
	(257, 'Can view wallet', 64, 'view_wallet'),
	(258, 'Can add bucket period', 65, 'add_bucketperiod'),
	(259, 'Can change bucket period', 65, 'change_bucketperiod'),
	(260, 'Can delete bucket period', 65, 'delete_bucketperiod'),
	(261, 'Can view bucket period', 65, 'view_bucketperiod'),
	(262, 'Can add charge reversal', 66, 'add_chargereversal'),
	(263, 'Can change charge reversal', 66, 'change_chargereversal'),
	(264, 'Can delete charge reversal', 66, 'delete_chargereversal'),
	(265, 'Can view charge reversal', 66, 'view_chargereversal'),
	(266, 'Can add contract', 67, 'add_contract'),
	(267, 'Can change contract', 67, 'change_contract'),
	(268, 'Can delete contract', 67, 'delete_contract'),
	(269, 'Can view contract', 67, 'view_contract'),
	(270, 'Can add contract version', 68, 'add_contractversion'),
	(271, 'Can change contract version', 68, 'change_contractversion'),
	(272, 'Can delete contract version', 68, 'delete_contractversion'),
	(273, 'Can view contract version', 68, 'view_contractversion'),
	(274, 'Can add installment', 69, 'add_installment'),
	(275, 'Can change installment', 69, 'change_installment'),
	(276, 'Can delete installment', 69, 'delete_installment'),
	(277, 'Can view installment', 69, 'view_installment'),
	(278, 'Can add installment discount', 70, 'add_installmentdiscount'),
	(279, 'Can change installment discount', 70, 'change_installmentdiscount'),
	(280, 'Can delete installment discount', 70, 'delete_installmentdiscount'),
	(281, 'Can view installment discount', 70, 'view_installmentdiscount'),
	(282, 'Can add installment payment', 71, 'add_installmentpayment'),
	(283, 'Can change installment payment', 71, 'change_installmentpayment'),
	(284, 'Can delete installment payment', 71, 'delete_installmentpayment'),
	(285, 'Can view installment payment', 71, 'view_installmentpayment'),
	(286, 'Can add installment overpayment', 72, 'add_installmentsurplus'),
	(287, 'Can change installment overpayment', 72, 'change_installmentsurplus'),
	(288, 'Can delete installment overpayment', 72, 'delete_installmentsurplus'),
	(289, 'Can view installment overpayment', 72, 'view_installmentsurplus'),
	(290, 'Can add installment refund', 73, 'add_installmentrefund'),
	(291, 'Can change installment refund', 73, 'change_installmentrefund'),
	(292, 'Can delete installment refund', 73, 'delete_installmentrefund'),
	(293, 'Can view installment refund', 73, 'view_installmentrefund'),
	(294, 'Can add service agreement', 74, 'add_serviceagreement'),
	(295, 'Can change service agreement', 74, 'change_serviceagreement'),
	(296, 'Can delete service agreement', 74, 'delete_serviceagreement'),
	(297, 'Can view service agreement', 74, 'view_serviceagreement'),
	(298, 'Can add month of service revenue', 75, 'add_servicerevenue'),
	(299, 'Can change month of service revenue', 75, 'change_servicerevenue'),
	(300, 'Can delete month of service revenue', 75, 'delete_servicerevenue'),
	(301, 'Can view month of service revenue', 75, 'view_servicerevenue'),
	(302, 'Can add price of a contract', 76, 'add_contractprice'),
	(303, 'Can change price of a contract', 76, 'change_contractprice'),
	(304, 'Can delete price of a contract', 76, 'delete_contractprice'),
	(305, 'Can view price of a contract', 76, 'view_contractprice'),
	(306, 'Can add payout', 77, 'add_payout'),
	(307, 'Can change payout', 77, 'change_payout'),
	(308, 'Can delete payout', 77, 'delete_payout'),
	(309, 'Can view payout', 77, 'view_payout'),
	(310, 'Can add payout part', 78, 'add_payoutpart'),
	(311, 'Can change payout part', 78, 'change_payoutpart'),
	(312, 'Can delete payout part', 78, 'delete_payoutpart'),
	(313, 'Can view payout part', 78, 'view_payoutpart'),
	(314, 'Can add refund', 79, 'add_refund'),
	(315, 'Can change refund', 79, 'change_refund'),
	(316, 'Can delete refund', 79, 'delete_refund'),
	(317, 'Can view refund', 79, 'view_refund'),
	(318, 'Can add Stripe customer', 80, 'add_stripecustomer'),
	(319, 'Can change Stripe customer', 80, 'change_stripecustomer'),
	(320, 'Can delete Stripe customer', 80, 'delete_stripecustomer'),
	(321, 'Can view Stripe customer', 80, 'view_stripecustomer'),
	(322, 'Can add Stripe event', 81, 'add_stripeevent'),
	(323, 'Can change Stripe event', 81, 'change_stripeevent'),
	(324, 'Can delete Stripe event', 81, 'delete_stripeevent'),
	(325, 'Can view Stripe event', 81, 'view_stripeevent'),
	(326, 'Can add Stripe invoice', 82, 'add_stripeinvoice'),
	(327, 'Can change Stripe invoice', 82, 'change_stripeinvoice'),
	(328, 'Can delete Stripe invoice', 82, 'delete_stripeinvoice'),
	(329, 'Can view Stripe invoice', 82, 'view_stripeinvoice'),
	(330, 'Can add Stripe payment', 83, 'add_stripepayment'),
	(331, 'Can change Stripe payment', 83, 'change_stripepayment'),
	(332, 'Can delete Stripe payment', 83, 'delete_stripepayment'),
	(333, 'Can view Stripe payment', 83, 'view_stripepayment'),
	(334, 'Can add Stripe request', 84, 'add_striperequest'),
	(335, 'Can change Stripe request', 84, 'change_striperequest'),
	(336, 'Can delete Stripe request', 84, 'delete_striperequest'),
	(337, 'Can view Stripe request', 84, 'view_striperequest'),
	(338, 'Can add sweep mark', 85, 'add_sweepmark'),
	(339, 'Can change sweep mark', 85, 'change_sweepmark'),
	(340, 'Can delete sweep mark', 85, 'delete_sweepmark'),
	(341, 'Can view sweep mark', 85, 'view_sweepmark'),
	(342, 'Can add checkout session', 86, 'add_checkoutsession'),
	(343, 'Can change checkout session', 86, 'change_checkoutsession'),
	(344, 'Can delete checkout session', 86, 'delete_checkoutsession'),
	(345, 'Can view checkout session', 86, 'view_checkoutsession'),
	(346, 'Can add checkout part', 87, 'add_checkoutpart'),
	(347, 'Can change checkout part', 87, 'change_checkoutpart'),
	(348, 'Can delete checkout part', 87, 'delete_checkoutpart'),
	(349, 'Can view checkout part', 87, 'view_checkoutpart'),
	(350, 'Can add dispute', 88, 'add_dispute'),
	(351, 'Can change dispute', 88, 'change_dispute'),
	(352, 'Can delete dispute', 88, 'delete_dispute'),
	(353, 'Can view dispute', 88, 'view_dispute'),
	(354, 'Can add invoice part', 89, 'add_invoicepart'),
	(355, 'Can change invoice part', 89, 'change_invoicepart'),
	(356, 'Can delete invoice part', 89, 'delete_invoicepart'),
	(357, 'Can view invoice part', 89, 'view_invoicepart'),
	(358, 'Can add mandate', 90, 'add_mandate'),
	(359, 'Can change mandate', 90, 'change_mandate'),
	(360, 'Can delete mandate', 90, 'delete_mandate'),
	(361, 'Can view mandate', 90, 'view_mandate'),
	(362, 'Can add payment issue', 91, 'add_paymentissue'),
	(363, 'Can change payment issue', 91, 'change_paymentissue'),
	(364, 'Can delete payment issue', 91, 'delete_paymentissue'),
	(365, 'Can view payment issue', 91, 'view_paymentissue'),
	(366, 'Can add payment link', 92, 'add_paymentlink'),
	(367, 'Can change payment link', 92, 'change_paymentlink'),
	(368, 'Can delete payment link', 92, 'delete_paymentlink'),
	(369, 'Can view payment link', 92, 'view_paymentlink'),
	(370, 'Can add payment part', 93, 'add_paymentpart'),
	(371, 'Can change payment part', 93, 'change_paymentpart'),
	(372, 'Can delete payment part', 93, 'delete_paymentpart'),
	(373, 'Can view payment part', 93, 'view_paymentpart'),
	(374, 'Can add payment return', 94, 'add_paymentreturn'),
	(375, 'Can change payment return', 94, 'change_paymentreturn'),
	(376, 'Can delete payment return', 94, 'delete_paymentreturn'),
	(377, 'Can view payment return', 94, 'view_paymentreturn'),
	(378, 'Can add balance transaction', 95, 'add_balancetransaction'),
	(379, 'Can change balance transaction', 95, 'change_balancetransaction'),
	(380, 'Can delete balance transaction', 95, 'delete_balancetransaction'),
	(381, 'Can view balance transaction', 95, 'view_balancetransaction'),
	(382, 'Can add top-up invoice', 96, 'add_topupinvoice'),
	(383, 'Can change top-up invoice', 96, 'change_topupinvoice'),
	(384, 'Can delete top-up invoice', 96, 'delete_topupinvoice'),
	(385, 'Can view top-up invoice', 96, 'view_topupinvoice'),
	(386, 'Can add alias of a model', 97, 'add_modelalias'),
	(387, 'Can change alias of a model', 97, 'change_modelalias'),
	(388, 'Can delete alias of a model', 97, 'delete_modelalias'),
	(389, 'Can view alias of a model', 97, 'view_modelalias'),
	(390, 'Can add price book', 98, 'add_pricebook'),
	(391, 'Can change price book', 98, 'change_pricebook'),
	(392, 'Can delete price book', 98, 'delete_pricebook'),
	(393, 'Can view price book', 98, 'view_pricebook'),
	(394, 'Can add price link', 99, 'add_pricelink'),
	(395, 'Can change price link', 99, 'change_pricelink'),
	(396, 'Can delete price link', 99, 'delete_pricelink'),
	(397, 'Can view price link', 99, 'view_pricelink'),
	(398, 'Can add price list', 100, 'add_pricelistimport'),
	(399, 'Can change price list', 100, 'change_pricelistimport'),
	(400, 'Can delete price list', 100, 'delete_pricelistimport'),
	(401, 'Can view price list', 100, 'view_pricelistimport'),
	(402, 'Can add price version', 101, 'add_priceversion'),
	(403, 'Can change price version', 101, 'change_priceversion'),
	(404, 'Can delete price version', 101, 'delete_priceversion'),
	(405, 'Can view price version', 101, 'view_priceversion'),
	(406, 'Can add kept prices', 102, 'add_keptprices'),
	(407, 'Can change kept prices', 102, 'change_keptprices'),
	(408, 'Can delete kept prices', 102, 'delete_keptprices'),
	(409, 'Can view kept prices', 102, 'view_keptprices'),
	(410, 'Can add meter', 103, 'add_meter'),
	(411, 'Can change meter', 103, 'change_meter'),
	(412, 'Can delete meter', 103, 'delete_meter'),
	(413, 'Can view meter', 103, 'view_meter'),
	(414, 'Can add subscription', 104, 'add_subscription'),
	(415, 'Can change subscription', 104, 'change_subscription'),
	(416, 'Can delete subscription', 104, 'delete_subscription'),
	(417, 'Can view subscription', 104, 'view_subscription'),
	(418, 'Can add included quota', 105, 'add_includedquota'),
	(419, 'Can change included quota', 105, 'change_includedquota'),
	(420, 'Can delete included quota', 105, 'delete_includedquota'),
	(421, 'Can view included quota', 105, 'view_includedquota'),
	(422, 'Can add plan', 106, 'add_plan'),
	(423, 'Can change plan', 106, 'change_plan'),
	(424, 'Can delete plan', 106, 'delete_plan'),
	(425, 'Can view plan', 106, 'view_plan'),
	(426, 'Can add breakdown total', 107, 'add_breakdowntotal'),
	(427, 'Can change breakdown total', 107, 'change_breakdowntotal'),
	(428, 'Can delete breakdown total', 107, 'delete_breakdowntotal'),
	(429, 'Can view breakdown total', 107, 'view_breakdowntotal'),
	(430, 'Can add character month', 108, 'add_charactermonth'),
	(431, 'Can change character month', 108, 'change_charactermonth'),
	(432, 'Can delete character month', 108, 'delete_charactermonth'),
	(433, 'Can view character month', 108, 'view_charactermonth'),
	(434, 'Can add cost difference', 109, 'add_costcorrection'),
	(435, 'Can change cost difference', 109, 'change_costcorrection'),
	(436, 'Can delete cost difference', 109, 'delete_costcorrection'),
	(437, 'Can view cost difference', 109, 'view_costcorrection'),
	(438, 'Can add cost correction', 110, 'add_costrun'),
	(439, 'Can change cost correction', 110, 'change_costrun'),
	(440, 'Can delete cost correction', 110, 'delete_costrun'),
	(441, 'Can view cost correction', 110, 'view_costrun'),
	(442, 'Can add counter', 111, 'add_counter'),
	(443, 'Can change counter', 111, 'change_counter'),
	(444, 'Can delete counter', 111, 'delete_counter'),
	(445, 'Can view counter', 111, 'view_counter'),
	(446, 'Can add distinct id', 112, 'add_distinctid'),
	(447, 'Can change distinct id', 112, 'change_distinctid'),
	(448, 'Can delete distinct id', 112, 'delete_distinctid'),
	(449, 'Can view distinct id', 112, 'view_distinctid'),
	(450, 'Can add distinct id day', 113, 'add_distinctidday'),
	(451, 'Can change distinct id day', 113, 'change_distinctidday'),
	(452, 'Can delete distinct id day', 113, 'delete_distinctidday'),
	(453, 'Can view distinct id day', 113, 'view_distinctidday'),
	(454, 'Can add event correction', 114, 'add_eventcorrection'),
	(455, 'Can change event correction', 114, 'change_eventcorrection'),
	(456, 'Can delete event correction', 114, 'delete_eventcorrection'),
	(457, 'Can view event correction', 114, 'view_eventcorrection'),
	(458, 'Can add event id', 115, 'add_eventid'),
	(459, 'Can change event id', 115, 'change_eventid'),
	(460, 'Can delete event id', 115, 'delete_eventid'),
	(461, 'Can view event id', 115, 'view_eventid'),
	(462, 'Can add future usage', 116, 'add_futureusage'),
	(463, 'Can change future usage', 116, 'change_futureusage'),
	(464, 'Can delete future usage', 116, 'delete_futureusage'),
	(465, 'Can view future usage', 116, 'view_futureusage'),
	(466, 'Can add margin alarm', 117, 'add_marginalarm'),
	(467, 'Can change margin alarm', 117, 'change_marginalarm'),
	(468, 'Can delete margin alarm', 117, 'delete_marginalarm'),
	(469, 'Can view margin alarm', 117, 'view_marginalarm'),
	(470, 'Can add metered organization', 118, 'add_meteredorganization'),
	(471, 'Can change metered organization', 118, 'change_meteredorganization'),
	(472, 'Can delete metered organization', 118, 'delete_meteredorganization'),
	(473, 'Can view metered organization', 118, 'view_meteredorganization'),
	(474, 'Can add minimum charge', 119, 'add_minimumcharge'),
	(475, 'Can change minimum charge', 119, 'change_minimumcharge'),
	(476, 'Can delete minimum charge', 119, 'delete_minimumcharge'),
	(477, 'Can view minimum charge', 119, 'view_minimumcharge'),
	(478, 'Can add month close', 120, 'add_monthclose'),
	(479, 'Can change month close', 120, 'change_monthclose'),
	(480, 'Can delete month close', 120, 'delete_monthclose'),
	(481, 'Can view month close', 120, 'view_monthclose'),
	(482, 'Can add month figure', 121, 'add_monthfigure'),
	(483, 'Can change month figure', 121, 'change_monthfigure'),
	(484, 'Can delete month figure', 121, 'delete_monthfigure'),
	(485, 'Can view month figure', 121, 'view_monthfigure'),
	(486, 'Can add month value', 122, 'add_monthvalue'),
	(487, 'Can change month value', 122, 'change_monthvalue'),
	(488, 'Can delete month value', 122, 'delete_monthvalue'),
	(489, 'Can view month value', 122, 'view_monthvalue'),
	(490, 'Can add other event id', 123, 'add_othereventid'),
	(491, 'Can change other event id', 123, 'change_othereventid'),
	(492, 'Can delete other event id', 123, 'delete_othereventid'),
	(493, 'Can view other event id', 123, 'view_othereventid'),
	(494, 'Can add recent archived event', 124, 'add_recentarchivedevent'),
	(495, 'Can change recent archived event', 124, 'change_recentarchivedevent'),
	(496, 'Can delete recent archived event', 124, 'delete_recentarchivedevent'),
	(497, 'Can view recent archived event', 124, 'view_recentarchivedevent'),
	(498, 'Can add report endpoint', 125, 'add_reportendpoint'),
	(499, 'Can change report endpoint', 125, 'change_reportendpoint'),
	(500, 'Can delete report endpoint', 125, 'delete_reportendpoint');
INSERT INTO public.auth_permission VALUES
	(501, 'Can view report endpoint', 125, 'view_reportendpoint'),
	(502, 'Can add report finding', 126, 'add_reportfinding'),
	(503, 'Can change report finding', 126, 'change_reportfinding'),
	(504, 'Can delete report finding', 126, 'delete_reportfinding'),
	(505, 'Can view report finding', 126, 'view_reportfinding'),
	(506, 'Can add unit alert', 127, 'add_unitalert'),
	(507, 'Can change unit alert', 127, 'change_unitalert'),
	(508, 'Can delete unit alert', 127, 'delete_unitalert'),
	(509, 'Can view unit alert', 127, 'view_unitalert'),
	(510, 'Can add unknown model', 128, 'add_unknownmodel'),
	(511, 'Can change unknown model', 128, 'change_unknownmodel'),
	(512, 'Can delete unknown model', 128, 'delete_unknownmodel'),
	(513, 'Can view unknown model', 128, 'view_unknownmodel'),
	(514, 'Can add usage day', 129, 'add_usageday'),
	(515, 'Can change usage day', 129, 'change_usageday'),
	(516, 'Can delete usage day', 129, 'delete_usageday'),
	(517, 'Can view usage day', 129, 'view_usageday'),
	(518, 'Can add usage event', 130, 'add_usageevent'),
	(519, 'Can change usage event', 130, 'change_usageevent'),
	(520, 'Can delete usage event', 130, 'delete_usageevent'),
	(521, 'Can view usage event', 130, 'view_usageevent'),
	(522, 'Can add usage posting', 131, 'add_usageposting'),
	(523, 'Can change usage posting', 131, 'change_usageposting'),
	(524, 'Can delete usage posting', 131, 'delete_usageposting'),
	(525, 'Can view usage posting', 131, 'view_usageposting'),
	(526, 'Can add vendor bill', 132, 'add_vendorbill'),
	(527, 'Can change vendor bill', 132, 'change_vendorbill'),
	(528, 'Can delete vendor bill', 132, 'delete_vendorbill'),
	(529, 'Can view vendor bill', 132, 'view_vendorbill'),
	(530, 'Can add active character', 133, 'add_activecharacter'),
	(531, 'Can change active character', 133, 'change_activecharacter'),
	(532, 'Can delete active character', 133, 'delete_activecharacter'),
	(533, 'Can view active character', 133, 'view_activecharacter'),
	(534, 'Can add archived month', 134, 'add_archivedmonth'),
	(535, 'Can change archived month', 134, 'change_archivedmonth'),
	(536, 'Can delete archived month', 134, 'delete_archivedmonth'),
	(537, 'Can view archived month', 134, 'view_archivedmonth'),
	(538, 'Can add quarantined event', 135, 'add_quarantinedevent'),
	(539, 'Can change quarantined event', 135, 'change_quarantinedevent'),
	(540, 'Can delete quarantined event', 135, 'delete_quarantinedevent'),
	(541, 'Can view quarantined event', 135, 'view_quarantinedevent'),
	(542, 'Can add call day', 136, 'add_callday'),
	(543, 'Can change call day', 136, 'change_callday'),
	(544, 'Can delete call day', 136, 'delete_callday'),
	(545, 'Can view call day', 136, 'view_callday'),
	(546, 'Can add late usage day', 137, 'add_lateusageday'),
	(547, 'Can change late usage day', 137, 'change_lateusageday'),
	(548, 'Can delete late usage day', 137, 'delete_lateusageday'),
	(549, 'Can view late usage day', 137, 'view_lateusageday'),
	(550, 'Can add collection failure', 138, 'add_collectionfailure'),
	(551, 'Can change collection failure', 138, 'change_collectionfailure'),
	(552, 'Can delete collection failure', 138, 'delete_collectionfailure'),
	(553, 'Can view collection failure', 138, 'view_collectionfailure'),
	(554, 'Can add collection source', 139, 'add_collectionsource'),
	(555, 'Can change collection source', 139, 'change_collectionsource'),
	(556, 'Can delete collection source', 139, 'delete_collectionsource'),
	(557, 'Can view collection source', 139, 'view_collectionsource'),
	(558, 'Can add cost snapshot', 140, 'add_costsnapshot'),
	(559, 'Can change cost snapshot', 140, 'change_costsnapshot'),
	(560, 'Can delete cost snapshot', 140, 'delete_costsnapshot'),
	(561, 'Can view cost snapshot', 140, 'view_costsnapshot'),
	(562, 'Can add balance snapshot', 141, 'add_balancesnapshot'),
	(563, 'Can change balance snapshot', 141, 'change_balancesnapshot'),
	(564, 'Can delete balance snapshot', 141, 'delete_balancesnapshot'),
	(565, 'Can view balance snapshot', 141, 'view_balancesnapshot'),
	(566, 'Can add wrong voucher codes', 142, 'add_wrongcodes'),
	(567, 'Can change wrong voucher codes', 142, 'change_wrongcodes'),
	(568, 'Can delete wrong voucher codes', 142, 'delete_wrongcodes'),
	(569, 'Can view wrong voucher codes', 142, 'view_wrongcodes'),
	(570, 'Can add voucher batch', 143, 'add_batch'),
	(571, 'Can change voucher batch', 143, 'change_batch'),
	(572, 'Can delete voucher batch', 143, 'delete_batch'),
	(573, 'Can view voucher batch', 143, 'view_batch'),
	(574, 'Can download the codes of a batch, once', 143, 'download_batch'),
	(575, 'Can add redemption', 144, 'add_redemption'),
	(576, 'Can change redemption', 144, 'change_redemption'),
	(577, 'Can delete redemption', 144, 'delete_redemption'),
	(578, 'Can view redemption', 144, 'view_redemption'),
	(579, 'Can add voucher', 145, 'add_voucher'),
	(580, 'Can change voucher', 145, 'change_voucher'),
	(581, 'Can delete voucher', 145, 'delete_voucher'),
	(582, 'Can view voucher', 145, 'view_voucher'),
	(583, 'Can add voucher event', 146, 'add_batchevent'),
	(584, 'Can change voucher event', 146, 'change_batchevent'),
	(585, 'Can delete voucher event', 146, 'delete_batchevent'),
	(586, 'Can view voucher event', 146, 'view_batchevent'),
	(587, 'Can add redemption reversal', 147, 'add_redemptionreversal'),
	(588, 'Can change redemption reversal', 147, 'change_redemptionreversal'),
	(589, 'Can delete redemption reversal', 147, 'delete_redemptionreversal'),
	(590, 'Can view redemption reversal', 147, 'view_redemptionreversal'),
	(591, 'Can add invoice', 148, 'add_document'),
	(592, 'Can change invoice', 148, 'change_document'),
	(593, 'Can delete invoice', 148, 'delete_document'),
	(594, 'Can view invoice', 148, 'view_document'),
	(595, 'Can add invoice line', 149, 'add_documentline'),
	(596, 'Can change invoice line', 149, 'change_documentline'),
	(597, 'Can delete invoice line', 149, 'delete_documentline'),
	(598, 'Can view invoice line', 149, 'view_documentline'),
	(599, 'Can add paper of an invoice', 150, 'add_documentpaper'),
	(600, 'Can change paper of an invoice', 150, 'change_documentpaper'),
	(601, 'Can delete paper of an invoice', 150, 'delete_documentpaper'),
	(602, 'Can view paper of an invoice', 150, 'view_documentpaper'),
	(603, 'Can add invoice party', 151, 'add_documentparty'),
	(604, 'Can change invoice party', 151, 'change_documentparty'),
	(605, 'Can delete invoice party', 151, 'delete_documentparty'),
	(606, 'Can view invoice party', 151, 'view_documentparty'),
	(607, 'Can add invoice tax', 152, 'add_documenttax'),
	(608, 'Can change invoice tax', 152, 'change_documenttax'),
	(609, 'Can delete invoice tax', 152, 'delete_documenttax'),
	(610, 'Can view invoice tax', 152, 'view_documenttax'),
	(611, 'Can add invoiced month', 153, 'add_invoicedmonth'),
	(612, 'Can change invoiced month', 153, 'change_invoicedmonth'),
	(613, 'Can delete invoiced month', 153, 'delete_invoicedmonth'),
	(614, 'Can view invoiced month', 153, 'view_invoicedmonth'),
	(615, 'Can add money received', 154, 'add_money'),
	(616, 'Can change money received', 154, 'change_money'),
	(617, 'Can delete money received', 154, 'delete_money'),
	(618, 'Can view money received', 154, 'view_money'),
	(619, 'Can add payment of an invoice', 155, 'add_application'),
	(620, 'Can change payment of an invoice', 155, 'change_application'),
	(621, 'Can delete payment of an invoice', 155, 'delete_application'),
	(622, 'Can view payment of an invoice', 155, 'view_application'),
	(623, 'Can add write-off of an invoice', 156, 'add_writeoff'),
	(624, 'Can change write-off of an invoice', 156, 'change_writeoff'),
	(625, 'Can delete write-off of an invoice', 156, 'delete_writeoff'),
	(626, 'Can view write-off of an invoice', 156, 'view_writeoff'),
	(627, 'Can add tax calculation', 157, 'add_taxcalculation'),
	(628, 'Can change tax calculation', 157, 'change_taxcalculation'),
	(629, 'Can delete tax calculation', 157, 'delete_taxcalculation'),
	(630, 'Can view tax calculation', 157, 'view_taxcalculation'),
	(631, 'Can add dunning case', 158, 'add_dunningcase'),
	(632, 'Can change dunning case', 158, 'change_dunningcase'),
	(633, 'Can delete dunning case', 158, 'delete_dunningcase'),
	(634, 'Can view dunning case', 158, 'view_dunningcase'),
	(635, 'Can add step of a dunning case', 159, 'add_dunningevent'),
	(636, 'Can change step of a dunning case', 159, 'change_dunningevent'),
	(637, 'Can delete step of a dunning case', 159, 'delete_dunningevent'),
	(638, 'Can view step of a dunning case', 159, 'view_dunningevent'),
	(639, 'Can add dunning policy', 160, 'add_dunningpolicy'),
	(640, 'Can change dunning policy', 160, 'change_dunningpolicy'),
	(641, 'Can delete dunning policy', 160, 'delete_dunningpolicy'),
	(642, 'Can view dunning policy', 160, 'view_dunningpolicy'),
	(643, 'Can add customer policy', 161, 'add_customerpolicy'),
	(644, 'Can change customer policy', 161, 'change_customerpolicy'),
	(645, 'Can delete customer policy', 161, 'delete_customerpolicy'),
	(646, 'Can view customer policy', 161, 'view_customerpolicy'),
	(647, 'Can add dunning step', 162, 'add_dunningstep'),
	(648, 'Can change dunning step', 162, 'change_dunningstep'),
	(649, 'Can delete dunning step', 162, 'delete_dunningstep'),
	(650, 'Can view dunning step', 162, 'view_dunningstep'),
	(651, 'Can add skipped first step', 163, 'add_skippedfirststep'),
	(652, 'Can change skipped first step', 163, 'change_skippedfirststep'),
	(653, 'Can delete skipped first step', 163, 'delete_skippedfirststep'),
	(654, 'Can view skipped first step', 163, 'view_skippedfirststep'),
	(655, 'Can add disputed invoice', 164, 'add_disputedinvoice'),
	(656, 'Can change disputed invoice', 164, 'change_disputedinvoice'),
	(657, 'Can delete disputed invoice', 164, 'delete_disputedinvoice'),
	(658, 'Can view disputed invoice', 164, 'view_disputedinvoice'),
	(659, 'Can add bank file', 165, 'add_bankfile'),
	(660, 'Can change bank file', 165, 'change_bankfile'),
	(661, 'Can delete bank file', 165, 'delete_bankfile'),
	(662, 'Can view bank file', 165, 'view_bankfile'),
	(663, 'Can add bank line', 166, 'add_bankline'),
	(664, 'Can change bank line', 166, 'change_bankline'),
	(665, 'Can delete bank line', 166, 'delete_bankline'),
	(666, 'Can view bank line', 166, 'view_bankline'),
	(667, 'Can add bank identity', 167, 'add_bankidentity'),
	(668, 'Can change bank identity', 167, 'change_bankidentity'),
	(669, 'Can delete bank identity', 167, 'delete_bankidentity'),
	(670, 'Can view bank identity', 167, 'view_bankidentity'),
	(671, 'Can add bank statement', 168, 'add_bankstatement'),
	(672, 'Can change bank statement', 168, 'change_bankstatement'),
	(673, 'Can delete bank statement', 168, 'delete_bankstatement'),
	(674, 'Can view bank statement', 168, 'view_bankstatement'),
	(675, 'Can add CSV format', 169, 'add_csvformat'),
	(676, 'Can change CSV format', 169, 'change_csvformat'),
	(677, 'Can delete CSV format', 169, 'delete_csvformat'),
	(678, 'Can view CSV format', 169, 'view_csvformat'),
	(679, 'Can add seller book', 170, 'add_sellerbook'),
	(680, 'Can change seller book', 170, 'change_sellerbook'),
	(681, 'Can delete seller book', 170, 'delete_sellerbook'),
	(682, 'Can view seller book', 170, 'view_sellerbook'),
	(683, 'Can add paper', 171, 'add_paper'),
	(684, 'Can change paper', 171, 'change_paper'),
	(685, 'Can delete paper', 171, 'delete_paper'),
	(686, 'Can view paper', 171, 'view_paper'),
	(687, 'Can add day root', 172, 'add_dayroot'),
	(688, 'Can change day root', 172, 'change_dayroot'),
	(689, 'Can delete day root', 172, 'delete_dayroot'),
	(690, 'Can view day root', 172, 'view_dayroot'),
	(691, 'Can add proof mark', 173, 'add_proofmark'),
	(692, 'Can change proof mark', 173, 'change_proofmark'),
	(693, 'Can delete proof mark', 173, 'delete_proofmark'),
	(694, 'Can view proof mark', 173, 'view_proofmark'),
	(695, 'Can add audit link', 174, 'add_auditlink'),
	(696, 'Can change audit link', 174, 'change_auditlink'),
	(697, 'Can delete audit link', 174, 'delete_auditlink'),
	(698, 'Can view audit link', 174, 'view_auditlink'),
	(699, 'Can add day head', 175, 'add_dayhead'),
	(700, 'Can change day head', 175, 'change_dayhead'),
	(701, 'Can delete day head', 175, 'delete_dayhead'),
	(702, 'Can view day head', 175, 'view_dayhead'),
	(703, 'Can grant, deduct, reverse, refund, settle and write off', 176, 'move_money'),
	(704, 'Can replay webhooks and send parked work again', 176, 'replay_work'),
	(705, 'Can see what the API answers a customer', 176, 'see_api_answers'),
	(706, 'Can export lists', 176, 'export_lists'),
	(707, 'Can add note', 177, 'add_note'),
	(708, 'Can change note', 177, 'change_note'),
	(709, 'Can delete note', 177, 'delete_note'),
	(710, 'Can view note', 177, 'view_note'),
	(711, 'Can add preference', 178, 'add_preference'),
	(712, 'Can change preference', 178, 'change_preference'),
	(713, 'Can delete preference', 178, 'delete_preference'),
	(714, 'Can view preference', 178, 'view_preference'),
	(715, 'Can add saved view', 179, 'add_savedview'),
	(716, 'Can change saved view', 179, 'change_savedview'),
	(717, 'Can delete saved view', 179, 'delete_savedview'),
	(718, 'Can view saved view', 179, 'view_savedview'),
	(719, 'Can add imported file', 180, 'add_importedfile'),
	(720, 'Can change imported file', 180, 'change_importedfile'),
	(721, 'Can delete imported file', 180, 'delete_importedfile'),
	(722, 'Can view imported file', 180, 'view_importedfile'),
	(723, 'Can add history', 181, 'add_history'),
	(724, 'Can change history', 181, 'change_history'),
	(725, 'Can delete history', 181, 'delete_history'),
	(726, 'Can view history', 181, 'view_history');

INSERT INTO public.django_content_type VALUES
	(1, 'admin', 'logentry'),
	(2, 'auth', 'permission'),
	(3, 'auth', 'group'),
	(4, 'auth', 'user'),
	(5, 'contenttypes', 'contenttype'),
	(6, 'sessions', 'session'),
	(7, 'otp_totp', 'totpdevice'),
	(8, 'otp_static', 'staticdevice'),
	(9, 'otp_static', 'statictoken'),
	(10, 'axes', 'accessattempt'),
	(11, 'axes', 'accesslog'),
	(12, 'axes', 'accessfailurelog'),
	(13, 'axes', 'accessattemptexpiration'),
	(14, 'auditlog', 'logentry'),
	(15, 'approvals', 'accesschange'),
	(16, 'approvals', 'approval'),
	(17, 'approvals', 'soloaction'),
	(18, 'approvals', 'bulkrow'),
	(19, 'approvals', 'bulkrun'),
	(20, 'outbox', 'heartbeat'),
	(21, 'outbox', 'outboxmessage'),
	(22, 'mail', 'contact'),
	(23, 'mail', 'mailmessage'),
	(24, 'mail', 'mailoptout'),
	(25, 'webhooks', 'webhooksequence'),
	(26, 'webhooks', 'webhookendpoint'),
	(27, 'webhooks', 'webhookevent'),
	(28, 'webhooks', 'webhookdelivery'),
	(29, 'top_ups', 'topupattempt'),
	(30, 'top_ups', 'topup'),
	(31, 'tenants', 'platformkeyversion'),
	(32, 'tenants', 'project'),
	(33, 'tenants', 'organization'),
	(34, 'tenants', 'identitylink'),
	(35, 'tenants', 'apikey'),
	(36, 'tenants', 'usdrate'),
	(37, 'ledger', 'booknote'),
	(38, 'ledger', 'checkpoint'),
	(39, 'ledger', 'entry'),
	(40, 'ledger', 'hold'),
	(41, 'ledger', 'holdtotal'),
	(42, 'ledger', 'transfer'),
	(43, 'ledger', 'book'),
	(44, 'ledger', 'account'),
	(45, 'idempotency', 'idempotentcall'),
	(46, 'billing_profiles', 'seller'),
	(47, 'billing_profiles', 'billingprofile'),
	(48, 'billing_profiles', 'sellerbankaccount'),
	(49, 'billing_profiles', 'taxrate'),
	(50, 'billing_profiles', 'externalid'),
	(51, 'billing_profiles', 'numberrange'),
	(52, 'billing_profiles', 'exchangerate'),
	(53, 'wallets', 'budget'),
	(54, 'wallets', 'bucket'),
	(55, 'wallets', 'budgetaddition'),
	(56, 'wallets', 'chargenet'),
	(57, 'wallets', 'daytotal'),
	(58, 'wallets', 'grant'),
	(59, 'wallets', 'consumption'),
	(60, 'wallets', 'grantreturn'),
	(61, 'wallets', 'holdslice'),
	(62, 'wallets', 'refusal'),
	(63, 'wallets', 'shortfall'),
	(64, 'wallets', 'wallet'),
	(65, 'wallets', 'bucketperiod'),
	(66, 'wallets', 'chargereversal'),
	(67, 'contracts', 'contract'),
	(68, 'contracts', 'contractversion'),
	(69, 'contracts', 'installment'),
	(70, 'contracts', 'installmentdiscount'),
	(71, 'contracts', 'installmentpayment'),
	(72, 'contracts', 'installmentsurplus'),
	(73, 'contracts', 'installmentrefund'),
	(74, 'contracts', 'serviceagreement'),
	(75, 'contracts', 'servicerevenue'),
	(76, 'contracts', 'contractprice'),
	(77, 'payments', 'payout'),
	(78, 'payments', 'payoutpart'),
	(79, 'payments', 'refund'),
	(80, 'payments', 'stripecustomer'),
	(81, 'payments', 'stripeevent'),
	(82, 'payments', 'stripeinvoice'),
	(83, 'payments', 'stripepayment'),
	(84, 'payments', 'striperequest'),
	(85, 'payments', 'sweepmark'),
	(86, 'payments', 'checkoutsession'),
	(87, 'payments', 'checkoutpart'),
	(88, 'payments', 'dispute'),
	(89, 'payments', 'invoicepart'),
	(90, 'payments', 'mandate'),
	(91, 'payments', 'paymentissue'),
	(92, 'payments', 'paymentlink'),
	(93, 'payments', 'paymentpart'),
	(94, 'payments', 'paymentreturn'),
	(95, 'payments', 'balancetransaction'),
	(96, 'payments', 'topupinvoice'),
	(97, 'pricing', 'modelalias'),
	(98, 'pricing', 'pricebook'),
	(99, 'pricing', 'pricelink'),
	(100, 'pricing', 'pricelistimport'),
	(101, 'pricing', 'priceversion'),
	(102, 'pricing', 'keptprices'),
	(103, 'pricing', 'meter'),
	(104, 'plans', 'subscription'),
	(105, 'plans', 'includedquota'),
	(106, 'plans', 'plan'),
	(107, 'usage', 'breakdowntotal'),
	(108, 'usage', 'charactermonth'),
	(109, 'usage', 'costcorrection'),
	(110, 'usage', 'costrun'),
	(111, 'usage', 'counter'),
	(112, 'usage', 'distinctid'),
	(113, 'usage', 'distinctidday'),
	(114, 'usage', 'eventcorrection'),
	(115, 'usage', 'eventid'),
	(116, 'usage', 'futureusage'),
	(117, 'usage', 'marginalarm'),
	(118, 'usage', 'meteredorganization'),
	(119, 'usage', 'minimumcharge'),
	(120, 'usage', 'monthclose'),
	(121, 'usage', 'monthfigure'),
	(122, 'usage', 'monthvalue'),
	(123, 'usage', 'othereventid'),
	(124, 'usage', 'recentarchivedevent'),
	(125, 'usage', 'reportendpoint'),
	(126, 'usage', 'reportfinding'),
	(127, 'usage', 'unitalert'),
	(128, 'usage', 'unknownmodel'),
	(129, 'usage', 'usageday'),
	(130, 'usage', 'usageevent'),
	(131, 'usage', 'usageposting'),
	(132, 'usage', 'vendorbill'),
	(133, 'usage', 'activecharacter'),
	(134, 'usage', 'archivedmonth'),
	(135, 'usage', 'quarantinedevent'),
	(136, 'usage', 'callday'),
	(137, 'usage', 'lateusageday'),
	(138, 'snapshots', 'collectionfailure'),
	(139, 'snapshots', 'collectionsource'),
	(140, 'snapshots', 'costsnapshot'),
	(141, 'snapshots', 'balancesnapshot'),
	(142, 'vouchers', 'wrongcodes'),
	(143, 'vouchers', 'batch'),
	(144, 'vouchers', 'redemption'),
	(145, 'vouchers', 'voucher'),
	(146, 'vouchers', 'batchevent'),
	(147, 'vouchers', 'redemptionreversal'),
	(148, 'invoices', 'document'),
	(149, 'invoices', 'documentline'),
	(150, 'invoices', 'documentpaper'),
	(151, 'invoices', 'documentparty'),
	(152, 'invoices', 'documenttax'),
	(153, 'invoices', 'invoicedmonth'),
	(154, 'invoices', 'money'),
	(155, 'invoices', 'application'),
	(156, 'invoices', 'writeoff'),
	(157, 'invoices', 'taxcalculation'),
	(158, 'dunning', 'dunningcase'),
	(159, 'dunning', 'dunningevent'),
	(160, 'dunning', 'dunningpolicy'),
	(161, 'dunning', 'customerpolicy'),
	(162, 'dunning', 'dunningstep'),
	(163, 'dunning', 'skippedfirststep'),
	(164, 'dunning', 'disputedinvoice'),
	(165, 'bank', 'bankfile'),
	(166, 'bank', 'bankline'),
	(167, 'bank', 'bankidentity'),
	(168, 'bank', 'bankstatement'),
	(169, 'bank', 'csvformat'),
	(170, 'bank', 'sellerbook'),
	(171, 'papers', 'paper'),
	(172, 'proofs', 'dayroot'),
	(173, 'proofs', 'proofmark'),
	(174, 'proofs', 'auditlink'),
	(175, 'proofs', 'dayhead'),
	(176, 'backoffice', 'staffpermission'),
	(177, 'backoffice', 'note'),
	(178, 'backoffice', 'preference'),
	(179, 'backoffice', 'savedview'),
	(180, 'backoffice', 'importedfile'),
	(181, 'demo', 'history');

INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', now()),
	(2, 'auth', '0001_initial', now()),
	(3, 'admin', '0001_initial', now()),
	(4, 'admin', '0002_logentry_remove_auto_add', now()),
	(5, 'admin', '0003_logentry_add_action_flag_choices', now()),
	(6, 'tenants', '0001_initial', now()),
	(7, 'approvals', '0001_initial', now()),
	(8, 'auditlog', '0001_initial', now()),
	(9, 'auditlog', '0002_auto_support_long_primary_keys', now()),
	(10, 'auditlog', '0003_logentry_remote_addr', now()),
	(11, 'auditlog', '0004_logentry_detailed_object_repr', now()),
	(12, 'auditlog', '0005_logentry_additional_data_verbose_name', now()),
	(13, 'auditlog', '0006_object_pk_index', now()),
	(14, 'auditlog', '0007_object_pk_type', now()),
	(15, 'auditlog', '0008_action_index', now()),
	(16, 'auditlog', '0009_alter_logentry_additional_data', now()),
	(17, 'auditlog', '0010_alter_logentry_timestamp', now()),
	(18, 'auditlog', '0011_logentry_serialized_data', now()),
	(19, 'auditlog', '0012_add_logentry_action_access', now()),
	(20, 'auditlog', '0013_alter_logentry_timestamp', now()),
	(21, 'auditlog', '0014_logentry_cid', now()),
	(22, 'auditlog', '0015_alter_logentry_changes', now()),
	(23, 'auditlog', '0016_logentry_remote_port', now()),
	(24, 'auditlog', '0017_add_actor_email', now()),
	(25, 'contenttypes', '0002_remove_content_type_name', now()),
	(26, 'auth', '0002_alter_permission_name_max_length', now()),
	(27, 'auth', '0003_alter_user_email_max_length', now()),
	(28, 'auth', '0004_alter_user_username_opts', now()),
	(29, 'auth', '0005_alter_user_last_login_null', now()),
	(30, 'auth', '0006_require_contenttypes_0002', now()),
	(31, 'auth', '0007_alter_validators_add_error_messages', now()),
	(32, 'auth', '0008_alter_user_username_max_length', now()),
	(33, 'auth', '0009_alter_user_last_name_max_length', now()),
	(34, 'auth', '0010_alter_group_name_max_length', now()),
	(35, 'auth', '0011_update_proxy_permissions', now()),
	(36, 'auth', '0012_alter_user_first_name_max_length', now()),
	(37, 'axes', '0001_initial', now()),
	(38, 'axes', '0002_auto_20151217_2044', now()),
	(39, 'axes', '0003_auto_20160322_0929', now()),
	(40, 'axes', '0004_auto_20181024_1538', now()),
	(41, 'axes', '0005_remove_accessattempt_trusted', now()),
	(42, 'axes', '0006_remove_accesslog_trusted', now()),
	(43, 'axes', '0007_alter_accessattempt_unique_together', now()),
	(44, 'axes', '0008_accessfailurelog', now()),
	(45, 'axes', '0009_add_session_hash', now()),
	(46, 'axes', '0010_accessattemptexpiration', now()),
	(47, 'backoffice', '0001_initial', now()),
	(48, 'backoffice', '0002_database', now()),
	(49, 'ledger', '0001_initial', now()),
	(50, 'wallets', '0001_initial', now()),
	(51, 'pricing', '0001_initial', now()),
	(52, 'contracts', '0001_initial', now()),
	(53, 'billing_profiles', '0001_initial', now()),
	(54, 'invoices', '0001_initial', now()),
	(55, 'bank', '0001_initial', now()),
	(56, 'billing_profiles', '0002_database', now()),
	(57, 'contracts', '0002_database', now()),
	(58, 'demo', '0001_initial', now()),
	(59, 'dunning', '0001_initial', now()),
	(60, 'idempotency', '0001_initial', now()),
	(61, 'ledger', '0002_database', now()),
	(62, 'mail', '0001_initial', now()),
	(63, 'otp_static', '0001_initial', now()),
	(64, 'otp_static', '0002_throttling', now()),
	(65, 'otp_static', '0003_add_timestamps', now()),
	(66, 'otp_totp', '0001_initial', now()),
	(67, 'otp_totp', '0002_auto_20190420_0723', now()),
	(68, 'otp_totp', '0003_add_timestamps', now()),
	(69, 'outbox', '0001_initial', now()),
	(70, 'outbox', '0002_database', now()),
	(71, 'top_ups', '0001_initial', now()),
	(72, 'payments', '0001_initial', now()),
	(73, 'papers', '0001_initial', now()),
	(74, 'payments', '0002_database', now()),
	(75, 'plans', '0001_initial', now()),
	(76, 'plans', '0002_database', now()),
	(77, 'pricing', '0002_database', now()),
	(78, 'proofs', '0001_initial', now()),
	(79, 'sessions', '0001_initial', now()),
	(80, 'snapshots', '0001_initial', now()),
	(81, 'top_ups', '0002_database', now()),
	(82, 'usage', '0001_initial', now()),
	(83, 'usage', '0002_database', now()),
	(84, 'wallets', '0002_database', now()),
	(85, 'vouchers', '0001_initial', now()),
	(86, 'vouchers', '0002_database', now()),
	(87, 'webhooks', '0001_initial', now());

SELECT pg_catalog.setval('public.approvals_accesschange_id_seq', 1, false);

SELECT pg_catalog.setval('public.approvals_approval_id_seq', 1, false);

SELECT pg_catalog.setval('public.approvals_bulkrow_id_seq', 1, false);

SELECT pg_catalog.setval('public.approvals_bulkrun_id_seq', 1, false);

SELECT pg_catalog.setval('public.approvals_soloaction_id_seq', 1, false);

SELECT pg_catalog.setval('public.auditlog_logentry_id_seq', 5, true);

SELECT pg_catalog.setval('public.auth_group_id_seq', 5, true);

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1664, true);

SELECT pg_catalog.setval('public.auth_permission_id_seq', 726, true);

SELECT pg_catalog.setval('public.auth_user_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_user_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_user_user_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.axes_accessattempt_id_seq', 1, false);

SELECT pg_catalog.setval('public.axes_accessfailurelog_id_seq', 1, false);

SELECT pg_catalog.setval('public.axes_accesslog_id_seq', 1, false);

SELECT pg_catalog.setval('public.backoffice_importedfile_id_seq', 1, false);

SELECT pg_catalog.setval('public.backoffice_note_id_seq', 1, false);

SELECT pg_catalog.setval('public.backoffice_note_mentioned_id_seq', 1, false);

SELECT pg_catalog.setval('public.backoffice_preference_id_seq', 1, false);

SELECT pg_catalog.setval('public.backoffice_savedview_id_seq', 1, false);

SELECT pg_catalog.setval('public.bank_bankfile_id_seq', 1, false);

SELECT pg_catalog.setval('public.bank_bankidentity_id_seq', 1, false);

SELECT pg_catalog.setval('public.bank_bankline_id_seq', 1, false);

SELECT pg_catalog.setval('public.bank_bankstatement_id_seq', 1, false);

SELECT pg_catalog.setval('public.bank_csvformat_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_exchangerate_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_externalid_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_numberrange_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_seller_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_sellerbankaccount_id_seq', 1, false);

SELECT pg_catalog.setval('public.billing_profiles_taxrate_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_contractprice_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_contractversion_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_installment_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_installmentdiscount_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_installmentpayment_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_installmentrefund_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_installmentsurplus_id_seq', 1, false);

SELECT pg_catalog.setval('public.contracts_servicerevenue_id_seq', 1, false);

SELECT pg_catalog.setval('public.demo_history_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 181, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 87, true);

SELECT pg_catalog.setval('public.dunning_disputedinvoice_id_seq', 1, false);

SELECT pg_catalog.setval('public.dunning_dunningevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.dunning_dunningpolicy_id_seq', 1, false);

SELECT pg_catalog.setval('public.dunning_dunningstep_id_seq', 1, false);

SELECT pg_catalog.setval('public.dunning_skippedfirststep_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_documentline_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_documentpaper_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_documentparty_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_documenttax_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_invoicedmonth_id_seq', 1, false);

SELECT pg_catalog.setval('public.invoices_taxcalculation_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_account_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_booknote_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_checkpoint_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_entry_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_holdtotal_id_seq', 1, false);

SELECT pg_catalog.setval('public.ledger_transfer_id_seq', 1, false);

SELECT pg_catalog.setval('public.mail_mailoptout_id_seq', 1, false);

SELECT pg_catalog.setval('public.otp_static_staticdevice_id_seq', 1, false);

SELECT pg_catalog.setval('public.otp_static_statictoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.otp_totp_totpdevice_id_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_heartbeat_id_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_outboxmessage_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_balancetransaction_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_checkoutpart_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_dispute_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_invoicepart_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_mandate_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_paymentissue_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_paymentlink_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_paymentpart_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_paymentreturn_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_payout_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_payoutpart_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_stripecustomer_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_stripeevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_stripeinvoice_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_stripepayment_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_striperequest_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_sweepmark_id_seq', 1, false);

SELECT pg_catalog.setval('public.payments_topupinvoice_id_seq', 1, false);

SELECT pg_catalog.setval('public.plans_includedquota_id_seq', 1, false);

SELECT pg_catalog.setval('public.plans_plan_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_keptprices_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_meter_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_modelalias_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_pricebook_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_pricelink_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_pricelistimport_id_seq', 1, false);

SELECT pg_catalog.setval('public.pricing_priceversion_id_seq', 1, false);

SELECT pg_catalog.setval('public.proofs_dayhead_id_seq', 1, false);

SELECT pg_catalog.setval('public.snapshots_balancesnapshot_id_seq', 1, false);

SELECT pg_catalog.setval('public.snapshots_collectionfailure_id_seq', 1, false);

SELECT pg_catalog.setval('public.snapshots_collectionsource_id_seq', 1, false);

SELECT pg_catalog.setval('public.snapshots_costsnapshot_id_seq', 1, false);

SELECT pg_catalog.setval('public.tenants_apikey_id_seq', 1, false);

SELECT pg_catalog.setval('public.tenants_identitylink_id_seq', 1, false);

SELECT pg_catalog.setval('public.tenants_platformkeyversion_id_seq', 1, false);

SELECT pg_catalog.setval('public.tenants_usdrate_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_activecharacter_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_breakdowntotal_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_callday_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_charactermonth_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_costcorrection_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_costrun_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_counter_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_distinctid_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_distinctidday_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_eventcorrection_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_futureusage_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_lateusageday_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_marginalarm_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_minimumcharge_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_monthclose_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_monthfigure_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_monthvalue_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_reportfinding_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_unitalert_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_unknownmodel_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_usageday_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_usageevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.usage_vendorbill_id_seq', 1, false);

SELECT pg_catalog.setval('public.vouchers_batch_organizations_id_seq', 1, false);

SELECT pg_catalog.setval('public.vouchers_batch_plans_id_seq', 1, false);

SELECT pg_catalog.setval('public.vouchers_batchevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.vouchers_redemptionreversal_id_seq', 1, false);

SELECT pg_catalog.setval('public.vouchers_voucher_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_bucketperiod_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_budgetaddition_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_chargenet_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_chargereversal_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_consumption_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_daytotal_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_grant_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_grantreturn_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_holdslice_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_refusal_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_shortfall_id_seq', 1, false);

SELECT pg_catalog.setval('public.wallets_wallet_id_seq', 1, false);

ALTER TABLE ONLY public.approvals_accesschange
    ADD CONSTRAINT approvals_accesschange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approvals_approval
    ADD CONSTRAINT approvals_approval_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approvals_bulkrow
    ADD CONSTRAINT approvals_bulkrow_key_key UNIQUE (key);

ALTER TABLE ONLY public.approvals_bulkrow
    ADD CONSTRAINT approvals_bulkrow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approvals_bulkrun
    ADD CONSTRAINT approvals_bulkrun_key_key UNIQUE (key);

ALTER TABLE ONLY public.approvals_bulkrun
    ADD CONSTRAINT approvals_bulkrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.approvals_soloaction
    ADD CONSTRAINT approvals_soloaction_key_key UNIQUE (key);

ALTER TABLE ONLY public.approvals_soloaction
    ADD CONSTRAINT approvals_soloaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_group_id_94350c0c_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_permission_id_14a6b632_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY public.auth_user
    ADD CONSTRAINT auth_user_username_key UNIQUE (username);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accessattempt
    ADD CONSTRAINT axes_accessattempt_username_ip_address_user_agent_8ea22282_uniq UNIQUE (username, ip_address, user_agent);

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptexpiration_pkey PRIMARY KEY (access_attempt_id);

ALTER TABLE ONLY public.axes_accessfailurelog
    ADD CONSTRAINT axes_accessfailurelog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.axes_accesslog
    ADD CONSTRAINT axes_accesslog_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backoffice_importedfile
    ADD CONSTRAINT backoffice_importedfile_once UNIQUE (kind, sha256);

ALTER TABLE ONLY public.backoffice_importedfile
    ADD CONSTRAINT backoffice_importedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backoffice_note_mentioned
    ADD CONSTRAINT backoffice_note_mentioned_note_id_user_id_d16c3902_uniq UNIQUE (note_id, user_id);

ALTER TABLE ONLY public.backoffice_note_mentioned
    ADD CONSTRAINT backoffice_note_mentioned_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backoffice_note
    ADD CONSTRAINT backoffice_note_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backoffice_preference
    ADD CONSTRAINT backoffice_preference_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backoffice_preference
    ADD CONSTRAINT backoffice_preference_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY public.backoffice_savedview
    ADD CONSTRAINT backoffice_savedview_name_once_per_person UNIQUE (owner_id, list_name, name);

ALTER TABLE ONLY public.backoffice_savedview
    ADD CONSTRAINT backoffice_savedview_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_bankfile
    ADD CONSTRAINT bank_bankfile_once UNIQUE (sha256);

ALTER TABLE ONLY public.bank_bankfile
    ADD CONSTRAINT bank_bankfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_bankidentity
    ADD CONSTRAINT bank_bankidentity_once_per_customer UNIQUE (organization_id, iban);

ALTER TABLE ONLY public.bank_bankidentity
    ADD CONSTRAINT bank_bankidentity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_once_for_ever UNIQUE (account_id, key);

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_bankstatement
    ADD CONSTRAINT bank_bankstatement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_csvformat
    ADD CONSTRAINT bank_csvformat_account_id_key UNIQUE (account_id);

ALTER TABLE ONLY public.bank_csvformat
    ADD CONSTRAINT bank_csvformat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.bank_sellerbook
    ADD CONSTRAINT bank_sellerbook_once_per_currency UNIQUE (seller_id, currency);

ALTER TABLE ONLY public.bank_sellerbook
    ADD CONSTRAINT bank_sellerbook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_billingprofile
    ADD CONSTRAINT billing_profiles_billingprofile_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.billing_profiles_exchangerate
    ADD CONSTRAINT billing_profiles_exchangerate_once_per_day UNIQUE (seller_id, currency, day);

ALTER TABLE ONLY public.billing_profiles_exchangerate
    ADD CONSTRAINT billing_profiles_exchangerate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_externalid
    ADD CONSTRAINT billing_profiles_externalid_once_per_system UNIQUE (value, system);

ALTER TABLE ONLY public.billing_profiles_externalid
    ADD CONSTRAINT billing_profiles_externalid_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_numberrange
    ADD CONSTRAINT billing_profiles_numberrange_once UNIQUE (seller_id, kind, year);

ALTER TABLE ONLY public.billing_profiles_numberrange
    ADD CONSTRAINT billing_profiles_numberrange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_seller
    ADD CONSTRAINT billing_profiles_seller_name_once UNIQUE (legal_name);

ALTER TABLE ONLY public.billing_profiles_seller
    ADD CONSTRAINT billing_profiles_seller_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_sellerbankaccount
    ADD CONSTRAINT billing_profiles_sellerbankaccount_once UNIQUE (iban);

ALTER TABLE ONLY public.billing_profiles_sellerbankaccount
    ADD CONSTRAINT billing_profiles_sellerbankaccount_one_per_currency UNIQUE (seller_id, currency);

ALTER TABLE ONLY public.billing_profiles_sellerbankaccount
    ADD CONSTRAINT billing_profiles_sellerbankaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.billing_profiles_taxrate
    ADD CONSTRAINT billing_profiles_taxrate_no_overlap EXCLUDE USING gist (int8range(seller_id, seller_id, '[]'::text) WITH &&, numrange((hashtextextended((((((((((product)::text || '|'::text) || (country)::text) || '|'::text) || (region)::text) || '|'::text) || (customer_kind)::text) || '|'::text) || (needs_vat_number)::text), (0)::bigint))::numeric, (hashtextextended((((((((((product)::text || '|'::text) || (country)::text) || '|'::text) || (region)::text) || '|'::text) || (customer_kind)::text) || '|'::text) || (needs_vat_number)::text), (0)::bigint))::numeric, '[]'::text) WITH &&, daterange(valid_from, valid_to, '[]'::text) WITH &&);

ALTER TABLE ONLY public.billing_profiles_taxrate
    ADD CONSTRAINT billing_profiles_taxrate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_contract
    ADD CONSTRAINT contracts_contract_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractprice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractprice_price_once UNIQUE (organization_id, price_id);

ALTER TABLE ONLY public.contracts_contractversion
    ADD CONSTRAINT contracts_contractversion_number_once UNIQUE (organization_id, contract_id, number);

ALTER TABLE ONLY public.contracts_contractversion
    ADD CONSTRAINT contracts_contractversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installment_position_once UNIQUE (organization_id, version_id, "position");

ALTER TABLE ONLY public.contracts_installmentdiscount
    ADD CONSTRAINT contracts_installmentdiscount_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.contracts_installmentdiscount
    ADD CONSTRAINT contracts_installmentdiscount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmentpayment_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmentpayment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmentpayment_transfer_once UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.contracts_installmentrefund
    ADD CONSTRAINT contracts_installmentrefund_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.contracts_installmentrefund
    ADD CONSTRAINT contracts_installmentrefund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmentsurplus_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmentsurplus_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmentsurplus_transfer_once UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.contracts_serviceagreement
    ADD CONSTRAINT contracts_serviceagreement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.contracts_servicerevenue
    ADD CONSTRAINT contracts_servicerevenue_part_once UNIQUE (organization_id, installment_id, period_start);

ALTER TABLE ONLY public.contracts_servicerevenue
    ADD CONSTRAINT contracts_servicerevenue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.demo_history
    ADD CONSTRAINT demo_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.dunning_customerpolicy
    ADD CONSTRAINT dunning_customerpolicy_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.dunning_disputedinvoice
    ADD CONSTRAINT dunning_disputedinvoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningcase
    ADD CONSTRAINT dunning_dunningcase_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningevent
    ADD CONSTRAINT dunning_dunningevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningpolicy
    ADD CONSTRAINT dunning_dunningpolicy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningstep
    ADD CONSTRAINT dunning_dunningstep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningevent
    ADD CONSTRAINT dunning_event_once UNIQUE (organization_id, case_id, "position");

ALTER TABLE ONLY public.dunning_dunningpolicy
    ADD CONSTRAINT dunning_policy_name_once UNIQUE (seller_id, currency, name);

ALTER TABLE ONLY public.dunning_skippedfirststep
    ADD CONSTRAINT dunning_skippedfirststep_once UNIQUE (organization_id, seller_id, currency, due_date);

ALTER TABLE ONLY public.dunning_skippedfirststep
    ADD CONSTRAINT dunning_skippedfirststep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dunning_dunningstep
    ADD CONSTRAINT dunning_step_position_once UNIQUE (policy_id, "position");

ALTER TABLE ONLY public.idempotency_idempotentcall
    ADD CONSTRAINT idempotency_idempotentcall_once_per_caller_and_key UNIQUE NULLS NOT DISTINCT (organization_id, caller, key);

ALTER TABLE ONLY public.idempotency_idempotentcall
    ADD CONSTRAINT idempotency_idempotentcall_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_transfer_once UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_sequence_once_per_range UNIQUE (number_range_id, sequence);

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentline_position_once UNIQUE (organization_id, document_id, "position");

ALTER TABLE ONLY public.invoices_documentpaper
    ADD CONSTRAINT invoices_documentpaper_once UNIQUE (organization_id, document_id);

ALTER TABLE ONLY public.invoices_documentpaper
    ADD CONSTRAINT invoices_documentpaper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_documentparty
    ADD CONSTRAINT invoices_documentparty_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_documentparty
    ADD CONSTRAINT invoices_documentparty_side_once UNIQUE (organization_id, document_id, side);

ALTER TABLE ONLY public.invoices_documenttax
    ADD CONSTRAINT invoices_documenttax_group_once UNIQUE (organization_id, document_id, category, rate);

ALTER TABLE ONLY public.invoices_documenttax
    ADD CONSTRAINT invoices_documenttax_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_invoicedmonth
    ADD CONSTRAINT invoices_invoicedmonth_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_money
    ADD CONSTRAINT invoices_money_credit_note_once UNIQUE (organization_id, credit_note_id);

ALTER TABLE ONLY public.invoices_money
    ADD CONSTRAINT invoices_money_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.invoices_money
    ADD CONSTRAINT invoices_money_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_taxcalculation
    ADD CONSTRAINT invoices_taxcalculation_once UNIQUE (organization_id, digest);

ALTER TABLE ONLY public.invoices_taxcalculation
    ADD CONSTRAINT invoices_taxcalculation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_writeoff
    ADD CONSTRAINT invoices_writeoff_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_code_once_per_book UNIQUE (book_id, code);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_role_once_per_unit UNIQUE (book_id, role, unit);

ALTER TABLE ONLY public.ledger_book
    ADD CONSTRAINT ledger_book_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_booknote
    ADD CONSTRAINT ledger_booknote_number_once_per_book UNIQUE (book_id, number);

ALTER TABLE ONLY public.ledger_booknote
    ADD CONSTRAINT ledger_booknote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_checkpoint
    ADD CONSTRAINT ledger_checkpoint_once_per_account UNIQUE (book_id, account_id);

ALTER TABLE ONLY public.ledger_checkpoint
    ADD CONSTRAINT ledger_checkpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_one_side_per_account UNIQUE (book_id, transfer_id, account_id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_version_once_per_account UNIQUE (book_id, account_id, account_version);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_key_once_per_book UNIQUE (book_id, key);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_holdtotal
    ADD CONSTRAINT ledger_holdtotal_once_per_status UNIQUE (book_id, account_id, status);

ALTER TABLE ONLY public.ledger_holdtotal
    ADD CONSTRAINT ledger_holdtotal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_key_once_per_book UNIQUE (book_id, key);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_number_once_per_book UNIQUE (book_id, number);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_reversed_once UNIQUE (book_id, reverses_id);

ALTER TABLE ONLY public.mail_contact
    ADD CONSTRAINT mail_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail_mailmessage
    ADD CONSTRAINT mail_mailmessage_once_per_contact UNIQUE (organization_id, key, contact_id);

ALTER TABLE ONLY public.mail_mailmessage
    ADD CONSTRAINT mail_mailmessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mail_mailoptout
    ADD CONSTRAINT mail_mailoptout_once UNIQUE (contact_id, template);

ALTER TABLE ONLY public.mail_mailoptout
    ADD CONSTRAINT mail_mailoptout_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.otp_static_staticdevice
    ADD CONSTRAINT otp_static_staticdevice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.otp_static_statictoken
    ADD CONSTRAINT otp_static_statictoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_heartbeat
    ADD CONSTRAINT outbox_heartbeat_job_key UNIQUE (job);

ALTER TABLE ONLY public.outbox_heartbeat
    ADD CONSTRAINT outbox_heartbeat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_outboxmessage
    ADD CONSTRAINT outbox_outboxmessage_key_key UNIQUE (key);

ALTER TABLE ONLY public.outbox_outboxmessage
    ADD CONSTRAINT outbox_outboxmessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_same_content_once UNIQUE NULLS NOT DISTINCT (organization_id, kind, contract_id, money_id, payment_id, content_sha256);

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_sequence_once_per_range UNIQUE (number_range_id, sequence);

ALTER TABLE ONLY public.payments_balancetransaction
    ADD CONSTRAINT payments_balancetransaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_balancetransaction
    ADD CONSTRAINT payments_balancetransaction_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_checkoutpart
    ADD CONSTRAINT payments_checkoutpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_checkoutpart
    ADD CONSTRAINT payments_checkoutpart_position_once UNIQUE (organization_id, session_id, "position");

ALTER TABLE ONLY public.payments_checkoutsession
    ADD CONSTRAINT payments_checkoutsession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_checkoutsession
    ADD CONSTRAINT payments_checkoutsession_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_invoicepart
    ADD CONSTRAINT payments_invoicepart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_invoicepart
    ADD CONSTRAINT payments_invoicepart_position_once UNIQUE (organization_id, invoice_id, "position");

ALTER TABLE ONLY public.payments_mandate
    ADD CONSTRAINT payments_mandate_one_per_contract UNIQUE (organization_id, contract_id);

ALTER TABLE ONLY public.payments_mandate
    ADD CONSTRAINT payments_mandate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentissue
    ADD CONSTRAINT payments_paymentissue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentlink
    ADD CONSTRAINT payments_paymentlink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentlink
    ADD CONSTRAINT payments_paymentlink_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_paymentpart
    ADD CONSTRAINT payments_paymentpart_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.payments_paymentpart
    ADD CONSTRAINT payments_paymentpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentreturn_one_per_dispute UNIQUE (organization_id, dispute_id, payment_id);

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentreturn_one_per_refund UNIQUE (organization_id, refund_id, payment_id);

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentreturn_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_payout
    ADD CONSTRAINT payments_payout_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_payout
    ADD CONSTRAINT payments_payout_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_payoutpart
    ADD CONSTRAINT payments_payoutpart_once_per_book UNIQUE NULLS NOT DISTINCT (organization_id, payout_id);

ALTER TABLE ONLY public.payments_payoutpart
    ADD CONSTRAINT payments_payoutpart_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_stripecustomer
    ADD CONSTRAINT payments_stripecustomer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_stripecustomer
    ADD CONSTRAINT payments_stripecustomer_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_stripeevent
    ADD CONSTRAINT payments_stripeevent_event_id_key UNIQUE (event_id);

ALTER TABLE ONLY public.payments_stripeevent
    ADD CONSTRAINT payments_stripeevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoice_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoice_stripe_id_key UNIQUE (stripe_id);

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayment_key_once UNIQUE (organization_id, key);

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_striperequest
    ADD CONSTRAINT payments_striperequest_key_key UNIQUE (key);

ALTER TABLE ONLY public.payments_striperequest
    ADD CONSTRAINT payments_striperequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_striperequest
    ADD CONSTRAINT payments_striperequest_reference_key UNIQUE (reference);

ALTER TABLE ONLY public.payments_sweepmark
    ADD CONSTRAINT payments_sweepmark_livemode_key UNIQUE (livemode);

ALTER TABLE ONLY public.payments_sweepmark
    ADD CONSTRAINT payments_sweepmark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.payments_topupinvoice
    ADD CONSTRAINT payments_topupinvoice_document_once UNIQUE (organization_id, document_id);

ALTER TABLE ONLY public.payments_topupinvoice
    ADD CONSTRAINT payments_topupinvoice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_once_per_grant UNIQUE (organization_id, grant_id);

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_once_per_period UNIQUE (organization_id, subscription_id, period_start);

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plans_plan
    ADD CONSTRAINT plans_plan_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.plans_plan
    ADD CONSTRAINT plans_plan_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.plans_subscription
    ADD CONSTRAINT plans_subscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_keptprices
    ADD CONSTRAINT pricing_keptprices_once UNIQUE (organization_id, price_list_id);

ALTER TABLE ONLY public.pricing_keptprices
    ADD CONSTRAINT pricing_keptprices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_meter
    ADD CONSTRAINT pricing_meter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_meter
    ADD CONSTRAINT pricing_meter_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.pricing_modelalias
    ADD CONSTRAINT pricing_modelalias_no_overlap EXCLUDE USING gist (int8range(meter_id, meter_id, '[]'::text) WITH &&, numrange((hashtextextended((name)::text, (0)::bigint))::numeric, (hashtextextended((name)::text, (0)::bigint))::numeric, '[]'::text) WITH &&, tstzrange(effective_from, effective_to) WITH &&);

ALTER TABLE ONLY public.pricing_modelalias
    ADD CONSTRAINT pricing_modelalias_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_pricebook
    ADD CONSTRAINT pricing_pricebook_one_override_an_organization UNIQUE (organization_id);

ALTER TABLE ONLY public.pricing_pricebook
    ADD CONSTRAINT pricing_pricebook_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_pricelink
    ADD CONSTRAINT pricing_pricelink_number_once_per_book UNIQUE (book_id, number);

ALTER TABLE ONLY public.pricing_pricelink
    ADD CONSTRAINT pricing_pricelink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_pricelistimport
    ADD CONSTRAINT pricing_pricelistimport_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_no_overlap EXCLUDE USING gist (int8range(book_id, book_id, '[]'::text) WITH &&, int8range(meter_id, meter_id, '[]'::text) WITH &&, numrange((hashtextextended((model)::text, (0)::bigint))::numeric, (hashtextextended((model)::text, (0)::bigint))::numeric, '[]'::text) WITH &&, tstzrange(effective_from, effective_to) WITH &&) WHERE (((status)::text = 'published'::text));

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.proofs_auditlink
    ADD CONSTRAINT proofs_auditlink_entry_id_key UNIQUE (entry_id);

ALTER TABLE ONLY public.proofs_auditlink
    ADD CONSTRAINT proofs_auditlink_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.proofs_dayhead
    ADD CONSTRAINT proofs_dayhead_once_per_day UNIQUE (chain, day);

ALTER TABLE ONLY public.proofs_dayhead
    ADD CONSTRAINT proofs_dayhead_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.proofs_dayroot
    ADD CONSTRAINT proofs_dayroot_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.proofs_proofmark
    ADD CONSTRAINT proofs_proofmark_pkey PRIMARY KEY (chain);

ALTER TABLE ONLY public.snapshots_balancesnapshot
    ADD CONSTRAINT snapshots_balancesnapshot_once_per_moment UNIQUE (organization_id, collected_at);

ALTER TABLE ONLY public.snapshots_balancesnapshot
    ADD CONSTRAINT snapshots_balancesnapshot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.snapshots_collectionfailure
    ADD CONSTRAINT snapshots_collectionfailure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.snapshots_collectionsource
    ADD CONSTRAINT snapshots_collectionsource_organization_id_key UNIQUE (organization_id);

ALTER TABLE ONLY public.snapshots_collectionsource
    ADD CONSTRAINT snapshots_collectionsource_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.snapshots_costsnapshot
    ADD CONSTRAINT snapshots_costsnapshot_once_per_run UNIQUE (organization_id, year, month, run);

ALTER TABLE ONLY public.snapshots_costsnapshot
    ADD CONSTRAINT snapshots_costsnapshot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_apikey
    ADD CONSTRAINT tenants_apikey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_apikey
    ADD CONSTRAINT tenants_apikey_prefix_key UNIQUE (prefix);

ALTER TABLE ONLY public.tenants_identitylink
    ADD CONSTRAINT tenants_identitylink_one_organization UNIQUE (issuer, external_organization_id);

ALTER TABLE ONLY public.tenants_identitylink
    ADD CONSTRAINT tenants_identitylink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_organization
    ADD CONSTRAINT tenants_organization_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_organization
    ADD CONSTRAINT tenants_organization_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.tenants_platformkeyversion
    ADD CONSTRAINT tenants_platformkeyversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_project
    ADD CONSTRAINT tenants_project_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants_project
    ADD CONSTRAINT tenants_project_slug_unique_per_organization UNIQUE (organization_id, slug);

ALTER TABLE ONLY public.tenants_usdrate
    ADD CONSTRAINT tenants_usdrate_once_per_day UNIQUE (organization_id, day);

ALTER TABLE ONLY public.tenants_usdrate
    ADD CONSTRAINT tenants_usdrate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.top_ups_topup
    ADD CONSTRAINT top_ups_topup_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.top_ups_topupattempt
    ADD CONSTRAINT top_ups_topupattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacter_once UNIQUE (organization_id, month, "character");

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_archivedmonth
    ADD CONSTRAINT usage_archivedmonth_pkey PRIMARY KEY (month);

ALTER TABLE ONLY public.usage_breakdowntotal
    ADD CONSTRAINT usage_breakdowntotal_once UNIQUE (organization_id, meter_id, by, is_month, day, cost_currency, kind, value_1, value_2, is_other);

ALTER TABLE ONLY public.usage_breakdowntotal
    ADD CONSTRAINT usage_breakdowntotal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_callday
    ADD CONSTRAINT usage_callday_once UNIQUE (organization_id, day, meter_id, model, provider, service_tier, variant, region, operation, operator, billing_mode, above, names, of);

ALTER TABLE ONLY public.usage_callday
    ADD CONSTRAINT usage_callday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_charactermonth
    ADD CONSTRAINT usage_charactermonth_once UNIQUE (organization_id, month);

ALTER TABLE ONLY public.usage_charactermonth
    ADD CONSTRAINT usage_charactermonth_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_costcorrection
    ADD CONSTRAINT usage_costcorrection_once UNIQUE (organization_id, run_id, day, meter_id, model, key, cost_currency, provider);

ALTER TABLE ONLY public.usage_costcorrection
    ADD CONSTRAINT usage_costcorrection_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_costrun
    ADD CONSTRAINT usage_costrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_costrun
    ADD CONSTRAINT usage_costrun_undoes_id_key UNIQUE (undoes_id);

ALTER TABLE ONLY public.usage_counter
    ADD CONSTRAINT usage_counter_once UNIQUE (organization_id, month, price_version_id);

ALTER TABLE ONLY public.usage_counter
    ADD CONSTRAINT usage_counter_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_distinctid
    ADD CONSTRAINT usage_distinctid_once UNIQUE (organization_id, kind, value);

ALTER TABLE ONLY public.usage_distinctid
    ADD CONSTRAINT usage_distinctid_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_distinctidday
    ADD CONSTRAINT usage_distinctidday_once UNIQUE (organization_id, kind, day);

ALTER TABLE ONLY public.usage_distinctidday
    ADD CONSTRAINT usage_distinctidday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_eventcorrection
    ADD CONSTRAINT usage_eventcorrection_once UNIQUE (organization_id, event);

ALTER TABLE ONLY public.usage_eventcorrection
    ADD CONSTRAINT usage_eventcorrection_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_eventid
    ADD CONSTRAINT usage_eventid_pkey PRIMARY KEY (organization_id, digest);

ALTER TABLE ONLY public.usage_futureusage
    ADD CONSTRAINT usage_futureusage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_lateusageday
    ADD CONSTRAINT usage_lateusageday_once UNIQUE (organization_id, day, corrects_month, meter_id, model);

ALTER TABLE ONLY public.usage_lateusageday
    ADD CONSTRAINT usage_lateusageday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_marginalarm
    ADD CONSTRAINT usage_marginalarm_once UNIQUE NULLS NOT DISTINCT (organization_id, day, model);

ALTER TABLE ONLY public.usage_marginalarm
    ADD CONSTRAINT usage_marginalarm_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_meteredorganization
    ADD CONSTRAINT usage_meteredorganization_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.usage_minimumcharge
    ADD CONSTRAINT usage_minimumcharge_once_per_posting UNIQUE (organization_id, posting_id);

ALTER TABLE ONLY public.usage_minimumcharge
    ADD CONSTRAINT usage_minimumcharge_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_monthclose
    ADD CONSTRAINT usage_monthclose_once UNIQUE (organization_id, month);

ALTER TABLE ONLY public.usage_monthclose
    ADD CONSTRAINT usage_monthclose_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_monthfigure
    ADD CONSTRAINT usage_monthfigure_once UNIQUE (organization_id, meter_id, month, model, billing_mode);

ALTER TABLE ONLY public.usage_monthfigure
    ADD CONSTRAINT usage_monthfigure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_monthvalue
    ADD CONSTRAINT usage_monthvalue_once UNIQUE (organization_id, meter_id, month, model, billing_mode, value);

ALTER TABLE ONLY public.usage_monthvalue
    ADD CONSTRAINT usage_monthvalue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_othereventid
    ADD CONSTRAINT usage_othereventid_pkey PRIMARY KEY (organization_id, digest);

ALTER TABLE ONLY public.usage_recentarchivedevent
    ADD CONSTRAINT usage_recentarchivedevent_pkey PRIMARY KEY (event);

ALTER TABLE ONLY public.usage_reportendpoint
    ADD CONSTRAINT usage_reportendpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_reportfinding
    ADD CONSTRAINT usage_reportfinding_once UNIQUE (organization_id, kind, meter_slug, model, name);

ALTER TABLE ONLY public.usage_reportfinding
    ADD CONSTRAINT usage_reportfinding_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_unitalert
    ADD CONSTRAINT usage_unitalert_once UNIQUE (organization_id, unit, threshold_micros);

ALTER TABLE ONLY public.usage_unitalert
    ADD CONSTRAINT usage_unitalert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_unknownmodel
    ADD CONSTRAINT usage_unknownmodel_once UNIQUE (organization_id, meter_id, model, provider);

ALTER TABLE ONLY public.usage_unknownmodel
    ADD CONSTRAINT usage_unknownmodel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_usageday
    ADD CONSTRAINT usage_usageday_once UNIQUE (organization_id, day, meter_id, model, provider, operation, event_type, operator, billing_mode, cost_currency);

ALTER TABLE ONLY public.usage_usageday
    ADD CONSTRAINT usage_usageday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_usageevent
    ADD CONSTRAINT usage_usageevent_pkey PRIMARY KEY (id, recorded_at);

ALTER TABLE ONLY public.usage_usageposting
    ADD CONSTRAINT usage_usageposting_once_per_transfer UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.usage_usageposting
    ADD CONSTRAINT usage_usageposting_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usage_vendorbill
    ADD CONSTRAINT usage_vendorbill_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_batch_organizations
    ADD CONSTRAINT vouchers_batch_organizat_batch_id_organization_id_549f55e3_uniq UNIQUE (batch_id, organization_id);

ALTER TABLE ONLY public.vouchers_batch_organizations
    ADD CONSTRAINT vouchers_batch_organizations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_batch
    ADD CONSTRAINT vouchers_batch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_batch_plans
    ADD CONSTRAINT vouchers_batch_plans_batch_id_plan_id_d723ec39_uniq UNIQUE (batch_id, plan_id);

ALTER TABLE ONLY public.vouchers_batch_plans
    ADD CONSTRAINT vouchers_batch_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_batchevent
    ADD CONSTRAINT vouchers_batchevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_number_unique_per_voucher UNIQUE (voucher_id, number);

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_once_per_call UNIQUE (organization_id, call_id);

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_once_per_discount UNIQUE (organization_id, discount_id);

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_once_per_grant UNIQUE (organization_id, grant_id);

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_redemptionreversal
    ADD CONSTRAINT vouchers_redemptionreversal_once UNIQUE (organization_id, redemption_id);

ALTER TABLE ONLY public.vouchers_redemptionreversal
    ADD CONSTRAINT vouchers_redemptionreversal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_voucher
    ADD CONSTRAINT vouchers_voucher_code_hash_key UNIQUE (code_hash);

ALTER TABLE ONLY public.vouchers_voucher
    ADD CONSTRAINT vouchers_voucher_number_unique_in_batch UNIQUE (batch_id, number);

ALTER TABLE ONLY public.vouchers_voucher
    ADD CONSTRAINT vouchers_voucher_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.vouchers_wrongcodes
    ADD CONSTRAINT vouchers_wrongcodes_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.wallets_bucket
    ADD CONSTRAINT wallets_bucket_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_bucket
    ADD CONSTRAINT wallets_bucket_value_once UNIQUE (organization_id, budget_id, value);

ALTER TABLE ONLY public.wallets_bucketperiod
    ADD CONSTRAINT wallets_bucketperiod_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_bucketperiod
    ADD CONSTRAINT wallets_bucketperiod_start_once UNIQUE (organization_id, bucket_id, starts_on);

ALTER TABLE ONLY public.wallets_budget
    ADD CONSTRAINT wallets_budget_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_budgetaddition
    ADD CONSTRAINT wallets_budgetaddition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_chargenet
    ADD CONSTRAINT wallets_chargenet_once_per_transfer UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.wallets_chargenet
    ADD CONSTRAINT wallets_chargenet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_chargereversal
    ADD CONSTRAINT wallets_chargereversal_once_per_transfer UNIQUE (organization_id, charge_id, transfer_id);

ALTER TABLE ONLY public.wallets_chargereversal
    ADD CONSTRAINT wallets_chargereversal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_consumption
    ADD CONSTRAINT wallets_consumption_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_daytotal
    ADD CONSTRAINT wallets_daytotal_once_per_day_and_kind UNIQUE (organization_id, day, kind);

ALTER TABLE ONLY public.wallets_daytotal
    ADD CONSTRAINT wallets_daytotal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_grant
    ADD CONSTRAINT wallets_grant_key_once_per_organization UNIQUE (organization_id, key);

ALTER TABLE ONLY public.wallets_grant
    ADD CONSTRAINT wallets_grant_once_per_transfer UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.wallets_grant
    ADD CONSTRAINT wallets_grant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_grantreturn
    ADD CONSTRAINT wallets_grantreturn_once_per_transfer UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.wallets_grantreturn
    ADD CONSTRAINT wallets_grantreturn_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_holdslice
    ADD CONSTRAINT wallets_holdslice_once_per_grant UNIQUE (organization_id, hold_id, grant_id);

ALTER TABLE ONLY public.wallets_holdslice
    ADD CONSTRAINT wallets_holdslice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_refusal
    ADD CONSTRAINT wallets_refusal_once_a_minute UNIQUE (organization_id, minute, reason, budget, bucket);

ALTER TABLE ONLY public.wallets_refusal
    ADD CONSTRAINT wallets_refusal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_shortfall
    ADD CONSTRAINT wallets_shortfall_once_per_transfer UNIQUE (organization_id, transfer_id);

ALTER TABLE ONLY public.wallets_shortfall
    ADD CONSTRAINT wallets_shortfall_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_once_per_account UNIQUE (organization_id, account_id);

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_organization_id_key UNIQUE (organization_id);

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdelivery_one_per_endpoint_and_event UNIQUE (endpoint_id, event_id);

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookendpoint
    ADD CONSTRAINT webhooks_webhookendpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookevent
    ADD CONSTRAINT webhooks_webhookevent_once_per_key UNIQUE (organization_id, type, key);

ALTER TABLE ONLY public.webhooks_webhookevent
    ADD CONSTRAINT webhooks_webhookevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks_webhookevent
    ADD CONSTRAINT webhooks_webhookevent_sequence_unique UNIQUE (organization_id, sequence);

ALTER TABLE ONLY public.webhooks_webhooksequence
    ADD CONSTRAINT webhooks_webhooksequence_pkey PRIMARY KEY (organization_id);

CREATE INDEX approvals_accesschange_changed_at_358148fe ON public.approvals_accesschange USING btree (changed_at);

CREATE INDEX approvals_accesschange_changed_by_id_b4b6ffb3 ON public.approvals_accesschange USING btree (changed_by_id);

CREATE INDEX approvals_accesschange_person_id_ac61dcb0 ON public.approvals_accesschange USING btree (person_id);

CREATE INDEX approvals_approval_decided_by_id_16c3e602 ON public.approvals_approval USING btree (decided_by_id);

CREATE UNIQUE INDEX approvals_approval_one_open_per_intent ON public.approvals_approval USING btree (fingerprint) WHERE ((status)::text = ANY (ARRAY[('pending'::character varying)::text, ('approved'::character varying)::text]));

CREATE INDEX approvals_approval_organization_id_f6537a66 ON public.approvals_approval USING btree (organization_id);

CREATE INDEX approvals_approval_requested_by_id_8ea6ded8 ON public.approvals_approval USING btree (requested_by_id);

CREATE INDEX approvals_bulkrow_waiting ON public.approvals_bulkrow USING btree (run_id, state, "position");

CREATE INDEX approvals_bulkrun_approval_id_c0f38ce2 ON public.approvals_bulkrun USING btree (approval_id);

CREATE INDEX approvals_bulkrun_requested_by_id_989bd729 ON public.approvals_bulkrun USING btree (requested_by_id);

CREATE INDEX approvals_by_status ON public.approvals_approval USING btree (status, expires_at);

CREATE INDEX approvals_open_by_subject ON public.approvals_approval USING btree (subject_type, subject_id) WHERE ((status)::text = ANY (ARRAY[('pending'::character varying)::text, ('approved'::character varying)::text]));

CREATE INDEX approvals_soloaction_day ON public.approvals_soloaction USING btree (person_id, scope, organization_id, done_at);

CREATE INDEX auditlog_logentry_action_229afe39 ON public.auditlog_logentry USING btree (action);

CREATE INDEX auditlog_logentry_actor_id_959271d2 ON public.auditlog_logentry USING btree (actor_id);

CREATE INDEX auditlog_logentry_cid_9f467263 ON public.auditlog_logentry USING btree (cid);

CREATE INDEX auditlog_logentry_content_type_id_75830218 ON public.auditlog_logentry USING btree (content_type_id);

CREATE INDEX auditlog_logentry_object_id_09c2eee8 ON public.auditlog_logentry USING btree (object_id);

CREATE INDEX auditlog_logentry_object_pk_6e3219c0 ON public.auditlog_logentry USING btree (object_pk);

CREATE INDEX auditlog_logentry_timestamp_37867bb0 ON public.auditlog_logentry USING btree ("timestamp");

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX auth_user_groups_group_id_97559544 ON public.auth_user_groups USING btree (group_id);

CREATE INDEX auth_user_groups_user_id_6a12ed8b ON public.auth_user_groups USING btree (user_id);

CREATE INDEX auth_user_user_permissions_permission_id_1fbb5f2c ON public.auth_user_user_permissions USING btree (permission_id);

CREATE INDEX auth_user_user_permissions_user_id_a95ead1b ON public.auth_user_user_permissions USING btree (user_id);

CREATE INDEX axes_accessattempt_ip_address_10922d9c ON public.axes_accessattempt USING btree (ip_address);

CREATE INDEX axes_accessattempt_user_agent_ad89678b ON public.axes_accessattempt USING btree (user_agent);

CREATE INDEX axes_accessattempt_username_3f2d4ca0 ON public.axes_accessattempt USING btree (username);

CREATE INDEX axes_accessfailurelog_ip_address_2e9f5a7f ON public.axes_accessfailurelog USING btree (ip_address);

CREATE INDEX axes_accessfailurelog_user_agent_ea145dda ON public.axes_accessfailurelog USING btree (user_agent);

CREATE INDEX axes_accessfailurelog_username_a8b7e8a4 ON public.axes_accessfailurelog USING btree (username);

CREATE INDEX axes_accesslog_ip_address_86b417e5 ON public.axes_accesslog USING btree (ip_address);

CREATE INDEX axes_accesslog_user_agent_0e659004 ON public.axes_accesslog USING btree (user_agent);

CREATE INDEX axes_accesslog_username_df93064b ON public.axes_accesslog USING btree (username);

CREATE INDEX backoffice_note_author_id_35530610 ON public.backoffice_note USING btree (author_id);

CREATE INDEX backoffice_note_mentioned_note_id_bd4fab87 ON public.backoffice_note_mentioned USING btree (note_id);

CREATE INDEX backoffice_note_mentioned_user_id_0393ca91 ON public.backoffice_note_mentioned USING btree (user_id);

CREATE INDEX backoffice_note_of_customer ON public.backoffice_note USING btree (organization_id, id DESC);

CREATE INDEX backoffice_note_of_row ON public.backoffice_note USING btree (subject_id, id DESC) WHERE (NOT ((subject_id)::text = ''::text));

CREATE INDEX backoffice_note_organization_id_8c11059f ON public.backoffice_note USING btree (organization_id);

CREATE UNIQUE INDEX backoffice_savedview_one_default ON public.backoffice_savedview USING btree (owner_id, list_name) WHERE is_default;

CREATE INDEX backoffice_savedview_owner_id_1faf1d00 ON public.backoffice_savedview USING btree (owner_id);

CREATE INDEX backoffice_savedview_team_id_39c3a064 ON public.backoffice_savedview USING btree (team_id);

CREATE INDEX bank_bankfile_account_id_c53dc8d7 ON public.bank_bankfile USING btree (account_id);

CREATE INDEX bank_bankidentity_line_id_89d18793 ON public.bank_bankidentity USING btree (line_id);

CREATE INDEX bank_bankline_document_id_19dacebe ON public.bank_bankline USING btree (document_id);

CREATE INDEX bank_bankline_money_id_e7e3615d ON public.bank_bankline USING btree (money_id);

CREATE INDEX bank_bankline_organization_id_391ea643 ON public.bank_bankline USING btree (organization_id);

CREATE INDEX bank_bankline_statement_id_6fdbb798 ON public.bank_bankline USING btree (statement_id);

CREATE INDEX bank_bankstatement_account_id_18e93e31 ON public.bank_bankstatement USING btree (account_id);

CREATE INDEX bank_bankstatement_file_id_ab9cb2cc ON public.bank_bankstatement USING btree (file_id);

CREATE INDEX bank_identity_iban ON public.bank_bankidentity USING btree (iban);

CREATE INDEX bank_line_amount ON public.bank_bankline USING btree (amount_micros);

CREATE INDEX bank_line_end_to_end ON public.bank_bankline USING btree (end_to_end_id) WHERE (NOT ((end_to_end_id)::text = ''::text));

CREATE INDEX bank_line_iban ON public.bank_bankline USING btree (party_iban) WHERE (NOT ((party_iban)::text = ''::text));

CREATE INDEX bank_line_open ON public.bank_bankline USING btree (account_id, value_date) WHERE ((state)::text = ANY (ARRAY[('new'::character varying)::text, ('proposed'::character varying)::text, ('set_aside'::character varying)::text]));

CREATE INDEX bank_line_reference ON public.bank_bankline USING btree (bank_reference) WHERE (NOT ((bank_reference)::text = ''::text));

CREATE INDEX bank_statement_latest ON public.bank_bankstatement USING btree (account_id, last_day DESC);

CREATE INDEX billing_profiles_billingprofile_owner_id_c16cb69d ON public.billing_profiles_billingprofile USING btree (owner_id);

CREATE INDEX billing_profiles_billingprofile_seller_id_13531aa7 ON public.billing_profiles_billingprofile USING btree (seller_id);

CREATE INDEX billing_profiles_externalid_profile_id_722e326c ON public.billing_profiles_externalid USING btree (profile_id);

CREATE INDEX billing_profiles_sellerbankaccount_seller_id_016c15d9 ON public.billing_profiles_sellerbankaccount USING btree (seller_id);

CREATE INDEX billing_profiles_tags ON public.billing_profiles_billingprofile USING gin (tags);

CREATE INDEX billing_profiles_vat_number ON public.billing_profiles_billingprofile USING btree (vat_number) WHERE (NOT ((vat_number)::text = ''::text));

CREATE INDEX contracts_agreement_due ON public.contracts_serviceagreement USING btree (next_due_date) WHERE active;

CREATE INDEX contracts_agreement_newest ON public.contracts_serviceagreement USING btree (organization_id, created_at);

CREATE INDEX contracts_contract_bonus_taken_back_id_7cdb79a1 ON public.contracts_contract USING btree (bonus_taken_back_id);

CREATE INDEX contracts_contract_ending ON public.contracts_contract USING btree (end_date) WHERE ((status)::text = ANY (ARRAY[('pending_payment'::character varying)::text, ('active'::character varying)::text]));

CREATE INDEX contracts_contract_newest ON public.contracts_contract USING btree (organization_id, created_at);

CREATE UNIQUE INDEX contracts_contract_one_active_per_organization ON public.contracts_contract USING btree (organization_id) WHERE ((status)::text = ANY (ARRAY[('active'::character varying)::text, ('past_due'::character varying)::text]));

CREATE INDEX contracts_contract_organization_id_f876aeb5 ON public.contracts_contract USING btree (organization_id);

CREATE INDEX contracts_contractprice_contract_id_f5784af4 ON public.contracts_contractprice USING btree (contract_id);

CREATE INDEX contracts_contractprice_price_id_86707097 ON public.contracts_contractprice USING btree (price_id);

CREATE INDEX contracts_contractprice_version_id_f35c5427 ON public.contracts_contractprice USING btree (version_id);

CREATE INDEX contracts_contractversion_contract_id_9b8b6e78 ON public.contracts_contractversion USING btree (contract_id);

CREATE INDEX contracts_installment_contract_id_6dc3901a ON public.contracts_installment USING btree (contract_id);

CREATE INDEX contracts_installment_grant_id_d86ce77e ON public.contracts_installment USING btree (grant_id);

CREATE INDEX contracts_installment_not_paid ON public.contracts_installment USING btree (pay_by) WHERE ((overdue_at IS NULL) AND ((state)::text = ANY (ARRAY[('due'::character varying)::text, ('partially_paid'::character varying)::text])));

CREATE INDEX contracts_installment_overdue ON public.contracts_installment USING btree (overdue_at) WHERE ((overdue_at IS NOT NULL) AND ((state)::text = ANY (ARRAY[('due'::character varying)::text, ('processing'::character varying)::text, ('partially_paid'::character varying)::text])));

CREATE INDEX contracts_installment_service_transfer_id_d5f6414b ON public.contracts_installment USING btree (service_transfer_id);

CREATE INDEX contracts_installment_version_id_8e3a80fb ON public.contracts_installment USING btree (version_id);

CREATE INDEX contracts_installmentdiscount_installment_id_b7f65798 ON public.contracts_installmentdiscount USING btree (installment_id);

CREATE INDEX contracts_installmentpayment_installment_id_eed5c5f6 ON public.contracts_installmentpayment USING btree (installment_id);

CREATE INDEX contracts_installmentpayment_transfer_id_cc4beb36 ON public.contracts_installmentpayment USING btree (transfer_id);

CREATE INDEX contracts_installmentrefund_installment_id_796ee83d ON public.contracts_installmentrefund USING btree (installment_id);

CREATE INDEX contracts_installmentrefund_surplus_id_1b15f43b ON public.contracts_installmentrefund USING btree (surplus_id);

CREATE INDEX contracts_installmentsurplus_installment_id_83a16050 ON public.contracts_installmentsurplus USING btree (installment_id);

CREATE INDEX contracts_installmentsurplus_transfer_id_fea098fa ON public.contracts_installmentsurplus USING btree (transfer_id);

CREATE INDEX contracts_payment_reference ON public.contracts_installmentpayment USING btree (reference) WHERE (NOT ((reference)::text = ''::text));

CREATE INDEX contracts_refund_by_order ON public.contracts_installmentrefund USING btree (organization_id, order_key);

CREATE INDEX contracts_serviceagreement_project_id_99550175 ON public.contracts_serviceagreement USING btree (project_id);

CREATE INDEX contracts_servicerevenue_due ON public.contracts_servicerevenue USING btree (period_end) WHERE (amount_micros > (canceled_micros + recognized_micros));

CREATE INDEX contracts_servicerevenue_installment_id_94b00e11 ON public.contracts_servicerevenue USING btree (installment_id);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE UNIQUE INDEX dunning_case_one_open ON public.dunning_dunningcase USING btree (organization_id, seller_id, currency) WHERE (closed_at IS NULL);

CREATE INDEX dunning_case_waiting ON public.dunning_dunningcase USING btree (wait) WHERE (closed_at IS NULL);

CREATE INDEX dunning_customerpolicy_policy_id_6a5f5fae ON public.dunning_customerpolicy USING btree (policy_id);

CREATE UNIQUE INDEX dunning_dispute_one_open ON public.dunning_disputedinvoice USING btree (organization_id, document_id) WHERE (decided_at IS NULL);

CREATE INDEX dunning_disputedinvoice_document_id_e7bcd330 ON public.dunning_disputedinvoice USING btree (document_id);

CREATE INDEX dunning_dunningcase_seller_id_07d5d6e1 ON public.dunning_dunningcase USING btree (seller_id);

CREATE INDEX dunning_dunningevent_case_id_53aff2a3 ON public.dunning_dunningevent USING btree (case_id);

CREATE INDEX dunning_dunningevent_fee_id_7a6505cb ON public.dunning_dunningevent USING btree (fee_id);

CREATE INDEX dunning_dunningpolicy_seller_id_905b1052 ON public.dunning_dunningpolicy USING btree (seller_id);

CREATE INDEX dunning_dunningstep_policy_id_6f82d9e6 ON public.dunning_dunningstep USING btree (policy_id);

CREATE UNIQUE INDEX dunning_policy_one_default ON public.dunning_dunningpolicy USING btree (seller_id, currency) WHERE (is_default AND is_used);

CREATE INDEX dunning_skippedfirststep_seller_id_a5ce14f7 ON public.dunning_skippedfirststep USING btree (seller_id);

CREATE INDEX idempotency_idempotentcall_created_at_c5b9be84 ON public.idempotency_idempotentcall USING btree (created_at);

CREATE INDEX invoices_application_document_id_05922d43 ON public.invoices_application USING btree (document_id);

CREATE INDEX invoices_application_money_id_feec9c65 ON public.invoices_application USING btree (money_id);

CREATE INDEX invoices_application_transfer_id_63540e7a ON public.invoices_application USING btree (transfer_id);

CREATE INDEX invoices_application_undoes_id_ce77eda9 ON public.invoices_application USING btree (undoes_id);

CREATE INDEX invoices_document_agreement_id_24426d45 ON public.invoices_document USING btree (agreement_id);

CREATE INDEX invoices_document_credited_id_820c0456 ON public.invoices_document USING btree (credited_id);

CREATE INDEX invoices_document_due ON public.invoices_document USING btree (due_date) WHERE ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('part_paid'::character varying)::text]));

CREATE INDEX invoices_document_installment_id_22685eda ON public.invoices_document USING btree (installment_id);

CREATE INDEX invoices_document_newest ON public.invoices_document USING btree (organization_id, finalized_at DESC, id DESC) WHERE (NOT ((number)::text = ''::text));

CREATE INDEX invoices_document_number ON public.invoices_document USING btree (number) WHERE (NOT ((number)::text = ''::text));

CREATE UNIQUE INDEX invoices_document_number_once_per_seller ON public.invoices_document USING btree (seller_id, number) WHERE (NOT ((number)::text = ''::text));

CREATE INDEX invoices_document_number_range_id_15ab257b ON public.invoices_document USING btree (number_range_id);

CREATE INDEX invoices_document_open ON public.invoices_document USING btree (organization_id, due_date) WHERE ((state)::text = ANY (ARRAY[('open'::character varying)::text, ('part_paid'::character varying)::text]));

CREATE UNIQUE INDEX invoices_document_period_of_agreement_once ON public.invoices_document USING btree (organization_id, agreement_id, period_key) WHERE (((kind)::text = 'agreement'::text) AND ((type)::text = 'invoice'::text));

CREATE INDEX invoices_document_tax_calculation_id_5d1c5bae ON public.invoices_document USING btree (tax_calculation_id);

CREATE INDEX invoices_document_tax_date ON public.invoices_document USING btree (seller_id, tax_date);

CREATE INDEX invoices_document_to_finalize ON public.invoices_document USING btree (finalize_on) WHERE ((NOT is_held) AND ((state)::text = 'draft'::text));

CREATE INDEX invoices_documentline_credited_line_id_57969e5f ON public.invoices_documentline USING btree (credited_line_id);

CREATE INDEX invoices_documentline_document_id_fd055cc9 ON public.invoices_documentline USING btree (document_id);

CREATE INDEX invoices_documentline_tax_rule_id_af447c9c ON public.invoices_documentline USING btree (tax_rule_id);

CREATE INDEX invoices_documentpaper_document_id_0a80081d ON public.invoices_documentpaper USING btree (document_id);

CREATE INDEX invoices_documentparty_document_id_bf3e0760 ON public.invoices_documentparty USING btree (document_id);

CREATE INDEX invoices_documenttax_document_id_b91ddb1e ON public.invoices_documenttax USING btree (document_id);

CREATE INDEX invoices_invoicedmonth_document_id_573658eb ON public.invoices_invoicedmonth USING btree (document_id);

CREATE UNIQUE INDEX invoices_invoicedmonth_once ON public.invoices_invoicedmonth USING btree (organization_id, month) WHERE (freed_at IS NULL);

CREATE INDEX invoices_money_credit_note_id_eeb24678 ON public.invoices_money USING btree (credit_note_id);

CREATE INDEX invoices_money_reference ON public.invoices_money USING btree (reference) WHERE (NOT ((reference)::text = ''::text));

CREATE INDEX invoices_money_unapplied ON public.invoices_money USING btree (organization_id, value_date) WHERE (amount_micros > (applied_micros + paid_back_micros));

CREATE INDEX invoices_writeoff_document_id_4b2368d7 ON public.invoices_writeoff USING btree (document_id);

CREATE UNIQUE INDEX invoices_writeoff_one_that_stands ON public.invoices_writeoff USING btree (organization_id, document_id) WHERE (undone_at IS NULL);

CREATE INDEX ledger_account_by_code ON public.ledger_account USING btree (code varchar_pattern_ops);

CREATE INDEX ledger_account_by_role ON public.ledger_account USING btree (role, unit);

CREATE INDEX ledger_entry_effective ON public.ledger_entry USING btree (account_id, effective_at);

CREATE INDEX ledger_entry_page ON public.ledger_entry USING btree (account_id, recorded_at, account_version);

CREATE INDEX ledger_hold_by_key ON public.ledger_hold USING btree (key);

CREATE INDEX ledger_hold_due ON public.ledger_hold USING btree (expires_at) WHERE ((status)::text = 'pending'::text);

CREATE INDEX ledger_hold_ended ON public.ledger_hold USING btree (book_id, expires_at) WHERE ((status)::text = 'pending'::text);

CREATE INDEX ledger_hold_expired ON public.ledger_hold USING btree (created_at, id) WHERE ((status)::text = 'expired'::text);

CREATE INDEX ledger_hold_list ON public.ledger_hold USING btree (created_at, id);

CREATE INDEX ledger_hold_newest ON public.ledger_hold USING btree (account_id, created_at);

CREATE INDEX ledger_transfer_by_amount ON public.ledger_transfer USING btree (amount_micros);

CREATE INDEX ledger_transfer_by_cause ON public.ledger_transfer USING btree (book_id, cause_type, cause_id);

CREATE INDEX ledger_transfer_by_key ON public.ledger_transfer USING btree (key);

CREATE INDEX ledger_transfer_destination_id_83d97a15 ON public.ledger_transfer USING btree (destination_id);

CREATE INDEX ledger_transfer_recorded ON public.ledger_transfer USING btree (recorded_at);

CREATE INDEX ledger_transfer_source_id_c0c32e3f ON public.ledger_transfer USING btree (source_id);

CREATE UNIQUE INDEX mail_contact_address_once_per_customer ON public.mail_contact USING btree (organization_id, lower((email)::text));

CREATE INDEX mail_contact_email ON public.mail_contact USING btree (lower((email)::text));

CREATE INDEX mail_mailmessage_by_paper ON public.mail_mailmessage USING btree (organization_id, attached_id) WHERE (attached_id IS NOT NULL);

CREATE INDEX mail_mailmessage_by_provider ON public.mail_mailmessage USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));

CREATE INDEX mail_mailmessage_contact_id_fabeb150 ON public.mail_mailmessage USING btree (contact_id);

CREATE INDEX mail_mailmessage_of_customer ON public.mail_mailmessage USING btree (organization_id, created_at DESC, id);

CREATE INDEX mail_mailmessage_unhandled ON public.mail_mailmessage USING btree (created_at) WHERE ((handled_at IS NULL) AND ((state)::text = ANY (ARRAY[('bounced'::character varying)::text, ('failed'::character varying)::text])));

CREATE INDEX otp_static_staticdevice_user_id_7f9cff2b ON public.otp_static_staticdevice USING btree (user_id);

CREATE INDEX otp_static_statictoken_device_id_74b7c7d1 ON public.otp_static_statictoken USING btree (device_id);

CREATE INDEX otp_static_statictoken_token_d0a51866 ON public.otp_static_statictoken USING btree (token);

CREATE INDEX otp_totp_totpdevice_user_id_0fb18292 ON public.otp_totp_totpdevice USING btree (user_id);

CREATE INDEX outbox_done_by_time ON public.outbox_outboxmessage USING btree (done_at) WHERE ((state)::text = 'done'::text);

CREATE INDEX outbox_parked ON public.outbox_outboxmessage USING btree (id) WHERE ((state)::text = 'parked'::text);

CREATE INDEX outbox_unfinished_by_next_send ON public.outbox_outboxmessage USING btree (next_send_at, id) WHERE ((state)::text = ANY (ARRAY[('pending'::character varying)::text, ('sent'::character varying)::text]));

CREATE INDEX papers_paper_contract_id_7a0afa71 ON public.papers_paper USING btree (contract_id);

CREATE INDEX papers_paper_money_id_5fc7f8d4 ON public.papers_paper USING btree (money_id);

CREATE INDEX papers_paper_number ON public.papers_paper USING btree (number) WHERE (NOT ((number)::text = ''::text));

CREATE INDEX papers_paper_number_range_id_4c8e7a31 ON public.papers_paper USING btree (number_range_id);

CREATE INDEX papers_paper_of_customer ON public.papers_paper USING btree (organization_id, created_at DESC);

CREATE INDEX papers_paper_payment_id_a2fbf60d ON public.papers_paper USING btree (payment_id);

CREATE INDEX papers_paper_seller_id_905891cd ON public.papers_paper USING btree (seller_id);

CREATE INDEX payments_balancetransaction_organization_id_15a47563 ON public.payments_balancetransaction USING btree (organization_id);

CREATE INDEX payments_balancetransaction_payout_id_4f64bd4e ON public.payments_balancetransaction USING btree (payout_id);

CREATE INDEX payments_checkoutpart_installment_id_3241fbc1 ON public.payments_checkoutpart USING btree (installment_id);

CREATE INDEX payments_checkoutpart_session_id_b1579083 ON public.payments_checkoutpart USING btree (session_id);

CREATE INDEX payments_checkoutsession_attempt_id_8dac48a2 ON public.payments_checkoutsession USING btree (attempt_id);

CREATE INDEX payments_checkoutsession_contract_id_92c40534 ON public.payments_checkoutsession USING btree (contract_id);

CREATE UNIQUE INDEX payments_checkoutsession_one_open_per_attempt ON public.payments_checkoutsession USING btree (organization_id, attempt_id) WHERE ((attempt_id IS NOT NULL) AND ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('open'::character varying)::text])));

CREATE UNIQUE INDEX payments_checkoutsession_one_open_per_contract ON public.payments_checkoutsession USING btree (organization_id, contract_id) WHERE ((contract_id IS NOT NULL) AND ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('open'::character varying)::text])));

CREATE UNIQUE INDEX payments_checkoutsession_one_per_request_key ON public.payments_checkoutsession USING btree (organization_id, request_key) WHERE (NOT ((request_key)::text = ''::text));

CREATE INDEX payments_checkoutsession_organization_id_f7e07d42 ON public.payments_checkoutsession USING btree (organization_id);

CREATE INDEX payments_checkoutsession_payment_intent_id_86f3b9d6 ON public.payments_checkoutsession USING btree (payment_intent_id);

CREATE INDEX payments_dispute_payment_id_2344937c ON public.payments_dispute USING btree (payment_id);

CREATE INDEX payments_event_due ON public.payments_stripeevent USING btree (next_attempt_at) WHERE ((state)::text = 'received'::text);

CREATE INDEX payments_event_newest ON public.payments_stripeevent USING btree (received_at DESC, id DESC);

CREATE INDEX payments_event_parked ON public.payments_stripeevent USING btree (received_at) WHERE ((state)::text = 'parked'::text);

CREATE INDEX payments_event_waiting ON public.payments_stripeevent USING btree (waits_for) WHERE (((state)::text = 'received'::text) AND (NOT ((waits_for)::text = ''::text)));

CREATE INDEX payments_invoicepart_installment_id_41a700d4 ON public.payments_invoicepart USING btree (installment_id);

CREATE INDEX payments_invoicepart_invoice_id_454baf0b ON public.payments_invoicepart USING btree (invoice_id);

CREATE INDEX payments_issue_open ON public.payments_paymentissue USING btree (opened_at) WHERE (resolved_at IS NULL);

CREATE INDEX payments_mandate_contract_id_b3b20d9b ON public.payments_mandate USING btree (contract_id);

CREATE INDEX payments_mandate_payment_method_id_dc20aebb ON public.payments_mandate USING btree (payment_method_id);

CREATE INDEX payments_movement_intent ON public.payments_balancetransaction USING btree (payment_intent_id) WHERE (NOT ((payment_intent_id)::text = ''::text));

CREATE INDEX payments_movement_newest ON public.payments_balancetransaction USING btree (created_at);

CREATE INDEX payments_movement_of ON public.payments_balancetransaction USING btree (organization_id, created_at);

CREATE INDEX payments_movement_unbooked ON public.payments_balancetransaction USING btree (id) WHERE (booked_at IS NULL);

CREATE INDEX payments_payment_by_key ON public.payments_stripepayment USING btree (key);

CREATE INDEX payments_payment_newest ON public.payments_stripepayment USING btree (organization_id, created_at);

CREATE UNIQUE INDEX payments_paymentissue_one_open_per_finding ON public.payments_paymentissue USING btree (key) WHERE (resolved_at IS NULL);

CREATE INDEX payments_paymentissue_organization_id_1998fbbd ON public.payments_paymentissue USING btree (organization_id);

CREATE INDEX payments_paymentlink_installment_id_c9c1d65e ON public.payments_paymentlink USING btree (installment_id);

CREATE UNIQUE INDEX payments_paymentlink_one_per_installment ON public.payments_paymentlink USING btree (organization_id, installment_id) WHERE is_active;

CREATE INDEX payments_paymentlink_organization_id_a8ba0a7b ON public.payments_paymentlink USING btree (organization_id);

CREATE INDEX payments_paymentpart_installment_id_f5b6c8da ON public.payments_paymentpart USING btree (installment_id);

CREATE INDEX payments_paymentpart_payment_id_ecec7140 ON public.payments_paymentpart USING btree (payment_id);

CREATE INDEX payments_paymentreturn_dispute_id_a8a97cd4 ON public.payments_paymentreturn USING btree (dispute_id);

CREATE INDEX payments_paymentreturn_payment_id_cbb11dd1 ON public.payments_paymentreturn USING btree (payment_id);

CREATE INDEX payments_paymentreturn_refund_id_c241221a ON public.payments_paymentreturn USING btree (refund_id);

CREATE INDEX payments_payoutpart_organization_id_87c781ff ON public.payments_payoutpart USING btree (organization_id);

CREATE INDEX payments_payoutpart_payout_id_7cb2d441 ON public.payments_payoutpart USING btree (payout_id);

CREATE INDEX payments_refund_part_id_ab85b534 ON public.payments_refund USING btree (part_id);

CREATE INDEX payments_refund_payment_id_a70693f7 ON public.payments_refund USING btree (payment_id);

CREATE UNIQUE INDEX payments_refund_request_key_once ON public.payments_refund USING btree (organization_id, request_key) WHERE (NOT ((request_key)::text = ''::text));

CREATE INDEX payments_request_tax ON public.payments_striperequest USING btree (((params #>> '{metadata,invoice}'::text[]))) WHERE ((operation)::text = ANY (ARRAY[('tax_transaction.create'::character varying)::text, ('tax_transaction.reverse'::character varying)::text]));

CREATE UNIQUE INDEX payments_stripecustomer_one_per_organization_and_mode ON public.payments_stripecustomer USING btree (organization_id, livemode) WHERE (deleted_at IS NULL);

CREATE INDEX payments_stripecustomer_organization_id_368c92c1 ON public.payments_stripecustomer USING btree (organization_id);

CREATE INDEX payments_stripeevent_object_id_eb7e9b94 ON public.payments_stripeevent USING btree (object_id);

CREATE INDEX payments_stripeinvoice_contract_id_65b5ea23 ON public.payments_stripeinvoice USING btree (contract_id);

CREATE INDEX payments_stripeinvoice_document_id_705be054 ON public.payments_stripeinvoice USING btree (document_id);

CREATE UNIQUE INDEX payments_stripeinvoice_one_open_per_document ON public.payments_stripeinvoice USING btree (organization_id, document_id) WHERE ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('open'::character varying)::text]));

CREATE INDEX payments_stripeinvoice_organization_id_4c139772 ON public.payments_stripeinvoice USING btree (organization_id);

CREATE INDEX payments_stripepayment_charge_id_35f6c184 ON public.payments_stripepayment USING btree (charge_id);

CREATE INDEX payments_stripepayment_checkout_id_e0d69a6d ON public.payments_stripepayment USING btree (checkout_id);

CREATE INDEX payments_stripepayment_grant_id_5c23a376 ON public.payments_stripepayment USING btree (grant_id);

CREATE INDEX payments_stripepayment_invoice_id_a70bda0a ON public.payments_stripepayment USING btree (invoice_id);

CREATE INDEX payments_stripepayment_organization_id_aabae2a7 ON public.payments_stripepayment USING btree (organization_id);

CREATE INDEX payments_stripepayment_payment_intent_id_df44cd2c ON public.payments_stripepayment USING btree (payment_intent_id);

CREATE INDEX payments_topupinvoice_document_id_785af411 ON public.payments_topupinvoice USING btree (document_id);

CREATE INDEX payments_topupinvoice_payment_id_1a3f4a29 ON public.payments_topupinvoice USING btree (payment_id);

CREATE INDEX plans_includedquota_current ON public.plans_includedquota USING btree (organization_id, period_end);

CREATE INDEX plans_includedquota_grant_id_39cda4cf ON public.plans_includedquota USING btree (grant_id);

CREATE INDEX plans_includedquota_subscription_id_63b903b4 ON public.plans_includedquota USING btree (subscription_id);

CREATE INDEX plans_subscription_newest ON public.plans_subscription USING btree (organization_id, started_at DESC);

CREATE UNIQUE INDEX plans_subscription_one_current_per_organization ON public.plans_subscription USING btree (organization_id) WHERE (ended_at IS NULL);

CREATE INDEX plans_subscription_organization_id_569f13d6 ON public.plans_subscription USING btree (organization_id);

CREATE INDEX plans_subscription_plan_id_26b06369 ON public.plans_subscription USING btree (plan_id);

CREATE INDEX plans_subscription_quota_due ON public.plans_subscription USING btree (quota_granted_until, id) WHERE ((status)::text = ANY (ARRAY[('trialing'::character varying)::text, ('active'::character varying)::text]));

CREATE INDEX pricing_alias_by_name ON public.pricing_modelalias USING btree (meter_id, name);

CREATE INDEX pricing_keptprices_price_list_id_7adb14a8 ON public.pricing_keptprices USING btree (price_list_id);

CREATE UNIQUE INDEX pricing_meter_one_counts_characters ON public.pricing_meter USING btree (kind) WHERE ((kind)::text = 'character'::text);

CREATE UNIQUE INDEX pricing_pricebook_one_list_a_currency ON public.pricing_pricebook USING btree (currency, purpose, account) WHERE (organization_id IS NULL);

CREATE INDEX pricing_pricebook_organization_id_6b21c989 ON public.pricing_pricebook USING btree (organization_id);

CREATE UNIQUE INDEX pricing_pricelink_published_once ON public.pricing_pricelink USING btree (version_id) WHERE ((what)::text = 'published'::text);

CREATE INDEX pricing_pricelink_version_id_86fbc9cb ON public.pricing_pricelink USING btree (version_id);

CREATE INDEX pricing_pricelistimport_book_id_15d5be19 ON public.pricing_pricelistimport USING btree (book_id);

CREATE INDEX pricing_pricelistimport_meter_id_40201b80 ON public.pricing_pricelistimport USING btree (meter_id);

CREATE INDEX pricing_priceversion_book_id_b087b02f ON public.pricing_priceversion USING btree (book_id);

CREATE INDEX pricing_priceversion_meter_id_2e62f9b3 ON public.pricing_priceversion USING btree (meter_id);

CREATE UNIQUE INDEX pricing_priceversion_one_start ON public.pricing_priceversion USING btree (book_id, meter_id, model, effective_from) WHERE ((status)::text = 'published'::text);

CREATE INDEX pricing_priceversion_price_list_id_16c5d173 ON public.pricing_priceversion USING btree (price_list_id);

CREATE INDEX pricing_priceversion_took_over_from_id_17f8aa24 ON public.pricing_priceversion USING btree (took_over_from_id);

CREATE INDEX pricing_version_by_meter ON public.pricing_priceversion USING btree (meter_id, effective_from);

CREATE INDEX proofs_mark_broken ON public.proofs_proofmark USING btree (chain) WHERE (NOT (found = ''::text));

CREATE INDEX snapshots_collectionsource_upstream_6b080881 ON public.snapshots_collectionsource USING btree (upstream);

CREATE INDEX snapshots_costsnapshot_newest ON public.snapshots_costsnapshot USING btree (organization_id, year, month, collected_at DESC);

CREATE INDEX snapshots_failure_by_time ON public.snapshots_collectionfailure USING btree (failed_at DESC);

CREATE INDEX snapshots_failure_newest ON public.snapshots_collectionfailure USING btree (organization_id, failed_at DESC);

CREATE INDEX tenants_apikey_organization_id_1aafb62a ON public.tenants_apikey USING btree (organization_id);

CREATE INDEX tenants_identitylink_organization_id_727f728d ON public.tenants_identitylink USING btree (organization_id);

CREATE INDEX tenants_project_organization_id_201d911e ON public.tenants_project USING btree (organization_id);

CREATE INDEX tenants_project_slug_a042eb10 ON public.tenants_project USING btree (slug);

CREATE INDEX top_ups_attempt_declines ON public.top_ups_topupattempt USING btree (organization_id, card_fingerprint, settled_at) WHERE ((state)::text = 'declined'::text);

CREATE INDEX top_ups_attempt_live ON public.top_ups_topupattempt USING btree (created_at) WHERE ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('sent'::character varying)::text, ('action_required'::character varying)::text]));

CREATE INDEX top_ups_attempt_newest ON public.top_ups_topupattempt USING btree (organization_id, created_at, id);

CREATE INDEX top_ups_topup_payment_method_id_6be55052 ON public.top_ups_topup USING btree (payment_method_id);

CREATE UNIQUE INDEX top_ups_topupattempt_one_live ON public.top_ups_topupattempt USING btree (organization_id) WHERE ((state)::text = ANY (ARRAY[('requested'::character varying)::text, ('sent'::character varying)::text, ('action_required'::character varying)::text]));

CREATE INDEX top_ups_topupattempt_payment_intent_id_a48888c5 ON public.top_ups_topupattempt USING btree (payment_intent_id);

CREATE INDEX usage_activecharacter_meter_id_77ca5e1d ON public.usage_activecharacter USING btree (meter_id);

CREATE INDEX usage_activecharacter_posting_id_480f030d ON public.usage_activecharacter USING btree (posting_id);

CREATE INDEX usage_activecharacter_price_version_id_34943120 ON public.usage_activecharacter USING btree (price_version_id);

CREATE INDEX usage_callday_by_meter ON public.usage_callday USING btree (meter_id, day);

CREATE INDEX usage_character_unpriced ON public.usage_activecharacter USING btree (id) WHERE (price_version_id IS NULL);

CREATE INDEX usage_close_by_month ON public.usage_monthclose USING btree (month, state);

CREATE INDEX usage_correction_by_event_id ON public.usage_eventcorrection USING btree (organization_id, digest, id);

CREATE INDEX usage_correction_by_void ON public.usage_eventcorrection USING btree (void) WHERE (void IS NOT NULL);

CREATE INDEX usage_costcorrection_by_day ON public.usage_costcorrection USING btree (meter_id, day);

CREATE INDEX usage_costcorrection_run_id_0913668a ON public.usage_costcorrection USING btree (run_id);

CREATE INDEX usage_costrun_cost_version_id_515c7033 ON public.usage_costrun USING btree (cost_version_id);

CREATE INDEX usage_counter_price_version_id_8e03a07f ON public.usage_counter USING btree (price_version_id);

CREATE INDEX usage_distinctid_by_day ON public.usage_distinctid USING btree (organization_id, kind, last_day);

CREATE INDEX usage_distinctid_future ON public.usage_distinctid USING btree (organization_id, last_day_from) WHERE (last_day_from IS NOT NULL);

CREATE INDEX usage_event_by_day ON ONLY public.usage_usageevent USING btree (organization_id, counted_on, id);

CREATE INDEX usage_event_by_event_id ON ONLY public.usage_usageevent USING brin (event_id text_bloom_ops) WITH (autosummarize='on');

CREATE INDEX usage_event_by_posting ON ONLY public.usage_usageevent USING btree (posting_id);

CREATE INDEX usage_event_on_own_keys ON ONLY public.usage_usageevent USING btree (organization_id, counted_on, id) WHERE ((billing_mode)::text = 'byok'::text);

CREATE INDEX usage_event_quarantined ON ONLY public.usage_usageevent USING btree (id) WHERE ((state)::text = 'quarantined'::text);

CREATE INDEX usage_finding_newest ON public.usage_reportfinding USING btree (last_seen_on);

CREATE INDEX usage_futureusage_by_time ON public.usage_futureusage USING btree (organization_id, counts_from);

CREATE INDEX usage_marginalarm_organization_id_fb5a8adf ON public.usage_marginalarm USING btree (organization_id);

CREATE INDEX usage_minimum_by_day ON public.usage_minimumcharge USING btree (organization_id, counted_on);

CREATE INDEX usage_minimum_by_month ON public.usage_minimumcharge USING btree (organization_id, month);

CREATE INDEX usage_minimumcharge_meter_id_402ad98f ON public.usage_minimumcharge USING btree (meter_id);

CREATE INDEX usage_minimumcharge_posting_id_2d490e4e ON public.usage_minimumcharge USING btree (posting_id);

CREATE INDEX usage_posting_list ON public.usage_usageposting USING btree (created_at, id);

CREATE INDEX usage_posting_newest ON public.usage_usageposting USING btree (organization_id, created_at);

CREATE INDEX usage_recentarchived_by_day ON public.usage_recentarchivedevent USING btree (organization_id, counted_on, event);

CREATE INDEX usage_reportendpoint_meter_id_833fd90b ON public.usage_reportendpoint USING btree (meter_id);

CREATE INDEX usage_reportendpoint_organization_id_a508403e ON public.usage_reportendpoint USING btree (organization_id);

CREATE INDEX usage_unknown_newest ON public.usage_unknownmodel USING btree (last_seen_on);

CREATE INDEX usage_usageday_with_cost ON public.usage_usageday USING btree (day) WHERE (NOT ((cost_currency)::text = ''::text));

CREATE UNIQUE INDEX usage_usageposting_once_per_hold ON public.usage_usageposting USING btree (organization_id, hold_id) WHERE (hold_id IS NOT NULL);

CREATE INDEX usage_usageposting_transfer_id_7fe3d839 ON public.usage_usageposting USING btree (transfer_id);

CREATE INDEX usage_vendorbill_meter_id_86256cf7 ON public.usage_vendorbill USING btree (meter_id);

CREATE INDEX vouchers_batch_newest ON public.vouchers_batch USING btree (created_at DESC, id);

CREATE INDEX vouchers_batch_organizations_batch_id_b2224e64 ON public.vouchers_batch_organizations USING btree (batch_id);

CREATE INDEX vouchers_batch_organizations_organization_id_66c30668 ON public.vouchers_batch_organizations USING btree (organization_id);

CREATE INDEX vouchers_batch_plans_batch_id_647034eb ON public.vouchers_batch_plans USING btree (batch_id);

CREATE INDEX vouchers_batch_plans_plan_id_b24bf2bd ON public.vouchers_batch_plans USING btree (plan_id);

CREATE INDEX vouchers_batch_prefix_9a4b624e ON public.vouchers_batch USING btree (prefix);

CREATE INDEX vouchers_batch_tag_c1d64d32 ON public.vouchers_batch USING btree (tag);

CREATE INDEX vouchers_batchevent_batch_id_12dc92fc ON public.vouchers_batchevent USING btree (batch_id);

CREATE INDEX vouchers_batchevent_voucher_id_4c2ea79a ON public.vouchers_batchevent USING btree (voucher_id);

CREATE INDEX vouchers_redemption_by_batch ON public.vouchers_redemption USING btree (batch_id, organization_id);

CREATE INDEX vouchers_redemption_by_org ON public.vouchers_redemption USING btree (organization_id, voucher_id);

CREATE INDEX vouchers_redemption_discount_id_e6d4b36a ON public.vouchers_redemption USING btree (discount_id);

CREATE INDEX vouchers_redemption_grant_id_c50f758b ON public.vouchers_redemption USING btree (grant_id);

CREATE INDEX vouchers_redemption_newest ON public.vouchers_redemption USING btree (redeemed_at DESC, id);

CREATE INDEX vouchers_redemptionreversal_redemption_id_1ed17cb4 ON public.vouchers_redemptionreversal USING btree (redemption_id);

CREATE INDEX wallets_bucketperiod_reached ON public.wallets_bucketperiod USING btree (reached_at) WHERE (reached_at IS NOT NULL);

CREATE INDEX wallets_bucketperiod_to_close ON public.wallets_bucketperiod USING btree (ends_on) WHERE ((NOT is_closed) AND (NOT (alarms = '{}'::smallint[])));

CREATE UNIQUE INDEX wallets_budget_live_id_once ON public.wallets_budget USING btree (organization_id, slug) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX wallets_budget_live_scope_once ON public.wallets_budget USING btree (organization_id, scope_digest, period, kind) WHERE (ended_at IS NULL);

CREATE INDEX wallets_budgetaddition_bucket_id_ee5a34e8 ON public.wallets_budgetaddition USING btree (bucket_id);

CREATE INDEX wallets_chargenet_open ON public.wallets_chargenet USING btree (organization_id, id) WHERE (undone_micros < amount_micros);

CREATE INDEX wallets_chargereversal_charge_id_6bbd4208 ON public.wallets_chargereversal USING btree (charge_id);

CREATE INDEX wallets_chargereversal_transfer_id_f992da77 ON public.wallets_chargereversal USING btree (transfer_id);

CREATE INDEX wallets_consumption_grant_id_3d31bf0a ON public.wallets_consumption USING btree (grant_id);

CREATE INDEX wallets_consumption_newest ON public.wallets_consumption USING btree (organization_id, id);

CREATE INDEX wallets_consumption_transfer_id_0d8679ee ON public.wallets_consumption USING btree (transfer_id);

CREATE INDEX wallets_daytotal_by_day ON public.wallets_daytotal USING btree (day);

CREATE INDEX wallets_grant_by_key ON public.wallets_grant USING btree (key);

CREATE INDEX wallets_grant_by_source ON public.wallets_grant USING btree (organization_id, source);

CREATE INDEX wallets_grant_due ON public.wallets_grant USING btree (expires_at) WHERE is_open;

CREATE INDEX wallets_grant_newest ON public.wallets_grant USING btree (organization_id, granted_at);

CREATE INDEX wallets_grant_of_source ON public.wallets_grant USING btree (source);

CREATE INDEX wallets_grant_open ON public.wallets_grant USING btree (organization_id, burn_key) WHERE is_open;

CREATE INDEX wallets_grant_starting ON public.wallets_grant USING btree (starts_at) WHERE (is_open AND (starts_at IS NOT NULL));

CREATE INDEX wallets_grantreturn_grant_id_d37aa9d3 ON public.wallets_grantreturn USING btree (grant_id);

CREATE INDEX wallets_holdslice_freeze ON public.wallets_holdslice USING btree (organization_id, hold_id) WHERE is_freeze;

CREATE INDEX wallets_holdslice_grant_id_24c21a8a ON public.wallets_holdslice USING btree (grant_id);

CREATE INDEX wallets_refusal_list ON public.wallets_refusal USING btree (minute, id);

CREATE INDEX wallets_shortfall_open ON public.wallets_shortfall USING btree (organization_id, id) WHERE (remaining_micros > 0);

CREATE INDEX webhooks_delivery_by_time ON public.webhooks_webhookdelivery USING btree (created_at);

CREATE INDEX webhooks_delivery_of_customer ON public.webhooks_webhookdelivery USING btree (organization_id, created_at DESC, id);

CREATE INDEX webhooks_event_by_time ON public.webhooks_webhookevent USING btree (created_at);

CREATE INDEX webhooks_pending_by_next_try ON public.webhooks_webhookdelivery USING btree (endpoint_id, next_try_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX webhooks_webhookdelivery_event_id_48da21e7 ON public.webhooks_webhookdelivery USING btree (event_id);

CREATE INDEX webhooks_webhookendpoint_organization_id_fff39056 ON public.webhooks_webhookendpoint USING btree (organization_id);

CREATE TRIGGER auditlog_logentry_no_delete BEFORE DELETE ON public.auditlog_logentry FOR EACH ROW EXECUTE FUNCTION public.backoffice_refuse();

CREATE TRIGGER auditlog_logentry_no_update BEFORE UPDATE ON public.auditlog_logentry FOR EACH ROW EXECUTE FUNCTION public.backoffice_refuse();

CREATE TRIGGER pgtrigger_billed_58303 BEFORE UPDATE OF start_date, charge_type ON public.contracts_serviceagreement FOR EACH ROW WHEN (((old.billed_at IS NOT NULL) AND ((old.start_date IS DISTINCT FROM new.start_date) OR ((old.charge_type)::text IS DISTINCT FROM (new.charge_type)::text)))) EXECUTE FUNCTION public.pgtrigger_billed_58303();

COMMENT ON TRIGGER pgtrigger_billed_58303 ON public.contracts_serviceagreement IS 'dcc84a306c99a60eb8b2425b78eb25abcac0492d';

CREATE TRIGGER pgtrigger_billed_once_16c34 BEFORE UPDATE OF amount_micros ON public.contracts_serviceagreement FOR EACH ROW WHEN (((old.billed_at IS NOT NULL) AND ((old.charge_type)::text = 'one_time'::text) AND (old.amount_micros IS DISTINCT FROM new.amount_micros))) EXECUTE FUNCTION public.pgtrigger_billed_once_16c34();

COMMENT ON TRIGGER pgtrigger_billed_once_16c34 ON public.contracts_serviceagreement IS '199541f37d0d54f5b4c8915dae31995334e939ac';

CREATE TRIGGER pgtrigger_bonus_given_dc10e BEFORE UPDATE OF bonus_credits_micros, bonus_granted_at ON public.contracts_contract FOR EACH ROW WHEN (((old.bonus_granted_at IS NOT NULL) AND ((old.bonus_credits_micros IS DISTINCT FROM new.bonus_credits_micros) OR (old.bonus_granted_at IS DISTINCT FROM new.bonus_granted_at)))) EXECUTE FUNCTION public.pgtrigger_bonus_given_dc10e();

COMMENT ON TRIGGER pgtrigger_bonus_given_dc10e ON public.contracts_contract IS 'fbd4232625f80c038caec50414f096982ebea312';

CREATE TRIGGER pgtrigger_closed_once_6382a BEFORE UPDATE ON public.usage_monthclose FOR EACH ROW WHEN (((old.state)::text = 'closed'::text)) EXECUTE FUNCTION public.pgtrigger_closed_once_6382a();

COMMENT ON TRIGGER pgtrigger_closed_once_6382a ON public.usage_monthclose IS '0ad5270a68d937777d424659bf65c0be259e6dab';

CREATE TRIGGER pgtrigger_closed_once_92608 BEFORE UPDATE OF closed_at ON public.dunning_dunningcase FOR EACH ROW WHEN (((old.closed_at IS NOT NULL) AND (old.closed_at IS DISTINCT FROM new.closed_at))) EXECUTE FUNCTION public.pgtrigger_closed_once_92608();

COMMENT ON TRIGGER pgtrigger_closed_once_92608 ON public.dunning_dunningcase IS 'eabc60d38ec2456f8c2b5756c8e99254cb93084e';

CREATE TRIGGER pgtrigger_confirmed_8ee51 BEFORE UPDATE OF state, organization_id, money_id, document_id ON public.bank_bankline FOR EACH ROW WHEN ((((old.state)::text = 'confirmed'::text) AND (((old.state)::text IS DISTINCT FROM (new.state)::text) OR (old.organization_id IS DISTINCT FROM new.organization_id) OR (old.money_id IS DISTINCT FROM new.money_id) OR (old.document_id IS DISTINCT FROM new.document_id)))) EXECUTE FUNCTION public.pgtrigger_confirmed_8ee51();

COMMENT ON TRIGGER pgtrigger_confirmed_8ee51 ON public.bank_bankline IS '35588e655f81a1d4b55310d187e917da4f9efe37';

CREATE TRIGGER pgtrigger_currency_0bced BEFORE UPDATE OF currency ON public.tenants_organization FOR EACH ROW WHEN (((old.currency)::text IS DISTINCT FROM (new.currency)::text)) EXECUTE FUNCTION public.pgtrigger_currency_0bced();

COMMENT ON TRIGGER pgtrigger_currency_0bced ON public.tenants_organization IS '1321e0ec9161be8028eb49532a7b4b8fba897af8';

CREATE TRIGGER pgtrigger_currency_4c1a5 BEFORE INSERT OR UPDATE ON public.pricing_pricebook FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_currency_4c1a5();

COMMENT ON TRIGGER pgtrigger_currency_4c1a5 ON public.pricing_pricebook IS 'f011fe5041f6e6afed6a64caca02bdf71205c3bb';

CREATE TRIGGER pgtrigger_decision_fed46 BEFORE UPDATE OF decided_by_id, decided_at ON public.approvals_approval FOR EACH ROW WHEN (((old.decided_by_id IS NOT NULL) AND ((old.decided_by_id IS DISTINCT FROM new.decided_by_id) OR (old.decided_at IS DISTINCT FROM new.decided_at)))) EXECUTE FUNCTION public.pgtrigger_decision_fed46();

COMMENT ON TRIGGER pgtrigger_decision_fed46 ON public.approvals_approval IS 'db4b5ab2c10b59e4c14da9849d6b035c759fb423';

CREATE TRIGGER pgtrigger_drawn_once_e98dd BEFORE UPDATE OF pdf, sha256 ON public.papers_paper FOR EACH ROW WHEN ((((old.sha256)::text <> ''::text) AND ((old.pdf IS DISTINCT FROM new.pdf) OR ((old.sha256)::text IS DISTINCT FROM (new.sha256)::text)))) EXECUTE FUNCTION public.pgtrigger_drawn_once_e98dd();

COMMENT ON TRIGGER pgtrigger_drawn_once_e98dd ON public.papers_paper IS '71a5ce4951fc72d4d2f9f63530be1d8fcf543427';

CREATE TRIGGER pgtrigger_end_8acf1 BEFORE UPDATE ON public.pricing_priceversion FOR EACH ROW WHEN ((((old.status)::text = 'published'::text) AND (old.effective_to IS DISTINCT FROM new.effective_to) AND ((new.end_set_at IS NULL) OR (new.end_set_at < old.end_set_at) OR (old.effective_to < new.end_set_at) OR (new.effective_to < new.end_set_at)))) EXECUTE FUNCTION public.pgtrigger_end_8acf1();

COMMENT ON TRIGGER pgtrigger_end_8acf1 ON public.pricing_priceversion IS 'bc711f18aebba0adfe3d515a79c32b4ba5a1a8ec';

CREATE TRIGGER pgtrigger_ended_3b43d BEFORE UPDATE OF status, captured_micros, expires_at, closed_at ON public.ledger_hold FOR EACH ROW WHEN ((((old.status)::text <> 'pending'::text) AND (((old.status)::text IS DISTINCT FROM (new.status)::text) OR (old.captured_micros IS DISTINCT FROM new.captured_micros) OR (old.expires_at IS DISTINCT FROM new.expires_at) OR (old.closed_at IS DISTINCT FROM new.closed_at)))) EXECUTE FUNCTION public.pgtrigger_ended_3b43d();

COMMENT ON TRIGGER pgtrigger_ended_3b43d ON public.ledger_hold IS 'cd7b3b48f1a6bf7bdcba47771f98feba6f15106a';

CREATE TRIGGER pgtrigger_ends_once_33f34 BEFORE UPDATE ON public.pricing_modelalias FOR EACH ROW WHEN (((old.effective_to IS NOT NULL) AND (old.effective_to IS DISTINCT FROM new.effective_to))) EXECUTE FUNCTION public.pgtrigger_ends_once_33f34();

COMMENT ON TRIGGER pgtrigger_ends_once_33f34 ON public.pricing_modelalias IS '389ef479ed21306b22642a9b5bb1f2e3b5a94fc4';

CREATE TRIGGER pgtrigger_ends_once_bed9e BEFORE UPDATE ON public.approvals_approval FOR EACH ROW WHEN (((old.status)::text = ANY (ARRAY[('rejected'::character varying)::text, ('used'::character varying)::text, ('expired'::character varying)::text]))) EXECUTE FUNCTION public.pgtrigger_ends_once_bed9e();

COMMENT ON TRIGGER pgtrigger_ends_once_bed9e ON public.approvals_approval IS 'c64459abb36b0da2c6eab950359a68816a2392af';

CREATE TRIGGER pgtrigger_facts_0a8cb BEFORE UPDATE OF kind, subject_type, subject_id, about, organization_id, arguments, fingerprint, key, amount_micros, is_size_known, currency, preview, reason, requested_by_id, requested_at, expires_at ON public.approvals_approval FOR EACH ROW WHEN ((((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR ((old.subject_type)::text IS DISTINCT FROM (new.subject_type)::text) OR ((old.subject_id)::text IS DISTINCT FROM (new.subject_id)::text) OR ((old.about)::text IS DISTINCT FROM (new.about)::text) OR (old.organization_id IS DISTINCT FROM new.organization_id) OR (old.arguments IS DISTINCT FROM new.arguments) OR ((old.fingerprint)::text IS DISTINCT FROM (new.fingerprint)::text) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.is_size_known IS DISTINCT FROM new.is_size_known) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.preview IS DISTINCT FROM new.preview) OR (old.reason IS DISTINCT FROM new.reason) OR (old.requested_by_id IS DISTINCT FROM new.requested_by_id) OR (old.requested_at IS DISTINCT FROM new.requested_at) OR (old.expires_at IS DISTINCT FROM new.expires_at))) EXECUTE FUNCTION public.pgtrigger_facts_0a8cb();

COMMENT ON TRIGGER pgtrigger_facts_0a8cb ON public.approvals_approval IS 'c1b05442545cb00cd1ec1b8af5b26ac446dd25a8';

CREATE TRIGGER pgtrigger_facts_104e6 BEFORE UPDATE OF id, book_id, account_id, key, fingerprint, amount_micros, metadata, dimensions, bucket_ids, created_by, created_at ON public.ledger_hold FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.book_id IS DISTINCT FROM new.book_id) OR (old.account_id IS DISTINCT FROM new.account_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR ((old.fingerprint)::text IS DISTINCT FROM (new.fingerprint)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.metadata IS DISTINCT FROM new.metadata) OR (old.dimensions IS DISTINCT FROM new.dimensions) OR (old.bucket_ids IS DISTINCT FROM new.bucket_ids) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_104e6();

COMMENT ON TRIGGER pgtrigger_facts_104e6 ON public.ledger_hold IS '5aefab46955b90702753dd2b747319d5fa521ce1';

CREATE TRIGGER pgtrigger_facts_110f9 BEFORE UPDATE OF organization_id, created_by, created_at ON public.contracts_serviceagreement FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_110f9();

COMMENT ON TRIGGER pgtrigger_facts_110f9 ON public.contracts_serviceagreement IS 'a96eccab7e9563e9e8a3e4954b261e9fc907f226';

CREATE TRIGGER pgtrigger_facts_12560 BEFORE UPDATE OF organization_id, unit, threshold_micros, created_at ON public.usage_unitalert FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.unit)::text IS DISTINCT FROM (new.unit)::text) OR (old.threshold_micros IS DISTINCT FROM new.threshold_micros) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_12560();

COMMENT ON TRIGGER pgtrigger_facts_12560 ON public.usage_unitalert IS '664367332e01dc8de431ea8c91619fe9c9c5bbca';

CREATE TRIGGER pgtrigger_facts_12a88 BEFORE UPDATE OF organization_id, contract_id, number, kind, term, effective_date, anchor_date, first_month, term_months, payment_frequency, credit_portion_micros, service_portion_micros, onetime_credit_micros, onetime_service_micros, credit_period_limit, service_period_limit, payment_terms_days, custom_lines, discount_percent_micros, discount_micros, discount_periods, discount_until, prices, reason, created_by, created_at ON public.contracts_contractversion FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.contract_id IS DISTINCT FROM new.contract_id) OR (old.number IS DISTINCT FROM new.number) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.term IS DISTINCT FROM new.term) OR (old.effective_date IS DISTINCT FROM new.effective_date) OR (old.anchor_date IS DISTINCT FROM new.anchor_date) OR (old.first_month IS DISTINCT FROM new.first_month) OR (old.term_months IS DISTINCT FROM new.term_months) OR ((old.payment_frequency)::text IS DISTINCT FROM (new.payment_frequency)::text) OR (old.credit_portion_micros IS DISTINCT FROM new.credit_portion_micros) OR (old.service_portion_micros IS DISTINCT FROM new.service_portion_micros) OR (old.onetime_credit_micros IS DISTINCT FROM new.onetime_credit_micros) OR (old.onetime_service_micros IS DISTINCT FROM new.onetime_service_micros) OR (old.credit_period_limit IS DISTINCT FROM new.credit_period_limit) OR (old.service_period_limit IS DISTINCT FROM new.service_period_limit) OR (old.payment_terms_days IS DISTINCT FROM new.payment_terms_days) OR (old.custom_lines IS DISTINCT FROM new.custom_lines) OR (old.discount_percent_micros IS DISTINCT FROM new.discount_percent_micros) OR (old.discount_micros IS DISTINCT FROM new.discount_micros) OR (old.discount_periods IS DISTINCT FROM new.discount_periods) OR (old.discount_until IS DISTINCT FROM new.discount_until) OR (old.prices IS DISTINCT FROM new.prices) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_12a88();

COMMENT ON TRIGGER pgtrigger_facts_12a88 ON public.contracts_contractversion IS '893ee3cf6f2a2ac6476c8bc92c6184067b711933';

CREATE TRIGGER pgtrigger_facts_1b0e2 BEFORE UPDATE OF organization_id, slug, kind, scope, scope_digest, period, starts_on, ends_on, counts_from, created_by, created_at ON public.wallets_budget FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.scope IS DISTINCT FROM new.scope) OR ((old.scope_digest)::text IS DISTINCT FROM (new.scope_digest)::text) OR ((old.period)::text IS DISTINCT FROM (new.period)::text) OR (old.starts_on IS DISTINCT FROM new.starts_on) OR (old.ends_on IS DISTINCT FROM new.ends_on) OR (old.counts_from IS DISTINCT FROM new.counts_from) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_1b0e2();

COMMENT ON TRIGGER pgtrigger_facts_1b0e2 ON public.wallets_budget IS 'b4b1e1361d91c9e719101bee121fde69c990d5a6';

CREATE TRIGGER pgtrigger_facts_1d9cc BEFORE UPDATE OF organization_id, month ON public.usage_monthclose FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.month IS DISTINCT FROM new.month))) EXECUTE FUNCTION public.pgtrigger_facts_1d9cc();

COMMENT ON TRIGGER pgtrigger_facts_1d9cc ON public.usage_monthclose IS '9c72415c6061f253613218181ca60a7988f13cc7';

CREATE TRIGGER pgtrigger_facts_1db64 BEFORE UPDATE OF contract_id, version_id, "position", due_date, period_start, period_end, is_one_time, amount_micros, credit_micros, service_micros, discount_micros, agreed_discount_micros, canceled_credit_micros, canceled_service_micros, paid_micros, settled_at, grant_id, service_transfer_id ON public.contracts_installment FOR EACH ROW WHEN (((old.settled_at IS NOT NULL) AND ((old.contract_id IS DISTINCT FROM new.contract_id) OR (old.version_id IS DISTINCT FROM new.version_id) OR (old."position" IS DISTINCT FROM new."position") OR (old.due_date IS DISTINCT FROM new.due_date) OR (old.period_start IS DISTINCT FROM new.period_start) OR (old.period_end IS DISTINCT FROM new.period_end) OR (old.is_one_time IS DISTINCT FROM new.is_one_time) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.credit_micros IS DISTINCT FROM new.credit_micros) OR (old.service_micros IS DISTINCT FROM new.service_micros) OR (old.discount_micros IS DISTINCT FROM new.discount_micros) OR (old.agreed_discount_micros IS DISTINCT FROM new.agreed_discount_micros) OR (old.canceled_credit_micros IS DISTINCT FROM new.canceled_credit_micros) OR (old.canceled_service_micros IS DISTINCT FROM new.canceled_service_micros) OR (old.paid_micros IS DISTINCT FROM new.paid_micros) OR (old.settled_at IS DISTINCT FROM new.settled_at) OR (old.grant_id IS DISTINCT FROM new.grant_id) OR (old.service_transfer_id IS DISTINCT FROM new.service_transfer_id)))) EXECUTE FUNCTION public.pgtrigger_facts_1db64();

COMMENT ON TRIGGER pgtrigger_facts_1db64 ON public.contracts_installment IS '8b71ba53facf11d3fe3e5e5d9069c58fb2a7758e';

CREATE TRIGGER pgtrigger_facts_1e6df BEFORE UPDATE OF id, kind, origin, amount_micros, currency, code_count, prefix, max_per_organization, max_codes_per_organization, starts_at, credit_days, key_fingerprint, created_by, created_at ON public.vouchers_batch FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR ((old.origin)::text IS DISTINCT FROM (new.origin)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.code_count IS DISTINCT FROM new.code_count) OR ((old.prefix)::text IS DISTINCT FROM (new.prefix)::text) OR (old.max_per_organization IS DISTINCT FROM new.max_per_organization) OR (old.max_codes_per_organization IS DISTINCT FROM new.max_codes_per_organization) OR (old.starts_at IS DISTINCT FROM new.starts_at) OR (old.credit_days IS DISTINCT FROM new.credit_days) OR ((old.key_fingerprint)::text IS DISTINCT FROM (new.key_fingerprint)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_1e6df();

COMMENT ON TRIGGER pgtrigger_facts_1e6df ON public.vouchers_batch IS '3e303961cf2589140480d8488114435e1d1e3b80';

CREATE TRIGGER pgtrigger_facts_1e9e0 BEFORE UPDATE OF kind, title, currency, amount_micros, row_count, digest, reason, key, requested_by_id, requested_at ON public.approvals_bulkrun FOR EACH ROW WHEN ((((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR ((old.title)::text IS DISTINCT FROM (new.title)::text) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.row_count IS DISTINCT FROM new.row_count) OR ((old.digest)::text IS DISTINCT FROM (new.digest)::text) OR (old.reason IS DISTINCT FROM new.reason) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.requested_by_id IS DISTINCT FROM new.requested_by_id) OR (old.requested_at IS DISTINCT FROM new.requested_at))) EXECUTE FUNCTION public.pgtrigger_facts_1e9e0();

COMMENT ON TRIGGER pgtrigger_facts_1e9e0 ON public.approvals_bulkrun IS 'b871315e054a03a5c36d8f12ed221ef67e788afc';

CREATE TRIGGER pgtrigger_facts_2013e BEFORE UPDATE ON public.webhooks_webhookevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_facts_2013e();

COMMENT ON TRIGGER pgtrigger_facts_2013e ON public.webhooks_webhookevent IS '1aedefa02850f1b554b09d4ab54fdee1c7a790a3';

CREATE TRIGGER pgtrigger_facts_24524 BEFORE UPDATE OF organization_id, transfer_id, amount_micros, recorded_at ON public.wallets_shortfall FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.transfer_id IS DISTINCT FROM new.transfer_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.recorded_at IS DISTINCT FROM new.recorded_at))) EXECUTE FUNCTION public.pgtrigger_facts_24524();

COMMENT ON TRIGGER pgtrigger_facts_24524 ON public.wallets_shortfall IS 'f86cbfd87166f94bc95b15c3d05cf3bce6744ed5';

CREATE TRIGGER pgtrigger_facts_3024a BEFORE UPDATE OF account_id, statement_id, key, amount_micros, booking_date, value_date, is_reversal, bank_reference, end_to_end_id, text, party_name, party_iban, return_code, created_at ON public.bank_bankline FOR EACH ROW WHEN (((old.account_id IS DISTINCT FROM new.account_id) OR (old.statement_id IS DISTINCT FROM new.statement_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.booking_date IS DISTINCT FROM new.booking_date) OR (old.value_date IS DISTINCT FROM new.value_date) OR (old.is_reversal IS DISTINCT FROM new.is_reversal) OR ((old.bank_reference)::text IS DISTINCT FROM (new.bank_reference)::text) OR ((old.end_to_end_id)::text IS DISTINCT FROM (new.end_to_end_id)::text) OR ((old.text)::text IS DISTINCT FROM (new.text)::text) OR ((old.party_name)::text IS DISTINCT FROM (new.party_name)::text) OR ((old.party_iban)::text IS DISTINCT FROM (new.party_iban)::text) OR ((old.return_code)::text IS DISTINCT FROM (new.return_code)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_3024a();

COMMENT ON TRIGGER pgtrigger_facts_3024a ON public.bank_bankline IS 'cb708b1770f59d72ff7383c321188357d0973d39';

CREATE TRIGGER pgtrigger_facts_318a5 BEFORE UPDATE OF organization_id, document_id, net_micros, tax_micros, reason, created_by, created_at ON public.invoices_writeoff FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.document_id IS DISTINCT FROM new.document_id) OR (old.net_micros IS DISTINCT FROM new.net_micros) OR (old.tax_micros IS DISTINCT FROM new.tax_micros) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_318a5();

COMMENT ON TRIGGER pgtrigger_facts_318a5 ON public.invoices_writeoff IS '402ad135614e966d0fe57fb267841db678d56d78';

CREATE TRIGGER pgtrigger_facts_3ab82 BEFORE UPDATE OF organization_id, seller_id, currency, opened_at ON public.dunning_dunningcase FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.seller_id IS DISTINCT FROM new.seller_id) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.opened_at IS DISTINCT FROM new.opened_at))) EXECUTE FUNCTION public.pgtrigger_facts_3ab82();

COMMENT ON TRIGGER pgtrigger_facts_3ab82 ON public.dunning_dunningcase IS '03a47b33691e144a4c5a6bf9be548ddef7c90343';

CREATE TRIGGER pgtrigger_facts_3ce40 BEFORE UPDATE OF organization_id, document_id, reason, opened_by, opened_at ON public.dunning_disputedinvoice FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.document_id IS DISTINCT FROM new.document_id) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.opened_by)::text IS DISTINCT FROM (new.opened_by)::text) OR (old.opened_at IS DISTINCT FROM new.opened_at))) EXECUTE FUNCTION public.pgtrigger_facts_3ce40();

COMMENT ON TRIGGER pgtrigger_facts_3ce40 ON public.dunning_disputedinvoice IS 'eda102c602c026b8f1e4eb3ae8e62d65724a3a12';

CREATE TRIGGER pgtrigger_facts_4a5e5 BEFORE UPDATE OF id, unit, opened_at ON public.ledger_book FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR ((old.unit)::text IS DISTINCT FROM (new.unit)::text) OR (old.opened_at IS DISTINCT FROM new.opened_at))) EXECUTE FUNCTION public.pgtrigger_facts_4a5e5();

COMMENT ON TRIGGER pgtrigger_facts_4a5e5 ON public.ledger_book IS 'c4e61ededda431f737e6630b685cccfe9d65eb11';

CREATE TRIGGER pgtrigger_facts_4e0fa BEFORE UPDATE OF organization_id, source, priority, is_paid, amount_micros, paid_micros, granted_at, starts_at, key, transfer_id ON public.wallets_grant FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.source)::text IS DISTINCT FROM (new.source)::text) OR (old.priority IS DISTINCT FROM new.priority) OR (old.is_paid IS DISTINCT FROM new.is_paid) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.paid_micros IS DISTINCT FROM new.paid_micros) OR (old.granted_at IS DISTINCT FROM new.granted_at) OR (old.starts_at IS DISTINCT FROM new.starts_at) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.transfer_id IS DISTINCT FROM new.transfer_id))) EXECUTE FUNCTION public.pgtrigger_facts_4e0fa();

COMMENT ON TRIGGER pgtrigger_facts_4e0fa ON public.wallets_grant IS '57a195bd1f8cd18ae0565315e4124efe9e152ccb';

CREATE TRIGGER pgtrigger_facts_57709 BEFORE UPDATE OF book_id, meter_id, file_name, sha256, content, markup_ppm, markups, rate_micros, step_micros, reason, other_tiers_standard, ends_gone, created_by, created_at ON public.pricing_pricelistimport FOR EACH ROW WHEN (((old.book_id IS DISTINCT FROM new.book_id) OR (old.meter_id IS DISTINCT FROM new.meter_id) OR ((old.file_name)::text IS DISTINCT FROM (new.file_name)::text) OR ((old.sha256)::text IS DISTINCT FROM (new.sha256)::text) OR (old.content IS DISTINCT FROM new.content) OR (old.markup_ppm IS DISTINCT FROM new.markup_ppm) OR (old.markups IS DISTINCT FROM new.markups) OR (old.rate_micros IS DISTINCT FROM new.rate_micros) OR (old.step_micros IS DISTINCT FROM new.step_micros) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR (old.other_tiers_standard IS DISTINCT FROM new.other_tiers_standard) OR (old.ends_gone IS DISTINCT FROM new.ends_gone) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_57709();

COMMENT ON TRIGGER pgtrigger_facts_57709 ON public.pricing_pricelistimport IS '7c759bb3c8c273b34765ab9a14b38b7e4e16a360';

CREATE TRIGGER pgtrigger_facts_591b4 BEFORE UPDATE OF organization_id, account_id, created_at ON public.wallets_wallet FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.account_id IS DISTINCT FROM new.account_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_591b4();

COMMENT ON TRIGGER pgtrigger_facts_591b4 ON public.wallets_wallet IS 'ac2327297c815d83805d7787c0f6910f0e70eed9';

CREATE TRIGGER pgtrigger_facts_66ecf BEFORE UPDATE OF organization_id, report_format, meter_id, has_span_ids, created_by, created_at ON public.usage_reportendpoint FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.report_format)::text IS DISTINCT FROM (new.report_format)::text) OR (old.meter_id IS DISTINCT FROM new.meter_id) OR (old.has_span_ids IS DISTINCT FROM new.has_span_ids) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_66ecf();

COMMENT ON TRIGGER pgtrigger_facts_66ecf ON public.usage_reportendpoint IS '647ea26406947d41570c91974b3ca09f1bd82fd8';

CREATE TRIGGER pgtrigger_facts_6866d BEFORE UPDATE OF organization_id, bucket_id, starts_on, ends_on ON public.wallets_bucketperiod FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.bucket_id IS DISTINCT FROM new.bucket_id) OR (old.starts_on IS DISTINCT FROM new.starts_on) OR (old.ends_on IS DISTINCT FROM new.ends_on))) EXECUTE FUNCTION public.pgtrigger_facts_6866d();

COMMENT ON TRIGGER pgtrigger_facts_6866d ON public.wallets_bucketperiod IS '7ca8e903f57f3b0c3e1f5794099594d16b12d208';

CREATE TRIGGER pgtrigger_facts_6b3ef BEFORE UPDATE OF organization_id, key, asked_micros, description, created_by, created_at ON public.contracts_installmentdiscount FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.asked_micros IS DISTINCT FROM new.asked_micros) OR ((old.description)::text IS DISTINCT FROM (new.description)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_6b3ef();

COMMENT ON TRIGGER pgtrigger_facts_6b3ef ON public.contracts_installmentdiscount IS 'fb68cdfa2d5e7a8e077a23217df1e86e62fb2de9';

CREATE TRIGGER pgtrigger_facts_6d744 BEFORE UPDATE OF sha256, created_at ON public.bank_bankfile FOR EACH ROW WHEN ((((old.sha256)::text IS DISTINCT FROM (new.sha256)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_6d744();

COMMENT ON TRIGGER pgtrigger_facts_6d744 ON public.bank_bankfile IS 'f3dd5f124a08c118bafc04cce1dffbb4c576c23e';

CREATE TRIGGER pgtrigger_facts_7cded BEFORE UPDATE OF stripe_id, amount_micros, currency, created_at ON public.payments_payout FOR EACH ROW WHEN ((((old.stripe_id)::text IS DISTINCT FROM (new.stripe_id)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_7cded();

COMMENT ON TRIGGER pgtrigger_facts_7cded ON public.payments_payout IS '7c42b8ac7ae3c5c008cd388dfb7818c44b66ef59';

CREATE TRIGGER pgtrigger_facts_8033d BEFORE UPDATE OF organization_id, template, key, context, subject, created_at, attached_id, attached_sha256 ON public.mail_mailmessage FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.template)::text IS DISTINCT FROM (new.template)::text) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.context IS DISTINCT FROM new.context) OR ((old.subject)::text IS DISTINCT FROM (new.subject)::text) OR (old.created_at IS DISTINCT FROM new.created_at) OR (old.attached_id IS DISTINCT FROM new.attached_id) OR ((old.attached_sha256)::text IS DISTINCT FROM (new.attached_sha256)::text))) EXECUTE FUNCTION public.pgtrigger_facts_8033d();

COMMENT ON TRIGGER pgtrigger_facts_8033d ON public.mail_mailmessage IS 'b522d14a56f8441fa22b5af17b69b0435534b5b6';

CREATE TRIGGER pgtrigger_facts_85d18 BEFORE UPDATE OF organization_id, document_id, pdf, sha256, xml, xml_problem, letters_outside, drawn_at ON public.invoices_documentpaper FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.document_id IS DISTINCT FROM new.document_id) OR (old.pdf IS DISTINCT FROM new.pdf) OR ((old.sha256)::text IS DISTINCT FROM (new.sha256)::text) OR (old.xml IS DISTINCT FROM new.xml) OR ((old.xml_problem)::text IS DISTINCT FROM (new.xml_problem)::text) OR ((old.letters_outside)::text IS DISTINCT FROM (new.letters_outside)::text) OR (old.drawn_at IS DISTINCT FROM new.drawn_at))) EXECUTE FUNCTION public.pgtrigger_facts_85d18();

COMMENT ON TRIGGER pgtrigger_facts_85d18 ON public.invoices_documentpaper IS '72f7afba839209124bf6dae46e82e0c41aa945e7';

CREATE TRIGGER pgtrigger_facts_87089 BEFORE UPDATE OF organization_id, installment_id, period_start, period_end, amount_micros ON public.contracts_servicerevenue FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.installment_id IS DISTINCT FROM new.installment_id) OR (old.period_start IS DISTINCT FROM new.period_start) OR (old.period_end IS DISTINCT FROM new.period_end) OR (old.amount_micros IS DISTINCT FROM new.amount_micros))) EXECUTE FUNCTION public.pgtrigger_facts_87089();

COMMENT ON TRIGGER pgtrigger_facts_87089 ON public.contracts_servicerevenue IS 'bfba00b1093787336dc14046f6994e052f2a123b';

CREATE TRIGGER pgtrigger_facts_97f33 BEFORE UPDATE OF book_id, account_id, status ON public.ledger_holdtotal FOR EACH ROW WHEN (((old.book_id IS DISTINCT FROM new.book_id) OR (old.account_id IS DISTINCT FROM new.account_id) OR ((old.status)::text IS DISTINCT FROM (new.status)::text))) EXECUTE FUNCTION public.pgtrigger_facts_97f33();

COMMENT ON TRIGGER pgtrigger_facts_97f33 ON public.ledger_holdtotal IS '8c20e65741ef4e67b3ca69b0093c6733aaabc608';

CREATE TRIGGER pgtrigger_facts_9c8a2 BEFORE UPDATE OF run_id, "position", organization_id, about, amount_micros, arguments, key ON public.approvals_bulkrow FOR EACH ROW WHEN (((old.run_id IS DISTINCT FROM new.run_id) OR (old."position" IS DISTINCT FROM new."position") OR (old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.about)::text IS DISTINCT FROM (new.about)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.arguments IS DISTINCT FROM new.arguments) OR ((old.key)::text IS DISTINCT FROM (new.key)::text))) EXECUTE FUNCTION public.pgtrigger_facts_9c8a2();

COMMENT ON TRIGGER pgtrigger_facts_9c8a2 ON public.approvals_bulkrow IS '8c1b79025b115e8838756fdb0cb02003da55efc4';

CREATE TRIGGER pgtrigger_facts_9d035 BEFORE UPDATE OF organization_id, transfer_id, amount_micros ON public.wallets_chargenet FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.transfer_id IS DISTINCT FROM new.transfer_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros))) EXECUTE FUNCTION public.pgtrigger_facts_9d035();

COMMENT ON TRIGGER pgtrigger_facts_9d035 ON public.wallets_chargenet IS '0c841cd070f3f291647e1629c7f09398c1051f45';

CREATE TRIGGER pgtrigger_facts_9d98c BEFORE UPDATE OF organization_id, digest, event, month ON public.usage_eventid FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.digest IS DISTINCT FROM new.digest) OR (old.event IS DISTINCT FROM new.event) OR (old.month IS DISTINCT FROM new.month))) EXECUTE FUNCTION public.pgtrigger_facts_9d98c();

COMMENT ON TRIGGER pgtrigger_facts_9d98c ON public.usage_eventid IS '8f56ce3bdd32994d3e11952bca668c7af97c3a5c';

CREATE TRIGGER pgtrigger_facts_b0c57 BEFORE UPDATE OF organization_id, created_by, created_at ON public.contracts_contract FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_b0c57();

COMMENT ON TRIGGER pgtrigger_facts_b0c57 ON public.contracts_contract IS 'f878899741c7ce7b0ae555755c78529f5e2ddd99';

CREATE TRIGGER pgtrigger_facts_b1f14 BEFORE UPDATE OF seller_id, kind, year ON public.billing_profiles_numberrange FOR EACH ROW WHEN (((old.seller_id IS DISTINCT FROM new.seller_id) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.year IS DISTINCT FROM new.year))) EXECUTE FUNCTION public.pgtrigger_facts_b1f14();

COMMENT ON TRIGGER pgtrigger_facts_b1f14 ON public.billing_profiles_numberrange IS '57c15db3ad97676b5e1abb8b04ccbb4ec1c43c7b';

CREATE TRIGGER pgtrigger_facts_b4b00 BEFORE UPDATE OF seller_id, product, country, region, customer_kind, needs_vat_number, category, rate_thousandths, reason, vatex_code, valid_from, created_by, created_at ON public.billing_profiles_taxrate FOR EACH ROW WHEN ((old.used AND ((old.seller_id IS DISTINCT FROM new.seller_id) OR ((old.product)::text IS DISTINCT FROM (new.product)::text) OR ((old.country)::text IS DISTINCT FROM (new.country)::text) OR ((old.region)::text IS DISTINCT FROM (new.region)::text) OR ((old.customer_kind)::text IS DISTINCT FROM (new.customer_kind)::text) OR (old.needs_vat_number IS DISTINCT FROM new.needs_vat_number) OR ((old.category)::text IS DISTINCT FROM (new.category)::text) OR (old.rate_thousandths IS DISTINCT FROM new.rate_thousandths) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.vatex_code)::text IS DISTINCT FROM (new.vatex_code)::text) OR (old.valid_from IS DISTINCT FROM new.valid_from) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at)))) EXECUTE FUNCTION public.pgtrigger_facts_b4b00();

COMMENT ON TRIGGER pgtrigger_facts_b4b00 ON public.billing_profiles_taxrate IS '77ff3e79428eb840b388667f716149f5f268c8e4';

CREATE TRIGGER pgtrigger_facts_b5ce1 BEFORE UPDATE OF organization_id, key, source, credit_note_id, amount_micros, value_date, reference, received_in, created_by, received_at ON public.invoices_money FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR ((old.source)::text IS DISTINCT FROM (new.source)::text) OR (old.credit_note_id IS DISTINCT FROM new.credit_note_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.value_date IS DISTINCT FROM new.value_date) OR ((old.reference)::text IS DISTINCT FROM (new.reference)::text) OR ((old.received_in)::text IS DISTINCT FROM (new.received_in)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.received_at IS DISTINCT FROM new.received_at))) EXECUTE FUNCTION public.pgtrigger_facts_b5ce1();

COMMENT ON TRIGGER pgtrigger_facts_b5ce1 ON public.invoices_money IS '1db8031248e81d5c0179f1c30b34a8ab1a8ad309';

CREATE TRIGGER pgtrigger_facts_b7458 BEFORE UPDATE OF book_id, code, role, unit, created_at ON public.ledger_account FOR EACH ROW WHEN (((old.book_id IS DISTINCT FROM new.book_id) OR ((old.code)::text IS DISTINCT FROM (new.code)::text) OR ((old.role)::text IS DISTINCT FROM (new.role)::text) OR ((old.unit)::text IS DISTINCT FROM (new.unit)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_b7458();

COMMENT ON TRIGGER pgtrigger_facts_b7458 ON public.ledger_account IS 'd49728d0ad2f4034027c03376da25dd9319e2448';

CREATE TRIGGER pgtrigger_facts_c053c BEFORE UPDATE OF kind, sha256, created_at ON public.backoffice_importedfile FOR EACH ROW WHEN ((((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR ((old.sha256)::text IS DISTINCT FROM (new.sha256)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_c053c();

COMMENT ON TRIGGER pgtrigger_facts_c053c ON public.backoffice_importedfile IS 'e8c9180c1f9898320218a3e51d5c0c32f7e75ecf';

CREATE TRIGGER pgtrigger_facts_c13cf BEFORE UPDATE OF id, organization_id, type, kind, seller_id, currency, credited_id, installment_id, agreement_id, period_key, is_on_account, note, period_start, period_end, number, sequence, number_range_id, issue_date, due_date, tax_date, finalized_at, net_micros, tax_micros, total_micros, tax_point, bad_debt_relief, language, tax_calculation_id, tax_currency, converted_tax_micros, exchange_rate_micros, exchange_rate_on, exchange_rate_source, prices_include_tax, returned_net_micros, returned_tax_micros, returned_to, exact_micros, carried_in_micros, carried_out_micros, given_micros, book_number, purchase_order, buyer_reference, iban, bic, bank_name, terms_text, footer, created_by, created_at ON public.invoices_document FOR EACH ROW WHEN ((((old.number)::text <> ''::text) AND ((old.id IS DISTINCT FROM new.id) OR (old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.type)::text IS DISTINCT FROM (new.type)::text) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.seller_id IS DISTINCT FROM new.seller_id) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.credited_id IS DISTINCT FROM new.credited_id) OR (old.installment_id IS DISTINCT FROM new.installment_id) OR (old.agreement_id IS DISTINCT FROM new.agreement_id) OR ((old.period_key)::text IS DISTINCT FROM (new.period_key)::text) OR (old.is_on_account IS DISTINCT FROM new.is_on_account) OR ((old.note)::text IS DISTINCT FROM (new.note)::text) OR (old.period_start IS DISTINCT FROM new.period_start) OR (old.period_end IS DISTINCT FROM new.period_end) OR ((old.number)::text IS DISTINCT FROM (new.number)::text) OR (old.sequence IS DISTINCT FROM new.sequence) OR (old.number_range_id IS DISTINCT FROM new.number_range_id) OR (old.issue_date IS DISTINCT FROM new.issue_date) OR (old.due_date IS DISTINCT FROM new.due_date) OR (old.tax_date IS DISTINCT FROM new.tax_date) OR (old.finalized_at IS DISTINCT FROM new.finalized_at) OR (old.net_micros IS DISTINCT FROM new.net_micros) OR (old.tax_micros IS DISTINCT FROM new.tax_micros) OR (old.total_micros IS DISTINCT FROM new.total_micros) OR ((old.tax_point)::text IS DISTINCT FROM (new.tax_point)::text) OR ((old.bad_debt_relief)::text IS DISTINCT FROM (new.bad_debt_relief)::text) OR ((old.language)::text IS DISTINCT FROM (new.language)::text) OR (old.tax_calculation_id IS DISTINCT FROM new.tax_calculation_id) OR ((old.tax_currency)::text IS DISTINCT FROM (new.tax_currency)::text) OR (old.converted_tax_micros IS DISTINCT FROM new.converted_tax_micros) OR (old.exchange_rate_micros IS DISTINCT FROM new.exchange_rate_micros) OR (old.exchange_rate_on IS DISTINCT FROM new.exchange_rate_on) OR ((old.exchange_rate_source)::text IS DISTINCT FROM (new.exchange_rate_source)::text) OR (old.prices_include_tax IS DISTINCT FROM new.prices_include_tax) OR (old.returned_net_micros IS DISTINCT FROM new.returned_net_micros) OR (old.returned_tax_micros IS DISTINCT FROM new.returned_tax_micros) OR ((old.returned_to)::text IS DISTINCT FROM (new.returned_to)::text) OR (old.exact_micros IS DISTINCT FROM new.exact_micros) OR (old.carried_in_micros IS DISTINCT FROM new.carried_in_micros) OR (old.carried_out_micros IS DISTINCT FROM new.carried_out_micros) OR (old.given_micros IS DISTINCT FROM new.given_micros) OR (old.book_number IS DISTINCT FROM new.book_number) OR ((old.purchase_order)::text IS DISTINCT FROM (new.purchase_order)::text) OR ((old.buyer_reference)::text IS DISTINCT FROM (new.buyer_reference)::text) OR ((old.iban)::text IS DISTINCT FROM (new.iban)::text) OR ((old.bic)::text IS DISTINCT FROM (new.bic)::text) OR ((old.bank_name)::text IS DISTINCT FROM (new.bank_name)::text) OR (old.terms_text IS DISTINCT FROM new.terms_text) OR (old.footer IS DISTINCT FROM new.footer) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at)))) EXECUTE FUNCTION public.pgtrigger_facts_c13cf();

COMMENT ON TRIGGER pgtrigger_facts_c13cf ON public.invoices_document IS '42ede15d5aedf2c6f6c0db2171a5009080ecde95';

CREATE TRIGGER pgtrigger_facts_c1a9f BEFORE UPDATE OF organization_id, installment_id, key, amount_micros, received_in, reference, transfer_id, created_by, received_at ON public.contracts_installmentsurplus FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.installment_id IS DISTINCT FROM new.installment_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.received_in)::text IS DISTINCT FROM (new.received_in)::text) OR ((old.reference)::text IS DISTINCT FROM (new.reference)::text) OR (old.transfer_id IS DISTINCT FROM new.transfer_id) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.received_at IS DISTINCT FROM new.received_at))) EXECUTE FUNCTION public.pgtrigger_facts_c1a9f();

COMMENT ON TRIGGER pgtrigger_facts_c1a9f ON public.contracts_installmentsurplus IS '13178a7418ad02114a6a4a132fb9c6a11d380602';

CREATE TRIGGER pgtrigger_facts_c5d03 BEFORE UPDATE OF meter_id, name, expression, target, effective_from, reason, created_by, created_at, approval ON public.pricing_modelalias FOR EACH ROW WHEN (((old.meter_id IS DISTINCT FROM new.meter_id) OR ((old.name)::text IS DISTINCT FROM (new.name)::text) OR ((old.expression)::text IS DISTINCT FROM (new.expression)::text) OR ((old.target)::text IS DISTINCT FROM (new.target)::text) OR (old.effective_from IS DISTINCT FROM new.effective_from) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at) OR ((old.approval)::text IS DISTINCT FROM (new.approval)::text))) EXECUTE FUNCTION public.pgtrigger_facts_c5d03();

COMMENT ON TRIGGER pgtrigger_facts_c5d03 ON public.pricing_modelalias IS 'd3e085f3b02dba47fcb649a3cc1e4b857d3bca01';

CREATE TRIGGER pgtrigger_facts_c980d BEFORE UPDATE OF organization_id, budget_id, value ON public.wallets_bucket FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.budget_id IS DISTINCT FROM new.budget_id) OR ((old.value)::text IS DISTINCT FROM (new.value)::text))) EXECUTE FUNCTION public.pgtrigger_facts_c980d();

COMMENT ON TRIGGER pgtrigger_facts_c980d ON public.wallets_bucket IS 'b4c27cd55005a2100277682b5c92b42599a388d6';

CREATE TRIGGER pgtrigger_facts_ccc45 BEFORE UPDATE OF book_id, meter_id, model, scheme, micros_per_million, input_micros_per_million, output_micros_per_million, tiers, cells, package_size_micros, package_price_micros, minimum_micros, effective_from, created_by, created_at, published_by, published_at, approval ON public.pricing_priceversion FOR EACH ROW WHEN ((((old.status)::text <> 'draft'::text) AND ((old.book_id IS DISTINCT FROM new.book_id) OR (old.meter_id IS DISTINCT FROM new.meter_id) OR ((old.model)::text IS DISTINCT FROM (new.model)::text) OR ((old.scheme)::text IS DISTINCT FROM (new.scheme)::text) OR (old.micros_per_million IS DISTINCT FROM new.micros_per_million) OR (old.input_micros_per_million IS DISTINCT FROM new.input_micros_per_million) OR (old.output_micros_per_million IS DISTINCT FROM new.output_micros_per_million) OR (old.tiers IS DISTINCT FROM new.tiers) OR (old.cells IS DISTINCT FROM new.cells) OR (old.package_size_micros IS DISTINCT FROM new.package_size_micros) OR (old.package_price_micros IS DISTINCT FROM new.package_price_micros) OR (old.minimum_micros IS DISTINCT FROM new.minimum_micros) OR (old.effective_from IS DISTINCT FROM new.effective_from) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at) OR ((old.published_by)::text IS DISTINCT FROM (new.published_by)::text) OR (old.published_at IS DISTINCT FROM new.published_at) OR ((old.approval)::text IS DISTINCT FROM (new.approval)::text)))) EXECUTE FUNCTION public.pgtrigger_facts_ccc45();

COMMENT ON TRIGGER pgtrigger_facts_ccc45 ON public.pricing_priceversion IS '94b0767d6eeb795432f061b0ea8e57ff303fff33';

CREATE TRIGGER pgtrigger_facts_cf947 BEFORE UPDATE OF stripe_id, type, amount_micros, fee_micros, currency, created_at ON public.payments_balancetransaction FOR EACH ROW WHEN ((((old.stripe_id)::text IS DISTINCT FROM (new.stripe_id)::text) OR ((old.type)::text IS DISTINCT FROM (new.type)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.fee_micros IS DISTINCT FROM new.fee_micros) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_cf947();

COMMENT ON TRIGGER pgtrigger_facts_cf947 ON public.payments_balancetransaction IS 'b120bb84f55ce4c22f5b5f25a6116e2c4af91cfa';

CREATE TRIGGER pgtrigger_facts_d82f5 BEFORE UPDATE OF id, organization_id, amount_micros, currency, is_for_refusal, created_at ON public.top_ups_topupattempt FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.organization_id IS DISTINCT FROM new.organization_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR (old.is_for_refusal IS DISTINCT FROM new.is_for_refusal) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_d82f5();

COMMENT ON TRIGGER pgtrigger_facts_d82f5 ON public.top_ups_topupattempt IS '6ab49d5bdd86c68e3f70096b050ae7d4daed89d5';

CREATE TRIGGER pgtrigger_facts_da16c BEFORE UPDATE OF organization_id, created_at ON public.top_ups_topup FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_da16c();

COMMENT ON TRIGGER pgtrigger_facts_da16c ON public.top_ups_topup IS 'f5b115cf158813f94b7159f1d8fa95ff169301c3';

CREATE TRIGGER pgtrigger_facts_dc102 BEFORE UPDATE OF id, batch_id, number, code_hash, masked ON public.vouchers_voucher FOR EACH ROW WHEN (((old.id IS DISTINCT FROM new.id) OR (old.batch_id IS DISTINCT FROM new.batch_id) OR (old.number IS DISTINCT FROM new.number) OR ((old.code_hash)::text IS DISTINCT FROM (new.code_hash)::text) OR ((old.masked)::text IS DISTINCT FROM (new.masked)::text))) EXECUTE FUNCTION public.pgtrigger_facts_dc102();

COMMENT ON TRIGGER pgtrigger_facts_dc102 ON public.vouchers_voucher IS '897819948b9472652c1fff18f899efa1e4325840';

CREATE TRIGGER pgtrigger_facts_dc72a BEFORE UPDATE OF organization_id, day, kind ON public.wallets_daytotal FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.day IS DISTINCT FROM new.day) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text))) EXECUTE FUNCTION public.pgtrigger_facts_dc72a();

COMMENT ON TRIGGER pgtrigger_facts_dc72a ON public.wallets_daytotal IS 'c6cc00fa01563e0a050dd679cb57ab9afa32de72';

CREATE TRIGGER pgtrigger_facts_e21da BEFORE UPDATE OF day, root, leaf_count, key_id, signature, sealed_at ON public.proofs_dayroot FOR EACH ROW WHEN (((old.day IS DISTINCT FROM new.day) OR (old.root IS DISTINCT FROM new.root) OR (old.leaf_count IS DISTINCT FROM new.leaf_count) OR ((old.key_id)::text IS DISTINCT FROM (new.key_id)::text) OR (old.signature IS DISTINCT FROM new.signature) OR (old.sealed_at IS DISTINCT FROM new.sealed_at))) EXECUTE FUNCTION public.pgtrigger_facts_e21da();

COMMENT ON TRIGGER pgtrigger_facts_e21da ON public.proofs_dayroot IS '3332a6795f595ba0c09a21225d26c8808d4aecd5';

CREATE TRIGGER pgtrigger_facts_f1be2 BEFORE UPDATE OF payout_id, organization_id, amount_micros ON public.payments_payoutpart FOR EACH ROW WHEN (((old.payout_id IS DISTINCT FROM new.payout_id) OR (old.organization_id IS DISTINCT FROM new.organization_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros))) EXECUTE FUNCTION public.pgtrigger_facts_f1be2();

COMMENT ON TRIGGER pgtrigger_facts_f1be2 ON public.payments_payoutpart IS 'fbc24b42083ad0533558770ebcb8a06e74c56faa';

CREATE TRIGGER pgtrigger_facts_f7d22 BEFORE UPDATE OF organization_id, kind, seller_id, contract_id, money_id, payment_id, number, sequence, number_range_id, issue_date, first_day, last_day, amount_micros, language, title, content, content_sha256, created_by, created_at ON public.papers_paper FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.seller_id IS DISTINCT FROM new.seller_id) OR (old.contract_id IS DISTINCT FROM new.contract_id) OR (old.money_id IS DISTINCT FROM new.money_id) OR (old.payment_id IS DISTINCT FROM new.payment_id) OR ((old.number)::text IS DISTINCT FROM (new.number)::text) OR (old.sequence IS DISTINCT FROM new.sequence) OR (old.number_range_id IS DISTINCT FROM new.number_range_id) OR (old.issue_date IS DISTINCT FROM new.issue_date) OR (old.first_day IS DISTINCT FROM new.first_day) OR (old.last_day IS DISTINCT FROM new.last_day) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.language)::text IS DISTINCT FROM (new.language)::text) OR ((old.title)::text IS DISTINCT FROM (new.title)::text) OR (old.content IS DISTINCT FROM new.content) OR ((old.content_sha256)::text IS DISTINCT FROM (new.content_sha256)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_f7d22();

COMMENT ON TRIGGER pgtrigger_facts_f7d22 ON public.papers_paper IS 'e7f37ac08e11b832ff287bde8bf291046a0e8760';

CREATE TRIGGER pgtrigger_facts_fa08b BEFORE UPDATE OF organization_id, installment_id, surplus_id, key, order_key, kind, amount_micros, paid_to, value_date, was_settled, credit_micros, unearned_micros, earned_micros, promo_credit_micros, promo_unearned_micros, promo_earned_micros, reason, created_by, created_at ON public.contracts_installmentrefund FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.installment_id IS DISTINCT FROM new.installment_id) OR (old.surplus_id IS DISTINCT FROM new.surplus_id) OR ((old.key)::text IS DISTINCT FROM (new.key)::text) OR ((old.order_key)::text IS DISTINCT FROM (new.order_key)::text) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR ((old.paid_to)::text IS DISTINCT FROM (new.paid_to)::text) OR (old.value_date IS DISTINCT FROM new.value_date) OR (old.was_settled IS DISTINCT FROM new.was_settled) OR (old.credit_micros IS DISTINCT FROM new.credit_micros) OR (old.unearned_micros IS DISTINCT FROM new.unearned_micros) OR (old.earned_micros IS DISTINCT FROM new.earned_micros) OR (old.promo_credit_micros IS DISTINCT FROM new.promo_credit_micros) OR (old.promo_unearned_micros IS DISTINCT FROM new.promo_unearned_micros) OR (old.promo_earned_micros IS DISTINCT FROM new.promo_earned_micros) OR ((old.reason)::text IS DISTINCT FROM (new.reason)::text) OR ((old.created_by)::text IS DISTINCT FROM (new.created_by)::text) OR (old.created_at IS DISTINCT FROM new.created_at))) EXECUTE FUNCTION public.pgtrigger_facts_fa08b();

COMMENT ON TRIGGER pgtrigger_facts_fa08b ON public.contracts_installmentrefund IS '6e1ca4fc255e72b55c7fae227a7b457e20ae27e0';

CREATE TRIGGER pgtrigger_facts_fc4eb BEFORE UPDATE OF organization_id, source, event_id, fingerprint, meter_slug, occurred_at, recorded_at ON public.usage_usageevent FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.source)::text IS DISTINCT FROM (new.source)::text) OR ((old.event_id)::text IS DISTINCT FROM (new.event_id)::text) OR (old.fingerprint IS DISTINCT FROM new.fingerprint) OR ((old.meter_slug)::text IS DISTINCT FROM (new.meter_slug)::text) OR (old.occurred_at IS DISTINCT FROM new.occurred_at) OR (old.recorded_at IS DISTINCT FROM new.recorded_at))) EXECUTE FUNCTION public.pgtrigger_facts_fc4eb();

COMMENT ON TRIGGER pgtrigger_facts_fc4eb ON public.usage_usageevent IS 'c2d26285194ccaa3ed17259bb35d9d2916077ff4';

CREATE TRIGGER pgtrigger_facts_fcb61 BEFORE UPDATE OF organization_id, month, "character", activated_at, late ON public.usage_activecharacter FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR (old.month IS DISTINCT FROM new.month) OR ((old."character")::text IS DISTINCT FROM (new."character")::text) OR (old.activated_at IS DISTINCT FROM new.activated_at) OR (old.late IS DISTINCT FROM new.late))) EXECUTE FUNCTION public.pgtrigger_facts_fcb61();

COMMENT ON TRIGGER pgtrigger_facts_fcb61 ON public.usage_activecharacter IS '6239ad1102fcdfe86fcbdf8da8a04e74d72dc8fe';

CREATE TRIGGER pgtrigger_fixed_1f44a BEFORE INSERT OR UPDATE ON public.invoices_documentline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_fixed_1f44a();

COMMENT ON TRIGGER pgtrigger_fixed_1f44a ON public.invoices_documentline IS '816354b393a7ddf21f89c47943c49c88b8f0bc6d';

CREATE TRIGGER pgtrigger_fixed_61e57 BEFORE INSERT OR UPDATE ON public.invoices_documenttax FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_fixed_61e57();

COMMENT ON TRIGGER pgtrigger_fixed_61e57 ON public.invoices_documenttax IS '9ea8fc0394c2cc4c680eb2e4563b35265d56e7a6';

CREATE TRIGGER pgtrigger_fixed_fc7f3 BEFORE INSERT OR UPDATE ON public.invoices_documentparty FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_fixed_fc7f3();

COMMENT ON TRIGGER pgtrigger_fixed_fc7f3 ON public.invoices_documentparty IS 'e06b1910702914976c7d5a50084594ebbdbee418';

CREATE TRIGGER pgtrigger_forward_a772b BEFORE UPDATE ON public.billing_profiles_numberrange FOR EACH ROW WHEN (((new.next_number < old.next_number) OR (new.last_issue_date < old.last_issue_date))) EXECUTE FUNCTION public.pgtrigger_forward_a772b();

COMMENT ON TRIGGER pgtrigger_forward_a772b ON public.billing_profiles_numberrange IS 'fe00b9419f89b582de4e1155d65e5915007db39a';

CREATE TRIGGER pgtrigger_imported_9050b BEFORE UPDATE OF content, problems, line_count, imported_at ON public.backoffice_importedfile FOR EACH ROW WHEN (((old.imported_at IS NOT NULL) AND ((old.content IS DISTINCT FROM new.content) OR (old.problems IS DISTINCT FROM new.problems) OR (old.line_count IS DISTINCT FROM new.line_count) OR (old.imported_at IS DISTINCT FROM new.imported_at)))) EXECUTE FUNCTION public.pgtrigger_imported_9050b();

COMMENT ON TRIGGER pgtrigger_imported_9050b ON public.backoffice_importedfile IS '4f8901fe020ba29fc6334757a26501d23d073b0d';

CREATE TRIGGER pgtrigger_imported_cec85 BEFORE UPDATE OF format, account_id, content, line_count, imported_by, imported_at ON public.bank_bankfile FOR EACH ROW WHEN (((old.imported_at IS NOT NULL) AND (((old.format)::text IS DISTINCT FROM (new.format)::text) OR (old.account_id IS DISTINCT FROM new.account_id) OR (old.content IS DISTINCT FROM new.content) OR (old.line_count IS DISTINCT FROM new.line_count) OR ((old.imported_by)::text IS DISTINCT FROM (new.imported_by)::text) OR (old.imported_at IS DISTINCT FROM new.imported_at)))) EXECUTE FUNCTION public.pgtrigger_imported_cec85();

COMMENT ON TRIGGER pgtrigger_imported_cec85 ON public.bank_bankfile IS 'dd92231bbee85a6199ce8480b09d17f9503c8ffa';

CREATE TRIGGER pgtrigger_kept_05ef8 BEFORE DELETE ON public.usage_monthclose FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_05ef8();

COMMENT ON TRIGGER pgtrigger_kept_05ef8 ON public.usage_monthclose IS '670aa41a25158d87db04c4ae92e9fc5ca3ba977a';

CREATE TRIGGER pgtrigger_kept_07ba3 BEFORE DELETE ON public.invoices_money FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_07ba3();

COMMENT ON TRIGGER pgtrigger_kept_07ba3 ON public.invoices_money IS '4e9b3eb4dcdadeec395beaa0f2d9b89ec1d7d310';

CREATE TRIGGER pgtrigger_kept_08532 BEFORE DELETE ON public.payments_payout FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_08532();

COMMENT ON TRIGGER pgtrigger_kept_08532 ON public.payments_payout IS '65c2fe182becce9f306bc97b421dc8d0ff7ae386';

CREATE TRIGGER pgtrigger_kept_0bb2a BEFORE DELETE ON public.usage_eventid FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_0bb2a();

COMMENT ON TRIGGER pgtrigger_kept_0bb2a ON public.usage_eventid IS 'f46adf4d76da83fbb4b791447fe6561d16c5e001';

CREATE TRIGGER pgtrigger_kept_141a1 BEFORE DELETE OR UPDATE ON public.ledger_transfer FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_141a1();

COMMENT ON TRIGGER pgtrigger_kept_141a1 ON public.ledger_transfer IS '9678a1cba3b6c7f8e4af8b4bddd86783fb0ffb55';

CREATE TRIGGER pgtrigger_kept_1563a BEFORE DELETE ON public.invoices_document FOR EACH ROW WHEN (((old.number)::text <> ''::text)) EXECUTE FUNCTION public.pgtrigger_kept_1563a();

COMMENT ON TRIGGER pgtrigger_kept_1563a ON public.invoices_document IS 'bb67e99bc873e2e8754ce823e63e2f054121b072';

CREATE TRIGGER pgtrigger_kept_16c7a BEFORE DELETE OR UPDATE ON public.wallets_consumption FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_16c7a();

COMMENT ON TRIGGER pgtrigger_kept_16c7a ON public.wallets_consumption IS '0024a1b08e591d5cb7af31445b3c0dbd86778a85';

CREATE TRIGGER pgtrigger_kept_18ba7 BEFORE DELETE ON public.approvals_approval FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_18ba7();

COMMENT ON TRIGGER pgtrigger_kept_18ba7 ON public.approvals_approval IS 'a8fd8d37e8255d316f91ca839fa03c65b708e984';

CREATE TRIGGER pgtrigger_kept_1904b BEFORE DELETE OR UPDATE ON public.bank_sellerbook FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_1904b();

COMMENT ON TRIGGER pgtrigger_kept_1904b ON public.bank_sellerbook IS '282d99d248cff3b4af5180fa71c99ad5e5b765fc';

CREATE TRIGGER pgtrigger_kept_215f1 BEFORE DELETE ON public.wallets_daytotal FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_215f1();

COMMENT ON TRIGGER pgtrigger_kept_215f1 ON public.wallets_daytotal IS '39dfe98f8f58de9ecabd7fb9c8934f5f8c607fb9';

CREATE TRIGGER pgtrigger_kept_23911 BEFORE DELETE OR UPDATE ON public.wallets_budgetaddition FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_23911();

COMMENT ON TRIGGER pgtrigger_kept_23911 ON public.wallets_budgetaddition IS '36712f2a459ac70798a1a5d2ec63882b7f72814e';

CREATE TRIGGER pgtrigger_kept_2c690 BEFORE DELETE OR UPDATE ON public.dunning_skippedfirststep FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_2c690();

COMMENT ON TRIGGER pgtrigger_kept_2c690 ON public.dunning_skippedfirststep IS 'ee8fcfa7f71b52035cf2012d91ba2519144bee29';

CREATE TRIGGER pgtrigger_kept_2d320 BEFORE DELETE ON public.payments_stripepayment FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_2d320();

COMMENT ON TRIGGER pgtrigger_kept_2d320 ON public.payments_stripepayment IS '5a0f4b028c9a03b7cccb1dc4965b566dd99bc150';

CREATE TRIGGER pgtrigger_kept_30750 BEFORE DELETE OR UPDATE ON public.ledger_booknote FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_30750();

COMMENT ON TRIGGER pgtrigger_kept_30750 ON public.ledger_booknote IS '529a9be1a6a844d1414f99af1b6d883b74fe53ec';

CREATE TRIGGER pgtrigger_kept_308b4 BEFORE DELETE ON public.bank_bankline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_308b4();

COMMENT ON TRIGGER pgtrigger_kept_308b4 ON public.bank_bankline IS '8200345c728991b7d6f447be3b64e9bd75181862';

CREATE TRIGGER pgtrigger_kept_3283a BEFORE DELETE ON public.proofs_dayroot FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_3283a();

COMMENT ON TRIGGER pgtrigger_kept_3283a ON public.proofs_dayroot IS 'dbfef3a68c0210287a384de747f51cb082c8c040';

CREATE TRIGGER pgtrigger_kept_3407f BEFORE DELETE ON public.vouchers_batch FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_3407f();

COMMENT ON TRIGGER pgtrigger_kept_3407f ON public.vouchers_batch IS 'b5f89c7dab8d28868f842c5e1a2ef01cf2a229bd';

CREATE TRIGGER pgtrigger_kept_39e1a BEFORE DELETE OR UPDATE ON public.invoices_application FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_39e1a();

COMMENT ON TRIGGER pgtrigger_kept_39e1a ON public.invoices_application IS '82f0e2a06a6d287d5bb3d22e07346ae9e3a87ab8';

CREATE TRIGGER pgtrigger_kept_3cd0b BEFORE DELETE OR UPDATE ON public.approvals_soloaction FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_3cd0b();

COMMENT ON TRIGGER pgtrigger_kept_3cd0b ON public.approvals_soloaction IS '59e3152990fbd1aa73d8c9d2271cb8ebc549fc31';

CREATE TRIGGER pgtrigger_kept_43c1d BEFORE DELETE ON public.wallets_shortfall FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_43c1d();

COMMENT ON TRIGGER pgtrigger_kept_43c1d ON public.wallets_shortfall IS '245bcebb9e98f3ab7780db56775a8e31a0f8d3bc';

CREATE TRIGGER pgtrigger_kept_46eb7 BEFORE DELETE OR UPDATE ON public.usage_eventcorrection FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_46eb7();

COMMENT ON TRIGGER pgtrigger_kept_46eb7 ON public.usage_eventcorrection IS '562f32c47a9339370dc602c3c266a252e4b40101';

CREATE TRIGGER pgtrigger_kept_47eec BEFORE DELETE OR UPDATE ON public.usage_minimumcharge FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_47eec();

COMMENT ON TRIGGER pgtrigger_kept_47eec ON public.usage_minimumcharge IS 'b46056d3bed1f8efe9f49c73ef4e9f69f9b427db';

CREATE TRIGGER pgtrigger_kept_4cd52 BEFORE DELETE ON public.billing_profiles_numberrange FOR EACH ROW WHEN ((old.next_number > 1)) EXECUTE FUNCTION public.pgtrigger_kept_4cd52();

COMMENT ON TRIGGER pgtrigger_kept_4cd52 ON public.billing_profiles_numberrange IS 'b879dc82422269b2b8afec66ff33228fca36acee';

CREATE TRIGGER pgtrigger_kept_56176 BEFORE DELETE OR UPDATE ON public.approvals_accesschange FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_56176();

COMMENT ON TRIGGER pgtrigger_kept_56176 ON public.approvals_accesschange IS '0c5297f9968aa1f7d2fad00155ba23bd5a50c36a';

CREATE TRIGGER pgtrigger_kept_56633 BEFORE DELETE ON public.pricing_priceversion FOR EACH ROW WHEN (((old.status)::text <> 'draft'::text)) EXECUTE FUNCTION public.pgtrigger_kept_56633();

COMMENT ON TRIGGER pgtrigger_kept_56633 ON public.pricing_priceversion IS '44782383aeb32f52dd15f62b21b0f5de0f4ba41f';

CREATE TRIGGER pgtrigger_kept_62c2d BEFORE DELETE ON public.contracts_installmentsurplus FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_62c2d();

COMMENT ON TRIGGER pgtrigger_kept_62c2d ON public.contracts_installmentsurplus IS '0e2f12f53e05a43a75f282c578e0e6247dec3681';

CREATE TRIGGER pgtrigger_kept_63f93 BEFORE DELETE ON public.usage_activecharacter FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_63f93();

COMMENT ON TRIGGER pgtrigger_kept_63f93 ON public.usage_activecharacter IS '0bb5920d40be7990cd582eedb1482823bb30c0b4';

CREATE TRIGGER pgtrigger_kept_67f37 BEFORE DELETE ON public.top_ups_topupattempt FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_67f37();

COMMENT ON TRIGGER pgtrigger_kept_67f37 ON public.top_ups_topupattempt IS '314c054dfb92c60a4a7586db5aad9414a13354ee';

CREATE TRIGGER pgtrigger_kept_70628 BEFORE DELETE ON public.contracts_contract FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_70628();

COMMENT ON TRIGGER pgtrigger_kept_70628 ON public.contracts_contract IS 'd1d3c15317a09cb27f2abe299eba035264bc2ed2';

CREATE TRIGGER pgtrigger_kept_70bff BEFORE DELETE OR UPDATE ON public.wallets_chargereversal FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_70bff();

COMMENT ON TRIGGER pgtrigger_kept_70bff ON public.wallets_chargereversal IS 'be50076dc72799b1682bec1885587b46ee5725da';

CREATE TRIGGER pgtrigger_kept_732c8 BEFORE DELETE ON public.approvals_bulkrun FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_732c8();

COMMENT ON TRIGGER pgtrigger_kept_732c8 ON public.approvals_bulkrun IS '0abd26069da828672bed1a2dff7deabda81d6787';

CREATE TRIGGER pgtrigger_kept_7b8c7 BEFORE DELETE ON public.wallets_wallet FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_7b8c7();

COMMENT ON TRIGGER pgtrigger_kept_7b8c7 ON public.wallets_wallet IS '7cf7bba1ae917ab45a0cbb9f55744dc1b169d5c3';

CREATE TRIGGER pgtrigger_kept_7e730 BEFORE DELETE ON public.contracts_installmentrefund FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_7e730();

COMMENT ON TRIGGER pgtrigger_kept_7e730 ON public.contracts_installmentrefund IS 'fc0dd6c1382e59876615db40dfa3237f1a268493';

CREATE TRIGGER pgtrigger_kept_7ec2f BEFORE DELETE ON public.pricing_modelalias FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_7ec2f();

COMMENT ON TRIGGER pgtrigger_kept_7ec2f ON public.pricing_modelalias IS 'cf97b47ccc7b6823890aa7ee3da9914200fdcdd0';

CREATE TRIGGER pgtrigger_kept_7f11e BEFORE DELETE ON public.approvals_bulkrow FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_7f11e();

COMMENT ON TRIGGER pgtrigger_kept_7f11e ON public.approvals_bulkrow IS '7fca8db16cc80dd015486f0305e49e6e2bd5875e';

CREATE TRIGGER pgtrigger_kept_81a34 BEFORE DELETE ON public.papers_paper FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_81a34();

COMMENT ON TRIGGER pgtrigger_kept_81a34 ON public.papers_paper IS '7312f0633cff0ab3995205b121763d1212ac2929';

CREATE TRIGGER pgtrigger_kept_8e702 BEFORE DELETE OR UPDATE ON public.dunning_dunningevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_8e702();

COMMENT ON TRIGGER pgtrigger_kept_8e702 ON public.dunning_dunningevent IS 'e4a17c8203bc243b8301b2678f500481a0c05af4';

CREATE TRIGGER pgtrigger_kept_903bc BEFORE DELETE OR UPDATE ON public.wallets_holdslice FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_903bc();

COMMENT ON TRIGGER pgtrigger_kept_903bc ON public.wallets_holdslice IS '26fd8d14b2e77dc2662ca13c3c528717cf182f65';

CREATE TRIGGER pgtrigger_kept_946e0 BEFORE DELETE OR UPDATE ON public.contracts_contractprice FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_946e0();

COMMENT ON TRIGGER pgtrigger_kept_946e0 ON public.contracts_contractprice IS '296f9d963638a5c72221435628d89b1b3d5f2d55';

CREATE TRIGGER pgtrigger_kept_962ce BEFORE DELETE OR UPDATE ON public.vouchers_redemption FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_962ce();

COMMENT ON TRIGGER pgtrigger_kept_962ce ON public.vouchers_redemption IS '5cb7dab50ef89efbe75c6345b063667693df9909';

CREATE TRIGGER pgtrigger_kept_9649c BEFORE DELETE ON public.payments_balancetransaction FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_9649c();

COMMENT ON TRIGGER pgtrigger_kept_9649c ON public.payments_balancetransaction IS '1395fb3cbd25a2a78c8f5cc3506cb0ece41234b1';

CREATE TRIGGER pgtrigger_kept_96b4d BEFORE DELETE OR UPDATE ON public.proofs_dayhead FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_96b4d();

COMMENT ON TRIGGER pgtrigger_kept_96b4d ON public.proofs_dayhead IS 'dc7060529ab2bbfe1a7a03d963d73606e3b9cb7e';

CREATE TRIGGER pgtrigger_kept_9875a BEFORE DELETE OR UPDATE ON public.usage_othereventid FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_9875a();

COMMENT ON TRIGGER pgtrigger_kept_9875a ON public.usage_othereventid IS 'da258e6ef91bde7446b3838b2a296f2973c9069f';

CREATE TRIGGER pgtrigger_kept_99586 BEFORE DELETE ON public.invoices_documentparty FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_99586();

COMMENT ON TRIGGER pgtrigger_kept_99586 ON public.invoices_documentparty IS '3be157787d0a7e9b89f6d59b6204e0d4d73b42c7';

CREATE TRIGGER pgtrigger_kept_99cd1 BEFORE DELETE ON public.contracts_installment FOR EACH ROW WHEN (((old.settled_at IS NOT NULL) OR (old.paid_micros > 0))) EXECUTE FUNCTION public.pgtrigger_kept_99cd1();

COMMENT ON TRIGGER pgtrigger_kept_99cd1 ON public.contracts_installment IS '7b42e4b3cfbd9d4e761070478496d2b92f16cf10';

CREATE TRIGGER pgtrigger_kept_9d49d BEFORE DELETE ON public.ledger_book FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_9d49d();

COMMENT ON TRIGGER pgtrigger_kept_9d49d ON public.ledger_book IS 'b5287beb89e9512b515d7dd4f09499a63174edb9';

CREATE TRIGGER pgtrigger_kept_9f1a1 BEFORE DELETE OR UPDATE ON public.usage_usageposting FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_9f1a1();

COMMENT ON TRIGGER pgtrigger_kept_9f1a1 ON public.usage_usageposting IS '2cfc9f6951ad9b235ef5163cacc4f2de23a7f97e';

CREATE TRIGGER pgtrigger_kept_a3406 BEFORE DELETE OR UPDATE ON public.contracts_installmentpayment FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a3406();

COMMENT ON TRIGGER pgtrigger_kept_a3406 ON public.contracts_installmentpayment IS '75aa7077531ed8f9d2ce6311801b62e85f2b3aa5';

CREATE TRIGGER pgtrigger_kept_a3f85 BEFORE DELETE ON public.dunning_dunningcase FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a3f85();

COMMENT ON TRIGGER pgtrigger_kept_a3f85 ON public.dunning_dunningcase IS '83135a9efdfd134cb6c716c5426757b270ee3050';

CREATE TRIGGER pgtrigger_kept_a4d0b BEFORE DELETE ON public.wallets_budget FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a4d0b();

COMMENT ON TRIGGER pgtrigger_kept_a4d0b ON public.wallets_budget IS '0fcfc860798f915a302a07315cb5f2a0d292ab26';

CREATE TRIGGER pgtrigger_kept_a6cd9 BEFORE DELETE OR UPDATE ON public.proofs_auditlink FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a6cd9();

COMMENT ON TRIGGER pgtrigger_kept_a6cd9 ON public.proofs_auditlink IS '3723b6ce9c78aacbace28d0813aa1869b9cd5e79';

CREATE TRIGGER pgtrigger_kept_a8894 BEFORE DELETE ON public.contracts_installmentdiscount FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a8894();

COMMENT ON TRIGGER pgtrigger_kept_a8894 ON public.contracts_installmentdiscount IS '750915f2b3914bf8347dbb3444e1efae9ef7d2b7';

CREATE TRIGGER pgtrigger_kept_a8961 BEFORE DELETE OR UPDATE ON public.vouchers_batchevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_a8961();

COMMENT ON TRIGGER pgtrigger_kept_a8961 ON public.vouchers_batchevent IS '8138fcc8887481a8d2d8654366bceb79874c1c65';

CREATE TRIGGER pgtrigger_kept_af4ed BEFORE DELETE ON public.ledger_account FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_af4ed();

COMMENT ON TRIGGER pgtrigger_kept_af4ed ON public.ledger_account IS 'e440f737c6301e4c4b00f77cc882154e575bf5e4';

CREATE TRIGGER pgtrigger_kept_af6e7 BEFORE DELETE ON public.invoices_writeoff FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_af6e7();

COMMENT ON TRIGGER pgtrigger_kept_af6e7 ON public.invoices_writeoff IS '3679c60970c531eb115dbd559beb0855ac78742c';

CREATE TRIGGER pgtrigger_kept_b2554 BEFORE DELETE ON public.payments_paymentreturn FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b2554();

COMMENT ON TRIGGER pgtrigger_kept_b2554 ON public.payments_paymentreturn IS '663758cd46662fde3fbe7583eab7f2656f227af4';

CREATE TRIGGER pgtrigger_kept_b3180 BEFORE DELETE OR UPDATE ON public.payments_topupinvoice FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b3180();

COMMENT ON TRIGGER pgtrigger_kept_b3180 ON public.payments_topupinvoice IS '20f379fcb2c5b87e54b2735ebde576435b32386d';

CREATE TRIGGER pgtrigger_kept_b4923 BEFORE DELETE ON public.dunning_disputedinvoice FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b4923();

COMMENT ON TRIGGER pgtrigger_kept_b4923 ON public.dunning_disputedinvoice IS '60b9921b405b6578e716a91fe2279297b0a1d320';

CREATE TRIGGER pgtrigger_kept_b5594 BEFORE DELETE OR UPDATE ON public.wallets_grantreturn FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b5594();

COMMENT ON TRIGGER pgtrigger_kept_b5594 ON public.wallets_grantreturn IS 'e2f9adb080715b3bf2572f291a0fbbe7485ef6a2';

CREATE TRIGGER pgtrigger_kept_b67af BEFORE DELETE OR UPDATE ON public.pricing_pricelink FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b67af();

COMMENT ON TRIGGER pgtrigger_kept_b67af ON public.pricing_pricelink IS '46d1b46b456643d66c397d1cd17145780c286187';

CREATE TRIGGER pgtrigger_kept_b7759 BEFORE DELETE ON public.wallets_chargenet FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_b7759();

COMMENT ON TRIGGER pgtrigger_kept_b7759 ON public.wallets_chargenet IS 'd5717838d6ad1f3219ae541322559497e3465ced';

CREATE TRIGGER pgtrigger_kept_bc48d BEFORE DELETE OR UPDATE ON public.plans_includedquota FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_bc48d();

COMMENT ON TRIGGER pgtrigger_kept_bc48d ON public.plans_includedquota IS '7f6e7a526d57de96799782e6e890122e6e3066fd';

CREATE TRIGGER pgtrigger_kept_c43fa BEFORE DELETE OR UPDATE ON public.usage_vendorbill FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_c43fa();

COMMENT ON TRIGGER pgtrigger_kept_c43fa ON public.usage_vendorbill IS 'c0d09e8aae3609c7e343401dad3bddd602b1019a';

CREATE TRIGGER pgtrigger_kept_c4f70 BEFORE DELETE ON public.contracts_serviceagreement FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_c4f70();

COMMENT ON TRIGGER pgtrigger_kept_c4f70 ON public.contracts_serviceagreement IS 'a719b6103cb24870dc098494799ec9ce7c8abbba';

CREATE TRIGGER pgtrigger_kept_c50cd BEFORE DELETE ON public.billing_profiles_taxrate FOR EACH ROW WHEN (old.used) EXECUTE FUNCTION public.pgtrigger_kept_c50cd();

COMMENT ON TRIGGER pgtrigger_kept_c50cd ON public.billing_profiles_taxrate IS '8eba5c6f3f7fb141b5702d3eebb5fc0abead2171';

CREATE TRIGGER pgtrigger_kept_ca544 BEFORE DELETE ON public.invoices_documenttax FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_ca544();

COMMENT ON TRIGGER pgtrigger_kept_ca544 ON public.invoices_documenttax IS 'baae891fd1010dff9e4acb33e528c20330aeb765';

CREATE TRIGGER pgtrigger_kept_cf71f BEFORE DELETE ON public.contracts_servicerevenue FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_cf71f();

COMMENT ON TRIGGER pgtrigger_kept_cf71f ON public.contracts_servicerevenue IS '8c050bb53a923e7091b73b9d57d66677ed5c5322';

CREATE TRIGGER pgtrigger_kept_d0a29 BEFORE DELETE OR UPDATE ON public.snapshots_balancesnapshot FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_d0a29();

COMMENT ON TRIGGER pgtrigger_kept_d0a29 ON public.snapshots_balancesnapshot IS 'a07a178d11207d4ebab70bca708e594aa1f511ef';

CREATE TRIGGER pgtrigger_kept_d1017 BEFORE DELETE ON public.payments_paymentpart FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_d1017();

COMMENT ON TRIGGER pgtrigger_kept_d1017 ON public.payments_paymentpart IS '1ed02757788495d54b36a71ac5a6f66418088ad1';

CREATE TRIGGER pgtrigger_kept_da777 BEFORE DELETE ON public.wallets_grant FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_da777();

COMMENT ON TRIGGER pgtrigger_kept_da777 ON public.wallets_grant IS '94d8c48a1334c533f084ad48e58c93a79e483fbb';

CREATE TRIGGER pgtrigger_kept_dc8f2 BEFORE DELETE OR UPDATE ON public.usage_archivedmonth FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_dc8f2();

COMMENT ON TRIGGER pgtrigger_kept_dc8f2 ON public.usage_archivedmonth IS '333e776d692a185a3618940665addda8bb273f4d';

CREATE TRIGGER pgtrigger_kept_dce58 BEFORE DELETE ON public.payments_dispute FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_dce58();

COMMENT ON TRIGGER pgtrigger_kept_dce58 ON public.payments_dispute IS '9018bb21e5c89962caa9e32fccdbb8d7a915cd98';

CREATE TRIGGER pgtrigger_kept_dd63f BEFORE DELETE OR UPDATE ON public.vouchers_redemptionreversal FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_dd63f();

COMMENT ON TRIGGER pgtrigger_kept_dd63f ON public.vouchers_redemptionreversal IS '1bb38a4f20afd336dd834805568dbe78d7693030';

CREATE TRIGGER pgtrigger_kept_dea94 BEFORE DELETE ON public.vouchers_voucher FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_dea94();

COMMENT ON TRIGGER pgtrigger_kept_dea94 ON public.vouchers_voucher IS 'd614c868c303fd064828b840e1b11c86771e6b47';

CREATE TRIGGER pgtrigger_kept_e01e5 BEFORE DELETE ON public.ledger_hold FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_e01e5();

COMMENT ON TRIGGER pgtrigger_kept_e01e5 ON public.ledger_hold IS 'deb63fd96c00288c390f4facb3789187bd798c5a';

CREATE TRIGGER pgtrigger_kept_e065b BEFORE DELETE OR UPDATE ON public.usage_costrun FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_e065b();

COMMENT ON TRIGGER pgtrigger_kept_e065b ON public.usage_costrun IS 'fb7508075cd79fc898305236179f82b25dd386bd';

CREATE TRIGGER pgtrigger_kept_e2b5a BEFORE DELETE OR UPDATE ON public.usage_costcorrection FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_e2b5a();

COMMENT ON TRIGGER pgtrigger_kept_e2b5a ON public.usage_costcorrection IS 'cd658d1f0278da48178d6d9c7464a2b424322a55';

CREATE TRIGGER pgtrigger_kept_e371e BEFORE DELETE ON public.top_ups_topup FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_e371e();

COMMENT ON TRIGGER pgtrigger_kept_e371e ON public.top_ups_topup IS '737af6230429335320f86184dba97531344d8d4a';

CREATE TRIGGER pgtrigger_kept_ea7b5 BEFORE DELETE ON public.ledger_holdtotal FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_ea7b5();

COMMENT ON TRIGGER pgtrigger_kept_ea7b5 ON public.ledger_holdtotal IS '9b61f86240cd2fe33c14eda0335cbfc0c25bad3b';

CREATE TRIGGER pgtrigger_kept_eea98 BEFORE DELETE OR UPDATE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_eea98();

COMMENT ON TRIGGER pgtrigger_kept_eea98 ON public.ledger_entry IS 'bae771d2ebafdca534f74cd4bc0d8d0c2514295e';

CREATE TRIGGER pgtrigger_kept_f4d1b BEFORE DELETE OR UPDATE ON public.snapshots_costsnapshot FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_f4d1b();

COMMENT ON TRIGGER pgtrigger_kept_f4d1b ON public.snapshots_costsnapshot IS 'e18fa893a22266f5d8efe75ff22b610776f85987';

CREATE TRIGGER pgtrigger_kept_f88df BEFORE DELETE ON public.usage_usageevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_f88df();

COMMENT ON TRIGGER pgtrigger_kept_f88df ON public.usage_usageevent IS 'aa8338d2ff7fa1f65da4045aa9eb9fa55fd1b376';

CREATE TRIGGER pgtrigger_kept_f982e BEFORE DELETE ON public.payments_stripeevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_f982e();

COMMENT ON TRIGGER pgtrigger_kept_f982e ON public.payments_stripeevent IS '795e36efabe2a76d5cc996c5a79681eba8443196';

CREATE TRIGGER pgtrigger_kept_fc1a8 BEFORE DELETE ON public.invoices_documentpaper FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_fc1a8();

COMMENT ON TRIGGER pgtrigger_kept_fc1a8 ON public.invoices_documentpaper IS 'a6e80b8c958aaf302b2ed720cd8274e350741bfa';

CREATE TRIGGER pgtrigger_kept_fc79a BEFORE DELETE ON public.payments_payoutpart FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_fc79a();

COMMENT ON TRIGGER pgtrigger_kept_fc79a ON public.payments_payoutpart IS 'f73c91e28814863c14bab5e277e8ecf4ccb46d84';

CREATE TRIGGER pgtrigger_kept_fd094 BEFORE DELETE ON public.payments_refund FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_fd094();

COMMENT ON TRIGGER pgtrigger_kept_fd094 ON public.payments_refund IS '0aa56c549ca037f4fa130342ab4da1c1f22e568c';

CREATE TRIGGER pgtrigger_kept_ff978 BEFORE DELETE OR UPDATE ON public.bank_bankstatement FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_ff978();

COMMENT ON TRIGGER pgtrigger_kept_ff978 ON public.bank_bankstatement IS '6b84b4afb8a44cdb6ce13f0978dca3c2ce9e24c3';

CREATE TRIGGER pgtrigger_kept_fff29 BEFORE DELETE ON public.invoices_documentline FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_kept_fff29();

COMMENT ON TRIGGER pgtrigger_kept_fff29 ON public.invoices_documentline IS 'fb4b28a896fb9668fe3fc04e1180703feccfe67e';

CREATE TRIGGER pgtrigger_not_emptied_01190 BEFORE TRUNCATE ON public.payments_paymentreturn FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_01190();

COMMENT ON TRIGGER pgtrigger_not_emptied_01190 ON public.payments_paymentreturn IS '66514aee7a6ceab6396d42d0a04dd7011969e9ad';

CREATE TRIGGER pgtrigger_not_emptied_01da0 BEFORE TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_01da0();

COMMENT ON TRIGGER pgtrigger_not_emptied_01da0 ON public.ledger_entry IS '8f5094f9bde7986079900bb9a372e5f94c099a0a';

CREATE TRIGGER pgtrigger_not_emptied_04e06 BEFORE TRUNCATE ON public.approvals_soloaction FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_04e06();

COMMENT ON TRIGGER pgtrigger_not_emptied_04e06 ON public.approvals_soloaction IS '39d49cbee5f01ef740cf0e08a12aa6d5ef1af042';

CREATE TRIGGER pgtrigger_not_emptied_08a9a BEFORE TRUNCATE ON public.contracts_installmentrefund FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_08a9a();

COMMENT ON TRIGGER pgtrigger_not_emptied_08a9a ON public.contracts_installmentrefund IS 'ef98e5c6cb1392b7f69a165128cd922d47bcb5d1';

CREATE TRIGGER pgtrigger_not_emptied_0b9be BEFORE TRUNCATE ON public.bank_bankline FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_0b9be();

COMMENT ON TRIGGER pgtrigger_not_emptied_0b9be ON public.bank_bankline IS 'c75fd2f7db503b7d9252a8692dc16adc4932f2ca';

CREATE TRIGGER pgtrigger_not_emptied_0dd82 BEFORE TRUNCATE ON public.approvals_approval FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_0dd82();

COMMENT ON TRIGGER pgtrigger_not_emptied_0dd82 ON public.approvals_approval IS 'd05e3308a1d368d6941659883c29635e2e71dcf4';

CREATE TRIGGER pgtrigger_not_emptied_0f8a0 BEFORE TRUNCATE ON public.vouchers_voucher FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_0f8a0();

COMMENT ON TRIGGER pgtrigger_not_emptied_0f8a0 ON public.vouchers_voucher IS '925be368101fc8d929f01d3731124b9b5357e378';

CREATE TRIGGER pgtrigger_not_emptied_10144 BEFORE TRUNCATE ON public.invoices_application FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_10144();

COMMENT ON TRIGGER pgtrigger_not_emptied_10144 ON public.invoices_application IS 'b8661b6ee17ba14ed89faf24634c1cb04b570f1d';

CREATE TRIGGER pgtrigger_not_emptied_1a6fc BEFORE TRUNCATE ON public.wallets_holdslice FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_1a6fc();

COMMENT ON TRIGGER pgtrigger_not_emptied_1a6fc ON public.wallets_holdslice IS 'bcb6f696446230c23b4864ad2b7a32bf14c4108f';

CREATE TRIGGER pgtrigger_not_emptied_1f0a5 BEFORE TRUNCATE ON public.dunning_dunningevent FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_1f0a5();

COMMENT ON TRIGGER pgtrigger_not_emptied_1f0a5 ON public.dunning_dunningevent IS '8f6b1c992586953f82739ada5ecadb0d48754bfe';

CREATE TRIGGER pgtrigger_not_emptied_242d3 BEFORE TRUNCATE ON public.dunning_dunningcase FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_242d3();

COMMENT ON TRIGGER pgtrigger_not_emptied_242d3 ON public.dunning_dunningcase IS 'eea7c456af4174d758e1be7b6e8eb7333f89621b';

CREATE TRIGGER pgtrigger_not_emptied_28b2c BEFORE TRUNCATE ON public.payments_refund FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_28b2c();

COMMENT ON TRIGGER pgtrigger_not_emptied_28b2c ON public.payments_refund IS '35fd247f2b2d0c39701fd126b0e92ad498cbcc06';

CREATE TRIGGER pgtrigger_not_emptied_28d48 BEFORE TRUNCATE ON public.wallets_daytotal FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_28d48();

COMMENT ON TRIGGER pgtrigger_not_emptied_28d48 ON public.wallets_daytotal IS '8950850950fb2c0970cf2e293e3e5300aaa2780d';

CREATE TRIGGER pgtrigger_not_emptied_2a0ea BEFORE TRUNCATE ON public.approvals_accesschange FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_2a0ea();

COMMENT ON TRIGGER pgtrigger_not_emptied_2a0ea ON public.approvals_accesschange IS '258405ddc24a30293fb67c43f7463836dd296719';

CREATE TRIGGER pgtrigger_not_emptied_2b240 BEFORE TRUNCATE ON public.usage_activecharacter FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_2b240();

COMMENT ON TRIGGER pgtrigger_not_emptied_2b240 ON public.usage_activecharacter IS 'cc70119f34cc37955ff6a0b628914d202160690b';

CREATE TRIGGER pgtrigger_not_emptied_2f1fd BEFORE TRUNCATE ON public.snapshots_balancesnapshot FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_2f1fd();

COMMENT ON TRIGGER pgtrigger_not_emptied_2f1fd ON public.snapshots_balancesnapshot IS 'aa8955563547bb3987a882bc2bc58987067841bd';

CREATE TRIGGER pgtrigger_not_emptied_33941 BEFORE TRUNCATE ON public.approvals_bulkrun FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_33941();

COMMENT ON TRIGGER pgtrigger_not_emptied_33941 ON public.approvals_bulkrun IS '01bf2d6e70da5030d6fcb53f4dbd3929f75c8053';

CREATE TRIGGER pgtrigger_not_emptied_35de6 BEFORE TRUNCATE ON public.payments_paymentpart FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_35de6();

COMMENT ON TRIGGER pgtrigger_not_emptied_35de6 ON public.payments_paymentpart IS 'e0b9d9f5489f0e785dc71fc94353e6192d8b71b3';

CREATE TRIGGER pgtrigger_not_emptied_36486 BEFORE TRUNCATE ON public.payments_stripeevent FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_36486();

COMMENT ON TRIGGER pgtrigger_not_emptied_36486 ON public.payments_stripeevent IS '8ae41e7c8737eae2a3398404758f63f9ce3554ac';

CREATE TRIGGER pgtrigger_not_emptied_3a3ba BEFORE TRUNCATE ON public.usage_costcorrection FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_3a3ba();

COMMENT ON TRIGGER pgtrigger_not_emptied_3a3ba ON public.usage_costcorrection IS '9424ad45bd9b7f493a13053e16d20774cc1c8886';

CREATE TRIGGER pgtrigger_not_emptied_3f3be BEFORE TRUNCATE ON public.usage_costrun FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_3f3be();

COMMENT ON TRIGGER pgtrigger_not_emptied_3f3be ON public.usage_costrun IS 'c69bc179de9329bc1e595e08044a2321e8868ef6';

CREATE TRIGGER pgtrigger_not_emptied_4104c BEFORE TRUNCATE ON public.wallets_wallet FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_4104c();

COMMENT ON TRIGGER pgtrigger_not_emptied_4104c ON public.wallets_wallet IS 'c69dbd52ebb36cf1f8cab1a680b5bf8104d1c494';

CREATE TRIGGER pgtrigger_not_emptied_49161 BEFORE TRUNCATE ON public.usage_eventcorrection FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_49161();

COMMENT ON TRIGGER pgtrigger_not_emptied_49161 ON public.usage_eventcorrection IS '5ce0157b144e48c642e87646ffa00efcd04419f8';

CREATE TRIGGER pgtrigger_not_emptied_498c7 BEFORE TRUNCATE ON public.wallets_grant FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_498c7();

COMMENT ON TRIGGER pgtrigger_not_emptied_498c7 ON public.wallets_grant IS '219c5bdfbdc8c5af53cd98d90b24f466034f0e8f';

CREATE TRIGGER pgtrigger_not_emptied_4d091 BEFORE TRUNCATE ON public.payments_payoutpart FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_4d091();

COMMENT ON TRIGGER pgtrigger_not_emptied_4d091 ON public.payments_payoutpart IS '4e3315d9f7181735a5079e7ad70901e004c23449';

CREATE TRIGGER pgtrigger_not_emptied_4d835 BEFORE TRUNCATE ON public.payments_balancetransaction FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_4d835();

COMMENT ON TRIGGER pgtrigger_not_emptied_4d835 ON public.payments_balancetransaction IS 'ad66465134f3083674545d9c06c21b3fa25ff478';

CREATE TRIGGER pgtrigger_not_emptied_4ff80 BEFORE TRUNCATE ON public.payments_payout FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_4ff80();

COMMENT ON TRIGGER pgtrigger_not_emptied_4ff80 ON public.payments_payout IS '5ae3fe0a8354f2e1db593be66572c1d108a517d6';

CREATE TRIGGER pgtrigger_not_emptied_51b3f BEFORE TRUNCATE ON public.usage_othereventid FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_51b3f();

COMMENT ON TRIGGER pgtrigger_not_emptied_51b3f ON public.usage_othereventid IS '1d389bdf381f5cae5995c994f016c8d547d37e46';

CREATE TRIGGER pgtrigger_not_emptied_56851 BEFORE TRUNCATE ON public.ledger_hold FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_56851();

COMMENT ON TRIGGER pgtrigger_not_emptied_56851 ON public.ledger_hold IS '8ff35757106085f94ee8503684b7bfddfecb9e89';

CREATE TRIGGER pgtrigger_not_emptied_598c0 BEFORE TRUNCATE ON public.wallets_chargereversal FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_598c0();

COMMENT ON TRIGGER pgtrigger_not_emptied_598c0 ON public.wallets_chargereversal IS '51cc9dd396c8faeb96cf768138dde5333c5b286b';

CREATE TRIGGER pgtrigger_not_emptied_5aba9 BEFORE TRUNCATE ON public.wallets_grantreturn FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_5aba9();

COMMENT ON TRIGGER pgtrigger_not_emptied_5aba9 ON public.wallets_grantreturn IS '93dc402aee06efd230bb4305c501e16708ea5e80';

CREATE TRIGGER pgtrigger_not_emptied_5b9ab BEFORE TRUNCATE ON public.papers_paper FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_5b9ab();

COMMENT ON TRIGGER pgtrigger_not_emptied_5b9ab ON public.papers_paper IS 'b9e9b2ff78c66f04168c1270b70036a00c4e868d';

CREATE TRIGGER pgtrigger_not_emptied_5f5c4 BEFORE TRUNCATE ON public.snapshots_costsnapshot FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_5f5c4();

COMMENT ON TRIGGER pgtrigger_not_emptied_5f5c4 ON public.snapshots_costsnapshot IS 'bcde6e00e2c19657b9d802dc6e77ae0f53af05d2';

CREATE TRIGGER pgtrigger_not_emptied_60dc4 BEFORE TRUNCATE ON public.ledger_account FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_60dc4();

COMMENT ON TRIGGER pgtrigger_not_emptied_60dc4 ON public.ledger_account IS '00ba388f772b2583a10450a95b10e2de14ae02a4';

CREATE TRIGGER pgtrigger_not_emptied_63088 BEFORE TRUNCATE ON public.usage_monthclose FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_63088();

COMMENT ON TRIGGER pgtrigger_not_emptied_63088 ON public.usage_monthclose IS '257df52de838f938d74de172e70d2f39e05a3bdd';

CREATE TRIGGER pgtrigger_not_emptied_65a6f BEFORE TRUNCATE ON public.vouchers_redemptionreversal FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_65a6f();

COMMENT ON TRIGGER pgtrigger_not_emptied_65a6f ON public.vouchers_redemptionreversal IS 'd8ac89c9d3d1964df3411e5b47316f4a2b21b4b0';

CREATE TRIGGER pgtrigger_not_emptied_6817b BEFORE TRUNCATE ON public.contracts_installmentdiscount FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_6817b();

COMMENT ON TRIGGER pgtrigger_not_emptied_6817b ON public.contracts_installmentdiscount IS 'dbcbaec8943126e95dce63a18f999dd607719d66';

CREATE TRIGGER pgtrigger_not_emptied_687c0 BEFORE TRUNCATE ON public.plans_includedquota FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_687c0();

COMMENT ON TRIGGER pgtrigger_not_emptied_687c0 ON public.plans_includedquota IS 'baa4ef7b3e0c4abc0d19d33d3a4372c07f9340a4';

CREATE TRIGGER pgtrigger_not_emptied_6c8b6 BEFORE TRUNCATE ON public.invoices_money FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_6c8b6();

COMMENT ON TRIGGER pgtrigger_not_emptied_6c8b6 ON public.invoices_money IS '939f91dbeac171533c2d35228f3d43b0b8a448e2';

CREATE TRIGGER pgtrigger_not_emptied_6d34e BEFORE TRUNCATE ON public.ledger_book FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_6d34e();

COMMENT ON TRIGGER pgtrigger_not_emptied_6d34e ON public.ledger_book IS 'b0df0259ef20cf4f99a03b669c3feda687a12f67';

CREATE TRIGGER pgtrigger_not_emptied_7028c BEFORE TRUNCATE ON public.payments_topupinvoice FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_7028c();

COMMENT ON TRIGGER pgtrigger_not_emptied_7028c ON public.payments_topupinvoice IS 'd44806a4460efe1a002459d428bc28c9a7dd6cdf';

CREATE TRIGGER pgtrigger_not_emptied_706cd BEFORE TRUNCATE ON public.top_ups_topupattempt FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_706cd();

COMMENT ON TRIGGER pgtrigger_not_emptied_706cd ON public.top_ups_topupattempt IS '2dbc540812f2574c7465bf17d92a28d0156d4b0f';

CREATE TRIGGER pgtrigger_not_emptied_749aa BEFORE TRUNCATE ON public.vouchers_batchevent FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_749aa();

COMMENT ON TRIGGER pgtrigger_not_emptied_749aa ON public.vouchers_batchevent IS 'b3034933c02e61f7baf16af30839a30412421e9e';

CREATE TRIGGER pgtrigger_not_emptied_7683c BEFORE TRUNCATE ON public.usage_archivedmonth FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_7683c();

COMMENT ON TRIGGER pgtrigger_not_emptied_7683c ON public.usage_archivedmonth IS '2c954d322cba04a50a8a77b69a6d81fe44c5f514';

CREATE TRIGGER pgtrigger_not_emptied_77968 BEFORE TRUNCATE ON public.approvals_bulkrow FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_77968();

COMMENT ON TRIGGER pgtrigger_not_emptied_77968 ON public.approvals_bulkrow IS 'cd7755ac6d01454fdd82f22e9968834e8d571495';

CREATE TRIGGER pgtrigger_not_emptied_79253 BEFORE TRUNCATE ON public.contracts_serviceagreement FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_79253();

COMMENT ON TRIGGER pgtrigger_not_emptied_79253 ON public.contracts_serviceagreement IS '59acefb78976aecc50916bdc017ed3f761961a9d';

CREATE TRIGGER pgtrigger_not_emptied_7ed11 BEFORE TRUNCATE ON public.payments_dispute FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_7ed11();

COMMENT ON TRIGGER pgtrigger_not_emptied_7ed11 ON public.payments_dispute IS '735bc8d43527bbf135cbe45d1134de5b860900c4';

CREATE TRIGGER pgtrigger_not_emptied_7fcd6 BEFORE TRUNCATE ON public.wallets_consumption FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_7fcd6();

COMMENT ON TRIGGER pgtrigger_not_emptied_7fcd6 ON public.wallets_consumption IS '9e98359694a2736ee4e108c23ad06067086ee9ab';

CREATE TRIGGER pgtrigger_not_emptied_81313 BEFORE TRUNCATE ON public.bank_sellerbook FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_81313();

COMMENT ON TRIGGER pgtrigger_not_emptied_81313 ON public.bank_sellerbook IS '4c40fd63cbd4a457b6e52ded66f91d03efe8f59d';

CREATE TRIGGER pgtrigger_not_emptied_86084 BEFORE TRUNCATE ON public.contracts_servicerevenue FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_86084();

COMMENT ON TRIGGER pgtrigger_not_emptied_86084 ON public.contracts_servicerevenue IS 'fade1776f59649f18a92388cfcd29f0cbb00c1ec';

CREATE TRIGGER pgtrigger_not_emptied_8a135 BEFORE TRUNCATE ON public.proofs_dayhead FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_8a135();

COMMENT ON TRIGGER pgtrigger_not_emptied_8a135 ON public.proofs_dayhead IS 'ecc5372b288911d1595eb4d634276f2227f69cc4';

CREATE TRIGGER pgtrigger_not_emptied_8c607 BEFORE TRUNCATE ON public.wallets_chargenet FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_8c607();

COMMENT ON TRIGGER pgtrigger_not_emptied_8c607 ON public.wallets_chargenet IS 'ae011e50492d475d5e21e9794f500db55eb266ec';

CREATE TRIGGER pgtrigger_not_emptied_8daf1 BEFORE TRUNCATE ON public.contracts_contract FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_8daf1();

COMMENT ON TRIGGER pgtrigger_not_emptied_8daf1 ON public.contracts_contract IS 'c06b458b739a8a812f1630e253536b3cfa57b968';

CREATE TRIGGER pgtrigger_not_emptied_8fee3 BEFORE TRUNCATE ON public.pricing_pricelink FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_8fee3();

COMMENT ON TRIGGER pgtrigger_not_emptied_8fee3 ON public.pricing_pricelink IS 'f4edff75e5bb3225a4f53ffc1a26949963a39918';

CREATE TRIGGER pgtrigger_not_emptied_990c3 BEFORE TRUNCATE ON public.wallets_budget FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_990c3();

COMMENT ON TRIGGER pgtrigger_not_emptied_990c3 ON public.wallets_budget IS '7fafd96a44f106bcaf19eb77437e6b44522ed790';

CREATE TRIGGER pgtrigger_not_emptied_9a573 BEFORE TRUNCATE ON public.usage_usageevent FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_9a573();

COMMENT ON TRIGGER pgtrigger_not_emptied_9a573 ON public.usage_usageevent IS 'ef35e5e0a81195a9c13c07f9472326426bc83904';

CREATE TRIGGER pgtrigger_not_emptied_9d4f8 BEFORE TRUNCATE ON public.proofs_auditlink FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_9d4f8();

COMMENT ON TRIGGER pgtrigger_not_emptied_9d4f8 ON public.proofs_auditlink IS '73b4d10e97fbece8eecbd14f412d31ff6b110e1f';

CREATE TRIGGER pgtrigger_not_emptied_a2818 BEFORE TRUNCATE ON public.wallets_shortfall FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_a2818();

COMMENT ON TRIGGER pgtrigger_not_emptied_a2818 ON public.wallets_shortfall IS 'c65b2341d45945d1ecb9d5143ec5332009b48e68';

CREATE TRIGGER pgtrigger_not_emptied_a57a4 BEFORE TRUNCATE ON public.contracts_installmentsurplus FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_a57a4();

COMMENT ON TRIGGER pgtrigger_not_emptied_a57a4 ON public.contracts_installmentsurplus IS '2068b7934e6bd074dcc44029b77951fbdd89ab56';

CREATE TRIGGER pgtrigger_not_emptied_a6331 BEFORE TRUNCATE ON public.contracts_contractprice FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_a6331();

COMMENT ON TRIGGER pgtrigger_not_emptied_a6331 ON public.contracts_contractprice IS '48269d56c93d8d615ec56b15cd047cf01207b155';

CREATE TRIGGER pgtrigger_not_emptied_a9bfd BEFORE TRUNCATE ON public.dunning_skippedfirststep FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_a9bfd();

COMMENT ON TRIGGER pgtrigger_not_emptied_a9bfd ON public.dunning_skippedfirststep IS 'f5a4962c0d875e7bccaab60e118365c19756813c';

CREATE TRIGGER pgtrigger_not_emptied_aa4b2 BEFORE TRUNCATE ON public.usage_vendorbill FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_aa4b2();

COMMENT ON TRIGGER pgtrigger_not_emptied_aa4b2 ON public.usage_vendorbill IS 'cfbc6f9556b18a41a49d8bfb2808ba631c1e91eb';

CREATE TRIGGER pgtrigger_not_emptied_abb65 BEFORE TRUNCATE ON public.usage_usageposting FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_abb65();

COMMENT ON TRIGGER pgtrigger_not_emptied_abb65 ON public.usage_usageposting IS 'c9b1ecd7a547abef20a5e991ec579414d6b56b03';

CREATE TRIGGER pgtrigger_not_emptied_ac198 BEFORE TRUNCATE ON public.top_ups_topup FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_ac198();

COMMENT ON TRIGGER pgtrigger_not_emptied_ac198 ON public.top_ups_topup IS 'add74bfb4065390e9146a717841561010cd7b0de';

CREATE TRIGGER pgtrigger_not_emptied_ac616 BEFORE TRUNCATE ON public.invoices_documentpaper FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_ac616();

COMMENT ON TRIGGER pgtrigger_not_emptied_ac616 ON public.invoices_documentpaper IS '28f2e62dee0c6164c716abeabaa008b3dba9fa2f';

CREATE TRIGGER pgtrigger_not_emptied_b1e6b BEFORE TRUNCATE ON public.usage_minimumcharge FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_b1e6b();

COMMENT ON TRIGGER pgtrigger_not_emptied_b1e6b ON public.usage_minimumcharge IS 'd23a0be60012c0b63040d990d05340a96f86bb74';

CREATE TRIGGER pgtrigger_not_emptied_b8471 BEFORE TRUNCATE ON public.ledger_booknote FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_b8471();

COMMENT ON TRIGGER pgtrigger_not_emptied_b8471 ON public.ledger_booknote IS 'b26c089fa281a545fcbe98f1ba1b9a7579af08a5';

CREATE TRIGGER pgtrigger_not_emptied_b9f44 BEFORE TRUNCATE ON public.contracts_installmentpayment FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_b9f44();

COMMENT ON TRIGGER pgtrigger_not_emptied_b9f44 ON public.contracts_installmentpayment IS 'c61de69249753eefc32647d9d5c685f4c7ab8d6d';

CREATE TRIGGER pgtrigger_not_emptied_baf54 BEFORE TRUNCATE ON public.invoices_writeoff FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_baf54();

COMMENT ON TRIGGER pgtrigger_not_emptied_baf54 ON public.invoices_writeoff IS '21502aab1458c798de11beef25c8f0913886a852';

CREATE TRIGGER pgtrigger_not_emptied_bb5f7 BEFORE TRUNCATE ON public.payments_stripepayment FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_bb5f7();

COMMENT ON TRIGGER pgtrigger_not_emptied_bb5f7 ON public.payments_stripepayment IS 'c9bc59a3476769fd263e6f7dfeefe364d6821e79';

CREATE TRIGGER pgtrigger_not_emptied_bedc2 BEFORE TRUNCATE ON public.ledger_holdtotal FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_bedc2();

COMMENT ON TRIGGER pgtrigger_not_emptied_bedc2 ON public.ledger_holdtotal IS 'bb56b7129bcef6e79d2e562695dda1c81677788e';

CREATE TRIGGER pgtrigger_not_emptied_cb651 BEFORE TRUNCATE ON public.vouchers_redemption FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_cb651();

COMMENT ON TRIGGER pgtrigger_not_emptied_cb651 ON public.vouchers_redemption IS 'd8e03a7bd09f522859423abe9aa4cb1da7dcc591';

CREATE TRIGGER pgtrigger_not_emptied_d044b BEFORE TRUNCATE ON public.proofs_dayroot FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_d044b();

COMMENT ON TRIGGER pgtrigger_not_emptied_d044b ON public.proofs_dayroot IS 'f96ea3bf49d14b26f0900471a96f6a1b6c13e3ac';

CREATE TRIGGER pgtrigger_not_emptied_dda4f BEFORE TRUNCATE ON public.usage_eventid FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_dda4f();

COMMENT ON TRIGGER pgtrigger_not_emptied_dda4f ON public.usage_eventid IS '08f628e74c0344766199aecdec83228fa69e4182';

CREATE TRIGGER pgtrigger_not_emptied_e0fa2 BEFORE TRUNCATE ON public.wallets_budgetaddition FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_e0fa2();

COMMENT ON TRIGGER pgtrigger_not_emptied_e0fa2 ON public.wallets_budgetaddition IS 'fbbe1b32da273328f70abadfc5fcd111d69b263e';

CREATE TRIGGER pgtrigger_not_emptied_e2065 BEFORE TRUNCATE ON public.ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_e2065();

COMMENT ON TRIGGER pgtrigger_not_emptied_e2065 ON public.ledger_transfer IS '89b1bd3f02a39804c3d61c7349a2d84d5147e805';

CREATE TRIGGER pgtrigger_not_emptied_e62fc BEFORE TRUNCATE ON public.dunning_disputedinvoice FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_e62fc();

COMMENT ON TRIGGER pgtrigger_not_emptied_e62fc ON public.dunning_disputedinvoice IS '62c64deb37da15b54eee958751c0871fa18e61da';

CREATE TRIGGER pgtrigger_not_emptied_f0c57 BEFORE TRUNCATE ON public.vouchers_batch FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_f0c57();

COMMENT ON TRIGGER pgtrigger_not_emptied_f0c57 ON public.vouchers_batch IS 'f6745da2c45237f5a14c02ce05879b7aca985df5';

CREATE TRIGGER pgtrigger_not_emptied_fc6a2 BEFORE TRUNCATE ON public.bank_bankstatement FOR EACH STATEMENT EXECUTE FUNCTION public.pgtrigger_not_emptied_fc6a2();

COMMENT ON TRIGGER pgtrigger_not_emptied_fc6a2 ON public.bank_bankstatement IS 'c2fe514560033d5eb19dca9227bebeb23a7aa284';

CREATE TRIGGER pgtrigger_outcome_4fd5b BEFORE UPDATE OF state, outcome, ended_at ON public.approvals_bulkrow FOR EACH ROW WHEN ((((old.state)::text <> 'waiting'::text) AND (((old.state)::text IS DISTINCT FROM (new.state)::text) OR (old.outcome IS DISTINCT FROM new.outcome) OR (old.ended_at IS DISTINCT FROM new.ended_at)))) EXECUTE FUNCTION public.pgtrigger_outcome_4fd5b();

COMMENT ON TRIGGER pgtrigger_outcome_4fd5b ON public.approvals_bulkrow IS 'd1cff25b86c104adab83559481be6fdac6862f92';

CREATE TRIGGER pgtrigger_paid_e31b1 BEFORE UPDATE OF state ON public.top_ups_topupattempt FOR EACH ROW WHEN ((((old.state)::text = 'succeeded'::text) AND ((old.state)::text IS DISTINCT FROM (new.state)::text))) EXECUTE FUNCTION public.pgtrigger_paid_e31b1();

COMMENT ON TRIGGER pgtrigger_paid_e31b1 ON public.top_ups_topupattempt IS '378c5290374c9d878b250e128df224acdf025165';

CREATE TRIGGER pgtrigger_pattern_ec31c BEFORE UPDATE OF pattern ON public.billing_profiles_numberrange FOR EACH ROW WHEN (((old.next_number > 1) AND ((old.pattern)::text IS DISTINCT FROM (new.pattern)::text))) EXECUTE FUNCTION public.pgtrigger_pattern_ec31c();

COMMENT ON TRIGGER pgtrigger_pattern_ec31c ON public.billing_profiles_numberrange IS 'c30c3bb83b46928fad59f4a387f8a1243101082f';

CREATE TRIGGER pgtrigger_priced_bd309 BEFORE UPDATE OF slug, kind, counts, unique_of, explorer_units_micros, developer_units_micros, credits_micros, kind_weights ON public.pricing_meter FOR EACH ROW WHEN ((((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR ((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR ((old.counts)::text IS DISTINCT FROM (new.counts)::text) OR ((old.unique_of)::text IS DISTINCT FROM (new.unique_of)::text) OR (old.explorer_units_micros IS DISTINCT FROM new.explorer_units_micros) OR (old.developer_units_micros IS DISTINCT FROM new.developer_units_micros) OR (old.credits_micros IS DISTINCT FROM new.credits_micros) OR (old.kind_weights IS DISTINCT FROM new.kind_weights))) EXECUTE FUNCTION public.pgtrigger_priced_bd309();

COMMENT ON TRIGGER pgtrigger_priced_bd309 ON public.pricing_meter IS '2e3db7aa6ee077ddaa10c296bc93316576c05533';

CREATE TRIGGER pgtrigger_priced_once_f59f0 BEFORE UPDATE ON public.usage_activecharacter FOR EACH ROW WHEN ((old.price_version_id IS NOT NULL)) EXECUTE FUNCTION public.pgtrigger_priced_once_f59f0();

COMMENT ON TRIGGER pgtrigger_priced_once_f59f0 ON public.usage_activecharacter IS 'a8263c7411be9943ff8fb3cf7552dec446d17736';

CREATE TRIGGER pgtrigger_purpose_3cf86 BEFORE UPDATE OF purpose, account ON public.pricing_pricebook FOR EACH ROW WHEN ((((old.purpose)::text IS DISTINCT FROM (new.purpose)::text) OR ((old.account)::text IS DISTINCT FROM (new.account)::text))) EXECUTE FUNCTION public.pgtrigger_purpose_3cf86();

COMMENT ON TRIGGER pgtrigger_purpose_3cf86 ON public.pricing_pricebook IS 'ea4f50ef6437524f9a0e1bc9043f7611afe65c25';

CREATE TRIGGER pgtrigger_rank_rises_171cf BEFORE UPDATE ON public.usage_eventid FOR EACH ROW WHEN ((new.rank < old.rank)) EXECUTE FUNCTION public.pgtrigger_rank_rises_171cf();

COMMENT ON TRIGGER pgtrigger_rank_rises_171cf ON public.usage_eventid IS '2441fe4dd2b56df2f52bc9feeebbcabb3923ff05';

CREATE TRIGGER pgtrigger_rate_by_day_02ddc AFTER INSERT OR UPDATE ON public.tenants_organization FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_rate_by_day_02ddc();

COMMENT ON TRIGGER pgtrigger_rate_by_day_02ddc ON public.tenants_organization IS 'bddc448fdd9c6319cbad8b9927bf97583fff4226';

CREATE TRIGGER pgtrigger_rated_once_a8640 BEFORE UPDATE ON public.usage_usageevent FOR EACH ROW WHEN (((old.state)::text = 'rated'::text)) EXECUTE FUNCTION public.pgtrigger_rated_once_a8640();

COMMENT ON TRIGGER pgtrigger_rated_once_a8640 ON public.usage_usageevent IS 'e3fb85629585b82bcf0eb6a9ed8628d9940652c7';

CREATE TRIGGER pgtrigger_sent_18875 BEFORE UPDATE OF sent_at ON public.proofs_dayroot FOR EACH ROW WHEN (((old.sent_at IS NOT NULL) AND (old.sent_at IS DISTINCT FROM new.sent_at))) EXECUTE FUNCTION public.pgtrigger_sent_18875();

COMMENT ON TRIGGER pgtrigger_sent_18875 ON public.proofs_dayroot IS 'adc19806a3c770d1d969218fc8e9ffcb7e2be913';

CREATE TRIGGER pgtrigger_start_a83c2 BEFORE UPDATE OF effective_from ON public.pricing_pricelistimport FOR EACH ROW WHEN ((((old.state)::text <> 'draft'::text) AND (old.effective_from IS DISTINCT FROM new.effective_from))) EXECUTE FUNCTION public.pgtrigger_start_a83c2();

COMMENT ON TRIGGER pgtrigger_start_a83c2 ON public.pricing_pricelistimport IS '2599851aaa0727e3fa7bdac52ef70c4fdafc5454';

CREATE TRIGGER pgtrigger_starts_pending_bd109 BEFORE INSERT ON public.approvals_approval FOR EACH ROW WHEN (((new.status)::text <> 'pending'::text)) EXECUTE FUNCTION public.pgtrigger_starts_pending_bd109();

COMMENT ON TRIGGER pgtrigger_starts_pending_bd109 ON public.approvals_approval IS '0694fbb7b229b35072ad5a17dbbdfaa93edaf3cb';

CREATE TRIGGER pgtrigger_stays_final_dba60 BEFORE UPDATE ON public.invoices_document FOR EACH ROW WHEN ((((old.number)::text <> ''::text) AND ((new.state)::text = 'draft'::text))) EXECUTE FUNCTION public.pgtrigger_stays_final_dba60();

COMMENT ON TRIGGER pgtrigger_stays_final_dba60 ON public.invoices_document IS 'cbb368e3dc096e270279d827237566c2fd31feeb';

CREATE TRIGGER pgtrigger_stays_published_2749c BEFORE UPDATE ON public.pricing_priceversion FOR EACH ROW WHEN ((((old.status)::text <> 'draft'::text) AND (((new.status)::text = 'draft'::text) OR (((old.status)::text = 'withdrawn'::text) AND ((new.status)::text <> 'withdrawn'::text))))) EXECUTE FUNCTION public.pgtrigger_stays_published_2749c();

COMMENT ON TRIGGER pgtrigger_stays_published_2749c ON public.pricing_priceversion IS '84534a9d32b87ae60ada91b0a56f1fecd6a495ad';

CREATE TRIGGER pgtrigger_stays_settled_9b184 BEFORE UPDATE ON public.contracts_installment FOR EACH ROW WHEN (((old.settled_at IS NOT NULL) AND ((new.state)::text <> ALL (ARRAY[('paid'::character varying)::text, ('reversed'::character varying)::text])))) EXECUTE FUNCTION public.pgtrigger_stays_settled_9b184();

COMMENT ON TRIGGER pgtrigger_stays_settled_9b184 ON public.contracts_installment IS 'ac3b3c1eef218e8c36ab9a84ff03aa32a980db28';

CREATE TRIGGER pgtrigger_taxed_e58de BEFORE UPDATE OF tax_micros, tax_category, tax_rate, tax_reason, tax_vatex_code, tax_rule ON public.top_ups_topupattempt FOR EACH ROW WHEN ((((old.state)::text <> 'requested'::text) AND ((old.tax_micros IS DISTINCT FROM new.tax_micros) OR ((old.tax_category)::text IS DISTINCT FROM (new.tax_category)::text) OR (old.tax_rate IS DISTINCT FROM new.tax_rate) OR ((old.tax_reason)::text IS DISTINCT FROM (new.tax_reason)::text) OR ((old.tax_vatex_code)::text IS DISTINCT FROM (new.tax_vatex_code)::text) OR (old.tax_rule IS DISTINCT FROM new.tax_rule)))) EXECUTE FUNCTION public.pgtrigger_taxed_e58de();

COMMENT ON TRIGGER pgtrigger_taxed_e58de ON public.top_ups_topupattempt IS '64a067ef8603a49b7022d4b56274ae252a0f5c88';

CREATE TRIGGER pgtrigger_terms_22cd7 BEFORE UPDATE OF slug, currency, unit_system, cadence, list_quota_micros, explorer_units_micros, developer_units_micros, credits_micros ON public.plans_plan FOR EACH ROW WHEN ((((old.slug)::text IS DISTINCT FROM (new.slug)::text) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text) OR ((old.unit_system)::text IS DISTINCT FROM (new.unit_system)::text) OR ((old.cadence)::text IS DISTINCT FROM (new.cadence)::text) OR (old.list_quota_micros IS DISTINCT FROM new.list_quota_micros) OR (old.explorer_units_micros IS DISTINCT FROM new.explorer_units_micros) OR (old.developer_units_micros IS DISTINCT FROM new.developer_units_micros) OR (old.credits_micros IS DISTINCT FROM new.credits_micros))) EXECUTE FUNCTION public.pgtrigger_terms_22cd7();

COMMENT ON TRIGGER pgtrigger_terms_22cd7 ON public.plans_plan IS 'acc1197de3ff887aae8a401108bdf4b349ca0d6b';

CREATE TRIGGER pgtrigger_unchanged_30ad0 BEFORE UPDATE ON public.usage_recentarchivedevent FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_unchanged_30ad0();

COMMENT ON TRIGGER pgtrigger_unchanged_30ad0 ON public.usage_recentarchivedevent IS '2ab38f1c7a6ff6b24ed7ecae34583d762376059e';

CREATE TRIGGER pgtrigger_undone_once_26b9e BEFORE UPDATE OF undone_at ON public.invoices_writeoff FOR EACH ROW WHEN (((old.undone_at IS NOT NULL) AND (old.undone_at IS DISTINCT FROM new.undone_at))) EXECUTE FUNCTION public.pgtrigger_undone_once_26b9e();

COMMENT ON TRIGGER pgtrigger_undone_once_26b9e ON public.invoices_writeoff IS '49005625b2d2f840fe87296cb75977e8b6f604c4';

CREATE TRIGGER pgtrigger_undone_once_f4dd7 BEFORE UPDATE OF undone_at ON public.contracts_installmentrefund FOR EACH ROW WHEN (((old.undone_at IS NOT NULL) AND (old.undone_at IS DISTINCT FROM new.undone_at))) EXECUTE FUNCTION public.pgtrigger_undone_once_f4dd7();

COMMENT ON TRIGGER pgtrigger_undone_once_f4dd7 ON public.contracts_installmentrefund IS 'fbca87d6fbb8df3a77281e7f6c99e238a7f16610';

CREATE TRIGGER pgtrigger_version_4fd48 BEFORE UPDATE ON public.tenants_organization FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION public.pgtrigger_version_4fd48();

COMMENT ON TRIGGER pgtrigger_version_4fd48 ON public.tenants_organization IS 'bcbc63eeada3043839657b64cd10b428fe373ca0';

CREATE TRIGGER pgtrigger_version_by_change_54e4a AFTER UPDATE ON public.tenants_identitylink FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.issuer)::text IS DISTINCT FROM (new.issuer)::text) OR ((old.external_organization_id)::text IS DISTINCT FROM (new.external_organization_id)::text))) EXECUTE FUNCTION public.pgtrigger_version_by_change_54e4a();

COMMENT ON TRIGGER pgtrigger_version_by_change_54e4a ON public.tenants_identitylink IS '8666f0bc057f88c37329f0e59f622fccb428844f';

CREATE TRIGGER pgtrigger_version_by_change_8729d AFTER UPDATE ON public.tenants_apikey FOR EACH ROW WHEN (((old.organization_id IS DISTINCT FROM new.organization_id) OR ((old.prefix)::text IS DISTINCT FROM (new.prefix)::text) OR ((old.secret_sha256)::text IS DISTINCT FROM (new.secret_sha256)::text) OR (old.scopes IS DISTINCT FROM new.scopes) OR (old.expires_at IS DISTINCT FROM new.expires_at) OR (old.revoked_at IS DISTINCT FROM new.revoked_at))) EXECUTE FUNCTION public.pgtrigger_version_by_change_8729d();

COMMENT ON TRIGGER pgtrigger_version_by_change_8729d ON public.tenants_apikey IS '42be3d4d42df0e18a977f59eb2be82caba915037';

CREATE TRIGGER pgtrigger_version_by_row_1d666 AFTER INSERT OR DELETE ON public.tenants_apikey FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_version_by_row_1d666();

COMMENT ON TRIGGER pgtrigger_version_by_row_1d666 ON public.tenants_apikey IS '3dc09020fffc7611b8cccdecf95e6224808efbf7';

CREATE TRIGGER pgtrigger_version_by_row_5cc6a AFTER INSERT OR DELETE ON public.tenants_identitylink FOR EACH ROW EXECUTE FUNCTION public.pgtrigger_version_by_row_5cc6a();

COMMENT ON TRIGGER pgtrigger_version_by_row_5cc6a ON public.tenants_identitylink IS '72482eca28bdc195ac2a79096aa0f3c26f8da3a7';

CREATE TRIGGER pgtrigger_withdrawn_once_9c976 BEFORE UPDATE OF installment_id, amount_micros, withdrawn_at ON public.contracts_installmentdiscount FOR EACH ROW WHEN (((old.withdrawn_at IS NOT NULL) AND ((old.installment_id IS DISTINCT FROM new.installment_id) OR (old.amount_micros IS DISTINCT FROM new.amount_micros) OR (old.withdrawn_at IS DISTINCT FROM new.withdrawn_at)))) EXECUTE FUNCTION public.pgtrigger_withdrawn_once_9c976();

COMMENT ON TRIGGER pgtrigger_withdrawn_once_9c976 ON public.contracts_installmentdiscount IS '52362812d0abe6a033d536de839355b4c547de0a';

CREATE TRIGGER plans_fixed_anchor BEFORE UPDATE ON public.tenants_organization FOR EACH ROW WHEN ((old.anchor_day IS DISTINCT FROM new.anchor_day)) EXECUTE FUNCTION public.plans_fixed_anchor();

ALTER TABLE ONLY public.approvals_accesschange
    ADD CONSTRAINT approvals_accesschange_changed_by_id_b4b6ffb3_fk_auth_user_id FOREIGN KEY (changed_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_accesschange
    ADD CONSTRAINT approvals_accesschange_person_id_ac61dcb0_fk_auth_user_id FOREIGN KEY (person_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_approval
    ADD CONSTRAINT approvals_approval_decided_by_id_16c3e602_fk_auth_user_id FOREIGN KEY (decided_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_approval
    ADD CONSTRAINT approvals_approval_organization_id_f6537a66_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_approval
    ADD CONSTRAINT approvals_approval_requested_by_id_8ea6ded8_fk_auth_user_id FOREIGN KEY (requested_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_bulkrow
    ADD CONSTRAINT approvals_bulkrow_organization_id_f449192d_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_bulkrow
    ADD CONSTRAINT approvals_bulkrow_run_id_4295a1e8_fk_approvals_bulkrun_id FOREIGN KEY (run_id) REFERENCES public.approvals_bulkrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_bulkrun
    ADD CONSTRAINT approvals_bulkrun_approval_id_c0f38ce2_fk_approvals_approval_id FOREIGN KEY (approval_id) REFERENCES public.approvals_approval(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_bulkrun
    ADD CONSTRAINT approvals_bulkrun_requested_by_id_989bd729_fk_auth_user_id FOREIGN KEY (requested_by_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_soloaction
    ADD CONSTRAINT approvals_soloaction_organization_id_3a427f25_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.approvals_soloaction
    ADD CONSTRAINT approvals_soloaction_person_id_a3010334_fk_auth_user_id FOREIGN KEY (person_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_actor_id_959271d2_fk_auth_user_id FOREIGN KEY (actor_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auditlog_logentry
    ADD CONSTRAINT auditlog_logentry_content_type_id_75830218_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_group_id_97559544_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_groups
    ADD CONSTRAINT auth_user_groups_user_id_6a12ed8b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permi_permission_id_1fbb5f2c_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_user_user_permissions
    ADD CONSTRAINT auth_user_user_permissions_user_id_a95ead1b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.axes_accessattemptexpiration
    ADD CONSTRAINT axes_accessattemptex_access_attempt_id_6b73a47a_fk_axes_acce FOREIGN KEY (access_attempt_id) REFERENCES public.axes_accessattempt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_note
    ADD CONSTRAINT backoffice_note_author_id_35530610_fk_auth_user_id FOREIGN KEY (author_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_note_mentioned
    ADD CONSTRAINT backoffice_note_ment_note_id_bd4fab87_fk_backoffic FOREIGN KEY (note_id) REFERENCES public.backoffice_note(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_note_mentioned
    ADD CONSTRAINT backoffice_note_mentioned_user_id_0393ca91_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_note
    ADD CONSTRAINT backoffice_note_organization_id_8c11059f_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_preference
    ADD CONSTRAINT backoffice_preference_user_id_57cbb87f_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_savedview
    ADD CONSTRAINT backoffice_savedview_owner_id_1faf1d00_fk_auth_user_id FOREIGN KEY (owner_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.backoffice_savedview
    ADD CONSTRAINT backoffice_savedview_team_id_39c3a064_fk_auth_group_id FOREIGN KEY (team_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankfile
    ADD CONSTRAINT bank_bankfile_account_id_c53dc8d7_fk_billing_p FOREIGN KEY (account_id) REFERENCES public.billing_profiles_sellerbankaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankidentity
    ADD CONSTRAINT bank_bankidentity_line_id_89d18793_fk_bank_bankline_id FOREIGN KEY (line_id) REFERENCES public.bank_bankline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankidentity
    ADD CONSTRAINT bank_bankidentity_organization_id_01f6c7fc_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_account_id_2705f270_fk_billing_p FOREIGN KEY (account_id) REFERENCES public.billing_profiles_sellerbankaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_document_id_19dacebe_fk_invoices_document_id FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_money_id_e7e3615d_fk_invoices_money_id FOREIGN KEY (money_id) REFERENCES public.invoices_money(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_organization_id_391ea643_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankline
    ADD CONSTRAINT bank_bankline_statement_id_6fdbb798_fk_bank_bankstatement_id FOREIGN KEY (statement_id) REFERENCES public.bank_bankstatement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankstatement
    ADD CONSTRAINT bank_bankstatement_account_id_18e93e31_fk_billing_p FOREIGN KEY (account_id) REFERENCES public.billing_profiles_sellerbankaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_bankstatement
    ADD CONSTRAINT bank_bankstatement_file_id_ab9cb2cc_fk_bank_bankfile_id FOREIGN KEY (file_id) REFERENCES public.bank_bankfile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_csvformat
    ADD CONSTRAINT bank_csvformat_account_id_6ed0b398_fk_billing_p FOREIGN KEY (account_id) REFERENCES public.billing_profiles_sellerbankaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.bank_sellerbook
    ADD CONSTRAINT bank_sellerbook_seller_id_f7ebc2b3_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_billingprofile
    ADD CONSTRAINT billing_profiles_bil_organization_id_16c256a9_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_billingprofile
    ADD CONSTRAINT billing_profiles_bil_owner_id_c16cb69d_fk_auth_user FOREIGN KEY (owner_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_billingprofile
    ADD CONSTRAINT billing_profiles_bil_seller_id_13531aa7_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_exchangerate
    ADD CONSTRAINT billing_profiles_exc_seller_id_1ea0e261_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_externalid
    ADD CONSTRAINT billing_profiles_ext_profile_id_722e326c_fk_billing_p FOREIGN KEY (profile_id) REFERENCES public.billing_profiles_billingprofile(organization_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_numberrange
    ADD CONSTRAINT billing_profiles_num_seller_id_262cf694_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_sellerbankaccount
    ADD CONSTRAINT billing_profiles_sel_seller_id_016c15d9_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.billing_profiles_taxrate
    ADD CONSTRAINT billing_profiles_tax_seller_id_0502bb0e_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contract
    ADD CONSTRAINT contracts_contract_bonus_taken_back_id_7cdb79a1_fk_ledger_tr FOREIGN KEY (bonus_taken_back_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contract
    ADD CONSTRAINT contracts_contract_organization_id_f876aeb5_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractpr_contract_id_f5784af4_fk_contracts FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractpr_organization_id_f9017526_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractpr_price_id_86707097_fk_pricing_p FOREIGN KEY (price_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractprice
    ADD CONSTRAINT contracts_contractpr_version_id_f35c5427_fk_contracts FOREIGN KEY (version_id) REFERENCES public.contracts_contractversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractversion
    ADD CONSTRAINT contracts_contractve_contract_id_9b8b6e78_fk_contracts FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_contractversion
    ADD CONSTRAINT contracts_contractve_organization_id_e2d68d61_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installmen_contract_id_6dc3901a_fk_contracts FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentrefund
    ADD CONSTRAINT contracts_installmen_installment_id_796ee83d_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmen_installment_id_83a16050_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentdiscount
    ADD CONSTRAINT contracts_installmen_installment_id_b7f65798_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmen_installment_id_eed5c5f6_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentdiscount
    ADD CONSTRAINT contracts_installmen_organization_id_1a928b3f_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installmen_organization_id_1f317adc_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentrefund
    ADD CONSTRAINT contracts_installmen_organization_id_4cee09eb_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmen_organization_id_921e0244_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmen_organization_id_ae97c76d_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installmen_service_transfer_id_d5f6414b_fk_ledger_tr FOREIGN KEY (service_transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentrefund
    ADD CONSTRAINT contracts_installmen_surplus_id_1b15f43b_fk_contracts FOREIGN KEY (surplus_id) REFERENCES public.contracts_installmentsurplus(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentpayment
    ADD CONSTRAINT contracts_installmen_transfer_id_cc4beb36_fk_ledger_tr FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installmentsurplus
    ADD CONSTRAINT contracts_installmen_transfer_id_fea098fa_fk_ledger_tr FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installmen_version_id_8e3a80fb_fk_contracts FOREIGN KEY (version_id) REFERENCES public.contracts_contractversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_installment
    ADD CONSTRAINT contracts_installment_grant_id_d86ce77e_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_serviceagreement
    ADD CONSTRAINT contracts_serviceagr_organization_id_d4c8fdc4_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_serviceagreement
    ADD CONSTRAINT contracts_serviceagr_project_id_99550175_fk_tenants_p FOREIGN KEY (project_id) REFERENCES public.tenants_project(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_servicerevenue
    ADD CONSTRAINT contracts_servicerev_installment_id_94b00e11_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.contracts_servicerevenue
    ADD CONSTRAINT contracts_servicerev_organization_id_921c4fe6_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_customerpolicy
    ADD CONSTRAINT dunning_customerpoli_organization_id_413ed338_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_customerpolicy
    ADD CONSTRAINT dunning_customerpoli_policy_id_6a5f5fae_fk_dunning_d FOREIGN KEY (policy_id) REFERENCES public.dunning_dunningpolicy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_disputedinvoice
    ADD CONSTRAINT dunning_disputedinvo_document_id_e7bcd330_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_disputedinvoice
    ADD CONSTRAINT dunning_disputedinvo_organization_id_a1400832_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningcase
    ADD CONSTRAINT dunning_dunningcase_organization_id_d7e20673_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningcase
    ADD CONSTRAINT dunning_dunningcase_seller_id_07d5d6e1_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningevent
    ADD CONSTRAINT dunning_dunningevent_case_id_53aff2a3_fk_dunning_dunningcase_id FOREIGN KEY (case_id) REFERENCES public.dunning_dunningcase(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningevent
    ADD CONSTRAINT dunning_dunningevent_fee_id_7a6505cb_fk_invoices_document_id FOREIGN KEY (fee_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningevent
    ADD CONSTRAINT dunning_dunningevent_organization_id_c8259dd7_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningpolicy
    ADD CONSTRAINT dunning_dunningpolic_seller_id_905b1052_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_dunningstep
    ADD CONSTRAINT dunning_dunningstep_policy_id_6f82d9e6_fk_dunning_d FOREIGN KEY (policy_id) REFERENCES public.dunning_dunningpolicy(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_skippedfirststep
    ADD CONSTRAINT dunning_skippedfirst_organization_id_c2baf81b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.dunning_skippedfirststep
    ADD CONSTRAINT dunning_skippedfirst_seller_id_a5ce14f7_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.idempotency_idempotentcall
    ADD CONSTRAINT idempotency_idempote_organization_id_8aa979d0_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_document_id_05922d43_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_money_id_feec9c65_fk_invoices_money_id FOREIGN KEY (money_id) REFERENCES public.invoices_money(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_organization_id_7b3fac69_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_transfer_id_63540e7a_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_application
    ADD CONSTRAINT invoices_application_undoes_id_ce77eda9_fk_invoices_ FOREIGN KEY (undoes_id) REFERENCES public.invoices_application(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_agreement_id_24426d45_fk_contracts FOREIGN KEY (agreement_id) REFERENCES public.contracts_serviceagreement(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_credited_id_820c0456_fk_invoices_document_id FOREIGN KEY (credited_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_installment_id_22685eda_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_number_range_id_15ab257b_fk_billing_p FOREIGN KEY (number_range_id) REFERENCES public.billing_profiles_numberrange(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_organization_id_c82f43e4_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_seller_id_ec062372_fk_billing_p FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_document
    ADD CONSTRAINT invoices_document_tax_calculation_id_5d1c5bae_fk_invoices_ FOREIGN KEY (tax_calculation_id) REFERENCES public.invoices_taxcalculation(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentlin_credited_line_id_57969e5f_fk_invoices_ FOREIGN KEY (credited_line_id) REFERENCES public.invoices_documentline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentlin_document_id_fd055cc9_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentlin_organization_id_500f17cb_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentline
    ADD CONSTRAINT invoices_documentlin_tax_rule_id_af447c9c_fk_billing_p FOREIGN KEY (tax_rule_id) REFERENCES public.billing_profiles_taxrate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentpaper
    ADD CONSTRAINT invoices_documentpap_document_id_0a80081d_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentpaper
    ADD CONSTRAINT invoices_documentpap_organization_id_94eba412_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentparty
    ADD CONSTRAINT invoices_documentpar_document_id_bf3e0760_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documentparty
    ADD CONSTRAINT invoices_documentpar_organization_id_73403bbf_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documenttax
    ADD CONSTRAINT invoices_documenttax_document_id_b91ddb1e_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_documenttax
    ADD CONSTRAINT invoices_documenttax_organization_id_69d0f569_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_invoicedmonth
    ADD CONSTRAINT invoices_invoicedmon_document_id_573658eb_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_invoicedmonth
    ADD CONSTRAINT invoices_invoicedmon_organization_id_b34eccd4_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_money
    ADD CONSTRAINT invoices_money_credit_note_id_eeb24678_fk_invoices_document_id FOREIGN KEY (credit_note_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_money
    ADD CONSTRAINT invoices_money_organization_id_d72ff71a_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_taxcalculation
    ADD CONSTRAINT invoices_taxcalculat_organization_id_a5b1355a_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_writeoff
    ADD CONSTRAINT invoices_writeoff_document_id_4b2368d7_fk_invoices_document_id FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.invoices_writeoff
    ADD CONSTRAINT invoices_writeoff_organization_id_de276ad5_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_book_id_3573a6fa_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_booknote
    ADD CONSTRAINT ledger_booknote_book_id_3139d94d_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_checkpoint
    ADD CONSTRAINT ledger_checkpoint_account_id_45ab6dda_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_checkpoint
    ADD CONSTRAINT ledger_checkpoint_book_id_c3efe06e_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_account_id_e9f5e345_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_book_id_0747a339_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_transfer_id_c95afec7_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_account_id_96c93480_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_book_id_d9510f26_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_holdtotal
    ADD CONSTRAINT ledger_holdtotal_account_id_c5479978_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_holdtotal
    ADD CONSTRAINT ledger_holdtotal_book_id_169aa546_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_book_id_ed7c05e9_fk_ledger_book_id FOREIGN KEY (book_id) REFERENCES public.ledger_book(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_destination_id_83d97a15_fk_ledger_account_id FOREIGN KEY (destination_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_reverses_id_d2a125b2_fk_ledger_transfer_id FOREIGN KEY (reverses_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.ledger_transfer
    ADD CONSTRAINT ledger_transfer_source_id_c0c32e3f_fk_ledger_account_id FOREIGN KEY (source_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mail_contact
    ADD CONSTRAINT mail_contact_organization_id_f3e5dc23_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mail_mailmessage
    ADD CONSTRAINT mail_mailmessage_contact_id_fabeb150_fk_mail_contact_id FOREIGN KEY (contact_id) REFERENCES public.mail_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mail_mailmessage
    ADD CONSTRAINT mail_mailmessage_organization_id_e78433e0_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mail_mailoptout
    ADD CONSTRAINT mail_mailoptout_contact_id_074c209a_fk_mail_contact_id FOREIGN KEY (contact_id) REFERENCES public.mail_contact(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.otp_static_staticdevice
    ADD CONSTRAINT otp_static_staticdevice_user_id_7f9cff2b_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.otp_static_statictoken
    ADD CONSTRAINT otp_static_statictok_device_id_74b7c7d1_fk_otp_stati FOREIGN KEY (device_id) REFERENCES public.otp_static_staticdevice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.otp_totp_totpdevice
    ADD CONSTRAINT otp_totp_totpdevice_user_id_0fb18292_fk_auth_user_id FOREIGN KEY (user_id) REFERENCES public.auth_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_contract_id_7a0afa71_fk_contracts_contract_id FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_money_id_5fc7f8d4_fk_invoices_money_id FOREIGN KEY (money_id) REFERENCES public.invoices_money(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_number_range_id_4c8e7a31_fk_billing_p FOREIGN KEY (number_range_id) REFERENCES public.billing_profiles_numberrange(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_organization_id_8f4742ea_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_payment_id_a2fbf60d_fk_payments_stripepayment_id FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.papers_paper
    ADD CONSTRAINT papers_paper_seller_id_905891cd_fk_billing_profiles_seller_id FOREIGN KEY (seller_id) REFERENCES public.billing_profiles_seller(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_balancetransaction
    ADD CONSTRAINT payments_balancetran_organization_id_15a47563_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_balancetransaction
    ADD CONSTRAINT payments_balancetran_payout_id_4f64bd4e_fk_payments_ FOREIGN KEY (payout_id) REFERENCES public.payments_payout(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutpart
    ADD CONSTRAINT payments_checkoutpar_installment_id_3241fbc1_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutpart
    ADD CONSTRAINT payments_checkoutpar_organization_id_622ec422_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutpart
    ADD CONSTRAINT payments_checkoutpar_session_id_b1579083_fk_payments_ FOREIGN KEY (session_id) REFERENCES public.payments_checkoutsession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutsession
    ADD CONSTRAINT payments_checkoutses_attempt_id_8dac48a2_fk_top_ups_t FOREIGN KEY (attempt_id) REFERENCES public.top_ups_topupattempt(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutsession
    ADD CONSTRAINT payments_checkoutses_contract_id_92c40534_fk_contracts FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_checkoutsession
    ADD CONSTRAINT payments_checkoutses_organization_id_f7e07d42_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_organization_id_91056d5b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_dispute
    ADD CONSTRAINT payments_dispute_payment_id_2344937c_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_invoicepart
    ADD CONSTRAINT payments_invoicepart_installment_id_41a700d4_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_invoicepart
    ADD CONSTRAINT payments_invoicepart_invoice_id_454baf0b_fk_payments_ FOREIGN KEY (invoice_id) REFERENCES public.payments_stripeinvoice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_invoicepart
    ADD CONSTRAINT payments_invoicepart_organization_id_7380b2af_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_mandate
    ADD CONSTRAINT payments_mandate_contract_id_b3b20d9b_fk_contracts_contract_id FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_mandate
    ADD CONSTRAINT payments_mandate_organization_id_61549e3b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentissue
    ADD CONSTRAINT payments_paymentissu_organization_id_1998fbbd_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentlink
    ADD CONSTRAINT payments_paymentlink_installment_id_c9c1d65e_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentlink
    ADD CONSTRAINT payments_paymentlink_organization_id_a8ba0a7b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentpart
    ADD CONSTRAINT payments_paymentpart_installment_id_f5b6c8da_fk_contracts FOREIGN KEY (installment_id) REFERENCES public.contracts_installment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentpart
    ADD CONSTRAINT payments_paymentpart_organization_id_cb6a33c3_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentpart
    ADD CONSTRAINT payments_paymentpart_payment_id_ecec7140_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentretu_dispute_id_a8a97cd4_fk_payments_ FOREIGN KEY (dispute_id) REFERENCES public.payments_dispute(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentretu_organization_id_d566c8c3_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentretu_payment_id_cbb11dd1_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_paymentreturn
    ADD CONSTRAINT payments_paymentreturn_refund_id_c241221a_fk_payments_refund_id FOREIGN KEY (refund_id) REFERENCES public.payments_refund(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_payoutpart
    ADD CONSTRAINT payments_payoutpart_organization_id_87c781ff_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_payoutpart
    ADD CONSTRAINT payments_payoutpart_payout_id_7cb2d441_fk_payments_payout_id FOREIGN KEY (payout_id) REFERENCES public.payments_payout(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_organization_id_c0030e90_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_part_id_ab85b534_fk_payments_paymentpart_id FOREIGN KEY (part_id) REFERENCES public.payments_paymentpart(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_payment_id_a70693f7_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripecustomer
    ADD CONSTRAINT payments_stripecusto_organization_id_368c92c1_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoi_contract_id_65b5ea23_fk_contracts FOREIGN KEY (contract_id) REFERENCES public.contracts_contract(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoi_document_id_705be054_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripeinvoice
    ADD CONSTRAINT payments_stripeinvoi_organization_id_4c139772_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayme_checkout_id_e0d69a6d_fk_payments_ FOREIGN KEY (checkout_id) REFERENCES public.payments_checkoutsession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayme_invoice_id_a70bda0a_fk_payments_ FOREIGN KEY (invoice_id) REFERENCES public.payments_stripeinvoice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayme_organization_id_aabae2a7_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_stripepayment
    ADD CONSTRAINT payments_stripepayment_grant_id_5c23a376_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_striperequest
    ADD CONSTRAINT payments_stripereque_organization_id_e88eedb6_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_topupinvoice
    ADD CONSTRAINT payments_topupinvoic_document_id_785af411_fk_invoices_ FOREIGN KEY (document_id) REFERENCES public.invoices_document(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_topupinvoice
    ADD CONSTRAINT payments_topupinvoic_organization_id_5b638b33_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.payments_topupinvoice
    ADD CONSTRAINT payments_topupinvoic_payment_id_1a3f4a29_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_stripepayment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_grant_id_39cda4cf_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_organization_id_07cd6e68_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.plans_includedquota
    ADD CONSTRAINT plans_includedquota_subscription_id_63b903b4_fk_plans_sub FOREIGN KEY (subscription_id) REFERENCES public.plans_subscription(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.plans_subscription
    ADD CONSTRAINT plans_subscription_organization_id_569f13d6_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.plans_subscription
    ADD CONSTRAINT plans_subscription_plan_id_26b06369_fk_plans_plan_id FOREIGN KEY (plan_id) REFERENCES public.plans_plan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_keptprices
    ADD CONSTRAINT pricing_keptprices_organization_id_9097d558_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_keptprices
    ADD CONSTRAINT pricing_keptprices_price_list_id_7adb14a8_fk_pricing_p FOREIGN KEY (price_list_id) REFERENCES public.pricing_pricelistimport(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_modelalias
    ADD CONSTRAINT pricing_modelalias_meter_id_facfb6c1_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_pricebook
    ADD CONSTRAINT pricing_pricebook_organization_id_6b21c989_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_pricelink
    ADD CONSTRAINT pricing_pricelink_book_id_624e74dd_fk_pricing_pricebook_id FOREIGN KEY (book_id) REFERENCES public.pricing_pricebook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_pricelink
    ADD CONSTRAINT pricing_pricelink_version_id_86fbc9cb_fk_pricing_p FOREIGN KEY (version_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_pricelistimport
    ADD CONSTRAINT pricing_pricelistimp_book_id_15d5be19_fk_pricing_p FOREIGN KEY (book_id) REFERENCES public.pricing_pricebook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_pricelistimport
    ADD CONSTRAINT pricing_pricelistimport_meter_id_40201b80_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_book_id_b087b02f_fk_pricing_pricebook_id FOREIGN KEY (book_id) REFERENCES public.pricing_pricebook(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_meter_id_2e62f9b3_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_price_list_id_16c5d173_fk_pricing_p FOREIGN KEY (price_list_id) REFERENCES public.pricing_pricelistimport(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.pricing_priceversion
    ADD CONSTRAINT pricing_priceversion_took_over_from_id_17f8aa24_fk_pricing_p FOREIGN KEY (took_over_from_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.proofs_auditlink
    ADD CONSTRAINT proofs_auditlink_entry_id_32a4b1d1_fk_auditlog_logentry_id FOREIGN KEY (entry_id) REFERENCES public.auditlog_logentry(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.snapshots_balancesnapshot
    ADD CONSTRAINT snapshots_balancesna_organization_id_10b07f27_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.snapshots_collectionfailure
    ADD CONSTRAINT snapshots_collection_organization_id_6a1d08fc_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.snapshots_collectionsource
    ADD CONSTRAINT snapshots_collection_organization_id_b61efd9d_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.snapshots_costsnapshot
    ADD CONSTRAINT snapshots_costsnapsh_organization_id_dc3d2ddd_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tenants_apikey
    ADD CONSTRAINT tenants_apikey_organization_id_1aafb62a_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tenants_identitylink
    ADD CONSTRAINT tenants_identitylink_organization_id_727f728d_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tenants_project
    ADD CONSTRAINT tenants_project_organization_id_201d911e_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.tenants_usdrate
    ADD CONSTRAINT tenants_usdrate_organization_id_01a11070_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.top_ups_topup
    ADD CONSTRAINT top_ups_topup_organization_id_f6cdce97_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.top_ups_topupattempt
    ADD CONSTRAINT top_ups_topupattempt_organization_id_7872b5d6_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacte_organization_id_d86cf1a0_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacte_posting_id_480f030d_fk_usage_usa FOREIGN KEY (posting_id) REFERENCES public.usage_usageposting(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacte_price_version_id_34943120_fk_pricing_p FOREIGN KEY (price_version_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_activecharacter
    ADD CONSTRAINT usage_activecharacter_meter_id_77ca5e1d_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_breakdowntotal
    ADD CONSTRAINT usage_breakdowntotal_meter_id_a896855a_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_breakdowntotal
    ADD CONSTRAINT usage_breakdowntotal_organization_id_a37aee1b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_callday
    ADD CONSTRAINT usage_callday_meter_id_11c89404_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_callday
    ADD CONSTRAINT usage_callday_organization_id_35048b89_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_charactermonth
    ADD CONSTRAINT usage_charactermonth_organization_id_5fab1918_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_costcorrection
    ADD CONSTRAINT usage_costcorrection_meter_id_4da0b23f_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_costcorrection
    ADD CONSTRAINT usage_costcorrection_organization_id_af5cb0df_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_costcorrection
    ADD CONSTRAINT usage_costcorrection_run_id_0913668a_fk_usage_costrun_id FOREIGN KEY (run_id) REFERENCES public.usage_costrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_costrun
    ADD CONSTRAINT usage_costrun_cost_version_id_515c7033_fk_pricing_p FOREIGN KEY (cost_version_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_costrun
    ADD CONSTRAINT usage_costrun_undoes_id_0a0ddd31_fk_usage_costrun_id FOREIGN KEY (undoes_id) REFERENCES public.usage_costrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_counter
    ADD CONSTRAINT usage_counter_meter_id_d4ec9795_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_counter
    ADD CONSTRAINT usage_counter_organization_id_b0871e40_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_counter
    ADD CONSTRAINT usage_counter_price_version_id_8e03a07f_fk_pricing_p FOREIGN KEY (price_version_id) REFERENCES public.pricing_priceversion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_distinctid
    ADD CONSTRAINT usage_distinctid_organization_id_d0b5dedf_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_distinctidday
    ADD CONSTRAINT usage_distinctidday_organization_id_0a94f325_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_eventcorrection
    ADD CONSTRAINT usage_eventcorrectio_organization_id_1bb31bde_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_futureusage
    ADD CONSTRAINT usage_futureusage_meter_id_a40b4197_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_futureusage
    ADD CONSTRAINT usage_futureusage_organization_id_29cdc2cb_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_lateusageday
    ADD CONSTRAINT usage_lateusageday_meter_id_abbf1962_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_lateusageday
    ADD CONSTRAINT usage_lateusageday_organization_id_a312b1a7_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_marginalarm
    ADD CONSTRAINT usage_marginalarm_organization_id_fb5a8adf_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_meteredorganization
    ADD CONSTRAINT usage_meteredorganiz_organization_id_7040d254_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_minimumcharge
    ADD CONSTRAINT usage_minimumcharge_meter_id_402ad98f_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_minimumcharge
    ADD CONSTRAINT usage_minimumcharge_organization_id_16132024_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_minimumcharge
    ADD CONSTRAINT usage_minimumcharge_posting_id_2d490e4e_fk_usage_usa FOREIGN KEY (posting_id) REFERENCES public.usage_usageposting(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_monthclose
    ADD CONSTRAINT usage_monthclose_organization_id_fd75e35e_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_monthfigure
    ADD CONSTRAINT usage_monthfigure_meter_id_bf0ebab1_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_monthfigure
    ADD CONSTRAINT usage_monthfigure_organization_id_5adc9de3_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_monthvalue
    ADD CONSTRAINT usage_monthvalue_meter_id_9b3b1bfe_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_monthvalue
    ADD CONSTRAINT usage_monthvalue_organization_id_5f495a43_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_recentarchivedevent
    ADD CONSTRAINT usage_recentarchived_organization_id_a5a95a78_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_reportendpoint
    ADD CONSTRAINT usage_reportendpoint_meter_id_833fd90b_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_reportendpoint
    ADD CONSTRAINT usage_reportendpoint_organization_id_a508403e_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_reportfinding
    ADD CONSTRAINT usage_reportfinding_organization_id_48497a46_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_unitalert
    ADD CONSTRAINT usage_unitalert_organization_id_961ef29f_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_unknownmodel
    ADD CONSTRAINT usage_unknownmodel_meter_id_25f69036_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_unknownmodel
    ADD CONSTRAINT usage_unknownmodel_organization_id_505bf50e_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_usageday
    ADD CONSTRAINT usage_usageday_meter_id_ae9f8257_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_usageday
    ADD CONSTRAINT usage_usageday_organization_id_3a449281_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_usageposting
    ADD CONSTRAINT usage_usageposting_hold_id_f048e403_fk_ledger_hold_id FOREIGN KEY (hold_id) REFERENCES public.ledger_hold(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_usageposting
    ADD CONSTRAINT usage_usageposting_organization_id_2f8c0543_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_usageposting
    ADD CONSTRAINT usage_usageposting_transfer_id_7fe3d839_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usage_vendorbill
    ADD CONSTRAINT usage_vendorbill_meter_id_86256cf7_fk_pricing_meter_id FOREIGN KEY (meter_id) REFERENCES public.pricing_meter(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batch_organizations
    ADD CONSTRAINT vouchers_batch_organ_batch_id_b2224e64_fk_vouchers_ FOREIGN KEY (batch_id) REFERENCES public.vouchers_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batch_organizations
    ADD CONSTRAINT vouchers_batch_organ_organization_id_66c30668_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batch_plans
    ADD CONSTRAINT vouchers_batch_plans_batch_id_647034eb_fk_vouchers_batch_id FOREIGN KEY (batch_id) REFERENCES public.vouchers_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batch_plans
    ADD CONSTRAINT vouchers_batch_plans_plan_id_b24bf2bd_fk_plans_plan_id FOREIGN KEY (plan_id) REFERENCES public.plans_plan(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batchevent
    ADD CONSTRAINT vouchers_batchevent_batch_id_12dc92fc_fk_vouchers_batch_id FOREIGN KEY (batch_id) REFERENCES public.vouchers_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_batchevent
    ADD CONSTRAINT vouchers_batchevent_voucher_id_4c2ea79a_fk_vouchers_voucher_id FOREIGN KEY (voucher_id) REFERENCES public.vouchers_voucher(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_batch_id_cbf0e98f_fk_vouchers_batch_id FOREIGN KEY (batch_id) REFERENCES public.vouchers_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_discount_id_e6d4b36a_fk_contracts FOREIGN KEY (discount_id) REFERENCES public.contracts_installmentdiscount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_grant_id_c50f758b_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_organization_id_8aa348c6_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemption
    ADD CONSTRAINT vouchers_redemption_voucher_id_e9c1ce4f_fk_vouchers_voucher_id FOREIGN KEY (voucher_id) REFERENCES public.vouchers_voucher(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemptionreversal
    ADD CONSTRAINT vouchers_redemptionr_organization_id_a960eef2_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_redemptionreversal
    ADD CONSTRAINT vouchers_redemptionr_redemption_id_1ed17cb4_fk_vouchers_ FOREIGN KEY (redemption_id) REFERENCES public.vouchers_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_voucher
    ADD CONSTRAINT vouchers_voucher_batch_id_aa8b07ec_fk_vouchers_batch_id FOREIGN KEY (batch_id) REFERENCES public.vouchers_batch(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.vouchers_wrongcodes
    ADD CONSTRAINT vouchers_wrongcodes_organization_id_4f3d401f_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_bucket
    ADD CONSTRAINT wallets_bucket_budget_id_8f8eb63f_fk_wallets_budget_id FOREIGN KEY (budget_id) REFERENCES public.wallets_budget(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_bucket
    ADD CONSTRAINT wallets_bucket_organization_id_9c6e6917_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_bucketperiod
    ADD CONSTRAINT wallets_bucketperiod_bucket_id_56ad44cf_fk_wallets_bucket_id FOREIGN KEY (bucket_id) REFERENCES public.wallets_bucket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_bucketperiod
    ADD CONSTRAINT wallets_bucketperiod_organization_id_b4f7efa3_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_budget
    ADD CONSTRAINT wallets_budget_organization_id_3cae6d28_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_budgetaddition
    ADD CONSTRAINT wallets_budgetadditi_organization_id_35915571_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_budgetaddition
    ADD CONSTRAINT wallets_budgetaddition_bucket_id_ee5a34e8_fk_wallets_bucket_id FOREIGN KEY (bucket_id) REFERENCES public.wallets_bucket(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_chargenet
    ADD CONSTRAINT wallets_chargenet_organization_id_9941685a_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_chargenet
    ADD CONSTRAINT wallets_chargenet_transfer_id_ac802b80_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_chargereversal
    ADD CONSTRAINT wallets_chargerevers_charge_id_6bbd4208_fk_wallets_c FOREIGN KEY (charge_id) REFERENCES public.wallets_chargenet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_chargereversal
    ADD CONSTRAINT wallets_chargerevers_organization_id_6c462594_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_chargereversal
    ADD CONSTRAINT wallets_chargerevers_transfer_id_f992da77_fk_ledger_tr FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_consumption
    ADD CONSTRAINT wallets_consumption_grant_id_3d31bf0a_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_consumption
    ADD CONSTRAINT wallets_consumption_organization_id_7c7acc8b_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_consumption
    ADD CONSTRAINT wallets_consumption_transfer_id_0d8679ee_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_daytotal
    ADD CONSTRAINT wallets_daytotal_organization_id_09287bf8_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_grant
    ADD CONSTRAINT wallets_grant_organization_id_9f74b5b3_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_grant
    ADD CONSTRAINT wallets_grant_transfer_id_7cca134b_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_grantreturn
    ADD CONSTRAINT wallets_grantreturn_grant_id_d37aa9d3_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_grantreturn
    ADD CONSTRAINT wallets_grantreturn_organization_id_214221da_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_grantreturn
    ADD CONSTRAINT wallets_grantreturn_transfer_id_25ad2e20_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_holdslice
    ADD CONSTRAINT wallets_holdslice_grant_id_24c21a8a_fk_wallets_grant_id FOREIGN KEY (grant_id) REFERENCES public.wallets_grant(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_holdslice
    ADD CONSTRAINT wallets_holdslice_hold_id_0ac8334b_fk_ledger_hold_id FOREIGN KEY (hold_id) REFERENCES public.ledger_hold(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_holdslice
    ADD CONSTRAINT wallets_holdslice_organization_id_3974f718_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_refusal
    ADD CONSTRAINT wallets_refusal_organization_id_464e8418_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_shortfall
    ADD CONSTRAINT wallets_shortfall_organization_id_ea0adec7_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_shortfall
    ADD CONSTRAINT wallets_shortfall_transfer_id_9c3ba02b_fk_ledger_transfer_id FOREIGN KEY (transfer_id) REFERENCES public.ledger_transfer(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_account_id_afaa6469_fk_ledger_account_id FOREIGN KEY (account_id) REFERENCES public.ledger_account(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wallets_wallet
    ADD CONSTRAINT wallets_wallet_organization_id_5c88c7b9_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdeli_endpoint_id_d5bfb5c8_fk_webhooks_ FOREIGN KEY (endpoint_id) REFERENCES public.webhooks_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdeli_event_id_48da21e7_fk_webhooks_ FOREIGN KEY (event_id) REFERENCES public.webhooks_webhookevent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookdelivery
    ADD CONSTRAINT webhooks_webhookdeli_organization_id_b55cf551_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookendpoint
    ADD CONSTRAINT webhooks_webhookendp_organization_id_fff39056_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhookevent
    ADD CONSTRAINT webhooks_webhookeven_organization_id_0964f946_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.webhooks_webhooksequence
    ADD CONSTRAINT webhooks_webhooksequ_organization_id_c6d2bf13_fk_tenants_o FOREIGN KEY (organization_id) REFERENCES public.tenants_organization(id) DEFERRABLE INITIALLY DEFERRED;
