"""One page per customer, in tabs: balances, debts and activity. Every tab runs a bounded number of queries."""
