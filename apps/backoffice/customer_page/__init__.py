"""One page per customer: what it has, owes and did, tab by tab. Every tab is a bounded number of queries."""
