"""Drawing of PDFs: fonts and layout."""
