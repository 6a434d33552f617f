"""Check invoices against the ledger: numbers, sums, and the transfers of each document and each sum of money."""

from apps.invoices.spent_credit import UNTAXED_SPENT
from apps.ledger.consistency import BookMismatch, mismatches_of


def invoice_mismatches() -> list[BookMismatch]:
    """Run every rule in `INVOICE_RULES` and return the violations."""
    return mismatches_of(INVOICE_RULES)


# What is left to pay on an invoice `d`.
LEFT = "(d.total_micros - d.paid_micros - d.credited_net_micros - d.credited_tax_micros - d.written_off_micros)"
# What each invoice and its credit notes added to an account.
MOVED = """(
    SELECT COALESCE(n.credited_id, n.id) AS id, a.role, SUM(e.amount_micros) AS moved
    FROM invoices_document n
    JOIN ledger_transfer t ON t.book_id = n.organization_id AND t.cause_id = n.id::text
      AND t.cause_type IN ('invoices.invoice', 'invoices.credit_note')
    JOIN ledger_entry e ON e.transfer_id = t.id
    JOIN ledger_account a ON a.id = e.account_id
    GROUP BY 1, 2
)"""
# What finalized credit notes took off each invoice, and the unpaid part of that.
NOTES = """(
    SELECT credited_id AS id, SUM(net_micros) AS net, SUM(tax_micros) AS tax,
           SUM(net_micros - returned_net_micros) AS unpaid_net, SUM(tax_micros - returned_tax_micros) AS unpaid_tax
    FROM invoices_document WHERE credited_id IS NOT NULL AND number <> '' GROUP BY 1
)"""


def _rule(query: str) -> str:
    """Replace the names in a rule's SQL by the expressions above."""
    return query.replace("LEFT_TO_PAY", LEFT).replace("MOVED", MOVED).replace("NOTES", NOTES)


