"""Papers for customers and auditors, as PDF, drawn line by line: a long month takes no more memory than a short one."""
