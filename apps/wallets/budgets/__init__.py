"""Budgets: limits on what work may cost, for a scope and a period. Plain Python on plain values.

A counter (`BucketState`, `PeriodState`) counts all work that matches its budget's scope, whatever the budget's limit,
mode and thresholds are. These decide only what is refused and which notices are sent, so a counter always equals the
sum of the matching rows.
"""
