"""Customers and contracts from CSV files."""
