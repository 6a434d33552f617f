"""Check payments against the ledger: unapplied money, tax, disputed money, paid amounts of invoices."""

from apps.ledger.consistency import BookMismatch, mismatches_of


def payment_mismatches() -> list[BookMismatch]:
    """Return every violation of the rules that tie payments to the ledger."""
    return mismatches_of(PAYMENT_RULES)


# What our own invoices add to an account: unapplied money, and tax, which `check_invoices` proves for each document.
_INVOICES_UNAPPLIED = """SELECT organization_id, SUM(amount_micros - applied_micros - paid_back_micros) AS amount
    FROM invoices_money GROUP BY 1"""
_INVOICES_TAX = """SELECT t.book_id AS organization_id, SUM(e.amount_micros) AS amount FROM ledger_transfer t
    JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id AND a.role = 'tax'
    WHERE t.cause_type LIKE 'invoices.%' GROUP BY 1"""
_NOTHING = "SELECT id AS organization_id, 0 AS amount FROM tenants_organization WHERE FALSE"
# The balance of an organization's account, in its own currency or in another one in which it paid.
_ON_ACCOUNT = """
    SELECT x.code, SUM(x.expected), SUM(x.found) FROM (
      SELECT 'org:' || p.organization_id || ':{role}' ||
             CASE WHEN p.currency = o.currency THEN '' ELSE ':' || p.currency END AS code,
             {of_payment} - COALESCE(r.{of_returns}, 0) + COALESCE(d.{of_disputes}, 0) AS expected, 0 AS found
      FROM payments_stripepayment p JOIN tenants_organization o ON o.id = p.organization_id
      LEFT JOIN (SELECT payment_id, SUM(tax_micros) AS tax, SUM(unapplied_micros) AS unapplied, 0 AS zero
                 FROM payments_paymentreturn WHERE undone_at IS NULL GROUP BY payment_id) r ON r.payment_id = p.id
      LEFT JOIN (SELECT payment_id, SUM(reinstated_micros - withdrawn_micros + taken_micros + lost_micros) AS held,
                        0 AS zero
                 FROM payments_dispute GROUP BY payment_id) d ON d.payment_id = p.id
      WHERE p.settled_at IS NOT NULL
      UNION ALL
      SELECT 'org:' || i.organization_id || ':{role}', i.amount, 0 FROM ({of_invoices}) i
      UNION ALL
      SELECT code, 0, balance_micros FROM ledger_account WHERE role = '{role}') x
    GROUP BY x.code HAVING SUM(x.expected) <> SUM(x.found)
"""

# The amounts of each customer's balance transactions for payments in its own currency.
_BROUGHT = """(
    SELECT x.organization_id, SUM(x.amount) AS amount FROM (
      SELECT p.organization_id, p.amount_micros - p.refunded_micros AS amount
      FROM payments_stripepayment p JOIN tenants_organization o ON o.id = p.organization_id AND o.currency = p.currency
      WHERE p.received_in = 'cash' AND p.settled_at IS NOT NULL
      UNION ALL
      SELECT d.organization_id, d.reinstated_micros - d.withdrawn_micros
      FROM payments_dispute d JOIN payments_stripepayment p ON p.id = d.payment_id
      JOIN tenants_organization o ON o.id = p.organization_id AND o.currency = p.currency) x
    GROUP BY x.organization_id)"""
# The balance transactions of each customer: their sum, and the rest after fees and payouts.
_UNPAID = """(
    SELECT x.organization_id, SUM(x.amount) AS amount, SUM(x.amount - x.fee - x.paid) AS unpaid FROM (
      SELECT organization_id, amount_micros AS amount, fee_micros AS fee, 0 AS paid FROM payments_balancetransaction
      WHERE organization_id IS NOT NULL AND NOT is_exchanged
      UNION ALL
      SELECT organization_id, 0, 0, amount_micros FROM payments_payoutpart
      WHERE organization_id IS NOT NULL AND posted_at IS NOT NULL AND undone_at IS NULL) x
    GROUP BY x.organization_id)"""

