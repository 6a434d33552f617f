"""Budgets: limits on what work may cost, for a scope and a period. Plain Python on plain values.

A counter (`BucketState`, `PeriodState`) counts all work that matches its budget's scope, whatever the budget's settings
are at that moment. The settings decide only what is refused and what is told, so that a counter is always the sum of
the matching rows.
"""
