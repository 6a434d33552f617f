-- Read what is needed to count a batch of usage, as JSON. The organizations' rows are locked first, in the order of
-- their ids and until the transaction ends; everything else is read after the locks are granted.
-- query: organizations, currencies, slugs (of meters), models, starts and ends (of the events' times), events (number
-- of ids to draw for new events), holds (ids of the organizations' holds; the projects they name are looked up too),
-- and rows to look up: ids (for each organization, which of the digests are its own: from and to), months, characters,
-- seen.
-- OFFSET 0 makes each row of a query a search by index. Joined, a table that was empty when the plan was made would be
-- read whole for as long as the connection keeps that plan.
CREATE OR REPLACE FUNCTION usage_open(at timestamptz, query jsonb, digests uuid[]) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
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
