"""Proving the wallets against the journal: grants, what they paid for, shortfalls, holds and day totals."""

from collections.abc import Iterator
from itertools import chain

from apps.ledger.audit import Break, breaks_of, journal_breaks


def book_breaks() -> Iterator[Break]:
    """Yield every break of the books: the journal's own rules, then the wallets' against it."""
    return chain(journal_breaks(), breaks_of(WALLET_RULES))


WALLET_RULES = {
    "a grant's rest is its amount less what was consumed": """
        SELECT g.key, g.amount_micros - COALESCE(c.total, 0), g.remaining_micros FROM wallets_grant g
        LEFT JOIN (SELECT grant_id, SUM(amount_micros) AS total FROM wallets_consumption GROUP BY grant_id) c
          ON c.grant_id = g.id
        WHERE g.remaining_micros <> g.amount_micros - COALESCE(c.total, 0)
    """,
    "a grant was posted with its amount": """
        SELECT g.key, t.amount_micros, g.amount_micros FROM wallets_grant g
        JOIN ledger_transfer t ON t.id = g.transfer_id WHERE g.amount_micros <> t.amount_micros
    """,
    "a wallet's balance is its grants' rest less its shortfalls": """
        SELECT a.code, COALESCE(g.total, 0) - COALESCE(s.total, 0), a.balance_micros FROM wallets_wallet w
        JOIN ledger_account a ON a.id = w.account_id
        LEFT JOIN (SELECT wallet_id, SUM(remaining_micros) AS total FROM wallets_grant GROUP BY wallet_id) g
          ON g.wallet_id = w.id
        LEFT JOIN (SELECT wallet_id, SUM(remaining_micros) AS total FROM wallets_shortfall GROUP BY wallet_id) s
          ON s.wallet_id = w.id
        WHERE a.balance_micros <> COALESCE(g.total, 0) - COALESCE(s.total, 0)
    """,
    "what a grant holds is the sum of its slices in pending holds": """
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
    "the day totals of a wallet are the sum of its entries": """
        SELECT a.code || ' ' || x.kind, SUM(x.expected), SUM(x.found) FROM (
          SELECT e.account_id, e.amount_micros AS expected, 0 AS found,
            CASE WHEN o.kind IN ('usage', 'character', 'service') THEN o.kind ELSE t.kind END AS kind
          FROM wallets_wallet w JOIN ledger_entry e ON e.account_id = w.account_id
          JOIN ledger_transfer t ON t.id = e.transfer_id LEFT JOIN ledger_transfer o ON o.id = t.reverses_id
          UNION ALL
          SELECT w.account_id, 0, d.amount_micros, d.kind FROM wallets_wallet w
          JOIN wallets_daytotal d ON d.wallet_id = w.id) x
        JOIN ledger_account a ON a.id = x.account_id
        GROUP BY a.code, x.kind HAVING SUM(x.expected) <> SUM(x.found)
    """,
}