PAYMENT_RULES = {
    # A payment whose balance transaction is not fetched yet is on the account with its whole amount.
    "the clearing account equals the balance transactions that no payout has paid": f"""
        SELECT a.code, -(u.unpaid + COALESCE(b.amount, 0) - u.amount), a.balance_micros
        FROM {_UNPAID} u JOIN tenants_organization o ON o.id = u.organization_id
        JOIN ledger_account a ON a.book_id = o.id AND a.role = 'cash' AND a.unit = o.currency
        LEFT JOIN {_BROUGHT} b ON b.organization_id = u.organization_id
        WHERE a.balance_micros <> -(u.unpaid + COALESCE(b.amount, 0) - u.amount)
    """,  # noqa: S608
    "a payment has its balance transaction a day after the last was fetched": """
        SELECT 'payment ' || p.id, 1, 0 FROM payments_stripepayment p
        WHERE p.created_at < (SELECT MAX(fetched_at) FROM payments_balancetransaction) - INTERVAL '1 day'
          AND p.received_in = 'cash' AND p.settled_at IS NOT NULL AND p.payment_intent_id <> ''
          AND p.amount_micros > 0 AND NOT EXISTS (
            SELECT 1 FROM payments_balancetransaction t WHERE t.payment_intent_id = p.payment_intent_id)
    """,
    "the unapplied money of payments and invoices equals the unapplied account": _ON_ACCOUNT.format(
        role="unapplied",
        of_payment="p.unapplied_micros - p.applied_micros",
        of_returns="unapplied",
        of_disputes="zero",
        of_invoices=_INVOICES_UNAPPLIED,
    ),
    "the tax of payments and invoices equals the tax account": _ON_ACCOUNT.format(
        role="tax", of_payment="p.tax_micros", of_returns="tax", of_disputes="zero", of_invoices=_INVOICES_TAX
    ),
    "amounts moved by disputes equal the disputes account": _ON_ACCOUNT.format(
        role="disputes", of_payment="- p.recovered_micros", of_returns="zero", of_disputes="held", of_invoices=_NOTHING
    ),
    "the total of a refund or lost dispute equals the sum over its payments": """
        SELECT x.code, SUM(x.taken), SUM(x.returned) FROM (
          SELECT 'refund ' || id AS code, CASE WHEN undone_at IS NULL THEN taken_micros ELSE 0 END AS taken,
                 0 AS returned FROM payments_refund
          UNION ALL
          SELECT 'dispute ' || id, taken_micros, 0 FROM payments_dispute
          UNION ALL
          SELECT CASE WHEN refund_id IS NULL THEN 'dispute ' || dispute_id ELSE 'refund ' || refund_id END,
                 0, amount_micros FROM payments_paymentreturn WHERE undone_at IS NULL) x
        GROUP BY x.code HAVING SUM(x.taken) <> SUM(x.returned)
    """,
    "the invoices of bought credit show what is kept of its payment": """
        SELECT 'payment ' || x.id, x.kept, x.shown FROM (
          SELECT p.id, p.amount_micros - p.tax_micros - p.unapplied_micros - COALESCE(r.net, 0) AS kept, d.shown
          FROM payments_stripepayment p
          JOIN (SELECT i.payment_id, SUM(CASE WHEN n.type = 'invoice' THEN n.net_micros ELSE -n.net_micros END) AS shown
                FROM payments_topupinvoice i JOIN invoices_document n ON i.document_id = COALESCE(n.credited_id, n.id)
                WHERE n.number <> '' GROUP BY 1) d ON d.payment_id = p.id
          LEFT JOIN (SELECT payment_id, SUM(amount_micros - tax_micros - unapplied_micros) AS net
                     FROM payments_paymentreturn WHERE undone_at IS NULL GROUP BY 1) r ON r.payment_id = p.id) x
        WHERE x.kept <> x.shown AND NOT EXISTS (
          SELECT 1 FROM outbox_outboxmessage m WHERE m.task = 'payments.invoice_top_up' AND m.state <> 'done'
            AND (m.arguments ->> 'payment_id')::bigint = x.id)
    """,
    "an invoice's paid amount equals the sum of its payments": """
        SELECT 'invoice ' || i.id, COALESCE(p.total, 0), i.paid_micros FROM payments_stripeinvoice i
        LEFT JOIN (SELECT invoice_id, SUM(amount_micros - tax_micros - unapplied_micros) AS total
                   FROM payments_stripepayment WHERE settled_at IS NOT NULL GROUP BY invoice_id) p
          ON p.invoice_id = i.id
        WHERE i.paid_micros <> COALESCE(p.total, 0)
    """,
    "a payment's parts add up to what it paid on installments": """
        SELECT p.key, p.amount_micros - p.tax_micros - p.unapplied_micros, s.total FROM payments_stripepayment p
        JOIN (SELECT payment_id, SUM(amount_micros) AS total FROM payments_paymentpart GROUP BY payment_id) s
          ON s.payment_id = p.id
        WHERE s.total <> p.amount_micros - p.tax_micros - p.unapplied_micros
    """,
}
