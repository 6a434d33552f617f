"""What may be done with a customer's credit and what comes of it: pure functions from a book's state to its next one.

Each begins a draft, and raises what it refuses before it is asked for the result: then nothing is written.
"""
