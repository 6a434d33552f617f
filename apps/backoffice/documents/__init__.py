"""PDFs for customers and auditors, drawn line by line, so a long month needs no more memory than a short one."""
