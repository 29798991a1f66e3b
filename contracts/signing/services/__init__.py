"""Changes of a request for signatures: opened, signed, refused, delegated, ended."""
