-- The least that taking a batch can cost: one function call that writes the same rows to the product's own tables, with
-- constraints and triggers on, and checks nothing that a caller sends. For a meter with one price for all models. The
-- limit against which `benchmarks.paths.ingest` measures; it charges with the function of `movements.sql`.
CREATE OR REPLACE FUNCTION benchmark_ingest(
    org uuid, meter bigint, version bigint, micros_per_million numeric, account bigint, revenue bigint, given bigint,
    batch uuid, moved_at timestamptz, events json
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    added bigint;
    read bigint;
    written bigint;
    charge bigint;
    moved bigint;
    today date := (moved_at AT TIME ZONE 'UTC')::date;
    first date := date_trunc('month', today)::date;
BEGIN
    PERFORM 1 FROM usage_meteredorganization WHERE organization_id = org FOR NO KEY UPDATE;
    WITH sent AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('usage_usageevent', 'id')) AS event,
            encode(
                substr(sha256(convert_to('["' || source || '","' || id || '"]', 'UTF8')), 1, 16), 'hex'
            )::uuid AS digest, *
        FROM json_to_recordset(events) AS e(
            source text, id text, time timestamptz, model text, session text, input_tokens bigint, output_tokens bigint
        )
    ), new AS (
        INSERT INTO usage_eventid (organization_id, digest, event, fingerprint, priced_by, rank, facts, month)
        SELECT org, digest, event, md5(id)::uuid, md5(id)::uuid, 2, 0, first FROM sent
        ON CONFLICT DO NOTHING
        RETURNING event
    ), fresh AS (
        INSERT INTO usage_usageevent (
            id, organization_id, source, event_id, fingerprint, meter_slug, meter_id, occurred_at, recorded_at,
            quantity_micros, input_tokens, output_tokens, cost_currency, reported_cost_currency, model, model_sent, operation,
            event_type, operator, project, session, character, traffic_source, provider, variant, region, service_tier, key, "user", agent,
            tag, billing_mode, state, reason, counted_on, price_version_id, charge_micros, posting_id, created_by, credential
        )
        SELECT event, org, e.source, e.id, md5(e.id)::uuid, 'ingested', meter, e.time, moved_at, 0, e.input_tokens,
            e.output_tokens, '', '', e.model, '', '', '', '', '', e.session, '', '', '', '', '', '', '', '', '', '', '', 'rated',
            '', today, version,
            round((e.input_tokens + e.output_tokens) * micros_per_million / 1000000), batch, 'benchmark',
            'benchmark'
        FROM sent AS e JOIN new USING (event)
        RETURNING model, session, input_tokens, output_tokens
    ), days AS (
        INSERT INTO usage_usageday (
            organization_id, day, meter_id, model, provider, operation, event_type, operator, billing_mode,
            cost_currency, event_count, quantity_micros, input_tokens, output_tokens, charge_micros, cost_picos
        )
        SELECT org, today, meter, model, '', '', '', '', '', '', count(*), 0, sum(input_tokens), sum(output_tokens),
            round(sum(input_tokens + output_tokens) * micros_per_million / 1000000), 0
        FROM fresh GROUP BY model
        ON CONFLICT (
            organization_id, day, meter_id, model, provider, operation, event_type, operator, billing_mode,
            cost_currency
        ) DO UPDATE
        SET event_count = usage_usageday.event_count + excluded.event_count,
            input_tokens = usage_usageday.input_tokens + excluded.input_tokens,
            output_tokens = usage_usageday.output_tokens + excluded.output_tokens,
            charge_micros = usage_usageday.charge_micros + excluded.charge_micros
    ), calls AS (
        INSERT INTO usage_callday (
            organization_id, day, meter_id, model, provider, service_tier, variant, region, operation, operator,
            billing_mode, above, names, "of", event_count, quantity_micros, input_tokens, output_tokens, amount, charge_micros
        )
        SELECT org, today, meter, model, '', '', '', '', '', '', '', 0, '', '', count(*), 0, sum(input_tokens),
            sum(output_tokens), 0, round(sum(input_tokens + output_tokens) * micros_per_million / 1000000)
        FROM fresh GROUP BY model
        ON CONFLICT (
            organization_id, day, meter_id, model, provider, service_tier, variant, region, operation, operator,
            billing_mode, above, names, "of"
        ) DO UPDATE
        SET event_count = usage_callday.event_count + excluded.event_count,
            input_tokens = usage_callday.input_tokens + excluded.input_tokens,
            output_tokens = usage_callday.output_tokens + excluded.output_tokens,
            charge_micros = usage_callday.charge_micros + excluded.charge_micros
    ), seen AS (
        INSERT INTO usage_distinctid (organization_id, kind, value, last_day)
        SELECT DISTINCT org, 'session', session, today FROM fresh
        ON CONFLICT (organization_id, kind, value) DO UPDATE SET last_day = excluded.last_day
        WHERE usage_distinctid.last_day < excluded.last_day
        RETURNING 1
    ), seen_days AS (
        INSERT INTO usage_distinctidday (organization_id, kind, day, id_count)
        SELECT org, 'session', today, count(*) FROM seen HAVING count(*) > 0
        ON CONFLICT (organization_id, kind, day) DO UPDATE
        SET id_count = usage_distinctidday.id_count + excluded.id_count
    )
    SELECT count(*), coalesce(sum(input_tokens), 0), coalesce(sum(output_tokens), 0) INTO added, read, written
    FROM fresh;
    IF added = 0 THEN
        RETURN 0;
    END IF;
    charge := round((read + written) * micros_per_million / 1000000);
    INSERT INTO usage_counter (
        organization_id, month, price_version_id, meter_id, event_count, quantity_micros, input_tokens, output_tokens,
        exact_price, charge_micros, months
    ) VALUES (org, first, version, meter, added, 0, read, written, 0, charge, '{}')
    ON CONFLICT (organization_id, month, price_version_id) DO UPDATE
    SET event_count = usage_counter.event_count + added, input_tokens = usage_counter.input_tokens + read,
        output_tokens = usage_counter.output_tokens + written,
        charge_micros = usage_counter.charge_micros + charge;
    moved := benchmark_charge(
        org, account, revenue, given, 'usage:' || batch, charge, moved_at, 'usage.posting', batch
    );
    INSERT INTO usage_usageposting (
        id, organization_id, kind, traffic_source, amount_micros, item_count, tokens, transfer_id, created_by,
        created_at
    ) VALUES (batch, org, 'usage', '', charge, added, read + written, moved, 'benchmark', moved_at);
    RETURN added;
END $$;
