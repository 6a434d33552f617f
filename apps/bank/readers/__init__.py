"""Readers of bank files: bytes to plain values. They read all of a file or refuse it."""

from apps.bank.readers.camt import read_camt
from apps.bank.readers.csv_lines import CsvColumns, read_csv
from apps.bank.readers.swift import read_mt940

__all__ = ["CsvColumns", "read_camt", "read_csv", "read_mt940"]
