"""Packages, their acceptance, who has access to the data, retention and destruction."""
