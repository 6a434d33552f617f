"""A small stand-in for Stripe for development, the demo and tests, never for production.

It serves over HTTP what the payments gateway calls, in the shapes and with the parameters of the pinned stripe-python.
It honors idempotency keys, shows a payment page, and sends signed webhooks. It holds no money and no secrets.
"""
