-- The least that taking a batch can cost: one function call that leaves the same durable rows in the product's own
-- tables, constraints and triggers on, and checks nothing a caller sends. The limit that `benchmarks.ingest` measures by.
CREATE OR REPLACE FUNCTION benchmark_ingest(
    organization uuid, meter bigint, version bigint, micros_per_million numeric, wallet bigint, revenue bigint,
    batch uuid, moved_at timestamptz, events json
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
    counted numeric;
    charge bigint;
    transfer bigint;
    place bigint;
    today date := (moved_at AT TIME ZONE 'UTC')::date;
BEGIN
    PERFORM 1 FROM usage_meteredorganization WHERE organization_id = organization FOR NO KEY UPDATE;
    WITH given AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('usage_usageevent', 'id')) AS event,
            encode(substr(sha256(convert_to('["' || source || '","' || id || '"]', 'UTF8')), 1, 16), 'hex')::uuid AS digest, *
        FROM json_to_recordset(events) AS e(
            source text, id text, time timestamptz, model text, session text, input_tokens bigint, output_tokens bigint
        )
    ), new AS (
        INSERT INTO usage_eventid (organization_id, digest, event, fingerprint, month)
        SELECT organization, digest, event, md5(id)::uuid, date_trunc('month', today)::date FROM given
        ON CONFLICT DO NOTHING
        RETURNING event
    ), fresh AS (
        INSERT INTO usage_usageevent (
            id, organization_id, source, event_id, fingerprint, meter_slug, meter_id, occurred_at, recorded_at,
            quantity_micros, input_tokens, output_tokens, model, operation, event_type, operator, project, session,
            character, traffic_source, billing_mode, state, reason, counted_on, price_version_id, charge_micros,
            posting_id, created_by
        )
        SELECT event, organization, e.source, e.id, md5(e.id)::uuid, 'chat', meter, e.time, moved_at, 0, e.input_tokens,
            e.output_tokens, e.model, '', '', '', '', e.session, '', '', '', 'rated', '', today, version,
            round((e.input_tokens + e.output_tokens) * micros_per_million / 1000000), batch, 'benchmark'
        FROM given AS e JOIN new USING (event)
        RETURNING input_tokens, output_tokens
    )
    SELECT count(*), coalesce(sum(input_tokens + output_tokens), 0) INTO added, counted FROM fresh;
    IF added = 0 THEN
        RETURN 0;
    END IF;
    charge := round(counted * micros_per_million / 1000000);
    INSERT INTO usage_counter (
        organization_id, month, price_version_id, meter_id, event_count, quantity_micros, input_tokens, output_tokens,
        charge_micros
    ) VALUES (organization, date_trunc('month', today)::date, version, meter, added, 0, counted, 0, charge)
    ON CONFLICT (organization_id, month, price_version_id) DO UPDATE
    SET event_count = usage_counter.event_count + added, input_tokens = usage_counter.input_tokens + counted,
        charge_micros = usage_counter.charge_micros + charge;
    INSERT INTO usage_usageday (
        organization_id, day, meter_id, model, operation, event_type, operator, billing_mode, event_count,
        quantity_micros, input_tokens, output_tokens, charge_micros
    ) VALUES (organization, today, meter, '', '', '', '', '', added, 0, counted, 0, charge)
    ON CONFLICT (organization_id, day, meter_id, model, operation, event_type, operator, billing_mode) DO UPDATE
    SET event_count = usage_usageday.event_count + added, input_tokens = usage_usageday.input_tokens + counted,
        charge_micros = usage_usageday.charge_micros + charge;
    UPDATE ledger_book SET version = ledger_book.version + 1, number = number + 1 WHERE id = organization
    RETURNING number INTO place;
    INSERT INTO ledger_transfer (
        book_id, number, key, fingerprint, source_id, destination_id, amount_micros, kind, description, created_by, cause_type, cause_id, metadata,
        effective_at, recorded_at
    ) VALUES (
        organization, place, 'benchmark:' || batch, '', wallet, revenue, charge, 'usage', '', 'benchmark', 'usage.posting', batch::text, '{}', moved_at, moved_at
    ) RETURNING id INTO transfer;
    INSERT INTO ledger_entry (
        book_id, account_id, transfer_id, amount_micros, balance_after_micros, account_version, effective_at, recorded_at
    )
    SELECT organization, id, transfer, CASE id WHEN wallet THEN -charge ELSE charge END,
        balance_micros + CASE id WHEN wallet THEN -charge ELSE charge END, ledger_account.version + 1, moved_at, moved_at
    FROM ledger_account WHERE id IN (wallet, revenue);
    UPDATE ledger_account SET version = ledger_account.version + 1,
        balance_micros = balance_micros + CASE id WHEN wallet THEN -charge ELSE charge END
    WHERE id IN (wallet, revenue);
    INSERT INTO usage_usageposting (
        id, organization_id, kind, traffic_source, amount_micros, item_count, tokens, transfer_id, created_by, created_at
    ) VALUES (batch, organization, 'usage', '', charge, added, counted, transfer, 'benchmark', moved_at);
    RETURN added;
END $$
