-- The sum, in micros, of a wallet's entries of the given kinds from day `first` until before day `ending`.
CREATE OR REPLACE FUNCTION wallet_moved(organization uuid, kinds text[], first date, ending date) RETURNS numeric
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        SELECT COALESCE(sum(d.amount_micros), 0) FROM wallets_daytotal d
        WHERE d.organization_id = organization AND d.day >= first AND d.day < ending AND d.kind = ANY(kinds)
    );
END $$;
