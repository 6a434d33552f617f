"""The rules of customers' credit: pure functions from a book's state to its next state and the changes to write.

Each builds a `WalletPosting`; when it raises an error, nothing is written.
"""
