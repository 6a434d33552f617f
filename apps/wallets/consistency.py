"""Checks of the wallets against the journal: grants, consumption, shortfalls, holds and day totals."""

from uuid import UUID

from apps.ledger.consistency import BookMismatch, journal_rules, mismatches_of


def book_mismatches(book_id: UUID | None = None) -> list[BookMismatch]:
    """Return the mismatches of all books, or of one: by the journal's rules, then by the wallets' rules."""
    return mismatches_of(book_rules(), book_id)


def book_rules() -> dict[str, str]:
    """Return the rules of the books by name."""
    return journal_rules() | WALLET_RULES


# The entries of wallets as day totals count them: the reversal of a charge has the charge's kind and a count of -1.
ENTRIES_BY_KIND = """
    SELECT w.organization_id, e.account_id, DATE(e.effective_at) AS day, e.amount_micros,
      CASE WHEN o.kind IN ('usage', 'character', 'service') THEN o.kind ELSE t.kind END AS kind,
      CASE WHEN o.kind IN ('usage', 'character', 'service') THEN -1 ELSE 1 END AS entries
    FROM wallets_wallet w JOIN ledger_entry e ON e.account_id = w.account_id
    JOIN ledger_transfer t ON t.id = e.transfer_id LEFT JOIN ledger_transfer o ON o.id = t.reverses_id
"""

