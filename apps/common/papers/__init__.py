"""Papers for customers: what one says, as plain values, and its drawing as a PDF, with fonts and formats."""
