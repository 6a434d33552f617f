-- Draw the ids of all rows that a receipt of an installment can make, so that one statement can write them.
CREATE OR REPLACE FUNCTION installment_ids() RETURNS json
LANGUAGE sql AS $$
    SELECT json_build_object(
        'payment', nextval('contracts_installmentpayment_id_seq'),
        'surplus', nextval('contracts_installmentsurplus_id_seq'),
        'received', nextval('ledger_transfer_id_seq'),
        'beyond', nextval('ledger_transfer_id_seq'),
        'service', nextval('ledger_transfer_id_seq'),
        'grant', nextval('wallets_grant_id_seq')
    )
$$;
