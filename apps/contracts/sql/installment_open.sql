-- Lock all contracts of the customer whose installments these are, in primary-key order, and return what receipts for
-- them need, as JSON; NULL if there is no such installment: the contracts, all installments of the contracts that are
-- paid, what came before under these keys, and drawn ids by installment.
CREATE OR REPLACE FUNCTION installment_open(asked bigint[], keys text[]) RETURNS json
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
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
