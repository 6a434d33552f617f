-- Return the contract that a customer sees: the running one, else the newest offered, else the newest ended, else NULL.
-- Drafts are never shown, nor are contracts canceled as drafts, which were never offered.
CREATE OR REPLACE FUNCTION contract_shown(organization uuid) RETURNS uuid
LANGUAGE plpgsql STABLE AS $$
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
