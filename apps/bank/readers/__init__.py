"""Readers of bank files: bytes to plain values. They read all of a file or refuse it."""