INVOICE_RULES = {
    "numbers of a range have no gap": """
        SELECT 'range ' || r.id, r.next_number - 1, COUNT(d.id) FROM billing_profiles_numberrange r
        LEFT JOIN invoices_document d ON d.number_range_id = r.id AND d.sequence BETWEEN 1 AND r.next_number - 1
        GROUP BY r.id HAVING COUNT(d.id) <> r.next_number - 1
    """,
    "issue dates rise with the numbers": """
        SELECT 'document ' || x.id, 0, 1 FROM (
          SELECT id, issue_date, LAG(issue_date) OVER (PARTITION BY number_range_id ORDER BY sequence) AS before
          FROM invoices_document WHERE number_range_id IS NOT NULL) x
        WHERE x.before > x.issue_date
    """,
    "the tax rows of a document add up to its sums": """
        SELECT 'document ' || d.id, d.total_micros, COALESCE(x.base + x.tax, 0) FROM invoices_document d
        LEFT JOIN (SELECT document_id, SUM(base_micros) AS base, SUM(tax_micros) AS tax FROM invoices_documenttax
                   GROUP BY 1) x ON x.document_id = d.id
        WHERE d.net_micros <> COALESCE(x.base, 0) OR d.tax_micros <> COALESCE(x.tax, 0)
    """,
    "the lines of a document add up to its net, or to its total if prices include tax": """
        SELECT 'document ' || x.id, x.printed, x.lines FROM (
          SELECT d.id,
                 COALESCE(SUM(CASE WHEN l.is_reduction THEN -l.amount_micros ELSE l.amount_micros END), 0) AS lines,
                 CASE WHEN d.prices_include_tax THEN d.total_micros ELSE d.net_micros END AS printed
          FROM invoices_document d LEFT JOIN invoices_documentline l ON l.document_id = d.id GROUP BY d.id) x
        WHERE x.printed <> x.lines
    """,
    "credit notes do not exceed the lines of their invoice": """
        SELECT 'line ' || l.id, l.amount_micros, SUM(c.amount_micros) FROM invoices_documentline l
        JOIN invoices_documentline c ON c.credited_line_id = l.id
        GROUP BY l.id HAVING SUM(c.amount_micros) > l.amount_micros
    """,
    "what was credited while unpaid is the unpaid part of the credit notes": _rule("""
        SELECT 'invoice ' || d.id, COALESCE(n.unpaid_net + n.unpaid_tax, 0),
               d.credited_net_micros + d.credited_tax_micros
        FROM invoices_document d LEFT JOIN NOTES n ON n.id = d.id
        WHERE d.credited_net_micros <> COALESCE(n.unpaid_net, 0) OR d.credited_tax_micros <> COALESCE(n.unpaid_tax, 0)
    """),
    "what was paid is the sum of the payments": """
        SELECT 'document ' || d.id, COALESCE(a.total, 0), d.paid_micros FROM invoices_document d
        LEFT JOIN (SELECT document_id, SUM(amount_micros) AS total FROM invoices_application GROUP BY 1) a
          ON a.document_id = d.id
        WHERE d.kind <> 'credit_used' AND d.paid_micros <> COALESCE(a.total, 0)
    """,
    "a payment was posted with its amount": """
        SELECT 'payment ' || a.id, ABS(a.amount_micros), COALESCE(SUM(t.amount_micros), 0) FROM invoices_application a
        JOIN invoices_document d ON d.id = a.document_id AND (d.kind <> 'top_up' OR d.is_on_account)
        LEFT JOIN ledger_transfer t ON t.book_id = a.organization_id
          AND t.key IN ('application:' || a.id || ':payment', 'application:' || a.id || ':payment-tax')
        GROUP BY a.id, a.amount_micros HAVING ABS(a.amount_micros) <> COALESCE(SUM(t.amount_micros), 0)
    """,
    "the payment of bought credit is the transfer that brought it": """
        SELECT 'payment ' || a.id, a.net_micros, t.amount_micros FROM invoices_application a
        JOIN invoices_document d ON d.id = a.document_id AND d.kind = 'top_up' AND NOT d.is_on_account
        JOIN ledger_transfer t ON t.id = a.transfer_id
        WHERE t.amount_micros < a.net_micros
    """,
    "the applied part of a sum of money is the sum of its payments": """
        SELECT 'money ' || m.id, COALESCE(a.total, 0), m.applied_micros FROM invoices_money m
        LEFT JOIN (SELECT money_id, SUM(amount_micros) AS total FROM invoices_application GROUP BY 1) a
          ON a.money_id = m.id
        WHERE m.applied_micros <> COALESCE(a.total, 0)
    """,
    "a counter-row undoes at most the payment that it names": """
        SELECT 'payment ' || a.id, a.amount_micros, -SUM(c.amount_micros) FROM invoices_application a
        JOIN invoices_application c ON c.undoes_id = a.id
        GROUP BY a.id, a.amount_micros HAVING -SUM(c.amount_micros) > a.amount_micros
    """,
    "each invoice left its unpaid amount on the invoiced account": _rule("""
        SELECT 'invoice ' || d.id, -LEFT_TO_PAY, COALESCE(m.moved, 0) FROM invoices_document d
        LEFT JOIN MOVED m ON m.id = d.id AND m.role = 'invoiced'
        WHERE d.type = 'invoice' AND d.kind <> 'usage' AND d.number <> '' AND COALESCE(m.moved, 0) <> -LEFT_TO_PAY
    """),
    "what is left of an invoice for usage is its tax on the invoiced account and its part of the debt": _rule("""
        SELECT 'invoice ' || x.id, x.remains, x.asked - x.cleared - x.invoiced FROM (
          SELECT d.id, LEFT_TO_PAY AS remains,
                 CASE WHEN d.freed_at IS NOT NULL THEN 0
                      ELSE d.carried_in_micros + d.exact_micros - d.carried_out_micros END AS asked,
                 COALESCE(r.moved, 0) AS cleared, COALESCE(i.moved, 0) AS invoiced
          FROM invoices_document d
          LEFT JOIN MOVED r ON r.id = d.id AND r.role = 'receivable'
          LEFT JOIN MOVED i ON i.id = d.id AND i.role = 'invoiced'
          WHERE d.type = 'invoice' AND d.kind = 'usage' AND d.number <> '') x
        WHERE x.remains <> x.asked - x.cleared - x.invoiced
    """),
    "an invoice for usage prints its window and what staff added": """
        SELECT 'invoice ' || x.id, x.printed, x.asked FROM (
          SELECT d.id, CASE WHEN d.prices_include_tax THEN d.total_micros ELSE d.net_micros END AS printed,
                 d.carried_in_micros + d.exact_micros - d.carried_out_micros + d.given_micros AS asked
          FROM invoices_document d WHERE d.type = 'invoice' AND d.kind IN ('usage', 'credit_used')) x
        WHERE x.printed <> x.asked
    """,
    "everything owed through the last invoiced month is on exactly one invoice for usage": """
        WITH standing AS (
          SELECT * FROM invoices_document WHERE type = 'invoice' AND kind = 'usage' AND freed_at IS NULL
        ), newest AS (
          SELECT DISTINCT ON (organization_id) organization_id, book_number, period_end, created_at FROM standing
          ORDER BY organization_id, book_number DESC, period_end DESC
        )
        SELECT 'organization ' || x.organization_id, x.owed, x.asked FROM (
          SELECT n.organization_id,
                 (SELECT COALESCE(-SUM(e.amount_micros), 0) FROM ledger_account a
                  JOIN ledger_entry e ON e.account_id = a.id JOIN ledger_transfer t ON t.id = e.transfer_id
                  WHERE a.book_id = n.organization_id AND a.code = 'org:' || n.organization_id || ':receivable'
                    AND t.number <= n.book_number AND e.effective_at < n.period_end::timestamp AT TIME ZONE 'UTC'
                    AND t.cause_type NOT LIKE 'invoices.%') AS owed,
                 (SELECT SUM(s.exact_micros) FROM standing s WHERE s.organization_id = n.organization_id) AS asked
          FROM newest n
          WHERE NOT EXISTS (SELECT 1 FROM invoices_document f
                            WHERE f.organization_id = n.organization_id AND f.freed_at >= n.created_at)) x
        WHERE x.owed <> x.asked
    """,
    "what untaxed credit paid through the last invoiced month is on an invoice": """
        WITH newest AS (
          SELECT organization_id, MAX(book_number) AS book_number, MAX(period_end) AS period_end,
                 SUM(CASE WHEN type = 'credit_note' THEN -exact_micros ELSE exact_micros END) AS asked
          FROM invoices_document WHERE kind = 'credit_used' GROUP BY 1
        )
        SELECT 'organization ' || x.organization_id, x.spent, x.asked FROM (
          SELECT n.organization_id,
                 (SELECT COALESCE(SUM(s.micros), 0) FROM (UNTAXED_SPENT) s
                  WHERE s.organization_id = n.organization_id AND s.number <= n.book_number
                    AND s.effective_at < n.period_end::timestamp AT TIME ZONE 'UTC') AS spent,
                 n.asked
          FROM newest n) x
        WHERE x.spent <> x.asked
    """.replace("UNTAXED_SPENT", UNTAXED_SPENT),
    "each invoice earned its net less credit notes": _rule("""
        SELECT 'invoice ' || x.id, x.expected, x.found FROM (
          SELECT d.id, COALESCE(m.moved, 0) AS found,
                 CASE WHEN d.freed_at IS NOT NULL OR d.kind = 'top_up' AND NOT d.is_on_account THEN 0
                      WHEN d.kind = 'credit_used' THEN COALESCE(n.tax, 0) - d.tax_micros
                      WHEN d.kind = 'usage' AND d.prices_include_tax
                        THEN d.given_micros - d.tax_micros - COALESCE(n.net, 0)
                      WHEN d.kind = 'usage' THEN d.given_micros - COALESCE(n.net, 0)
                      WHEN d.kind = 'installment' OR d.is_on_account THEN LEAST(
                        d.net_micros - COALESCE(n.net, 0),
                        GREATEST(COALESCE(m.moved, 0), d.net_micros - COALESCE(n.net, 0) - d.written_off_micros))
                      ELSE d.net_micros - COALESCE(n.net, 0) END AS expected
          FROM invoices_document d
          LEFT JOIN MOVED m ON m.id = d.id
            AND m.role = CASE WHEN d.kind = 'fee' THEN 'late_fees'
                              WHEN d.kind = 'installment' OR d.is_on_account THEN 'billed' ELSE 'revenue' END
          LEFT JOIN NOTES n ON n.id = d.id
          WHERE d.type = 'invoice' AND d.number <> '') x
        WHERE x.expected <> x.found
    """),
    "each invoice owes its tax, less that of credit notes and of debt given up": _rule("""
        SELECT 'invoice ' || x.id, x.expected, x.found FROM (
          SELECT d.id, d.tax_micros - COALESCE(n.tax, 0) - d.written_off_micros - COALESCE(w.moved, 0)
                 + CASE WHEN d.kind = 'installment' OR d.is_on_account
                        THEN d.net_micros - COALESCE(n.net, 0) - COALESCE(b.moved, 0) ELSE 0 END AS expected,
                 COALESCE(m.moved, 0) + COALESCE(p.moved, 0) AS found
          FROM invoices_document d
          LEFT JOIN MOVED m ON m.id = d.id AND m.role = 'tax'
          LEFT JOIN MOVED p ON p.id = d.id AND p.role = 'tax_pending'
          LEFT JOIN MOVED w ON w.id = d.id AND w.role = 'write_offs'
          LEFT JOIN MOVED b ON b.id = d.id AND b.role = 'billed'
          LEFT JOIN NOTES n ON n.id = d.id
          WHERE d.type = 'invoice' AND (d.kind <> 'top_up' OR d.is_on_account) AND d.number <> '') x
        WHERE x.expected <> x.found
    """),
    "the billed account holds what invoices posted to it, less what moved on to installments and credit": _rule("""
        SELECT 'organization ' || a.book_id, COALESCE(x.total, 0), a.balance_micros FROM ledger_account a
        LEFT JOIN (SELECT y.organization_id, SUM(y.moved) AS total FROM (
                     SELECT d.organization_id, m.moved FROM invoices_document d
                     JOIN MOVED m ON m.id = d.id AND m.role = 'billed'
                     UNION ALL
                     SELECT organization_id, -amount_micros FROM contracts_installmentpayment
                     WHERE received_in = 'billed'
                     UNION ALL
                     SELECT organization_id, -amount_micros FROM contracts_installmentsurplus
                     WHERE received_in = 'billed'
                     UNION ALL
                     SELECT a.book_id, e.amount_micros FROM ledger_entry e
                     JOIN ledger_account a ON a.id = e.account_id AND a.role = 'billed'
                     JOIN ledger_transfer t ON t.id = e.transfer_id AND t.cause_type = 'invoices.sold_credit'
                     UNION ALL
                     SELECT organization_id, amount_micros FROM contracts_installmentrefund
                     WHERE paid_to = 'billed' AND undone_at IS NULL) y
                   GROUP BY 1) x ON x.organization_id = a.book_id
        WHERE a.role = 'billed' AND a.balance_micros <> COALESCE(x.total, 0)
    """),
    "the invoiced account holds what invoices posted to it": _rule("""
        SELECT 'organization ' || a.book_id, COALESCE(x.total, 0), a.balance_micros FROM ledger_account a
        LEFT JOIN (SELECT d.organization_id, SUM(m.moved) AS total FROM invoices_document d
                   JOIN MOVED m ON m.id = d.id AND m.role = 'invoiced' GROUP BY 1) x ON x.organization_id = a.book_id
        WHERE a.role = 'invoiced' AND a.balance_micros <> COALESCE(x.total, 0)
    """),
    "unapplied money is what was neither applied to an invoice nor paid back": """
        SELECT 'organization ' || a.book_id, COALESCE(m.rest, 0), COALESCE(e.moved, 0) FROM ledger_account a
        LEFT JOIN (SELECT organization_id,
                          SUM(amount_micros - applied_micros - paid_back_micros
                              - CASE WHEN received_in = 'unapplied' THEN amount_micros ELSE 0 END) AS rest
                   FROM invoices_money GROUP BY 1) m ON m.organization_id = a.book_id
        LEFT JOIN (SELECT e.account_id, SUM(e.amount_micros) AS moved FROM ledger_entry e
                   JOIN ledger_transfer t ON t.id = e.transfer_id AND t.cause_type LIKE 'invoices.%'
                   GROUP BY 1) e ON e.account_id = a.id
        WHERE a.role = 'unapplied' AND a.unit = (SELECT unit FROM ledger_book b WHERE b.id = a.book_id)
          AND COALESCE(m.rest, 0) <> COALESCE(e.moved, 0)
    """,
}
