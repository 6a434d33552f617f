"""Check contracts against the ledger: schedules, receipts, refunds, granted credit, and revenue still to earn."""

from apps.ledger.consistency import BookMismatch, mismatches_of


def contract_mismatches() -> list[BookMismatch]:
    """Run every rule in `CONTRACT_RULES` and return the violations."""
    return mismatches_of(CONTRACT_RULES)


CONTRACT_RULES = {
    "a version's installments add up to its portions": """
        SELECT 'version ' || v.id, v.credit_portion_micros + v.service_portion_micros, i.credit + i.service
        FROM contracts_contractversion v
        JOIN (SELECT version_id, SUM(credit_micros + canceled_credit_micros) AS credit,
                     SUM(service_micros + canceled_service_micros) AS service
              FROM contracts_installment GROUP BY version_id) i ON i.version_id = v.id
        WHERE i.credit <> v.credit_portion_micros OR i.service <> v.service_portion_micros
    """,
    "the periods of a term have no gap or overlap": """
        SELECT 'installment ' || p.id, 0, 1 FROM (
          SELECT i.id, i.period_start,
                 LAG(i.period_end) OVER (PARTITION BY i.contract_id, v.term ORDER BY i.period_start) AS before
          FROM contracts_installment i JOIN contracts_contractversion v ON v.id = i.version_id
          JOIN contracts_contract c ON c.id = i.contract_id
          WHERE i.is_one_time = FALSE AND i.state <> 'superseded'
            AND (i.period_start < c.canceled_from OR c.canceled_from IS NULL)) p
        WHERE p.before <> p.period_start
    """,
    "the paid amount is payments minus refunds before settlement": """
        SELECT 'installment ' || i.id, COALESCE(p.total, 0) - COALESCE(r.total, 0), i.paid_micros
        FROM contracts_installment i
        LEFT JOIN (SELECT installment_id, SUM(amount_micros) AS total FROM contracts_installmentpayment
                   GROUP BY installment_id) p ON p.installment_id = i.id
        LEFT JOIN (SELECT installment_id, SUM(amount_micros) AS total FROM contracts_installmentrefund
                   WHERE was_settled = FALSE AND surplus_id IS NULL AND undone_at IS NULL GROUP BY installment_id) r
          ON r.installment_id = i.id
        WHERE i.paid_micros <> COALESCE(p.total, 0) - COALESCE(r.total, 0)
    """,
    "the refunded amount is the sum of the refunds": """
        SELECT 'installment ' || i.id, COALESCE(r.total, 0), i.refunded_micros FROM contracts_installment i
        LEFT JOIN (SELECT installment_id, SUM(amount_micros) AS total FROM contracts_installmentrefund
                   WHERE was_settled = TRUE AND undone_at IS NULL GROUP BY installment_id) r
          ON r.installment_id = i.id
        WHERE i.refunded_micros <> COALESCE(r.total, 0)
        UNION ALL
        SELECT 'surplus ' || s.id, COALESCE(r.total, 0), s.returned_micros FROM contracts_installmentsurplus s
        LEFT JOIN (SELECT surplus_id, SUM(amount_micros) AS total FROM contracts_installmentrefund
                   WHERE undone_at IS NULL GROUP BY surplus_id) r ON r.surplus_id = s.id
        WHERE s.returned_micros <> COALESCE(r.total, 0)
    """,
    "refunds of a portion do not exceed the portion": """
        SELECT 'installment ' || i.id, i.credit_micros, r.credit FROM contracts_installment i
        JOIN (SELECT installment_id, SUM(credit_micros + promo_credit_micros) AS credit,
                     SUM(unearned_micros + earned_micros + promo_unearned_micros + promo_earned_micros) AS service
              FROM contracts_installmentrefund WHERE was_settled = TRUE AND undone_at IS NULL
              GROUP BY installment_id) r ON r.installment_id = i.id
        WHERE r.credit > i.credit_micros OR r.service > i.service_micros
    """,
    "a refund was posted with its amount": """
        SELECT x.key, x.expected, x.found FROM (
          SELECT r.key, COALESCE(SUM(t.amount_micros), 0) AS found,
            -- what has a value date is collected in the installments account and sent from there
            r.amount_micros * CASE WHEN r.was_settled AND r.value_date IS NOT NULL THEN 2 ELSE 1 END
              + r.promo_credit_micros + r.promo_unearned_micros + r.promo_earned_micros AS expected
          FROM contracts_installmentrefund r
          LEFT JOIN ledger_transfer t ON t.cause_type = 'contracts.installment_refund' AND t.cause_id = r.id::text
            AND t.reverses_id IS NULL
          GROUP BY r.id) x
        WHERE x.found <> x.expected
    """,
    "a refund's transfers are reversed if and only if it was undone": """
        SELECT t.key, CASE WHEN r.undone_at IS NULL THEN 0 ELSE 1 END, CASE WHEN v.id IS NULL THEN 0 ELSE 1 END
        FROM contracts_installmentrefund r
        JOIN ledger_transfer t ON t.cause_type = 'contracts.installment_refund' AND t.cause_id = r.id::text
          AND t.reverses_id IS NULL
        LEFT JOIN ledger_transfer v ON v.reverses_id = t.id
        WHERE (r.undone_at IS NULL) <> (v.id IS NULL)
    """,
    "a contract's credit is refunded only through its installment": """
        SELECT t.key, 0, t.amount_micros FROM contracts_installment i
        JOIN wallets_grantreturn r ON r.grant_id = i.grant_id
        JOIN ledger_transfer t ON t.id = r.transfer_id
        LEFT JOIN ledger_transfer v ON v.reverses_id = t.id
        WHERE v.id IS NULL AND t.cause_type <> 'contracts.installment_refund'
    """,
    "an installment's discount is what its terms agree on and the sum of its discount rows": """
        SELECT 'installment ' || x.id, x.expected, x.discount_micros FROM (
          SELECT i.id, i.discount_micros, COALESCE(d.total, 0)
                 + CASE WHEN i.state = 'superseded' THEN 0 ELSE i.agreed_discount_micros END AS expected
          FROM contracts_installment i
          LEFT JOIN (SELECT installment_id, SUM(amount_micros) AS total FROM contracts_installmentdiscount
                     WHERE withdrawn_at IS NULL GROUP BY installment_id) d ON d.installment_id = i.id) x
        WHERE x.discount_micros <> x.expected
    """,
    "a payment was posted with its amount": """
        SELECT p.key, t.amount_micros, p.amount_micros FROM contracts_installmentpayment p
        JOIN ledger_transfer t ON t.id = p.transfer_id WHERE t.amount_micros <> p.amount_micros
        UNION ALL
        SELECT s.key, t.amount_micros, s.amount_micros FROM contracts_installmentsurplus s
        JOIN ledger_transfer t ON t.id = s.transfer_id WHERE t.amount_micros <> s.amount_micros
    """,
    "a settled installment granted its credit": """
        SELECT 'installment ' || i.id, i.credit_micros, g.amount_micros FROM contracts_installment i
        JOIN wallets_grant g ON g.id = i.grant_id WHERE g.amount_micros <> i.credit_micros
    """,
    "a settled installment deferred its service": """
        SELECT 'installment ' || i.id, i.service_micros, t.amount_micros FROM contracts_installment i
        JOIN ledger_transfer t ON t.id = i.service_transfer_id WHERE t.amount_micros <> i.service_micros
    """,
    "a settled installment's service is spread over its months": """
        SELECT 'installment ' || i.id, i.service_micros, COALESCE(m.total, 0) FROM contracts_installment i
        LEFT JOIN (SELECT installment_id, SUM(amount_micros) AS total FROM contracts_servicerevenue
                   GROUP BY installment_id) m ON m.installment_id = i.id
        WHERE (i.settled_at IS NOT NULL AND i.service_micros <> COALESCE(m.total, 0))
           OR (i.settled_at IS NULL AND m.total IS NOT NULL)
    """,
    "the installments account holds the money of unsettled installments": """
        SELECT 'organization ' || a.organization_id, COALESCE(i.total, 0) + COALESCE(s.total, 0), a.balance_micros
        FROM (
          SELECT w.organization_id, a.balance_micros FROM wallets_wallet w
          JOIN ledger_account own ON own.id = w.account_id
          JOIN ledger_account a ON a.book_id = own.book_id AND a.unit = own.unit AND a.role = 'installments') a
        LEFT JOIN (SELECT c.organization_id, SUM(i.paid_micros) AS total FROM contracts_installment i
                   JOIN contracts_contract c ON c.id = i.contract_id WHERE i.settled_at IS NULL
                   GROUP BY c.organization_id) i ON i.organization_id = a.organization_id
        LEFT JOIN (SELECT c.organization_id, SUM(s.amount_micros - s.returned_micros) AS total
                   FROM contracts_installmentsurplus s JOIN contracts_installment i ON i.id = s.installment_id
                   JOIN contracts_contract c ON c.id = i.contract_id
                   GROUP BY c.organization_id) s ON s.organization_id = a.organization_id
        WHERE a.balance_micros <> COALESCE(i.total, 0) + COALESCE(s.total, 0)
    """,
    "deferred revenue is the service still to be earned": """
        SELECT 'organization ' || a.organization_id, COALESCE(m.total, 0), a.balance_micros
        FROM (
          SELECT w.organization_id, a.balance_micros FROM wallets_wallet w
          JOIN ledger_account own ON own.id = w.account_id
          JOIN ledger_account a ON a.book_id = own.book_id AND a.unit = own.unit AND a.role = 'deferred') a
        LEFT JOIN (SELECT c.organization_id,
                          SUM(m.amount_micros - m.canceled_micros - m.recognized_micros) AS total
                   FROM contracts_servicerevenue m JOIN contracts_installment i ON i.id = m.installment_id
                   JOIN contracts_contract c ON c.id = i.contract_id GROUP BY c.organization_id) m
          ON m.organization_id = a.organization_id
        WHERE a.balance_micros <> COALESCE(m.total, 0)
    """,
}
