"""A small stand-in for Stripe: for development, the demo and the tests, never for production.

It serves over HTTP what the payments gateway calls, in the shapes and with the parameters of the pinned stripe-python,
honors idempotency keys, shows a page to pay at, and sends signed webhooks. It holds no money and no secrets of anyone.
"""
