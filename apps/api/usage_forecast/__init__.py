"""What usage will come to, what the next invoice asks, and when credit runs out."""
