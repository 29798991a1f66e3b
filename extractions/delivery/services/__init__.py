"""Changes of what was delivered: packages, access, destruction."""
