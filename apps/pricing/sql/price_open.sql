-- Read the meters with these slugs and the character meters, and their published prices in force at any moment from
-- `starts` to `ends`: list prices in these currencies, these organizations' own prices, and those of the cost books.
-- Rows with all columns.
-- Of the prices for a model, only those for these models are read, so that a long price list takes no longer. For each
-- book and meter, `named` says whether a price for some model is in force from `starts` to `ends`, and if none is, when
-- each of its prices for a model is in force. `aliases` are those that may apply to one of these models; the
-- prices of their targets are read too.
CREATE OR REPLACE FUNCTION price_open(
    organizations uuid[], currencies text[], slugs text[], models text[], starts timestamptz, ends timestamptz
) RETURNS json
LANGUAGE sql STABLE AS $$
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
