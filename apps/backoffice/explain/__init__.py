"""Explanations of figures: from an amount down to postings, rated rows, prices and events, level by level."""
