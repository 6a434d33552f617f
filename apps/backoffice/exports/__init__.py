"""Exports of lists: the same rows, filters and columns as on screen, written row by row."""
