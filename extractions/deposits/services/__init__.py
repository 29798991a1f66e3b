"""Asking for linkage tables, receiving them encrypted, handing them to the desk, destroying them."""
