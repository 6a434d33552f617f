-- Read the meters with these slugs and the character meters, and their published prices in force at any moment from
-- `starts` to `ends`: list prices in these currencies and these organizations' own prices. Rows with all columns.
CREATE OR REPLACE FUNCTION price_open(
    organizations uuid[], currencies text[], slugs text[], starts timestamptz, ends timestamptz
) RETURNS json
LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'meters', (
            SELECT json_agg(to_json(m)) FROM pricing_meter m WHERE m.slug = ANY(slugs) OR m.kind = 'character'
        ),
        'books', (
            SELECT json_agg(to_json(b)) FROM pricing_pricebook b
            WHERE b.organization_id = ANY(organizations) OR b.organization_id IS NULL AND b.currency = ANY(currencies)
        ),
        'versions', (
            SELECT json_agg(to_json(v)) FROM pricing_priceversion v
            WHERE v.status = 'published' AND v.effective_from <= ends
                AND (v.effective_to IS NULL OR v.effective_to > starts)
                AND v.meter_id IN (
                    SELECT m.id FROM pricing_meter m WHERE m.slug = ANY(slugs) OR m.kind = 'character'
                )
                AND v.book_id IN (
                    SELECT b.id FROM pricing_pricebook b
                    WHERE b.organization_id = ANY(organizations)
                        OR b.organization_id IS NULL AND b.currency = ANY(currencies)
                )
        )
    )
$$;
