"""The systems of the CNAM and of data holders: an API, and signed webhooks."""
