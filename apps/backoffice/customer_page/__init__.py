"""One page per customer, in tabs: what it has, owes and did. Every tab runs a bounded number of queries."""
