"""The forecast: expected usage, the next invoices, and the time at which credit runs out."""
