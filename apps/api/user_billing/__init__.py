"""The endpoints of the billing summary for its callers: the budget, the records of the wallet, and costs by day."""
