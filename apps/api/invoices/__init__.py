"""`/v1/billing/invoices`: a customer's invoices and credit notes."""