WALLET_RULES = {
    "an account has the role that its code names": """
        SELECT a.code, 1, 0 FROM ledger_account a WHERE a.code LIKE 'org:%'
          AND NOT starts_with(a.code || ':', 'org:' || a.book_id || ':' || a.role || ':')
    """,
    "a grant's remaining amount is its amount less its consumption": """
        SELECT g.key, g.amount_micros - COALESCE(c.total, 0), g.remaining_micros FROM wallets_grant g
        LEFT JOIN (SELECT grant_id, SUM(amount_micros) AS total FROM wallets_consumption GROUP BY grant_id) c
          ON c.grant_id = g.id
        WHERE g.remaining_micros <> g.amount_micros - COALESCE(c.total, 0)
    """,
    "a grant's transfer has the grant's amount": """
        SELECT g.key, t.amount_micros, g.amount_micros FROM wallets_grant g
        JOIN ledger_transfer t ON t.id = g.transfer_id WHERE g.amount_micros <> t.amount_micros
    """,
    "a wallet's balance is its grants' remaining amounts less its shortfalls": """
        SELECT a.code, COALESCE(g.total, 0) - COALESCE(s.total, 0), a.balance_micros FROM wallets_wallet w
        JOIN ledger_account a ON a.id = w.account_id
        LEFT JOIN (SELECT organization_id, SUM(remaining_micros) AS total FROM wallets_grant GROUP BY organization_id) g
          ON g.organization_id = w.organization_id
        LEFT JOIN (
          SELECT organization_id, SUM(remaining_micros) AS total FROM wallets_shortfall GROUP BY organization_id) s
          ON s.organization_id = w.organization_id
        WHERE a.balance_micros <> COALESCE(g.total, 0) - COALESCE(s.total, 0)
    """,
    "a grant's held amount is the sum of its slices in pending holds": """
        SELECT g.key, COALESCE(h.total, 0), g.held_micros FROM wallets_grant g
        LEFT JOIN (
          SELECT s.grant_id, SUM(s.amount_micros) AS total FROM wallets_holdslice s
          JOIN ledger_hold h ON h.id = s.hold_id WHERE h.status = 'pending' GROUP BY s.grant_id) h
          ON h.grant_id = g.id
        WHERE g.held_micros <> COALESCE(h.total, 0)
    """,
    "a hold's slices are within its amount": """
        SELECT h.key, h.amount_micros, s.total FROM ledger_hold h
        JOIN (SELECT hold_id, SUM(amount_micros) AS total FROM wallets_holdslice GROUP BY hold_id) s ON s.hold_id = h.id
        WHERE s.total > h.amount_micros
    """,
    "the day totals of a wallet are the sum of its entries": f"""
        SELECT a.code || ' ' || x.day || ' ' || x.kind, SUM(x.expected), SUM(x.found) FROM (
          SELECT e.account_id, e.day, e.kind, e.amount_micros AS expected, 0 AS found FROM ({ENTRIES_BY_KIND}) e
          UNION ALL
          SELECT w.account_id, d.day, d.kind, 0, d.amount_micros FROM wallets_wallet w
          JOIN wallets_daytotal d ON d.organization_id = w.organization_id) x
        JOIN ledger_account a ON a.id = x.account_id
        GROUP BY a.code, x.day, x.kind HAVING SUM(x.expected) <> SUM(x.found)
    """,  # noqa: S608 (made of this file's own names)
    "a grant's lapsed amount is the sum of its expiries": """
        SELECT g.key, COALESCE(c.total, 0), g.lapsed_micros FROM wallets_grant g
        LEFT JOIN (
          SELECT c.grant_id, SUM(c.amount_micros) AS total FROM wallets_consumption c
          JOIN ledger_transfer t ON t.id = c.transfer_id WHERE t.kind = 'expiry' GROUP BY c.grant_id) c
          ON c.grant_id = g.id
        WHERE g.lapsed_micros <> COALESCE(c.total, 0)
    """,
    "a grant's returned amount is the sum of its returns that were not reversed": """
        SELECT g.key, COALESCE(r.total, 0), g.returned_micros FROM wallets_grant g
        LEFT JOIN (
          SELECT r.grant_id, SUM(t.amount_micros) AS total FROM wallets_grantreturn r
          JOIN ledger_transfer t ON t.id = r.transfer_id LEFT JOIN ledger_transfer v ON v.reverses_id = t.id
          WHERE v.id IS NULL GROUP BY r.grant_id) r
          ON r.grant_id = g.id
        WHERE g.returned_micros <> COALESCE(r.total, 0)
    """,
    "every refund or lost dispute out of a wallet returns a grant's money": """
        SELECT t.key, t.amount_micros, 0 FROM wallets_wallet w
        JOIN ledger_transfer t ON t.source_id = w.account_id AND t.kind IN ('refund', 'dispute')
        LEFT JOIN wallets_grantreturn r ON r.transfer_id = t.id
        WHERE t.reverses_id IS NULL AND r.id IS NULL
    """,
    "a grant that was reversed has ended": """
        SELECT g.key, 1, 0 FROM wallets_grant g JOIN ledger_transfer r ON r.reverses_id = g.transfer_id
        WHERE g.expires_at IS NULL OR g.expires_at > r.recorded_at
    """,
    "every charge has a net amount": """
        SELECT t.key, t.amount_micros, COALESCE(n.amount_micros, 0) FROM wallets_wallet w
        JOIN ledger_transfer t ON t.source_id = w.account_id AND t.kind IN ('usage', 'character', 'service')
        LEFT JOIN wallets_chargenet n ON n.transfer_id = t.id
        WHERE t.amount_micros <> COALESCE(n.amount_micros, 0)
    """,
    "only charges have a net amount": """
        SELECT t.key, 0, n.amount_micros FROM wallets_chargenet n JOIN ledger_transfer t ON t.id = n.transfer_id
        LEFT JOIN wallets_wallet w ON w.account_id = t.source_id
        WHERE w.id IS NULL OR t.kind NOT IN ('usage', 'character', 'service')
    """,
    "consumption belongs to its transfer's record, its grant's, or a note that names it": """
        SELECT t.key, t.number, c.number FROM wallets_consumption c JOIN ledger_transfer t ON t.id = c.transfer_id
        JOIN wallets_grant g ON g.id = c.grant_id JOIN ledger_transfer m ON m.id = g.transfer_id
        WHERE c.number <> t.number AND c.number <> m.number AND NOT EXISTS (
          SELECT 1 FROM ledger_booknote n WHERE n.book_id = c.organization_id AND n.number = c.number
            AND n.body -> 'parts' @> jsonb_build_array(jsonb_build_array(m.number, t.number, c.amount_micros)))
    """,
    "a charge's undone amount is the sum of the transfers that undid it": """
        SELECT t.key, COALESCE(u.total, 0), n.undone_micros FROM wallets_chargenet n
        JOIN ledger_transfer t ON t.id = n.transfer_id
        LEFT JOIN (SELECT charge_id, SUM(amount_micros) AS total FROM wallets_chargereversal GROUP BY charge_id) u
          ON u.charge_id = n.id
        WHERE n.undone_micros <> COALESCE(u.total, 0)
    """,
    "a transfer undoes at most its own amount of charges": """
        SELECT t.key, t.amount_micros, u.total FROM ledger_transfer t
        JOIN (SELECT transfer_id, SUM(amount_micros) AS total FROM wallets_chargereversal GROUP BY transfer_id) u
          ON u.transfer_id = t.id
        WHERE u.total > t.amount_micros
    """,
    "a hold's captured amount is the amount charged, up to the amount held": """
        SELECT x.key, x.expected, x.found FROM (
          SELECT h.key, h.captured_micros AS found,
            COALESCE(CASE WHEN t.total > h.amount_micros THEN h.amount_micros ELSE t.total END, 0) AS expected
          FROM ledger_hold h JOIN wallets_wallet w ON w.account_id = h.account_id
          LEFT JOIN (
            SELECT t.cause_id, SUM(t.amount_micros) AS total FROM ledger_transfer t
            WHERE t.cause_type = 'ledger.hold' AND t.reverses_id IS NULL GROUP BY t.cause_id) t
            ON t.cause_id = h.id::text) x
        WHERE x.found <> x.expected
    """,
}
