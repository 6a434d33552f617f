"""The endpoints of the billing summary for the operators of the service, over all organizations."""
